"""The data distribution and its closed forms."""

import jax
import numpy as np
import pytest

from integrator_lib import IntegratorTask, theory
from integrator_lib._seeds import stream

TASKS = [IntegratorTask(), IntegratorTask.original()]
N = 20_000


def within_four_standard_errors(values, expected):
    return abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))


@pytest.mark.parametrize("task", TASKS)
def test_targets_have_the_mean_and_variance_of_the_closed_form(task):
    final = np.asarray(task.sample(N, seed=1)[1][-1, :, 0], np.float64)
    assert within_four_standard_errors(final, theory.target_mean(task)[-1])
    variance = theory.target_variance(task)[-1]
    assert abs(final.var() / variance - 1) < 4 * np.sqrt(2 / N)


def test_targets_are_running_sums_of_float32_inputs():
    inputs, targets = IntegratorTask().sample(5, seed=0, num_steps=40)
    assert inputs.shape == targets.shape == (40, 5, 1)
    assert inputs.dtype == targets.dtype == np.float32
    # Forty additions of numbers below 1 in float32.
    np.testing.assert_allclose(targets, np.cumsum(inputs, axis=0), atol=40 * 6e-8 * 10)


def test_same_seed_gives_same_trials_and_keys_work():
    task = IntegratorTask()
    a, b, c = (task.sample(3, seed=s)[0] for s in (7, 7, 8))
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    key = task.sample(3, seed=jax.random.key(7))[0]
    assert np.array_equal(key, a)


def test_purposes_never_share_random_numbers():
    task = IntegratorTask()
    draws = [task.draw(stream(p, 0), 4)[0] for p in ("sample", "training data", "evaluation data")]
    assert not np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])
    assert not np.array_equal(draws[1], draws[2])


@pytest.mark.parametrize("task", TASKS)
def test_baselines_match_simulation(task):
    x, y = (np.asarray(a[..., 0], np.float64) for a in task.sample(N, seed=2))
    t = np.arange(1, task.num_steps + 1)[:, None]
    slope, intercept = np.polyfit(x.ravel(), y.ravel(), 1)
    guesses = {
        "predict 0": 0 * y,
        "grand mean": 0 * y + theory.target_mean(task).mean(),
        "mean of each step": 0 * y + theory.target_mean(task)[:, None],
        "t times x_t": t * x,
        "best line on x_t": slope * x + intercept,
        "a line for each step": np.array(
            [np.polyval(np.polyfit(*step, 1), step[0]) for step in zip(x, y, strict=True)]
        ),
        **{f"slope of {k} steps": np.where(t <= k, y, t * y[k - 1] / k) for k in (5, 10)},
    }
    expected = theory.baselines(task)
    assert guesses.keys() == expected.keys()
    for name, guess in guesses.items():
        assert within_four_standard_errors(np.mean((guess - y) ** 2, axis=0), expected[name]), name


def test_best_line_without_any_input_is_the_grand_mean():
    flat = theory.baselines(IntegratorTask(bias_scale=0, noise_scale=0))
    assert flat["best line on x_t"] == flat["grand mean"] == 0


@pytest.mark.parametrize(("leak", "gain"), [(0.1, 1), (0.01, 1), (0.1, 2.02), (-0.001, 1), (1, 1)])
def test_leaky_mse_matches_simulation(leak, gain):
    task = IntegratorTask()
    x, y = (np.asarray(a[..., 0], np.float64) for a in task.sample(N, seed=3))
    state, outputs = np.zeros(N), []
    for row in x:
        state = (1 - leak) * state + row
        outputs.append(gain * state)
    errors = np.mean((np.array(outputs) - y) ** 2, axis=0)
    assert within_four_standard_errors(errors, theory.leaky_mse(task, leak, gain))


def test_equivalent_leak_inverts_the_closed_form():
    task = IntegratorTask()
    for leak in (0.0, 1e-4, 0.03, 0.9):
        assert theory.equivalent_leak(task, theory.leaky_mse(task, leak)) == pytest.approx(leak)


def test_scaling_a_task_scales_its_inputs():
    task = IntegratorTask()
    small, large = task.sample(3, seed=0)[0], task.scaled(10.0).sample(3, seed=0)[0]
    np.testing.assert_allclose(large, 10 * small, rtol=1e-5)


def test_bias_makes_nearly_all_of_the_variance_here_and_less_in_the_original():
    here, original = (theory.bias_share(task)[-1] for task in TASKS)
    assert here > 0.95 > 0.5 > original


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: IntegratorTask(dt=0), ValueError, "dt must be above 0, got 0"),
        (lambda: IntegratorTask(bias_scale=-1), ValueError, "bias_scale must be at least 0"),
        (lambda: IntegratorTask(noise_scale=float("nan")), ValueError, "noise_scale must be fin"),
        (lambda: IntegratorTask(num_steps=2.5), TypeError, "num_steps must be a whole number"),
        (lambda: IntegratorTask(num_steps=True), TypeError, "num_steps must be a whole number"),
        (lambda: IntegratorTask(dt="1"), TypeError, "dt must be a real number, got '1'"),
        (lambda: IntegratorTask().sample(0), ValueError, "num_trials must be at least 1, got 0"),
        (lambda: IntegratorTask().sample(1, num_steps=0), ValueError, "num_steps must be at least"),
        (lambda: IntegratorTask().sample(1, seed=-1), ValueError, "seed must be at least 0"),
        (lambda: IntegratorTask().sample(1, seed=2**32), ValueError, "seed must be below"),
        (lambda: IntegratorTask().sample(1, seed=1.5), TypeError, "seed must be a whole number"),
        (
            lambda: IntegratorTask().sample(1, seed=jax.random.split(jax.random.key(0))),
            ValueError,
            "seed must be one key",
        ),
        (lambda: theory.leaky_mse(IntegratorTask(), 2), ValueError, "leak must be at most 1"),
        (lambda: theory.target_mean(3), TypeError, "task must be IntegratorTask, got int"),
        (lambda: theory.equivalent_leak(IntegratorTask(), 99), ValueError, "mse must be at most"),
    ],
)
def test_bad_input_names_argument_value_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
