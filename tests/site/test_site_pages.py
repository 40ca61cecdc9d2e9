"""Scans of the built sites: nothing from outside, nothing leaked, nothing unrendered."""

import json
import re
import zipfile
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from book.builder import contents, pack, pages, site
from book.builder.chapters import NOTEBOOKS, REPOSITORY, cells, read_chapter, read_course
from book.builder.links import report

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
        self.drawings: list[dict] = []
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
        if tag in ("svg", "canvas") and values.get("aria-hidden") != "true":
            self.drawings.append(values)
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


def test_every_chapter_has_a_page(student_pages: dict[Path, Page], student_site: Path) -> None:
    for chapter in pages.chapter_list(read_course()):
        assert student_site / "notebooks" / f"{chapter.path.stem}.html" in student_pages


def test_progress_bars_are_not_shown_as_errors(student_pages: dict[Path, Page]) -> None:
    shown = [p.name for p in student_pages if "output stderr" in p.read_text(encoding="utf-8")]
    assert not shown


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
            if address.endswith("playground.html"):
                anchor = ""  # what follows is a situation that the page opens
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


def test_every_drawing_in_html_has_an_accessible_name(student_pages: dict[Path, Page]) -> None:
    bare = [
        (path.name, drawing)
        for path, page in student_pages.items()
        for drawing in page.drawings
        if drawing.get("role") != "img" or len(drawing.get("aria-label") or "") < 10
    ]
    assert not bare


def test_figures_and_equations_are_numbered_after_their_chapter(student_site: Path) -> None:
    for chapter in pages.chapter_list(read_course()):
        page = student_site / "notebooks" / f"{chapter.path.stem}.html"
        text = page.read_text(encoding="utf-8")
        all_cells = cells(chapter.path)
        prose = "".join(c["source"] for c in all_cells if c["cell_type"] == "markdown")
        drawings = [c["outputs"] for c in all_cells if "alt" in c["metadata"]]
        drawn = sum("data" in output for outputs in drawings for output in outputs)
        for found, count in (
            (re.findall(r"Fig\. ([\d.]+)", text), drawn),
            (re.findall(r'"eqno">\(([\d.]+)\)', text), prose.count("$$") // 2),
        ):
            assert found == [f"{int(chapter.number)}.{n}" for n in range(1, count + 1)], page.name


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
    assert not list(student_site.glob("_modules/integrator_lib/course/checks*"))


def test_reference_shows_the_arguments_of_every_class(student_site: Path) -> None:
    for path in (student_site / "generated").glob("api_*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Alias for field" not in text, path.name
        for heading in re.findall(r'<dt class="sig sig-object py".*?</dt>', text, re.DOTALL):
            assert "class</span>" not in heading or ">args<" not in heading, heading


@pytest.mark.parametrize("number", ["01", "04", "06", "08", "09"])
def test_chapters_lead_to_the_playground(student_site: Path, number: str) -> None:
    (chapter,) = (student_site / "notebooks").glob(f"{number}_*.html")
    text = chapter.read_text(encoding="utf-8")
    assert re.search(r'<a href="\.\./playground\.html[#"]', text)
    assert "book/playground.md" not in text and (student_site / "playground.html").exists()


def test_mathjax_lies_beside_its_licence(student_site: Path) -> None:
    assert (student_site / "_static" / "mathjax" / "tex-svg.js").stat().st_size > 10**6
    assert "Apache License" in (student_site / "_static" / "mathjax" / "LICENSE").read_text()


def solution_lines() -> set[bytes]:
    """Return long lines of code that only the solutions hold."""
    known = "".join(cell["source"] for path in NOTEBOOKS.glob("*.ipynb") for cell in cells(path))
    known += "".join(p.read_text() for p in (REPOSITORY / "integrator_lib").rglob("*.py"))
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


def telling(contents: Mapping[str, bytes]) -> list[str]:
    """Return the names of the files that hold a solution, or are named after one."""
    secrets = {MARKER.encode(), *solution_lines()}
    return [
        name
        for name, content in contents.items()
        if "solutions" in name or any(line in content for line in secrets)
    ]


def test_student_site_holds_no_solution(student_site: Path) -> None:
    files = [path for path in student_site.rglob("*") if path.is_file()]
    assert student_site / "searchindex.js" in files
    assert student_site / "_sources" / "notebooks" / "01_the_data.ipynb" in files
    contents = {p.relative_to(student_site).as_posix(): p.read_bytes() for p in files}
    assert telling(contents) == []


def test_a_leak_is_found_in_a_page_a_source_and_the_search_index(instructor_site: Path) -> None:
    assert len(solution_lines()) > 10
    found = telling(
        {
            path.relative_to(instructor_site).as_posix(): path.read_bytes()
            for path in instructor_site.rglob("*")
            if path.is_file()
        }
    )
    for chapter in pages.chapter_list(read_course()):
        name = f"notebooks/solutions/{chapter.solutions.stem}"
        assert {f"{name}.html", f"_sources/{name}.ipynb"} <= set(found)
    leaked = {"searchindex.js": b"x" + MARKER.encode(), "page.html": max(solution_lines(), key=len)}
    assert telling(leaked) == list(leaked)


@pytest.fixture(scope="module")
def archive(student_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = pack.pack(student_site, tmp_path_factory.mktemp("archive") / "course.zip")
    with zipfile.ZipFile(path) as packed:
        return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}


def test_student_archive_holds_no_solution(archive: dict[str, bytes]) -> None:
    checks = "integrator_lib/course/checks/"
    assert telling({n: c for n, c in archive.items() if not n.startswith(checks)}) == []
    assert MARKER.encode() not in b"".join(archive.values())


def test_guides_are_on_the_instructor_site_alone(
    student_site: Path, instructor_site: Path, archive: dict[str, bytes]
) -> None:
    for name in contents.TEACH:
        assert (instructor_site / f"{name}.html").exists()
    for path in student_site.rglob("*"):
        stem = path.relative_to(student_site).with_suffix("").as_posix()
        assert not any(stem.endswith(name) for name in contents.TEACH), path
    for name, content in archive.items():
        for word in (b"instructor_guide", b"maintainer_guide", b"structor guide"):
            assert word not in content or name.endswith(".py"), (name, word)


def test_students_makefile_has_its_own_few_targets(archive: dict[str, bytes]) -> None:
    text = archive["Makefile"].decode()
    targets = re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)
    assert targets == ["help", "lab", "check", "read", "clean"]
    (included,) = re.findall(r"^include (.+)$", text, re.MULTILINE)
    text += archive[included].decode()
    for path in ("requirements.lock", "pyproject.toml", "site/index.html", "notebooks"):
        assert path in text and any(name.startswith(path) for name in archive), path


def test_student_archive_holds_what_its_readme_names(archive: dict[str, bytes]) -> None:
    chapters = {f"notebooks/{c.path.name}" for c in pages.chapter_list(read_course())}
    assert chapters <= set(archive)
    assert {"Makefile", "requirements.lock", "integrator_lib/task.py"} <= set(archive)
    linked = re.findall(r"\]\(([^)#]+)\)", archive["README.md"].decode())
    assert "site/index.html" in linked
    assert set(linked) <= set(archive)


def test_student_readme_gives_the_commands_of_the_repositorys_own() -> None:
    whole = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    student = REPOSITORY / pack.FILES["README.md"]
    commands = re.findall(r"```\n(.+?)\n```", student.read_text(encoding="utf-8"), re.DOTALL)
    assert len(commands) == 3
    assert [block for block in commands if block not in whole] == []


def test_instructor_site_holds_the_solutions_and_the_teaching_notes(instructor_site: Path) -> None:
    for chapter in pages.chapter_list(read_course()):
        page = instructor_site / "notebooks" / "solutions" / f"{chapter.solutions.stem}.html"
        assert MARKER in page.read_text(encoding="utf-8")
    notes = (instructor_site / "generated" / "teaching_notes.html").read_text(encoding="utf-8")
    assert "time is the first axis" in notes


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
    # A chapter that is gone may stay in the record: dropping one needs no new run.
    assert {chapter.path.stem for chapter in chapters} <= set(run["seconds"]), "run: make record"
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    for name, version in run["versions"].items():
        assert f"{name}=={version}" in lock, name


def test_outside_links_are_reported_apart_from_a_missing_network() -> None:
    works = {"uri": "https://a.org", "status": "working", "code": 0, "info": ""}
    gone = {"uri": "https://b.org", "status": "broken", "code": 404, "info": "not found"}
    lost = {"uri": "https://c.org", "status": "broken", "code": 0, "info": "no answer"}
    inside = {"uri": "#here", "status": "unchecked", "code": 0, "info": ""}
    assert report([works, inside]) == (
        ["working     https://a.org", "0 of 1 links are broken."],
        0,
    )
    lines, status = report([works, gone, lost])
    assert (lines[-1], status) == ("2 of 3 links are broken.", 1)
    assert report([lost]) == (
        ["https://c.org", "No network: 1 links are listed, none was visited."],
        1,
    )


def test_one_line_of_the_configuration_turns_the_launch_buttons_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "launch_buttons" not in yaml.safe_load(site.config())
    own = (site.BOOK / "_config.yml").read_text(encoding="utf-8")
    address = "https://github.com/your-name/your-copy"
    (tmp_path / "_config.yml").write_text(own.replace('url: ""', f'url: "{address}"'))
    monkeypatch.setattr(site, "BOOK", tmp_path)
    changed = yaml.safe_load(site.config())
    assert changed["repository"]["url"] == address
    assert "binderhub_url" in changed["launch_buttons"]


def test_a_line_of_the_configuration_says_where_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Contact" not in site.config()
    own = (site.BOOK / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(own.replace('contact: ""', "contact: ada@example.org"))
    monkeypatch.setattr(site, "BOOK", tmp_path)
    changed = yaml.safe_load(site.config())
    assert "Contact: ada@example.org." in changed["html"]["extra_footer"]
    assert "contact" not in changed


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


def test_every_public_room_has_a_reference_page_in_the_rooms_order() -> None:
    rooms = pages.rooms()
    assert list(rooms)[:4] == ["task", "theory", "filtering", "networks"]
    assert "course" not in rooms and all(rooms.values())
    folders = {p.name for p in (REPOSITORY / "integrator_lib").iterdir() if p.is_dir()}
    assert folders - {"course", "__pycache__"} <= set(rooms)
    for room in rooms:
        for module in pages.modules_of(room):
            assert f".. automodule:: {module}\n" in pages.api_page(room)


def test_citations_in_chapters_lead_to_the_bibliography(student_site: Path) -> None:
    known = (student_site / "bibliography.html").read_text(encoding="utf-8")
    for chapter, cited in (("01_the_data", "Robinson 1989"), ("01_the_data", "Seung 1996")):
        page = (student_site / "notebooks" / f"{chapter}.html").read_text(encoding="utf-8")
        links = re.findall(rf'href="../bibliography.html#(\w+)">{cited}</a>', page)
        assert len(links) == 1, cited
        entry = known[known.index(f'id="{links[0]}"') :][:600]
        assert all(word in entry for word in cited.split())


@pytest.mark.parametrize(
    ("sentence", "term", "found"),
    [
        ("a step gains too little", "gain", False),
        ("whose loss is felt", "loss", False),
        ("how much the rows overlap", "overlap", False),
        ("it has the gain of one half", "gain", True),
        ("the eigenvalues are", "eigenvalue", True),
        ("gain", "gain", True),
    ],
)
def test_words_that_are_terms_only_sometimes_are_linked_only_then(
    sentence: str, term: str, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(REPOSITORY / "book" / "ext")
    from glossary_links import first_use

    pattern = re.compile(rf"\b({term})s?\b", re.IGNORECASE)
    assert (first_use(pattern, sentence) is not None) == found


def test_references_hold_no_glossary_links(student_pages: dict[Path, Page]) -> None:
    for path in student_pages:
        if path.parent.name == "notebooks":
            references = path.read_text(encoding="utf-8").partition('id="references"')[2]
            assert "glossary-link" not in references, path.name


def test_every_page_describes_itself_and_names_its_edition(student_site: Path) -> None:
    seen = {}
    for path in [student_site / "index.html", *(student_site / "notebooks").glob("*.html")]:
        page = path.read_text(encoding="utf-8")
        (text,) = re.findall('<meta name="description" content="([^"]{40,210})">', page)
        assert f'<meta property="og:description" content="{text}">' in page
        seen[text] = path
        assert re.search(r"Version \d+\.\d+\.\d+", page)
    assert len(seen) == 1 + len(pages.chapter_list(read_course()))


def test_figures_stay_within_their_budget(student_site: Path) -> None:
    # Twice the pixels of a screen of old; a page of ten figures still loads in a second or two.
    sizes = {path.name: path.stat().st_size for path in (student_site / "_images").iterdir()}
    assert max(sizes.values()) <= 300_000, max(sizes.items(), key=lambda item: item[1])


def test_colour_scales_and_set_up_are_marked_for_the_style_sheet() -> None:
    def marked(*sources: str) -> list[list[str]]:
        cells = [{"cell_type": "code", "source": s, "metadata": {"alt": "a"}} for s in sources]
        found = json.loads(site.for_the_site(json.dumps({"cells": cells})))["cells"]
        return [cell["metadata"]["tags"] for cell in found]

    assert marked("import numpy as np", "import jax", "ax = plotting.plot_hidden(h, y, [0])") == [
        ["hide-input"],
        [],
        ["keep-colours"],
    ]


def test_a_caption_of_its_own_takes_the_place_of_the_alternative_text() -> None:
    cell = {
        "cell_type": "code",
        "source": "",
        "metadata": {"alt": "A line.", "caption": "It leaks."},
    }
    (found,) = json.loads(site.for_the_site(json.dumps({"cells": [cell]})))["cells"]
    assert found["metadata"]["mystnb"] == {
        "image": {"alt": "A line."},
        "figure": {"caption": "It leaks."},
    }
