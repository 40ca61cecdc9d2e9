"""Find the notebooks that were handed in: files, folders, archives of Moodle and Canvas."""

import dataclasses
import functools
import hashlib
import io
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

LARGEST = 200 * 2**20
"""Most bytes that are read of a student's notebooks and archives, unpacked, all together."""
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
        search = _Search(path.resolve().name, chapters)
        for file in sorted(f for f in path.rglob("*") if f.is_symlink() or f.is_file()):
            inner = file.relative_to(path).as_posix()
            yield from search.visit(inner, _on_disk(file))
    elif path.suffix.lower() == ".zip":
        yield from _Search(path.stem, chapters).visit("", _on_disk(path.resolve(), path))
    elif path.suffix.lower() == ".ipynb":
        search = _Search(path.resolve().parent.name, chapters)
        yield from search.visit(path.name, _on_disk(path.resolve(), path))
    else:
        raise ValueError(f"PATH must be a notebook, a folder or a zip archive, got {path}")


@dataclasses.dataclass(frozen=True)
class _File:
    """A file on disk or in an archive.

    Attributes:
        where: Its path, through archives.
        open: Opens it to read bytes.
        is_link: Whether it only points to another file.
    """

    where: str
    open: Callable[[], IO[bytes]]
    is_link: bool


def _on_disk(file: Path, named: Path | None = None) -> _File:
    """Return a file of a folder, or one that the command has ``named``."""
    return _File((named or file).as_posix(), lambda: file.open("rb"), file.is_symlink())


class _Search:
    """One look through what the command names."""

    def __init__(self, above: str, chapters: Collection[str]) -> None:
        """Prepare it.

        Args:
            above: Name of the folder or archive that holds what has no folder of its own.
            chapters: As for :func:`find`.
        """
        self._above, self._chapters = above, chapters
        self._read: Counter[tuple[str, str]] = Counter()

    def visit(self, inner: str, file: _File, depth: int = 0) -> Iterator[Submission]:
        """Yield the notebooks of one file, itself or those of an archive.

        Args:
            inner: Its path within what the command names; empty for an archive that it names.
            file: The file.
            depth: How many archives it lies in.
        """
        suffix = PurePosixPath(file.where).suffix.lower()
        hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(inner).parts)
        if hidden or suffix not in (".ipynb", ".zip"):
            return
        student, number = map(_readable, student_of(inner, self._above, self._chapters))
        where = _readable(file.where)
        try:
            content = self._content(file, (student, number) if inner else None)
            members = _members(content, where) if suffix == ".zip" and depth < DEEPEST else None
        except Exception as error:  # a broken archive raises whatever its decoder does
            yield Submission(student, number, where, b"", f"it cannot be read: {error}")
            return
        if members is None:
            yield Submission(student, number, where, content)
            return
        for name, member in members:
            yield from self.visit(f"{inner}/{name}" if inner else name, member, depth + 1)

    def _content(self, file: _File, student: tuple[str, str] | None) -> bytes:
        """Return a file's bytes, counted for a student; a whole class's archive for none.

        Raises:
            ValueError: If it is a link, or more than a student may hand in.
        """
        if file.is_link:
            raise ValueError("it is a link to another file")
        with file.open() as stream:
            if student is None:
                return stream.read()
            content = stream.read(LARGEST - self._read[student] + 1)
        self._read[student] += len(content)
        if self._read[student] > LARGEST:
            raise ValueError(f"the student's files have more than {LARGEST} bytes, unpacked")
        return content


def _readable(name: str) -> str:
    """Return a name that any file may hold; a spreadsheet would compute what begins with =."""
    return "".join(c if c.isprintable() else "?" for c in name).lstrip("=+@ ")


def _members(content: bytes, where: str) -> list[tuple[str, _File]]:
    """Return the files of an archive by their names."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    infos = sorted(archive.infolist(), key=lambda info: info.filename)
    return [
        (
            info.filename,
            _File(
                f"{where}/{info.filename}",
                functools.partial(archive.open, info),
                stat.S_ISLNK(info.external_attr >> 16),
            ),
        )
        for info in infos
        if not info.is_dir()
    ]


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
