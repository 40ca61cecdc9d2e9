"""The integrator task: noisy inputs, and the running sums a network must output."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp

from integrator_lib._arguments import real_number, whole_number
from integrator_lib._seeds import stream


@dataclasses.dataclass(frozen=True)
class IntegratorTask:
    """A distribution over trials of the integrator task.

    Each trial has a constant bias ``b = 2 * bias_scale * (z - 1/2)``, ``z ~ N(0, 1)``.
    The input at step ``t`` is ``x_t = b + noise_std * xi_t``, ``xi_t ~ N(0, 1)``, and
    the target is the running sum ``y_t = x_1 + ... + x_t``. The sum carries no factor
    ``dt``: this keeps the targets of order 1, and means that their scale depends on ``dt``.

    Args:
        bias_scale: Scale ``m`` of the bias, whose mean is ``-m`` and sd ``2 m``.
        noise_scale: Scale ``s`` of the noise; one step's noise has sd ``s / sqrt(dt)``.
        dt: Duration of one step, in the task's unit of time.
        num_steps: Steps in a trial.

    Source: the task of BrainState's integrator tutorial; the distribution descends from
    the integrator tutorial of google-research's *computation-thru-dynamics* (2019).

    >>> inputs, targets = IntegratorTask().sample(3)
    >>> inputs.shape
    (25, 3, 1)
    """

    bias_scale: float = 0.025
    noise_scale: float = 0.01
    dt: float = 0.04
    num_steps: int = 25

    def __post_init__(self) -> None:
        real_number("bias_scale", self.bias_scale, at_least=0)
        real_number("noise_scale", self.noise_scale, at_least=0)
        real_number("dt", self.dt, above=0)
        whole_number("num_steps", self.num_steps)

    @classmethod
    def original(cls) -> "IntegratorTask":
        """Return the *computation-thru-dynamics* task, with more noise and less bias."""
        return cls(bias_scale=0.01, noise_scale=0.025)

    @property
    def noise_std(self) -> float:
        """Standard deviation of one step's noise."""
        return self.noise_scale / self.dt**0.5

    def scaled(self, factor: float) -> "IntegratorTask":
        """Return the same task with every input multiplied by ``factor``."""
        factor = real_number("factor", factor, above=0)
        return dataclasses.replace(
            self, bias_scale=factor * self.bias_scale, noise_scale=factor * self.noise_scale
        )

    def draw(
        self, key: jax.Array, num_trials: int, num_steps: int | None = None
    ) -> tuple[jax.Array, jax.Array]:
        """Draw trials from a random key; can be called inside compiled code.

        Args:
            key: A JAX random key.
            num_trials: Number of trials, fixed when the caller is compiled.
            num_steps: Steps in a trial; the task's own if ``None``.

        Returns:
            ``(inputs, targets)``, each of shape ``(num_steps, num_trials, 1)``, float32.
        """
        steps = self.num_steps if num_steps is None else num_steps
        bias_key, noise_key = jax.random.split(key)
        z = jax.random.normal(bias_key, (1, num_trials, 1), jnp.float32)
        bias = 2.0 * self.bias_scale * (z - 0.5)
        noise = self.noise_std * jax.random.normal(noise_key, (steps, num_trials, 1), jnp.float32)
        inputs = bias + noise
        return inputs, jnp.cumsum(inputs, axis=0)

    def sample(
        self, num_trials: int, *, num_steps: int | None = None, seed: Any = 0
    ) -> tuple[jax.Array, jax.Array]:
        """Sample trials to look at or to test on.

        Args:
            num_trials: Number of trials, at least 1.
            num_steps: Steps in a trial; the task's own if ``None``.
            seed: A whole number, or a JAX random key.

        Returns:
            ``(inputs, targets)``, each of shape ``(num_steps, num_trials, 1)``, float32.
        """
        num_trials = whole_number("num_trials", num_trials)
        if num_steps is not None:
            num_steps = whole_number("num_steps", num_steps)
        return self.draw(stream("sample", seed), num_trials, num_steps)
