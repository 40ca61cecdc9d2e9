"""Decisions: closed forms against quadrature and simulation, networks against the exact sum."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import integrate, optimize, stats

from integrator_lib import IntegratorTask, load_trained, predict
from integrator_lib.applications import (
    COHERENCE,
    MONKEYS,
    Monkey,
    best_flat_bound,
    choice_kernel,
    decide,
    draw_evidence,
    fit_reaction_times,
    optimal_bounds,
    psychometrics,
    sequential_sampling,
)
from integrator_lib.plotting import plot_measured, plot_runs_to_bound

SIGMA = 0.05
TASKS = (IntegratorTask(), IntegratorTask.original())


def exact_sums(*arguments, **options):
    return np.cumsum(np.asarray(draw_evidence(*arguments, **options), np.float64), axis=0)


def share_error(share, number):
    return np.sqrt(share * (1 - share) / number)


# After a fixed time.
@pytest.mark.parametrize(("num_steps", "criterion"), [(25, 0.0), (25, 0.3), (100, -0.2)])
def test_psychometric_curve_is_that_of_simulated_sums(num_steps, criterion):
    sums = exact_sums(0.01, SIGMA, num_steps, 20_000, seed=1)[-1, :, 0]
    share = psychometrics.probability_right(0.01, SIGMA, num_steps, criterion=criterion)
    assert abs(np.mean(sums > criterion) - share) < 4 * share_error(share, 20_000)


def test_leaky_sensitivity_is_that_of_the_geometric_series():
    kept, n = 0.95, 25
    series = (1 - kept**n) / (1 - kept) * np.sqrt((1 - kept**2) / (1 - kept ** (2 * n)) / n)
    assert np.isclose(psychometrics.leaky_sensitivity(0.05, n), series)
    assert psychometrics.leaky_sensitivity(0.0, n) == 1


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("num_steps", [5, 25])
@pytest.mark.parametrize("criterion", [0.0, 0.1])
def test_accuracy_of_a_criterion_is_the_integral_over_the_bias(task, num_steps, criterion):
    m, T = task.bias_scale, num_steps

    def correct(b):
        right = stats.norm.sf((criterion - b * T) / (task.noise_std * T**0.5))
        return stats.norm.pdf(b, -m, 2 * m) * (right if b > 0 else 1 - right)

    expected = sum(integrate.quad(correct, *ends)[0] for ends in ((-20 * m, 0), (0, 20 * m)))
    assert abs(psychometrics.criterion_accuracy(task, criterion, T) - expected) < 1e-7


@pytest.mark.parametrize("task", TASKS)
def test_best_criterion_is_the_best(task):
    best = psychometrics.best_criterion(task)
    found = optimize.minimize_scalar(
        lambda c: -psychometrics.criterion_accuracy(task, c, 10), bounds=(0, 1), method="bounded",
    )  # fmt: skip
    # A maximum is found to the root of the accuracy's rounding, about 1e-5 here.
    assert abs(found.x - best) < 1e-3
    with pytest.raises(ValueError, match="bias_scale must be above 0"):
        psychometrics.best_criterion(dataclasses.replace(task, bias_scale=0.0))


def test_exact_integrator_loses_to_always_left_below_15_steps():
    accuracy = [psychometrics.criterion_accuracy(TASKS[1], 0, n) for n in range(1, 30)]
    assert np.array_equal(np.array(accuracy) < stats.norm.cdf(0.5), np.arange(1, 30) < 15)


def test_confidence_is_bayes_rule():
    size, t, tau = 0.2, 7, 0.03

    def density(b):
        return stats.norm.pdf(size, b * t, SIGMA * t**0.5) * stats.norm.pdf(b, 0, tau)

    above, below = (integrate.quad(density, *ends)[0] for ends in ((0, 0.4), (-0.4, 0)))
    assert np.isclose(psychometrics.confidence(size, t, SIGMA, tau), above / (above + below))


def test_pulse_accuracy_sums_over_both_counts():
    right, left = (stats.poisson(mean).pmf(np.arange(80)) for mean in (22, 18))
    both = np.outer(right, left)
    expected = np.tril(both, -1).sum() + np.trace(both) / 2
    assert np.isclose(psychometrics.pulse_accuracy(22, 18), expected)
    assert np.isclose(psychometrics.pulse_accuracy(20, 20), 0.5)


def test_probit_fit_returns_the_curve_that_made_the_shares():
    drift_rates = np.linspace(-0.03, 0.03, 9)
    shares = stats.norm.cdf(80 * (drift_rates - 0.004))
    fit = psychometrics.fit_probit(drift_rates, 1000 * shares, 1000)
    assert np.isclose(fit.slope, 80, rtol=1e-6) and np.isclose(fit.threshold, 0.004, rtol=1e-5)


def test_standard_errors_of_the_fit_are_the_spread_of_repeated_fits():
    rng, drift_rates = np.random.default_rng(0), np.linspace(-0.03, 0.03, 7)
    shares = stats.norm.cdf(100 * (drift_rates - 0.002))
    fits = [
        psychometrics.fit_probit(drift_rates, rng.binomial(400, shares), 400) for _ in range(400)
    ]
    for value, error in (("slope", "slope_error"), ("threshold", "threshold_error")):
        spread = np.std([getattr(fit, value) for fit in fits])
        claimed = np.mean([getattr(fit, error) for fit in fits])
        # A standard deviation of n draws has the relative standard error 1 / sqrt(2 n).
        assert abs(spread / claimed - 1) < 4 / np.sqrt(2 * 400)


@pytest.mark.parametrize(
    ("drift_rates", "num_right"),
    [((0.01, 0.02), (0, 0)), ((-0.01, 0.01), (0, 50)), ((0.01,), (25,))],
)
def test_choices_that_no_finite_slope_fits_are_refused(drift_rates, num_right):
    with pytest.raises(ValueError, match="drift_rates and num_right must allow"):
        psychometrics.fit_probit(drift_rates, num_right, 50)


def test_wilson_interval_of_no_choice_at_all():
    z2 = stats.norm.ppf(0.975) ** 2
    assert np.allclose(psychometrics.wilson_interval([0, 100], 100)[:, 0], (0, z2 / (100 + z2)))


# At a bound.
def test_overshoot_is_minus_zeta_of_one_half_over_the_root_of_two_pi():
    n = np.arange(1, 100_001)
    zeta = np.sum(n**-0.5) - 2 * 100_000**0.5 - 0.5 * 100_000**-0.5
    assert np.isclose(sequential_sampling.OVERSHOOT, -zeta / np.sqrt(2 * np.pi), rtol=1e-9)


@pytest.mark.parametrize("sigma", [0.05, 0.125])
@pytest.mark.parametrize("bound_in_sigma", [2, 3, 5, 10])
@pytest.mark.parametrize("drift_in_sigma", [0.0, 0.05, 0.2, 0.4])
def test_bounded_sum_is_right_to_two_thousandths_where_it_says_so(
    sigma, bound_in_sigma, drift_in_sigma
):
    bound, drift_rate = bound_in_sigma * sigma, drift_in_sigma * sigma
    accuracy, steps = sequential_sampling.solve_bound(drift_rate, sigma, bound)
    arguments = (drift_rate, sigma, bound)
    assert abs(sequential_sampling.bounded_steps(*arguments) / steps - 1) < 0.002
    assert abs(sequential_sampling.bounded_accuracy(*arguments) / accuracy - 1) < 0.002
    # Without the quarter of a step it would not be, unless a decision takes 200 steps.
    assert abs((sequential_sampling.bounded_steps(*arguments) - 0.25) / steps - 1) > 0.2 / steps


def test_textbook_form_is_the_limit_of_small_steps():
    for shrink in (1e-2, 1e-4):
        arguments = (0.01 * shrink, SIGMA * shrink**0.5, 0.25)
        coarse = sequential_sampling.bounded_steps(*arguments)
        fine = sequential_sampling.bounded_steps(*arguments, overshoot=False)
        assert 0 < coarse / fine - 1 < 2 * SIGMA * shrink**0.5 / 0.25 * 2


def test_integral_equation_agrees_with_simulated_sums():
    found = decide(exact_sums(0.01, SIGMA, 400, 20_000, seed=2), 0.25)
    accuracy, steps = sequential_sampling.solve_bound(0.01, SIGMA, 0.25)
    assert np.all(found.choices != 0)
    assert abs(np.mean(found.choices == 1) - accuracy) < 4 * share_error(accuracy, 20_000)
    assert abs(found.steps.mean() - steps) < 4 * found.steps.std() / np.sqrt(20_000)
    same = sequential_sampling.solve_bound(-0.01, SIGMA, 0.25)
    assert np.allclose(same, (accuracy, steps))


def test_survival_curve_adds_up_to_the_mean_number_of_steps():
    alive = sequential_sampling.undecided(0.01, SIGMA, 0.25, 500)
    assert alive[0] == 1 and np.all(np.diff(alive) < 0)
    assert np.isclose(alive.sum(), sequential_sampling.solve_bound(0.01, SIGMA, 0.25)[1])


@pytest.mark.parametrize("delay", [25, 100, 400])
def test_best_bound_has_the_highest_reward_rate_and_lies_on_the_optimal_curve(delay):
    arguments = (0.01, SIGMA)
    best = sequential_sampling.best_bound(*arguments, delay)
    rates = sequential_sampling.reward_rate(*arguments, best * np.array([0.98, 1, 1.02]), delay)
    assert rates[1] == rates.max()
    errors = 1 - sequential_sampling.bounded_accuracy(*arguments, best)
    share = (sequential_sampling.bounded_steps(*arguments, best) - 0.25) / (delay + 0.25)
    assert np.isclose(share, sequential_sampling.optimal_performance(errors))


def test_without_delay_one_step_is_enough():
    assert sequential_sampling.best_bound(0.01, SIGMA, 0.0) == 0


def test_waiting_saves_half_at_95_percent_and_three_quarters_in_the_limit():
    assert abs(sequential_sampling.sequential_saving(0.95) - 0.4897) < 1e-4
    limit = [sequential_sampling.sequential_saving(1 - 10.0**-k) for k in (4, 8, 12)]
    assert np.all(np.diff(limit) < 0) and 0.25 < limit[-1] < 0.3


def test_moving_bounds_earn_what_they_say_and_hardly_more_than_the_best_flat_one():
    tau, delay, n = 0.05, 25, 200_000
    found, (flat, flat_rate) = (f(tau, SIGMA, delay) for f in (optimal_bounds, best_flat_bound))
    assert flat_rate <= found.rate < 1.001 * flat_rate
    assert found.bounds[0] > 2 * found.bounds[49] and 0.05 < flat < 0.08
    rng = np.random.default_rng(3)
    drift_rate, sums = tau * rng.standard_normal(n), np.zeros(n)
    steps = np.zeros(n)
    for bound in (np.inf, *found.bounds[:-1]):
        running = np.abs(sums) < bound
        running &= steps == steps.max()
        sums[running] += drift_rate[running] + SIGMA * rng.standard_normal(running.sum())
        steps[running] += 1
    correct = np.sign(sums) == np.sign(drift_rate)
    residual = correct - found.rate * (steps + delay)
    assert abs(residual.mean()) < 4 * residual.std() / np.sqrt(n)


# Decisions read from outputs.
def test_decisions_fall_at_the_first_step_at_or_beyond_a_bound():
    outputs = np.array([[0.1, 0.2, 0.5, -0.1], [-0.5, -0.7, -0.9, 0.3], [0.1, 0.2, 0.3, 0.4]]).T
    found = decide(outputs[..., None], 0.5)
    assert found.choices.tolist() == [1, -1, 0]
    assert found.steps.tolist() == [3, 1, 4]
    assert found.values.tolist() == [0.5, -0.5, 0.4]
    last = decide(outputs[..., None])
    assert last.choices.tolist() == [-1, 1, 1]
    assert last.steps.tolist() == [4, 4, 4]


def test_evidence_has_its_drift_rate_and_noise_and_shares_its_noise():
    drift_rate = np.linspace(-1, 1, 50)
    evidence = draw_evidence(drift_rate, SIGMA, 400, 50, seed=4)
    assert evidence.shape == (400, 50, 1) and evidence.dtype == np.float32
    noise = np.asarray(evidence)[..., 0] - drift_rate
    assert abs(noise.mean()) < 4 * SIGMA / np.sqrt(noise.size)
    assert abs(noise.std() / SIGMA - 1) < 4 / np.sqrt(2 * noise.size)
    assert np.allclose(draw_evidence(0.0, SIGMA, 400, 50, seed=4)[..., 0], noise, atol=1e-6)


def test_kernel_of_a_bound_is_its_survival_curve():
    evidence = draw_evidence(0.0, SIGMA, 100, 20_000, seed=5)
    found = decide(np.cumsum(np.asarray(evidence, np.float64), axis=0), 0.15)
    kernel, error = choice_kernel(evidence, found.values)
    alive = sequential_sampling.undecided(0.0, SIGMA, 0.15, 39)
    z = ((kernel[:40] - SIGMA**2 * alive[:40]) / error[:40]) ** 2
    assert abs(z.mean() - 1) < 4 * np.sqrt(2 / 40)


def test_kernel_at_a_fixed_time_has_the_leaks_weights():
    evidence = draw_evidence(0.0, SIGMA, 25, 20_000, seed=6)
    w = 0.9 ** np.arange(24, -1, -1)
    choices = np.sign(np.einsum("t,tn->n", w, np.asarray(evidence)[..., 0]))
    kernel, error = choice_kernel(evidence, choices)
    z = ((kernel - SIGMA * np.sqrt(2 / np.pi) * w / np.linalg.norm(w)) / error) ** 2
    assert abs(z.mean() - 1) < 4 * np.sqrt(2 / 25)


@pytest.mark.parametrize("seed", [0, 6])
def test_networks_trained_on_25_steps_decide_as_the_sum_does_over_800(seed):
    evidence = draw_evidence(0.005, SIGMA, 800, 2048, seed=7)
    by_sum = decide(np.cumsum(np.asarray(evidence, np.float64), axis=0), 0.5)
    by_network = decide(predict(load_trained("rnn_short", seed), evidence), 0.5)
    assert np.mean(by_network.choices == by_sum.choices) > 0.997
    tanh = decide(predict(load_trained("tanh"), evidence), 0.5)
    assert np.mean(tanh.choices == by_sum.choices) < 0.99


# Monkeys.
def test_summary_holds_the_trials_of_both_monkeys():
    assert [int(monkey.num_trials.sum()) for monkey in MONKEYS] == [2615, 3534]
    for monkey in MONKEYS:
        assert np.all(monkey.num_correct <= monkey.num_trials)
        assert np.array_equal(
            np.isnan(monkey.error_seconds), monkey.num_correct == monkey.num_trials
        )


def test_fit_returns_the_parameters_that_made_the_times():
    x = 0.7 * 12 * COHERENCE
    seconds = 0.7**2 * np.append(1.0, np.tanh(x[1:]) / x[1:]) + 0.35
    ones = np.ones(6)
    fit = fit_reaction_times(Monkey(100 * ones, 90 * ones, seconds, 0.2 * ones, ones, ones))
    assert np.allclose((fit.drift_rate, fit.bound, fit.delay), (12, 0.7, 0.35), rtol=1e-4)
    assert fit.misfit < 1e-6 and np.allclose(fit.seconds(COHERENCE), seconds, atol=1e-5)


def test_accuracy_predicted_from_times_alone_misses_by_little():
    for monkey, largest in zip(MONKEYS, (0.04, 0.07), strict=True):
        fit = fit_reaction_times(monkey)
        assert np.abs(fit.accuracy(COHERENCE) - monkey.accuracy)[1:].max() < largest
        assert fit.misfit < stats.chi2.ppf(0.99, 3)


# Arguments and figures.
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decide(np.zeros((3, 2))), "outputs must have shape"),
        (lambda: sequential_sampling.sequential_saving(["a"]), "accuracy must be real numbers"),
        (lambda: decide([[["a"]]]), "outputs must hold numbers"),
        (lambda: decide(np.zeros((3, 2, 1)), 0.0), "bound must be above 0"),
        (lambda: draw_evidence(0.0, -1.0, 5, 5), "noise_std must be at least 0"),
        (lambda: draw_evidence(np.zeros(4), 1.0, 5, 5), "drift_rate must have shape"),
        (lambda: choice_kernel(np.zeros((3, 2, 1)), np.zeros(3)), "choices must have shape"),
        (lambda: sequential_sampling.bounded_steps(0, 1, -1), "bound must be finite and above 0"),
        (lambda: sequential_sampling.solve_bound(0, 0, 1), "noise_std must be above 0"),
        (lambda: psychometrics.pulse_accuracy(0, 1), "mean_right must be above 0"),
        (
            lambda: sequential_sampling.sequential_saving(1.0),
            "accuracy must be below 1 and above 0.5",
        ),
        (
            lambda: sequential_sampling.optimal_performance([0.1, 0.5]),
            "errors must be below 0.5 and above 0",
        ),
        (lambda: sequential_sampling.reward_rate(1, 1, 1, -2), "delay must be at least 0"),
        (
            lambda: sequential_sampling.bounded_steps(1, 1, [1, 0]),
            "bound must be finite and above 0, got 0",
        ),
        (lambda: psychometrics.wilson_interval([3, 11], 10), "num_right must be from 0 to"),
        (lambda: psychometrics.fit_probit([0, 1], [-1, 3], 10), "num_right must be from 0 to"),
        (lambda: psychometrics.probability_right(0, 0, 1), "noise_std must be above 0"),
        (lambda: optimal_bounds(0, 1, 1), "drift_std must be above 0"),
        (lambda: best_flat_bound(-1, 1, 1), "drift_std must be above 0"),
        (lambda: best_flat_bound(1, 1, -1), "delay must be at least 0"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_figures_draw_what_they_are_given():
    outputs = np.array([[0.2, 0.6, 0.9], [-0.1, -0.7, -0.8]]).T[..., None]
    ax = plot_runs_to_bound(outputs, decide(outputs, 0.5).steps, 0.5, trained_steps=1)
    ends = [line.get_ydata() for line in ax.lines if line.get_marker() in "^v"]
    assert [float(np.ravel(y)[0]) for y in ends] == [0.6, -0.7]
    ax = plot_measured({"theory": ([0, 1], [0, 1])}, {"data": ([0.5], [0.6], [0.1])}, "x", "y")
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"theory", "data"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    plt.close("all")
