"""The network: a recurrent cell and a linear readout."""

from collections.abc import Callable
from typing import Any, NamedTuple

import brainstate
import braintools
import jax

from integrator_lib._arguments import one_of, true_or_false, whole_number
from integrator_lib._seeds import stream
from integrator_lib.networks.cells import GRUCell, LSTMCell, RNNCell, run_cell

CELL_NAMES = ("rnn", "gru", "lstm")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softplus", "identity")


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
        seed: A whole number or a JAX random key, for the initial weights; ``None`` for
            weights of zero, to be set.

    >>> IntegratorRNN(hidden_size=100, seed=0).rnn.W.value.shape
    (101, 100)
    """

    def __init__(
        self,
        hidden_size: int = 100,
        *,
        cell: str = "rnn",
        activation: str = "relu",
        train_initial_state: bool = True,
        seed: Any = 0,
    ) -> None:
        super().__init__()
        self.hidden_size = whole_number("hidden_size", hidden_size)
        self.cell = one_of("cell", cell, CELL_NAMES)
        self.activation = one_of("activation", activation, ACTIVATIONS)
        self.train_initial_state = true_or_false("train_initial_state", train_initial_state)
        if seed is None:
            self._build(w_initializer=braintools.init.ZeroInit())
        else:
            with brainstate.random.seed_context(stream("initial weights", seed)):
                self._build()

    def _build(self, w_initializer: Callable | None = None) -> None:
        """Make the cell and the readout; with their own initialisers if none is given."""
        named = {} if w_initializer is None else {"w_init": w_initializer}
        self.rnn: RNNCell | GRUCell | LSTMCell
        if self.cell == "rnn":
            self.rnn = RNNCell(
                1,
                self.hidden_size,
                w_initializer=w_initializer or braintools.init.XavierNormal(),
                activation=getattr(jax.nn, self.activation),
                train_state=self.train_initial_state,
            )
        else:
            gated = GRUCell if self.cell == "gru" else LSTMCell
            self.rnn = gated(1, self.hidden_size, self.train_initial_state, **named)
        self.out = brainstate.nn.Linear(self.hidden_size, 1, **named)

    def reset_state(self, batch_size: int | None = None, **kwargs: Any) -> None:
        """Put the hidden state back to its start, for one trial or ``batch_size`` trials."""
        self.rnn.reset_state(batch_size)

    @property
    def architecture(self) -> Architecture:
        """The network's structure, without its weights."""
        return Architecture(self.hidden_size, self.cell, self.activation, self.train_initial_state)

    def parameters(self) -> dict[str, brainstate.ParamState]:
        """Return what is trained, by name: ``rnn.W``, ``rnn.b``, ``out.weight``, ..."""
        found: Any = self.states(brainstate.ParamState)
        return {".".join(map(str, name)): state for name, state in found.items()}

    def values(self) -> dict[str, Any]:
        """Return the arrays in :meth:`parameters`, by the same names."""
        return {name: state.value for name, state in self.parameters().items()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Put arrays, as :meth:`values` returns them, into the network's parameters."""
        for name, state in self.parameters().items():
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
        hidden = run_cell(self.rnn, inputs)
        return self.out(hidden), hidden


def assemble(architecture: Architecture, values: dict[str, Any]) -> IntegratorRNN:
    """Return a network of this structure with these weights; can be called in compiled code.

    A compiled function that takes the two apart, the structure as a static argument, is
    compiled once for all networks of one structure.
    """
    model = IntegratorRNN(**architecture._asdict(), seed=None)
    model.set_values(values)
    return model
