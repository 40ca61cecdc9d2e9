"""Exercises of chapter 03, Training."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _mse(outputs: Any, targets: Any) -> Any:
    return np.mean((outputs - targets) ** 2)


def _penalty(weights: dict, l2: float, power: int = 2, matrices_only: bool = True) -> Any:
    arrays = [a for a in weights.values() if a.ndim == 2 or not matrices_only]
    return l2 * sum(np.sum(np.abs(a) ** power) for a in arrays)


def _loss_parts(outputs: Any, targets: Any, weights: dict, l2: float) -> Any:
    error = np.mean((outputs - targets) ** 2)
    penalty = 0.0
    for array in weights.values():
        if array.ndim == 2:
            penalty = penalty + l2 * np.sum(array**2)
    return error, penalty


def _parts_by_sum(outputs: Any, targets: Any, weights: dict, l2: float) -> Any:
    penalty = l2 * sum(np.sum(a**2) for a in weights.values() if a.ndim == 2)
    return np.mean((outputs - targets) ** 2), penalty


loss_parts = Exercise(
    name="loss_parts",
    reference=_loss_parts,
    others=(_parts_by_sum,),
    hints=(
        "How many matrices are there, and which arrays are none?",
        "A training loop on one page",
        "a mean of squares, and l2 times a sum over the arrays with two axes; return both",
    ),
    draw=lambda rng: [
        (
            rng.standard_normal((time, 2, 1)),
            rng.standard_normal((time, 2, 1)),
            {name: rng.uniform(0.5, 1.5, shape) for name, shape in arrays.items()},
            rng.uniform(0.1, 1),
        )
        for time, arrays in (
            (25, {"W": (5, 4), "b": (4,), "readout": (4, 1), "scale": ()}),
            (8, {"offset": (3,), "first": (2, 3), "second": (3, 3), "third": (3, 2)}),
            (2, {"W": (2, 1), "b": (1,), "out": (1, 2)}),
        )
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
            "one matrix alone is penalised; there are several",
            lambda o, t, w, l2: (
                _mse(o, t),
                l2 * np.sum(next(a for a in w.values() if a.ndim == 2) ** 2),
            ),
        ),
        Mistake(
            "the two are in the wrong order; the error comes first",
            lambda o, t, w, l2: (_penalty(w, l2), _mse(o, t)),
        ),
        Mistake(
            "the first number is the whole loss; return the error without the penalty",
            lambda o, t, w, l2: (_mse(o, t) + _penalty(w, l2), _penalty(w, l2)),
        ),
        Mistake(
            "the two are added up; return them apart, or nobody can tell which one falls",
            lambda o, t, w, l2: _mse(o, t) + _penalty(w, l2),
        ),
    ),
)


def _decayed_rate(initial: float, decay: float, step: int) -> float:
    return initial * decay**step


decayed_rate = Exercise(
    name="decayed_rate",
    reference=_decayed_rate,
    hints=(
        "What happens to the rate in one step, and what in two?",
        "The suspects",
        "the first rate times a power",
    ),
    draw=lambda rng: [
        # Few steps and a clear decay: float32 rounds the decay, and a power multiplies that.
        (rng.uniform(0.001, 0.1), rng.uniform(0.9, 0.99), int(step))
        for step in rng.integers(3, 200, 4)
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


def _draw_gradients(rng: np.random.Generator) -> list[tuple]:
    cases = []
    shapes = ({"W": (5, 4), "b": (4,)}, {"first": (3, 2), "out": (2,), "bias": (3,)})
    for arrays, part in zip((*shapes, {"W": (1, 2), "b": (2,)}), (0.3, 1.7, 0.5), strict=True):
        gradients = {name: rng.uniform(0.5, 1.5, shape) for name, shape in arrays.items()}
        cases.append((gradients, part * _norm(gradients.values())))
    return cases


def _clip_by_norm(gradients: dict, max_norm: float) -> dict:
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    factor = min(1.0, max_norm / norm)
    return {name: factor * g for name, g in gradients.items()}


clip_by_norm = Exercise(
    name="clip_by_norm",
    reference=_clip_by_norm,
    hints=(
        "Must a short gradient change? And does each array have a norm of its own?",
        "Back through time",
        "one norm of all entries of all arrays, one factor of at most 1, a new dictionary",
    ),
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


def _first_adam_update(gradient: Any, learning_rate: float, eps: float) -> Any:
    return -learning_rate * gradient / (np.abs(gradient) + eps)


def _update_by_root(gradient: Any, learning_rate: float, eps: float) -> Any:
    return -learning_rate * gradient / (np.sqrt(gradient**2) + eps)


first_adam_update = Exercise(
    name="first_adam_update",
    reference=_first_adam_update,
    others=(_update_by_root,),
    hints=(
        "How large is the change where the gradient is much larger than eps?",
        "The suspects",
        "minus the rate, times the gradient, over its own size plus eps",
    ),
    draw=lambda rng: [
        (10.0 ** rng.uniform(-2, 0, n) * np.resize([-1, 1], n), rng.uniform(0.001, 0.1), eps)
        for n, eps in ((6, 0.1), (6, 1e-3), (2, 0.1))
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


def _recalled(inputs: Any) -> Any:
    return np.concatenate([np.zeros_like(inputs[:5]), inputs[:-5]])


recall = Exercise(
    name="recall",
    reference=_recalled,
    hints=(
        "What must change in a training loop when only the target changes?",
        "A training loop on one page",
        "any network with a memory, trained as before on inputs and the inputs of five steps ago",
    ),
    draw=lambda rng: [
        (rng.uniform(-1, 1, (time, batch, 1)),) for time, batch in ((20, 16), (15, 8))
    ],
    max_mse=0.01,
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
