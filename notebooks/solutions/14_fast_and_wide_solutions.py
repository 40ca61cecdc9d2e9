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
# # 14 Fast and wide: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 14 and runs the
# same checks.

# %%
from integrator_lib.course.checks import chapter14, check

# %% [markdown]
# **1. Count compilations.** Shape and type decide; values do not, and old programs are kept.


# %%
def compilations(arrays):
    """Return how many programs JAX compiles when a jitted function gets each array in turn."""
    return len({(array.shape, array.dtype) for array in arrays})


# %%
check(chapter14.compilations, compilations)

# %% [markdown]
# **2. Another cell.** Three matrices, three products for each, two operations for each entry.


# %%
def gru_flops(num_steps, batch_size, hidden_size):
    """Return the products and sums in a GRU's matrix products, for one gradient of one batch.

    The input has one entry, and each of the three matrices has a row for it.
    """
    return 3 * 3 * 2 * num_steps * batch_size * (hidden_size + 1) * hidden_size


# %%
check(chapter14.gru_flops, gru_flops)

# %% [markdown]
# **3. Unequal parts.** A mean over all trials weighs each part by its number of trials.


# %%
def combine_gradients(gradients, num_trials):
    """Return the whole batch's gradient of the mean loss.

    gradients is a list of arrays, one a device, num_trials the list of their trials.
    """
    total = sum(n * gradient for n, gradient in zip(num_trials, gradients, strict=True))
    return total / sum(num_trials)


# %%
check(chapter14.combine_gradients, combine_gradients)

# %% [markdown]
# **4. When does it pay?** The number of steps is on both sides and cancels.


# %%
def break_even_batch(hidden_size, peak, launch_seconds, launches):
    """Return the batch size, a real number, at which arithmetic takes as long as launching.

    peak is in operations a second, launches is the number of operations launched a step.
    """
    seconds_a_trial = 3 * 2 * (hidden_size + 1) * hidden_size / peak
    return launches * launch_seconds / seconds_a_trial


# %%
check(chapter14.break_even_batch, break_even_batch)

# %% [markdown]
# **5. Join two steps.** $a_2 (a_1 d + b_1) + b_2$, multiplied out.


# %%
def join(first, second):
    """Return the pair (a, b) of two steps in a row; each is a pair of numbers or of arrays."""
    return second[0] * first[0], second[0] * first[1] + second[1]


# %%
check(chapter14.join, join)
