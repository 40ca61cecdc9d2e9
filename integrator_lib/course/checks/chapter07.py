"""Exercises of chapter 07, Modes."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _time_constant(eigenvalue: complex) -> Any:
    return -1 / np.log(np.abs(eigenvalue))


time_constant = Exercise(
    name="time_constant",
    reference=_time_constant,
    hints=(
        "By what factor does a mode shrink in one step, whatever the eigenvalue's direction?",
        "Jacobians",
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


def _gain_of_vectors(left: Any, right: Any, input_gain: Any, readout: Any) -> Any:
    left = left / (left @ right)
    return (readout @ right) * (left @ input_gain)


lasting_gain = Exercise(
    name="lasting_gain",
    reference=_lasting_gain,
    others=(_gain_of_vectors,),
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


def _relu_jacobian(W: Any, h: Any) -> Any:
    return (h @ W > 0)[:, None] * W.T


step_jacobian = Exercise(
    name="step_jacobian",
    reference=_relu_jacobian,
    hints=(
        "Which entry of the next state moves, if one entry of the state does?",
        "Jacobians",
        "a matrix of the shape of W; rows of silent units are 0",
    ),
    draw=lambda rng: [
        (rng.standard_normal((n, n)), rng.uniform(0.5, 1, n) * np.resize([1, -1], n))
        for n in (5, 7, 2)
    ],
    mistakes=(
        Mistake(
            "it is transposed; J[i, j] is the derivative of entry i by entry j",
            lambda W, h: _relu_jacobian(W, h).T,
        ),
        Mistake(
            "silent units are not cut out; their next state does not move at all",
            lambda W, h: W.T,
        ),
        Mistake(
            "the columns of units silent in h are cut out; look at the next state, and cut rows",
            lambda W, h: W.T * (h > 0),
        ),
        Mistake(
            "the rows of units silent in h are cut out; whether a unit is active in the next "
            "state counts",
            lambda W, h: (h > 0)[:, None] * W.T,
        ),
        Mistake(
            "W is transposed; the state is a row, h @ W",
            lambda W, h: (h @ W.T > 0)[:, None] * W,
        ),
    ),
)


def _largest_noise(left: Any, right: Any, active: Any, allowed: float) -> Any:
    return allowed * abs(left @ right) / np.linalg.norm(left * active) / np.linalg.norm(right)


def _draw_noise(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (6, 9, 3):
        active = np.arange(n) % 3 > 0
        left = rng.uniform(0.5, 2, n) * np.where(np.arange(n) % 2, 1, -0.2)
        if n == 9:
            left = -left  # an eigenvector may point either way, and left . right be negative
        cases.append((left, rng.uniform(0.5, 2, n) * active, active, rng.uniform(1e-4, 1e-3)))
    return cases


def _by_sensitivity(left: Any, right: Any, active: Any, allowed: float) -> Any:
    sensitivity = np.linalg.norm(left * active) * np.linalg.norm(right) / abs(left @ right)
    return allowed / sensitivity


largest_noise = Exercise(
    name="largest_noise",
    reference=_largest_noise,
    others=(_by_sensitivity,),
    hints=(
        "By how much does noise of size 1 move the eigenvalue?",
        "A bound on fine tuning",
        "what is allowed, over a product of two norms, times a product of vectors",
    ),
    draw=_draw_noise,
    mistakes=(
        Mistake(
            "this is the bound for any integrator; this network's vectors allow less",
            lambda left, right, active, allowed: allowed,
        ),
        Mistake(
            "the eigenvalue's standard deviation is computed; turn it round",
            lambda left, right, active, allowed: (
                allowed**2 / _largest_noise(left, right, active, allowed)
            ),
        ),
        Mistake(
            "left . right is taken to be 1; the vectors have any length here",
            lambda left, right, active, allowed: (
                allowed / np.linalg.norm(left * active) / np.linalg.norm(right)
            ),
        ),
        Mistake(
            "left . right is taken with its sign; a standard deviation has none",
            lambda left, right, active, allowed: (
                _largest_noise(left, right, active, allowed) * np.sign(left @ right)
            ),
        ),
        Mistake(
            "the left vector counts at silent units too; weights into these move nothing",
            lambda left, right, active, allowed: _largest_noise(left, right, True, allowed),
        ),
        Mistake(
            "the norms are squared",
            lambda left, right, active, allowed: (
                _largest_noise(left, right, active, allowed) ** 2 / allowed
            ),
        ),
        Mistake(
            "this is the noise that the gain allows, not the eigenvalue: the right vector is "
            "left out",
            lambda left, right, active, allowed: (
                allowed * abs(left @ right) / np.linalg.norm(left * active)
            ),
        ),
    ),
)
