"""The process in which a student's notebook runs: it calls the answers, and judges nothing."""

import copy
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from integrator_lib.course.checks import Exercise, problem
from integrator_lib.course.grading import plain
from integrator_lib.course.grading.grader import exercises_of


def run_cells(notebook: Path) -> dict[str, Any]:
    """Run a notebook's code cells in order and return the names they define.

    A cell that fails does not stop the rest, so that one broken exercise costs no other.
    """
    shell = InteractiveShell.instance()
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"]))
    return shell.user_ns


def call_answers(
    names: Mapping[str, Any], exercises: Sequence[Exercise], cases: Mapping[str, list[tuple]]
) -> dict[str, Any]:
    """Call each answer on its cases.

    Args:
        names: What the notebook defines.
        exercises: They say how an answer is used.
        cases: For each exercise the arguments of its calls.

    Returns:
        For each exercise ``{"results": bytes}``, the results and what the calls left of
        their arguments, or ``{"problem": text}`` if it has no answer or a call failed.
    """
    replies: dict[str, Any] = {}
    for exercise in exercises:
        name = exercise.name
        if name not in names:
            replies[name] = {"problem": f"the notebook defines no {name}"}
            continue
        try:
            left = copy.deepcopy(cases[name])
            results = [exercise.use(names[name], *case) for case in left]
            replies[name] = {"results": plain.pack([results, left])}
        except (Exception, SystemExit) as error:
            replies[name] = {"problem": problem(names[name], error)}
    return replies


def limit_memory(gigabytes: float) -> None:
    """Limit this process's address space and the files it writes; does nothing on Windows."""
    if os.name == "posix":
        import resource

        size = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_FSIZE, (plain.LARGEST, plain.LARGEST))


def main(notebook: str, cases: str, replies: str, gigabytes: str) -> None:
    """Run a notebook and write what its answers return, one file an exercise.

    Args:
        notebook: Path of the notebook.
        cases: Path of the packed cases.
        replies: Folder to write ``NAME.npz`` or ``NAME.txt`` into.
        gigabytes: Largest address space.
    """
    exercises, calls = exercises_of(Path(notebook)), plain.unpack(Path(cases).read_bytes())
    limit_memory(float(gigabytes))
    names = run_cells(Path(notebook))
    for name, reply in call_answers(names, exercises, calls).items():
        if "results" in reply:
            Path(replies, f"{name}.npz").write_bytes(reply["results"])
        else:
            Path(replies, f"{name}.txt").write_text(reply["problem"], encoding="utf-8")
    # A thread that the notebook left running must not keep this process alive.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
