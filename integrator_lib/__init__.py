"""Helper library of a course on training and understanding an integrator RNN.

The public names load on first use, so that ``import integrator_lib`` is quick and the
check of an installation (``python -m integrator_lib.check_env``) runs even where JAX is
missing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integrator_lib.evaluation import Score, evaluate, predict, score_outputs
    from integrator_lib.models import GRUCell, IntegratorRNN, LSTMCell, RNNCell
    from integrator_lib.recipes import Recipe, Stage
    from integrator_lib.storage import load, load_trained, save
    from integrator_lib.task import IntegratorTask
    from integrator_lib.training import History, TrainingDivergedError, TrainingResult, train

__version__ = "0.1.0"

_HOMES = {
    "evaluation": ("Score", "evaluate", "predict", "score_outputs"),
    "models": ("GRUCell", "IntegratorRNN", "LSTMCell", "RNNCell"),
    "recipes": ("Recipe", "Stage"),
    "storage": ("load", "load_trained", "save"),
    "task": ("IntegratorTask",),
    "training": ("History", "TrainingDivergedError", "TrainingResult", "train"),
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
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
