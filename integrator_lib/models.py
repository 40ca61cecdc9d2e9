"""Recurrent cells with a trainable initial state, and the network built from one."""

from collections.abc import Callable
from typing import Any, NamedTuple

import brainstate
import braintools
import jax
import jax.numpy as jnp

from integrator_lib._arguments import one_of, true_or_false, whole_number
from integrator_lib._seeds import stream

CELLS = ("rnn", "gru", "lstm")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softplus", "identity")


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
    """

    def __init__(self, num_in: int, num_out: int, train_state: bool = False) -> None:
        super().__init__(num_in, num_out)
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
    """

    def __init__(self, num_in: int, num_out: int, train_state: bool = False) -> None:
        super().__init__(num_in, num_out)
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


class Architecture(NamedTuple):
    """What decides a network's structure, as in ``IntegratorRNN``'s arguments."""

    hidden_size: int
    cell: str
    activation: str
    train_initial_state: bool


class IntegratorRNN(brainstate.nn.Module):
    """A recurrent cell and a linear readout, one input and one output.

    Args:
        hidden_size: Number of hidden units.
        cell: ``"rnn"``, ``"gru"`` or ``"lstm"``.
        activation: Nonlinearity of the ``"rnn"`` cell: ``"relu"``, ``"tanh"``,
            ``"sigmoid"``, ``"softplus"`` or ``"identity"``. The gated cells keep their own.
        train_initial_state: Whether the state before the first step is learnt.
        seed: A whole number or a JAX random key, for the initial weights.

    Raises:
        TypeError, ValueError: If an argument is not as described.

    >>> IntegratorRNN(hidden_size=100, seed=0).rnn.W.value.shape
    (101, 100)
    """

    def __init__(
        self,
        hidden_size: int = 100,
        cell: str = "rnn",
        activation: str = "relu",
        train_initial_state: bool = True,
        seed: Any = 0,
    ) -> None:
        super().__init__()
        self.hidden_size = whole_number("hidden_size", hidden_size)
        self.cell = one_of("cell", cell, CELLS)
        self.activation = one_of("activation", activation, ACTIVATIONS)
        self.train_initial_state = true_or_false("train_initial_state", train_initial_state)
        with brainstate.random.seed_context(stream("initial weights", seed)):
            self.rnn: RNNCell | GRUCell | LSTMCell
            if cell == "rnn":
                nonlinearity = getattr(jax.nn, activation)
                self.rnn = RNNCell(
                    1, hidden_size, activation=nonlinearity, train_state=train_initial_state
                )
            else:
                gated = GRUCell if cell == "gru" else LSTMCell
                self.rnn = gated(1, hidden_size, train_state=train_initial_state)
            self.out = brainstate.nn.Linear(hidden_size, 1)

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the hidden state back to its start, for one trial or ``batch_size`` trials."""
        self.rnn.reset_state(batch_size)

    @property
    def architecture(self) -> Architecture:
        """The network's structure, without its weights."""
        return Architecture(self.hidden_size, self.cell, self.activation, self.train_initial_state)

    def weights(self) -> dict[str, brainstate.ParamState]:
        """Return what is trained, by name: ``rnn.W``, ``rnn.b``, ``out.weight``, ..."""
        found: Any = self.states(brainstate.ParamState)
        return {".".join(map(str, name)): state for name, state in found.items()}

    def values(self) -> dict[str, Any]:
        """Return the arrays in :meth:`weights`, by the same names."""
        return {name: state.value for name, state in self.weights().items()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Put arrays, as :meth:`values` returns them, into the network's weights."""
        for name, state in self.weights().items():
            state.value = values[name]

    def update(self, x: jax.Array) -> jax.Array:
        """Advance one step: ``(..., 1)`` in, ``(..., 1)`` out."""
        return x >> self.rnn >> self.out

    def run(self, inputs: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Run whole trials from the initial state.

        Stepping through :meth:`update` gives the same outputs. Here the readout is applied
        to all steps at once, after the loop: it feeds nothing back.

        Args:
            inputs: ``(time, batch, 1)``, or ``(time, 1)`` for one trial.

        Returns:
            Outputs, of the shape of ``inputs``, and hidden states, ``(time, batch, hidden)``
            or ``(time, hidden)``.
        """
        self.reset_state(inputs.shape[1] if inputs.ndim == 3 else None)
        hidden = brainstate.transform.for_loop(self.rnn.update, inputs)
        return self.out(hidden), hidden


def assemble(architecture: Architecture, values: dict[str, Any]) -> IntegratorRNN:
    """Return a network of this structure with these weights; can be called in compiled code.

    A compiled function that takes the two apart, the structure as a static argument, is
    compiled once for all networks of one structure.
    """
    model = IntegratorRNN(*architecture)
    model.set_values(values)
    return model
