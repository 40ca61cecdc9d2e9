"""Paths through a plane: a recorded rat's, simulated ones, and walkers without a compass.

A path is an array of positions, ``(time, 2)`` in metres, 20 ms apart.
"""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import lfilter

from integrator_lib._arguments import real_number, whole_number

STEP_SECONDS = 0.02
"""Time between two positions of a path."""
SPEED_STD = 0.106
"""Standard deviation of each component of a rat's velocity, in m/s."""
SPEED_TIME = 0.44
"""Seconds in which the correlation of a rat's velocity falls to ``1/e``."""


def recorded_path() -> np.ndarray | None:
    """Return ten minutes of a rat in a box of a metre, if the package ratinabox is installed.

    Sargolini et al. (2006) recorded it and ratinabox (George et al. 2024) distributes it;
    this course does not. The package is found but not imported. The rat stood still or was
    not seen in 60 short gaps, which are left as they are.

    Returns:
        ``(29800, 2)``, or ``None`` without the package or its file.
    """
    package = importlib.util.find_spec("ratinabox")
    if package is None or package.origin is None:
        return None
    file = Path(package.origin).parent / "data" / "sargolini.npz"
    if not file.is_file():
        return None
    with np.load(file) as recording:
        return np.asarray(recording["pos"], np.float64)


def smooth_velocity(num_steps: int, num_walkers: int = 1, *, seed: Any = 0) -> np.ndarray:
    """Draw displacements of walkers whose velocity is an Ornstein-Uhlenbeck process.

    Velocity forgets itself in :data:`SPEED_TIME` and has the standard deviation
    :data:`SPEED_STD`, as a rat's (Uhlenbeck and Ornstein 1930).

    Args:
        num_steps: Number of displacements.
        num_walkers: Number of independent components.
        seed: Of NumPy's generator.

    Returns:
        Metres a step, ``(num_steps, num_walkers)``.
    """
    shape = (whole_number("num_steps", num_steps), whole_number("num_walkers", num_walkers))
    kept = np.exp(-STEP_SECONDS / SPEED_TIME)
    kicks = np.random.default_rng(seed).standard_normal(shape)
    kicks[1:] *= np.sqrt(1 - kept**2)  # so that the first velocity is as large as any other
    return STEP_SECONDS * SPEED_STD * lfilter([1.0], [1.0, -kept], kicks, axis=0)


def simulated_path(num_steps: int, *, seed: Any = 0) -> np.ndarray:
    """Simulate a rat in a box of a metre, which turns round where it meets a wall.

    A free walk is folded into the box, which is the same as a walk reflected at its walls.

    Args:
        num_steps: Number of displacements.
        seed: Of NumPy's generator.

    Returns:
        Positions from the middle of the box on, ``(num_steps + 1, 2)``.
    """
    moves = smooth_velocity(num_steps, 2, seed=seed)
    free = 0.5 + np.concatenate([np.zeros((1, 2)), np.cumsum(moves, axis=0)])
    return 1 - np.abs(1 - free % 2)


def without_compass(
    num_steps: int, num_walkers: int, heading_noise: float, *, seed: Any = 0
) -> np.ndarray:
    """Let walkers try to go straight who know their heading only from their own turns.

    Each turns by a random angle in every step and does not notice. It takes steps of
    length 1 and started along the first axis.

    Args:
        num_steps: Number of steps.
        num_walkers: Number of walkers.
        heading_noise: Standard deviation of the turn in a step, in radians.
        seed: Of NumPy's generator.

    Returns:
        Positions after each step, ``(num_steps, num_walkers, 2)``.
    """
    shape = (whole_number("num_steps", num_steps), whole_number("num_walkers", num_walkers))
    heading_noise = real_number("heading_noise", heading_noise, at_least=0)
    turns = heading_noise * np.random.default_rng(seed).standard_normal(shape)
    heading = np.cumsum(turns, axis=0)
    return np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=-1), axis=0)
