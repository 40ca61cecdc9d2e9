"""The slips that one can make in writing an expression."""

import ast
from collections.abc import Iterator
from typing import Any

from integrator_lib.course.checks import _words as words

Found = Iterator[tuple[int, str, Any]]
"""A rank, what it is in words, and the node in its place."""


def stores(name: ast.Name) -> bool:
    """Whether a name is given a value here."""
    return isinstance(name.ctx, ast.Store)


def parsed(text: str, value: ast.expr) -> ast.expr:
    """Return an expression in which ``_`` is a value."""
    tree = ast.parse(text, mode="eval").body

    class Fill(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return value if name.id == "_" else name

    return Fill().visit(tree)


def operated(left: ast.expr, operation: type[ast.operator], right: ast.expr) -> ast.expr:
    """Return an operation on two values; powers in floats, for huge whole ones fill the memory."""
    if operation is ast.Pow and isinstance(left, ast.UnaryOp):
        return ast.UnaryOp(left.op, operated(left.operand, operation, right))  # as in -a**b
    if operation is ast.Pow and not isinstance(right, ast.Constant):
        return ast.Call(parsed("np.float_power", left), [left, right], [])
    return ast.BinOp(left, operation(), right)


def slips(node: ast.expr, near: str, arguments: list[str], stored: set[str]) -> Found:
    """Yield rank, words and replacement for each slip at an expression."""
    if isinstance(node, ast.BinOp):
        yield from _operations(node, near, arguments)
    elif isinstance(node, ast.Call):
        yield from _calls(node, near)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Name) and not stores(node):
        yield from _names(node, arguments, stored)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield 3, f"an index or a slice is missing{near}", node.value
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.Compare):
        for operation in (ast.Gt, ast.Lt, ast.GtE, ast.LtE, ast.Eq, ast.NotEq):
            if not isinstance(node.ops[0], operation):
                new = ast.Compare(node.left, [operation()], node.comparators)
                yield 2, f"a comparison is turned round or has the wrong edge{near}", new
        for choice in (True, False):
            yield 3, f"a condition is missing{near}", ast.Constant(choice)
    elif isinstance(node, ast.IfExp):
        yield 2, f"one of two cases is missing{near}", node.body
        yield 2, f"one of two cases is missing{near}", node.orelse
        swapped = ast.IfExp(node.test, node.orelse, node.body)
        yield 2, f"the two cases are exchanged{near}", swapped
    elif isinstance(node, ast.UnaryOp):
        yield 0, f"a sign is wrong{near}", node.operand
    elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
        kind, ctx = type(node), ast.Load()
        for i in range(len(node.elts) - 1):
            order = [*node.elts[:i], node.elts[i + 1], node.elts[i], *node.elts[i + 2 :]]
            yield 1, f"two things are in the wrong order{near}", kind(order, ctx)
        for i in range(len(node.elts)):
            rest = [*node.elts[:i], *node.elts[i + 1 :]]
            yield 3, f"one of several things is missing{near}", kind(rest, ctx)
            yield 4, f"one thing alone is taken in place of several{near}", node.elts[i]
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield 1, f"a transpose is missing{near}", node.value
    elif isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.DictComp)):
        yield from _comprehensions(node, near)
    if isinstance(node, (ast.BinOp, ast.Call, ast.Subscript)):
        yield 2, f"a sign is wrong{near}", ast.UnaryOp(ast.USub(), node)
        for text, said in words.PARTS.items():
            yield 7, f"{said}{near}", parsed(text, node)


def _operations(node: ast.BinOp, near: str, arguments: list[str]) -> Found:
    left, operation, right = node.left, type(node.op), node.right
    for other in words.DONE:
        if other is not operation:
            rank = 0 if {other, operation} in words.ALIKE else 4
            said = f"something is {words.DONE[other]} that should be {words.DONE[operation]}{near}"
            yield rank, said, operated(left, other, right)
    if operation in words.EXCHANGED:
        yield 1, f"{words.EXCHANGED[operation]}{near}", ast.BinOp(right, node.op, left)
    part = words.PART.get(operation, "a part")
    yield 0, f"{part} is missing{words.near(right, arguments)}", left
    yield 1, f"{part} is missing{words.near(left, arguments)}", right
    yield from _bindings(node, near)
    for inner_call, rest in ((left, right), (right, left)):
        if isinstance(inner_call, ast.Call) and inner_call.args:
            first = inner_call.args[0]
            sides = (first, rest) if inner_call is left else (rest, first)
            taken = [ast.BinOp(sides[0], node.op, sides[1]), *inner_call.args[1:]]
            new = ast.Call(inner_call.func, taken, inner_call.keywords)
            yield 2, f"{words.ORDER}{near}", new


def _bindings(node: ast.BinOp, near: str) -> Found:
    """Yield what becomes of three values where a sign or its parentheses are wrong."""

    def in_place(new: type[ast.operator], old: type[ast.operator]) -> str:
        return f"something is {words.DONE[new]} that should be {words.DONE[old]}{near}"

    left, operation, right = node.left, type(node.op), node.right
    order = f"{words.ORDER}{near}"
    if isinstance(right, ast.BinOp):
        inner = ast.BinOp(left, node.op, right.left)
        yield 2, order, ast.BinOp(inner, right.op, right.right)
        if operation in (ast.Add, ast.Sub):
            # In a - b / c another sign binds in another way: (a / b) / c.
            for other in (ast.Mult, ast.Div):
                before = ast.BinOp(left, other(), right.left)
                yield 4, in_place(other, operation), ast.BinOp(before, right.op, right.right)
    if isinstance(left, ast.BinOp):
        after = ast.BinOp(left.right, node.op, right)
        yield 2, order, ast.BinOp(left.left, left.op, after)
        if {type(left.op), operation} <= set(words.PRODUCTS):
            # In a * b / c another sign binds in another way: a + (b / c), a * (b ** c).
            for sign in (ast.Add, ast.Sub):
                new = ast.BinOp(left.left, sign(), after)
                yield 4, in_place(sign, type(left.op)), new
            power = operated(left.right, ast.Pow, right)
            yield 4, in_place(ast.Pow, operation), ast.BinOp(left.left, left.op, power)
            if isinstance(left.right, ast.BinOp) and isinstance(left.right.op, (ast.Add, ast.Sub)):
                # a * (b + c) / d without its parentheses.
                first = ast.BinOp(left.left, left.op, left.right.left)
                last = ast.BinOp(left.right.right, node.op, right)
                yield 3, order, ast.BinOp(first, left.right.op, last)


def _calls(node: ast.Call, near: str) -> Found:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    missing = f"{words.NOUNS.get(name, 'a function')} is missing{near}"
    method = isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name)
    if isinstance(node.func, ast.Attribute) and (
        method or node.func.value.id not in words.MODULES  # type: ignore[attr-defined]
    ):
        yield 1, missing, node.func.value
    for argument in node.args:
        yield 1, missing, argument
    for other in words.relatives(name):
        if isinstance(node.func, ast.Attribute):
            function: ast.expr = ast.Attribute(node.func.value, other, ast.Load())
        else:
            function = ast.Name(other, ast.Load())
        taken = words.NOUNS.get(other, f"`{other}`")
        said = f"{taken} is taken where something else belongs{near}"
        yield 1, said, ast.Call(function, node.args, node.keywords)
    for i in range(len(node.args) - 1):
        order = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        said = f"two things are in the wrong order{near}"
        yield 1, said, ast.Call(node.func, order, node.keywords)
    for i in range(1, len(node.args)):
        rest = [*node.args[:i], *node.args[i + 1 :]]
        yield 4, f"one of several things is missing{near}", ast.Call(node.func, rest, node.keywords)
    for i, keyword in enumerate(node.keywords):
        others = [k for j, k in enumerate(node.keywords) if j != i]
        said = words.OMITTED.get(keyword.arg or "", f"the option `{keyword.arg}` is missing")
        yield 1, f"{said}{near}", ast.Call(node.func, node.args, others)
        if keyword.arg == "axis":
            for axis in (0, 1, 2, -1):
                changed = [*others, ast.keyword("axis", ast.Constant(axis))]
                yield (
                    0,
                    f"the axis is not the right one{near}",
                    ast.Call(node.func, node.args, changed),
                )
    if isinstance(node.func, ast.Attribute) and len(node.args) == 1 and not node.keywords:
        along = [ast.keyword("axis", ast.Constant(0))]
        yield (
            4,
            f"an axis is named where all entries belong together{near}",
            ast.Call(node.func, node.args, along),
        )
    if len(node.args) == 1 and isinstance(node.args[0], ast.BinOp):
        # f(a + b) written as f(a) + b, or as a + f(b), or as f(a) + f(b).
        inner = node.args[0]
        one = ast.Call(node.func, [inner.left], node.keywords)
        two = ast.Call(node.func, [inner.right], node.keywords)
        yield 2, f"{words.ORDER}{near}", ast.BinOp(one, inner.op, inner.right)
        yield 2, f"{words.ORDER}{near}", ast.BinOp(inner.left, inner.op, two)
        yield 2, f"{words.ORDER}{near}", ast.BinOp(one, inner.op, two)


def _constants(node: ast.Constant) -> Found:
    value = node.value
    if isinstance(value, bool):
        yield 2, "a switch is turned the other way", ast.Constant(not value)
    elif isinstance(value, (int, float)):
        changed = {
            value + 1: "a number in the formula is 1 too large",
            value - 1: "a number in the formula is 1 too small",
            -value: "a number in the formula has the wrong sign",
            2 * value: "a number in the formula is twice what it should be",
            value / 2: "a number in the formula is half what it should be",
            value**2: "a number in the formula is squared",
            0: "a number in the formula is 0 and should not be",
            1: "a number in the formula is missing",
        }
        for other, said in changed.items():
            if other != value:
                whole = isinstance(value, int) and other == int(other)
                yield 2, said, ast.Constant(int(other) if whole else other)


def _names(node: ast.Name, arguments: list[str], stored: set[str]) -> Found:
    known = set(arguments) | stored
    if node.id not in known:
        return
    called = f" `{node.id}`" if node.id in arguments else " a value"
    for other in sorted(known - {node.id}):
        if other in arguments:
            said = f"`{other}` stands where something else belongs"
        else:
            said = "a result from before stands where something else belongs"
        yield 3, said, ast.Name(other, ast.Load())
    yield 2, f"a sign is wrong, at{called}", ast.UnaryOp(ast.USub(), node)
    for text, said in words.PARTS.items():
        yield 5, f"{said}, at{called}", parsed(text, node)


def _slices(node: ast.Slice) -> Found:
    said = "a slice takes the wrong part"
    yield 3, said, ast.Slice(node.upper, node.lower, node.step)
    yield 4, said, ast.Slice(None, None, node.step)
    for by in (-1, 1):
        for bound in ("lower", "upper"):
            old = getattr(node, bound) or ast.Constant(0)
            new = ast.Slice(node.lower, node.upper, node.step)
            setattr(new, bound, ast.BinOp(old, ast.Add(), ast.Constant(by)))
            yield 4, "a slice begins or ends in the wrong place", new


def _comprehensions(node: Any, near: str) -> Found:
    loop = node.generators[0]
    rest = {f: getattr(node, f) for f in node._fields if f != "generators"}
    target, source, tests = loop.target, loop.iter, loop.ifs
    if tests:
        new = ast.comprehension(target, source, [], 0)
        yield 1, f"a condition is missing{near}", type(node)(**rest, generators=[new])
        turned: list[ast.expr] = [ast.UnaryOp(ast.Not(), tests[0])]
        new = ast.comprehension(target, source, turned, 0)
        yield 3, f"a condition is turned round{near}", type(node)(**rest, generators=[new])
    for text, said in words.LOOPS.items():
        new = ast.comprehension(target, parsed(text, source), tests, 0)
        yield 4, f"{said}{near}", type(node)(**rest, generators=[new])
