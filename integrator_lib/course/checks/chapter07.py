"""Exercises of chapter 07, Robustness and repair."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_modes(rng: np.random.Generator) -> list[tuple]:
    return [
        (rng.uniform(0.5, 1, n), rng.uniform(0.2, 2, n), rng.standard_normal((n, n)))
        for n in (4, 7)
    ]


eigenvalue_shift = Exercise(
    name="eigenvalue_shift",
    reference=lambda left, right, change: left @ change @ right / (left @ right),
    draw=_draw_modes,
    mistakes=(
        Mistake(
            "the product l . r is taken to be 1; divide by it",
            lambda left, right, change: left @ change @ right,
        ),
        Mistake(
            "left and right are swapped; the left vector multiplies from the left",
            lambda left, right, change: right @ change @ left / (left @ right),
        ),
        Mistake(
            "the right vector is used on both sides, which is right for symmetric matrices only",
            lambda left, right, change: right @ change @ right / (right @ right),
        ),
        Mistake(
            "each vector is divided by its own length; it is l . r that must be 1",
            lambda left, right, change: (
                left @ change @ right / np.linalg.norm(left) / np.linalg.norm(right)
            ),
        ),
        Mistake(
            "only the diagonal of the change is used",
            lambda left, right, change: left @ (np.diag(change) * right) / (left @ right),
        ),
    ),
)


def _output_variance(
    w: Any, J: Any, noise_std: float, num_steps: int, transposed: bool = False
) -> Any:
    total = 0.0
    for _ in range(num_steps):
        total = total + w @ w
        w = J @ w if transposed else w @ J
    return noise_std**2 * total


output_variance = Exercise(
    name="output_variance",
    reference=_output_variance,
    draw=lambda rng: [
        (
            rng.uniform(0.5, 1, n),
            rng.standard_normal((n, n)) / n**0.5,
            rng.uniform(0.2, 0.8),
            int(rng.integers(3, 8)),
        )
        for n in (4, 6)
    ],
    mistakes=(
        Mistake(
            "the state is multiplied from the right; w J^k, not J^k w, reads a push k steps old",
            lambda w, J, s, n: _output_variance(w, J, s, n, transposed=True),
        ),
        Mistake(
            "this is the standard deviation; the variance is its square",
            lambda w, J, s, n: np.sqrt(_output_variance(w, J, s, n)),
        ),
        Mistake(
            "noise_std is not squared",
            lambda w, J, s, n: _output_variance(w, J, s, n) / s,
        ),
        Mistake(
            "the newest noise is left out; it reaches the output through w itself",
            lambda w, J, s, n: _output_variance(w @ J, J, s, n - 1),
        ),
        Mistake(
            "the newest noise is left out and one that is too old is added; add before multiplying",
            lambda w, J, s, n: _output_variance(w @ J, J, s, n),
        ),
        Mistake(
            "lengths are summed; variances add, so sum their squares",
            lambda w, J, s, n: (
                s**2 * sum(np.linalg.norm(w @ np.linalg.matrix_power(J, k)) for k in range(n))
            ),
        ),
        Mistake(
            "J**k is the power of each entry; multiply by the matrix k times",
            lambda w, J, s, n: s**2 * sum(np.sum((w @ J**k) ** 2) for k in range(n)),
        ),
        Mistake(
            "one step too many is summed",
            lambda w, J, s, n: _output_variance(w, J, s, n + 1),
        ),
        Mistake(
            "every step is taken to count like the newest; older noise went through J",
            lambda w, J, s, n: n * s**2 * (w @ w),
        ),
    ),
)

smallest_change = Exercise(
    name="smallest_change",
    reference=lambda rows, errors: -rows.T @ np.linalg.solve(rows @ rows.T, errors),
    draw=lambda rng: [
        (rng.standard_normal((k, n)) + np.eye(k, n), rng.uniform(0.5, 1, k))
        for k, n in ((2, 6), (3, 8))
    ],
    mistakes=(
        Mistake(
            "the sign is wrong: the change has to cancel the errors",
            lambda rows, errors: rows.T @ np.linalg.solve(rows @ rows.T, errors),
        ),
        Mistake(
            "this is a step down the gradient; the rows overlap, so solve with rows @ rows.T",
            lambda rows, errors: -rows.T @ errors,
        ),
        Mistake(
            "each row is corrected by itself; the corrections disturb each other",
            lambda rows, errors: -rows.T @ (errors / np.sum(rows**2, axis=1)),
        ),
        Mistake(
            "the equations hold, but only the first few unknowns are used: there is a shorter "
            "solution",
            lambda rows, errors: np.concatenate(
                [
                    -np.linalg.solve(rows[:, : len(rows)], errors),
                    np.zeros(rows.shape[1] - len(rows)),
                ]
            ),
        ),
    ),
)


def _pattern(positive: Any, negative: Any, readout: Any) -> Any:
    return positive / (positive @ readout) + negative / (negative @ readout)


def _draw_states(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (6, 9):
        size, half = rng.uniform(0.5, 2, n), np.arange(n) < n // 2
        readout = rng.uniform(0.5, 2, n) * np.where(half, 1, -1)
        cases.append((size * half, size * ~half, readout))
    return cases


pattern = Exercise(
    name="pattern",
    reference=_pattern,
    draw=_draw_states,
    mistakes=(
        Mistake(
            "the states are not rescaled; the sum has to come back whole",
            lambda positive, negative, readout: positive - negative,
        ),
        Mistake(
            "the pattern is unsigned; units of negative sums have a negative entry",
            lambda positive, negative, readout: (
                positive / (positive @ readout) - negative / (negative @ readout)
            ),
        ),
        Mistake(
            "the group of negative sums is missing",
            lambda positive, negative, readout: positive / (positive @ readout),
        ),
        Mistake(
            "both groups are rescaled by one factor; each has its own overlap",
            lambda positive, negative, readout: (
                2 * (positive - negative) / ((positive - negative) @ readout)
            ),
        ),
        Mistake(
            "each state is divided by its length; its overlap with the readout must be 1",
            lambda positive, negative, readout: (
                positive / np.linalg.norm(positive) - negative / np.linalg.norm(negative)
            ),
        ),
        Mistake(
            "the overlap of both groups together is made 1; it must be 1 in each group",
            lambda positive, negative, readout: (
                (positive - negative) / ((positive - negative) @ readout)
            ),
        ),
    ),
)
