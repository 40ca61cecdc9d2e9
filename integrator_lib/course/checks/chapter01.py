"""Exercises of chapter 01, The data."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _make_inputs(z: Any, xi: Any, bias_scale: float, noise_std: float) -> Any:
    bias = 2 * bias_scale * (z - 0.5)
    return bias + noise_std * xi


make_inputs = Exercise(
    name="make_inputs",
    reference=_make_inputs,
    hints=(
        "What mean and what spread must the bias have, and what does z have?",
        "How a trial is drawn",
        "one number a trial, plus noise_std times one a step; NumPy spreads the first over time",
    ),
    draw=lambda rng: [
        (
            rng.standard_normal(batch),
            rng.standard_normal((time, batch)),
            rng.uniform(0.01, 0.1),
            rng.uniform(0.02, 0.2),
        )
        for time, batch in ((25, 4), (7, 3), (2, 2))
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


def _running_sum(inputs: Any) -> Any:
    return np.cumsum(inputs, axis=0)


running_sum = Exercise(
    name="running_sum",
    reference=_running_sum,
    hints=(
        "Which axis is time, and does the target at a step include its own input?",
        "How a trial is drawn",
        "one NumPy function that sums as it goes, with the axis named",
    ),
    draw=lambda rng: [
        (rng.standard_normal((time, batch, 1)),) for time, batch in ((25, 4), (6, 3), (3, 2))
    ],
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


def _final_std(bias_scale: float, noise_std: float, num_steps: int) -> Any:
    bias_variance = (2 * bias_scale) ** 2 * num_steps**2
    noise_variance = noise_std**2 * num_steps
    return np.sqrt(bias_variance + noise_variance)


def _one_root(bias_scale: float, noise_std: float, num_steps: int) -> Any:
    return np.sqrt((2 * bias_scale * num_steps) ** 2 + noise_std**2 * num_steps)


final_std = Exercise(
    name="final_std",
    reference=_final_std,
    others=(_one_root,),
    hints=(
        "Which of the two parts adds up in step, and which by chance?",
        "How large are the targets?",
        "the square root of two variances; one grows with T squared, one with T",
    ),
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
        Mistake(
            "the bias's mean square, 5 m^2, is used in place of its variance, 4 m^2",
            lambda m, s, T: np.sqrt(5 * m**2 * T**2 + s**2 * T),
        ),
    ),
)


def _step_mean_mse(targets: Any) -> Any:
    means = np.mean(targets, axis=1, keepdims=True)
    return np.mean((targets - means) ** 2)


def _mean_variance(targets: Any) -> Any:
    return np.mean(np.var(targets, axis=1))


step_mean_mse = Exercise(
    name="step_mean_mse",
    reference=_step_mean_mse,
    others=(_mean_variance,),
    hints=(
        "Over which axis is a step's mean taken?",
        "What must a network beat?",
        "the mean of squared differences from a mean that keeps its axis, or of variances",
    ),
    draw=lambda rng: [
        (np.cumsum(rng.uniform(-1, 1) + rng.standard_normal((time, batch, 1)), axis=0),)
        for time, batch in ((25, 8), (10, 5), (2, 3))
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
        Mistake(
            "the sum of squares is divided by the number of trials less 1; it is a plain mean",
            lambda targets: np.mean(np.var(targets, axis=1, ddof=1)),
        ),
    ),
)


def _ramp(inputs: Any, first: int, offset: int = 0) -> Any:
    sums = np.cumsum(inputs, axis=0)
    t = np.arange(1, len(inputs) + 1)[:, None, None]
    return np.where(t <= first, sums, (t + offset) * sums[first - 1] / first)


def _sum_then_line(inputs: Any, first: int) -> Any:
    sums = np.cumsum(inputs, axis=0)
    t = np.arange(1, len(inputs) + 1)[:, None, None]
    line = t * sums[first - 1] / first
    return np.where(t <= first, sums, line)


ramp = Exercise(
    name="ramp",
    reference=_sum_then_line,
    hints=(
        "What is known at step first, and how fast would it grow if nothing changed?",
        "What must a network beat?",
        "the sums so far up to step first, after it t times a slope",
    ),
    draw=lambda rng: [
        (rng.uniform(0.5, 1) + rng.standard_normal((time, batch, 1)), first)
        for time, batch, first in ((25, 4, 5), (12, 3, 4), (4, 2, 2))
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
