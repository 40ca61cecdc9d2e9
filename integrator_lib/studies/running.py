"""Run the conditions of a study, each once."""

from collections.abc import Sequence
from pathlib import Path

import jax
import numpy as np

from integrator_lib.studies.conditions import Condition
from integrator_lib.studies.design import Design
from integrator_lib.studies.machines import as_the_first_has_it, from_all
from integrator_lib.studies.outcomes import Outcomes, measure, nothing
from integrator_lib.studies.storage import FOLDER, is_stored, write
from integrator_lib.training import TrainingDivergedError, TrainingResult, train_many


def run_condition(
    condition: Condition, seeds: Sequence[int], *, progress: bool = False
) -> Outcomes:
    """Train one network a seed and measure them all.

    Args:
        condition: How they are made.
        seeds: Seeds of initial weights and training trials.
        progress: Whether to show a progress bar.

    Raises:
        KeyboardInterrupt: If training is interrupted.
    """
    results = _train(condition, seeds, progress)
    models = [result.model if result else None for result in results]
    errors = [result.history.mse if result else np.zeros(0) for result in results]
    return measure(models, errors, seeds)


def _train(
    condition: Condition, seeds: Sequence[int], progress: bool
) -> list[TrainingResult | None]:
    """Train all networks at once; if one diverges, each alone, so that it stops no other."""
    models = [condition.network.build(seed) for seed in seeds]
    try:
        results = train_many(
            models, condition.task, condition.recipe, seeds=seeds, progress=progress
        )
    except TrainingDivergedError:
        if len(seeds) == 1:
            return [None]
        return [result for seed in seeds for result in _train(condition, [seed], False)]
    if results[0].interrupted:
        # Half-trained networks must not be taken for finished ones.
        raise KeyboardInterrupt
    return list(results)


def run(
    design: Design,
    folder: Path = FOLDER,
    *,
    progress: bool = True,
) -> None:
    """Run a study: each condition that is not stored yet, once.

    A condition is stored as soon as it is finished; after an interrupt the same call goes on.
    Several processes take turns of one condition each, and the first of them stores what all
    have found.

    Args:
        design: The study.
        folder: Where the first process stores results, in a folder of the study's name.
        progress: Whether to show a progress bar for each condition.
    """
    names = list(design.conditions)
    stored = as_the_first_has_it([is_stored(design, name, folder) for name in names])
    waiting = [name for name, done in zip(names, stored, strict=True) if not done]
    for first in range(0, len(waiting), jax.process_count()):
        turn = waiting[first : first + jax.process_count()]
        if jax.process_index() < len(turn):
            name = turn[jax.process_index()]
            if progress:
                print(f"{design.name}: {name}, {design.num_seeds} networks", flush=True)
            own = run_condition(design.conditions[name], design.seeds, progress=progress)
            # Some eighty conditions' compiled programs are more than a process may map.
            jax.clear_caches()
        else:
            own = nothing(design.seeds)
        for name, outcomes in zip(turn, from_all(own), strict=False):
            if jax.process_index() == 0:
                write(design, name, outcomes, folder)
