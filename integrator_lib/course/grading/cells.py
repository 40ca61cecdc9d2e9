"""Read a handed-in notebook: its code cells, its chapter, and which cell defines what."""

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

TITLE = re.compile(r"^\s*#\s+(\d\d)\b", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes:
        number: Its place among the code cells, from 1.
        source: Its text.
        is_exercise: Whether it is tagged as an exercise.
    """

    number: int
    source: str
    is_exercise: bool

    def defines(self, name: str) -> bool:
        """Return whether it defines or assigns a name, even if it is no valid Python."""
        pattern = rf"^(?:def|class)[ \t]+{name}\b|^{name}[ \t]*(?::[^=\n]+)?=(?!=)"
        return re.search(pattern, self.source, re.MULTILINE) is not None

    def __str__(self) -> str:
        lines = [line.strip() for line in self.source.splitlines()]
        first = next((line for line in lines if line and not line.startswith("#")), "")
        return f"code cell {self.number} (`{first[:60]}`)"


@dataclasses.dataclass(frozen=True)
class Notebook:
    """What the grader needs of a notebook.

    Attributes:
        title: The two digits of its title; empty if it has none.
        cells: Its code cells, in order.
    """

    title: str
    cells: tuple[Cell, ...]

    def chapter(self, exercises: Mapping[str, Sequence[str]]) -> str:
        """Return its chapter: the one most of whose exercises it defines, else its title's.

        Empty if neither says it.

        Args:
            exercises: For each chapter the names of its exercises.
        """
        counts = Counter(
            {
                number: sum(any(cell.defines(name) for cell in self.cells) for name in names)
                for number, names in exercises.items()
            }
        )
        most = max(counts.values(), default=0)
        likely = [number for number, count in counts.items() if count == most > 0]
        if len(likely) == 1:
            return likely[0]
        return self.title if self.title in (likely or exercises) else ""

    def to_run(self, names: Sequence[str], whole: bool) -> list[dict]:
        """Return what the student's process needs of the cells.

        Args:
            names: The chapter's exercises: cells that define one, or are tagged, run whole.
            whole: Whether all cells run whole, not only their imports and definitions.
        """
        return [
            {
                "number": cell.number,
                "source": cell.source,
                "whole": whole or cell.is_exercise or any(map(cell.defines, names)),
            }
            for cell in self.cells
        ]


def read(content: bytes) -> Notebook:
    """Read a notebook.

    Raises:
        ValueError: If it is none.
    """
    try:
        cells = json.loads(content.decode("utf-8-sig"))["cells"]
        sources = [(cell, "".join(cell["source"])) for cell in cells]
        prose = "\n".join(text for cell, text in sources if cell["cell_type"] == "markdown")
        code = [pair for pair in sources if pair[0]["cell_type"] == "code"]
        found = tuple(
            Cell(number, text, "exercise" in (cell.get("metadata") or {}).get("tags", ()))
            for number, (cell, text) in enumerate(code, start=1)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it is not a readable notebook: {type(error).__name__}") from error
    title = TITLE.search(prose)
    return Notebook(title[1] if title else "", found)
