"""Files that are written whole or not at all."""

from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside ``path``, then move it there.

    A crash or an error leaves any older file as it was.

    Args:
        path: Where the file is to be.
        write: Called with the path of the file to make.
    """
    beside = path.with_name(f"{path.name}.partial")
    write(beside)
    beside.replace(path)


def write_text_whole(path: Path, text: str) -> None:
    """Write a text as :func:`write_whole` writes a file; in UTF-8."""
    write_whole(path, lambda beside: beside.write_text(text, encoding="utf-8"))
