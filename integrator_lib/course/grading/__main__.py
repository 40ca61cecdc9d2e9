"""Grade what students handed in: ``python -m integrator_lib.course.grading PATH...``."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from integrator_lib.course.checks._progress import chapters
from integrator_lib.course.grading import landlock, records, submissions
from integrator_lib.course.grading.apart import Limits
from integrator_lib.course.grading.grader import Grade, exercises_of, grade


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    usual = Limits()
    parser = argparse.ArgumentParser(
        prog="python -m integrator_lib.course.grading",
        description="Grade notebooks: files, folders that are searched, archives of Moodle or "
        "Canvas. A second run goes on where the first stopped.",
    )
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH")
    add("--chapter", default="", metavar="NN", help="what the notebooks must be of")
    add("--csv", type=Path, metavar="FILE", help="write one row an exercise there")
    add("--json", type=Path, metavar="FILE", help="write all that is known (beside the CSV)")
    add("--feedback", type=Path, metavar="FOLDER", help="a text a student (feedback/ beside these)")
    add("--jobs", type=int, default=1, metavar="N", help="notebooks at a time (%(default)s)")
    add("--all-cells", action="store_true", help="run more than imports, definitions, exercises")
    add("--seconds", type=float, default=usual.seconds, help="for a cell, an answer (%(default)g)")
    add("--gigabytes", type=float, default=usual.gigabytes, help="of memory (%(default)g)")
    add("--seed", type=int, help="of the inputs, to repeat a disputed mark; JSON has it")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {options.jobs}")
    if options.chapter and not exercises_of(options.chapter):
        parser.error(f"--chapter must be one of {', '.join(chapters())}, got {options.chapter}")
    if options.feedback and not (options.csv or options.json):
        parser.error("--feedback needs --csv FILE or --json FILE: it tells what these hold")
    return options


def collect(paths: Sequence[Path]) -> tuple[list[submissions.Submission], list[str]]:
    """Return the notebooks under all paths, and what is wrong with paths."""
    own = [f"{n}_{title.lower().replace(' ', '_')}" for n, (title, _) in chapters().items()]
    found, wrong = {}, []
    for path in paths:
        try:
            found.update({each.notebook: each for each in submissions.find(path, own)})
        except (OSError, ValueError) as error:
            wrong.append(str(error))
    return list(found.values()), wrong


def is_done(entry: dict | None, submission: submissions.Submission, options: Any) -> bool:
    """Return whether an earlier run has graded just this file, and as is asked for now."""
    return (
        entry is not None
        and entry["graded"]
        and entry["sha256"] == submission.sha256
        and options.chapter in ("", entry["chapter"])
        and (entry.get("all_cells", False) or not options.all_cells)
        and options.seed is None
    )


def table(entry: dict) -> str:
    """Return a grade as lines of text."""
    head = f"{entry['notebook']}: {entry['passed']} of {entry['of']} passed"
    lines = [head + (f"; {entry['problem']}" if entry["problem"] else "")]
    width = max((len(each["exercise"]) for each in entry["exercises"]), default=0)
    for each in entry["exercises"]:
        line = f"  {each['exercise']:{width}}  {each['status']:13}  {each['message']}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade what the command line names; 2 if a path is wrong, or nothing is found."""
    options = parse(arguments)
    record = options.json or (options.csv and options.csv.with_suffix(".json"))
    try:
        limits = Limits(options.seconds, options.gigabytes)
        entries = {each["notebook"]: each for each in records.read(record)} if record else {}
    except (OSError, ValueError) as error:
        print(f"cannot grade: {error}", file=sys.stderr)
        return 2
    if not landlock.version():
        print("This system has no Landlock: see the instructor guide, Grade.", file=sys.stderr)
    handed_in, wrong = collect(options.paths)
    for words in wrong:
        print(f"cannot grade: {words}", file=sys.stderr)
    to_do = [each for each in handed_in if not is_done(entries.get(each.notebook), each, options)]
    if len(to_do) < len(handed_in):
        print(f"{len(handed_in) - len(to_do)} notebooks are graded already, in {record}")

    def work(submission: submissions.Submission) -> Grade:
        try:
            return grade(submission, options.chapter, limits, options.all_cells, options.seed)
        except Exception as error:  # a fault of the grader must not stop the rest either
            said = f"the grader stopped with {type(error).__name__}: {error}"
            return Grade(submission, options.chapter, 0, (), said)

    with ThreadPoolExecutor(options.jobs) as pool:
        tasks = [pool.submit(work, submission) for submission in to_do]
        try:
            for number, task in enumerate(as_completed(tasks), start=1):
                new = records.entry(task.result())
                print(f"[{number}/{len(tasks)}] {table(new)}", flush=True)
                entries[new["notebook"]] = new
                if record:
                    records.write(entries, record, options.csv, options.feedback)
        finally:
            pool.shutdown(cancel_futures=True)
    unclear = [each for each in entries.values() if not each["graded"]]
    if unclear:
        print(f"{len(unclear)} of {len(entries)} notebooks are ungraded, wholly or in part:")
        print("\n".join(f"  {each['notebook']}" for each in unclear))
    return 2 if wrong or not handed_in else 0


if __name__ == "__main__":
    raise SystemExit(main())
