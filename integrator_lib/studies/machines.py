"""Several processes, on one machine or on several, that share out the conditions of a study.

JAX connects them (``jax.distributed``): it numbers them, and carries what one has found to
the others. Each trains on its own devices.
"""

import dataclasses

import jax
import numpy as np
from jax.experimental import multihost_utils

from integrator_lib.studies.outcomes import Outcomes


def connect(coordinator: str, num_processes: int, process: int) -> None:
    """Connect this process with the others; returns when all have come.

    Call it before JAX computes anything, once in each process.

    Args:
        coordinator: Address of the first process's machine and a free port on it, such as
            ``"10.0.0.1:9911"``, which the others must be able to reach.
        num_processes: How many processes there are.
        process: This process's number, from 0.
    """
    jax.distributed.initialize(coordinator, num_processes, process)


def as_the_first_has_it(flags: list[bool]) -> list[bool]:
    """Return the first process's flags, in all processes."""
    if jax.process_count() == 1:
        return flags
    return [bool(flag) for flag in multihost_utils.broadcast_one_to_all(np.array(flags))]


def from_all(outcomes: Outcomes) -> list[Outcomes]:
    """Return the outcomes of each process, in their order, in all processes.

    Args:
        outcomes: What this process has found, of the same shapes in all.
    """
    if jax.process_count() == 1:
        return [outcomes]
    found = multihost_utils.process_allgather(dataclasses.asdict(outcomes))
    return [
        Outcomes(**{name: np.asarray(values[process]) for name, values in found.items()})
        for process in range(jax.process_count())
    ]
