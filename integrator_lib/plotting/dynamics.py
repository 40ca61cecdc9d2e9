"""Figures of Part II: states, modes and slow points. Arrays in, matplotlib ``Axes`` out."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm

from integrator_lib.plotting.style import LINE_STYLES, PALETTE


def plot_components(variance_share: Any, r_squared: Any, number: int = 6) -> Axes:
    """Plot the first components' share of the variance beside what each decodes.

    Args:
        variance_share: ``(components,)``.
        r_squared: ``R^2`` of the target from each component alone, ``(components,)``.
        number: How many components to draw.
    """
    _, ax = plt.subplots()
    places = np.arange(1, number + 1)
    for offset, values, name, hatch in (
        (-0.2, variance_share, "of the states' variance", ""),
        (0.2, r_squared, "of the target, by a line on it", "///"),
    ):
        bars = ax.bar(
            places + offset, values[:number], 0.38, label=name, hatch=hatch, edgecolor="white"
        )
        ax.bar_label(bars, fmt="%.2f", padding=2, fontsize=8)
    ax.set(xlabel="principal component", ylabel="share", xticks=places)
    ax.grid(axis="x", visible=False)
    ax.legend()
    return ax


def plot_line(trails: Any, points: Any, values: Any, label: str = "running sum") -> Axes:
    """Plot trials in the plane of two components over points coloured by a value, dark at 0.

    Args:
        trails: Trials' coordinates, ``(time, batch, at least 2)``.
        points: Points' coordinates, ``(number, at least 2)``.
        values: A value of each point, ``(number,)``, such as the output there.
        label: What the value is.
    """
    fig, ax = plt.subplots(figsize=(7.0, 4.2))
    for trial in range(trails.shape[1]):
        ax.plot(
            trails[:, trial, 0], trails[:, trial, 1], color="black", lw=0.8, zorder=4,
            label="trials" if trial == 0 else None,
        )  # fmt: skip
    drawn = ax.scatter(
        points[:, 0], points[:, 1], c=values, cmap="managua", norm=CenteredNorm(), s=30, zorder=3,
        label="slow and fixed points",
    )  # fmt: skip
    fig.colorbar(drawn, cax=ax.inset_axes((1.02, 0, 0.03, 1)), label=label)
    ax.set(xlabel="component 1", ylabel="component 2")
    ax.legend()
    return ax


def plot_spectra(spectra: Mapping[str, Any]) -> np.ndarray:
    """Plot eigenvalues in the complex plane with the unit circle, one panel a name.

    Args:
        spectra: For each name its eigenvalues, ``(number,)``, real or complex.

    Returns:
        The axes, ``(names,)``.
    """
    _, axes = plt.subplots(
        1, len(spectra), figsize=(7.0, 3.9), sharex=True, sharey=True, squeeze=False
    )
    angle = np.linspace(0, 2 * np.pi, 200)
    for ax, (name, eigenvalues) in zip(axes[0], spectra.items(), strict=True):
        ax.plot(np.cos(angle), np.sin(angle), color=PALETTE[4], lw=1, label="unit circle")
        ax.plot(np.real(eigenvalues), np.imag(eigenvalues), "o", ms=4, color=PALETTE[1])
        ax.set(xlabel="real part", aspect="equal", title=name)
    axes[0, 0].set_ylabel("imaginary part")
    axes[0, 0].figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower right")
    return axes[0]


def plot_along_line(outputs: Mapping[str, Any], values: Mapping[str, Any], ylabel: str) -> Axes:
    """Plot a quantity of points on a line against the output they hold, one series a name.

    The vertical axis is logarithmic on both sides of 0, and linear close to it.

    Args:
        outputs: For each name the points' outputs, ``(number,)``.
        values: For each name the quantity, ``(number,)``.
        ylabel: What the quantity is.
    """
    _, ax = plt.subplots()
    for number, (name, value) in enumerate(values.items()):
        order = np.argsort(outputs[name])
        ax.plot(
            np.asarray(outputs[name])[order], np.asarray(value)[order], marker=".", ms=5, lw=1,
            ls=LINE_STYLES[number], color=PALETTE[number], label=name,
        )  # fmt: skip
    ax.axhline(0, color=PALETTE[4], lw=0.8)
    ax.set_yscale("symlog", linthresh=1e-5)
    ax.set(xlabel="output at the point", ylabel=ylabel)
    ax.legend()
    return ax


def plot_decay(measured: Mapping[str, Any], predicted: Mapping[str, Any]) -> Axes:
    """Plot how perturbations shrink: measured as points, predicted as lines.

    Args:
        measured: For each name the amplitude after 0, 1, ... steps, ``(steps,)``.
        predicted: For the same names what theory says, ``(steps,)``.
    """
    _, ax = plt.subplots()
    for number, (name, values) in enumerate(measured.items()):
        ax.plot(values, "o", ms=4, color=PALETTE[number], label=f"{name}, measured")
        ax.plot(predicted[name], color=PALETTE[number], ls=LINE_STYLES[number], label="predicted")
    ax.set(xlabel="steps after the perturbation", ylabel="what is left of it", yscale="log")
    ax.legend()
    return ax


def plot_vectors(vectors: Mapping[str, Any]) -> np.ndarray:
    """Plot vectors over the hidden units as rows of bars, sorted by the first.

    Args:
        vectors: For each name its entries, ``(units,)``.

    Returns:
        The axes, ``(names,)``.
    """
    order = np.argsort(next(iter(vectors.values())))
    _, axes = plt.subplots(
        len(vectors), 1, figsize=(7.0, 1.25 * len(vectors) + 0.5), sharex=True, squeeze=False
    )
    for number, (ax, (name, vector)) in enumerate(zip(axes[:, 0], vectors.items(), strict=True)):
        ax.bar(np.arange(len(order)), np.asarray(vector)[order], color=PALETTE[number % 4])
        ax.set_title(name, fontsize=9)
    axes[-1, 0].set_xlabel("unit, sorted by the first row")
    return axes[:, 0]
