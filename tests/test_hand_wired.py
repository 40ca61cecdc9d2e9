"""Hand-wired integrators: exact up to rounding, leaky as the closed form says."""

import numpy as np
import pytest
from scipy.optimize import minimize

from integrator_lib import IntegratorTask, evaluate, predict, theory
from integrator_lib.networks import (
    FLOAT32_ROUNDING,
    delay_line,
    exact_integrator,
    integrator_family,
    leaky_integrator,
    normalised,
    wired,
)

TASK = IntegratorTask()


def random_pattern_and_readout(num_units, seed):
    rng = np.random.default_rng(seed)
    pattern = rng.standard_normal(num_units)
    return pattern, pattern + 0.5 * rng.standard_normal(num_units)


def test_exact_integrator_rounds_as_a_float32_running_sum_does():
    # All weights are +-1 and one of the two units is silent: each step is one float32 addition.
    inputs = np.asarray(TASK.sample(200, seed=0, num_steps=300)[0])
    running_sum = np.cumsum(inputs, axis=0, dtype=np.float32)
    np.testing.assert_array_equal(predict(exact_integrator(), inputs), running_sum)


def test_exact_integrator_stays_below_1e_5_over_300_steps():
    inputs = np.asarray(TASK.sample(1000, seed=0, num_steps=300)[0])
    exact = np.cumsum(inputs, axis=0, dtype=np.float64)
    error = np.asarray(predict(exact_integrator(), inputs)) - exact
    assert np.sqrt(np.mean(error**2)) < 1e-5
    # No rounding exceeds its share of the largest sum, and there is one a step.
    assert np.abs(error).max() <= 300 * FLOAT32_ROUNDING * np.abs(exact).max()


@pytest.mark.parametrize("num_units", [3, 20, 200])
def test_family_integrates_up_to_rounding(num_units):
    pattern, readout = normalised(*random_pattern_and_readout(num_units, seed=num_units))
    inputs = np.asarray(TASK.sample(100, seed=1, num_steps=300)[0])
    exact = np.cumsum(inputs, axis=0, dtype=np.float64)
    outputs, hidden = predict(integrator_family(pattern, readout), inputs, return_hidden=True)
    # Each step rounds every product twice (weight and product) and adds num_units of them.
    rounding = (num_units + 3) * FLOAT32_ROUNDING * np.abs(pattern * readout).sum()
    assert np.abs(outputs - exact).max() <= 301 * rounding * np.abs(exact).max()
    expected = np.maximum(pattern * exact, 0)
    largest = np.abs(exact).max() * np.abs(pattern).max()
    np.testing.assert_allclose(hidden, expected, atol=302 * rounding * largest)


@pytest.mark.parametrize(("leak", "gain"), [(0.1, 1), (0.01, 1), (0.1, 2.02), (-0.001, 1), (1, 1)])
def test_measured_leaky_error_is_within_its_sampling_interval_of_the_closed_form(leak, gain):
    score = evaluate(leaky_integrator(leak, gain), TASK, seed=2)
    low, high = score.mse_interval
    # Twice the half width is four standard errors.
    assert abs(score.mse - theory.leaky_mse(TASK, leak, gain)) < high - low


@pytest.mark.parametrize("model", [exact_integrator(), leaky_integrator(0.1, 2.0)])
def test_a_power_of_two_on_the_inputs_appears_unchanged_on_the_outputs(model):
    inputs = np.asarray(TASK.sample(20, seed=3)[0])
    np.testing.assert_array_equal(predict(model, 1024 * inputs), 1024 * predict(model, inputs))


def test_one_unit_carries_the_sum_and_the_other_is_silent():
    inputs, targets = map(np.asarray, TASK.sample(50, seed=4))
    hidden = np.asarray(predict(exact_integrator(), inputs, return_hidden=True)[1])
    assert np.all(hidden.min(axis=-1) == 0)
    np.testing.assert_allclose(hidden.max(axis=-1), np.abs(targets[..., 0]), atol=1e-6)


def test_normalising_what_is_normalised_changes_nothing():
    pattern, readout = normalised(*random_pattern_and_readout(30, seed=5))
    again, kept = normalised(pattern, readout)
    np.testing.assert_allclose(again, pattern, rtol=1e-14)
    assert np.array_equal(kept, readout)


def test_a_normalisation_in_float32_is_accepted_and_a_leak_of_1e_4_is_not():
    pattern, readout = (v.astype(np.float32) for v in random_pattern_and_readout(100, seed=6))
    for group in (pattern > 0, pattern < 0):
        pattern[group] /= pattern[group] @ readout[group]
    integrator_family(pattern, readout)
    with pytest.raises(ValueError, match=r"must be 1, got 0\.9999"):
        integrator_family(pattern, readout * 0.9999)


@pytest.mark.parametrize(("num_units", "leak", "gain"), [(2, 0, 1), (7, 0, 1), (7, 0.2, 0.7)])
def test_numerical_minimisation_finds_the_smallest_penalty(num_units, leak, gain):
    signs = np.where(np.arange(num_units) % 2, -1.0, 1.0)
    positive = signs > 0

    def penalty(values):
        pattern, readout = signs * np.exp(values[:num_units]), values[num_units:]
        overlaps = [(pattern * readout)[group].sum() for group in (positive, ~positive)]
        readout = readout / np.where(positive, *overlaps)
        a, o = pattern @ pattern, readout @ readout
        return (1 - leak) ** 2 * a * o + a + gain**2 * o

    start = np.concatenate([np.linspace(-1, 1, num_units), signs])
    found = minimize(penalty, start, method="BFGS", options={"gtol": 1e-8})
    # At a minimum the value is off by the square of the step that the gradient leaves.
    assert found.fun == pytest.approx(theory.smallest_penalty(leak, gain), rel=1e-9)


def test_two_exact_units_have_the_smallest_penalty_of_the_family():
    values = exact_integrator().values()
    squares = [np.sum(a**2) for a in (values["rnn.W"], values["out.weight"]["weight"])]
    assert sum(squares) == theory.smallest_penalty() == 8


@pytest.mark.parametrize(("leak", "l2"), [(0.1, 0.0), (0.0, 2e-4), (-0.01, 1e-2)])
def test_no_other_gain_is_better_than_the_best(leak, l2):
    best = theory.best_gain(TASK, leak, l2)

    def loss(gain):
        return theory.leaky_mse(TASK, leak, gain) + l2 * theory.smallest_penalty(leak, gain)

    assert loss(best) < min(loss(best - 1e-3), loss(best + 1e-3))


def test_best_gain_is_1_without_leak_and_0_where_it_buys_nothing():
    # Three errors near 1 give the parabola; each is rounded, and the gain is a ratio of them.
    assert theory.best_gain(TASK, 0.0) == pytest.approx(1, abs=1e-14)
    assert theory.best_gain(TASK, 0.0, l2=1e3) == 0
    assert theory.best_gain(IntegratorTask(bias_scale=0, noise_scale=0), 0.1) == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: leaky_integrator("a"), TypeError, "leak must be a real number, got 'a'"),
        (lambda: leaky_integrator(2), ValueError, "leak must be at most 1, got 2"),
        (lambda: leaky_integrator(0, np.inf), ValueError, "gain must be finite"),
        (lambda: integrator_family(1.0, 1.0), ValueError, "pattern must have shape"),
        (lambda: integrator_family([1, -1], [1]), ValueError, "readout must have shape"),
        (lambda: integrator_family([1, np.nan], [1, 1]), ValueError, "pattern must be finite"),
        (lambda: integrator_family([1, -1], [1, -2]), ValueError, "over units of a_i < 0 must be"),
        (lambda: integrator_family([1, 2], [1, 0]), ValueError, "a_i < 0 must be 1, got 0"),
        (lambda: theory.smallest_penalty(2), ValueError, "leak must be at most 1, got 2"),
        (lambda: theory.best_gain(TASK, 0.1, -1), ValueError, "l2 must be at least 0, got -1"),
        (lambda: wired([1], [[1]], 1.0), ValueError, "readout must have shape"),
        (lambda: wired([1, 1, 1], np.eye(2), [1, 1]), ValueError, "input_weights must have shape"),
        (lambda: wired([1, 1], np.eye(3), [1, 1]), ValueError, "recurrent_weights must have shape"),
        (lambda: normalised([1, -1], [-1, -1]), ValueError, "a_i > 0 must be above 0"),
        (lambda: normalised([1, 2], [1, 1]), ValueError, "a_i < 0 must be above 0"),
        (lambda: normalised([1, 1, -1], [0.1, -0.1, -1]), ValueError, "rescaled to 1, got 0"),
    ],
)
def test_bad_input_names_argument_value_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_delay_line_sums_as_many_inputs_as_it_is_long():
    inputs = np.asarray(TASK.sample(50, seed=2, num_steps=20)[0], np.float64)
    sums = np.cumsum(inputs, axis=0)
    sums[7:] -= sums[:-7].copy()
    np.testing.assert_allclose(predict(delay_line(7), inputs), sums, atol=1e-5)
    W = np.asarray(delay_line(7).values()["rnn.W"], np.float64)[1:]
    assert not np.linalg.matrix_power(W, 7).any()


def test_a_delay_line_needs_a_length():
    with pytest.raises(ValueError, match="length must be at least 1"):
        delay_line(0)
