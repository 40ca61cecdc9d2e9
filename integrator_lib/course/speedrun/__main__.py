"""Judge an entry to the speedrun: ``python -m integrator_lib.course.speedrun ENTRY``."""

import argparse
import json
import sys
from collections.abc import Sequence

from integrator_lib._files import write_text_whole
from integrator_lib.course.speedrun import RECORDS, Record, judge, records


def table(entries: Sequence[Record]) -> str:
    """Return records as lines of text."""
    lines = [f"{'entry':24}{'TFLOP':>10}{'products':>10}{'median error':>14}"]
    for entry in entries:
        goal = "" if entry.reached else "  not reached"
        numbers = f"{entry.operations / 1e12:10.4f}{entry.products:10d}{entry.median:14.1e}"
        lines.append(f"{entry.entry:24}{numbers}{goal}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the entry that is named and show it among the records; 2 if it cannot be judged."""
    parser = argparse.ArgumentParser(prog="python -m integrator_lib.course.speedrun")
    parser.add_argument("entry", nargs="?", help="a Python file that defines train(values, key)")
    parser.add_argument("--record", action="store_true", help="keep the result as a record")
    options = parser.parse_args(arguments)
    known = {record.entry: record for record in records()}
    if options.entry:
        try:
            found = judge(options.entry)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 2
        known[found.entry] = found
        if options.record:
            text = json.dumps([record.to_json() for record in known.values()], indent=1) + "\n"
            write_text_whole(RECORDS, text)
    order = sorted(known.values(), key=lambda record: (not record.reached, record.operations))
    print(table(order))
    return 0


if __name__ == "__main__":
    sys.exit(main())
