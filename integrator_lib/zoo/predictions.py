"""Errors of the zoo's networks, known before they are run."""

import numpy as np
from scipy import stats

from integrator_lib import theory
from integrator_lib._arguments import instance, real_number
from integrator_lib.dynamics import initial_state, readout, visited_states
from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask


def leaky_error(task: IntegratorTask, eigenvalue: float, gain: float) -> float:
    """Return the relative error of a line with this eigenvalue and gain."""
    return theory.leaky_mse(task, 1 - eigenvalue, gain) / theory.mean_squared_target(task)


def bounded_error(task: IntegratorTask, low: float = 0.0, high: float = 0.0) -> float:
    """Return the relative error of a network whose output ends at one of two values.

    Long sums are far larger than such an output. It is taken to be ``low`` wherever the target
    ``y`` is negative and ``high`` wherever it is positive. At each step ``y`` is normal, with the
    mean and variance of :func:`theory.target_mean` and :func:`theory.target_variance`.

    Args:
        task: Where trials come from.
        low: Output for negative sums.
        high: Output for positive sums.
    """
    mean, std = theory.target_mean(task), np.sqrt(theory.target_variance(task))
    above = stats.norm.cdf(mean / std)
    positive = mean * above + std * stats.norm.pdf(mean / std)  # the mean of max(y, 0)
    squares = mean**2 + std**2
    error = squares - 2 * (high * positive + low * (mean - positive))
    error += high**2 * above + low**2 * (1 - above)
    return float(np.mean(error) / np.mean(squares))


def noise_error(model: IntegratorRNN, task: IntegratorTask, share: float) -> float:
    """Predict what noise on the recurrent weights adds to an exact integrator's relative error.

    Noise ``share xi_ji`` in parts of each weight ``W_ji`` adds ``o_i share xi_ji W_ji h_j`` to
    the output in every step in which unit ``i`` is active, and an exact integrator keeps it. So
    the error is a sum over the weights, each with a ``xi`` of its own, and its mean square is a
    sum of squares, here averaged over 128 trials.

    Args:
        model: A network that integrates exactly.
        task: Where trials come from.
        share: Standard deviation of the noise, in parts of each weight, at least 0.
    """
    instance("model", model, IntegratorRNN)
    instance("task", task, IntegratorTask)
    share = real_number("share", share, at_least=0)
    inputs, _ = task.sample(128, seed=0)
    states = np.asarray(visited_states(model, inputs), np.float64)
    first = np.broadcast_to(initial_state(model), states[:1].shape)
    active = (states > 0) | (model.activation != "relu")
    before = np.concatenate([first, states[:-1]])
    added = np.cumsum(before[..., :, None] * active[..., None, :], axis=0)
    worth = (share * np.asarray(model.rnn.W.value)[1:] * readout(model)[0]) ** 2
    by_step = np.mean(np.einsum("tbji,ji->tb", added**2, worth), axis=1)
    return float(np.mean(by_step) / theory.mean_squared_target(task))
