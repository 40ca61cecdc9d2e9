"""Ways to a right answer, or to a mark without one: none of them leads there."""

import functools
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from integrator_lib.course import checks
from integrator_lib.course.grading import fence, landlock, processes
from integrator_lib.course.grading.grader import grade
from integrator_lib.course.grading.marks import Mark
from integrator_lib.course.grading.submissions import Submission

CHECKS = Path(checks.__file__).parent
SOLUTION = next((CHECKS.parents[2] / "notebooks" / "solutions").glob("01_*.py"))
FAKE = "\ndef running_sum(inputs):\n    return inputs\n"

ATTACKS = {
    "the reference itself": """
from integrator_lib.course.checks import chapter01
running_sum = chapter01.running_sum.reference
""",
    "the reference, when called": """
def running_sum(inputs):
    from integrator_lib.course.checks import chapter01
    return chapter01._running_sum(inputs)
""",
    "the checks, imported past the stand-ins": f"""
import importlib.util, sys
sys.modules.pop("integrator_lib.course.checks.chapter01")
spec = importlib.util.spec_from_file_location("real", {str(CHECKS / "chapter01.py")!r})
real = importlib.util.module_from_spec(spec)
spec.loader.exec_module(real)
running_sum = real.running_sum.reference
""",
    "the solutions, read from disk": f"""
source = open({str(SOLUTION)!r}).read()
start = source.index("def running_sum")
exec(source[start:source.index("# %%", start)])
""",
    "the checks, by way of a link": f"""
import os
os.symlink({str(CHECKS)!r}, "here")
exec(open("here/chapter01.py").read())
running_sum = _running_sum
""",
    "the library, changed on disk": f"""
with open({str(CHECKS / "_exercise.py")!r}, "a") as file:
    file.write("Exercise.judge = lambda self, *_: Verdict(self.name, 'passed')")
"""
    + FAKE,
    "a function of the library": """
from integrator_lib.theory import slope_mse as running_sum
""",
    "objects of the interpreter, searched": """
import gc, sys
def running_sum(inputs):
    frame, found = sys._getframe(), list(gc.get_objects())
    while frame:
        found += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    for each in found:
        if type(each).__name__ == "Exercise" and each.name == "running_sum":
            return each.reference(inputs)
        if type(each).__name__ == "function" and each.__name__ in ("_running_sum", "judge"):
            return each(inputs)
    return inputs
""",
    "check, judge, pack and NumPy, replaced": """
import numpy as np, integrator_lib.course.checks as checks
from integrator_lib.course.grading import plain
checks.check = lambda *_: print("running_sum: passed")
np.allclose = lambda *_, **__: True
np.abs = np.testing.assert_allclose = lambda *_, **__: 0.0
plain.pack = lambda value: b"passed"
"""
    + FAKE,
    "an object that equals everything": """
import numpy as np
class Yes(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0 * other
    __rsub__ = __sub__
    def __array__(self, *_, **__): return self
    def __array_ufunc__(self, *_, **__): return 0.0
def running_sum(inputs):
    return np.asarray(inputs).view(Yes)
""",
    "the grader's channel, written to": """
import json, os
def say(header, payload=b""):
    head = json.dumps(header).encode()
    data = len(head).to_bytes(4, "little") + len(payload).to_bytes(4, "little") + head + payload
    for number in range(3, 30):
        try: os.write(number, data)
        except OSError: pass
say(["answer", "running_sum"]); say(["result", "running_sum", "passed", "", ""]); say(["done"])
"""
    + FAKE,
    "an early end": "import sys\nprint('running_sum: passed')\n" + FAKE + "sys.exit(0)",
    "an end without a farewell": "import os\n" + FAKE + "os._exit(0)",
    "words at the end": "import atexit\natexit.register(print, 'passed')\n" + FAKE,
    "a second process": """
import os
if os.fork():
    os._exit(0)
"""
    + FAKE,
    "the grader, stopped or read": """
import os, signal
mind = open(f"/proc/{os.getppid()}/mem", "rb").read(10)
os.kill(os.getppid(), signal.SIGTERM)
"""
    + FAKE,
    "files of results": """
for name in ("running_sum.npz", "running_sum.txt", "grades.json", "result"):
    open(name, "w").write("passed")
"""
    + FAKE,
}
FLAGGED = set(list(ATTACKS)[:7])
"""Those that reach for a right answer, for the course's files, or for its own functions."""


def running_sum(source: str) -> Mark:
    cell = {"cell_type": "code", "source": source, "metadata": {"tags": ["exercise"]}}
    content = json.dumps({"cells": [cell]}).encode()
    marks = grade(Submission("eve", "", "01.ipynb", content), "01").marks
    return next(mark for mark in marks if mark.exercise == "running_sum")


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_leads_to_a_mark(name: str) -> None:
    library = {path: path.read_bytes() for path in CHECKS.glob("*.py")}
    mark = running_sum(ATTACKS[name])
    assert mark.status != "passed" and mark.points == 0, mark
    assert (mark.status == "flagged") == (name in FLAGGED), mark
    assert {path: path.read_bytes() for path in CHECKS.glob("*.py")} == library


def test_an_honest_answer_passes_the_same_way() -> None:
    assert running_sum(FAKE.replace("return inputs", "return inputs.cumsum(0)")).status == "passed"


BEHIND_PYTHON = {
    "C's own way to open a file": f"""
import ctypes
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
assert libc.fopen(b"/usr/bin/env", b"r")
assert libc.fopen({os.fsencode(CHECKS / "chapter01.py")!r}, b"r")
""",
    "another program": f"""
import os
from multiprocessing.util import spawnv_passfds
read, write = os.pipe()
os.dup2(write, 1)
os.close(write)
spawnv_passfds(b"/bin/cat", ["/bin/cat", {str(CHECKS / "chapter01.py")!r}], [])
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
assert os.read(read, 100)
""",
    "a folder's descriptor": f"""
import os
folder = os.open({str(CHECKS.parent)!r}, os.O_RDONLY)
assert os.open("checks/chapter01.py", os.O_RDONLY, dir_fd=folder)
""",
}


@pytest.mark.skipif(not landlock.version(), reason="this system has no Landlock")
@pytest.mark.parametrize("name", BEHIND_PYTHON)
def test_the_kernel_refuses_what_python_does_not_see(name: str) -> None:
    cell = BEHIND_PYTHON[name] + FAKE.replace("return inputs", "return inputs.cumsum(0)")
    mark = running_sum(cell)
    assert mark.status == "not yet"
    assert "AssertionError" in mark.message or "PermissionError" in mark.message


def test_the_checks_are_never_among_what_may_be_read(tmp_path: Path) -> None:
    parts = list(fence._without_checks(str(CHECKS.parents[2])))
    assert str(CHECKS.parent / "stopped.py") in parts
    assert not [part for part in parts if fence.within(str(CHECKS), part)]
    assert list(fence._without_checks(str(tmp_path))) == [str(tmp_path)]


def test_without_landlock_the_hook_alone_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock.sys, "platform", "darwin")
    assert landlock.version() == 0 and not landlock.restrict([], [])


def test_a_process_started_anew_is_fenced_in_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "start", processes.spawn)
    attack = ATTACKS["the solutions, read from disk"]
    assert running_sum(attack).status == "flagged"
    assert running_sum(FAKE.replace("return inputs", "return inputs.cumsum(0)")).status == "passed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the nursery is for Linux")
def test_a_nursery_that_was_ended_is_started_again() -> None:
    os.kill(processes.nursery()._popen.pid, signal.SIGKILL)
    processes.nursery()._popen.wait()
    assert running_sum(FAKE.replace("return inputs", "return inputs.cumsum(0)")).status == "passed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the nursery is for Linux")
def test_threads_that_need_a_nursery_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    class Slow:
        def __init__(self) -> None:
            started.append(self)
            time.sleep(0.2)

        def has_ended(self) -> bool:
            return False

    monkeypatch.setattr(processes, "_only_nursery", functools.cache(Slow))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: processes.nursery(), range(2))
    assert one is other is started[-1] and len(started) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the nursery is for Linux")
def test_a_nursery_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WORKER", (sys.executable, "-c", "pass"))
    with pytest.raises(RuntimeError, match="ended while it imported the library"):
        processes.Nursery()


def test_a_students_process_has_no_module_of_the_checks() -> None:
    cell = """
import sys
real = [m for m in sys.modules.values() if "checks" in (getattr(m, "__file__", None) or "")]
def running_sum(inputs):
    return inputs.cumsum(0) + len(real)
"""
    assert running_sum(cell).status == "passed"


def test_a_process_that_the_kernel_does_not_hold_runs_nothing(monkeypatch) -> None:
    monkeypatch.setattr(landlock, "restrict", lambda *_: False)
    monkeypatch.setattr(landlock, "version", lambda: 1)
    with pytest.raises(RuntimeError, match="does not hold this process"):
        fence.close(".", print)
