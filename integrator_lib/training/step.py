"""One training step: the loss, its gradient, the optimizer and the schedule; and many of them."""

import functools
import math
from typing import Any, NamedTuple

import brainstate
import braintools
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jax.sharding import AxisType, Mesh, PartitionSpec

from integrator_lib.networks import Architecture, IntegratorRNN, assemble
from integrator_lib.task import IntegratorTask
from integrator_lib.training.recipes import Recipe, Stage
from integrator_lib.training.results import History


def is_matrix(array: jax.Array) -> bool:
    """Tell weight matrices from biases and initial states, which are vectors."""
    return array.ndim == 2


def l2_penalty(parameters: dict[str, brainstate.ParamState], recipe: Recipe) -> jax.Array:
    """Return ``recipe.l2`` times the sum of the squared parameters that it covers.

    Args:
        parameters: As ``IntegratorRNN.parameters`` gives them.
        recipe: Gives the factor and whether biases and initial states are covered.
    """
    arrays = jax.tree.leaves([state.value for state in parameters.values()])
    if recipe.l2_covers == "matrices":
        arrays = [array for array in arrays if is_matrix(array)]
    return recipe.l2 * jnp.sum(jnp.stack([jnp.sum(array**2) for array in arrays]))


def _strongly_typed(value: Any) -> jax.Array:
    """Return ``value`` as an array whose type a Python number does not decide.

    Without it the second chunk's arguments differ in type from the first's, and JAX
    compiles the same loop twice.
    """
    array = jnp.asarray(value)
    return jax.lax.convert_element_type(array, array.dtype)


def step_weights(num_steps: int, stage: Stage) -> jax.Array:
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
        self.parameters = model.parameters()
        self.schedule = stage.schedule()
        self.optimizer = braintools.optim.Adam(
            lr=self.schedule,
            betas=(0.9, recipe.adam_beta2),
            eps=recipe.adam_eps,
            grad_clip_norm=recipe.clip_norm,
        )
        self.optimizer.register_trainable_weights(self.parameters)

    def run(self, optimizer_state: tuple, keys: jax.Array) -> History:
        """Take one step for each key, all in one compiled loop."""
        for state, value in zip(self._optimizer_states(), optimizer_state, strict=True):
            state.value = value
        # The loop's states keep their shapes, so the batch size is set before it.
        self.model.reset_state(self.batch_size)
        return brainstate.transform.for_loop(self.step, keys)

    def step(self, key: jax.Array) -> History:
        """Draw a batch, follow its gradient, move the schedule; return the step's record."""
        inputs, targets = self.draw(key)
        gradients, loss, (mse, penalty) = self.gradients(inputs, targets)
        if self.recipe.trains == "matrices":
            gradients = jax.tree.map(lambda g: g if is_matrix(g) else jnp.zeros_like(g), gradients)
        gradient_norm = optax.tree.norm(gradients)
        learning_rate = self.schedule.current_lrs.value[0]

        self.optimizer.update(gradients)
        if self.recipe.step_schedule:
            self.schedule.step()
        return History(mse, penalty, loss, learning_rate, gradient_norm)

    def loss(self, inputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, tuple]:
        """Return the loss, and apart from it the plain mean squared error and the penalty."""
        outputs, _ = self.model.run(inputs)
        squared_error = braintools.metric.squared_error(outputs, targets)
        weighted = jnp.mean(step_weights(len(inputs), self.stage) * squared_error)
        penalty = l2_penalty(self.parameters, self.recipe)
        return weighted + penalty, (jnp.mean(squared_error), penalty)

    def gradients(self, inputs: jax.Array, targets: jax.Array) -> tuple[dict, jax.Array, tuple]:
        """Return the loss's gradient for each parameter, and what :meth:`loss` returns."""
        gradient_of_loss = brainstate.transform.grad(
            self.loss, self.parameters, has_aux=True, return_value=True
        )
        return gradient_of_loss(inputs, targets)

    def draw(self, key: Any) -> tuple[jax.Array, jax.Array]:
        """Draw a batch."""
        return self.task.draw(key, self.stage.batch_size, self.stage.num_steps)

    @property
    def batch_size(self) -> int:
        """Trials in what :meth:`draw` returns."""
        return self.stage.batch_size

    def optimizer_state(self) -> tuple:
        """Return what the optimizer and the schedule remember between steps."""
        return jax.tree.map(
            _strongly_typed, tuple(state.value for state in self._optimizer_states())
        )

    def _optimizer_states(self) -> tuple[brainstate.State, ...]:
        assert self.optimizer.opt_state is not None  # set by register_trainable_weights
        return self.optimizer.opt_state, self.schedule.last_epoch, self.schedule.current_lrs


class SharingTrainer(Trainer):
    """One of several devices that share each batch, inside a ``jax.shard_map`` over ``"trials"``.

    In place of a key it gets its own trials: those of all devices were drawn as one array, of
    which each device computed its part. So the trials do not depend on the number of devices.
    """

    def draw(self, key: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        """Return the trials that stand in the key's place."""
        return key

    @property
    def batch_size(self) -> int:
        """Trials of this device."""
        return self.stage.batch_size // jax.lax.axis_size("trials")

    def gradients(self, inputs: jax.Array, targets: jax.Array) -> tuple[dict, jax.Array, tuple]:
        """Return the means over all devices of what each of them finds.

        The numbers travel as one array: devices wait for each other once a step.
        """
        numbers, restore = ravel_pytree(super().gradients(inputs, targets))
        return restore(jax.lax.pmean(numbers, "trials"))


class Setting(NamedTuple):
    """All that a compiled chunk of training depends on but its arrays.

    Attributes:
        architecture: Structure of the networks.
        task: Where trials come from.
        recipe: How to train.
        stage: The recipe's stage.
        grid: How many devices share the networks, and how many share each batch's trials.
        batched: Whether a device trains its networks at once, as a GPU likes it, or one after
            another, as a CPU does: batched products of small matrices run slower there.
    """

    architecture: Architecture
    task: IntegratorTask
    recipe: Recipe
    stage: Stage
    grid: tuple[int, int]
    batched: bool


@brainstate.transform.jit(static_argnums=0)
def train_chunk(
    setting: Setting, values: dict, optimizer_state: tuple, keys: jax.Array
) -> tuple[dict, tuple, History]:
    """Train networks by one optimizer step for each key.

    A pure function of weights and optimizer state: compiled once for all networks of one
    structure, and weights never change halfway.

    Args:
        setting: What is compiled for.
        values: The networks' parameters, with a first axis over networks whose length the
            number of devices divides that share them.
        optimizer_state: With the same first axis.
        keys: ``(networks, steps)``.

    Returns:
        Parameters, optimizer state and history, whose fields are ``(networks, steps)``.
    """
    architecture, task, recipe, stage, grid, batched = setting
    shares_batches = grid[1] > 1

    def one_network(network: tuple[dict, tuple, Any]) -> tuple[dict, tuple, History]:
        values, optimizer_state, keys = network
        model = assemble(architecture, values)
        kind = SharingTrainer if shares_batches else Trainer
        trainer = kind(model, task, recipe, stage)
        history = trainer.run(optimizer_state, keys)
        return model.values(), trainer.optimizer_state(), history

    def on_each_device(*share: Any) -> tuple[dict, tuple, History]:
        return jax.vmap(one_network)(share) if batched else jax.lax.map(one_network, share)

    if grid == (1, 1):
        return on_each_device(values, optimizer_state, keys)
    devices = np.asarray(jax.local_devices()[: math.prod(grid)]).reshape(grid)
    mesh = Mesh(devices, ("networks", "trials"), axis_types=(AxisType.Auto,) * 2)
    networks = per_step = PartitionSpec("networks")
    for_steps: Any = keys
    if shares_batches:
        draw = functools.partial(task.draw, num_trials=stage.batch_size, num_steps=stage.num_steps)
        for_steps = jax.vmap(jax.vmap(draw))(keys)
        per_step = PartitionSpec("networks", None, None, "trials")
    run = jax.shard_map(
        on_each_device,
        mesh=mesh,
        in_specs=(networks, networks, per_step),
        out_specs=networks,
        check_vma=False,
    )
    return run(values, optimizer_state, for_steps)
