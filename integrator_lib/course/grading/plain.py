"""Numbers, arrays and nested containers as bytes that cannot hold code."""

import io
import json
import lzma
import zipfile
import zlib
from typing import Any

import numpy as np

from integrator_lib.course.grading.frames import LARGEST

UNREADABLE = (EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What an archive raises that is broken."""


def pack(value: Any) -> bytes:
    """Write a value as an ``npz`` archive: its arrays, and their arrangement as JSON.

    Args:
        value: Numbers, strings, ``None``, arrays, or tuples, lists and dictionaries of them.

    Raises:
        TypeError: If it holds anything else.
    """
    arrays: list[np.ndarray] = []
    arrangement = json.dumps(_describe(value, arrays))
    buffer = io.BytesIO()
    named = {f"array{number}": array for number, array in enumerate(arrays)}
    np.savez(buffer, allow_pickle=False, arrangement=np.array(arrangement), **named)
    return buffer.getvalue()


def unpack(data: bytes) -> Any:
    """Read what :func:`pack` wrote; tuples stay tuples.

    Raises:
        ValueError: If the bytes are anything else, or hold too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > LARGEST:
            raise ValueError(f"data must hold at most {LARGEST} bytes, got {size}")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return _build(json.loads(str(arrays["arrangement"])), arrays)
    except (KeyError, TypeError, RecursionError, *UNREADABLE) as error:
        raise ValueError(f"data must be what pack wrote: {error}") from error


def _describe(value: Any, arrays: list[np.ndarray]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"value": value}
    if isinstance(value, dict):
        return {"keys": list(value), "dict": [_describe(v, arrays) for v in value.values()]}
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_describe(item, arrays) for item in value]}
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"value must hold numbers and arrays of numbers, got {type(value).__name__}"
        )
    arrays.append(array)
    return {"array": len(arrays) - 1}


def _build(node: Any, arrays: Any) -> Any:
    if "array" in node:
        return arrays[f"array{node['array']}"]
    if "dict" in node:
        return dict(zip(node["keys"], (_build(n, arrays) for n in node["dict"]), strict=True))
    if "tuple" in node:
        return tuple(_build(n, arrays) for n in node["tuple"])
    if "list" in node:
        return [_build(n, arrays) for n in node["list"]]
    return node["value"]
