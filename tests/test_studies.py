"""Studies: designs, one run of each condition, stored results, statistics, predictions."""

import dataclasses
import itertools
import json
import os
import socket
import subprocess
import sys

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import stats

from integrator_lib import IntegratorRNN, Recipe, Stage
from integrator_lib.networks import exact_integrator
from integrator_lib.plotting import plot_differences, plot_networks
from integrator_lib.studies import (
    CELL_RECIPES,
    EPS_RATE,
    FOLDER,
    INGREDIENTS,
    LSTM_PREDICTIONS,
    PREDICTIONS,
    SEARCH_CELLS,
    SEARCH_EPS,
    STUDIES,
    Condition,
    Design,
    Estimate,
    Factor,
    Network,
    Prediction,
    contrast,
    count_spikes,
    holm,
    is_stored,
    judged,
    mean_interval,
    measure,
    median_interval,
    path_of,
    read,
    read_all,
    run,
    run_condition,
    running,
    seeds_needed,
    slope_weights,
    verdict,
    write,
)
from integrator_lib.studies import __main__ as command

TINY = Condition(
    network=Network(hidden_size=6),
    recipe=Recipe(stages=(Stage(3, batch_size=4, learning_rate=1e-3, final_learning_rate=0.0),)),
)
CLIPPING = Factor("clipping", {"clip 1": {}, "no clip": {"recipe.clip_norm": None}})
START = Factor("start", {"xavier": {}, "identity": {"network.initialisation": "identity"}})
DESIGN = Design("tiny", "?", (CLIPPING, START), crossed=True, base=TINY, num_seeds=2)


def test_one_at_a_time_leaves_the_base_once_for_each_further_level():
    design = dataclasses.replace(DESIGN, crossed=False)
    assert list(design.conditions) == ["base", "no clip", "identity"]
    assert design.conditions["base"] == TINY
    assert design.conditions["no clip"].recipe.clip_norm is None
    assert design.conditions["identity"].recipe.clip_norm == 1.0


def test_crossed_factors_meet_in_every_combination():
    names = ["clip 1, xavier", "clip 1, identity", "no clip, xavier", "no clip, identity"]
    assert list(DESIGN.conditions) == names
    both = DESIGN.conditions["no clip, identity"]
    assert (both.recipe.clip_norm, both.network.initialisation) == (None, "identity")


def test_effects_of_a_crossed_design_are_what_was_put_in():
    """An outcome of 5 + 3 [no clip] + 2 [identity] + 4 [both]."""
    outcomes = {
        "clip 1, xavier": 5.0, "clip 1, identity": 7.0,
        "no clip, xavier": 8.0, "no clip, identity": 14.0,
    }  # fmt: skip
    outcomes = {name: np.full(2, value) for name, value in outcomes.items()}
    assert contrast(outcomes, DESIGN.main_effect("clipping")) == pytest.approx(3 + 4 / 2)
    assert contrast(outcomes, DESIGN.main_effect("start")) == pytest.approx(2 + 4 / 2)
    assert contrast(outcomes, DESIGN.interaction("clipping", "start")) == pytest.approx(4 / 2)


def test_half_of_a_crossed_design_still_tells_main_effects_and_interactions_apart():
    levels = ("a", "b")
    factors = [Factor(f"f{n}", {f"{n}{level}": {} for level in levels}) for n in range(5)]
    half = Design("half", "?", factors, crossed=True, half=True, base=TINY)
    assert len(half.conditions) == 16
    names = [factor.name for factor in factors]
    effects = [half.main_effect(name) for name in names]
    effects += [half.interaction(a, b) for a, b in itertools.combinations(names, 2)]
    table = np.array([[effect[name] for name in half.conditions] for effect in effects])
    # Two contrasts that are orthogonal do not take each other's effect for their own.
    np.testing.assert_allclose(table @ table.T, np.eye(15) / 4, atol=1e-12)


def test_what_a_design_cannot_be_is_said():
    with pytest.raises(ValueError, match="places such as"):
        TINY.changed({"clip_norm": None})
    with pytest.raises(ValueError, match=r"initialisation must be 'xavier'.*got 'identity'"):
        Network(cell="gru", initialisation="identity")
    with pytest.raises(ValueError, match="levels must hold at least two"):
        Factor("alone", {"only": {}})
    with pytest.raises(ValueError, match="factors must hold at least one"):
        Design("none", "?", ())
    with pytest.raises(ValueError, match="outcomes must be one of"):
        dataclasses.replace(DESIGN, outcomes=("error",))
    with pytest.raises(ValueError, match="must be crossed"):
        dataclasses.replace(DESIGN, crossed=False).main_effect("start")
    with pytest.raises(ValueError, match="two levels"):
        SEARCH_CELLS.main_effect("rate")


def test_networks_start_where_the_condition_says():
    identity = Network(hidden_size=5, initialisation="identity", initial_scale=0.5).build(3)
    np.testing.assert_array_equal(identity.rnn.W.value[1:], 0.5 * np.eye(5))
    plain = IntegratorRNN(5, seed=3)
    np.testing.assert_array_equal(identity.rnn.W.value[0], plain.rnn.W.value[0])
    halved = Network(hidden_size=5, initial_scale=0.5).build(3)
    np.testing.assert_array_equal(halved.rnn.W.value[1:], plain.rnn.W.value[1:] / 2)
    orthogonal = Network(hidden_size=5, initialisation="orthogonal")
    q = np.asarray(orthogonal.build(3).rnn.W.value[1:])
    np.testing.assert_allclose(q @ q.T, np.eye(5), atol=1e-5)
    assert not np.allclose(q, orthogonal.build(4).rnn.W.value[1:])


def test_an_exact_integrator_measures_as_one():
    found = measure([exact_integrator()], [np.ones(10)], [7])
    assert found.log_error[0, -1] < -9 and found.error_at(1000).tolist() == [-9.0]
    np.testing.assert_allclose(found.leading, 1, atol=1e-6)
    np.testing.assert_allclose(found.second, 0, atol=1e-6)
    np.testing.assert_allclose(found.gain, 1, atol=1e-6)
    assert found.eigenvalue_error() < -6 and found.gain_error() < -6
    assert found.seeds.tolist() == [7] and found.spikes[0] == 0
    # The end that is farther from 1 counts, whether it is below or above.
    ends = np.array([[0.99, 1.001], [1.0001, 1.1], [np.nan, 1.0]], np.float32)
    other = dataclasses.replace(found, leading=ends, gain=ends[:, ::-1])
    np.testing.assert_allclose(other.eigenvalue_error(), [-2, -1, 0], atol=1e-4)
    np.testing.assert_allclose(other.gain_error(), [-2, -1, 0], atol=1e-4)


def test_a_network_that_overflows_counts_as_diverged_and_its_error_as_the_worst():
    exploding = exact_integrator()
    exploding.rnn.W.value = 2.0 * exploding.rnn.W.value
    found = measure([exploding], [np.ones(10)], [0])
    assert np.isinf(found.log_error[0, -1]) and found.diverged_at(1000).tolist() == [True]
    assert found.error_at(1000).tolist() == [1.0]
    assert not np.isnan(found.of("eigenvalue error")).any()


def test_spikes_are_counted_against_the_batches_before():
    mse = np.ones(200)
    mse[[30, 100, 101, 150]] = 11.0
    mse[170] = 9.0
    assert count_spikes(mse) == 3
    assert count_spikes(mse[:40]) == 0


def test_one_network_whose_training_diverges_stops_no_other():
    wild = dataclasses.replace(
        TINY,
        recipe=dataclasses.replace(
            TINY.recipe, stages=(Stage(3, 4, learning_rate=1e25, final_learning_rate=1e25),)
        ),
    )
    assert run_condition(wild, [0, 1]).diverged_at(25).tolist() == [True, True]

    build, tame = Network.build, TINY
    with pytest.MonkeyPatch.context() as patch:

        def one_is_ill(network, seed):
            model = build(network, seed)
            if seed == 1:
                model.rnn.W.value = jnp.full_like(model.rnn.W.value, 1e30)
            return model

        patch.setattr(Network, "build", one_is_ill)
        found = run_condition(tame, [0, 1, 2])
    assert found.diverged_at(25).tolist() == [False, True, False]
    alone = run_condition(tame, [0])
    np.testing.assert_allclose(found.log_error[0], alone.log_error[0], atol=1e-3)


def test_a_finished_condition_is_never_run_again(tmp_path, monkeypatch):
    ran = []

    def stopped(condition, seeds, progress):
        ran.append(condition)
        if len(ran) == 3:
            raise KeyboardInterrupt
        return run_condition(condition, seeds)

    monkeypatch.setattr(running, "run_condition", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(DESIGN, tmp_path, progress=False)
    assert [is_stored(DESIGN, name, tmp_path) for name in DESIGN.conditions] == [1, 1, 0, 0]
    run(DESIGN, tmp_path, progress=False)
    names = list(DESIGN.conditions)
    assert ran == [DESIGN.conditions[names[n]] for n in (0, 1, 2, 2, 3)]
    run(DESIGN, tmp_path, progress=False)
    assert len(ran) == 5 and read_all(DESIGN, tmp_path).keys() == DESIGN.conditions.keys()


def test_an_interrupted_training_is_not_stored(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("integrator_lib.training.loop.train_chunk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(DESIGN, tmp_path, progress=False)
    assert not list(tmp_path.glob("*/*"))


def test_a_torn_file_is_never_read(tmp_path, monkeypatch):
    outcomes = measure([exact_integrator()] * 2, [np.ones(10)] * 2, DESIGN.seeds)
    name = "clip 1, xavier"

    def crash(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", crash)
        with pytest.raises(OSError, match="full"):
            write(DESIGN, name, outcomes, tmp_path)
    assert not is_stored(DESIGN, name, tmp_path)
    write(DESIGN, name, outcomes, tmp_path)
    for field, values in dataclasses.asdict(read(DESIGN, name, tmp_path)).items():
        np.testing.assert_array_equal(values, getattr(outcomes, field), err_msg=field)
        assert values.dtype == getattr(outcomes, field).dtype


def test_results_of_another_recipe_or_other_seeds_are_not_taken(tmp_path):
    outcomes = measure([exact_integrator()] * 2, [np.ones(10)] * 2, DESIGN.seeds)
    write(DESIGN, "no clip, xavier", outcomes, tmp_path)
    assert is_stored(DESIGN, "no clip, xavier", tmp_path)
    other = dataclasses.replace(DESIGN, base=TINY.changed({"recipe.adam_eps": 1e-7}))
    later = dataclasses.replace(DESIGN, first_seed=5)
    for changed in (other, later):
        assert not is_stored(changed, "no clip, xavier", tmp_path)
        with pytest.raises(FileNotFoundError, match="holds no results of tiny, no clip"):
            read(changed, "no clip, xavier", tmp_path)


def test_the_command_runs_what_it_is_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "STUDIES", {"tiny": DESIGN})
    command.main(["tiny", "--folder", str(tmp_path)])
    assert "tiny: no clip, identity, 2 networks" in capsys.readouterr().out
    assert read_all(DESIGN, tmp_path).keys() == DESIGN.conditions.keys()
    with pytest.raises(SystemExit):
        command.main(["tinny"])
    assert "there is no study tinny; there are tiny" in capsys.readouterr().err


WORKER = """
import functools
import os
import sys
import jax
from integrator_lib.studies import __main__ as command, running
sys.path.insert(0, sys.argv[1])
from test_studies import DESIGN
port, process, folder, dies = sys.argv[2:]
if dies == "dies":  # JAX waits for 100 seconds by default.
    jax.distributed.initialize = functools.partial(
        jax.distributed.initialize, heartbeat_timeout_seconds=20
    )
original, calls = running.run_condition, []
def counted(condition, seeds, progress):
    calls.append(condition)
    if dies == "dies" and process == "1" and len(calls) == 2:
        os._exit(9)
    print("RAN", [n for n, c in DESIGN.conditions.items() if c == condition][0], flush=True)
    return original(condition, seeds)
running.run_condition = counted
command.STUDIES = {"tiny": DESIGN}
command.main(
    ["tiny", "--folder", folder, "--coordinator", f"127.0.0.1:{port}"]
    + ["--processes", "2", "--process", process]
)
"""


def two_processes(folder, dies="lives"):
    """Run the tiny study by two processes; return their output and how each ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, os.path.dirname(__file__), str(port), str(process),
             str(folder), dies],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for process in range(2)
    ]  # fmt: skip
    try:
        outputs = [process.communicate(timeout=300) for process in started]
    finally:
        for process in started:
            process.kill()
    said = "".join(out for out, _ in outputs)
    ran = [line.removeprefix("RAN ") for line in said.splitlines() if line.startswith("RAN")]
    return ran, [process.returncode for process in started], outputs


def stored(folder):
    return {name: read(DESIGN, name, folder) for name in DESIGN.conditions}


@pytest.mark.slow
def test_two_processes_find_what_one_does_and_run_each_condition_once(tmp_path):
    ran, codes, outputs = two_processes(tmp_path / "two")
    assert codes == [0, 0], outputs
    assert sorted(ran) == sorted(DESIGN.conditions)
    run(DESIGN, tmp_path / "one", progress=False)
    alone, shared = stored(tmp_path / "one"), stored(tmp_path / "two")
    for name in DESIGN.conditions:
        for field, values in dataclasses.asdict(alone[name]).items():
            # Three steps of a network of six units: rounding alone.
            np.testing.assert_allclose(getattr(shared[name], field), values, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_a_process_that_dies_leaves_the_finished_conditions(tmp_path):
    _, codes, _ = two_processes(tmp_path, "dies")
    assert codes[1] == 9 and codes[0] != 0
    finished = [name for name in DESIGN.conditions if is_stored(DESIGN, name, tmp_path)]
    assert finished == list(DESIGN.conditions)[:2]
    ran, codes, outputs = two_processes(tmp_path)
    assert codes == [0, 0], outputs
    assert sorted(ran) == sorted(list(DESIGN.conditions)[2:])


def test_mean_interval_is_students():
    values = np.random.default_rng(0).normal(0.3, 1.0, 20)
    found, known = mean_interval(values), stats.ttest_1samp(values, 0.0)
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval(0.95)))
    assert found.p_value == pytest.approx(known.pvalue)


def test_median_interval_is_the_sign_tests_and_holds_as_often_as_it_says():
    found = median_interval(np.arange(1.0, 9.0))
    assert (found.low, found.value, found.high) == (1.0, 4.5, 8.0)
    assert found.p_value == pytest.approx(2 / 2**8)
    assert median_interval([1.0, 2.0]).high == np.inf
    assert median_interval([0.0, 0.0]).p_value == 1.0
    rng = np.random.default_rng(1)
    held = [
        (low := median_interval(values)).low <= np.log(2) <= low.high
        for values in rng.exponential(size=(2000, 24))
    ]
    # Exactly 1 - 2 P(at most 6 of 24 heads) = 0.977 here; four standard errors.
    exact = 1 - 2 * stats.binom(24, 0.5).cdf(6)
    assert exact > 0.95 and abs(np.mean(held) - exact) < 4 * np.sqrt(exact * (1 - exact) / 2000)


def test_holm_corrects_as_published():
    """By hand: .005 x 4, .01 x 3, .03 x 2, and .04 x 1 lifted to the one before."""
    assert holm([0.03, 0.005, 0.04, 0.01]) == pytest.approx([0.06, 0.02, 0.06, 0.03])
    assert holm([0.9, 0.8]).max() == 1.0
    assert holm([]).size == 0


def test_holm_rarely_claims_what_is_not_there():
    rng = np.random.default_rng(2)
    wrong = [holm(p).min() < 0.05 for p in rng.random((4000, 12))]
    assert np.mean(wrong) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 4000)
    assert np.mean(wrong) > 0.03


def test_seeds_needed_are_enough():
    needed = seeds_needed(0.5, 0.3, alpha=0.05)
    rng = np.random.default_rng(3)
    shown = [mean_interval(x).p_value < 0.05 for x in rng.normal(0.3, 0.5, (2000, needed + 2))]
    assert abs(np.mean(shown) - 0.8) < 0.05
    for share in ("alpha", "power"):
        with pytest.raises(ValueError, match=f"{share} must be below 1, got 1"):
            seeds_needed(0.5, 0.3, **{share: 1.0})


def test_slope_weights_recover_a_slope():
    places = {"a": 0.5, "b": 1.0, "c": 2.5}
    outcomes = {name: np.array([3 * x + 1, -2 * x]) for name, x in places.items()}
    np.testing.assert_allclose(contrast(outcomes, slope_weights(places)), [3, -2])


def test_verdicts():
    estimate = Estimate(0.5, 0.4, 0.6, 0.0)
    assert verdict(estimate, 0.3, np.inf) == "held"
    assert verdict(estimate, 0.7, np.inf) == "failed"
    assert verdict(estimate, -0.5, 0.5) == "open"


def test_a_prediction_names_what_there_is():
    prediction = PREDICTIONS[0]
    for field in ("study", "outcome", "average"):
        with pytest.raises(ValueError, match=f"{field} must be one of"):
            dataclasses.replace(prediction, **{field: "none"})
    with pytest.raises(ValueError, match="weights must be one of"):
        dataclasses.replace(prediction, weights={"none": 1.0})
    all_of_them = PREDICTIONS + LSTM_PREDICTIONS
    assert len({each.name for each in all_of_them}) == len(all_of_them)


def conditions_of_all():
    return [(design, name) for design in STUDIES.values() for name in design.conditions]


def test_every_condition_is_stored_with_what_made_it():
    for design, name in conditions_of_all():
        assert is_stored(design, name), (design.name, name)
        content = json.loads(path_of(design, name).read_text())
        assert content["versions"].keys() >= {"jax", "brainstate"} and content["processor"]
        assert content["condition"]["recipe"]["stages"]
    paths = {path_of(design, name) for design, name in conditions_of_all()}
    assert paths == set(FOLDER.glob("*/*.json")), "a file that no design names"
    assert len(paths) == len(conditions_of_all())
    assert sum(path.stat().st_size for path in paths) < 600_000


def best(design, *levels):
    """Return the levels of the other factors with the lowest median error at 25 steps."""
    found = {
        rest: np.median(read(design, ", ".join([*levels, *rest])).error_at(25))
        for rest in itertools.product(*(f.levels for f in design.factors[len(levels) :]))
    }
    return min(found, key=found.get)


def test_the_recipes_are_those_that_the_searches_found():
    for cell, (adam, trained, rate) in CELL_RECIPES.items():
        assert best(SEARCH_CELLS, cell) == (adam, trained, f"{rate:g}")
    assert best(SEARCH_EPS) == (f"{EPS_RATE:g}",)


def test_no_study_uses_seeds_of_a_search():
    searched = {*SEARCH_CELLS.seeds, *SEARCH_EPS.seeds}
    for design in STUDIES.values():
        assert design.name.startswith("search") or not searched & {*design.seeds}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", "identity x0.5", "identity"])
def test_a_reduced_run_on_other_seeds_agrees_with_what_is_stored(name):
    """A difference of means over n and N networks has sd s sqrt(1/n + 1/N); four of them."""
    old = read(INGREDIENTS, name)
    new = run_condition(INGREDIENTS.conditions[name], range(200, 206))
    for outcome in ("error at 25", "error at 100"):
        a, b = old.of(outcome), new.of(outcome)
        expected = max(a.std(ddof=1), 0.05) * np.sqrt(1 / len(a) + 1 / len(b))
        assert abs(a.mean() - b.mean()) < 4 * expected, outcome


def test_judged_gives_each_prediction_its_verdict():
    found = judged(PREDICTIONS)
    assert [prediction for prediction, _, _ in found] == list(PREDICTIONS)
    assert {result for _, _, result in found} <= {"held", "open", "failed"}
    narrow = PREDICTIONS[0].estimate(0.95)
    assert narrow.low >= found[0][1].low and narrow.high <= found[0][1].high
    assert isinstance(found[0][0], Prediction)


def test_figures_hold_a_row_for_each_name_the_first_on_top():
    estimates = {"one": Estimate(0.5, 0.4, 0.6, 0.0), "two": Estimate(0.0, -0.1, 0.1, 1.0)}
    ax = plot_differences(estimates, "difference", significant={"one"})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    fills = [line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "o"]
    assert fills[1] == "white" != fills[0]
    also = plot_networks({"one": np.arange(5.0), "two": np.zeros(5)}, "spikes")
    for each in (ax, also):
        bottom, top = each.get_ylim()
        assert top < 0 < 1 < bottom
    plt.close("all")
