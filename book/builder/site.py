"""Lay out a site's sources in a folder of their own, and build them with Jupyter Book.

The student site cannot show what its folder does not hold: solutions and guides are copied for
the instructor site alone.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from book.builder import contents, finders, mentions, pages, record, teaching, version_sets
from book.builder.chapters import REPOSITORY, Part, configuration, planned, read_course
from integrator_lib.course import playground
from integrator_lib.plotting import DRAWINGS

BOOK = REPOSITORY / "book"
BUILD = BOOK / "_build"
SITES = {"student": "html", "instructor": "html-instructor"}
"""Folder of each site, in ``book/_build``."""


def stage(target: Path, parts: list[Part], solutions: bool) -> None:
    """Write everything that a site is built from into a new folder.

    Args:
        target: Folder to write; an older one is removed.
        parts: The course.
        solutions: Whether the solutions are part of the site.
    """
    own = configuration()["pages"]
    contents.check_own_pages(BOOK, own)
    mentions.check_mentions()
    shutil.rmtree(target, ignore_errors=True)
    (target / "generated").mkdir(parents=True)
    for folder in ("static", "ext"):
        shutil.copytree(BOOK / folder, target / folder)
    for page in (*BOOK.glob("*.md"), BOOK / "references.bib"):
        if solutions or page.stem not in contents.TEACH:
            shutil.copy(page, target)
    index = target / "index.md"
    text = pages.front_page(index.read_text(encoding="utf-8"), has_launch_buttons(), solutions)
    index.write_text(text, encoding="utf-8")
    for name in ("drawings.md", "playground.md"):
        page = target / name
        text = pages.drawings_page(page.read_text(encoding="utf-8"))
        page.write_text(pages.with_chapter_links(text, parts), encoding="utf-8")
    for page in BOOK.glob("*.ipynb"):
        text = for_the_site(page.read_text(encoding="utf-8"))
        (target / page.name).write_text(text, encoding="utf-8")
    for chapter in pages.chapter_list(parts):
        notebooks = [chapter.path]
        if solutions and chapter.solutions.exists():
            notebooks.append(chapter.solutions)
        for notebook in notebooks:
            copy = target / notebook.relative_to(chapter.path.parents[1])
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(for_the_site(notebook.read_text(encoding="utf-8")), encoding="utf-8")
    modules = pages.rooms()
    generated = {
        "course_map.txt": pages.course_map(parts, planned()),
        "course_start.txt": pages.course_start(parts),
        "api_table.txt": pages.api_table(modules),
        "what_was_run.md": pages.what_was_run(parts),
        "finder_scores.txt": finders.table(),
        "playground.html": pages.playground_page(),
        "miniature.html": pages.miniature(),
        **{f"api_{name}.md": pages.api_page(name) for name in modules},
    }
    if solutions:
        chapters = pages.chapter_list(parts)
        generated |= {
            "teaching_plan.txt": pages.teaching_plan(parts),
            "teaching_notes.md": pages.teaching_notes(parts),
            "teaching_kit.md": teaching.kit_page(chapters),
            "quiz.xml": teaching.quiz_xml(chapters),
            "quiz.gift": teaching.quiz_gift(chapters),
            "version_runs.txt": version_sets.table(),
            "benchmarks.txt": record.benchmarks(),
        }
    files = {f"{d.name}.svg": d.svg for d in (draw() for draw in DRAWINGS)}
    files |= {
        "playground.js": playground.script(),
        "miniature.js": playground.script(playground.MINIATURE),
        "playground.css": playground.style(),
        "playground_weights.js": playground.weights(),
    }
    for name, text in files.items():
        (target / "static" / name).write_text(text, encoding="utf-8")
    for name, text in generated.items():
        (target / "generated" / name).write_text(text, encoding="utf-8")
    (target / "_config.yml").write_text(config(), encoding="utf-8")
    (target / "_toc.yml").write_text(
        contents.toc(parts, list(modules), solutions, own), encoding="utf-8"
    )


def config() -> str:
    """Return Jupyter Book's configuration; launch buttons need a repository's address."""
    options = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    options["html"]["extra_footer"] += f" {edition()}"
    if contact := options.pop("contact"):
        options["html"]["extra_footer"] += f" Contact: {contact}."
    if not has_launch_buttons():
        del options["repository"], options["launch_buttons"]
    return yaml.safe_dump(options)


def has_launch_buttons() -> bool:
    """Tell whether the configuration names a repository, which launch buttons need."""
    options = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    return bool(options["repository"]["url"])


def edition() -> str:
    """Return the course's version and, in a git repository, the day of the last commit."""
    version = importlib.metadata.version("integrator_lib")
    command = ["git", "log", "-1", "--format=%cs"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    day = done.stdout.strip()
    return f"Version {version}, {day}." if day else f"Version {version}."


COLOUR_SCALES = re.compile(r"plot_(hidden|line)\(|imshow|pcolormesh|cmap=|\bc=")
"""What draws figures whose colours are a scale: in the dark theme they are not turned over."""


PLAYGROUND_LINK = re.compile(r"\[([^\]]+)\]\(\.\./book/playground\.md(#[^)]*)?\)")
"""A link to the playground as a notebook has it, with the situation that it opens."""


def for_the_site(notebook: str) -> str:
    """Say in a notebook's cells what the site builder and the style sheet need to know.

    Chapters keep a figure's alternative text as ``alt`` in its cell's metadata, and what to
    conclude from it as ``caption``; without one the first serves as both. A cell that imports,
    before all others, is folded. A link to the playground's source, which JupyterLab can open,
    leads to its page.
    """
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = PLAYGROUND_LINK.sub(
                r'<a href="../playground.html\2">\1</a>', "".join(cell["source"])
            )
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for cell in code:
        tags = cell["metadata"].setdefault("tags", [])
        source = "".join(cell["source"])
        if cell is code[0] and re.search(r"^(import|from) ", source, re.MULTILINE):
            tags.append("hide-input")
        if COLOUR_SCALES.search(source):
            tags.append("keep-colours")
        if alt := cell["metadata"].get("alt"):
            caption = cell["metadata"].get("caption", alt)
            cell["metadata"]["mystnb"] = {"image": {"alt": alt}, "figure": {"caption": caption}}
    return json.dumps(content, indent=1)


def build(site: str, build_folder: Path = BUILD) -> Path:
    """Build a site, with every warning an error.

    Args:
        site: ``"student"`` or ``"instructor"``.
        build_folder: Where sources and site are written.

    Returns:
        The folder of the finished site. It is replaced only if the build succeeds.

    Raises:
        RuntimeError: If Jupyter Book reports a warning or an error.
    """
    source = build_folder / f"source-{site}"
    stage(source, read_course(), solutions=site == "instructor")
    status = jupyter_book(source, "-W", "--keep-going")
    if status:
        raise RuntimeError(f"Jupyter Book stopped with status {status}; its messages are above")
    finished = build_folder / SITES[site]
    shutil.rmtree(finished, ignore_errors=True)
    shutil.move(source / "_build" / "html", finished)
    shutil.rmtree(source)
    return finished


def jupyter_book(source: Path, *options: str, quiet: bool = False) -> int:
    """Run Jupyter Book on laid-out sources and return its exit status.

    Args:
        source: Folder that :func:`stage` has written.
        options: Options of ``jupyter-book build``.
        quiet: Whether its messages are dropped.
    """
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(source)]
    paths = filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    out = subprocess.DEVNULL if quiet else None
    done = subprocess.run([*command, *options, "--quiet"], env=environment, stdout=out, stderr=out)
    return done.returncode
