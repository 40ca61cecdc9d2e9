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
# # 08 Predicting damage: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 08 and runs the same checks.

# %%
import brainstate
import jax.numpy as jnp
import numpy as np

from integrator_lib import IntegratorTask, load_trained
from integrator_lib.course.checks import chapter08, check
from integrator_lib.dynamics import linearise_ends
from integrator_lib.robustness import predicted_mse

# %% [markdown]
# **Hold a value.** The state is the carry of a `scan`; what it returns at each step is the output.


# %%
def silent_outputs(W, readout, h, num_steps):
    """Return the outputs (num_steps,) after each step of relu(h @ W) from the state h (n,)."""

    def step(state, _):
        state = jnp.maximum(state @ W, 0)
        return state, state @ readout

    return brainstate.transform.scan(step, jnp.asarray(h), jnp.arange(num_steps))[1]


# %%
check(chapter08.silent_outputs, silent_outputs)

# %% [markdown]
# **Predict network 5.** Each end of the line has its own eigenvalue and gain.


# %%
def predicted_error():
    """Return your prediction of the mean squared error at 1000 steps."""
    task = IntegratorTask()
    probe, _ = task.sample(64, seed=0, num_steps=100)
    ends = linearise_ends(load_trained("rnn_short", 5), probe)
    return predicted_mse(task, ends, num_steps=1000)


# %%
check(chapter08.predicted_error, predicted_error)

# %% [markdown]
# **The shift of an eigenvalue.** Dividing by $l \cdot r$ makes the lengths of both vectors
# drop out.


# %%
def eigenvalue_shift(left, right, change):
    """Return the first-order shift of an eigenvalue when the Jacobian changes by `change`."""
    return left @ change @ right / (left @ right)


# %%
check(chapter08.eigenvalue_shift, eigenvalue_shift)

# %% [markdown]
# **Noise in the state.** The row `o J^k` says what a push that is `k` steps old is worth.


# %%
def output_variance(o, J, noise_std, num_steps):
    """Return the output's variance after num_steps steps of noise on every entry of the state."""
    total, worth = 0.0, o
    for _ in range(num_steps):
        total += worth @ worth
        worth = worth @ J
    return noise_std**2 * total


# %%
check(chapter08.output_variance, output_variance)

# %% [markdown]
# **Pruning.** A weight that is set to 0 changes by minus itself.


# %%
def pruned_shift(left, right, W, share):
    """Return the predicted shift of the eigenvalue when the smallest `share` of W (n, n) is set to 0."""
    size = np.abs(W)
    change = np.where(size <= np.quantile(size, share), -W, 0)
    return right @ change @ left / (left @ right)


# %%
check(chapter08.pruned_shift, pruned_shift)
