"""Fixed and slow points of a network without input, found from the states it visits.

The steps of Sussillo and Barak (2013): start at visited states, minimise the speed
``q(h) = |F(h, 0) - h|^2 / 2``, sort by how slow the result is, drop what lies far from the
visited states, and keep points that differ. Each step is a function of its own;
:func:`find_fixed_points` takes them in order.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import real_number, whole_number
from integrator_lib._seeds import stream
from integrator_lib.dynamics.speed import minimise_speed, relative_speed
from integrator_lib.networks import IntegratorRNN

BLOCK = 256
"""Points whose distances to the visited states are held in memory at once."""


def starting_points(visited: Any, count: int, *, jitter: float = 0.0, seed: Any = 0) -> jax.Array:
    """Draw starting points for the search from visited states, without replacement.

    Args:
        visited: ``(..., state_size)``, any leading axes.
        count: How many to draw, at most as many as there are.
        jitter: Standard deviation of normal noise added to each entry, in root mean squares
            of all entries.
        seed: A whole number or a JAX random key.

    Returns:
        ``(count, state_size)``.
    """
    flat = jnp.asarray(visited, jnp.float32).reshape(-1, np.shape(visited)[-1])
    if whole_number("count", count) > len(flat):
        raise ValueError(f"count must be at most the {len(flat)} states given, got {count}")
    noise = real_number("jitter", jitter, at_least=0) * jnp.sqrt(jnp.mean(flat**2))
    drawn = jax.random.choice(stream("candidates", seed), flat, (count,), replace=False)
    return drawn + noise * jax.random.normal(stream("jitter", seed), drawn.shape)


def classify(relative_speeds: Any, *, fixed: float = 1e-6, slow: float = 1e-2) -> np.ndarray:
    """Call each point ``"fixed"``, ``"slow"`` or ``"neither"``.

    A point of relative speed ``s`` changes by its own size in about ``1 / s`` steps.

    Args:
        relative_speeds: ``(...,)``.
        fixed: Largest relative speed of a fixed point. The default is a few float32
            roundings of a step: no smaller speed can be told from none.
        slow: Largest relative speed of a slow point.

    Returns:
        Array of text, ``(...,)``.

    Raises:
        TypeError, ValueError: If the tolerances are not positive and in order.
    """
    fixed = real_number("fixed", fixed, above=0)
    slow = real_number("slow", slow, above=fixed)
    relative_speeds = np.asarray(relative_speeds)
    return np.where(
        relative_speeds <= fixed, "fixed", np.where(relative_speeds <= slow, "slow", "neither")
    )


def near_visited(points: Any, visited: Any, within: float) -> np.ndarray:
    """Say which points lie no further than ``within`` from some visited state.

    The equations of a network have solutions where it never goes; they explain nothing.

    Args:
        points: ``(number, state_size)``.
        visited: ``(..., state_size)``.
        within: A distance in state space.

    Returns:
        ``(number,)`` of truth values.
    """
    real_number("within", within, above=0)
    visited = np.asarray(visited, np.float32).reshape(-1, np.shape(visited)[-1])
    points = np.asarray(points, np.float32)
    # |p - v|^2 = |p|^2 + |v|^2 - 2 p.v needs one product of matrices for each block of points.
    squares = np.sum(visited**2, axis=1)
    nearest = [
        (squares - 2 * block @ visited.T).min(axis=1, initial=np.inf)
        for block in np.split(points, range(BLOCK, len(points), BLOCK))
    ]
    return np.concatenate(nearest) + np.sum(points**2, axis=1) <= within**2


def keep_distinct(points: Any, apart: float) -> np.ndarray:
    """Return the indices of points no two of which are closer than ``apart``.

    Isolated fixed points are counted this way. On a line of fixed or slow points the number
    says how long the line is in units of ``apart``, and nothing else: half the distance
    gives about twice the points.

    Args:
        points: ``(number, state_size)``; earlier points are preferred.
        apart: A distance in state space.
    """
    real_number("apart", apart, above=0)
    points = np.asarray(points, np.float64)
    kept: list[int] = []
    for index, point in enumerate(points):
        if not kept or _distances(point, points[kept]).min() >= apart:
            kept.append(index)
    return np.array(kept, int)


def _distances(point: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.linalg.norm(others - point, axis=-1)


@dataclasses.dataclass(frozen=True)
class FoundPoints:
    """What a search found. Points are sorted by speed, the slowest first.

    Attributes:
        fixed: Distinct fixed points, ``(number, state_size)``.
        slow: Distinct slow points that are not fixed, ``(number, state_size)``.
        num_neither: Searches that ended at neither.
        num_outliers: Searches that ended far from every visited state.
        apart: Distance in state space from which points count as distinct.
        norm_floor: Norm below which states are judged as if they had this norm.
    """

    fixed: np.ndarray
    slow: np.ndarray
    num_neither: int
    num_outliers: int
    apart: float
    norm_floor: float


def find_fixed_points(
    model: IntegratorRNN,
    visited: Any,
    *,
    count: int = 1024,
    jitter: float = 0.0,
    fixed: float = 1e-6,
    slow: float = 1e-2,
    stall: float = 0.9,
    seed: Any = 0,
) -> FoundPoints:
    """Search for fixed and slow points of a network without input.

    Lengths are measured in the typical norm of a visited state, its root mean square:
    points further than that from every visited state are outliers, points a
    hundredth apart are distinct, and states below a thousandth are judged as if they had
    that norm.

    Args:
        model: The network.
        visited: States it visits, ``(..., state_size)``, not all 0.
        count: Number of searches.
        jitter, seed: As in :func:`starting_points`.
        fixed, slow: As in :func:`classify`.
        stall: As in :func:`minimise_speed`.

    >>> from integrator_lib.dynamics import visited_states
    >>> from integrator_lib.networks import leaky_integrator
    >>> model = leaky_integrator(leak=0.3)
    >>> visited = visited_states(model, np.ones((25, 2, 1)))
    >>> find_fixed_points(model, visited, count=20).fixed.shape
    (1, 2)
    """
    starts = starting_points(visited, count, jitter=jitter, seed=seed)
    typical = _typical_norm(visited)
    norm_floor = 1e-3 * typical
    # Half of what counts as fixed: it is judged by another program, which rounds otherwise.
    ends = np.asarray(
        minimise_speed(model, starts, tolerance=fixed / 2, norm_floor=norm_floor, stall=stall)
    )
    speeds = relative_speed(model, ends, norm_floor=norm_floor)
    order = np.argsort(speeds)
    ends, kinds = ends[order], classify(speeds[order], fixed=fixed, slow=slow)
    near = near_visited(ends, visited, typical)

    def distinct(kind: str) -> np.ndarray:
        points = ends[near & (kinds == kind)]
        return points[keep_distinct(points, typical / 100)]

    return FoundPoints(
        fixed=distinct("fixed"),
        slow=distinct("slow"),
        num_neither=int(np.sum(near & (kinds == "neither"))),
        num_outliers=int(np.sum(~near)),
        apart=typical / 100,
        norm_floor=norm_floor,
    )


def _typical_norm(states: Any) -> float:
    typical = float(np.sqrt(np.mean(np.sum(np.asarray(states, np.float64) ** 2, axis=-1))))
    if not typical > 0:
        raise ValueError("visited must hold states other than 0")
    return typical
