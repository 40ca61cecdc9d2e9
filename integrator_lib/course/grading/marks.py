"""Judge what a student's answers returned, with the grader's own arguments."""

import dataclasses
from collections.abc import Mapping, Sequence

from integrator_lib.course.checks import Exercise, Verdict
from integrator_lib.course.checks._exam import KEY, NoKeyError
from integrator_lib.course.grading import plain
from integrator_lib.course.grading.apart import Findings, Reply
from integrator_lib.course.grading.cells import Notebook

LONGEST_MESSAGE = 300


@dataclasses.dataclass(frozen=True)
class Mark:
    """What came of an exercise.

    Attributes:
        exercise: Its name.
        status: ``"passed"``, ``"not yet"``, ``"not attempted"``, ``"flagged"`` or
            ``"ungraded"``. A flagged one reached for a right answer: a person has to look. An
            ungraded one could not be judged.
        message: What to look at; empty if it is passed.
        example: A call with what was expected and what came; may be empty.
        points: 1 if it is passed, less for a part of an exam, 0 for nothing right; ``None`` if
            it is ungraded.
    """

    exercise: str
    status: str
    message: str = ""
    example: str = ""
    points: float | None = 0


def ungraded(name: str, said: str) -> Mark:
    """Return the mark of an exercise that could not be judged."""
    return Mark(name, "ungraded", printable(said), points=None)


def mark_all(
    notebook: Notebook,
    exercises: Sequence[Exercise],
    cases: Mapping[str, list[tuple]],
    findings: Findings,
) -> tuple[Mark, ...]:
    """Return the marks of a notebook's exercises.

    Args:
        notebook: The notebook.
        exercises: The exercises of its chapter.
        cases: For each exercise the arguments of the calls, as the grader drew them.
        findings: What came of running it.
    """
    flagged = _flagged(notebook, [exercise.name for exercise in exercises], findings)
    marks = []
    for exercise in exercises:
        name = exercise.name
        if name in flagged:
            said = printable(f"A person has to look: {flagged[name]}")
            marks.append(Mark(name, "flagged", said))
        elif name in findings.replies:
            marks.append(_mark(exercise, cases[name], findings.replies[name]))
        else:
            marks.append(_mark_of_none(name, notebook, findings))
    return tuple(marks)


def to_repeat(notebook: Notebook, marks: Sequence[Mark], findings: Findings) -> set[str]:
    """Return the exercises that are not right and depend on what other cells do.

    Such a cell was run for a name that it sets; yet another one may change what it holds.
    """
    return {
        mark.exercise
        for mark in marks
        if mark.status == "not yet"
        and any(
            place == mark.exercise
            if kind == "answer"
            else any(c.number == place and c.defines(mark.exercise) for c in notebook.cells)
            for kind, place in findings.supplied
        )
    }


def common_problem(notebook: Notebook, names: Sequence[str], findings: Findings) -> str:
    """Say what stopped that belongs to none of the named exercises: an import, mostly."""
    said = [
        f"{cell} {_how(findings.failed[cell.number])}"
        for cell in notebook.cells
        if cell.number in findings.failed and not any(map(cell.defines, names))
    ]
    return printable("; ".join(filter(None, [findings.problem, *said])))


def _flagged(notebook: Notebook, names: Sequence[str], findings: Findings) -> dict[str, str]:
    """Return for each exercise that something forbidden was done for what that was.

    What a cell does is done for the exercises that it defines, or for all if it defines none.
    """
    found: dict[str, str] = {}
    for (kind, place), words in findings.flags.items():
        defined = [
            name
            for cell in notebook.cells
            for name in names
            if (kind, place) == ("cell", cell.number) and cell.defines(name)
        ]
        for name in [place] if kind == "answer" else defined or names:
            found.setdefault(name, words)
    return found


def _how(failure: Reply) -> str:
    return f"stopped with {failure.said}" if failure.kind else failure.said


def _mark_of_none(name: str, notebook: Notebook, findings: Findings) -> Mark:
    """Say why there is no answer to call."""
    for cell in reversed(notebook.cells):
        if cell.defines(name) and cell.number in findings.failed:
            failure = findings.failed[cell.number]
            said = printable(f"{cell} {_how(failure)}")
            return Mark(name, "not yet", said) if failure.in_time else ungraded(name, said)
    if findings.problem:
        return ungraded(name, findings.problem)
    return Mark(name, "not yet", f"the notebook defines no {name}")


def _mark(exercise: Exercise, cases: list[tuple], reply: Reply) -> Mark:
    """Judge one answer by what came back."""
    name = exercise.name
    if not reply.in_time:
        return ungraded(name, f"{name} {reply.said}")
    if reply.said == "not attempted":
        return Mark(name, reply.said)
    try:
        verdict = _verdict(exercise, cases, reply)
    except NoKeyError:
        return ungraded(name, f"there is no key to the exam: put {KEY.name} beside the checks")
    except Exception as error:
        return Mark(name, "not yet", printable(f"the result cannot be read: {error}"))
    example = "\n".join(printable(line) for line in verdict.example.splitlines())
    message = printable(verdict.message)
    return Mark(name, verdict.status, message, example, round(verdict.points, 3))


def _verdict(exercise: Exercise, cases: list[tuple], reply: Reply) -> Verdict:
    """Return the verdict of a check on a reply.

    Raises:
        ValueError: If the reply holds anything but results and arguments.
    """
    if not reply.packed:
        return Verdict(exercise.name, "not yet", reply.said)
    match plain.unpack(reply.packed):
        case [list(results), list(left)] if len(results) <= len(left) == len(cases):
            pass
        case _:
            raise ValueError(f"{len(cases)} results were expected")
    if reply.kind:
        stopped = type(reply.kind, (Exception,), {})(reply.text)
        why = exercise.why(cases[: len(results) + 1], results, stopped)
        return Verdict(exercise.name, "not yet", reply.said + why)
    return exercise.judge(cases, exercise.scored(cases, results), left)


def printable(text: str) -> str:
    """Return the start of a text on one line, without control characters."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(line[:LONGEST_MESSAGE].split())
