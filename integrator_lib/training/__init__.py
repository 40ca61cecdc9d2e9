"""How networks are trained: recipes, one step, the loop, devices and the compilation cache."""

from integrator_lib.training.arithmetic import Arithmetic, count_arithmetic
from integrator_lib.training.cache import default_folder, use_compilation_cache
from integrator_lib.training.devices import use_all_cores
from integrator_lib.training.least_squares import train_by_least_squares
from integrator_lib.training.loop import run_chunks, train, train_many, unstack
from integrator_lib.training.recipes import Recipe, Stage
from integrator_lib.training.results import History, TrainingDivergedError, TrainingResult
from integrator_lib.training.step import (
    Setting,
    Trainer,
    is_matrix,
    l2_penalty,
    step_weights,
    train_chunk,
)

__all__ = [
    "Arithmetic",
    "History",
    "Recipe",
    "Setting",
    "Stage",
    "Trainer",
    "TrainingDivergedError",
    "TrainingResult",
    "count_arithmetic",
    "default_folder",
    "is_matrix",
    "l2_penalty",
    "run_chunks",
    "step_weights",
    "train",
    "train_by_least_squares",
    "train_chunk",
    "train_many",
    "unstack",
    "use_all_cores",
    "use_compilation_cache",
]
