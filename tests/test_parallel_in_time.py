"""Runs solved for all steps at once, against stepping."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, load_trained
from integrator_lib.dynamics import (
    gradient_in_parallel,
    linearise_ends,
    readout,
    run_in_parallel,
    visited_states,
)
from integrator_lib.networks import assemble, exact_integrator

TASK = IntegratorTask()
PROBE, _ = TASK.sample(64, seed=21, num_steps=100)


def doubles(array):
    return jnp.asarray(np.asarray(array), jnp.float64)


def step_by_step(model, inputs, W=None):
    """Return states in the precision of the inputs, and ``W`` in it."""
    W = doubles(model.rnn.W.value) if W is None else W
    b, start = doubles(model.rnn.b.value), doubles(model.rnn.initial_state())

    def step(h, x):
        h = jax.nn.relu(jnp.concatenate([x, h], axis=-1) @ W + b)
        return h, h

    return jax.lax.scan(step, jnp.broadcast_to(start, (inputs.shape[1], len(start))), inputs)[1]


def largest_difference(found, expected):
    """Return the largest difference of each trial, relative to its largest state."""
    return np.max(np.abs(found - expected), axis=(0, 2)) / np.max(np.abs(expected), axis=(0, 2))


@pytest.mark.parametrize(("kind", "seed"), [("rnn", 0), ("rnn", 5), ("rnn_short", 2)])
def test_all_steps_at_once_are_the_steps_one_by_one(kind, seed):
    model = load_trained(kind, seed)
    ends = linearise_ends(model, PROBE)
    with jax.enable_x64(True):
        inputs = doubles(TASK.sample(8, num_steps=1000, seed=7 + seed)[0])
        found = run_in_parallel(model, inputs, ends, tolerance=1e-8)
        expected = step_by_step(model, inputs)
    assert found.passes.max() <= 60 and np.median(found.passes) <= 20
    # The last change was below 1e-8, and what is left of it is at most a hundred times as much.
    assert largest_difference(found.values, expected).max() < 1e-6


def test_offsets_and_a_state_to_start_from_are_solved_too():
    trained = load_trained("rnn", 1)
    ends = linearise_ends(trained, PROBE)
    rng = np.random.default_rng(0)
    offsets = {name: rng.normal(0, 1e-3, 100) for name in ("rnn.b", "rnn.state2train")}
    values = trained.values() | {k: jnp.asarray(v, jnp.float32) for k, v in offsets.items()}
    model = assemble(trained.architecture, values)
    with jax.enable_x64(True):
        inputs = doubles(TASK.sample(4, num_steps=200, seed=3)[0])
        found = run_in_parallel(model, inputs, ends, tolerance=1e-8)
        expected = step_by_step(model, inputs)
    assert found.passes.max() <= 100
    assert largest_difference(found.values, expected).max() < 1e-6


def test_single_precision_gives_what_visited_states_gives():
    model = load_trained("rnn", 0)
    inputs, _ = TASK.sample(4, num_steps=100, seed=5)
    found = run_in_parallel(model, inputs, linearise_ends(model, PROBE), tolerance=1e-5)
    assert found.values.dtype == jnp.float32 and found.passes.max() <= 60
    # A hundred steps, each rounded to 6e-8 and carried on.
    assert largest_difference(found.values, visited_states(model, inputs)).max() < 1e-4


def test_an_exact_integrator_on_its_line_needs_hardly_a_pass():
    model = exact_integrator()
    ends = linearise_ends(model, PROBE)
    inputs = jnp.abs(TASK.sample(4, num_steps=50, seed=5)[0])
    found = run_in_parallel(model, inputs, ends, tolerance=1e-5)
    assert found.passes.max() <= 2
    np.testing.assert_allclose(
        found.values @ readout(model)[0], np.cumsum(inputs, axis=0)[..., 0], rtol=1e-4
    )


def test_a_run_that_was_stopped_says_so():
    model = load_trained("rnn", 0)
    inputs, _ = TASK.sample(4, num_steps=100, seed=5)
    found = run_in_parallel(
        model, inputs, linearise_ends(model, PROBE), tolerance=1e-5, most_passes=2
    )
    assert set(found.passes.tolist()) == {3}


def test_the_gradient_is_that_of_stepping():
    model = load_trained("rnn", 4)
    ends = linearise_ends(model, PROBE)
    with jax.enable_x64(True):
        inputs = doubles(TASK.sample(6, num_steps=300, seed=9)[0])
        w, W = doubles(readout(model)[0]), doubles(model.rnn.W.value)
        targets = jnp.cumsum(inputs, axis=0)[..., 0]

        def loss(W):
            return jnp.mean((step_by_step(model, inputs, W) @ w - targets) ** 2)

        states = run_in_parallel(model, inputs, ends, tolerance=1e-10).values
        by_state = 2 / targets.size * (states @ w - targets)[..., None] * w
        back = gradient_in_parallel(model, inputs, states, ends, by_state, tolerance=1e-10)
        before = jnp.concatenate([jnp.zeros_like(states[:1]), states[:-1]])
        rows = jnp.concatenate([inputs, before], axis=-1).reshape(-1, 101)
        found = np.asarray(rows.T @ back.values.reshape(-1, 100))
        expected = np.asarray(jax.grad(loss)(W))
    assert back.passes.max() <= 100
    assert np.abs(found - expected).max() < 1e-6 * np.abs(expected).max()


def test_a_gated_network_is_refused():
    ends = linearise_ends(load_trained("rnn"), PROBE)
    with pytest.raises(ValueError, match="model must have the rnn cell, got gru"):
        run_in_parallel(IntegratorRNN(cell="gru"), PROBE, ends)
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        run_in_parallel(load_trained("rnn"), PROBE, ends, tolerance=0)


@pytest.mark.parametrize("name", ["states", "by_state"])
def test_what_has_another_shape_is_refused(name):
    model = load_trained("rnn")
    right = np.zeros((*PROBE.shape[:2], 100))
    given = {"states": right, "by_state": right, name: right[:, :1]}
    with pytest.raises(ValueError, match=f"{name} must have shape"):
        gradient_in_parallel(model, PROBE, ends=linearise_ends(model, PROBE), **given)
