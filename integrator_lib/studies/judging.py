"""What a prediction is, and how it is judged.

Each prediction is a range for a weighted sum of conditions. It is judged by an interval that
is widened so that the intervals of all predictions hold together in 95 % of cases
(Bonferroni).
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from integrator_lib._arguments import one_of
from integrator_lib.studies.catalogue import STUDIES
from integrator_lib.studies.outcomes import OUTCOMES
from integrator_lib.studies.statistics import (
    Estimate,
    contrast,
    mean_interval,
    median_interval,
    verdict,
)
from integrator_lib.studies.storage import FOLDER, read


@dataclasses.dataclass(frozen=True)
class Prediction:
    """A range in which a weighted sum of conditions was predicted to lie.

    Attributes:
        name: A letter for the hypothesis and a number for its part.
        claim: The prediction in words.
        study: Name of the study.
        outcome: What is compared, one of ``OUTCOMES``.
        weights: For each condition its weight; 1 and -1 for a difference.
        low: Lower end of the range.
        high: Upper end.
        average: ``"mean"``, or ``"median"`` where single networks may be very bad.
    """

    name: str
    claim: str
    study: str
    outcome: str
    weights: Mapping[str, float]
    low: float
    high: float
    average: str = "mean"

    def __post_init__(self) -> None:
        one_of("study", self.study, tuple(STUDIES))
        one_of("outcome", self.outcome, tuple(OUTCOMES))
        one_of("average", self.average, ("mean", "median"))
        for condition in self.weights:
            one_of("weights", condition, tuple(STUDIES[self.study].conditions))

    def estimate(self, level: float = 0.95, folder: Path = FOLDER) -> Estimate:
        """Estimate the weighted sum from stored results."""
        outcomes = {
            name: read(STUDIES[self.study], name, folder).of(self.outcome) for name in self.weights
        }
        interval = mean_interval if self.average == "mean" else median_interval
        return interval(contrast(outcomes, self.weights), level)


def judged(predictions: tuple[Prediction, ...]) -> list[tuple[Prediction, Estimate, str]]:
    """Return each prediction with its estimate and the verdict.

    The intervals hold together in 95 % of cases.

    Args:
        predictions: All that were made.
    """
    found = []
    for prediction in predictions:
        estimate = prediction.estimate(1 - 0.05 / len(predictions))
        found.append((prediction, estimate, verdict(estimate, prediction.low, prediction.high)))
    return found
