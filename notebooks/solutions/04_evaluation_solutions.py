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
import brainstate
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter04, check

# %% [markdown]
# **1. An interval.** The mean of n independent errors spreads less by the root of n.


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
# **2. R squared.** No root and no clipping: it may be negative.


# %%
def r_squared(outputs, targets):
    """Return 1 minus the error's share of the targets' variance."""
    return 1 - np.mean((outputs - targets) ** 2) / np.var(targets)


# %%
check(chapter04.r_squared, r_squared)

# %% [markdown]
# **3. Relative error.** The error of saying 0 is the mean squared target.


# %%
def relative_mse(outputs, targets):
    """Return the mean squared error divided by the mean squared target."""
    return np.mean((outputs - targets) ** 2) / np.mean(targets**2)


# %%
check(chapter04.relative_mse, relative_mse)

# %% [markdown]
# **4. A leaky integrator.** The old sum leaks, then the input is added.


# %%
def leaky_integrator(inputs, leak):
    """Return outputs of shape (time, trials, 1); each step keeps 1 - leak of the old sum."""
    sums = brainstate.HiddenState(jnp.zeros(inputs.shape[1:]))

    def step(x):
        sums.value = (1 - leak) * sums.value + x
        return sums.value

    return brainstate.transform.for_loop(step, jnp.asarray(inputs, jnp.float32))


# %%
check(chapter04.leaky_integrator, leaky_integrator)
