"""Integrators whose weights are set by hand, in the network that training uses.

All but :func:`delay_line` are members of one family. Unit ``i`` carries ``relu(a_i s)``,
where ``s`` is the running sum: units with ``a_i > 0`` carry positive sums, units with
``a_i < 0`` negative ones. A readout ``o`` turns the activity back into the sum, so the next
state is ``relu(a (o . h + x))``: recurrent weights ``W_h = o a^T`` and input weights
``w_x = a``. The sum comes back whole if ``o . relu(a) = 1`` and ``o . relu(-a) = -1``: the
**overlap** of pattern and readout, ``sum_i a_i o_i``, is 1 in each of the two groups of units.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, real_number, whole_number
from integrator_lib.networks.network import IntegratorRNN

FLOAT32_ROUNDING = float(np.finfo(np.float32).eps) / 2
"""Largest relative error that rounding to float32 makes."""


def wired(input_weights: Any, recurrent_weights: Any, readout: Any) -> IntegratorRNN:
    """Return a ReLU network with weights set by hand, and no offsets.

    Args:
        input_weights: ``w_x``, ``(n,)``.
        recurrent_weights: ``W_h``, ``(n, n)``; row ``j`` leads from unit ``j``.
        readout: ``o``, ``(n,)``.
    """
    num_units = len(finite_array("readout", readout, (None,)))
    finite_array("input_weights", input_weights, (num_units,))
    finite_array("recurrent_weights", recurrent_weights, (num_units, num_units))
    model = IntegratorRNN(num_units, train_initial_state=False, seed=None)
    model.set_values(
        {
            "rnn.W": jnp.asarray(np.vstack([input_weights, recurrent_weights]), jnp.float32),
            "rnn.b": jnp.zeros(num_units),
            "out.weight": {
                "weight": jnp.asarray(readout, jnp.float32)[:, None],
                "bias": jnp.zeros(1),
            },
        }
    )
    return model


def exact_integrator() -> IntegratorRNN:
    """Return the smallest exact integrator: two ReLU units.

    ``h+ = relu(s + x)`` and ``h- = relu(-(s + x))`` with ``s = h+ - h-``. One ReLU cannot go
    below 0; of the two, one holds the sum and the other is silent.

    >>> exact_integrator().rnn.W.value.tolist()
    [[1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]
    """
    return leaky_integrator(leak=0.0)


def leaky_integrator(leak: float, gain: float = 1.0) -> IntegratorRNN:
    """Return two ReLU units that lose a part of their sum at each step.

    The output is ``gain * sum_k (1 - leak)^(t - k) x_k``; :func:`theory.leaky_mse` gives its
    error.

    Args:
        leak: Part of the sum that is lost in a step, from 0 to 1. Slightly negative leaks,
            down to -0.1, are integrators that grow.
        gain: Factor of the output.

    Returns:
        A network of two units, without offsets.
    """
    kept = 1 - real_number("leak", leak, at_least=-0.1, at_most=1)
    signs = np.array([1.0, -1.0])
    return wired(signs, kept * np.outer(signs, signs), real_number("gain", gain) * signs)


def integrator_family(pattern: Any, readout: Any) -> IntegratorRNN:
    """Return an exact integrator that spreads its sum over many units.

    Args:
        pattern: ``a``, activity of each unit per unit of the sum, ``(n,)``: positive for
            units that carry positive sums, negative for those that carry negative ones.
        readout: ``o``, ``(n,)``. Its overlap with the pattern must be 1 in each group;
            :func:`normalised` makes it so.

    Returns:
        A network of ``n`` units, without offsets, with ``W_h = o a^T`` and ``w_x = a``.

    Raises:
        ValueError: If the shapes differ, a value is not finite, or a group's overlap is
            farther from 1 than float32 rounding explains.
    """
    pattern, readout = _vectors(pattern, readout)
    for name, overlap, rounding in _overlaps(pattern, readout):
        if abs(overlap - 1) > rounding:
            raise ValueError(
                f"the overlap of pattern and readout over {name} must be 1, got {overlap:.6g}; "
                "normalised(pattern, readout) rescales them"
            )
    return wired(pattern, np.outer(readout, pattern), readout)


def delay_line(length: int) -> IntegratorRNN:
    """Return a network that sums the last ``length`` inputs, and has no eigenvalue but 0.

    Each input enters the first unit of one of two chains, by its sign, and moves on by one
    unit a step; the readout adds up the chain of positive inputs and subtracts the other. It
    is an exact integrator for ``length`` steps without any feedback (Goldman 2009), and then
    forgets what leaves the chain.

    Args:
        length: Units in each of the two chains, and the steps that are summed.

    Returns:
        A network of ``2 * length`` units, without offsets.
    """
    length = whole_number("length", length)
    chain = np.eye(length, k=1)
    first, signs = np.eye(1, length)[0], np.repeat([1.0, -1.0], length)
    return wired(signs * np.tile(first, 2), np.kron(np.eye(2), chain), signs)


def normalised(pattern: Any, readout: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rescale a pattern so that its overlap with the readout is 1 in each sign group.

    Args:
        pattern: Activity of each unit, ``(n,)``, signed as in :func:`integrator_family`.
        readout: ``(n,)``; it is kept.

    Returns:
        Pattern and readout, ``(n,)`` each in float64, as :func:`integrator_family` takes them.

    Raises:
        ValueError: If the shapes differ, a value is not finite, or a group's overlap is
            negative or 0 up to float32 rounding: then the readout does not see the sum.
    """
    pattern, readout = _vectors(pattern, readout)
    factors = np.ones_like(pattern)
    for sign, (name, overlap, rounding) in zip((1, -1), _overlaps(pattern, readout), strict=True):
        if overlap <= rounding:
            raise ValueError(
                f"the overlap of pattern and readout over {name} must be above 0 "
                f"to be rescaled to 1, got {overlap:.3g}"
            )
        factors[sign * pattern > 0] = 1 / overlap
    return factors * pattern, readout


def _vectors(pattern: Any, readout: Any) -> tuple[np.ndarray, np.ndarray]:
    pattern = np.asarray(finite_array("pattern", pattern, (None,)), np.float64)
    return pattern, np.asarray(finite_array("readout", readout, pattern.shape), np.float64)


def _overlaps(pattern: np.ndarray, readout: np.ndarray) -> list[tuple[str, float, float]]:
    """Return each group's name, its overlap, and what float32 rounding can make of it.

    Normalising in float32 rounds ``n`` times in the overlap (one product, ``n - 1`` sums) and
    once in the division; storing both vectors rounds each product twice more.
    """
    found = []
    for name, group in (("units of a_i > 0", pattern > 0), ("units of a_i < 0", pattern < 0)):
        products = pattern[group] * readout[group]
        rounding = (len(products) + 3) * FLOAT32_ROUNDING * np.abs(products).sum()
        found.append((name, float(products.sum()), float(rounding)))
    return found
