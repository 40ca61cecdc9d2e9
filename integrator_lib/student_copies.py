"""Copy the chapters a student does not have yet: ``python -m integrator_lib.student_copies``."""

import shutil
import sys
from pathlib import Path


def copy_missing(source: Path, target: Path) -> list[Path]:
    """Copy the notebooks of ``source`` that ``target`` lacks; never overwrite one.

    Solutions lie in a folder of their own and are not copied.

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
        whole = copy.with_suffix(".partial")
        shutil.copyfile(source / copy.name, whole)
        whole.replace(copy)
    return missing


if __name__ == "__main__":
    made = copy_missing(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"Copied {len(made)} chapters to {sys.argv[2]}/; what was there is untouched.")
