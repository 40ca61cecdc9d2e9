"""Run one chapter under one variant and say which of its claims hold.

``python -m claims.chapter NOTEBOOK.py VARIANT`` prints a line of JSON.
"""

import ast
import copy
import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import matplotlib
import matplotlib.pyplot
import numpy as np

from claims.mistakes import MISTAKES, NAMES
from claims.variants import VARIANTS


class Claim(NamedTuple):
    """A cell with an assertion: its number among the code cells, its first assertion, its text."""

    number: int
    first: str
    source: str


class _Recorded(ast.NodeTransformer):
    """Turns each assertion into a note, so that what comes after it runs too."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        call = ast.Call(ast.Name("_claim", ast.Load()), [node.test], [])
        return ast.copy_location(ast.Expr(call), node)


def _cells(notebook: Path) -> list[str]:
    return [c.source for c in jupytext.read(notebook).cells if c.cell_type == "code"]


def _asserted(node: ast.AST) -> str:
    """Return what a node asserts; empty if it asserts nothing."""
    if isinstance(node, ast.Assert):
        return ast.unparse(node.test)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return ast.unparse(node) if name.startswith("assert") else ""
    return ""


def claims(notebook: Path) -> list[Claim]:
    """Return the cells with an assertion, in order."""
    found = []
    for number, source in enumerate(_cells(notebook), start=1):
        asserted = [said for node in ast.walk(ast.parse(source)) if (said := _asserted(node))]
        if asserted:
            found.append(Claim(number, asserted[0], source))
    return found


def _verdict(source: str, names: dict[str, Any]) -> str:
    """Run a cell; return ``"holds"``, ``"fails"`` or ``"stops"``.

    It stops if it ends with an error before its last assertion: what came in place of the
    network is then no network that the claim speaks of.
    """
    seen: list[bool] = []
    names["_claim"] = lambda value: seen.append(bool(value))
    tree = ast.fix_missing_locations(_Recorded().visit(ast.parse(source)))
    stopped = False
    try:
        exec(compile(tree, "<cell>", "exec"), names)
    except Exception as error:
        # An assertion of NumPy's, or inside a function that another cell calls.
        stopped = not isinstance(error, AssertionError)
        seen.append(stopped)
    finally:
        matplotlib.pyplot.close("all")
    return "fails" if not all(seen) else "stops" if stopped else "holds"


def _copied(names: dict[str, Any]) -> dict[str, Any]:
    """Return a chapter's names for a wrong cell, which must not draw the right one's numbers."""
    generators = {
        k: copy.deepcopy(v) for k, v in names.items() if isinstance(v, np.random.Generator)
    }
    return NAMES | names | generators


def run(notebook: Path, variant: str) -> dict[str, dict[int, Any]]:
    """Run a chapter; return the verdict on each claim, and the mistakes that make it fail."""
    matplotlib.use("Agg")
    VARIANTS[variant]()
    wanted = {claim.number for claim in claims(notebook)}
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_: None}
    verdicts, mistaken = {}, {}
    for number, source in enumerate(_cells(notebook), start=1):
        if number in wanted and variant == "as it is":
            mistaken[number] = [
                m.said
                for m in MISTAKES.get(notebook.stem[:2], ())
                if m.right in source
                and _verdict(source.replace(m.right, m.wrong), _copied(names)) == "fails"
            ]
        verdict = _verdict(source, names)
        if number in wanted:
            verdicts[number] = verdict
    return {"verdicts": verdicts, "mistakes": mistaken}


if __name__ == "__main__":
    notebook = Path(sys.argv[1]).resolve()
    output, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115
    os.chdir(notebook.parent)
    print(json.dumps(run(notebook, sys.argv[2])), file=output)
