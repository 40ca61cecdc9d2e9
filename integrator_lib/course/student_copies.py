"""A student's own copies of the chapters: made where missing, never overwritten."""

import functools
import importlib.util
import re
import shutil
from pathlib import Path

from integrator_lib._files import write_text_whole, write_whole

RECORD = "progress.json"
"""Where a student's folder keeps which exercises are passed."""


def copy_missing(source: Path, target: Path) -> list[Path]:
    """Copy the notebooks of ``source`` that ``target`` lacks; never overwrite one.

    Solutions lie in a folder of their own and are not copied. An empty record of progress is
    laid beside the notebooks, so that the checks keep it.

    Args:
        source: Folder of the maintained notebooks.
        target: The student's folder; made if missing.

    Returns:
        The copies that were made.

    Raises:
        FileNotFoundError: If ``source`` holds no notebook.
    """
    notebooks = sorted(source.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"source must hold notebooks, there is none in {source}")
    target.mkdir(parents=True, exist_ok=True)
    missing = [target / n.name for n in notebooks if not (target / n.name).exists()]
    for copy in missing:
        write_whole(copy, functools.partial(shutil.copyfile, source / copy.name))
    if not (target / RECORD).exists():
        write_text_whole(target / RECORD, "{}\n")
    return missing


def outdated(target: Path) -> dict[Path, str]:
    """Find copies that import a module which the library no longer has.

    Args:
        target: The student's folder.

    Returns:
        For each such copy the module's name.
    """
    found = {}
    for copy in sorted(target.glob("*.ipynb")):
        text = copy.read_text(encoding="utf-8", errors="replace")
        for module in re.findall(r"(?:from|import) (integrator_lib(?:\.\w+)+)", text):
            if not _exists(module):
                found[copy] = module
    return found


def _exists(module: str) -> bool:
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return False
    # Compiled files alone may be left of a folder that is gone; that has no origin.
    return found is not None and found.origin is not None
