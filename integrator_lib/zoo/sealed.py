"""The networks of the exam, without their names."""

from pathlib import Path

from integrator_lib._arguments import whole_number
from integrator_lib.networks import IntegratorRNN, load

NUM_SEALED = 12
"""Networks in the exam."""


def sealed_path(number: int) -> Path:
    """Return where a network of the exam lies in the package."""
    return Path(__file__).parent / f"sealed_{number:02d}.msgpack"


def mystery_network(number: int) -> IntegratorRNN:
    """Load one of the exam's networks.

    Args:
        number: From 1 to 12.

    >>> mystery_network(1).hidden_size
    32
    """
    if whole_number("number", number) > NUM_SEALED:
        raise ValueError(f"number must be at most {NUM_SEALED}, got {number}")
    return load(sealed_path(number))
