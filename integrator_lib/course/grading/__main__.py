"""Grade notebooks: ``python -m integrator_lib.course.grading NOTEBOOK ...``."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from integrator_lib.course.grading.grader import Grade, Limits, grade


def table(result: Grade) -> str:
    """Return a grade as lines of text."""
    width = max(len(verdict.name) for verdict in result.verdicts)
    lines = [f"{result.notebook}: {result.passed} of {len(result.verdicts)} passed"]
    for verdict in result.verdicts:
        lines.append(f"  {verdict.name:{width}}  {verdict.status:13}  {verdict.message}".rstrip())
    return "\n".join(lines)


def as_json(results: Sequence[Grade]) -> str:
    """Return grades as JSON."""
    return json.dumps(
        [{**dataclasses.asdict(r), "passed": r.passed, "of": len(r.verdicts)} for r in results],
        indent=1,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade the notebooks named on the command line; the exit status is 2 if one cannot be."""
    defaults = Limits()
    parser = argparse.ArgumentParser(
        prog="python -m integrator_lib.course.grading", description=__doc__
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument(
        "--seconds", type=float, default=defaults.seconds,
        help="time for a whole notebook (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--gigabytes", type=float, default=defaults.gigabytes,
        help="address space of its process (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the grades there too")
    options = parser.parse_args(arguments)
    results = []
    try:
        limits = Limits(options.seconds, options.gigabytes)
        for notebook in options.notebooks:
            results.append(grade(notebook, limits))
            print(table(results[-1]), flush=True)
    except (OSError, ValueError) as error:
        print(f"cannot grade: {error}", file=sys.stderr)
        return 2
    if options.json:
        options.json.write_text(as_json(results) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
