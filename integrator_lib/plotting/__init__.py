"""The course's figures: arrays and result records in, matplotlib ``Axes`` out."""

from integrator_lib.plotting.decisions import plot_measured, plot_runs_to_bound
from integrator_lib.plotting.dynamics import (
    plot_along_line,
    plot_components,
    plot_decay,
    plot_line,
    plot_spectra,
    plot_vectors,
)
from integrator_lib.plotting.figures import (
    plot_agreement,
    plot_band,
    plot_bars,
    plot_curves,
    plot_hidden,
    plot_prediction,
    plot_trials,
)
from integrator_lib.plotting.position import (
    plot_directions,
    plot_loop,
    plot_path_errors,
    plot_walkers,
)
from integrator_lib.plotting.prediction import plot_predicted
from integrator_lib.plotting.schematics import (
    DRAWINGS,
    eye_integrator,
    jacobian_modes,
    line_attractor,
    two_units,
    unrolled_network,
)
from integrator_lib.plotting.signals import plot_growth, plot_response
from integrator_lib.plotting.studies import plot_differences, plot_networks
from integrator_lib.plotting.style import LINE_STYLES, PALETTE, use_course_style
from integrator_lib.plotting.turnable import rotatable_html

__all__ = [
    "DRAWINGS",
    "LINE_STYLES",
    "PALETTE",
    "eye_integrator",
    "jacobian_modes",
    "line_attractor",
    "plot_agreement",
    "plot_along_line",
    "plot_band",
    "plot_bars",
    "plot_components",
    "plot_curves",
    "plot_decay",
    "plot_differences",
    "plot_directions",
    "plot_growth",
    "plot_hidden",
    "plot_line",
    "plot_loop",
    "plot_measured",
    "plot_networks",
    "plot_path_errors",
    "plot_predicted",
    "plot_prediction",
    "plot_response",
    "plot_runs_to_bound",
    "plot_spectra",
    "plot_trials",
    "plot_vectors",
    "plot_walkers",
    "rotatable_html",
    "two_units",
    "unrolled_network",
    "use_course_style",
]
