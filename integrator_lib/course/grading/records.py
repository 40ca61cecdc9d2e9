"""Keep grades in files: JSON, a table, and feedback for each student."""

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from integrator_lib._files import write_text_whole, write_whole
from integrator_lib.course.grading.grader import Grade

COLUMNS = ("student", "notebook", "chapter", "exercise", "status", "points")


def entry(grade: Grade) -> dict[str, Any]:
    """Return a grade as JSON holds it; with its seed a disputed mark can be repeated."""
    return {
        "student": grade.submission.student,
        "number": grade.submission.number,
        "notebook": grade.submission.notebook,
        "sha256": grade.submission.sha256,
        "chapter": grade.chapter,
        "seed": grade.seed,
        "all_cells": grade.whole,
        "problem": grade.problem,
        "graded": grade.is_graded,
        "passed": sum(mark.status == "passed" for mark in grade.marks),
        "of": len(grade.marks),
        "exercises": [
            {
                "exercise": mark.exercise,
                "status": mark.status,
                "points": mark.points,
                "message": mark.message,
                "example": mark.example,
            }
            for mark in grade.marks
        ],
    }


def rows(entries: Sequence[dict]) -> list[dict[str, Any]]:
    """Return one row an exercise; one row with no exercise where the chapter is not known."""
    found = []
    for each in entries:
        fixed = {name: each[name] for name in ("student", "notebook", "chapter")}
        unknown = [{"exercise": "", "status": "ungraded", "points": None}]
        for exercise in each["exercises"] or unknown:
            points = "" if exercise["points"] is None else f"{exercise['points']:g}"
            names = {name: exercise[name] for name in ("exercise", "status")}
            found.append({**fixed, **names, "points": points})
    return found


def feedback(entries: Sequence[dict]) -> str:
    """Return what one student is told, as Markdown."""
    lines = [f"# {entries[0]['student']}", ""]
    for each in entries:
        chapter = f"Chapter {each['chapter']}: " if each["chapter"] else ""
        lines += [f"## {Path(each['notebook']).name}", ""]
        lines += [f"{chapter}{each['passed']} of {each['of']} exercises passed.", ""]
        if each["problem"]:
            lines += [f"Not everything could be graded: {each['problem']}.", ""]
        for exercise in each["exercises"]:
            said = f": {exercise['message']}" if exercise["message"] else ""
            lines.append(f"- `{exercise['exercise']}` **{exercise['status']}**{said}")
            if exercise["example"]:
                lines += ["", "  ```text"]
                lines += [f"  {line}" for line in exercise["example"].splitlines()]
                lines += ["  ```", ""]
        lines.append("")
    return "\n".join(lines)


def read(path: Path) -> list[dict]:
    """Read the grades that an earlier run kept; none if there is no such file.

    Raises:
        ValueError: If the file holds something else.
    """
    if not path.exists():
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if all({"student", "sha256", "exercises"} <= each.keys() for each in found):
            return found
    except (ValueError, AttributeError, TypeError):
        pass
    raise ValueError(f"{path} holds something else than grades; name another file")


def write(
    by_notebook: Mapping[str, dict], record: Path, table: Path | None, folder: Path | None
) -> None:
    """Write all files, each whole or not at all.

    Args:
        by_notebook: The grades.
        record: The JSON file.
        table: The CSV file, if one is wanted.
        folder: Where each student's feedback goes; ``feedback`` beside ``record`` if ``None``.
    """
    for path in filter(None, (record, table)):
        path.parent.mkdir(parents=True, exist_ok=True)
    entries = sorted(
        by_notebook.values(), key=lambda e: (e["student"], e["chapter"], e["notebook"])
    )
    text = json.dumps(entries, indent=1, ensure_ascii=False) + "\n"
    write_text_whole(record, text)
    if table is not None:
        write_whole(table, lambda path: _write_table(path, entries))
    folder = folder or record.parent / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    for name, own in _by_file(entries).items():
        write_text_whole(folder / f"{name}.md", feedback(own))


def _by_file(entries: Sequence[dict]) -> dict[str, list[dict]]:
    """Return each student's grades by a name for a file, which no other student has."""
    students: dict[tuple[str, str], list[dict]] = {}
    for each in entries:
        students.setdefault((each["student"], each["number"]), []).append(each)
    named: dict[str, list[dict]] = {}
    # macOS and Windows take names for the same that differ in capitals only.
    taken: Counter[str] = Counter()
    for student, own in students.items():
        stem = re.sub(r"[^\w .-]", "_", "_".join(filter(None, student)))
        taken[stem.casefold()] += 1
        count = taken[stem.casefold()]
        named[stem if count == 1 else f"{stem} ({count})"] = own
    return named


def _write_table(path: Path, entries: Sequence[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows(entries))
