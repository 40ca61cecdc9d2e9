"""The installation check, the student's copies, the public names."""

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import integrator_lib
from integrator_lib.course import check_env, student_copies

ROOT = Path(__file__).resolve().parents[1]


def test_check_of_the_installation_passes_here(capsys):
    assert check_env.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("OK") for line in lines[:-1]) and "Everything works" in lines[-1]


def test_check_names_the_remedy_for_each_fault(monkeypatch, capsys):
    with pytest.raises(RuntimeError, match=r"Python 3\.9\.1 is not supported; install"):
        check_env.check_python((3, 9, 1))
    with pytest.raises(RuntimeError, match="no-such-thing is not installed; run"):
        check_env.check_package(Requirement("no-such-thing>=1"))
    with pytest.raises(RuntimeError, match=r"numpy .* is outside <1; run"):
        check_env.check_package(Requirement("numpy<1"))
    monkeypatch.setattr("jax.devices", lambda: 1 / 0)
    with pytest.raises(RuntimeError, match="JAX does not start"):
        check_env.check_devices()
    monkeypatch.setattr(integrator_lib, "predict", lambda *_: 1 / 0, raising=False)
    with pytest.raises(RuntimeError, match="a compiled step of the network failed"):
        check_env.check_step()
    monkeypatch.setattr(integrator_lib, "predict", lambda *_: float("nan") * jax_one())
    with pytest.raises(RuntimeError, match="not finite"):
        check_env.check_step()
    assert check_env.main() == 2
    assert capsys.readouterr().out.count("FAIL") == 2


def jax_one():
    import jax.numpy as jnp

    return jnp.ones(1)


def test_check_runs_where_jax_cannot_be_imported():
    code = (
        "import sys; sys.modules['jax'] = None; from integrator_lib.course import check_env; "
        "sys.exit(check_env.main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2 and "FAIL JAX does not start" in done.stdout


def test_every_public_name_exists_and_import_is_light():
    for name in integrator_lib.__all__:
        assert getattr(integrator_lib, name) is not None
        assert name in dir(integrator_lib)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = integrator_lib.nonsense
    code = "import sys, integrator_lib; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_copies_are_made_once_and_never_overwritten(tmp_path):
    source, work = tmp_path / "notebooks", tmp_path / "work"
    (source / "solutions").mkdir(parents=True)
    for name in ("01_a.ipynb", "02_b.ipynb", "02_b.py", "solutions/01_a_solutions.ipynb"):
        (source / name).write_text(name)
    assert len(student_copies.copy_missing(source, work)) == 2
    (work / "01_a.ipynb").write_text("my own work")
    (work / "02_b.ipynb").unlink()
    assert [p.name for p in student_copies.copy_missing(source, work)] == ["02_b.ipynb"]
    assert (work / "01_a.ipynb").read_text() == "my own work"
    assert {p.name for p in work.iterdir()} == {"01_a.ipynb", "02_b.ipynb", "progress.json"}
    assert (work / "progress.json").read_text() == "{}\n"
    with pytest.raises(FileNotFoundError, match="source must hold notebooks"):
        student_copies.copy_missing(tmp_path / "empty", work)


def test_copies_from_before_the_rooms_are_named_with_the_module_they_miss(tmp_path):
    cell = "from {} import check\\nimport integrator_lib.task"
    old, new = tmp_path / "01_a.ipynb", tmp_path / "02_b.ipynb"
    old.write_text(cell.format("integrator_lib.checks"))
    new.write_text(cell.format("integrator_lib.course.checks"))
    assert student_copies.outdated(tmp_path) == {old: "integrator_lib.checks"}
