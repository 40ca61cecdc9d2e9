"""A trained network in four numbers: eigenvalue and gain of each half of its line.

A ReLU network without offsets holds a negative sum on one ray of its state space and a
positive sum on another. On each ray a silent step multiplies the sum by an eigenvalue, and
a unit of input adds a gain to it. Nothing else of the network is left after a few steps, so
long trials should need nothing else.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from integrator_lib._arguments import finite_array
from integrator_lib.dynamics import Linearisation


def reduced_outputs(ends: Sequence[Linearisation], inputs: Any) -> np.ndarray:
    """Run the four numbers on whole trials, from a sum of 0.

    In each step ``s -> eigenvalue s + gain x``, with the numbers of the half on which
    ``s + x`` lies. It leaves out the modes that decay, which matter where the sum crosses 0
    and in a trial's last few steps.

    Args:
        ends: The network linearised on its negative and on its positive half, as from
            :func:`dynamics.linearise_ends`.
        inputs: ``(time, batch, 1)``.

    Returns:
        ``(time, batch, 1)``, in float64.

    Raises:
        ValueError: If ``ends`` is not a pair, or ``inputs`` has another shape.
    """
    if len(ends) != 2:
        raise ValueError(f"ends must hold the two halves of the line, got {len(ends)}")
    inputs = np.asarray(finite_array("inputs", inputs, (None, None, 1)), np.float64)
    eigenvalues = np.array([end.mode.eigenvalue for end in ends])
    gains = np.array([end.gain for end in ends])
    outputs = np.empty_like(inputs)
    s = np.zeros(inputs.shape[1:])
    for t, x in enumerate(inputs):
        half = (s + x > 0).astype(int)
        s = eigenvalues[half] * s + gains[half] * x
        outputs[t] = s
    return outputs
