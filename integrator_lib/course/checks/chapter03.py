"""Exercises of chapter 03, Training."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _mse(outputs: Any, targets: Any) -> Any:
    return np.mean((outputs - targets) ** 2)


def _penalty(weights: dict, l2: float, power: int = 2, matrices_only: bool = True) -> Any:
    arrays = [a for a in weights.values() if a.ndim == 2 or not matrices_only]
    return l2 * sum(np.sum(np.abs(a) ** power) for a in arrays)


loss_parts = Exercise(
    name="loss_parts",
    reference=lambda outputs, targets, weights, l2: (
        _mse(outputs, targets),
        _penalty(weights, l2),
    ),
    draw=lambda rng: [
        (
            rng.standard_normal((25, 4, 1)),
            rng.standard_normal((25, 4, 1)),
            {"W": rng.standard_normal((5, 4)), "b": rng.standard_normal(4)},
            rng.uniform(0.1, 1),
        )
        for _ in range(2)
    ],
    mistakes=(
        Mistake(
            "the penalty covers the bias too; leave out arrays that are not matrices",
            lambda o, t, w, l2: (_mse(o, t), _penalty(w, l2, matrices_only=False)),
        ),
        Mistake(
            "the squared errors are summed; the mean does not depend on the batch size",
            lambda o, t, w, l2: (np.sum((o - t) ** 2), _penalty(w, l2)),
        ),
        Mistake(
            "absolute values are summed; that is an L1 penalty",
            lambda o, t, w, l2: (_mse(o, t), _penalty(w, l2, power=1)),
        ),
        Mistake(
            "the factor l2 is missing",
            lambda o, t, w, l2: (_mse(o, t), _penalty(w, 1.0)),
        ),
        Mistake(
            "the two are added up; return them apart, or nobody can tell which one falls",
            lambda o, t, w, l2: _mse(o, t) + _penalty(w, l2),
        ),
    ),
)

decayed_rate = Exercise(
    name="decayed_rate",
    reference=lambda initial, decay, step: initial * decay**step,
    draw=lambda rng: [
        (rng.uniform(0.001, 0.1), rng.uniform(0.99, 0.9999), int(step))
        for step in rng.integers(50, 3000, 4)
    ],
    mistakes=(
        Mistake(
            "the rate never changes, which is the fault of a schedule that is not stepped",
            lambda initial, decay, step: initial,
        ),
        Mistake(
            "the rate falls linearly; each step multiplies by the same factor",
            lambda initial, decay, step: initial * (1 - (1 - decay) * step),
        ),
        Mistake(
            "the schedule is one step late",
            lambda initial, decay, step: initial * decay ** (step - 1),
        ),
        Mistake(
            "the schedule is one step early",
            lambda initial, decay, step: initial * decay ** (step + 1),
        ),
    ),
)


def _norm(arrays: Any) -> Any:
    return np.sqrt(sum(np.sum(a**2) for a in arrays))


def _clip(gradients: dict, max_norm: float) -> dict:
    factor = min(1.0, max_norm / _norm(gradients.values()))
    return {name: factor * g for name, g in gradients.items()}


def _draw_gradients(rng: np.random.Generator) -> list[tuple]:
    gradients = [{"W": rng.standard_normal((5, 4)), "b": rng.standard_normal(4)} for _ in range(2)]
    norms = [_norm(g.values()) for g in gradients]
    return [(gradients[0], 0.3 * norms[0]), (gradients[1], 1.7 * norms[1])]


clip_by_norm = Exercise(
    name="clip_by_norm",
    reference=_clip,
    draw=_draw_gradients,
    mistakes=(
        Mistake(
            "each array is clipped by itself; the norm is that of all arrays together",
            lambda gradients, max_norm: {
                name: g * min(1.0, max_norm / _norm([g])) for name, g in gradients.items()
            },
        ),
        Mistake(
            "each entry is clipped, which turns the gradient",
            lambda gradients, max_norm: {
                name: np.clip(g, -max_norm, max_norm) for name, g in gradients.items()
            },
        ),
        Mistake(
            "short gradients are stretched; only longer ones may change",
            lambda gradients, max_norm: {
                name: g * max_norm / _norm(gradients.values()) for name, g in gradients.items()
            },
        ),
        Mistake(
            "the square root is missing from the norm",
            lambda gradients, max_norm: {
                name: g * min(1.0, max_norm / _norm(gradients.values()) ** 2)
                for name, g in gradients.items()
            },
        ),
    ),
)

first_adam_update = Exercise(
    name="first_adam_update",
    reference=lambda g, rate, eps: -rate * g / (np.abs(g) + eps),
    draw=lambda rng: [
        (10.0 ** rng.uniform(-4, 0, 6) * rng.choice([-1, 1], 6), rng.uniform(0.001, 0.1), eps)
        for eps in (0.1, 1e-3)
    ],
    mistakes=(
        Mistake(
            "the sign is wrong; the update goes against the gradient",
            lambda g, rate, eps: rate * g / (np.abs(g) + eps),
        ),
        Mistake(
            "eps is left out, so that every entry moves by the learning rate",
            lambda g, rate, eps: -rate * np.sign(g),
        ),
        Mistake(
            "eps is added under the square root",
            lambda g, rate, eps: -rate * g / np.sqrt(g**2 + eps),
        ),
        Mistake(
            "the gradient is not divided by its size; that is plain gradient descent",
            lambda g, rate, eps: -rate * g,
        ),
    ),
)


def _delayed(inputs: Any, steps: int) -> Any:
    return np.concatenate([np.zeros_like(inputs[:steps]), inputs[: len(inputs) - steps]])


recall = Exercise(
    name="recall",
    reference=lambda inputs: _delayed(inputs, 5),
    draw=lambda rng: [
        (rng.uniform(-1, 1, (time, batch, 1)),) for time, batch in ((20, 16), (15, 8))
    ],
    # A trained network is never exact: every output within 0.1, a squared error below 0.01.
    tolerance=0.1,
    mistakes=(
        Mistake(
            "the input of four steps ago is recalled; it is to be five",
            lambda inputs: _delayed(inputs, 4),
        ),
        Mistake(
            "the input of six steps ago is recalled; it is to be five",
            lambda inputs: _delayed(inputs, 6),
        ),
        Mistake("the present input is repeated", lambda inputs: inputs),
        Mistake("the inputs are added up", lambda inputs: np.cumsum(inputs, axis=0)),
        Mistake(
            "the outputs stay near 0, which is as far as training gets before it finds the memory",
            lambda inputs: 0 * inputs,
        ),
    ),
)
