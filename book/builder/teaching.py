"""The teaching kit: a page of the instructor site, and the quiz bank beside it.

Questions and answers are read from the chapters; what no chapter says is in ``book/teaching.yml``.
"""

import dataclasses
import re
from collections.abc import Iterable
from xml.etree import ElementTree

import yaml

from book.builder.chapters import REPOSITORY, Chapter, cells

SOURCE = REPOSITORY / "book" / "teaching.yml"
DIFFICULTY = {1: "recall", 2: "apply", 3: "derive or build"}
RECALL = re.compile(
    r"<details><summary>(?:\d+\. )?(.+?)</summary>\n\n(.+?)\n\n</details>", re.DOTALL
)


@dataclasses.dataclass(frozen=True)
class Question:
    """A recall question.

    Attributes:
        chapter: The chapter it stands in.
        text: The question, in Markdown.
        answer: The answer that the chapter folds away, in Markdown.
    """

    chapter: Chapter
    text: str
    answer: str


def questions(chapter: Chapter) -> list[Question]:
    """Return the recall questions of a chapter, from its last section."""
    text = "\n\n".join(cell["source"] for cell in cells(chapter.path))
    _, _, recall = text.partition("**Recall.**")
    return [Question(chapter, *found) for found in RECALL.findall(recall)]


def read_kit() -> dict:
    """Return what ``book/teaching.yml`` says."""
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def kit_page(chapters: Iterable[Chapter]) -> str:
    """Return the page: plans, outcomes, times, answers, discussion and projects."""
    kit, chapters = read_kit(), list(chapters)
    lines = ["# Teaching kit", "", "This page is only in the instructor site.", ""]
    lines += ["## Plans", "", "Lecture: the reading time of the week's chapters. Laboratory: the"]
    lines += ["exercises of difficulty 1 and 2. Home: those of difficulty 3, and the recall"]
    lines += ["questions. The times of exercises are estimates.", ""]
    for weeks in kit["plans"]:
        lines += plan(weeks, kit, chapters)
    lines += ["## Chapters", ""]
    for chapter in chapters:
        lines += about(chapter, kit["chapters"][chapter.number])
    lines += ["## Projects", ""]
    for project in kit["projects"]:
        lines += [f"### {project['title']}", "", project["task"], "", "| Judged | Points |"]
        lines += ["| --- | ---: |", *(f"| {what} | {n} |" for what, n in project["rubric"].items())]
        lines.append("")
    lines += ["## Quiz bank", "", "The recall questions with their answers, as essay questions:"]
    lines += ["{download}`Moodle XML <quiz.xml>` and {download}`GIFT <quiz.gift>`. In Moodle:"]
    lines += ["Question bank, Import. Formulas are in TeX between dollar signs.", ""]
    return "\n".join(lines)


def plan(weeks: int, kit: dict, chapters: list[Chapter]) -> list[str]:
    """Return one plan as a table, with the minutes of each week."""
    by_number = {chapter.number: chapter for chapter in chapters}
    lines = [f"### {weeks} weeks", "", "| Week | Lecture | min | Laboratory | min | Home | min |"]
    lines.append("| --- | --- | ---: | --- | ---: | --- | ---: |")
    for week, numbers in enumerate(kit["plans"][weeks], start=1):
        taught = [by_number[number] for number in numbers if number in by_number]
        lecture = ", ".join(f"{chapter.number} {chapter.title}" for chapter in taught)
        exercises = [e for chapter in taught for e in exercises_of(kit, chapter.number)]
        work = {place: [e for e in exercises if (e[1] == 3) == place] for place in (False, True)}
        row = [str(week), lecture, str(sum(chapter.minutes for chapter in taught))]
        for at_home in (False, True):
            names = ", ".join(f"`{name}`" for name, _, _ in work[at_home])
            row += [names or "questions", str(sum(minutes for _, _, minutes in work[at_home]))]
        lines.append("| " + " | ".join(row) + " |")
    return [*lines, ""]


def exercises_of(kit: dict, number: str) -> list[tuple[str, int, int]]:
    """Return name, difficulty and minutes of a chapter's exercises."""
    return [(name, *rated) for name, rated in kit["chapters"][number]["exercises"].items()]


def about(chapter: Chapter, kept: dict) -> list[str]:
    """Return what the kit says of one chapter."""
    lines = [f"### {chapter.number} {chapter.title}", "", "A student can", ""]
    lines += [";\n".join(f"- {outcome}" for outcome in kept["outcomes"]) + "."]
    lines += ["", "| Exercise | Difficulty | Minutes |", "| --- | --- | ---: |"]
    lines += [
        f"| `{name}` | {level}, {DIFFICULTY[level]} | {minutes} |"
        for name, (level, minutes) in kept["exercises"].items()
    ]
    lines += ["", "**Recall, with answers.**", ""]
    lines += [f"- *{q.text}* {' '.join(q.answer.split())}" for q in questions(chapter)]
    ask, answer = kept["discuss"]["ask"], kept["discuss"]["answer"]
    return [*lines, "", f"**To discuss.** *{ask}* {answer}", ""]


def quiz_xml(chapters: Iterable[Chapter]) -> str:
    """Return the quiz bank as Moodle XML: essay questions, the answer for whoever grades."""
    quiz = ElementTree.Element("quiz")
    for chapter in chapters:
        category = ElementTree.SubElement(quiz, "question", type="category")
        path = f"$course$/Integrator RNN/{chapter.number} {chapter.title}"
        _text(category, "category", path)
        for number, asked in enumerate(questions(chapter), start=1):
            question = ElementTree.SubElement(quiz, "question", type="essay")
            _text(question, "name", f"{chapter.number}.{number}")
            _text(question, "questiontext", asked.text, format="markdown")
            _text(question, "graderinfo", asked.answer, format="markdown")
            ElementTree.SubElement(question, "defaultgrade").text = "1"
    ElementTree.indent(quiz)
    return ElementTree.tostring(quiz, encoding="unicode", xml_declaration=True) + "\n"


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    element = ElementTree.SubElement(parent, name, attributes)
    ElementTree.SubElement(element, "text").text = text


def quiz_gift(chapters: Iterable[Chapter]) -> str:
    """Return the quiz bank in GIFT, Moodle's plain text format."""
    blocks = []
    for chapter in chapters:
        blocks.append(f"$CATEGORY: Integrator RNN/{chapter.number} {chapter.title}")
        for number, asked in enumerate(questions(chapter), start=1):
            text, answer = (" ".join(_escape(t).split()) for t in (asked.text, asked.answer))
            blocks.append(f"::{chapter.number}.{number}::[markdown]{text} {{####{answer}}}")
    return "\n\n".join(blocks) + "\n"


def _escape(text: str) -> str:
    """Put GIFT's backslash before the characters that it gives a meaning.

    >>> _escape("a = {b}")
    'a \\\\= \\\\{b\\\\}'
    """
    return re.sub(r"([~=#{}:\\])", r"\\\1", text)
