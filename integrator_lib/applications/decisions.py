"""Decisions read from a network's output: evidence of known drift rate, choices, times, kernels."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, real_number, whole_number
from integrator_lib._seeds import stream


def draw_evidence(
    drift_rate: Any, noise_std: float, num_steps: int, num_trials: int, seed: Any = 0
) -> jax.Array:
    """Draw inputs ``x_t = b + sigma xi_t`` of known drift rate.

    Two calls that differ in the drift rate only have the same noise.

    Args:
        drift_rate: ``b``, one number for all trials or ``(num_trials,)``.
        noise_std: ``sigma``, at least 0.
        num_steps: Steps in a trial.
        num_trials: Number of trials.
        seed: A whole number or a JAX random key.

    Returns:
        ``(num_steps, num_trials, 1)``, float32.
    """
    noise_std = real_number("noise_std", noise_std, at_least=0)
    num_trials = whole_number("num_trials", num_trials)
    shape = (whole_number("num_steps", num_steps), num_trials, 1)
    if np.ndim(drift_rate) == 0:
        drift_rate = np.full(num_trials, real_number("drift_rate", drift_rate))
    drift_rate = jnp.asarray(finite_array("drift_rate", drift_rate, (num_trials,)), jnp.float32)
    noise = jax.random.normal(stream("evidence", seed), shape, jnp.float32)
    return drift_rate[:, None] + noise_std * noise


@dataclasses.dataclass(frozen=True)
class Decisions:
    """Choices and the steps at which they fell, one entry a trial.

    Attributes:
        choices: 1 for right (up), -1 for left (down), 0 for undecided.
        steps: Step of the decision, from 1 on; the number of all steps if undecided.
        values: Output at that step.
    """

    choices: np.ndarray
    steps: np.ndarray
    values: np.ndarray


def decide(outputs: Any, bound: float | None = None) -> Decisions:
    """Read a decision from each trial's output.

    Args:
        outputs: ``(time, batch, 1)``, of a network or true running sums.
        bound: The decision falls at the first step at which the output is at least this far
            from 0. At the last step, by the sign, if ``None``.

    Returns:
        One decision a trial; with a bound, those that did not reach it are undecided.
    """
    outputs = np.asarray(finite_array("outputs", outputs, (None, None, 1)))[..., 0]
    if bound is None:
        reached = np.zeros(outputs.shape, bool)
        reached[-1] = True
    else:
        reached = np.abs(outputs) >= real_number("bound", bound, above=0)
    decided = reached.any(axis=0)
    index = np.where(decided, reached.argmax(axis=0), len(outputs) - 1)
    values = outputs[index, np.arange(outputs.shape[1])]
    choices = np.where(decided, np.sign(values), 0).astype(int)
    return Decisions(choices=choices, steps=index + 1, values=values)


def choice_kernel(inputs: Any, choices: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return how much each step's evidence counted: the mean input, signed by the choice.

    Args:
        inputs: ``(time, batch, 1)``, of drift rate 0.
        choices: What each trial's inputs are multiplied by, ``(batch,)``: 1 or -1, or the
            sum at the decision.

    Returns:
        The mean of ``choice * x_t`` over trials and its standard error, each ``(time,)``.
    """
    inputs = np.asarray(finite_array("inputs", inputs, (None, None, 1)), np.float64)[..., 0]
    signed = inputs * np.asarray(finite_array("choices", choices, (inputs.shape[1],)))
    return signed.mean(axis=1), signed.std(axis=1, ddof=1) / inputs.shape[1] ** 0.5
