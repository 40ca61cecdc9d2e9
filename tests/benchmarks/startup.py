"""Seconds until something happens: imports, and the first training step with and without cache."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from benchmarks.measure import Measurement, Table, interleave

FIRST_STEPS = """
import dataclasses
from integrator_lib import IntegratorRNN, Recipe, train
from integrator_lib.training import use_compilation_cache
use_compilation_cache()
stage = dataclasses.replace(Recipe.tutorial().stages[0], num_batches=1)
recipe = dataclasses.replace(Recipe.tutorial(), stages=(stage,))
train(IntegratorRNN(), recipe=recipe, progress=False)
"""


def script(code: str, **environment: str) -> Callable[[], float]:
    """Return a function that runs code in a new interpreter and returns the seconds."""

    def timed() -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)
        return time.perf_counter() - begin

    return timed


def measure(repeats: int) -> list[Table]:
    """Measure each case in fresh interpreters; the unrecorded first round fills the cache."""
    with tempfile.TemporaryDirectory() as folder:
        cases = {
            "python alone": script(""),
            "import jax": script("import jax"),
            "import brainstate": script("import brainstate"),
            "import integrator_lib.training": script("import integrator_lib.training"),
            "first batch, no cache": script(FIRST_STEPS, JAX_ENABLE_COMPILATION_CACHE="0"),
            "first batch, cached": script(FIRST_STEPS, JAX_COMPILATION_CACHE_DIR=folder),
        }
        samples = interleave(cases, repeats)
    rows = tuple(Measurement(name, "s", samples[name]) for name in cases)
    note = "Each case is a new interpreter and includes the time to start it."
    return [Table("seconds to start", rows, (note,))]
