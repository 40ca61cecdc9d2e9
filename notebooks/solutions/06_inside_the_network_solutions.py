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
# # 06 Inside the network: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 06 and runs the
# same checks.

# %%
import numpy as np

from integrator_lib.course.checks import chapter06, check

# %% [markdown]
# **1. Relative speed.** Each row is a state of its own, so both norms run over the last axis.


# %%
def relative_speed(states, next_states):
    """Return the part of itself by which each state changes, for arrays (number, size)."""
    return np.linalg.norm(next_states - states, axis=1) / np.linalg.norm(states, axis=1)


# %%
check(chapter06.relative_speed, relative_speed)

# %% [markdown]
# **2. A time constant.** A complex eigenvalue turns the state; its modulus shrinks it.


# %%
def time_constant(eigenvalue):
    """Return the steps in which a mode of this real or complex eigenvalue falls to 1/e."""
    return -1 / np.log(np.abs(eigenvalue))


# %%
check(chapter06.time_constant, time_constant)

# %% [markdown]
# **3. What an input leaves.** Eigenvectors have no length of their own; only the product of
# the two is fixed.


# %%
def lasting_gain(left, right, input_gain, readout):
    """Return by how much the output rises for good after an input of 1.

    `left` and `right` are the integrating eigenvectors, each of any length.
    """
    left = left / (left @ right)
    return (readout @ right) * (left @ input_gain)


# %%
check(chapter06.lasting_gain, lasting_gain)

# %% [markdown]
# **4. The best estimate.** Precisions add: the prior has one, each input adds its own.


# %%
def best_estimate(inputs, m, sigma):
    """Return the best estimate of b t at each step for inputs (time,), the last of them at t."""
    t = np.arange(1, len(inputs) + 1)
    prior_precision, data_precision = 1 / (2 * m) ** 2, t / sigma**2
    k = data_precision / (prior_precision + data_precision)
    return k * np.cumsum(inputs) - (1 - k) * m * t


# %%
check(chapter06.best_estimate, best_estimate)
