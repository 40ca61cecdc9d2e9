"""Test the course on several sets of versions and record the results: ``make test-sets``.

Each set has an environment of its own, ``.venv-locked-3.12`` for example. A record of the last
run of each is kept in ``book/version_runs.json``; the maintainer guide shows it.
"""

import argparse
import datetime
import json
import os
import subprocess
import time

from book.builder.chapters import REPOSITORY
from book.builder.record import PACKAGES
from integrator_lib._files import write_text_whole

RUNS = REPOSITORY / "book" / "version_runs.json"
STEPS = {
    "Set-up": ".venv/.ready",
    "Unit tests": "test-unit",
    "Chapters": "test-notebooks",
    "Site": "book",
}
"""What is run for each set, and the target of the Makefile that does it."""
RESOLUTIONS = {"latest": "highest", "lowest": "lowest-direct"}
"""How uv chooses within the bounds of pyproject.toml, for the sets that no lock pins."""
NOT_LOCKED = "--ignore=tests/test_setup_routes.py"
"""An option of pytest: what compares with the lock is left out where the lock is not used."""


def python_version(python: str) -> str:
    """Return an interpreter's version, such as 3.12.1."""
    code = "import platform; print(platform.python_version())"
    return subprocess.check_output([python, "-c", code], text=True).strip()


def make(target: str, environment: str, *settings: str) -> bool:
    """Run a target of the Makefile in an environment and return whether it passed."""
    words = ["make", target.replace(".venv", environment), f"VENV={environment}", *settings]
    return subprocess.run(words, cwd=REPOSITORY).returncode == 0


def resolve(environment: str, python: str, resolution: str) -> bool:
    """Install what uv chooses within the bounds, where the Makefile would install the lock."""
    folder = REPOSITORY / environment
    own = str(folder / "bin" / "python")
    chosen = ["--resolution", resolution, "--editable", ".[lab,book,test]"]
    commands = [
        [python, "-m", "venv", "--clear", str(folder)],
        [own, "-m", "pip", "install", "--quiet", "uv"],
        [own, "-m", "uv", "pip", "install", "--quiet", "--python", own, *chosen],
        [own, "-m", "pip", "check"],
    ]
    passed = all(subprocess.run(words, cwd=REPOSITORY).returncode == 0 for words in commands)
    if passed:
        for mark in (".locked", ".ready"):
            (folder / mark).touch()
    return passed


def versions(environment: str) -> dict[str, str]:
    """Return the versions of the packages that matter most, by name."""
    words = [str(REPOSITORY / environment / "bin" / "python"), "-m", "pip", "list"]
    listed = json.loads(subprocess.check_output([*words, "--format=json"], text=True))
    found = {package["name"]: package["version"] for package in listed}
    return {name: found[name] for name in PACKAGES}


def run(kind: str, python: str) -> bool:
    """Run all steps on one set, record them, and return whether all passed.

    Args:
        kind: ``"locked"``, ``"latest"`` or ``"lowest"``.
        python: Command that starts the interpreter.
    """
    full = python_version(python)
    name = f"{kind}-{full.rpartition('.')[0]}"
    environment = f".venv-{name}"
    if kind in RESOLUTIONS:
        os.environ["PYTEST_ADDOPTS"] = NOT_LOCKED
    steps: dict[str, float | str] = {}
    for step, target in STEPS.items():
        begin = time.perf_counter()
        if step == "Set-up" and kind in RESOLUTIONS:
            passed = resolve(environment, python, RESOLUTIONS[kind])
        else:
            passed = make(target, environment, f"PYTHON={python}", "COVERAGE=")
        steps[step] = round(time.perf_counter() - begin) if passed else "failed"
        print(f"{name}: {step}: {steps[step]}", flush=True)
        if step == "Set-up" and not passed:
            break
    runs = json.loads(RUNS.read_text(encoding="utf-8")) if RUNS.exists() else {}
    runs[name] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": full,
        "versions": {} if steps["Set-up"] == "failed" else versions(environment),
        "steps": steps,
    }
    write_text_whole(RUNS, json.dumps(dict(sorted(runs.items())), indent=1) + "\n")
    return "failed" not in steps.values()


def table() -> str:
    """Return the recorded runs as a table for the maintainer guide."""
    if not RUNS.exists():
        return "No run is recorded yet; `make test-sets` makes one.\n"
    runs = json.loads(RUNS.read_text(encoding="utf-8"))
    names = ["brainstate", "braintools", "jax", "numpy"]
    titles = ["Set", "Run on", "Python", *names, *(f"{step}, s" for step in STEPS)]
    lines = ["| " + " | ".join(titles) + " |", "| --- " * len(titles) + "|"]
    for name, found in runs.items():
        cells = [name, found["date"], found["python"]]
        cells += [found["versions"].get(package, "") for package in names]
        cells += [str(found["steps"].get(step, "")) for step in STEPS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run one kind of set with each interpreter; return how many did not pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["locked", *RESOLUTIONS])
    parser.add_argument("pythons", nargs="+", metavar="python")
    chosen = parser.parse_args()
    return sum(not run(chosen.kind, python) for python in chosen.pythons)


if __name__ == "__main__":
    raise SystemExit(main())
