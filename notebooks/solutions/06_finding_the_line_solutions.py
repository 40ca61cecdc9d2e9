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
# # 06 Finding the line: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 06 and runs the same checks.

# %%
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib import dynamics, load_trained
from integrator_lib.course.checks import chapter06, check

# %% [markdown]
# **Relative speed.** Each row is a state of its own, so both norms run over the last axis.


# %%
def relative_speed(states, next_states):
    """Return the part of itself by which each state changes, for arrays (number, size)."""
    return np.linalg.norm(next_states - states, axis=1) / np.linalg.norm(states, axis=1)


# %%
check(chapter06.relative_speed, relative_speed)

# %% [markdown]
# **A step of the finder.** The residual is differentiated by the state; `jax.jacfwd` puts entry $i$ of the residual in row $i$.


# %%
def damped_step(W, h, damping):
    """Return the state (n,) after one damped least-squares step for tanh(h @ W) = h."""

    def residual(state):
        return jnp.tanh(state @ W) - state

    A, r = jax.jacfwd(residual)(h), residual(h)
    return h - jnp.linalg.solve(A.T @ A + damping * jnp.eye(len(h)), A.T @ r)


# %%
check(chapter06.damped_step, damped_step)

# %% [markdown]
# **Where the GRU ends.** Start on both sides and wait, in pieces that fit into memory: what is left is what holds.


# %%
def stable_values():
    """Return the two values that the GRU holds for good, the lower one first."""
    model = load_trained("gru")
    inputs = np.array([-0.1, 0.1])[None, :, None] * np.ones((25, 1, 1))
    states = dynamics.visited_states(model, inputs)[-1]
    for _ in range(100):
        states = dynamics.visited_states(model, np.zeros((1000, 2, 1)), start=states)[-1]
    weight, offset = dynamics.readout(model)
    values = np.asarray(states) @ weight + offset
    return np.array([values.min(), values.max()])


# %%
check(chapter06.stable_values, stable_values)
