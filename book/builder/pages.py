"""Write the pages and fragments of the site that are computed."""

import ast
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from book.builder import teaching
from book.builder.chapters import REPOSITORY, Chapter, Part
from integrator_lib.course import playground
from integrator_lib.plotting import DRAWINGS

RECORD = REPOSITORY / "book" / "run_record.json"


def chapter_list(parts: list[Part]) -> list[Chapter]:
    """Return the chapters of all parts in order."""
    return [chapter for part in parts for chapter in part.chapters]


def duration(seconds: float) -> str:
    """Say a time in words: seconds below two minutes, else minutes.

    >>> duration(15), duration(150)
    ('15 s', '2.5 min')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.2g} min"


def course_map(parts: list[Part], planned: Sequence[str] = ()) -> str:
    """Return the cards of the front page, one a chapter, under the titles of the parts.

    Args:
        parts: The course.
        planned: Numbers of the chapters that are still to come.
    """
    lines = []
    for part in parts:
        lines += [f"### {part.title}", "", part.about, "", ":::::{grid} 1 1 2 2", ":gutter: 3", ""]
        for chapter in part.chapters:
            lines += [
                f"::::{{grid-item-card}} {chapter.number} {chapter.title}",
                f":link: notebooks/{chapter.path.stem}",
                ":link-type: doc",
                ":class-card: course-card",
                "",
                chapter.goals[0].upper() + chapter.goals[1:],
                "",
                ":::{card-footer}",
                f"{chapter.minutes} min to read, {duration(chapter.seconds)} to run. "
                f"Checked against {chapter.checked_against}.",
                ":::",
                "::::",
                "",
            ]
        lines += [":::::", ""]
    if planned:
        lines += [f"Still to be written: chapter {', '.join(planned)}.", ""]
    return "\n".join(lines)


def course_start(parts: list[Part]) -> str:
    """Return buttons to the first chapter and to the playground, and how long it all takes."""
    chapters = chapter_list(parts)
    hours = sum(chapter.minutes for chapter in chapters) / 60
    run = duration(sum(chapter.seconds for chapter in chapters))
    exercises = sum(chapter.exercises for chapter in chapters)
    first = chapters[0]
    lines = button(f"notebooks/{first.path.stem}", f"Start with {first.number} {first.title}")
    lines += button("playground", "Play with a trained network", outline=True)
    return "\n".join(
        [
            *lines,
            f"The {len(chapters)} chapters take about {hours:.2g} hours to read and {run} to run",
            f"on two processor cores. They hold {exercises} exercises, each with a check that",
            "names the mistakes it knows.",
            "",
        ]
    )


def button(page: str, text: str, outline: bool = False) -> list[str]:
    """Return the lines of a button that leads to a page."""
    options = [":ref-type: doc", ":color: primary", ":class: course-start"]
    options += [":outline:"] * outline
    return [f"```{{button-ref}} {page}", *options, text, "```", ""]


def front_page(page: str, launch_buttons: bool, solutions: bool) -> str:
    """Leave out the card on servers where no button leads to one; lead instructors to theirs."""
    if solutions:
        page += "\nIf you teach, read the [instructor guide](instructor_guide.md).\n"
    if launch_buttons:
        return page
    card = re.compile(r"::::\{grid-item-card\} On a server\n.*?\n::::\n\n", re.DOTALL)
    page, count = card.subn("", page)
    assert count == 1
    return page.replace("## Three ways to run it", "## Two ways to run it").replace(
        "{grid} 1 1 3 3", "{grid} 1 1 2 2"
    )


def drawings_page(page: str) -> str:
    """Fill in each drawing's alternative text, which the library holds."""
    for drawing in (draw() for draw in DRAWINGS):
        page = page.replace(f"{{alt of {drawing.name}}}", drawing.alt)
    return page


def with_chapter_links(page: str, parts: list[Part]) -> str:
    """Turn ``chapter:06`` in a page's links into the path of that chapter, whatever its name."""
    for chapter in chapter_list(parts):
        page = page.replace(f"(chapter:{chapter.number})", f"(notebooks/{chapter.path.name})")
    return page


def playground_page() -> str:
    """Return the playground for its page of the site, with its scripts beside it.

    The list of pages starts folded away: the theme's button brings it back.
    """
    fold = 'document.getElementById("pst-primary-sidebar")?.classList.add("pst-sidebar-hidden")'
    return f"{playground.body()}<script>{fold};</script>\n{_scripts('playground')}"


def miniature() -> str:
    """Return the front page's live network, with its scripts beside it."""
    return playground.body("miniature") + _scripts("miniature")


def _scripts(page: str) -> str:
    names = ("playground_weights", page)
    return "".join(f'<script src="_static/{name}.js"></script>\n' for name in names)


def teaching_plan(parts: list[Part]) -> str:
    """Return a table of chapters: what each is for and how many hours it takes a student."""
    lines = [
        "| Chapter | Students will | Exercises | Hours |",
        "| --- | --- | --- | --- |",
    ]
    total, kit = 0.0, teaching.read_kit()
    for chapter in chapter_list(parts):
        work = sum(minutes for _, _, minutes in teaching.exercises_of(kit, chapter.number))
        hours = (chapter.minutes + work) / 60
        total += hours
        link = f"[{chapter.number} {chapter.title}](notebooks/{chapter.path.name})"
        lines.append(f"| {link} | {chapter.goals} | {chapter.exercises} | {hours:.1f} |")
    lines += [f"| All | | | {total:.1f} |", ""]
    lines.append("Counted: a chapter's reading time, and the kit's estimate for its exercises.")
    return "\n".join(lines) + "\n"


def teaching_notes(parts: list[Part]) -> str:
    """Return the instructor's page on the mistakes that the checks know."""
    lines = [
        "# Teaching notes",
        "",
        "This page is only in the instructor site. It lists the mistakes that the checks",
        "recognise. A student who makes one is told so in these words.",
        "",
    ]
    for chapter in chapter_list(parts):
        found = exercises(chapter)
        if not found:
            continue
        lines += [f"## {chapter.number} {chapter.title}", ""]
        if chapter.solutions.exists():
            target = f"../notebooks/solutions/{chapter.solutions.name}"
            lines += [f"[Solutions]({target})", ""]
        for exercise in found:
            lines += [f"### `{exercise.name}`", ""]
            lines += [f"- It looks as if {m.looks_like}." for m in exercise.mistakes]
            lines.append("")
    return "\n".join(lines)


def exercises(chapter: Chapter) -> list:
    """Return the exercises that the checks of a chapter define, in their order."""
    from integrator_lib.course.grading.grader import exercises_of

    return exercises_of(chapter.number)


def rooms() -> dict[str, str]:
    """Return the library's public rooms with the first line of their docstrings.

    Each is built on those before it: the order is that of the contract in ``pyproject.toml``.
    The room ``course`` is left out: the sources of its checks give the answers away.
    """
    library = REPOSITORY / "integrator_lib"
    contract = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    layers = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    found = {}
    for layer in reversed(layers):
        room = layer.strip("()").removeprefix("integrator_lib.")
        if room.startswith("_"):
            continue
        sources = [library / f"{room}.py", library / room / "__init__.py"]
        for source in filter(Path.exists, sources):
            docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
            found[room] = docstring.splitlines()[0]
    found.pop("course")
    return found


def modules_of(room: str) -> list[str]:
    """Return the modules of a room, by the names they are imported under."""
    folder = REPOSITORY / "integrator_lib" / room
    if not folder.is_dir():
        return [f"integrator_lib.{room}"]
    own = [f"integrator_lib.{room}"] if _defines_something(folder / "__init__.py") else []
    stems = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    return own + [f"integrator_lib.{room}.{stem}" for stem in stems]


def _defines_something(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)


def api_table(found: dict[str, str]) -> str:
    """Return the table of rooms for the reference's first page."""
    lines = ["| Room | What it holds |", "| --- | --- |"]
    for name, summary in found.items():
        lines.append(f"| [`{name}`](generated/api_{name}) | {summary.replace('``', '`')} |")
    return "\n".join(lines) + "\n"


def api_page(name: str) -> str:
    """Return the reference page of one room."""
    page = f"# `integrator_lib.{name}`\n"
    modules = modules_of(name)
    for module in modules:
        directive = f".. automodule:: {module}\n   :members:\n   :member-order: bysource"
        heading = "" if len(modules) == 1 else f"\n## `{module.removeprefix('integrator_lib.')}`\n"
        page += f"{heading}\n```{{eval-rst}}\n{directive}\n```\n"
    return page


def what_was_run(parts: list[Part], record: Path = RECORD) -> str:
    """Return the page on the recorded run: versions, processor and seconds a chapter."""
    lines = ["# What was run", ""]
    if not record.exists():
        return "\n".join([*lines, "No run is recorded yet; `make record` makes one.", ""])
    run = json.loads(record.read_text(encoding="utf-8"))
    lines += [
        "The outputs in the chapters are stored, and the test suite runs every chapter again",
        f"and compares. This page tells of one full run, on {run['date']}. `make record` makes",
        "a new one.",
        "",
        "## Machine",
        "",
        "| What | Found |",
        "| --- | --- |",
        *(f"| {name} | {value} |" for name, value in run["machine"].items()),
        "",
        "## Seconds per chapter",
        "",
        "| Chapter | Promised | Measured |",
        "| --- | --- | --- |",
    ]
    for chapter in chapter_list(parts):
        measured = run["seconds"].get(chapter.path.stem)
        shown = "not recorded" if measured is None else duration(measured)
        link = f"[{chapter.number} {chapter.title}](../notebooks/{chapter.path.name})"
        lines.append(f"| {link} | {duration(chapter.seconds)} | {shown} |")
    lines += ["", "## Versions", "", "| Package | Version |", "| --- | --- |"]
    lines += [f"| {name} | {version} |" for name, version in run["versions"].items()]
    return "\n".join(lines) + "\n"
