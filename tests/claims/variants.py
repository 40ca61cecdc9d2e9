"""What is put in place of what a chapter was written for.

Each variant changes the library before a chapter runs. Under some a claim must hold, under at
least one of the others it must fail.
"""

import dataclasses
import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

import integrator_lib
from integrator_lib import shipped, theory, training
from integrator_lib.networks import IntegratorRNN, hand_wired, load, save
from integrator_lib.task import IntegratorTask

TRAINED = Path(__file__).with_name("results")
"""Where networks trained for this lie; git ignores it."""


def put(original: Any, new: Any) -> None:
    """Put an object in place of another, wherever the library knows it."""
    for found in pkgutil.walk_packages(integrator_lib.__path__, "integrator_lib."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name, module in list(sys.modules.items()):
        if name.startswith("integrator_lib"):
            for key, value in list(vars(module).items()):
                if value is original:
                    setattr(module, key, new)


def nothing() -> None:
    """Leave all as it is."""


def other_seeds() -> None:
    """Load the shipped network of another seed."""
    original = shipped.load_trained

    def load_other(kind: str = "rnn", seed: int = 0) -> IntegratorRNN:
        return original(kind, (seed + 3) % shipped.KINDS[kind].num_seeds)

    put(original, load_other)


def other_random_numbers() -> None:
    """Draw every random number anew: trials, initial weights, training."""
    for module, name in (
        (jax.random, "key"),
        (np.random, "default_rng"),
        (brainstate.random, "seed"),
    ):
        setattr(module, name, _other_seed(getattr(module, name)))


def _other_seed(original: Callable) -> Callable:
    return lambda seed=None: original(seed + 7919 if isinstance(seed, int) else seed)


def freshly_trained() -> None:
    """Load networks that were trained with the same recipe from other seeds."""
    original = shipped.load_trained

    def load_fresh(kind: str = "rnn", seed: int = 0) -> IntegratorRNN:
        path = TRAINED / f"{kind}_{seed}.msgpack"
        if not path.exists():
            TRAINED.mkdir(exist_ok=True)
            seeds = range(100, 100 + shipped.KINDS[kind].num_seeds)
            models = [IntegratorRNN(**shipped.KINDS[kind].network, seed=s) for s in seeds]
            recipe = shipped.KINDS[kind].recipe
            training.train_many(models, recipe=recipe, seeds=seeds, progress=False)
            for number, model in enumerate(models):
                save(model, TRAINED / f"{kind}_{number}.msgpack")
        return load(path)

    put(original, load_fresh)


def untrained() -> None:
    """Load networks with their initial weights."""

    def load_untrained(kind: str = "rnn", seed: int = 0) -> IntegratorRNN:
        return IntegratorRNN(**shipped.KINDS[kind].network, seed=seed)

    put(shipped.load_trained, load_untrained)


def _matrices_times(model: IntegratorRNN, change: Callable[[str, Any], Any]) -> IntegratorRNN:
    values = model.values()
    changed = {}
    for name, value in values.items():
        if isinstance(value, dict):
            changed[name] = {key: change(f"{name}.{key}", a) for key, a in value.items()}
        else:
            changed[name] = change(name, value)
    model.set_values(changed)
    return model


def leaky() -> None:
    """Load networks whose recurrent weights are 2 % too small."""

    def smaller(name: str, array: Any) -> Any:
        if name.startswith("rnn") and np.ndim(array) == 2:
            return jnp.concatenate([array[:1], 0.98 * array[1:]])
        return array

    original = shipped.load_trained
    put(original, lambda kind="rnn", seed=0: _matrices_times(original(kind, seed), smaller))


def wrong_gain() -> None:
    """Load networks whose readout is 5 % too large."""

    def larger(name: str, array: Any) -> Any:
        return 1.05 * array if not name.startswith("rnn") and np.ndim(array) == 2 else array

    original = shipped.load_trained
    put(original, lambda kind="rnn", seed=0: _matrices_times(original(kind, seed), larger))


def gru_for_relu() -> None:
    """Load the GRU in place of every ReLU network, and a ReLU network in place of the GRU."""
    original = shipped.load_trained

    def exchanged(kind: str = "rnn", seed: int = 0) -> IntegratorRNN:
        return original("rnn" if kind == "gru" else "gru", 0)

    put(original, exchanged)


def nothing_learnt() -> None:
    """Train with a learning rate of almost 0."""

    def still(original: Callable) -> Callable:
        @functools.wraps(original)
        def trained(models: Any, *arguments: Any, recipe: Any = None, **options: Any) -> Any:
            recipe = recipe or training.Recipe()
            stages = tuple(
                dataclasses.replace(
                    stage,
                    learning_rate=1e-9 * stage.learning_rate,
                    final_learning_rate=1e-9 * stage.final_learning_rate,
                )
                for stage in recipe.stages
            )
            recipe = dataclasses.replace(recipe, stages=stages)
            return original(models, *arguments, recipe=recipe, **options)

        return trained

    for function in (training.train, training.train_many):
        put(function, still(function))


def late_targets() -> None:
    """Draw targets that are one step late."""
    original = IntegratorTask.draw

    def late(self: IntegratorTask, *arguments: Any, **options: Any) -> Any:
        inputs, targets = original(self, *arguments, **options)
        return inputs, targets - inputs

    IntegratorTask.draw = late  # type: ignore[method-assign]


def noisier_inputs() -> None:
    """Draw noise of twice the size."""
    original = IntegratorTask.noise_std
    twice = property(lambda self: 2 * original.fget(self))  # type: ignore[attr-defined]
    draw = IntegratorTask.draw

    def noisier(self: IntegratorTask, *arguments: Any, **options: Any) -> Any:
        IntegratorTask.noise_std = twice  # type: ignore[assignment, method-assign]
        try:
            return draw(self, *arguments, **options)
        finally:
            IntegratorTask.noise_std = original  # type: ignore[method-assign]

    IntegratorTask.draw = noisier  # type: ignore[method-assign]


def wrong_theory() -> None:
    """Let every closed form be a tenth too large."""
    for function in list(vars(theory).values()):
        name = getattr(function, "__name__", "")
        if getattr(function, "__module__", "") == theory.__name__ and not name.startswith("_"):
            put(function, _tenth_more(function))


def _tenth_more(function: Callable) -> Callable:
    @functools.wraps(function)
    def larger(*arguments: Any, **options: Any) -> Any:
        value = function(*arguments, **options)
        if isinstance(value, dict):
            return {key: 1.1 * each for key, each in value.items()}
        return 1.1 * value

    return larger


def wrong_wiring() -> None:
    """Wire integrators by hand with recurrent weights 2 % too small and a readout 5 % too large."""
    original = hand_wired.wired
    put(original, lambda x, W, o: original(x, 0.98 * np.asarray(W), 1.05 * np.asarray(o)))


HOLDS = {
    "other seeds": other_seeds,
    "other random numbers": other_random_numbers,
    "freshly trained": freshly_trained,
}
FAILS = {
    "untrained": untrained,
    "leaky": leaky,
    "wrong gain": wrong_gain,
    "GRU for ReLU": gru_for_relu,
    "nothing learnt": nothing_learnt,
    "late targets": late_targets,
    "noisier inputs": noisier_inputs,
    "wrong theory": wrong_theory,
    "wrong wiring": wrong_wiring,
}
VARIANTS: dict[str, Callable[[], None]] = {"as it is": nothing, **HOLDS, **FAILS}

NETWORKS = ("other seeds", "freshly trained", "untrained", "leaky", "wrong gain", "GRU for ReLU")


def changes(variant: str, text: str) -> bool:
    """Whether a variant can change anything in a chapter of this text."""
    if variant in NETWORKS:
        return "load_trained(" in text
    return variant != "nothing learnt" or "train(" in text or "train_many(" in text
