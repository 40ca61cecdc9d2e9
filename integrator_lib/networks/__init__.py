"""Networks that integrate: cells, the network, integrators wired by hand, saving and loading."""

from integrator_lib.networks.cells import GRUCell, LSTMCell, RNNCell, broadcast_state, run_cell
from integrator_lib.networks.hand_wired import (
    FLOAT32_ROUNDING,
    delay_line,
    exact_integrator,
    integrator_family,
    leaky_integrator,
    normalised,
    wired,
)
from integrator_lib.networks.network import (
    ACTIVATIONS,
    CELL_NAMES,
    Architecture,
    IntegratorRNN,
    assemble,
)
from integrator_lib.networks.storage import FORMAT, load, save
from integrator_lib.networks.unroll import backward, hidden_states, preactivation

__all__ = [
    "ACTIVATIONS",
    "CELL_NAMES",
    "FLOAT32_ROUNDING",
    "FORMAT",
    "Architecture",
    "GRUCell",
    "IntegratorRNN",
    "LSTMCell",
    "RNNCell",
    "assemble",
    "backward",
    "broadcast_state",
    "delay_line",
    "exact_integrator",
    "hidden_states",
    "integrator_family",
    "leaky_integrator",
    "load",
    "normalised",
    "preactivation",
    "run_cell",
    "save",
    "wired",
]
