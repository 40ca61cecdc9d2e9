"""The grader against honest, lazy and dishonest notebooks."""

import json
from pathlib import Path

import pytest

from integrator_lib.course.checks import Exercise, chapter01
from integrator_lib.course.grading import Grade, Limits, exercises_of, grade, worker
from integrator_lib.course.grading.__main__ import main

ANSWER = "import numpy as np\ndef running_sum(inputs):\n    return np.cumsum(inputs, axis=0)"
STUB = "def running_sum(inputs):\n    raise NotImplementedError('add up')"
WRONG = "import numpy as np\ndef running_sum(inputs):\n    return np.cumsum(inputs, axis=1)"
PATCHED = """
import integrator_lib.course.checks as checks, integrator_lib.course.checks._exercise as inner
def always(self, cases, results):
    return inner.Verdict(self.name, "passed")
inner.Exercise.judge = always
checks.check = lambda *anything: print("running_sum: passed")
print("running_sum: passed")
"""


def write(folder: Path, *sources: str, name: str = "01_the_data.ipynb") -> Path:
    cells = [{"cell_type": "markdown", "source": ["# 01"], "metadata": {}}]
    cells += [{"cell_type": "code", "source": [source], "metadata": {}} for source in sources]
    path = folder / name
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def running_sum(result: Grade):  # type: ignore[no-untyped-def]
    return next(verdict for verdict in result.verdicts if verdict.name == "running_sum")


def test_right_answer_passes_and_missing_ones_do_not(tmp_path: Path) -> None:
    result = grade(write(tmp_path, "1 / 0", "%matplotlib inline", ANSWER))
    assert running_sum(result).status == "passed"
    assert result.passed == 1
    missing = next(v for v in result.verdicts if v.name == "final_std")
    assert (missing.status, missing.message) == ("not yet", "the notebook defines no final_std")


def test_stub_is_not_attempted(tmp_path: Path) -> None:
    assert running_sum(grade(write(tmp_path, STUB))).status == "not attempted"


@pytest.mark.parametrize(
    "lie",
    [
        PATCHED,
        "import os; print('running_sum: passed', flush=True); os._exit(0)",
        "import atexit; atexit.register(print, 'running_sum: passed'); raise SystemExit(0)",
        "import numpy as np; np.testing.assert_allclose = lambda *a, **k: None; np.abs = len",
        "open('running_sum.npz', 'wb').write(b'passed'); import os; os._exit(0)",
    ],
    ids=["patched checker", "early exit", "exit message", "patched numpy", "forged result"],
)
def test_no_trick_turns_a_wrong_answer_into_a_pass(tmp_path: Path, lie: str) -> None:
    result = grade(write(tmp_path, WRONG, lie))
    assert result.passed == 0
    assert running_sum(result).status == "not yet"


def test_known_mistake_is_named(tmp_path: Path) -> None:
    assert "time is the first axis" in running_sum(grade(write(tmp_path, WRONG))).message


def test_an_answer_that_changes_its_inputs_is_judged_on_the_graders_own(tmp_path: Path) -> None:
    zeros = "def running_sum(inputs):\n    inputs[...] = 0\n    return inputs"
    assert running_sum(grade(write(tmp_path, zeros))).status == "not yet"


def test_endless_notebook_is_stopped(tmp_path: Path) -> None:
    result = grade(write(tmp_path, ANSWER, "while True: pass"), Limits(seconds=4))
    assert result.problem == "the notebook ran longer than 4 s"
    assert result.passed == 0


def test_memory_limit_stops_a_greedy_answer_only(tmp_path: Path) -> None:
    greedy = "import numpy as np\ndef final_std(m, s, T):\n    return np.ones(2**34)"
    result = grade(write(tmp_path, greedy, ANSWER))
    assert running_sum(result).status == "passed"
    assert "MemoryError" in next(v for v in result.verdicts if v.name == "final_std").message


def test_control_characters_of_a_message_do_not_reach_the_terminal(tmp_path: Path) -> None:
    shout = "def running_sum(inputs):\n    raise ValueError('\\x1b[2J' + 'x' * 10000)"
    message = running_sum(grade(write(tmp_path, shout))).message
    assert "\x1b" not in message
    assert len(message) <= 300


def test_table_and_json_are_written(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    target = tmp_path / "grades.json"
    assert main([str(write(tmp_path, ANSWER)), "--json", str(target)]) == 0
    assert "1 of 5 passed" in capsys.readouterr().out
    (entry,) = json.loads(target.read_text())
    assert (entry["passed"], entry["of"], entry["chapter"]) == (1, 5, "01")


@pytest.mark.parametrize("name", ["notes.ipynb", "77_unknown.ipynb"])
def test_notebook_of_no_chapter_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture
) -> None:
    assert main([str(write(tmp_path, ANSWER, name=name))]) == 2
    assert "cannot grade" in capsys.readouterr().err


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="notebook must be a file"):
        grade(tmp_path / "01_the_data.ipynb")


def test_unreadable_result_is_not_a_pass(tmp_path: Path) -> None:
    forged = "open('running_sum.npz', 'wb').write(b'passed')"
    result = grade(write(tmp_path, forged, "import os; os._exit(0)"))
    assert "cannot be read" in running_sum(result).message


def test_exercises_of_a_chapter_are_found_by_its_number() -> None:
    assert chapter01.running_sum in exercises_of(Path("handed_in_01_by_ada.ipynb"))


def test_worker_runs_cells_past_failures_and_calls_answers(tmp_path: Path) -> None:
    names = worker.run_cells(write(tmp_path, "1 / 0", ANSWER, STUB.replace("running", "slow")))
    cases = {"running_sum": [([1.0, 2.0],)], "slow_sum": [([1.0],)], "absent": [()], "f": [()]}
    exercises = [Exercise(name, len, lambda rng: [], ()) for name in cases]
    replies = worker.call_answers(names | {"f": lambda: int("x")}, exercises, cases)
    results, left = worker.plain.unpack(replies["running_sum"]["results"])
    assert list(results[0]) == [1.0, 3.0] and left == [([1.0, 2.0],)]
    assert replies["slow_sum"] == {"problem": "not attempted"}
    assert replies["absent"] == {"problem": "the notebook defines no absent"}
    assert "ValueError" in replies["f"]["problem"]


def test_an_answer_that_changes_its_input_is_told(tmp_path: Path) -> None:
    in_place = """
def running_sum(inputs):
    for t in range(1, len(inputs)):
        inputs[t] += inputs[t - 1]
    return inputs
"""
    assert "changes its input" in running_sum(grade(write(tmp_path, in_place))).message
