"""Returned values: as numbers, compared with the expected ones, and shown in a line."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SHOWN = 8
"""Largest number of entries of an array that is shown in full."""


NOT_FINITE = (
    "The result holds NaN or infinity. It looks as if something is divided by 0, grows without "
    "end, or a root, a power or a logarithm is taken of a number below 0."
)


class MismatchError(Exception):
    """A value has another form than the expected one; the text says which."""


def numbers(value: Any) -> Any:
    """Return a value as arrays of numbers: dictionaries stay, what is rectangular is one array.

    Raises:
        MismatchError: If it holds anything but numbers.
    """
    if isinstance(value, dict):
        return {key: numbers(value[key]) for key in sorted(value, key=str)}
    try:
        array = np.asarray(float(value) if isinstance(value, int) else value)
        if array.dtype.kind in "buif" or array.dtype.name == "bfloat16":
            return array.astype(np.float64)
        if array.dtype.kind == "c":
            return array.astype(np.complex128)
    except (TypeError, ValueError, OverflowError):  # a ragged list, a whole number beyond floats
        array = np.empty(0, object)
    if isinstance(value, (tuple, list)):
        return tuple(numbers(item) for item in value)
    if callable(value):
        raise MismatchError("It looks as if a function is returned in place of its result.")
    if isinstance(value, (set, Iterator)):
        kind = type(value).__name__
        raise MismatchError(f"It looks as if a {kind} is returned; make numbers of it first.")
    raise MismatchError(f"It should return numbers, it returned {type(value).__name__}.")


def same(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two results of :func:`numbers` agree; NaN agrees with NaN."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        with np.errstate(all="ignore"):
            apart = np.abs(one - other)
            wide = max(np.abs(other).max(initial=0.0, where=np.isfinite(other)), 1e-12)
        equal = (apart <= tolerance * wide) | (one == other) | ((one != one) & (other != other))
        return bool(equal.all())
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], tolerance) for k in one)
    if isinstance(one, tuple):
        alike = len(one) == len(other)
        return alike and all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def near(one: Any, other: Any, max_mse: float) -> bool:
    """Whether two arrays differ by at most this mean squared difference."""
    arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return arrays and one.shape == other.shape and bool(np.mean((one - other) ** 2) <= max_mse)


def _pairs(result: Any, expected: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the arrays of a result, each with the expected one.

    Raises:
        MismatchError: If the two have different forms.
    """
    if result is None:
        raise MismatchError("It returned None: is the return statement missing?")
    if isinstance(expected, dict):
        if not isinstance(result, dict):
            raise MismatchError(f"It should return a dictionary, it returned {_kind(result)}.")
        if result.keys() != expected.keys():
            wanted, found = (", ".join(map(str, d)) for d in (expected, result))
            raise MismatchError(f"The dictionary should have the keys {wanted}; it has {found}.")
        return [pair for key in expected for pair in _pairs(result[key], expected[key])]
    if isinstance(expected, (tuple, list)):
        many = len(expected)
        if not isinstance(result, (tuple, list)) and (
            isinstance(result, dict) or np.ndim(result) == 0
        ):
            raise MismatchError(f"It should return {many} numbers or arrays, as in `return a, b`.")
        if len(result) != many:
            raise MismatchError(
                f"It should return {many} numbers or arrays, it returned {len(result)}."
            )
        return [p for pair in zip(result, expected, strict=True) for p in _pairs(*pair)]
    want = np.asarray(expected, np.float64)
    have = numbers(result)
    one = "one array" if want.ndim else "one number"
    if not isinstance(have, np.ndarray):
        raise MismatchError(f"It should return {one}, it returned {_kind(result)}.")
    if have.dtype.kind == "c":
        raise MismatchError("It should return real numbers, it returned complex ones.")
    if have.shape != want.shape:
        if isinstance(result, (tuple, list)):
            raise MismatchError(
                f"It returned {_kind(result)}; return {one}"
                + (f" of shape {want.shape}." if want.ndim else ".")
            )
        if not want.ndim:
            raise MismatchError(f"The result should be one number, it has shape {have.shape}.")
        raise MismatchError(
            f"The result should have shape {want.shape}, it has shape {have.shape}."
        )
    return [(have, want)]


def difference(result: Any, expected: Any, tolerance: float, max_mse: float | None = None) -> str:
    """Say how a result differs from the expected one; nothing if it does not.

    Args:
        result: What an answer returned.
        expected: What it should have returned.
        tolerance: Largest difference, relative to the largest entry of the expected array.
        max_mse: Largest mean squared difference, in place of ``tolerance``.
    """
    try:
        pairs = _pairs(result, expected)
    except MismatchError as mismatch:
        return str(mismatch)
    for have, want in pairs:
        if not np.isfinite(have).all():
            return NOT_FINITE
        if max_mse is not None:
            mse = np.mean((have - want) ** 2)
            if mse > max_mse:
                return f"The mean squared error is {mse:.2g}; it should be at most {max_mse:g}."
            continue
        error, largest = np.abs(have - want).max(initial=0.0), np.abs(want).max(initial=0.0)
        if error > tolerance * max(largest, 1e-12):
            if largest == 0:
                return "The result should be 0, it is not."
            part = f"{100 * error / largest:.2g} %"
            if want.ndim == 0:
                return f"The result is off by {part}."
            return f"The shape is right; the worst number is off by {part} of the largest one."
    return ""


def right_entries(result: Any, expected: Any, tolerance: float) -> np.ndarray:
    """Say which entries of a result are right, each within ``tolerance`` of its own size.

    Args:
        result: What an answer returned; NaN where it leaves an entry open.
        expected: What it should have returned.
        tolerance: Largest difference, relative to the entry.

    Returns:
        Truth values, ``(entries,)``.

    Raises:
        MismatchError: If the result has another form.
    """
    pairs = _pairs(result, expected)
    return np.concatenate(
        [(np.abs(have - want) <= tolerance * np.abs(want)).ravel() for have, want in pairs]
    )


def _kind(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return "a dictionary"
    if np.ndim(value):
        return f"an array of shape {np.shape(value)}"
    return "one number" if np.isscalar(value) else type(value).__name__


def size(value: Any) -> int:
    """Return the number of numbers in a value, for choosing the case that is easiest to read."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        return sum(size(item) for item in value)
    return int(np.size(value))


def show(value: Any) -> str:
    """Return a value as one short line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        return left + ", ".join(show(item) for item in value) + right
    if value is None or isinstance(value, (str, bool)):
        return repr(value)[:40]
    array = np.asarray(value)
    if array.dtype.kind not in "buifc" or array.size > SHOWN:
        return f"an array of shape {array.shape}" if array.ndim else type(value).__name__
    return _nested(array)


def _nested(array: np.ndarray) -> str:
    if array.ndim:
        return "[" + ", ".join(_nested(item) for item in array) + "]"
    return str(array) if array.dtype.kind in "bui" else f"{array[()]:.4g}"


def worked_case(function: Callable, case: tuple, result: Any, expected: Any) -> str:
    """Return one call as lines: its inputs, what was expected and what came.

    Args:
        function: A right answer; its arguments' names are shown.
        case: The arguments of the call.
        result: What the answer returned.
        expected: What it should have returned.
    """
    names = list(inspect.signature(function).parameters)
    inputs = ", ".join(f"{name} = {show(v)}" for name, v in zip(names, case, strict=False))
    want, have, where = expected, result, ""
    try:
        pairs = _pairs(result, expected)
        apart = [np.nan_to_num(np.abs(a - b), nan=np.inf).max(initial=0.0) for a, b in pairs]
        have, want = pairs[int(np.argmax(apart))]
        if want.size > SHOWN:
            place = np.unravel_index(
                np.argmax(np.nan_to_num(np.abs(have - want), nan=np.inf)), want.shape
            )
            have, want, where = have[place], want[place], f" at {[int(i) for i in place]}"
    except MismatchError:
        pass
    return f"inputs:   {inputs}\nexpected: {show(want)}{where}\ngot:      {show(have)}{where}"
