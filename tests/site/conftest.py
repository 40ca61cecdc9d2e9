"""The two sites, built once for all tests."""

import time
from pathlib import Path

import pytest

from book.builder.site import build


def build_timed(site: str, folder: Path) -> Path:
    """Build a site and write beside it how long that took."""
    started = time.perf_counter()
    finished = build(site, folder)
    (folder / "seconds").write_text(f"{time.perf_counter() - started}")
    return finished


@pytest.fixture(scope="session")
def student_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_timed("student", tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="session")
def instructor_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_timed("instructor", tmp_path_factory.mktemp("instructor"))
