"""Principal components of hidden states, and what a line on each of them decodes."""

from typing import Any, NamedTuple

import numpy as np

from integrator_lib._arguments import finite_array


class PrincipalComponents(NamedTuple):
    """Orthogonal directions in state space, by falling variance.

    Attributes:
        components: Unit vectors as rows, ``(number, state_size)``, largest entry positive.
        variance_share: Each one's share of the variance, ``(number,)``.
        mean: The mean state, ``(state_size,)``.
    """

    components: np.ndarray
    variance_share: np.ndarray
    mean: np.ndarray

    def project(self, states: Any) -> np.ndarray:
        """Return coordinates along the components, ``(..., number)``."""
        return (np.asarray(states, np.float64) - self.mean) @ self.components.T


def principal_components(states: Any) -> PrincipalComponents:
    """Return the principal components of visited states, by singular value decomposition.

    Args:
        states: ``(..., state_size)``, any leading axes; at least two states that differ.

    Raises:
        ValueError: If the states are not finite or do not differ.
    """
    states = np.asarray(states, np.float64)
    flat = finite_array("states", states.reshape(-1, states.shape[-1]), (None, None))
    mean = flat.mean(axis=0)
    _, sizes, components = np.linalg.svd(flat - mean, full_matrices=False)
    if not sizes.sum() > 0:
        raise ValueError(f"states must differ, got {len(flat)} equal ones")
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return PrincipalComponents(components * signs[:, None], sizes**2 / np.sum(sizes**2), mean)


def decoder_r_squared(coordinates: Any, target: Any) -> np.ndarray:
    """Return how much of a target's variance a line on each coordinate alone explains.

    Principal components are uncorrelated, so over them the shares add up to what a linear
    decoder of all of them explains.

    Args:
        coordinates: ``(..., number)``.
        target: ``(...,)``, of the same leading axes.

    Returns:
        ``R^2`` of each least-squares line, ``(number,)``; 0 for a constant coordinate.

    Raises:
        ValueError: If the target's shape differs, or it is not finite or constant.
    """
    flat = np.asarray(coordinates, np.float64)
    flat = flat.reshape(-1, flat.shape[-1])
    values = np.asarray(finite_array("target", target, np.shape(coordinates)[:-1]), np.float64)
    flat, values = flat - flat.mean(axis=0), values.reshape(-1) - values.mean()
    if not np.any(values):
        raise ValueError("target must vary, got equal values")
    variation, covariance = np.sum(flat**2, axis=0), values @ flat
    # What varies 1e12 times less than the rest is float64's rounding of a constant.
    varies = variation > 1e-24 * variation.max()
    explained = np.divide(covariance**2, variation, out=np.zeros_like(variation), where=varies)
    return explained / np.sum(values**2)
