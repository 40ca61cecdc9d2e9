"""Hints: a nudge, then where to read, then the form of the answer."""

import dataclasses
import html

from integrator_lib.course.checks._exercise import Exercise
from integrator_lib.course.checks._verdict import boxed

RUNGS = ("Think of this", "Read again", "The form of the answer")

_given: dict[Exercise, int] = {}


@dataclasses.dataclass(frozen=True, repr=False)
class Hint:
    """One hint, as text and as HTML.

    Attributes:
        number: Which it is, from 1.
        of: How many there are.
        text: What it says.
    """

    number: int
    of: int
    text: str

    def __repr__(self) -> str:
        return f"Hint {self.number} of {self.of}. {self.text}"

    def _repr_html_(self) -> str:
        return boxed(f"<b>Hint {self.number} of {self.of}.</b> {html.escape(self.text)}", "#2f6fb0")


def hint(exercise: Exercise) -> Hint:
    """Return the next hint: a nudge, then the section to read, then the form of the answer.

    After the last one the last one comes again. A new kernel starts from the nudge.

    Args:
        exercise: The exercise, from one of the chapters' modules.

    Raises:
        ValueError: If the exercise has no hints.
    """
    if not exercise.hints:
        raise ValueError(f"exercise must have hints, {exercise.name} has none")
    number = min(_given.get(exercise, 0) + 1, len(exercise.hints))
    _given[exercise] = number
    text = f"{RUNGS[number - 1]}: {exercise.hints[number - 1]}"
    return Hint(number, len(exercise.hints), text)
