"""Checks of the exercises: one module a chapter, each exercise an object.

``check(chapter01.running_sum, running_sum)`` calls an answer on fresh random inputs and
says whether it passed, was not attempted, or which slip makes the same numbers: a mistake
that is often made, or one or two edits of a right answer's source. It shows a small case
with what was expected and what came. ``hint(chapter01.running_sum)`` gives a nudge, called
again the section to read, then the form of the answer. ``progress()`` lists what is passed.

To write an exercise, see :class:`Exercise`. Its reference is in NumPy even where the answer
is in JAX: hundreds of its neighbours are run when an answer fails, and JAX would compile
each of them.
"""

from integrator_lib.course.checks._check import check
from integrator_lib.course.checks._exercise import Exercise, Mistake
from integrator_lib.course.checks._hints import Hint, hint
from integrator_lib.course.checks._progress import Progress, progress
from integrator_lib.course.checks._verdict import Verdict

__all__ = [
    "Exercise",
    "Hint",
    "Mistake",
    "Progress",
    "Verdict",
    "check",
    "hint",
    "progress",
]
