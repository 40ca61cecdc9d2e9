"""The finder of fixed and slow points, against networks whose points are known."""

import jax
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, load_trained
from integrator_lib import dynamics as fp
from integrator_lib._seeds import stream
from integrator_lib.dynamics import (
    SIDE_BY_SIDE,
    fixed_points,
    minimise_speed,
    next_states,
    relative_speed,
    speed,
    visited_states,
)
from integrator_lib.networks import exact_integrator, integrator_family, leaky_integrator
from integrator_lib.networks import normalised as in_family

TASK = IntegratorTask()
INPUTS = np.asarray(TASK.sample(40, seed=2)[0])


def look(model, **arguments):
    return fp.find_fixed_points(model, visited_states(model, INPUTS), count=300, **arguments)


def distance_to_the_exact_line(points):
    """In the two-unit integrator, (relu(s), relu(-s)) with s = h+ - h- is fixed for every s."""
    on_line = np.maximum(points @ [[1, -1], [-1, 1]], 0)
    return np.linalg.norm(points - on_line, axis=1)


@pytest.mark.parametrize("jitter", [0.0, 0.3])
def test_exact_integrators_points_are_fixed_and_on_its_line(jitter):
    found = look(exact_integrator(), jitter=jitter)
    assert len(found.fixed) > 20 and len(found.slow) == 0 and found.num_outliers == 0
    # F(h) is on the line, so a point's distance from it is at most its speed: 1e-6 of its norm.
    norms = np.linalg.norm(found.fixed, axis=1)
    assert np.all(distance_to_the_exact_line(found.fixed) <= 1e-6 * norms + found.norm_floor * 1e-6)
    assert np.ptp(found.fixed @ [1, -1]) > 2


def test_starting_points_off_the_line_are_not_fixed_and_are_moved_to_it():
    rng = np.random.default_rng(0)
    starts = rng.uniform(0.5, 2, (50, 2))
    assert np.all(fp.classify(relative_speed(exact_integrator(), starts)) == "neither")
    ends = np.asarray(minimise_speed(exact_integrator(), starts))
    assert np.all(distance_to_the_exact_line(ends) <= 1e-6 * np.linalg.norm(ends, axis=1))


@pytest.mark.parametrize("jitter", [0.0, 0.3])
def test_leaky_integrator_has_one_fixed_point_at_zero(jitter):
    leaky = leaky_integrator(0.05)
    starts = fp.starting_points(visited_states(leaky, INPUTS), 300, jitter=jitter)
    # A finder that returns its starting points fails here: none of them is even slow ...
    assert np.all(relative_speed(leaky, starts) > 1e-2)
    found = look(leaky, jitter=jitter)
    # ... and it would not find the one point there is.
    assert len(found.fixed) == 1 and len(found.slow) == 0 and found.num_neither == 0
    # |F(h) - h| = |(J - I) h| is at least |h| times J - I's smallest singular value, over 0.03.
    assert np.linalg.norm(found.fixed) <= 1e-6 * found.norm_floor / 0.03


def test_family_with_many_units_has_its_pattern_as_the_line():
    rng = np.random.default_rng(1)
    pattern = rng.standard_normal(15)
    family = integrator_family(*in_family(pattern, pattern + 0.3 * rng.standard_normal(15)))
    found = look(family, jitter=0.2)
    assert len(found.fixed) > 20
    scaled = np.asarray(family.rnn.W.value)[0]
    sums = found.fixed @ np.asarray(family.out.weight.value["weight"])[:, 0]
    on_line = np.maximum(np.outer(sums, scaled), 0)
    norms = np.linalg.norm(found.fixed, axis=1)
    assert np.all(np.linalg.norm(found.fixed - on_line, axis=1) <= 2e-6 * norms + 1e-8)


def test_fixed_points_lie_below_the_limit_by_more_than_rounding():
    rng = np.random.default_rng(3)
    pattern = rng.standard_normal(40)
    family = integrator_family(*in_family(pattern, pattern + 0.3 * rng.standard_normal(40)))
    found = look(family, jitter=0.4)
    judged = relative_speed(family, found.fixed, norm_floor=found.norm_floor)
    # Searched to half of 1e-6; a step is rounded by a few times 6e-8 of the state.
    assert len(judged) > 20 and judged.max() <= 0.5e-6 + 4 * 6e-8


def test_a_slow_leak_is_called_slow_not_fixed():
    found = look(leaky_integrator(0.001))
    assert len(found.slow) > 20 and len(found.fixed) <= 1


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_untrained_networks_of_every_cell_are_searched(cell):
    model = IntegratorRNN(hidden_size=12, cell=cell, seed=1)
    found = look(model)
    ends = np.concatenate([found.fixed, found.slow])
    assert len(found.fixed) == 1 and ends.shape[1] == (24 if cell == "lstm" else 12)
    # Zero biases and no input: 0 stays 0 in every one of the three cells.
    assert np.linalg.norm(found.fixed) <= found.norm_floor


def test_each_search_ends_where_it_ends_alone():
    model = integrator_family(*in_family([1.0, -1.0, 0.5], [1.0, -0.5, 0.5]))
    rng = np.random.default_rng(2)
    starts = rng.uniform(0, 2, (3 * SIDE_BY_SIDE + 5, 3))
    together = np.asarray(minimise_speed(model, starts))
    assert np.ptp(together, axis=0).max() > 1
    for number in (0, SIDE_BY_SIDE - 1, SIDE_BY_SIDE, len(starts) - 1):
        alone = minimise_speed(model, starts[number : number + 1])
        np.testing.assert_allclose(together[number], alone[0], atol=1e-5)


def test_searches_never_end_faster_than_they_start():
    model = load_trained("gru")
    starts = fp.starting_points(visited_states(model, INPUTS), 100, jitter=0.1)
    assert np.all(speed(model, minimise_speed(model, starts)) <= speed(model, starts))


def test_a_search_that_goes_on_ends_no_faster_than_one_that_stops():
    model = load_trained("tanh")
    starts = fp.starting_points(visited_states(model, INPUTS), 60)
    stopped, went_on = (minimise_speed(model, starts, stall=stall) for stall in (0.9, 1.0))
    assert np.all(speed(model, went_on) <= speed(model, stopped) * (1 + 1e-3) + 1e-12)


def test_speeds_at_zero_are_told_honestly():
    exact, moving = exact_integrator(), exact_integrator()
    moving.rnn.b.value = moving.rnn.b.value + 0.1
    zero = np.zeros(2)
    assert relative_speed(exact, zero) == 0
    assert relative_speed(moving, zero) == np.inf
    assert relative_speed(moving, zero, norm_floor=1.0) == pytest.approx(0.1 * 2**0.5)
    # A state that loses a twentieth a step has that relative speed however small it is.
    assert relative_speed(leaky_integrator(0.05), [1e-20, 0]) == pytest.approx(0.05, rel=1e-5)
    assert relative_speed(leaky_integrator(0.05), [1e-20, 0], norm_floor=0.1) < 1e-15


def test_speed_is_half_the_squared_move():
    model = leaky_integrator(0.5)
    assert speed(model, [[2.0, 0.0], [0.0, 4.0]]).tolist() == [0.5, 2.0]
    assert next_states(model, [2.0, 0.0]).tolist() == [1.0, 0.0]


def test_classes_follow_the_tolerances():
    kinds = fp.classify([0.0, 1e-6, 1e-5, 1e-2, 0.1, np.inf])
    assert kinds.tolist() == ["fixed", "fixed", "slow", "slow", "neither", "neither"]
    with pytest.raises(ValueError, match=r"slow must be above 0\.1"):
        fp.classify([0.0], fixed=0.1, slow=0.1)


def test_distinct_points_of_a_line_double_where_isolated_ones_do_not():
    line = np.stack([np.linspace(0, 1, 4097), np.zeros(4097)], axis=1)
    assert [len(fp.keep_distinct(line, apart)) for apart in (1 / 16, 1 / 32)] == [17, 33]
    clusters = np.concatenate([line / 1000, line / 1000 + 5])
    assert [len(fp.keep_distinct(clusters, apart)) for apart in (1 / 16, 1 / 32)] == [2, 2]
    assert fp.keep_distinct(np.empty((0, 2)), 1.0).tolist() == []


def test_points_far_from_every_visited_state_are_dropped():
    visited = np.array([[[0.0, 0.0], [10.0, 0.0]]])
    points = np.array([[0.5, 0.5], [5.0, 0.0], [10.0, 0.9], [0.0, -1.5]])
    assert fp.near_visited(points, visited, 1.0).tolist() == [True, False, True, False]
    assert fp.near_visited(np.empty((0, 2)), visited, 1.0).tolist() == []


def test_outliers_are_counted_apart():
    # A bias makes 10 the only fixed point of h -> 0.9 h + 1; short trials stay far from it.
    model = leaky_integrator(0.1)
    model.rnn.b.value = model.rnn.b.value + np.array([1.0, -1.0], np.float32)
    visited = visited_states(model, np.zeros((2, 3, 1)))
    found = fp.find_fixed_points(model, visited, count=6)
    assert len(found.fixed) == 0 and found.num_outliers == 6


def test_starting_points_are_visited_states_drawn_without_replacement():
    visited = np.arange(24.0).reshape(3, 4, 2)
    drawn = np.asarray(fp.starting_points(visited, 12, seed=1))
    assert sorted(drawn[:, 0]) == sorted(visited[..., 0].ravel())
    assert not np.array_equal(drawn, fp.starting_points(visited, 12, seed=2))
    noisy = np.asarray(fp.starting_points(np.ones((4000, 2)), 4000, jitter=0.3))
    # 8,000 normal numbers: their sd is known to 1/sqrt(16000).
    assert noisy.std() == pytest.approx(0.3, rel=4 / 16_000**0.5)


def test_bad_arguments_are_named():
    model = exact_integrator()
    with pytest.raises(ValueError, match="count must be at most the 2 states given, got 3"):
        fp.starting_points(np.ones((2, 2)), 3)
    with pytest.raises(ValueError, match=r"starts must have shape \(any, 2\)"):
        minimise_speed(model, np.ones((3, 4)))
    with pytest.raises(ValueError, match="stall must be at most 1"):
        minimise_speed(model, np.ones((3, 2)), stall=2)
    with pytest.raises(ValueError, match="visited must hold states other than 0"):
        fp.find_fixed_points(model, np.zeros((3, 2)), count=3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_four_thousand_searches_end_no_faster_than_they_started(kind):
    model = load_trained(kind)
    inputs, _ = TASK.sample(200, seed=3)
    starts = fp.starting_points(visited_states(model, inputs), 4096).block_until_ready()
    ends = np.asarray(minimise_speed(model, starts, tolerance=1e-4))
    assert np.all(speed(model, ends) <= speed(model, starts))
    if kind == "rnn":
        assert np.mean(relative_speed(model, ends) <= 1e-4) > 0.99


def test_what_was_found_is_counted_once_and_in_units_of_the_visited_states():
    model = leaky_integrator(0.1)
    visited = visited_states(model, np.ones((25, 2, 1)))
    typical = np.sqrt(np.mean(np.sum(np.asarray(visited) ** 2, axis=-1)))
    found = fp.find_fixed_points(model, visited, count=6)
    assert found.apart == pytest.approx(typical / 100, rel=1e-5)
    assert found.norm_floor == pytest.approx(typical / 1000, rel=1e-5)


def test_an_outlier_of_no_kind_is_an_outlier_only(monkeypatch):
    model = leaky_integrator(0.1)
    visited = visited_states(model, np.ones((25, 2, 1)))
    far = 100 * np.asarray(visited).reshape(-1, 2)[:4]  # a leak of a tenth: neither, and far
    monkeypatch.setattr(fixed_points, "minimise_speed", lambda *_, **__: far)
    found = fp.find_fixed_points(model, visited, count=4)
    assert (found.num_outliers, found.num_neither) == (4, 0)


def test_jitter_and_the_draw_have_random_numbers_of_their_own():
    visited = np.random.default_rng(0).uniform(1, 2, (50, 3))
    drawn, noisy = (fp.starting_points(visited, 50, jitter=j, seed=4) for j in (0.0, 0.1))
    scale = 0.1 * np.sqrt(np.mean(visited**2))
    noise = np.asarray(noisy - drawn) / scale
    np.testing.assert_allclose(noise, jax.random.normal(stream("jitter", 4), (50, 3)), atol=1e-4)
    assert not np.allclose(noise, jax.random.normal(stream("candidates", 4), (50, 3)), atol=1e-2)
