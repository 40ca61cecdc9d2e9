"""Exercises: stubs, solutions, and wrong answers written as students write them."""

import importlib
import pkgutil

import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib.course import checks
from integrator_lib.course.checks import Exercise, check

NAMES = [m.name for m in pkgutil.iter_modules(checks.__path__) if m.name.startswith("chapter")]
MODULES = [
    importlib.import_module(f"integrator_lib.course.checks.{name}") for name in sorted(NAMES)
]
EXERCISES = [
    exercise
    for module in MODULES
    for exercise in vars(module).values()
    if isinstance(exercise, Exercise)
]


@pytest.fixture(params=EXERCISES, ids=lambda exercise: exercise.name)
def exercise(request):
    return request.param


def test_right_answer_passes_on_fresh_inputs(exercise):
    assert {check(exercise, exercise.reference).status for _ in range(5)} == {"passed"}


def test_stub_is_not_attempted(exercise):
    def stub(*_):
        raise NotImplementedError("write me")

    assert str(check(exercise, stub)) == f"{exercise.name}: not attempted"


def test_every_catalogued_mistake_is_named(exercise):
    assert len(exercise.mistakes) >= 3
    for mistake in exercise.mistakes:
        for _ in range(5):
            assert mistake.looks_like in check(exercise, mistake.answer).message


def test_an_uncatalogued_wrong_answer_is_not_passed(exercise):
    verdict = check(exercise, lambda *arguments: 12345.678)
    assert verdict.status == "not yet" and "It looks as if" not in verdict.message


def test_missing_return_crash_text_and_nan_are_told_apart():
    exercise = next(e for e in EXERCISES if e.name == "running_sum")
    assert "returned None" in check(exercise, lambda inputs: None).message
    assert "ZeroDivisionError" in check(exercise, lambda inputs: 1 / 0).message
    assert "returned str" in check(exercise, lambda inputs: "sum").message
    assert "NaN" in check(exercise, lambda inputs: inputs * np.nan).message
    assert "off by" in check(exercise, lambda inputs: 3 * np.cumsum(inputs, axis=0)).message
    message = check(exercise, lambda inputs: (inputs, inputs)).message
    assert message == "It should return one array or number, it returned 2."
    assert "real numbers" in check(exercise, lambda inputs: np.cumsum(inputs, axis=0) + 0j).message
    assert "real numbers" in check(exercise, lambda inputs: jnp.array(1j)).message


def test_an_answer_in_jax_passes_and_cannot_spoil_the_inputs():
    exercise = next(e for e in EXERCISES if e.name == "running_sum")
    assert check(exercise, lambda inputs: jnp.cumsum(inputs, axis=0)).status == "passed"

    def in_place(inputs):
        for t in range(1, len(inputs)):
            inputs[t] += inputs[t - 1]
        return inputs

    assert check(exercise, in_place).status == "passed"


# Mistakes as a student would type them, apart from the catalogue's own code.
def sum_over_trials(inputs):
    return inputs.cumsum(1)


def exclusive_sum(inputs):
    out = np.zeros_like(inputs)
    for t in range(1, len(inputs)):
        out[t] = out[t - 1] + inputs[t - 1]
    return out


def total_only(inputs):
    return sum(inputs)


def state_first(x, h, W, b):
    return np.where((z := np.hstack([h, x]) @ W + b) > 0, z, 0)


def no_relu(x, h, W, b):
    return x @ W[: x.shape[1]] + h @ W[x.shape[1] :] + b


def forgets_bias(x, h, W, b):
    return (np.hstack([x, h]) @ W).clip(0)


def constant_rate(initial, decay, step):
    return initial


def linear_rate(initial, decay, step):
    return initial - initial * (1 - decay) * step


def late_rate(initial, decay, step):
    rate = initial
    for _ in range(step - 1):
        rate *= decay
    return rate


def plain_mse(outputs, targets):
    return ((outputs - targets) ** 2).mean()


def over_variance(outputs, targets):
    return ((outputs - targets) ** 2).mean() / targets.var()


def rooted(outputs, targets):
    return (((outputs - targets) ** 2).mean() / (targets**2).mean()) ** 0.5


def distinct_shapes(arrays):
    return len({x.shape for x in arrays})


def compiles_on_change(arrays):
    count, last = 0, None
    for x in arrays:
        count += (x.shape, x.dtype) != last
        last = x.shape, x.dtype
    return count


def forward_launches_only(hidden_size, peak, launch_seconds, launches):
    return launches * launch_seconds * peak / (2 * hidden_size * (hidden_size + 1))


def unweighted_mean(gradients, num_trials):
    return np.mean(gradients, axis=0)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("running_sum", sum_over_trials, "over trials"),
        ("running_sum", exclusive_sum, "current input is left out"),
        ("running_sum", total_only, "total at the end"),
        ("rnn_step", state_first, "state comes before the input"),
        ("rnn_step", no_relu, "activation is missing"),
        ("rnn_step", forgets_bias, "bias is missing"),
        ("decayed_rate", constant_rate, "never changes"),
        ("decayed_rate", linear_rate, "linearly"),
        ("decayed_rate", late_rate, "one step late"),
        ("relative_mse", plain_mse, "not yet relative"),
        ("relative_mse", over_variance, "variance"),
        ("relative_mse", rooted, "root"),
        ("compilations", distinct_shapes, "only shapes count"),
        ("compilations", compiles_on_change, "last program"),
        ("break_even_batch", forward_launches_only, "forward pass"),
        ("combine_gradients", unweighted_mean, "count alike"),
    ],
)
def test_a_students_own_wrong_code_is_named(name, answer, words):
    exercise = next(e for e in EXERCISES if e.name == name)
    assert words in check(exercise, answer).message
