"""The bounds of the highest reward rate when the drift rate differs from trial to trial.

The drift rate is ``b ~ N(0, tau^2)`` and stays for a trial; ``x_t = b + sigma xi_t``. With every
step the sum says more about ``b``, so that the best bound may change within a trial.
"""

import dataclasses

import numpy as np
from scipy import optimize, stats

from integrator_lib._arguments import real_number
from integrator_lib.applications.psychometrics import confidence
from integrator_lib.applications.sequential_sampling import solve_bound

MOST_STEPS = 200
"""Steps after which a choice must be made."""
NUM_SUMS = 301
"""Values that stand for all sums, 0 in their middle."""


@dataclasses.dataclass(frozen=True)
class OptimalBounds:
    """The best bound of each step, and what it earns.

    Attributes:
        rate: Correct choices a step, delays included.
        bounds: The bound after 1, 2, ... steps, ``(MOST_STEPS,)``.
    """

    rate: float
    bounds: np.ndarray


def optimal_bounds(drift_std: float, noise_std: float, delay: float) -> OptimalBounds:
    """Find the bounds of the highest reward rate by dynamic programming.

    If time costs ``rho`` a step, stopping with the sum ``S`` is worth ``P(correct) - rho D``
    and going on is worth the mean value one step later, less ``rho``. Working backwards from
    the last step gives the value of each sum at each step. The best reward rate is the
    ``rho`` at which the start is worth 0.

    Args:
        drift_std: ``tau``, above 0.
        noise_std: ``sigma``, above 0.
        delay: ``D``, steps between a decision and the next trial.

    Source: J. Drugowitsch and others (2012); G. Malhotra and others (2018).
    """
    tau = real_number("drift_std", drift_std, above=0)
    sigma = real_number("noise_std", noise_std, above=0)
    delay = real_number("delay", delay, at_least=0)
    rates = np.linspace(0.2, 1.0, 17) / (delay + 1)
    for _ in range(2):
        worth, bounds = _work_backwards(rates, tau, sigma, delay)
        best = np.interp(0, -worth, rates)
        rates = best * (1 + np.linspace(-1e-3, 1e-3, 3))
    return OptimalBounds(rate=float(best), bounds=bounds)


def _work_backwards(
    rates: np.ndarray, tau: float, sigma: float, delay: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the start is worth at each rate, and the bounds at the middle rate."""
    sums = np.linspace(-16 * sigma, 16 * sigma, NUM_SUMS)
    between, middle, above = (sums[1:] + sums[:-1]) / 2, len(rates) // 2, NUM_SUMS // 2
    prior = sigma**2 / tau**2  # what is known beforehand, in steps

    def going_on(t: int, value: np.ndarray) -> np.ndarray:
        # The posterior predicts the next sum: its mean is S + S / (t + prior).
        mean, std = sums + sums / (t + prior), sigma * np.sqrt(1 + 1 / (t + prior))
        below = stats.norm.cdf((between - mean[:, None]) / std)
        return np.diff(below, axis=1, prepend=0.0, append=1.0) @ value - rates

    def stopping(t: int) -> np.ndarray:
        return confidence(np.abs(sums), t, sigma, tau)[:, None] - rates * delay

    value, bounds = stopping(MOST_STEPS), np.zeros(MOST_STEPS)
    for t in range(MOST_STEPS - 1, 0, -1):
        stop, go_on = stopping(t), going_on(t, value)
        bounds[t - 1] = sums[above:][np.argmax((stop >= go_on)[above:, middle])]
        value = np.maximum(stop, go_on)
    return going_on(0, value)[above], bounds


def best_flat_bound(drift_std: float, noise_std: float, delay: float) -> tuple[float, float]:
    """Return the best bound that does not change within a trial, and its reward rate.

    Accuracy and time of :func:`solve_bound` are averaged over the size of the drift rate by a
    Gauss-Legendre rule.

    Args:
        drift_std: ``tau``, above 0.
        noise_std: ``sigma``, above 0.
        delay: ``D``, steps between a decision and the next trial.
    """
    tau = real_number("drift_std", drift_std, above=0)
    sigma = real_number("noise_std", noise_std, above=0)
    delay = real_number("delay", delay, at_least=0)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    sizes = 3 * (nodes + 1)  # of the drift rate in units of tau, from 0 to 6
    weights = weights * stats.norm.pdf(sizes)
    weights = weights / weights.sum()

    def rate(bound: float) -> float:
        solved = [solve_bound(tau * x, sigma, bound, num_nodes=60) for x in sizes]
        correct, steps = weights @ np.array(solved)
        return float(correct / (steps + delay))

    found = optimize.minimize_scalar(
        lambda bound: -rate(bound), bounds=(0.5 * sigma, 15 * sigma), method="bounded"
    )
    return float(found.x), float(-found.fun)
