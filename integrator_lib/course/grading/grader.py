"""Run a student's notebook apart, and judge here what its answers returned."""

import contextlib
import dataclasses
import importlib
import importlib.util
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from integrator_lib._arguments import real_number
from integrator_lib.course.checks import Exercise, Verdict
from integrator_lib.course.grading import plain

LONGEST_MESSAGE = 300


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a notebook may use.

    Attributes:
        seconds: Time for the whole notebook and its answers.
        gigabytes: Address space of its process; not enforced on Windows.
    """

    seconds: float = 300.0
    gigabytes: float = 16.0

    def __post_init__(self) -> None:
        real_number("seconds", self.seconds, above=0)
        real_number("gigabytes", self.gigabytes, above=0)


@dataclasses.dataclass(frozen=True)
class Grade:
    """The verdicts on a notebook's exercises.

    Attributes:
        notebook: Path of the notebook.
        chapter: Two digits.
        verdicts: One an exercise, in the chapter's order.
        problem: Why no answer could be called; empty if they could.
    """

    notebook: str
    chapter: str
    verdicts: tuple[Verdict, ...]
    problem: str = ""

    @property
    def passed(self) -> int:
        """Number of exercises passed."""
        return sum(verdict.status == "passed" for verdict in self.verdicts)


def chapter_of(notebook: Path) -> str:
    """Return the chapter a notebook belongs to: the first two-digit number in its name.

    Raises:
        ValueError: If its name holds none.
    """
    match = re.search(r"(?<!\d)\d\d(?!\d)", notebook.stem)
    if match is None:
        raise ValueError(
            f"notebook must have its chapter's number in its name, got {notebook.name}"
        )
    return match[0]


def exercises_of(notebook: Path) -> list[Exercise]:
    """Return the exercises of a notebook's chapter, in order; none if it has no checks.

    Raises:
        ValueError: If the notebook's name holds no chapter number.
    """
    name = f"integrator_lib.course.checks.chapter{chapter_of(notebook)}"
    if importlib.util.find_spec(name) is None:
        return []
    values = vars(importlib.import_module(name)).values()
    return [value for value in values if isinstance(value, Exercise)]


def grade(notebook: Path, limits: Limits | None = None, seed: int | None = None) -> Grade:
    """Grade one notebook.

    Args:
        notebook: A student's notebook; its name holds the chapter's number.
        limits: What it may use; ``Limits()`` if ``None``.
        seed: Seed of the inputs; a fresh secret one if ``None``.

    Returns:
        The grade.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If its chapter is unknown or has no exercises.
    """
    notebook = Path(notebook).resolve()
    if not notebook.is_file():
        raise FileNotFoundError(f"notebook must be a file, got {notebook}")
    exercises = exercises_of(notebook)
    if not exercises:
        raise ValueError(f"chapter {chapter_of(notebook)} has no exercises to grade")
    rng = np.random.default_rng(secrets.randbits(64) if seed is None else seed)
    cases = {exercise.name: exercise.draw(rng) for exercise in exercises}
    with tempfile.TemporaryDirectory() as folder:
        problem = _run_apart(notebook, plain.pack(cases), Path(folder), limits or Limits())
        verdicts = tuple(_judge(e, cases[e.name], Path(folder), problem) for e in exercises)
    return Grade(str(notebook), chapter_of(notebook), verdicts, problem)


def _run_apart(notebook: Path, cases: bytes, folder: Path, limits: Limits) -> str:
    """Run the worker in ``folder`` and return what went wrong, in words; nothing if it ended."""
    inputs = folder / "cases"
    inputs.write_bytes(cases)
    command = [sys.executable, "-P", "-m", "integrator_lib.course.grading.worker"]
    command += [str(notebook), str(inputs), str(folder), str(limits.gigabytes)]
    library = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": library}
    environment |= {"IPYTHONDIR": str(folder / "ipython")}
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    if os.name == "posix":
        quiet |= {"start_new_session": True}
    process = subprocess.Popen(command, cwd=folder, env=environment, **quiet)
    try:
        status = process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        return f"the notebook ran longer than {limits.seconds:g} s"
    finally:
        _stop(process)
    return "" if status == 0 else f"the notebook's process stopped early (status {status})"


def _stop(process: subprocess.Popen) -> None:
    """End the worker and what it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _judge(exercise: Exercise, cases: list[tuple], folder: Path, problem: str) -> Verdict:
    """Judge one exercise by the file that the worker left, with the grader's own cases."""
    text, results = folder / f"{exercise.name}.txt", folder / f"{exercise.name}.npz"
    if text.is_file():
        said = _printable(text.read_text(encoding="utf-8", errors="replace"))
        if said == "not attempted":
            return Verdict(exercise.name, "not attempted")
        return Verdict(exercise.name, "not yet", said)
    if not results.is_file():
        return Verdict(exercise.name, "not yet", problem or "no result came back")
    try:
        return exercise.judge(cases, *_results(results, len(cases)))
    except Exception as error:
        return Verdict(exercise.name, "not yet", _printable(f"the result cannot be read: {error}"))


def _results(path: Path, count: int) -> tuple[list, list]:
    """Read the results of ``count`` calls, and what the calls left of their arguments."""
    match plain.unpack(path.read_bytes()):
        case [list(results), list(left)] if len(results) == len(left) == count:
            return results, left
    raise ValueError(f"{count} results were expected")


def _printable(text: str) -> str:
    """Return the start of a text on one line, without control characters."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(line[:LONGEST_MESSAGE].split())
