"""Repair a trained ReLU network: distil it, or change its weights as little as possible."""

from collections.abc import Callable, Sequence
from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, real_number, whole_number
from integrator_lib.dynamics import (
    SETTLING_STEPS,
    Linearisation,
    NoIntegratingModeError,
    active_units,
    initial_state,
    linearise_ends,
    readout,
    settled_states,
    step_function,
)
from integrator_lib.networks import Architecture, IntegratorRNN, integrator_family, normalised
from integrator_lib.robustness.changes import cell_weights, with_weights
from integrator_lib.robustness.prediction import eigenvalue_shift

SCORED_STEPS = 8
"""At how many steps of a trial the outputs enter the least squares of :func:`repair_line`."""
HORIZON = 1000
"""Steps a relative drift is multiplied by, to weigh it like a relative error of the output."""
LARGEST_GAIN_ERROR = 0.5
"""How far from 1 the gain of an integrating mode may be."""


def distil(model: IntegratorRNN, inputs: Any) -> IntegratorRNN:
    """Build the exact integrator that a trained network approximates.

    Read off the activity of each unit per unit of the sum, at both ends of the line; keep
    the readout; rescale, so that the sum comes back whole; and wire ``W_h = o a^T`` anew.
    Of the trained weights only the readout survives.

    Args:
        model: A ReLU network.
        inputs: Trials that reach both ends of the line, ``(time, batch, 1)``.

    Returns:
        An exact integrator of the same size, from :func:`hand_wired.integrator_family`.

    Raises:
        NoIntegratingModeError: If the network does not integrate: at one end no real, simple
            eigenvalue lies near 1, what the input writes is not kept, or both ends have the
            same sign.
    """
    cell_weights(model)
    ends = linearise_ends(model, inputs)
    for end in ends:
        if abs(end.gain - 1) > LARGEST_GAIN_ERROR:
            raise NoIntegratingModeError(
                f"the mode with eigenvalue {end.mode.eigenvalue:.4g} keeps {end.gain:.3g} "
                f"of the input; 1 within {LARGEST_GAIN_ERROR:g} is needed"
            )
    negative, positive = (end.state / abs(end.value) for end in ends)
    if not ends[0].value < 0 < ends[1].value:
        raise NoIntegratingModeError(
            f"the line must hold both signs, got {ends[0].value:.3g} to {ends[1].value:.3g}"
        )
    pattern = np.where(positive >= negative, positive, -negative)
    return integrator_family(*normalised(pattern, readout(model)[0]))


def repair_eigenvalues(model: IntegratorRNN, places: Sequence[Linearisation]) -> IntegratorRNN:
    """Make the smallest change of ``W`` that puts the eigenvalue at each place to 1.

    To first order ``l dJ r`` must be ``1 - eigenvalue`` at each place. Of all changes that
    do it, the one of least norm combines the outer products ``r l_active`` of the places.

    Args:
        model: A ReLU network.
        places: Where its eigenvalue is to be 1, each with its own set of active units.

    Returns:
        The corrected network.

    Raises:
        TypeError, ValueError: If ``model`` is not a ReLU network.
    """
    W = cell_weights(model)
    products = [np.outer(p.mode.right, p.mode.left * active_units(p)) for p in places]
    changes = [np.vstack([np.zeros_like(product[:1]), product]) for product in products]
    shifts = [[eigenvalue_shift(place, change) for change in changes] for place in places]
    wanted = [1 - place.mode.eigenvalue for place in places]
    return with_weights(model, W + np.tensordot(np.linalg.solve(shifts, wanted), changes, 1))


def repair_line(
    model: IntegratorRNN, inputs: Any, reach: Any, *, ridge: float = 1e-4, steps: int = 6
) -> IntegratorRNN:
    """Make a small change of ``W`` that makes the whole line neutral.

    Two kinds of errors are linearised in ``W`` and brought down together by the least change
    that does it (least squares with a ridge): the drift at many places of the line, each
    projected on what a push there is worth in the long run and multiplied by the ``HORIZON``
    over which it would act; and the errors of the outputs on short trials, so that what
    training achieved is kept. The places, their active units and the trials move with ``W``,
    so the step is repeated. A step that does not bring the errors down is not taken, and the
    next is shorter: its ridge is ten times larger (Levenberg 1944, Marquardt 1963).

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
    errors, rows = _linearised(model, inputs, reach)
    for _ in range(whole_number("steps", steps)):
        overlaps = rows @ rows.T + ridge * np.eye(len(rows))
        change = -rows.T @ np.linalg.solve(overlaps, errors)
        proposal = with_weights(model, W + change.reshape(W.shape))
        new_errors, new_rows = _linearised(proposal, inputs, reach)
        if np.linalg.norm(new_errors) < np.linalg.norm(errors):
            model, W, errors, rows = proposal, cell_weights(proposal), new_errors, new_rows
        else:
            ridge *= 10
    return model


def _linearised(
    model: IntegratorRNN, inputs: jax.Array, reach: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return drifts and errors of the outputs, ``(n,)``, and their derivatives by ``W``.

    In float64: the rows' products with each other span more digits than float32 has.
    """
    start = initial_state(model)
    outputs = _output_rows(model.architecture, model.values(), start, inputs)
    parts = zip(_drifts(model, reach), outputs, strict=True)
    errors, rows = (np.concatenate(part).astype(np.float64) for part in parts)
    return errors, rows


def _drifts(model: IntegratorRNN, reach: Any) -> tuple[jax.Array, jax.Array]:
    """Return the weighted relative drift at each place, and its derivatives by ``W``."""
    w, bias = readout(model)
    states = settled_states(model, reach)
    # A sum below 1 counts as 1: near 0 a relative drift has no meaning.
    scale = jnp.maximum(jnp.abs(states @ w + bias), 1.0) * len(states) ** 0.5 / HORIZON
    return _drift_rows(model.architecture, model.values(), jnp.asarray(w), states, scale)


@brainstate.transform.jit(static_argnums=0)
def _drift_rows(
    architecture: Architecture, values: dict, w: jax.Array, states: jax.Array, scale: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the drift at each state over ``scale``, and its derivatives by ``W``."""

    def rest(state: jax.Array) -> jax.Array:
        step = step_function(architecture, values)
        return w @ jax.lax.fori_loop(0, SETTLING_STEPS, lambda _, h: step(h, 0.0), state)

    def relative_drift(W: jax.Array, state: jax.Array, scale: jax.Array) -> jax.Array:
        step = step_function(architecture, values | {"rnn.W": W})
        return jax.grad(rest)(state) @ (step(state, 0.0) - state) / scale

    return _errors_and_rows(relative_drift, values, states, scale)


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
