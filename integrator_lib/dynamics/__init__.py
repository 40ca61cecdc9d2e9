"""How a network works: its step, Jacobians and modes, components, fixed points."""

from integrator_lib.dynamics.fixed_points import (
    FoundPoints,
    classify,
    find_fixed_points,
    keep_distinct,
    near_visited,
    starting_points,
)
from integrator_lib.dynamics.linearisation import (
    SETTLING_STEPS,
    Linearisation,
    LineProfile,
    active_units,
    line_profile,
    linearise,
    linearise_ends,
    settled_states,
)
from integrator_lib.dynamics.modes import (
    Mode,
    NoIntegratingModeError,
    input_gain,
    integrating_mode,
    jacobian,
    time_constant,
)
from integrator_lib.dynamics.parallel_in_time import (
    InParallel,
    gradient_in_parallel,
    run_in_parallel,
)
from integrator_lib.dynamics.principal_components import (
    PrincipalComponents,
    decoder_r_squared,
    principal_components,
)
from integrator_lib.dynamics.speed import (
    MOST_STEPS,
    SIDE_BY_SIDE,
    minimise_speed,
    relative_speed,
    speed,
)
from integrator_lib.dynamics.system import (
    drift,
    initial_state,
    next_states,
    readout,
    state_size,
    step_function,
    transition,
    visited_states,
)

__all__ = [
    "MOST_STEPS",
    "SETTLING_STEPS",
    "SIDE_BY_SIDE",
    "FoundPoints",
    "InParallel",
    "LineProfile",
    "Linearisation",
    "Mode",
    "NoIntegratingModeError",
    "PrincipalComponents",
    "active_units",
    "classify",
    "decoder_r_squared",
    "drift",
    "find_fixed_points",
    "gradient_in_parallel",
    "initial_state",
    "input_gain",
    "integrating_mode",
    "jacobian",
    "keep_distinct",
    "line_profile",
    "linearise",
    "linearise_ends",
    "minimise_speed",
    "near_visited",
    "next_states",
    "principal_components",
    "readout",
    "relative_speed",
    "run_in_parallel",
    "settled_states",
    "speed",
    "starting_points",
    "state_size",
    "step_function",
    "time_constant",
    "transition",
    "visited_states",
]
