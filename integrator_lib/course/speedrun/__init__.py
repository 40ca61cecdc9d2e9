"""The integrator speedrun: an accurate network for the least arithmetic.

The rules:

- An entry is a function ``train(values, key)`` that JAX can trace. It gets the weights of an
  untrained ``IntegratorRNN`` and a random key for its trials, and returns trained weights.
- It has reached the goal if the median relative error over eight seeds is at most 1e-5 on trials
  of 1000 steps.
- Among those the one with the fewest operations wins. They are counted from the trace, so that
  every laptop gives the same ranking; so is the number of matrix products, each of which a GPU
  would have to launch.
- What is written into the network comes from errors, measured on trials or on the network.
  Weights that are wired by hand are no training.

An entry of one's own is a file that defines ``train``: ``make speedrun ENTRY=mine.py``.
"""

import json
from pathlib import Path

from integrator_lib.course.speedrun.judge import GOAL, Record, judge

__all__ = ["GOAL", "RECORDS", "Record", "judge", "records"]

RECORDS = Path(__file__).with_name("records.json")


def records() -> list[Record]:
    """Return the stored records: first those that reached the goal, by their operations."""
    stored = [Record.from_json(entry) for entry in json.loads(RECORDS.read_text())]
    return sorted(stored, key=lambda record: (not record.reached, record.operations))
