"""``make test-claims`` on a chapter of four cells."""

import pytest
from claims.__main__ import rows, section, told
from claims.chapter import claims

CHAPTER = """
# %%
from integrator_lib import evaluate, load_trained
network = load_trained("rnn", 1)

# %%
assert evaluate(network, num_trials=64).relative_mse < 1e-4

# %%
assert evaluate(network, num_trials=64).relative_mse >= 0

# %%
missing = network.rnn.W.value.shape
assert missing == (101, 100)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    notebook = tmp_path_factory.mktemp("claims") / "99_small.py"
    notebook.write_text(CHAPTER.lstrip())
    variants = ("as it is", "other seeds", "untrained", "GRU for ReLU")
    return notebook, {variant: told(notebook, variant) for variant in variants}


def test_claims_are_the_cells_with_an_assertion(found):
    assert [number for number, _, _ in claims(found[0])] == [2, 3, 4]


def test_claims_hold_for_other_seeds_and_fail_for_untrained_networks(found):
    _, told_by = found
    assert told_by["as it is"] == {2: "holds", 3: "holds", 4: "holds"}
    assert told_by["other seeds"] == told_by["as it is"]
    assert told_by["untrained"] == {2: "fails", 3: "holds", 4: "holds"}
    # A GRU has no such matrix: the cell stops before its claim.
    assert told_by["GRU for ReLU"][4] == "stops"


def test_a_claim_that_nothing_makes_fail_is_listed(found):
    lines, idle = rows(*found)
    assert lines[0].endswith("| untrained |") and lines[1].endswith("| none |")
    assert [line.split(":")[0] for line in idle] == ["99, cell 3", "99, cell 4"]
    assert "Chapter 99:" in section(found[0], lines)
