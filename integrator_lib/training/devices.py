"""The devices that training is shared out over.

JAX counts GPUs as devices, and a CPU as one device however many cores it has. One training
step's matrix products are too small to be worth splitting over cores, so that a CPU's other
cores stand idle. :func:`use_all_cores` makes each core a device.
"""

import os

import jax


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
