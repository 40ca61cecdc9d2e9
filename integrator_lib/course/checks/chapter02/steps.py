"""Exercises of chapter 02: the cell and its steps."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _relu(value: Any) -> Any:
    return np.maximum(value, 0)


def _step(x: Any, h: Any, W: Any, b: Any) -> Any:
    return _relu(np.concatenate([x, h], axis=-1) @ W + b)


def _draw_steps(rng: np.random.Generator) -> list[tuple]:
    return [
        (
            rng.standard_normal((batch, num_in)),
            rng.uniform(0.1, 1, (batch, size)),
            # Large, so that a second bound, as relu6 has, is seen.
            10 * rng.standard_normal((num_in + size, size)),
            10 * rng.standard_normal(size),
        )
        for batch, num_in, size in ((4, 1, 6), (3, 2, 5), (2, 1, 3))
    ]


def _rnn_step(x: Any, h: Any, W: Any, b: Any) -> Any:
    joined = np.concatenate([x, h], axis=-1)
    return np.maximum(joined @ W + b, 0)


rnn_step = Exercise(
    name="rnn_step",
    reference=_rnn_step,
    hints=(
        "Which rows of W belong to the input, and which to the state?",
        "The recurrent cell",
        "the activation of a matrix product plus the bias, of x and h put side by side",
    ),
    draw=_draw_steps,
    mistakes=(
        Mistake(
            "the state comes before the input; the first rows of W belong to the input",
            lambda x, h, W, b: _relu(np.concatenate([h, x], axis=-1) @ W + b),
        ),
        Mistake(
            "the activation is missing",
            lambda x, h, W, b: np.concatenate([x, h], axis=-1) @ W + b,
        ),
        Mistake(
            "the bias is missing", lambda x, h, W, b: _relu(np.concatenate([x, h], axis=-1) @ W)
        ),
        Mistake(
            "the bias is added after the activation",
            lambda x, h, W, b: _relu(np.concatenate([x, h], axis=-1) @ W) + b,
        ),
        Mistake(
            "the activation is tanh; this network uses relu",
            lambda x, h, W, b: np.tanh(np.concatenate([x, h], axis=-1) @ W + b),
        ),
    ),
)


def _unroll(inputs: Any, h0: Any, W: Any, b: Any) -> Any:
    h, states = h0, []
    for x in inputs:
        h = _step(x, h, W, b)
        states.append(h)
    return np.stack(states)


def _unroll_without_memory(inputs: Any, h0: Any, W: Any, b: Any) -> Any:
    return np.stack([_step(x, h0, W, b) for x in inputs])


def _all_states(inputs: Any, h0: Any, W: Any, b: Any) -> Any:
    h = h0
    states = []
    for x in inputs:
        h = np.maximum(np.concatenate([x, h], axis=-1) @ W + b, 0)
        states.append(h)
    return np.stack(states)


unroll = Exercise(
    name="unroll",
    reference=_all_states,
    hints=(
        "What does the second step need from the first?",
        "Predicting",
        "a loop over inputs that replaces h and collects it, then np.stack",
    ),
    draw=lambda rng: [
        (
            rng.standard_normal((time, batch, 1)),
            rng.uniform(0.1, 1, (batch, size)),
            0.5 * rng.standard_normal((1 + size, size)),
            rng.uniform(0.1, 0.5, size),
        )
        for time, batch, size in ((6, 4, 5), (3, 2, 4), (2, 2, 2))
    ],
    mistakes=(
        Mistake(
            "every step starts from h0; the state has to be carried on",
            _unroll_without_memory,
        ),
        Mistake(
            "the states before each step are returned, one step late",
            lambda inputs, h0, W, b: np.concatenate([h0[None], _unroll(inputs, h0, W, b)[:-1]]),
        ),
        Mistake(
            "only the last state is returned",
            lambda inputs, h0, W, b: _unroll(inputs, h0, W, b)[-1],
        ),
        Mistake(
            "the initial state is ignored and zeros are used",
            lambda inputs, h0, W, b: _unroll(inputs, np.zeros_like(h0), W, b),
        ),
        Mistake(
            "h0 is put in front of the states, one state too many",
            lambda inputs, h0, W, b: np.concatenate([h0[None], _unroll(inputs, h0, W, b)]),
        ),
    ),
)


def _slow(inputs: Any, W: Any, b: Any, a: float, kept: float | None = None) -> Any:
    h, states = np.zeros((inputs.shape[1], W.shape[1])), []
    for x in inputs:
        h = (1 - a if kept is None else kept) * h + a * _step(x, h, W, b)
        states.append(h)
    return np.stack(states)


def _slow_inside(inputs: Any, W: Any, b: Any, a: float) -> Any:
    h, states = np.zeros((inputs.shape[1], W.shape[1])), []
    for x in inputs:
        h = _relu((1 - a) * h + a * (np.concatenate([x, h], axis=-1) @ W + b))
        states.append(h)
    return np.stack(states)


def _slow_states(inputs: Any, W: Any, b: Any, a: float) -> Any:
    h = np.zeros((inputs.shape[1], W.shape[1]))
    states = []
    for x in inputs:
        new = np.maximum(np.concatenate([x, h], axis=-1) @ W + b, 0)
        h = (1 - a) * h + a * new
        states.append(h)
    return np.stack(states)


run_slow_cell = Exercise(
    name="run_slow_cell",
    reference=_slow_states,
    hints=(
        "What would the state do if a were 0, and what if it were 1?",
        "The recurrent cell",
        "a cell whose update mixes old state and new, reset for the batch, then for_loop",
    ),
    draw=lambda rng: [
        (
            0.5 + rng.standard_normal((time, batch, 1)),
            0.4 * rng.standard_normal((1 + size, size)),
            rng.uniform(0.1, 0.5, size),
            rng.uniform(0.2, 0.4),
        )
        for time, batch, size in ((8, 4, 6), (5, 2, 4), (2, 2, 2))
    ],
    mistakes=(
        Mistake(
            "this is the vanilla cell; its new state has to be mixed with the old one",
            lambda inputs, W, b, a: _slow(inputs, W, b, 1.0),
        ),
        Mistake(
            "the two shares are swapped; a is the share of the new",
            lambda inputs, W, b, a: _slow(inputs, W, b, 1 - a),
        ),
        Mistake(
            "the old state is kept whole; it keeps the share 1 - a of itself",
            lambda inputs, W, b, a: _slow(inputs, W, b, a, kept=1.0),
        ),
        Mistake(
            "the old state is left out of the mixture",
            lambda inputs, W, b, a: _slow(inputs, W, b, a, kept=0.0),
        ),
        Mistake(
            "the activation bends the mixture; it bends the new part alone",
            _slow_inside,
        ),
        Mistake(
            "the states before each step are returned, one step late",
            lambda inputs, W, b, a: np.concatenate(
                [np.zeros((1, inputs.shape[1], W.shape[1])), _slow(inputs, W, b, a)[:-1]]
            ),
        ),
        Mistake(
            "only the last state is returned; return what for_loop stacks",
            lambda inputs, W, b, a: _slow(inputs, W, b, a)[-1],
        ),
    ),
)
