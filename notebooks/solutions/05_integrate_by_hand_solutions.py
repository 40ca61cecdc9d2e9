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
# # 05 Integrate by hand: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 05 and runs the
# same checks.

# %%
import brainstate
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter05, check

# %% [markdown]
# **One step of two units.** Both units take the whole sum, one with each sign.


# %%
def two_unit_step(x, h):
    """Return the next state (batch, 2) from the input x (batch, 1) and the state h (batch, 2)."""
    total = h[:, :1] - h[:, 1:] + x
    return np.maximum(np.concatenate([total, -total], axis=-1), 0)


# %%
check(chapter05.two_unit_step, two_unit_step)

# %% [markdown]
# **Wire a member of the family.** Column $i$ belongs to unit $i$, which gets $a_i$ times
# the input and $a_i$ times the sum, $o \cdot h$.


# %%
def wire(pattern, readout):
    """Return W of shape (1 + n, n) for a pattern (n,) and a readout (n,)."""
    return np.vstack([pattern, np.outer(readout, pattern)])


# %%
check(chapter05.wire, wire)

# %% [markdown]
# **Normalise a pattern.** Each sign's units get their own factor.


# %%
def normalise(pattern, readout):
    """Return the pattern (n,), rescaled so that its overlap is 1 over each sign's units."""
    result = pattern.copy()
    for group in (pattern > 0, pattern < 0):
        result[group] /= pattern[group] @ readout[group]
    return result


# %%
check(chapter05.normalise, normalise)

# %% [markdown]
# **The best gain, from data.** The derivative of $\sum (g\,\hat y - y)^2$ by $g$ is
# $2 \sum \hat y\,(g\,\hat y - y)$.


# %%
def fitted_gain(outputs, targets):
    """Return the gain that minimises the mean squared error; both are (time, trials, 1)."""
    return np.sum(outputs * targets) / np.sum(outputs**2)


# %%
check(chapter05.fitted_gain, fitted_gain)

# %% [markdown]
# **A loop in BrainState.** The state of the two units is the carry.


# %%
def leaky_outputs(inputs, leak):
    """Return the outputs (time, batch, 1) of the leaky pair of units for inputs (time, batch, 1)."""

    def step(h, x):
        total = (1 - leak) * (h[:, :1] - h[:, 1:]) + x
        h = jnp.maximum(jnp.concatenate([total, -total], axis=1), 0)
        return h, h[:, :1] - h[:, 1:]

    start = jnp.zeros((inputs.shape[1], 2))
    return brainstate.transform.scan(step, start, jnp.asarray(inputs))[1]


# %%
check(chapter05.leaky_outputs, leaky_outputs)
