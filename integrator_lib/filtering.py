"""The other noise problem: noise that the target does not contain.

In the course's task the target is the running sum of the noisy inputs, so nothing has to be
filtered out. Here the target is the integral of the clean input, ``c_t = b t``, while the
network still sees ``x_t = b + sigma xi_t``. What is known of ``b`` beforehand,
``b ~ N(-m, 4 m^2)``, then helps.
"""

import dataclasses
from typing import Any

import numpy as np

from integrator_lib._arguments import finite_array, instance, whole_number
from integrator_lib.task import IntegratorTask


def sample_clean(
    task: IntegratorTask, num_trials: int, *, seed: Any = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Sample noisy inputs, and the integral of the clean input as the target.

    The bias of a trial depends on the seed, not on the noise scale: the task without noise
    draws the same biases.

    Args:
        task: Where trials come from.
        num_trials: Number of trials, at least 1.
        seed: A whole number or a JAX random key.

    Returns:
        ``(inputs, targets)``, each ``(time, num_trials, 1)``.
    """
    instance("task", task, IntegratorTask)
    inputs, _ = task.sample(num_trials, seed=seed)
    _, targets = dataclasses.replace(task, noise_scale=0.0).sample(num_trials, seed=seed)
    return np.asarray(inputs), np.asarray(targets)


def data_weight(task: IntegratorTask, num_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps ``t`` and the weight of the data against the prior at each.

    Bayes' rule adds precisions: ``1 / (4 m^2)`` from the prior and ``t / sigma^2`` from
    ``t`` inputs, whose mean has all they tell about ``b``.

    Args:
        task: Where trials come from; its noise and bias scales must not both be 0.
        num_steps: Steps in a trial.

    Returns:
        Steps and weights, ``(num_steps,)`` each.
    """
    instance("task", task, IntegratorTask)
    num_steps = whole_number("num_steps", num_steps)
    if task.bias_scale == task.noise_scale == 0:
        raise ValueError("task must have a bias_scale or a noise_scale above 0, got 0 for both")
    t = np.arange(1, num_steps + 1, dtype=np.float64)
    prior_variance = 4 * task.bias_scale**2
    return t, prior_variance * t / (prior_variance * t + task.noise_std**2)


def optimal_estimate(task: IntegratorTask, inputs: Any) -> np.ndarray:
    """Return the best estimate of ``b t`` from the inputs so far.

    With ``k_t = 4 m^2 t / (4 m^2 t + sigma^2)`` it is ``k_t (x_1 + ... + x_t) - (1 - k_t) m t``:
    the running sum, drawn towards what the prior expects. All variables are normal, so that
    the posterior mean is linear in the inputs and no other function of them does better.

    Args:
        task: Where trials come from; its noise and bias scales must not both be 0.
        inputs: ``(time, batch, 1)``.

    Returns:
        ``(time, batch, 1)``.
    """
    inputs = np.asarray(finite_array("inputs", inputs, (None, None, 1)), np.float64)
    t, k = (a[:, None, None] for a in data_weight(task, len(inputs)))
    return k * np.cumsum(inputs, axis=0) - (1 - k) * task.bias_scale * t


def optimal_mse(task: IntegratorTask) -> np.ndarray:
    """Return the best estimate's mean squared error at each step, ``(num_steps,)``.

    It is ``t^2`` times the posterior variance of ``b``, which comes to ``k_t sigma^2 t``.
    """
    return integrator_mse(task) * data_weight(task, task.num_steps)[1]


def integrator_mse(task: IntegratorTask) -> np.ndarray:
    """Return a perfect integrator's mean squared error, ``sigma^2 t``, ``(num_steps,)``.

    Its output misses ``b t`` by the sum of ``t`` independent noises.
    """
    instance("task", task, IntegratorTask)
    return task.noise_std**2 * np.arange(1, task.num_steps + 1, dtype=np.float64)
