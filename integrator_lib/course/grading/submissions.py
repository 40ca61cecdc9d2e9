"""Find the notebooks that were handed in: files, folders, archives of Moodle and Canvas."""

import dataclasses
import hashlib
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

LARGEST = 100 * 2**20
"""Largest accepted size of a file in an archive, in bytes."""
DEEPEST = 3
"""Archives are opened to this depth."""
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_")
CANVAS = re.compile(r"(?P<name>[^\W\d_][^_]*)_(?:LATE_)?(?P<number>\d+)_\d+_.", re.IGNORECASE)
COPY = re.compile(r"(\s*\(\d+\)|-Copy\d*|-\d+)$")
"""What browsers, JupyterLab and Canvas add to the name of a second copy."""


@dataclasses.dataclass(frozen=True)
class Submission:
    """A notebook that was handed in.

    Attributes:
        student: The student's name, as the platform, the folder or the file has it.
        number: The student's number where Moodle or Canvas gives one; else empty.
        notebook: Where it lies; a path through archives too.
        content: The file's bytes; empty if they could not be read.
        problem: Why they could not be read; else empty.
    """

    student: str
    number: str
    notebook: str
    content: bytes
    problem: str = ""

    @property
    def sha256(self) -> str:
        """Fingerprint of the content."""
        return hashlib.sha256(self.content).hexdigest()


def find(path: Path, chapters: Collection[str] = ()) -> Iterator[Submission]:
    """Yield the notebooks of a file, a folder or an archive, in the order of their names.

    Args:
        path: A notebook, a zip archive, or a folder that is searched for both.
        chapters: The chapters' own file names without ending, which are no student's name.

    Raises:
        FileNotFoundError: If there is no such file or folder.
        ValueError: If it is a file of another kind.
    """
    if not path.exists():
        raise FileNotFoundError(f"PATH must be a notebook, a folder or an archive, got {path}")
    if path.is_dir():
        above = path.resolve().name
        for file in sorted(file for file in path.rglob("*") if file.is_file()):
            inner = file.relative_to(path).as_posix()
            yield from _open(inner, file.as_posix(), file, above, chapters)
    elif path.suffix.lower() == ".zip":
        yield from _open("", path.as_posix(), path, path.stem, chapters)
    elif path.suffix.lower() == ".ipynb":
        yield from _open(path.name, path.as_posix(), path, path.resolve().parent.name, chapters)
    else:
        raise ValueError(f"PATH must be a notebook, a folder or a zip archive, got {path}")


def _open(
    inner: str,
    where: str,
    file: Path | zipfile.Path,
    above: str,
    chapters: Collection[str],
    depth: int = 0,
) -> Iterator[Submission]:
    """Yield the notebooks of one file, itself or those of an archive.

    Args:
        inner: Its path within what the command names; empty for an archive that it names.
        where: The same, with what the command names before it.
        file: The file.
        above: Name of the folder or archive that holds it, where ``inner`` says no more.
        chapters: As for :func:`find`.
        depth: How many archives it lies in.
    """
    suffix = PurePosixPath(file.name).suffix.lower()
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(inner).parts)
    if hidden or suffix not in (".ipynb", ".zip"):
        return
    student, number = map(_readable, student_of(inner, above, chapters))
    where = _readable(where)
    try:
        content = file.read_bytes()
        members = _members(content) if suffix == ".zip" and depth < DEEPEST else None
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        yield Submission(student, number, where, b"", f"it cannot be read: {error}")
        return
    if members is None:
        yield Submission(student, number, where, content)
        return
    for name, member in members:
        below = f"{inner}/{name}" if inner else name
        yield from _open(below, f"{where}/{name}", member, above, chapters, depth + 1)


def _readable(name: str) -> str:
    """Return a name that any file may hold; a spreadsheet would compute what begins with =."""
    return "".join(c if c.isprintable() else "?" for c in name).lstrip("=+@ ")


def _members(content: bytes) -> list[tuple[str, zipfile.Path]]:
    """Return the files of an archive by their names.

    Raises:
        ValueError: If one of them is too large.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    for info in archive.infolist():
        if info.file_size > LARGEST:
            raise ValueError(f"{info.filename} has more than {LARGEST} bytes")
    names = sorted(info.filename for info in archive.infolist() if not info.is_dir())
    return [(name, zipfile.Path(archive, name)) for name in names]


def student_of(inner: str, above: str, chapters: Collection[str] = ()) -> tuple[str, str]:
    """Return a student's name and number, from where a notebook lies.

    Moodle's and Canvas's names are known. Without one the name is that of the folder or archive
    right below what the command names, of the file where it lies there itself, or of the folder
    above where the file is named after its chapter.

    Args:
        inner: Path of the notebook from what the command names, through archives.
        above: Name of the folder or archive that holds what the command names.
        chapters: The chapters' own file names without ending.

    >>> student_of("Ada Lovelace_4711_assignsubmission_file_/01_the_data.ipynb", "zip")
    ('Ada Lovelace', '4711')
    >>> student_of("lovelaceada_LATE_4711_815_01_the_data.ipynb", "zip")
    ('lovelaceada', '4711')
    >>> student_of("ada/01_the_data.ipynb", "week 1"), student_of("01_ada.ipynb", "week 1")
    (('ada', ''), ('ada', ''))
    """
    parts = PurePosixPath(inner).parts
    for form in (MOODLE, CANVAS):
        for part in (above, *parts):
            if match := form.match(part):
                return match["name"].strip(), match["number"]
    if len(parts) > 1:
        return parts[0].removesuffix(".zip"), ""
    stem = COPY.sub("", PurePosixPath(inner).stem)
    for chapter in chapters:
        stem = stem.replace(chapter, "")
    stem = re.sub(r"^\d\d[_ -]+|^[\W_]+|[\W_]+$", "", stem)
    return (stem if re.search(r"[^\W\d_]", stem) else above), ""
