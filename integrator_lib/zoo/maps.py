"""Maps of one or two numbers with known fixed points, written in a few functions each."""

import numpy as np
from numpy.typing import ArrayLike

from integrator_lib.zoo.reduced import ReducedMap


def linear(eigenvalue: float, gain: float = 1.0) -> ReducedMap:
    """Return ``z' = eigenvalue z + x``, written without any rectification."""
    one = np.ones((1, 1))
    return ReducedMap(
        read=eigenvalue * one,
        write=np.ones(1),
        offset=np.zeros(1),
        back=one,
        constant=np.zeros(1),
        readout=np.array([gain]),
        start=np.zeros(1),
        activation="identity",
    )


def piecewise(
    kinks: ArrayLike, slopes: ArrayLike, *, at_zero: float = 0.0, gain: float = 1.0
) -> ReducedMap:
    """Return ``z' = g(z + x)``, where ``g`` consists of straight pieces.

    Args:
        kinks: Where the slope changes, rising, none of them 0.
        slopes: The slope of each piece, one more than there are kinks.
        at_zero: ``g(0)``.
        gain: The output is ``gain z``.
    """
    bends, pieces = np.array(kinks, float), np.array(slopes, float)
    middle, side = pieces[np.sum(bends < 0)], np.sign(bends)
    read = np.concatenate([[1.0, -1.0], side])
    return ReducedMap(
        read=read[:, None],
        write=read,
        offset=np.concatenate([[0.0, 0.0], -side * bends]),
        back=np.concatenate([[middle, -middle], np.diff(pieces)])[:, None],
        constant=np.array([at_zero]),
        readout=np.array([gain]),
        start=np.zeros(1),
    )


def line_of_pieces(kinks: ArrayLike, shares: ArrayLike) -> ReducedMap:
    """Return ``z' = z + x``, where at each kink one function falls to 0 and another one rises.

    At a kink ``k`` the two functions are ``relu(z - k)`` and ``relu(k - z)``. Their difference
    is ``z - k`` on both sides, so that the map itself has no kink.

    Args:
        kinks: Where the functions change.
        shares: What the functions of each kink give to the next ``z``; they add up to 1.
    """
    at, share = np.array(kinks, float), np.array(shares, float)
    places, signs = np.repeat(at, 2), np.tile([1.0, -1.0], len(at))
    return ReducedMap(
        read=signs[:, None],
        write=signs,
        offset=-signs * places,
        back=(signs * np.repeat(share, 2))[:, None],
        constant=np.array([at @ share]),
        readout=np.ones(1),
        start=np.zeros(1),
    )


def plane(writes: ArrayLike, gain: float) -> ReducedMap:
    """Return two integrators side by side, ``z_i' = z_i + writes_i x``, that are read as a sum."""
    read, written = _four_sides(), np.array(writes, float)
    return ReducedMap(
        read=read,
        write=read @ written,
        offset=np.zeros(4),
        back=read,
        constant=np.zeros(2),
        readout=gain / written.sum() * np.ones(2),
        start=np.zeros(2),
    )


def directions(corners: int) -> np.ndarray:
    """Return unit vectors to the corners of a regular polygon, ``(corners, 2)``."""
    angles = 2 * np.pi * np.arange(corners) / corners
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _four_sides() -> np.ndarray:
    return np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])


def ring(pull: float, turn: float) -> tuple[ReducedMap, np.ndarray]:
    """Return a map whose fixed points form a hexagon, along which the input moves the state.

    ``G(z) = (1 + e) z - pull sum_i n_i relu(n_i . z - 1/2)`` with the directions ``n_i`` to the
    six corners. On an edge two neighbours ``i, j`` are active. Along the edge their pull is
    ``pull (1 - cos 60)``; with ``e = pull / 2`` the two balance, and every point of the edge
    stands still. Across it the eigenvalue is ``1 - pull``. The input enters each function twice,
    with both signs, and gives back a push along the edge, as two rings shifted against each
    other do in the fly's compass.

    Args:
        pull: How fast a state falls onto the ring, between 0 and 1.
        turn: Length of the way along an edge for an input of 1.

    Returns:
        The map, and the corners of its hexagon, ``(6, 2)``.
    """
    n = directions(6)
    along = n @ np.array([[0.0, 1.0], [-1.0, 0.0]])  # each turned by a right angle
    push = turn / np.linalg.norm(along[0] + along[1]) / 2
    start = (n[0] + n[1]) / 2
    tangent = (along[0] + along[1]) / np.linalg.norm(along[0] + along[1])
    reduced = ReducedMap(
        read=np.concatenate([_four_sides(), n, n]),
        write=np.concatenate([np.zeros(4), np.ones(6), -np.ones(6)]),
        offset=np.concatenate([np.zeros(4), np.full(12, -0.5)]),
        back=np.concatenate(
            [
                (1 + pull / 2) * _four_sides(),
                -pull / 2 * n + push * along,
                -pull / 2 * n - push * along,
            ]
        ),
        constant=np.zeros(2),
        readout=tangent / turn,
        start=start,
    )
    return reduced, n


def turning(growth: float, pull: float) -> ReducedMap:
    """Return a map with one fixed point, at 0, that is unstable, and a cycle of eight steps.

    It is ``G`` of :func:`ring` with eight directions and a pull that no longer balances, followed
    by a turn of 45 degrees. Where two neighbours are active, the middle of an edge would be a
    stable fixed point of ``G``; the turn takes it to the middle of the next edge.

    Args:
        growth: By how much a step lengthens a short ``z``; the eigenvalues at 0 have the
            modulus ``1 + growth``.
        pull: How strongly a long ``z`` is shortened.
    """
    n = directions(8)
    rotation = np.array([[n[1, 0], n[1, 1]], [-n[1, 1], n[1, 0]]])
    read = np.concatenate([_four_sides(), n])
    return ReducedMap(
        read=read,
        write=read[:, 0],
        offset=np.concatenate([np.zeros(4), np.full(8, -0.5)]),
        back=np.concatenate([(1 + growth) * _four_sides(), -pull * n]) @ rotation,
        constant=np.zeros(2),
        readout=np.array([0.6, 0.8]),
        start=np.zeros(2),
    )
