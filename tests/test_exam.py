"""The exam of chapter 15: its seal, its key, and marks for a part of it."""

import json

import jax
import numpy as np
import pytest

from book.builder import finders
from integrator_lib import zoo
from integrator_lib.course.checks import _exam, chapter15, check


@pytest.fixture(scope="module")
def members():
    return _exam.members(_exam.key()["seed"])


def test_the_exam_has_each_mechanism_once_and_in_no_order(members):
    names = [each.mechanism for each in members]
    assert sorted(names) == list(zoo.MECHANISMS) and names != list(zoo.MECHANISMS)


def test_the_key_fits_the_sealed_networks(members):
    for number, each in enumerate(members, start=1):
        sealed = zoo.mystery_network(number)
        assert sealed.architecture == each.model.architecture
        for one, other in zip(
            jax.tree.leaves(sealed.values()), jax.tree.leaves(each.model.values()), strict=True
        ):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_the_errors_in_the_key_are_measured_ones(members):
    kept = _exam.key()
    for number in (0, 3, 11):
        model = members[number].model
        measured = zoo.long_error(model)
        assert measured == pytest.approx(kept["long_errors"][number], rel=0.01, abs=1e-9)
    # 40 of the 200 draws: their mean has about 2.5 times the standard error, at most a quarter.
    measured = zoo.noisy_error(members[0].model, draws=40)
    assert measured == pytest.approx(kept["noisy_errors"][0], rel=0.5)


def test_another_seed_makes_another_exam():
    orders = {tuple(each.mechanism for each in _exam.members(seed)) for seed in range(3)}
    assert len(orders) == 3


def test_sealing_writes_networks_and_key(tmp_path, monkeypatch):
    monkeypatch.setattr(_exam, "KEY", tmp_path / "exam.json")
    monkeypatch.setattr(_exam, "sealed_path", lambda number: tmp_path / f"{number}.msgpack")
    monkeypatch.setattr(_exam, "long_error", lambda model: 0.5)
    monkeypatch.setattr(_exam, "noisy_error", lambda model: 0.25)
    with pytest.raises(FileNotFoundError, match="hand your notebook in"):
        _exam.key()
    _exam.seal(3)
    assert _exam.key() == {"seed": 3, "long_errors": 12 * [0.5], "noisy_errors": 12 * [0.25]}
    assert len(list(tmp_path.glob("*.msgpack"))) == 12


def test_names_count_one_by_one_and_may_be_left_open(members):
    names = [each.mechanism for each in members]
    assert check(chapter15.mechanisms, lambda: names).status == "passed"
    some = names[:7] + 5 * [""]
    verdict = check(chapter15.mechanisms, lambda: some)
    assert verdict.points == pytest.approx(7 / 12)
    assert verdict.message == "7 of 12 are right."
    assert check(chapter15.mechanisms, lambda: names[:7]).points == 0


def test_numbers_may_be_left_open_and_rounding_counts_as_zero(members):
    truths = [each.truth for each in members]
    some = [truths[0].eigenvalue, *(11 * [None])]
    assert check(chapter15.eigenvalues, lambda: some).points == pytest.approx(1 / 12)
    errors = [0.0 if truth.long_error < 1e-6 else truth.long_error for truth in truths]
    assert check(chapter15.long_errors, lambda: errors).status == "passed"
    # Saying 1 for everything is right for what stays near 0, and for nothing else.
    stays = {"ring", "limit cycle", "untrained"}
    right = sum(each.mechanism in stays for each in members)
    assert check(chapter15.long_errors, lambda: 12 * [1.0]).points == pytest.approx(right / 12)


def test_the_table_of_finders_says_what_was_found_and_what_is_false(tmp_path):
    path = tmp_path / "scores.json"
    assert "No run is recorded" in finders.table(path)
    counts = {
        name: {"there": 200, "found": 150, "returned": 90, "false": 9} for name in zoo.MECHANISMS
    }
    record = {"course": {"date": "2026-01-01", "counts": counts}}
    path.write_text(json.dumps(record), encoding="utf-8")
    table = finders.table(path)
    assert table.count("| 200 | 75%, 9&nbsp;of&nbsp;90 |") == 12
    assert table.splitlines()[0].count("|") == table.splitlines()[2].count("|")


def test_the_recorded_finder_finds_99_per_cent_with_1_per_cent_false():
    record = json.loads(finders.SCORES.read_text(encoding="utf-8"))
    assert record["course"]["counts"].keys() == set(zoo.MECHANISMS)
    for counted in record["course"]["counts"].values():
        assert counted["found"] >= 0.99 * counted["there"]
        assert counted["false"] <= 0.01 * counted["returned"]
