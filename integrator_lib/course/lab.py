"""Open JupyterLab on your copies: ``python -m integrator_lib.course.lab notebooks work``."""

import os
import sys
from pathlib import Path

from integrator_lib.course.student_copies import copy_missing, outdated

FIRST = "01_the_data.ipynb"
BARE = {"bash": "--norc", "zsh": "--no-rcs", "fish": "--no-config", "powershell.exe": "-NoProfile"}
"""Shells that JupyterLab's terminals run, and the option that leaves start files unread."""


def use_this_python_in_terminals() -> str:
    """Put this environment's programs first, and return the option that keeps them there.

    A shell's start files may put another Python first: those of conda and pyenv do.
    """
    programs = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    shell = "powershell.exe" if os.name == "nt" else os.environ.get("SHELL", "sh")
    bare = BARE.get(os.path.basename(shell))
    return (
        f"--ServerApp.terminado_settings={{'shell_command': {[shell, bare] if bare else [shell]}}}"
    )


def main(source: str, target: str, *options: str) -> None:
    """Copy the chapters that a student lacks, and run JupyterLab there until it is stopped.

    Args:
        source: Folder of the maintained notebooks.
        target: The student's folder; made if missing.
        options: Options of JupyterLab.

    Raises:
        FileNotFoundError: If ``source`` holds no notebook.
    """
    made = copy_missing(Path(source), Path(target))
    print(f"Copied {len(made)} chapters to {target}/; what was there is untouched.")
    for copy, module in outdated(Path(target)).items():
        print(
            f"{copy} is from an earlier version of the course: it imports {module}, which is "
            f"gone.\n  For a fresh copy, rename yours, say to {copy.stem}_old.ipynb, and run this "
            "again."
        )
    from jupyterlab.labapp import main as run_jupyterlab

    os.chdir(target)
    run_jupyterlab([FIRST, use_this_python_in_terminals(), *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
