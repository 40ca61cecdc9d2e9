"""Cells, networks and prediction."""

import brainstate
import braintools
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, RNNCell, predict
from integrator_lib.networks import assemble

CELLS = ("rnn", "gru", "lstm")


def test_cell_follows_its_equation():
    cell = RNNCell(2, 5, train_state=True)
    cell.state2train.value = jnp.arange(5.0)
    cell.b.value = jnp.full(5, 0.1)
    cell.reset_state(3)
    x = jax.random.normal(jax.random.key(0), (3, 2))
    joined = np.concatenate([x, np.tile(np.arange(5.0), (3, 1))], axis=1)
    expected = np.maximum(joined @ np.asarray(cell.W.value) + 0.1, 0)
    np.testing.assert_allclose(cell.update(x), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("batch_size", [None, 1, 7])
@pytest.mark.parametrize("train_state", [False, True])
def test_cell_works_without_a_batch_with_one_trial_and_with_many(batch_size, train_state):
    cell = RNNCell(1, 4, train_state=train_state)
    shape = () if batch_size is None else (batch_size,)
    cell.init_state(batch_size)
    assert cell.update(jnp.ones((*shape, 1))).shape == (*shape, 4)
    cell.reset_state(batch_size)
    np.testing.assert_array_equal(cell.state.value, np.zeros((*shape, 4)))


def test_initialisers_and_missing_bias_are_honoured():
    cell = RNNCell(
        1,
        3,
        state_initializer=braintools.init.Constant(0.5),
        w_initializer=braintools.init.Constant(2.0),
        b_initializer=None,
        activation=jnp.tanh,
        train_state=True,
    )
    assert cell.b is None
    np.testing.assert_array_equal(cell.state2train.value, np.full(3, 0.5))
    np.testing.assert_allclose(cell.update(jnp.ones(1)), np.tanh(np.full(3, 2 + 3.0)), rtol=1e-6)


def test_network_has_the_tutorials_parameters():
    shapes = jax.tree.map(np.shape, IntegratorRNN(100).values())
    assert shapes["rnn.W"] == (101, 100)
    assert shapes["rnn.b"] == shapes["rnn.state2train"] == (100,)
    assert shapes["out.weight"] == {"weight": (100, 1), "bias": (1,)}
    assert brainstate.nn.count_parameters(IntegratorRNN(100)) == 10_401


@pytest.mark.parametrize("cell", CELLS)
def test_prediction_equals_stepping_and_leaves_the_last_state(cell):
    model = IntegratorRNN(hidden_size=6, cell=cell, seed=1)
    inputs, _ = IntegratorTask().sample(3, seed=0)
    outputs, hidden = predict(model, inputs, return_hidden=True)
    left = model.rnn.state.value if cell == "rnn" else model.rnn.h.value
    # One float32 rounding of numbers of order 1, for each of 25 steps.
    np.testing.assert_allclose(left, hidden[-1], atol=25 * 6e-8)
    model.reset_state(3)
    stepped = jnp.stack([model.update(x) for x in inputs])
    np.testing.assert_allclose(outputs, stepped, atol=25 * 1e-7 * 6)
    single = predict(model, inputs[:, 0])
    np.testing.assert_allclose(single, outputs[:, 0], atol=25 * 1e-7 * 6)


@pytest.mark.parametrize("cell", CELLS)
def test_trained_initial_state_reaches_every_trial_and_has_a_gradient(cell):
    model = IntegratorRNN(hidden_size=4, cell=cell, seed=0)
    inputs, targets = IntegratorTask().sample(3, seed=0)
    name = "rnn.state2train"

    def loss(start):
        copy = assemble(model.architecture, model.values() | {name: start})
        return jnp.mean((copy.run(inputs)[0] - targets) ** 2)

    loss = brainstate.transform.jit(loss)
    start = jnp.full(4, 0.3)
    gradient = brainstate.transform.grad(loss)(start)
    # Central differences: rounding 1e-7 / 1e-2 and curvature 1e-4 both stay below 2e-3.
    for unit in range(4):
        step = 1e-2 * jnp.eye(4)[unit]
        slope = (loss(start + step) - loss(start - step)) / 2e-2
        assert abs(slope - gradient[unit]) < 2e-3


def test_seed_decides_the_weights():
    a, b, c = (IntegratorRNN(5, seed=s).values()["rnn.W"] for s in (0, 0, 1))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


def test_assembled_network_predicts_the_same():
    model = IntegratorRNN(5, cell="gru", seed=3)
    twin = assemble(model.architecture, model.values())
    inputs, _ = IntegratorTask().sample(2)
    assert np.array_equal(predict(model, inputs), predict(twin, inputs))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: IntegratorRNN(0), ValueError, "hidden_size must be at least 1, got 0"),
        (lambda: IntegratorRNN(cell="cnn"), ValueError, "cell must be one of rnn, gru, lstm, got"),
        (lambda: IntegratorRNN(activation="step"), ValueError, "activation must be one of relu"),
        (lambda: IntegratorRNN(train_initial_state=1), TypeError, "must be True or False, got 1"),
        (lambda: RNNCell(1, "8"), TypeError, "num_out must be a whole number, got '8'"),
        (lambda: predict("model", np.ones((2, 1))), TypeError, "model must be IntegratorRNN"),
        (lambda: predict(IntegratorRNN(2), np.ones((2, 3, 2))), ValueError, "inputs must have sh"),
        (lambda: predict(IntegratorRNN(2), np.ones((0, 1))), ValueError, "at least one step"),
        (
            lambda: predict(IntegratorRNN(2), np.full((3, 1), np.nan)),
            ValueError,
            "inputs must be finite",
        ),
    ],
)
def test_bad_input_names_argument_value_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
