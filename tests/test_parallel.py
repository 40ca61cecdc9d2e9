"""Training shared out over devices; ``conftest.py`` makes two of the CPU."""

import dataclasses
import math
import os
import re
import subprocess
import sys

import jax
import numpy as np
import pytest

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    Stage,
    TrainingDivergedError,
    train,
    train_many,
)
from integrator_lib.training import Setting, Trainer, loop, train_chunk

STAGE = Stage(num_batches=20, batch_size=8, learning_rate=1e-3, final_learning_rate=1e-4)
RECIPE = Recipe(stages=(STAGE, dataclasses.replace(STAGE, num_batches=5, num_steps=10)))


def networks(count=3):
    return [IntegratorRNN(hidden_size=8, seed=seed) for seed in range(count)]


def assert_same(found, expected):
    """Compare histories; 25 small steps multiply rounding, 6e-8, by far less than 1e4."""
    for have, want in zip(found.history, expected.history, strict=True):
        np.testing.assert_allclose(have, want, rtol=1e-3, atol=1e-7)


def test_two_devices_train_a_network_as_one_does():
    one, two = networks(1)[0], networks(1)[0]
    assert_same(
        train(two, recipe=RECIPE, num_devices=2, progress=False),
        train(one, recipe=RECIPE, progress=False),
    )
    np.testing.assert_allclose(two.values()["rnn.W"], one.values()["rnn.W"], atol=1e-4)


def test_each_device_draws_only_its_own_share_of_the_trials():
    stage = dataclasses.replace(STAGE, num_batches=3, batch_size=64)
    recipe, task, model = Recipe(stages=(stage,)), IntegratorTask(), networks(1)[0]
    state = Trainer(model, task, recipe, stage).optimizer_state()
    one = jax.tree.map(lambda array: array[None], (model.values(), state))
    keys = jax.random.split(jax.random.key(0), (1, stage.num_batches))
    setting = Setting(model.architecture, task, recipe, stage, (1, 2), batched=False)
    program = train_chunk.lower(setting, *one, keys).compile().as_text()
    # Random bits are the only whole numbers of 32 bits; a device draws the noise of 32 trials.
    shapes = re.findall(r"u32\[([\d,]+)\]", program)
    assert max(math.prod(map(int, s.split(","))) for s in shapes) == 3 * 25 * 32
    assert "all-gather" not in program


@pytest.mark.parametrize("backend", ["cpu", "gpu"])
def test_many_networks_train_as_each_does_alone(monkeypatch, backend):
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    together = train_many(networks(), recipe=RECIPE, seeds=[5, 6, 7], progress=False)
    assert len(together) == 3 and jax.device_count() == 2
    for seed, result in enumerate(together):
        alone = train(networks()[seed], recipe=RECIPE, seed=5 + seed, progress=False)
        assert_same(result, alone)
        np.testing.assert_allclose(
            result.model.values()["rnn.W"], alone.model.values()["rnn.W"], atol=1e-4
        )


def test_interrupted_ensemble_keeps_all_networks_and_histories_in_step(monkeypatch):
    original, calls = loop.train_chunk, []

    def interrupted(*arguments):
        if calls:
            raise KeyboardInterrupt
        calls.append(original(*arguments))
        return calls[-1]

    monkeypatch.setattr(loop, "train_chunk", interrupted)
    results = train_many(networks(), recipe=RECIPE, chunk_size=10, progress=False)
    kept = calls[0][0]["rnn.W"]
    for row, result in enumerate(results):
        assert result.interrupted and len(result.history.loss) == 10
        np.testing.assert_array_equal(result.model.values()["rnn.W"], kept[row])


def test_divergence_is_reported_with_every_networks_history():
    wild = Recipe(stages=(dataclasses.replace(STAGE, learning_rate=1e30),), clip_norm=None)
    with pytest.raises(TrainingDivergedError, match="at step") as caught:
        train_many(networks(), recipe=wild, progress=False)
    assert {len(history.loss) for history in caught.value.histories} == {20}


def python(code, **variables):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | variables
    )


COUNT = "from integrator_lib import use_all_cores; import os; "


def test_all_cores_become_devices_and_the_users_choice_stays():
    cores = "len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()"
    assert python(f"{COUNT}assert use_all_cores() == use_all_cores() == ({cores})").returncode == 0
    code = f"{COUNT}assert use_all_cores() == 3"
    flags = "--xla_force_host_platform_device_count=3"
    assert python(code, XLA_FLAGS=flags).returncode == 0
    assert python(code, JAX_NUM_CPU_DEVICES="3").returncode == 0


def test_all_cores_cannot_become_devices_once_jax_has_started():
    found = python(f"import jax; jax.devices(); {COUNT}use_all_cores()")
    assert "use_all_cores must be called before JAX computes anything" in found.stderr


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: train(networks(1)[0], num_devices=0), ValueError, "num_devices must be at least"),
        (lambda: train(networks(1)[0], num_devices=9), ValueError, "num_devices must be at most 2"),
        (
            lambda: train(
                networks(1)[0],
                recipe=Recipe(stages=(dataclasses.replace(STAGE, batch_size=7),)),
                num_devices=2,
            ),
            ValueError,
            "num_devices must divide each batch size, got 2 for 7",
        ),
        (lambda: train_many([]), ValueError, "models must hold at least one"),
        (lambda: train_many(["net"]), TypeError, "models must be IntegratorRNN, got str"),
        (lambda: train_many(networks(1) * 2), ValueError, "models must be different objects"),
        (lambda: train_many(networks(), seeds=[1]), ValueError, "seeds must hold one for each"),
        (
            lambda: train_many([*networks(1), IntegratorRNN(9)]),
            ValueError,
            "models must have one structure",
        ),
    ],
)
def test_bad_input_names_argument_value_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
