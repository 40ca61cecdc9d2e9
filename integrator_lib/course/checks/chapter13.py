"""Exercises of chapter 13, Which ingredient matters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from integrator_lib.course.checks._exercise import Exercise, Mistake
from integrator_lib.studies import Condition, mean_interval, verdict


def _seeds_for_effect(std: float, effect: float, comparisons: int) -> int:
    z = stats.norm.ppf(1 - 0.05 / comparisons / 2) + stats.norm.ppf(0.8)
    return int(np.ceil((z * std / effect) ** 2))


def _seeds(std: float, effect: float, z: float) -> int:
    return int(np.ceil((z * std / effect) ** 2))


seeds_for_effect = Exercise(
    name="seeds_for_effect",
    reference=_seeds_for_effect,
    hints=(
        "How many standard errors from 0 must an effect lie to be shown in 80 % of cases?",
        "How many seeds?",
        "(z_1 + z_2)^2 std^2 / effect^2, rounded up; z_1 belongs to 0.05 / comparisons",
    ),
    draw=lambda rng: [
        (rng.uniform(0.6, 1.2), rng.uniform(0.1, 0.2), int(n))
        for n in rng.choice([4, 6, 10, 20], 3, replace=False)
    ],
    mistakes=(
        Mistake(
            "the number of comparisons is left out",
            lambda std, effect, comparisons: _seeds_for_effect(std, effect, 1),
        ),
        Mistake(
            "the power is left out: with so few seeds the effect is shown in half of the cases",
            lambda std, effect, comparisons: _seeds(
                std, effect, stats.norm.ppf(1 - 0.05 / comparisons / 2)
            ),
        ),
        Mistake(
            "the test has one side; an effect may have either sign",
            lambda std, effect, comparisons: _seeds(
                std, effect, stats.norm.ppf(1 - 0.05 / comparisons) + stats.norm.ppf(0.8)
            ),
        ),
        Mistake(
            "the number is rounded down or to the nearest; that is too few",
            lambda std, effect, comparisons: _seeds_for_effect(std, effect, comparisons) - 1,
        ),
    ),
)


def _paired_interval(base: Any, changed: Any) -> tuple[float, float, float]:
    differences = changed - base
    mean = np.mean(differences)
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    half = stats.t.ppf(0.975, len(differences) - 1) * error
    return mean, mean - half, mean + half


def _interval(mean: float, error: float, factor: float) -> tuple[float, float, float]:
    return mean, mean - factor * error, mean + factor * error


def _of_two(base: Any, changed: Any) -> tuple[float, float, float]:
    found = stats.ttest_ind(changed, base, equal_var=False).confidence_interval(0.95)
    return np.mean(changed) - np.mean(base), found.low, found.high


def _draw_paired(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (4, 16):
        of_seed = rng.normal(-5, 0.5, n)
        cases.append((of_seed + rng.normal(0, 0.2, n), of_seed + rng.normal(0.3, 0.2, n)))
    return cases


paired_interval = Exercise(
    name="paired_interval",
    reference=_paired_interval,
    hints=(
        "The same seed is in both conditions: first take the differences",
        "Differences, with intervals, corrected",
        "mean, mean - t s / sqrt(n), mean + t s / sqrt(n), with scipy.stats.t.ppf(0.975, n - 1)",
    ),
    draw=_draw_paired,
    mistakes=(
        Mistake(
            "the sign is turned round; it should be changed minus base",
            lambda base, changed: _paired_interval(changed, base),
        ),
        Mistake("the two conditions are taken as if they had no seeds in common", _of_two),
        Mistake(
            "1.96 is taken for Student's t, which is wider with few seeds",
            lambda base, changed: _interval(
                np.mean(changed - base), stats.sem(changed - base), stats.norm.ppf(0.975)
            ),
        ),
        Mistake(
            "the spread of the differences is taken for that of their mean",
            lambda base, changed: _interval(
                np.mean(changed - base),
                np.std(changed - base, ddof=1),
                stats.t.ppf(0.975, len(base) - 1),
            ),
        ),
        Mistake(
            "the standard deviation divides by n; from a sample it divides by n - 1",
            lambda base, changed: _interval(
                np.mean(changed - base),
                np.std(changed - base) / np.sqrt(len(base)),
                stats.t.ppf(0.975, len(base) - 1),
            ),
        ),
        Mistake(
            "95 % is left out on each side; it is 2.5 %",
            lambda base, changed: _interval(
                np.mean(changed - base), stats.sem(changed - base), stats.t.ppf(0.95, len(base) - 1)
            ),
        ),
    ),
)


def _corrected(p_values: Any) -> Any:
    order = np.argsort(p_values)
    corrected = np.zeros(len(p_values))
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, (len(p_values) - rank) * p_values[place])
        corrected[place] = min(largest, 1.0)
    return corrected


def _unlifted(p_values: Any) -> Any:
    order = np.argsort(p_values)
    corrected = np.zeros(len(p_values))
    corrected[order] = np.sort(p_values) * np.arange(len(p_values), 0, -1)
    return np.minimum(corrected, 1.0)


def _draw_p_values(rng: np.random.Generator) -> list[tuple]:
    """Draw p-values of which two neighbours need lifting, and the largest exceeds 1."""
    small = rng.uniform(0.001, 0.004)
    cases = []
    for high in ([], [0.5, 0.6, 0.9]):
        values = np.array([small, 5 * small, 5.2 * small, 0.3, *high])
        cases.append((rng.permutation(values * rng.uniform(0.95, 1.05)),))
    return cases


corrected = Exercise(
    name="corrected",
    reference=_corrected,
    hints=(
        "By what is the smallest multiplied, and by what the next?",
        "Differences, with intervals, corrected",
        "sorted p-values times n, n - 1, ..., 1, then np.maximum.accumulate, at most 1, put back",
    ),
    draw=_draw_p_values,
    mistakes=(
        Mistake(
            "all are multiplied by their number (Bonferroni); Holm's next factors are smaller",
            lambda p_values: np.minimum(len(p_values) * p_values, 1.0),
        ),
        Mistake("one that comes out below the one before it is not lifted", _unlifted),
        Mistake(
            "they come back sorted; each must stay with its test",
            lambda p_values: np.sort(_corrected(p_values)),
        ),
        Mistake(
            "the largest gets the largest factor",
            lambda p_values: np.minimum(p_values * (1 + np.argsort(np.argsort(p_values))), 1.0),
        ),
    ),
)

FEWEST_SEEDS = 12
"""Seeds that a study of one's own must have in each condition."""

FAULTS = (
    "the study runs something else than two conditions, the base `{}` and your changes",
    f"a condition has fewer than {FEWEST_SEEDS} seeds",
    "the two conditions have different seeds, so that their differences are not paired",
    "the prediction is no range (low, high) with low below high",
    "the prediction depends on the outcome; write it down before the run",
    "the estimate is not the 95 % interval of the changed minus the base: mean, low, high",
    "the verdict is not what interval and prediction give: 'held', 'failed' or 'open'",
)


def _own_study(base: Any, changed: Any) -> float:
    return 0


def _first_fault(observed: Sequence, base: np.ndarray, changed: np.ndarray) -> int:
    """Return 0 if a study is in order, else the number of its first fault, from 1."""
    (calls, prediction, estimate, said), (_, elsewhere, _, _) = observed
    named = dict(calls)
    if len(calls) != 2 or len(named) != 2 or () not in named:
        return 1
    (other,) = (changes for changes in named if changes)
    if min(map(len, named.values())) < FEWEST_SEEDS:
        return 2
    if named[()] != named[other]:
        return 3
    if len(prediction) != 2 or not prediction[0] < prediction[1]:
        return 4
    if tuple(prediction) != tuple(elsewhere):
        return 5
    n = len(named[()])
    expected = mean_interval((changed - base)[:n])
    numbers = (expected.value, expected.low, expected.high)
    if len(estimate) != 3 or not np.allclose(estimate, numbers, rtol=1e-3, atol=1e-6):
        return 6
    return 0 if said == verdict(expected, *prediction) else 7


def _observed(answer: Callable, base: np.ndarray, changed: np.ndarray) -> list:
    """Return what a study asked for and what it returned, with two outcomes of the change."""

    def once(outcome: np.ndarray) -> list:
        calls = []

        def run(changes: Mapping[str, Any], seeds: Sequence[int]) -> np.ndarray:
            Condition().changed(changes)
            calls.append((tuple(sorted(changes)), tuple(map(int, seeds))))
            return (outcome if changes else base)[: len(calls[-1][1])].copy()

        prediction, estimate, said = answer(run)
        return [calls, prediction, estimate, said]

    return [once(changed), once(-changed - 20)]


def _draw_outcomes(rng: np.random.Generator) -> list[tuple]:
    """Draw an effect for each verdict: none, a large one, and one of the other sign."""
    cases = []
    for effect in (0.0, 3.0, -3.0):
        base = rng.normal(-4, 0.3, 256)
        cases.append((base, base + effect + rng.normal(0, 0.3, 256)))
    return cases


own_study = Exercise(
    name="own_study",
    reference=_own_study,
    hints=(
        "Write the prediction before the line that calls run",
        "What came of the predictions, and a study of your own",
        "run({}, seeds), run(changes, seeds), mean_interval of the difference, verdict",
    ),
    draw=_draw_outcomes,
    mistakes=tuple(
        Mistake(fault, lambda base, changed, number=number: number)
        for number, fault in enumerate(FAULTS, start=1)
    ),
    use=_observed,
    score=_first_fault,
)
