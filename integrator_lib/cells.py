"""Recurrent cells with a trainable initial state."""

from collections.abc import Callable
from typing import Any

import brainstate
import braintools
import jax
import jax.numpy as jnp

from integrator_lib._arguments import true_or_false, whole_number
from integrator_lib.recurrence import hidden_states


def spread(value: jax.Array, batch_size: int | None) -> jax.Array:
    """Repeat a state of shape ``(size,)`` over a batch: ``(batch_size, size)``.

    With ``batch_size=None`` the state is returned as it is, for a single trial.
    """
    return value if batch_size is None else jnp.broadcast_to(value, (batch_size, *value.shape))


def initialise(
    initializer: Callable, shape: tuple[int, ...], batch_size: int | None = None
) -> jax.Array:
    """Return an initial value as a float32 array of ``shape``, after any batch axis."""
    return jnp.asarray(braintools.init.param(initializer, shape, batch_size), jnp.float32)


class RNNCell(brainstate.nn.Module):
    """Vanilla recurrent cell, ``h_t = activation([x_t, h_{t-1}] @ W + b)``.

    Args:
        num_in: Number of inputs.
        num_out: Number of hidden units.
        state_initializer: Initialises the hidden state of shape ``(num_out,)``.
        w_initializer: Initialises ``W`` of shape ``(num_in + num_out, num_out)``.
        b_initializer: Initialises ``b`` of shape ``(num_out,)``; ``None`` for no bias.
        activation: Elementwise nonlinearity.
        train_state: Whether the initial hidden state is learnt, as ``state2train``
            of shape ``(num_out,)``, which starts from ``state_initializer``.

    Raises:
        TypeError, ValueError: If a size is not a whole number of at least 1.

    >>> cell = RNNCell(1, 8, train_state=True)
    >>> cell.update(jnp.ones(1)).shape
    (8,)
    >>> cell.reset_state(batch_size=5)
    >>> cell.update(jnp.ones((5, 1))).shape
    (5, 8)
    """

    def __init__(
        self,
        num_in: int,
        num_out: int,
        state_initializer: Callable = braintools.init.ZeroInit(),
        w_initializer: Callable = braintools.init.XavierNormal(),
        b_initializer: Callable | None = braintools.init.ZeroInit(),
        activation: Callable = brainstate.nn.relu,
        train_state: bool = False,
    ) -> None:
        super().__init__()
        self.num_in = whole_number("num_in", num_in)
        self.num_out = whole_number("num_out", num_out)
        self.activation = activation
        self.train_state = true_or_false("train_state", train_state)
        self._state_initializer = state_initializer

        self.W = brainstate.ParamState(initialise(w_initializer, (num_in + num_out, num_out)))
        self.b = None
        if b_initializer is not None:
            self.b = brainstate.ParamState(initialise(b_initializer, (num_out,)))
        if train_state:
            self.state2train = brainstate.ParamState(initialise(state_initializer, (num_out,)))
        self.init_state()

    def initial_state(self, batch_size: int | None = None) -> jax.Array:
        """Return the state before the first step, ``(num_out,)`` or ``(batch_size, num_out)``."""
        if self.train_state:
            return spread(self.state2train.value, batch_size)
        return initialise(self._state_initializer, (self.num_out,), batch_size)

    def init_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Make a new hidden state, for one trial or for ``batch_size`` trials."""
        self.state = brainstate.HiddenState(self.initial_state(batch_size))

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the hidden state back to its start, keeping the state object."""
        self.state.value = self.initial_state(batch_size)

    def update(self, x: jax.Array) -> jax.Array:
        """Advance one step.

        Args:
            x: Input of shape ``(num_in,)`` or ``(batch, num_in)``.

        Returns:
            The new hidden state, ``(num_out,)`` or ``(batch, num_out)``.
        """
        x_and_state = jnp.concatenate([x, self.state.value], axis=-1)
        h = x_and_state @ self.W.value
        if self.b is not None:
            h = h + self.b.value
        self.state.value = self.activation(h)
        return self.state.value


class GRUCell(brainstate.nn.GRUCell):
    """BrainState's gated recurrent unit with an initial state that can be learnt.

    Args:
        num_in: Number of inputs.
        num_out: Number of hidden units.
        train_state: Whether the initial hidden state is learnt, as ``state2train`` of
            shape ``(num_out,)``.
        initializers: Passed on to ``brainstate.nn.GRUCell``.
    """

    def __init__(
        self, num_in: int, num_out: int, train_state: bool = False, **initializers: Any
    ) -> None:
        super().__init__(num_in, num_out, **initializers)
        self.train_state = true_or_false("train_state", train_state)
        if train_state:
            self.state2train = brainstate.ParamState(jnp.zeros(num_out))
        self.init_state()

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the hidden state back to its start."""
        super().reset_state(batch_size)
        if self.train_state:
            self.h.value = spread(self.state2train.value, batch_size)


class LSTMCell(brainstate.nn.LSTMCell):
    """BrainState's long short-term memory with an initial state that can be learnt.

    Args:
        num_in: Number of inputs.
        num_out: Number of hidden units.
        train_state: Whether the initial output and memory are learnt, as ``state2train``
            and ``memory2train``, each of shape ``(num_out,)``.
        initializers: Passed on to ``brainstate.nn.LSTMCell``.
    """

    def __init__(
        self, num_in: int, num_out: int, train_state: bool = False, **initializers: Any
    ) -> None:
        super().__init__(num_in, num_out, **initializers)
        self.train_state = true_or_false("train_state", train_state)
        if train_state:
            self.state2train = brainstate.ParamState(jnp.zeros(num_out))
            self.memory2train = brainstate.ParamState(jnp.zeros(num_out))
        self.init_state()

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the output and the memory back to their start."""
        super().reset_state(batch_size)
        if self.train_state:
            self.h.value = spread(self.state2train.value, batch_size)
            self.c.value = spread(self.memory2train.value, batch_size)


def run_cell(cell: RNNCell | GRUCell | LSTMCell, inputs: jax.Array) -> jax.Array:
    """Step a cell through whole trials, as ``for_loop(cell.update, inputs)`` does.

    For the vanilla cell the loop has a backward pass written by hand; a subclass may have an
    ``update`` of its own, so that it is stepped.

    Args:
        cell: The cell, in the state before the first step; it is left in the last one.
        inputs: ``(time, batch, num_in)`` or ``(time, num_in)``.

    Returns:
        Hidden states, ``(time, batch, num_out)`` or ``(time, num_out)``.
    """
    if type(cell) is not RNNCell:
        return brainstate.transform.for_loop(cell.update, inputs)
    bias = None if cell.b is None else cell.b.value
    hidden = hidden_states(cell.activation, cell.W.value, bias, cell.state.value, inputs)
    cell.state.value = hidden[-1]
    return hidden
