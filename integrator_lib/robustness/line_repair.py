"""Repair of the whole line: least squares over many places and short trials."""

from collections.abc import Callable
from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, real_number, whole_number
from integrator_lib.dynamics import (
    SETTLING_STEPS,
    initial_state,
    readout,
    settled_states,
    step_function,
)
from integrator_lib.networks import Architecture, IntegratorRNN
from integrator_lib.robustness.changes import cell_weights, with_weights

SCORED_STEPS = 8
"""At how many steps of a trial the outputs enter the least squares of :func:`repair_line`."""
HORIZON = 1000
"""Steps a relative drift is multiplied by, to weigh it like a relative error of the output."""


def repair_line(
    model: IntegratorRNN, inputs: Any, reach: Any, *, ridge: float = 1e-4, steps: int = 6
) -> IntegratorRNN:
    """Make a small change of ``W`` that makes the whole line neutral.

    Three kinds of errors are linearised in ``W`` and brought down together by the least change
    that does it (least squares with a ridge): the drift at many places of the line, each
    projected on what a push there is worth in the long run and multiplied by the ``HORIZON``
    over which it would act; the gain at these places, which should be 1; and the errors of the
    outputs on short trials, so that what training achieved is kept. The places, their active
    units and the trials move with ``W``, so the step is repeated. A step that does not bring
    the errors down is not taken, and the next is shorter: its ridge is ten times larger
    (Levenberg 1944, Marquardt 1963).

    Args:
        model: A ReLU network.
        inputs: Trials whose outputs are to be right, ``(time, batch, 1)``; not those used
            for scoring.
        reach: Trials whose last states, settled, are the places: ``(time, batch, 1)``.
        ridge: Price of a squared change of ``W`` beside the squared relative errors.
        steps: How many steps are tried.

    Returns:
        The corrected network.
    """
    W = cell_weights(model)
    inputs = jnp.asarray(finite_array("inputs", inputs, (None, None, 1)), jnp.float32)
    ridge = real_number("ridge", ridge, above=0)
    errors, rows = linearised_errors(model, inputs, reach)
    for _ in range(whole_number("steps", steps)):
        overlaps = rows @ rows.T + ridge * np.eye(len(rows))
        change = -rows.T @ np.linalg.solve(overlaps, errors)
        proposal = with_weights(model, W + change.reshape(W.shape))
        new_errors, new_rows = linearised_errors(proposal, inputs, reach)
        if np.linalg.norm(new_errors) < np.linalg.norm(errors):
            model, W, errors, rows = proposal, cell_weights(proposal), new_errors, new_rows
        else:
            ridge *= 10
    return model


def linearised_errors(
    model: IntegratorRNN, inputs: jax.Array, reach: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return the errors that :func:`repair_line` brings down, and their derivatives by ``W``.

    Args:
        model: A ReLU network.
        inputs: Trials whose outputs are to be right, ``(time, batch, 1)``.
        reach: Trials whose last states, settled, are places on the line, ``(time, batch, 1)``.

    Returns:
        Errors, ``(n,)``, and rows, ``(n, W.size)``, in float64: the rows' products with each
        other span more digits than float32 has.
    """
    start = initial_state(model)
    outputs = _output_rows(model.architecture, model.values(), start, inputs)
    parts = zip(_errors_of_line(model, reach), outputs, strict=True)
    errors, rows = (np.concatenate(part).astype(np.float64) for part in parts)
    return errors, rows


def _errors_of_line(model: IntegratorRNN, reach: Any) -> tuple[jax.Array, jax.Array]:
    """Return drift and gain's distance from 1 at each place, weighted, and derivatives by ``W``."""
    w, bias = readout(model)
    states = settled_states(model, reach)
    # A sum below 1 counts as 1: near 0 a relative drift has no meaning.
    size = jnp.maximum(jnp.abs(states @ w + bias), 1.0)
    errors, rows = _line_rows(model.architecture, model.values(), jnp.asarray(w), states, size)
    return errors / len(states) ** 0.5, rows / len(states) ** 0.5


@brainstate.transform.jit(static_argnums=0)
def _line_rows(
    architecture: Architecture, values: dict, w: jax.Array, states: jax.Array, size: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return relative drift times ``HORIZON`` and gain less 1 at each state, with derivatives."""

    def in_the_end(step: Callable, state: jax.Array) -> jax.Array:
        return w @ jax.lax.fori_loop(0, SETTLING_STEPS, lambda _, h: step(h, 0.0), state)

    def errors(W: jax.Array, state: jax.Array, size: jax.Array) -> jax.Array:
        step = step_function(architecture, values | {"rnn.W": W})
        trained = step_function(architecture, values)
        worth = jax.grad(lambda h: in_the_end(trained, h))(state)
        gain = jax.jvp(lambda x: in_the_end(step, step(state, x)), (0.0,), (1.0,))[1]
        return jnp.stack([HORIZON * worth @ (step(state, 0.0) - state) / size, gain - 1])

    return _errors_and_rows(errors, values, states, size)


@brainstate.transform.jit(static_argnums=0)
def _output_rows(
    architecture: Architecture, values: dict, start: jax.Array, inputs: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the outputs' errors at some steps, relative to all targets, with derivatives."""
    targets = jnp.cumsum(inputs, axis=0)
    steps = np.unique(np.geomspace(1, len(inputs), SCORED_STEPS).round().astype(int)) - 1
    scale = jnp.sqrt(jnp.mean(targets**2) * len(steps) * inputs.shape[1])
    out = values["out.weight"]

    def relative_errors(W: jax.Array, inputs: jax.Array, targets: jax.Array) -> jax.Array:
        step = step_function(architecture, values | {"rnn.W": W})

        def body(state: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
            state = step(state, x)
            return state, state @ out["weight"] + out["bias"]

        outputs = jax.lax.scan(body, start, inputs)[1]
        return ((outputs - targets)[steps, 0]) / scale

    return _errors_and_rows(
        relative_errors, values, jnp.moveaxis(inputs, 1, 0), jnp.moveaxis(targets, 1, 0)
    )


def _errors_and_rows(error: Callable, values: dict, *batches: jax.Array) -> tuple:
    """Return ``error(W, ...)`` of each item of a batch, and its derivatives by ``W``, flat."""
    W = values["rnn.W"]
    errors = jax.vmap(error, (None, 0, 0))(W, *batches)
    rows = jax.vmap(jax.jacrev(error), (None, 0, 0))(W, *batches)
    return errors.ravel(), rows.reshape(errors.size, W.size)
