"""Exercises of chapter 05, Integrate by hand."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _relu(value: Any) -> Any:
    return np.maximum(value, 0)


def _pair(total: Any) -> Any:
    return _relu(np.concatenate([total, -total], axis=-1))


def _draw_steps(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for batch in (8, 5):
        total = rng.choice([-1, 1], (batch, 1)) * rng.uniform(0.2, 2, (batch, 1))
        total[:2, 0] = 1, -1  # a trial of each sign ...
        x = rng.standard_normal((batch, 1))
        x[:2, 0] = -1.5, 1.5  # ... that crosses 0
        cases.append((x, _pair(total)))
    return cases


two_unit_step = Exercise(
    name="two_unit_step",
    reference=lambda x, h: _pair(h[:, :1] - h[:, 1:] + x),
    draw=_draw_steps,
    mistakes=(
        Mistake(
            "each unit adds to itself alone; the sum is h+ - h-, and both units need it",
            lambda x, h: np.concatenate([_relu(h[:, :1] + x), _relu(h[:, 1:] - x)], axis=-1),
        ),
        Mistake(
            "the second unit repeats the first; it carries minus the sum",
            lambda x, h: _relu(np.repeat(h[:, :1] - h[:, 1:] + x, 2, axis=-1)),
        ),
        Mistake(
            "the sum is taken as h+ + h-, which loses its sign",
            lambda x, h: _pair(h[:, :1] + h[:, 1:] + x),
        ),
        Mistake(
            "both units get +x; the second carries minus the sum and needs -x",
            lambda x, h: _relu((h[:, :1] - h[:, 1:]) * np.array([[1, -1]]) + x),
        ),
        Mistake(
            "the state comes before the input; the rows of W belong to [x, h]",
            lambda x, h: _pair(h[:, :1] + h[:, 1:] - x),
        ),
        Mistake(
            "the second unit is min(s, 0); it is max(-s, 0), never below 0",
            lambda x, h: _pair(h[:, :1] - h[:, 1:] + x) * np.array([[1, -1]]),
        ),
        Mistake(
            "the cut at 0 is missing",
            lambda x, h: (h[:, :1] - h[:, 1:] + x) * np.array([[1, -1]]),
        ),
        Mistake(
            "the units are swapped; the first carries positive sums",
            lambda x, h: _pair(h[:, :1] - h[:, 1:] + x)[:, ::-1],
        ),
    ),
)


def _draw_family(rng: np.random.Generator) -> list[tuple]:
    return [
        (rng.permutation(np.resize([1, -1], n)) * rng.uniform(0.3, 2, n), rng.uniform(0.3, 2, n))
        for n in (5, 8)
    ]


wire = Exercise(
    name="wire",
    reference=lambda a, o: np.vstack([a, np.outer(o, a)]),
    draw=_draw_family,
    mistakes=(
        Mistake(
            "pattern and readout are swapped; the state's rows are o times a",
            lambda a, o: np.vstack([a, np.outer(a, o)]),
        ),
        Mistake(
            "the pattern is also the readout; the state's rows are o times a",
            lambda a, o: np.vstack([a, np.outer(a, a)]),
        ),
        Mistake(
            "each unit feeds back to itself alone; every unit needs the whole sum",
            lambda a, o: np.vstack([a, np.diag(o * a)]),
        ),
        Mistake(
            "the input's row comes last; in [x, h] W it is the first",
            lambda a, o: np.vstack([np.outer(o, a), a]),
        ),
        Mistake(
            "the input's row is missing",
            lambda a, o: np.outer(o, a),
        ),
        Mistake(
            "the input writes the readout; it has to write the pattern",
            lambda a, o: np.vstack([o, np.outer(o, a)]),
        ),
        Mistake(
            "the input reaches every unit with weight 1; it has to write the pattern",
            lambda a, o: np.vstack([np.ones_like(a), np.outer(o, a)]),
        ),
    ),
)


def _rescaled(pattern: Any, readout: Any, power: float = 1.0) -> Any:
    factors = np.ones_like(pattern)
    for group in (pattern > 0, pattern < 0):
        factors[group] = (pattern[group] @ readout[group]) ** -power
    return factors * pattern


def _draw_unbalanced(rng: np.random.Generator) -> list[tuple]:
    return [(a, np.sign(a) * o) for a, o in _draw_family(rng)]


normalise = Exercise(
    name="normalise",
    reference=_rescaled,
    draw=_draw_unbalanced,
    mistakes=(
        Mistake(
            "one factor is used for all units; each sign group needs its own",
            lambda a, o: a / (a @ o),
        ),
        Mistake(
            "one factor of 2 / sum is used; the two groups' overlaps differ",
            lambda a, o: 2 * a / (a @ o),
        ),
        Mistake(
            "it is multiplied by the overlap; divide by it",
            lambda a, o: _rescaled(a, o, power=-1),
        ),
        Mistake(
            "a root of the overlap is taken, which is right if the readout is rescaled too",
            lambda a, o: _rescaled(a, o, power=0.5),
        ),
        Mistake(
            "each unit is divided by its own product; the group's sum of products is to be 1",
            lambda a, o: 1 / o,
        ),
    ),
)


def _draw_leaky(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for time, batch in ((25, 12), (15, 8)):
        inputs = rng.uniform(0.3, 1) + rng.standard_normal((time, batch, 1))
        outputs = [np.zeros((batch, 1))]
        for x in inputs:
            outputs.append(0.85 * outputs[-1] + x)
        cases.append((np.stack(outputs[1:]), np.cumsum(inputs, axis=0)))
    return cases


fitted_gain = Exercise(
    name="fitted_gain",
    reference=lambda outputs, targets: np.sum(outputs * targets) / np.sum(outputs**2),
    draw=_draw_leaky,
    mistakes=(
        Mistake(
            "the roles are swapped: the sum below the line is that of the squared outputs",
            lambda o, t: np.sum(o * t) / np.sum(t**2),
        ),
        Mistake("this is the ratio of two means", lambda o, t: np.mean(t) / np.mean(o)),
        Mistake(
            "this is the mean of the ratios, in which outputs near 0 count most",
            lambda o, t: np.mean(t / o),
        ),
        Mistake(
            "a gain is fitted to each trial; one gain serves all of them",
            lambda o, t: np.mean(np.sum(o * t, axis=0) / np.sum(o**2, axis=0)),
        ),
        Mistake(
            "this is a regression with an intercept; a gain has none",
            lambda o, t: np.mean((o - o.mean()) * (t - t.mean())) / np.var(o),
        ),
        Mistake(
            "this is the ratio of two sizes, which takes no notice of how the outputs covary",
            lambda o, t: np.sqrt(np.sum(t**2) / np.sum(o**2)),
        ),
        Mistake(
            "only the last step is used",
            lambda o, t: np.sum(o[-1] * t[-1]) / np.sum(o[-1] ** 2),
        ),
    ),
)
