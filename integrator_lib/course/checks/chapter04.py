"""Exercises of chapter 04, Evaluation."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_good_and_bad(rng: np.random.Generator) -> list[tuple]:
    cases = _draw_outputs(rng)
    outputs, targets = cases[1]
    cases[1] = -outputs, targets  # worse than the mean
    return cases


def _draw_outputs(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for time, batch in ((25, 12), (10, 6), (2, 3)):
        drift = rng.uniform(0.5, 1.5)
        targets = np.cumsum(drift + rng.standard_normal((time, batch, 1)), axis=0)
        # A wrong scale, so that the squared correlation, which forgives it, differs.
        cases.append((0.9 * targets + rng.standard_normal((time, batch, 1)), targets))
    return cases


def _relative_mse(outputs: Any, targets: Any) -> Any:
    return np.mean((outputs - targets) ** 2) / np.mean(targets**2)


relative_mse = Exercise(
    name="relative_mse",
    reference=_relative_mse,
    hints=(
        "What is the error of a network that always says 0?",
        "Longer trials, larger inputs",
        "one mean over everything, divided by another",
    ),
    draw=_draw_outputs,
    mistakes=(
        Mistake(
            "this is the plain mean squared error, not yet relative to the targets",
            lambda o, t: np.mean((o - t) ** 2),
        ),
        Mistake(
            "it is divided by the targets' variance; divide by their mean square",
            lambda o, t: np.mean((o - t) ** 2) / np.var(t),
        ),
        Mistake(
            "a root was taken",
            lambda o, t: np.sqrt(np.mean((o - t) ** 2) / np.mean(t**2)),
        ),
        Mistake(
            "each error is divided by its own target, which explodes where a target is near 0",
            lambda o, t: np.mean((o - t) ** 2 / t**2),
        ),
    ),
)


def _mse_interval(per_trial_errors: Any) -> Any:
    mean = np.mean(per_trial_errors)
    spread = np.std(per_trial_errors, ddof=1)
    half = 1.96 * spread / np.sqrt(len(per_trial_errors))
    return mean - half, mean + half


def _standard_errors_apart(per_trial_errors: Any) -> Any:
    n = len(per_trial_errors)
    standard_error = np.std(per_trial_errors, ddof=1) / np.sqrt(n)
    mean = np.mean(per_trial_errors)
    return mean - 1.96 * standard_error, mean + 1.96 * standard_error


mse_interval = Exercise(
    name="mse_interval",
    reference=_mse_interval,
    others=(_standard_errors_apart,),
    hints=(
        "How does the spread of a mean depend on the number of trials?",
        "One trial is not enough",
        "the mean, minus and plus 1.96 standard errors; return a tuple",
    ),
    draw=lambda rng: [
        (rng.chisquare(1, 200),),
        (rng.chisquare(1, 500),),
        # One trial far from the others: the interval reaches below 0.
        (np.append(rng.uniform(0, 0.01, 1999), 100.0),),
    ],
    # 1.96 or 1.959964, and a denominator of n or n - 1, all count as right.
    tolerance=2e-3,
    mistakes=(
        Mistake(
            "the spread of single trials is used; the mean's is smaller by the root of n",
            lambda e: (np.mean(e) - 1.96 * np.std(e), np.mean(e) + 1.96 * np.std(e)),
        ),
        Mistake(
            "these are the percentiles of single trials, not an interval of their mean",
            lambda e: tuple(np.percentile(e, [2.5, 97.5])),
        ),
        Mistake(
            "the interval is one standard error wide on each side; 95 % needs 1.96",
            lambda e: (
                np.mean(e) - np.std(e, ddof=1) / np.sqrt(len(e)),
                np.mean(e) + np.std(e, ddof=1) / np.sqrt(len(e)),
            ),
        ),
        Mistake(
            "the variance is divided by the root of n; take the standard deviation",
            lambda e: (
                np.mean(e) - 1.96 * np.var(e) / np.sqrt(len(e)),
                np.mean(e) + 1.96 * np.var(e) / np.sqrt(len(e)),
            ),
        ),
    ),
)


def _leaky(inputs: Any, kept: float, gain: float = 1.0, late: bool = False) -> Any:
    state, states = np.zeros_like(inputs[0]), []
    for x in inputs:
        state = kept * (state + x) if late else kept * state + gain * x
        states.append(state)
    return np.stack(states)


def _leaky_integrator(inputs: Any, leak: float) -> Any:
    total = np.zeros_like(inputs[0])
    outputs = []
    for x in inputs:
        total = (1 - leak) * total + x
        outputs.append(total)
    return np.stack(outputs)


leaky_integrator = Exercise(
    name="leaky_integrator",
    reference=_leaky_integrator,
    hints=(
        "What is left of the sum before the newest input is added?",
        "The equivalent leak",
        "a loop over time: keep a part of the total, add the input, collect; then np.stack",
    ),
    draw=lambda rng: [
        (rng.standard_normal((time, batch, 1)), rng.uniform(0.05, 0.3))
        for time, batch in ((25, 4), (8, 3), (3, 2))
    ],
    mistakes=(
        Mistake("nothing leaks", lambda inputs, leak: np.cumsum(inputs, axis=0)),
        Mistake(
            "only the part `leak` is kept; a leak is what is lost",
            lambda inputs, leak: _leaky(inputs, leak),
        ),
        Mistake(
            "the newest input leaks too; add it after the leak",
            lambda inputs, leak: _leaky(inputs, 1 - leak, late=True),
        ),
        Mistake(
            "the input is scaled by the leak, which is a running average",
            lambda inputs, leak: _leaky(inputs, 1 - leak, gain=leak),
        ),
        Mistake(
            "the sum leaks once, at the end",
            lambda inputs, leak: (1 - leak) * np.cumsum(inputs, axis=0),
        ),
    ),
)


def _r_squared(outputs: Any, targets: Any) -> Any:
    return 1 - np.mean((outputs - targets) ** 2) / np.var(targets)


r_squared = Exercise(
    name="r_squared",
    reference=_r_squared,
    hints=(
        "What should the best constant guess score, and can a network score less?",
        "Against guesses",
        "1 minus a mean of squares over a variance, both over all entries",
    ),
    draw=_draw_good_and_bad,
    mistakes=(
        Mistake(
            "the error is divided by the mean square; a constant guess should score 0",
            lambda o, t: 1 - np.mean((o - t) ** 2) / np.mean(t**2),
        ),
        Mistake(
            "this is the squared correlation, which forgives a wrong scale or offset",
            lambda o, t: np.corrcoef(o.ravel(), t.ravel())[0, 1] ** 2,
        ),
        Mistake(
            "a score below 0 is cut off or turned; a network can be worse than the mean",
            lambda o, t: np.maximum(0, 1 - np.mean((o - t) ** 2) / np.var(t)),
        ),
        Mistake(
            "this is the explained variance, which forgives a wrong offset",
            lambda o, t: 1 - np.var(o - t) / np.var(t),
        ),
        Mistake(
            "this is the share that is not explained",
            lambda o, t: np.mean((o - t) ** 2) / np.var(t),
        ),
        Mistake(
            "a root was taken of the share that is not explained",
            lambda o, t: 1 - np.sqrt(np.mean((o - t) ** 2) / np.var(t)),
        ),
    ),
)
