"""A trained network as a dynamical system: its state, its step, its drift.

A *state* is everything a cell carries from one step to the next, as one flat vector of
``state_size`` entries: the hidden units of an RNN or GRU, and for an LSTM its output ``h``
followed by its memory ``c``.
"""

from collections.abc import Callable
from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, instance, real_number
from integrator_lib.networks import Architecture, IntegratorRNN, assemble


def state_size(model: IntegratorRNN) -> int:
    """Return the number of entries of a network's state."""
    return len(model.rnn.state_names) * model.hidden_size


def step_function(architecture: Architecture, values: dict) -> Callable:
    """Return :func:`transition` of a network given as structure and weights.

    Call it inside functions under ``brainstate.transform.jit`` that take the structure as
    a static argument: they compile once for all networks of one structure.
    """
    cell = assemble(architecture, values).rnn
    return lambda state, x: cell.next_state(state, jnp.reshape(jnp.asarray(x, jnp.float32), (1,)))


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
    return instance("model", model, IntegratorRNN).rnn.initial_state()


def visited_states(model: IntegratorRNN, inputs: Any, start: Any = None) -> jax.Array:
    """Run the network and return the whole state after every step.

    Args:
        model: The network.
        inputs: ``(time, batch, 1)``.
        start: States before the first step, ``(batch, state_size)``; the network's own
            initial state if ``None``.

    Returns:
        ``(time, batch, state_size)``.
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


def at_each_state(compiled: Callable, model: IntegratorRNN, states: Any, x: float) -> Any:
    """Call a compiled function on a flat batch; give its results the states' leading axes.

    Args:
        compiled: Takes structure, weights, states ``(batch, state_size)`` and an input.
        model: The network.
        states: ``(..., state_size)``.
        x: The input at this step.
    """
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
    """
    return at_each_state(_next_states, model, states, x)


def moves(model: IntegratorRNN, states: Any) -> np.ndarray:
    """Return how far states move in one step without input, ``F(h, 0) - h``, in float64.

    Args:
        model: The network.
        states: ``(..., state_size)``.

    Returns:
        ``(..., state_size)``.
    """
    return np.asarray(next_states(model, states), np.float64) - np.asarray(states, np.float64)


def drift(model: IntegratorRNN, states: Any) -> np.ndarray:
    """Return how far the output moves in one step without input, ``w . (F(h, 0) - h)``.

    Args:
        model: The network.
        states: ``(..., state_size)``.

    Returns:
        Drift in units of the output a step, ``(...,)``.
    """
    return moves(model, states) @ readout(model)[0]
