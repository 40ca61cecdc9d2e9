"""Which slip in writing the reference makes an answer's numbers."""

import ast
import contextlib
import copy
import functools
import gc
import inspect
import itertools
import textwrap
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from integrator_lib.course.checks._edits import TURNS, Edit, constants, edits
from integrator_lib.course.checks._values import MismatchError, numbers, same

LONGEST = 0.35
"""Seconds of CPU after which the search ends; few searches for one slip take a third of it."""
USUAL = (0, 1, 2, 3, 4, 5, 10, 100, 0.5, 0.1)
"""Numbers that are often written in place of another."""
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
    forms: Sequence[Callable],
    cases: Sequence[tuple],
    found: Sequence[Any],
    tolerance: float,
    end: float,
) -> str:
    """Name the slip that makes an answer's results, one or two edits from a right answer.

    Args:
        forms: Right answers whose source can be read.
        cases: The arguments of each call.
        found: The answer's outcome of each call, numbers or :class:`Stopped`.
        tolerance: Largest difference, relative to the largest entry.
        end: When to stop, by ``time.process_time``.

    Returns:
        The end of the sentence "It looks as if ..."; empty if none was found.
    """
    told = _distinct(found)
    if told < 1:
        return ""
    around = [_Neighbours(form, cases, found, tolerance, end) for form in forms]
    kinds = [_Neighbours.edit, _Neighbours.usual]
    if told >= 3 and not any(isinstance(f, Stopped) for f in found):
        kinds += [_Neighbours.number, _Neighbours.factor, _Neighbours.pair]
    for kind in kinds:
        for neighbours in around:
            if said := kind(neighbours):
                return said
    return ""


class _Neighbours:
    """A right answer, and what the slips in writing it make of the cases."""

    def __init__(
        self, form: Callable, cases: Sequence, found: Sequence, tolerance: float, end: float
    ) -> None:
        self.form, self.cases, self.found = form, cases, found
        self.tolerance, self.end = tolerance, end
        self.tree, self.around = _tree(form)
        self.seen: dict[Any, tuple[Edit, list]] = {}

    def edit(self) -> str:
        """Name the one edit that makes the answer's outcomes."""
        for edit in edits(self.tree):
            if time.process_time() > self.end:
                return ""
            made = self._outcomes(edit)
            if self._agree(made):
                return edit.said
            if made:
                self.seen.setdefault(_key(made), (edit, made))
        return ""

    def usual(self) -> str:
        """Name a number of the formula in whose place a usual one makes the outcomes."""
        return self._with_numbers(lambda value, put: USUAL)

    def number(self) -> str:
        """Name a number of the formula that can be chosen so that the outcomes agree."""
        return self._with_numbers(lambda value, put: (self._fitted(value, put),))

    def _with_numbers(self, chosen: Callable[..., Sequence[float]]) -> str:
        for value, put in constants(self.tree):
            if time.process_time() > self.end:
                return ""
            for edit in map(put, chosen(value, put)):
                if self._agree(self._outcomes(edit, early=True)):
                    return edit.said
        return ""

    def factor(self) -> str:
        """Name the one factor between the answer's outcomes and those of an edit, or of none."""
        right = [outcome(self.form, case) for case in self.cases]
        for said, made in [("", right)] + [(e.said + ", and ", m) for e, m in self.seen.values()]:
            if factor := _factor(self.found, made, self.tolerance):
                return f"{said}every number is {factor:.3g} times what it should be"
        return ""

    def pair(self) -> str:
        """Name two edits that together make the answer's outcomes."""
        ran = [
            edit
            for edit, made in self.seen.values()
            if not any(isinstance(m, Stopped) for m in made)
        ]
        pairs = sorted(itertools.combinations(ran, 2), key=lambda p: p[0].rank + p[1].rank)
        for one, other in itertools.takewhile(lambda _: time.process_time() < self.end, pairs):
            if self._agree(self._outcomes(one, other, early=True)):
                return f"two things are off: {one.said}. And {other.said}"
        return ""

    def _agree(self, made: Sequence[Any]) -> bool:
        return len(self.found) == len(made) and all(
            f is not None and m is not None and same(f, m, self.tolerance)
            for f, m in zip(self.found, made, strict=True)
        )

    def _outcomes(self, *changes: Edit, early: bool = False) -> list:
        """Return what the edited answer makes of the cases; nothing if it cannot be compiled.

        Args:
            changes: The edits.
            early: Stop after the first case that gives something else than the answer.
        """
        made: list[Any] = []
        function = _edited(self.tree, self.around, changes)
        if function is None:
            return made
        for case, found in zip(self.cases, self.found, strict=True):
            made.append(outcome(function, case))
            if early and not same(found, made[-1], 1e-2):
                break
        return made

    def _fitted(self, value: float, put: Callable[[float], Edit]) -> float:
        """Return the number with which the outcomes of the first case agree, by secants."""

        def off(number: float) -> float:
            function = _edited(self.tree, self.around, (put(number),))
            made = outcome(function, self.cases[0]) if function else None
            if isinstance(made, np.ndarray) and isinstance(wanted, np.ndarray):
                return float(np.sum(made - wanted).real) if made.shape == wanted.shape else np.nan
            return np.nan

        wanted = self.found[0]
        one, other = value, 1.1 * value + 0.1
        off_one, off_other = off(one), off(other)
        for _ in range(8):
            if not np.isfinite(off_other) or off_one == off_other:
                break
            one, other = other, other - off_other * (other - one) / (off_other - off_one)
            off_one, off_other = off_other, off(other)
        return other


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
                numbers_found.update([np.inf] * (not np.isfinite(item).all()))
    return len(numbers_found)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Say nothing of what wrong code divides by, and leave the garbage for afterwards.

    With JAX loaded, collecting it once takes half as long as a search may.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        if collects:
            gc.enable()


class _BoundedLoops(ast.NodeTransformer):
    """Have every ``for`` loop count its turns."""

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = ast.Call(ast.Name(TURNS, ast.Load()), [node.iter], [])
        return node


def _turns(items: Iterable) -> Iterator:
    for number, item in enumerate(items):
        if number == MOST_TURNS:
            raise RuntimeError("the loop does not end")
        yield item


@functools.cache
def _tree(function: Callable) -> tuple[ast.FunctionDef, dict]:
    """Return a function's syntax tree, its loops bounded, and the names around it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    (top,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    around = {**getattr(function, "__globals__", {}), "np": np, TURNS: _turns}
    return ast.fix_missing_locations(_BoundedLoops().visit(top)), around


def _edited(tree: ast.FunctionDef, around: dict, changes: Sequence[Edit]) -> Callable | None:
    """Return a function after edits, ``None`` if it cannot be compiled; the tree is left alone."""
    undo = [(edit, edit.swap(edit.new)) for edit in changes]
    names = dict(around)
    try:
        exec(compile(ast.Module([tree], []), "<slip>", "exec"), names)
    except (SyntaxError, ValueError, TypeError):
        return None
    finally:
        for edit, old in reversed(undo):
            edit.swap(old)
    return names[tree.name]


def _key(value: Any) -> Any:
    """Return something that equal outcomes share."""
    if isinstance(value, np.ndarray):
        return value.shape, value.astype(np.complex64).tobytes()
    if isinstance(value, dict):
        return tuple((name, _key(item)) for name, item in value.items())
    return tuple(map(_key, value)) if isinstance(value, (list, tuple)) else value


def _factor(found: Sequence[Any], made: Sequence[Any], tolerance: float) -> float:
    """Return the one factor between two lists of outcomes; 0 if there is none."""
    if not all(isinstance(x, np.ndarray) and x.dtype == np.float64 for x in (*found, *made)):
        return 0.0
    if any(f.shape != m.shape for f, m in zip(found, made, strict=True)):
        return 0.0
    one, other = (np.concatenate([x.ravel() for x in xs]) for xs in (found, made))
    if one.size < 3 or not np.isfinite(one).all() or not np.isfinite(other).all():
        return 0.0
    factor = float(one @ other / (other @ other)) if other.any() else 0.0
    agrees = all(same(f, factor * m, tolerance) for f, m in zip(found, made, strict=True))
    return factor if agrees and abs(factor) > 1e-6 and abs(factor - 1) > tolerance else 0.0
