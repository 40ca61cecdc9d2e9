"""The course's figures: arrays and result records in, matplotlib ``Axes`` out.

Arrays are time-major, ``(time, batch, 1)``. Titles state findings, so notebooks set them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import LINE_STYLES, PALETTE, steps_of


def plot_trials(inputs: Any, targets: Any) -> tuple[Axes, Axes]:
    """Plot each trial's input beside its running sum.

    Args:
        inputs: ``(time, batch, 1)``; every trial is drawn, so give a few.
        targets: ``(time, batch, 1)``.

    Returns:
        The axes of the inputs and of the targets.
    """
    _, axes = plt.subplots(1, 2)
    for ax, values, name in zip(
        axes, (inputs, targets), ("input $x_t$", "target $y_t$"), strict=True
    ):
        for trial in range(values.shape[1]):
            style = LINE_STYLES[trial % len(LINE_STYLES)]
            ax.plot(steps_of(values), values[:, trial, 0], ls=style, label=f"trial {trial + 1}")
        ax.set(xlabel="step $t$", ylabel=name)
    axes[0].legend()
    return axes[0], axes[1]


def plot_band(targets: Any, mean: Any, std: Any) -> Axes:
    """Plot many targets over the band that holds 95 % of them in theory.

    Args:
        targets: ``(time, batch, 1)``.
        mean: Theoretical mean of each step, ``(time,)``.
        std: Theoretical standard deviation of each step, ``(time,)``.
    """
    _, ax = plt.subplots()
    steps = steps_of(targets)
    ax.plot(steps, targets[:, :, 0], color=PALETTE[4], alpha=0.25, lw=0.7)
    ax.fill_between(
        steps, mean - 1.96 * std, mean + 1.96 * std, alpha=0.25, label="95 % band, closed form"
    )
    ax.plot(steps, mean, lw=2, label="mean, closed form")
    ax.set(xlabel="step $t$", ylabel="target $y_t$")
    ax.legend(loc="upper left")
    return ax


def plot_bars(values: Mapping[str, float], xlabel: str, log: bool = True) -> Axes:
    """Plot named values, the first on top: dots on a logarithmic axis, else bars.

    A bar's length counts from 0, which a logarithmic axis does not have.

    Args:
        values: Name and value of each row.
        xlabel: Label of the value axis.
        log: Whether that axis is logarithmic.
    """
    _, ax = plt.subplots(figsize=(7.0, 0.7 + 0.36 * len(values)))
    names, sizes = list(values), list(values.values())
    if log:
        ax.plot(sizes, names, "o", ms=8, color=PALETTE[0])
        ax.set_xscale("log")
        for name, size in values.items():
            ax.annotate(
                f"{size:.2g}", (size, name), (9, 0), textcoords="offset points", va="center"
            )
    else:
        ax.bar_label(ax.barh(names, sizes, color=PALETTE[0]), fmt="%.2g", padding=4)
        ax.grid(axis="y", visible=False)
    ax.invert_yaxis()
    ax.set_xlabel(xlabel)
    ax.margins(x=0.15, y=0.15)
    return ax


def plot_prediction(targets: Any, outputs: Mapping[str, Any], trial: int = 0) -> Axes:
    """Plot what networks say of one trial over the truth.

    Args:
        targets: ``(time, batch, 1)``.
        outputs: For each network's name its outputs, ``(time, batch, 1)``.
        trial: Which trial to draw.
    """
    _, ax = plt.subplots()
    ax.plot(
        steps_of(targets), targets[:, trial, 0], color=PALETTE[4], lw=3, alpha=0.6, label="truth"
    )
    for number, (name, values) in enumerate(outputs.items()):
        ax.plot(
            steps_of(values),
            values[:, trial, 0],
            color=PALETTE[number],
            ls=LINE_STYLES[number + 1],
            label=name,
        )
    ax.set(xlabel="step $t$", ylabel="running sum")
    ax.legend()
    return ax


def plot_curves(
    x: Any, curves: Mapping[str, Any], xlabel: str, ylabel: str, log: bool = True
) -> Axes:
    """Plot one line for each name; for several networks, their median and range.

    Args:
        x: Places along the horizontal axis, ``(points,)``.
        curves: For each name ``(points,)``, or ``(networks, points)`` drawn as the median
            with a band from the lowest to the highest.
        xlabel: Label of the horizontal axis.
        ylabel: Label of the vertical axis.
        log: Whether both axes are logarithmic.
    """
    _, ax = plt.subplots()
    for number, (name, values) in enumerate(curves.items()):
        values = np.atleast_2d(values)
        colour = PALETTE[number % len(PALETTE)]
        ax.plot(
            x, np.median(values, axis=0), marker="o", ms=4, color=colour,
            ls=LINE_STYLES[number % len(LINE_STYLES)], label=name,
        )  # fmt: skip
        if len(values) > 1:
            ax.fill_between(x, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if log:
        ax.set(xscale="log", yscale="log")
    ax.legend()
    return ax


def plot_agreement(
    x: Any, closed_forms: Mapping[str, Any], scores: Mapping[str, Sequence[Any]], xlabel: str
) -> np.ndarray:
    """Plot predicted errors as lines, measured ones as points; in axes below, their ratio.

    Args:
        x: Places along the horizontal axis, ``(points,)``.
        closed_forms: For each name the predicted mean squared errors, ``(points,)``.
        scores: For each name its ``Score`` at each place; 95 % intervals are drawn.
        xlabel: Label of the horizontal axis.
    """
    _, axes = plt.subplots(2, 1, figsize=(7.0, 4.6), sharex=True, height_ratios=(2, 1))
    for number, (name, expected) in enumerate(closed_forms.items()):
        axes[0].plot(x, expected, ls=LINE_STYLES[number], label=name)
        mse, high = np.array([(score.mse, score.mse_interval[1]) for score in scores[name]]).T
        for ax, unit in zip(axes, (1.0, np.asarray(expected)), strict=True):
            # A little apart, so that equal points of two names do not hide each other.
            ax.errorbar(
                np.asarray(x) * 1.03**number,
                mse / unit,
                (high - mse) / unit,
                fmt="o",
                ms=4,
                capsize=3,
                color=PALETTE[number],
            )
    axes[1].axhline(1, color=PALETTE[4], lw=1)
    axes[0].set(xscale="log", yscale="log", ylabel="mean squared error")
    axes[1].set(xlabel=xlabel, ylabel="measured /\npredicted")
    axes[0].legend()
    return axes


def plot_hidden(hidden: Any, targets: Any, trials: Sequence[int]) -> np.ndarray:
    """Plot the activity of all hidden units in a few trials, above the running sum.

    Units are sorted by how their activity covaries with the running sum.

    Args:
        hidden: ``(time, batch, hidden)``.
        targets: ``(time, batch, 1)``.
        trials: Which trials to draw.

    Returns:
        The axes, ``(2, len(trials))``.
    """
    hidden, targets = np.asarray(hidden), np.asarray(targets)
    centred = targets - targets.mean()
    order = np.argsort(np.mean(centred * (hidden - hidden.mean((0, 1))), axis=(0, 1)))
    fig, axes = plt.subplots(
        2, len(trials), figsize=(7.0, 4.4), sharex=True, sharey="row", height_ratios=(3, 1),
        squeeze=False,
    )  # fmt: skip
    largest = np.abs(hidden[:, list(trials)]).max()
    for column, trial in enumerate(trials):
        image = axes[0, column].imshow(
            hidden[:, trial, order].T, aspect="auto", origin="lower", cmap="cividis",
            vmin=-largest if hidden.min() < 0 else 0, vmax=largest,
            extent=(0.5, len(hidden) + 0.5, 0, hidden.shape[2]), interpolation="nearest",
        )  # fmt: skip
        axes[0, column].grid(visible=False)
        axes[1, column].plot(steps_of(targets), targets[:, trial, 0])
        axes[1, column].set(xlabel="step $t$")
    axes[0, 0].set_ylabel("unit, sorted")
    axes[1, 0].set_ylabel("target $y_t$")
    fig.colorbar(image, ax=axes[0], label="activity", pad=0.01)
    return axes
