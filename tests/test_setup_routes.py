"""Every way to set the course up installs exactly the locked packages, whatever pip is used.

A pip that resolves may choose a release that appeared after the lock was made. Pips up to 24
do so for a package that another one asks for with an extra, and then stop for want of its
hash. So no command may leave anything to resolve.
"""

import hashlib
import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL = PROJECT["optional-dependencies"]
PYTHONS = ("3.11.0", "3.11.9", "3.12.0", "3.13.0")
SYSTEMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}
PIN = re.compile(r"^([A-Za-z0-9][^\\\n]*==[^\\\n]+?) *\\$", re.MULTILINE)
LAB, ALL = "requirements-lab.lock", "requirements.lock"
DIRECT = {
    LAB: [*PROJECT["dependencies"], *OPTIONAL["lab"]],
    ALL: [*PROJECT["dependencies"], *OPTIONAL["lab"], *OPTIONAL["book"], *OPTIONAL["test"]],
}


def environment(python, system):
    """Return what a marker is evaluated in on another Python and system."""
    return default_environment() | {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": system,
        "os_name": SYSTEMS[system],
    }


def pins(lock, where=None):
    """Return the requirements that a lock pins, by name, in an environment (default: here)."""
    found = {}
    for line in PIN.findall((ROOT / lock).read_text()):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(where):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is pinned twice in {lock}"
            found[name] = requirement
    return found


def version(pin):
    (specifier,) = pin.specifier
    return specifier.version


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", DIRECT)
def test_lock_holds_each_direct_dependency_within_its_bounds(lock, python, system):
    locked = pins(lock, environment(python, system))
    for requirement in map(Requirement, DIRECT[lock]):
        assert version(locked[canonicalize_name(requirement.name)]) in requirement.specifier
        operators = {specifier.operator for specifier in requirement.specifier}
        assert {">=", "<"} <= operators <= {">=", "<", "!="}


def test_there_are_two_sets_of_versions():
    old, new = (pins(ALL, environment(python, "linux")) for python in ("3.11.9", "3.12.0"))
    assert pins(ALL, environment("3.13.0", "linux")) == new
    for package in ("brainstate", "braintools", "jax", "jaxlib"):
        assert version(old[package]) < version(new[package])


@pytest.mark.parametrize("lock", DIRECT)
def test_lock_has_a_hash_for_every_pin_and_no_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(PIN.findall(text))
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text and text.startswith("--only-binary :all:\n")


def test_lock_for_the_lab_is_a_part_of_the_other():
    assert set(PIN.findall((ROOT / LAB).read_text())) < set(PIN.findall((ROOT / ALL).read_text()))
    assert set(pins(LAB)).isdisjoint({"pytest", "playwright", "jupyter-book", "mypy"})


def test_installed_versions_are_the_locked_ones():
    for name, pin in pins(ALL).items():
        assert importlib.metadata.version(name) == version(pin)


def asked_with_extras():
    """Yield (lock, who asks, requirement) for what locked packages ask for with an extra."""
    for lock in DIRECT:
        for name, pin in pins(lock).items():
            for line in importlib.metadata.requires(name) or []:
                requirement = Requirement(line)
                extras = {"", *pin.extras}
                if requirement.extras and any(
                    requirement.marker is None or requirement.marker.evaluate({"extra": extra})
                    for extra in extras
                ):
                    yield lock, name, requirement


ASKED = list(asked_with_extras())


@pytest.mark.parametrize(("lock", "who", "asked"), ASKED, ids=lambda value: str(value))
def test_an_extra_that_is_asked_for_is_in_the_pin(lock, who, asked):
    assert asked.extras <= pins(lock)[canonicalize_name(asked.name)].extras


def test_some_package_asks_for_an_extra():
    assert any(who == "pytest-cov" and asked.extras == {"toml"} for _, who, asked in ASKED)


MAKEFILES = ("Makefile", "book/student/Makefile")
SET_UP = "book/student/setup.mk"
# Where a reader or a machine finds commands that install.
ROUTES = [SET_UP, "README.md", "binder/postBuild", "book/student/README.md"]
INSTALL = re.compile(r"(?:-m pip|\$\(PIP\)) install (.*?)(?: \$\(call.*)?$", re.MULTILINE)


def commands(route):
    """Return the arguments of each ``pip install`` in a file that sets the course up."""
    found = [shlex.split(line) for line in INSTALL.findall((ROOT / route).read_text())]
    # Tools outside the environment, for maintainers.
    return [words for words in found if words[-1] not in {"uv", "numpy"}]


@pytest.mark.parametrize("route", ROUTES)
def test_commands_install_the_lock_without_resolving(route):
    found = commands(route)
    assert found
    for words in found:
        assert words[:-1] in (
            ["--no-deps", "--require-hashes", "-r"],
            ["--no-deps", "--no-build-isolation", "-e"],
        )
        assert words[-1] in {LAB, ALL, "."}


@pytest.mark.parametrize("makefile", MAKEFILES)
def test_makefiles_include_the_set_up_and_have_none_of_their_own(makefile):
    included = os.path.relpath(SET_UP, Path(makefile).parent)
    text = (ROOT / makefile).read_text()
    assert f"\ninclude {included}\n" in text and "venv --clear" not in text
    assert commands(makefile) == []


def test_conda_reads_the_lock():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    binder = yaml.safe_load((ROOT / "binder" / "environment.yml").read_text())
    python, pip, by_pip = conda["dependencies"]
    assert [python, pip] == binder["dependencies"] == ["python=3.12", "pip"]
    assert by_pip == {"pip": [f"-r {ALL}"]}


def write_wheel(folder, name, version, *metadata):
    """Write a wheel that holds nothing but its metadata; return its hash."""
    info = f"{name}-{version}.dist-info"
    files = {
        "METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]
        ),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files["RECORD"] = "".join(f"{info}/{file},,\n" for file in [*files, "RECORD"])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{info}/{file}", text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def bundled_pip(tmp_path_factory):
    """Return the Python of a new environment: its pip is the one that this Python brings."""
    folder = tmp_path_factory.mktemp("bundled") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        *(("asked", words) for route in ROUTES for words in commands(route) if "-r" in words),
        # What conda adds to the pip section of environment.yml.
        ("asked[extra]", ["-U", "--exists-action=b", "-r", ALL]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_a_newer_release_changes_nothing(pin, words, bundled_pip, tmp_path):
    asks = write_wheel(tmp_path, "asks", "1.0", "Requires-Dist: asked[extra]>=1")
    asked = write_wheel(tmp_path, "asked", "1.0", "Provides-Extra: extra")
    write_wheel(tmp_path, "asked", "2.0", "Provides-Extra: extra")
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"asks==1.0 --hash=sha256:{asks}\n{pin}==1.0 --hash=sha256:{asked}\n")
    installed = tmp_path / "installed"
    words = [*words[:-1], lock, "--target", installed, "--no-index", "--find-links", tmp_path]
    done = subprocess.run(
        [bundled_pip, "-m", "pip", "install", *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    names = sorted(path.stem for path in installed.glob("*.dist-info"))
    assert names == ["asked-1.0", "asks-1.0"]


def make(makefile, *words, folder, **settings):
    """Run make on one of the Makefiles in a folder."""
    chosen = [f"{name}={value}" for name, value in settings.items()]
    path = ROOT / makefile
    command = ["make", "-f", path, "-I", path.parent, *words, *chosen]
    # As typed by hand, even if a make runs these tests.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the Makefile is not for Windows")
def test_a_set_up_that_fails_says_so_and_is_not_taken_for_done(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    lock = tmp_path / "requirements.lock"
    wheel = write_wheel(tmp_path, "asked", "1.0")
    lock.write_text(f"--no-index\n--find-links {tmp_path}\nasked==1.0 --hash=sha256:{'0' * 64}\n")
    target = ".venv/.ready"
    done = make("Makefile", target, folder=tmp_path, PYTHON=sys.executable)
    (said,) = re.findall("^The set-up stopped: .*$", done.stderr, re.MULTILINE)
    assert done.returncode != 0 and "were not installed" in said and "run make again" in said
    assert not (tmp_path / ".venv/.locked").exists()
    # The pinned packages go in now; the course itself, without a pyproject, does not.
    lock.write_text(lock.read_text().replace("0" * 64, wheel))
    done = make("Makefile", target, folder=tmp_path, PYTHON=sys.executable)
    assert "integrator_lib was not installed" in done.stderr
    assert (tmp_path / ".venv/.locked").exists() and not (tmp_path / target).exists()
    done = make("Makefile", target, folder=tmp_path, PYTHON="no-such-python")
    assert "no-such-python" not in done.stderr, "the second make begins where the first stopped"


@pytest.mark.skipif(sys.platform == "win32", reason="the Makefile is not for Windows")
@pytest.mark.parametrize("makefile", MAKEFILES)
def test_an_unsupported_python_is_named(makefile, tmp_path):
    (tmp_path / "requirements.lock").write_text("")
    old = tmp_path / "python3.10"
    pretend = (
        "import sys; sys.version_info = type('V', (tuple,), {'major': 3, 'minor': 10})((3, 10))"
    )
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{pretend}\n$2"\n')
    old.chmod(0o755)
    done = make(makefile, ".venv/.ready", folder=tmp_path, PYTHON=old)
    assert "Python 3.11 to 3.13 is needed, 3.10 was found" in done.stderr
    assert not (tmp_path / ".venv").exists()
