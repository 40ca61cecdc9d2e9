"""A whole run solved at once: all steps in parallel, thanks to what is known of the line.

The states of a run solve one system of equations, ``h_t = F(h_{t-1}, x_t)`` for all ``t``.
A pass evaluates every step at the present guess, all at the same time, and lets the errors it
finds travel on through a linear recurrence, which a parallel scan solves in about ``log2 T``
rounds. Newton's method takes the steps' own Jacobians for that recurrence, a matrix a step (Lim
and others 2024). Here it is the integrating mode alone, a number a step: an error ``d`` becomes
``eigenvalue * right (left . d)``, and what it holds of other modes has decayed after a few steps.
"""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from integrator_lib._arguments import finite_array, instance, real_number, whole_number
from integrator_lib.dynamics.linearisation import Linearisation
from integrator_lib.networks import IntegratorRNN, preactivation


class InParallel(NamedTuple):
    """What was found for all steps at once.

    Attributes:
        values: States or their gradients, ``(time, batch, hidden)``.
        passes: Passes that each trial took, ``(batch,)``; one more than the most where they
            did not suffice.
    """

    values: jax.Array
    passes: jax.Array


class Line(NamedTuple):
    """The two halves of a line, for sums below 0 and for the others.

    Attributes:
        eigenvalue: ``(2,)``.
        right: Right vectors, ``(2, hidden)``.
        left: Left vectors, ``(2, hidden)``.
        place: States for a sum of -1 and of 1, ``(2, hidden)``.
    """

    eigenvalue: jax.Array
    right: jax.Array
    left: jax.Array
    place: jax.Array


def run_in_parallel(
    model: IntegratorRNN,
    inputs: Any,
    ends: tuple[Linearisation, Linearisation],
    *,
    tolerance: float = 1e-5,
    most_passes: int = 100,
) -> InParallel:
    """Return the states of all steps, each pass computing all steps at once.

    The first guess is the place on the line that belongs to the running sum. The result is that
    of stepping, up to the tolerance and to rounding, whether the network integrates well or
    not; how many passes it takes depends on how well the line describes it. Everything is
    computed in the precision of ``inputs``.

    Args:
        model: A network with the rnn cell.
        inputs: ``(time, batch, 1)``.
        ends: A place on the negative and one on the positive half of its line, as from
            :func:`linearise_ends`.
        tolerance: A trial is solved when a pass changes no state by more than this, relative to
            the trial's largest.
        most_passes: After how many passes to stop.

    Returns:
        States, ``(time, batch, hidden)``, and passes.

    Source: Lim and others (2024) for the method, Gonzalez and others (2024) for approximate
    Jacobians in it.
    """
    inputs, line, halves = _prepare(model, inputs, ends)
    guess = jnp.abs(jnp.cumsum(inputs, axis=0)) * line.place[halves[1:]]
    weights, settings = _weights(model, inputs), _settings(tolerance, most_passes)
    return _states(model.rnn.activation, *weights, inputs, guess, halves, line, *settings)


@functools.partial(jax.jit, static_argnums=0)
def _states(
    activation: Callable,
    W: jax.Array,
    b: jax.Array | None,
    start: jax.Array,
    inputs: jax.Array,
    guess: jax.Array,
    *how: Any,
) -> InParallel:
    def error(states: jax.Array) -> jax.Array:
        before = jnp.concatenate([start[None], states[:-1]])
        return activation(preactivation(W, b, before, inputs)) - states

    return _solve(error, guess, *how)


def gradient_in_parallel(
    model: IntegratorRNN,
    inputs: Any,
    states: Any,
    ends: tuple[Linearisation, Linearisation],
    by_state: Any,
    *,
    tolerance: float = 1e-5,
    most_passes: int = 100,
) -> InParallel:
    """Return the gradient of a loss by every step's weighted sum, before the activation.

    Going back is linear: the gradient ``a_t`` by a state is what the loss says of that state
    alone and ``J_{t+1}`` transposed times ``a_{t+1}``. So the same passes solve it, in reversed
    time and with left and right vectors exchanged. With the rows ``[x_t, h_{t-1}]`` of all
    steps, ``rows.T @ gradient`` is the gradient by ``W``.

    Args:
        model: A network with the rnn cell.
        inputs: ``(time, batch, 1)``.
        states: Of all steps, ``(time, batch, hidden)``, as from :func:`run_in_parallel`.
        ends: As there.
        by_state: Derivative of the loss by each state as an output, ``(time, batch, hidden)``.
        tolerance: As there.
        most_passes: As there.

    Returns:
        Gradient, ``(time, batch, hidden)``, and passes.
    """
    inputs, line, halves = _prepare(model, inputs, ends)
    W, b, start = _weights(model, inputs)
    shape = (*inputs.shape[:2], model.hidden_size)
    states = jnp.asarray(finite_array("states", states, shape))
    by_state = jnp.asarray(finite_array("by_state", by_state, shape))
    before = jnp.concatenate([start[None], states[:-1]])
    bent, through_activation = jax.vjp(model.rnn.activation, preactivation(W, b, before, inputs))
    (slopes,) = through_activation(jnp.ones_like(bent))
    mirrored = line._replace(left=line.right, right=line.left)
    settings = _settings(tolerance, most_passes)
    return _gradients(W[1:].T, slopes, by_state, halves[::-1], mirrored, *settings)


@jax.jit
def _gradients(
    to_before: jax.Array, slopes: jax.Array, by_state: jax.Array, *how: Any
) -> InParallel:
    def error(reversed_gradient: jax.Array) -> jax.Array:
        gradient = reversed_gradient[::-1]
        from_next = (slopes * gradient)[1:] @ to_before
        found = by_state + jnp.concatenate([from_next, jnp.zeros_like(gradient[:1])])
        return (found - gradient)[::-1]

    solved = _solve(error, jnp.zeros_like(slopes), *how)
    return solved._replace(values=slopes * solved.values[::-1])


def _prepare(
    model: IntegratorRNN, inputs: Any, ends: tuple[Linearisation, Linearisation]
) -> tuple[jax.Array, Line, jax.Array]:
    """Return the inputs, the line, and the half on which each state lies, ``(time + 1, batch)``."""
    if instance("model", model, IntegratorRNN).cell != "rnn":
        raise ValueError(f"model must have the rnn cell, got {model.cell}")
    inputs = jnp.asarray(finite_array("inputs", inputs, (None, None, 1)))

    def of_both(field: Callable) -> jax.Array:
        return jnp.stack([jnp.asarray(field(end), inputs.dtype) for end in ends])

    line = Line(
        of_both(lambda end: end.mode.eigenvalue),
        of_both(lambda end: end.mode.right),
        of_both(lambda end: end.mode.left),
        of_both(lambda end: end.state / abs(end.value)),
    )
    sums = jnp.cumsum(inputs[..., 0], axis=0)
    halves = jnp.concatenate([jnp.zeros_like(sums[:1]), sums]) >= 0
    return inputs, line, halves.astype(int)


def _weights(
    model: IntegratorRNN, inputs: jax.Array
) -> tuple[jax.Array, jax.Array | None, jax.Array]:
    """Return ``W``, ``b`` and the states before the first step in the inputs' precision."""
    W, start = (
        jnp.asarray(a, inputs.dtype) for a in (model.rnn.W.value, model.rnn.initial_state())
    )
    b = None if model.rnn.bias is None else jnp.asarray(model.rnn.bias, inputs.dtype)
    return W, b, jnp.broadcast_to(start, (inputs.shape[1], len(start)))


def _settings(tolerance: float, most_passes: int) -> tuple[float, int]:
    most_passes = whole_number("most_passes", most_passes)
    return real_number("tolerance", tolerance, above=0), most_passes


def _solve(
    error: Callable,
    guess: jax.Array,
    halves: jax.Array,
    line: Line,
    tolerance: jax.Array,
    most_passes: jax.Array,
) -> InParallel:
    """Correct a guess, pass by pass, until no trial changes any more."""

    def unsolved(progress: tuple) -> jax.Array:
        _, done, solved_in = progress
        return (done < most_passes) & jnp.any(solved_in > most_passes)

    def one_pass(progress: tuple) -> tuple:
        values, done, solved_in = progress
        change = propagate(error(values), halves, line)
        values = values + change
        size = jnp.max(jnp.abs(values), axis=(0, 2))
        small = jnp.max(jnp.abs(change), axis=(0, 2)) <= tolerance * size
        first_time = small & (solved_in > most_passes)
        return values, done + 1, jnp.where(first_time, done + 1, solved_in)

    never = jnp.full(guess.shape[1], most_passes + 1, jnp.int32)
    values, _, passes = jax.lax.while_loop(unsolved, one_pass, (guess, jnp.int32(0), never))
    return InParallel(values, passes)


def propagate(errors: jax.Array, halves: jax.Array, line: Line) -> jax.Array:
    """Solve ``d_t = e_t + eigenvalue_t right_t (left_t . d_{t-1})`` for all steps at once.

    What the next step will read of ``d_t`` is one number, ``left_{t+1} . d_t``. These numbers
    have a recurrence of their own, and two of its steps in a row are a step of the same kind: so
    they can be joined in pairs, then pairs of pairs.

    Args:
        errors: ``e``, ``(time, batch, hidden)``.
        halves: On which half each state lies, from the first one on, ``(time + 1, batch)``.
        line: Both halves.

    Returns:
        ``d``, ``(time, batch, hidden)``.
    """
    now, following = halves[:-1], halves[1:]
    kept = line.eigenvalue[now] * jnp.sum(line.left[following] * line.right[now], axis=-1)
    added = jnp.sum(line.left[following] * errors, axis=-1)

    def join(first: tuple, second: tuple) -> tuple:
        return first[0] * second[0], first[1] * second[0] + second[1]

    read = jax.lax.associative_scan(join, (kept, added))[1]
    read_before = jnp.concatenate([jnp.zeros_like(read[:1]), read[:-1]])
    return errors + (line.eigenvalue[now] * read_before)[..., None] * line.right[now]
