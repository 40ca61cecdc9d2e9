"""Recurrent cells with a trainable initial state."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import brainstate
import braintools
import jax
import jax.numpy as jnp

from integrator_lib._arguments import true_or_false, whole_number
from integrator_lib.networks.unroll import hidden_states, preactivation

BY_HAND_BELOW = 400
"""Trials from which, on two cores, JAX's own way back was no slower than ours."""


def broadcast_state(value: jax.Array, batch_size: int | None) -> jax.Array:
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

    >>> cell = RNNCell(1, 8, train_state=True)
    >>> cell.update(jnp.ones(1)).shape
    (8,)
    >>> cell.reset_state(batch_size=5)
    >>> cell.update(jnp.ones((5, 1))).shape
    (5, 8)
    """

    state_names = ("state",)
    """The hidden states that make up the cell's state, in order."""

    def __init__(
        self,
        num_in: int,
        num_out: int,
        *,
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
            return broadcast_state(self.state2train.value, batch_size)
        return initialise(self._state_initializer, (self.num_out,), batch_size)

    def init_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Make a new hidden state, for one trial or for ``batch_size`` trials."""
        self.state = brainstate.HiddenState(self.initial_state(batch_size))

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the hidden state back to its start, keeping the state object."""
        self.state.value = self.initial_state(batch_size)

    def next_state(self, h: jax.Array, x: jax.Array) -> jax.Array:
        """Return the state after ``h`` and input ``x``; a pure function, the cell stays as it is.

        Args:
            h: State of shape ``(..., num_out)``.
            x: Input of shape ``(..., num_in)``.

        Returns:
            ``(..., num_out)``.
        """
        return self.activation(preactivation(self.W.value, self.bias, h, x))

    @property
    def bias(self) -> jax.Array | None:
        """The bias ``b``, ``(num_out,)``, or ``None``."""
        return None if self.b is None else self.b.value

    def update(self, x: jax.Array) -> jax.Array:
        """Advance one step.

        Args:
            x: Input of shape ``(num_in,)`` or ``(batch, num_in)``.

        Returns:
            The new hidden state, ``(num_out,)`` or ``(batch, num_out)``.
        """
        self.state.value = self.next_state(self.state.value, x)
        return self.state.value


class _GatedCell:
    """What the two gated cells add to brainstate's: a trainable start and a pure step.

    Args:
        num_in: Number of inputs.
        num_out: Number of hidden units.
        train_state: Whether the state before the first step is learnt, each part of it as a
            parameter of shape ``(num_out,)``.
        initializers: Passed on to brainstate's cell.
    """

    state_names: tuple[str, ...]
    start_names: tuple[str, ...]
    """The parameters that hold a trainable start, one for each part of the state."""

    def __init__(
        self, num_in: int, num_out: int, train_state: bool = False, **initializers: Any
    ) -> None:
        super().__init__(num_in, num_out, **initializers)  # type: ignore[call-arg]
        self.train_state = true_or_false("train_state", train_state)
        if train_state:
            for start in self.start_names:
                setattr(self, start, brainstate.ParamState(jnp.zeros(num_out)))
        self.init_state()  # type: ignore[attr-defined]

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the state back to its start."""
        super().reset_state(batch_size)  # type: ignore[misc]
        if self.train_state:
            for name, start in zip(self.state_names, self.start_names, strict=True):
                getattr(self, name).value = broadcast_state(getattr(self, start).value, batch_size)

    def initial_state(self) -> jax.Array:
        """Return the state of one trial before the first step, its parts end to end."""
        with self._own_states_kept():
            self.reset_state()
            return self._state()

    def next_state(self, h: jax.Array, x: jax.Array) -> jax.Array:
        """Return the state after ``h`` and ``x`` by brainstate's step; the cell stays as it is.

        Args:
            h: The parts of the state end to end, ``(..., parts * num_out)``.
            x: Input of shape ``(..., num_in)``.

        Returns:
            ``(..., parts * num_out)``.
        """
        with self._own_states_kept():
            parts = jnp.split(h, len(self.state_names), axis=-1)
            for name, part in zip(self.state_names, parts, strict=True):
                getattr(self, name).value = part
            self.update(x)  # type: ignore[attr-defined]
            return self._state()

    def _state(self) -> jax.Array:
        return jnp.concatenate([getattr(self, name).value for name in self.state_names], axis=-1)

    @contextlib.contextmanager
    def _own_states_kept(self) -> Iterator[None]:
        """Lend the cell other hidden states for a while."""
        own = {name: getattr(self, name) for name in self.state_names}
        try:
            for name, state in own.items():
                setattr(self, name, brainstate.HiddenState(state.value))
            yield
        finally:
            for name, state in own.items():
                setattr(self, name, state)


class GRUCell(_GatedCell, brainstate.nn.GRUCell):
    """BrainState's gated recurrent unit with an initial state that can be learnt.

    With ``train_state`` the initial state is ``state2train``, of shape ``(num_out,)``. The
    arguments are those of :class:`RNNCell` that a gated cell has: ``num_in``, ``num_out``,
    ``train_state``, and initialisers that go to ``brainstate.nn.GRUCell``.
    """

    state_names = ("h",)
    start_names = ("state2train",)


class LSTMCell(_GatedCell, brainstate.nn.LSTMCell):
    """BrainState's long short-term memory with an initial state that can be learnt.

    With ``train_state`` the initial output is ``state2train`` and the initial memory
    ``memory2train``, each of shape ``(num_out,)``. The arguments are those of
    :class:`GRUCell`.
    """

    state_names = ("h", "c")
    start_names = ("state2train", "memory2train")


def run_cell(cell: RNNCell | GRUCell | LSTMCell, inputs: jax.Array) -> jax.Array:
    """Step a cell through whole trials, as ``for_loop(cell.update, inputs)`` does.

    For the vanilla cell and fewer than ``BY_HAND_BELOW`` trials the loop has a backward pass
    written by hand. A subclass may have an ``update`` of its own, so that it is stepped.

    Args:
        cell: The cell, in the state before the first step; it is left in the last one.
        inputs: ``(time, batch, num_in)`` or ``(time, num_in)``.

    Returns:
        Hidden states, ``(time, batch, num_out)`` or ``(time, num_out)``.
    """
    num_trials = inputs.shape[1] if inputs.ndim == 3 else 1
    if type(cell) is not RNNCell or num_trials >= BY_HAND_BELOW:
        return brainstate.transform.for_loop(cell.update, inputs)
    hidden = hidden_states(cell.activation, cell.W.value, cell.bias, cell.state.value, inputs)
    cell.state.value = hidden[-1]
    return hidden
