"""A trained network as a dynamical system: states, Jacobians, modes, drift.

A *state* is everything a cell carries from one step to the next, as one flat vector of
``state_size`` entries: the hidden units of an RNN or GRU, and for an LSTM its output ``h``
followed by its memory ``c``.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, instance, real_number
from integrator_lib.models import Architecture, IntegratorRNN, assemble

PARTS = {"rnn": ("state",), "gru": ("h",), "lstm": ("h", "c")}
"""For each cell the names of its hidden states, in the order of the flat vector."""


def state_size(model: IntegratorRNN) -> int:
    """Return the number of entries of a network's state."""
    return len(PARTS[model.cell]) * model.hidden_size


def step_function(architecture: Architecture, values: dict) -> Callable:
    """Return :func:`transition` of a network given as structure and weights.

    Call it inside functions under ``brainstate.transform.jit`` that take the structure as
    a static argument: they compile once for all networks of one structure.
    """
    cell = assemble(architecture, values).rnn
    parts = PARTS[architecture.cell]

    def step(state: jax.Array, x: Any) -> jax.Array:
        for name, part in zip(parts, jnp.split(state, len(parts)), strict=True):
            setattr(cell, name, brainstate.HiddenState(part))
        cell.update(jnp.reshape(jnp.asarray(x, jnp.float32), (1,)))
        return jnp.concatenate([getattr(cell, name).value for name in parts])

    return step


def transition(model: IntegratorRNN) -> Callable:
    """Return the network's step as a pure function ``F(state, x)`` of one trial.

    It can be differentiated, vectorised and compiled. Later changes of the model's weights
    do not change it.

    Args:
        model: The network.

    Returns:
        The function: state ``(state_size,)`` and input, a number or ``(1,)``, to the next
        state ``(state_size,)``.

    >>> model = IntegratorRNN(hidden_size=8)
    >>> transition(model)(jnp.ones(8), 0.5).shape
    (8,)
    """
    instance("model", model, IntegratorRNN)
    return step_function(model.architecture, model.values())


def readout(model: IntegratorRNN) -> tuple[np.ndarray, float]:
    """Return the readout as ``(w, bias)``, with ``output = w . state + bias``.

    Returns:
        ``w`` of shape ``(state_size,)``, zero on an LSTM's memory, which is not read; and
        the bias.
    """
    instance("model", model, IntegratorRNN)
    weight = model.out.weight.value
    w = np.zeros(state_size(model), np.float32)
    w[: model.hidden_size] = np.asarray(weight["weight"])[:, 0]
    return w, float(weight["bias"][0])


@brainstate.transform.jit(static_argnums=0)
def _trajectories(
    architecture: Architecture, values: dict, initial: jax.Array, inputs: jax.Array
) -> jax.Array:
    step = jax.vmap(step_function(architecture, values))

    def body(states: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        states = step(states, x)
        return states, states

    return jax.lax.scan(body, initial, inputs)[1]


def initial_state(model: IntegratorRNN) -> jax.Array:
    """Return the state before the first step, ``(state_size,)``."""
    instance("model", model, IntegratorRNN)
    model.reset_state()
    return jnp.concatenate([getattr(model.rnn, name).value for name in PARTS[model.cell]])


def visited_states(model: IntegratorRNN, inputs: Any, start: Any = None) -> jax.Array:
    """Run the network and return the whole state after every step.

    Args:
        model: The network.
        inputs: ``(time, batch, 1)``.
        start: States before the first step, ``(batch, state_size)``; the network's own
            initial state if ``None``.

    Returns:
        ``(time, batch, state_size)``.

    Raises:
        TypeError, ValueError: If an argument is not as described.
    """
    inputs = jnp.asarray(inputs, jnp.float32)
    finite_array("inputs", inputs, (None, None, 1))
    shape = (inputs.shape[1], state_size(instance("model", model, IntegratorRNN)))
    if start is None:
        start = jnp.broadcast_to(initial_state(model), shape)
    start = jnp.asarray(finite_array("start", start, shape), jnp.float32)
    return _trajectories(model.architecture, model.values(), start, inputs)


@brainstate.transform.jit(static_argnums=0)
def _next_states(
    architecture: Architecture, values: dict, states: jax.Array, x: jax.Array
) -> jax.Array:
    return jax.vmap(step_function(architecture, values), (0, None))(states, x)


@brainstate.transform.jit(static_argnums=0)
def _jacobians(
    architecture: Architecture, values: dict, states: jax.Array, x: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the derivatives by the state ``(batch, n, n)`` and by the input ``(batch, n)``."""
    derivatives = jax.jacfwd(step_function(architecture, values), argnums=(0, 1))
    return jax.vmap(derivatives, (0, None))(states, x)


def _at_each_state(compiled: Callable, model: IntegratorRNN, states: Any, x: float) -> Any:
    """Call a compiled function on a flat batch; give its results the states' leading axes."""
    size = state_size(instance("model", model, IntegratorRNN))
    states = jnp.asarray(states, jnp.float32)
    finite_array("states", states, (None,) * max(states.ndim - 1, 0) + (size,))
    x = jnp.float32(real_number("x", x))
    results = compiled(model.architecture, model.values(), states.reshape(-1, size), x)
    return jax.tree.map(lambda a: a.reshape(*states.shape[:-1], *a.shape[1:]), results)


def next_states(model: IntegratorRNN, states: Any, x: float = 0.0) -> jax.Array:
    """Return ``F(state, x)`` for many states, ``(..., state_size)``.

    Args:
        model: The network.
        states: ``(..., state_size)``, any leading axes.
        x: The input at this step.

    Raises:
        TypeError, ValueError: If an argument is not as described.
    """
    return _at_each_state(_next_states, model, states, x)


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

    Raises:
        TypeError, ValueError: If an argument is not as described.
    """
    return _at_each_state(_jacobians, model, states, x)[0]


def input_gain(model: IntegratorRNN, states: Any, x: float = 0.0) -> jax.Array:
    """Return ``dF / dx`` at many states, what a small input writes: ``(..., state_size)``.

    Arguments and errors are those of :func:`jacobian`.
    """
    return _at_each_state(_jacobians, model, states, x)[1]


def drift(model: IntegratorRNN, states: Any) -> np.ndarray:
    """Return how far the output moves in one step without input, ``w . (F(h, 0) - h)``.

    Args:
        model: The network.
        states: ``(..., state_size)``.

    Returns:
        Drift in units of the output a step, ``(...,)``.
    """
    moves = np.asarray(next_states(model, states), np.float64) - np.asarray(states, np.float64)
    return moves @ readout(model)[0]


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


def integrating_mode(jacobian: Any, within: float = 0.1) -> Mode:
    """Return the mode of one Jacobian whose eigenvalue is nearest to 1.

    Args:
        jacobian: ``(n, n)``.
        within: Largest accepted distance of the eigenvalue from 1.

    Raises:
        NoIntegratingModeError: If the nearest eigenvalue is complex, further than
            ``within``, or not simple, so that left and right vectors are orthogonal.
        TypeError, ValueError: If an argument is not as described.
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
