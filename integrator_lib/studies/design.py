"""A study as data: what is held fixed, what is varied, and on which seeds."""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import brainstate
import braintools
import jax.numpy as jnp

from integrator_lib._arguments import instance, one_of, real_number, whole_number
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


@dataclasses.dataclass(frozen=True)
class Factor:
    """Something that is varied.

    Args:
        name: What it is.
        levels: For each level's name the changes that make it; for the base's, none.

    >>> Factor("clipping", {"clip 1": {}, "no clip": {"recipe.clip_norm": None}}).name
    'clipping'
    """

    name: str
    levels: Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        if len(self.levels) < 2:
            raise ValueError(f"levels must hold at least two, got {list(self.levels)}")


@dataclasses.dataclass(frozen=True)
class Design:
    """A study before it is run.

    Args:
        name: Name of the study, and of its folder of results.
        question: What it asks.
        factors: What is varied.
        crossed: Whether each level of a factor meets each level of the others. If not, one
            factor leaves its first level at a time, and the first condition is all firsts.
        half: Whether of a crossed design only those combinations are taken in which the number
            of second levels is even: half of them. Main effects and interactions of two
            factors can still be told apart if there are five factors or more (Box and Hunter,
            1961, Technometrics 3:311-351).
        base: The condition that the levels change.
        num_seeds: Networks in each condition.
        first_seed: Their seeds count from here. A seed decides initial weights and training
            trials, and is the same in each condition, so that differences are paired.
    """

    name: str
    question: str
    factors: Sequence[Factor]
    crossed: bool = False
    half: bool = False
    base: Condition = Condition()
    num_seeds: int = 16
    first_seed: int = 100

    def __post_init__(self) -> None:
        instance("base", self.base, Condition)
        whole_number("num_seeds", self.num_seeds, at_least=2)
        whole_number("first_seed", self.first_seed, at_least=0)
        if not self.factors:
            raise ValueError("factors must hold at least one Factor, got none")
        for factor in self.factors:
            instance("factors", factor, Factor)

    @property
    def seeds(self) -> range:
        """The seeds of each condition's networks."""
        return range(self.first_seed, self.first_seed + self.num_seeds)

    @property
    def conditions(self) -> dict[str, Condition]:
        """The conditions by name: the names of their levels, as far as they are needed."""
        found = {}
        for levels in self.cells():
            condition = self.base
            for factor, level in zip(self.factors, levels, strict=True):
                condition = condition.changed(factor.levels[level])
            found[self._named(levels)] = condition
        return found

    def cells(self) -> list[tuple[str, ...]]:
        """Return the combinations of levels, one level of each factor, in the conditions' order."""
        names = [list(factor.levels) for factor in self.factors]
        firsts = [levels[0] for levels in names]
        if self.crossed:
            everything = list(itertools.product(*names))
            return (
                [c for c in everything if _seconds(c, firsts) % 2 == 0] if self.half else everything
            )
        alone = [
            (*firsts[:place], level, *firsts[place + 1 :])
            for place, levels in enumerate(names)
            for level in levels[1:]
        ]
        return [tuple(firsts), *alone]

    def main_effect(self, factor: str) -> dict[str, float]:
        """Return the weights of a crossed design's conditions in a factor's main effect.

        It is the mean of the conditions with its second level minus that of the others.
        """
        return self._contrast(factor)

    def interaction(self, one: str, other: str) -> dict[str, float]:
        """Return the weights of two factors' interaction.

        It is half the difference that the second level of one makes to the other's effect.
        """
        return self._contrast(one, other)

    def _named(self, levels: Sequence[str]) -> str:
        if self.crossed:
            return ", ".join(levels)
        changed = [
            level
            for factor, level in zip(self.factors, levels, strict=True)
            if level != next(iter(factor.levels))
        ]
        return changed[0] if changed else "base"

    def _contrast(self, *names: str) -> dict[str, float]:
        if not self.crossed:
            raise ValueError(f"the design must be crossed, {self.name} is not")
        if any(len(factor.levels) != 2 for factor in self.factors):
            raise ValueError(f"each factor must have two levels, one of {self.name} has more")
        all_names = [factor.name for factor in self.factors]
        for name in names:
            one_of("factor", name, tuple(all_names))
        places = [all_names.index(name) for name in names]
        cells = self.cells()
        firsts = cells[0]
        return {
            self._named(levels): 2
            / len(cells)
            * math.prod(-1 if levels[place] == firsts[place] else 1 for place in places)
            for levels in cells
        }


def _seconds(levels: Sequence[str], firsts: Sequence[str]) -> int:
    return sum(level != first for level, first in zip(levels, firsts, strict=True))
