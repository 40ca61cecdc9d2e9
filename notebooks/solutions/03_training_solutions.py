# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 Training: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 03 and runs the
# same checks.

# %%
import brainstate
import braintools
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib import RNNCell
from integrator_lib.course.checks import chapter03, check

# %% [markdown]
# **1. Error and penalty apart.** Vectors are biases; matrices have two axes.


# %%
def loss_parts(outputs, targets, weights, l2):
    """Return (mean squared error, l2 times the sum of squares of the matrices in weights)."""
    penalty = l2 * sum(np.sum(a**2) for a in weights.values() if a.ndim == 2)
    return np.mean((outputs - targets) ** 2), penalty


# %%
check(chapter03.loss_parts, loss_parts)

# %% [markdown]
# **2. Clip.** One factor for all arrays keeps the gradient's direction.


# %%
def clip_by_norm(gradients, max_norm):
    """Return the dictionary of arrays, scaled so that their joint norm is at most max_norm."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    factor = min(1.0, max_norm / norm)
    return {name: factor * g for name, g in gradients.items()}


# %%
check(chapter03.clip_by_norm, clip_by_norm)

# %% [markdown]
# **3. The schedule.** Each step multiplies by the same factor.


# %%
def decayed_rate(initial, decay, step):
    """Return the learning rate after `step` steps of exponential decay."""
    return initial * decay**step


# %%
check(chapter03.decayed_rate, decayed_rate)

# %% [markdown]
# **4. Adam's first step.** After bias correction the averages are g and g squared.


# %%
def first_adam_update(gradient, learning_rate, eps):
    """Return the change of the parameters at Adam's first step."""
    return -learning_rate * gradient / (np.sqrt(gradient**2) + eps)


# %%
check(chapter03.first_adam_update, first_adam_update)

# %% [markdown]
# **5. Another task.** The loop of the chapter's first section with other targets.
# A rate that falls to 0 takes the last jitter away.


# %%
class Recaller(brainstate.nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.cell = RNNCell(1, hidden_size, activation=jnp.tanh)
        self.readout = brainstate.nn.Linear(hidden_size, 1)

    def update(self, x):
        return x >> self.cell >> self.readout


def outputs_of(inputs):
    network.cell.reset_state(inputs.shape[1])
    return brainstate.transform.for_loop(network.update, inputs)


def loss(inputs):
    targets = jnp.concatenate([jnp.zeros_like(inputs[:5]), inputs[:-5]])
    return jnp.mean((outputs_of(inputs) - targets) ** 2)


# %%
brainstate.random.seed(0)
network = Recaller(hidden_size=64)
parameters = network.states(brainstate.ParamState)
schedule = braintools.optim.CosineAnnealingLR(base_lr=3e-3, T_max=2000)
optimizer = braintools.optim.Adam(lr=schedule, grad_clip_norm=1.0)
optimizer.register_trainable_weights(parameters)


def step(key):
    inputs = jax.random.uniform(key, (20, 32, 1), minval=-1, maxval=1)
    gradients, value = brainstate.transform.grad(loss, parameters, return_value=True)(inputs)
    optimizer.update(gradients)
    schedule.step()
    return value


network.cell.reset_state(32)
errors = brainstate.transform.for_loop(step, jax.random.split(jax.random.key(0), 2000))
assert errors[-1] < 1e-3  # a tenth of what the check asks for


# %%
def recall(inputs):
    """Return your network's outputs, (time, trials, 1), for inputs of that shape."""
    return outputs_of(jnp.asarray(inputs, jnp.float32))


# %%
check(chapter03.recall, recall)
