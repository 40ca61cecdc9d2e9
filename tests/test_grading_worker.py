"""The parts of a student's process, one by one."""

import os
import sys
from pathlib import Path

import pytest

from integrator_lib.course import checks
from integrator_lib.course.grading import fence, frames, plain, stand_ins, worker
from integrator_lib.course.grading.session import Main, Session, stores

CHECKS = Path(checks.__file__).parent


def session(*sources: str, whole: tuple[int, ...] = ()) -> tuple[Session, list]:
    cells = [
        {"number": number, "source": source, "whole": number in whole}
        for number, source in enumerate(sources, start=1)
    ]
    told: list = []
    made = Session(cells, lambda header, payload=b"": told.append((header, payload)))
    made.run_all()
    return made, told


def test_imports_and_definitions_are_run_and_what_they_need() -> None:
    made, told = session(
        "import math\nx = 1 / 0",
        "%matplotlib inline\nscale = math.pi",
        "def area(r, scale=scale):\n    return scale * r**2",
        "def (",
    )
    assert made.names["area"](1) > 3 and "x" not in made.names
    heads = [head for head, _ in told]
    assert heads[:3] == [["cell", 1], ["cell", 2], ["cell", 3]]
    assert heads[3:6] == [["cell", 2], ["cell", 3], ["supplied"]]
    assert heads[7][:2] == ["failed", 4] and "SyntaxError" in heads[7][2]
    assert Main(made.names).area is made.names["area"]
    with pytest.raises(AttributeError, match="nothing"):
        _ = Main(made.names).nothing


def test_a_cell_stores_what_it_assigns_and_not_what_it_reads() -> None:
    source = "a, (b, *c) = d\nwith open(e) as f: pass\nfor g in h: i[0] = 1"
    assert [name for name in "abcdefghi" if stores(source, name)] == list("abcfg")
    assert not stores("a = (", "a")


def test_answers_are_called_and_what_stops_them_is_told() -> None:
    made, told = session(
        "def double(x):\n    return 2 * x",
        "def stub(x):\n    raise NotImplementedError('write me')",
        "def fails(x):\n    return int('x')",
        "def text(x):\n    return 'two'\ndef strange(x):\n    return len",
    )
    told.clear()
    names = ("double", "stub", "fails", "strange", "absent", "twice")
    made.names["twice"] = made.names["double"]
    uses = dict.fromkeys(names, "") | {"twice": "def use(f, x): return f(f(x))"}
    cases = {name: [(1.0,), (2.0,)] for name in names}
    worker.call_answers(made, uses, cases, lambda head, data=b"": told.append((head, data)))
    found = {head[1]: (head[2:], data) for head, data in told if head[0] == "result"}
    assert plain.unpack(found["double"][1]) == [[2.0, 4.0], [(1.0,), (2.0,)]]
    assert plain.unpack(found["twice"][1])[0] == [4.0, 8.0]
    assert found["stub"][0][0] == "not attempted"
    assert found["fails"][0][1] == "ValueError"
    assert "returned builtin_function_or_method" in found["strange"][0][0]
    assert "absent" not in found


@pytest.fixture
def asked(tmp_path: Path):
    """Return a hook that guards a folder, and the list of what it tells the grader."""
    flags: list[str] = []
    pythons = [os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix)]
    return fence._hook(str(tmp_path.resolve()), pythons, flags.append), flags


@pytest.mark.parametrize(
    ("event", "arguments", "flagged"),
    [
        ("open", (str(CHECKS / "chapter01.py"), "r", 0), True),
        ("open", (os.fsencode(CHECKS / "exam.json"), None, os.O_RDONLY), True),
        ("open", (str(CHECKS.parents[2] / "notebooks" / "01_the_data.py"), "r", 0), True),
        ("open", (str(CHECKS.parents[1] / "theory.py"), "r+", os.O_RDWR), True),
        ("open", (str(Path.home() / "notes"), "w", os.O_WRONLY), False),
        ("open", (Path("any"), "r", 0), False),
        ("os.remove", (str(CHECKS.parents[1] / "theory.py"), -1), True),
        ("os.rename", ("mine", str(Path.home() / "yours"), -1, -1), False),
        ("subprocess.Popen", ("ls", ["ls"], None, None), False),
        ("os.fork", (), False),
        ("socket.getaddrinfo", ("example.org", 80, 0, 0, 0), False),
        ("socket.connect", (None, ("127.0.0.1", 80)), False),
        (fence.REFERENCE, ("running_sum.reference",), True),
    ],
)
def test_the_hook_refuses_and_tells_what_reaches_for_an_answer(
    event: str, arguments: tuple, flagged: bool, asked, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hook, flags = asked
    with pytest.raises(PermissionError, match="not allowed while it is graded"):
        hook(event, arguments)
    assert bool(flags) == flagged


def test_the_hook_lets_honest_code_pass(asked, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    hook, flags = asked
    hook("open", ("figure.png", "wb", os.O_WRONLY | os.O_CREAT))
    hook("open", (os.devnull, "w", os.O_WRONLY))
    hook("open", (str(CHECKS.parents[1] / "theory.py"), "r", os.O_RDONLY))
    hook("open", (os.__file__, "r", os.O_RDONLY))
    hook("open", (3, "w", os.O_WRONLY))
    hook("os.remove", ("figure.png", -1))
    hook("import", ("json", None, None, None, None))
    assert not flags


@pytest.fixture
def checks_come_back():
    """Put the checks back where a test puts stand-ins."""
    loaded = {n: m for n, m in sys.modules.items() if n.startswith(stand_ins.PACKAGE)}
    yield
    for name in [name for name in sys.modules if name.startswith(stand_ins.PACKAGE)]:
        del sys.modules[name]
    sys.modules.update(loaded)
    sys.modules["integrator_lib.course"].checks = checks


@pytest.mark.usefixtures("checks_come_back")
def test_stand_ins_take_the_place_of_the_checks(monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(stand_ins.sys, "audit", lambda event, name: asked.append(name))
    stand_ins.install({"01": ["running_sum"]})
    from integrator_lib.course.checks import chapter01, check, progress  # type: ignore

    assert check(chapter01.running_sum, len) is None and progress() is None
    assert not asked and chapter01.running_sum.name == "running_sum"
    for ask in (
        lambda: chapter01.running_sum.reference,
        lambda: chapter01._running_sum,
        lambda: chapter01.running_sum(1),
    ):
        with pytest.raises(AttributeError):
            ask()
    assert asked == [
        "running_sum.reference",
        "integrator_lib.course.checks.chapter01._running_sum",
        "running_sum",
    ]
    with pytest.raises(ModuleNotFoundError):
        __import__("integrator_lib.course.checks._exercise_of_another_name")


def test_messages_come_as_they_were_sent_and_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "messages"
    with path.open("wb") as stream:
        frames.write(stream, ["result", 1], b"data")
        frames.write(stream, [])
        stream.write((5).to_bytes(4, "little"))
    with path.open("rb") as stream:
        assert frames.read(stream) == (["result", 1], b"data")
        assert frames.read(stream) == ([], b"")
        assert frames.read(stream) is None
    for sizes in ((frames.LARGEST, 1), (2, 0)):
        head = b"".join(size.to_bytes(4, "little") for size in sizes)
        path.write_bytes(head + b"{}")
        with path.open("rb") as stream, pytest.raises(ValueError, match="a message must"):
            frames.read(stream)
