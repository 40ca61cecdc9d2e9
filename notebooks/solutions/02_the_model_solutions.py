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
import brainstate
import jax
import jax.numpy as jnp
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
# **3. Your own cell.** The boxes hold what the check gives; the mixture goes into the state's box.


# %%
class SlowCell(brainstate.nn.Module):
    def __init__(self, W, b, a):
        super().__init__()
        self.W = brainstate.ParamState(jnp.asarray(W, jnp.float32))
        self.b = brainstate.ParamState(jnp.asarray(b, jnp.float32))
        self.a = a
        self.state = brainstate.HiddenState(jnp.zeros(len(b)))

    def reset_state(self, batch_size):
        self.state.value = jnp.zeros((batch_size, self.b.value.size))

    def update(self, x):
        joined = jnp.concatenate([x, self.state.value], axis=-1)
        new = jax.nn.relu(joined @ self.W.value + self.b.value)
        self.state.value = (1 - self.a) * self.state.value + self.a * new
        return self.state.value


def run_slow_cell(inputs, W, b, a):
    """Return the states (time, batch, hidden) of your cell for inputs (time, batch, 1)."""
    cell = SlowCell(W, b, a)
    cell.reset_state(inputs.shape[1])
    return brainstate.transform.for_loop(cell.update, jnp.asarray(inputs, jnp.float32))


# %%
check(chapter02.run_slow_cell, run_slow_cell)

# %% [markdown]
# **4. Spread the initial state.** One row a trial.


# %%
def spread_state(state, batch_size):
    """Return (batch_size, hidden) with the state (hidden,) in every row."""
    return np.repeat(state[None, :], batch_size, axis=0)


# %%
check(chapter02.spread_state, spread_state)

# %% [markdown]
# **5. Count.** W has a row for the input and one for each unit.


# %%
def num_parameters(hidden_size, train_initial_state):
    """Return the number of trained numbers, readout included."""
    cell = (1 + hidden_size) * hidden_size + hidden_size
    readout = hidden_size + 1
    return cell + readout + (hidden_size if train_initial_state else 0)


# %%
check(chapter02.num_parameters, num_parameters)
