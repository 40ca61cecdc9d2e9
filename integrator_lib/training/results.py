"""What a training run leaves behind."""

import dataclasses
from typing import Any, NamedTuple

from integrator_lib.networks import IntegratorRNN
from integrator_lib.training.recipes import Recipe


class History(NamedTuple):
    """What was recorded at each optimizer step: arrays of shape ``(steps,)``, float32.

    Each row describes the step's batch before its update.

    Attributes:
        mse: Mean squared error over steps and trials.
        penalty: The L2 term of the loss, factor included.
        loss: What was minimised: the (weighted) squared error plus the penalty.
        learning_rate: Learning rate of the step's update.
        gradient_norm: Norm of the whole gradient, before clipping.
    """

    mse: Any
    penalty: Any
    loss: Any
    learning_rate: Any
    gradient_norm: Any


class TrainingDivergedError(FloatingPointError):
    """Raised when the loss or a weight stops being finite.

    The model holds the weights of the last good chunk; ``histories`` holds, for each network
    that was trained, all steps, the bad ones included.
    """

    def __init__(self, message: str, histories: list[History]) -> None:
        super().__init__(message)
        self.histories = histories


@dataclasses.dataclass(frozen=True)
class TrainingResult:
    """A finished or interrupted training run.

    Attributes:
        model: The network that was trained, in place.
        recipe: The recipe that was followed.
        history: One value a step, up to the last step kept.
        interrupted: Whether the run was stopped before its end.
    """

    model: IntegratorRNN
    recipe: Recipe
    history: History
    interrupted: bool
