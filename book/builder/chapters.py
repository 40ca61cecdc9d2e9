"""Read what the site says of a chapter from the chapter itself."""

import dataclasses
import json
import re
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
NOTEBOOKS = REPOSITORY / "notebooks"

TITLE = re.compile(r"^# (\d\d) (.+)$", re.MULTILINE)
GOALS = re.compile(r"\*\*In this chapter you will\*\*(.+?)(?=\n\n\*\*|\n\n\*About|\Z)", re.DOTALL)
TIMES = re.compile(r"\*About (\d+) minutes? to read, (?:about )?(\d+) (second|minute)s? to run")


@dataclasses.dataclass(frozen=True)
class Chapter:
    """What the site says of a chapter.

    Attributes:
        path: The notebook.
        number: Two digits, as in the file's name.
        title: Title without the number.
        goals: What the reader will do, as one line of Markdown.
        minutes: Minutes to read.
        seconds: Seconds to run, as the chapter promises.
        exercises: Number of exercises.
        checked_against: What its numbers are checked against.
    """

    path: Path
    number: str
    title: str
    goals: str
    minutes: int
    seconds: int
    exercises: int
    checked_against: str

    @property
    def solutions(self) -> Path:
        """The notebook with this chapter's solutions, which may be absent."""
        return self.path.parent / "solutions" / f"{self.path.stem}_solutions.ipynb"


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of the course with the chapters that exist.

    Attributes:
        title: Title of the part.
        about: One sentence on the part.
        chapters: Its chapters, in order.
    """

    title: str
    about: str
    chapters: tuple[Chapter, ...]


def cells(notebook: Path) -> list[dict]:
    """Return a notebook's cells, each with its source as one string."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in content["cells"]]


def read_chapter(notebook: Path, checked_against: str) -> Chapter:
    """Read a chapter's title, goals and times from its first cell.

    Raises:
        ValueError: If the first cell lacks one of them.
    """
    all_cells = cells(notebook)
    head = next(cell["source"] for cell in all_cells if cell["source"].strip())
    found = {
        "title '# NN Title'": TITLE.search(head),
        "paragraph '**In this chapter you will** ...'": GOALS.search(head),
        "line '*About N minutes to read, N seconds to run.*'": TIMES.search(head),
    }
    for what, match in found.items():
        if match is None:
            raise ValueError(f"the first text of {notebook.name} must hold the {what}")
    title, goals, times = found.values()
    return Chapter(
        path=notebook,
        number=title[1],
        title=title[2].strip(),
        goals=" ".join(goals[1].split()),
        minutes=int(times[1]),
        seconds=int(times[2]) * (60 if times[3] == "minute" else 1),
        exercises=sum("exercise" in cell["metadata"].get("tags", ()) for cell in all_cells),
        checked_against=checked_against,
    )


def read_course(notebooks: Path = NOTEBOOKS) -> list[Part]:
    """Return the parts of the course that have chapters.

    Raises:
        ValueError: If a notebook is in no part, or two have the same number.
    """
    found = {path.name[:2]: path for path in sorted(notebooks.glob("*.ipynb"))}
    if len(found) != len(list(notebooks.glob("*.ipynb"))):
        raise ValueError(f"two notebooks in {notebooks.name} have the same number")
    parts = []
    for part in configuration()["parts"]:
        chapters = [
            read_chapter(found.pop(number), checked)
            for number, checked in part["chapters"].items()
            if number in found
        ]
        if chapters:
            parts.append(Part(part["part"], part["about"], tuple(chapters)))
    if found:
        raise ValueError(f"book/course.yml names no part for chapter {', '.join(found)}")
    return parts


def planned(notebooks: Path = NOTEBOOKS) -> list[str]:
    """Return the numbers of the chapters that have a place in the course and no notebook yet."""
    parts = configuration(notebooks.parent)["parts"]
    numbers = [number for part in parts for number in part["chapters"]]
    return [number for number in numbers if not list(notebooks.glob(f"{number}_*.ipynb"))]


def configuration(root: Path = REPOSITORY) -> dict:
    """Return what ``book/course.yml`` says: ``pages`` and ``parts``."""
    return yaml.safe_load((root / "book" / "course.yml").read_text(encoding="utf-8"))
