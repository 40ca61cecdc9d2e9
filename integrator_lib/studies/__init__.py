"""Many seeds and conditions: designs, stored results, statistics, predictions."""

from integrator_lib.studies.catalogue import (
    BEYOND,
    CELL_RECIPES,
    CELLS,
    EPS_RATE,
    INGREDIENTS,
    SEARCH_CELLS,
    SEARCH_EPS,
    SPIKES,
    STUDIES,
)
from integrator_lib.studies.conditions import SHORT, Condition, Network
from integrator_lib.studies.design import Design, Factor
from integrator_lib.studies.judging import Prediction, judged
from integrator_lib.studies.outcomes import LENGTHS, OUTCOMES, Outcomes, count_spikes, measure
from integrator_lib.studies.predictions import LSTM_PREDICTIONS, PREDICTIONS
from integrator_lib.studies.running import run, run_condition
from integrator_lib.studies.statistics import (
    Estimate,
    contrast,
    holm,
    mean_interval,
    median_interval,
    seeds_needed,
    slope_weights,
    verdict,
)
from integrator_lib.studies.storage import FOLDER, is_stored, path_of, read, read_all, write

__all__ = [
    "BEYOND",
    "CELLS",
    "CELL_RECIPES",
    "EPS_RATE",
    "FOLDER",
    "INGREDIENTS",
    "LENGTHS",
    "LSTM_PREDICTIONS",
    "OUTCOMES",
    "PREDICTIONS",
    "SEARCH_CELLS",
    "SEARCH_EPS",
    "SHORT",
    "SPIKES",
    "STUDIES",
    "Condition",
    "Design",
    "Estimate",
    "Factor",
    "Network",
    "Outcomes",
    "Prediction",
    "contrast",
    "count_spikes",
    "holm",
    "is_stored",
    "judged",
    "mean_interval",
    "measure",
    "median_interval",
    "path_of",
    "read",
    "read_all",
    "run",
    "run_condition",
    "seeds_needed",
    "slope_weights",
    "verdict",
    "write",
]
