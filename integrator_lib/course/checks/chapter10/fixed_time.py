"""Exercises of chapter 10: choices after a fixed time."""

from typing import Any

import numpy as np
from scipy import stats

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
