"""Training: from a recipe to trained weights and their history."""

import dataclasses
import math
import sys
from typing import Any, NamedTuple

import brainstate
import braintools
import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from integrator_lib._arguments import instance, true_or_false, whole_number
from integrator_lib._seeds import stream
from integrator_lib.models import Architecture, IntegratorRNN, assemble
from integrator_lib.recipes import Recipe, Stage
from integrator_lib.task import IntegratorTask


class History(NamedTuple):
    """What was recorded at each optimizer step: arrays of shape ``(steps,)``, float32.

    Each row describes the step's batch before its update.

    Attributes:
        mse: Mean squared error over steps and trials.
        penalty: The L2 term of the loss, factor included.
        loss: What was minimised: the (weighted) squared error plus the penalty.
        learning_rate: Learning rate of the step's update.
        gradient_norm: Norm of the whole gradient, before clipping.
    """

    mse: Any
    penalty: Any
    loss: Any
    learning_rate: Any
    gradient_norm: Any


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


class TrainingDivergedError(FloatingPointError):
    """Raised when the loss or a weight stops being finite.

    The model holds the weights of the last good chunk; ``history`` holds all steps,
    the bad ones included.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def is_matrix(array: jax.Array) -> bool:
    """Tell weight matrices from biases and initial states, which are vectors."""
    return array.ndim == 2


def l2_penalty(weights: dict[str, brainstate.ParamState], recipe: Recipe) -> jax.Array:
    """Return ``recipe.l2`` times the sum of the squared parameters that it covers.

    Args:
        weights: The parameters, as ``IntegratorRNN.weights`` gives them.
        recipe: Gives the factor and whether biases and initial states are covered.
    """
    arrays = jax.tree.leaves([state.value for state in weights.values()])
    if recipe.l2_covers == "weights":
        arrays = [array for array in arrays if is_matrix(array)]
    return recipe.l2 * jnp.sum(jnp.stack([jnp.sum(array**2) for array in arrays]))


def _strongly_typed(value: Any) -> jax.Array:
    """Return ``value`` as an array whose type a Python number does not decide.

    Without it the second chunk's arguments differ in type from the first's, and JAX
    compiles the same loop twice.
    """
    array = jnp.asarray(value)
    return jax.lax.convert_element_type(array, array.dtype)


def error_weights(num_steps: int, stage: Stage) -> jax.Array:
    """Return the weight of each step's squared error, ``(time, 1, 1)``, with mean 1."""
    steps = jnp.arange(1, num_steps + 1, dtype=jnp.float32)[:, None, None]
    weights = steps**-2 if stage.relative_error else jnp.ones_like(steps)
    return weights / jnp.mean(weights)


class Trainer:
    """A model, its task and an optimizer: what one training step needs.

    Args:
        model: The network to train.
        task: Where trials come from.
        recipe: How to train.
        stage: The stage of the recipe to run.
    """

    def __init__(
        self, model: IntegratorRNN, task: IntegratorTask, recipe: Recipe, stage: Stage
    ) -> None:
        self.model, self.task, self.recipe, self.stage = model, task, recipe, stage
        self.weights = model.weights()
        self.schedule = stage.schedule()
        self.optimizer = braintools.optim.Adam(
            lr=self.schedule,
            betas=(0.9, recipe.adam_beta2),
            eps=recipe.adam_eps,
            grad_clip_norm=recipe.clip_norm,
        )
        self.optimizer.register_trainable_weights(self.weights)

    def loss(self, inputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, tuple]:
        """Return the loss, and apart from each other the error and the penalty in it."""
        outputs, _ = self.model.run(inputs)
        squared_error = braintools.metric.squared_error(outputs, targets)
        weighted = jnp.mean(error_weights(len(inputs), self.stage) * squared_error)
        penalty = l2_penalty(self.weights, self.recipe)
        return weighted + penalty, (jnp.mean(squared_error), penalty)

    def step(self, key: jax.Array) -> History:
        """Draw a batch, follow its gradient, move the schedule; return the step's record."""
        inputs, targets = self.task.draw(key, self.stage.batch_size, self.stage.num_steps)
        gradient_of_loss = brainstate.transform.grad(
            self.loss, self.weights, has_aux=True, return_value=True
        )
        gradients, loss, (mse, penalty) = gradient_of_loss(inputs, targets)
        if self.recipe.trains == "weights":
            gradients = jax.tree.map(lambda g: g if is_matrix(g) else jnp.zeros_like(g), gradients)
        gradient_norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(gradients)))
        learning_rate = self.schedule.current_lrs.value[0]

        self.optimizer.update(gradients)
        if self.recipe.step_schedule:
            self.schedule.step()
        return History(mse, penalty, loss, learning_rate, gradient_norm)

    def memory(self) -> tuple:
        """Return what the optimizer and the schedule remember between steps."""
        return jax.tree.map(_strongly_typed, tuple(state.value for state in self._memory_states()))

    def restore_memory(self, memory: tuple) -> None:
        """Take up where the trainer that returned ``memory`` stopped."""
        for state, value in zip(self._memory_states(), memory, strict=True):
            state.value = value

    def _memory_states(self) -> tuple[brainstate.State, ...]:
        assert self.optimizer.opt_state is not None  # set by register_trainable_weights
        return self.optimizer.opt_state, self.schedule.last_epoch, self.schedule.current_lrs


@brainstate.transform.jit(static_argnums=(0, 1, 2, 3))
def _run_chunk(
    architecture: Architecture, task: IntegratorTask, recipe: Recipe, stage: Stage, values: dict,
    memory: tuple, keys: jax.Array,
) -> tuple[dict, tuple, History]:  # fmt: skip
    """Run one optimizer step for each key, all in one compiled loop.

    A pure function of weights and optimizer memory: compiled once for all networks of one
    structure, and weights never change halfway.
    """
    model = assemble(architecture, values)
    trainer = Trainer(model, task, recipe, stage)
    trainer.restore_memory(memory)
    model.reset_state(stage.batch_size)
    history = brainstate.transform.for_loop(trainer.step, keys)
    return model.values(), trainer.memory(), history


def train(
    model: IntegratorRNN,
    task: IntegratorTask | None = None,
    recipe: Recipe | None = None,
    seed: Any = 0,
    chunk_size: int = 250,
    progress: bool = True,
) -> TrainingResult:
    """Train a network in place.

    Steps run in compiled chunks. An interrupt (Ctrl-C, the notebook's stop button) ends
    the run after the last finished chunk: the model keeps its weights, and the history so
    far is returned. On one machine the same seed gives the same result.

    Args:
        model: The network; at the end, however it comes, it has the last good weights.
        task: Where trials come from; ``IntegratorTask()`` if ``None``.
        recipe: How to train; ``Recipe()`` if ``None``.
        seed: A whole number or a JAX random key, for the training trials.
        chunk_size: Optimizer steps in one compiled call, at least 1.
        progress: Whether to show a progress bar.

    Returns:
        The model, the recipe and the history, one value a step.

    Raises:
        TrainingDivergedError: If the loss or a weight stops being finite; the model then has
            the weights of the last good chunk.
        TypeError, ValueError: If an argument is not as described.
    """
    instance("model", model, IntegratorRNN)
    task = instance("task", IntegratorTask() if task is None else task, IntegratorTask)
    recipe = instance("recipe", Recipe() if recipe is None else recipe, Recipe)
    chunk_size = whole_number("chunk_size", chunk_size)
    key = stream("training data", seed)
    true_or_false("progress", progress)

    values = model.values()
    chunks: list[History] = []
    interrupted = False
    bar = tqdm(total=recipe.num_batches, unit="batch", file=sys.stdout, disable=not progress)
    try:
        for number, stage in enumerate(recipe.stages):
            memory = Trainer(model, task, recipe, stage).memory()
            for keys in _chunks_of_keys(jax.random.fold_in(key, number), recipe, stage, chunk_size):
                candidate, memory, history = _run_chunk(
                    model.architecture, task, recipe, stage, values, memory, keys
                )
                longer = [*chunks, jax.tree.map(np.asarray, history)]
                _demand_finite(candidate, longer)
                # Together, so that an interrupt never parts the weights from their history.
                values, chunks = candidate, longer
                bar.update(len(keys))
                bar.set_postfix_str(f"mse {chunks[-1].mse[-1]:.2g}")
    except KeyboardInterrupt:
        interrupted = True
    finally:
        model.set_values(values)
        bar.close()
    return TrainingResult(model, recipe, _joined(chunks), interrupted)


def _chunks_of_keys(
    key: jax.Array, recipe: Recipe, stage: Stage, chunk_size: int
) -> list[jax.Array]:
    """Return the keys of a stage's batches, in chunks of nearly equal length.

    Equal lengths mean that one compiled loop serves all chunks.
    """
    batches = np.arange(stage.num_batches) * recipe.fresh_trials
    keys = jax.vmap(jax.random.fold_in, (None, 0))(key, batches)
    return jnp.array_split(keys, math.ceil(stage.num_batches / chunk_size))


def _joined(chunks: list[History]) -> History:
    """Join the records of all chunks; empty arrays if there is none."""
    empty = History(*[np.zeros(0, np.float32)] * len(History._fields))
    return History(*[np.concatenate(parts) for parts in zip(empty, *chunks, strict=True)])


def _demand_finite(values: dict, chunks: list[History]) -> None:
    """Raise ``TrainingDivergedError`` if the last chunk's losses or its weights are not finite."""
    weights = jax.tree.leaves(values)
    if all(np.isfinite(array).all() for array in (chunks[-1].loss, *weights)):
        return
    history = _joined(chunks)
    bad = ~np.isfinite(history.loss)
    if bad.any():
        where = f"the loss is {history.loss[bad][0]} at step {int(bad.argmax()) + 1}"
    else:
        where = f"a weight is not finite after step {len(history.loss)}"
    raise TrainingDivergedError(
        f"training diverged: {where}; the model keeps the weights of the last good chunk. "
        "Lower learning_rate, or set clip_norm.",
        history,
    )
