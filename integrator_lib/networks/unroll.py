"""The vanilla recurrence over whole trials, with a backward pass written by hand.

Automatic differentiation goes back step by step and adds to the gradient of the weights at
each one. The gradient is a sum over steps, so it can also be formed once, from all steps, in
one large matrix product. That saves some time in batches of up to about 32 trials with one
core a network, as in ``train_many``, and none in larger ones; the results are equal
up to rounding.
"""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp


def preactivation(W: jax.Array, b: jax.Array | None, h: jax.Array, x: jax.Array) -> jax.Array:
    """Return ``[x, h] @ W + b``, the sum that the activation then bends.

    Args:
        W: ``(num_in + num_out, num_out)``.
        b: ``(num_out,)``, or ``None`` for no bias.
        h: The state, ``(..., num_out)``.
        x: The input, ``(..., num_in)``.
    """
    weighted = jnp.concatenate([x, h], axis=-1) @ W
    return weighted if b is None else weighted + b


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def hidden_states(
    activation: Callable, W: jax.Array, b: jax.Array | None, state: jax.Array, inputs: jax.Array
) -> jax.Array:
    """Return the states ``h_t = activation([x_t, h_{t-1}] @ W + b)`` of all steps.

    It can be differentiated once, backwards; a step alone, with ``RNNCell.update``, as often
    as you like.

    Args:
        activation: Elementwise nonlinearity.
        W: ``(num_in + num_out, num_out)``.
        b: ``(num_out,)``, or ``None`` for no bias.
        state: The state before the first step, ``(batch, num_out)`` or ``(num_out,)``.
        inputs: ``(time, batch, num_in)`` or ``(time, num_in)``.

    Returns:
        ``(time, batch, num_out)`` or ``(time, num_out)``.
    """

    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        h = activation(preactivation(W, b, h, x))
        return h, h

    return jax.lax.scan(step, state, inputs)[1]


def _forward(
    activation: Callable, W: jax.Array, b: jax.Array | None, state: jax.Array, inputs: jax.Array
) -> tuple[jax.Array, tuple]:
    """Run as :func:`hidden_states` does, and keep what the way back needs."""

    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        before = preactivation(W, b, h, x)
        return activation(before), (jnp.concatenate([x, h], axis=-1), before)

    _, (x_and_states, before) = jax.lax.scan(step, state, inputs)
    hidden, through_activation = jax.vjp(activation, before)
    (slopes,) = through_activation(jnp.ones_like(before))
    return hidden, (W, b, x_and_states, slopes)


def backward(activation: Callable, kept: tuple, gradient: jax.Array) -> tuple:
    """Pass the gradient of all states back to weights, bias, first state and inputs."""
    W, b, x_and_states, slopes = kept
    num_in = W.shape[0] - W.shape[1]
    transposed = W[num_in:].T

    def step(from_next: jax.Array, at_step: tuple) -> tuple[jax.Array, jax.Array]:
        gradient, slope = at_step
        before = (gradient + from_next) * slope
        return before @ transposed, before

    start = jnp.zeros_like(gradient[0])
    to_state, before = jax.lax.scan(step, start, (gradient, slopes), reverse=True)
    rows, errors = x_and_states.reshape(-1, W.shape[0]), before.reshape(-1, W.shape[1])
    to_bias = None if b is None else errors.sum(axis=0)
    return rows.T @ errors, to_bias, to_state, before @ W[:num_in].T


hidden_states.defvjp(_forward, backward)
