"""The speedrun: what is counted, what least squares reach, and how an entry is judged."""

import json
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, evaluate, load_trained, robustness
from integrator_lib.course import speedrun
from integrator_lib.course.speedrun import __main__ as command
from integrator_lib.course.speedrun.entries import ENTRIES
from integrator_lib.course.speedrun.judge import Record
from integrator_lib.dynamics import linearise_ends
from integrator_lib.networks import hidden_states
from integrator_lib.training import count_arithmetic, least_squares

HIDDEN = 100


def test_a_gradient_counts_a_little_more_than_the_chapters_formula():
    inputs, targets = IntegratorTask().sample(64)
    W = IntegratorRNN().values()["rnn.W"]

    def loss(W):
        start = jnp.zeros((64, HIDDEN))
        states = hidden_states(jax.nn.relu, W, None, start, inputs)
        return jnp.mean((states.sum(axis=-1) - targets[..., 0]) ** 2)

    formula = 6 * 25 * 64 * (HIDDEN + 1) * HIDDEN
    assert 1 <= count_arithmetic(jax.grad(loss), W).operations / formula < 1.1


def test_loops_count_each_turn_and_conditions_the_larger_branch():
    a = jnp.ones((4, 4))
    once = count_arithmetic(jnp.matmul, a, a)
    assert once == (2 * 4**3, 1)

    def looped(a):
        return jax.lax.scan(lambda b, _: (b @ a, None), a, length=7)[0]

    assert count_arithmetic(looped, a) == (7 * once.operations, 7)

    def either(a):
        return jax.lax.cond(a[0, 0] > 0, lambda a: a, lambda a: a @ a @ a, a)

    assert 2 * once.operations <= count_arithmetic(either, a).operations < 2.1 * once.operations


def test_a_product_written_as_a_sum_of_products_costs_as_much():
    a, v = jnp.ones((50, 40)), jnp.ones(40)
    written_out = count_arithmetic(lambda a, v: jnp.sum(a * v, axis=1), a, v)
    assert written_out.operations >= count_arithmetic(jnp.matmul, a, v).operations


def test_what_cannot_be_counted_is_refused():
    def endless(a):
        return jax.lax.while_loop(lambda a: a[0] < 1, lambda a: a + 1, a)

    with pytest.raises(ValueError, match="function must have no while"):
        count_arithmetic(endless, jnp.zeros(1))

    def calls_python(a):
        return jax.pure_callback(np.asarray, a, a)

    with pytest.raises(ValueError, match="function must have no pure_callback"):
        count_arithmetic(calls_python, jnp.zeros(1))


def test_the_shortest_change_meets_linear_equations():
    rows = jax.random.normal(jax.random.key(0), (3, 10))

    def errors(weights, row):
        return jnp.atleast_1d(row @ weights - 1)

    found, change = least_squares.shortest_change(errors, jnp.zeros(10), 1e-6, rows)
    np.testing.assert_allclose(found, -1)
    # A price of 1e-6 leaves about that much of the errors, and the change is the pseudoinverse's.
    np.testing.assert_allclose(change, np.linalg.pinv(rows) @ np.ones(3), atol=1e-4)


def test_line_errors_are_those_of_eigenvalue_and_gain():
    network = load_trained("rnn_short", 3)
    values = network.values()
    trained = least_squares.Matrices(values["rnn.W"], values["out.weight"]["weight"][:, 0])
    ends = linearise_ends(network, IntegratorTask().sample(64, seed=21, num_steps=100)[0])
    for half, end in zip((-1.0, 1.0), ends, strict=True):
        kept, gain = least_squares.line_errors(trained, jnp.float32(half))
        # Fifty-one silent steps pass between the two outputs; float32 adds up to 1e-5.
        assert kept == pytest.approx(end.mode.eigenvalue**50 - 1, abs=2e-5)
        assert gain + 1 == pytest.approx(end.gain * end.mode.eigenvalue**49, abs=1e-3)


@pytest.fixture(scope="module")
def raced():
    train = jax.jit(least_squares.train_by_least_squares)
    models = [IntegratorRNN(seed=seed) for seed in range(8, 16)]
    for seed, model in enumerate(models):
        model.set_values(train(model.values(), jax.random.key(100 + seed)))
    return models


def test_least_squares_reach_the_goal_from_other_weights_and_trials_than_the_records(raced):
    errors = [evaluate(m, num_trials=256, num_steps=1000).relative_mse for m in raced]
    assert np.median(errors) <= speedrun.GOAL


def test_least_squares_refuse_an_empty_batch():
    values = IntegratorRNN(seed=8).values()
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        least_squares.train_by_least_squares(values, jax.random.key(0), batch_size=0)


def test_least_squares_leave_what_the_recipe_leaves(raced):
    before, after = IntegratorRNN(seed=8).values(), raced[0].values()
    assert before.keys() == after.keys()
    for name in ("rnn.b", "rnn.state2train"):
        np.testing.assert_array_equal(before[name], after[name])
    assert robustness.relative_change(IntegratorRNN(seed=8), raced[0]) < 1


def test_records_hold_the_course_entries_with_the_counts_of_today():
    stored = {record.entry: record for record in speedrun.records()}
    assert stored.keys() >= ENTRIES.keys()
    for name, train in ENTRIES.items():
        counted = count_arithmetic(train, IntegratorRNN().values(), jax.random.key(0))
        # Releases of JAX list what is no matrix product a little differently.
        assert counted.operations == pytest.approx(stored[name].operations, rel=0.02)
    assert stored["least_squares"].reached
    assert stored["least_squares"].operations < 0.02e12 < stored["recipe"].operations


def test_a_record_survives_json_and_those_that_reached_come_first():
    lost = Record("lost", 1, 1, (math.inf,) * 8)
    assert Record.from_json(json.loads(json.dumps(lost.to_json()))) == lost
    assert not lost.reached
    reached = [record.reached for record in speedrun.records()]
    assert reached == sorted(reached, reverse=True)


def test_an_entry_of_ones_own_is_judged_and_shown(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text("def train(values, key):\n    return values\n")
    assert command.main([str(path)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "mine.py" in line]
    assert line.split()[1:3] == ["0.0000", "0"] and "not reached" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "entry must be"),
        ("import time\ndef train(values, key):\n    return values['nothing']\n", "KeyError"),
    ],
)
def test_an_entry_that_fails_says_why(tmp_path, capsys, text, said):
    path = tmp_path / "mine.py"
    if text:
        path.write_text(text)
    assert command.main([str(path)]) == 2
    assert said in capsys.readouterr().err
