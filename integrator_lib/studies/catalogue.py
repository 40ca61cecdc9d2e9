"""The course's studies: designs, made before any of them was run.

The two searches give what the others use, on seeds of their own: for each cell the recipe, and
for an eps of 0.1 the learning rate, with the lowest median error at 25 steps.
"""

import dataclasses
from typing import Any

from integrator_lib.studies.conditions import BASE, SHORT
from integrator_lib.studies.design import Design, Factor
from integrator_lib.task import IntegratorTask
from integrator_lib.training import Recipe, Stage


def short(learning_rate: float, **changes: Any) -> Recipe:
    """Return the short recipe with another learning rate, and other changes."""
    stage = dataclasses.replace(SHORT.stages[0], learning_rate=learning_rate)
    return dataclasses.replace(SHORT, stages=(stage,), **changes)


def _rates(*rates: float) -> Factor:
    return Factor("rate", {f"{rate:g}": {"recipe.stages": short(rate).stages} for rate in rates})


_CELLS = {
    "relu": {},
    "tanh": {"network.activation": "tanh"},
    "gru": {"network.cell": "gru"},
    "lstm": {"network.cell": "lstm"},
}
_BETA2 = {"beta2 0.95": {}, "beta2 0.999": {"recipe.adam_beta2": 0.999}}
_TRAINED = {"matrices": {}, "all": {"recipe.trains": "all"}}

SEARCH_CELLS = Design(
    "search_cells",
    "Which recipe suits each cell?",
    (
        Factor("cell", _CELLS),
        Factor("Adam", _BETA2),
        Factor("trained", _TRAINED),
        _rates(2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2),
    ),
    outcomes=("error at 25",),
    crossed=True,
    num_seeds=4,
    first_seed=0,
)

SEARCH_EPS = Design(
    "search_eps",
    "Which learning rate suits an eps of 0.1?",
    (_rates(1e-2, 2.5e-2, 5e-2, 1e-1, 2.5e-1),),
    outcomes=("error at 25",),
    crossed=True,
    base=BASE.changed({"recipe.adam_eps": 0.1}),
    num_seeds=4,
    first_seed=0,
)

CELL_RECIPES = {
    "relu": ("beta2 0.95", "matrices", 1e-2),
    "tanh": ("beta2 0.95", "matrices", 1e-3),
    "gru": ("beta2 0.95", "matrices", 2.5e-3),
    "lstm": ("beta2 0.95", "all", 1e-2),
}
"""What the search found for each cell: Adam, what is trained, and the rate; a test compares."""
EPS_RATE = 5e-2
"""What the search found for an eps of 0.1."""

_EPS = {"recipe.adam_eps": 0.1, "recipe.stages": short(EPS_RATE).stages}
_IDENTITY = {"network.initialisation": "identity"}
_LAST_THIRD = (
    Stage(400, batch_size=32, learning_rate=5e-3, final_learning_rate=0.0),
    Stage(
        50,
        batch_size=32,
        learning_rate=5e-4,
        final_learning_rate=1e-6,
        num_steps=100,
        relative_error=True,
    ),
)
_GROWING = tuple(
    Stage(batches, batch_size=32, learning_rate=rate, final_learning_rate=final, num_steps=steps)
    for batches, steps, rate, final in (
        (375, 10, 5e-3, 3.75e-3),
        (150, 25, 3.75e-3, 2.5e-3),
        (75, 50, 2.5e-3, 1.25e-3),
        (38, 100, 1.25e-3, 0.0),
    )
)
_LONG = (Stage(150, batch_size=32, learning_rate=5e-3, final_learning_rate=0.0, num_steps=100),)

INGREDIENTS = Design(
    "ingredients",
    "Which ingredients of the recipe matter, taken one at a time?",
    (
        Factor(
            "recurrent weights",
            {
                "xavier": {},
                **{f"xavier x{s:g}": {"network.initial_scale": s} for s in (0.5, 1.5)},
                "orthogonal": {"network.initialisation": "orthogonal"},
                "identity": _IDENTITY,
                **{
                    f"identity x{s:g}": {**_IDENTITY, "network.initial_scale": s}
                    for s in (0.25, 0.5, 0.9)
                },
            },
        ),
        Factor(
            "trained",
            {
                "matrices": {},
                "biases too": {"recipe.trains": "all", "network.train_initial_state": False},
                "biases and start too": {"recipe.trains": "all"},
            },
        ),
        Factor(
            "penalty",
            {
                "none": {},
                "L2 2e-5": {"recipe.l2": 2e-5},
                "L2 2e-4": {"recipe.l2": 2e-4},
                "L2 2e-4 on all, all trained": {
                    "recipe.l2": 2e-4,
                    "recipe.l2_covers": "all",
                    "recipe.trains": "all",
                },
            },
        ),
        Factor("clipping", {"clip 1": {}, "no clipping": {"recipe.clip_norm": None}}),
        Factor("schedule", {"cosine": {}, "no schedule": {"recipe.step_schedule": False}}),
        Factor("Adam", {"ours": {}, "eps 0.1": _EPS, "beta2 0.999": {"recipe.adam_beta2": 0.999}}),
        Factor(
            "lengths",
            {
                "25": {},
                "100 in the last third": {"recipe.stages": _LAST_THIRD},
                "10, 25, 50, 100": {"recipe.stages": _GROWING},
                "100 throughout": {"recipe.stages": _LONG},
            },
        ),
        Factor(
            "data",
            {
                "ours": {},
                "the original's": {"task": IntegratorTask.original()},
                "bias without noise": {"task.noise_scale": 0.0},
                "noise without bias": {"task.bias_scale": 0.0},
                "one batch for ever": {"recipe.fresh_trials": False},
            },
        ),
    ),
    num_seeds=12,
)

CELLS = Design(
    "cells",
    "Which cell integrates best, each with the recipe that suits it?",
    (
        Factor(
            "cell",
            {
                name: {
                    **_CELLS[name],
                    **_BETA2[adam],
                    **_TRAINED[trained],
                    "recipe.stages": short(rate).stages,
                }
                for name, (adam, trained, rate) in CELL_RECIPES.items()
            },
        ),
    ),
    crossed=True,
    num_seeds=12,
)

SPIKES = Design(
    "spikes",
    "What causes the loss spikes?",
    (
        Factor("clipping", {"clip 1": {}, "no clipping": {"recipe.clip_norm": None}}),
        Factor("schedule", {"cosine": {}, "no schedule": {"recipe.step_schedule": False}}),
        Factor("eps", {"eps 1e-8": {}, "eps 0.1": _EPS}),
    ),
    outcomes=("spikes",),
    crossed=True,
    num_seeds=16,
)

BEYOND = Design(
    "beyond",
    "What decides whether a network integrates beyond the lengths it saw?",
    (
        Factor("recurrent weights", {"xavier": {}, "identity": _IDENTITY}),
        Factor("lengths", {"25": {}, "100 in the last third": {"recipe.stages": _LAST_THIRD}}),
        Factor("trained", {"matrices": {}, "all": {"recipe.trains": "all"}}),
        Factor("schedule", {"cosine": {}, "no schedule": {"recipe.step_schedule": False}}),
        Factor("penalty", {"no L2": {}, "L2 2e-4": {"recipe.l2": 2e-4}}),
    ),
    outcomes=("error at 25", "eigenvalue error", "gain error", "error at 250"),
    crossed=True,
    half=True,
    num_seeds=8,
)

STUDIES = {
    design.name: design for design in (SEARCH_EPS, SPIKES, BEYOND, INGREDIENTS, SEARCH_CELLS, CELLS)
}
"""All of them by name, in the order in which they run."""
