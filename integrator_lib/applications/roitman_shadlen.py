"""What two monkeys did: a summary of Roitman and Shadlen (2002), and its fit.

The monkeys watched moving dots and looked to the side to which they saw them move, whenever
they were ready. The share of dots that moved together is the *coherence*.
"""

import dataclasses
from typing import Any

import numpy as np
from scipy import optimize

from integrator_lib._arguments import instance
from integrator_lib.applications.sequential_sampling import bounded_accuracy, bounded_steps


@dataclasses.dataclass(frozen=True)
class Monkey:
    """Choices and reaction times of one monkey, one entry for each coherence.

    Attributes:
        num_trials: Trials.
        num_correct: Correct choices; without coherence one side was rewarded at random.
        correct_seconds: Mean reaction time of the correct choices.
        correct_std: Their standard deviation, in seconds.
        error_seconds: Mean reaction time of the errors; NaN where there is none.
        error_std: Their standard deviation, in seconds; NaN where there is none.
    """

    num_trials: np.ndarray
    num_correct: np.ndarray
    correct_seconds: np.ndarray
    correct_std: np.ndarray
    error_seconds: np.ndarray
    error_std: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """Share of correct choices."""
        return self.num_correct / self.num_trials

    @property
    def correct_error(self) -> np.ndarray:
        """Standard error of ``correct_seconds``."""
        return self.correct_std / np.sqrt(self.num_correct)


COHERENCE = np.array([0.0, 0.032, 0.064, 0.128, 0.256, 0.512])

_ROWS = np.array(
    [
        [432, 218, 0.794, 0.211, 0.781, 0.182],
        [437, 269, 0.772, 0.205, 0.784, 0.194],
        [436, 322, 0.735, 0.177, 0.747, 0.182],
        [436, 407, 0.662, 0.156, 0.771, 0.171],
        [436, 434, 0.560, 0.111, 0.636, 0.136],
        [438, 438, 0.464, 0.090, np.nan, np.nan],
        [587, 291, 0.854, 0.245, 0.854, 0.241],
        [591, 391, 0.830, 0.243, 0.895, 0.249],
        [589, 474, 0.774, 0.229, 0.914, 0.232],
        [587, 556, 0.684, 0.207, 0.885, 0.283],
        [590, 587, 0.529, 0.152, 0.803, 0.028],
        [590, 590, 0.393, 0.112, np.nan, np.nan],
    ]
)

MONKEYS = tuple(Monkey(*_ROWS[rows].T) for rows in (slice(0, 6), slice(6, 12)))
"""The two monkeys, as a summary of 6,149 trials.

Source: J. D. Roitman and M. N. Shadlen (2002), J. Neurosci. 22:9475. Counted from the trials
that its authors gave to the public, in the copy that PyDDM's documentation keeps.
"""


@dataclasses.dataclass(frozen=True)
class ReactionTimeFit:
    """A bounded accumulator fitted to reaction times; its noise is 1 per root second.

    Attributes:
        drift_rate: Drift rate at full coherence, per second.
        bound: Bound.
        delay: Seconds of a reaction time that are not spent on deciding.
        misfit: Sum of squared deviations of mean times in standard errors.
    """

    drift_rate: float
    bound: float
    delay: float
    misfit: float

    def seconds(self, coherence: Any) -> Any:
        """Return the mean reaction time, ``(A / k C) tanh(A k C) + t0``."""
        return _decision_seconds(self.drift_rate * np.asarray(coherence), self.bound) + self.delay

    def accuracy(self, coherence: Any) -> Any:
        """Return the share of correct choices that follows, ``1 / (1 + exp(-2 A k C))``."""
        rates = self.drift_rate * np.asarray(coherence)
        return bounded_accuracy(rates, 1.0, self.bound, overshoot=False)


def _decision_seconds(drift_rate: Any, bound: float) -> Any:
    return bounded_steps(drift_rate, 1.0, bound, overshoot=False)


def fit_reaction_times(monkey: Monkey) -> ReactionTimeFit:
    """Fit drift rate, bound and delay to the mean times of correct choices, and to nothing else.

    The sum moves in continuous time; a single drift rate makes errors as slow as correct choices.
    Weighted least squares, with the standard error of each mean.

    Args:
        monkey: Six mean reaction times for three parameters.

    Source: J. Palmer, A. C. Huk and M. N. Shadlen (2005).
    """
    instance("monkey", monkey, Monkey)

    def deviations(parameters: np.ndarray) -> np.ndarray:
        drift_rate, bound, delay = parameters
        seconds = _decision_seconds(drift_rate * COHERENCE, bound) + delay
        return (seconds - monkey.correct_seconds) / monkey.correct_error

    found = optimize.least_squares(
        deviations, x0=(10.0, 0.7, 0.3), x_scale=(10.0, 1.0, 0.3), bounds=(0.0, np.inf)
    )
    drift_rate, bound, delay = (float(value) for value in found.x)
    return ReactionTimeFit(drift_rate, bound, delay, misfit=float(2 * found.cost))
