"""Environment files, the installation check, the student's copies, the public names."""

import importlib.metadata
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import integrator_lib
from integrator_lib import check_env, student_copies

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, re.MULTILINE)
}
EXTRAS = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
DIRECT = [Requirement(line) for line in [*PROJECT["dependencies"], *EXTRAS]]


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_lock_holds_each_direct_dependency_within_its_bounds(requirement):
    assert Version(PINS[canonicalize_name(requirement.name)]) in requirement.specifier
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}


def test_lock_has_a_hash_for_every_pin_and_no_address():
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PINS) and all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK


def test_environment_file_is_the_lock_for_conda():
    text = (ROOT / "environment.yml").read_text()
    written = runpy.run_path(str(ROOT / "tests" / "write_environment.py"))["environment"]()
    assert text == written
    dependencies = yaml.safe_load(text)["dependencies"]
    python = next(d for d in dependencies if str(d).startswith("python="))
    assert (
        Version(python.split("=")[1] + ".0")
        in Requirement(f"python{PROJECT['requires-python']}").specifier
    )
    pip = next(d["pip"] for d in dependencies if isinstance(d, dict))
    assert pip.pop() == "-e ."
    pins = {canonicalize_name(r.name): str(r.specifier)[2:] for r in map(Requirement, pip)}
    assert pins == PINS


def test_installed_versions_are_the_locked_ones():
    for requirement in DIRECT:
        version = importlib.metadata.version(requirement.name)
        assert version == PINS[canonicalize_name(requirement.name)]


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
        "import sys; sys.modules['jax'] = None; from integrator_lib import check_env; "
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
    assert {p.name for p in work.iterdir()} == {"01_a.ipynb", "02_b.ipynb"}
    with pytest.raises(FileNotFoundError, match="source must hold notebooks"):
        student_copies.copy_missing(tmp_path / "empty", work)
