"""Seal the networks of the exam, and hold the key: ``make exam SEED=7``.

The networks lie in ``integrator_lib.zoo`` without their names. Their order and numbers follow
from a seed that is kept here, with the checks, where graded code cannot look.
"""

import json
import secrets
import sys
from pathlib import Path
from typing import Any

import numpy as np

from integrator_lib._arguments import whole_number
from integrator_lib._files import write_text_whole
from integrator_lib.networks import save
from integrator_lib.zoo import MECHANISMS, Member, long_error, member, noisy_error
from integrator_lib.zoo.sealed import sealed_path

KEY = Path(__file__).parent / "exam.json"
"""The seed, and the errors that were measured when the networks were sealed."""


class NoKeyError(FileNotFoundError):
    """The key was taken out, as for an exam that counts."""


def members(seed: int) -> list[Member]:
    """Return the networks of the exam with this seed, in its order."""
    order = np.random.default_rng(seed).permutation(len(MECHANISMS))
    return [member(MECHANISMS[place], seed) for place in order]


def key() -> dict[str, Any]:
    """Return the seed and the measured errors, ``long_errors`` and ``noisy_errors``.

    Raises:
        NoKeyError: If the key is not there.
    """
    if not KEY.is_file():
        raise NoKeyError("the key to the exam is not here; hand your notebook in")
    return json.loads(KEY.read_text(encoding="utf-8"))


def seal(seed: int) -> None:
    """Write the networks, and the key to them."""
    sealed = members(whole_number("seed", seed, at_least=0))
    content: dict[str, Any] = {"seed": seed, "long_errors": [], "noisy_errors": []}
    for number, each in enumerate(sealed, start=1):
        save(each.model, sealed_path(number))
        content["long_errors"].append(long_error(each.model))
        content["noisy_errors"].append(noisy_error(each.model))
        print(f"sealed {number} of {len(sealed)}", flush=True)
    write_text_whole(KEY, json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    seal(int(sys.argv[1]) if len(sys.argv) > 1 else secrets.randbelow(2**31))
