"""Judge an entry: train eight networks in a process of their own, count, and score."""

import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from integrator_lib.evaluation import evaluate
from integrator_lib.networks import load

SEEDS = 8
NUM_STEPS = 1000
NUM_TRIALS = 1024
GOAL = 1e-5
"""Largest accepted median of the relative errors."""


@dataclasses.dataclass(frozen=True)
class Record:
    """What the judge found.

    Attributes:
        entry: Name or file of the entry.
        operations: Operations to train one network.
        products: Matrix products among them.
        relative_errors: Relative error of each seed at 1000 steps; infinite where it overflowed.
    """

    entry: str
    operations: int
    products: int
    relative_errors: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median of the relative errors."""
        return statistics.median(self.relative_errors)

    @property
    def reached(self) -> bool:
        """Whether the median is at or below the goal."""
        return self.median <= GOAL

    def to_json(self) -> dict[str, Any]:
        """Return what :meth:`from_json` reads; JSON knows no infinity."""
        errors = [error if math.isfinite(error) else None for error in self.relative_errors]
        return dataclasses.asdict(self) | {"relative_errors": errors}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Record":
        """Return a record from what :meth:`to_json` gave."""
        errors = tuple(math.inf if e is None else e for e in stored["relative_errors"])
        return cls(**(stored | {"relative_errors": errors}))


def judge(entry: str, *, seconds: float = 900) -> Record:
    """Train by an entry in a process of its own, and score what it trained here.

    Args:
        entry: The name of one of the course's entries, or a file that defines ``train``.
        seconds: How long training may take, all networks together.

    Raises:
        RuntimeError: If the entry fails or takes longer; its last line of error is told.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"{__package__}.run_entry", entry, folder, str(SEEDS)]
        # Else JAX's advice on its own frames stands below the entry's error.
        environment = os.environ | {"JAX_TRACEBACK_FILTERING": "off"}
        try:
            run = subprocess.run(
                command, timeout=seconds, stderr=subprocess.PIPE, text=True, env=environment
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{entry} took more than {seconds:g} seconds") from None
        if run.returncode:
            raise RuntimeError(f"{entry} failed: {run.stderr.strip().splitlines()[-1]}")
        counted = json.loads((Path(folder) / "counted.json").read_text())
        errors = tuple(_score(Path(folder) / f"{seed}.msgpack") for seed in range(SEEDS))
    return Record(Path(entry).name, counted["operations"], counted["products"], errors)


def _score(path: Path) -> float:
    try:
        return evaluate(load(path), num_trials=NUM_TRIALS, num_steps=NUM_STEPS).relative_mse
    except ValueError:
        return math.inf
