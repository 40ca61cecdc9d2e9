"""Stored results: one file a condition, with all that is needed to make it again.

A file is written whole or not at all, so that a run that stops, however it stops, leaves the
conditions that it finished and nothing else that is read.
"""

import dataclasses
import importlib.metadata
import json
import platform
import re
from pathlib import Path
from typing import Any

import numpy as np

from integrator_lib._arguments import one_of
from integrator_lib._files import write_text_whole
from integrator_lib.studies.design import Design
from integrator_lib.studies.outcomes import Outcomes

# Where the course's own results are; ``make studies`` fills it.
FOLDER = Path(__file__).parent / "results"

PACKAGES = ("jax", "jaxlib", "brainstate", "braintools", "numpy")


def path_of(design: Design, name: str, folder: Path = FOLDER) -> Path:
    """Return the file of a condition's results.

    Args:
        design: The study.
        name: Name of the condition.
        folder: Where results are stored.
    """
    one_of("name", name, tuple(design.conditions))
    return folder / design.name / f"{re.sub('[^a-z0-9.]+', '_', name.lower())}.json"


def write(design: Design, name: str, outcomes: Outcomes, folder: Path = FOLDER) -> None:
    """Store the outcomes of a condition, with its recipe, its seeds and the versions."""
    content = _made_from(design, name) | {
        "versions": {package: importlib.metadata.version(package) for package in PACKAGES},
        "processor": platform.machine(),
        "outcomes": {
            field: _shortest(values) for field, values in dataclasses.asdict(outcomes).items()
        },
    }
    path = path_of(design, name, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content) + "\n"
    write_text_whole(path, text)


def is_stored(design: Design, name: str, folder: Path = FOLDER) -> bool:
    """Whether results of exactly this condition and these seeds are stored."""
    path = path_of(design, name, folder)
    return path.is_file() and _content(path).items() >= _made_from(design, name).items()


def read(design: Design, name: str, folder: Path = FOLDER) -> Outcomes:
    """Return the stored outcomes of a condition.

    Raises:
        FileNotFoundError: If nothing is stored of this condition and these seeds.
    """
    if not is_stored(design, name, folder):
        raise FileNotFoundError(
            f"{path_of(design, name, folder)} holds no results of {design.name}, {name}, as the "
            "design has it now; run it first"
        )
    found = _content(path_of(design, name, folder))["outcomes"]
    seeds = np.array(found.pop("seeds"), np.int32)
    return Outcomes(seeds, **{name: np.array(a, np.float32) for name, a in found.items()})


def read_all(design: Design, folder: Path = FOLDER) -> dict[str, Outcomes]:
    """Return the stored outcomes of all conditions of a study, by name."""
    return {name: read(design, name, folder) for name in design.conditions}


def _shortest(values: np.ndarray) -> list:
    """Return an array as nested lists, with no more digits than its type holds."""
    if values.dtype != np.float32:
        return values.tolist()
    return np.vectorize(lambda value: float(str(value)), otypes=[float])(values).tolist()


def _made_from(design: Design, name: str) -> dict[str, Any]:
    """Return what a condition's results depend on, as JSON has it."""
    condition = dataclasses.asdict(design.conditions[name])
    return json.loads(json.dumps({"condition": condition, "seeds": list(design.seeds)}))


def _content(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
