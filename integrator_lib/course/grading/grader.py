"""Grade a notebook: run it apart, and judge here what its answers returned."""

import ast
import dataclasses
import inspect
import secrets
import sys
import threading

import numpy as np

from integrator_lib.course.checks import Exercise
from integrator_lib.course.checks._progress import chapters
from integrator_lib.course.grading import cells, plain
from integrator_lib.course.grading.apart import Findings, Limits, run
from integrator_lib.course.grading.marks import (
    Mark,
    common_problem,
    mark_all,
    printable,
    to_repeat,
    ungraded,
)
from integrator_lib.course.grading.submissions import Submission

_ONE_AT_A_TIME = threading.Lock()
"""Judging changes NumPy's and Python's settings of warnings, which threads share."""


@dataclasses.dataclass(frozen=True)
class Grade:
    """The marks of a notebook.

    Attributes:
        submission: What was handed in.
        chapter: Two digits; empty if it is not known.
        seed: Seed of the arguments that the answers were called with.
        marks: One an exercise, in the chapter's order; none if the chapter is not known.
        problem: What is to be said of the whole notebook; mostly empty.
        whole: Whether all cells were run, not only imports, definitions and exercises.
    """

    submission: Submission
    chapter: str
    seed: int
    marks: tuple[Mark, ...]
    problem: str = ""
    whole: bool = False

    @property
    def is_graded(self) -> bool:
        """Whether every exercise could be judged."""
        return bool(self.marks) and all(mark.status != "ungraded" for mark in self.marks)


def exercises_of(chapter: str) -> list[Exercise]:
    """Return the exercises of a chapter, named by its two digits; none if it has no checks."""
    return chapters().get(chapter, ("", []))[1]


def grade(
    submission: Submission,
    chapter: str = "",
    limits: Limits | None = None,
    whole: bool = False,
    seed: int | None = None,
) -> Grade:
    """Grade one notebook.

    Args:
        submission: What was handed in.
        chapter: Two digits that it must be of; read from the notebook if empty.
        limits: What it may use; ``Limits()`` if ``None``.
        whole: Whether all cells are run, not only imports, definitions and exercises.
        seed: Seed of the arguments; a fresh secret one if ``None``.
    """
    names = {number: [e.name for e in found] for number, (_, found) in chapters().items()}
    seed = secrets.randbits(48) if seed is None else seed
    try:
        if submission.problem:
            raise ValueError(submission.problem)
        notebook = cells.read(submission.content)
        found = notebook.chapter(names) or chapter
        if not found:
            raise ValueError("no chapter's title or exercises are in it")
        if chapter and found != chapter:
            raise ValueError(f"it is of chapter {found}, not of chapter {chapter}")
    except ValueError as error:
        said = printable(str(error))
        marks = tuple(ungraded(name, said) for name in names.get(chapter, ()))
        return Grade(submission, chapter, seed, marks, said)
    exercises = exercises_of(found)
    with _ONE_AT_A_TIME:
        rng = np.random.default_rng(seed)
        cases = {exercise.name: exercise.draw(rng) for exercise in exercises}
    uses = {exercise.name: source_of_use(exercise) for exercise in exercises}

    def attempt(whole: bool) -> tuple[tuple[Mark, ...], Findings]:
        job = {"cells": notebook.to_run(names[found], whole), "uses": uses, "chapters": names}
        findings = run(job, plain.pack(cases), limits or Limits())
        with _ONE_AT_A_TIME:
            return mark_all(notebook, exercises, cases, findings), findings

    marks, findings = attempt(whole)
    again = set() if whole else to_repeat(notebook, marks, findings)
    if again:
        others, findings = attempt(whole=True)
        pairs = zip(marks, others, strict=True)
        marks = tuple(other if one.exercise in again else one for one, other in pairs)
    problem = common_problem(notebook, names[found], findings)
    return Grade(submission, found, seed, marks, problem, whole)


def source_of_use(exercise: Exercise) -> str:
    """Return the source of how an exercise uses an answer, with its module's imports.

    It goes to the process that holds no right answer. Empty if the answer is just called.
    """
    if exercise.use is Exercise.use:
        return ""
    name = exercise.use.__name__
    module = ast.parse(inspect.getsource(sys.modules[exercise.use.__module__]))
    kept: list[ast.stmt] = [
        node
        for node in module.body
        if (isinstance(node, ast.Import | ast.ImportFrom) and "checks" not in ast.unparse(node))
        or (isinstance(node, ast.FunctionDef) and node.name == name)
    ]
    return f"{ast.unparse(ast.Module(kept, []))}\nuse = {name}"
