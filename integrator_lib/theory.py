"""Closed forms for the integrator task: pure functions of the task's numbers.

Every formula follows from ``x_t = b + sigma xi_t`` with ``b ~ N(-m, 4 m^2)`` and
independent standard normal ``xi_t``; the derivations are one or two lines each and are
given in chapters 01, 04 and 05.
"""

import numpy as np

from integrator_lib._arguments import instance, real_number, whole_number
from integrator_lib.task import IntegratorTask


def _steps(task: IntegratorTask) -> np.ndarray:
    instance("task", task, IntegratorTask)
    return np.arange(1, task.num_steps + 1, dtype=np.float64)


def target_mean(task: IntegratorTask) -> np.ndarray:
    """Return ``E[y_t] = -m t`` for each step, shape ``(num_steps,)``."""
    t = _steps(task)
    return -task.bias_scale * t


def target_variance(task: IntegratorTask) -> np.ndarray:
    """Return ``Var[y_t] = 4 m^2 t^2 + sigma^2 t`` for each step, shape ``(num_steps,)``."""
    t = _steps(task)
    return 4 * task.bias_scale**2 * t**2 + task.noise_std**2 * t


def bias_share(task: IntegratorTask) -> np.ndarray:
    """Return the share of each target's variance that the constant bias makes."""
    return 4 * task.bias_scale**2 * _steps(task) ** 2 / target_variance(task)


def mean_squared_target(task: IntegratorTask) -> float:
    """Return the mean of ``y_t^2`` over trials and steps: the error of predicting 0."""
    return float(np.mean(target_mean(task) ** 2 + target_variance(task)))


def baselines(task: IntegratorTask) -> dict[str, float]:
    """Return the mean squared error of guesses that do not integrate to the end.

    Args:
        task: Where trials come from.

    Returns:
        For each baseline its mean squared error over trials and steps:
        ``"predict 0"``, ``"grand mean"`` (one constant), ``"mean of each step"``,
        ``"t times x_t"`` (each step takes its own input for the bias), ``"best line on x_t"``
        (one least-squares line on the current input for all steps), ``"a line for each step"``,
        and ``"slope of 5 steps"`` and ``"slope of 10 steps"`` (see :func:`slope_mse`), which a
        task has that is longer.
    """
    t, mean, variance = _steps(task), target_mean(task), target_variance(task)
    m, sigma = task.bias_scale, task.noise_std
    grand_mean_error = float(np.mean(variance) + np.var(mean))
    input_variance = 4 * m**2 + sigma**2
    covariance = 4 * m**2 * t + sigma**2  # of x_t and y_t

    def explained(covariance: np.ndarray | np.floating) -> float:
        return float(np.mean(covariance**2)) / input_variance if input_variance else 0.0

    return {
        "predict 0": mean_squared_target(task),
        "grand mean": grand_mean_error,
        "mean of each step": float(np.mean(variance)),
        "t times x_t": float(np.mean(sigma**2 * ((t - 1) ** 2 + (t - 1)))),
        "best line on x_t": grand_mean_error - explained(np.mean(covariance)),
        "a line for each step": float(np.mean(variance)) - explained(covariance),
        **{
            f"slope of {first} steps": slope_mse(task, first)
            for first in (5, 10)
            if first < task.num_steps
        },
    }


def slope_mse(task: IntegratorTask, first: int) -> float:
    """Return the error of adding up the first steps and drawing a straight line on from there.

    Up to step ``k = first`` the guess is the sum itself; later it is ``t y_k / k``. The bias
    drops out. The ``d = t - k`` noise terms since are missed, and ``d / k`` times the noise of
    the first ``k`` is added, so that the error is ``sigma^2 (d + d^2 / k)``.

    Args:
        task: Where trials come from.
        first: Steps that are added up, at least 1.
    """
    first = whole_number("first", first)
    missed = np.maximum(_steps(task) - first, 0)
    return float(np.mean(task.noise_std**2 * (missed + missed**2 / first)))


def leaky_mse(task: IntegratorTask, leak: float, gain: float = 1.0) -> float:
    """Return the mean squared error of a leaky integrator.

    Its output is ``gain * sum_k (1 - leak)^(t - k) x_k``. The input ``j - 1`` steps old is
    weighed wrongly by ``e_j = 1 - gain (1 - leak)^(j - 1)``, so that the error at step ``t``
    is ``b sum_{j<=t} e_j + sigma sum_{j<=t} e_j xi_j``.

    Args:
        task: Where trials come from.
        leak: Part of the sum that is lost in a step, from 0 to 1. Slightly negative leaks,
            down to -0.1, are integrators that grow.
        gain: Factor of the output.

    Returns:
        The error, averaged over trials and steps.
    """
    leak = real_number("leak", leak, at_least=-0.1, at_most=1)
    gain = real_number("gain", gain)
    kept = 1.0 - leak
    e = 1.0 - gain * kept ** (_steps(task) - 1)
    second_moment_of_bias = 5 * task.bias_scale**2
    by_step = second_moment_of_bias * np.cumsum(e) ** 2 + task.noise_std**2 * np.cumsum(e**2)
    return float(np.mean(by_step))


def equivalent_leak(task: IntegratorTask, mse: float) -> float:
    """Return the leak at which a leaky integrator of gain 1 has this mean squared error.

    It inverts :func:`leaky_mse` by bisection; the error grows with the leak.

    Args:
        task: Where trials come from.
        mse: Mean squared error, from 0 to that of a leak of 1.
    """
    mse = real_number("mse", mse, at_least=0, at_most=leaky_mse(task, 1.0))
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if leaky_mse(task, middle) < mse else (low, middle)
    return (low + high) / 2


def smallest_penalty(leak: float = 0.0, gain: float = 1.0) -> float:
    """Return the least sum of squared weights among hand-wired leaky integrators.

    The family is that of ``hand_wired``: input weights ``a``, recurrent weights
    ``(1 - leak) o a^T``, readout ``gain o``. In each sign group ``|a| |o| >= 1``, the overlap.
    Groups of equal norm and ``o`` along ``a`` make the recurrent part smallest,
    ``4 (1 - leak)^2``, and ``|a|^2 = 2 |gain|`` makes ``|a|^2 + gain^2 |o|^2 = 4 |gain|``.
    The number of units does not enter.

    Args:
        leak: Part of the sum that is lost in a step, as in :func:`leaky_mse`.
        gain: Factor of the output.
    """
    leak = real_number("leak", leak, at_least=-0.1, at_most=1)
    return 4 * (1 - leak) ** 2 + 4 * abs(real_number("gain", gain))


def best_gain(task: IntegratorTask, leak: float, l2: float = 0.0) -> float:
    """Return the gain from 0 up that minimises a leaky integrator's error plus its penalty.

    :func:`leaky_mse` is a parabola in the gain, known from three of its points, and
    :func:`smallest_penalty` is linear in it.

    Args:
        task: Where trials come from.
        leak: Part of the sum that is lost in a step, as in :func:`leaky_mse`.
        l2: Factor of the penalty, at least 0.
    """
    l2 = real_number("l2", l2, at_least=0)
    at_0, at_1, at_minus_1 = (leaky_mse(task, leak, gain) for gain in (0.0, 1.0, -1.0))
    curvature = (at_1 + at_minus_1) / 2 - at_0
    return max(0.0, ((at_minus_1 - at_1) / 4 - 2 * l2) / curvature) if curvature else 0.0
