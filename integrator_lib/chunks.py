"""A training run as a sequence of compiled chunks, which an interrupt or a NaN may end."""

import math
import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from integrator_lib._arguments import true_or_false, whole_number
from integrator_lib.recipes import Recipe, Stage
from integrator_lib.trainer import History


class TrainingDivergedError(FloatingPointError):
    """Raised when the loss or a weight stops being finite.

    The model holds the weights of the last good chunk; ``histories`` holds, for each network
    that was trained, all steps, the bad ones included.
    """

    def __init__(self, message: str, histories: list[History]) -> None:
        super().__init__(message)
        self.histories = histories


def follow(
    recipe: Recipe,
    keys: jax.Array,
    chunk: Callable[[Stage, Any, tuple, jax.Array], tuple],
    memory: Callable[[Stage], tuple],
    values: Any,
    keep: Callable[[Any], None],
    chunk_size: int,
    progress: bool,
) -> tuple[list[History], bool]:
    """Follow a recipe chunk by chunk; ``keep`` gets the last good weights, however it ends.

    Args:
        recipe: The recipe.
        keys: One key a network, ``(networks,)``.
        chunk: Runs one chunk: from stage, weights, memory and keys ``(networks, steps)`` to
            weights, memory and history, whose fields are ``(networks, steps)``.
        memory: Returns the memory at the start of a stage.
        values: The first weights.
        keep: Called once, at the end.
        chunk_size: Optimizer steps in a chunk.
        progress: Whether to show a progress bar.

    Returns:
        Each network's history, and whether the run was interrupted.
    """
    chunk_size = whole_number("chunk_size", chunk_size)
    true_or_false("progress", progress)
    chunks = [History(*np.zeros((len(History._fields), len(keys), 0), np.float32))]
    interrupted = False
    bar = tqdm(total=recipe.num_batches, unit="batch", file=sys.stdout, disable=not progress)
    try:
        for number, stage in enumerate(recipe.stages):
            remembered = memory(stage)
            for part in chunks_of_keys(fold_in_each(keys, number), recipe, stage, chunk_size):
                candidate, remembered, history = chunk(stage, values, remembered, part)
                longer = [*chunks, jax.tree.map(np.asarray, history)]
                _demand_finite(candidate, longer)
                # Together, so that an interrupt never parts the weights from their history.
                values, chunks = candidate, longer
                bar.update(part.shape[1])
                bar.set_postfix_str(f"mse {np.median(chunks[-1].mse[:, -1]):.2g}")
    except KeyboardInterrupt:
        interrupted = True
    finally:
        keep(values)
        bar.close()
    return rows(_joined(chunks)), interrupted


def fold_in_each(keys: jax.Array, number: Any) -> jax.Array:
    return jax.vmap(jax.random.fold_in, (0, None))(keys, number)


def chunks_of_keys(
    keys: jax.Array, recipe: Recipe, stage: Stage, chunk_size: int
) -> list[jax.Array]:
    """Return the keys of a stage's batches, in chunks ``(networks, steps)``.

    The chunks have nearly the same length, so one compiled loop serves all chunks.
    """
    batches = np.arange(stage.num_batches) * recipe.fresh_trials
    of_batches = jax.vmap(fold_in_each, (None, 0), out_axes=1)(keys, batches)
    return jnp.array_split(of_batches, math.ceil(stage.num_batches / chunk_size), axis=1)


def rows(tree: Any) -> list[Any]:
    """Take a tree of arrays apart along their first axis."""
    leaves, structure = jax.tree.flatten(jax.device_get(tree))
    return [jax.tree.unflatten(structure, row) for row in zip(*leaves, strict=True)]


def _joined(chunks: list[History]) -> History:
    return jax.tree.map(lambda *parts: np.concatenate(parts, axis=1), *chunks)


def _demand_finite(values: dict, chunks: list[History]) -> None:
    """Raise ``TrainingDivergedError`` if the last chunk's losses or its weights are not finite."""
    weights = jax.tree.leaves(values)
    if all(np.isfinite(array).all() for array in (chunks[-1].loss, *weights)):
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
        rows(history),
    )
