"""Other ways to train the tutorial's network by the tutorial's recipe.

``TutorialLoop`` works as BrainState's tutorial does: a data function and a training step,
each compiled, called from Python for every batch, with a wait for each loss. ``PlainJax``
does the work of ``integrator_lib.train`` without BrainState: the same trials, loss and
optimizer in one ``jax.lax.scan``.
"""

import functools
import subprocess
from pathlib import Path
from typing import Any

import brainstate
import braintools
import jax
import jax.numpy as jnp
import optax

from integrator_lib import IntegratorRNN, IntegratorTask, Recipe
from integrator_lib._seeds import stream

STAGE = Recipe.tutorial().stages[0]
TORCH_WORKER = Path(__file__).with_name("torch_worker.py")


class TutorialLoop:
    """The tutorial's way: one Python call, and one wait, for every batch."""

    def __init__(self, seed: int = 0, batch_size: int = STAGE.batch_size) -> None:
        self.model = IntegratorRNN(seed=seed)
        self.task = IntegratorTask()
        self.batch_size = batch_size
        self.random = brainstate.random.RandomState(seed)
        weights = self.model.parameters()
        optimizer = braintools.optim.Adam(
            lr=braintools.optim.ExponentialDecayLR(0.025, decay_steps=1, decay_rate=0.99975),
            eps=0.1,
        )
        optimizer.register_trainable_weights(weights)

        @brainstate.transform.jit
        def draw() -> tuple[jax.Array, jax.Array]:
            return self.task.draw(self.random.split_key(), self.batch_size)

        @brainstate.transform.jit
        def predict(inputs: jax.Array) -> jax.Array:
            self.model.reset_state(inputs.shape[1])
            return brainstate.transform.for_loop(self.model.update, inputs)

        def loss(inputs: jax.Array, targets: jax.Array) -> jax.Array:
            mse = braintools.metric.squared_error(predict(inputs), targets).mean()
            arrays = jax.tree.leaves([state.value for state in weights.values()])
            return mse + 2e-4 * sum(jnp.sum(array**2) for array in arrays)

        @brainstate.transform.jit
        def step(inputs: jax.Array, targets: jax.Array) -> jax.Array:
            gradients, value = brainstate.transform.grad(loss, weights, return_value=True)(
                inputs, targets
            )
            optimizer.update(gradients)
            return value

        self._draw, self._step = draw, step

    def run(self, num_batches: int) -> list[float]:
        """Train on this many batches and return each loss."""
        return [float(self._step(*self._draw())) for _ in range(num_batches)]


class PlainJax:
    """JAX and optax alone, all batches in one compiled ``scan``."""

    def __init__(self, seed: int = 0, batch_size: int = STAGE.batch_size) -> None:
        self.batch_size = batch_size
        self.key = jax.random.fold_in(stream("training data", seed), 0)
        self.values = jax.tree.map(jnp.asarray, IntegratorRNN(seed=seed).values())
        self.memory = ADAM.init(self.values)
        self.done = 0

    def run(self, num_batches: int) -> jax.Array:
        """Train on this many batches and return each loss, ``(batches,)``."""
        numbers = jnp.arange(self.done, self.done + num_batches)
        keys = jax.vmap(jax.random.fold_in, (None, 0))(self.key, numbers)
        self.values, self.memory, losses = _scan_batches(
            self.batch_size, self.values, self.memory, keys
        )
        self.done += num_batches
        return jax.block_until_ready(losses)


ADAM = optax.adam(STAGE.learning_rate, b2=0.999, eps=0.1)


def _plain_loss(values: dict[str, Any], inputs: jax.Array, targets: jax.Array) -> jax.Array:
    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        h = jax.nn.relu(jnp.concatenate([x, h], axis=-1) @ values["rnn.W"] + values["rnn.b"])
        return h, h

    start = values["rnn.state2train"]
    start = jnp.broadcast_to(start, (inputs.shape[1], *start.shape))
    _, hidden = jax.lax.scan(step, start, inputs)
    readout = values["out.weight"]
    outputs = hidden @ readout["weight"] + readout["bias"]
    penalty = sum(jnp.sum(array**2) for array in jax.tree.leaves(values))
    return jnp.mean((outputs - targets) ** 2) + 2e-4 * penalty


@functools.partial(jax.jit, static_argnums=0)
def _scan_batches(batch_size: int, values: dict, memory: Any, keys: jax.Array) -> Any:
    def step(carry: tuple, key: jax.Array) -> tuple[tuple, jax.Array]:
        values, memory = carry
        batch = IntegratorTask().draw(key, batch_size)
        loss, gradients = jax.value_and_grad(_plain_loss)(values, *batch)
        updates, memory = ADAM.update(gradients, memory)
        return (optax.apply_updates(values, updates), memory), loss

    (values, memory), losses = jax.lax.scan(step, (values, memory), keys)
    return values, memory, losses


class Torch:
    """PyTorch in an interpreter of its own, which trains when it is told to.

    Args:
        python: Interpreter of an environment that holds PyTorch.
    """

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(TORCH_WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.description = self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def run(self, num_batches: int) -> float:
        """Train on this many batches and return the seconds that took."""
        assert self._process.stdin is not None
        print(num_batches, file=self._process.stdin, flush=True)
        return float(self._answer())

    def close(self) -> None:
        """End the interpreter."""
        self._process.communicate()
