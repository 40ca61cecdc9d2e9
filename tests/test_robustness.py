"""Predictions from the integrating mode, against networks whose answers are known."""

import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, evaluate, load_trained, predict, theory
from integrator_lib.dynamics import (
    NoIntegratingModeError,
    active_units,
    linearise,
    linearise_ends,
    readout,
    settled_states,
)
from integrator_lib.networks import (
    exact_integrator,
    integrator_family,
    leaky_integrator,
    normalised,
)
from integrator_lib.robustness import (
    cell_weights,
    eigenvalue_gradient,
    eigenvalue_shift,
    gain_gradient,
    noisy_outputs,
    predicted_mse,
    pruned,
    relative_change,
    shift_std,
    shifted,
    state_noise_variance,
    with_weights,
    without_units,
)

TASK = IntegratorTask()
PROBE, _ = TASK.sample(64, seed=21, num_steps=100)
FLOAT32 = 6e-8


@pytest.fixture(scope="module")
def patient():
    return load_trained("rnn_short", 0)


@pytest.fixture(scope="module")
def end(patient):
    return linearise_ends(patient, PROBE)[1]


def test_ends_of_a_leaky_integrator_have_its_eigenvalue_gain_and_drift():
    negative, positive = linearise_ends(leaky_integrator(0.02, gain=1.5), PROBE)
    assert negative.value < 0 < positive.value
    for found in (negative, positive):
        assert found.mode.eigenvalue == pytest.approx(0.98, abs=10 * FLOAT32)
        assert found.gain == pytest.approx(1.5, rel=10 * FLOAT32)
        # The difference of two rounded states loses the digits they share.
        assert found.drift == pytest.approx(-0.02 * found.value, rel=100 * FLOAT32 / 0.02)


def test_settled_states_of_an_exact_integrator_hold_the_sum():
    states = settled_states(exact_integrator(), PROBE)
    sums = np.asarray(PROBE, np.float64).sum(axis=0)[:, 0]
    np.testing.assert_allclose(states @ readout(exact_integrator())[0], sums, atol=1e-5)


def test_a_network_that_forgets_has_no_ends():
    with pytest.raises(NoIntegratingModeError, match="no eigenvalue"):
        linearise_ends(leaky_integrator(0.5), PROBE)


@pytest.mark.parametrize(("leak", "gain"), [(0.01, 1.0), (0.001, 1.2), (-0.001, 0.9)])
def test_predicted_error_of_equal_halves_is_the_leaky_integrators(leak, gain):
    ends = linearise_ends(leaky_integrator(leak, gain), PROBE)
    expected = theory.leaky_mse(TASK, leak, gain)
    # Eigenvalue and gain are rounded to float32; the error is quadratic in their distance from 1.
    assert predicted_mse(TASK, ends) == pytest.approx(expected, rel=2 * 10 * FLOAT32 / abs(leak))
    assert predicted_mse(TASK, ends, num_steps=50) > predicted_mse(TASK, ends)


def test_predicted_error_of_unequal_halves_matches_trials_that_keep_their_sign():
    ends = (
        linearise_ends(leaky_integrator(0.002), PROBE)[0],
        linearise_ends(leaky_integrator(0.0), PROBE)[1],
    )
    inputs, targets = (np.asarray(a, np.float64) for a in TASK.sample(4000, seed=3, num_steps=400))
    # An integrator that leaks while its sum is negative only.
    y, errors = np.zeros(4000), np.zeros(4000)
    for t in range(400):
        y = np.where(y < 0, 0.998, 1.0) * y + inputs[t, :, 0]
        errors += (y - targets[t, :, 0]) ** 2 / 400
    interval = 4 * errors.std() / np.sqrt(len(errors))
    # Trials change sides for some 2 (sigma / m)^2 = 8 of 400 steps at the typical bias.
    assert (
        abs(predicted_mse(TASK, ends, num_steps=400) - errors.mean())
        < interval + 0.02 * errors.mean()
    )


def test_predicted_error_meets_the_shipped_networks_long_trials(patient):
    score = evaluate(patient, num_trials=256, num_steps=500, seed=3)
    half = 2 * (score.mse_interval[1] - score.mse)
    left = evaluate(patient).relative_mse * score.mse / score.relative_mse
    predicted = predicted_mse(TASK, linearise_ends(patient, PROBE), num_steps=500)
    # What training left at 25 steps may persist, and adds to the root mean square at worst.
    difference = abs(np.sqrt(predicted) - np.sqrt(score.mse))
    assert difference < half / (2 * np.sqrt(score.mse)) + np.sqrt(left)


def test_eigenvalue_shift_of_small_noise_has_slope_one(patient, end):
    W, rng = cell_weights(patient), np.random.default_rng(0)
    changes = [1e-4 * rng.standard_normal(W.shape) for _ in range(20)]
    predicted = np.array([eigenvalue_shift(end, change) for change in changes])
    moved = [linearise(with_weights(patient, W + c), end.state).mode.eigenvalue for c in changes]
    measured = np.array(moved) - end.mode.eigenvalue
    # Second-order terms: the noise's norm, 1e-4 * sqrt(100), times the shift, a few times over.
    np.testing.assert_allclose(measured, predicted, atol=1e-2 * np.abs(predicted).max())
    assert np.abs(predicted).max() > 1e-5


def test_shift_of_an_exact_integrator_is_the_change_of_its_overlap():
    (_, end), change = linearise_ends(exact_integrator(), PROBE), np.zeros((3, 2))
    change[1, 0] = 0.01
    assert eigenvalue_shift(end, change) == pytest.approx(0.01)
    assert shift_std(end, 0.3) == pytest.approx(0.3)
    np.testing.assert_array_equal(active_units(end), [True, False])
    # A weight into the silent unit, and the input's weights, move nothing.
    other = np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    assert eigenvalue_shift(end, other) == 0


def test_shift_std_matches_many_draws(end):
    rng = np.random.default_rng(1)
    draws = [eigenvalue_shift(end, rng.standard_normal((101, 100))) for _ in range(800)]
    # Four standard errors of a standard deviation from 800 draws.
    assert np.std(draws) == pytest.approx(shift_std(end, 1.0), rel=4 / np.sqrt(1600))


def test_state_noise_of_an_exact_integrator_is_a_random_walk():
    end = linearise_ends(exact_integrator(), PROBE)[1]
    # The newest noise reaches the output through both units, older noise too: w J = w.
    expected = 2 * 0.1**2 * np.arange(1, 6)
    np.testing.assert_allclose(
        state_noise_variance(end, readout(exact_integrator())[0], 0.1, 5), expected, rtol=1e-6
    )


def test_state_noise_is_as_large_as_predicted(patient, end):
    w = readout(patient)[0]
    predicted = state_noise_variance(end, w, 1e-4, 100)
    outputs = noisy_outputs(patient, end.state, 1e-4, 100, num_trials=800, seed=2)
    silent = noisy_outputs(patient, end.state, 0.0, 100, num_trials=1)
    found = np.mean((outputs - silent) ** 2, axis=1)
    # The mean of n squared normal numbers has relative standard error sqrt(2/n).
    assert np.all(np.abs(found / predicted - 1) < 4.5 * np.sqrt(2 / 800))
    again = noisy_outputs(patient, end.state, 1e-4, 100, num_trials=800, seed=2)
    np.testing.assert_array_equal(outputs, again)


def test_units_that_carry_no_line_can_go_without_moving_the_eigenvalue(patient):
    ends = linearise_ends(patient, PROBE)
    smaller = without_units(patient, ~(active_units(ends[0]) | active_units(ends[1])))
    for end in ends:
        assert linearise(smaller, end.state).mode.eigenvalue == pytest.approx(
            end.mode.eigenvalue, abs=1e-9
        )


def test_removed_units_are_neither_heard_nor_read(patient):
    units = np.arange(100) < 30
    smaller = without_units(patient, units)
    outputs, hidden = predict(smaller, PROBE, return_hidden=True)
    assert not np.any(hidden[..., :30]) and np.any(hidden[..., 30:])
    assert not np.any(readout(smaller)[0][:30])
    assert np.all(np.isfinite(outputs))


def test_pruning_removes_the_smallest_recurrent_weights_and_keeps_the_input(patient):
    W, fewer = cell_weights(patient), cell_weights(pruned(patient, 0.3))
    gone = (fewer != W)[1:]
    assert gone.mean() == pytest.approx(0.3, abs=1e-4)
    assert np.abs(W[1:][gone]).max() <= np.abs(W[1:][~gone]).min()
    np.testing.assert_array_equal(fewer[0], W[0])


def test_changed_copies_leave_the_network_alone(patient):
    W = cell_weights(patient)
    changed = with_weights(patient, 1.01 * W)
    np.testing.assert_array_equal(cell_weights(patient), W)
    assert relative_change(patient, changed) == pytest.approx(0.01, rel=1e-4)
    assert relative_change(patient, patient) == 0


def test_wrong_arguments_are_refused(patient, end):
    with pytest.raises(ValueError, match="gru"):
        cell_weights(load_trained("gru"))
    with pytest.raises(TypeError, match="IntegratorRNN"):
        cell_weights("model")
    with pytest.raises(ValueError, match="weights must have shape"):
        with_weights(patient, np.zeros((3, 3)))
    with pytest.raises(ValueError, match="changed must have shape"):
        relative_change(patient, IntegratorRNN(5))
    with pytest.raises(ValueError, match="share"):
        pruned(patient, 1.5)
    with pytest.raises(ValueError, match="units"):
        without_units(patient, np.ones(3, bool))
    with pytest.raises(ValueError, match="change must have shape"):
        eigenvalue_shift(end, np.zeros((100, 100)))
    with pytest.raises(ValueError, match="noise_std"):
        shift_std(end, -1.0)
    with pytest.raises(ValueError, match="num_steps"):
        state_noise_variance(end, readout(patient)[0], 1.0, 0)
    with pytest.raises(ValueError, match="state must have shape"):
        noisy_outputs(patient, np.zeros(3), 0.1, 5)
    with pytest.raises(TypeError, match="task"):
        predicted_mse("task", (end, end))


def test_gradients_of_eigenvalue_and_gain_agree_with_differences(patient, end):
    rng = np.random.default_rng(5)
    W = cell_weights(patient)
    for _ in range(5):
        change = 3e-5 * rng.standard_normal(W.shape)
        there, back = (linearise(with_weights(patient, W + s * change), end.state) for s in (1, -1))
        predicted = shifted(patient, end, change)
        # Central differences err by the third order, and by float32's rounding of the weights.
        eigenvalue = (there.mode.eigenvalue - back.mode.eigenvalue) / 2
        gain = (there.gain - back.gain) / 2
        assert predicted.mode.eigenvalue - end.mode.eigenvalue == pytest.approx(
            eigenvalue, abs=5 * FLOAT32
        )
        assert predicted.gain - end.gain == pytest.approx(gain, rel=0.01, abs=20 * FLOAT32)
        assert np.sum(eigenvalue_gradient(end) * change) == pytest.approx(eigenvalue, abs=5e-7)
        assert np.sum(gain_gradient(patient, end) * change) == pytest.approx(gain, abs=5e-6)


def test_no_integrator_is_less_sensitive_than_the_bound():
    rng = np.random.default_rng(6)
    for _ in range(5):
        pattern = rng.standard_normal(30)
        family = integrator_family(*normalised(pattern, pattern + rng.standard_normal(30)))
        assert all(shift_std(end, 1.0) > 1 for end in linearise_ends(family, PROBE))
    cheapest = integrator_family(*normalised(np.array([0.6, 0.8, -1]), np.array([0.6, 0.8, -1])))
    for end in linearise_ends(cheapest, PROBE):
        assert shift_std(end, 1.0) == pytest.approx(1, abs=10 * FLOAT32)
