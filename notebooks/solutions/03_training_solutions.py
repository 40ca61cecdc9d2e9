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
import numpy as np

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
# **2. The schedule.** Each step multiplies by the same factor.


# %%
def decayed_rate(initial, decay, step):
    """Return the learning rate after `step` steps of exponential decay."""
    return initial * decay**step


# %%
check(chapter03.decayed_rate, decayed_rate)

# %% [markdown]
# **3. Clip.** One factor for all arrays keeps the gradient's direction.


# %%
def clip_by_norm(gradients, max_norm):
    """Return the dictionary of arrays, scaled so that their joint norm is at most max_norm."""
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    factor = min(1.0, max_norm / norm)
    return {name: factor * g for name, g in gradients.items()}


# %%
check(chapter03.clip_by_norm, clip_by_norm)

# %% [markdown]
# **4. Adam's first step.** After bias correction the averages are g and g squared.


# %%
def first_adam_update(gradient, learning_rate, eps):
    """Return the change of the parameters at Adam's first step."""
    return -learning_rate * gradient / (np.sqrt(gradient**2) + eps)


# %%
check(chapter03.first_adam_update, first_adam_update)
