"""``make test-claims`` on a chapter of four cells, and its list of mistakes."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from claims.__main__ import GUIDE, labelled, rows, section, told
from claims.chapter import claims
from claims.mistakes import MISTAKES
from claims.variants import changes

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"

CHAPTER = """
# %%
import numpy as np
from integrator_lib import evaluate, load_trained
network = load_trained("rnn", 1)

# %%
assert evaluate(network, num_trials=64).relative_mse < 1e-4

# %%
np.testing.assert_array_less(-1, evaluate(network, num_trials=64).relative_mse)

# %%
missing = network.rnn.W.value.shape
assert missing == (101, 100)

# %%
assert int(0.3 / 0.1) != round(0.3 / 0.1)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    notebook = tmp_path_factory.mktemp("claims") / "01_small.py"
    notebook.write_text(CHAPTER.lstrip())
    variants = ("as it is", "untrained", "GRU for ReLU")
    return notebook, {variant: told(notebook, variant) for variant in variants}


def test_claims_are_the_cells_with_an_assertion(found):
    assert [claim.number for claim in claims(found[0])] == [2, 3, 4, 5]


def test_claims_hold_as_they_are_and_fail_for_untrained_networks(found):
    verdicts = {variant: each["verdicts"] for variant, each in found[1].items()}
    assert verdicts["as it is"] == dict.fromkeys((2, 3, 4, 5), "holds")
    assert verdicts["untrained"] == verdicts["as it is"] | {2: "fails"}
    # A GRU has no such matrix: the cell stops before its claim.
    assert verdicts["GRU for ReLU"][4] == "stops"


def test_a_mistake_makes_a_claim_fail_and_the_chapter_goes_on_from_the_right_cell(found):
    mistakes = found[1]["as it is"]["mistakes"]
    assert mistakes == {2: [], 3: [], 4: [], 5: ["a duration that dt divides"]}


def test_a_claim_that_nothing_makes_fail_is_listed(found):
    lines, troubles = rows(*found)
    ends = [line.rsplit(" | ", 1)[1] for line in lines]
    assert ends == ["untrained |", "nothing |", "nothing |", "*a duration that dt divides* |"]
    assert [line.split(":")[0] for line in troubles] == ["01, cell 3", "01, cell 4"]
    assert "Chapter 01:" in section(found[0], lines)


def test_a_variant_that_ends_early_is_listed(found):
    notebook, told_by = found
    _, troubles = rows(notebook, told_by | {"leaky": {"verdicts": {}, "mistakes": {}}})
    assert troubles[0] == "01: ended early or took too long, leaky"


def test_every_variant_can_be_put_in_place():
    code = "from claims.variants import VARIANTS\nfor put in VARIANTS.values(): put()"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, check=True)


def test_a_variant_is_left_out_where_it_changes_nothing():
    assert changes("leaky", "load_trained('rnn')") and not changes("leaky", "task.draw(1)")
    assert changes("nothing learnt", "train(model)") and not changes(
        "nothing learnt", "evaluate(m)"
    )
    assert changes("late targets", "")


def test_each_mistake_has_its_place_in_a_cell_with_a_claim():
    for number, mistakes in MISTAKES.items():
        notebook = next(NOTEBOOKS.glob(f"{number}_*.py"), None)
        if notebook is None:  # the chapter was dropped
            continue
        cells = [c.source for c in jupytext.read(notebook).cells]
        claimed = [claim.source for claim in claims(notebook)]
        for mistake in mistakes:
            places = [cell for cell in cells if mistake.right in cell]
            assert places and all(cell in claimed for cell in places), (number, mistake)


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.py")), ids=lambda n: n.stem[:2])
def test_the_guide_lists_the_claims_that_the_chapter_has(notebook):
    mark = f"<!-- claims {notebook.stem[:2]} -->"
    _, found, rest = GUIDE.read_text(encoding="utf-8").partition(mark)
    assert found, "make test-claims has not been run for this chapter"
    lines = rest.partition("<!-- end")[0].splitlines()
    listed = [line for line in lines if line[:3].strip("| ").isdigit()]
    expected = [labelled(claim.number, claim.first) for claim in claims(notebook)]
    assert len(listed) == len(expected)
    for line, start in zip(listed, expected, strict=True):
        assert line.startswith(start)
