"""Training: from a recipe to trained weights and their history."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from integrator_lib._arguments import instance, whole_number
from integrator_lib._seeds import stream
from integrator_lib.chunks import follow, rows
from integrator_lib.models import IntegratorRNN
from integrator_lib.parallel import run_chunk, run_chunk_of_many
from integrator_lib.recipes import Recipe, Stage
from integrator_lib.task import IntegratorTask
from integrator_lib.trainer import History, Trainer


@dataclasses.dataclass(frozen=True)
class TrainingResult:
    """A finished or interrupted training run.

    Attributes:
        model: The network that was trained, in place.
        recipe: The recipe that was followed.
        history: One value a step, up to the last step kept.
        interrupted: Whether the run was stopped before its end.
    """

    model: IntegratorRNN
    recipe: Recipe
    history: History
    interrupted: bool


def train(
    model: IntegratorRNN,
    task: IntegratorTask | None = None,
    recipe: Recipe | None = None,
    seed: Any = 0,
    chunk_size: int = 250,
    num_devices: int = 1,
    progress: bool = True,
) -> TrainingResult:
    """Train a network in place.

    Steps run in compiled chunks. An interrupt (Ctrl-C, the notebook's stop button) ends
    the run after the last finished chunk: the model keeps its weights, and the history so
    far is returned. On one machine the same arguments give the same result.

    Args:
        model: The network; at the end, however it comes, it has the last good weights.
        task: Where trials come from; ``IntegratorTask()`` if ``None``.
        recipe: How to train; ``Recipe()`` if ``None``.
        seed: A whole number or a JAX random key, for the training trials.
        chunk_size: Optimizer steps in one compiled call, at least 1.
        num_devices: How many of JAX's devices share the trials of each batch; pays for
            hundreds of trials. Their number changes the rounding, not the trials.
        progress: Whether to show a progress bar.

    Returns:
        The model, the recipe and the history, one value a step.

    Raises:
        TrainingDivergedError: If the loss or a weight stops being finite; the model then has
            the weights of the last good chunk.
        TypeError, ValueError: If an argument is not as described.
    """
    instance("model", model, IntegratorRNN)
    task, recipe = _task_and_recipe(task, recipe)
    num_devices = _devices_for(recipe, num_devices)

    def chunk(stage: Stage, values: dict, memory: tuple, keys: jax.Array) -> tuple:
        values, memory, history = run_chunk(
            model.architecture, task, recipe, stage, num_devices, values, memory, keys[0]
        )
        return values, memory, jax.tree.map(lambda field: field[None], history)

    (history,), interrupted = follow(
        recipe,
        keys=jnp.stack([stream("training data", seed)]),
        chunk=chunk,
        memory=lambda stage: Trainer(model, task, recipe, stage).memory(),
        values=model.values(),
        keep=model.set_values,
        chunk_size=chunk_size,
        progress=progress,
    )
    return TrainingResult(model, recipe, history, interrupted)


def train_many(
    models: Sequence[IntegratorRNN],
    task: IntegratorTask | None = None,
    recipe: Recipe | None = None,
    seeds: Sequence[Any] | None = None,
    chunk_size: int = 250,
    progress: bool = True,
) -> list[TrainingResult]:
    """Train many networks of one structure in place, shared out over JAX's devices.

    Each network's result is what :func:`train` gives it with its seed, up to rounding. A CPU
    device trains its share one after another, any other device all at once.

    Args:
        models: The networks, at least one; each its own object.
        task: Where trials come from; ``IntegratorTask()`` if ``None``.
        recipe: How to train; ``Recipe()`` if ``None``.
        seeds: One seed a network, for its training trials; 0, 1, 2, ... if ``None``.
        chunk_size: Optimizer steps in one compiled call, at least 1.
        progress: Whether to show a progress bar.

    Returns:
        One result a network, in order.

    Raises:
        TrainingDivergedError: If a loss or weight of any network stops being finite; all
            networks then have the weights of the last good chunk.
        TypeError, ValueError: If an argument is not as described.
    """
    _demand_one_structure(models)
    task, recipe = _task_and_recipe(task, recipe)
    seeds = range(len(models)) if seeds is None else seeds
    if len(seeds) != len(models):
        raise ValueError(f"seeds must hold one for each model, {len(models)}, got {len(seeds)}")
    architecture = models[0].architecture
    num_devices = min(len(models), jax.device_count())
    batched = jax.default_backend() != "cpu"
    # The last network is trained again where the devices' shares would differ in size.
    trained = [*range(len(models)), *[len(models) - 1] * (-len(models) % num_devices)]

    def memory(stage: Stage) -> tuple:
        return _stack([Trainer(models[0], task, recipe, stage).memory()] * len(trained))

    def keep(values: dict) -> None:
        for model, own in zip(models, rows(values), strict=False):
            model.set_values(own)

    histories, interrupted = follow(
        recipe,
        keys=jnp.stack([stream("training data", seeds[row]) for row in trained]),
        chunk=lambda stage, values, memory, keys: run_chunk_of_many(
            architecture, task, recipe, stage, num_devices, batched, values, memory, keys
        ),
        memory=memory,
        values=_stack([models[row].values() for row in trained]),
        keep=keep,
        chunk_size=chunk_size,
        progress=progress,
    )
    return [
        TrainingResult(model, recipe, own, interrupted)
        for model, own in zip(models, histories, strict=False)
    ]


def _stack(trees: Sequence[Any]) -> Any:
    """Stack the arrays of equal structures along a new first axis."""
    return jax.tree.map(lambda *arrays: jnp.stack(arrays), *trees)


def _task_and_recipe(
    task: IntegratorTask | None, recipe: Recipe | None
) -> tuple[IntegratorTask, Recipe]:
    return (
        instance("task", IntegratorTask() if task is None else task, IntegratorTask),
        instance("recipe", Recipe() if recipe is None else recipe, Recipe),
    )


def _devices_for(recipe: Recipe, num_devices: int) -> int:
    """Return ``num_devices`` if there are so many and they can share each stage's batches."""
    number = whole_number("num_devices", num_devices)
    if number > jax.device_count():
        raise ValueError(
            f"num_devices must be at most {jax.device_count()}, the number of JAX's devices, got "
            f"{number}; use_all_cores makes each core one"
        )
    for stage in recipe.stages:
        if stage.batch_size % number:
            raise ValueError(
                f"num_devices must divide each batch size, got {number} for {stage.batch_size}"
            )
    return number


def _demand_one_structure(models: Sequence[IntegratorRNN]) -> None:
    if not models:
        raise ValueError("models must hold at least one IntegratorRNN, got none")
    for model in models:
        instance("models", model, IntegratorRNN)
        if model.architecture != models[0].architecture:
            raise ValueError(
                f"models must have one structure, got {models[0].architecture} and "
                f"{model.architecture}"
            )
    if len({id(model) for model in models}) < len(models):
        raise ValueError("models must be different objects, got one of them twice")
