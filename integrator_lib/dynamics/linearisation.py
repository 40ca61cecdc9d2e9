"""A network linearised at states of its line."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array
from integrator_lib.dynamics.modes import (
    Mode,
    NoIntegratingModeError,
    input_gain,
    integrating_mode,
    jacobian,
)
from integrator_lib.dynamics.system import drift, moves, readout, visited_states
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


def linearise(model: IntegratorRNN, state: Any, *, within: float = 0.1) -> Linearisation:
    """Linearise a network at one state of its line.

    Args:
        model: The network.
        state: ``(state_size,)``, as from :func:`settled_states`.
        within: Largest accepted distance of the eigenvalue from 1.

    Raises:
        NoIntegratingModeError: If no real, simple eigenvalue lies near 1.
    """
    w, bias = readout(model)
    finite_array("state", state, w.shape)
    derivative = np.asarray(jacobian(model, state), np.float64)
    mode = integrating_mode(derivative, within=within)
    gain = (w @ mode.right) * (mode.left @ np.asarray(input_gain(model, state)))
    state = np.asarray(state)
    moved = float(drift(model, state))
    return Linearisation(float(state @ w + bias), state, derivative, mode, float(gain), moved)


def linearise_ends(
    model: IntegratorRNN, inputs: Any, *, within: float = 0.1
) -> tuple[Linearisation, Linearisation]:
    """Linearise a network at the most negative and at the most positive end of its line.

    Args:
        model: The network.
        inputs: Trials that reach the ends, ``(time, batch, 1)``.
        within: Largest accepted distance of an end's eigenvalue from 1.

    Raises:
        NoIntegratingModeError: If an end has no real, simple eigenvalue near 1.
    """
    states = settled_states(model, inputs)
    values = np.asarray(states @ readout(model)[0])
    lowest, highest = states[values.argmin()], states[values.argmax()]
    return linearise(model, lowest, within=within), linearise(model, highest, within=within)


class LineProfile(NamedTuple):
    """How a value moves along a line, at states sorted by the value they hold.

    Attributes:
        value: Output of the network in each state, ``(number,)``.
        eigenvalue: Of the integrating mode.
        others: Largest modulus of all other eigenvalues.
        drift: How far the output moves along the line in a step without input. Its slope by
            the value is the eigenvalue less 1.
    """

    value: np.ndarray
    eigenvalue: np.ndarray
    others: np.ndarray
    drift: np.ndarray


def line_profile(model: IntegratorRNN, states: Any) -> LineProfile:
    """Linearise a network at many states of its line, and project their moves on the line.

    A slow point need not lie exactly on the line, and a part of its move ``F(h, 0) - h`` leads
    back to it, or away. What lasts is the part in the integrating mode: it moves the output by
    ``(w . r)(l . (F(h, 0) - h))``. States where no real, simple eigenvalue lies near 1 are left
    out, such as those of a ReLU network where its two halves meet.

    Args:
        model: The network.
        states: ``(number, state_size)``.
    """
    w, bias = readout(model)
    states = np.asarray(finite_array("states", states, (None, len(w))), np.float64)
    found, jacobians = [], np.asarray(jacobian(model, states))
    for state, move, J in zip(states, moves(model, states), jacobians, strict=True):
        try:
            mode = integrating_mode(J)
        except NoIntegratingModeError:
            continue
        rest = J - mode.eigenvalue * np.outer(mode.right, mode.left)
        others = np.abs(np.linalg.eigvals(rest)).max()
        drift_of_mode = (w @ mode.right) * (mode.left @ move)
        found.append((state @ w + bias, mode.eigenvalue, others, drift_of_mode))
    return LineProfile(*np.array(sorted(found)).reshape(-1, 4).T)


def active_units(at: Linearisation) -> np.ndarray:
    """Return which units of a ReLU network answer to small pushes there, ``(hidden,)``."""
    return np.any(at.jacobian != 0, axis=1)
