"""Run every chapter once and record versions, processor and seconds: ``make record``."""

import datetime
import importlib.metadata
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from book.builder.chapters import REPOSITORY, read_course
from book.builder.pages import RECORD, chapter_list
from integrator_lib._files import write_text_whole

PACKAGES = ("brainstate", "braintools", "jax", "jaxlib", "matplotlib", "numpy", "jupyter-book")
BENCHMARKS = REPOSITORY / "book" / "bench_record.json"
VECTOR_UNITS = {"avx512f": "AVX-512", "avx2": "AVX2", "sse4_2": "SSE4.2", "asimd": "NEON"}


def seconds_to_run(notebook: Path) -> float:
    """Run a notebook in a folder of its own and return how long it took."""
    content = nbformat.read(notebook, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        NotebookClient(content, timeout=900, resources={"metadata": {"path": folder}}).execute()
        return round(time.perf_counter() - start, 1)


def benchmarks() -> str:
    """Return the tables of the last ``make bench``, for the maintainer guide."""
    if not BENCHMARKS.exists():
        return "No table is recorded yet; `make bench` makes them.\n"
    return "\n".join(json.loads(BENCHMARKS.read_text(encoding="utf-8")).values())


def vector_unit() -> str:
    """Return the widest vector instructions that Linux names, on which rounding depends."""
    path = Path("/proc/cpuinfo")
    words = set(path.read_text().split()) if path.exists() else set()
    return next((name for flag, name in VECTOR_UNITS.items() if flag in words), "unknown")


def main() -> None:
    """Run the chapters one after another and write the record."""
    seconds = {}
    for chapter in chapter_list(read_course()):
        seconds[chapter.path.stem] = seconds_to_run(chapter.path)
        print(f"{chapter.path.stem}: {seconds[chapter.path.stem]} s")
    record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {
            "Processor class": platform.machine(),
            "Vector instructions": vector_unit(),
            "Processor cores": os.cpu_count(),
            "System": platform.system(),
            "Python": platform.python_version(),
        },
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "seconds": seconds,
    }
    write_text_whole(RECORD, json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
