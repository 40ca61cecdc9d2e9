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
    except (Exception, SystemExit) as error:
        said = problem(answer, error)
        if said == "not attempted":
            verdict = Verdict(exercise.name, said)
        else:
            tried = cases[: len(results) + 1]
            verdict = Verdict(exercise.name, "not yet", said + exercise.why(tried, results, error))
    else:
        verdict = exercise.judge(cases, results, left)
    remember(exercise, verdict.status)
    return verdict


def problem(answer: Any, error: BaseException) -> str:
    """Say how an answer stopped; ``"not attempted"`` if it is a stub still."""
    if isinstance(error, NotImplementedError):
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = trace.tb_frame.f_code if trace else None
        own = list(vars(answer).values()) if isinstance(answer, type) else [answer]
        if any(getattr(function, "__code__", None) is place for function in own):
            return "not attempted"
        around = getattr(own[-1], "__globals__", None)
        if trace and place and trace.tb_frame.f_globals is around:
            return f"It calls {place.co_name}, which is not written yet."
    return f"It stopped with {type(error).__name__}: {error}".rstrip(": ")


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
