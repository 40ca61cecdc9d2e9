"""Check an installation: ``python -m integrator_lib.course.check_env``.

Prints one line for each check, ``OK`` or ``FAIL`` with a remedy, and exits with the
number of failures.
"""

import functools
import importlib
import importlib.metadata
import sys
import time
from collections.abc import Callable, Iterator

from packaging.requirements import Requirement
from packaging.version import Version

REINSTALL = "run `make clean` and `make lab`, or the pip commands of the README"


def check_python(version: tuple[int, ...] | None = None) -> str:
    """Return a description of Python's version; raise ``RuntimeError`` if it is not supported."""
    version = sys.version_info[:3] if version is None else version
    text = ".".join(map(str, version))
    if not (3, 11) <= version[:2] <= (3, 13):
        raise RuntimeError(f"Python {text} is not supported; install Python 3.11, 3.12 or 3.13")
    return f"Python {text}"


def requirements() -> list[Requirement]:
    """Return the library's direct requirements, with those for JupyterLab."""
    found = []
    for line in importlib.metadata.requires("integrator_lib") or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": "lab"}):
            found.append(requirement)
    return found


def check_package(requirement: Requirement) -> str:
    """Return a package's version; raise ``RuntimeError`` if it is missing or out of bounds."""
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        raise RuntimeError(f"{requirement.name} is not installed; {REINSTALL}") from None
    if Version(version) not in requirement.specifier:
        raise RuntimeError(
            f"{requirement.name} {version} is outside {requirement.specifier}; {REINSTALL}"
        )
    return f"{requirement.name} {version}"


def check_devices() -> str:
    """Return JAX's devices; raise ``RuntimeError`` if JAX does not start."""
    try:
        import jax

        devices = jax.devices()
    except Exception as error:
        raise RuntimeError(f"JAX does not start ({error}); {REINSTALL}") from error
    return "JAX devices: " + ", ".join(f"{d.platform} {d.id}" for d in devices)


def check_step() -> str:
    """Return the time of a compiled step of the course's network, compilation included."""
    try:
        library = importlib.import_module("integrator_lib")
        begin = time.perf_counter()
        inputs, _ = library.IntegratorTask().sample(8)
        outputs = library.predict(library.IntegratorRNN(hidden_size=16), inputs)
        finite = bool((abs(outputs) < float("inf")).all())
        seconds = time.perf_counter() - begin
    except Exception as error:
        raise RuntimeError(
            f"a compiled step of the network failed ({error}); {REINSTALL}"
        ) from error
    if not finite:
        raise RuntimeError(
            f"a compiled step of the network gave numbers that are not finite; {REINSTALL}"
        )
    return f"compiled and ran a network in {seconds:.1f} s"


def checks() -> Iterator[Callable[[], str]]:
    """Yield the checks in order; each returns a description or raises ``RuntimeError``."""
    yield check_python
    for requirement in requirements():
        yield functools.partial(check_package, requirement)
    yield check_devices
    yield check_step


def main() -> int:
    """Run all checks, print a line for each and return the number of failures."""
    failures = 0
    for check in checks():
        try:
            print("OK  ", check())
        except RuntimeError as error:
            failures += 1
            print("FAIL", error)
    print("Everything works." if failures == 0 else f"{failures} checks failed.")
    return failures


if __name__ == "__main__":
    sys.exit(main())
