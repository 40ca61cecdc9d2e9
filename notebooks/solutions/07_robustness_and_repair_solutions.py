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
# # 07 Robustness and repair: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 07 and runs the
# same checks.

# %%
import numpy as np

from integrator_lib.course.checks import chapter07, check

# %% [markdown]
# **1. The shift of an eigenvalue.** Dividing by $l \cdot r$ makes the lengths of both vectors
# drop out.


# %%
def eigenvalue_shift(left, right, change):
    """Return the first-order shift of an eigenvalue when the Jacobian changes by `change`."""
    return left @ change @ right / (left @ right)


# %%
check(chapter07.eigenvalue_shift, eigenvalue_shift)

# %% [markdown]
# **2. Noise in the state.** The row `w J^k` says what a push that is `k` steps old is worth.


# %%
def output_variance(w, J, noise_std, num_steps):
    """Return the output's variance after num_steps steps of noise on every entry of the state."""
    total, worth = 0.0, w
    for _ in range(num_steps):
        total += worth @ worth
        worth = worth @ J
    return noise_std**2 * total


# %%
check(chapter07.output_variance, output_variance)

# %% [markdown]
# **3. The smallest correction.** A part of `d` that is orthogonal to all rows would change
# nothing and only add length. So `d` is a combination of the rows, and the equations give its
# coefficients.


# %%
def smallest_change(rows, errors):
    """Return the shortest vector d with rows @ d = -errors."""
    return -rows.T @ np.linalg.solve(rows @ rows.T, errors)


# %%
check(chapter07.smallest_change, smallest_change)

# %% [markdown]
# **4. Distil a pattern.** The readout says `negative @ readout < 0`, so the division also
# turns the sign.


# %%
def pattern(positive, negative, readout):
    """Return the signed pattern a, with overlap a . readout of 1 in each of the two groups."""
    return positive / (positive @ readout) + negative / (negative @ readout)


# %%
check(chapter07.pattern, pattern)
