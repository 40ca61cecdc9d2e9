"""Exercises of chapter 15, Mystery networks."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from integrator_lib.course.checks import _exam
from integrator_lib.course.checks._exercise import Exercise, Mistake
from integrator_lib.theory import mean_squared_target
from integrator_lib.zoo import LONG, MECHANISMS, Truth


@functools.cache
def _key() -> dict[str, Any]:
    return _exam.key()


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple(each.mechanism for each in _exam.members(_key()["seed"]))


@functools.cache
def _truths() -> tuple[Truth, ...]:
    return tuple(each.truth for each in _exam.members(_key()["seed"]))


def _places(answer: Callable) -> Any:
    """Turn the names that an answer gives into their places in the list, from 1."""
    return [MECHANISMS.index(name) + 1 if name in MECHANISMS else 0 for name in answer()]


def _listed(answer: Callable) -> Any:
    """Turn the numbers that an answer gives into an array; ``None`` leaves an entry open."""
    return np.array(answer(), dtype=float)


def _above_rounding(answer: Callable) -> Any:
    """Turn the errors that an answer gives into an array; rounding makes those below 1e-6."""
    return np.maximum(np.array(answer(), dtype=float), 1e-6)


def _mechanisms() -> Any:
    return np.array([MECHANISMS.index(name) + 1 for name in _names()])


def _exchanged(one: str, other: str) -> Callable:
    def answer() -> Any:
        swap = {one: other, other: one}
        return np.array([MECHANISMS.index(swap.get(name, name)) + 1 for name in _names()])

    return answer


def _taken_for(one: str, other: str) -> Callable:
    def answer() -> Any:
        taken = {one: other}
        return np.array([MECHANISMS.index(taken.get(name, name)) + 1 for name in _names()])

    return answer


mechanisms = Exercise(
    name="mechanisms",
    reference=_mechanisms,
    hints=(
        "Which experiment divides those that are left into two halves?",
        "Questions that tell them apart",
        "a list of twelve of the names in MECHANISMS, the first one of network 1",
    ),
    draw=lambda rng: [()],
    by_entry=True,
    use=_places,
    mistakes=(
        Mistake(
            "two networks with two arms are exchanged: how many units carry each arm?",
            _exchanged("two units", "family of many units"),
        ),
        Mistake(
            "two straight or bent lines are exchanged: does the set of active units change "
            "along the line?",
            _exchanged("exact line", "line of many pieces"),
        ),
        Mistake(
            "a network is taken for a leaky one that rests at many values: look at silence "
            "after sums of several sizes",
            _taken_for("ladder", "leaky line"),
        ),
        Mistake(
            "a network is taken for a line whose values all move the same way in silence",
            _taken_for("ghost", "exact line"),
        ),
    ),
)


def _eigenvalues() -> Any:
    return np.array([truth.eigenvalue for truth in _truths()])


eigenvalues = Exercise(
    name="eigenvalues",
    reference=_eigenvalues,
    hints=(
        "In which state, and why not at the very start?",
        "Eigenvalues at a probe",
        "a list of twelve moduli, each right within 0.2 %",
    ),
    draw=lambda rng: [()],
    tolerance=2e-3,
    by_entry=True,
    use=_listed,
    mistakes=(
        Mistake("1 is subtracted; the eigenvalue itself is asked for", lambda: _eigenvalues() - 1),
        Mistake(
            "the squares are given; take the modulus of each eigenvalue",
            lambda: _eigenvalues() ** 2,
        ),
        Mistake(
            "the Jacobian is taken where every unit is at its kink, and answers 0",
            lambda: 0 * _eigenvalues(),
        ),
    ),
)


def _gains() -> Any:
    return np.array([truth.gain for truth in _truths()])


gains = Exercise(
    name="gains",
    reference=_gains,
    hints=(
        "What does a small input do to the state in one step, and what does the readout see of it?",
        "Eigenvalues at a probe",
        "a list of twelve numbers, each right within 1 %",
    ),
    draw=lambda rng: [()],
    tolerance=1e-2,
    by_entry=True,
    use=_listed,
    mistakes=(
        Mistake("1 is subtracted; the gain itself is asked for", lambda: _gains() - 1),
        Mistake(
            "the gain is multiplied by the eigenvalue: that is the rise one step later",
            lambda: _gains() * _eigenvalues(),
        ),
        Mistake("the inverse is given", lambda: 1 / _gains()),
    ),
)


def _long_errors() -> Any:
    return np.maximum(_key()["long_errors"], 1e-6)


long_errors = Exercise(
    name="long_errors",
    reference=_long_errors,
    hints=(
        "How large is a sum of 1000 inputs, and which of the networks can reach it?",
        "Errors before the run",
        "a list of twelve relative errors, each right within 2 %; 0 for rounding alone",
    ),
    draw=lambda rng: [()],
    tolerance=0.02,
    by_entry=True,
    use=_above_rounding,
    mistakes=(
        Mistake(
            "the errors are not divided by the mean squared target",
            lambda: np.maximum(mean_squared_target(LONG) * np.array(_key()["long_errors"]), 1e-6),
        ),
        Mistake("the roots of the errors are given", lambda: _long_errors() ** 0.5),
        Mistake(
            "every bounded network is taken to say 0: where does its output end?",
            lambda: np.where(_long_errors() > 0.88, 1.0, _long_errors()),
        ),
    ),
)


def _noisy_errors() -> Any:
    return np.maximum(_key()["noisy_errors"], 1e-6)


noisy_errors = Exercise(
    name="noisy_errors",
    reference=_noisy_errors,
    hints=(
        "How far does the noise move the eigenvalue, and how many weights share it?",
        "Errors before the run",
        "a list of twelve relative errors, each right within a factor of about 1.5",
    ),
    draw=lambda rng: [()],
    tolerance=0.5,
    by_entry=True,
    use=_above_rounding,
    mistakes=(
        Mistake(
            "the errors are those of 1000 steps; the noise is tried on 25",
            lambda: _long_errors(),
        ),
        Mistake("the roots of the errors are given", lambda: _noisy_errors() ** 0.5),
    ),
)
