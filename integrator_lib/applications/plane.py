"""One network for both directions of the plane: two inputs, two outputs, one hidden state."""

from typing import Any, NamedTuple

import brainstate
import braintools
import jax
import jax.numpy as jnp

from integrator_lib._arguments import finite_array, whole_number
from integrator_lib._seeds import stream
from integrator_lib.networks import RNNCell, hidden_states
from integrator_lib.task import IntegratorTask

BATCH_SIZE = 32
LEARNING_RATE = 5e-3


class PlaneRNN(brainstate.nn.Module):
    """A ReLU cell and a linear readout without offsets, as many outputs as inputs.

    Args:
        num_inputs: 1 for a line, 2 for a plane.
        hidden_size: Number of hidden units.
    """

    def __init__(self, num_inputs: int, hidden_size: int) -> None:
        super().__init__()
        self.rnn = RNNCell(num_inputs, hidden_size, b_initializer=None)
        self.out = brainstate.nn.Linear(hidden_size, num_inputs, b_init=None)

    def run(self, inputs: jax.Array) -> jax.Array:
        """Run whole trials: ``(time, batch, num_inputs)`` in and out."""
        self.rnn.reset_state(inputs.shape[1])
        return self.out(brainstate.transform.for_loop(self.rnn.update, inputs))


class PlaneWeights(NamedTuple):
    """Weights of a trained :class:`PlaneRNN`.

    Attributes:
        W: ``(num_inputs + hidden, hidden)``.
        readout: ``(hidden, num_inputs)``.
    """

    W: jax.Array
    readout: jax.Array


def draw_plane(key: jax.Array, batch_size: int, num_steps: int, num_inputs: int) -> tuple:
    """Draw trials whose components are independent trials of the course's task.

    Returns:
        Inputs and targets, ``(num_steps, batch_size, num_inputs)``.
    """
    inputs, targets = IntegratorTask().draw(key, batch_size * num_inputs, num_steps)
    shape = (num_steps, batch_size, num_inputs)
    return inputs.reshape(shape), targets.reshape(shape)


@brainstate.transform.jit(static_argnums=(1, 2))
def _train(
    weight_key: jax.Array, num_inputs: int, hidden_size: int, keys: jax.Array
) -> PlaneWeights:
    with brainstate.random.seed_context(weight_key):
        model = PlaneRNN(num_inputs, hidden_size)
    weights = model.states(brainstate.ParamState)
    schedule = braintools.optim.CosineAnnealingLR(LEARNING_RATE, T_max=len(keys), eta_min=0.0)
    optimizer = braintools.optim.Adam(schedule, betas=(0.9, 0.95), eps=1e-8, grad_clip_norm=1.0)
    optimizer.register_trainable_weights(weights)

    def loss(inputs: jax.Array, targets: jax.Array) -> jax.Array:
        return jnp.mean((model.run(inputs) - targets) ** 2)

    def step(key: jax.Array) -> None:
        batch = draw_plane(key, BATCH_SIZE, 25, num_inputs)
        optimizer.update(brainstate.transform.grad(loss, weights)(*batch))
        schedule.step()

    model.rnn.reset_state(BATCH_SIZE)
    brainstate.transform.for_loop(step, keys)
    return PlaneWeights(model.rnn.W.value, model.out.weight.value["weight"])


def train_plane(
    num_inputs: int, hidden_size: int = 100, num_batches: int = 600, *, seed: Any = 0
) -> PlaneWeights:
    """Train a network on trials of 25 steps, the rate falling to 0 along a cosine.

    Args:
        num_inputs: 1 for a line, 2 for a plane.
        hidden_size: Number of hidden units.
        num_batches: Number of batches of 32 trials.
        seed: A whole number or a JAX random key.
    """
    sizes = whole_number("num_inputs", num_inputs), whole_number("hidden_size", hidden_size)
    keys = jax.random.split(stream("training data", seed), whole_number("num_batches", num_batches))
    return _train(stream("initial weights", seed), *sizes, keys)


@jax.jit
def _outputs(weights: PlaneWeights, inputs: jax.Array) -> jax.Array:
    start = jnp.zeros((inputs.shape[1], weights.W.shape[1]))
    return hidden_states(jax.nn.relu, weights.W, None, start, inputs) @ weights.readout


def plane_outputs(weights: PlaneWeights, inputs: Any) -> jax.Array:
    """Run a trained network on whole trials.

    Args:
        weights: As from :func:`train_plane`.
        inputs: ``(time, batch, num_inputs)``.

    Returns:
        Of the shape of ``inputs``.
    """
    num_inputs = weights.readout.shape[1]
    inputs = finite_array("inputs", inputs, (None, None, num_inputs))
    return _outputs(weights, jnp.asarray(inputs, jnp.float32))
