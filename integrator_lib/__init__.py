"""Helper library of a course on training and understanding an integrator RNN.

The names of a first session can be imported from here; each room, such as
``integrator_lib.dynamics``, has the rest of its own. They load on first use, so that
``import integrator_lib`` is quick and the check of an installation runs even where JAX is
missing.

Arrays are time-major, ``(time, batch, feature)``, everywhere. A public function raises
``TypeError`` or ``ValueError`` for an argument that is not as its docstring says, and names
the argument, its value and what is accepted; docstrings list only other errors.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integrator_lib.evaluation import Score, evaluate, predict, score_outputs
    from integrator_lib.networks import GRUCell, IntegratorRNN, LSTMCell, RNNCell, load, save
    from integrator_lib.shipped import load_trained
    from integrator_lib.task import IntegratorTask
    from integrator_lib.training import (
        History,
        Recipe,
        Stage,
        TrainingDivergedError,
        TrainingResult,
        train,
        train_many,
        use_all_cores,
    )

__version__ = "0.1.0"

_HOMES = {
    "evaluation": ("Score", "evaluate", "predict", "score_outputs"),
    "networks": ("GRUCell", "IntegratorRNN", "LSTMCell", "RNNCell", "load", "save"),
    "shipped": ("load_trained",),
    "task": ("IntegratorTask",),
    "training": (
        "History",
        "Recipe",
        "Stage",
        "TrainingDivergedError",
        "TrainingResult",
        "train",
        "train_many",
        "use_all_cores",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
