"""Train the networks that are shipped with the course: ``make weights``."""

import dataclasses
import importlib.metadata
import json
import platform
from typing import Any

from integrator_lib.evaluation import evaluate
from integrator_lib.models import IntegratorRNN
from integrator_lib.recipes import Recipe
from integrator_lib.storage import SHIPPED_SEEDS, save, shipped_path
from integrator_lib.training import train

RELU = {"cell": "rnn", "activation": "relu"}
NETWORKS: dict[str, dict[str, Any]] = {
    "rnn": RELU,
    "rnn_short": RELU,
    "gru": {"cell": "gru"},
    "tanh": {"cell": "rnn", "activation": "tanh"},
}
"""Arguments of ``IntegratorRNN`` for each kind of shipped network."""

SHORT = dataclasses.replace(Recipe(), stages=Recipe().stages[:1])
"""The recipe's first stage alone: a network that never saw more than 25 steps."""

LENGTHS = (100, 250, 1000)
"""Longer trials on which the shipped networks are scored, in steps."""


def train_shipped(kind: str, seed: int, progress: bool = True) -> tuple[IntegratorRNN, dict]:
    """Train one shipped network and score it on 4,096 trials.

    Args:
        kind: One of ``NETWORKS``.
        seed: Seed of its initial weights and of its training trials.
        progress: Whether to show a progress bar.

    Returns:
        The network, and its scores: that on 4,096 trials of the task's own length, and the
        relative errors on 1,024 longer trials.
    """
    model = IntegratorRNN(**NETWORKS[kind], seed=seed)
    recipe = SHORT if kind == "rnn_short" else Recipe()
    train(model, recipe=recipe, seed=seed, progress=progress)
    longer = {n: evaluate(model, num_trials=1024, num_steps=n).relative_mse for n in LENGTHS}
    return model, dataclasses.asdict(evaluate(model)) | {"relative_mse_at_length": longer}


def main() -> None:
    """Train and write every shipped network and the record beside them."""
    scores = {}
    for kind, count in SHIPPED_SEEDS.items():
        for seed in range(count):
            print(f"{kind}, seed {seed}")
            model, scores[f"{kind}_{seed}"] = train_shipped(kind, seed)
            save(model, shipped_path(kind, seed))
    packages = ("jax", "jaxlib", "brainstate", "braintools", "numpy")
    record = {
        "recipe": dataclasses.asdict(Recipe()),
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "processor": platform.machine(),
        "scores": scores,
    }
    path = shipped_path("rnn", 0).parent / "record.json"
    whole = path.with_suffix(".partial")
    whole.write_text(json.dumps(record, indent=1) + "\n")
    whole.replace(path)


if __name__ == "__main__":
    main()
