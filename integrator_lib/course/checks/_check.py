"""Call a student's answer and say what came of it."""

import contextlib
import copy
import warnings
from collections.abc import Iterator
from typing import Any

import brainstate
import numpy as np

from integrator_lib.course.checks._exercise import Exercise
from integrator_lib.course.checks._progress import remember
from integrator_lib.course.checks._verdict import Verdict
from integrator_lib.course.stopped import problem


def check(exercise: Exercise, answer: Any, seed: int | None = None) -> Verdict:
    """Try an answer on random inputs and return the verdict.

    Args:
        exercise: The exercise, from one of the chapters' modules.
        answer: The function, or the class, that answers it.
        seed: Seed of the inputs; fresh inputs at every call if ``None``.
    """
    cases = exercise.draw(np.random.default_rng(seed))
    left = copy.deepcopy(cases)
    results: list[Any] = []
    try:
        with undisturbed():
            for case in left:
                results.append(exercise.use(answer, *case))
            results = exercise.scored(cases, results)
    except (Exception, SystemExit) as error:
        said = problem(answer, error)
        if said == "not attempted":
            verdict = Verdict(exercise.name, said)
        else:
            tried = cases[: len(results) + 1]
            why = exercise.why(tried, results[: len(tried) - 1], error)
            verdict = Verdict(exercise.name, "not yet", said + why)
    else:
        verdict = exercise.judge(cases, results, left)
    remember(exercise, verdict.status)
    return verdict


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Leave the random states, NumPy's settings and the warnings' filters as they were."""
    numpys = np.random.get_state()  # noqa: NPY002
    brainstates = brainstate.random.DEFAULT.value
    try:
        with np.errstate(), warnings.catch_warnings():
            yield
    finally:
        np.random.set_state(numpys)  # noqa: NPY002
        brainstate.random.DEFAULT.value = brainstates
