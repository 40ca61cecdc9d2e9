"""The process in which a student's code runs: it calls the answers, and judges nothing.

It holds no right answer. It gets cells and the arguments of calls, and sends back what the
calls returned, as plain arrays.
"""

import ast
import builtins
import copy
import os
import re
import sys
import types
from collections.abc import Callable
from typing import Any, BinaryIO

from integrator_lib.course.grading import fence, frames, stand_ins
from integrator_lib.course.stopped import problem

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)


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


def parse(source: str, name: str = "") -> ast.Module:
    """Parse a cell, without its lines for IPython, such as ``%matplotlib inline``.

    Raises:
        SyntaxError: If it is no Python.
    """
    try:
        return ast.parse(source, name)
    except SyntaxError:
        without = MAGIC.sub("", source)
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


def call_answers(
    session: Session, uses: dict[str, str], cases: dict[str, list[tuple]], tell: Callable
) -> None:
    """Call each answer on its cases and send what came.

    Args:
        session: The notebook, run.
        uses: For each exercise the source of the function that uses an answer; may be empty.
        cases: For each exercise the arguments of its calls.
        tell: Sends a message to the grader.
    """
    from integrator_lib.course.grading import plain

    for name in (name for name in uses if name in session.names):
        answer, left, results = session.names[name], copy.deepcopy(cases[name]), []
        session.at("answer", name)
        said, kind, text = "", "", ""
        try:
            use = _use(uses[name])
            for case in left:
                results.append(use(answer, *case))
        except BaseException as error:
            said, kind, text = problem(answer, error), type(error).__name__, str(error)
        try:
            payload = plain.pack([results, left])
        except BaseException:
            kinds = ", ".join(sorted({type(result).__name__ for result in results}))
            tell(["result", name, f"It should return numbers, it returned {kinds}.", "", ""])
        else:
            tell(["result", name, said, kind, text], payload)


def _use(source: str) -> Callable:
    if not source:
        return lambda answer, *case: answer(*case)
    names: dict[str, Any] = {}
    exec(source, names)
    return names["use"]


def limit_memory(gigabytes: float) -> None:
    """Limit this process's memory and the files it writes; does nothing on Windows."""
    if os.name == "posix":
        import resource

        size = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_FSIZE, (frames.LARGEST, frames.LARGEST))


def _channel() -> BinaryIO:
    """Return standard output for messages alone: what the notebook prints goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb", 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return replies


def main() -> None:
    """Read a job from standard input, do it, and write what came to standard output."""
    message = frames.read(sys.stdin.buffer)
    assert message is not None
    (job,), packed = message
    replies = _channel()

    def tell(header: list, payload: bytes = b"") -> None:
        frames.write(replies, header, payload)

    limit_memory(job["gigabytes"])
    fence.close(os.getcwd(), tuple(job["readable"]), lambda words: tell(["flag", words]))
    stand_ins.install(job["chapters"])
    session = Session(job["cells"], tell)
    sys.modules["__main__"] = Main(session.names)
    session.run_all()
    from integrator_lib.course.grading import plain

    call_answers(session, job["uses"], plain.unpack(packed), tell)
    tell(["done"])
    # A thread that the notebook left running must not keep this process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
