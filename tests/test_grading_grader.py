"""The grader against honest, unlucky and greedy notebooks."""

import contextlib
import json
import time
from pathlib import Path

import numpy as np
import pytest

from integrator_lib.course.checks import Exercise, Verdict, _exam, chapter01, chapter15
from integrator_lib.course.checks._progress import chapters
from integrator_lib.course.grading import apart, cells, marks, plain
from integrator_lib.course.grading.apart import Limits, Reply
from integrator_lib.course.grading.grader import Grade, exercises_of, grade, source_of_use
from integrator_lib.course.grading.marks import Mark
from integrator_lib.course.grading.submissions import Submission

SOLUTIONS = sorted(Path(__file__).parents[1].glob("notebooks/solutions/*.ipynb"))
ANSWER = "import numpy as np\ndef running_sum(inputs):\n    return np.cumsum(inputs, axis=0)"
STUB = "def running_sum(inputs):\n    raise NotImplementedError('add up')"
WRONG = "import numpy as np\ndef running_sum(inputs):\n    return np.cumsum(inputs, axis=1)"
OTHER = "def final_std(m, s, T):\n    return (4 * m**2 * T**2 + s**2 * T) ** 0.5"


def content(*sources: str, title: str = "# 01 The data") -> bytes:
    found = [{"cell_type": "markdown", "source": [title], "metadata": {}}]
    found += [{"cell_type": "code", "source": [source], "metadata": {}} for source in sources]
    return json.dumps({"cells": found}).encode()


def graded(*sources: str, **options) -> Grade:
    submission = Submission("ada", "", "01.ipynb", content(*sources))
    return grade(submission, **options)


def mark(result: Grade, name: str = "running_sum") -> Mark:
    return next(each for each in result.marks if each.exercise == name)


def test_right_answer_passes_and_missing_ones_do_not() -> None:
    result = graded("%matplotlib inline", "1 / 0", ANSWER)
    assert [m.exercise for m in result.marks if m.status == "passed"] == ["running_sum"]
    assert mark(result).points == 1
    missing = mark(result, "final_std")
    assert (missing.status, missing.points) == ("not yet", 0)
    assert missing.message == "the notebook defines no final_std"


def test_stub_is_not_attempted() -> None:
    assert mark(graded(STUB)).status == "not attempted"


def test_known_mistake_is_named_with_a_small_case() -> None:
    found = mark(graded(WRONG))
    assert "time is the first axis" in found.message
    assert [line.split()[0] for line in found.example.splitlines()] == [
        "inputs:",
        "expected:",
        "got:",
    ]


def test_an_answer_that_stops_is_told_what_else_stops_so() -> None:
    by_hand = "def running_sum(inputs):\n    return inputs.running_sum()"
    assert "AttributeError" in mark(graded(by_hand)).message


@pytest.mark.parametrize(
    ("result", "said"),
    [("list(inputs)[0][0]", "shape"), ("'sum'", "returned str"), ("len", "returned builtin")],
)
def test_what_is_no_array_is_told(result: str, said: str) -> None:
    assert said in mark(graded(f"def running_sum(inputs):\n    return {result}")).message


def test_nested_lists_are_numbers_too() -> None:
    assert mark(graded(ANSWER + ".tolist()")).status == "passed"


def test_an_answer_that_changes_its_input_is_told() -> None:
    in_place = """
def running_sum(inputs):
    for t in range(1, len(inputs)):
        inputs[t] += inputs[t - 1]
    return inputs
"""
    assert "changes its input" in mark(graded(in_place)).message


def test_only_imports_definitions_and_exercises_are_run_unless_asked() -> None:
    noted = "import pathlib\npathlib.Path('seen').touch()"
    reads = (
        "import os\ndef running_sum(inputs):\n    return inputs.cumsum(0) * os.path.exists('seen')"
    )
    assert mark(graded(noted, reads)).status == "not yet"
    assert mark(graded(noted, reads, whole=True)).status == "passed"


@pytest.mark.parametrize(
    "others",
    [
        ("axis = 0",),
        ("axis = 1", "axis = int(zero)", "zero = [0, 1 / 0]", "for zero in range(1): pass"),
        ("along = {}\naxis = 1", "along['it'] = 0", "if True:\n    !ls\naxis = along['it']"),
        ("print(axis)", "%time axis = 0\nimport os\naxis = len(os.listdir())"),
    ],
)
def test_an_answer_that_needs_another_cell_gets_it(others: tuple[str, ...]) -> None:
    found = graded("1 / 0", *others, ANSWER.replace("axis=0", "axis=axis"))
    assert mark(found).status == "passed"


def test_a_name_that_no_cell_gives_is_told() -> None:
    found = mark(graded("axis = axis + 1", ANSWER.replace("axis=0", "axis=axis")))
    assert (found.status, "NameError: name 'axis'" in found.message) == ("not yet", True)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (ANSWER.replace("):", ")"), "stopped with SyntaxError: expected ':' (code cell 1, line 2)"),
        ("import torch\n" + ANSWER, "stopped with ModuleNotFoundError: No module named 'torch'"),
        ("running_sum = [][0]", "stopped with IndexError"),
    ],
)
def test_the_error_of_a_failed_cell_is_reported(cell: str, said: str) -> None:
    result = graded(cell, OTHER)
    assert mark(result).status == "not yet" and said in mark(result).message
    assert mark(result, "final_std").status == "passed"


@pytest.mark.parametrize(
    "endless", ["while True: pass\n" + STUB, "def running_sum(inputs):\n    while True: pass"]
)
def test_what_is_endless_costs_its_own_exercise_and_is_named(endless: str) -> None:
    result = graded(endless, OTHER, limits=Limits(seconds=8))
    assert (mark(result).status, mark(result).points) == ("ungraded", None)
    assert "ran longer than 8 s" in mark(result).message
    assert "while True" in mark(result).message or "running_sum" in mark(result).message
    assert mark(result, "final_std").status == "passed"


def test_a_notebook_that_takes_too_long_in_all_keeps_what_is_known(monkeypatch) -> None:
    monkeypatch.setattr(apart, "SHARE", 1.5)
    sleeps = "def {}(*arguments):\n    import time\n    time.sleep(60)"
    slow = [sleeps.format(name) for name in ("final_std", "step_mean_mse")]
    result = graded(ANSWER, *slow, limits=Limits(seconds=4))
    assert mark(result).status == "passed"
    for name in ("final_std", "step_mean_mse"):
        assert (mark(result, name).status, mark(result, name).points) == ("ungraded", None)
    assert "it ran longer than 6 s in all" in result.problem


def test_messages_do_not_prolong_the_time_of_a_step(monkeypatch) -> None:
    left = [["answer", "running_sum"], *(100 * [["flag", "again"]]), ["done"]]

    class Messages:
        def get(self, timeout: float) -> tuple[list, bytes]:
            time.sleep(0.05)
            return left.pop(0), b""

    monkeypatch.setattr(apart, "_process", lambda *_: contextlib.nullcontext(Messages()))
    job = {"cells": [], "uses": {"running_sum": ""}}
    apart._run_once(job, b"", Limits(seconds=0.5), time.monotonic() + 60, apart.Findings())
    assert len(left) > 50


def test_memory_limit_stops_a_greedy_answer_only() -> None:
    greedy = "import numpy as np\ndef running_sum(inputs):\n    return np.ones(2**30)"
    result = graded(greedy, OTHER)
    assert "MemoryError" in mark(result).message
    assert mark(result, "final_std").status == "passed"


def test_a_cell_that_ends_the_process_costs_its_own_exercise() -> None:
    result = graded("import os\nos._exit(0)\n" + STUB, OTHER)
    assert (mark(result).status, mark(result, "final_std").status) == ("not yet", "passed")
    assert "ended the process" in mark(result).message


def test_control_characters_of_a_message_do_not_reach_the_terminal() -> None:
    shout = "def running_sum(inputs):\n    raise ValueError('\\x1b[2J' + 'x' * 10000)"
    message = mark(graded(shout)).message
    assert "\x1b" not in message
    assert len(message) <= 300


def test_the_same_seed_gives_the_same_case() -> None:
    one, other = (mark(graded(WRONG, seed=5)).example for _ in range(2))
    assert one == other != mark(graded(WRONG)).example


def test_what_is_no_notebook_or_of_another_chapter_is_ungraded() -> None:
    for found, chapter, said in (
        (b"{broken", "01", "not a readable notebook"),
        (content(ANSWER), "02", "of chapter 01, not of chapter 02"),
        (content("print(1)", title="# My notes"), "", "no chapter's title or exercises"),
    ):
        result = grade(Submission("ada", "", "a.ipynb", found), chapter)
        assert said in result.problem and not result.is_graded
        assert {m.status for m in result.marks} <= {"ungraded"}
        assert len(result.marks) == (len(exercises_of(chapter)) if chapter else 0)


def test_a_chapter_is_known_by_its_exercises_and_by_its_title() -> None:
    names = {number: [e.name for e in found] for number, (_, found) in chapters().items()}
    for number, each in names.items():
        stubs = [f"def {name}(x): pass" for name in each]
        assert cells.read(content(*stubs, title="# Homework")).chapter(names) == number
        assert cells.read(content(title=f"# {number} Any")).chapter(names) == number


def test_exercises_of_a_chapter_are_found_by_its_number() -> None:
    assert chapter01.running_sum in exercises_of("01") and exercises_of("77") == []


def use_twice(answer, x):
    import numpy as np

    return np.asarray(answer(answer(x)))


def test_how_an_answer_is_used_goes_to_the_students_process_as_source() -> None:
    twice = Exercise("twice", lambda x: 4 * x, lambda rng: [(1.0,)], (), use=use_twice)
    names: dict = {}
    exec(source_of_use(twice), names)
    assert names["use"](lambda x: 2 * x, 1.0) == 4
    for _, exercises in chapters().values():
        for exercise in exercises:
            if source := source_of_use(exercise):
                names = {}
                exec(source, names)
                assert callable(names["use"]) and "reference" not in source


def test_an_exam_without_its_key_is_ungraded(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(_exam, "KEY", tmp_path / "exam.json")
    for kept in (chapter15._key, chapter15._names, chapter15._truths):
        kept.cache_clear()
    reply = Reply(packed=plain.pack([[np.ones(12)], [()]]))
    found = marks._mark(chapter15.eigenvalues, [()], reply)
    assert (found.status, found.points) == ("ungraded", None)
    assert "no key to the exam" in found.message and "exam.json" in found.message


def test_a_part_of_an_exam_earns_its_share() -> None:
    class Exam(Exercise):
        def judge(self, cases, results, left=None) -> Verdict:
            return Verdict(self.name, "not yet", "3 of 12 are right.", share=3 / 12)

    exam = Exam("names", lambda: 0, lambda rng: [()], ())
    found = marks._mark(exam, [()], Reply(packed=plain.pack([[1.0], [()]])))
    assert (found.status, found.points) == ("not yet", 0.25)


@pytest.mark.slow
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_solution_passes(path: Path) -> None:
    result = grade(Submission("ada", "", path.name, path.read_bytes()))
    assert {m.exercise: m.status for m in result.marks} == {
        e.name: "passed" for e in exercises_of(path.stem[:2])
    }
    assert result.marks and not result.problem
