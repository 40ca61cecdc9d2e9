"""What a check found, as text and as HTML."""

import dataclasses
import html

MARKS = {"passed": "✓", "not yet": "✗", "not attempted": "○"}
COLOURS = {"passed": "#2a9d4a", "not yet": "#d1495b", "not attempted": "#8a8a8a"}


@dataclasses.dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found; a notebook shows it as a line with a tick or a cross.

    Attributes:
        name: Name of the exercise.
        status: ``"passed"``, ``"not attempted"`` or ``"not yet"``.
        message: What to look at; empty unless the status is ``"not yet"``.
        example: A call as three lines, its inputs, what was expected and what came; may be
            empty.
        share: Share of the answer that is right, where its parts count by themselves.
    """

    name: str
    status: str
    message: str = ""
    example: str = ""
    share: float = 0.0

    @property
    def points(self) -> float:
        """1 if it is passed, else the share that is right."""
        return 1.0 if self.status == "passed" else self.share

    def __repr__(self) -> str:
        line = f"{self.name}: {self.status}" + (f". {self.message}" if self.message else "")
        return f"{line}\n{self.example}" if self.example else line

    def _repr_html_(self) -> str:
        said = f". {html.escape(self.message)}" if self.message else ""
        line = f"{MARKS[self.status]} <b>{html.escape(self.name)}</b>: {self.status}{said}"
        example = f"<pre>{html.escape(self.example)}</pre>" if self.example else ""
        return boxed(line + example, COLOURS[self.status])


def boxed(inside: str, colour: str) -> str:
    """Return HTML with a coloured bar at its left, readable on white and on black."""
    return f'<div style="border-left: 4px solid {colour}; padding-left: 0.7em">{inside}</div>'
