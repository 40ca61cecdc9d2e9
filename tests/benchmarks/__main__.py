"""Run the benchmarks: ``make bench``, or ``make bench GROUPS="batch startup"``."""

import argparse
from pathlib import Path

from benchmarks import batch, report

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure the chosen groups, print their tables and write them to ``results/``."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    groups = {"batch": lambda o: batch.measure(o.repeats, o.torch)}
    parser.add_argument("groups", nargs="*", choices=[*groups, []], help="which; all if none")
    parser.add_argument("--repeats", type=int, default=5, help="repeats of each timing")
    parser.add_argument(
        "--torch", type=Path, default=ROOT / ".venv-torch/bin/python",
        help="interpreter with PyTorch",
    )  # fmt: skip
    options = parser.parse_args()
    for name in options.groups or groups:
        found, notes = groups[name](options)
        print(report.write(found[0].group, found, notes))


if __name__ == "__main__":
    main()
