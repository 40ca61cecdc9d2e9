"""The benchmarks: that rivals do the same work, and that pytest leaves them alone."""

import dataclasses
import json
import math
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from benchmarks import accuracy, batch, measure, report, rivals

from integrator_lib import IntegratorRNN, Recipe, train

ROOT = Path(__file__).resolve().parents[1]


def test_plain_jax_rival_takes_the_same_steps_as_train():
    stage = dataclasses.replace(rivals.STAGE, num_batches=6, batch_size=8)
    recipe = dataclasses.replace(Recipe.tutorial(), stages=(stage,))
    ours = train(IntegratorRNN(seed=2), recipe=recipe, seed=2, progress=False).history.loss
    plain = rivals.PlainJax(seed=2, batch_size=8)
    theirs = np.concatenate([plain.run(2), plain.run(4)])
    # Six float32 steps apart by the order of sums only.
    np.testing.assert_allclose(theirs, ours, rtol=1e-4)


def test_tutorial_rival_starts_from_the_same_weights_and_follows_its_gradient():
    loop = rivals.TutorialLoop(seed=2, batch_size=8)
    start = IntegratorRNN(seed=2).values()
    np.testing.assert_array_equal(loop.model.values()["rnn.W"], start["rnn.W"])
    losses = loop.run(40)
    assert len(losses) == 40 and np.mean(losses[-10:]) < np.mean(losses[:10])


def test_floor_is_the_count_of_the_issue_of_one_batch():
    assert batch.flops() / 1e6 == pytest.approx(776, abs=0.5)
    step = jax.jit(lambda h, W: h @ W).lower(np.ones((512, 101), "f4"), np.ones((101, 100), "f4"))
    assert batch.flops() == 3 * 25 * step.compile().cost_analysis()["flops"]


def test_cases_are_interleaved_and_the_first_round_is_not_recorded():
    order = []
    cases = {name: lambda name=name: order.append(name) or len(order) for name in "ab"}
    samples = measure.interleave(cases, repeats=3)
    assert "".join(order) == "ab" + "ab" + "ba" + "ab"
    assert samples == {"a": (3, 6, 7), "b": (4, 5, 8)}


def test_compiling_counts_as_a_usual_chunk(monkeypatch):
    clock = iter([0.0, 9.0, 10.0, 11.0, 20.0, 22.0])  # chunks of 9, 1 and 2 seconds
    monkeypatch.setattr(accuracy, "COMPILED", 4)
    monkeypatch.setattr(accuracy.time, "perf_counter", lambda: next(clock))
    errors = iter([1.0, 5e-4, 5e-6])
    score = type("Score", (), {"relative_mse": property(lambda self: next(errors))})
    monkeypatch.setattr(accuracy, "evaluate", lambda *_, **__: score())
    chunks = iter([IntegratorRNN().values()] * 3)
    assert accuracy.seconds_to_goals(chunks) == {1e-3: 3.0, 1e-4: 5.0, 1e-5: 5.0}


def test_results_are_written_as_table_numbers_and_plot(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "RECORD", tmp_path / "record.json")
    report.RECORD.write_text(json.dumps({"another": "kept"}))
    rows = (
        measure.Measurement("one", "ms", (1.0, 3.0, 2.0)),
        measure.Measurement("never", "ms", (math.inf,) * 3),
    )
    said = measure.goal("two over one", 1.234, 1.5, at_least=True)
    text = report.write(measure.Table("a title", rows, (said,)))
    assert "| one | 2 | 1 | 3 | ms |" in text and "inf" in text
    sized = report.markdown(measure.Table("b", (measure.Measurement("one", "s", (1.0,), 64),), ()))
    assert "| case | size | median |" in sized and "| one | 64 | 1 |" in sized
    assert "two over one: 1.23 (goal: at least 1.5, missed)" in text
    files = {path.name for path in (tmp_path / "results").iterdir()}
    assert files == {"a_title.json", "a_title.png"}
    assert json.loads(report.RECORD.read_text()) == {"another": "kept", "a title": text}
    assert "Infinity" not in (tmp_path / "results" / "a_title.json").read_text()


def test_pytest_collects_no_benchmark():
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/benchmarks"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert listed.returncode == 5 and "no tests collected" in listed.stdout
