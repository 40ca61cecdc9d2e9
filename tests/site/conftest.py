"""The two sites, built once for all tests."""

from pathlib import Path

import pytest

from book.builder.site import build


@pytest.fixture(scope="session")
def student_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("student", tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="session")
def instructor_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("instructor", tmp_path_factory.mktemp("instructor"))
