"""The command that grades a class: folders, archives, one bad file among many, a second run."""

import csv
import json
import stat
import zipfile
from pathlib import Path

import pytest
from broken_archives import broken

from integrator_lib.course.grading import grader, records, submissions
from integrator_lib.course.grading.__main__ import main
from integrator_lib.course.grading.grader import Grade
from integrator_lib.course.grading.submissions import Submission

ANSWER = "def running_sum(inputs):\n    return inputs.cumsum(0)"
MOODLE = "Ada Lovelace_4711_assignsubmission_file_"
CANVAS = "hoppergrace_LATE_4712_815_01_the_data-1.ipynb"


def notebook(*sources: str, title: str = "# 01 The data") -> str:
    cells = [{"cell_type": "markdown", "source": [title], "metadata": {}}]
    cells += [{"cell_type": "code", "source": [source], "metadata": {}} for source in sources]
    return json.dumps({"cells": cells})


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed_in"
    files = {
        "ada lovelace.ipynb": notebook(ANSWER),
        "group12_01_the_data.ipynb": notebook(ANSWER),
        "2026-01-15_bob_hw04.ipynb": notebook("x = 1", title="# 04 Evaluation"),
        "cleo/01_the_data (1).ipynb": notebook(ANSWER),
        "dan/01_the_data.ipynb": "{broken",
        "dan/.ipynb_checkpoints/01_the_data-checkpoint.ipynb": notebook(ANSWER),
        "notes.txt": "not a notebook",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def table(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == records.COLUMNS
        return list(reader)


def test_one_bad_file_never_stops_the_rest(handed_in: Path, tmp_path: Path, capsys) -> None:
    target = tmp_path / "grades.csv"
    assert main([str(handed_in), "--csv", str(target), "--jobs", "2"]) == 0
    rows = table(target)
    sums = {r["student"]: r for r in rows if r["exercise"] == "running_sum"}
    assert sums.keys() == {"ada lovelace", "group12", "cleo"}
    assert {(r["status"], r["points"], r["chapter"]) for r in sums.values()} == {
        ("passed", "1", "01")
    }
    assert {r["chapter"] for r in rows if r["student"] == "2026-01-15_bob_hw04"} == {"04"}
    (broken,) = (r for r in rows if r["student"] == "dan")
    assert (broken["status"], broken["points"], broken["exercise"]) == ("ungraded", "", "")
    assert "1 of 5 notebooks are ungraded" in capsys.readouterr().out


def test_a_second_run_goes_on_where_the_first_stopped(
    handed_in: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    target = tmp_path / "grades.json"
    calls = []
    real = grader.run

    def counted(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(grader, "run", counted)
    with pytest.raises(KeyboardInterrupt):
        main([str(handed_in), "--json", str(target)])
    first = {each["notebook"]: each for each in json.loads(target.read_text())}
    assert sum(each["graded"] for each in first.values()) == 2
    calls[:] = [None] * 10
    assert main([str(handed_in), "--json", str(target)]) == 0
    second = {each["notebook"]: each for each in json.loads(target.read_text())}
    assert len(second) == 5 and len(calls) == 10 + 2
    assert "2 notebooks are graded already" in capsys.readouterr().out
    assert all(second[name] == each for name, each in first.items() if each["graded"])
    (handed_in / "ada lovelace.ipynb").write_text(notebook("1 / 0"))
    assert main([str(handed_in), "--json", str(target)]) == 0
    assert len(calls) == 10 + 3
    assert not list(tmp_path.glob("*.partial"))


def test_archives_of_moodle_and_canvas_are_opened_and_name_the_student(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("chapters/01_the_data.ipynb", notebook(ANSWER))
        archive.writestr("__MACOSX/chapters/._01_the_data.ipynb", b"")
    path = tmp_path / "Course-Homework-99.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{MOODLE}/01_the_data.ipynb", notebook(ANSWER))
        archive.writestr(CANVAS, notebook(ANSWER))
        archive.writestr("meitnerlise_4713_816_all.zip", inner.read_bytes())
        archive.writestr("curiemarie_4714_817_all.zip", b"no archive")
    found = list(submissions.find(path))
    assert [(each.student, each.number) for each in found] == [
        ("Ada Lovelace", "4711"),
        ("curiemarie", "4714"),
        ("hoppergrace", "4712"),
        ("meitnerlise", "4713"),
    ]
    assert "cannot be read" in found[1].problem
    assert found[0].notebook == f"{path.as_posix()}/{MOODLE}/01_the_data.ipynb"
    assert found[3].content == notebook(ANSWER).encode()


@pytest.mark.parametrize(
    ("inner", "student"),
    [
        (f"{MOODLE}01_the_data.ipynb", "Ada Lovelace"),
        ("Zoë O'Neil-Ruíz_12_assignsubmission_file_/a b.ipynb", "Zoë O'Neil-Ruíz"),
        ("lovelaceada_17_18_hw.ipynb", "lovelaceada"),
        ("ada/week 1/01_the_data.ipynb", "ada"),
        ("ada.zip/01_the_data.ipynb", "ada"),
        ("01_the_data.ipynb", "above"),
        ("01_the_data (1).ipynb", "above"),
        ("01_the_data-Copy1.ipynb", "above"),
        ("ada_01_the_data.ipynb", "ada"),
        ("01_ada.ipynb", "ada"),
        ("2026-01-15_bob_hw04.ipynb", "2026-01-15_bob_hw04"),
    ],
)
def test_a_students_name_is_found(inner: str, student: str) -> None:
    assert submissions.student_of(inner, "above", ["01_the_data"])[0] == student


def test_an_archive_that_unfolds_to_too_much_is_not_read(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("01.ipynb", bytes(100_000))
    monkeypatch.setattr(submissions, "LARGEST", 50_000)
    (found,) = submissions.find(path)
    assert "more than 50000 bytes" in found.problem


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_broken_archive_is_unreadable_and_stops_no_other(kind: int, tmp_path: Path) -> None:
    (tmp_path / "bob.ipynb").write_text(notebook(ANSWER))
    (tmp_path / "ada.zip").write_bytes(broken("01.ipynb", kind))
    found = {each.student: each.problem for each in submissions.find(tmp_path)}
    assert "cannot be read" in found["ada"] and not found["bob"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "01_bob.ipynb"
    other.write_text(notebook(ANSWER))
    folder = tmp_path / "handed_in"
    folder.mkdir()
    (folder / "01_ada.ipynb").symlink_to(other)
    with zipfile.ZipFile(folder / "cleo.zip", "w") as archive:
        link = zipfile.ZipInfo("01.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(other))
    found = list(submissions.find(folder))
    assert [(each.student, each.content) for each in found] == [("ada", b""), ("cleo", b"")]
    assert all("it is a link" in each.problem for each in found)


def test_a_student_may_not_hand_in_more_than_so_much_in_all(tmp_path: Path, monkeypatch) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("1", "2", "3"):
            archive.writestr(f"{name}.ipynb", bytes(20_000))
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("ada", "bob"):
            archive.writestr(f"{name}.zip", inner.read_bytes())
    monkeypatch.setattr(submissions, "LARGEST", 50_000)
    found = list(submissions.find(path))
    read = [(each.student, len(each.content)) for each in found]
    assert read == [(name, size) for name in ("ada", "bob") for size in (20_000, 20_000, 0)]
    assert "more than 50000 bytes" in found[2].problem


def test_students_whose_names_make_the_same_file_have_a_text_each(tmp_path: Path) -> None:
    names = ("a/b", "a:b", "A_b", "cleo")
    entries = {
        name: records.entry(Grade(Submission(name, "", "01.ipynb", b""), "01", 0, ()))
        for name in names
    }
    records.write(entries, tmp_path / "grades.json", None, None)
    texts = [path.read_text() for path in sorted((tmp_path / "feedback").iterdir())]
    assert sorted(text.splitlines()[0] for text in texts) == sorted(f"# {name}" for name in names)
    assert len({path.name.casefold() for path in (tmp_path / "feedback").iterdir()}) == 4


def test_all_cells_grades_again_what_was_graded_without_them(tmp_path: Path, capsys) -> None:
    path = tmp_path / "01_ada.ipynb"
    path.write_text(notebook(ANSWER))
    words = [str(path), "--json", str(tmp_path / "grades.json")]
    for options, said in (([], "[1/1]"), (["--all-cells"], "[1/1]"), ([], "graded already")):
        assert main([*words, *options]) == 0
        assert said in capsys.readouterr().out


def test_json_and_feedback_say_all_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "01_ada.ipynb"
    path.write_text(notebook(ANSWER.replace("cumsum(0)", "cumsum(1)")), encoding="utf-8")
    target = tmp_path / "out" / "grades.csv"
    assert main([str(path), "--csv", str(target), "--seed", "7"]) == 0
    (entry,) = json.loads(target.with_suffix(".json").read_text())
    assert (entry["student"], entry["chapter"], entry["seed"]) == ("ada", "01", 7)
    said = (target.parent / "feedback" / "ada.md").read_text()
    assert said.startswith("# ada\n\n## 01_ada.ipynb\n\nChapter 01: 0 of 5 exercises passed.")
    assert "- `running_sum` **not yet**: It looks as if" in said and "  expected: " in said


def test_a_fault_of_the_grader_does_not_stop_the_rest(tmp_path: Path, monkeypatch) -> None:
    for name in ("ada", "bob"):
        (tmp_path / f"{name}.ipynb").write_text(notebook(ANSWER))
    real, faults = grader.run, [OSError("no more processes")]

    def once(*arguments):
        if faults:
            raise faults.pop()
        return real(*arguments)

    monkeypatch.setattr(grader, "run", once)
    target = tmp_path / "grades.csv"
    assert main([str(tmp_path), "--csv", str(target)]) == 0
    rows = table(target)
    assert rows[0]["student"] == "ada" and rows[0]["status"] == "ungraded"
    assert "passed" in {row["status"] for row in rows if row["student"] == "bob"}
    entries = json.loads(target.with_suffix(".json").read_text())
    assert "the grader stopped with OSError: no more processes" in entries[0]["problem"]


def test_what_cannot_be_graded_is_said(tmp_path: Path, capsys) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("[1]")
    assert main([str(tmp_path / "absent"), str(notes)]) == 2
    said = capsys.readouterr().err
    assert "PATH must be a notebook, a folder or an archive" in said
    assert "a zip archive, got" in said
    assert main([str(tmp_path), "--json", str(notes)]) == 2
    assert "holds something else than grades" in capsys.readouterr().err
    for wrong, said in (
        (["--chapter", "77"], "must be one of 01"),
        (["--jobs", "0"], "at least 1"),
        (["--feedback", str(tmp_path)], "--feedback needs --csv FILE or --json FILE"),
    ):
        with pytest.raises(SystemExit):
            main([str(tmp_path), *wrong])
        assert said in capsys.readouterr().err
