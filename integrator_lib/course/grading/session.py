"""The run of a student's notebook: its imports, definitions and exercises, and what they need."""

import ast
import builtins
import re
import types
from collections.abc import Callable
from typing import Any

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)


class Names(dict):
    """What a notebook's code sees; ``supply`` is asked for a name that is not there."""

    def __init__(self, supply: Callable[[str], None]) -> None:
        super().__init__(vars(builtins), __name__="__main__", display=lambda *_, **__: None)
        self._supply = supply

    def __missing__(self, name: str) -> Any:
        self._supply(name)
        if name in self:
            return self[name]
        raise KeyError(name)


class Main(types.ModuleType):
    """The module that a notebook's code is taken to be in."""

    def __init__(self, names: Names) -> None:
        super().__init__("__main__")
        self._names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(name) from None


class Session:
    """The run of a notebook.

    Attributes:
        names: What its cells have defined.
    """

    def __init__(self, cells: list[dict], tell: Callable) -> None:
        """Prepare the run.

        Args:
            cells: Each with ``number``, ``source`` and whether it is run ``whole``.
            tell: Sends a message to the grader.
        """
        self.names = Names(self._supply)
        self._cells, self._tell = cells, tell
        self._left = [cell for cell in cells if not cell["whole"]]
        self._step: list = ["start", ""]

    def at(self, kind: str, name: Any) -> None:
        """Tell the grader what is done next."""
        self._step = [kind, name]
        self._tell(self._step)

    def run_all(self) -> None:
        """Run the cells in order, wholly or their imports and definitions."""
        for cell in self._cells:
            self._run(cell, cell["whole"])

    def _run(self, cell: dict, whole: bool) -> None:
        """Run a cell; one that fails stops no other."""
        self.at("cell", cell["number"])
        try:
            tree = parse(cell["source"], f"code cell {cell['number']}")
            if not whole:
                tree.body = [node for node in tree.body if isinstance(node, DEFINITIONS)]
            exec(compile(tree, f"code cell {cell['number']}", "exec"), self.names)
        except BaseException as error:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            self._tell(["failed", cell["number"], said])

    def _supply(self, name: str) -> None:
        """Run the cell that gives a name its last value, if it has not been run wholly."""
        step = self._step
        for cell in [cell for cell in reversed(self._left) if stores(cell["source"], name)]:
            if cell in self._left and name not in self.names:
                self._left.remove(cell)
                self._run(cell, whole=True)
        self.at(*step)
        if name in self.names:
            self._tell(["supplied"])


def parse(source: str, name: str = "") -> ast.Module:
    """Parse a cell, without its lines for IPython, such as ``%matplotlib inline``.

    Raises:
        SyntaxError: If it is no Python.
    """
    try:
        return ast.parse(source, name)
    except SyntaxError:
        without = MAGIC.sub(r"\1pass", source)
        if without == source:
            raise
        return ast.parse(without, name)


def stores(source: str, name: str) -> bool:
    """Return whether a cell gives a name a value."""
    if name not in source:
        return False
    try:
        nodes = ast.walk(parse(source))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in nodes
    )
