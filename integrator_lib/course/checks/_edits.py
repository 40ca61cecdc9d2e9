"""The slips that one can make in writing a function: edits of its syntax tree, in words."""

import ast
import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

from integrator_lib.course.checks import _words as words
from integrator_lib.course.checks._expressions import parsed, slips, stores

TURNS = "_turns"
"""The function around what a loop runs over, which counts its turns; no slip is made in it."""


@dataclasses.dataclass(frozen=True)
class Edit:
    """One change of a syntax tree, made in place and undone.

    Attributes:
        said: What it is, as the end of the sentence "It looks as if ...".
        rank: How soon to think of it, from 0.
        holder: The node, or the list of nodes, that holds what changes.
        key: Its field or index there.
        new: What to put there.
    """

    said: str
    rank: int
    holder: Any
    key: Any
    new: Any

    def swap(self, value: Any) -> Any:
        """Put a value in the edit's place and return the one that was there."""
        if isinstance(self.holder, list):
            old, self.holder[self.key] = self.holder[self.key], value
        else:
            old = getattr(self.holder, self.key)
            setattr(self.holder, self.key, value)
        return old


def edits(function: ast.FunctionDef) -> list[Edit]:
    """Return the edits of a function, the most likely slips first."""
    arguments = [a.arg for a in function.args.args]
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and stores(n)}
    stored -= _lists(function)
    found: list[Edit] = []
    for holder, key, node in _places(function):
        near = words.near(node, arguments)
        if isinstance(node, ast.expr):
            found += [
                Edit(said, rank, holder, key, new)
                for rank, said, new in slips(node, near, arguments, stored)
            ]
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            found += [
                Edit(said, 6, node, "value", parsed(text, node.value))
                for text, said in words.RESULTS.items()
            ]
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                found += [Edit(s, r, node, name, new) for r, s, new in _blocks(block, arguments)]
    found += [Edit(s, r, function, "body", b) for r, s, b in _blocks(function.body, arguments)]
    for edit in found:
        for new in edit.new if isinstance(edit.new, list) else [edit.new]:
            ast.fix_missing_locations(new)
    return sorted(found, key=lambda edit: edit.rank)


def constants(function: ast.FunctionDef) -> list[tuple[float, Callable[[float], Edit]]]:
    """Return the numbers in a function, each with what makes the edit to another value."""
    found: list[tuple[float, Callable[[float], Edit]]] = []
    for holder, key, node in _places(function):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((float(value), functools.partial(_another_number, holder, key)))
    return found


def _another_number(holder: Any, key: Any, value: float) -> Edit:
    new = ast.fix_missing_locations(ast.Constant(value))
    return Edit("a number in the formula is not the right one", 2, holder, key, new)


def _lists(function: ast.FunctionDef) -> set[str]:
    """Return the names of lists: one that held itself, or a loop over it, would never end."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in (n for n in ast.walk(function) if isinstance(n, ast.Assign)):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs += zip(target.elts, node.value.elts, strict=False)
            else:
                pairs.append((target, node.value))
    return {t.id for t, v in pairs if isinstance(t, ast.Name) and isinstance(v, ast.List)}


def _places(node: ast.AST) -> Iterator[tuple[Any, Any, ast.AST]]:
    """Yield what holds a node, where, and the node, for all statements and values below."""
    fields = ["body"] if isinstance(node, ast.FunctionDef) else node._fields
    for field in fields:
        value = getattr(node, field, None)
        below: list[tuple[Any, Any, Any]]
        if isinstance(value, list):
            below = [(value, index, item) for index, item in enumerate(value)]
        else:
            below = [(node, field, value)]
        for holder, key, item in below:
            if isinstance(item, ast.Call) and getattr(item.func, "id", "") == TURNS:
                holder, key, item = item.args, 0, item.args[0]
            if isinstance(item, ast.AST):
                yield holder, key, item
                yield from _places(item)


def _blocks(body: list[ast.stmt], arguments: list[str]) -> Iterator[tuple[int, str, list]]:
    """Yield rank, words and the new block for each slip at a line."""
    for i, line in enumerate(body):
        before, after = body[:i], body[i + 1 :]
        near = words.near(line, arguments)
        if isinstance(line, (ast.Assign, ast.AugAssign, ast.Expr)) and len(body) > 1:
            yield 2, f"a line is missing{near}", [*before, *after]
        if isinstance(line, (ast.For, ast.If)):
            # The two arms of an if, and a loop that ends after its first round.
            yield 4, f"a loop or a case is missing{near}", [*before, *line.body, *after]
        if after and not isinstance(after[0], ast.Return):
            yield (
                1,
                f"two lines are in the wrong order{near}",
                [*before, after[0], line, *after[1:]],
            )
        if isinstance(line, ast.AugAssign) and isinstance(line.target, ast.Name):
            said = f"a value is overwritten where it should be changed{near}"
            yield 0, said, [*before, ast.Assign([line.target], line.value), *after]
            for other in words.DONE:
                if other not in (type(line.op), ast.Pow):
                    new = ast.AugAssign(line.target, other(), line.value)
                    done = f"something is {words.DONE[other]} that should be "
                    yield 1, f"{done}{words.DONE[type(line.op)]}{near}", [*before, new, *after]
        if isinstance(line, ast.For):
            for text, said in words.LOOPS.items():
                new_loop = ast.For(line.target, parsed(text, line.iter), line.body, [])
                yield 3, said, [*before, new_loop, *after]
            if after and isinstance(after[-1], ast.Return):
                early = ast.For(line.target, line.iter, [*line.body, after[-1]], [])
                yield 1, "the return is inside the loop", [*before, early, *after]
