"""Find the sentences that name a chapter which the course does not have: ``make mentions``."""

import re
import sys
from collections import defaultdict
from pathlib import Path

from book.builder.chapters import REPOSITORY, planned

SOURCES = (
    *("README.md", "CONTRIBUTING.md", "book/*.md", "book/*.py", "book/*.yml"),
    *("notebooks/*.py", "notebooks/solutions/*.py", "integrator_lib/**/*.py"),
)
NAMED = re.compile(
    r"\b[Cc]hapters?(?:\s|#|:|\*)+(?P<run>\d\d(?:(?:,|\s|#|and|to|or|–|-)+\d\d)*)\b"
    r"|\b(?P<file>\d\d)_[a-z_]+\.(?:ipynb|md|html|py)\b"
    r"|\bchapter:?(?P<module>\d\d)\b"
)
KEY = re.compile(r"\"(\d\d)\"")
"""How the files of settings name a chapter."""


def numbers(match: re.Match) -> set[str]:
    """Return the chapters that a match names; "04 to 06" names 05 too.

    >>> sorted(numbers(NAMED.search("You need chapters 02, and 04 to 06.")))
    ['02', '04', '05', '06']
    """
    run = next(filter(None, match.groups()))
    found = set(re.findall(r"\d\d", run))
    for first, last in re.findall(r"(\d\d)\s*(?:to|–|-)\s*(?=(\d\d))", run):
        found |= {f"{number:02}" for number in range(int(first), int(last) + 1)}
    return found


def mentions(root: Path = REPOSITORY) -> dict[str, list[str]]:
    """Return for each chapter's two digits where it is named, as ``file:line: the line``.

    Args:
        root: Folder of the course.
    """
    found = defaultdict(list)
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern)}):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        matches = [*NAMED.finditer(text), *(KEY.finditer(text) if path.suffix == ".yml" else ())]
        named = {(text.count("\n", 0, m.start()), number) for m in matches for number in numbers(m)}
        for line, number in sorted(named):
            found[number].append(f"{path.relative_to(root)}:{line + 1}: {lines[line].strip()}")
    # A chapter's checks are a module or a package.
    for path in sorted(root.glob("integrator_lib/course/checks/**/*.py")):
        if match := re.search(r"chapter(\d\d)(?:\.py|/__init__\.py)$", path.as_posix()):
            found[match[1]].append(f"{path.relative_to(root)}: the checks of its exercises")
    return found


def check_mentions(root: Path = REPOSITORY) -> None:
    """Stop if a chapter is named that is neither there nor planned.

    Args:
        root: Folder of the course.

    Raises:
        ValueError: If there is one; its text lists the places.
    """
    known = {path.name[:2] for path in (root / "notebooks").glob("*.ipynb")}
    known |= set(planned(root / "notebooks"))
    named = sorted(mentions(root).items())
    places = [f"  {place}" for number, each in named if number not in known for place in each]
    if places:
        raise ValueError("\n".join(["there is no such chapter, but it is named here:", *places]))


if __name__ == "__main__":
    try:
        check_mentions()
    except ValueError as error:
        sys.exit(str(error))
    print("Every chapter that is named is there, or has a line in book/course.yml.")
