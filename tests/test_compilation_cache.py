"""The compilation cache: what it saves, what it must not mix up, how it is switched."""

import os
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from integrator_lib.training import use_compilation_cache

COUNT = """
import jax, numpy as np
from integrator_lib.training import use_compilation_cache
use_compilation_cache()
seen = {"hits": 0, "misses": 0}
def listen(event, **_):
    for kind in seen:
        seen[kind] += event == f"/jax/compilation_cache/cache_{kind}"
jax.monitoring.register_event_listener(listen)
"""
# One program, small enough that the threshold of JAX would leave it out.
PRODUCT = "results = [jax.jit(lambda x: x @ x)(np.eye(64, dtype='f'))]"
# A small network, trained and scored.
TRAINING = """
from integrator_lib import IntegratorRNN, Recipe, Stage, evaluate, train
model = IntegratorRNN(hidden_size=16)
stage = Stage(20, batch_size=8, learning_rate=1e-2, final_learning_rate=1e-3)
train(model, recipe=Recipe(stages=(stage,)), progress=False)
results = [*jax.tree.leaves(model.values()), evaluate(model, num_trials=64).mse]
"""
PRINT = """
import hashlib
digest = hashlib.sha256(b"".join(np.asarray(r).tobytes() for r in results)).hexdigest()
print(seen["misses"], seen["hits"], digest)
"""


def run(home, work=PRODUCT, **environment):
    """Work in a fresh interpreter; return programs compiled, programs found, all bits hashed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XLA_"))}
    done = subprocess.run(
        [sys.executable, "-c", COUNT + work + PRINT],
        env=kept | {"XDG_CACHE_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    misses, hits, digest = done.stdout.split()
    return int(misses), int(hits), digest


@pytest.mark.slow
def test_second_run_compiles_nothing_and_ends_with_the_same_bits(tmp_path):
    first_misses, _, first = run(tmp_path, TRAINING)
    misses, hits, second = run(tmp_path, TRAINING)
    assert first_misses > 10 and misses == 0 and hits >= first_misses
    assert second == first


def test_programs_for_another_instruction_set_are_not_taken(tmp_path):
    first_misses, _, _ = run(tmp_path)
    assert run(tmp_path, XLA_FLAGS="--xla_cpu_max_isa=SSE4_2")[:2] == (first_misses, 0)
    assert run(tmp_path)[:2] == (0, first_misses)


def test_spoilt_files_are_compiled_again_without_a_word(tmp_path):
    first_misses, _, first = run(tmp_path)
    for path in (tmp_path / "integrator_lib").glob("*-cache"):
        path.write_bytes(path.read_bytes()[:100])
    assert run(tmp_path) == (first_misses, 0, first)


def test_users_own_settings_are_kept(tmp_path):
    own = tmp_path / "own"
    assert run(tmp_path, JAX_COMPILATION_CACHE_DIR=str(own))[0] > 0
    assert any(own.iterdir())
    assert run(tmp_path, JAX_ENABLE_COMPILATION_CACHE="0")[1] == 0
    assert not (tmp_path / "integrator_lib").exists()


@pytest.fixture
def settings():
    """Put JAX's settings back after the test."""
    names = [
        "jax_compilation_cache_dir",
        "jax_enable_compilation_cache",
        "jax_persistent_cache_min_compile_time_secs",
    ]
    before = {name: getattr(jax.config, name) for name in names}
    jax.config.update("jax_compilation_cache_dir", None)
    yield
    for name, value in before.items():
        jax.config.update(name, value)


@pytest.mark.usefixtures("settings")
def test_the_folder_is_the_users_own_and_closed_to_others(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = use_compilation_cache()
    assert folder == tmp_path / "integrator_lib"
    assert folder.stat().st_mode & 0o077 == 0
    assert jax.config.jax_compilation_cache_dir == str(folder)
    monkeypatch.delenv("XDG_CACHE_HOME")
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert use_compilation_cache() == tmp_path / "home" / ".cache" / "integrator_lib"


@pytest.mark.usefixtures("settings")
def test_a_folder_that_cannot_be_made_means_no_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert use_compilation_cache() is None
    assert jax.config.jax_compilation_cache_dir is None


@pytest.mark.usefixtures("settings")
def test_a_cache_switched_off_stays_off(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    jax.config.update("jax_enable_compilation_cache", False)
    assert use_compilation_cache() is None
    assert not any(tmp_path.iterdir())
