"""Set the course up from this folder, without a network, and open JupyterLab.

Started by the script for your system. What is set up already is not done again.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

BOX = Path(__file__).resolve().parent
COURSE = BOX / "integrator-rnn-course"
SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
VENV = COURSE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def run(failure, *words):
    """Run a command of the course's own Python; stop with one line if it fails."""
    if subprocess.run([PYTHON, "-m", *words], cwd=COURSE).returncode:
        sys.exit(f"The set-up stopped: {failure}. What to look at is above.")


def damaged(wheels, lock):
    """Return the names of the wheels whose hash is not in the lock."""
    known = lock.read_text(encoding="utf-8")
    hashes = {w.name: hashlib.sha256(w.read_bytes()).hexdigest() for w in sorted(wheels.iterdir())}
    return [name for name, found in hashes.items() if found not in known]


def set_up():
    """Unpack the course and install its packages from the wheels in this folder."""
    with zipfile.ZipFile(BOX / "integrator-rnn-course.zip") as archive:
        archive.extractall(BOX)
    wheels, lock = BOX / "wheels" / SYSTEMS[sys.platform], COURSE / "requirements.lock"
    if names := damaged(wheels, lock):
        sys.exit(f"The set-up stopped: damaged, so copy again: {', '.join(names)}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    offline = ["pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    pinned = ["--no-deps", "--require-hashes", "-r", lock]
    run("a package is missing", *offline, "--find-links", wheels, *pinned)
    run("the course is damaged", *offline, "--no-deps", "--no-build-isolation", "-e", ".")
    run("the packages do not fit together", "pip", "--disable-pip-version-check", "check")
    run("this computer cannot run the course", "integrator_lib.course.check_env")
    (VENV / ".ready").touch()


if __name__ == "__main__":
    if sys.version_info[:2] != (3, 12):
        sys.exit(f"Python 3.12 is needed, this is {sys.version.split()[0]}.")
    if not (VENV / ".ready").exists():
        print("Setting the course up; this takes a minute or two ...", flush=True)
        set_up()
    run(
        "JupyterLab ended with an error",
        "integrator_lib.course.lab",
        "notebooks",
        "work",
        *sys.argv[1:],
    )
