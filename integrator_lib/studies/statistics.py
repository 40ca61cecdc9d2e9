"""Differences between conditions: with intervals, corrected for how many were asked for."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from integrator_lib._arguments import finite_array, real_number, whole_number


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A mean or a median with its uncertainty.

    Attributes:
        value: The estimate.
        low: Lower end of its interval.
        high: Upper end.
        p_value: Two-sided, of the hypothesis that it is 0.
    """

    value: float
    low: float
    high: float
    p_value: float


def contrast(outcomes: Mapping[str, Any], weights: Mapping[str, float]) -> np.ndarray:
    """Return each seed's weighted sum over conditions.

    With the weights 1 and -1 it is the difference of two conditions.

    Args:
        outcomes: For each condition one number a seed, ``(seeds,)``, the same seeds in each.
        weights: For the conditions that count, their weights.

    Returns:
        ``(seeds,)``.

    >>> contrast({"a": np.array([3.0, 5.0]), "b": np.array([1.0, 2.0])}, {"a": 1, "b": -1})
    array([2., 3.])
    """
    return np.sum([weight * np.asarray(outcomes[name]) for name, weight in weights.items()], axis=0)


def slope_weights(places: Mapping[str, float]) -> dict[str, float]:
    """Return the weights whose contrast is the slope of a least-squares line.

    Args:
        places: For each condition its place on the horizontal axis.

    >>> slope_weights({"left": 1.0, "right": 3.0})
    {'left': -0.5, 'right': 0.5}
    """
    mean = sum(places.values()) / len(places)
    spread = sum((x - mean) ** 2 for x in places.values())
    return {name: (x - mean) / spread for name, x in places.items()}


def mean_interval(values: Any, level: float = 0.95) -> Estimate:
    """Estimate a mean by Student's t: for values without heavy tails.

    Args:
        values: Independent values, ``(n,)``, at least two.
        level: How often such an interval is to hold the true mean.
    """
    values = np.asarray(finite_array("values", values, (None,)), np.float64)
    real_number("level", level, above=0, below=1)
    whole_number("the number of values", len(values), at_least=2)
    mean, error = values.mean(), values.std(ddof=1) / len(values) ** 0.5
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * error
    p_value = stats.ttest_1samp(values, 0.0).pvalue if error > 0 else float(mean == 0)
    return Estimate(float(mean), float(mean - half), float(mean + half), float(p_value))


def median_interval(values: Any, level: float = 0.95) -> Estimate:
    """Estimate a median by the sign test: it holds for any distribution.

    The ``k`` smallest and the ``k`` largest values are left out of the interval, with the
    largest ``k`` that heads or tails of ``n`` fair coins allow. With few values it may reach
    to infinity.

    Args:
        values: Independent values, ``(n,)``, at least two.
        level: How often such an interval is to hold the true median, at least.
    """
    values = np.sort(np.asarray(finite_array("values", values, (None,)), np.float64))
    real_number("level", level, above=0, below=1)
    whole_number("the number of values", len(values), at_least=2)
    coins = stats.binom(len(values), 0.5)
    left_out = int(np.sum(coins.cdf(np.arange(len(values))) <= (1 - level) / 2)) - 1
    padded = np.array([-np.inf, *values, np.inf])
    positive, negative = int(np.sum(values > 0)), int(np.sum(values < 0))
    p_value = stats.binomtest(positive, positive + negative).pvalue if positive + negative else 1.0
    return Estimate(
        float(np.median(values)),
        float(padded[left_out + 1]),
        float(padded[-left_out - 2]),
        float(p_value),
    )


def holm(p_values: Any) -> np.ndarray:
    """Correct p-values for how many there are (Holm, 1979, Scand. J. Stat. 6:65-70).

    The smallest is multiplied by their number, the next by one less, and so on; none may fall
    below one before it. Where all hypotheses of no effect are true, the chance that any
    corrected one is below 0.05 is at most 0.05.

    Args:
        p_values: ``(tests,)``.

    Returns:
        Corrected p-values in the same order, at most 1.

    >>> holm([0.01, 0.04, 0.03]).round(2)
    array([0.03, 0.06, 0.06])
    """
    p_values = np.asarray(finite_array("p_values", p_values, (None,)), np.float64)
    order = np.argsort(p_values)
    scaled = p_values[order] * np.arange(len(p_values), 0, -1)
    corrected = np.empty_like(scaled)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected


def verdict(estimate: Estimate, low: float, high: float) -> str:
    """Hold an interval against a predicted range.

    Returns:
        ``"held"`` if the interval lies within the range, ``"failed"`` if the two do not
        meet, else ``"open"``.
    """
    if low <= estimate.low and estimate.high <= high:
        return "held"
    return "failed" if estimate.high < low or high < estimate.low else "open"


def seeds_needed(std: float, effect: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many seeds show an effect, by the normal approximation.

    Args:
        std: Standard deviation of the paired differences, above 0.
        effect: Their mean, above 0.
        alpha: Chance of an effect being claimed where there is none; divide it by the number
            of comparisons for Bonferroni's bound on Holm's correction.
        power: Chance of this effect being shown.

    >>> seeds_needed(0.15, 0.1)
    18
    """
    real_number("std", std, above=0)
    real_number("effect", effect, above=0)
    real_number("alpha", alpha, above=0, below=1)
    real_number("power", power, above=0, below=1)
    z = stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)
    return int(np.ceil((z * std / effect) ** 2))
