"""Exercises of chapter 05: a leak, and a gain that hides it."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_leaky(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for time, batch in ((25, 12), (15, 8), (3, 2)):
        inputs = rng.uniform(0.3, 1) + rng.standard_normal((time, batch, 1))
        outputs = [np.zeros((batch, 1))]
        for x in inputs:
            outputs.append(0.85 * outputs[-1] + x)
        cases.append((np.stack(outputs[1:]), np.cumsum(inputs, axis=0)))
    return cases


def _fitted_gain(outputs: Any, targets: Any) -> Any:
    return np.sum(outputs * targets) / np.sum(outputs**2)


fitted_gain = Exercise(
    name="fitted_gain",
    reference=_fitted_gain,
    hints=(
        "What is the squared error as a function of the gain?",
        "A leak, and a gain that hides it",
        "one sum of products over one sum of squares, both over everything",
    ),
    draw=_draw_leaky,
    mistakes=(
        Mistake(
            "the roles are swapped: the sum below the line is that of the squared outputs",
            lambda o, t: np.sum(o * t) / np.sum(t**2),
        ),
        Mistake("this is the ratio of two means", lambda o, t: np.mean(t) / np.mean(o)),
        Mistake(
            "this is the mean of the ratios, in which outputs near 0 count most",
            lambda o, t: np.mean(t / o),
        ),
        Mistake(
            "a gain is fitted to each trial; one gain serves all of them",
            lambda o, t: np.mean(np.sum(o * t, axis=0) / np.sum(o**2, axis=0)),
        ),
        Mistake(
            "this is a regression with an intercept; a gain has none",
            lambda o, t: np.mean((o - o.mean()) * (t - t.mean())) / np.var(o),
        ),
        Mistake(
            "this is the ratio of two sizes, which takes no notice of how the outputs covary",
            lambda o, t: np.sqrt(np.sum(t**2) / np.sum(o**2)),
        ),
        Mistake(
            "only the last step is used",
            lambda o, t: np.sum(o[-1] * t[-1]) / np.sum(o[-1] ** 2),
        ),
    ),
)


def _running_sums(inputs: Any, leak: float) -> Any:
    total, outputs = np.zeros_like(inputs[0]), []
    for x in inputs:
        total = (1 - leak) * total + x
        outputs.append(total)
    return np.stack(outputs)


def _by_a_pair(inputs: Any, leak: float) -> Any:
    h, outputs = np.zeros((inputs.shape[1], 2)), []
    for x in inputs:
        total = (1 - leak) * (h[:, :1] - h[:, 1:]) + x
        h = np.maximum(np.concatenate([total, -total], axis=1), 0)
        outputs.append(h[:, :1] - h[:, 1:])
    return np.stack(outputs)


leaky_outputs = Exercise(
    name="leaky_outputs",
    reference=_running_sums,
    others=(_by_a_pair,),
    hints=(
        "What must be carried from one step to the next?",
        "A leak, and a gain that hides it",
        "a loop over time that carries both units and collects their difference",
    ),
    draw=lambda rng: [
        (rng.standard_normal((time, batch, 1)), rng.uniform(0.1, 0.4))
        for time, batch in ((12, 5), (8, 4), (3, 2))
    ],
    mistakes=(
        Mistake(
            "nothing leaks: these are the running sums",
            lambda inputs, leak: np.cumsum(inputs, axis=0),
        ),
        Mistake(
            "the leak itself is kept; what is kept of the sum is 1 - leak",
            lambda inputs, leak: _running_sums(inputs, 1 - leak),
        ),
        Mistake(
            "the output comes before the step; it belongs to the state after it",
            lambda inputs, leak: np.concatenate([0 * inputs[:1], _running_sums(inputs, leak)[:-1]]),
        ),
        Mistake(
            "the new input leaks too; only the sum before it does",
            lambda inputs, leak: (1 - leak) * _running_sums(inputs, leak),
        ),
        Mistake(
            "one unit is used, which cannot go below 0",
            lambda inputs, leak: _one_unit(inputs, leak),
        ),
        Mistake(
            "the loop runs over trials; axis 0 is time",
            lambda inputs, leak: np.swapaxes(_running_sums(np.swapaxes(inputs, 0, 1), leak), 0, 1),
        ),
        Mistake(
            "the activity of both units is added up; the sum is their difference",
            lambda inputs, leak: np.abs(_running_sums(inputs, leak)),
        ),
    ),
)


def _one_unit(inputs: Any, leak: float) -> Any:
    h, outputs = np.zeros_like(inputs[0]), []
    for x in inputs:
        h = np.maximum((1 - leak) * h + x, 0)
        outputs.append(h)
    return np.stack(outputs)
