"""Exercises of chapter 06, Finding the line."""

import functools
from typing import Any

import numpy as np

from integrator_lib import dynamics
from integrator_lib.course.checks._exercise import Exercise, Mistake
from integrator_lib.shipped import load_trained


def _norms(states: Any) -> Any:
    return np.linalg.norm(states, axis=1)


def _draw_states(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for number, size in ((6, 4), (3, 8), (2, 3)):
        states = rng.standard_normal((number, size))
        cases.append((states, states + rng.uniform(0.2, 0.5) * rng.standard_normal((number, size))))
    return cases


def _relative_speed(states: Any, next_states: Any) -> Any:
    moves = np.linalg.norm(next_states - states, axis=1)
    return moves / np.linalg.norm(states, axis=1)


relative_speed = Exercise(
    name="relative_speed",
    reference=_relative_speed,
    hints=(
        "How many numbers are there in the result?",
        "Where does the state stand still?",
        "for each row a norm of the move over a norm of the state",
    ),
    draw=_draw_states,
    mistakes=(
        Mistake(
            "this is the speed itself, not yet relative to the state",
            lambda h, new: _norms(new - h),
        ),
        Mistake(
            "it is divided by the norm of the next state; divide by that of the state",
            lambda h, new: _norms(new - h) / _norms(new),
        ),
        Mistake(
            "the norms are squared, so a tenth becomes a hundredth",
            lambda h, new: _norms(new - h) ** 2 / _norms(h) ** 2,
        ),
        Mistake(
            "the two norms are subtracted; a state that only turns moves too",
            lambda h, new: np.abs(_norms(new) - _norms(h)) / _norms(h),
        ),
        Mistake(
            "one norm is taken over all states; each state has its own",
            lambda h, new: np.linalg.norm(new - h) / np.linalg.norm(h),
        ),
    ),
)


def _damped_step(W: Any, h: Any, damping: float) -> Any:
    following = np.tanh(h @ W)
    A = (1 - following**2)[:, None] * W.T - np.eye(len(h))
    return h - np.linalg.solve(A.T @ A + damping * np.eye(len(h)), A.T @ (following - h))


def _residual(W: Any, h: Any) -> tuple[Any, Any]:
    """Return F(h) - h for F(h) = tanh(h W), and the matrix of its derivatives."""
    following = np.tanh(h @ W)
    return following - h, (1 - following**2)[:, None] * W.T - np.eye(len(h))


def _newton_step(W: Any, h: Any, damping: float) -> Any:
    residual, A = _residual(W, h)
    return h - np.linalg.solve(A, residual)


def _gradient_step(W: Any, h: Any, damping: float) -> Any:
    residual, A = _residual(W, h)
    return h - A.T @ residual


def _unsquared_step(W: Any, h: Any, damping: float) -> Any:
    residual, A = _residual(W, h)
    return h - np.linalg.solve(A + damping * np.eye(len(h)), residual)


def _step_with(W: Any, h: Any, damping: float, A: Any) -> Any:
    return h - np.linalg.solve(A.T @ A + damping * np.eye(len(h)), A.T @ _residual(W, h)[0])


damped_step = Exercise(
    name="damped_step",
    reference=_damped_step,
    hints=(
        "What is to become 0, and what is its derivative by the state?",
        "Where does the state stand still?",
        "h minus the solution of equations made of A, its transpose, the damping and the residual",
    ),
    draw=lambda rng: [
        (rng.standard_normal((n, n)) / n**0.5, rng.standard_normal(n), rng.uniform(0.3, 1))
        for n in (4, 6, 2)
    ],
    mistakes=(
        Mistake(
            "the step is returned alone; the new state is h + d",
            lambda W, h, damping: _damped_step(W, h, damping) - h,
        ),
        Mistake(
            "the step goes the wrong way; the residual is F(h) - h, and d has a minus",
            lambda W, h, damping: 2 * h - _damped_step(W, h, damping),
        ),
        Mistake("the damping is left out: this is Newton's step", _newton_step),
        Mistake("the damping is added to A; it belongs to A^T A", _unsquared_step),
        Mistake(
            "this is a step down the gradient of the speed; solve with A^T A + damping I",
            _gradient_step,
        ),
        Mistake(
            "A is the Jacobian of F; that of F(h) - h has 1 less on its diagonal",
            lambda W, h, damping: _step_with(W, h, damping, _residual(W, h)[1] + np.eye(len(h))),
        ),
        Mistake(
            "A is transposed; A[i, j] is the derivative of entry i by entry j",
            lambda W, h, damping: _step_with(W, h, damping, _residual(W, h)[1].T),
        ),
        Mistake(
            "W is transposed; the state is a row, h @ W",
            lambda W, h, damping: _damped_step(W.T, h, damping),
        ),
        Mistake("this is F(h): one step of the network", lambda W, h, damping: np.tanh(h @ W)),
    ),
)


@functools.cache
def _held_by_the_gru() -> Any:
    """Return lowest and highest value that the shipped GRU holds after each silent step."""
    model = load_trained("gru")
    inputs = np.zeros((25 + 100_000, 2, 1))
    inputs[:25] = np.array([[-0.1], [0.1]])
    w, bias = dynamics.readout(model)
    held = np.asarray(dynamics.visited_states(model, inputs) @ w)[25:] + bias
    return np.stack([held.min(axis=1), held.max(axis=1)], axis=1)


def _stable_values() -> Any:
    held = _held_by_the_gru()
    return held[-1]


stable_values = Exercise(
    name="stable_values",
    reference=_stable_values,
    hints=(
        "From how many different values must it start, if two are left?",
        "What persists",
        "an array of two numbers, the lower one first; the readout of states after a long silence",
    ),
    draw=lambda rng: [()],
    mistakes=(
        Mistake(
            "a thousand steps are run; the slow ones need a hundred times as many",
            lambda: _held_by_the_gru()[999],
        ),
        Mistake(
            "ten thousand steps are run; the slow ones need ten times as many",
            lambda: _held_by_the_gru()[9_999],
        ),
        Mistake(
            "the higher value comes first; return the lower one first",
            lambda: _held_by_the_gru()[-1][::-1],
        ),
        Mistake(
            "the values are those right after the trials, before any silence",
            lambda: _held_by_the_gru()[0],
        ),
    ),
    tolerance=0.01,
)
