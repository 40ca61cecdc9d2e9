"""Exercises of chapter 11, Position."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _draw_loops(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (7, 12, 3):
        moves = rng.uniform(0.2, 1, (n, 2))
        cases.append((moves - moves.mean(axis=0), rng.uniform(0.001, 0.01)))
    return cases


def _closing_error(moves: Any, leak: float) -> Any:
    places = np.cumsum(moves, axis=0)
    return -leak * np.sum(places, axis=0)


closing_error_by_hand = Exercise(
    name="closing_error_by_hand",
    reference=_closing_error,
    hints=(
        "What does a leak take away at each step?",
        "Home again",
        "minus the leak, times a sum of the places on the way",
    ),
    draw=_draw_loops,
    mistakes=(
        Mistake(
            "the sign is wrong: what is forgotten is missing at the end",
            lambda moves, leak: leak * np.cumsum(moves, axis=0).sum(axis=0),
        ),
        Mistake(
            "this is the leak times the centroid; it is forgotten anew in every step",
            lambda moves, leak: -leak * np.cumsum(moves, axis=0).mean(axis=0),
        ),
        Mistake(
            "the displacements are summed, which gives 0 on a closed loop; positions leak, and a "
            "position is a running sum of displacements",
            lambda moves, leak: -leak * moves.sum(axis=0),
        ),
        Mistake(
            "the two directions are added up; each has an error of its own",
            lambda moves, leak: -leak * np.cumsum(moves, axis=0).sum(),
        ),
        Mistake(
            "distances from home are summed; a leak pulls each coordinate by itself",
            lambda moves, leak: -leak * np.linalg.norm(np.cumsum(moves, axis=0), axis=1).sum(),
        ),
        Mistake(
            "this is the exact error; the question asks for the first order in the leak",
            lambda moves, leak: (1 - leak) ** np.arange(len(moves))[::-1] @ moves,
        ),
    ),
)


def _noise_budget(radius: float, num_steps: int) -> Any:
    return radius / np.sqrt(2 * num_steps)


noise_budget = Exercise(
    name="noise_budget",
    reference=_noise_budget,
    hints=(
        "How does the distance grow with the number of steps, in two dimensions?",
        "Noise in the velocity",
        "the radius over a root",
    ),
    draw=lambda rng: [(rng.uniform(0.1, 2), int(rng.integers(50, 500))) for _ in range(3)],
    mistakes=(
        Mistake(
            "one direction is counted; in the plane two independent errors add up",
            lambda radius, steps: radius / np.sqrt(steps),
        ),
        Mistake(
            "errors grow in proportion to time; those of independent noise grow with its root",
            lambda radius, steps: radius / (2 * steps),
        ),
        Mistake(
            "this is a variance; the question asks for the standard deviation",
            lambda radius, steps: radius**2 / (2 * steps),
        ),
        Mistake(
            "two directions were taken to allow more noise in each; they allow less",
            lambda radius, steps: radius * np.sqrt(2 / steps),
        ),
        Mistake(
            "this is the radius that a given noise leads to, the question turned round",
            lambda radius, steps: radius * np.sqrt(2 * steps),
        ),
    ),
)


def _slope(inputs: Any, noise: Any, measured: Any = None, newest: bool = False) -> Any:
    """Return the derivative at leak 0 of mean (leaky sum of inputs + noise - true sum)^2."""
    sensed = np.cumsum(inputs + noise, axis=0) if measured is None else measured
    lost = np.cumsum(sensed, axis=0) - (0 if newest else sensed)
    return np.mean(-2 * (sensed - np.cumsum(inputs, axis=0)) * lost)


def _leak_slope(inputs: Any, noise: Any) -> Any:
    sensed = np.cumsum(inputs + noise, axis=0)
    lost = np.cumsum(sensed, axis=0) - sensed
    return np.mean(-2 * (sensed - np.cumsum(inputs, axis=0)) * lost)


leak_slope = Exercise(
    name="leak_slope",
    reference=_leak_slope,
    hints=(
        "By how much does each output change when the leak grows a little from 0?",
        "Noise in the velocity",
        "a mean of minus two, times the error, times what a leak would have lost",
    ),
    draw=lambda rng: [(rng.uniform(-1, 1, n), rng.uniform(0.1, 0.5, n)) for n in (8, 15, 3)],
    mistakes=(
        Mistake(
            "the newest input leaks too; the leak takes from what was held before it",
            lambda inputs, noise: _slope(inputs, noise, newest=True),
        ),
        Mistake(
            "the squares are summed over time; take their mean",
            lambda inputs, noise: len(inputs) * _slope(inputs, noise),
        ),
        Mistake(
            "the sign is wrong: it is the derivative by the leak, not by what is kept",
            lambda inputs, noise: -_slope(inputs, noise),
        ),
        Mistake(
            "the noise was integrated by itself, so the leak forgets none of the path",
            lambda inputs, noise: np.mean(
                -2 * np.cumsum(noise) * (np.cumsum(np.cumsum(noise)) - np.cumsum(noise))
            ),
        ),
        Mistake(
            "the result is compared with the sum of the noisy inputs, which knows nothing of "
            "the truth, so that no leak looks best",
            lambda inputs, noise: 0.0,
        ),
        Mistake(
            "only the error at the end counts; take the mean over all steps",
            lambda inputs, noise: -2 * noise.sum() * np.cumsum(inputs + noise)[:-1].sum(),
        ),
    ),
)


def _ring(turns: Any) -> Any:
    angle = np.cumsum(turns)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _ring_compass(turns: Any) -> Any:
    heading = np.cumsum(turns)
    return np.stack([np.cos(heading), np.sin(heading)], axis=-1)


def _rotated(turns: Any) -> Any:
    point, points = np.array([1.0, 0.0]), []
    for turn in turns:
        cos, sin = np.cos(turn), np.sin(turn)
        point = np.array([[cos, -sin], [sin, cos]]) @ point
        points.append(point)
    return np.stack(points)


ring_compass = Exercise(
    name="ring_compass",
    reference=_ring_compass,
    others=(_rotated,),
    hints=(
        "Which quantity adds up, and which goes round?",
        "An angle is not a line",
        "a cosine and a sine of a running sum, side by side",
    ),
    draw=lambda rng: [(rng.uniform(0.1, 1, n),) for n in (5, 9, 2)],
    mistakes=(
        Mistake(
            "it turns clockwise; a positive turn goes from (1, 0) towards (0, 1)",
            lambda turns: _ring(-turns),
        ),
        Mistake("the two entries are swapped", lambda turns: _ring(turns)[:, ::-1]),
        Mistake(
            "each step starts from (1, 0) again; the heading has to be kept",
            lambda turns: np.stack([np.cos(turns), np.sin(turns)], axis=-1),
        ),
        Mistake(
            "headings before each turn are returned; return those after it",
            lambda turns: np.concatenate([[[1.0, 0.0]], _ring(turns)[:-1]]),
        ),
        Mistake("it returns the angle; return the two numbers", lambda turns: np.cumsum(turns)),
        Mistake(
            "turns are taken for degrees; they are in radians",
            lambda turns: _ring(np.radians(turns)),
        ),
        Mistake("only the last heading is returned", lambda turns: _ring(turns)[-1]),
    ),
)
