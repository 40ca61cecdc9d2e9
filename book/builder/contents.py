"""The site's table of contents, and which pages are in it."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from book.builder.chapters import Chapter, Part

PLAY = ("playground", "drawings", "one_network_four_uses")
LOOK_UP = (
    *("glossary", "bibliography", "api", "finders"),
    *("generated/what_was_run", "accessibility"),
)
TEACH = (
    *("instructor_guide", "generated/teaching_kit", "generated/teaching_notes"),
    "maintainer_guide",
)
"""Pages of the instructor site alone: they tell how the checks and the grader work."""


def toc(parts: list[Part], modules: list[str], solutions: bool, own: Sequence[str] = ()) -> str:
    """Return the table of contents.

    Args:
        parts: The course.
        modules: The rooms of the library that have a page.
        solutions: Whether the instructor's pages are there: guides, notes and solutions.
        own: Further pages, as ``book/course.yml`` names them.
    """

    def entry(chapter: Chapter) -> dict:
        item: dict = {"file": f"notebooks/{chapter.path.stem}"}
        if solutions and chapter.solutions.exists():
            item["sections"] = [{"file": f"notebooks/solutions/{chapter.solutions.stem}"}]
        return item

    def files(names: Sequence[str]) -> list[dict]:
        return [{"file": name} for name in names]

    listed = [{"caption": "In this class", "chapters": files(own)}] if own else []
    listed += [{"caption": "Play and see", "chapters": files(PLAY)}]
    listed += [
        {"caption": part.title, "chapters": list(map(entry, part.chapters))} for part in parts
    ]
    reference = files(LOOK_UP)
    reference[LOOK_UP.index("api")]["sections"] = [
        {"file": f"generated/api_{name}", "title": name} for name in modules
    ]
    listed += [{"caption": "Look up", "chapters": reference}]
    if solutions:
        listed += [{"caption": "Teach and maintain", "chapters": files(TEACH)}]
    return yaml.safe_dump({"format": "jb-book", "root": "index", "parts": listed}, sort_keys=False)


def check_own_pages(book: Path, own: Sequence[str]) -> None:
    """Stop where a page would vanish without a word.

    Args:
        book: Folder of the pages.
        own: The further pages that ``book/course.yml`` names.

    Raises:
        ValueError: If a named page is missing, or a page is named nowhere.
    """
    there = {path.stem for kind in ("md", "ipynb") for path in book.glob(f"*.{kind}")}
    missing = [name for name in own if name not in there]
    if missing:
        raise ValueError(f"book/course.yml names pages that are not there: {', '.join(missing)}")
    unnamed = sorted(there - {"index", *PLAY, *LOOK_UP, *TEACH, *own})
    if unnamed:
        raise ValueError(
            f"pages that nothing names would not be shown: {', '.join(unnamed)}. "
            "Name them in the line `pages:` of book/course.yml"
        )
