"""Exercises of chapter 14, Fast and wide."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_arrays(rng: np.random.Generator) -> list[tuple]:
    """Draw calls in which every catalogued mistake counts something else."""
    a, b = (int(n) for n in rng.choice(np.arange(3, 9), 2, replace=False))
    arrays = [
        np.zeros((a, b), np.float32),
        np.ones((a, b), np.float32),
        np.zeros((b, a), np.float32),
        np.zeros((a, b), np.int32),
        np.zeros((a, b), np.float32),
        np.zeros(a * b, np.float32),
        np.zeros((2 * a, b), np.float32),
        np.ones((b, a), np.float32),
    ]
    return [(arrays,), (arrays[:6],)]


def _count(keys: Sequence[Any]) -> int:
    return len(set(keys))


def _compilations(arrays: Any) -> int:
    return len({(a.shape, str(a.dtype)) for a in arrays})


compilations = Exercise(
    name="compilations",
    reference=_compilations,
    hints=(
        "What must two arrays share to use the same program?",
        "What `jit` does",
        "the number of different pairs of a shape and a type",
    ),
    draw=_draw_arrays,
    mistakes=(
        Mistake("every call compiles; a program is kept and used again", len),
        Mistake(
            "only shapes count; another type needs another program too",
            lambda arrays: _count([a.shape for a in arrays]),
        ),
        Mistake(
            "only types count; another shape needs another program too",
            lambda arrays: _count([str(a.dtype) for a in arrays]),
        ),
        Mistake(
            "arrays of as many entries count as alike; their shapes must agree",
            lambda arrays: _count([(a.size, str(a.dtype)) for a in arrays]),
        ),
        Mistake(
            "only the last program is kept; JAX keeps them all",
            lambda arrays: (
                1
                + sum(
                    a.shape != b.shape or a.dtype != b.dtype for a, b in itertools.pairwise(arrays)
                )
            ),
        ),
    ),
)


def _gru_flops(num_steps: int, batch_size: int, hidden_size: int) -> int:
    entries = 3 * (hidden_size + 1) * hidden_size
    return 3 * 2 * num_steps * batch_size * entries


gru_flops = Exercise(
    name="gru_flops",
    reference=_gru_flops,
    hints=(
        "How many matrices does a GRU have, and how many products does each need, there and back?",
        "How much arithmetic is there?",
        "a product of whole numbers, steps, trials and the entries of the matrices",
    ),
    draw=lambda rng: [
        (int(rng.integers(5, 50)), int(rng.integers(8, 600)), int(rng.integers(10, 200)))
        for _ in range(3)
    ],
    mistakes=(
        Mistake(
            "a factor of 3 is missing: three matrices, and for each one product forward, two back",
            lambda steps, batch, hidden: 6 * steps * batch * (hidden + 1) * hidden,
        ),
        Mistake(
            "the way back is counted once; state and weights each need a product",
            lambda steps, batch, hidden: 12 * steps * batch * (hidden + 1) * hidden,
        ),
        Mistake(
            "products are counted without their sums",
            lambda steps, batch, hidden: 9 * steps * batch * (hidden + 1) * hidden,
        ),
        Mistake(
            "the matrices lack the row of the input",
            lambda steps, batch, hidden: 18 * steps * batch * hidden**2,
        ),
    ),
)


def _break_even_batch(hidden_size: int, peak: float, launch_seconds: float, launches: int) -> float:
    operations = 3 * 2 * (hidden_size + 1) * hidden_size
    return launches * launch_seconds * peak / operations


def _by_seconds(hidden_size: int, peak: float, launch_seconds: float, launches: int) -> float:
    seconds_a_trial = 3 * 2 * (hidden_size + 1) * hidden_size / peak
    return launches * launch_seconds / seconds_a_trial


break_even_batch = Exercise(
    name="break_even_batch",
    reference=_break_even_batch,
    others=(_by_seconds,),
    hints=(
        "How long does one step take to launch, and how long to compute for one trial?",
        "When does a GPU pay?",
        "seconds to launch a step over seconds of arithmetic for one trial",
    ),
    draw=lambda rng: [
        (
            int(rng.integers(10, 60)),
            rng.uniform(1e12, 9e13),
            rng.uniform(2e-6, 9e-6),
            int(rng.integers(3, 9)),
        )
        for _ in range(3)
    ],
    mistakes=(
        Mistake(
            "one launch is counted; a step needs several",
            lambda hidden, peak, launch, launches: launch * peak / (6 * (hidden + 1) * hidden),
        ),
        Mistake(
            "only the forward pass is counted; the way back takes twice as much again",
            lambda hidden, peak, launch, launches: (
                launches * launch * peak / (2 * (hidden + 1) * hidden)
            ),
        ),
        Mistake(
            "products are counted without their sums",
            lambda hidden, peak, launch, launches: (
                launches * launch * peak / (3 * (hidden + 1) * hidden)
            ),
        ),
        Mistake(
            "the ratio is upside down",
            lambda hidden, peak, launch, launches: (
                6 * (hidden + 1) * hidden / (launches * launch * peak)
            ),
        ),
        Mistake(
            "the row of the input is missing",
            lambda hidden, peak, launch, launches: launches * launch * peak / (6 * hidden**2),
        ),
    ),
)


def _draw_parts(rng: np.random.Generator) -> list[tuple]:
    return [
        (
            [rng.standard_normal((4, 3)) for _ in range(count)],
            [int(n) for n in rng.choice(np.arange(5, 60), count, replace=False)],
        )
        for count in (2, 3)
    ]


def _weighted_sum(gradients: Sequence[Any], weights: Sequence[float]) -> Any:
    return sum(w * g for w, g in zip(weights, gradients, strict=True))


def _combine_gradients(gradients: Any, num_trials: Any) -> Any:
    total = np.zeros_like(gradients[0])
    for gradient, trials in zip(gradients, num_trials, strict=True):
        total = total + trials * gradient
    return total / sum(num_trials)


def _combined_at_once(gradients: Any, num_trials: Any) -> Any:
    total = sum(n * gradient for n, gradient in zip(num_trials, gradients, strict=True))
    return total / sum(num_trials)


combine_gradients = Exercise(
    name="combine_gradients",
    reference=_combine_gradients,
    others=(_combined_at_once,),
    hints=(
        "Which part of the batch's mean does each device hold?",
        "One batch on several devices",
        "a sum weighted by the numbers of trials, over their sum",
    ),
    draw=_draw_parts,
    mistakes=(
        Mistake(
            "all devices count alike; weigh each by its trials",
            lambda gradients, trials: sum(gradients) / len(gradients),
        ),
        Mistake(
            "the gradients are added up; the loss is a mean",
            lambda gradients, trials: sum(gradients),
        ),
        Mistake(
            "the weighted sum is not divided by the number of trials",
            _weighted_sum,
        ),
        Mistake(
            "it is divided by the number of devices; divide by the number of trials",
            lambda gradients, trials: _weighted_sum(gradients, trials) / len(gradients),
        ),
        Mistake(
            "a device with more trials counts for less",
            lambda gradients, trials: (
                _weighted_sum(gradients, [1 / n for n in trials]) / sum(1 / n for n in trials)
            ),
        ),
    ),
)


def _draw_steps(rng: np.random.Generator) -> list[tuple]:
    numbers = [tuple(rng.uniform(-2, 2, 2)) for _ in range(2)]
    arrays = [(rng.uniform(-2, 2, 3), rng.uniform(-2, 2, 3)) for _ in range(2)]
    return [tuple(numbers), tuple(arrays)]


def _join(first: tuple, second: tuple) -> tuple:
    return first[0] * second[0], second[0] * first[1] + second[1]


join = Exercise(
    name="join",
    reference=_join,
    hints=(
        "What does the second step make of what the first has left?",
        "Must a step wait for the step before?",
        "a product for what multiplies d; what is added passes through the second step too",
    ),
    draw=_draw_steps,
    mistakes=(
        Mistake(
            "the order is turned round; the first step comes first",
            lambda first, second: _join(second, first),
        ),
        Mistake(
            "what the first step adds does not pass through the second",
            lambda first, second: (first[0] * second[0], first[1] + second[1]),
        ),
        Mistake(
            "the factors are added; one is applied to the other's result",
            lambda first, second: (first[0] + second[0], second[0] * first[1] + second[1]),
        ),
        Mistake(
            "what the second step adds is lost",
            lambda first, second: (first[0] * second[0], second[0] * first[1]),
        ),
    ),
)
