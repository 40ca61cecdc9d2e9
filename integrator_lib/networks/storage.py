"""Saving and loading networks."""

import json
import os
from pathlib import Path
from typing import Any

import braintools
import jax
import numpy as np

from integrator_lib._arguments import instance
from integrator_lib._files import write_whole
from integrator_lib.networks.network import IntegratorRNN

FORMAT = "integrator_lib network, version 1"


def save(model: IntegratorRNN, path: str | os.PathLike) -> None:
    """Save a network's architecture and parameters to a msgpack file.

    The file is written whole or not at all: a crash leaves any older file as it was.

    Args:
        model: The network.
        path: File to write; missing folders are made.

    Raises:
        OSError: If the file cannot be written.
    """
    instance("model", model, IntegratorRNN)
    content = {
        "format": FORMAT,
        "architecture": json.dumps(model.architecture._asdict()),
        "parameters": jax.tree.map(np.asarray, model.values()),
    }
    # Where its own move fails, msgpack_save deletes the older file and tries again.
    write_whole(Path(path), lambda beside: braintools.file.msgpack_save(str(beside), content))


def load(path: str | os.PathLike) -> IntegratorRNN:
    """Load a network saved by :func:`save`.

    Args:
        path: File to read.

    Returns:
        A new network with the saved parameters.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is truncated, is not a saved network, or its parameters do
            not match its architecture.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path must name a saved network, got {path}, which is no file")
    try:
        content: Any = braintools.file.msgpack_load(path)
    except Exception as error:
        raise ValueError(f"{path} is truncated or not a msgpack file: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"{path} is a msgpack file, but not one that integrator_lib.save wrote")
    try:
        model = IntegratorRNN(**json.loads(content["architecture"]), seed=None)
        saved = content["parameters"]
        for name, state in model.parameters().items():
            state.value = _matching(name, saved[name], state.value)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not match its architecture: {error}") from error
    model.reset_state()
    return model


def _matching(name: str, value: Any, wanted: Any) -> Any:
    """Return a parameter's saved value if its structure, shapes and types are as wanted."""
    if str(jax.tree.structure(value)) != str(jax.tree.structure(wanted)):
        raise ValueError(f"parameter {name} is built differently")
    for found, like in zip(jax.tree.leaves(value), jax.tree.leaves(wanted), strict=True):
        if found.shape != like.shape or found.dtype != like.dtype:
            raise ValueError(
                f"parameter {name} must be {like.dtype} of shape {like.shape}, "
                f"got {found.dtype} of shape {found.shape}"
            )
        if not np.isfinite(found).all():
            raise ValueError(f"parameter {name} is not finite")
    return jax.tree.map(jax.numpy.asarray, value)
