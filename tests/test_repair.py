"""Repairs, judged on trials they were not made on."""

import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, evaluate, load_trained
from integrator_lib.dynamics import (
    SETTLING_STEPS,
    NoIntegratingModeError,
    active_units,
    linearise,
    linearise_ends,
    readout,
    settled_states,
)
from integrator_lib.networks import exact_integrator, leaky_integrator
from integrator_lib.robustness import (
    cell_weights,
    distil,
    line_repair,
    relative_change,
    repair_eigenvalues,
    repair_line,
    repair_modes,
    with_weights,
)

TASK = IntegratorTask()
PROBE, _ = TASK.sample(64, seed=21, num_steps=100)
SHORT, _ = TASK.sample(96, seed=22)
REACH, _ = TASK.sample(32, seed=23, num_steps=300)
SEEDS = range(8)


def errors(model):
    """Return the relative errors at 25 and at 1000 steps, on trials of other seeds."""
    long = evaluate(model, num_trials=128, num_steps=1000, seed=31)
    return np.array([evaluate(model, num_trials=1024, seed=30).relative_mse, long.relative_mse])


@pytest.fixture(scope="module")
def patients():
    return [load_trained("rnn_short", seed) for seed in SEEDS]


@pytest.mark.parametrize("kind", ["rnn_short", "rnn"])
def test_every_distilled_network_integrates_a_thousand_steps(kind):
    for seed in SEEDS:
        distilled = distil(load_trained(kind, seed), PROBE)
        assert errors(distilled)[1] <= 1e-11


def test_distilling_an_exact_integrator_gives_it_back():
    np.testing.assert_allclose(
        cell_weights(distil(exact_integrator(), PROBE)), cell_weights(exact_integrator()), atol=1e-6
    )


def test_distilling_keeps_the_readout_and_a_pattern_of_both_signs(patients):
    distilled = distil(patients[0], PROBE)
    before, after = (m.values()["out.weight"]["weight"] for m in (patients[0], distilled))
    np.testing.assert_array_equal(before, after)
    pattern = cell_weights(distilled)[0]
    negative, positive = linearise_ends(patients[0], PROBE)
    assert np.all(active_units(positive)[pattern > 0]) and np.all(
        active_units(negative)[pattern < 0]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_an_untrained_network_has_no_integrating_mode_to_distil(seed):
    with pytest.raises(NoIntegratingModeError):
        distil(IntegratorRNN(seed=seed), PROBE)


def test_a_mode_that_keeps_too_little_of_the_input_is_not_distilled():
    model = leaky_integrator(0.0)
    W = cell_weights(model)
    W[0] *= 0.1
    with pytest.raises(NoIntegratingModeError, match=r"keeps 0\.1 of the input"):
        distil(with_weights(model, W), PROBE)


def test_a_line_of_one_sign_is_not_distilled():
    positive = np.abs(np.asarray(PROBE))
    with pytest.raises(NoIntegratingModeError, match="both signs"):
        distil(exact_integrator(), positive)


def test_corrected_eigenvalues_are_one_and_the_change_is_the_smallest():
    leaky = leaky_integrator(0.01)
    mended = repair_eigenvalues(leaky, linearise_ends(leaky, PROBE))
    for end in linearise_ends(mended, PROBE):
        assert end.mode.eigenvalue == pytest.approx(1, abs=1e-6)
    # Each unit's weight to itself alone decides its half's eigenvalue; the others stay.
    change = cell_weights(mended) - cell_weights(leaky)
    np.testing.assert_allclose(change, 0.01 * np.array([[0, 0], [1, 0], [0, 1]]), atol=1e-6)


def test_correcting_eigenvalues_mends_long_trials_of_networks_without_offsets(patients):
    for patient in patients[:2]:
        ends = linearise_ends(patient, PROBE)
        mended = repair_eigenvalues(patient, ends)
        # The shift's second-order term is far below a shift of 1e-3 squared times 10.
        for end in ends:
            assert abs(linearise(mended, end.state).mode.eigenvalue - 1) < 1e-5
        assert errors(mended)[1] < errors(patient)[1] / 10
        assert relative_change(patient, mended) < 1e-4


def test_correcting_the_line_mends_long_trials_and_keeps_short_ones(patients):
    factors, changes = [], []
    for patient in patients:
        mended = repair_line(patient, SHORT, REACH)
        factors.append(errors(patient) / errors(mended))
        changes.append(relative_change(patient, mended))
    assert max(changes) < 0.01
    assert np.median(factors, axis=0)[1] >= 100
    assert np.min(factors, axis=0)[0] >= 1


def test_correcting_needs_no_steps_on_an_exact_integrator():
    mended = repair_line(exact_integrator(), SHORT, REACH)
    assert relative_change(exact_integrator(), mended) < 1e-5


def test_a_leaky_integrator_becomes_exact():
    leaky = leaky_integrator(0.01)
    mended = repair_line(leaky, SHORT, REACH)
    # A drift that float32 holds to 1e-7 a step makes 1e-4 of the sum in 1000 steps, and 1e-8 of
    # its square; the ridge leaves some more.
    assert errors(mended)[1] < 1e-6 < errors(leaky)[1]


def test_more_ridge_means_less_change(patients):
    small, large = (
        relative_change(patients[0], repair_line(patients[0], SHORT, REACH, ridge=ridge, steps=1))
        for ridge in (1e3, 1.0)
    )
    assert 0 < small < large


def test_wrong_arguments_are_refused(patients):
    for repair in (lambda m: distil(m, PROBE), lambda m: repair_line(m, SHORT, REACH)):
        with pytest.raises(ValueError, match="relu"):
            repair(load_trained("tanh"))
    with pytest.raises(ValueError, match="inputs must have shape"):
        repair_line(patients[0], np.zeros((25, 1)), REACH)
    with pytest.raises(ValueError, match="inputs must have shape"):
        repair_line(patients[0], SHORT, np.zeros((25, 1)))
    with pytest.raises(ValueError, match="ridge must be above 0"):
        repair_line(patients[0], SHORT, REACH, ridge=0)
    with pytest.raises(ValueError, match="steps must be"):
        repair_line(patients[0], SHORT, REACH, steps=0)


def test_four_equations_put_eigenvalue_and_gain_to_one(patients):
    for patient in patients[:2]:
        mended = repair_modes(patient, PROBE)
        for end in linearise_ends(mended, PROBE):
            # Rounding ten thousand weights near 0.1 to float32 moves either by some 1e-8.
            assert abs(end.mode.eigenvalue - 1) < 1e-7 and abs(end.gain - 1) < 1e-6
        assert relative_change(patient, mended) < 1e-3
        assert errors(mended)[1] < errors(repair_eigenvalues_of(patient))[1] / 3


def repair_eigenvalues_of(patient):
    return repair_eigenvalues(patient, linearise_ends(patient, PROBE))


def test_a_wrong_gain_of_two_units_is_mended_at_the_input_alone():
    model = leaky_integrator(0.0, gain=1.1)
    change = cell_weights(repair_modes(model, PROBE, steps=1)) - cell_weights(model)
    np.testing.assert_allclose(change[0], (1 / 1.1 - 1) * np.array([1, -1]), atol=1e-6)
    np.testing.assert_allclose(change[1:], 0, atol=1e-6)


def test_exact_integrators_are_left_alone():
    assert relative_change(exact_integrator(), repair_modes(exact_integrator(), PROBE)) < 1e-6


def test_near_zero_a_drift_counts_as_it_is_and_not_relative_to_the_sum():
    leak, model = 0.01, leaky_integrator(0.01)
    reach = np.full((25, 3, 1), 0.001) * np.array([1.0, -1.0, 0.5])[None, :, None]
    w, bias = readout(model)
    sums = np.asarray(settled_states(model, reach) @ w + bias)
    assert np.abs(sums).max() < 0.05
    # What drifts is worth 1 - leak to the power of the steps it rests; over 1000 steps.
    kept = (1 - leak) ** SETTLING_STEPS
    found, _ = line_repair._errors_of_line(model, reach)
    drifts = np.reshape(found, (3, 2))[:, 0]  # beside each the gain's distance from 1
    np.testing.assert_allclose(drifts, -leak * sums * kept * 1000 / 3**0.5, rtol=1e-3)


def test_four_equations_mend_an_eigenvalue_far_from_1_if_told_how_far():
    leaky = leaky_integrator(0.3)
    with pytest.raises(NoIntegratingModeError, match=r"within 0\.1"):
        repair_modes(leaky, PROBE)
    for end in linearise_ends(repair_modes(leaky, PROBE, within=0.5), PROBE):
        assert abs(end.mode.eigenvalue - 1) < 1e-5 and abs(end.gain - 1) < 1e-5
