"""Figures of paths and of walkers; a path is ``(time, 2)`` in metres."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from integrator_lib.plotting.style import LINE_STYLES, PALETTE


def plot_path_errors(
    path: Any, estimates: Mapping[str, Any], seconds_per_step: float, num_shown: int = 2500
) -> tuple[Axes, Axes]:
    """Plot a path's last steps with what networks say, and all distances from the truth.

    Args:
        path: True positions after each step.
        estimates: For each network's name its positions, as long as the path.
        seconds_per_step: Time between two positions.
        num_shown: Steps of the path in the left axes; estimates outside the range of the path,
            widened by half of it, are not shown there.

    Returns:
        The axes of the plane and of the distances.
    """
    path = np.asarray(path)
    _, (plane, ax) = plt.subplots(1, 2, figsize=(7.0, 3.6), width_ratios=(1, 1.15))
    late = slice(-num_shown, None)
    plane.plot(*path[late].T, color=PALETTE[4], lw=3, alpha=0.5, label="truth")
    plane.plot(*path[-1], "o", color=PALETTE[4], ms=7)
    minutes = np.arange(1, len(path) + 1) * seconds_per_step / 60
    drawn = np.unique(np.geomspace(1, len(path), 400).astype(int)) - 1
    low, high = path[late].min(axis=0), path[late].max(axis=0)
    margin = (high - low) / 2
    for number, (name, positions) in enumerate(estimates.items()):
        style = {"color": PALETTE[number % 4], "ls": LINE_STYLES[number % 5]}
        recent = np.asarray(positions)[late]
        if np.all((recent > low - margin) & (recent < high + margin)):
            plane.plot(*recent.T, lw=1.2, **style)
        distance = np.linalg.norm(np.asarray(positions) - path, axis=1)
        ax.plot(minutes[drawn], distance[drawn], label=name, **style)
    plane.set(xlabel="metres from the start", ylabel="metres from the start", aspect="equal")
    plane.set_title(f"the last {num_shown * seconds_per_step:g} s")
    plane.legend(loc="upper left", bbox_to_anchor=(0, -0.22))
    ax.set(xscale="log", yscale="log", xlabel="minutes", ylabel="distance from the truth (m)")
    ax.legend()
    return plane, ax


def plot_loop(path: Any, estimates: Mapping[str, Any], predicted_end: Any) -> Axes:
    """Plot a closed loop, what integrators make of it, and where a law says one of them ends.

    Args:
        path: True positions; the loop begins and ends at 0.
        estimates: For each integrator's name its positions.
        predicted_end: Position at the end according to the law, ``(2,)``.
    """
    _, ax = plt.subplots(figsize=(5.0, 3.6))
    ax.plot(*np.asarray(path).T, color=PALETTE[4], lw=3, alpha=0.5, label="truth")
    for number, (name, positions) in enumerate(estimates.items()):
        positions = np.asarray(positions)
        x, y = positions.T
        ax.plot(x, y, color=PALETTE[number], ls=LINE_STYLES[number], label=name)
        ax.plot(*positions[-1], "o", color=PALETTE[number], ms=6)
    ax.plot(*predicted_end, "kx", ms=10, mew=2, label="end, predicted")
    ax.plot(0, 0, "s", color=PALETTE[4], ms=8, label="home")
    ax.set(xlabel="metres from home", ylabel="metres from home", aspect="equal")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_walkers(walks: Any, heading_noise: float, num_shown: int = 60) -> Axes:
    """Plot walkers who tried to go straight, and how far they get on average.

    Args:
        walks: Positions, ``(time, walkers, 2)``, in steps.
        heading_noise: Standard deviation of the turn in a step, in radians.
        num_shown: How many of them to draw.
    """
    walks = np.asarray(walks)
    _, ax = plt.subplots(figsize=(7.0, 3.8))
    ax.plot(walks[:, :num_shown, 0], walks[:, :num_shown, 1], color=PALETTE[0], lw=0.6, alpha=0.4)
    mean = walks.mean(axis=1)
    ax.plot(mean[:, 0], mean[:, 1], color=PALETTE[1], lw=3, label="mean of all walkers")
    limit = 2 / heading_noise**2
    ax.axvline(limit, color=PALETTE[4], ls="--", label=r"limit $2/\sigma_\theta^2$")
    ax.set(xlabel="steps forward", ylabel="steps to the side", aspect="equal")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_directions(held: Mapping[str, Any]) -> np.ndarray:
    """Plot directions that networks were given, and the directions that they hold later.

    Args:
        held: For each network's name its outputs before and after a silence,
            ``(2, directions, 2)``. Only their directions are drawn: before on the inner
            circle, after on the outer one.

    Returns:
        The axes, one for each network.
    """
    _, axes = plt.subplots(1, len(held), figsize=(7.0, 3.6), squeeze=False)
    for ax, (name, outputs) in zip(axes[0], held.items(), strict=True):
        before, after = outputs / np.linalg.norm(outputs, axis=-1, keepdims=True)
        after = 1.4 * after
        x, y = np.moveaxis(np.stack([before, after]), -1, 0)
        ax.plot(x, y, color=PALETTE[4], lw=0.6, alpha=0.7)
        ax.plot(*before.T, "o", ms=3, color=PALETTE[0], label="given")
        ax.plot(*after.T, "D", ms=4, color=PALETTE[1], label="held")
        ax.set(xticks=[], yticks=[], title=name, aspect="equal")
        ax.grid(visible=False)
    axes[0, 0].legend(loc="center")
    return axes[0]
