"""Right answers, written in other ways than the references."""

import functools
import inspect
import math
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import jupytext
import numpy as np

SOLUTIONS = Path(__file__).resolve().parents[2] / "notebooks" / "solutions"


class Written(NamedTuple):
    """A function's source, and the names that it finds around it."""

    source: str
    around: dict[str, Any]

    def function(self) -> Callable:
        """Return the function; each call makes a new one."""
        own: dict[str, Any] = {}
        exec(self.source, dict(self.around), own)
        return list(own.values())[-1]


@functools.cache
def solutions() -> dict[str, Written]:
    """Return each solution that is a plain function, among the imports of its notebook."""
    found = {}
    for path in sorted(SOLUTIONS.glob("*.py")):
        cells = [c.source for c in jupytext.read(path).cells if c.cell_type == "code"]
        around: dict[str, Any] = {}
        exec("\n".join(re.findall(r"^(?:import|from) .*", "\n".join(cells), re.MULTILINE)), around)
        for source in cells:
            if match := re.match(r"def (\w+)", source):
                found[match[1]] = Written(source + "\n", around)
    return found


def written(answer: Callable) -> Written:
    """Return the source of a function, among the names of its module."""
    source = textwrap.dedent(inspect.getsource(answer))
    return Written(source, answer.__globals__ | {"np": np, "jnp": jnp})


def loop_sum(inputs):
    total, sums = 0, []
    for x in inputs:
        total = total + x
        sums.append(total)
    return sums


def sum_by_matrix(inputs):
    return np.einsum("ts,sbi->tbi", np.tri(len(inputs)), inputs)


def inputs_by_loop(z, xi, bias_scale, noise_std):
    return [
        [bias_scale * (2 * zi - 1) + noise_std * x for zi, x in zip(z, row, strict=True)]
        for row in xi
    ]


def std_by_hypot(bias_scale, noise_std, num_steps):
    return math.hypot(2 * bias_scale * num_steps, noise_std * math.sqrt(num_steps))


def step_in_two_products(x, h, W, b):
    a = jnp.asarray(x) @ W[: x.shape[1]] + jnp.asarray(h) @ W[x.shape[1] :] + b
    return jax.nn.relu(a)


def scan_states(inputs, h0, W, b):
    def body(h, x):
        h = jax.nn.relu(jnp.concatenate([x, h], axis=1) @ W + b)
        return h, h

    inputs, h0 = jnp.asarray(inputs, jnp.float32), jnp.asarray(h0, jnp.float32)
    W, b = jnp.asarray(W, jnp.float32), jnp.asarray(b, jnp.float32)
    return jax.lax.scan(body, h0, inputs)[1]


def copies_by_broadcast(state, batch_size):
    return jnp.broadcast_to(jnp.asarray(state), (batch_size, len(state)))


def parts_by_generator(outputs, targets, weights, l2):
    squares = sum(float((a**2).sum()) for a in weights.values() if len(a.shape) == 2)
    return [float(np.square(outputs - targets).mean()), l2 * squares]


def rate_by_loop(initial, decay, step):
    for _ in range(step):
        initial *= decay
    return initial


def rate_by_logarithm(initial, decay, step):
    return jnp.exp(jnp.log(initial) + step * jnp.log(decay))


def clip_with_jax(gradients, max_norm):
    norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in gradients.values()))
    return {k: jnp.where(norm > max_norm, g * max_norm / norm, g) for k, g in gradients.items()}


def adam_by_entry(gradient, learning_rate, eps):
    return [-learning_rate * g / (math.sqrt(g * g) + eps) for g in gradient]


def ratio_of_sums(outputs, targets):
    return np.sum((targets - outputs) ** 2) / np.linalg.norm(targets) ** 2


def interval_as_array(errors):
    error = np.std(errors) / math.sqrt(len(errors))
    return np.mean(errors) + 1.96 * error * np.array([-1, 1])


def leaky_closed_form(inputs, leak):
    t = np.arange(len(inputs))
    kept = np.tril((1 - leak) ** np.abs(t[:, None] - t))
    return np.tensordot(kept, inputs, 1)


def score_in_jax(outputs, targets):
    outputs, targets = jnp.asarray(outputs), jnp.asarray(targets)
    residual = jnp.sum((outputs - targets) ** 2)
    return 1.0 - residual / jnp.sum((targets - targets.mean()) ** 2)


def pair_by_where(x, h):
    total = (h[:, 0] - h[:, 1])[:, None] + x
    return np.hstack([np.where(total > 0, total, 0), np.where(total < 0, -total, 0)])


def wire_by_loop(pattern, readout):
    return [list(pattern)] + [[o * a for a in pattern] for o in readout]


def gain_by_lstsq(outputs, targets):
    return np.linalg.lstsq(outputs.reshape(-1, 1), targets.ravel(), rcond=None)[0][0]


def speed_by_sums(states, next_states):
    moved = ((next_states - states) ** 2).sum(1)
    return (moved / (states**2).sum(1)) ** 0.5


def change_by_pinv(rows, errors):
    return -np.linalg.pinv(rows) @ errors


def change_by_lstsq(rows, errors):
    return np.linalg.lstsq(rows, -errors, rcond=None)[0]


def variance_by_powers(w, J, noise_std, num_steps):
    powers = [np.linalg.matrix_power(J, k) for k in range(num_steps)]
    return noise_std**2 * sum(np.sum((w @ power) ** 2) for power in powers)


def programs_by_list(arrays):
    seen = []
    for array in arrays:
        if (array.shape, array.dtype) not in seen:
            seen.append((array.shape, array.dtype))
    return len(seen)


def gradient_by_average(gradients, num_trials):
    return np.average(np.stack(gradients), axis=0, weights=num_trials)


OTHERWISE: dict[str, list[Callable]] = {
    "running_sum": [loop_sum, sum_by_matrix],
    "make_inputs": [inputs_by_loop],
    "final_std": [std_by_hypot],
    "rnn_step": [step_in_two_products],
    "unroll": [scan_states],
    "spread_state": [copies_by_broadcast],
    "loss_parts": [parts_by_generator],
    "decayed_rate": [rate_by_loop, rate_by_logarithm],
    "clip_by_norm": [clip_with_jax],
    "first_adam_update": [adam_by_entry],
    "relative_mse": [ratio_of_sums],
    "mse_interval": [interval_as_array],
    "leaky_integrator": [leaky_closed_form],
    "r_squared": [score_in_jax],
    "two_unit_step": [pair_by_where],
    "wire": [wire_by_loop],
    "fitted_gain": [gain_by_lstsq],
    "relative_speed": [speed_by_sums],
    "smallest_change": [change_by_pinv, change_by_lstsq],
    "output_variance": [variance_by_powers],
    "compilations": [programs_by_list],
    "combine_gradients": [gradient_by_average],
}


def _each(value, change):  # type: ignore[no-untyped-def]
    """Change the arrays of a value that hold reals."""
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_each(item, change) for item in value)
    real = isinstance(value, np.ndarray) and value.dtype == np.float64
    return change(value) if real else value


def dressed(answer: Callable) -> dict[str, Callable]:
    """Return an answer as it is, in float32, in JAX, and with its result as lists."""

    def listed(value):  # type: ignore[no-untyped-def]
        if isinstance(value, dict):
            return {key: listed(item) for key, item in value.items()}
        if isinstance(value, (tuple, list)):
            return [listed(item) for item in value]
        return np.asarray(value).tolist()

    if not inspect.signature(answer).parameters:
        return {"as it is": answer}
    return {
        "as it is": answer,
        "float32": lambda *case: answer(*_each(case, np.float32)),
        "JAX": lambda *case: answer(*_each(case, jnp.asarray)),
        "lists": lambda *case: listed(answer(*case)),
    }
