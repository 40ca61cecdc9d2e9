"""What an integrator is for: decisions, position, returns, signals."""

from integrator_lib.applications.paths import (
    STEP_SECONDS,
    recorded_path,
    simulated_path,
    smooth_velocity,
    without_compass,
)
from integrator_lib.applications.plane import PlaneRNN, draw_plane, plane_outputs, train_plane
from integrator_lib.applications.position import (
    closing_error,
    distances,
    drift_std,
    expected_square_error,
    integrate_path,
    lateral_std,
    mean_progress,
)
from integrator_lib.applications.reduced_model import reduced_outputs
from integrator_lib.applications.returns import (
    SERIES,
    gap,
    load_prices,
    log_returns,
    simple_returns,
    synthetic_prices,
)
from integrator_lib.applications.signals import (
    first_order_response,
    full_response,
    harmonic_share,
    measured_response,
    quadrature_inputs,
    sigma_delta,
)

__all__ = [
    "SERIES",
    "STEP_SECONDS",
    "PlaneRNN",
    "closing_error",
    "distances",
    "draw_plane",
    "drift_std",
    "expected_square_error",
    "first_order_response",
    "full_response",
    "gap",
    "harmonic_share",
    "integrate_path",
    "lateral_std",
    "load_prices",
    "log_returns",
    "mean_progress",
    "measured_response",
    "plane_outputs",
    "quadrature_inputs",
    "recorded_path",
    "reduced_outputs",
    "sigma_delta",
    "simple_returns",
    "simulated_path",
    "smooth_velocity",
    "synthetic_prices",
    "train_plane",
    "without_compass",
]
