"""What was predicted before the studies were run.

Written on 28 November 2026, before any network of these studies was trained but those of the
searches; ``git log`` shows the order. A pilot of eight to 24 networks a condition, on other
seeds, gave the expectations. Those of the LSTM were added on 29 November, after its search and
before its networks were trained.
"""

from integrator_lib.studies.catalogue import BEYOND, SPIKES
from integrator_lib.studies.judging import Prediction
from integrator_lib.studies.statistics import slope_weights

_INFINITE = float("inf")
_SCALES = {f"identity x{scale:g}": scale for scale in (0.25, 0.5, 0.9)}
_RADII = {"base": 1.0, "xavier x0.5": 0.5, "xavier x1.5": 1.5}


def _minus(one: str, other: str = "base") -> dict[str, float]:
    return {one: 1.0, other: -1.0}


PREDICTIONS = (
    Prediction(
        "H1a",
        "The identity is worse than Xavier's start by a decade or more at 250 steps ...",
        "ingredients",
        "error at 250",
        _minus("identity"),
        1.0,
        _INFINITE,
        "median",
    ),
    Prediction(
        "H1b",
        "... although at 25 steps it is within half a decade.",
        "ingredients",
        "error at 25",
        _minus("identity"),
        -0.5,
        0.5,
    ),
    Prediction(
        "H2",
        "Training moves one eigenvalue: the second stays where the identity's factor put it.",
        "ingredients",
        "second eigenvalue",
        slope_weights(_SCALES),
        0.9,
        1.1,
    ),
    Prediction(
        "H3",
        "The error at 25 steps rises with the radius of the initial weights, 0.5 to 1.5.",
        "ingredients",
        "error at 25",
        slope_weights(_RADII),
        0.1,
        _INFINITE,
    ),
    Prediction(
        "H4",
        "At 250 steps it is all one, within a decade, whether the radius is 0.5 or 1.",
        "ingredients",
        "error at 250",
        _minus("xavier x0.5"),
        -1.0,
        1.0,
        "median",
    ),
    Prediction(
        "H5a",
        "A missing schedule adds four spikes or more a network, on average over the rest.",
        "spikes",
        "spikes",
        SPIKES.main_effect("schedule"),
        4.0,
        _INFINITE,
    ),
    Prediction(
        "H5b",
        "Doing without clipping adds fewer than six, and takes away fewer than six.",
        "spikes",
        "spikes",
        SPIKES.main_effect("clipping"),
        -6.0,
        6.0,
    ),
    Prediction(
        "H5c",
        "The schedule matters more than clipping.",
        "spikes",
        "spikes",
        {
            name: weight - SPIKES.main_effect("clipping")[name]
            for name, weight in SPIKES.main_effect("schedule").items()
        },
        0.0,
        _INFINITE,
    ),
    Prediction(
        "H6",
        "Training biases and start costs 0.3 decades or more at 25 steps.",
        "ingredients",
        "error at 25",
        _minus("biases and start too"),
        0.3,
        _INFINITE,
    ),
    Prediction(
        "H7a",
        "A GRU is a ReLU network's equal at 25 steps, within 0.3 ...",
        "cells",
        "error at 25",
        _minus("gru", "relu"),
        -0.3,
        0.3,
    ),
    Prediction(
        "H7b",
        "... and loses 1.5 decades or more at 250.",
        "cells",
        "error at 250",
        _minus("gru", "relu"),
        1.5,
        _INFINITE,
        "median",
    ),
    Prediction(
        "H8a",
        "One batch of 32 trials for ever costs less than half a decade at 25 steps ...",
        "ingredients",
        "error at 25",
        _minus("one batch for ever"),
        -_INFINITE,
        0.5,
    ),
    Prediction(
        "H8b",
        "... and nothing at 250, within a decade.",
        "ingredients",
        "error at 250",
        _minus("one batch for ever"),
        -1.0,
        1.0,
        "median",
    ),
    Prediction(
        "H9a",
        "Trials of 100 steps in the last third, of equal cost, lower the error at 250 ...",
        "ingredients",
        "error at 250",
        _minus("100 in the last third"),
        -_INFINITE,
        0.0,
        "median",
    ),
    Prediction(
        "H9b",
        "... and cost 0.3 or more at 25.",
        "ingredients",
        "error at 25",
        _minus("100 in the last third"),
        0.3,
        _INFINITE,
    ),
    Prediction(
        "H10",
        "An L2 of 2e-4 costs about a decade at 25 steps.",
        "ingredients",
        "error at 25",
        _minus("L2 2e-4"),
        0.7,
        1.3,
    ),
    Prediction(
        "H11a",
        "Beyond the lengths seen, the identity spoils the eigenvalue by half a decade or more,",
        "beyond",
        "eigenvalue error",
        BEYOND.main_effect("recurrent weights"),
        0.5,
        _INFINITE,
    ),
    Prediction(
        "H11b",
        "a missing schedule does too,",
        "beyond",
        "eigenvalue error",
        BEYOND.main_effect("schedule"),
        0.5,
        _INFINITE,
    ),
    Prediction(
        "H11c",
        "trials of 100 steps in the last third mend it by 0.2 or more,",
        "beyond",
        "eigenvalue error",
        BEYOND.main_effect("lengths"),
        -_INFINITE,
        -0.2,
    ),
    Prediction(
        "H11d",
        "and training biases and start moves it by less than 0.3.",
        "beyond",
        "eigenvalue error",
        BEYOND.main_effect("trained"),
        -0.3,
        0.3,
    ),
    Prediction(
        "H12",
        "A missing schedule spoils the gain by half a decade or more.",
        "beyond",
        "gain error",
        BEYOND.main_effect("schedule"),
        0.5,
        _INFINITE,
    ),
)
"""All predictions, in the order in which they were written down."""

LSTM_PREDICTIONS = (
    Prediction(
        "H7c",
        "An LSTM is worse than a ReLU network at 25 steps by half a decade or more ...",
        "cells",
        "error at 25",
        _minus("lstm", "relu"),
        0.5,
        _INFINITE,
    ),
    Prediction(
        "H7d",
        "... and loses 1.5 decades or more at 250, as the GRU does.",
        "cells",
        "error at 250",
        _minus("lstm", "relu"),
        1.5,
        _INFINITE,
        "median",
    ),
)
"""Those of the LSTM, which came later and are judged by themselves."""
