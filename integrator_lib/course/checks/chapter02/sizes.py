"""Exercises of chapter 02: numbers and states of the network."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _num_parameters(hidden_size: int, train_initial_state: bool) -> int:
    recurrent = (1 + hidden_size) * hidden_size + hidden_size
    return recurrent + hidden_size * train_initial_state + hidden_size + 1


def _count(hidden_size: int, train_initial_state: bool) -> int:
    matrix = (1 + hidden_size) * hidden_size
    biases = hidden_size
    readout = hidden_size + 1
    return matrix + biases + readout + hidden_size * train_initial_state


def _count_in_two_parts(hidden_size: int, train_initial_state: bool) -> int:
    cell = (1 + hidden_size) * hidden_size + hidden_size
    readout = hidden_size + 1
    return cell + readout + (hidden_size if train_initial_state else 0)


num_parameters = Exercise(
    name="num_parameters",
    reference=_count,
    others=(_count_in_two_parts,),
    hints=(
        "Write down the shape of every array that is trained.",
        "The network",
        "the sizes of W, b, perhaps the initial state, readout and its bias, added up",
    ),
    draw=lambda rng: [
        (int(size), bool(trained)) for size in rng.integers(3, 200, 3) for trained in (False, True)
    ],
    tolerance=1e-9,
    mistakes=(
        Mistake(
            "the initial state is not counted when it is trained",
            lambda n, trained: _num_parameters(n, False),
        ),
        Mistake(
            "the initial state is counted even when it is not trained",
            lambda n, trained: _num_parameters(n, True),
        ),
        Mistake(
            "the readout's bias is not counted", lambda n, trained: _num_parameters(n, trained) - 1
        ),
        Mistake(
            "the readout is not counted",
            lambda n, trained: _num_parameters(n, trained) - n - 1,
        ),
        Mistake(
            "hidden_size numbers are missing: the input's row of W, or the biases b",
            lambda n, trained: _num_parameters(n, trained) - n,
        ),
        Mistake(
            "an array of hidden_size entries is counted twice",
            lambda n, trained: _num_parameters(n, trained) + n,
        ),
    ),
)


def _spread_state(state: Any, batch_size: int) -> Any:
    return np.tile(state, (batch_size, 1))


def _repeated(state: Any, batch_size: int) -> Any:
    return np.repeat(state[None, :], batch_size, axis=0)


spread_state = Exercise(
    name="spread_state",
    reference=_spread_state,
    others=(_repeated,),
    hints=(
        "Which axis counts the trials?",
        "The initial state",
        "the same row, batch_size times, one below the other",
    ),
    draw=lambda rng: [
        (rng.standard_normal(5), 3),
        (rng.standard_normal(4), 7),
        (rng.standard_normal(3), 2),
    ],
    mistakes=(
        Mistake(
            "trials and units are swapped; the batch comes first",
            lambda state, batch_size: np.tile(state[:, None], (1, batch_size)),
        ),
        Mistake(
            "the copies are strung together in one long vector",
            lambda state, batch_size: np.tile(state, batch_size),
        ),
        Mistake(
            "zeros are used; the learnt state has to reach every trial",
            lambda state, batch_size: np.zeros((batch_size, len(state))),
        ),
        Mistake(
            "there is a leading axis but only one copy",
            lambda state, batch_size: state[None],
        ),
    ),
)
