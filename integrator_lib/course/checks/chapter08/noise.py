"""Exercises of chapter 08: noise in weights and state."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_modes(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n, sign in ((4, -1), (7, 1), (2, -1)):
        left, right = rng.uniform(0.5, 1, n), rng.uniform(0.2, 2, n)
        change = rng.standard_normal((n, n))
        # Shifts of both signs, none of them near 0.
        change += np.outer(left, right) * (sign - left @ change @ right)
        cases.append((left, right, change))
    return cases


def _eigenvalue_shift(left: Any, right: Any, change: Any) -> Any:
    return left @ change @ right / (left @ right)


eigenvalue_shift = Exercise(
    name="eigenvalue_shift",
    reference=_eigenvalue_shift,
    hints=(
        "Which vector multiplies from which side, and what if their product is not 1?",
        "Noise in the weights",
        "a number made of left, change and right, over the product of left and right",
    ),
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


def _noise_at_the_output(o: Any, J: Any, noise_std: float, num_steps: int) -> Any:
    total = 0.0
    for _ in range(num_steps):
        total = total + o @ o
        o = o @ J
    return noise_std**2 * total


output_variance = Exercise(
    name="output_variance",
    reference=_noise_at_the_output,
    hints=(
        "What does the output see of noise that came k steps ago?",
        "Noise in the state",
        "a loop that adds a squared length and then moves o one step back; times a variance",
    ),
    draw=lambda rng: [
        (
            rng.uniform(0.5, 1, n),
            rng.standard_normal((n, n)) / n**0.5,
            rng.uniform(0.2, 0.8),
            int(rng.integers(3, 8)),
        )
        for n in (4, 6, 2)
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
