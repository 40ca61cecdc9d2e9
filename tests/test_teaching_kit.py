"""The teaching kit says what the chapters say, and the quiz bank holds every recall question."""

import re
from xml.etree import ElementTree

import pytest

from book.builder import teaching
from book.builder.chapters import cells, planned, read_course

CHAPTERS = [chapter for part in read_course() for chapter in part.chapters]
KIT = teaching.read_kit()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_kit_rates_the_exercises_of_each_chapter_in_their_order(chapter):
    stubs = [
        c["source"] for c in cells(chapter.path) if "exercise" in c["metadata"].get("tags", [])
    ]
    names = [re.search(r"^def (\w+)", stub, re.MULTILINE)[1] for stub in stubs]
    rated = KIT["chapters"][chapter.number]["exercises"]
    assert list(rated) == names
    assert all(level in teaching.DIFFICULTY and minutes > 0 for level, minutes in rated.values())


def test_outcomes_name_exercises_that_exist():
    for number, kept in KIT["chapters"].items():
        named = re.findall(r"`(\w+)`", " ".join(kept["outcomes"]))
        assert set(named) <= set(kept["exercises"]), number


def test_plans_teach_a_chapter_once_and_the_longest_teaches_all():
    for weeks, plan in KIT["plans"].items():
        taught = [number for week in plan for number in week]
        assert len(plan) == weeks and taught == sorted(set(taught))
    assert set(taught) == {chapter.number for chapter in CHAPTERS} | set(planned())


def test_rubrics_add_up():
    assert [sum(project["rubric"].values()) for project in KIT["projects"]] == [100, 100]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_each_chapter_has_recall_questions_with_answers(chapter):
    assert len(teaching.questions(chapter)) >= 3
    assert all(len(asked.answer) > 20 for asked in teaching.questions(chapter))


def test_quiz_banks_hold_every_question_with_its_answer():
    asked = [question for chapter in CHAPTERS for question in teaching.questions(chapter)]
    essays = ElementTree.fromstring(teaching.quiz_xml(CHAPTERS)).findall("question[@type='essay']")
    assert [essay.findtext("questiontext/text") for essay in essays] == [q.text for q in asked]
    assert [essay.findtext("graderinfo/text") for essay in essays] == [q.answer for q in asked]
    blocks = re.findall(
        r"^::[\d.]+::\[markdown\](.+?) (?<!\\)\{####(.+)(?<!\\)\}$",
        teaching.quiz_gift(CHAPTERS),
        re.MULTILINE,
    )
    plain = [tuple(re.sub(r"\\([~=#{}:\\])", r"\1", text) for text in block) for block in blocks]
    assert plain == [tuple(" ".join(t.split()) for t in (q.text, q.answer)) for q in asked]


def test_page_lists_plans_times_and_answers():
    page = teaching.kit_page(CHAPTERS)
    assert [f"### {weeks} weeks" in page for weeks in (6, 10, 14)] == [True] * 3
    for chapter in CHAPTERS:
        assert all(asked.text in page for asked in teaching.questions(chapter))
