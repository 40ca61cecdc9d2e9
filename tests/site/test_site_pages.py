"""Scans of the built sites: nothing from outside, nothing leaked, nothing unrendered."""

import ast
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from book.builder import pack, pages
from book.builder.chapters import NOTEBOOKS, REPOSITORY, cells, read_chapter, read_course

MARKER = "Solution notebook. It holds"
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:tmp|root|home|work|Users)/[\w.]+")


class Page(HTMLParser):
    """What the scans need of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.images: list[dict] = []
        self.prose: list[str] = []
        self._inside: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = dict(attrs)
        if tag in LOADING and values.get("rel") not in ("canonical", "search", "next", "prev"):
            self.loads.append(values.get(LOADING[tag]) or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "img":
            self.images.append(values)
        if values.get("id"):
            self.anchors.add(values["id"])
        literal = tag in ("pre", "code", "script", "style")
        math = "math" in (values.get("class") or "").split()
        if literal or math or tag in self._inside[-1:]:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.prose.append(data)


@pytest.fixture(scope="module")
def student_pages(student_site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(student_site.rglob("*.html"))}


def test_site_is_built_in_a_minute(student_site: Path) -> None:
    assert (student_site / "index.html").is_file()
    assert float((student_site.parent / "seconds").read_text()) < 60


def test_every_chapter_has_a_page(student_pages: dict[Path, Page], student_site: Path) -> None:
    for chapter in pages.chapter_list(read_course()):
        assert student_site / "notebooks" / f"{chapter.path.stem}.html" in student_pages


def test_no_page_loads_anything_from_elsewhere(student_pages: dict[Path, Page]) -> None:
    outside = {
        (path.name, address)
        for path, page in student_pages.items()
        for address in page.loads
        if re.match(r"(https?:)?//", address)
    }
    assert not outside


def test_style_sheets_load_nothing_from_elsewhere(student_site: Path) -> None:
    for path in student_site.rglob("*.css"):
        found = re.findall(r"url\([\"']?((?:https?:)?//[^)]+)", path.read_text(encoding="utf-8"))
        assert not found, path.name


def test_every_link_inside_the_site_arrives(student_pages: dict[Path, Page]) -> None:
    missing = []
    for path, page in student_pages.items():
        for link in page.links:
            address, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:|//", link) or (not address and not anchor):
                continue
            target = (path.parent / address).resolve() if address else path
            known = student_pages[target].anchors if target in student_pages else {""}
            if not target.is_file() or (anchor and anchor not in known):
                missing.append((path.name, link))
    assert not missing


def test_every_image_has_an_alternative_text(student_pages: dict[Path, Page]) -> None:
    bare = [
        (path.name, image.get("src"))
        for path, page in student_pages.items()
        for image in page.images
        if len(image.get("alt") or "") < 10 and "logo" not in (image.get("class") or "")
    ]
    assert not bare


def test_no_markup_is_left_unrendered(student_pages: dict[Path, Page]) -> None:
    for path, page in student_pages.items():
        if "_modules" in path.parts:
            continue
        prose = "".join(page.prose)
        for leftover in (
            r"\$[^$\n]*\\\w+[^$\n]*\$",
            r"\$\$",
            r"\{(?:term|cite|ref|eq|doc)\}",
            r"^:::",
        ):
            assert not re.search(leftover, prose, re.MULTILINE), (path.name, leftover)


def test_no_path_of_the_building_machine_is_shown(student_site: Path) -> None:
    for path in student_site.rglob("*"):
        if path.suffix in (".html", ".ipynb", ".md", ".txt"):
            found = MACHINE_PATH.search(path.read_text(encoding="utf-8"))
            assert not found, (path.name, found)


def test_terms_of_the_glossary_are_linked_from_every_chapter(student_site: Path) -> None:
    for path in (student_site / "notebooks").glob("*.html"):
        assert path.read_text(encoding="utf-8").count("glossary-link") >= 3, path.name


def test_library_pages_link_to_sources_but_not_to_the_checks(student_site: Path) -> None:
    assert "_modules/integrator_lib/task.html" in (
        student_site / "generated" / "api_task.html"
    ).read_text(encoding="utf-8")
    assert not list(student_site.glob("_modules/integrator_lib/checks*"))


def test_mathjax_lies_beside_its_licence(student_site: Path) -> None:
    assert (student_site / "_static" / "mathjax" / "tex-svg.js").stat().st_size > 10**6
    assert "Apache License" in (student_site / "_static" / "mathjax" / "LICENSE").read_text()


def solution_lines() -> set[bytes]:
    """Return long lines of code that only the solutions hold."""
    known = "".join(cell["source"] for path in NOTEBOOKS.glob("*.ipynb") for cell in cells(path))
    known += "".join(p.read_text() for p in (REPOSITORY / "integrator_lib").glob("*.py"))
    lines = {
        line.strip()
        for path in NOTEBOOKS.glob("solutions/*.ipynb")
        for cell in cells(path)
        if cell["cell_type"] == "code"
        for line in cell["source"].splitlines()
    }
    return {line.encode() for line in lines if len(line) > 30 and line not in known}


def test_every_solutions_notebook_carries_the_marker() -> None:
    for path in NOTEBOOKS.glob("solutions/*.ipynb"):
        assert any(MARKER in cell["source"] for cell in cells(path)), path.name


def test_student_site_holds_no_solution(student_site: Path) -> None:
    telling = {MARKER.encode(), *solution_lines()}
    assert len(telling) > 10
    for path in student_site.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [line for line in telling if line in content], path.name
            assert "solutions" not in path.name


def test_student_archive_holds_no_solution(student_site: Path, tmp_path: Path) -> None:
    telling = {MARKER.encode(), *solution_lines()}
    with zipfile.ZipFile(pack.pack(student_site, tmp_path / "course.zip")) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
        for name in archive.namelist():
            if "/integrator_lib/checks/" not in name:
                content = archive.read(name)
                assert not [line for line in telling if line in content], name
    assert {"notebooks/01_the_data.ipynb", "Makefile", "site/index.html"} <= set(names)
    assert "integrator_lib/task.py" in names


def test_instructor_site_holds_the_solutions_and_the_teaching_notes(instructor_site: Path) -> None:
    for chapter in pages.chapter_list(read_course()):
        page = instructor_site / "notebooks" / "solutions" / f"{chapter.solutions.stem}.html"
        assert MARKER in page.read_text(encoding="utf-8")
    notes = (instructor_site / "generated" / "teaching_notes.html").read_text(encoding="utf-8")
    assert "time is the first axis" in notes


def test_every_figure_of_a_notebook_has_an_alternative_text() -> None:
    for path in [*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("solutions/*.ipynb")]:
        for cell in cells(path):
            drawn = any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))
            assert not drawn or len(cell["metadata"].get("alt", "")) > 20, (
                path.name,
                cell["source"],
            )


def test_every_doi_in_a_chapter_is_in_the_bibliography() -> None:
    known = (REPOSITORY / "book" / "references.bib").read_text(encoding="utf-8").lower()
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in cells(path):
            if cell["cell_type"] == "markdown":
                for doi in re.findall(r"\b10\.\d{4,}/[^\s)>\]]+[^\s)>\].,;]", cell["source"]):
                    assert doi.lower() in known, (path.name, doi)


def test_recorded_run_covers_the_chapters_with_the_locked_versions() -> None:
    run = json.loads(pages.RECORD.read_text(encoding="utf-8"))
    chapters = pages.chapter_list(read_course())
    assert {chapter.path.stem for chapter in chapters} == set(run["seconds"]), "run: make record"
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    for name, version in run["versions"].items():
        assert f"{name}=={version}" in lock, name


def test_chapter_without_its_times_is_refused(tmp_path: Path) -> None:
    notebook = tmp_path / "01_bad.ipynb"
    source = "# 01 Bad\n\n**In this chapter you will** see."
    cell = {"cell_type": "markdown", "source": source, "metadata": {}}
    notebook.write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(ValueError, match=r"01_bad\.ipynb must hold the line"):
        read_chapter(notebook, "nothing")


def test_chapter_that_no_part_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "99_unknown.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="no part for chapter 99"):
        read_course(tmp_path)


def test_every_public_module_has_a_reference_page() -> None:
    modules = pages.public_modules()
    assert {"task", "models", "training", "evaluation", "plotting"} <= set(modules)
    assert "checks" not in modules
    for name in modules:
        tree = ast.parse((REPOSITORY / "integrator_lib" / f"{name}.py").read_text())
        assert ast.get_docstring(tree)
