"""Exercises of chapter 10: choices at a bound."""

from typing import Any

import numpy as np
from scipy import optimize

from integrator_lib.applications import sequential_sampling
from integrator_lib.course.checks._exercise import Exercise, Mistake


def _run_to_bound(inputs: Any, bound: float) -> Any:
    total, sums = np.zeros(inputs.shape[1]), []
    for x in inputs:
        total = np.where(np.abs(total) < bound, total + x, total)
        sums.append(total)
    return np.array(sums)


def _upper_bound_only(inputs: Any, bound: float) -> Any:
    total, sums = np.zeros(inputs.shape[1]), []
    for x in inputs:
        total = np.where(total < bound, total + x, total)
        sums.append(total)
    return np.array(sums)


def _clip_and_go_on(inputs: Any, bound: float) -> Any:
    total, sums = np.zeros(inputs.shape[1]), []
    for x in inputs:
        total = np.clip(total + x, -bound, bound)
        sums.append(total)
    return np.array(sums)


def _stop_before(inputs: Any, bound: float) -> Any:
    total, sums = np.zeros(inputs.shape[1]), []
    for x in inputs:
        total = np.where(np.abs(total + x) < bound, total + x, total)
        sums.append(total)
    return np.array(sums)


run_to_bound = Exercise(
    name="run_to_bound",
    reference=_run_to_bound,
    hints=(
        "Which sum says whether an input is still added: that before it, or that after it?",
        "Stop at a bound",
        "in each step jnp.where(the sum is inside, sum + input, sum), held in a state",
    ),
    draw=lambda rng: [
        # Sums that float32 holds exactly, and a bound that none of them meets exactly.
        (rng.integers(-12, 13, (steps, trials)) / 8, rng.integers(12, 20) / 8 + 1 / 16)
        for steps, trials in ((20, 40), (4, 2))
    ],
    mistakes=(
        Mistake(
            "the sum never stops; once it has reached a bound it should stay",
            lambda inputs, bound: np.cumsum(inputs, axis=0),
        ),
        Mistake(
            "the sum is cut to the bound; it stays where its last step took it, beyond the bound",
            lambda inputs, bound: np.clip(_run_to_bound(inputs, bound), -bound, bound),
        ),
        Mistake(
            "the sum is cut to the bound and goes on from there; a decision is final",
            _clip_and_go_on,
        ),
        Mistake(
            "the step that crosses the bound is not taken; it belongs to the sum",
            _stop_before,
        ),
        Mistake(
            "only the upper bound stops the sum",
            _upper_bound_only,
        ),
    ),
)


def _most_rewarding_bound(drift_rate: float, noise_std: float, delay: float) -> float:
    def loss(bound: float) -> float:
        reach = bound + 0.5826 * noise_std
        x = drift_rate * reach / noise_std**2
        steps = reach / drift_rate * np.tanh(x) + 0.25
        return -1 / (1 + np.exp(-2 * x)) / (steps + delay)

    limits = (0, drift_rate * (delay + 1))
    return optimize.minimize_scalar(loss, bounds=limits, method="bounded").x


def _punish_errors(drift_rate: float, noise_std: float, delay: float) -> float:
    def loss(bound: float) -> float:
        reach = bound + 0.5826 * noise_std
        x = drift_rate * reach / noise_std**2
        steps = reach / drift_rate * np.tanh(x) + 0.25
        return -np.tanh(x) / (steps + delay)

    limits = (0, drift_rate * (delay + 1))
    return optimize.minimize_scalar(loss, bounds=limits, method="bounded").x


most_rewarding_bound = Exercise(
    name="most_rewarding_bound",
    reference=_most_rewarding_bound,
    hints=(
        "What does a step of waiting gain, and what does it cost?",
        "How long to wait",
        "the bound at which P / (E N + D) is largest, with overshoot and quarter of a step",
    ),
    draw=lambda rng: [
        (noise * rng.uniform(0.3, 0.5), noise, float(rng.integers(20, 60)))
        for noise in rng.uniform(0.05, 0.2, 2)
    ],
    mistakes=(
        Mistake(
            "the overshoot is added to the bound; the sum does that by itself",
            lambda b, s, delay: _most_rewarding_bound(b, s, delay) + 0.5826 * s,
        ),
        Mistake(
            "the sum is taken to move in small steps, without overshoot and quarter of a step",
            lambda b, s, delay: _most_rewarding_bound(b, s, delay - 0.25) + 0.5826 * s,
        ),
        Mistake(
            "the quarter of a step is left out of the mean time",
            lambda b, s, delay: _most_rewarding_bound(b, s, delay - 0.25),
        ),
        Mistake(
            "errors are subtracted from correct choices; they earn nothing, and cost time only",
            _punish_errors,
        ),
        Mistake(
            "this is the reward rate at the best bound; return the bound",
            lambda b, s, delay: float(
                sequential_sampling.reward_rate(b, s, _most_rewarding_bound(b, s, delay), delay)
            ),
        ),
    ),
    # A search for the top of a hump stops at the root of the rounding error.
    tolerance=1e-3,
)


def _seconds(coherence: Any, drift_rate: float, bound: float, delay: float) -> Any:
    x = np.maximum(bound * drift_rate * coherence, 1e-9)
    return bound**2 * np.tanh(x) / x + delay


def _predict_accuracy(coherence: Any, seconds: Any) -> Any:
    def deviations(parameters: Any) -> Any:
        k, bound, delay = parameters
        x = np.maximum(bound * k * coherence, 1e-9)
        return bound**2 * np.tanh(x) / x + delay - seconds

    # The fit takes eight tries; with a slip in it, it may never settle.
    k, bound, _ = optimize.least_squares(
        deviations, (8, 0.8, 0.2), xtol=1e-14, ftol=1e-14, max_nfev=30
    ).x
    return 1 / (1 + np.exp(-2 * bound * k * coherence))


def _without_delay(coherence: Any, seconds: Any) -> Any:
    def deviations(parameters: Any) -> Any:
        k, bound = parameters
        return _seconds(coherence, k, bound, 0.0) - seconds

    k, bound = optimize.least_squares(deviations, (8, 0.8), xtol=1e-14, ftol=1e-14, max_nfev=30).x
    return 1 / (1 + np.exp(-2 * bound * k * coherence))


predict_accuracy = Exercise(
    name="predict_accuracy",
    reference=_predict_accuracy,
    hints=(
        "Three numbers make the times. Which two of them make the accuracy?",
        "How sure, and two monkeys",
        "fit k, A and t0 to the times, then 1 / (1 + exp(-2 A k C))",
    ),
    draw=lambda rng: [
        (
            coherence,
            _seconds(coherence, rng.uniform(8, 14), rng.uniform(0.6, 0.9), rng.uniform(0.2, 0.4)),
        )
        for coherence in (
            np.array([0, 0.032, 0.064, 0.128, 0.256, 0.512]),
            np.array([0, 0.05, 0.1, 0.4]),
        )
    ],
    mistakes=(
        Mistake(
            "all of the reaction time is spent on deciding; fit the delay t0 too",
            _without_delay,
        ),
        Mistake(
            "the 2 is missing from the exponent, exp(-2 A k C)",
            lambda coherence, seconds: (
                1 / (1 + np.sqrt(1 / _predict_accuracy(coherence, seconds) - 1))
            ),
        ),
        Mistake(
            "these are the shares of errors",
            lambda coherence, seconds: 1 - _predict_accuracy(coherence, seconds),
        ),
        Mistake(
            "these are the reaction times; predict how often each coherence is seen correctly",
            lambda coherence, seconds: seconds,
        ),
    ),
    tolerance=1e-3,
)
