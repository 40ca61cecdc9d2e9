"""Exercises of chapter 12, Returns and signals."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _growth(returns: Any) -> Any:
    return np.exp(np.cumsum(np.log1p(returns)))


growth = Exercise(
    name="growth",
    reference=_growth,
    hints=(
        "Which kind of return adds up?",
        "Which returns add up?",
        "an exponential of a running sum of logarithms, or a running product",
    ),
    draw=lambda rng: [(rng.uniform(-0.3, 0.5, n),) for n in (6, 11, 3)],
    mistakes=(
        Mistake(
            "simple returns are summed; their logarithms ln(1 + r) add up",
            lambda returns: np.exp(np.cumsum(returns)),
        ),
        Mistake(
            "interest on interest is missing: the factors 1 + r multiply",
            lambda returns: 1 + np.cumsum(returns),
        ),
        Mistake(
            "the logarithm of the growth is returned; take its exponential",
            lambda returns: np.cumsum(np.log1p(returns)),
        ),
        Mistake(
            "only the last growth is returned", lambda returns: np.exp(np.sum(np.log1p(returns)))
        ),
        Mistake(
            "the gain is returned; the growth is 1 more",
            lambda returns: np.cumprod(1 + returns) - 1,
        ),
        Mistake(
            "the growth starts with the first price; return one number for each return",
            lambda returns: np.concatenate([[1.0], np.cumprod(1 + returns)]),
        ),
    ),
)


def _response(
    W: Any, w: Any, state: Any, period: float, transposed: bool = False, turn: Any = None
) -> Any:
    """Return gain and phase of a ReLU network's linearisation at a state."""
    active = np.concatenate([[0.0], state]) @ W > 0
    J = W[1:].T * active[:, None]
    if transposed:
        J = J.T
    turn = np.exp(-2j * np.pi / period) if turn is None else turn
    H = w @ np.linalg.solve(np.eye(len(w)) - turn * J, W[0] * active)
    return np.abs(H), np.degrees(np.angle(H))


def _draw_responses(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (6, 9):
        while True:
            W = rng.standard_normal((n + 1, n)) / n**0.5
            state = rng.uniform(0.2, 1, n)
            before = state @ W[1:]
            if np.abs(before).min() > 0.05 and 2 <= (before > 0).sum() < n:
                break
        cases.append((W, rng.standard_normal(n), state, float(rng.uniform(5, 20))))
    return cases


def _all_active(W: Any, w: Any, state: Any, period: float) -> Any:
    H = w @ np.linalg.solve(np.eye(len(w)) - np.exp(-2j * np.pi / period) * W[1:].T, W[0])
    return np.abs(H), np.degrees(np.angle(H))


def _gain_and_phase(W: Any, o: Any, state: Any, period: float) -> Any:
    active = state @ W[1:] > 0
    jacobian = W[1:].T * active[:, None]
    turn = np.exp(-2j * np.pi / period)
    answer = o @ np.linalg.solve(np.eye(len(o)) - turn * jacobian, W[0] * active)
    return np.abs(answer), np.degrees(np.angle(answer))


response = Exercise(
    name="response",
    reference=_gain_and_phase,
    hints=(
        "Which units take part, and what does one step of delay do to a wave?",
        "A trained network is a digital filter",
        "modulus and angle of a readout times a solved system times the input's weights",
    ),
    draw=_draw_responses,
    mistakes=(
        Mistake(
            "the Jacobian is transposed; J[i, j] is the derivative of unit i by state j",
            lambda W, w, s, period: _response(W, w, s, period, transposed=True),
        ),
        Mistake(
            "the sign of the phase is wrong: a state one step old is multiplied by exp(-iw)",
            lambda W, w, s, period: _response(W, w, s, period, turn=np.exp(2j * np.pi / period)),
        ),
        Mistake(
            "the period is taken for the angular frequency, which is 2 pi / period",
            lambda W, w, s, period: _response(W, w, s, period, turn=np.exp(-1j * period)),
        ),
        Mistake(
            "the frequency 1 / period is taken for the angular one, 2 pi / period",
            lambda W, w, s, period: _response(W, w, s, period, turn=np.exp(-1j / period)),
        ),
        Mistake(
            "the response to a constant input is computed; the period is not used",
            lambda W, w, s, period: _response(W, w, s, period, turn=1.0),
        ),
        Mistake("silent units pass signals on; differentiate the step with its ReLU", _all_active),
        Mistake(
            "the phase is in radians; return degrees",
            lambda W, w, s, period: (
                _response(W, w, s, period)[0],
                np.radians(_response(W, w, s, period)[1]),
            ),
        ),
    ),
)


def _trapezoid(samples: Any, width: float) -> Any:
    return width * np.cumsum((samples[1:] + samples[:-1]) / 2)


def _trapezoids(samples: Any, width: float) -> Any:
    return width * np.cumsum((samples[1:] + samples[:-1]) / 2)


def _by_steps(samples: Any, width: float) -> Any:
    last, total, totals = samples[0], 0.0, []
    for sample in samples[1:]:
        total = total + width * (last + sample) / 2
        last = sample
        totals.append(total)
    return np.stack(totals)


trapezoid = Exercise(
    name="trapezoid",
    reference=_trapezoids,
    others=(_by_steps,),
    hints=(
        "What is the area between two neighbouring samples?",
        "A finer grid, a worse integral",
        "the width times a running sum of means of neighbours",
    ),
    draw=lambda rng: [(rng.uniform(0.5, 2, n), rng.uniform(0.1, 0.5)) for n in (6, 10, 3)],
    mistakes=(
        Mistake(
            "this is the rectangle rule with the right side of each step",
            lambda samples, width: width * np.cumsum(samples[1:]),
        ),
        Mistake(
            "this is the rectangle rule with the left side of each step",
            lambda samples, width: width * np.cumsum(samples[:-1]),
        ),
        Mistake(
            "the width of a step is missing",
            lambda samples, width: _trapezoid(samples, 1.0),
        ),
        Mistake(
            "the two sides are added up without taking their mean",
            lambda samples, width: 2 * _trapezoid(samples, width),
        ),
        Mistake(
            "the sample before the first one is taken to be 0; start the state with samples[0]",
            lambda samples, width: _trapezoid(np.concatenate([[0.0], samples]), width)[1:],
        ),
        Mistake(
            "a result for every sample is returned, from an integral of 0 on; return one for "
            "each step",
            lambda samples, width: np.concatenate([[0.0], _trapezoid(samples, width)]),
        ),
        Mistake(
            "only the last integral is returned",
            lambda samples, width: _trapezoid(samples, width)[-1],
        ),
    ),
)


def _drift_error(inputs: Any, eigenvalue: float, gain: float) -> Any:
    written = (gain - 1) * np.sum(inputs)
    lost = (1 - eigenvalue) * np.sum(np.cumsum(inputs)[:-1])
    return written - lost


def _error_of_sums(inputs: Any, eigenvalue: float, gain: float) -> Any:
    sums = np.cumsum(inputs)
    return (gain - 1) * sums[-1] - (1 - eigenvalue) * sums[:-1].sum()


drift_error = Exercise(
    name="drift_error",
    reference=_drift_error,
    others=(_error_of_sums,),
    hints=(
        "What does each input lose before the end, and what was wrong when it came in?",
        "Feedback cures the gain, not the leak",
        "what the gain adds to the whole sum, less what leaks from the sums on the way",
    ),
    draw=lambda rng: [
        (rng.uniform(0.5, 2, n), rng.uniform(0.99, 0.999), rng.uniform(1.001, 1.01))
        for n in (6, 10, 3)
    ],
    mistakes=(
        Mistake(
            "the part of the gain is missing",
            lambda x, eigenvalue, gain: -(1 - eigenvalue) * np.cumsum(x)[:-1].sum(),
        ),
        Mistake(
            "the part of the leak is missing",
            lambda x, eigenvalue, gain: (gain - 1) * x.sum(),
        ),
        Mistake(
            "the leak's sign is wrong: with an eigenvalue below 1 the sum shrinks",
            lambda x, eigenvalue, gain: (
                (gain - 1) * x.sum() + (1 - eigenvalue) * np.cumsum(x)[:-1].sum()
            ),
        ),
        Mistake(
            "inputs leak; it is the running sum that leaks, in every step",
            lambda x, eigenvalue, gain: (gain - 1) * x.sum() - (1 - eigenvalue) * x.sum(),
        ),
        Mistake(
            "the last sum leaks too; it is read before the next step takes from it",
            lambda x, eigenvalue, gain: (
                (gain - 1) * x.sum() - (1 - eigenvalue) * np.cumsum(x).sum()
            ),
        ),
        Mistake(
            "the gain's part is summed over all steps; the gain multiplies each input once",
            lambda x, eigenvalue, gain: (
                (gain - 1) * np.cumsum(x).sum() - (1 - eigenvalue) * np.cumsum(x)[:-1].sum()
            ),
        ),
        Mistake(
            "this is the exact error; the question asks for the first order",
            lambda x, eigenvalue, gain: (
                gain * (eigenvalue ** np.arange(len(x))[::-1] @ x) - x.sum()
            ),
        ),
    ),
)
