"""What a student's code may reach while it is graded: its own folder, and no right answer.

Python asks a hook before it opens a file, changes one, starts a process or opens a socket. The
hook refuses, and tells the grader where the code reached for an answer. Where Linux has Landlock,
the kernel holds files, for C code and for whatever else the hook does not see, and from later
versions on TCP.
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from integrator_lib.course.grading import landlock

LIBRARY = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CHECKS = os.path.join(LIBRARY, "course", "checks")
COURSE = os.path.dirname(LIBRARY)
IS_CHECKOUT = os.path.isdir(os.path.join(COURSE, "notebooks"))
SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/proc", "/sys", "/dev/urandom"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/passwd", "/etc/nsswitch.conf"),
)
"""What any program on Linux reads."""
REFERENCE = "integrator_lib.reference"
"""Our own event: something of an exercise is asked for that only the grader has."""
CHANGES = {
    f"os.{name}"
    for name in (
        *("remove", "rename", "rmdir", "mkdir", "link", "symlink", "truncate", "chmod", "chown"),
        *("utime", "setxattr", "chdir", "fchdir"),
    )
}
PROCESSES = {
    *("subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn"),
    *("os.spawn", "os.startfile", "os.kill", "os.killpg", "pty.spawn"),
}
"""Events of https://docs.python.org/3/library/audit_events.html that are refused."""


def close(folder: str, flag: Callable[[str], None]) -> None:
    """Keep this process from the answers, from others' files and from other processes, for good.

    Args:
        folder: The one folder whose files may be changed.
        flag: Called with words when code reaches for an answer or for the course's files.

    Raises:
        RuntimeError: If the kernel has Landlock and does not hold this process.
    """
    folder = os.path.realpath(folder)
    pythons = {os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, *sys.path)}
    pythons = {p for p in pythons if not (IS_CHECKOUT and p == COURSE)}
    open_to_all = [part for path in (*pythons, LIBRARY) for part in _without_checks(path)]
    fonts = os.environ.get("MPLCONFIGDIR", "")
    held = landlock.restrict((*open_to_all, *SYSTEM, fonts), (folder, os.devnull))
    if landlock.version() and not held:
        raise RuntimeError("Landlock is there and does not hold this process")
    sys.addaudithook(_hook(folder, sorted(pythons), flag))


def _without_checks(path: str) -> Iterator[str]:
    """Yield a path, or if the checks are in it all in it that they are not in."""
    if not within(CHECKS, path):
        yield path
    elif path != CHECKS:
        for name in os.listdir(path):
            yield from _without_checks(os.path.join(path, name))


def within(path: str, folder: str) -> bool:
    """Return whether a real path is a folder or in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _hook(folder: str, pythons: list[str], flag: Callable[[str], None]) -> Callable:
    """Return the function that Python asks before each act."""
    realpath, devnull, fsdecode = os.path.realpath, os.devnull, os.fsdecode

    def of_the_course(path: str) -> bool:
        return within(path, LIBRARY) or (IS_CHECKOUT and within(path, COURSE))

    def secret(path: str) -> bool:
        if within(path, CHECKS):
            return True
        if path == COURSE:  # Python's own search for packages looks there
            return False
        free = (folder, LIBRARY, *pythons)
        return of_the_course(path) and not any(within(path, each) for each in free)

    def refuse(words: str, reaches: bool) -> None:
        if reaches:
            flag(words)
        raise PermissionError(f"{words}, which is not allowed while it is graded")

    def look(path: Any, changes: bool) -> None:
        if isinstance(path, int) or path is None:
            return
        if type(path) not in (str, bytes):
            refuse(f"it opens a {type(path).__name__}", reaches=False)
        real = realpath(fsdecode(path))
        if secret(real):
            refuse(f"it reaches for {os.path.relpath(real, COURSE)}", reaches=True)
        if changes and not within(real, folder) and real != devnull:
            refuse(f"it changes {real}", reaches=of_the_course(real))

    def hook(event: str, arguments: tuple) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            named = mode is not None and not set("wax+").isdisjoint(mode)
            look(path, named or bool(flags and flags & writes))
        elif event in CHANGES:
            for path in arguments[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1]:
                look(path, changes=True)
        elif event in PROCESSES or event.startswith("socket."):
            refuse(f"it calls {event}", reaches=False)
        elif event == REFERENCE:
            refuse(f"it asks for {arguments[0]}", reaches=True)

    return hook
