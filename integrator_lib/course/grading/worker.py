"""The process in which a student's code runs: it calls the answers, and judges nothing.

It holds no right answer. It gets cells and the arguments of calls, and sends back what the
calls returned, as plain arrays.
"""

import contextlib
import copy
import importlib
import os
import socket
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, NoReturn

from integrator_lib.course.grading import fence, frames, stand_ins
from integrator_lib.course.grading.session import Main, Session
from integrator_lib.course.stopped import problem

IMPORTED = (
    *("brainstate", "braintools", "jax.numpy", "matplotlib.pyplot", "scipy.optimize"),
    *("scipy.stats", "tqdm", "integrator_lib.applications", "integrator_lib.course.notebook"),
)
"""What the chapters import, directly or by way of the library; none of it holds an answer."""


def call_answers(
    session: Session, uses: dict[str, str], cases: dict[str, list[tuple]], tell: Callable
) -> None:
    """Call each answer on its cases and send what came.

    Args:
        session: The notebook, run.
        uses: For each exercise the source of the function that uses an answer; may be empty.
        cases: For each exercise the arguments of its calls.
        tell: Sends a message to the grader.
    """
    from integrator_lib.course.grading import plain

    for name in (name for name in uses if name in session.names):
        answer, left, results = session.names[name], copy.deepcopy(cases[name]), []
        session.at("answer", name)
        said, kind, text = "", "", ""
        if str(getattr(answer, "__module__", "")).startswith("integrator_lib."):
            tell(["flag", f"the answer is {answer.__module__}'s own"])
        try:
            use = _use(uses[name])
            for case in left:
                results.append(use(answer, *case))
        except BaseException as error:
            said, kind, text = problem(answer, error), type(error).__name__, str(error)
        try:
            payload = plain.pack([results, left])
        except BaseException:
            kinds = ", ".join(sorted({type(result).__name__ for result in results}))
            tell(["result", name, f"It should return numbers, it returned {kinds}.", "", ""])
        else:
            tell(["result", name, said, kind, text], payload)


def _use(source: str) -> Callable:
    if not source:
        return lambda answer, *case: answer(*case)
    names: dict[str, Any] = {}
    exec(source, names)
    return names["use"]


def limit_memory(gigabytes: float) -> None:
    """Limit this process's memory and the files it writes; does nothing on Windows."""
    if os.name == "posix":
        import resource

        size = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_FSIZE, (frames.LARGEST, frames.LARGEST))


def work(job_stream: BinaryIO, replies: BinaryIO, folder: str) -> NoReturn:
    """Read a job, do it, write what came, and end this process.

    Args:
        job_stream: Where to read the job.
        replies: Where to write.
        folder: The one folder whose files the student's code may change.
    """
    message = frames.read(job_stream)
    assert message is not None
    (job,), packed = message
    job_stream.close()

    def tell(header: list, payload: bytes = b"") -> None:
        frames.write(replies, header, payload)

    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder)
    limit_memory(job["gigabytes"])
    fence.close(folder, lambda words: tell(["flag", words]))
    stand_ins.install(job["chapters"])
    session = Session(job["cells"], tell)
    sys.modules["__main__"] = Main(session.names)
    session.run_all()
    from integrator_lib.course.grading import plain

    call_answers(session, job["uses"], plain.unpack(packed), tell)
    tell(["done"])
    # A thread that the notebook left running must not keep this process alive.
    os._exit(0)


def serve(control: socket.socket) -> None:
    """Import what chapters import, then make a copy of this process for each job.

    Args:
        control: Brings folders, each with the descriptors for a job and for replies; takes the
            copy's number.
    """
    for name in IMPORTED:
        importlib.import_module(name)
    control.send(b"ready")
    while True:
        folder, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not folder:
            return
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        job, replies = descriptors
        if pid := os.fork():
            os.close(job)
            os.close(replies)
            control.send(str(pid).encode())
        else:
            os.setsid()
            control.close()
            work(os.fdopen(job, "rb"), os.fdopen(replies, "wb", 0), folder.decode())


def main(*arguments: str) -> None:
    """Do the job on standard input in a folder, or serve with ``--nursery DESCRIPTOR``."""
    if arguments[0] == "--nursery":
        serve(socket.socket(fileno=int(arguments[1])))
        return
    job, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", 0)
    # Standard output is for messages alone: what the notebook prints goes nowhere.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    work(job, replies, arguments[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
