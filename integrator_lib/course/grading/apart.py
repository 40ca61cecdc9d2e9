"""Run a student's code in a process of its own, and collect what its answers return."""

import contextlib
import dataclasses
import queue
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

from integrator_lib._arguments import real_number
from integrator_lib.course.grading import frames, processes

SHARE = 20
"""A notebook may take this many times as long as one of its cells."""
LONGEST = 1000
"""Longest text that is kept, in characters."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a notebook may use.

    Attributes:
        seconds: Time for each cell and for each answer; a notebook may take 20 times as long.
        gigabytes: Memory of its process; not enforced on macOS and Windows.
    """

    seconds: float = 60.0
    gigabytes: float = 4.0

    def __post_init__(self) -> None:
        real_number("seconds", self.seconds, above=0)
        real_number("gigabytes", self.gigabytes, above=0)


@dataclasses.dataclass(frozen=True)
class Reply:
    """What came of an answer.

    Attributes:
        said: How it stopped, in words; empty if it returned.
        kind: Type of the error; empty if there was none.
        text: The error's own text.
        packed: The results, and what the calls left of their arguments; may be empty.
        in_time: Whether it kept the limit of time.
    """

    said: str = ""
    kind: str = ""
    text: str = ""
    packed: bytes = b""
    in_time: bool = True


Step = tuple[str, Any]
"""What the process is at: ``("start", "")``, ``("cell", 3)`` or ``("answer", "running_sum")``."""


@dataclasses.dataclass
class Findings:
    """What is known of a notebook's run.

    Attributes:
        replies: What came of each answer that the notebook defines.
        failed: How a cell stopped, by its number.
        flags: For each step at which something forbidden was tried, what it was.
        supplied: The steps at which another cell was run for a name that it sets.
        problem: Why not every answer was called; empty if they were.
    """

    replies: dict[str, Reply] = dataclasses.field(default_factory=dict)
    failed: dict[int, Reply] = dataclasses.field(default_factory=dict)
    flags: dict[Step, str] = dataclasses.field(default_factory=dict)
    supplied: set[Step] = dataclasses.field(default_factory=set)
    problem: str = ""


def run(job: dict[str, Any], cases: bytes, limits: Limits) -> Findings:
    """Run cells and call answers, apart.

    Where a cell or an answer ends the process, or takes too long, a new process leaves it out.

    Args:
        job: The ``cells`` with number, source and whether they are run whole; ``uses``, for
            each exercise the source of the function that uses an answer; ``chapters``, the
            names of all exercises.
        cases: The packed arguments of the calls.
        limits: What it may use.
    """
    found = Findings()
    processes.get_ready()
    end = time.monotonic() + SHARE * limits.seconds
    while True:
        cells = [cell for cell in job["cells"] if not _is_lost(found.failed.get(cell["number"]))]
        uses = {name: use for name, use in job["uses"].items() if name not in found.replies}
        message = {**job, "cells": cells, "uses": uses, "gigabytes": limits.gigabytes}
        step, lost = _run_once(message, cases, limits, end, found)
        if lost is None:
            return found
        if step[0] == "cell" and any(cell["number"] == step[1] for cell in cells):
            found.failed[step[1]] = lost
        elif step[0] == "answer" and step[1] in uses:
            found.replies[step[1]] = lost
        else:
            found.problem = f"its process {lost.said}"
            return found
        if time.monotonic() > end:
            found.problem = f"it ran longer than {SHARE * limits.seconds:g} s in all"
            return found


def _is_lost(reply: Reply | None) -> bool:
    return reply is not None and not reply.kind


def _run_once(
    job: dict, cases: bytes, limits: Limits, end: float, found: Findings
) -> tuple[Step, Reply | None]:
    """Run one process; return where it was lost and how, ``None`` if it came to its end."""
    step: Step = ("start", "")
    # Only what the job asks for is kept: a notebook may write messages of its own.
    steps = {("cell", cell["number"]) for cell in job["cells"]}
    steps |= {("answer", name) for name in job["uses"]}
    # Each step has its own time, however many messages the code sends meanwhile.
    used = dict.fromkeys([step, *steps], 0.0)
    with _process(job, cases) as messages:
        since = time.monotonic()
        while True:
            wait = min(limits.seconds - used[step], end - since)
            try:
                message = messages.get(timeout=max(wait, 0.01))
            except queue.Empty:
                message = ["late"], b""
            now = time.monotonic()
            used[step] += now - since
            since = now
            if used[step] > limits.seconds or now > end:
                message = ["late"], b""
            match message:
                case ["cell" | "answer" as kind, str() | int() as name], _ if (kind, name) in steps:
                    step = (kind, name)
                case ["failed", number, str(said)], _ if step == ("cell", number):
                    found.failed[number] = Reply(said[:LONGEST], kind="error")
                case ["flag", str(words)], _:
                    found.flags.setdefault(step, words[:LONGEST])
                case (["result", name, str(said), str(kind), str(text)], packed) if step == (
                    "answer",
                    name,
                ):
                    said, kind, text = (part[:LONGEST] for part in (said, kind, text))
                    found.replies[name] = Reply(said, kind, text, packed)
                case ["supplied"], _:
                    found.supplied.add(step)
                case ["done"], _:
                    return step, None
                case ["late"], _:
                    return step, Reply(f"ran longer than {limits.seconds:g} s", in_time=False)
                case None:
                    return step, Reply("ended the process")
                case _:
                    return step, Reply("wrote into the grader's channel")


@contextlib.contextmanager
def _process(job: dict, cases: bytes) -> Iterator[queue.Queue]:
    """Give the job to a process; yield the queue of its messages, of which ``None`` is the last."""
    messages: queue.Queue = queue.Queue(maxsize=2)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = processes.start(folder)
        reader = threading.Thread(target=_read, args=(process.replies, messages), daemon=True)
        reader.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                frames.write(process.job, [job], cases)
            yield messages
        finally:
            process.stop()
            # The reader may wait for room to put a message; after it the stream can be closed.
            end = time.monotonic() + 2
            while reader.is_alive() and time.monotonic() < end:
                with contextlib.suppress(queue.Empty):
                    messages.get(timeout=0.01)
            if not reader.is_alive():
                process.replies.close()


def _read(stream: Any, messages: queue.Queue) -> None:
    """Hand on what comes; a message that is none ends it."""
    with contextlib.suppress(ValueError, OSError, RecursionError):
        while (message := frames.read(stream)) is not None:
            messages.put(message)
    messages.put(None)
