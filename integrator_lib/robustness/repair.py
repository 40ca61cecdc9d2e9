"""Repair a trained ReLU network: distil it, or change its weights as little as possible."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from integrator_lib._arguments import whole_number
from integrator_lib.dynamics import (
    Linearisation,
    NoIntegratingModeError,
    linearise_ends,
    readout,
)
from integrator_lib.networks import IntegratorRNN, integrator_family, normalised
from integrator_lib.robustness.changes import cell_weights, with_weights
from integrator_lib.robustness.prediction import eigenvalue_gradient, gain_gradient

LARGEST_GAIN_ERROR = 0.5
"""How far from 1 the gain of an integrating mode may be."""


def distil(model: IntegratorRNN, inputs: Any) -> IntegratorRNN:
    """Build the exact integrator that a trained network approximates.

    Read off the activity of each unit per unit of the sum, at both ends of the line; keep
    the readout; rescale, so that the sum comes back whole; and wire ``W_h = o a^T`` anew.
    Of the trained weights only the readout survives.

    Args:
        model: A ReLU network.
        inputs: Trials that reach both ends of the line, ``(time, batch, 1)``.

    Returns:
        An exact integrator of the same size, from :func:`hand_wired.integrator_family`.

    Raises:
        NoIntegratingModeError: If the network does not integrate: at one end no real, simple
            eigenvalue lies near 1, what the input writes is not kept, or both ends have the
            same sign.
    """
    cell_weights(model)
    ends = linearise_ends(model, inputs)
    for end in ends:
        if abs(end.gain - 1) > LARGEST_GAIN_ERROR:
            raise NoIntegratingModeError(
                f"the mode with eigenvalue {end.mode.eigenvalue:.4g} keeps {end.gain:.3g} "
                f"of the input; 1 within {LARGEST_GAIN_ERROR:g} is needed"
            )
    negative, positive = (end.state / abs(end.value) for end in ends)
    if not ends[0].value < 0 < ends[1].value:
        raise NoIntegratingModeError(
            f"the line must hold both signs, got {ends[0].value:.3g} to {ends[1].value:.3g}"
        )
    pattern = np.where(positive >= negative, positive, -negative)
    return integrator_family(*normalised(pattern, readout(model)[0]))


def repair_eigenvalues(model: IntegratorRNN, places: Sequence[Linearisation]) -> IntegratorRNN:
    """Make the smallest change of ``W`` that puts the eigenvalue at each place to 1.

    One linear equation a place: the change, times the eigenvalue's gradient, must be
    ``1 - eigenvalue``. Of all changes that do it, the one of least norm combines the gradients.

    Args:
        model: A ReLU network.
        places: Where its eigenvalue is to be 1, each with its own set of active units.

    Returns:
        The corrected network.

    Raises:
        TypeError, ValueError: If ``model`` is not a ReLU network.
    """
    missing = [1 - place.mode.eigenvalue for place in places]
    return with_least_change(model, [eigenvalue_gradient(place) for place in places], missing)


def repair_modes(
    model: IntegratorRNN, inputs: Any, *, steps: int = 3, within: float = 0.1
) -> IntegratorRNN:
    """Make the smallest change of ``W`` that puts eigenvalue and gain of both ends to 1.

    Four linear equations, solved with least norm. A gain that is off by ``d`` is off by some
    ``d^2`` afterwards, since the equations hold to first order only: so the ends are linearised
    anew and the step is repeated.

    Args:
        model: A ReLU network without offsets, whose line has two straight halves.
        inputs: Trials that reach both ends of the line, ``(time, batch, 1)``.
        steps: How many steps are made.
        within: Largest accepted distance of an eigenvalue from 1.

    Returns:
        The corrected network.

    Raises:
        TypeError, ValueError: If ``model`` is not a ReLU network.
        NoIntegratingModeError: If an end has no real, simple eigenvalue near 1.
    """
    cell_weights(model)
    for _ in range(whole_number("steps", steps)):
        rows, missing = [], []
        for end in linearise_ends(model, inputs, within=within):
            rows += [eigenvalue_gradient(end), gain_gradient(model, end)]
            missing += [1 - end.mode.eigenvalue, 1 - end.gain]
        model = with_least_change(model, rows, missing)
    return model


def with_least_change(
    model: IntegratorRNN, rows: Sequence[np.ndarray], missing: Sequence[float]
) -> IntegratorRNN:
    """Return a network after the shortest change ``dW`` with ``sum(row * dW) = missing``.

    Args:
        model: A ReLU network.
        rows: What a change of each weight does to each quantity, of ``W``'s shape.
        missing: By how much each quantity is to change.
    """
    W = cell_weights(model)
    change = np.linalg.pinv([row.ravel() for row in rows]) @ np.asarray(missing)
    return with_weights(model, W + change.reshape(W.shape))
