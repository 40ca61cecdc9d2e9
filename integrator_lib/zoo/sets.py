"""Sets of fixed points that are known exactly, in the coordinates of a reduced map."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Points:
    """Isolated points.

    Attributes:
        places: ``(number, d)``.
    """

    places: np.ndarray

    def nearest(self, z: Any) -> np.ndarray:
        """Return the point of the set that is nearest to each ``z``, ``(..., d)``."""
        z = np.asarray(z)
        apart = np.linalg.norm(z[..., None, :] - self.places, axis=-1)
        return self.places[np.argmin(apart, axis=-1)]

    def sample(self, near: np.ndarray, number: int) -> np.ndarray:
        """Return all points."""
        return self.places


@dataclasses.dataclass(frozen=True)
class Everything:
    """All places: every ``z`` is a fixed point."""

    def nearest(self, z: Any) -> np.ndarray:
        """Return ``z`` itself."""
        return np.asarray(z)

    def sample(self, near: np.ndarray, number: int) -> np.ndarray:
        """Return evenly chosen ones of the places that were visited, ``(number, d)``.

        Args:
            near: Visited places, ``(many, d)``.
            number: How many to return.
        """
        order = np.argsort(near @ np.ones(near.shape[1]))
        return near[order[np.linspace(0, len(near) - 1, number).astype(int)]]


@dataclasses.dataclass(frozen=True)
class ClosedPolygon:
    """All points of the edges of a polygon.

    Attributes:
        corners: In order, ``(number, 2)``.
    """

    corners: np.ndarray

    def nearest(self, z: Any) -> np.ndarray:
        """Return the point of the polygon that is nearest to each ``z``, ``(..., 2)``."""
        z = np.asarray(z)[..., None, :]
        edges = np.roll(self.corners, -1, axis=0) - self.corners
        along = np.sum((z - self.corners) * edges, axis=-1) / np.sum(edges**2, axis=-1)
        feet = self.corners + np.clip(along, 0, 1)[..., None] * edges
        best = np.argmin(np.linalg.norm(z - feet, axis=-1), axis=-1)
        return np.take_along_axis(feet, best[..., None, None], axis=-2)[..., 0, :]

    def sample(self, near: np.ndarray, number: int) -> np.ndarray:
        """Return points at even distances along the edges, ``(number, 2)``."""
        place = np.linspace(0, len(self.corners), number, endpoint=False)
        first = self.corners[place.astype(int)]
        second = np.roll(self.corners, -1, axis=0)[place.astype(int)]
        return first + (place % 1)[:, None] * (second - first)
