"""Train the networks that are shipped with the course: ``make weights``."""

import dataclasses
import importlib.metadata
import json
import platform
from collections.abc import Sequence

from integrator_lib._files import write_text_whole
from integrator_lib.evaluation import evaluate
from integrator_lib.networks import IntegratorRNN, save
from integrator_lib.shipped import KINDS, shipped_path
from integrator_lib.training import train_many, use_all_cores

LENGTHS = (100, 250, 1000)
"""Longer trials on which the shipped networks are scored, in steps."""


def train_shipped(
    kind: str, seeds: Sequence[int], *, progress: bool = True
) -> list[tuple[IntegratorRNN, dict]]:
    """Train shipped networks of one kind and score each on 4,096 trials.

    Args:
        kind: One of ``KINDS``.
        seeds: Seeds of the initial weights and of the training trials.
        progress: Whether to show a progress bar.

    Returns:
        For each seed the network and its scores: that on 4,096 trials of the task's own
        length, and the relative errors on 1,024 longer trials.
    """
    models = [IntegratorRNN(**KINDS[kind].network, seed=seed) for seed in seeds]
    train_many(models, recipe=KINDS[kind].recipe, seeds=seeds, progress=progress)
    return [(model, _scores(model)) for model in models]


def _scores(model: IntegratorRNN) -> dict:
    longer = {n: evaluate(model, num_trials=1024, num_steps=n).relative_mse for n in LENGTHS}
    return dataclasses.asdict(evaluate(model)) | {"relative_mse_at_length": longer}


def main() -> None:
    """Train and write every shipped network and the record beside them."""
    scores = {}
    for name, kind in KINDS.items():
        print(f"{name}, {kind.num_seeds} networks")
        for seed, (model, found) in enumerate(train_shipped(name, range(kind.num_seeds))):
            save(model, shipped_path(name, seed))
            scores[f"{name}_{seed}"] = found
    packages = ("jax", "jaxlib", "brainstate", "braintools", "numpy")
    record = {
        "recipes": {name: dataclasses.asdict(kind.recipe) for name, kind in KINDS.items()},
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "processor": platform.machine(),
        "scores": scores,
    }
    text = json.dumps(record, indent=1) + "\n"
    path = shipped_path("rnn", 0).with_name("record.json")
    write_text_whole(path, text)


if __name__ == "__main__":
    use_all_cores()
    main()
