"""Checks of public arguments: each error names the argument, its value and what is accepted."""

import math
import operator
from typing import Any

import numpy as np


def whole_number(name: str, value: Any, at_least: int = 1) -> int:
    """Return ``value`` as an ``int`` of at least ``at_least``.

    Raises:
        TypeError: If ``value`` is not a whole number (``True`` and ``2.0`` are not).
        ValueError: If it is too small.
    """
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {number}")
    return number


def real_number(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    below: float = math.inf,
) -> float:
    """Return ``value`` as a finite ``float`` inside the stated bounds.

    Raises:
        TypeError: If ``value`` is not a real number.
        ValueError: If it is not finite or outside the bounds.
    """
    try:
        if isinstance(value, (bool, np.bool_, str, bytes)):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(f"{name} must be a real number, got {value!r}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    if number <= above:
        raise ValueError(f"{name} must be above {above:g}, got {number!r}")
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least:g}, got {number!r}")
    if number > at_most:
        raise ValueError(f"{name} must be at most {at_most:g}, got {number!r}")
    if number >= below:
        raise ValueError(f"{name} must be below {below:g}, got {number!r}")
    return number


def real_numbers(name: str, value: Any, *, above: float, below: float = math.inf) -> np.ndarray:
    """Return a number or an array as ``float64``, each entry of it between the bounds.

    Raises:
        TypeError: If ``value`` holds anything but real numbers.
        ValueError: If an entry is not finite or not between the bounds.
    """
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "iuf":
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be real numbers, got {value!r}") from None
    numbers = numbers.astype(np.float64)
    wrong = numbers[~(np.isfinite(numbers) & (numbers > above) & (numbers < below))]
    if wrong.size:
        accepted = "finite" if math.isinf(below) else f"below {below:g}"
        raise ValueError(f"{name} must be {accepted} and above {above:g}, got {wrong.flat[0]}")
    return numbers


def one_of(name: str, value: Any, accepted: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``accepted``, else raise ``ValueError``."""
    if value not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(accepted)}, got {value!r}")
    return value


def true_or_false(name: str, value: Any) -> bool:
    """Return ``value`` if it is a ``bool``, else raise ``TypeError``."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return value


def instance(name: str, value: Any, kind: type) -> Any:
    """Return ``value`` if it is an instance of ``kind``, else raise ``TypeError``."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {kind.__name__}, got {type(value).__name__}")
    return value


def finite_array(name: str, value: Any, shape: tuple[int | None, ...]) -> Any:
    """Return ``value`` if its shape matches (``None`` matches any length) and it is finite.

    Raises:
        TypeError: If it holds anything but numbers.
        ValueError: If the shape differs or an entry is not finite.
    """
    found = np.shape(value)
    if len(found) != len(shape) or any(
        want is not None and have != want for have, want in zip(found, shape, strict=True)
    ):
        wanted = ", ".join("any" if want is None else str(want) for want in shape)
        raise ValueError(f"{name} must have shape ({wanted}), got {found}")
    numbers = np.asarray(value)
    if numbers.dtype.kind in "OSU":
        raise TypeError(f"{name} must hold numbers, got {numbers.dtype} {value!r}")
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{name} must be finite, got an array with NaN or infinity")
    return value
