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
# # 02 The model: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 02 and runs the
# same checks.

# %%
import numpy as np

from integrator_lib.course.checks import chapter02, check

# %% [markdown]
# **1. One step.** The input's rows of W come first.


# %%
def rnn_step(x, h, W, b):
    """Return the next state (batch, hidden) from x (batch, inputs) and h (batch, hidden)."""
    return np.maximum(np.concatenate([x, h], axis=1) @ W + b, 0)


# %%
check(chapter02.rnn_step, rnn_step)

# %% [markdown]
# **2. All steps.** Each step starts from the state of the last.


# %%
def unroll(inputs, h0, W, b):
    """Return the states (time, batch, hidden) for inputs (time, batch, 1)."""
    h, states = h0, []
    for x in inputs:
        h = rnn_step(x, h, W, b)
        states.append(h)
    return np.stack(states)


# %%
check(chapter02.unroll, unroll)

# %% [markdown]
# **3. Count.** W has a row for the input and one for each unit.


# %%
def num_parameters(hidden_size, train_initial_state):
    """Return the number of trained numbers, readout included."""
    cell = (1 + hidden_size) * hidden_size + hidden_size
    readout = hidden_size + 1
    return cell + readout + (hidden_size if train_initial_state else 0)


# %%
check(chapter02.num_parameters, num_parameters)

# %% [markdown]
# **4. Spread the initial state.** One row a trial.


# %%
def spread_state(state, batch_size):
    """Return (batch_size, hidden) with the state (hidden,) in every row."""
    return np.repeat(state[None, :], batch_size, axis=0)


# %%
check(chapter02.spread_state, spread_state)
