"""What an exercise is, and how an answer to it is judged."""

import copy
import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from integrator_lib.course.checks._errors import explained
from integrator_lib.course.checks._search import (
    LONGEST,
    Stopped,
    numbers_or_none,
    outcome,
    quietly,
    slip,
)
from integrator_lib.course.checks._values import (
    MismatchError,
    difference,
    near,
    right_entries,
    same,
    size,
    worked_case,
)
from integrator_lib.course.checks._verdict import Verdict

SAME = 0.01
"""Largest relative difference at which an answer is taken for a known mistake."""


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A wrong answer that is often given.

    Attributes:
        looks_like: What it is, as the end of the sentence "It looks as if ...".
        answer: The wrong answer itself, a function of the case.
    """

    looks_like: str
    answer: Callable


def _call(answer: Callable, *case: Any) -> Any:
    return answer(*case)


@dataclasses.dataclass(frozen=True)
class Exercise:
    """Something to write, what it must return, and mistakes that are known.

    Attributes:
        name: Name of the function or class.
        reference: A right answer: a plain function in NumPy, complete in itself, whose
            arguments are called as in the notebook. When an answer fails, the one-edit
            neighbours of its source are searched for the answer's numbers.
        others: Right answers written in other ways; slips are searched for around these too.
        draw: Draws the arguments of several calls, a list of tuples, from a generator.
            Arguments and results are numbers, arrays, or tuples, lists and dictionaries
            of them. One case is tiny: a wrong answer is shown what it made of it.
        mistakes: Wrong answers; each differs from the reference on the drawn arguments.
        hints: A nudge, the title of the section to read again, and the form of the answer.
        tolerance: Largest accepted difference, relative to the largest entry of the right
            array. The default is a thousand times float32's rounding.
        max_mse: Largest accepted mean squared difference, in place of ``tolerance``, for
            what was trained.
        by_entry: Whether each entry of the result counts by itself, as in an exam: it is
            right within ``tolerance`` of its own size, and the share of right ones earns
            that share of a point. Nothing is said of which are wrong.
        use: Makes a case's result of the answer, ``use(answer, *case)``, where the answer
            is more than a function of arrays: a class, an ``update``, a loop.
        score: Makes numbers of what ``use`` returned, ``score(result, *case)``, where many answers
            are right. It judges, so it never runs in the process of a student who is graded.
    """

    name: str
    reference: Callable
    draw: Callable[[np.random.Generator], list[tuple]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...] = ()
    others: tuple[Callable, ...] = ()
    tolerance: float = 1e-4
    max_mse: float | None = None
    by_entry: bool = False
    use: Callable = _call
    score: Callable | None = None

    def scored(self, cases: Sequence[tuple], results: Sequence[Any]) -> list:
        """Return the results as numbers to judge."""
        if self.score is None:
            return list(results)
        return [self.score(r, *copy.deepcopy(c)) for r, c in zip(results, cases, strict=True)]

    def judge(
        self, cases: Sequence[tuple], results: Sequence[Any], left: Sequence[tuple] | None = None
    ) -> Verdict:
        """Judge an answer by what it returned.

        Args:
            cases: The arguments of each call.
            results: What the answer returned, one result a call.
            left: What each call left of its arguments; not looked at if ``None``.
        """
        expected = [self.reference(*copy.deepcopy(case)) for case in cases]
        if self.by_entry:
            return self._judge_entries(cases, results, expected)
        problems = [
            difference(*pair, self.tolerance, self.max_mse)
            for pair in zip(results, expected, strict=True)
        ]
        changed = left is not None and any(map(_differ, cases, left))
        if not any(problems):
            if changed:
                message = "It looks as if your function changes its input; copy it first."
                return Verdict(self.name, "not yet", message)
            return Verdict(self.name, "passed")
        failed = [i for i, problem in enumerate(problems) if problem]
        shown = min(failed, key=lambda i: size(cases[i]))
        example = worked_case(self.reference, cases[shown], results[shown], expected[shown])
        message = self._looks_like(cases, [numbers_or_none(r) for r in results])
        message = message or problems[failed[0]]
        if changed:
            message += " It also changes its input; copy it first."
        return Verdict(self.name, "not yet", message, example)

    def _judge_entries(
        self, cases: Sequence[tuple], results: Sequence[Any], expected: Sequence[Any]
    ) -> Verdict:
        """Judge each entry by itself."""
        try:
            pairs = zip(results, expected, strict=True)
            right = np.concatenate([right_entries(*pair, self.tolerance) for pair in pairs])
        except MismatchError as mismatch:
            return Verdict(self.name, "not yet", str(mismatch))
        if right.all():
            return Verdict(self.name, "passed")
        said = self._looks_like(cases, [numbers_or_none(r) for r in results])
        message = f"{right.sum()} of {right.size} are right. {said}".rstrip()
        return Verdict(self.name, "not yet", message, share=float(right.mean()))

    def why(self, cases: Sequence[tuple], results: Sequence[Any], error: BaseException) -> str:
        """Return a sentence on what stops in the same way, or on what the error says.

        Args:
            cases: The arguments of each call, up to the one that stopped.
            results: What the calls before it returned.
            error: What it stopped with.
        """
        before = [numbers_or_none(r) for r in results]
        said = self._looks_like(cases, [*before, Stopped(type(error).__name__, str(error))])
        if not said and (meaning := explained(error)):
            said = f"It looks as if {meaning}."
        return f". {said}" if said else ""

    def _looks_like(self, cases: Sequence[tuple], found: list[Any]) -> str:
        """Name what makes the same outcomes; empty if nothing known does."""
        if any(f is None for f in found):
            return ""
        end = time.process_time() + LONGEST
        with quietly():
            for mistake in self.mistakes:
                made = [outcome(mistake.answer, case) for case in cases]
                if all(self._alike(*pair) for pair in zip(found, made, strict=True)):
                    return f"It looks as if {mistake.looks_like}."
            if self.max_mse is not None or self.by_entry:
                return ""
            forms = (self.reference, *self.others)
            words = slip(forms, cases, found, min(self.tolerance, SAME), end)
        return f"It looks as if {words}." if words else ""

    def _alike(self, one: Any, other: Any) -> bool:
        if self.max_mse is not None:
            return near(one, other, self.max_mse)
        if self.by_entry:
            arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
            alike = arrays and one.shape == other.shape
            return alike and bool(right_entries(one, other, self.tolerance).all())
        return same(one, other, min(self.tolerance, SAME))


def _differ(one: Any, other: Any) -> bool:
    return not same(numbers_or_none(one), numbers_or_none(other), 0.0)
