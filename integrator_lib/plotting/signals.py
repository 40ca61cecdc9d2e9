"""Figures of prices and of frequency responses."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import LINE_STYLES, PALETTE


def plot_growth(curves: Mapping[str, Any], xlabel: str) -> Axes:
    """Plot how many times its first value something is worth, on a logarithmic axis.

    Args:
        curves: For each name the growth after each step, ``(time,)``.
        xlabel: Unit of time.
    """
    _, ax = plt.subplots()
    for number, (name, growth) in enumerate(curves.items()):
        ax.plot(
            np.arange(1, len(growth) + 1), growth, color=PALETTE[number % 5],
            ls=LINE_STYLES[number % 5], label=name,
        )  # fmt: skip
    ax.set(yscale="log", xlabel=xlabel, ylabel="times the first price")
    ax.legend()
    return ax


def plot_response(
    periods: Any, measured: Mapping[str, Any], predicted: Mapping[str, Mapping[str, Any]]
) -> np.ndarray:
    """Plot frequency responses relative to an integrator's: gain and phase.

    Args:
        periods: Steps in a period, ``(periods,)``.
        measured: For each network's name the relative response, complex ``(periods,)``.
        predicted: For each network's name, predictions by name, complex ``(periods,)``.

    Returns:
        The axes of the gain and of the phase.
    """
    _, axes = plt.subplots(2, 1, figsize=(7.0, 5.0), sharex=True)
    for number, (name, response) in enumerate(measured.items()):
        colour = PALETTE[number]
        forms = predicted[name].items()
        for style, (form, values) in zip(LINE_STYLES, forms, strict=False):
            label = f"{name}, {form}"
            for ax, y in zip(axes, _gain_and_phase(values), strict=True):
                ax.plot(periods, y, color=colour, ls=style, lw=1.3, label=label)
        for ax, y in zip(axes, _gain_and_phase(response), strict=True):
            ax.plot(periods, y, "o", ms=5, color=colour, label=f"{name}, measured")
    axes[0].set(ylabel="gain less 1 (%)")
    axes[1].set(xscale="log", xlabel="steps in a period", ylabel="phase lead (degrees)")
    axes[0].legend(fontsize=8, ncols=2, loc="lower right")
    return axes


def _gain_and_phase(response: Any) -> tuple[np.ndarray, np.ndarray]:
    return 100 * (np.abs(response) - 1), np.degrees(np.angle(response))
