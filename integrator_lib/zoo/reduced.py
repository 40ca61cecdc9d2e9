"""Networks of many units that do what a map of one or two numbers does, which is known exactly.

A map ``z' = constant + back^T activation(read z + write x + offset)`` of ``d`` numbers is spread
over many units. Unit ``i`` carries a multiple ``c_i`` of one of the map's functions and gives
back a share ``p_i`` of it; the shares of the units with the same function add up to 1. So the
network is exactly the map, whatever the multiples, the shares and the order of the units.
With the identity as activation every unit carries a random mixture of the functions.
"""

import dataclasses
from typing import Any

import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import one_of, whole_number
from integrator_lib.networks import IntegratorRNN


@dataclasses.dataclass(frozen=True)
class ReducedMap:
    """A map of ``d`` numbers, written with ``k`` functions.

    Attributes:
        read: How each function depends on ``z``, ``(k, d)``.
        write: How it depends on the input, ``(k,)``.
        offset: What is added, ``(k,)``.
        back: What it gives to the next ``z``, ``(k, d)``.
        constant: What is added to the next ``z``, ``(d,)``.
        readout: The output is ``readout . (z - start)``, ``(d,)``.
        start: ``z`` before the first step, ``(d,)``.
        activation: ``"relu"`` or ``"identity"``.
    """

    read: np.ndarray
    write: np.ndarray
    offset: np.ndarray
    back: np.ndarray
    constant: np.ndarray
    readout: np.ndarray
    start: np.ndarray
    activation: str = "relu"

    def functions(self, z: Any, x: float = 0.0) -> np.ndarray:
        """Return the values of the functions, ``(..., k)``, for ``z`` of shape ``(..., d)``."""
        values = np.asarray(z) @ self.read.T + self.write * x + self.offset
        return np.maximum(values, 0) if self.activation == "relu" else values

    def step(self, z: Any, x: float = 0.0) -> np.ndarray:
        """Return the next ``z``, ``(..., d)``."""
        return self.constant + self.functions(z, x) @ self.back

    def slopes(self, z: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return a silent step's derivatives at one ``z`` by ``z``, ``(d, d)``, and by ``x``."""
        active = (self.functions(z) > 0) | (self.activation == "identity")
        by_function = self.back.T * active
        return by_function @ self.read, by_function @ self.write


@dataclasses.dataclass(frozen=True)
class SpreadNetwork:
    """A network that does what a reduced map does.

    Attributes:
        model: The network.
        carries: What each unit carries of each function, ``(units, k)``.
        back: What each unit gives to the next ``z``, ``(units, d)``.
        map: The reduced map.
    """

    model: IntegratorRNN
    carries: np.ndarray
    back: np.ndarray
    map: ReducedMap

    def lift(self, z: Any) -> np.ndarray:
        """Return the states that settle for ``z`` without input, ``(..., units)``."""
        return self.map.functions(z) @ self.carries.T

    def reduce(self, states: Any) -> np.ndarray:
        """Return the ``z`` that states lead to, ``(..., d)``."""
        return self.map.constant + np.asarray(states, np.float64) @ self.back


def spread(reduced: ReducedMap, units: int, working: int, *, seed: int) -> SpreadNetwork:
    """Spread a map over the units of a network, in random shares and random order.

    Units that do not work stay silent: all that they receive is negative.

    Args:
        reduced: The map.
        units: Units of the network.
        working: How many of them work: at least one for each function.
        seed: A whole number.
    """
    one_of("activation", reduced.activation, ("relu", "identity"))
    num_functions, _ = reduced.read.shape
    whole_number("working", working, at_least=num_functions)
    whole_number("units", units, at_least=working)
    rng = np.random.default_rng(seed)
    if reduced.activation == "identity":
        carries = rng.standard_normal((units, num_functions))
        back = np.linalg.pinv(carries).T @ reduced.back
    else:
        carries, shares = _shared_out(num_functions, units, working, rng)
        back = shares @ reduced.back
    recurrent = back @ (carries @ reduced.read).T
    offset = carries @ (reduced.offset + reduced.read @ reduced.constant)
    out = back @ reduced.readout
    silent = ~carries.any(axis=1)
    typical = np.sqrt(np.mean(recurrent[~silent][:, ~silent] ** 2))
    recurrent[:, silent] = -typical * rng.uniform(0.2, 1.8, (units, silent.sum()))
    recurrent[silent] += typical * rng.standard_normal((silent.sum(), units)) * ~silent
    offset[silent] = -rng.uniform(0.2, 1.0, silent.sum())
    out[silent] = np.sqrt(np.mean(out[~silent] ** 2)) * rng.standard_normal(silent.sum())
    model = IntegratorRNN(units, activation=reduced.activation, seed=None)
    bias = reduced.readout @ (reduced.constant - reduced.start)
    model.set_values(
        {
            "rnn.W": jnp.asarray(np.vstack([carries @ reduced.write, recurrent]), jnp.float32),
            "rnn.b": jnp.asarray(offset, jnp.float32),
            "rnn.state2train": jnp.asarray(
                reduced.functions(reduced.start) @ carries.T, jnp.float32
            ),
            "out.weight": {
                "weight": jnp.asarray(out[:, None], jnp.float32),
                "bias": jnp.asarray([bias], jnp.float32),
            },
        }
    )
    return SpreadNetwork(model, carries, back, reduced)


def _shared_out(
    num_functions: int, units: int, working: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give each working unit a function: return what it carries, and the share it gives back."""
    owners = np.concatenate(
        [np.arange(num_functions), rng.integers(num_functions, size=working - num_functions)]
    )
    places = rng.permutation(units)[:working]
    carries, shares = np.zeros((units, num_functions)), np.zeros((units, num_functions))
    weights = rng.uniform(0.3, 1.0, working)
    multiples = rng.uniform(0.5, 1.5, working)
    for unit, owner, weight, multiple in zip(places, owners, weights, multiples, strict=True):
        carries[unit, owner] = multiple
        shares[unit, owner] = weight / weights[owners == owner].sum() / multiple
    return carries, shares
