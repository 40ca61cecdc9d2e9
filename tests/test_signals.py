"""Networks as filters, as rules of quadrature and in a converter's loop."""

import numpy as np
import pytest

from integrator_lib import IntegratorTask, load_trained, predict
from integrator_lib.applications import (
    first_order_response,
    full_response,
    harmonic_share,
    measured_response,
    quadrature_inputs,
    sigma_delta,
)
from integrator_lib.dynamics import linearise_ends
from integrator_lib.networks import exact_integrator, leaky_integrator

PERIODS = np.array([5, 16, 64, 256, 1024])


@pytest.fixture(scope="module")
def probe():
    return IntegratorTask().sample(64, seed=21, num_steps=100)[0]


def test_integrators_response_has_the_textbook_size_and_phase():
    H, w = first_order_response(PERIODS, 1.0), 2 * np.pi / PERIODS
    np.testing.assert_allclose(np.abs(H), 1 / (2 * np.sin(w / 2)))
    np.testing.assert_allclose(np.angle(H), w / 2 - np.pi / 2)


def test_leaky_network_is_measured_as_the_filter_that_it_is():
    ideal = first_order_response(PERIODS, 1.0)
    for leak, gain in ((0.0, 1.0), (0.02, 1.3)):
        found = [measured_response(leaky_integrator(leak, gain), int(p)) for p in PERIODS]
        expected = first_order_response(PERIODS, 1 - leak, gain) / ideal
        # The start fades as 0.98^t and the fit begins at step 800; float32 rounds the rest.
        np.testing.assert_allclose(found, expected, atol=2e-6 + 0.98**800)


def test_all_modes_predict_a_trained_network_at_every_period(probe):
    model = load_trained("rnn_short", 6)
    end = linearise_ends(model, probe)[1]
    found = np.array([measured_response(model, int(p), level=2, amplitude=0.1) for p in PERIODS])
    ideal = first_order_response(PERIODS, 1.0)
    all_modes = full_response(model, end, PERIODS) / ideal
    one_mode = first_order_response(PERIODS, end.mode.eigenvalue, end.gain) / ideal
    # A level of 2 in float32, 200 roundings in a swing of 0.1; slow drift at the last period.
    np.testing.assert_allclose(found[:3], all_modes[:3], rtol=200 * 2 / 0.1 * 1.2e-7)
    assert np.abs(found / one_mode - 1)[0] > 1e-2 > 1e-3 > np.abs(found / one_mode - 1)[3:].max()
    assert abs(np.degrees(np.angle(found / one_mode))[-1]) < 0.02
    assert np.degrees(np.angle(found))[-1] > 2


def test_a_filter_has_no_second_harmonic_and_unequal_halves_have_one():
    assert harmonic_share(leaky_integrator(0.01), 64) < 1e-3
    bends = {
        kind: harmonic_share(load_trained(kind), 1024, amplitude=1.0) for kind in ("rnn", "tanh")
    }
    assert bends["rnn"] < 0.01 < 0.1 < bends["tanh"]


@pytest.mark.parametrize(("rule", "order"), [("rectangle", 1), ("trapezoid", 2)])
def test_rules_have_their_orders_in_an_exact_integrator(rule, order):
    errors = []
    for n in (10, 20, 40):
        inputs = quadrature_inputs(lambda t: np.sin(t) + 1, 2.0, n, rule)
        errors.append(float(predict(exact_integrator(), inputs[:, None, None])[-1, 0, 0]))
    errors = np.array(errors) - (3 - np.cos(2))
    assert np.abs(np.log2(errors[:-1] / errors[1:]) - order).max() < 0.1


def test_bad_questions_are_named():
    with pytest.raises(ValueError, match="rule must be one of"):
        quadrature_inputs(np.sin, 1.0, 4, "simpson")
    with pytest.raises(ValueError, match="f must have shape"):
        quadrature_inputs(lambda t: 1.0, 1.0, 4, "trapezoid")
    with pytest.raises(ValueError, match="period must be finite and above 2, got 2"):
        first_order_response([3, 2], 1.0)
    with pytest.raises(ValueError, match="period must be at least 3"):
        measured_response(exact_integrator(), 2)
    with pytest.raises(ValueError, match="between -1 and 1"):
        sigma_delta(exact_integrator(), [1.5], 8)


def test_feedback_cures_a_gain_and_leaves_a_floor_of_the_leak():
    values = np.linspace(-0.8, 0.8, 9) + 0.01
    exact = sigma_delta(exact_integrator(), values, 1000)
    tripled = sigma_delta(leaky_integrator(0.0, 3.0), values, 1000)
    assert set(np.unique(exact.bits)) == {-1.0, 1.0}
    np.testing.assert_array_equal(exact.bits, tripled.bits)
    np.testing.assert_allclose(tripled.outputs, 3 * exact.outputs, atol=1e-3)
    assert np.abs(exact.bits.mean(axis=0) - values).max() <= 2 / 1000
    leaky = sigma_delta(leaky_integrator(0.05), values, 1000).bits.mean(axis=0)
    assert 0.02 < np.abs(leaky - values).max() <= 2 / 1000 + 2 * 0.05
