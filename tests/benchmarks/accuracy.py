"""Seconds of training until the relative error on held-out trials falls below a goal."""

import functools
import math
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import jax

from benchmarks.measure import Measurement, Table, goal
from benchmarks.rivals import TutorialLoop
from integrator_lib import IntegratorRNN, IntegratorTask, Recipe, evaluate
from integrator_lib.training import run_chunks, train_by_least_squares, unstack

GOALS = (1e-3, 1e-4, 1e-5)
CHUNK = 50
COMPILED = 5
"""A chunk that takes this many times the median compiled."""
NUM_BATCHES = Recipe.tutorial().num_batches
SHORT, LONG = (200, 8), (600, 16)
"""Batches and trials in each, of the two ways of least squares in chapter 14."""


def tutorial_loop(seed: int) -> Iterator[dict]:
    """Train as the tutorial does; yield the weights every ``CHUNK`` batches."""
    loop = TutorialLoop(seed)
    for _ in range(NUM_BATCHES // CHUNK):
        loop.run(CHUNK)
        yield loop.model.values()


def library(recipe: Recipe, seed: int) -> Iterator[dict]:
    """Train as ``integrator_lib.train`` does; yield the weights after each chunk."""
    model, task = IntegratorRNN(seed=seed), IntegratorTask()
    for values, _ in run_chunks([model], task, recipe, [seed], chunk_size=CHUNK):
        yield unstack(jax.block_until_ready(values))[0]


@functools.partial(jax.jit, static_argnums=(2, 3))
def _solved(values: dict, key: jax.Array, num_batches: int, batch_size: int) -> dict:
    return train_by_least_squares(values, key, num_batches=num_batches, batch_size=batch_size)


def least_squares(seed: int, size: tuple[int, int]) -> Iterator[dict]:
    """Train by least squares, in one call; yield the weights."""
    values, key = IntegratorRNN(seed=seed).values(), jax.random.key(seed)
    yield jax.block_until_ready(_solved(values, key, *size))


def seconds_to_goals(parts: Iterator[dict]) -> dict[float, float]:
    """Return the seconds of training to each goal, infinite if it is never reached.

    Scoring is not counted, and a chunk of more than ``COMPILED`` times the median counts as one
    of the median.
    """
    judge = IntegratorRNN()
    reached = dict.fromkeys(GOALS, math.inf)
    spent: list[float] = []
    while reached[GOALS[-1]] == math.inf:
        begin = time.perf_counter()
        values: Any = next(parts, None)
        if values is None:
            break
        spent.append(time.perf_counter() - begin)
        judge.set_values(values)
        error = evaluate(judge, num_trials=1024).relative_mse
        for wanted in GOALS:
            if error <= wanted and reached[wanted] == math.inf:
                reached[wanted] = len(spent)
    usual = statistics.median(spent)
    counted = [usual if seconds > COMPILED * usual else seconds for seconds in spent]
    return {wanted: n if n == math.inf else sum(counted[: int(n)]) for wanted, n in reached.items()}


def measure(seeds: int) -> list[Table]:
    """Train each way with each seed, interleaved by seed."""
    ways: dict[str, Callable[[int], Iterator[dict]]] = {
        "tutorial's loop and recipe": tutorial_loop,
        "tutorial's recipe in train": lambda seed: library(Recipe.tutorial(), seed),
        "ours": lambda seed: library(Recipe(), seed),
        "ours by least squares": lambda seed: least_squares(seed, SHORT),
        "ours by longer least squares": lambda seed: least_squares(seed, LONG),
    }
    for size in (SHORT, LONG):
        next(least_squares(seeds, size))  # compiles
    results: dict[str, list[dict[float, float]]] = {name: [] for name in ways}
    for seed in range(seeds):
        for name, way in ways.items():
            results[name].append(seconds_to_goals(way(seed)))
    rows = [
        Measurement(f"{name}, to {wanted:g}", "s", tuple(r[wanted] for r in results[name]))
        for wanted in GOALS
        for name in ways
    ]
    median = {row.case: row.median for row in rows}
    best = min(median[f"{name}, to 0.0001"] for name in ways if name.startswith("ours"))
    speedup = median["tutorial's loop and recipe, to 0.0001"] / best
    notes = (
        f"One sample for each of {seeds} seeds; inf: not reached by the end of the recipe.",
        goal("the tutorial's time to 1e-4 over ours", speedup, 100.0, at_least=True),
    )
    return [Table("seconds to a relative error", tuple(rows), notes)]
