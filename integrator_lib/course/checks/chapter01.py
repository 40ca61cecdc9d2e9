"""Exercises of chapter 01, The data."""

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _make_inputs(z, xi, bias_scale, noise_std):  # type: ignore[no-untyped-def]
    return 2 * bias_scale * (z - 0.5) + noise_std * xi


make_inputs = Exercise(
    name="make_inputs",
    reference=_make_inputs,
    draw=lambda rng: [
        (
            rng.standard_normal(batch),
            rng.standard_normal((time, batch)),
            rng.uniform(0.01, 0.1),
            rng.uniform(0.02, 0.2),
        )
        for time, batch in ((25, 4), (7, 3))
    ],
    mistakes=(
        Mistake(
            "the half is missing: the bias has mean -bias_scale, not 0",
            lambda z, xi, m, s: 2 * m * z + s * xi,
        ),
        Mistake(
            "the factor 2 is missing from the bias", lambda z, xi, m, s: m * (z - 0.5) + s * xi
        ),
        Mistake(
            "the half is added: the bias has mean -bias_scale, not +bias_scale",
            lambda z, xi, m, s: 2 * m * (z + 0.5) + s * xi,
        ),
        Mistake("the noise is not scaled by noise_std", lambda z, xi, m, s: 2 * m * (z - 0.5) + xi),
        Mistake(
            "the two scales are swapped, as they are between the two tutorials",
            lambda z, xi, m, s: 2 * s * (z - 0.5) + m * xi,
        ),
    ),
)

running_sum = Exercise(
    name="running_sum",
    reference=lambda inputs: np.cumsum(inputs, axis=0),
    draw=lambda rng: [(rng.standard_normal((25, 4, 1)),), (rng.standard_normal((6, 3, 1)),)],
    mistakes=(
        Mistake(
            "the sum runs over trials; time is the first axis",
            lambda inputs: np.cumsum(inputs, axis=1),
        ),
        Mistake(
            "all trials are strung together; say which axis to sum along",
            lambda inputs: np.cumsum(inputs),
        ),
        Mistake(
            "this is the total at the end; every step needs its own sum",
            lambda inputs: np.sum(inputs, axis=0),
        ),
        Mistake(
            "the current input is left out: the target at step t includes x_t",
            lambda inputs: np.cumsum(inputs, axis=0) - inputs,
        ),
        Mistake(
            "this is the running mean, the sum divided by the number of steps",
            lambda inputs: np.cumsum(inputs, axis=0) / np.arange(1, len(inputs) + 1)[:, None, None],
        ),
    ),
)

final_std = Exercise(
    name="final_std",
    reference=lambda m, s, T: np.sqrt(4 * m**2 * T**2 + s**2 * T),
    draw=lambda rng: [
        (rng.uniform(0.01, 0.05), rng.uniform(0.03, 0.2), int(T)) for T in rng.integers(5, 60, 4)
    ],
    mistakes=(
        Mistake(
            "this is the variance; take its square root",
            lambda m, s, T: 4 * m**2 * T**2 + s**2 * T,
        ),
        Mistake(
            "standard deviations were added; it is variances that add",
            lambda m, s, T: 2 * m * T + s * np.sqrt(T),
        ),
        Mistake(
            "the noise is taken to grow like the bias; independent noise has variance "
            "proportional to T, not T squared",
            lambda m, s, T: np.sqrt(4 * m**2 * T**2 + s**2 * T**2),
        ),
        Mistake(
            "the bias is taken to have sd bias_scale; it has twice that",
            lambda m, s, T: np.sqrt(m**2 * T**2 + s**2 * T),
        ),
        Mistake("the bias is left out", lambda m, s, T: s * np.sqrt(T)),
    ),
)

step_mean_mse = Exercise(
    name="step_mean_mse",
    reference=lambda targets: np.mean((targets - targets.mean(axis=1, keepdims=True)) ** 2),
    draw=lambda rng: [
        (np.cumsum(rng.uniform(-1, 1) + rng.standard_normal((time, batch, 1)), axis=0),)
        for time, batch in ((25, 8), (10, 5))
    ],
    mistakes=(
        Mistake(
            "one mean is used for all steps; each step has its own",
            lambda targets: np.mean((targets - targets.mean()) ** 2),
        ),
        Mistake(
            "the mean is taken over time; the guess may know the step, not the trial",
            lambda targets: np.mean((targets - targets.mean(axis=0, keepdims=True)) ** 2),
        ),
        Mistake(
            "this is the root of the mean squared error",
            lambda targets: np.sqrt(np.mean((targets - targets.mean(axis=1, keepdims=True)) ** 2)),
        ),
        Mistake("this is the error of predicting 0", lambda targets: np.mean(targets**2)),
    ),
)


def _ramp(inputs, first, offset=0):  # type: ignore[no-untyped-def]
    sums = np.cumsum(inputs, axis=0)
    t = np.arange(1, len(inputs) + 1)[:, None, None]
    return np.where(t <= first, sums, (t + offset) * sums[first - 1] / first)


ramp = Exercise(
    name="ramp",
    reference=_ramp,
    draw=lambda rng: [
        (rng.uniform(0.5, 1) + rng.standard_normal((time, batch, 1)), first)
        for time, batch, first in ((25, 4, 5), (12, 3, 4))
    ],
    mistakes=(
        Mistake(
            "the sum is integrated to the end; after step `first` only its slope may be used",
            lambda inputs, first: np.cumsum(inputs, axis=0),
        ),
        Mistake(
            "the line is one step late; at the last step it is the number of steps times the slope",
            lambda inputs, first: _ramp(inputs, first, offset=-1),
        ),
        Mistake(
            "the line is drawn from the first step on; until step `first` the sum is known",
            lambda inputs, first: (
                np.arange(1, len(inputs) + 1)[:, None, None] * np.mean(inputs[:first], axis=0)
            ),
        ),
        Mistake(
            "the sum is held after step `first`; it has to go on with the same slope",
            lambda inputs, first: np.cumsum(
                np.concatenate([inputs[:first], 0 * inputs[first:]]), axis=0
            ),
        ),
        Mistake(
            "the slope is the last input alone; take the mean of all the steps that were added up",
            lambda inputs, first: np.cumsum(
                np.concatenate(
                    [inputs[:first], np.repeat(inputs[first - 1 : first], len(inputs) - first, 0)]
                ),
                axis=0,
            ),
        ),
    ),
)
