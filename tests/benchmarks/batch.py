"""Milliseconds a batch of the tutorial's recipe, for five ways to train and the floor."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.measure import Measurement, Table, goal, interleave, most_devices, seconds
from benchmarks.rivals import STAGE, PlainJax, Torch, TutorialLoop
from integrator_lib import IntegratorRNN, Recipe, train

NUM_BATCHES = 100
PRODUCT_SIZES = (1024, 2048, 4096)


def flops(steps: int = 25, batch: int = 512, hidden: int = 100) -> int:
    """Return the operations in one batch's matrix products.

    A step multiplies ``(batch, hidden + 1)`` by ``(hidden + 1, hidden)``, one multiplication
    and one addition each. Going back costs as much twice: once for the gradient of the
    state, once for that of the weights.
    """
    return 3 * steps * 2 * batch * (hidden + 1) * hidden


def product(size: int) -> Callable[[], object]:
    """Return the product of two square matrices, compiled."""
    matrices = jax.random.normal(jax.random.key(size), (2, size, size), jnp.float32)
    compiled = jax.jit(jnp.matmul)
    return lambda: compiled(*matrices).block_until_ready()


def our_train(num_devices: int) -> Callable[[], object]:
    """Return what trains one network on by ``NUM_BATCHES`` batches of the tutorial's recipe."""
    model = IntegratorRNN()
    stage = dataclasses.replace(STAGE, num_batches=NUM_BATCHES)
    recipe = dataclasses.replace(Recipe.tutorial(), stages=(stage,))
    return lambda: train(
        model, recipe=recipe, chunk_size=NUM_BATCHES, num_devices=num_devices, progress=False
    )


def measure(repeats: int, torch_python: Path) -> list[Table]:
    """Measure all cases interleaved.

    Args:
        repeats: Repeats of each case.
        torch_python: Interpreter with PyTorch; skipped if there is no such file.

    Returns:
        One table.
    """
    tutorial, plain, devices = TutorialLoop(), PlainJax(), most_devices()
    cases = {
        "tutorial's Python loop": seconds(lambda: tutorial.run(NUM_BATCHES)),
        "integrator_lib.train": seconds(our_train(1)),
        f"integrator_lib.train, {devices} devices": seconds(our_train(devices)),
        "plain JAX scan + optax": seconds(lambda: plain.run(NUM_BATCHES)),
    }
    notes = []
    torch = Torch(str(torch_python)) if torch_python.exists() else None
    if torch is None:
        notes.append("PyTorch skipped: make bench-torch installs it in .venv-torch.")
    else:
        cases["PyTorch nn.RNN, CPU"] = lambda: torch.run(NUM_BATCHES)
        notes.append(f"PyTorch {torch.description}.")
    products = {f"product {size}": seconds(product(size)) for size in PRODUCT_SIZES}
    samples = interleave(cases | products, repeats)
    if torch is not None:
        torch.close()

    found = [
        Measurement(name, "ms", tuple(1e3 * s / NUM_BATCHES for s in samples[name]))
        for name in cases
    ]
    rates = {size: 2 * size**3 / np.array(samples[f"product {size}"]) for size in PRODUCT_SIZES}
    best = max(rates, key=lambda size: float(np.median(rates[size])))
    floor = tuple(float(1e3 * flops() / rate) for rate in rates[best])
    found.append(Measurement("arithmetic floor", "ms", floor))
    notes.append(
        f"Floor: {flops() / 1e6:.0f} MFLOP a batch at {np.median(rates[best]) / 1e9:.0f} GFLOP/s, "
        f"the best of the products of sizes {', '.join(map(str, PRODUCT_SIZES))}: {best}."
    )
    notes += goals({m.case: m.median for m in found})
    return [Table("milliseconds a batch", tuple(found), tuple(notes))]


def goals(median: dict[str, float]) -> list[str]:
    """Compare the library with what it should reach.

    With plain JAX on one device, which is what that uses; else on as many as serve it best.
    """
    on_one = median["integrator_lib.train"]
    best = min(ms for name, ms in median.items() if name.startswith("integrator_lib"))
    said = [
        goal("the tutorial's loop over ours", median["tutorial's Python loop"] / best, 1.5, True),
        goal("ours over plain JAX, one device", on_one / median["plain JAX scan + optax"], 1.2),
        goal("ours over the floor", best / median["arithmetic floor"], 1.5),
    ]
    if "PyTorch nn.RNN, CPU" in median:
        said.append(goal("ours over PyTorch", best / median["PyTorch nn.RNN, CPU"], 1.0))
    return said
