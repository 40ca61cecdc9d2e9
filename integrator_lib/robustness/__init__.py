"""How a network fails and is mended: changes, predicted damage, repair."""

from integrator_lib.robustness.changes import (
    cell_weights,
    noisy_outputs,
    pruned,
    relative_change,
    with_proportional_noise,
    with_weights,
    without_units,
)
from integrator_lib.robustness.line_repair import (
    HORIZON,
    SCORED_STEPS,
    linearised_errors,
    repair_line,
)
from integrator_lib.robustness.prediction import (
    eigenvalue_gradient,
    eigenvalue_shift,
    gain_gradient,
    predicted_mse,
    shift_std,
    shifted,
    state_noise_variance,
)
from integrator_lib.robustness.repair import (
    LARGEST_GAIN_ERROR,
    distil,
    repair_eigenvalues,
    repair_modes,
    with_least_change,
)

__all__ = [
    "HORIZON",
    "LARGEST_GAIN_ERROR",
    "SCORED_STEPS",
    "cell_weights",
    "distil",
    "eigenvalue_gradient",
    "eigenvalue_shift",
    "gain_gradient",
    "linearised_errors",
    "noisy_outputs",
    "predicted_mse",
    "pruned",
    "relative_change",
    "repair_eigenvalues",
    "repair_line",
    "repair_modes",
    "shift_std",
    "shifted",
    "state_noise_variance",
    "with_least_change",
    "with_proportional_noise",
    "with_weights",
    "without_units",
]
