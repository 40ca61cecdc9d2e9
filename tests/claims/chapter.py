"""Run one chapter under one variant and say which of its claims hold.

``python -m claims.chapter NOTEBOOK.py VARIANT`` prints a line of JSON.
"""

import ast
import json
import os
import sys
from pathlib import Path
from typing import Any

import jupytext
import matplotlib
import matplotlib.pyplot

from claims.variants import VARIANTS


class _Recorded(ast.NodeTransformer):
    """Turns each assertion into a note, so that what comes after it runs too."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        call = ast.Call(ast.Name("_claim", ast.Load()), [node.test], [])
        return ast.copy_location(ast.Expr(call), node)


def claims(notebook: Path) -> list[tuple[int, str, str]]:
    """Return the cells with an assertion: number among code cells, first assertion, source."""
    cells = [c.source for c in jupytext.read(notebook).cells if c.cell_type == "code"]
    found = []
    for number, source in enumerate(cells, start=1):
        asserts = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Assert)]
        if asserts:
            found.append((number, ast.unparse(asserts[0].test), source))
    return found


def run(notebook: Path, variant: str) -> dict[int, str]:
    """Return for each cell with an assertion ``"holds"``, ``"fails"`` or ``"stops"``.

    A cell stops if it ends with an error before its last assertion: what came in place of
    the network is then no network that the claim speaks of.
    """
    matplotlib.use("Agg")
    VARIANTS[variant]()
    wanted = {number for number, _, _ in claims(notebook)}
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_: None}
    told: dict[int, str] = {}
    cells = [c.source for c in jupytext.read(notebook).cells if c.cell_type == "code"]
    for number, source in enumerate(cells, start=1):
        seen: list[bool] = []
        names["_claim"] = lambda value, seen=seen: seen.append(bool(value))
        tree = ast.fix_missing_locations(_Recorded().visit(ast.parse(source)))
        stopped = False
        try:
            exec(compile(tree, f"<cell {number}>", "exec"), names)
        except Exception as error:
            # An assertion inside a function that another cell calls, or a promise broken aloud.
            stopped = not isinstance(error, AssertionError)
            if not stopped:
                seen.append(False)
        finally:
            matplotlib.pyplot.close("all")
        if number in wanted:
            told[number] = "fails" if not all(seen) else "stops" if stopped else "holds"
    return told


if __name__ == "__main__":
    notebook = Path(sys.argv[1]).resolve()
    output, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115
    os.chdir(notebook.parent)
    print(json.dumps(run(notebook, sys.argv[2])), file=output)
