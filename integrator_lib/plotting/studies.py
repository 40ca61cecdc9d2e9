"""Figures of studies: differences with their intervals, and networks one by one."""

from collections.abc import Collection, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import PALETTE
from integrator_lib.studies import Estimate


def plot_differences(
    estimates: Mapping[str, Estimate],
    xlabel: str,
    *,
    significant: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Plot a point and an interval for each name, the first on top, beside a line at 0.

    Args:
        estimates: For each name its difference from the base.
        xlabel: Label of the horizontal axis.
        significant: Names whose points are filled.
        ax: Where to draw; new axes if ``None``.
    """
    ax = ax or plt.subplots(figsize=(7.0, 0.9 + 0.24 * len(estimates)))[1]
    for row, (name, estimate) in enumerate(estimates.items()):
        known = name in significant
        ax.plot(
            [estimate.low, estimate.high], [row, row], color=PALETTE[0] if known else PALETTE[4]
        )
        ax.plot(
            estimate.value, row, "o", ms=6, color=PALETTE[0] if known else PALETTE[4],
            mfc=None if known else "white",
        )  # fmt: skip
    ax.axvline(0, color="#555555", lw=0.8, ls=":")
    ax.set_yticks(range(len(estimates)), list(estimates))
    ax.set_ylim(len(estimates) - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    return ax


def plot_networks(values: Mapping[str, Any], xlabel: str) -> Axes:
    """Plot one dot a network in a row for each condition, and a bar at their median.

    Args:
        values: For each condition one number a network, ``(networks,)``.
        xlabel: Label of the horizontal axis.
    """
    _, ax = plt.subplots(figsize=(7.0, 0.9 + 0.3 * len(values)))
    for row, numbers in enumerate(values.values()):
        # Spread a little, so that equal values do not hide each other.
        rows = row + np.linspace(-0.25, 0.25, len(numbers))
        ax.plot(numbers, rows, ".", ms=5, color=PALETTE[0], alpha=0.7)
        ax.plot(np.median(numbers), row, "|", ms=16, mew=2.5, color=PALETTE[1])
    ax.set_yticks(range(len(values)), list(values))
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    return ax
