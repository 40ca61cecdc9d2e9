"""How much arithmetic a JAX function needs, counted from its trace and not from a clock."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax


class Arithmetic(NamedTuple):
    """What a program computes.

    Attributes:
        operations: Products and sums of all matrix products, one operation for each number
            that a sum or another reduction takes in, and one for each that anything else returns.
        products: Matrix products, each a call of its own; those in a ``vmap`` count as one.
    """

    operations: int
    products: int


def count_arithmetic(function: Callable, *arguments: Any) -> Arithmetic:
    """Count what a function computes, without computing it.

    A loop's body is counted as often as it turns, the larger branch of a condition as taken.

    Args:
        function: A function that JAX can trace.
        arguments: What it would be called with.

    Raises:
        ValueError: If it holds a loop whose number of turns depends on data, or calls Python.

    >>> square = jax.numpy.ones((8, 8))
    >>> count_arithmetic(jax.numpy.matmul, square, square)
    Arithmetic(operations=1024, products=1)
    """
    return _of_program(jax.make_jaxpr(function)(*arguments).jaxpr)


def _of_program(program: Any) -> Arithmetic:
    counts = [count_line(line) for line in program.eqns]
    return Arithmetic(sum(c.operations for c in counts), sum(c.products for c in counts))


def count_line(line: Any) -> Arithmetic:
    """Count one line of a trace, a ``JaxprEqn``, with all that it holds."""
    name, details = line.primitive.name, line.params
    if any(part in name for part in _NOT_COUNTED):
        raise ValueError(f"function must have no {name}: what it computes cannot be counted")
    if name == "dot_general":
        (summed, _), _ = details["dimension_numbers"]
        terms = math.prod(line.invars[0].aval.shape[axis] for axis in summed)
        return Arithmetic(2 * terms * line.outvars[0].aval.size, 1)
    if name == "cond":
        return max(_of_program(branch.jaxpr) for branch in details["branches"])
    # A loop, a jitted function, one with a derivative of its own: each holds a program.
    leaves = jax.tree.leaves(list(details.values()), is_leaf=lambda leaf: hasattr(leaf, "eqns"))
    programs = [getattr(leaf, "jaxpr", leaf) for leaf in leaves if hasattr(leaf, "eqns")]
    if programs:
        turns = details["length"] if name == "scan" else 1
        once = [_of_program(program) for program in programs]
        return Arithmetic(*(turns * sum(counts) for counts in zip(*once, strict=True)))
    if name in _CUBIC:
        *many, rows, columns = line.invars[0].aval.shape
        return Arithmetic(round(_CUBIC[name] * math.prod(many) * rows * columns**2), 1)
    numbers = line.invars if name.startswith("reduce") else line.outvars
    return Arithmetic(sum(number.aval.size for number in numbers), 0)


_NOT_COUNTED = ("while", "callback", "conv_general", "ffi")
_CUBIC = {
    "cholesky": 1 / 3, "lu": 2 / 3, "triangular_solve": 1, "geqrf": 2, "householder_product": 2,
    "qr": 4, "eigh": 9, "hessenberg": 10 / 3, "svd": 22, "eig": 25, "schur": 25,
}  # fmt: skip
"""Operations of a factorisation of n rows and n columns over n^3, rounded (Golub and Van Loan)."""
