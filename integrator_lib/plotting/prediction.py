"""Measured against predicted."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import PALETTE

MARKERS = ("o", "D", "^", "v", "s")


def plot_predicted(
    pairs: Mapping[str, tuple[Any, Any]], unit: str, *, ax: Axes | None = None
) -> Axes:
    """Plot measured values against predicted ones, with the line on which they would agree.

    Args:
        pairs: For each name the predicted and the measured values, of one shape.
        unit: What the values are, with their unit.
        ax: Axes to draw into; new ones if ``None``.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(4.6, 3.8))
    values = np.concatenate([np.ravel(pair) for pair in pairs.values()])
    low, high = values.min(), values.max()
    ax.axline((low, low), (high, high), color=PALETTE[4], lw=1)
    for number, (name, (predicted, measured)) in enumerate(pairs.items()):
        ax.plot(
            np.ravel(predicted), np.ravel(measured), MARKERS[number % 5], ms=5, alpha=0.7,
            color=PALETTE[number % 5], label=name,
        )  # fmt: skip
    ax.set(xlabel=f"predicted {unit}", ylabel=f"measured {unit}")
    if len(pairs) > 1:
        ax.legend()
    return ax
