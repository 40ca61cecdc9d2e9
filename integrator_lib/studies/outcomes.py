"""What a study measures of each network."""

import dataclasses
import functools
from collections.abc import Callable, Sequence

import numpy as np

from integrator_lib._arguments import one_of
from integrator_lib._seeds import stream
from integrator_lib.dynamics import (
    NoIntegratingModeError,
    jacobian,
    linearise,
    readout,
    settled_states,
)
from integrator_lib.evaluation import predict
from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask

LENGTHS = (25, 100, 250, 1000)
"""Steps of the trials on which each network is tested."""

NUM_TRIALS = 256
"""Trials of each length, the same for all networks of all studies."""

WORST = 1.0
"""Largest log10 error that counts: ten times the error of always saying 0."""

BEST = -9.0
"""Smallest log10 error that counts; beyond it there is only rounding."""

WINDOW = 50
"""Batches whose median error a spike is held against."""


@dataclasses.dataclass(frozen=True)
class Outcomes:
    """What was measured of the networks of one condition.

    Arrays of float32, as the networks are. A network whose training diverged has infinite
    errors and NaN elsewhere.

    Attributes:
        seeds: The networks' seeds, ``(networks,)``.
        log_error: log10 of the relative error at each of ``LENGTHS``, ``(networks, 4)``;
            infinite where an output overflows.
        spikes: Batches whose error was above 10 times the median of the ``WINDOW`` batches
            before, ``(networks,)``.
        leading: Largest absolute eigenvalue at the two ends of the line, the negative one
            first, ``(networks, 2)``; NaN where the state overflows.
        second: Second largest, ``(networks, 2)``.
        gain: What a unit of input adds to the output in the long run, ``(networks, 2)``;
            NaN where no eigenvalue near 1 integrates.
    """

    seeds: np.ndarray
    log_error: np.ndarray
    spikes: np.ndarray
    leading: np.ndarray
    second: np.ndarray
    gain: np.ndarray

    def error_at(self, length: int) -> np.ndarray:
        """Return the log10 relative error at a length, within ``BEST`` and ``WORST``.

        Args:
            length: One of ``LENGTHS``.

        Returns:
            ``(networks,)``.
        """
        return np.clip(self.log_error[:, LENGTHS.index(length)], BEST, WORST).astype(np.float64)

    def diverged_at(self, length: int) -> np.ndarray:
        """Return which networks overflow or err by ``WORST`` or more, ``(networks,)``."""
        return self.log_error[:, LENGTHS.index(length)] >= WORST

    def of(self, name: str) -> np.ndarray:
        """Return one number a network, by the name that designs and predictions use.

        Args:
            name: One of ``OUTCOMES``, such as ``"error at 250"``.

        Returns:
            ``(networks,)``.
        """
        return OUTCOMES[one_of("name", name, tuple(OUTCOMES))](self)

    def eigenvalue_error(self) -> np.ndarray:
        """Return log10 of ``|leading - 1|`` at the worse end, within ``BEST`` and 0."""
        return _log_distance(self.leading)

    def gain_error(self) -> np.ndarray:
        """Return log10 of ``|gain - 1|`` at the worse end; 0 where nothing integrates."""
        return _log_distance(self.gain)


OUTCOMES: dict[str, Callable[[Outcomes], np.ndarray]] = {
    **{f"error at {n}": functools.partial(Outcomes.error_at, length=n) for n in LENGTHS},
    "spikes": lambda outcomes: outcomes.spikes,
    "eigenvalue error": Outcomes.eigenvalue_error,
    "gain error": Outcomes.gain_error,
    "second eigenvalue": lambda outcomes: outcomes.second.max(axis=1),
}
"""What designs and predictions speak of, by name; errors are log10, within bounds."""


def _log_distance(values: np.ndarray) -> np.ndarray:
    distance = np.nan_to_num(np.abs(values.astype(np.float64) - 1), nan=1.0).max(axis=1)
    return np.log10(np.clip(distance, 10**BEST, 1.0))


def count_spikes(mse: np.ndarray) -> int:
    """Return how many batches err more than 10 times the median of the ``WINDOW`` before.

    Args:
        mse: Mean squared error of each batch, ``(steps,)``.
    """
    if len(mse) <= WINDOW:
        return 0
    before = np.lib.stride_tricks.sliding_window_view(mse, WINDOW)[:-1]
    return int(np.sum(mse[WINDOW:] > 10 * np.median(before, axis=1)))


def measure(
    models: Sequence[IntegratorRNN | None], histories: Sequence[np.ndarray], seeds: Sequence[int]
) -> Outcomes:
    """Measure networks after their training.

    Args:
        models: The networks; ``None`` where training diverged.
        histories: The error of each network's batches, ``(steps,)`` each.
        seeds: Their seeds.
    """
    rows = [
        _NOTHING if model is None else (_log_errors(model), count_spikes(mse), *_at_the_ends(model))
        for model, mse in zip(models, histories, strict=True)
    ]
    columns = (np.array(column, np.float32) for column in zip(*rows, strict=True))
    return Outcomes(np.array(seeds, np.int32), *columns)


def nothing(seeds: Sequence[int]) -> Outcomes:
    """Return what is known of networks whose training diverged."""
    return measure([None] * len(seeds), [np.zeros(0)] * len(seeds), seeds)


_NOTHING = (np.full(len(LENGTHS), np.inf), np.nan, *np.full((3, 2), np.nan))


def _log_errors(model: IntegratorRNN) -> np.ndarray:
    """Return log10 of the relative error at each length; infinite where an output overflows."""
    found = []
    for length in LENGTHS:
        key = stream("evaluation data", 1)
        inputs, targets = IntegratorTask().draw(key, NUM_TRIALS, length)
        truth = np.asarray(targets, np.float64)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            error = np.mean((np.asarray(predict(model, inputs), np.float64) - truth) ** 2)
            found.append(np.log10(error / np.mean(truth**2)))
    return np.nan_to_num(found, nan=np.inf, posinf=np.inf, neginf=-np.inf)


def _at_the_ends(model: IntegratorRNN) -> np.ndarray:
    """Return leading and second eigenvalue and gain at the two ends, ``(3, 2)``."""
    states = np.asarray(settled_states(model, IntegratorTask().sample(64, seed=1)[0]))
    if not np.isfinite(states).all():
        return np.full((3, 2), np.nan)
    values = states @ readout(model)[0]
    ends = states[[values.argmin(), values.argmax()]]
    sizes = np.sort(np.abs(np.linalg.eigvals(np.asarray(jacobian(model, ends), np.float64))))
    return np.array([sizes[:, -1], sizes[:, -2], [_gain(model, state) for state in ends]])


def _gain(model: IntegratorRNN, state: np.ndarray) -> float:
    try:
        return linearise(model, state).gain
    except NoIntegratingModeError:
        return np.nan
