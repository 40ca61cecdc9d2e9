"""Networks as dynamical systems: step, Jacobian, modes, components, the clean target."""

import dataclasses

import brainstate
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, filtering, load_trained, predict
from integrator_lib import dynamics as dn
from integrator_lib import plotting as plots
from integrator_lib.networks import exact_integrator, leaky_integrator, wired

CELLS = ("rnn", "gru", "lstm")
TASK = IntegratorTask()
INPUTS = np.asarray(TASK.sample(6, seed=1)[0])
ROUNDING = 2.0**-24


def network(cell):
    """Return a small network with an initial state other than 0."""
    model = IntegratorRNN(hidden_size=12, cell=cell, activation="tanh", seed=3)
    values = model.values()
    key = jax.random.key(0)
    for name in values:
        if name.endswith("2train"):
            values[name] = 0.3 * jax.random.normal(key, values[name].shape)
    model.set_values(values)
    return model


@pytest.mark.parametrize("cell", CELLS)
def test_states_and_readout_give_the_networks_own_outputs(cell):
    model = network(cell)
    w, bias = dn.readout(model)
    states = dn.visited_states(model, INPUTS)
    assert states.shape == (25, 6, dn.state_size(model)) and w.shape == (dn.state_size(model),)
    outputs, hidden = predict(model, INPUTS, return_hidden=True)
    # A sum of 12 products rounds by at most 12 half units in the last place of its terms.
    np.testing.assert_allclose(states @ w + bias, outputs[..., 0], atol=12 * ROUNDING * 5)
    np.testing.assert_allclose(states[..., :12], hidden, atol=12 * ROUNDING * 5)


@pytest.mark.parametrize("cell", CELLS)
def test_transition_steps_through_the_visited_states(cell):
    model = network(cell)
    F, states = dn.transition(model), dn.visited_states(model, INPUTS)
    first = jax.jit(F)(dn.initial_state(model), INPUTS[0, 0])
    np.testing.assert_allclose(first, states[0, 0], atol=12 * ROUNDING * 5)
    stepped = jax.jit(jax.vmap(F))(states[:-1, 2], INPUTS[1:, 2])
    np.testing.assert_allclose(stepped, states[1:, 2], atol=12 * ROUNDING * 5)
    np.testing.assert_array_equal(dn.next_states(model, states[3], 0.2).shape, states[3].shape)


def test_transition_leaves_the_model_alone_and_ignores_its_later_changes():
    model = network("rnn")
    F, state = dn.transition(model), jnp.full(12, 0.1)
    before, hidden = F(state, 0.0), model.rnn.state.value
    jax.jit(F)(state, 1.0)
    assert model.rnn.state.value is hidden
    model.rnn.W.value = 2 * model.rnn.W.value
    np.testing.assert_array_equal(F(state, 0.0), before)


@pytest.mark.parametrize("cell", CELLS)
def test_jacobian_and_input_gain_match_central_differences(cell):
    model = network(cell)
    states = np.asarray(dn.visited_states(model, INPUTS))[::10, :2]
    J, gain = dn.jacobian(model, states, x=0.1), dn.input_gain(model, states, x=0.1)
    size = dn.state_size(model)
    assert J.shape == (3, 2, size, size) and gain.shape == (3, 2, size)
    h = 1e-2

    def difference(state_change, input_change):
        ahead = dn.next_states(model, states + state_change, 0.1 + input_change)
        behind = dn.next_states(model, states - state_change, 0.1 - input_change)
        return (np.asarray(ahead, float) - np.asarray(behind, float)) / (2 * h)

    # Central differences err by h^2/6 times a third derivative (at most about 2 per weight of
    # size below 2, cubed), and by the rounding of values below 2 over 2 h.
    tolerance = h**2 / 6 * 2 * 2**3 + 12 * 2 * ROUNDING / h
    for j in range(size):
        np.testing.assert_allclose(J[..., j], difference(h * np.eye(size)[j], 0), atol=tolerance)
    np.testing.assert_allclose(gain, difference(0, h), atol=tolerance)


@pytest.mark.parametrize("cell", CELLS)
def test_looking_at_a_network_leaves_its_state_alone(cell):
    model = network(cell)
    predict(model, INPUTS)
    before = {name: state.value for name, state in model.states(brainstate.HiddenState).items()}
    start = dn.initial_state(model)
    dn.visited_states(model, INPUTS)
    dn.transition(model)(start, 0.5)
    after = model.states(brainstate.HiddenState)
    assert before.keys() == after.keys() and before
    for name, value in before.items():
        assert after[name].value is value and value.shape == (INPUTS.shape[1], 12)
    start_values = [v for n, v in model.values().items() if n.endswith("2train")]
    np.testing.assert_array_equal(start, np.concatenate(start_values))


def test_one_compilation_serves_all_networks_of_a_structure(monkeypatch):
    calls = []
    original = dn.step_function
    monkeypatch.setattr(dn, "step_function", lambda *a: calls.append(1) or original(*a))
    states = np.full((5, 9), 0.1)
    for seed in range(3):
        dn.jacobian(IntegratorRNN(hidden_size=9, seed=seed), states)
    assert len(calls) <= 1


@pytest.mark.parametrize("state", [[0.5, 0.0], [0.0, 0.5]])
def test_exact_integrator_has_eigenvalues_one_and_zero_off_the_kink(state):
    J = dn.jacobian(exact_integrator(), state)
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(np.asarray(J)).real), [0, 1], atol=1e-7)
    mode = dn.integrating_mode(J)
    assert mode.eigenvalue == pytest.approx(1, abs=4 * ROUNDING)
    assert mode.left @ mode.right == pytest.approx(1) and mode.right.max() > 0
    w, _ = dn.readout(exact_integrator())
    gain = (w @ mode.right) * (mode.left @ np.asarray(dn.input_gain(exact_integrator(), state)))
    assert gain == pytest.approx(1, abs=4 * ROUNDING)


def test_jacobian_at_the_kink_is_zero_as_documented():
    np.testing.assert_array_equal(dn.jacobian(exact_integrator(), [0.0, 0.0]), np.zeros((2, 2)))


@pytest.mark.parametrize("leak", [0.3, 0.05, 0.001])
def test_leaky_integrator_drifts_and_decays_by_its_leak(leak):
    model = leaky_integrator(leak)
    state = np.array([2.0, 0.0], np.float32)
    assert dn.drift(model, state) == pytest.approx(-2 * leak, abs=4 * 2 * ROUNDING)
    value = np.linalg.eigvals(np.asarray(dn.jacobian(model, state))).real.max()
    assert value == pytest.approx(1 - leak, abs=4 * ROUNDING)
    run = dn.visited_states(model, np.zeros((60, 1, 1)), start=state[None])[:, 0, 0]
    slope = np.polyfit(np.arange(60), np.log(np.asarray(run, float)), 1)[0]
    # Each of 60 steps rounds the state by a few 2^-24.
    assert slope == pytest.approx(-1 / dn.time_constant(1 - leak), abs=4 * ROUNDING)


def test_time_constants_of_lasting_growing_rotating_and_instant_modes():
    values = dn.time_constant([1.0, np.exp(-0.25), 1j * np.exp(-0.25), np.e, 0.0])
    np.testing.assert_allclose(values, [np.inf, 4, 4, -1, 0])


def test_mode_of_a_known_matrix_is_found():
    right, other = np.array([3.0, 1.0, 0.0]) / 10**0.5, np.array([0.0, 1.0, 1.0])
    basis = np.stack([right, other, [1.0, 0.0, 1.0]], axis=1)
    matrix = basis @ np.diag([0.98, -0.5, 0.2]) @ np.linalg.inv(basis)
    mode = dn.integrating_mode(matrix)
    assert mode.eigenvalue == pytest.approx(0.98)
    np.testing.assert_allclose(mode.right, right, atol=1e-12)
    np.testing.assert_allclose(mode.left, np.linalg.inv(basis)[0], atol=1e-12)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[1.0, 0.05], [-0.05, 1.0]], "complex"),
        ([[0.5, 0.0], [0.0, 0.1]], "within 0.1 of 1; the nearest is 0.5"),
        ([[1.0, 1.0], [0.0, 1.0]], "not simple"),
    ],
)
def test_matrices_without_an_integrating_mode_are_refused(matrix, words):
    with pytest.raises(dn.NoIntegratingModeError, match=words):
        dn.integrating_mode(matrix)


def rested(model):
    """Return the state some steps after the trial that ends farthest from 0."""
    ends = dn.visited_states(model, INPUTS)[-1]
    farthest = np.argmax(np.abs(INPUTS.sum(axis=0)))
    start = ends[farthest : farthest + 1]
    return dn.visited_states(model, np.zeros((20, 1, 1)), start=start)[-1, 0]


def test_trained_networks_have_a_mode_and_untrained_ones_do_not():
    for seed in range(3):
        trained, untrained = load_trained("rnn", seed), IntegratorRNN(seed=seed)
        mode = dn.integrating_mode(dn.jacobian(trained, rested(trained)))
        # Off by 1e-3, the sum would change e-fold in 1,000 steps: a relative error near 1, where
        # the shipped networks stay below 1e-2.
        assert mode.eigenvalue == pytest.approx(1, abs=1e-3)
        with pytest.raises(dn.NoIntegratingModeError):
            dn.integrating_mode(dn.jacobian(untrained, rested(untrained)))


def test_bad_arguments_are_named():
    model = exact_integrator()
    with pytest.raises(ValueError, match=r"states must have shape \(2\)"):
        dn.jacobian(model, np.zeros(3))
    with pytest.raises(ValueError, match="states must have shape"):
        dn.jacobian(model, 0.0)
    with pytest.raises(ValueError, match="inputs must have shape"):
        dn.visited_states(model, np.zeros((5, 1)))
    with pytest.raises(ValueError, match=r"start must have shape \(3, 2\)"):
        dn.visited_states(model, np.zeros((5, 3, 1)), start=np.zeros((1, 2)))
    with pytest.raises(TypeError, match="model must be IntegratorRNN"):
        dn.transition("net")
    with pytest.raises(ValueError, match="jacobian must have shape"):
        dn.integrating_mode(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"state must have shape \(2\)"):
        dn.linearise(model, np.ones((3, 2)))


def test_components_find_a_known_plane_and_its_shares():
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.standard_normal((7, 2)))[0].T
    scores = np.linalg.qr(rng.standard_normal((400, 3)) @ np.diag([1, 1, 0]) + 1e-9)[0][:, :2]
    scores = scores - scores.mean(axis=0)
    scores = np.linalg.qr(scores)[0] * [3.0, 1.0]
    pcs = dn.principal_components((scores @ directions + 5).reshape(20, 20, 7))
    np.testing.assert_allclose(pcs.variance_share[:3], [0.9, 0.1, 0], atol=1e-10)
    np.testing.assert_allclose(np.abs(pcs.components[:2] @ directions.T), np.eye(2), atol=1e-6)
    np.testing.assert_allclose(
        np.abs(pcs.project(scores @ directions + 5)[:, 0]), np.abs(scores[:, 0]), atol=1e-6
    )
    largest = np.abs(pcs.components).argmax(axis=1)
    assert np.all(pcs.components[np.arange(7), largest] > 0)


def test_decoding_shares_of_components_add_up_to_a_linear_decoders():
    rng = np.random.default_rng(1)
    states = rng.standard_normal((300, 5)) @ rng.standard_normal((5, 5))
    target = states @ rng.standard_normal(5) + rng.standard_normal(300)
    design = np.column_stack([states, np.ones(300)])
    residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    pcs = dn.principal_components(states)
    shares = dn.decoder_r_squared(pcs.project(states), target)
    assert shares.sum() == pytest.approx(1 - residual.var() / target.var())
    constant = np.column_stack([target, np.full(300, 0.1) + 1e-16])
    np.testing.assert_allclose(dn.decoder_r_squared(constant, target), [1, 0])


def test_components_refuse_states_and_targets_that_do_not_vary():
    with pytest.raises(ValueError, match="states must differ"):
        dn.principal_components(np.ones((4, 3)))
    with pytest.raises(ValueError, match="target must vary"):
        dn.decoder_r_squared(np.eye(3), np.ones(3))


@pytest.mark.parametrize("task", [TASK, IntegratorTask.original()])
def test_optimal_filter_and_integrator_reach_their_closed_forms(task):
    inputs, clean = filtering.sample_clean(task, 4096, seed=4)
    for estimate, formula in (
        (filtering.optimal_estimate(task, inputs), filtering.optimal_mse(task)),
        (np.cumsum(inputs, axis=0), filtering.integrator_mse(task)),
    ):
        squared = (estimate - clean)[..., 0] ** 2
        error, standard_error = squared.mean(axis=1), squared.std(axis=1) / 4096**0.5
        # 25 steps are compared: five standard errors fail by chance once in 70,000 tests.
        assert np.all(np.abs(error - formula) < 5 * standard_error)


def test_no_regression_on_the_inputs_beats_the_optimal_filter():
    task = IntegratorTask.original()
    inputs, clean = filtering.sample_clean(task, 20_000, seed=5)
    x, last = inputs[:, :, 0].T.astype(float), clean[-1, :, 0]
    design = np.column_stack([x, np.ones(len(x))])
    fitted = np.mean((last - design @ np.linalg.lstsq(design, last, rcond=None)[0]) ** 2)
    optimal = filtering.optimal_mse(task)[-1]
    # The fit's 26 parameters lower its error by 26/20000; the rest is sampling, sd sqrt(2/n).
    assert fitted == pytest.approx(optimal * (1 - 26 / 20_000), rel=4 * (2 / 20_000) ** 0.5)
    assert optimal < filtering.integrator_mse(task)[-1]


def test_clean_target_is_the_bias_times_the_step():
    inputs, clean = filtering.sample_clean(TASK, 500, seed=6)
    t = np.arange(1, 26)[:, None, None]
    np.testing.assert_allclose(clean, clean[:1] * t, rtol=25 * ROUNDING)
    noise = inputs - clean / t
    # The sd of 12,500 normal numbers is known to 1/sqrt(25000).
    assert noise.std() == pytest.approx(TASK.noise_std, rel=4 / 25_000**0.5)


def test_without_noise_the_optimal_filter_is_the_sum():
    task = dataclasses.replace(TASK, noise_scale=0.0)
    inputs, clean = filtering.sample_clean(task, 3)
    np.testing.assert_allclose(filtering.optimal_estimate(task, inputs), clean, rtol=25 * ROUNDING)


def test_without_noise_and_bias_there_is_nothing_to_weigh():
    task = dataclasses.replace(TASK, noise_scale=0.0, bias_scale=0.0)
    with pytest.raises(ValueError, match="a bias_scale or a noise_scale above 0, got 0 for both"):
        filtering.optimal_mse(task)


def test_figures_draw_what_they_are_given():
    rng = np.random.default_rng(0)
    ax = plots.plot_components([0.7, 0.2, 0.1], [0.5, 0.1, 0.0], number=3)
    assert [bar.get_height() for bar in ax.patches] == [0.7, 0.2, 0.1, 0.5, 0.1, 0.0]
    ax = plots.plot_line(rng.standard_normal((5, 4, 2)), rng.standard_normal((9, 2)), np.arange(9))
    assert len(ax.lines) == 4 and len(ax.collections[0].get_offsets()) == 9
    axes = plots.plot_spectra({"a": np.array([1j, 0.5]), "b": np.array([1.0])})
    assert len(axes) == 2 and axes[0].lines[1].get_ydata().tolist() == [1, 0]
    ax = plots.plot_along_line({"a": np.array([2.0, 1.0])}, {"a": np.array([4.0, 3.0])}, "y")
    assert ax.lines[0].get_xdata().tolist() == [1, 2] and ax.lines[0].get_ydata().tolist() == [3, 4]
    ax = plots.plot_decay({"a": np.array([1.0, 0.5])}, {"a": np.array([1.0, 0.4])})
    assert [line.get_ydata()[1] for line in ax.lines] == [0.5, 0.4]
    axes = plots.plot_vectors({"r": np.array([2.0, 1.0]), "l": np.array([5.0, 6.0])})
    assert [[bar.get_height() for bar in ax.patches] for ax in axes] == [[1, 2], [6, 5]]
    plt.close("all")


def test_a_nearly_defective_matrix_still_has_its_mode():
    # Left and right vector of the eigenvalue 1 have an overlap of about 1e-4.
    mode = dn.integrating_mode([[1.0, 1.0], [0.0, 1.0001]])
    assert mode.eigenvalue == pytest.approx(1) and mode.left @ mode.right == pytest.approx(1)


def test_settled_states_have_forgotten_a_mode_that_keeps_four_fifths():
    recurrent = [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.8]]
    model = wired(np.array([1.0, -1.0, 1.0]), recurrent, np.array([1.0, -1.0, 0.0]))
    (state,) = np.asarray(dn.settled_states(model, np.full((25, 1, 1), 0.1)))
    assert state[0] == pytest.approx(2.5, rel=1e-5)
    # It held half after the trial, and 0.8**50 of that is left.
    assert state[2] == pytest.approx(0.5 * (1 - 0.8**25) * 0.8**dn.SETTLING_STEPS, rel=1e-4)
    assert dn.SETTLING_STEPS == 50


def test_profile_of_a_leaky_line_has_its_leak_and_leaves_out_the_corner():
    states = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    profile = dn.line_profile(leaky_integrator(0.05), states)
    np.testing.assert_allclose(profile.value, [-1, 2], rtol=1e-6)
    np.testing.assert_allclose(profile.eigenvalue, 0.95, rtol=1e-6)
    np.testing.assert_allclose(profile.others, 0, atol=1e-6)
    np.testing.assert_allclose(profile.drift, [0.05, -0.1], rtol=1e-5)


def test_drift_along_a_line_leaves_out_the_move_back_to_it():
    # The second unit forgets at once, and the readout sees it: no drift of what is held.
    network = wired([1.0, 1.0], [[1.0, 0.0], [0.0, 0.5]], [1.0, 1.0])
    beside = np.array([[3.0, 0.2]])
    assert dn.drift(network, beside)[0] == pytest.approx(-0.1)
    assert dn.line_profile(network, beside).drift[0] == pytest.approx(0, abs=1e-6)
    assert dn.line_profile(network, beside).others[0] == pytest.approx(0.5)
