"""The course where this repository is not: its wheel, hosted notebooks, rooms without a network."""

import hashlib
import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import flit_core.buildapi
import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager
from packaging.tags import mac_platforms

from book.builder import class_box

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory):
    """Build the library's wheel and unpack it, as installing does; return where."""
    folder = tmp_path_factory.mktemp("wheel")
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        name = flit_core.buildapi.build_wheel(str(folder))
    finally:
        os.chdir(before)
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run_in(site, *words):
    """Run Python where only the wheel holds the library; return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_holds_weights_and_checks(unpacked_wheel):
    code = """
import integrator_lib
from integrator_lib.course.checks import chapter01
for kind in ("rnn", "rnn_short", "gru", "tanh"):
    integrator_lib.load_trained(kind)
print(integrator_lib.__file__)
"""
    path = Path(run_in(unpacked_wheel, "-c", code).strip())
    assert path == unpacked_wheel / "integrator_lib" / "__init__.py"


def test_check_of_the_installation_passes_from_the_wheel(unpacked_wheel):
    said = run_in(unpacked_wheel, "-m", "integrator_lib.course.check_env")
    assert said.endswith("Everything works.\n")


def hosted_cell():
    """Return the README's cell for hosted notebooks, as plain Python."""
    (cell,) = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return TransformerManager().transform_cell(cell)


@pytest.mark.parametrize("present", [True, False])
def test_hosted_cell_installs_the_course_only_where_it_is_missing(present, monkeypatch):
    asked = []

    class Shell:
        def run_line_magic(self, name, line):
            asked.append((name, line))

    if not present:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(hosted_cell(), {"get_ipython": Shell})
    wanted = [] if present else [("pip", "install --quiet git+https://ADDRESS-OF-THE-COURSE")]
    assert asked == wanted


def test_dev_container_runs_targets_of_the_makefile():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    commands = [settings[name] for name in settings if name.endswith("Command")]
    assert commands
    # As typed by hand, even if a make runs these tests.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for command in commands:
        dry = [*command.split(), "--dry-run"]
        done = subprocess.run(dry, cwd=ROOT, env=own, capture_output=True)
        assert command.startswith("make ") and done.returncode == 0


def test_workflow_runs_three_pythons_on_three_systems():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    matrix = workflow["jobs"]["elsewhere"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert matrix["system"] == ["ubuntu-latest", "windows-latest", "macos-latest"]


@pytest.mark.parametrize("system", class_box.SYSTEMS)
def test_class_box_takes_what_the_lock_pins_for_each_system(system):
    tags, markers = class_box.SYSTEMS[system]
    chosen = class_box.pins(class_box.LOCK.read_text(), markers)
    names = {re.split(r"[\[=]", pin)[0] for pin in chosen}
    own = {"macos": "appnope", "windows": "pywinpty", "linux": "ptyprocess"}
    assert own[system] in names
    assert names.isdisjoint({"appnope", "pywinpty"} - {own[system]})
    assert ("colorama" in names) == (system == "windows")
    assert all("--hash=sha256:" in pin and ";" not in pin for pin in chosen)
    assert any(pin.startswith("brainstate==0.6") for pin in chosen)
    if system == "macos":
        assert set(tags) <= set(mac_platforms((14, 0), "arm64"))


def test_class_box_starts_the_python_that_its_wheels_are_for():
    folder = ROOT / "book" / "class_box"
    scripts = [path.read_text() for path in folder.glob("start-*")]
    assert len(scripts) == 3
    assert all(
        f"-{class_box.PYTHON} start.py" in s or f"{class_box.PYTHON} start.py" in s for s in scripts
    )
    names = runpy.run_path(str(folder / "start.py"))
    assert set(names["SYSTEMS"].values()) == set(class_box.SYSTEMS)
    if sys.version_info[:2] != (3, 12):
        done = subprocess.run([sys.executable, folder / "start.py"], capture_output=True, text=True)
        assert done.returncode == 1 and "Python 3.12 is needed" in done.stderr


def test_class_box_names_a_damaged_wheel(tmp_path):
    wheels, lock = tmp_path / "wheels", tmp_path / "requirements.lock"
    wheels.mkdir()
    for name in ("good-1-py3-none-any.whl", "bad-1-py3-none-any.whl"):
        (wheels / name).write_text(name)
        with lock.open("a") as out:
            out.write(f"--hash=sha256:{hashlib.sha256(name.encode()).hexdigest()}\n")
    find = runpy.run_path(str(ROOT / "book" / "class_box" / "start.py"))["damaged"]
    assert find(wheels, lock) == []
    (wheels / "bad-1-py3-none-any.whl").write_text("cut off")
    assert find(wheels, lock) == ["bad-1-py3-none-any.whl"]
