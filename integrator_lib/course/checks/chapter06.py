"""Exercises of chapter 06, Inside the network."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _norms(states: Any) -> Any:
    return np.linalg.norm(states, axis=1)


def _draw_states(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for number, size in ((6, 4), (3, 8), (2, 3)):
        states = rng.standard_normal((number, size))
        cases.append((states, states + rng.uniform(0.2, 0.5) * rng.standard_normal((number, size))))
    return cases


def _relative_speed(states: Any, next_states: Any) -> Any:
    moves = np.linalg.norm(next_states - states, axis=1)
    return moves / np.linalg.norm(states, axis=1)


relative_speed = Exercise(
    name="relative_speed",
    reference=_relative_speed,
    hints=(
        "How many numbers are there in the result?",
        "Where does the state stand still?",
        "for each row a norm of the move over a norm of the state",
    ),
    draw=_draw_states,
    mistakes=(
        Mistake(
            "this is the speed itself, not yet relative to the state",
            lambda h, new: _norms(new - h),
        ),
        Mistake(
            "it is divided by the norm of the next state; divide by that of the state",
            lambda h, new: _norms(new - h) / _norms(new),
        ),
        Mistake(
            "the norms are squared, so a tenth becomes a hundredth",
            lambda h, new: _norms(new - h) ** 2 / _norms(h) ** 2,
        ),
        Mistake(
            "the two norms are subtracted; a state that only turns moves too",
            lambda h, new: np.abs(_norms(new) - _norms(h)) / _norms(h),
        ),
        Mistake(
            "one norm is taken over all states; each state has its own",
            lambda h, new: np.linalg.norm(new - h) / np.linalg.norm(h),
        ),
    ),
)


def _time_constant(eigenvalue: complex) -> Any:
    return -1 / np.log(np.abs(eigenvalue))


time_constant = Exercise(
    name="time_constant",
    reference=_time_constant,
    hints=(
        "By what factor does a mode shrink in one step, whatever the eigenvalue's direction?",
        "Time constants",
        "minus 1 over a logarithm of a modulus",
    ),
    draw=lambda rng: (
        [(rng.uniform(0.6, 0.95) * np.exp(1j * rng.uniform(0.3, 1.2)),) for _ in range(2)]
        + [(rng.uniform(0.6, 0.95),), (-rng.uniform(0.3, 0.7),), (rng.uniform(1.02, 1.1),)]
    ),
    mistakes=(
        Mistake(
            "the sign is wrong; a mode that decays has a positive time constant",
            lambda value: 1 / np.log(np.abs(value)),
        ),
        Mistake(
            "the modulus of the result is taken; it is negative where a mode grows",
            lambda value: np.abs(1 / np.log(np.abs(value))),
        ),
        Mistake(
            "the real part is taken for the size; a rotating mode keeps its modulus",
            lambda value: -1 / np.log(np.real(value)),
        ),
        Mistake(
            "the logarithm is taken of the complex number; take it of the modulus",
            lambda value: np.real(-1 / np.log(value)),
        ),
        Mistake(
            "the logarithm is to base 10; a fall to 1/e needs the natural one",
            lambda value: -1 / np.log10(np.abs(value)),
        ),
        Mistake(
            "this is the half-life; the time constant falls to 1/e",
            lambda value: -np.log(2) / np.log(np.abs(value)),
        ),
        Mistake(
            "1/(1 - |eigenvalue|) is taken, which holds close to 1 only",
            lambda value: 1 / (1 - np.abs(value)),
        ),
        Mistake(
            "the rate is returned; the time constant is its inverse",
            lambda value: -np.log(np.abs(value)),
        ),
    ),
)


def _draw_vectors(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for size in (5, 8, 2):
        right = rng.uniform(0.5, 1.5, size)
        left, input_gain, readout = rng.uniform(0.5, 1.5, (3, size))
        cases.append((left, right, input_gain, readout if size != 8 else -readout))
    return cases


def _lasting_gain(left: Any, right: Any, input_gain: Any, readout: Any) -> Any:
    return (readout @ right) * (left @ input_gain) / (left @ right)


lasting_gain = Exercise(
    name="lasting_gain",
    reference=_lasting_gain,
    hints=(
        "The eigenvectors have no length of their own. What must not depend on it?",
        "What is written, what is read",
        "what is read of one vector, times what the other sees of the input, over their product",
    ),
    draw=_draw_vectors,
    mistakes=(
        Mistake(
            "left . right is not made 1 first",
            lambda left, right, g, w: (w @ right) * (left @ g),
        ),
        Mistake(
            "the left vector has length 1 instead of left . right = 1",
            lambda left, right, g, w: (w @ right) * (left @ g) / np.linalg.norm(left),
        ),
        Mistake(
            "it is divided by left . left; the vectors' product is left . right",
            lambda left, right, g, w: (w @ right) * (left @ g) / (left @ left),
        ),
        Mistake(
            "it is multiplied by left . right; divide by it",
            lambda left, right, g, w: (w @ right) * (left @ g) * (left @ right),
        ),
        Mistake(
            "the readout is left out; this is how far the state moves along the line",
            lambda left, right, g, w: (left @ g) / (left @ right),
        ),
        Mistake(
            "both vectors have length 1 instead of left . right = 1",
            lambda left, right, g, w: (
                (w @ right) * (left @ g) / np.linalg.norm(left) / np.linalg.norm(right)
            ),
        ),
        Mistake(
            "left and right are exchanged; the left vector reads what the input writes",
            lambda left, right, g, w: (w @ left) * (right @ g) / (left @ right),
        ),
        Mistake(
            "this is the output's first rise, w . dF/dx, before the other modes decay",
            lambda left, right, g, w: w @ g,
        ),
    ),
)


def _weighed(sums: Any, m: float, k: Any, mean: float = -1.0, first: int = 1) -> Any:
    return k * sums + (1 - k) * mean * m * np.arange(first, first + len(sums))


def _trust(inputs: Any, variance: float, noise_variance: float, first: int = 1) -> Any:
    t = np.arange(first, first + len(inputs))
    return variance * t / (variance * t + noise_variance)


def _estimate(inputs: Any, m: float, sigma: float) -> Any:
    return _weighed(np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2))


def _best_estimate(inputs: Any, m: float, sigma: float) -> Any:
    t = np.arange(1, len(inputs) + 1)
    k = 4 * m**2 * t / (4 * m**2 * t + sigma**2)
    return k * np.cumsum(inputs) - (1 - k) * m * t


best_estimate = Exercise(
    name="best_estimate",
    reference=_best_estimate,
    hints=(
        "How much do you trust the sum after one input, and after many?",
        "The other noise",
        "a weight k that grows with t, times the sum so far, plus 1 - k times what the prior says",
    ),
    draw=lambda rng: [
        (rng.standard_normal(steps), rng.uniform(0.5, 1), rng.uniform(1, 2))
        for steps in (25, 10, 3)
    ],
    mistakes=(
        Mistake(
            "the sum is returned as it is; the noise in it is not filtered",
            lambda inputs, m, sigma: np.cumsum(inputs),
        ),
        Mistake(
            "the prior's mean is left out, as if the bias were 0 on average",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2), mean=0.0
            ),
        ),
        Mistake(
            "the prior's mean has the wrong sign; it is -m",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2), mean=1.0
            ),
        ),
        Mistake(
            "the prior's variance is m^2; its standard deviation is 2 m",
            lambda inputs, m, sigma: _weighed(np.cumsum(inputs), m, _trust(inputs, m**2, sigma**2)),
        ),
        Mistake(
            "sigma is not squared; the noise's variance is sigma^2",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma)
            ),
        ),
        Mistake(
            "k does not grow with t; more inputs deserve more trust",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, 4 * m**2 / (4 * m**2 + sigma**2)
            ),
        ),
        Mistake(
            "t starts at 0; after the first input it is 1",
            lambda inputs, m, sigma: _weighed(
                np.cumsum(inputs), m, _trust(inputs, 4 * m**2, sigma**2, first=0), first=0
            ),
        ),
        Mistake(
            "the input is weighed, not the running sum",
            lambda inputs, m, sigma: _weighed(inputs, m, _trust(inputs, 4 * m**2, sigma**2)),
        ),
        Mistake(
            "the bias is estimated, not the bias times t",
            lambda inputs, m, sigma: _estimate(inputs, m, sigma) / np.arange(1, len(inputs) + 1),
        ),
    ),
)
