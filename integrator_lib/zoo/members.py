"""The twelve members of the zoo, each with what is known of it exactly."""

import dataclasses
from collections.abc import Callable

import numpy as np

from integrator_lib._arguments import one_of
from integrator_lib.networks import IntegratorRNN
from integrator_lib.task import IntegratorTask
from integrator_lib.zoo import maps
from integrator_lib.zoo.predictions import bounded_error, leaky_error
from integrator_lib.zoo.reduced import ReducedMap, SpreadNetwork, spread
from integrator_lib.zoo.sets import ClosedPolygon, Everything, Points

UNITS = 32
"""Units of every network of the zoo."""
LONG = IntegratorTask(num_steps=1000)
PROBE = 0.05
"""The input after whose step the eigenvalue and the gain are meant."""

FixedSet = Points | Everything | ClosedPolygon


@dataclasses.dataclass(frozen=True)
class Truth:
    """What is known of a network before it is run.

    Attributes:
        fixed: Its fixed points, as sets in the coordinates of the reduced map.
        stable: For each of the sets, whether states beside it come back to it.
        eigenvalue: Largest modulus among the eigenvalues one step after an input of 0.05.
        gain: Rise of the output there in the step of a small input, per unit of the input.
        long_error: Relative error on trials of 1000 steps.
        integrates: Whether every value that it is given is held for good.
    """

    fixed: tuple[FixedSet, ...]
    stable: tuple[bool, ...]
    eigenvalue: float
    gain: float
    long_error: float
    integrates: bool


@dataclasses.dataclass(frozen=True)
class Member:
    """A network of the zoo.

    Attributes:
        mechanism: Its name in :data:`MECHANISMS`.
        network: The network, spread over 32 units.
        truth: What is known of it.
    """

    mechanism: str
    network: SpreadNetwork
    truth: Truth

    @property
    def model(self) -> IntegratorRNN:
        """The network itself."""
        return self.network.model


ORIGIN = np.zeros((1, 1))
Built = tuple[ReducedMap, int, Truth]


def _adds_up(eigenvalue: float, gain: float, fixed: FixedSet) -> Truth:
    """Return the truth of a network that has one eigenvalue and one gain everywhere."""
    error = leaky_error(LONG, eigenvalue, gain)
    return Truth((fixed,), (True,), eigenvalue, gain, error, integrates=eigenvalue == 1)


def _exact_line(rng: np.random.Generator) -> Built:
    return maps.linear(1.0), UNITS, _adds_up(1.0, 1.0, Everything())


def _leaky_line(rng: np.random.Generator) -> Built:
    kept, gain = rng.uniform(0.95, 0.98), rng.uniform(1.1, 1.3)
    return maps.linear(kept, gain), UNITS, _adds_up(kept, gain, Points(ORIGIN))


def _two_units(rng: np.random.Generator) -> Built:
    gain = rng.uniform(0.92, 0.97)
    return maps.piecewise([], [1.0], gain=gain), 2, _adds_up(1.0, gain, Everything())


def _family(rng: np.random.Generator) -> Built:
    gain = rng.uniform(1.03, 1.08)
    return maps.piecewise([], [1.0], gain=gain), 24, _adds_up(1.0, gain, Everything())


def _line_of_pieces(rng: np.random.Generator) -> Built:
    kinks = np.array([-2.0, -1.2, -0.5, 0.3, 0.9, 1.8]) + rng.uniform(-0.1, 0.1, 6)
    shares = rng.uniform(0.5, 1.5, 6)
    reduced = maps.line_of_pieces(kinks, shares / shares.sum())
    return reduced, 28, _adds_up(1.0, 1.0, Everything())


def _plane(rng: np.random.Generator) -> Built:
    gain = rng.uniform(0.94, 1.06)
    reduced = maps.plane(rng.uniform(0.3, 0.7, 2), gain)
    return reduced, 28, _adds_up(1.0, gain, Everything())


def _ring(rng: np.random.Generator) -> Built:
    reduced, corners = maps.ring(rng.uniform(0.5, 0.8), rng.uniform(2.0, 3.0))
    fixed = ClosedPolygon(corners), Points(np.zeros((1, 2)))
    error = bounded_error(LONG)
    return reduced, 28, Truth(fixed, (True, False), 1.0, 1.0, error, integrates=False)


def _ladder(rng: np.random.Generator) -> Built:
    pull, spacing, gain = rng.uniform(0.03, 0.07), 0.5, rng.uniform(0.95, 1.05)
    kinks = spacing * (np.arange(-9, 9) + 0.5) / 2
    slopes = np.concatenate([[0.5], np.resize([1 - pull, 1 + pull], 17), [0.5]])
    rungs = spacing * np.arange(-8, 9)[:, None] / 2
    fixed = Points(rungs[::2]), Points(rungs[1::2])
    high = gain * float(rungs[-1, 0])
    error = bounded_error(LONG, -high, high)
    truth = Truth(fixed, (True, False), 1 - pull, gain * (1 - pull), error, integrates=False)
    return maps.piecewise(kinks, slopes, gain=gain), 28, truth


def _saddle(rng: np.random.Generator) -> Built:
    grows, gain = rng.uniform(1.06, 1.15), rng.uniform(0.8, 1.2)
    held = (grows - 0.5) / (1 - 0.5)  # where 0.5 (z - 1) + grows = z
    fixed = Points(ORIGIN), Points(np.array([[-held], [held]]))
    error = bounded_error(LONG, -gain * held, gain * held)
    truth = Truth(fixed, (False, True), grows, grows * gain, error, integrates=False)
    return maps.piecewise([-1.0, 1.0], [0.5, grows, 0.5], gain=gain), 28, truth


def _limit_cycle(rng: np.random.Generator) -> Built:
    growth = rng.uniform(0.1, 0.2)
    reduced = maps.turning(growth, pull=0.7)
    gain = (1 + growth) * float(reduced.readout @ maps.directions(8)[1])
    fixed = (Points(np.zeros((1, 2))),)
    error = bounded_error(LONG)
    return reduced, 28, Truth(fixed, (False,), 1 + growth, gain, error, integrates=False)


def _ghost(rng: np.random.Generator) -> Built:
    slow, edge, gain = rng.uniform(8e-4, 1.5e-3), rng.uniform(0.3, 0.5), 1.0
    # Slope 1 and a small step between the edges, faster outside them, caught above 1.2.
    caught = slow + 1.2 + 0.2 * (1.2 - edge)
    end = 2 * caught - 1.2  # where caught + 0.5 (z - 1.2) = z
    reduced = maps.piecewise([-edge, edge, 1.2], [0.8, 1.0, 1.2, 0.5], at_zero=slow, gain=gain)
    error = bounded_error(LONG, -edge, end)
    fixed = (Points(np.array([[end]])),)
    return reduced, 28, Truth(fixed, (True,), 1.0, gain, error, integrates=False)


def _untrained(rng: np.random.Generator) -> Built:
    weights = rng.standard_normal((UNITS + 1, UNITS)) * (2 / (2 * UNITS + 1)) ** 0.5
    out = rng.standard_normal(UNITS) * (2 / (UNITS + 1)) ** 0.5
    zeros = np.zeros(UNITS)
    reduced = ReducedMap(weights[1:].T, weights[0], zeros, np.eye(UNITS), zeros, out, start=zeros)
    by_state, by_input = reduced.slopes(reduced.step(zeros, PROBE))
    eigenvalue = float(np.abs(np.linalg.eigvals(by_state)).max())
    fixed = (Points(zeros[None]),)
    gain, error = float(out @ by_input), bounded_error(LONG)
    return reduced, UNITS, Truth(fixed, (True,), eigenvalue, gain, error, integrates=False)


_BUILDERS: dict[str, Callable[[np.random.Generator], Built]] = {
    "exact line": _exact_line,
    "family of many units": _family,
    "ghost": _ghost,
    "ladder": _ladder,
    "leaky line": _leaky_line,
    "limit cycle": _limit_cycle,
    "line of many pieces": _line_of_pieces,
    "plane": _plane,
    "ring": _ring,
    "saddle": _saddle,
    "two units": _two_units,
    "untrained": _untrained,
}
MECHANISMS = tuple(_BUILDERS)
"""The names of the twelve mechanisms, in alphabetical order."""


def member(mechanism: str, seed: int = 0) -> Member:
    """Return one network of the zoo.

    Args:
        mechanism: One of :data:`MECHANISMS`.
        seed: A whole number, for the numbers that are free and for how the map is spread.

    >>> member("leaky line").truth.eigenvalue < 1
    True
    """
    one_of("mechanism", mechanism, MECHANISMS)
    rng = np.random.default_rng((seed, MECHANISMS.index(mechanism)))
    reduced, working, truth = _BUILDERS[mechanism](rng)
    network = spread(reduced, UNITS, working, seed=int(rng.integers(2**31)))
    return Member(mechanism, network, truth)
