"""A study as data: what is varied, on which seeds, and what is compared."""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from integrator_lib._arguments import instance, one_of, whole_number
from integrator_lib.studies.conditions import BASE, Condition
from integrator_lib.studies.outcomes import OUTCOMES


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
        outcomes: What is compared, by names of ``OUTCOMES``.
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
    outcomes: Sequence[str] = ("error at 25", "error at 250")
    base: Condition = BASE
    num_seeds: int = 16
    first_seed: int = 100

    def __post_init__(self) -> None:
        instance("base", self.base, Condition)
        whole_number("num_seeds", self.num_seeds, at_least=2)
        whole_number("first_seed", self.first_seed, at_least=0)
        for outcome in self.outcomes:
            one_of("outcomes", outcome, tuple(OUTCOMES))
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
        for levels in self.combinations():
            condition = self.base
            for factor, level in zip(self.factors, levels, strict=True):
                condition = condition.changed(factor.levels[level])
            found[self._named(levels)] = condition
        return found

    def combinations(self) -> list[tuple[str, ...]]:
        """Return the combinations of levels, one level of each factor, in the conditions' order."""
        names = [list(factor.levels) for factor in self.factors]
        firsts = [levels[0] for levels in names]
        if self.crossed:
            found = list(itertools.product(*names))
            return [c for c in found if _seconds(c, firsts) % 2 == 0] if self.half else found
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
        every = self.combinations()
        firsts = every[0]
        return {
            self._named(levels): 2
            / len(every)
            * math.prod(-1 if levels[place] == firsts[place] else 1 for place in places)
            for levels in every
        }


def _seconds(levels: Sequence[str], firsts: Sequence[str]) -> int:
    return sum(level != first for level, first in zip(levels, firsts, strict=True))
