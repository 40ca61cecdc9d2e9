"""The record of runs on other versions, as the maintainer guide shows it."""

import json

from book.builder import version_sets


def test_table_shows_seconds_and_failures(tmp_path, monkeypatch):
    monkeypatch.setattr(version_sets, "RUNS", tmp_path / "runs.json")
    assert version_sets.table().startswith("No run is recorded yet")
    steps = {"Set-up": 60, "Unit tests": "failed", "Chapters": 90, "Site": 20}
    run = {"date": "2026-11-25", "python": "3.12.1", "versions": {"jax": "0.12"}, "steps": steps}
    version_sets.RUNS.write_text(json.dumps({"locked-3.12": run}))
    row = version_sets.table().splitlines()[-1]
    assert row == ("| locked-3.12 | 2026-11-25 | 3.12.1 |  |  | 0.12 |  | 60 | failed | 90 | 20 |")


def test_a_failed_step_is_recorded_and_a_failed_set_up_ends_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(version_sets, "RUNS", tmp_path / "runs.json")
    monkeypatch.setattr(version_sets, "python_version", lambda python: "3.12.1")
    monkeypatch.setattr(version_sets, "versions", lambda environment: {"jax": "0.12"})
    asked = []

    def make(target, environment, *settings):
        asked.append(target)
        return target != failing

    monkeypatch.setattr(version_sets, "make", make)
    for failing, ran in (("test-unit", 4), (".venv/.ready", 1), (None, 4)):
        asked.clear()
        assert version_sets.run("locked", "python3.12") == (failing is None)
        assert len(asked) == ran
        steps = json.loads(version_sets.RUNS.read_text())["locked-3.12"]["steps"]
        assert list(steps.values()).count("failed") == (failing is not None)
