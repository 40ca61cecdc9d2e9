"""Helper library of a course on training and understanding an integrator RNN.

The public names load on first use, so that ``import integrator_lib`` is quick and the
check of an installation (``python -m integrator_lib.check_env``) runs even where JAX is
missing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integrator_lib.cells import GRUCell, LSTMCell, RNNCell
    from integrator_lib.chunks import TrainingDivergedError
    from integrator_lib.evaluation import Score, evaluate, predict, score_outputs
    from integrator_lib.models import IntegratorRNN
    from integrator_lib.parallel import use_all_cores
    from integrator_lib.recipes import Recipe, Stage
    from integrator_lib.storage import load, load_trained, save
    from integrator_lib.task import IntegratorTask
    from integrator_lib.trainer import History
    from integrator_lib.training import TrainingResult, train, train_many

__version__ = "0.1.0"

_HOMES = {
    "evaluation": ("Score", "evaluate", "predict", "score_outputs"),
    "chunks": ("TrainingDivergedError",),
    "cells": ("GRUCell", "LSTMCell", "RNNCell"),
    "models": ("IntegratorRNN",),
    "parallel": ("use_all_cores",),
    "recipes": ("Recipe", "Stage"),
    "storage": ("load", "load_trained", "save"),
    "task": ("IntegratorTask",),
    "trainer": ("History",),
    "training": ("TrainingResult", "train", "train_many"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "GRUCell",
    "History",
    "IntegratorRNN",
    "IntegratorTask",
    "LSTMCell",
    "RNNCell",
    "Recipe",
    "Score",
    "Stage",
    "TrainingDivergedError",
    "TrainingResult",
    "evaluate",
    "load",
    "load_trained",
    "predict",
    "save",
    "score_outputs",
    "train",
    "train_many",
    "use_all_cores",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
