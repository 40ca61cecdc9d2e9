"""Paths, path integration and the closed forms of its errors."""

import sys
import types

import jax
import numpy as np
import pytest

from integrator_lib import IntegratorTask, load_trained, predict
from integrator_lib.applications import (
    STEP_SECONDS,
    PlaneRNN,
    closing_error,
    distances,
    draw_plane,
    expected_square_error,
    integrate_path,
    lateral_std,
    mean_progress,
    plane_outputs,
    random_walk_std,
    recorded_path,
    reduced_outputs,
    simulated_path,
    smooth_velocity,
    train_plane,
    without_compass,
)
from integrator_lib.applications.paths import SPEED_STD, SPEED_TIME
from integrator_lib.dynamics import linearise_ends
from integrator_lib.networks import exact_integrator, leaky_integrator

FLOAT32 = float(np.finfo(np.float32).eps)


@pytest.fixture(scope="module")
def probe():
    return IntegratorTask().sample(64, seed=21, num_steps=100)[0]


def test_recorded_path_is_read_from_a_package_that_is_not_imported(tmp_path, monkeypatch):
    package = tmp_path / "ratinabox"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('it must not be imported')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ratinabox", raising=False)
    assert recorded_path() is None
    path = np.random.default_rng(0).random((5, 2))
    np.savez(package / "data" / "sargolini.npz", pos=path, t=np.arange(5))
    np.testing.assert_array_equal(recorded_path(), path)


def test_without_the_package_there_is_no_recorded_path(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert recorded_path() is None
    monkeypatch.setattr("importlib.util.find_spec", lambda name: types.SimpleNamespace(origin=None))
    assert recorded_path() is None


def test_velocity_has_the_stated_spread_and_memory():
    velocity = smooth_velocity(200, 20_000, seed=1) / STEP_SECONDS
    # Standard errors: of a standard deviation 1/sqrt(2n), of a correlation at most 1/sqrt(n).
    for t in (0, 100, 199):
        assert abs(velocity[t].std() / SPEED_STD - 1) < 4 / np.sqrt(2 * 20_000)
    lag = round(SPEED_TIME / STEP_SECONDS)
    correlation = np.corrcoef(velocity[100], velocity[100 + lag])[0, 1]
    assert abs(correlation - np.exp(-1)) < 4 / np.sqrt(20_000)


def test_simulated_rat_stays_in_its_box_and_turns_at_walls():
    path = simulated_path(20_000, seed=3)
    assert path.shape == (20_001, 2) and path[0].tolist() == [0.5, 0.5]
    assert path.min() >= 0 and path.max() <= 1
    steps = np.abs(np.diff(path, axis=0))
    free = np.abs(smooth_velocity(20_000, 2, seed=3))
    turned = ~np.isclose(steps, free)
    assert 10 < turned.sum() < 2000 and np.all(steps[turned] < free[turned])


def test_two_copies_integrate_the_two_directions():
    moves = smooth_velocity(500, 2, seed=4)
    found = integrate_path(exact_integrator(), moves)
    truth = np.cumsum(moves, axis=0)
    assert distances(found, truth).max() < 4 * np.sqrt(500) * FLOAT32 * np.abs(truth).max()
    with pytest.raises(ValueError, match="displacements must have shape"):
        integrate_path(exact_integrator(), np.zeros((3, 1)))


def test_four_numbers_predict_where_each_network_gets_lost(probe):
    moves = np.diff(simulated_path(10_000, seed=9), axis=0)
    truth = np.cumsum(moves, axis=0)[-1]
    models = [load_trained("rnn_short", seed) for seed in (1, 3, 4)]
    found = np.array([integrate_path(model, moves)[-1] for model in models])
    ends = [linearise_ends(model, probe) for model in models]
    said = np.array([reduced_outputs(pair, moves[..., None])[-1, :, 0] for pair in ends])
    # The numbers of the other two networks must not do.
    off = np.linalg.norm(found[:, None] - said, axis=-1) / distances(found, truth)[:, None]
    assert np.diag(off).max() < 0.05 < off[~np.eye(3, dtype=bool)].min()


def test_reduced_outputs_of_an_exact_and_a_leaky_integrator_are_theirs():
    inputs = smooth_velocity(300, 3, seed=5)[..., None]
    for leak in (0.0, 0.03):
        model = leaky_integrator(leak, gain=1.1)
        ends = linearise_ends(model, 20 * inputs)
        np.testing.assert_allclose(
            reduced_outputs(ends, inputs), predict(model, inputs), atol=300 * FLOAT32
        )
    with pytest.raises(ValueError, match="two halves"):
        reduced_outputs(ends[:1], inputs)


def test_closed_loop_hides_a_gain_and_shows_a_leak():
    moves = smooth_velocity(800, 2, seed=6)
    moves -= moves.mean(axis=0)
    assert distances(integrate_path(leaky_integrator(0.0, 1.3), moves)[-1], 0) < 800 * FLOAT32
    errors = []
    for leak in (1e-5, 1e-4):
        exactly = (1 - leak) ** np.arange(800)[::-1] @ moves
        errors.append(distances(closing_error(moves, leak), exactly) / distances(exactly, 0))
    # The next order is smaller by a factor of leak times steps.
    assert errors[1] < 1e-4 * 800 and errors[0] == pytest.approx(errors[1] / 10, rel=0.1)
    with pytest.raises(ValueError, match="must add up to 0"):
        closing_error(moves + 0.01, 1e-4)


def test_noise_grows_with_the_root_of_time_or_reaches_its_ceiling():
    np.testing.assert_allclose(random_walk_std(100, 0.2), 0.2 * np.sqrt(np.arange(1, 101)))
    assert random_walk_std(5000, 0.2, 0.01)[-1] == pytest.approx(0.2 / np.sqrt(1 - 0.99**2))
    assert random_walk_std(3, 0.2, 1.0).tolist() == [0.2, 0.2, 0.2]


def test_expected_square_error_is_the_mean_over_noise():
    moves, leak = smooth_velocity(300, 2, seed=7), 0.01
    rng, errors = np.random.default_rng(8), []
    for _ in range(400):
        outputs = integrate_path(leaky_integrator(leak), moves + rng.normal(0, 0.003, moves.shape))
        errors.append(np.mean(distances(outputs, np.cumsum(moves, axis=0)) ** 2))
    expected = expected_square_error(moves, 0.003, leak).mean()
    assert abs(np.mean(errors) - expected) < 4 * np.std(errors) / 20


def test_walkers_without_a_compass_follow_the_closed_forms():
    walks, noise = without_compass(400, 20_000, 0.1, seed=9), 0.1
    forward, side = walks[..., 0], walks[..., 1]
    for t in (0, 9, 99, 399):
        error = forward[t].std() / np.sqrt(20_000)
        assert abs(forward[t].mean() - mean_progress(400, noise)[t]) < 4 * error
        # The standard error of a variance, from the fourth moment.
        variance = np.mean(side[t] ** 2)
        error = np.sqrt((np.mean(side[t] ** 4) - variance**2) / 20_000)
        assert abs(variance - lateral_std(400, noise)[t] ** 2) < 4 * error
    assert mean_progress(100_000, noise)[-1] < 2 / noise**2
    t = np.arange(1, 31)
    law = 0.001 * np.sqrt(t * (t + 1) * (2 * t + 1) / 6)
    np.testing.assert_allclose(lateral_std(30, 0.001), law, rtol=1e-4)


def test_plane_network_has_as_many_outputs_as_inputs_and_its_weights_reproduce_it():
    weights = train_plane(2, 30, 20, seed=1)
    assert weights.W.shape == (32, 30) and weights.readout.shape == (30, 2)
    inputs, targets = draw_plane(jax.random.key(0), 5, 25, 2)
    np.testing.assert_allclose(targets, np.cumsum(inputs, axis=0), atol=1e-5)
    model = PlaneRNN(2, 30)
    model.rnn.W.value, model.out.weight.value = weights.W, {"weight": weights.readout}
    np.testing.assert_allclose(plane_outputs(weights, inputs), model.run(inputs), atol=1e-5)
    with pytest.raises(ValueError, match="inputs must have shape"):
        plane_outputs(weights, np.zeros((3, 2, 1)))
    with pytest.raises(ValueError, match="num_inputs must be at least 1"):
        train_plane(0)


def test_training_brings_the_plane_network_far_below_saying_nothing():
    inputs, targets = draw_plane(jax.random.key(1), 256, 25, 2)
    error = np.asarray(plane_outputs(train_plane(2, 60, 300, seed=2), inputs)) - targets
    # Untrained or stuck at the mean it would be about 1.
    assert np.mean(error**2) < 0.02 * np.mean(targets**2)
