"""One training step: the loss, its gradient, the optimizer and the schedule."""

from typing import Any, NamedTuple

import brainstate
import braintools
import jax
import jax.numpy as jnp

from integrator_lib.models import IntegratorRNN
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
        self.num_trials = stage.batch_size
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

    def gradients(self, inputs: jax.Array, targets: jax.Array) -> tuple[dict, jax.Array, tuple]:
        """Return the loss's gradient for each parameter, and what :meth:`loss` returns."""
        gradient_of_loss = brainstate.transform.grad(
            self.loss, self.weights, has_aux=True, return_value=True
        )
        return gradient_of_loss(inputs, targets)

    def step(self, key: jax.Array) -> History:
        """Draw a batch, follow its gradient, move the schedule; return the step's record."""
        inputs, targets = self.task.draw(key, self.stage.batch_size, self.stage.num_steps)
        gradients, loss, (mse, penalty) = self.gradients(inputs, targets)
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
