"""Run the course's studies: ``make studies``."""

import argparse
from pathlib import Path

from integrator_lib.studies import STUDIES, run
from integrator_lib.studies.machines import connect
from integrator_lib.studies.storage import FOLDER
from integrator_lib.training import use_all_cores, use_compilation_cache


def main(arguments: list[str] | None = None) -> None:
    """Run what is not stored yet.

    Args:
        arguments: As on the command line; the command line's own if ``None``.
    """
    parser = argparse.ArgumentParser(prog="integrator_lib.studies", description=__doc__)
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=f"all, or of {[*STUDIES]}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where results are stored")
    parser.add_argument("--coordinator", metavar="HOST:PORT", help="of the first process")
    parser.add_argument("--processes", type=int, default=1, help="how many there are")
    parser.add_argument("--process", type=int, default=0, help="which this is, from 0")
    chosen = parser.parse_args(arguments)
    for name in chosen.studies:
        if name not in STUDIES:
            parser.error(f"there is no study {name}; there are {', '.join(STUDIES)}")
    if chosen.coordinator:
        connect(chosen.coordinator, chosen.processes, chosen.process)
    use_all_cores()
    use_compilation_cache()
    for name in chosen.studies or STUDIES:
        run(STUDIES[name], chosen.folder)


if __name__ == "__main__":
    main()
