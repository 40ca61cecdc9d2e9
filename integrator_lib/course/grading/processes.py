"""Start the processes that run students' code.

On Linux they are copies of one process that has imported what the chapters import, which takes
two seconds and is done once: the nursery. Elsewhere each is started anew.
"""

import contextlib
import dataclasses
import functools
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import matplotlib

KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "XLA_FLAGS")
"""What a student's process gets of the environment; the rest may hold secrets."""
WORKER = (sys.executable, "-P", "-m", "integrator_lib.course.grading.worker")


@dataclasses.dataclass
class Process:
    """A process that waits for a job.

    Attributes:
        pid: Its number; it leads a group.
        job: Where to write the job.
        replies: Where to read what it sends.
        popen: What waits for its end; ``None`` if that is the nursery.
    """

    pid: int
    job: IO[bytes]
    replies: IO[bytes]
    popen: subprocess.Popen | None = None

    def stop(self) -> None:
        """End it and what it started."""
        if os.name == "posix":
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError):
                    kill(self.pid, signal.SIGKILL)
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()
        with contextlib.suppress(OSError):
            self.job.close()


def get_ready() -> None:
    """Do what takes long, once, so that it counts for no student."""
    if sys.platform.startswith("linux"):
        nursery()


def start(folder: str) -> Process:
    """Start a process whose files are to be in ``folder``."""
    if not sys.platform.startswith("linux"):
        return spawn(folder)
    try:
        return nursery().start(folder)
    except OSError:  # it was ended from outside
        return nursery().start(folder)


def spawn(folder: str) -> Process:
    """Start a process anew."""
    popen = subprocess.Popen(
        [*WORKER, folder],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    assert popen.stdin is not None
    assert popen.stdout is not None
    return Process(popen.pid, popen.stdin, popen.stdout, popen)


class Nursery:
    """A process that has imported what chapters import, and makes copies of itself.

    It ends when this object does.
    """

    def __init__(self) -> None:
        """Start it, and wait until it has imported all.

        Raises:
            RuntimeError: If it ends before.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one_at_a_time = threading.Lock()
        with theirs:
            self._popen = subprocess.Popen(
                [*WORKER, "--nursery", str(theirs.fileno())],
                env=_environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        if not self._control.recv(100):
            raise RuntimeError(
                "the process that runs notebooks ended while it imported the library; "
                "python -m integrator_lib.course.check_env says what is missing"
            )

    def has_ended(self) -> bool:
        """Return whether it makes no more copies."""
        return self._popen.poll() is not None

    def start(self, folder: str) -> Process:
        """Have a copy made.

        Raises:
            OSError: If the nursery has ended.
        """
        job, job_end = os.pipe()
        replies, replies_end = os.pipe()
        try:
            with self._one_at_a_time:
                socket.send_fds(self._control, [folder.encode()], [job, replies_end])
                pid = self._control.recv(100)
            if not pid:
                raise ConnectionResetError("the nursery has ended")
        except OSError:
            os.close(job_end)
            os.close(replies)
            self._popen.kill()
            self._popen.wait()
            raise
        finally:
            os.close(job)
            os.close(replies_end)
        return Process(int(pid), os.fdopen(job_end, "wb"), os.fdopen(replies, "rb"))


_only_nursery = functools.cache(Nursery)
_STARTING = threading.Lock()
"""Held while a nursery is started: notebooks are graded in several threads."""


def nursery() -> Nursery:
    """Return the one nursery of this process, started at its first use and after its end."""
    with _STARTING:
        if _only_nursery().has_ended():
            _only_nursery.cache_clear()
        return _only_nursery()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "JAX_PLATFORMS": "cpu",
        "JAX_ENABLE_COMPILATION_CACHE": "0",
    }
