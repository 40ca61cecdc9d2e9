"""What an exercise is, and how an answer to it is judged."""

import copy
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A wrong answer that is often given.

    Attributes:
        looks_like: What it is, as the end of the sentence "It looks as if ...".
        answer: The wrong answer itself.
    """

    looks_like: str
    answer: Callable


@dataclasses.dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found; a notebook shows it as one line.

    Attributes:
        name: Name of the exercise.
        status: ``"passed"``, ``"not attempted"`` or ``"not yet"``.
        message: What to look at; empty unless the status is ``"not yet"``.
    """

    name: str
    status: str
    message: str = ""

    def __repr__(self) -> str:
        return f"{self.name}: {self.status}" + (f". {self.message}" if self.message else "")


@dataclasses.dataclass(frozen=True)
class Exercise:
    """A function to write, what it must return, and mistakes that are known.

    Attributes:
        name: Name of the function.
        reference: A right answer.
        draw: Draws the arguments of several calls, a list of tuples, from a generator.
            Arguments and results are numbers, arrays, or tuples, lists and dictionaries
            of them.
        mistakes: Wrong answers; each differs from the reference on the drawn arguments.
        tolerance: Largest accepted difference, relative to the largest entry of the right
            array. The default is a thousand times float32's rounding.
    """

    name: str
    reference: Callable
    draw: Callable[[np.random.Generator], list[tuple]]
    mistakes: tuple[Mistake, ...]
    tolerance: float = 1e-4

    def judge(self, cases: Sequence[tuple], results: Sequence[Any]) -> Verdict:
        """Judge an answer by what it returned.

        Args:
            cases: The arguments of each call.
            results: What the answer returned, one result a call.
        """
        expected = [self.reference(*copy.deepcopy(case)) for case in cases]
        problems = [self._difference(*pair) for pair in zip(results, expected, strict=True)]
        if not any(problems):
            return Verdict(self.name, "passed")
        for mistake in self.mistakes:
            wrong = [mistake.answer(*copy.deepcopy(case)) for case in cases]
            if not any(self._difference(*pair) for pair in zip(results, wrong, strict=True)):
                return Verdict(self.name, "not yet", f"It looks as if {mistake.looks_like}.")
        return Verdict(self.name, "not yet", next(filter(None, problems)))

    def _difference(self, result: Any, expected: Any) -> str:
        """Say how a result differs from the expected one; nothing if it does not."""
        if result is None:
            return "It returned None: is the return statement missing?"
        found, wanted = jax.tree.leaves(result), jax.tree.leaves(expected)
        if len(found) != len(wanted):
            many = f"{len(wanted)} arrays or numbers" if len(wanted) > 1 else "one array or number"
            return f"It should return {many}, it returned {len(found)}."
        for leaf, want in zip(found, wanted, strict=True):
            if np.iscomplexobj(leaf):
                return "It should return real numbers, it returned complex ones."
            try:
                have = np.asarray(leaf, np.float64)
            except (TypeError, ValueError):
                return f"It should return numbers, it returned {type(leaf).__name__}."
            want = np.asarray(want, np.float64)
            if have.shape != want.shape:
                return f"The result should have shape {want.shape}, it has shape {have.shape}."
            if not np.isfinite(have).all():
                return "The result holds NaN or infinity."
            largest = np.abs(want).max(initial=0.0)
            error = np.abs(have - want).max(initial=0.0)
            if error > self.tolerance * max(largest, 1e-12):
                return f"The shape is right, but an entry is off by {error:.2g}."
        return ""


def check(exercise: Exercise, answer: Callable, seed: int | None = None) -> Verdict:
    """Call an answer on random inputs and return the verdict.

    Args:
        exercise: The exercise, from one of the chapters' modules.
        answer: The function that answers it.
        seed: Seed of the inputs; fresh inputs at every call if ``None``.
    """
    cases = exercise.draw(np.random.default_rng(seed))
    try:
        results = [answer(*copy.deepcopy(case)) for case in cases]
    except NotImplementedError:
        return Verdict(exercise.name, "not attempted")
    except Exception as error:
        message = f"It stopped with {type(error).__name__}: {error}"
        return Verdict(exercise.name, "not yet", message)
    return exercise.judge(cases, results)
