"""A ruler for tools that look for fixed points: what they find of a network whose truth is known.

A tool gets a network and states to start from, and returns points that it calls fixed. A point
is *false* if no fixed point lies within a hundredth of the typical norm of a visited state. An
isolated fixed point is *found* if a point lies that near to it. A continuum is sampled at 200
places within the states that were visited, and a place is found if a point lies within a tenth.
"""

import dataclasses
from typing import Any

import numpy as np

from integrator_lib.dynamics import visited_states
from integrator_lib.task import IntegratorTask
from integrator_lib.zoo.members import Member
from integrator_lib.zoo.sets import Points

SAMPLED = 200
"""Places at which a continuum of fixed points is looked for."""


@dataclasses.dataclass(frozen=True)
class Count:
    """What a tool found of one network.

    Attributes:
        there: Fixed points that there are, or places of a continuum.
        found: How many of them were found.
        returned: Points that the tool called fixed.
        false: How many of these are no fixed points.
    """

    there: int
    found: int
    returned: int
    false: int


def search_states(member: Member, *, seed: Any = 0) -> np.ndarray:
    """Return states that a network visits: in trials, and in the silence after them.

    Args:
        member: The network.
        seed: A whole number or a JAX random key.

    Returns:
        ``(100, 200, units)``.
    """
    inputs, _ = IntegratorTask().sample(200, seed=seed)
    with_silence = np.concatenate([np.asarray(inputs), np.zeros((75, 200, 1))])
    return np.asarray(visited_states(member.model, with_silence))


def count(member: Member, visited: np.ndarray, points: Any) -> Count:
    """Compare the points that a tool calls fixed with the fixed points that there are.

    Args:
        member: The network.
        visited: States that it visits, ``(..., units)``.
        points: What the tool found, ``(number, units)``.
    """
    flat = np.asarray(visited, np.float64).reshape(-1, visited.shape[-1])
    points = np.asarray(points, np.float64).reshape(-1, flat.shape[1])
    typical = float(np.sqrt(np.mean(np.sum(flat**2, axis=1))))
    reduced = member.network.reduce(points)
    near = member.network.reduce(flat)
    wrong = np.full(len(points), np.inf)
    there = found = 0
    for fixed in member.truth.fixed:
        nearest = member.network.lift(fixed.nearest(reduced))
        wrong = np.minimum(wrong, np.linalg.norm(points - nearest, axis=1))
        places = member.network.lift(fixed.sample(near, SAMPLED))
        within = typical / (100 if isinstance(fixed, Points) else 10)
        apart = np.linalg.norm(points[None] - places[:, None], axis=2)
        there += len(places)
        found += int(np.sum(apart.min(axis=1, initial=np.inf) <= within))
    return Count(there, found, len(points), int(np.sum(wrong > typical / 100)))
