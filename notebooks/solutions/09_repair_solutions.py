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
# # 09 Repair: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 09 and runs the same checks.

# %%
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter09, check

# %% [markdown]
# **Distil a pattern.** The readout says `negative @ readout < 0`, so the division also
# turns the sign.


# %%
def pattern(positive, negative, readout):
    """Return the signed pattern a, with overlap a . readout of 1 in each of the two groups."""
    return positive / (positive @ readout) + negative / (negative @ readout)


# %%
check(chapter09.pattern, pattern)

# %% [markdown]
# **The smallest correction.** A part of `d` that is orthogonal to all rows would change
# nothing and only add length. So `d` is a combination of the rows, and the equations give its
# coefficients.


# %%
def smallest_change(rows, errors):
    """Return the shortest vector d with rows @ d = -errors."""
    return -rows.T @ np.linalg.solve(rows @ rows.T, errors)


# %%
check(chapter09.smallest_change, smallest_change)

# %% [markdown]
# **Repair the gain.** The equations are linear in the input weights; the pseudoinverse gives their shortest solution.


# %%
def gain_repair(lefts, sizes, input_weights):
    """Return input weights (n,) for which both gains are 1, as near as possible to those given.

    `lefts` (2, n) holds the left vectors at active units and 0 elsewhere, `sizes` (2,) the p_k.
    """
    rows = sizes[:, None] * lefts
    return input_weights + np.linalg.pinv(rows) @ (1 - rows @ input_weights)


# %%
check(chapter09.gain_repair, gain_repair)

# %% [markdown]
# **One row of the equations.** `jax.grad` differentiates a number by an array.


# %%
def drift_row(W, h, worth):
    """Return the derivatives (n, n) of worth . (relu(h @ W) - h) by the entries of W (n, n)."""

    def drift(weights):
        return worth @ (jnp.maximum(h @ weights, 0) - h)

    return jax.grad(drift)(jnp.asarray(W))


# %%
check(chapter09.drift_row, drift_row)
