"""Interleaved timing: every case once a round, so that a slow minute is slow for all."""

import dataclasses
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import jax


@dataclasses.dataclass(frozen=True)
class Measurement:
    """Repeated measurements of one case.

    Attributes:
        case: What was measured.
        unit: Unit of the samples.
        samples: One value a repeat; infinite where a goal was not reached.
        size: What was varied, where growth is measured.
    """

    case: str
    unit: str
    samples: tuple[float, ...]
    size: int | None = None

    @property
    def median(self) -> float:
        """Median of the samples."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest sample."""
        return min(self.samples), max(self.samples)


@dataclasses.dataclass(frozen=True)
class Table:
    """Measurements that belong together.

    Attributes:
        title: What the table is of.
        rows: The measurements.
        notes: Lines to print below: what was compared, what was skipped.
    """

    title: str
    rows: tuple[Measurement, ...]
    notes: tuple[str, ...] = ()


def goal(text: str, value: float, bound: float, at_least: bool = False) -> str:
    """Say whether a median, or a ratio of medians, reached its bound.

    Args:
        text: What is compared.
        value: What was measured.
        bound: What is to be reached.
        at_least: Whether the bound is the lowest good value, not the highest.
    """
    reached = value >= bound if at_least else value <= bound
    wanted = f"goal: at {'least' if at_least else 'most'} {bound:g}"
    return f"{text}: {value:.2f} ({wanted}, {'reached' if reached else 'missed'})"


def most_devices() -> int:
    """Return how many devices can share 8 networks, or 512 trials, evenly."""
    return max(number for number in (1, 2, 4, 8) if number <= jax.device_count())


def seconds(work: Callable[[], object]) -> Callable[[], float]:
    """Return a function that does the work and returns the seconds it took."""

    def timed() -> float:
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin

    return timed


def interleave(
    cases: Mapping[Any, Callable[[], float]], repeats: int
) -> dict[Any, tuple[float, ...]]:
    """Run each case once unrecorded, then once a round; odd rounds run backwards.

    Args:
        cases: For each name a function that works and returns what it measured.
        repeats: Number of rounds.
    """
    samples: dict[Any, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        case()
    for number in range(repeats):
        for name in list(cases)[:: -1 if number % 2 else 1]:
            samples[name].append(cases[name]())
    return {name: tuple(values) for name, values in samples.items()}
