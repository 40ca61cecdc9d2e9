"""Which exercises are passed, remembered where the student keeps the notebooks.

Only a student's folder holds a record: ``make lab`` or ``progress(keep=True)`` put it there.
Without one nothing is written, so that runs of the maintained notebooks leave nothing behind.
"""

import contextlib
import dataclasses
import functools
import html
import importlib
import json
import pkgutil
import re
from pathlib import Path

from integrator_lib._files import write_text_whole
from integrator_lib.course.checks._exercise import Exercise
from integrator_lib.course.checks._verdict import MARKS, boxed
from integrator_lib.course.student_copies import RECORD

_session: dict[str, str] = {}


@functools.cache
def chapters() -> dict[str, tuple[str, list[Exercise]]]:
    """Return for each chapter's two digits its title and its exercises, in order."""
    package = importlib.import_module("integrator_lib.course.checks")
    found = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        if match := re.fullmatch(r"chapter(\d\d)", module):
            loaded = importlib.import_module(f"{package.__name__}.{module}")
            title = (loaded.__doc__ or "").splitlines()[0].partition(", ")[2].rstrip(".")
            exercises = [e for e in vars(loaded).values() if isinstance(e, Exercise)]
            found[match[1]] = title, exercises
    return found


def remember(exercise: Exercise, status: str) -> None:
    """Note how a check ended; a passed exercise stays passed.

    An exercise that belongs to no chapter is not noted.
    """
    for number, (_, exercises) in chapters().items():
        if any(exercise is e for e in exercises):
            key = f"{number} {exercise.name}"
            known = _read() | _session
            if known.get(key) != "passed" and status != "not attempted":
                _session[key] = status
                if Path(RECORD).is_file():
                    _write(known | {key: status})


def progress(chapter: str = "", *, keep: bool = False) -> "Progress":
    """Return which exercises are passed, of one chapter or of all.

    Args:
        chapter: Two digits, such as ``"03"``; all chapters if empty.
        keep: Start to keep the record in this folder, in ``progress.json``. In the folder
            that ``make lab`` made it is kept already.

    Raises:
        ValueError: If there is no such chapter.
    """
    if chapter and chapter not in chapters():
        raise ValueError(f"chapter must be one of {', '.join(chapters())}, got {chapter!r}")
    known = _read() | _session
    if keep:
        _write(known)
    shown = {
        f"{number} {title}": {e.name: known.get(f"{number} {e.name}", "") for e in exercises}
        for number, (title, exercises) in chapters().items()
        if chapter in ("", number)
    }
    return Progress(shown)


@dataclasses.dataclass(frozen=True, repr=False)
class Progress:
    """The exercises of chapters, as text and as HTML.

    Attributes:
        chapters: For each chapter's title the status of each exercise, empty where it was
            not checked.
    """

    chapters: dict[str, dict[str, str]]

    @property
    def passed(self) -> int:
        """Number of exercises passed."""
        return sum(s == "passed" for each in self.chapters.values() for s in each.values())

    @property
    def total(self) -> int:
        """Number of exercises."""
        return sum(len(each) for each in self.chapters.values())

    def _rows(self) -> list[tuple[str, str, str]]:
        rows = []
        for title, each in self.chapters.items():
            done = f"{sum(status == 'passed' for status in each.values())} of {len(each)}"
            marks = (f"{MARKS[status or 'not attempted']} {name}" for name, status in each.items())
            rows.append((title, done, "  ".join(marks)))
        return rows

    def __repr__(self) -> str:
        rows = self._rows()
        width = max((len(title) for title, _, _ in rows), default=0)
        lines = [f"{title:{width}}  {done:>6}  {marks}" for title, done, marks in rows]
        return "\n".join([f"{self.passed} of {self.total} exercises passed", *lines])

    def _repr_html_(self) -> str:
        start = '<td style="text-align: left">'
        cells = [
            "".join(f"{start}{html.escape(cell)}</td>" for cell in row) for row in self._rows()
        ]
        rows = "".join(f"<tr>{row}</tr>" for row in cells)
        line = f"{self.passed} of {self.total} exercises passed"
        return boxed(f"{line}<table>{rows}</table>", "#2f6fb0")


def _read() -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(Path(RECORD).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {str(key): str(status) for key, status in found.items()}
    return {}


def _write(known: dict[str, str]) -> None:
    text = json.dumps(known, indent=1) + "\n"
    # A full or read-only disk must not cost the verdict.
    with contextlib.suppress(OSError):
        write_text_whole(Path(RECORD), text)
