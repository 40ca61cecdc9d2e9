"""Train the networks that are shipped with the course: ``make weights``."""

import dataclasses
import importlib.metadata
import json
import platform
from collections.abc import Sequence
from typing import Any

from integrator_lib.evaluation import evaluate
from integrator_lib.models import IntegratorRNN
from integrator_lib.parallel import use_all_cores
from integrator_lib.recipes import Recipe
from integrator_lib.storage import SHIPPED_SEEDS, save, shipped_path
from integrator_lib.training import train_many

RELU = {"cell": "rnn", "activation": "relu"}
NETWORKS: dict[str, dict[str, Any]] = {
    "rnn": RELU,
    "rnn_short": RELU,
    "gru": {"cell": "gru"},
    "tanh": {"cell": "rnn", "activation": "tanh"},
}
"""Arguments of ``IntegratorRNN`` for each kind of shipped network."""

RECIPES = dict.fromkeys(NETWORKS, Recipe())
"""How each kind is trained; ``rnn_short`` by the first stage alone, on trials of 25 steps."""
RECIPES["rnn_short"] = dataclasses.replace(Recipe(), stages=Recipe().stages[:1])

LENGTHS = (100, 250, 1000)
"""Longer trials on which the shipped networks are scored, in steps."""


def train_shipped(
    kind: str, seeds: Sequence[int], progress: bool = True
) -> list[tuple[IntegratorRNN, dict]]:
    """Train shipped networks of one kind and score each on 4,096 trials.

    Args:
        kind: One of ``NETWORKS``.
        seeds: Seeds of the initial weights and of the training trials.
        progress: Whether to show a progress bar.

    Returns:
        For each seed the network and its scores: that on 4,096 trials of the task's own
        length, and the relative errors on 1,024 longer trials.
    """
    models = [IntegratorRNN(**NETWORKS[kind], seed=seed) for seed in seeds]
    train_many(models, recipe=RECIPES[kind], seeds=seeds, progress=progress)
    return [(model, _scores(model)) for model in models]


def _scores(model: IntegratorRNN) -> dict:
    longer = {n: evaluate(model, num_trials=1024, num_steps=n).relative_mse for n in LENGTHS}
    return dataclasses.asdict(evaluate(model)) | {"relative_mse_at_length": longer}


def main() -> None:
    """Train and write every shipped network and the record beside them."""
    scores = {}
    for kind, count in SHIPPED_SEEDS.items():
        print(f"{kind}, {count} networks")
        for seed, (model, found) in enumerate(train_shipped(kind, range(count))):
            save(model, shipped_path(kind, seed))
            scores[f"{kind}_{seed}"] = found
    packages = ("jax", "jaxlib", "brainstate", "braintools", "numpy")
    record = {
        "recipes": {kind: dataclasses.asdict(RECIPES[kind]) for kind in SHIPPED_SEEDS},
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "processor": platform.machine(),
        "scores": scores,
    }
    path = shipped_path("rnn", 0).parent / "record.json"
    whole = path.with_suffix(".partial")
    whole.write_text(json.dumps(record, indent=1) + "\n")
    whole.replace(path)


if __name__ == "__main__":
    use_all_cores()
    main()
