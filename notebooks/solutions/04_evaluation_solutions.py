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
# # 04 Evaluation: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 04 and runs the
# same checks.

# %%
import numpy as np

from integrator_lib.course.checks import chapter04, check

# %% [markdown]
# **1. Relative error.**


# %%
def relative_mse(outputs, targets):
    """Return the mean squared error divided by the mean squared target."""
    return np.mean((outputs - targets) ** 2) / np.mean(targets**2)


# %%
check(chapter04.relative_mse, relative_mse)

# %% [markdown]
# **2. An interval.** The mean of n independent errors spreads less by the root of n.


# %%
def mse_interval(per_trial_errors):
    """Return (low, high), a 95 % interval of the mean of independent errors (trials,)."""
    n = len(per_trial_errors)
    standard_error = np.std(per_trial_errors, ddof=1) / np.sqrt(n)
    mean = np.mean(per_trial_errors)
    return mean - 1.96 * standard_error, mean + 1.96 * standard_error


# %%
check(chapter04.mse_interval, mse_interval)

# %% [markdown]
# **3. A leaky integrator.** The old sum leaks, then the input is added.


# %%
def leaky_integrator(inputs, leak):
    """Return outputs of shape (time, trials, 1); each step keeps 1 - leak of the old sum."""
    total, outputs = np.zeros_like(inputs[0]), []
    for x in inputs:
        total = (1 - leak) * total + x
        outputs.append(total)
    return np.stack(outputs)


# %%
check(chapter04.leaky_integrator, leaky_integrator)

# %% [markdown]
# **4. Explained variance.**


# %%
def r_squared(outputs, targets):
    """Return 1 minus the error's share of the targets' variance."""
    return 1 - np.mean((outputs - targets) ** 2) / np.var(targets)


# %%
check(chapter04.r_squared, r_squared)
