"""Messages between the grader and the process that runs a student's code.

A message is a list, sent as JSON, and bytes that may hold arrays (:mod:`.plain`). Nothing in
it can be code.
"""

import json
from typing import IO, Any

LARGEST = 256 * 2**20
"""Largest accepted size of a message in bytes."""


def write(stream: IO[bytes], header: list, payload: bytes = b"") -> None:
    """Write one message."""
    head = json.dumps(header).encode()
    sizes = len(head).to_bytes(4, "little") + len(payload).to_bytes(4, "little")
    stream.write(sizes + head + payload)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[list[Any], bytes] | None:
    """Read one message; ``None`` at the end of the stream.

    Raises:
        ValueError: If what comes is no message, or too large.
    """
    sizes = stream.read(8)
    if len(sizes) < 8:
        return None
    head, payload = (int.from_bytes(part, "little") for part in (sizes[:4], sizes[4:]))
    if head + payload > LARGEST:
        raise ValueError(f"a message must have at most {LARGEST} bytes, got {head + payload}")
    data = stream.read(head + payload)
    if len(data) < head + payload:
        return None
    header = json.loads(data[:head])
    if not isinstance(header, list):
        raise ValueError(f"a message must begin with a list, got {type(header).__name__}")
    return header, data[head:]
