"""A network linearised at states of its line."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array
from integrator_lib.dynamics.modes import Mode, input_gain, integrating_mode, jacobian
from integrator_lib.dynamics.system import drift, readout, visited_states
from integrator_lib.networks import IntegratorRNN

SETTLING_STEPS = 50
"""Steps without input after which a state lies on the line: all other modes have decayed."""


class Linearisation(NamedTuple):
    """A state on the line and the network's linearisation there.

    Attributes:
        value: Output of the network in this state.
        state: ``(state_size,)``.
        jacobian: ``(state_size, state_size)``.
        mode: Eigenvalue and eigenvectors of the integrating mode.
        gain: What a unit of input adds to the output in the long run,
            ``(w . r)(l . dF/dx)``; 1 for an integrator.
        drift: How far the output moves in a step without input.
    """

    value: float
    state: np.ndarray
    jacobian: np.ndarray
    mode: Mode
    gain: float
    drift: float


def settled_states(model: IntegratorRNN, inputs: Any) -> jax.Array:
    """Run trials, then let the network rest: states on its line, one for each trial.

    Args:
        model: The network.
        inputs: ``(time, batch, 1)``.

    Returns:
        ``(batch, state_size)``.
    """
    inputs = jnp.asarray(finite_array("inputs", inputs, (None, None, 1)), jnp.float32)
    silence = jnp.zeros((SETTLING_STEPS, inputs.shape[1], 1))
    return visited_states(model, jnp.concatenate([inputs, silence]))[-1]


def linearise(model: IntegratorRNN, state: Any) -> Linearisation:
    """Linearise a network at one state of its line.

    Args:
        model: The network.
        state: ``(state_size,)``, as from :func:`settled_states`.

    Raises:
        NoIntegratingModeError: If no real, simple eigenvalue lies near 1.
    """
    w, bias = readout(model)
    derivative = np.asarray(jacobian(model, state), np.float64)
    mode = integrating_mode(derivative)
    gain = (w @ mode.right) * (mode.left @ np.asarray(input_gain(model, state)))
    state = np.asarray(state)
    moved = float(drift(model, state))
    return Linearisation(float(state @ w + bias), state, derivative, mode, float(gain), moved)


def linearise_ends(model: IntegratorRNN, inputs: Any) -> tuple[Linearisation, Linearisation]:
    """Linearise a network at the most negative and at the most positive end of its line.

    Args:
        model: The network.
        inputs: Trials that reach the ends, ``(time, batch, 1)``.

    Raises:
        NoIntegratingModeError: If an end has no real, simple eigenvalue near 1.
    """
    states = settled_states(model, inputs)
    values = np.asarray(states @ readout(model)[0])
    return linearise(model, states[values.argmin()]), linearise(model, states[values.argmax()])


def active_units(at: Linearisation) -> np.ndarray:
    """Return which units of a ReLU network answer to small pushes there, ``(hidden,)``."""
    return np.any(at.jacobian != 0, axis=1)
