"""Run the benchmarks: ``make bench``, or ``make bench GROUPS="batch startup"``."""

import argparse
from pathlib import Path

from benchmarks import accuracy, batch, growth, page, report, startup
from integrator_lib import use_all_cores

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure the chosen groups, print their tables and write them down."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    groups = {
        "batch": lambda options: batch.measure(options.repeats, options.torch),
        "accuracy": lambda options: accuracy.measure(options.repeats),
        "growth": lambda options: growth.measure(options.repeats),
        "startup": lambda options: startup.measure(options.repeats),
        "page": lambda options: page.measure(options.repeats),
    }
    parser.add_argument("groups", nargs="*", choices=[*groups, []], help="which; all if none")
    parser.add_argument("--repeats", type=int, default=5, help="repeats, or seeds")
    parser.add_argument(
        "--torch", type=Path, default=ROOT / ".venv-torch/bin/python",
        help="interpreter with PyTorch",
    )  # fmt: skip
    options = parser.parse_args()
    use_all_cores()
    for name in options.groups or groups:
        for table in groups[name](options):
            print(report.write(table))


if __name__ == "__main__":
    main()
