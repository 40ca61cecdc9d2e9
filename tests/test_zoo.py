"""Networks whose mechanism is known: what they do is what is said of them."""

import numpy as np
import pytest

from integrator_lib import IntegratorTask, dynamics, evaluate, zoo
from integrator_lib.robustness import with_proportional_noise
from integrator_lib.zoo import maps
from integrator_lib.zoo.reduced import spread
from integrator_lib.zoo.sets import ClosedPolygon, Points

ZOO = {name: zoo.member(name, seed=5) for name in zoo.MECHANISMS}


@pytest.fixture(params=zoo.MECHANISMS)
def member(request):
    return ZOO[request.param]


def near_start(member):
    return np.random.default_rng(0).uniform(-1, 1, (200, member.network.map.read.shape[1]))


def test_a_network_takes_the_steps_of_its_map(member):
    network = member.network
    z, x = near_start(member), 0.07
    states = network.lift(z)
    stepped = dynamics.next_states(member.model, states, x)
    size = np.abs(states).max()
    # Each entry is a sum of 32 float32 products, which the sum over units adds up again.
    expected = network.map.step(network.map.step(z), x)
    apart = np.abs(network.reduce(stepped) - expected).max()
    assert apart < 32 * 2.0**-20 * max(size, 1) * max(1, np.abs(network.back).sum() / 10)
    output = stepped @ dynamics.readout(member.model)[0] + dynamics.readout(member.model)[1]
    wanted = (expected - network.map.start) @ network.map.readout
    assert np.allclose(output, wanted, atol=1e-4)


def test_fixed_points_stand_still_and_are_as_stable_as_said(member):
    network, rng = member.network, np.random.default_rng(1)
    for fixed, stable in zip(member.truth.fixed, member.truth.stable, strict=True):
        z = fixed.sample(near_start(member), 40)
        assert np.abs(network.map.step(z) - z).max() < 1e-9
        pushed = z + 1e-3 * rng.standard_normal(z.shape)
        after = pushed
        for _ in range(60):
            after = network.map.step(after)
        distance = [np.linalg.norm(at - fixed.nearest(at), axis=1) for at in (pushed, after)]
        if stable:
            assert np.all(distance[1] <= 0.5 * distance[0] + 1e-9)
        else:
            assert np.median(distance[1]) > 2 * np.median(distance[0])


def test_eigenvalue_and_gain_at_the_probe_are_as_said(member):
    state = dynamics.visited_states(member.model, np.full((1, 1, 1), zoo.PROBE))[0, 0]
    J = np.asarray(dynamics.jacobian(member.model, state), np.float64)
    written = np.asarray(dynamics.input_gain(member.model, state), np.float64)
    modulus = np.abs(np.linalg.eigvals(J)).max()
    assert modulus == pytest.approx(member.truth.eigenvalue, abs=1e-4)
    gain = dynamics.readout(member.model)[0] @ written
    assert gain == pytest.approx(member.truth.gain, abs=1e-4)


def test_long_errors_are_known_before_the_run(member):
    # Rounding of 1000 steps; and a bounded output is known to some hundredths of the sums.
    measured = zoo.long_error(member.model)
    assert measured == pytest.approx(member.truth.long_error, rel=0.02, abs=1e-9)


@pytest.mark.parametrize("name", ["exact line", "two units", "line of many pieces", "plane"])
def test_noise_adds_the_predicted_error_to_what_integrates(name):
    model, task = ZOO[name].model, IntegratorTask()
    intact = evaluate(model, task, num_trials=512).relative_mse
    added = zoo.noisy_error(model, draws=100) - intact
    # A mean of 100 squares of normal numbers has a standard error of 14 %; three of them.
    assert added == pytest.approx(zoo.noise_error(model, task, zoo.NOISE), rel=0.45)


def test_noise_averages_over_the_units_of_an_arm():
    task = IntegratorTask()
    two, many = (zoo.noise_error(ZOO[n].model, task, 0.01) for n in ("two units", "exact line"))
    assert many < two / 10


def test_the_cycle_has_eight_steps_and_attracts():
    reduced = ZOO["limit cycle"].network.map
    z = np.random.default_rng(2).uniform(-1, 1, (50, 2))
    for _ in range(800):
        z = reduced.step(z)
    later = z
    for step in range(1, 9):
        later = reduced.step(later)
        assert (np.abs(later - z).max() < 1e-6) == (step == 8)


def test_the_ghost_creeps_through_its_passage_and_ends_at_one_point():
    member = ZOO["ghost"]
    reduced = member.network.map
    z = np.zeros((1, 1))
    slow = reduced.step(z) - z
    assert 0 < slow < 2e-3
    steps = 0
    while z < 1:
        z, steps = reduced.step(z), steps + 1
    assert steps > 200
    for _ in range(100):
        z = reduced.step(z)
    assert np.allclose(z, member.truth.fixed[0].places)


def test_networks_of_one_kind_differ_in_weights_and_numbers():
    one, other = (zoo.member("leaky line", seed=s) for s in (1, 2))
    assert one.truth.eigenvalue != other.truth.eigenvalue
    assert not np.allclose(one.model.rnn.W.value, other.model.rnn.W.value)


def test_silent_units_stay_silent():
    model = ZOO["two units"].model
    inputs, _ = IntegratorTask(num_steps=100).sample(50, seed=3)
    assert np.sum(np.any(dynamics.visited_states(model, inputs) > 0, axis=(0, 1))) == 2


def test_too_few_working_units_are_refused():
    with pytest.raises(ValueError, match="working must be at least 2, got 1"):
        spread(maps.piecewise([], [1.0]), 8, 1, seed=0)
    with pytest.raises(ValueError, match="mechanism must be one of exact line"):
        zoo.member("torus")
    with pytest.raises(ValueError, match="share must be at least 0"):
        zoo.noise_error(ZOO["two units"].model, IntegratorTask(), -0.1)


def test_the_ruler_counts_what_is_found_and_what_is_false():
    member = ZOO["saddle"]
    visited = zoo.search_states(member)
    places = np.concatenate([fixed.places for fixed in member.truth.fixed])
    right = member.network.lift(places)
    assert zoo.count(member, visited, right) == zoo.Count(3, 3, 3, 0)
    wrong = member.network.lift(np.array([[0.5]]))
    assert zoo.count(member, visited, np.concatenate([right[1:], wrong])) == zoo.Count(3, 2, 3, 1)
    assert zoo.count(member, visited, right[:0]) == zoo.Count(3, 0, 0, 0)
    line = ZOO["two units"]
    half = line.network.lift(np.linspace(0, 5, 100)[:, None])
    counted = zoo.count(line, zoo.search_states(line), half)
    assert 0.2 < counted.found / counted.there < 0.8 and counted.false == 0


@pytest.mark.parametrize("seed", [5, 6])
@pytest.mark.parametrize("name", zoo.MECHANISMS)
def test_the_finder_finds_what_is_there_and_nothing_else(name, seed):
    member = zoo.member(name, seed)
    visited = zoo.search_states(member)
    found = dynamics.find_fixed_points(member.model, visited, count=1024, jitter=0.3)
    counted = zoo.count(member, visited, found.fixed)
    assert counted.found >= 0.99 * counted.there
    assert counted.false <= 0.01 * counted.returned


def test_nearest_points_of_sets():
    square = ClosedPolygon(np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]]))
    nearest = square.nearest([[0.2, 3.0], [0.9, 0.1]])
    assert np.allclose(nearest, [[0.2, 1.0], [1.0, 0.1]])
    assert np.allclose(np.abs(square.sample(np.zeros((1, 2)), 40)).max(axis=1), 1)
    two = Points(np.array([[0.0], [1.0]]))
    assert two.nearest([[0.4], [0.7]]).tolist() == [[0.0], [1.0]]


def test_proportional_noise_leaves_zeros_and_input_weights_alone():
    model = zoo.member("exact line").model
    noisy = with_proportional_noise(model, 0.01, seed=1)
    before, after = np.asarray(model.rnn.W.value), np.asarray(noisy.rnn.W.value)
    assert np.array_equal(before[0], after[0])
    change = after[1:] / before[1:] - 1
    # 1024 normal numbers: their sd is known to 1/sqrt(2048).
    assert change.std() == pytest.approx(0.01, rel=4 / 2048**0.5)
    with pytest.raises(ValueError, match="must have the rnn cell, got gru"):
        with_proportional_noise(type(model)(4, cell="gru"), 0.01)


def test_a_sealed_network_does_not_tell_its_name():
    names = [word for name in zoo.MECHANISMS for word in (name, name.split()[-1])]
    for number in range(1, zoo.NUM_SEALED + 1):
        model = zoo.mystery_network(number)
        told = repr(model) + repr(model.architecture) + str(sorted(vars(model)))
        assert not [name for name in names if name in told]
    with pytest.raises(ValueError, match="number must be at most 12, got 13"):
        zoo.mystery_network(13)
