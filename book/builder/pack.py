"""Pack what a student needs into one file: notebooks, library and site, no solutions."""

import zipfile
from pathlib import Path

from book.builder.chapters import REPOSITORY
from book.builder.site import BUILD

ARCHIVE = BUILD / "integrator-rnn-course.zip"
COPIED = (
    *("LICENSE", "environment.yml", "pyproject.toml"),
    *("binder/environment.yml", "binder/postBuild", "requirements-lab.lock"),
)
FILES = {
    "README.md": "book/student/README.md",
    "Makefile": "book/student/Makefile",
    "setup.mk": "book/student/setup.mk",
    "requirements.lock": "requirements-lab.lock",
    **{name: name for name in COPIED},
}
"""What lies at the top of the archive, and where it is in the repository."""
FOLDERS = {"notebooks": "*.ipynb", "integrator_lib": "**/*"}
"""Folders of the repository and which of their files are packed."""


def contents(site: Path) -> dict[str, Path]:
    """Return the files to pack by their names in the archive.

    Args:
        site: The built student site.
    """
    found = {name: REPOSITORY / source for name, source in FILES.items()}
    for folder, pattern in FOLDERS.items():
        for path in (REPOSITORY / folder).glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                found[path.relative_to(REPOSITORY).as_posix()] = path
    for path in site.rglob("*"):
        if path.is_file():
            found[f"site/{path.relative_to(site).as_posix()}"] = path
    return dict(sorted(found.items()))


def pack(site: Path = BUILD / "html", archive: Path = ARCHIVE) -> Path:
    """Write the archive; the same contents give the same bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as out:
        for name, path in contents(site).items():
            entry = zipfile.ZipInfo(f"integrator-rnn-course/{name}", (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            out.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


if __name__ == "__main__":
    print(f"Packed into {pack()}")
