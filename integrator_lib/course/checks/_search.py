"""Which slip in writing the reference makes an answer's numbers."""

import ast
import contextlib
import copy
import functools
import inspect
import itertools
import textwrap
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from integrator_lib.course.checks._edits import Edit, constants, edits
from integrator_lib.course.checks._values import MismatchError, numbers, same

PAIRS = 1500
"""Largest number of pairs of slips that are tried."""
LONGEST = 0.4
"""Seconds of CPU after which the search ends; plain arithmetic ends long before."""
MOST_TURNS = 2000
"""Turns after which a loop is stopped: one slip can make it run over the list that it fills."""


class Stopped(NamedTuple):
    """An error in place of a result."""

    kind: str
    text: str


def outcome(function: Callable, case: tuple) -> Any:
    """Call a function on a copy of a case; return its numbers, or how it stopped."""
    try:
        return numbers_or_none(function(*copy.deepcopy(case)))
    except Exception as error:
        return Stopped(type(error).__name__, str(error))


def numbers_or_none(value: Any) -> Any:
    """Return a value's numbers, or ``None`` if it holds anything else."""
    try:
        return numbers(value)
    except MismatchError:
        return None


def slip(
    reference: Callable, cases: Sequence[tuple], found: Sequence[Any], tolerance: float
) -> str:
    """Name the slip that makes an answer's results, one or two edits from the reference.

    Args:
        reference: A right answer whose source can be read.
        cases: The arguments of each call.
        found: The answer's outcome of each call, numbers or :class:`Stopped`.
        tolerance: Largest difference, relative to the largest entry.

    Returns:
        The end of the sentence "It looks as if ..."; empty if none was found.
    """
    tree, around = _tree(reference)
    told = _distinct(found)
    if tree is None or told < 1:
        return ""
    end = time.process_time() + LONGEST
    seen: dict[Any, tuple[Edit, list]] = {}
    for edit in edits(tree):
        if time.process_time() > end:
            return ""
        made = _outcomes(tree, around, (edit,), cases)
        if _agree(found, made, tolerance):
            return edit.said
        if made:
            seen.setdefault(_key(made), (edit, made))
    if told < 3 or any(isinstance(f, Stopped) for f in found):
        return ""
    right = [outcome(reference, case) for case in cases]
    for value, put in constants(tree):
        made = _fitted_number(tree, around, cases, found, value, put)
        if _agree(found, made, tolerance):
            return put(value).said
    factor = _factor(found, right, tolerance)
    if factor:
        return f"every number is {factor:.3g} times what it should be"
    for edit, made in seen.values():
        factor = _factor(found, made, tolerance)
        if factor:
            return f"{edit.said}, and every number is {factor:.3g} times what it should be"
    ran = [e for e, made in seen.values() if not any(isinstance(m, Stopped) for m in made)]
    pairs = sorted(itertools.combinations(ran, 2), key=lambda p: p[0].rank + p[1].rank)
    for pair in itertools.takewhile(lambda _: time.process_time() < end, pairs[:PAIRS]):
        if _agree(found, _outcomes(tree, around, pair, cases, found), tolerance):
            return f"two things are off: {pair[0].said}. And {pair[1].said}"
    return ""


def _fitted_number(
    tree: ast.FunctionDef,
    around: dict,
    cases: Sequence[tuple],
    found: Sequence[Any],
    value: float,
    put: Callable[[float], Edit],
) -> list:
    """Return the outcomes with a number of the formula fitted to the answer, by secants."""

    def off(number: float) -> float:
        made = _outcomes(tree, around, (put(number),), cases[:1])
        alike = made and isinstance(made[0], np.ndarray) and made[0].shape == np.shape(found[0])
        return float(np.sum(made[0] - found[0])) if alike else np.nan

    one, other = value, 1.1 * value + 0.1
    off_one, off_other = off(one), off(other)
    for _ in range(8):
        if not np.isfinite(off_other) or off_one == off_other:
            break
        one, other = other, other - off_other * (other - one) / (off_other - off_one)
        off_one, off_other = off_other, off(other)
    return _outcomes(tree, around, (put(other),), cases)


def _distinct(found: Sequence[Any]) -> int:
    """Return how many different numbers there are to go by; an error counts for two."""
    numbers_found: set[float] = set()
    for value in found:
        if isinstance(value, Stopped):
            return 2
        items = value.values() if isinstance(value, dict) else value
        for item in items if isinstance(value, (dict, tuple)) else [value]:
            if isinstance(item, np.ndarray):
                numbers_found.update(np.unique(item[np.isfinite(item)])[:4].tolist())
    return len(numbers_found)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of what wrong code divides by or takes the logarithm of."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@functools.cache
def _tree(reference: Callable) -> tuple[ast.FunctionDef | None, dict]:
    """Return a function's syntax tree and the names around it."""
    lines = textwrap.dedent(inspect.getsource(reference))
    top = ast.parse(lines).body[0]
    around = {**getattr(reference, "__globals__", {}), "np": np}
    return (top if isinstance(top, ast.FunctionDef) else None), around


def _outcomes(
    tree: ast.FunctionDef,
    around: dict,
    changes: Sequence[Edit],
    cases: Sequence[tuple],
    wanted: Sequence[Any] | None = None,
) -> list:
    """Return what the edited function makes of the cases; nothing if it cannot be compiled.

    Args:
        tree: The function, which is put back as it was.
        around: The names that it uses.
        changes: The edits.
        cases: The arguments of each call.
        wanted: Stop at the first case that gives something else.
    """
    undo = [(edit, edit.swap(edit.new)) for edit in changes]
    try:
        module = ast.Module([_BoundedLoops().visit(copy.deepcopy(tree))], [])
        ast.fix_missing_locations(module)
        names = around | {_turns.__name__: _turns}
        exec(compile(module, "<slip>", "exec"), names)
    except (SyntaxError, ValueError, TypeError):
        return []
    finally:
        for edit, old in reversed(undo):
            edit.swap(old)
    made = []
    for i, case in enumerate(cases):
        made.append(outcome(names[tree.name], case))
        if wanted is not None and not same(wanted[i], made[-1], 1e-2):
            return []
    return made


class _BoundedLoops(ast.NodeTransformer):
    """Have every ``for`` loop count its turns."""

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = ast.Call(ast.Name(_turns.__name__, ast.Load()), [node.iter], [])
        return node


def _turns(items: Iterable) -> Iterator:
    for number, item in enumerate(items):
        if number == MOST_TURNS:
            raise RuntimeError("the loop does not end")
        yield item


def _agree(found: Sequence[Any], made: Sequence[Any], tolerance: float) -> bool:
    return len(found) == len(made) and all(
        f is not None and m is not None and same(f, m, tolerance)
        for f, m in zip(found, made, strict=True)
    )


def _key(value: Any) -> Any:
    """Return something that equal outcomes share."""
    if isinstance(value, np.ndarray):
        return value.shape, value.astype(np.float32).tobytes()
    if isinstance(value, dict):
        return tuple((name, _key(item)) for name, item in value.items())
    return tuple(map(_key, value)) if isinstance(value, (list, tuple)) else value


def _factor(found: Sequence[Any], made: Sequence[Any], tolerance: float) -> float:
    """Return the one factor between two lists of outcomes; 0 if there is none."""
    if not all(isinstance(x, np.ndarray) for x in (*found, *made)):
        return 0.0
    if any(f.shape != m.shape for f, m in zip(found, made, strict=True)):
        return 0.0
    one, other = (np.concatenate([x.ravel() for x in xs]) for xs in (found, made))
    if one.size < 3 or not np.isfinite(one).all() or not np.isfinite(other).all():
        return 0.0
    factor = float(one @ other / (other @ other)) if other.any() else 0.0
    agrees = all(same(f, factor * m, tolerance) for f, m in zip(found, made, strict=True))
    return factor if agrees and abs(factor) > 1e-6 and abs(factor - 1) > tolerance else 0.0
