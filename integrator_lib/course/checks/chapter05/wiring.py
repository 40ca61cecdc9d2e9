"""Exercises of chapter 05: integrators wired by hand."""

from typing import Any

import numpy as np

from integrator_lib.course.checks._exercise import Exercise, Mistake


def _relu(value: Any) -> Any:
    return np.maximum(value, 0)


def _pair(total: Any) -> Any:
    return _relu(np.concatenate([total, -total], axis=-1))


def _draw_steps(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for batch in (8, 5, 3):
        total = rng.choice([-1, 1], (batch, 1)) * rng.uniform(0.2, 2, (batch, 1))
        total[:2, 0] = 1, -1  # a trial of each sign ...
        x = rng.standard_normal((batch, 1))
        x[:2, 0] = -1.5, 1.5  # ... that crosses 0
        states = _pair(total)
        states[2:] += rng.uniform(0.1, 0.5, (batch - 2, 2))  # off the line
        cases.append((x, states))
    return cases


def _two_unit_step(x: Any, h: Any) -> Any:
    total = h[:, :1] - h[:, 1:] + x
    return np.maximum(np.concatenate([total, -total], axis=-1), 0)


two_unit_step = Exercise(
    name="two_unit_step",
    reference=_two_unit_step,
    hints=(
        "How do the two units together say what the sum is?",
        "Two units share the work",
        "the sum from both columns of h plus x; then it and its negative, cut off at 0",
    ),
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
            "the inhibition has lost its sign: each unit adds the other instead of subtracting it",
            lambda x, h: _relu(
                np.concatenate([h[:, :1] + h[:, 1:] + x, h[:, :1] + h[:, 1:] - x], -1)
            ),
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
        for n in (5, 8, 2)
    ]


def _wire(pattern: Any, readout: Any) -> Any:
    return np.vstack([pattern, np.outer(readout, pattern)])


wire = Exercise(
    name="wire",
    reference=_wire,
    hints=(
        "What must the input add to each unit, and what must the sum that is read out?",
        "A hundred units",
        "a first row for the input, and below it an outer product",
    ),
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


def _rescaled(pattern: Any, readout: Any, power: float) -> Any:
    factors = np.ones_like(pattern)
    for group in (pattern > 0, pattern < 0):
        factors[group] = (pattern[group] @ readout[group]) ** -power
    return factors * pattern


def _by_readout(pattern: Any, readout: Any) -> Any:
    result = pattern.copy()
    for group in (readout > 0, readout < 0):
        result[group] /= pattern[group] @ readout[group]
    return result


def _draw_unbalanced(rng: np.random.Generator) -> list[tuple]:
    cases = []
    for n in (8, 10, 4):
        pattern = np.resize([1, -1], n) * rng.uniform(0.5, 2, n)
        readout = np.sign(pattern) * rng.uniform(0.5, 2, n)
        # Two units, one of each group, have a readout of the other sign.
        readout[:2] *= -0.05
        order = rng.permutation(n)
        cases.append((pattern[order], readout[order]))
    return cases


def _normalise(pattern: Any, readout: Any) -> Any:
    result = np.zeros_like(pattern)
    for group in (pattern > 0, pattern < 0):
        result[group] = pattern[group] / (pattern[group] @ readout[group])
    return result


def _normalised_copy(pattern: Any, readout: Any) -> Any:
    result = pattern.copy()
    for group in (pattern > 0, pattern < 0):
        result[group] /= pattern[group] @ readout[group]
    return result


normalise = Exercise(
    name="normalise",
    reference=_normalise,
    others=(_normalised_copy,),
    hints=(
        "Which units carry positive sums, and what is their overlap now?",
        "A hundred units",
        "for each sign of the pattern: divide its units by their own sum of products",
    ),
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
            "the units are grouped by the readout's sign; it is the pattern's sign that counts",
            _by_readout,
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
