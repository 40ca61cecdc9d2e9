"""Compiled training loops, on one device or shared out over several.

JAX counts GPUs as devices, and a CPU as one device however many cores it has. One training
step's matrix products are too small to be worth splitting over cores, so that a CPU's other
cores stand idle. :func:`use_all_cores` makes each core a device.
"""

import functools
import os
from typing import Any

import brainstate
import jax
import numpy as np
from jax.sharding import AxisType, Mesh, PartitionSpec

from integrator_lib.models import Architecture, assemble
from integrator_lib.recipes import Recipe, Stage
from integrator_lib.task import IntegratorTask
from integrator_lib.trainer import History, Trainer

AXIS = "devices"
EVERYWHERE, SHARED_OUT = PartitionSpec(), PartitionSpec(AXIS)


def use_all_cores() -> int:
    """Make each processor core that this process may use a device of JAX's.

    Call it before JAX computes anything. It changes nothing where the number of CPU devices
    was chosen already, and nothing about GPUs.

    Returns:
        The number of JAX's devices.

    Raises:
        RuntimeError: If JAX has computed something already.
    """
    chosen = "xla_force_host_platform_device_count" in os.environ.get("XLA_FLAGS", "")
    unset = jax.config.jax_num_cpu_devices < 1  # type: ignore[attr-defined]
    if unset and not chosen:
        affinity = getattr(os, "sched_getaffinity", None)
        cores = len(affinity(0)) if affinity else os.cpu_count() or 1
        try:
            jax.config.update("jax_num_cpu_devices", cores)
        except RuntimeError:
            raise RuntimeError(
                "use_all_cores must be called before JAX computes anything: restart the kernel "
                "and call it first"
            ) from None
    return jax.device_count()


def _mesh(num_devices: int) -> Mesh:
    devices = np.asarray(jax.devices()[:num_devices])
    return Mesh(devices, (AXIS,), axis_types=(AxisType.Auto,))


class SharingTrainer(Trainer):
    """One of several trainers: each takes its share of a batch, all follow the mean gradient.

    Every device draws the whole batch, so that the trials do not depend on their number.
    """

    def __init__(self, num_devices: int, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.num_trials = self.stage.batch_size // num_devices

    def gradients(self, inputs: jax.Array, targets: jax.Array) -> tuple[dict, jax.Array, tuple]:
        """Return the means over devices of the gradient, the loss and its parts."""
        first = jax.lax.axis_index(AXIS) * self.num_trials
        share = functools.partial(
            jax.lax.dynamic_slice_in_dim, start_index=first, slice_size=self.num_trials, axis=1
        )
        return jax.lax.pmean(super().gradients(share(inputs), share(targets)), AXIS)


# Weights and optimizer memory after a chunk, and the record of its steps.
Trained = tuple[dict, tuple, History]


def _steps(trainer: Trainer, memory: tuple, keys: jax.Array) -> Trained:
    """Take one optimizer step for each key, all in one compiled loop."""
    trainer.restore_memory(memory)
    trainer.model.reset_state(trainer.num_trials)
    history = brainstate.transform.for_loop(trainer.step, keys)
    return trainer.model.values(), trainer.memory(), history


@brainstate.transform.jit(static_argnums=(0, 1, 2, 3, 4))
def run_chunk(
    architecture: Architecture, task: IntegratorTask, recipe: Recipe, stage: Stage,
    num_devices: int, values: dict, memory: tuple, keys: jax.Array,
) -> Trained:  # fmt: skip
    """Train one network by one optimizer step for each key.

    A pure function of weights and optimizer memory: compiled once for all networks of one
    structure, and weights never change halfway.
    """
    if num_devices == 1:
        return _steps(Trainer(assemble(architecture, values), task, recipe, stage), memory, keys)

    def on_each_device(values: dict, memory: tuple, keys: jax.Array) -> Trained:
        model = assemble(architecture, values)
        return _steps(SharingTrainer(num_devices, model, task, recipe, stage), memory, keys)

    run = jax.shard_map(
        on_each_device, mesh=_mesh(num_devices), in_specs=EVERYWHERE, out_specs=EVERYWHERE,
        check_vma=False,
    )  # fmt: skip
    return run(values, memory, keys)


@brainstate.transform.jit(static_argnums=(0, 1, 2, 3, 4, 5))
def run_chunk_of_many(
    architecture: Architecture, task: IntegratorTask, recipe: Recipe, stage: Stage,
    num_devices: int, batched: bool, values: dict, memory: tuple, keys: jax.Array,
) -> Trained:  # fmt: skip
    """Train many networks: each device trains its share of them.

    Args:
        batched: Whether a device trains its share at once, as a GPU likes it, or one after
            another, as a CPU does: batched products of small matrices run slower there than
            single ones.
        values, memory, keys: As in :func:`run_chunk`, with a first axis over networks whose
            length the number of devices divides.
    """

    def one_network(network: tuple[dict, tuple, jax.Array]) -> Trained:
        values, memory, keys = network
        return _steps(Trainer(assemble(architecture, values), task, recipe, stage), memory, keys)

    def on_each_device(*share: Any) -> Trained:
        return jax.vmap(one_network)(share) if batched else jax.lax.map(one_network, share)

    run = jax.shard_map(
        on_each_device, mesh=_mesh(num_devices), in_specs=SHARED_OUT, out_specs=SHARED_OUT,
        check_vma=False,
    )  # fmt: skip
    return run(values, memory, keys)
