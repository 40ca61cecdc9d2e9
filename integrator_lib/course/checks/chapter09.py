"""Exercises of chapter 09, Repair."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _smallest_change(rows: Any, errors: Any) -> Any:
    return -rows.T @ np.linalg.solve(rows @ rows.T, errors)


smallest_change = Exercise(
    name="smallest_change",
    reference=_smallest_change,
    hints=(
        "Would a part of d that is orthogonal to all rows help?",
        "The eigenvalue",
        "minus a combination of the rows, whose coefficients solve small equations",
    ),
    draw=lambda rng: [
        # Small rows: a ridge, as a repair of a whole network has it, is seen.
        (0.02 * (rng.standard_normal((k, n)) + 2 * np.eye(k, n)), rng.uniform(0.5, 1, k))
        for k, n in ((2, 6), (3, 8), (2, 3))
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
            "a ridge is added; the equations are to hold exactly",
            lambda rows, errors: (
                -rows.T @ np.linalg.solve(rows @ rows.T + 1e-4 * np.eye(len(rows)), errors)
            ),
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


def _draw_states(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (6, 9, 4):
        size, half = rng.uniform(0.5, 2, n), np.arange(n) < n // 2
        readout = rng.uniform(0.5, 2, n) * np.where(half, 1, -1)
        # One unit of each group is read with the other sign, as in trained networks.
        readout[[0, -1]] *= -0.05
        cases.append((size * half, size * ~half, readout))
    return cases


def _distilled(positive: Any, negative: Any, readout: Any) -> Any:
    return positive / (positive @ readout) + negative / (negative @ readout)


pattern = Exercise(
    name="pattern",
    reference=_distilled,
    hints=(
        "What does the readout say of each of the two states?",
        "Distilling",
        "each state over its product with the readout, added up",
    ),
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


def _gain_repair(lefts: Any, sizes: Any, input_weights: Any) -> Any:
    rows = sizes[:, None] * lefts
    return input_weights + np.linalg.pinv(rows) @ (1 - rows @ input_weights)


def _draw_gains(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (6, 9, 4):
        lefts = rng.uniform(0.5, 1.5, (2, n)) * (rng.permutation(n) % 2 == np.array([[0], [1]]))
        lefts[:, 0] = 1.2, -0.4  # a unit that both arms read
        sizes = rng.uniform(0.5, 1.5, 2) * np.array([1, -1])
        cases.append((lefts, sizes, rng.standard_normal(n)))
    return cases


gain_repair = Exercise(
    name="gain_repair",
    reference=_gain_repair,
    hints=(
        "Which two equations does the change of the input weights have to meet?",
        "Eigenvalue and gain",
        "the input weights plus a combination of two rows",
    ),
    draw=_draw_gains,
    mistakes=(
        Mistake(
            "the change is returned alone; add it to the input weights",
            lambda lefts, sizes, v: _gain_repair(lefts, sizes, v) - v,
        ),
        Mistake(
            "the input weights are built anew; the shortest change keeps what no arm reads",
            lambda lefts, sizes, v: np.linalg.pinv(sizes[:, None] * lefts) @ np.ones(2),
        ),
        Mistake(
            "the sign is wrong: the gains move away from 1",
            lambda lefts, sizes, v: 2 * v - _gain_repair(lefts, sizes, v),
        ),
        Mistake(
            "what the readout sees, w . r, is left out; the gain has two factors",
            lambda lefts, sizes, v: _gain_repair(lefts, np.ones(2), v),
        ),
        Mistake(
            "the size of w . r is taken without its sign",
            lambda lefts, sizes, v: _gain_repair(lefts, np.abs(sizes), v),
        ),
        Mistake(
            "each arm is corrected by itself; the corrections disturb each other",
            lambda lefts, sizes, v: (
                v
                + sum(
                    (1 - size * left @ v) * size * left / np.sum((size * left) ** 2)
                    for left, size in zip(lefts, sizes, strict=True)
                )
            ),
        ),
        Mistake(
            "all input weights are multiplied by one factor; the two arms need different ones",
            lambda lefts, sizes, v: v / np.mean(sizes * (lefts @ v)),
        ),
    ),
)


def _drift_row(W: Any, h: Any, worth: Any) -> Any:
    return np.outer(h, worth * (h @ W > 0))


drift_row = Exercise(
    name="drift_row",
    reference=_drift_row,
    hints=(
        "Which of the weights does the next state of one unit depend on?",
        "The whole line",
        "an outer product of the state and of what counts in the next one",
    ),
    draw=lambda rng: [
        (
            rng.standard_normal((n, n)),
            rng.uniform(0.5, 1, n) * np.resize([1, -1, 1], n),
            rng.uniform(0.5, 1, n) * np.resize([1, 1, -1], n),
        )
        for n in (5, 7, 3)
    ],
    mistakes=(
        Mistake(
            "it is transposed; entry (j, i) belongs to the weight from unit j to unit i",
            lambda W, h, v: _drift_row(W, h, v).T,
        ),
        Mistake(
            "silent units are not cut out; a weight into one changes nothing",
            lambda W, h, v: np.outer(h, v),
        ),
        Mistake(
            "the units silent in h are cut out; whether a unit is active in the next state counts",
            lambda W, h, v: np.outer(h, v * (h > 0)),
        ),
        Mistake(
            "the units silent in the next state are cut out of h; cut them out of the worth",
            lambda W, h, v: np.outer(h * (h @ W > 0), v),
        ),
        Mistake(
            "this is the derivative by the state; differentiate by W",
            lambda W, h, v: (h @ W > 0)[:, None] * W.T,
        ),
        Mistake(
            "every move counts alike; weigh each unit by what a push on it is worth",
            lambda W, h, v: _drift_row(W, h, np.ones_like(v)),
        ),
        Mistake(
            "this is the derivative of the drift's square",
            lambda W, h, v: 2 * (v @ (np.maximum(h @ W, 0) - h)) * _drift_row(W, h, v),
        ),
    ),
)
