"""Exercises of chapter 08: units and weights that are lost."""

import functools
from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake
from integrator_lib.dynamics import linearise_ends
from integrator_lib.robustness import predicted_mse
from integrator_lib.shipped import load_trained
from integrator_lib.task import IntegratorTask


def _silent_outputs(W: Any, readout: Any, h: Any, num_steps: int) -> Any:
    outputs = []
    for _ in range(num_steps):
        h = np.maximum(h @ W, 0)
        outputs.append(h @ readout)
    return np.array(outputs)


silent_outputs = Exercise(
    name="silent_outputs",
    reference=_silent_outputs,
    hints=(
        "In which order are a step and a reading taken?",
        "The patients",
        "a loop that carries the state and collects one number a step",
    ),
    draw=lambda rng: [
        (
            rng.standard_normal((n, n)) / n**0.5 + 0.3 * np.eye(n),
            rng.standard_normal(n),
            rng.uniform(0.5, 1, n),
            int(rng.integers(3, 6)),
        )
        for n in (5, 8, 2)
    ],
    mistakes=(
        Mistake(
            "the first output is that of the state before the first step",
            lambda W, o, h, n: np.concatenate([[h @ o], _silent_outputs(W, o, h, n)[:-1]]),
        ),
        Mistake(
            "the start is put in front; num_steps outputs are wanted",
            lambda W, o, h, n: np.concatenate([[h @ o], _silent_outputs(W, o, h, n)]),
        ),
        Mistake(
            "the ReLU is missing",
            lambda W, o, h, n: np.array(
                [h @ np.linalg.matrix_power(W, k + 1) @ o for k in range(n)]
            ),
        ),
        Mistake(
            "W is transposed; the state is a row, h @ W",
            lambda W, o, h, n: _silent_outputs(W.T, o, h, n),
        ),
        Mistake(
            "the state never changes: every output is the first one",
            lambda W, o, h, n: np.repeat(_silent_outputs(W, o, h, 1), n),
        ),
        Mistake(
            "only the last output is returned",
            lambda W, o, h, n: _silent_outputs(W, o, h, n)[-1],
        ),
    ),
)


def _pruned_shift(left: Any, right: Any, W: Any, share: float) -> Any:
    size = np.abs(W)
    change = np.where(size <= np.quantile(size, share), -W, 0)
    return right @ change @ left / (left @ right)


def _shift_without(kept: Any, left: Any, right: Any, W: Any) -> Any:
    return right @ np.where(kept, 0, -W) @ left / (left @ right)


def _draw_prunable(rng: np.random.Generator) -> list[tuple]:
    return [
        (
            rng.uniform(0.2, 1, n),
            rng.uniform(0.2, 1, n),
            rng.permutation(np.linspace(0.1, 2, n * n)).reshape(n, n) * np.resize([1, 1, -1], n),
            share,
        )
        # How many weights go is a whole number, however it is rounded or interpolated.
        for n, share in ((5, 0.33), (7, 0.35))
    ]


pruned_shift = Exercise(
    name="pruned_shift",
    reference=_pruned_shift,
    hints=(
        "By how much does a weight change that is set to 0?",
        "Noise in the weights",
        "the shift for a matrix that is minus W where W is small and 0 elsewhere",
    ),
    draw=_draw_prunable,
    mistakes=(
        Mistake(
            "the sign is wrong: a weight that is set to 0 changes by minus itself",
            lambda left, right, W, share: -_pruned_shift(left, right, W, share),
        ),
        Mistake(
            "the largest weights are removed",
            lambda left, right, W, share: _shift_without(
                np.abs(W) < np.quantile(np.abs(W), 1 - share), left, right, W
            ),
        ),
        Mistake(
            "the share is taken for a size; it is the share of the weights that go",
            lambda left, right, W, share: _shift_without(np.abs(W) > share, left, right, W),
        ),
        Mistake(
            "the lowest weights are removed, not the smallest in size",
            lambda left, right, W, share: (
                right @ np.where(np.quantile(W, share) >= W, -W, 0) @ left / (left @ right)
            ),
        ),
        Mistake(
            "left and right are exchanged; entry (j, i) of W leads from unit j to unit i",
            lambda left, right, W, share: _pruned_shift(right, left, W, share),
        ),
        Mistake(
            "the product l . r is taken to be 1; divide by it",
            lambda left, right, W, share: _pruned_shift(left, right, W, share) * (left @ right),
        ),
        Mistake(
            "all but the smallest weights are removed",
            lambda left, right, W, share: (
                (right @ np.where(np.abs(W) > np.quantile(np.abs(W), share), -W, 0) @ left)
                / (left @ right)
            ),
        ),
        Mistake(
            "this is the overlap with the pruned matrix; the shift is that of the change",
            lambda left, right, W, share: (
                right @ W @ left / (left @ right) + _pruned_shift(left, right, W, share)
            ),
        ),
    ),
)


@functools.cache
def _ends() -> tuple:
    task = IntegratorTask()
    return linearise_ends(load_trained("rnn_short", 5), task.sample(64, seed=21, num_steps=100)[0])


def _predicted(num_steps: int, ends: tuple | None = None) -> float:
    return predicted_mse(IntegratorTask(), ends or _ends(), num_steps=num_steps)


def _predicted_error() -> float:
    return _predicted(1000)


predicted_error = Exercise(
    name="predicted_error",
    reference=_predicted_error,
    hints=(
        "Which two numbers of each end of the line count in long trials?",
        "The growth of error with length",
        "one number, from the ends of the line of a loaded network",
    ),
    draw=lambda rng: [()],
    mistakes=(
        Mistake(
            "this is the error at 25 steps; the trials have 1000",
            lambda: _predicted(25),
        ),
        Mistake(
            "one eigenvalue is used for both signs: that of the negative end, or the mean of the "
            "two, which comes to the same here",
            lambda: _predicted(1000, (_ends()[0], _ends()[0])),
        ),
        Mistake(
            "one end of the line is used for both signs: the positive one",
            lambda: _predicted(1000, (_ends()[1], _ends()[1])),
        ),
        Mistake(
            "the two ends are exchanged; negative sums come first, and are the more frequent",
            lambda: _predicted(1000, _ends()[::-1]),
        ),
        Mistake(
            "this is the root of the mean squared error",
            lambda: np.sqrt(_predicted(1000)),
        ),
    ),
    tolerance=0.1,
)
