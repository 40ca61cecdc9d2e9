"""Decisions after a fixed time: closed forms, and the fit of a psychometric curve.

The evidence of one step is ``x_t = b + sigma xi_t`` with independent standard normal
``xi_t``; the sum is ``S_t = x_1 + ... + x_t``, and the decision is *right* if it ends above a
criterion. Derivations are given in chapter 10.
"""

import dataclasses
from typing import Any

import numpy as np
from scipy import stats

from integrator_lib._arguments import (
    finite_array,
    instance,
    real_number,
    real_numbers,
    whole_number,
)
from integrator_lib.task import IntegratorTask


def probability_right(
    drift_rate: Any, noise_std: float, num_steps: float, *, criterion: float = 0.0
) -> Any:
    """Return how often the sum of ``num_steps`` steps ends above a criterion.

    ``S_T ~ N(b T, sigma^2 T)``, so it is ``Phi((b T - c) / (sigma sqrt(T)))``.

    Args:
        drift_rate: ``b``, a number or an array.
        noise_std: ``sigma``, above 0.
        num_steps: ``T``, above 0; a continuous number serves where times are compared.
        criterion: ``c``.

    Returns:
        Probabilities, of the shape of ``drift_rate``.
    """
    noise_std = real_number("noise_std", noise_std, above=0)
    num_steps = real_number("num_steps", num_steps, above=0)
    z = (np.asarray(drift_rate) * num_steps - criterion) / (noise_std * num_steps**0.5)
    return stats.norm.cdf(z)


def leaky_sensitivity(leak: float, num_steps: int) -> float:
    """Return by which factor a leak makes the psychometric curve shallower.

    A leaky sum weighs the input ``j`` steps old by ``w_j = (1 - leak)^j``: its mean is
    ``b sum w_j`` and its variance ``sigma^2 sum w_j^2``. Equal weights are best.

    Args:
        leak: Part of the sum that is lost in a step, from 0 to below 1.
        num_steps: Steps in a trial.
    """
    leak = real_number("leak", leak, at_least=0, at_most=1)
    w = (1 - leak) ** np.arange(whole_number("num_steps", num_steps), dtype=np.float64)
    return float(w.sum() / np.sqrt(w @ w * len(w)))


def best_criterion(task: IntegratorTask) -> float:
    """Return the criterion that makes the fewest errors on a task, ``sigma^2 / (4 m)``.

    The posterior of ``b ~ N(-m, 4 m^2)`` is centred on 0 where ``S_T / sigma^2 = m / (4 m^2)``:
    the same criterion at every step.
    """
    instance("task", task, IntegratorTask)
    return task.noise_std**2 / (4 * real_number("bias_scale", task.bias_scale, above=0))


def criterion_accuracy(task: IntegratorTask, criterion: float, num_steps: int) -> float:
    """Return how often the sum tells the sign of a task's bias.

    The bias and the sum are normal together: the share of right answers is a sum of two
    quadrants of their distribution.

    Args:
        task: Where trials come from; its bias scale is above 0.
        criterion: Sums above it are called *right*.
        num_steps: Steps in a trial.
    """
    instance("task", task, IntegratorTask)
    m = real_number("bias_scale", task.bias_scale, above=0)
    steps = whole_number("num_steps", num_steps)
    sum_std = np.sqrt(4 * m**2 * steps**2 + task.noise_std**2 * steps)
    correlation = 2 * m * steps / sum_std
    z_bias, z_sum = 0.5, (criterion + m * steps) / sum_std
    both = stats.multivariate_normal.cdf(
        [z_bias, z_sum], cov=[[1, correlation], [correlation, 1]], abseps=1e-10
    )
    return float(1 - stats.norm.cdf(z_bias) - stats.norm.cdf(z_sum) + 2 * both)


def confidence(size: Any, num_steps: Any, noise_std: float, drift_std: float) -> Any:
    """Return how likely the sign of a sum is that of its drift rate, ``b ~ N(0, tau^2)``.

    The posterior of ``b`` has mean ``S / (t + sigma^2 / tau^2)`` and variance
    ``sigma^2 / (t + sigma^2 / tau^2)``, whatever the rule was by which one stopped.

    Args:
        size: ``|S_t|``, a number or an array.
        num_steps: ``t``, a number or an array.
        noise_std: ``sigma``, above 0.
        drift_std: ``tau``, above 0.
    """
    sigma = real_number("noise_std", noise_std, above=0)
    tau = real_number("drift_std", drift_std, above=0)
    return stats.norm.cdf(np.asarray(size) / (sigma * np.sqrt(num_steps + sigma**2 / tau**2)))


def pulse_accuracy(mean_right: float, mean_left: float) -> float:
    """Return how often a perfect counter of pulses is correct; it guesses on ties.

    Both counts are Poisson numbers, so that their difference has Skellam's distribution.

    Args:
        mean_right: Mean number of pulses on the side that has more of them, above 0.
        mean_left: Mean number on the other side, above 0.
    """
    difference = stats.skellam(
        real_number("mean_right", mean_right, above=0), real_number("mean_left", mean_left, above=0)
    )
    return float(difference.sf(0) + difference.pmf(0) / 2)


@dataclasses.dataclass(frozen=True)
class ProbitFit:
    """A psychometric curve ``Phi(slope * (drift_rate - threshold))`` fitted to choices.

    Attributes:
        slope: Its slope in units of ``Phi``'s argument.
        threshold: The drift rate at which both choices are equally frequent.
        slope_error: Standard error of the slope.
        threshold_error: Standard error of the threshold.
    """

    slope: float
    threshold: float
    slope_error: float
    threshold_error: float


def fit_probit(drift_rates: Any, num_right: Any, num_trials: Any) -> ProbitFit:
    """Fit a psychometric curve by maximum likelihood.

    The likelihood's expected curvature is Fisher's information; steps with its inverse
    (Fisher scoring) find the maximum, and its inverse there is the covariance of the estimates.

    Args:
        drift_rates: ``(points,)``, at least two different ones.
        num_right: Choices of *right* at each drift rate, ``(points,)``; all or none is allowed at
            some drift rates, but not at all of them.
        num_trials: Trials at each drift rate, ``(points,)`` or one number for all.

    Raises:
        ValueError: If the shapes differ, a number of choices is not between 0 and that of the
            trials, or no curve of finite slope fits best.
    """
    drift_rates = np.asarray(finite_array("drift_rates", drift_rates, (None,)), np.float64)
    num_right = np.asarray(finite_array("num_right", num_right, drift_rates.shape), np.float64)
    num_trials = np.broadcast_to(real_numbers("num_trials", num_trials, above=0), num_right.shape)
    _demand_shares(num_right, num_trials)
    design = np.stack([np.ones_like(drift_rates), drift_rates], axis=1)
    # Start from the line through the probits of shares that are kept off 0 and 1.
    shares = (num_right + 0.5) / (num_trials + 1)
    weights = np.linalg.lstsq(design, stats.norm.ppf(shares), rcond=None)[0]
    for _ in range(50):
        z = design @ weights
        p = np.clip(stats.norm.cdf(z), 1e-12, 1 - 1e-12)
        slopes = stats.norm.pdf(z) / (p * (1 - p))
        score = design.T @ (slopes * (num_right - num_trials * p))
        information = (design.T * (num_trials * slopes * stats.norm.pdf(z))) @ design
        if np.linalg.matrix_rank(information) < 2:
            break
        change = np.linalg.solve(information, score)
        weights = weights + change
        if np.all(np.abs(change) <= 1e-10 * np.abs(weights).max()):
            return _probit_fit(weights, np.linalg.inv(information))
    raise ValueError(
        "drift_rates and num_right must allow a curve of finite slope: two rates or more, "
        "with both choices at one of them"
    )


def _probit_fit(weights: np.ndarray, covariance: np.ndarray) -> ProbitFit:
    offset, slope = weights
    gradient = np.array([-1 / slope, offset / slope**2])  # of the threshold, -offset / slope
    return ProbitFit(
        slope=float(slope),
        threshold=float(-offset / slope),
        slope_error=float(covariance[1, 1] ** 0.5),
        threshold_error=float((gradient @ covariance @ gradient) ** 0.5),
    )


def wilson_interval(num_right: Any, num_trials: int) -> np.ndarray:
    """Return the 95 % binomial interval of each share, after Wilson.

    Args:
        num_right: ``(points,)``, each from 0 to ``num_trials``.
        num_trials: Trials at each point.

    Returns:
        Lower and upper ends, ``(2, points)``.
    """
    num_trials = whole_number("num_trials", num_trials)
    num_right = np.asarray(finite_array("num_right", num_right, (None,)))
    _demand_shares(num_right, num_trials)
    intervals = [
        stats.binomtest(int(number), num_trials).proportion_ci(method="wilson")
        for number in num_right
    ]
    return np.array([(interval.low, interval.high) for interval in intervals]).T


def _demand_shares(num_right: np.ndarray, num_trials: Any) -> None:
    if np.any((num_right < 0) | (num_right > num_trials)):
        raise ValueError(f"num_right must be from 0 to num_trials, got {num_right} of {num_trials}")
