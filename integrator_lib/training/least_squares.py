"""Training by least squares: two hundred steps, each of which solves equations.

Adam follows the slope of one number, the loss. But each error of each output is an equation of its
own, linear in a small change of the weights. A batch has some dozens of them for ten thousand
weights, and the shortest change that meets them all is one small linear system away (Gauss and
Newton's method). Far from the goal the equations hold only nearby, so a change has its price, as in
Levenberg (1944) and Marquardt (1963).

Works for ReLU networks without offsets, the course's own. Only the matrices are trained.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from integrator_lib._arguments import instance, real_number, whole_number
from integrator_lib.networks import hidden_states, preactivation
from integrator_lib.task import IntegratorTask

SETTLING_STEPS = 50
"""Steps without input after which only the integrating mode is left."""
FINAL_STEPS = 4
FINAL_PRICE = 1e-6
"""Steps on eigenvalue and gain, and their price: almost none, there are four equations."""


class Matrices(NamedTuple):
    """What is trained: the cell's matrix ``(1 + hidden, hidden)`` and the readout ``(hidden,)``."""

    W: jax.Array
    readout: jax.Array


def train_by_least_squares(
    values: dict[str, Any],
    key: jax.Array,
    *,
    task: IntegratorTask = IntegratorTask(),
    num_batches: int = 200,
    batch_size: int = 8,
    price: float = 1e-2,
) -> dict[str, Any]:
    """Train a ReLU network by Gauss-Newton steps on short trials, then on eigenvalue and gain.

    Each batch gives one equation for each trial and scored step; the step is kept if it makes the
    batch's errors smaller. At the end four equations put eigenvalue and gain of both halves of
    the line to 1, as ``robustness.repair_modes`` does.

    Args:
        values: Weights to start from, as ``IntegratorRNN.values`` returns them.
        key: A JAX random key, for the trials.
        task: Where trials come from.
        num_batches: Gauss-Newton steps on outputs, at least 1.
        batch_size: Trials in a batch, at least 1.
        price: Price of a change of the weights at the start, above 0, in units of the mean
            squared length of an error's derivative; it falls after a step that is kept and rises
            after one that is not.

    Returns:
        Trained weights, by the same names.
    """
    instance("task", task, IntegratorTask)
    batch_size = whole_number("batch_size", batch_size)
    price = real_number("price", price, above=0)
    start, as_matrices = ravel_pytree(
        Matrices(values["rnn.W"], values["out.weight"]["weight"][:, 0])
    )

    def errors(weights: jax.Array, inputs: jax.Array, scale: jax.Array) -> jax.Array:
        return output_errors(as_matrices(weights), inputs) / scale

    def of_line(weights: jax.Array, half: jax.Array) -> jax.Array:
        return line_errors(as_matrices(weights), half)

    def step(progress: tuple[jax.Array, jax.Array], key: jax.Array) -> tuple[tuple, None]:
        weights, price = progress
        inputs, targets = task.draw(key, batch_size)
        batch = inputs.swapaxes(0, 1), error_scales(targets)
        found, change = shortest_change(errors, weights, price, *batch)
        proposal = weights + change
        remaining = jax.vmap(errors, (None, 0, 0))(proposal, *batch)
        better = jnp.sum(remaining**2) < jnp.sum(found**2)
        price = jnp.where(better, price / 1.5, 4 * price)
        return (jnp.where(better, proposal, weights), price), None

    keys = jax.random.split(key, whole_number("num_batches", num_batches))
    (weights, _), _ = jax.lax.scan(step, (start, jnp.float32(price)), keys)
    halves = jnp.array([-1.0, 1.0])
    for _ in range(FINAL_STEPS):
        weights += shortest_change(of_line, weights, FINAL_PRICE, halves)[1]
    trained = as_matrices(weights)
    out = values["out.weight"] | {"weight": trained.readout[:, None]}
    return values | {"rnn.W": trained.W, "out.weight": out}


def shortest_change(
    errors: Callable, weights: jax.Array, price: Any, *batch: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return errors and the ``d`` that makes ``|errors + rows d|^2 + price |d|^2`` smallest.

    Args:
        errors: ``errors(weights, *item)`` returns the errors of one item of a batch.
        weights: ``(n,)``.
        price: In units of the mean squared length of a row.
        batch: Arrays with a first axis over items.

    Returns:
        Errors of all items, ``(m,)``, fewer than weights, and the change, ``(n,)``.
    """

    def of_item(*item: jax.Array) -> tuple[jax.Array, jax.Array]:
        return errors(weights, *item), jax.jacrev(errors)(weights, *item)

    found, rows = jax.vmap(of_item)(*batch)
    found, rows = found.ravel(), rows.reshape(-1, len(weights))
    overlaps = rows @ rows.T
    ridge = price * jnp.trace(overlaps) / len(found)
    return found, -rows.T @ jnp.linalg.solve(overlaps + ridge * jnp.eye(len(found)), found)


def scored_steps(num_steps: int) -> np.ndarray:
    """Return the four steps of a trial, counted from 0, whose outputs are compared."""
    return np.geomspace(1, num_steps, 4).round().astype(int) - 1


def output_errors(matrices: Matrices, inputs: jax.Array) -> jax.Array:
    """Return the outputs' errors at the scored steps of one trial, ``(4,)``.

    Args:
        matrices: What is trained.
        inputs: ``(time, 1)``.
    """
    at_rest = jnp.zeros_like(matrices.readout)
    outputs = hidden_states(jax.nn.relu, matrices.W, None, at_rest, inputs) @ matrices.readout
    return (outputs - jnp.cumsum(inputs[:, 0]))[scored_steps(len(inputs))]


def error_scales(targets: jax.Array) -> jax.Array:
    """Return what the errors of each trial are compared with, ``(batch, 4)``.

    The target itself, and where it is near 0 the root mean square of that step's targets.
    """
    wanted = targets[scored_steps(len(targets)), :, 0].T
    return jnp.sqrt(wanted**2 + jnp.mean(wanted**2, axis=0))


def line_errors(matrices: Matrices, half: jax.Array) -> jax.Array:
    """Return two errors on one half of the line, of eigenvalue and of gain, ``(2,)``.

    A pulse and silence put the network on that half. The first error is what ``SETTLING_STEPS``
    more add to its output, as a part of it: that power of the eigenvalue, less 1. The second is
    what then becomes of a small input, less 1.

    Args:
        matrices: What is trained.
        half: 1 or -1.
    """

    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, None]:
        return jax.nn.relu(preactivation(matrices.W, None, h, x[None])), None

    def settled(h: jax.Array, pulse: jax.Array) -> jax.Array:
        return jax.lax.scan(step, h, jnp.zeros(SETTLING_STEPS).at[0].set(pulse))[0]

    start = settled(jnp.zeros_like(matrices.readout), half)
    end, gain = jax.jvp(lambda x: settled(start, x) @ matrices.readout, (0.0,), (1.0,))
    return jnp.stack([end / (start @ matrices.readout) - 1, gain - 1])
