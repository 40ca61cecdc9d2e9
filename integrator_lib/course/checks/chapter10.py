"""Exercises of chapter 10, Decisions."""

from typing import Any

import numpy as np
from scipy import optimize, stats

from integrator_lib.applications import sequential_sampling
from integrator_lib.course.checks._exercise import Exercise, Mistake


def _slope_error(slope: Any, drift_rates: Any, num_right: Any, num_trials: Any) -> Any:
    z = slope * drift_rates
    right = np.exp(stats.norm.logpdf(z) - stats.norm.logcdf(z))
    wrong = np.exp(stats.norm.logpdf(z) - stats.norm.logsf(z))
    curvature = num_right * right * (z + right)
    curvature = curvature + (num_trials - num_right) * wrong * (wrong - z)
    return np.sum(drift_rates**2 * curvature) ** -0.5


def _draw_choices(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for points in (3, 9):
        drift_rates = np.linspace(-1, 1, points) * rng.uniform(0.02, 0.04)
        slope = rng.uniform(40, 70)
        trials = rng.integers(100, 400, points)
        right = rng.binomial(trials, stats.norm.cdf(slope * drift_rates))
        cases.append((slope, drift_rates, right.astype(float), trials.astype(float)))
    return cases


slope_error = Exercise(
    name="slope_error",
    reference=_slope_error,
    hints=(
        "The sharper the log likelihood is curved at its top, the smaller the error",
        "A choice after a fixed time",
        "one over the root of minus jax.grad(jax.grad(log_likelihood)) at the slope",
    ),
    draw=_draw_choices,
    mistakes=(
        Mistake(
            "this is the variance; the standard error is its root",
            lambda *case: _slope_error(*case) ** 2,
        ),
        Mistake(
            "the root of the information is not inverted; more information, a smaller error",
            lambda *case: 1 / _slope_error(*case),
        ),
        Mistake(
            "only the choices of right enter the likelihood; the others count too",
            lambda slope, drift_rates, right, trials: _slope_error(
                slope, drift_rates, right, right
            ),
        ),
        Mistake(
            "the likelihood is averaged over trials; the log likelihood is their sum",
            lambda slope, drift_rates, right, trials: (
                _slope_error(slope, drift_rates, right, trials) * np.sum(trials) ** 0.5
            ),
        ),
        Mistake(
            "num_right and num_trials are taken as choices of right and of left",
            lambda slope, drift_rates, right, trials: _slope_error(
                slope, drift_rates, right, right + trials
            ),
        ),
    ),
    # A second derivative in float32.
    tolerance=1e-3,
)


def _weighed(sums: Any, m: float, k: Any, mean: float = -1.0, first: int = 1) -> Any:
    return k * sums + (1 - k) * mean * m * np.arange(first, first + len(sums))


def _trust(inputs: Any, variance: float, noise_variance: float, first: int = 1) -> Any:
    t = np.arange(first, first + len(inputs))
    return variance * t / (variance * t + noise_variance)


def _best_estimate(inputs: Any, m: float, sigma: float) -> Any:
    t = np.arange(1, len(inputs) + 1)
    k = 4 * m**2 * t / (4 * m**2 * t + sigma**2)
    return k * np.cumsum(inputs) - (1 - k) * m * t


best_estimate = Exercise(
    name="best_estimate",
    reference=_best_estimate,
    hints=(
        "How much should you trust the inputs after 1 step, and after 25?",
        "What is known beforehand",
        "k_t times the sum so far, less (1 - k_t) m t",
    ),
    draw=lambda rng: [
        (rng.standard_normal(steps), rng.uniform(0.5, 1), rng.uniform(1, 2)) for steps in (25, 3)
    ],
    mistakes=(
        Mistake(
            "the sum is returned as it is; the noise in it is not filtered",
            lambda inputs, m, sigma: np.cumsum(inputs),
        ),
        Mistake(
            "the prior's mean is left out, as if the bias were 0 on average",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2), mean=0.0
            ),
        ),
        Mistake(
            "the prior's mean has the wrong sign; it is -m",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2), mean=1.0
            ),
        ),
        Mistake(
            "the prior's variance is m^2; its standard deviation is 2 m",
            lambda inputs, m, sigma: _weighed(np.cumsum(inputs), m, _trust(inputs, m**2, sigma**2)),
        ),
        Mistake(
            "sigma is not squared; the noise's variance is sigma^2",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma)
            ),
        ),
        Mistake(
            "k does not grow with t; more inputs deserve more trust",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, 4 * m**2 / (4 * m**2 + sigma**2)
            ),
        ),
        Mistake(
            "t starts at 0; after the first input it is 1",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2, first=0), first=0
            ),
        ),
        Mistake(
            "the input is weighed, not the running sum",
            lambda inputs, m, sigma: _weighed(inputs, m, _trust(inputs, 4 * m**2, sigma**2)),
        ),
        Mistake(
            "the bias is estimated, not the bias times t",
            lambda inputs, m, sigma: (
                _best_estimate(inputs, m, sigma) / np.arange(1, len(inputs) + 1)
            ),
        ),
    ),
)


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

    k, bound, _ = optimize.least_squares(deviations, (8, 0.8, 0.2), xtol=1e-14, ftol=1e-14).x
    return 1 / (1 + np.exp(-2 * bound * k * coherence))


def _without_delay(coherence: Any, seconds: Any) -> Any:
    def deviations(parameters: Any) -> Any:
        k, bound = parameters
        return _seconds(coherence, k, bound, 0.0) - seconds

    k, bound = optimize.least_squares(deviations, (8, 0.8), xtol=1e-14, ftol=1e-14).x
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
