"""The notebooks' form: pairs, execution, exercises, alternative texts, ignored cells."""

import ast
import inspect
import json
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupytext.compare import compare_notebooks

ROOT = Path(__file__).resolve().parents[1] / "notebooks"
CHAPTERS = sorted(ROOT.glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
PAGES = sorted((ROOT.parent / "book").glob("*.ipynb"))
LONGEST_CELL = 24


def code_cells(path):
    return [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]


def functions(path):
    """Return the functions of a notebook by name, as syntax trees."""
    trees = [ast.parse(cell.source) for cell in code_cells(path)]
    return {n.name: n for tree in trees for n in tree.body if isinstance(n, ast.FunctionDef)}


def is_stub(function):
    return isinstance(function.body[-1], ast.Raise) and "NotImplementedError" in ast.dump(function)


@pytest.fixture(params=CHAPTERS + SOLUTIONS + PAGES, ids=lambda path: path.stem)
def notebook(request):
    return request.param


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


def test_there_are_chapters_and_every_file_has_its_pair():
    assert CHAPTERS
    for folder in (ROOT, ROOT / "solutions", ROOT.parent / "book"):
        assert {p.stem for p in folder.glob("*.ipynb")} == {p.stem for p in folder.glob("*.py")}
    assert {p.stem + "_solutions" for p in CHAPTERS} == {p.stem for p in SOLUTIONS}


def test_pair_is_in_step(notebook):
    source, executed = jupytext.read(notebook.with_suffix(".py")), jupytext.read(notebook)
    # Executing adds the interpreter's version to the notebook's own metadata, not to a cell's.
    source.metadata, executed.metadata = {}, {}
    compare_notebooks(executed, source, fmt="py:percent", compare_outputs=False)


def test_every_cell_was_executed_in_order_without_error(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [o for cell in cells for o in cell.outputs if o.output_type == "error"]


def test_cells_are_short(notebook):
    for cell in code_cells(notebook):
        length = len(cell.source.splitlines())
        assert length <= LONGEST_CELL, f"{length} lines, at most {LONGEST_CELL}: {cell.source[:60]}"


def test_ignored_outputs_hold_an_assertion(notebook):
    for cell in code_cells(notebook):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            assert "assert" in cell.source, cell.source


def is_figure(output):
    """Whether an output is an image, or HTML that draws one."""
    data = output.get("data", {})
    drawn = re.search("<(svg|canvas|img)", "".join(data.get("text/html", "")))
    return bool(drawn) or any(kind.startswith("image/") for kind in data)


def test_every_figure_says_what_is_seen_and_what_to_conclude(notebook):
    for cell in code_cells(notebook):
        if any(is_figure(output) for output in cell.outputs):
            seen, concluded = (cell.metadata.get(name, "") for name in ("alt", "caption"))
            assert min(len(seen), len(concluded)) > 30, cell.source
            assert seen != concluded


def test_html_that_draws_counts_as_a_figure_and_a_table_does_not():
    assert is_figure({"data": {"text/html": "<svg role='img'></svg>"}})
    assert is_figure({"data": {"image/svg+xml": "<svg></svg>"}})
    assert not is_figure({"data": {"text/html": "<table></table>"}})
    assert not is_figure({"text": "<svg>"})


def test_each_exercise_has_a_stub_a_check_and_a_solution_of_the_same_signature(chapter):
    cells = code_cells(chapter)
    exercises = [i for i, c in enumerate(cells) if "exercise" in c.metadata.get("tags", [])]
    assert 3 <= len(exercises) <= 5, (
        f"a chapter has 3 to 5 cells tagged `exercise`, {chapter.name} has {len(exercises)}"
    )
    stubs = {name: f for name, f in functions(chapter).items() if is_stub(f)}
    solved = functions(ROOT / "solutions" / f"{chapter.stem}_solutions.ipynb")
    for index in exercises:
        defined = functions_of_cell(cells[index])
        assert len(defined) == 1, f"a cell tagged `exercise` defines one function, not {defined}"
        (name,) = defined
        call = f"check(chapter{chapter.stem[:2]}.{name}, {name})"
        assert cells[index + 1].source.strip() == call, f"the cell after {name} must be {call}"
        assert name in stubs, f"{name} must end with raise NotImplementedError(...)"
        where = f"notebooks/solutions/{chapter.stem}_solutions"
        assert name in solved, f"{where} must define {name}, and be executed"
        for part in (ast.get_docstring, lambda function: ast.dump(function.args)):
            assert part(stubs[name]) == part(solved[name]), (
                f"arguments and docstring of {name} must be the same here and in {where}"
            )
    assert len(stubs) == len(exercises), f"a stub without the tag `exercise`: {list(stubs)}"


def functions_of_cell(cell):
    return [n.name for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)]


def defined(tree):
    """Return the names that a cell gives a value."""
    found = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found


def used_from_exercises(cells):
    """Return the names that an exercise defines and a later cell uses, its own check apart."""
    students, found = set(), set()
    before = None
    for cell in cells:
        tree = ast.parse(cell.source)
        if "exercise" in cell.metadata.get("tags", []):
            students |= defined(tree)
        elif not (before and cell.source.startswith("check(")):
            used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - defined(tree)
            found |= used & students
            students -= defined(tree)
        before = "exercise" in cell.metadata.get("tags", [])
    return found


def test_nothing_written_in_an_exercise_is_used_by_a_later_cell(chapter):
    assert not used_from_exercises(code_cells(chapter))


def test_a_later_use_of_an_exercise_is_found():
    def cell(source, *tags):
        return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})

    stub = [cell("def total(x):\n    ...", "exercise"), cell("check(chapter01.total, total)")]
    assert used_from_exercises([*stub, cell("print(total([1]))")]) == {"total"}
    assert not used_from_exercises([*stub, cell("from math import fsum as total"), cell("total")])
    assert not used_from_exercises([*stub, cell("totals = 1")])


@pytest.mark.parametrize("notebook", CHAPTERS + SOLUTIONS, ids=lambda path: path.stem)
def test_stubs_are_not_attempted_and_solutions_pass(notebook):
    verdicts = [
        output["data"]["text/plain"]
        for cell in code_cells(notebook)
        if cell.source.startswith("check(")
        for output in cell.outputs
    ]
    expected = "passed" if notebook in SOLUTIONS else "not attempted"
    others = [verdict for verdict in verdicts if not verdict.endswith(f": {expected}")]
    assert verdicts and not others, f"every check in {notebook.name} must say {expected}: {others}"


def test_chapters_open_with_goals_needs_and_minutes(chapter):
    first = nbformat.read(chapter, 4).cells[0].source
    assert first.startswith(f"# {chapter.stem[:2]} ")
    for part in (
        "**In this chapter you will**",
        "**You need**",
        "minutes to read",
        "seconds to run",
    ):
        assert part in first


def test_solutions_carry_the_marker_that_chapters_lack():
    for path in SOLUTIONS:
        assert "Solution notebook" in nbformat.read(path, 4).cells[0].source
    for path in CHAPTERS:
        assert "Solution notebook" not in path.read_text()


def test_recorded_run_keeps_the_time_budget():
    record = json.loads((ROOT.parent / "book" / "run_record.json").read_text())["seconds"]
    missing = {path.stem for path in CHAPTERS} - record.keys()
    assert not missing, f"run: make record ({', '.join(sorted(missing))})"
    assert max(record.values()) <= 120 and sum(record.values()) <= 480


def test_shown_sources_are_the_librarys_own():
    from integrator_lib.networks import preactivation

    chapter = ROOT / "02_the_model.ipynb"
    if chapter not in CHAPTERS:
        pytest.skip("chapter 02 was dropped")
    shown = [
        o["data"].get("text/plain", "")
        for c in code_cells(chapter)
        for o in c.outputs
        if "data" in o
    ]
    assert any(inspect.getsource(preactivation) in text for text in shown)
