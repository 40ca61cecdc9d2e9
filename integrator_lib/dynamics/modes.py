"""Jacobians, and the mode of a Jacobian that integrates."""

from typing import Any, NamedTuple

import brainstate
import jax
import numpy as np

from integrator_lib._arguments import finite_array, real_number
from integrator_lib.dynamics.system import at_each_state, step_function
from integrator_lib.networks import Architecture, IntegratorRNN


@brainstate.transform.jit(static_argnums=0)
def _jacobians(
    architecture: Architecture, values: dict, states: jax.Array, x: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the derivatives by the state ``(batch, n, n)`` and by the input ``(batch, n)``."""
    derivatives = jax.jacfwd(step_function(architecture, values), argnums=(0, 1))
    return jax.vmap(derivatives, (0, None))(states, x)


def jacobian(model: IntegratorRNN, states: Any, x: float = 0.0) -> jax.Array:
    """Return ``J[i, j] = d F_i / d state_j`` at many states, by automatic differentiation.

    A ReLU has no derivative at 0, where automatic differentiation returns 0: at a state
    whose next state has a unit exactly at the kink, such as ``h = 0`` without input or
    biases, the result is no linearisation. Probe beside it.

    Args:
        model: The network.
        states: ``(..., state_size)``, any leading axes.
        x: The input at this step.

    Returns:
        ``(..., state_size, state_size)``.
    """
    return at_each_state(_jacobians, model, states, x)[0]


def input_gain(model: IntegratorRNN, states: Any, x: float = 0.0) -> jax.Array:
    """Return ``dF / dx`` at many states, what a small input writes: ``(..., state_size)``.

    Arguments and errors are those of :func:`jacobian`.
    """
    return at_each_state(_jacobians, model, states, x)[1]


class NoIntegratingModeError(ValueError):
    """No real, simple eigenvalue lies near 1."""


class Mode(NamedTuple):
    """A real eigenvalue of a Jacobian with its two eigenvectors.

    Attributes:
        eigenvalue: The factor by which the mode grows in a step.
        right: Unit vector ``r`` with ``J r = eigenvalue r``, its largest entry positive:
            the direction in which the state moves.
        left: Vector ``l`` with ``l J = eigenvalue l`` and ``l . r = 1``: what it reads.
    """

    eigenvalue: float
    right: np.ndarray
    left: np.ndarray


def integrating_mode(jacobian: Any, *, within: float = 0.1) -> Mode:
    """Return the mode of one Jacobian whose eigenvalue is nearest to 1.

    Args:
        jacobian: ``(n, n)``.
        within: Largest accepted distance of the eigenvalue from 1.

    Raises:
        NoIntegratingModeError: If the nearest eigenvalue is complex, further than
            ``within``, or not simple, so that left and right vectors are orthogonal.
    """
    matrix = np.asarray(finite_array("jacobian", jacobian, (None, None)), np.float64)
    finite_array("jacobian", matrix, (len(matrix), len(matrix)))
    real_number("within", within, above=0)
    eigenvalue, right = _nearest_to_one(matrix)
    left = _nearest_to_one(matrix.T)[1]
    if eigenvalue.imag != 0:
        raise NoIntegratingModeError(f"the eigenvalue nearest to 1 is complex: {eigenvalue:.4g}")
    if abs(eigenvalue - 1) > within:
        raise NoIntegratingModeError(
            f"no eigenvalue lies within {within:g} of 1; the nearest is {eigenvalue.real:.4g}"
        )
    right, left = right.real, left.real
    if abs(left @ right) < 1e-8:
        raise NoIntegratingModeError(f"the eigenvalue {eigenvalue.real:.4g} is not simple")
    right = right * np.sign(right[np.argmax(np.abs(right))])
    return Mode(float(eigenvalue.real), right, left / (left @ right))


def _nearest_to_one(matrix: np.ndarray) -> tuple[np.complex128, np.ndarray]:
    eigenvalues, vectors = np.linalg.eig(matrix)
    nearest = np.argmin(np.abs(eigenvalues - 1))
    return np.complex128(eigenvalues[nearest]), vectors[:, nearest]


def time_constant(eigenvalue: Any) -> np.ndarray:
    """Return ``-1 / ln|eigenvalue|``, the steps in which a mode decays to ``1/e``.

    It is infinite at 1 and negative where the mode grows.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(1 / np.log(1 / np.abs(eigenvalue)))
