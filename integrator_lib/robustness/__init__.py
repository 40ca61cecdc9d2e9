"""How a network fails and is mended: changes, predicted damage, repair."""

from integrator_lib.robustness.changes import (
    cell_weights,
    noisy_outputs,
    pruned,
    relative_change,
    with_weights,
    without_units,
)
from integrator_lib.robustness.prediction import (
    eigenvalue_shift,
    predicted_mse,
    shift_std,
    state_noise_variance,
)
from integrator_lib.robustness.repair import (
    HORIZON,
    LARGEST_GAIN_ERROR,
    SCORED_STEPS,
    distil,
    repair_eigenvalues,
    repair_line,
)

__all__ = [
    "HORIZON",
    "LARGEST_GAIN_ERROR",
    "SCORED_STEPS",
    "cell_weights",
    "distil",
    "eigenvalue_shift",
    "noisy_outputs",
    "predicted_mse",
    "pruned",
    "relative_change",
    "repair_eigenvalues",
    "repair_line",
    "shift_std",
    "state_noise_variance",
    "with_weights",
    "without_units",
]
