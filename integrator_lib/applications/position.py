"""Path integration: networks as a sense of place, and closed forms of their errors."""

from typing import Any

import numpy as np
from scipy.signal import lfilter

from integrator_lib._arguments import finite_array, real_number, whole_number
from integrator_lib.evaluation import predict
from integrator_lib.networks import IntegratorRNN


def integrate_path(model: IntegratorRNN, displacements: Any) -> np.ndarray:
    """Integrate a path with two copies of a network, one for each direction of the plane.

    Args:
        model: The network.
        displacements: ``(time, 2)``.

    Returns:
        The network's position after each step, seen from where the path began, ``(time, 2)``.
    """
    displacements = finite_array("displacements", displacements, (None, 2))
    return np.asarray(predict(model, np.asarray(displacements)[..., None]), np.float64)[..., 0]


def distances(positions: Any, others: Any) -> np.ndarray:
    """Return how far positions are from others.

    Args:
        positions: ``(..., 2)``.
        others: As many, or one for all, ``(2,)``; 0 for the origin.

    Returns:
        ``(...,)``.
    """
    return np.linalg.norm(np.asarray(positions) - np.asarray(others), axis=-1)


def closing_error(displacements: Any, leak: float) -> np.ndarray:
    """Return where a slightly leaky integrator thinks it is at the end of a closed loop.

    To first order it is ``-leak sum_t S_t``: minus the leak, times the number of steps, times
    the centroid of the path. The loop has to bring the walker home; a factor on all its
    displacements, a gain error, would bring it home too.

    Args:
        displacements: Of a closed loop, ``(time, 2)``.
        leak: Part of the position that is forgotten in a step.

    Returns:
        ``(2,)``.

    Raises:
        ValueError: If the loop is not closed up to rounding.
    """
    displacements = np.asarray(finite_array("displacements", displacements, (None, 2)), np.float64)
    leak = real_number("leak", leak)
    positions = np.cumsum(displacements, axis=0)
    rounding = len(displacements) * np.finfo(np.float64).eps * np.abs(displacements).sum()
    if np.abs(positions[-1]).max() > rounding:
        raise ValueError(f"displacements must add up to 0, got {positions[-1]}")
    return -leak * positions.sum(axis=0)


def random_walk_std(num_steps: int, noise_std: float, leak: float = 0.0) -> np.ndarray:
    """Return how far noise in the velocity takes one coordinate off, after each step.

    ``noise_std sqrt((1 - kept^(2t)) / (1 - kept^2))`` with ``kept = 1 - leak``, which is
    ``noise_std sqrt(t)`` without a leak and levels off at about ``noise_std / sqrt(2 leak)``
    with one.

    Args:
        num_steps: Number of steps.
        noise_std: Standard deviation of the noise on each displacement.
        leak: Part of the position that is forgotten in a step, from 0 to 1.

    Returns:
        Standard deviation, ``(num_steps,)``.
    """
    num_steps = whole_number("num_steps", num_steps)
    noise_std = real_number("noise_std", noise_std, at_least=0)
    kept = 1 - real_number("leak", leak, at_least=0, at_most=1)
    return noise_std * np.sqrt(np.cumsum(kept ** (2 * np.arange(num_steps))))


def expected_square_error(displacements: Any, noise_std: float, leak: float) -> np.ndarray:
    """Return the mean squared distance between a noisy leaky integrator and the truth.

    What the leak forgets of this path and what noise adds do not depend on each other, so
    their squares add up.

    Args:
        displacements: ``(time, 2)``.
        noise_std: Standard deviation of the noise on each component of a displacement.
        leak: As in :func:`random_walk_std`.

    Returns:
        Square metres after each step, ``(time,)``.
    """
    displacements = np.asarray(finite_array("displacements", displacements, (None, 2)), np.float64)
    noise = random_walk_std(len(displacements), noise_std, leak)
    leaky = lfilter([1.0], [1.0, leak - 1.0], displacements, axis=0)
    return distances(leaky, np.cumsum(displacements, axis=0)) ** 2 + 2 * noise**2


def mean_progress(num_steps: int, heading_noise: float) -> np.ndarray:
    """Return how far walkers without a compass get on average, in their first direction.

    A heading with ``k`` random turns in it is worth ``a^k``, ``a = exp(-heading_noise^2/2)``,
    so the mean is ``a (1 - a^t) / (1 - a)``. It never exceeds ``2 / heading_noise^2``.

    Args:
        num_steps: Number of steps of length 1.
        heading_noise: Standard deviation of the turn in a step, in radians, above 0.

    Returns:
        Mean position along the first axis, ``(num_steps,)``.
    """
    steps = np.arange(1, whole_number("num_steps", num_steps) + 1)
    a = np.exp(-(real_number("heading_noise", heading_noise, above=0) ** 2) / 2)
    return a * (1 - a**steps) / (1 - a)


def lateral_std(num_steps: int, heading_noise: float) -> np.ndarray:
    """Return how far walkers without a compass are off to the side.

    The position is a sum of ``sin(heading)``, and for two steps ``j`` and ``k``
    ``2 E[sin sin] = exp(-v |j - k| / 2) - exp(-v (j + k + 2 min(j, k)) / 2)`` with
    ``v = heading_noise^2``. While ``v t`` is small it is ``heading_noise sqrt(t^3 / 3)``.

    Args:
        num_steps: Number of steps of length 1; memory grows with its square.
        heading_noise: Standard deviation of the turn in a step, in radians.

    Returns:
        Standard deviation across the first direction, ``(num_steps,)``.
    """
    k = np.arange(1, whole_number("num_steps", num_steps) + 1)
    j, v = k[:, None], real_number("heading_noise", heading_noise, at_least=0) ** 2
    same, opposite = np.abs(j - k), j + k + 2 * np.minimum(j, k)
    covariance = (np.exp(-v * same / 2) - np.exp(-v * opposite / 2)) / 2
    return np.sqrt(np.diagonal(covariance.cumsum(axis=0).cumsum(axis=1)))
