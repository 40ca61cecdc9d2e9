"""Errors of a network of the zoo, measured."""

import numpy as np

from integrator_lib.evaluation import evaluate
from integrator_lib.networks import IntegratorRNN
from integrator_lib.robustness import with_proportional_noise
from integrator_lib.task import IntegratorTask
from integrator_lib.zoo.members import LONG

NOISE = 0.01
"""Standard deviation of the noise on the recurrent weights, in parts of each weight."""


def long_error(model: IntegratorRNN) -> float:
    """Return the relative error on 1024 trials of 1000 steps."""
    return evaluate(model, LONG, num_trials=1024).relative_mse


def noisy_error(model: IntegratorRNN, draws: int = 200) -> float:
    """Return the relative error on trials of 25 steps, averaged over draws of weight noise.

    Args:
        model: The network.
        draws: How often noise of 1 % is drawn, with the seeds from 0 on.
    """
    task = IntegratorTask()
    noisy = [with_proportional_noise(model, NOISE, seed=seed) for seed in range(draws)]
    return float(np.mean([evaluate(each, task, num_trials=512).relative_mse for each in noisy]))
