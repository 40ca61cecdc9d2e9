"""The hand-written backward pass against automatic differentiation of the plain loop."""

import functools

import brainstate
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib import GRUCell, RNNCell
from integrator_lib.networks import hidden_states, run_cell
from integrator_lib.networks.cells import BY_HAND_BELOW

TIME, BATCH, NUM_IN, SIZE = 9, 4, 2, 5


def plain(activation, W, b, state, inputs):
    """Run step by step; JAX finds the gradient by itself."""
    states = []
    for x in inputs:
        state = activation(jnp.concatenate([x, state], axis=-1) @ W + (0 if b is None else b))
        states.append(state)
    return jnp.stack(states)


def draw(batch, with_bias):
    keys = jax.random.split(jax.random.key(0), 5)
    shape = () if batch is None else (batch,)
    W = jax.random.normal(keys[0], (NUM_IN + SIZE, SIZE)) / 2
    b = jax.random.normal(keys[1], (SIZE,)) if with_bias else None
    state = jax.random.normal(keys[2], (*shape, SIZE))
    inputs = jax.random.normal(keys[3], (TIME, *shape, NUM_IN))
    weighting = jax.random.normal(keys[4], (TIME, *shape, SIZE))
    return (W, b, state, inputs), weighting


@pytest.mark.parametrize("activation", [jax.nn.relu, jnp.tanh, jax.nn.softplus, lambda a: a])
@pytest.mark.parametrize("batch", [None, BATCH])
@pytest.mark.parametrize("with_bias", [True, False])
def test_gradients_equal_those_of_the_plain_loop(activation, batch, with_bias):
    arguments, weighting = draw(batch, with_bias)

    def gradients(run):
        def loss(*arguments):
            return jnp.sum(weighting * run(activation, *arguments))

        which = tuple(i for i, a in enumerate(arguments) if a is not None)
        return jax.jit(jax.value_and_grad(loss, which))(*arguments)

    found, expected = gradients(hidden_states), gradients(plain)
    for have, want in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        # Sums of TIME * BATCH * SIZE products in another order: float32's rounding, 6e-8,
        # times their number, relative to the largest entry.
        bound = TIME * (batch or 1) * SIZE * 6e-8 * np.abs(want).max()
        np.testing.assert_allclose(have, want, atol=2 * bound)


@pytest.mark.parametrize("batch", [BATCH, BY_HAND_BELOW])
def test_states_equal_those_of_single_steps_and_the_last_one_stays_in_the_cell(batch):
    cell = RNNCell(NUM_IN, SIZE, train_state=True)
    cell.state2train.value = jnp.arange(1.0, SIZE + 1)
    inputs = draw(batch, with_bias=False)[0][3]
    cell.reset_state(batch)
    by_steps = jnp.stack([cell.update(x) for x in inputs])
    cell.reset_state(batch)
    np.testing.assert_allclose(run_cell(cell, inputs), by_steps, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cell.state.value, by_steps[-1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("batch", "by_hand"), [(BY_HAND_BELOW - 1, True), (BY_HAND_BELOW, False)])
def test_a_large_batch_is_left_to_automatic_differentiation(batch, by_hand):
    cell = RNNCell(NUM_IN, SIZE)
    cell.reset_state(batch)
    run = brainstate.transform.make_jaxpr(functools.partial(run_cell, cell))
    program, _ = run(jnp.zeros((TIME, batch, NUM_IN)))
    assert ("custom_vjp" in str(program)) == by_hand


def test_a_cell_without_bias_and_a_gated_cell_run_too():
    inputs = draw(BATCH, with_bias=False)[0][3]
    cells = (RNNCell(NUM_IN, SIZE, b_initializer=None), GRUCell(NUM_IN, SIZE))
    for cell in cells:
        cell.reset_state(BATCH)
        hidden = run_cell(cell, inputs)
        cell.reset_state(BATCH)
        np.testing.assert_allclose(
            hidden, brainstate.transform.for_loop(cell.update, inputs), rtol=1e-5, atol=1e-6
        )


def test_a_subclass_runs_by_its_own_update():
    class Doubled(RNNCell):
        def update(self, x):
            return 2 * super().update(x)

    cell = Doubled(NUM_IN, SIZE)
    inputs = draw(None, with_bias=False)[0][3]
    hidden = run_cell(cell, inputs)
    np.testing.assert_allclose(hidden[-1], 2 * cell.state.value, rtol=1e-6)
