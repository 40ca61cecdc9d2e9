"""The entry's own process: count what it computes, train, and save the networks."""

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path

import brainstate
import jax

from integrator_lib._seeds import stream
from integrator_lib.course.speedrun import entries
from integrator_lib.networks import IntegratorRNN, save
from integrator_lib.training import count_arithmetic


def find_entry(name: str) -> Callable:
    """Return the function that a name or a file stands for.

    Raises:
        ValueError: If there is no such entry.
    """
    if name in entries.ENTRIES:
        return entries.ENTRIES[name]
    specification = importlib.util.spec_from_file_location("entry", name)
    if not Path(name).is_file() or specification is None or specification.loader is None:
        known = ", ".join(entries.ENTRIES)
        raise ValueError(f"entry must be {known} or a Python file, got {name}")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.train


def main(name: str, folder: str, seeds: str) -> None:
    """Write ``counted.json`` and one network a seed into a folder."""
    train = find_entry(name)
    counted = count_arithmetic(train, IntegratorRNN().values(), jax.random.key(0))
    (Path(folder) / "counted.json").write_text(json.dumps(counted._asdict()))
    compiled = brainstate.transform.jit(train)
    for seed in range(int(seeds)):
        model = IntegratorRNN(seed=seed)
        model.set_values(compiled(model.values(), stream("training data", seed)))
        save(model, Path(folder) / f"{seed}.msgpack")


if __name__ == "__main__":
    main(*sys.argv[1:])
