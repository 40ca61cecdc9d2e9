"""The trained networks that come with the course, and how each kind was made.

Their files lie beside this one; ``python -m integrator_lib.shipped`` trains them again.
"""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from integrator_lib._arguments import one_of, whole_number
from integrator_lib.networks import IntegratorRNN, load
from integrator_lib.training import Recipe

__all__ = ["KINDS", "Kind", "load_trained", "shipped_path", "shipped_scores"]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of shipped network.

    Attributes:
        network: Arguments of ``IntegratorRNN``.
        recipe: How it was trained.
        num_seeds: How many there are; seeds count from 0.
    """

    network: Mapping[str, Any]
    recipe: Recipe
    num_seeds: int


_RELU = {"cell": "rnn", "activation": "relu"}

KINDS = {
    "rnn": Kind(_RELU, Recipe(), num_seeds=8),
    "rnn_short": Kind(
        _RELU, dataclasses.replace(Recipe(), stages=Recipe().stages[:1]), num_seeds=8
    ),
    "gru": Kind({"cell": "gru"}, Recipe(), num_seeds=1),
    "tanh": Kind({"cell": "rnn", "activation": "tanh"}, Recipe(), num_seeds=1),
}
"""What is shipped; ``rnn_short`` followed the first stage alone, trials of 25 steps."""


def shipped_path(kind: str, seed: int) -> Path:
    """Return where the shipped network of a kind and seed lies in the package."""
    return Path(__file__).parent / f"{kind}_{seed}.msgpack"


def load_trained(kind: str = "rnn", seed: int = 0) -> IntegratorRNN:
    """Load a network that is shipped with the course.

    Args:
        kind: ``"rnn"`` (ReLU), ``"gru"`` or ``"tanh"``, trained with ``Recipe()``, or
            ``"rnn_short"``, ReLU networks that saw only the recipe's first stage: trials of
            25 steps.
        seed: Seed it was made and trained with; below 8 for the ReLU kinds, 0 for the others.

    >>> load_trained("gru").hidden_size
    100
    """
    one_of("kind", kind, tuple(KINDS))
    seed = whole_number("seed", seed, at_least=0)
    if seed >= KINDS[kind].num_seeds:
        raise ValueError(f"seed must be below {KINDS[kind].num_seeds} for {kind!r}, got {seed}")
    return load(shipped_path(kind, seed))


def shipped_scores() -> dict[str, Any]:
    """Return the record of the shipped networks: recipe, versions and scores."""
    return json.loads((Path(__file__).parent / "record.json").read_text())
