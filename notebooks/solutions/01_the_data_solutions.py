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
# # 01 The data: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 01 and runs the
# same checks.

# %%
import numpy as np

from integrator_lib.course.checks import chapter01, check

# %% [markdown]
# **1. Make inputs.** The bias is one number a trial and spreads over time by broadcasting.


# %%
def make_inputs(z, xi, bias_scale, noise_std):
    """Return inputs of shape (time, trials) from z (trials,) and xi (time, trials)."""
    return 2 * bias_scale * (z - 0.5) + noise_std * xi


# %%
check(chapter01.make_inputs, make_inputs)

# %% [markdown]
# **2. The running sum.** Time is the first axis.


# %%
def running_sum(inputs):
    """Return the targets of inputs of shape (time, trials, 1), in the same shape."""
    return np.cumsum(inputs, axis=0)


# %%
check(chapter01.running_sum, running_sum)

# %% [markdown]
# **3. The final spread.** The bias counts T times; the noise is T independent terms.


# %%
def final_std(bias_scale, noise_std, num_steps):
    """Return the standard deviation of the target at the last step."""
    return np.sqrt((2 * bias_scale * num_steps) ** 2 + noise_std**2 * num_steps)


# %%
check(chapter01.final_std, final_std)

# %% [markdown]
# **4. A baseline from data.** The error of a step's mean is the variance over trials.


# %%
def step_mean_mse(targets):
    """Return the mean squared error of predicting each step's mean; targets (time, trials, 1)."""
    return np.mean(np.var(targets, axis=1))


# %%
check(chapter01.step_mean_mse, step_mean_mse)

# %% [markdown]
# **5. The ramp drawer.** The line goes through 0 and the sum at step `first`.


# %%
def ramp(inputs, first):
    """Return guesses of shape (time, trials, 1): exact up to step `first`, then straight on."""
    sums = np.cumsum(inputs, axis=0)
    t = np.arange(1, len(inputs) + 1)[:, None, None]
    return np.where(t <= first, sums, t * sums[first - 1] / first)


# %%
check(chapter01.ramp, ramp)
