"""One way to make networks: how they are built, their data, their training."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import brainstate
import braintools
import jax.numpy as jnp

from integrator_lib._arguments import one_of, real_number
from integrator_lib._seeds import stream
from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask
from integrator_lib.training import Recipe, Stage

INITIALISATIONS = ("xavier", "orthogonal", "identity")


@dataclasses.dataclass(frozen=True)
class Network:
    """How a network is built and where its recurrent weights start.

    Args:
        hidden_size: Number of hidden units.
        cell: ``"rnn"``, ``"gru"`` or ``"lstm"``.
        activation: Nonlinearity of the ``"rnn"`` cell.
        train_initial_state: Whether the state before the first step is a parameter; a recipe
            that trains matrices alone leaves it at 0.
        initialisation: Of the weights between hidden units: ``"xavier"``, the library's own,
            ``"orthogonal"`` (Saxe and others, 2014) or ``"identity"`` (Le and others, 2015).
            A gated cell has ``"xavier"`` alone.
        initial_scale: Factor on these weights.
    """

    hidden_size: int = 100
    cell: str = "rnn"
    activation: str = "relu"
    train_initial_state: bool = True
    initialisation: str = "xavier"
    initial_scale: float = 1.0

    def __post_init__(self) -> None:
        one_of("initialisation", self.initialisation, INITIALISATIONS)
        real_number("initial_scale", self.initial_scale, at_least=0)
        own = (self.initialisation, self.initial_scale) == ("xavier", 1.0)
        if self.cell != "rnn" and not own:
            raise ValueError(
                f"initialisation must be 'xavier' with initial_scale 1 for cell {self.cell!r}, "
                f"got {self.initialisation!r} with {self.initial_scale:g}"
            )

    def build(self, seed: Any) -> IntegratorRNN:
        """Return a network with the initial weights of a seed."""
        model = IntegratorRNN(
            self.hidden_size,
            cell=self.cell,
            activation=self.activation,
            train_initial_state=self.train_initial_state,
            seed=seed,
        )
        if self.cell == "rnn":
            weights = model.rnn.W.value
            recurrent = self.initial_scale * self._recurrent(weights[1:], seed)
            model.rnn.W.value = jnp.concatenate([weights[:1], recurrent])
        return model

    def _recurrent(self, xavier: Any, seed: Any) -> Any:
        if self.initialisation == "xavier":
            return xavier
        if self.initialisation == "identity":
            return jnp.eye(self.hidden_size, dtype=xavier.dtype)
        with brainstate.random.seed_context(stream("recurrent weights", seed)):
            return jnp.asarray(braintools.init.Orthogonal()(xavier.shape), xavier.dtype)


SHORT = Recipe(stages=(Stage(600, batch_size=32, learning_rate=5e-3, final_learning_rate=0.0),))
"""The course's first stage, five times as short: what the studies vary."""


OWN_TASK = IntegratorTask()
"""The course's own task, on which all networks are tested."""


@dataclasses.dataclass(frozen=True)
class Condition:
    """One way to make networks: all that decides them but the seed.

    Args:
        network: How they are built.
        task: Where training trials come from; they are tested on the course's own task.
        recipe: How they are trained.
    """

    network: Network = Network()
    task: IntegratorTask = OWN_TASK
    recipe: Recipe = SHORT

    def changed(self, changes: Mapping[str, Any]) -> "Condition":
        """Return the condition with some values changed.

        Args:
            changes: For the place of each, ``"recipe.clip_norm"`` or all of ``"recipe"``, its
                new value.

        >>> Condition().changed({"network.cell": "gru"}).network.cell
        'gru'
        """
        changed = self
        for place, value in changes.items():
            part, _, name = place.partition(".")
            if part not in ("network", "task", "recipe"):
                raise ValueError(
                    f"changes must name places such as 'recipe.clip_norm', got {place!r}"
                )
            if name:
                value = dataclasses.replace(getattr(changed, part), **{name: value})
            changed = dataclasses.replace(changed, **{part: value})
        return changed


BASE = Condition()
"""The condition that the studies change."""
