"""Integrators as filters and as rules of quadrature."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, one_of, real_number, real_numbers, whole_number
from integrator_lib.dynamics import Linearisation, initial_state, input_gain, readout, transition
from integrator_lib.evaluation import predict
from integrator_lib.networks import IntegratorRNN

PRELOAD_STEPS = 20
"""Steps in which a network is brought to the level about which it is probed."""


def angular_frequency(period: Any) -> Any:
    """Return ``2 pi / period``, radians a step; a period is longer than 2 steps."""
    return 2 * np.pi / real_numbers("period", period, above=2)


def first_order_response(period: Any, eigenvalue: float, gain: float = 1.0) -> Any:
    """Return the frequency response of ``s -> eigenvalue s + gain x``.

    ``H = gain / (1 - eigenvalue e^(-iw))``. For an integrator, ``eigenvalue`` 1, it has the size
    ``1 / (2 sin(w / 2))`` and lags by a quarter of a period less half a step.

    Args:
        period: Steps in a period, above 2; a number or an array.
        eigenvalue: What a silent step keeps.
        gain: What a unit of input adds.

    Returns:
        Complex, of the shape of ``period``.
    """
    eigenvalue, gain = real_number("eigenvalue", eigenvalue), real_number("gain", gain)
    return gain / (1 - eigenvalue * np.exp(-1j * angular_frequency(period)))


def full_response(model: IntegratorRNN, end: Linearisation, period: Any) -> np.ndarray:
    """Return the frequency response of a network's whole linearisation.

    ``H = o (I - J e^(-iw))^-1 w_x`` with the readout ``o``, the Jacobian ``J`` and the input's
    weights ``w_x``: all modes, not the integrating one alone.

    Args:
        model: The network.
        end: Where it was linearised.
        period: Steps in a period, ``(periods,)``.

    Returns:
        Complex, ``(periods,)``.
    """
    o, w_x = readout(model)[0], np.asarray(input_gain(model, end.state), np.float64)
    identity = np.eye(len(o))
    turns = np.exp(-1j * np.atleast_1d(angular_frequency(period)))
    return np.array([o @ np.linalg.solve(identity - turn * end.jacobian, w_x) for turn in turns])


def measured_response(
    model: IntegratorRNN, period: int, *, level: float = 0.0, amplitude: float = 0.5
) -> complex:
    """Measure a network's frequency response at one period, beside that of an integrator.

    The network is brought to a level, then driven so that the true sum swings about it as a
    sine. A second run swings the other way; half the difference of the two is free of the
    level and of its drift. Amplitude and phase are fitted by least squares to the second half
    of the run, together with a constant and a slope.

    Args:
        model: The network.
        period: Steps in a period, at least 3.
        level: The sum about which it is probed.
        amplitude: Of the true sum's swing.

    Returns:
        The output's complex amplitude divided by the true sum's: its size is the relative
        gain, its angle the phase by which the network leads.

    Raises:
        TypeError, ValueError: If an argument is not as described.
    """
    t, swing = _swing(period, amplitude)
    rise = np.full(PRELOAD_STEPS, real_number("level", level) / PRELOAD_STEPS)
    inputs = np.stack([np.r_[rise, swing], np.r_[rise, -swing]], axis=1)[..., None]
    outputs = np.asarray(predict(model, inputs), np.float64)[PRELOAD_STEPS:, :, 0]
    response = (outputs[:, 0] - outputs[:, 1]) / 2
    return _complex_amplitude(response, t, period) / _complex_amplitude(swing.cumsum(), t, period)


def _swing(period: int, amplitude: float) -> tuple[np.ndarray, np.ndarray]:
    """Return steps and inputs whose running sum is ``amplitude sin(w t)``; at least 4 periods."""
    w = angular_frequency(whole_number("period", period, at_least=3))
    t = np.arange(1, max(1600, 4 * period) + 1)
    amplitude = real_number("amplitude", amplitude, above=0)
    return t, amplitude * (np.sin(w * t) - np.sin(w * (t - 1)))


def harmonic_share(
    model: IntegratorRNN, period: int, *, level: float = 0.0, amplitude: float = 0.5
) -> float:
    """Return the size of the second harmonic in a network's output, as a share of the first.

    A filter has none. Arguments and errors are those of :func:`measured_response`.
    """
    t, swing = _swing(period, amplitude)
    rise = np.full(PRELOAD_STEPS, real_number("level", level) / PRELOAD_STEPS)
    outputs = predict(model, np.r_[rise, swing][:, None, None])
    outputs = np.asarray(outputs, np.float64)[PRELOAD_STEPS:, 0, 0]
    first, second = (abs(_complex_amplitude(outputs, t, period, n)) for n in (1, 2))
    return float(second / first)


def _complex_amplitude(
    values: np.ndarray, t: np.ndarray, period: int, harmonic: int = 1
) -> complex:
    late = slice(len(t) // 2, None)
    angle = angular_frequency(period) * t[late]
    waves = [f(n * angle) for n in (1, 2) for f in (np.cos, np.sin)]
    terms = np.stack([*waves, np.ones_like(angle), t[late] / len(t)], axis=1)
    fitted = np.linalg.lstsq(terms, values[late], rcond=None)[0]
    return complex(fitted[2 * harmonic - 2], -fitted[2 * harmonic - 1])


RULES = ("rectangle", "trapezoid")


def quadrature_inputs(
    f: Callable[[np.ndarray], np.ndarray], end: float, num_points: int, rule: str
) -> np.ndarray:
    """Return the inputs whose running sum approximates the integral of ``f`` from 0 to ``end``.

    Args:
        f: Function of an array.
        end: Upper limit.
        num_points: Steps ``n``; each is ``h = end / n`` wide.
        rule: ``"rectangle"``, ``h f(t)`` at the right of each step, or ``"trapezoid"``, ``h``
            times the mean of ``f`` at its two sides.

    Returns:
        ``(num_points,)``.
    """
    num_points = whole_number("num_points", num_points)
    values = f(np.linspace(0, real_number("end", end, above=0), num_points + 1))
    finite_array("f", values, (num_points + 1,))
    rectangle = one_of("rule", rule, RULES) == "rectangle"
    heights = values[1:] if rectangle else (values[1:] + values[:-1]) / 2
    return end / num_points * heights


class Converter(NamedTuple):
    """Result of :func:`sigma_delta`.

    Attributes:
        bits: ``+1`` or ``-1`` in each step, ``(time, values)``.
        outputs: The integrator's output after each step, ``(time, values)``.
    """

    bits: np.ndarray
    outputs: np.ndarray


def sigma_delta(model: IntegratorRNN, values: Any, num_bits: int) -> Converter:
    """Turn numbers into bits: a loop of integrator, sign and feedback for each.

    In each step the network integrates the number less the last bit, and the next bit is the
    sign of its output. While the output stays bounded, the bits' mean approaches the number.

    Args:
        model: The network.
        values: Numbers from -1 to 1, ``(values,)``.
        num_bits: Number of steps.

    Returns:
        Bits and outputs.
    """
    numbers = jnp.asarray(finite_array("values", values, (None,)), jnp.float32)
    if jnp.abs(numbers).max(initial=0) > 1:
        raise ValueError(f"values must lie between -1 and 1, got {values!r}")
    num_bits = whole_number("num_bits", num_bits)
    step, (w, bias) = jax.vmap(transition(model)), readout(model)

    def turn(states: jax.Array, _: None) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
        bits = jnp.where(states @ w + bias >= 0, 1.0, -1.0)
        states = step(states, numbers - bits)
        return states, (bits, states @ w + bias)

    start = jnp.tile(initial_state(model), (len(numbers), 1))
    _, (bits, outputs) = jax.lax.scan(turn, start, length=num_bits)
    return Converter(np.asarray(bits), np.asarray(outputs, np.float64))
