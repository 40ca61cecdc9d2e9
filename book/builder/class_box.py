"""Pack the course for a room without a network: ``make class-box``.

The folder ``book/_build/class-box`` holds the students' archive, what it takes to run it on
each system as wheels, and a script for each system that sets it up and opens JupyterLab.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

from book.builder.chapters import REPOSITORY
from book.builder.pack import pack
from book.builder.site import BOOK, BUILD

BOX = BUILD / "class-box"
LOCK = REPOSITORY / "requirements-lab.lock"
PYTHON = "3.12"
LINUX = ("_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014", "_2_12", "2010", "_2_5", "1")
SYSTEMS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "linux": (
        tuple(f"manylinux{version}_x86_64" for version in LINUX),
        {"sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"},
    ),
    "macos": (
        ("macosx_14_0_arm64",),
        {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "arm64"},
    ),
    "windows": (
        ("win_amd64",),
        {"sys_platform": "win32", "os_name": "nt", "platform_machine": "AMD64"},
    ),
}
"""The tags of the wheels that each system takes, and what a marker finds there."""


def pins(lock: str, markers: dict[str, str]) -> list[str]:
    """Return the lock's entries, hashes included, that hold where markers find such values."""
    where = {"python_version": PYTHON, "python_full_version": f"{PYTHON}.0", **markers}
    chosen = []
    for entry in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]:
        requirement = Requirement(entry.partition("\\")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(where):
            pin = str(requirement).partition(";")[0].strip()
            chosen.append(" ".join([pin, *re.findall(r"--hash=\S+", entry)]))
    return chosen


def download(system: str, folder: Path) -> None:
    """Download the wheels of one system.

    Raises:
        subprocess.CalledProcessError: If pip finds no wheel for a package.
    """
    tags, markers = SYSTEMS[system]
    with tempfile.TemporaryDirectory() as temporary:
        chosen = Path(temporary) / "requirements.txt"
        chosen.write_text("\n".join(pins(LOCK.read_text(encoding="utf-8"), markers)) + "\n")
        words = ["--quiet", "--disable-pip-version-check", "download", "--no-deps"]
        words += ["--require-hashes", "--only-binary", ":all:", "--python-version", PYTHON]
        words += [word for tag in tags for word in ("--platform", tag)]
        words += ["-r", str(chosen), "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", *words], check=True)


def main() -> None:
    """Write the folder anew; say how large each system's part is."""
    shutil.rmtree(BOX, ignore_errors=True)
    shutil.copytree(BOOK / "class_box", BOX)
    shutil.copy(pack(), BOX)
    for system in SYSTEMS:
        folder = BOX / "wheels" / system
        download(system, folder)
        wheels = list(folder.iterdir())
        size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
        print(f"{system}: {len(wheels)} wheels, {size:.0f} MB")
    print(f"Packed into {BOX}")


if __name__ == "__main__":
    main()
