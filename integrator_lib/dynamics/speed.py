"""The speed of a network's state without input, and a search for states where it is low."""

from functools import partial
from typing import Any, NamedTuple

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, instance, real_number
from integrator_lib.dynamics.system import moves, state_size, step_function
from integrator_lib.networks import Architecture, IntegratorRNN

SIDE_BY_SIDE = 64
"""Searches that run side by side; more gain no time, and each keeps a Jacobian."""
MOST_STEPS = 60
"""Steps after which a search ends in any case."""


def speed(model: IntegratorRNN, states: Any) -> np.ndarray:
    """Return ``q = |F(h, 0) - h|^2 / 2`` of each state.

    Args:
        model: The network.
        states: ``(..., state_size)``.

    Returns:
        ``(...,)``.
    """
    return np.linalg.norm(moves(model, states), axis=-1) ** 2 / 2


def relative_speed(model: IntegratorRNN, states: Any, *, norm_floor: float = 0.0) -> np.ndarray:
    """Return ``|F(h, 0) - h| / |h|``: the part of itself by which a state changes in a step.

    Args:
        model: The network.
        states: ``(..., state_size)``.
        norm_floor: States shorter than this are judged as if they had this norm. Near a
            fixed point at 0 the quotient does not fall: a state that halves in every step
            has relative speed 1/2 however small it is.

    Returns:
        ``(...,)``. At ``h = 0`` with ``norm_floor`` 0 the quotient does not exist; the
        value is 0 if the state stays there, and infinite if it leaves.
    """
    norm_floor = real_number("norm_floor", norm_floor, at_least=0)
    lengths = np.linalg.norm(moves(model, states), axis=-1)
    norms = np.maximum(np.linalg.norm(np.asarray(states, np.float64), axis=-1), norm_floor)
    undefined = np.where(lengths > 0, np.inf, 0.0)
    return np.divide(lengths, norms, out=undefined, where=norms > 0)


class _Search(NamedTuple):
    """A search under way: which start it left from, where it is, its damping, its steps so far."""

    start: jax.Array
    h: jax.Array
    damping: jax.Array
    steps: jax.Array


@brainstate.transform.jit(static_argnums=0)
def _minimise(
    architecture: Architecture, values: dict, starts: jax.Array, tolerance: Any, norm_floor: Any,
    stall: Any,
) -> jax.Array:  # fmt: skip
    step = step_function(architecture, values)

    def move(h: jax.Array) -> jax.Array:
        return step(h, 0.0) - h

    def begin(start: jax.Array) -> _Search:
        return _Search(start, starts[start], jnp.float32(1e-3), jnp.int32(0))

    def improve(search: _Search) -> tuple[_Search, jax.Array]:
        h, damping = search.h, search.damping
        r, A = move(h), jax.jacfwd(move)(h)
        factor = jax.scipy.linalg.cho_factor(A.T @ A + damping * jnp.eye(len(h)))
        better_h = h - jax.scipy.linalg.cho_solve(factor, A.T @ r)
        before, after = jnp.linalg.norm(r), jnp.linalg.norm(move(better_h))
        scale = jnp.maximum(jnp.linalg.norm(better_h), norm_floor)
        helped = after < before
        arrived, stalled = after <= tolerance * scale, after > stall * before
        done = jnp.where(helped, arrived | stalled, damping > 1)
        h = jnp.where(helped, better_h, h)
        damping = jnp.where(helped, jnp.maximum(damping / 10, 1e-8), damping * 10)
        steps = search.steps + 1
        return _Search(search.start, h, damping, steps), done | (steps == MOST_STEPS)

    def keep_or_replace(search: _Search, done: jax.Array, following: jax.Array) -> _Search:
        return jax.tree.map(partial(jnp.where, done), begin(following), search)

    def improve_all(progress: tuple) -> tuple:
        searches, ends, next_start = progress
        searches, done = jax.vmap(improve)(searches)
        # Past the last start a place searches from the last one again, and its end is dropped.
        ends = ends.at[searches.start].set(searches.h, mode="drop")
        following = next_start + jnp.cumsum(done) - 1
        searches = jax.vmap(keep_or_replace)(searches, done, following)
        return searches, ends, next_start + jnp.sum(done)

    def any_left(progress: tuple) -> jax.Array:
        return jnp.any(progress[0].start < len(starts))

    places = min(SIDE_BY_SIDE, len(starts))
    searches = jax.vmap(begin)(jnp.arange(places))
    return jax.lax.while_loop(any_left, improve_all, (searches, starts, places))[1]


def minimise_speed(
    model: IntegratorRNN,
    starts: Any,
    *,
    tolerance: float = 1e-6,
    norm_floor: float = 0.0,
    stall: float = 0.9,
) -> jax.Array:
    """Lower the speed ``q`` from many starting points at once.

    ``q`` is half a sum of squares, so that each step can solve a linear least-squares
    problem for ``F(h + d) = h + d``, damped as in Levenberg (1944) and Marquardt (1963):
    the damping falls after a step that helped and grows after one that did not, which is
    taken back. Damped steps are short across a line of slow points and do not run along it.

    Args:
        model: The network.
        starts: ``(number, state_size)``.
        tolerance: Relative speed at which a search ends.
        norm_floor: As in :func:`relative_speed`.
        stall: A search also ends when a step leaves more than this share of the speed: at
            a line of slow points there is little to gain but by sliding along it. With 1,
            it goes on as long as any step helps, up to ``MOST_STEPS``.

    Returns:
        Where the searches ended, ``(number, state_size)``, never faster than they started.
    """
    size = state_size(instance("model", model, IntegratorRNN))
    starts = jnp.asarray(finite_array("starts", starts, (None, size)), jnp.float32)
    tolerance = real_number("tolerance", tolerance, above=0)
    norm_floor = real_number("norm_floor", norm_floor, at_least=0)
    stall = real_number("stall", stall, above=0, at_most=1)
    return _minimise(model.architecture, model.values(), starts, tolerance, norm_floor, stall)
