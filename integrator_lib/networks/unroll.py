"""The vanilla recurrence over whole trials, with a backward pass written by hand.

Automatic differentiation goes back step by step and adds to the gradient of the weights at
each one. The gradient is a sum over steps, so it can also be formed once, from all steps, in
one large matrix product. That saves time in small batches. In large ones it costs some, where a
device has several cores: there step t's product is formed beside the way back to step t - 1.
Chapter 14 measures both. The results are equal up to rounding.
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

    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, tuple[jax.Array, Callable]]:
        h, through_activation = jax.vjp(activation, preactivation(W, b, h, x))
        return h, (h, through_activation)

    _, (hidden, through_activations) = jax.lax.scan(step, state, inputs)
    return hidden, (W, b, state, inputs, hidden, through_activations)


def backward(activation: Callable, kept: tuple, gradient: jax.Array) -> tuple:
    """Pass the gradient of all states back to weights, bias, first state and inputs.

    Args:
        activation: Unused: what it did is in ``kept``.
        kept: What :func:`hidden_states` kept on the way forward.
        gradient: Of the loss for all states, of their shape.

    Returns:
        Gradients of the shapes of ``W``, ``b``, ``state`` and ``inputs``.
    """
    W, b, state, inputs, hidden, through_activations = kept
    num_in, num_out = inputs.shape[-1], state.shape[-1]
    W_x, W_h = W[:num_in], W[num_in:]

    def step(from_next: jax.Array, at_step: tuple) -> tuple[jax.Array, jax.Array]:
        gradient, through_activation = at_step
        (error,) = through_activation(gradient + from_next)
        return error @ W_h.T, error

    to_state, errors = jax.lax.scan(
        step, jnp.zeros_like(state), (gradient, through_activations), reverse=True
    )
    to_inputs = errors @ W_x.T
    x, errors = inputs.reshape(-1, num_in), errors.reshape(-1, num_out)
    h = jnp.concatenate([state[None], hidden[:-1]]).reshape(-1, num_out)
    to_bias = None if b is None else errors.sum(axis=0)
    return jnp.concatenate([x.T @ errors, h.T @ errors]), to_bias, to_state, to_inputs


hidden_states.defvjp(_forward, backward)
