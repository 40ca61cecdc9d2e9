"""What an instructor changes: pages of one's own, chapters dropped."""

from pathlib import Path

import pytest
import yaml

from book.builder import contents, mentions, pages, site
from book.builder.chapters import REPOSITORY, configuration, read_course


def test_every_page_is_named_and_every_named_page_is_there() -> None:
    contents.check_own_pages(REPOSITORY / "book", configuration()["pages"])


def test_a_page_of_ones_own_is_shown_by_one_line(tmp_path: Path) -> None:
    listed = yaml.safe_load(
        contents.toc(read_course(), ["task"], solutions=False, own=["syllabus"])
    )
    first = listed["parts"][0]
    assert first == {"caption": "In this class", "chapters": [{"file": "syllabus"}]}
    (tmp_path / "syllabus.md").write_text("# Syllabus")
    contents.check_own_pages(tmp_path, ["syllabus"])


@pytest.mark.parametrize(
    ("own", "said"),
    [([], "would not be shown: syllabus"), (["syllabus", "dates"], "not there: dates")],
)
def test_no_page_vanishes_without_a_word(own: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "syllabus.md").write_text("# Syllabus")
    with pytest.raises(ValueError, match=said):
        contents.check_own_pages(tmp_path, own)


def test_guides_are_listed_for_instructors_alone() -> None:
    for solutions in (True, False):
        text = contents.toc(read_course(), ["task"], solutions)
        assert [name in text for name in contents.TEACH] == [solutions] * len(contents.TEACH)
        front = pages.front_page((site.BOOK / "index.md").read_text(), True, solutions)
        assert ("instructor_guide" in front) == solutions


def test_every_chapter_that_a_sentence_names_is_there_or_planned() -> None:
    mentions.check_mentions()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Chapter 06 looks at it", {"06"}),
        ("You need chapters 04 to 07, and 09.", {"04", "05", "06", "07", "09"}),
        ("see [this](06_finding_the_line.ipynb)", {"06"}),
        ("[Chapter](chapter:08) and `chapter09.py`", {"08", "09"}),
        ("as in chapter\n# 10, of 25 steps", {"10"}),
        ("25 to 10000 steps, version 0.10", set()),
    ],
)
def test_chapters_are_found_in_sentences_links_and_code(text: str, named: set[str]) -> None:
    found = [mentions.numbers(match) for match in mentions.NAMED.finditer(text)]
    assert set().union(*found) == named


def test_dropping_a_chapter_names_the_sentences_that_need_it(tmp_path: Path) -> None:
    files = {
        "README.md": "The course.\n\n| [07 Modes](notebooks/07_modes.ipynb) | how |\n",
        "book/course.yml": 'pages: []\nparts:\n- chapters:\n    "07": a\n    "08": b\n',
        "book/teaching.yml": 'plans:\n  6: [["07"], ["08"]]\n',
        "notebooks/07_modes.ipynb": "{}",
        "notebooks/08_damage.ipynb": "{}",
        "notebooks/08_damage.py": "# # 08 Damage\n#\n# **You need** chapters 07 to 08.\n",
        "integrator_lib/course/checks/chapter07.py": '"""Checks."""\n',
        "integrator_lib/course/checks/chapter08/__init__.py": '"""Checks."""\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    mentions.check_mentions(tmp_path)
    (tmp_path / "notebooks" / "07_modes.ipynb").unlink()
    mentions.check_mentions(tmp_path)  # it has a line still: it is to be written
    course = tmp_path / "book" / "course.yml"
    course.write_text(course.read_text().replace('    "07": a\n', ""))
    with pytest.raises(ValueError, match="there is no such chapter") as stopped:
        mentions.check_mentions(tmp_path)
    assert str(stopped.value).splitlines()[1:] == [
        "  README.md:3: | [07 Modes](notebooks/07_modes.ipynb) | how |",
        '  book/teaching.yml:2: 6: [["07"], ["08"]]',
        "  notebooks/08_damage.py:3: # **You need** chapters 07 to 08.",
        "  integrator_lib/course/checks/chapter07.py: the checks of its exercises",
    ]
