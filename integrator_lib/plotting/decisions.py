"""Figures of decisions: sums that run to a bound, and measured points on predicted lines."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import LINE_STYLES, PALETTE


def plot_runs_to_bound(
    outputs: Any, steps: Any, bound: float, trained_steps: int, ax: Axes | None = None
) -> Axes:
    """Plot outputs until their decisions fall.

    Args:
        outputs: ``(time, batch, 1)``; every trial is drawn, so give a few.
        steps: Step of each trial's decision, ``(batch,)``.
        bound: Decisions fall at this distance from 0.
        trained_steps: Steps of the trials that the network was trained on, shaded.
        ax: Where to draw; new axes if ``None``.
    """
    ax = plt.subplots()[1] if ax is None else ax
    ax.axvspan(0, trained_steps, color=PALETTE[4], alpha=0.2, lw=0)
    ax.axhline(bound, color=PALETTE[4], lw=1.5)
    ax.axhline(-bound, color=PALETTE[4], lw=1.5)
    for trial, last in enumerate(steps):
        run = np.asarray(outputs)[:last, trial, 0]
        up = run[-1] > 0
        ax.plot(np.arange(1, last + 1), run, lw=1, color=PALETTE[0 if up else 1])
        ax.plot(last, run[-1], "^" if up else "v", color=PALETTE[0 if up else 1])
    ax.set(xlabel="step $t$", ylabel="output")
    return ax


def plot_measured(
    predicted: Mapping[str, tuple[Any, Any]],
    measured: Mapping[str, tuple[Any, Any, Any]],
    xlabel: str,
    ylabel: str,
    ax: Axes | None = None,
) -> Axes:
    """Plot measured points with their intervals over predicted lines.

    Points and lines of the same place in their dictionaries share a colour.

    Args:
        predicted: For each name the places and values of a line, each ``(points,)``.
        measured: For each name places and values, each ``(points,)``, and the half width of
            an interval, ``(points,)``, or its part below and above, ``(2, points)``.
        xlabel: Label of the horizontal axis.
        ylabel: Label of the vertical axis.
        ax: Where to draw; new axes if ``None``.
    """
    ax = plt.subplots()[1] if ax is None else ax
    for number, (name, (x, y)) in enumerate(predicted.items()):
        ax.plot(x, y, color=PALETTE[number], ls=LINE_STYLES[number], label=name)
    for number, (name, (x, y, half)) in enumerate(measured.items()):
        ax.errorbar(
            x, y, half, fmt="osv^D"[number], ms=4, capsize=2, color=PALETTE[number], label=name
        )
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax
