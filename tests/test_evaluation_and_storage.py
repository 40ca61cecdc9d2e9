"""Scores with intervals, saved networks and the shipped ones."""

import dataclasses
import json
import os

import braintools
import numpy as np
import pytest

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    evaluate,
    load,
    load_trained,
    predict,
    save,
    score_outputs,
    shipped,
    theory,
)
from integrator_lib.shipped import __main__ as make_shipped

INPUTS, TARGETS = IntegratorTask().sample(4, seed=0)


def test_score_follows_its_definitions():
    rng = np.random.default_rng(0)
    targets = rng.standard_normal((5, 300, 1)) + 1
    outputs = targets + rng.standard_normal((5, 300, 1))
    score = score_outputs(outputs, targets)
    errors = np.mean((outputs - targets) ** 2, axis=(0, 2))
    assert score.mse == pytest.approx(errors.mean())
    half_width = 1.96 * errors.std(ddof=1) / np.sqrt(300)
    low, high = score.mse_interval
    assert (high - low) / 2 == pytest.approx(half_width, rel=1e-4)
    assert score.relative_mse == pytest.approx(score.mse / np.mean(targets**2))
    assert score.r_squared == pytest.approx(1 - score.mse / targets.var())


@pytest.mark.parametrize("inputs", [INPUTS, INPUTS[:, 0]])
def test_outputs_and_last_state_do_not_depend_on_asking_for_hidden_states(inputs):
    kept, dropped = load_trained(), load_trained()
    outputs, hidden = predict(kept, inputs, return_hidden=True)
    # 25 steps add up 101 products each, in an order that the compiler chooses.
    rounding = 25 * 101 * 2.0**-24 * np.abs(hidden).max()
    np.testing.assert_allclose(predict(dropped, inputs), outputs, atol=rounding)
    np.testing.assert_allclose(dropped.rnn.state.value, hidden[-1], atol=rounding)
    np.testing.assert_array_equal(kept.rnn.state.value, hidden[-1])


def test_network_with_zero_readout_scores_the_baseline():
    model = IntegratorRNN(3)
    silent = {"weight": np.zeros((3, 1), np.float32), "bias": np.zeros(1, np.float32)}
    model.set_values(model.values() | {"out.weight": silent})
    score = evaluate(model, num_trials=20_000)
    low, high = score.mse_interval
    expected = theory.mean_squared_target(IntegratorTask())
    # Twice the 95 % interval is about four standard errors.
    assert abs(score.mse - expected) < high - low
    assert score.relative_mse == pytest.approx(1)


def test_evaluation_uses_the_length_and_seed_it_is_given():
    model = IntegratorRNN(3)
    assert evaluate(model, num_trials=10, num_steps=7).num_steps == 7
    a, b, c = (evaluate(model, num_trials=10, seed=s).mse for s in (1, 1, 2))
    assert a == b != c


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_saved_network_predicts_the_same(tmp_path, cell):
    model = IntegratorRNN(6, cell=cell, train_initial_state=cell != "gru", seed=4)
    save(model, tmp_path / "folder" / "net.msgpack")
    loaded = load(tmp_path / "folder" / "net.msgpack")
    assert loaded.architecture == model.architecture
    assert np.array_equal(predict(loaded, INPUTS), predict(model, INPUTS))


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.msgpack"
    save(IntegratorRNN(3, seed=1), path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, fail)
    with pytest.raises(OSError, match="disk full"):
        save(IntegratorRNN(3, seed=2), path)
    assert path.read_bytes() == before


def spoil(path, change):
    content = braintools.file.msgpack_load(path)
    change(content)
    braintools.file.msgpack_save(path, content)


def test_bad_files_say_what_is_wrong(tmp_path):
    path = tmp_path / "net.msgpack"
    with pytest.raises(FileNotFoundError, match="path must name a saved network"):
        load(path)
    save(IntegratorRNN(3), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="truncated or not a msgpack file"):
        load(path)
    braintools.file.msgpack_save(path, {"something": "else"})
    with pytest.raises(ValueError, match=r"not one that integrator_lib\.save wrote"):
        load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["parameters"].pop("rnn.b"), "rnn.b"),
        (lambda c: c["parameters"].update({"rnn.b": np.zeros(4, np.float32)}), "of shape"),
        (lambda c: c["parameters"].update({"rnn.b": np.zeros(3, np.float64)}), "float32"),
        (lambda c: c["parameters"].update({"rnn.b": np.full(3, np.nan, np.float32)}), "not finite"),
        (lambda c: c["parameters"].update({"rnn.b": {"x": np.zeros(3)}}), "built differently"),
        (lambda c: c.update(architecture=json.dumps({"cell": "cnn"})), "cell must be one of"),
    ],
)
def test_mismatched_files_say_which_part(tmp_path, change, message):
    path = tmp_path / "net.msgpack"
    save(IntegratorRNN(3), path)
    spoil(path, change)
    with pytest.raises(ValueError, match=message):
        load(path)


def test_shipped_networks_meet_the_courses_promise():
    record = shipped.shipped_scores()
    relu = [s for name, s in record["scores"].items() if name[:-1] == "rnn_"]
    assert len(relu) == 8
    median = np.median([s["relative_mse"] for s in relu])
    long = {n: np.median([s["relative_mse_at_length"][n] for s in relu]) for n in ("250", "1000")}
    assert median <= 2e-5 and long["250"] <= 1e-4 and long["1000"] <= 1e-2


@pytest.mark.parametrize("kind", sorted(shipped.KINDS))
def test_shipped_files_have_their_recorded_scores(kind):
    recorded = shipped.shipped_scores()["scores"][f"{kind}_0"]
    # Float32 rounding differs between processors; errors near 1e-7 agree to a few percent.
    assert evaluate(load_trained(kind)).mse == pytest.approx(recorded["mse"], rel=0.1)
    assert load_trained(kind).cell == shipped.KINDS[kind].network["cell"]


def test_making_the_weights_writes_files_and_record(tmp_path, monkeypatch):
    one = dataclasses.replace(shipped.KINDS["rnn"], num_seeds=1)
    monkeypatch.setattr(make_shipped, "KINDS", {"rnn": one})
    monkeypatch.setattr(
        make_shipped, "shipped_path", lambda kind, seed: tmp_path / f"{kind}_{seed}"
    )
    monkeypatch.setattr(make_shipped, "train_many", lambda models, **_: None)
    make_shipped.main()
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["scores"].keys() == {"rnn_0"} and "jax" in record["versions"]
    assert load(tmp_path / "rnn_0").hidden_size == 100


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: evaluate(IntegratorRNN(2), num_trials=1), ValueError, "num_trials must be at lea"),
        (lambda: evaluate(3), TypeError, "model must be IntegratorRNN"),
        (lambda: evaluate(IntegratorRNN(2), num_steps=0), ValueError, "num_steps must be at least"),
        (lambda: score_outputs(np.ones((2, 3, 1)), np.ones((2, 4, 1))), ValueError, "outputs must"),
        (lambda: score_outputs(np.ones((2, 1, 1)), np.ones((2, 1, 1))), ValueError, "at least 2"),
        (lambda: save("model", "path"), TypeError, "model must be IntegratorRNN"),
        (lambda: load_trained("cnn"), ValueError, "kind must be one of rnn, rnn_short, gru, tanh"),
        (lambda: load_trained("gru", 1), ValueError, "seed must be below 1 for 'gru', got 1"),
    ],
)
def test_bad_input_names_argument_value_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
