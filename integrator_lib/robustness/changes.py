"""Change a network's weights or disturb its state: what the predictions are tested on."""

from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, instance, real_number, whole_number
from integrator_lib._seeds import stream
from integrator_lib.dynamics import readout, step_function
from integrator_lib.networks import Architecture, IntegratorRNN, assemble


def cell_weights(model: IntegratorRNN) -> np.ndarray:
    """Return ``W`` of a ReLU network in float64, ``(1 + hidden, hidden)``.

    Raises:
        TypeError: If ``model`` is not a network.
        ValueError: If it is not a ReLU network.
    """
    instance("model", model, IntegratorRNN)
    if (model.cell, model.activation) != ("rnn", "relu"):
        raise ValueError(
            f"model must have the rnn cell with relu, got {model.cell} with {model.activation}"
        )
    return np.asarray(model.values()["rnn.W"], np.float64)


def with_weights(model: IntegratorRNN, weights: Any) -> IntegratorRNN:
    """Return a copy of a ReLU network with another ``W``, ``(1 + hidden, hidden)``."""
    weights = finite_array("weights", weights, cell_weights(model).shape)
    return assemble(
        model.architecture, model.values() | {"rnn.W": jnp.asarray(weights, jnp.float32)}
    )


def relative_change(model: IntegratorRNN, changed: IntegratorRNN) -> float:
    """Return ``||W' - W|| / ||W||`` of two ReLU networks of one size."""
    before = cell_weights(model)
    after = finite_array("changed", cell_weights(changed), before.shape)
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))


def with_proportional_noise(model: IntegratorRNN, share: float, *, seed: int = 0) -> IntegratorRNN:
    """Return a copy whose recurrent weights are each multiplied by ``1 + share xi``.

    Args:
        model: A network with the vanilla cell, of any activation.
        share: Standard deviation of the noise, in parts of each weight.
        seed: A whole number.

    Raises:
        ValueError: If the network has another cell.
    """
    if instance("model", model, IntegratorRNN).cell != "rnn":
        raise ValueError(f"model must have the rnn cell, got {model.cell}")
    values = model.values()
    W = np.array(values["rnn.W"], np.float64)
    xi = np.random.default_rng(whole_number("seed", seed, at_least=0)).standard_normal(W[1:].shape)
    W[1:] *= 1 + real_number("share", share, at_least=0) * xi
    return assemble(model.architecture, values | {"rnn.W": jnp.asarray(W, jnp.float32)})


def pruned(model: IntegratorRNN, share: float) -> IntegratorRNN:
    """Return a copy of a ReLU network whose smallest recurrent weights are 0.

    Args:
        model: The network.
        share: Share of the recurrent weights to set to 0, smallest first, from 0 to 1.
    """
    W = cell_weights(model)
    size = np.abs(W[1:])
    W[1:][size <= np.quantile(size, real_number("share", share, at_least=0, at_most=1))] = 0
    return with_weights(model, W)


def without_units(model: IntegratorRNN, units: Any) -> IntegratorRNN:
    """Return a copy of a ReLU network in which some units send nothing, and get nothing.

    Args:
        model: The network.
        units: Which units to remove, ``True`` or ``False`` for each, ``(hidden,)``.
    """
    W = cell_weights(model)
    units = np.asarray(finite_array("units", units, (W.shape[1],)), bool)
    W[:, units] = 0
    W[1:][units] = 0
    out = dict(model.values()["out.weight"])
    out["weight"] = jnp.where(units[:, None], 0, out["weight"])
    return assemble(
        model.architecture,
        model.values() | {"rnn.W": jnp.asarray(W, jnp.float32), "out.weight": out},
    )


@brainstate.transform.jit(static_argnums=0)
def _noisy_outputs(
    architecture: Architecture,
    values: dict,
    states: jax.Array,
    w: jax.Array,
    keys: jax.Array,
    noise_std: jax.Array,
) -> jax.Array:
    step = jax.vmap(step_function(architecture, values), (0, None))

    def body(states: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        states = step(states, 0.0) + noise_std * jax.random.normal(key, states.shape)
        return states, states @ w

    return jax.lax.scan(body, states, keys)[1]


def noisy_outputs(
    model: IntegratorRNN,
    state: Any,
    noise_std: float,
    num_steps: int,
    *,
    num_trials: int = 256,
    seed: Any = 0,
) -> np.ndarray:
    """Start many trials in one state, and add noise to the state after every step.

    Args:
        model: The network; it gets no input.
        state: ``(state_size,)``.
        noise_std: Standard deviation of the noise on each entry in each step.
        num_steps: Number of steps.
        num_trials: Number of trials.
        seed: A whole number or a JAX random key.

    Returns:
        Outputs, ``(num_steps, num_trials)``.
    """
    w, bias = readout(model)
    start = jnp.asarray(finite_array("state", state, w.shape), jnp.float32)
    states = jnp.broadcast_to(start, (whole_number("num_trials", num_trials), len(w)))
    keys = jax.random.split(stream("state noise", seed), whole_number("num_steps", num_steps))
    std = jnp.float32(real_number("noise_std", noise_std, at_least=0))
    outputs = _noisy_outputs(model.architecture, model.values(), states, jnp.asarray(w), keys, std)
    return np.asarray(outputs) + bias
