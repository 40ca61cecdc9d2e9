"""Training: from a recipe to trained weights and their history.

The run is a sequence of compiled chunks, which an interrupt or a NaN may end. One network or
many, one device or several, it is the same loop: arrays have a first axis over networks, and
JAX's devices stand in a grid whose rows share the networks out and whose columns share the
trials of each batch.
"""

import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from integrator_lib._arguments import instance, true_or_false, whole_number
from integrator_lib._seeds import stream
from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask
from integrator_lib.training.recipes import Recipe, Stage
from integrator_lib.training.results import History, TrainingDivergedError, TrainingResult
from integrator_lib.training.step import Setting, Trainer, train_chunk


def train(
    model: IntegratorRNN,
    task: IntegratorTask = IntegratorTask(),
    recipe: Recipe = Recipe(),
    *,
    chunk_size: int = 250,
    num_devices: int = 1,
    progress: bool = True,
    seed: Any = 0,
) -> TrainingResult:
    """Train a network in place.

    Steps run in compiled chunks. An interrupt (Ctrl-C, the notebook's stop button) ends
    the run after the last finished chunk: the model keeps its weights, and the history so
    far is returned. On one machine the same arguments give the same result.

    Args:
        model: The network; at the end, however it comes, it has the last good weights.
        task: Where trials come from.
        recipe: How to train.
        chunk_size: Optimizer steps in one compiled call, at least 1.
        num_devices: How many of JAX's devices share the trials of each batch; pays for
            hundreds of trials. Their number changes the rounding, not the trials. Several
            devices draw the trials of a whole chunk before its first step.
        progress: Whether to show a progress bar.
        seed: A whole number or a JAX random key, for the training trials.

    Returns:
        The model, the recipe and the history, one value a step.

    Raises:
        TrainingDivergedError: If the loss or a weight stops being finite; the model then has
            the weights of the last good chunk.

    >>> two_steps = Recipe(stages=(Stage(2, 8, learning_rate=1e-3, final_learning_rate=0.0),))
    >>> result = train(IntegratorRNN(hidden_size=8), recipe=two_steps, progress=False)
    >>> result.history.mse.shape
    (2,)
    """
    instance("model", model, IntegratorRNN)
    instance("recipe", recipe, Recipe)
    num_devices = _devices_for(recipe, num_devices)
    return _train([model], task, recipe, [seed], (1, num_devices), chunk_size, progress)[0]


def train_many(
    models: Sequence[IntegratorRNN],
    task: IntegratorTask = IntegratorTask(),
    recipe: Recipe = Recipe(),
    *,
    chunk_size: int = 250,
    progress: bool = True,
    seeds: Sequence[Any] | None = None,
) -> list[TrainingResult]:
    """Train many networks of one structure in place, shared out over JAX's devices.

    Each network's result is what :func:`train` gives it with its seed, up to rounding. A CPU
    device trains its share one after another, any other device all at once.

    Args:
        models: The networks, at least one; each its own object.
        task: Where trials come from.
        recipe: How to train.
        chunk_size: Optimizer steps in one compiled call, at least 1.
        progress: Whether to show a progress bar.
        seeds: One seed a network, for its training trials; 0, 1, 2, ... if ``None``.

    Returns:
        One result a network, in order.

    Raises:
        TrainingDivergedError: If a loss or weight of any network stops being finite; all
            networks then have the weights of the last good chunk.
    """
    _demand_one_structure(models)
    instance("recipe", recipe, Recipe)
    seeds = range(len(models)) if seeds is None else seeds
    if len(seeds) != len(models):
        raise ValueError(f"seeds must hold one for each model, {len(models)}, got {len(seeds)}")
    grid = (min(len(models), jax.local_device_count()), 1)
    return _train(models, task, recipe, seeds, grid, chunk_size, progress)


def _train(
    models: Sequence[IntegratorRNN],
    task: IntegratorTask,
    recipe: Recipe,
    seeds: Sequence[Any],
    grid: tuple[int, int],
    chunk_size: int,
    progress: bool,
) -> list[TrainingResult]:
    """Train chunk by chunk; the models get the last good weights, however it ends."""
    instance("task", task, IntegratorTask)
    chunk_size = whole_number("chunk_size", chunk_size)
    true_or_false("progress", progress)
    values: dict = {}
    chunks: list[History] = []
    interrupted = False
    bar = tqdm(total=recipe.num_batches, unit="batch", file=sys.stdout, disable=not progress)
    try:
        for new_values, history in run_chunks(models, task, recipe, seeds, grid, chunk_size):
            new_chunks = [*chunks, jax.tree.map(np.asarray, history)]
            _demand_finite(new_values, new_chunks)
            # Together, so that an interrupt never parts the weights from their history.
            values, chunks = new_values, new_chunks
            bar.update(history.mse.shape[1])
            bar.set_postfix_str(f"mse {np.median(chunks[-1].mse[:, -1]):.2g}")
    except KeyboardInterrupt:
        interrupted = True
    finally:
        for model, own in zip(models, unstack(values), strict=False):
            model.set_values(own)
        bar.close()
    histories = unstack(_joined(chunks)) if chunks else [_EMPTY] * len(models)
    return [
        TrainingResult(model, recipe, history, interrupted)
        for model, history in zip(models, histories, strict=False)
    ]


def run_chunks(
    models: Sequence[IntegratorRNN],
    task: IntegratorTask,
    recipe: Recipe,
    seeds: Sequence[Any],
    grid: tuple[int, int] = (1, 1),
    chunk_size: int = 250,
) -> Iterator[tuple[dict, History]]:
    """Follow a recipe; yield parameters and history after each compiled chunk.

    The models stay as they are. All arrays have a first axis over networks; where the devices'
    shares would differ in size, the last network is trained more than once.

    Args:
        models: Networks of one structure.
        task: Where trials come from.
        recipe: How to train.
        seeds: One a network.
        grid: How many devices share the networks, and how many share each batch's trials.
        chunk_size: Most optimizer steps in a chunk.
    """
    rows = [*range(len(models)), *[len(models) - 1] * (-len(models) % grid[0])]
    keys = jnp.stack([stream("training data", seeds[row]) for row in rows])
    values = _stack([models[row].values() for row in rows])
    batched = jax.default_backend() != "cpu"
    for number, stage in enumerate(recipe.stages):
        setting = Setting(models[0].architecture, task, recipe, stage, grid, batched)
        first = Trainer(models[0], task, recipe, stage).optimizer_state()
        optimizer_state = _stack([first] * len(rows))
        for part in _chunks_of_keys(_fold_in(keys, number), recipe, stage, chunk_size):
            values, optimizer_state, history = train_chunk(setting, values, optimizer_state, part)
            yield values, history


_EMPTY = History(*(np.zeros(0, np.float32) for _ in History._fields))


def _fold_in(keys: jax.Array, number: Any) -> jax.Array:
    return jax.vmap(jax.random.fold_in, (0, None))(keys, number)


def _chunks_of_keys(
    keys: jax.Array, recipe: Recipe, stage: Stage, chunk_size: int
) -> list[jax.Array]:
    """Return the keys of a stage's batches, in chunks ``(networks, steps)``.

    The chunks have nearly the same length, so one compiled loop serves all chunks.
    """
    batches = np.arange(stage.num_batches) if recipe.fresh_trials else np.zeros(stage.num_batches)
    of_batches = jax.vmap(_fold_in, (None, 0), out_axes=1)(keys, batches.astype(int))
    return jnp.array_split(of_batches, math.ceil(stage.num_batches / chunk_size), axis=1)


def _stack(trees: Sequence[Any]) -> Any:
    """Stack the arrays of equal structures along a new first axis."""
    return jax.tree.map(lambda *arrays: jnp.stack(arrays), *trees)


def unstack(tree: Any) -> list[Any]:
    """Take a tree of arrays apart along their first axis."""
    leaves, structure = jax.tree.flatten(jax.device_get(tree))
    return [jax.tree.unflatten(structure, row) for row in zip(*leaves, strict=True)]


def _joined(chunks: list[History]) -> History:
    return jax.tree.map(lambda *parts: np.concatenate(parts, axis=1), *chunks)


def _demand_finite(values: dict, chunks: list[History]) -> None:
    """Raise ``TrainingDivergedError`` if the last chunk's losses or its weights are not finite."""
    arrays = jax.tree.leaves(values)
    if all(np.isfinite(array).all() for array in (chunks[-1].loss, *arrays)):
        return
    history = _joined(chunks)
    bad = np.argwhere(~np.isfinite(history.loss.T))
    if len(bad):
        where = f"the loss is {history.loss.T[tuple(bad[0])]} at step {bad[0][0] + 1}"
    else:
        where = f"a weight is not finite after step {history.loss.shape[-1]}"
    raise TrainingDivergedError(
        f"training diverged: {where}; the weights of the last good chunk are kept. "
        "Lower learning_rate, or set clip_norm.",
        unstack(history),
    )


def _devices_for(recipe: Recipe, num_devices: int) -> int:
    """Return ``num_devices`` if there are so many and they can share each stage's batches."""
    number = whole_number("num_devices", num_devices)
    available = jax.local_device_count()
    if number > available:
        raise ValueError(
            f"num_devices must be at most {available}, the number of JAX's devices, got {number}; "
            "use_all_cores makes each core one"
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
