"""How time and memory grow with the size of the work."""

import dataclasses
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.batch import flops, product
from benchmarks.measure import Measurement, Table, goal, interleave, most_devices, seconds
from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    Stage,
    load_trained,
    predict,
    train,
)
from integrator_lib.dynamics import find_fixed_points
from integrator_lib.training import Setting, Trainer, train_chunk

BASE = Stage(50, batch_size=64, learning_rate=1e-3, final_learning_rate=1e-4, num_steps=25)
PREDICTED = 10_000


def training_batches(hidden_size: int = 100, **changes: int) -> Callable[[], float]:
    """Return a function that trains on ``BASE``, changed, and returns the seconds a batch."""
    stage = dataclasses.replace(BASE, **changes)
    recipe = Recipe(stages=(stage,))
    timed = seconds(
        lambda: train(IntegratorRNN(hidden_size), recipe=recipe, chunk_size=1000, progress=False)
    )
    return lambda: timed() / stage.num_batches


def table(title: str, cases: dict[int, Callable[[], float]], repeats: int) -> Table:
    """Time one case for each size."""
    samples = interleave({str(size): case for size, case in cases.items()}, repeats)
    rows = (
        Measurement("train", "ms a batch", tuple(1e3 * s for s in samples[str(size)]), size)
        for size in cases
    )
    return Table(title, tuple(rows), (f"Otherwise {BASE.batch_size} trials, 25 steps, 100 units.",))


def many_seeds(count: int, num_devices: int, batched: bool) -> Callable[[], float]:
    """Return a function that trains so many networks in the course's first stage.

    Returns the milliseconds a batch, all networks together.
    """
    stage = dataclasses.replace(Recipe().stages[0], num_batches=50)
    recipe, task = Recipe(stages=(stage,)), IntegratorTask()
    models = [IntegratorRNN(seed=seed) for seed in range(count)]
    state = Trainer(models[0], task, recipe, stage).optimizer_state()
    setting = Setting(models[0].architecture, task, recipe, stage, (num_devices, 1), batched)
    keys = jax.random.split(jax.random.key(0), (count, stage.num_batches))

    def stacked(trees: list) -> Any:
        return jax.tree.map(lambda *arrays: jnp.stack(arrays), *trees)

    arguments = (stacked([model.values() for model in models]), stacked([state] * count), keys)
    timed = seconds(lambda: jax.block_until_ready(train_chunk(setting, *arguments)))
    return lambda: 1e3 * timed() / stage.num_batches


def seeds(repeats: int) -> Table:
    """Time networks trained together: shared out over devices, in turn on one, by ``vmap``."""
    devices = most_devices()
    ways = {
        f"train_many, {devices} devices": (devices, False),
        "one after another": (1, False),
        "vmap": (1, True),
    }
    cases = {
        (name, count): many_seeds(count, *way)
        for name, way in ways.items()
        for count in (1, 2, 4, 8)
        if count % way[0] == 0
    }
    samples = interleave(cases, repeats)
    rows = tuple(
        Measurement(name, "ms a batch", samples[name, count], count) for name, count in cases
    )
    median = {(row.case, row.size): row.median for row in rows}
    eight = median[next(iter(ways)), 8] / median["one after another", 1]
    said = goal("eight networks by train_many over one", eight, 4.0)
    return Table("growth with networks trained together", rows, (said,))


def prediction(repeats: int) -> Table:
    """Time ``predict`` on many trials beside the arithmetic it needs."""
    model = load_trained()
    inputs, _ = IntegratorTask().sample(PREDICTED)
    cases = {
        "predict": seconds(lambda: predict(model, inputs).block_until_ready()),
        "product": seconds(product(2048)),
    }
    samples = interleave(cases, repeats)
    forward = flops(batch=PREDICTED) / 3
    rows = (
        Measurement("predict", "s", samples["predict"]),
        Measurement("floor", "s", tuple(forward / (2 * 2048**3) * s for s in samples["product"])),
    )
    said = goal("prediction over its floor", rows[0].median / rows[1].median, 3.0)
    return Table(f"prediction of {PREDICTED} trials", rows, (said,))


def fixed_points(repeats: int) -> Table:
    """Time the search for fixed points of a shipped network, by the number of searches."""
    model = load_trained()
    _, visited = predict(model, IntegratorTask().sample(500)[0], return_hidden=True)
    cases = {
        count: seconds(lambda count=count: find_fixed_points(model, visited, count=count))
        for count in (64, 256, 1024, 4096)
    }
    samples = interleave(cases, repeats)
    rows = tuple(Measurement("find_fixed_points", "s", samples[n], n) for n in cases)
    said = goal("seconds for 4,096 searches", rows[-1].median, 3.0)
    return Table("fixed points by number of searches", rows, (said,))


def memory() -> Table:
    """Ask XLA how much working memory a chunk of training needs at several lengths."""
    rows = []
    for steps in (25, 100, 400, 1600):
        stage = dataclasses.replace(BASE, num_steps=steps)
        recipe, task, model = Recipe(stages=(stage,)), IntegratorTask(), IntegratorRNN()
        state = Trainer(model, task, recipe, stage).optimizer_state()
        setting = Setting(model.architecture, task, recipe, stage, (1, 1), batched=False)
        one = jax.tree.map(lambda array: array[None], (model.values(), state))
        program = train_chunk.lower(setting, *one, jax.random.split(jax.random.key(0), (1, 10)))
        program = program.compile()
        megabytes = program.memory_analysis().temp_size_in_bytes / 1e6
        rows.append(Measurement("train", "MB", (megabytes,), steps))
    return Table("memory against length", tuple(rows), ("XLA's own account, measured once.",))


def measure(repeats: int) -> list[Table]:
    """Measure growth with size and number, prediction, fixed points and memory."""
    return [
        table(
            "growth with batch size",
            {n: training_batches(batch_size=n) for n in (16, 64, 256, 1024)},
            repeats,
        ),
        table(
            "growth with units",
            {n: training_batches(hidden_size=n) for n in (25, 50, 100, 200, 400)},
            repeats,
        ),
        table(
            "growth with length",
            {n: training_batches(num_steps=n) for n in (25, 100, 400)},
            repeats,
        ),
        seeds(repeats),
        prediction(repeats),
        fixed_points(repeats),
        memory(),
    ]
