"""Prediction, and the error over many trials with its uncertainty."""

import dataclasses
from typing import Any

import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib._arguments import finite_array, instance, true_or_false, whole_number
from integrator_lib._seeds import stream
from integrator_lib.networks import Architecture, IntegratorRNN, assemble
from integrator_lib.task import IntegratorTask

Z_95 = 1.959964
"""Half width of a 95 % interval, in standard errors."""


@brainstate.transform.jit(static_argnums=(0, 3))
def _run(
    architecture: Architecture, values: dict, inputs: jax.Array, return_hidden: bool
) -> tuple[jax.Array, jax.Array | None, dict]:
    """Run a network; compiled once for all networks of one structure.

    Hidden states that nobody wants are not kept: they take far more memory than the outputs,
    and more time to write than the step to compute.
    """
    model = assemble(architecture, values)
    if return_hidden:
        outputs, hidden = model.run(inputs)
    else:
        model.reset_state(inputs.shape[1] if inputs.ndim == 3 else None)
        outputs, hidden = brainstate.transform.for_loop(model.update, inputs), None
    last = model.states(brainstate.HiddenState)
    return outputs, hidden, {name: state.value for name, state in last.items()}


def predict(model: IntegratorRNN, inputs: Any, *, return_hidden: bool = False) -> Any:
    """Run a network on whole trials, from its initial state.

    The model's hidden state holds the last step afterwards.

    Args:
        model: The network.
        inputs: ``(time, batch, 1)``, or ``(time, 1)`` for one trial; cast to float32.
        return_hidden: Whether to return the hidden states too.

    Returns:
        Outputs, of the shape of ``inputs``; with ``return_hidden`` also the hidden states,
        ``(time, batch, hidden)`` or ``(time, hidden)``.

    >>> predict(IntegratorRNN(hidden_size=8), np.ones((25, 3, 1))).shape
    (25, 3, 1)
    """
    instance("model", model, IntegratorRNN)
    true_or_false("return_hidden", return_hidden)
    inputs = jnp.asarray(inputs, jnp.float32)
    finite_array("inputs", inputs, (None, 1) if inputs.ndim == 2 else (None, None, 1))
    if inputs.size == 0:
        raise ValueError(f"inputs must hold at least one step and one trial, got {inputs.shape}")
    outputs, hidden, last = _run(model.architecture, model.values(), inputs, return_hidden)
    for name, state in model.states(brainstate.HiddenState).items():
        state.value = last[name]
    return (outputs, hidden) if return_hidden else outputs


@dataclasses.dataclass(frozen=True)
class Score:
    """A network's error over many trials.

    Attributes:
        mse: Mean squared error over steps and trials.
        mse_interval: 95 % interval of ``mse``, from the spread between trials.
        relative_mse: ``mse`` divided by the mean squared target.
        r_squared: ``1 - mse / variance of the targets``, over all steps and trials.
        num_trials: Trials in the estimate.
        num_steps: Steps in each trial.
    """

    mse: float
    mse_interval: tuple[float, float]
    relative_mse: float
    r_squared: float
    num_trials: int
    num_steps: int


def score_outputs(outputs: Any, targets: Any) -> Score:
    """Score outputs against targets.

    The trials are independent and their errors are averaged, so the interval is
    ``mean +- 1.96 standard errors`` of the per-trial errors.

    Args:
        outputs: ``(time, batch, 1)``.
        targets: ``(time, batch, 1)``, at least two trials.

    Raises:
        ValueError: If the shapes differ, a value is not finite, or there is one trial only.
    """
    targets = np.asarray(targets, np.float64)
    finite_array("targets", targets, (None, None, 1))
    outputs = np.asarray(outputs, np.float64)
    finite_array("outputs", outputs, targets.shape)
    num_steps, num_trials, _ = targets.shape
    if num_trials < 2:
        raise ValueError(f"targets must hold at least 2 trials for an interval, got {num_trials}")
    per_trial = np.mean((outputs - targets) ** 2, axis=(0, 2))
    mse = per_trial.mean()
    half_width = Z_95 * per_trial.std(ddof=1) / num_trials**0.5
    return Score(
        mse=float(mse),
        mse_interval=(float(mse - half_width), float(mse + half_width)),
        relative_mse=float(mse / np.mean(targets**2)),
        r_squared=float(1 - mse / targets.var()),
        num_trials=num_trials,
        num_steps=num_steps,
    )


def evaluate(
    model: IntegratorRNN,
    task: IntegratorTask = IntegratorTask(),
    *,
    num_trials: int = 4096,
    num_steps: int | None = None,
    seed: Any = 1,
) -> Score:
    """Measure a network's error on fresh trials, which training never sees.

    Args:
        model: The network.
        task: Where trials come from.
        num_trials: Number of trials, at least 2.
        num_steps: Steps in a trial; the task's own if ``None``.
        seed: A whole number or a JAX random key, for the evaluation trials.

    Returns:
        The score.

    >>> score = evaluate(IntegratorRNN(hidden_size=8), num_trials=64)
    >>> score.num_steps, score.mse > 0
    (25, True)
    """
    instance("model", model, IntegratorRNN)
    instance("task", task, IntegratorTask)
    num_trials = whole_number("num_trials", num_trials, at_least=2)
    if num_steps is not None:
        num_steps = whole_number("num_steps", num_steps)
    inputs, targets = task.draw(stream("evaluation data", seed), num_trials, num_steps)
    return score_outputs(predict(model, inputs), targets)
