"""Decisions at a bound: the sum of evidence is watched until it has reached ``A`` or ``-A``.

The evidence of one step is ``x_t = b + sigma xi_t`` with independent standard normal
``xi_t``; the sum is ``S_t = x_1 + ... + x_t``, and the decision falls at the first step at
which ``|S_t| >= A``. Derivations are given in chapter 10.
"""

from typing import Any

import numpy as np
from scipy import optimize, stats

from integrator_lib._arguments import real_number, real_numbers, whole_number

OVERSHOOT = 0.5825971579390107
"""Mean overshoot over a distant bound in units of ``sigma``: ``-zeta(1/2) / sqrt(2 pi)``.

Source: H. Chernoff (1965), D. Siegmund (1979); the series is in Chang and Peres (1997).
"""


def bounded_accuracy(
    drift_rate: Any, noise_std: float, bound: Any, *, overshoot: bool = True
) -> Any:
    """Return how often the sum reaches the bound on the side of its drift rate.

    ``1 / (1 + exp(-2 |b| A' / sigma^2))`` with ``A' = A + 0.5826 sigma``, since a sum in steps
    jumps over the bound; in continuous time ``A' = A``.

    Args:
        drift_rate: ``b``, a number or an array.
        noise_std: ``sigma``, above 0.
        bound: ``A``, above 0, a number or an array.
        overshoot: Whether the sum moves in steps; ``False`` gives the textbook's form.

    Source: A. Wald (1945); the overshoot is D. Siegmund's (1979).
    """
    sigma, reach = _reach(noise_std, bound, overshoot)
    return 1 / (1 + np.exp(-2 * np.abs(drift_rate) * reach / sigma**2))


def bounded_steps(drift_rate: Any, noise_std: float, bound: Any, *, overshoot: bool = True) -> Any:
    """Return how many steps the sum takes to a bound, on average.

    ``(A' / b) tanh(b A' / sigma^2) + 1/4``, and ``(A' / sigma)^2 + 1/4`` for ``b = 0``. The
    quarter of a step is the second moment of the overshoot ``R``. By Wald's identity
    ``sigma^2 E N = E S_N^2 = A^2 + 2 A E R + E R^2``; for normal steps ``E R = rho sigma`` and
    ``E R^2 = (rho^2 + 1/4) sigma^2``. Within 0.2 % for ``A >= 2 sigma``, ``b <= 0.4 sigma``.

    Args:
        drift_rate: ``b``, a number or an array.
        noise_std: ``sigma``, above 0.
        bound: ``A``, above 0, a number or an array.
        overshoot: Whether the sum moves in steps; ``False`` gives the textbook's form.
    """
    sigma, reach = _reach(noise_std, bound, overshoot)
    x = np.asarray(drift_rate) * reach / sigma**2
    # tanh(x) / x, which is 1 at 0.
    ratio = np.where(x == 0, 1.0, np.tanh(x) / np.where(x == 0, 1.0, x))
    return (reach / sigma) ** 2 * ratio + (0.25 if overshoot else 0.0)


def _reach(noise_std: float, bound: Any, overshoot: bool) -> tuple[float, Any]:
    """Return ``sigma`` and how far from 0 the sum is at its end."""
    sigma = real_number("noise_std", noise_std, above=0)
    reach = real_numbers("bound", bound, above=0)
    return sigma, reach + OVERSHOOT * sigma if overshoot else reach


def solve_bound(
    drift_rate: float, noise_std: float, bound: float, *, num_nodes: int = 400
) -> tuple[float, float]:
    """Return accuracy and mean number of steps of a bounded sum, without approximation.

    From ``s``, one step leads to ``s + b + sigma xi``. The probability of ending at the upper
    bound and the mean number of steps therefore solve two integral equations over
    ``(-A, A)``, with the density ``k(s, s')`` of one step:
    ``P(s) = h(s) + int k(s, s') P(s') ds'`` and ``N(s) = 1 + int k(s, s') N(s') ds'``. On the
    nodes of a Gauss-Legendre rule they are linear equations (Nyström's method), and the
    same equations give the answer at ``s = 0``.

    Args:
        drift_rate: ``b``; the accuracy is the share that ends on its side.
        noise_std: ``sigma``, above 0.
        bound: ``A``, above 0.
        num_nodes: Nodes of the rule.
    """
    drift_rate = abs(real_number("drift_rate", drift_rate))
    nodes, step, start = _one_step(drift_rate, noise_std, bound, num_nodes)
    jumps_over = np.stack(
        [stats.norm.sf((bound - nodes - drift_rate) / noise_std), np.ones(num_nodes)]
    )
    accuracy, steps = np.linalg.solve(np.eye(num_nodes) - step, jumps_over.T).T
    first = stats.norm.sf((bound - drift_rate) / noise_std)
    return float(first + start @ accuracy), float(1 + start @ steps)


def undecided(drift_rate: float, noise_std: float, bound: float, num_steps: int) -> np.ndarray:
    """Return the share of trials whose sum is still inside the bounds.

    Args:
        drift_rate: ``b``.
        noise_std: ``sigma``, above 0.
        bound: ``A``, above 0.
        num_steps: Last step.

    Returns:
        After 0, 1, ... ``num_steps`` steps, ``(num_steps + 1,)``, by the quadrature of
        :func:`solve_bound`.
    """
    _, step, density = _one_step(real_number("drift_rate", drift_rate), noise_std, bound, 400)
    shares = [1.0]
    for _ in range(whole_number("num_steps", num_steps)):
        shares.append(float(density.sum()))
        density = density @ step
    return np.array(shares)


def _one_step(
    drift_rate: float, noise_std: float, bound: float, num_nodes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return nodes in (-A, A) and the weighted density of one step, from them and from 0."""
    sigma = real_number("noise_std", noise_std, above=0)
    bound = real_number("bound", bound, above=0)
    nodes, weights = np.polynomial.legendre.leggauss(whole_number("num_nodes", num_nodes))
    nodes, weights = bound * nodes, bound * weights
    step = stats.norm.pdf(nodes - nodes[:, None] - drift_rate, scale=sigma) * weights
    return nodes, step, stats.norm.pdf(nodes - drift_rate, scale=sigma) * weights


def sequential_saving(accuracy: Any) -> Any:
    """Return the mean time of waiting for a bound as a share of the fixed time, at one accuracy.

    With small steps both follow from ``b`` and ``sigma``, which cancel: the share is
    ``(2 a - 1) ln(a / (1 - a)) / (2 z^2)`` with ``Phi(z) = a``.

    Args:
        accuracy: ``a``, between 1/2 and 1, a number or an array.

    Source: A. Wald (1945). No other rule of this accuracy is quicker: A. Wald and
    J. Wolfowitz (1948).
    """
    a = real_numbers("accuracy", accuracy, above=0.5, below=1)
    return (2 * a - 1) * np.log(a / (1 - a)) / (2 * stats.norm.ppf(a) ** 2)


def reward_rate(drift_rate: float, noise_std: float, bound: Any, delay: float) -> Any:
    """Return correct choices a step, if every trial costs a further ``delay`` steps.

    Args:
        drift_rate: ``b``.
        noise_std: ``sigma``, above 0.
        bound: ``A``, above 0, a number or an array.
        delay: Steps between a decision and the next trial, at least 0.
    """
    delay = real_number("delay", delay, at_least=0)
    correct = bounded_accuracy(drift_rate, noise_std, bound)
    return correct / (bounded_steps(drift_rate, noise_std, bound) + delay)


def best_bound(drift_rate: float, noise_std: float, delay: float) -> float:
    """Return the bound of the highest reward rate; 0 if one step should always do.

    Where the derivative of :func:`reward_rate` is 0,
    ``exp(2 b A' / sigma^2) - 1 = 2 (b / sigma)^2 (D + 1/4 - A' / b)``.

    Args:
        drift_rate: ``b``, above 0.
        noise_std: ``sigma``, above 0.
        delay: ``D``, steps between a decision and the next trial.

    Source: R. Bogacz and others (2006), without overshoot and quarter step.
    """
    b = real_number("drift_rate", drift_rate, above=0)
    sigma = real_number("noise_std", noise_std, above=0)
    waiting = real_number("delay", delay, at_least=0) + 0.25

    def slope(reach: float) -> float:
        return np.expm1(2 * b * reach / sigma**2) - 2 * (b / sigma) ** 2 * (waiting - reach / b)

    return max(0.0, optimize.brentq(slope, 0, b * waiting) - OVERSHOOT * sigma)


def optimal_performance(errors: Any) -> Any:
    """Return the time that the best bound spends deciding, as a share of the time it waits.

    ``1 / (1 / (e ln((1 - e) / e)) + 1 / (1 - 2 e))``, without any parameter. In steps it is
    ``(E N - 1/4) / (D + 1/4)``.

    Args:
        errors: Share of errors ``e``, between 0 and 1/2, a number or an array.

    Source: R. Bogacz and others (2006).
    """
    e = real_numbers("errors", errors, above=0, below=0.5)
    return 1 / (1 / (e * np.log((1 - e) / e)) + 1 / (1 - 2 * e))
