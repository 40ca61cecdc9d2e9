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
# # 07 Modes: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 07 and runs the same checks.

# %%
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter07, check

# %% [markdown]
# **A Jacobian of your own.** Row $i$ belongs to entry $i$ of the next state.


# %%
def step_jacobian(W, h):
    """Return J (n, n) with J[i, j] = dF_i / dh_j at the state h (n,), for F(h) = relu(h @ W)."""
    return jax.jacfwd(lambda state: jnp.maximum(state @ W, 0))(h)


# %%
check(chapter07.step_jacobian, step_jacobian)

# %% [markdown]
# **A time constant.** A complex eigenvalue turns the state; its modulus shrinks it.


# %%
def time_constant(eigenvalue):
    """Return the steps in which a mode of this real or complex eigenvalue falls to 1/e."""
    return -1 / np.log(np.abs(eigenvalue))


# %%
check(chapter07.time_constant, time_constant)

# %% [markdown]
# **What an input leaves.** Eigenvectors have no length of their own; only the product of
# the two is fixed.


# %%
def lasting_gain(left, right, input_gain, readout):
    """Return by how much the output rises for good after an input of 1.

    `left` and `right` are the integrating eigenvectors, each of any length.
    """
    left = left / (left @ right)
    return (readout @ right) * (left @ input_gain)


# %%
check(chapter07.lasting_gain, lasting_gain)

# %% [markdown]
# **Bound the noise.** A weight into a silent unit changes nothing, so only active entries of the left vector count.


# %%
def largest_noise(left, right, active, allowed):
    """Return the largest standard deviation of the noise on each weight.

    `left` and `right` are eigenvectors (n,) of any length, `active` (n,) says which units are.
    """
    sensitivity = np.linalg.norm(left * active) * np.linalg.norm(right) / abs(left @ right)
    return allowed / sensitivity


# %%
check(chapter07.largest_noise, largest_noise)
