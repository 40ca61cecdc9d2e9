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
# # 10 Decisions: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 10 and runs the
# same checks.

# %%
import brainstate
import jax
import jax.numpy as jnp
import numpy as np
from scipy import optimize

from integrator_lib.applications import bounded_accuracy, bounded_steps
from integrator_lib.course.checks import chapter10, check

# %% [markdown]
# **1. The error of a slope.** The curvature of the log likelihood at its top is the information.
# Each derivative is one `jax.grad`.


# %%
def slope_error(slope, drift_rates, num_right, num_trials):
    """Return the standard error of a probit slope.

    `drift_rates`, `num_right` and `num_trials` are arrays with one entry for each drift_rate.
    """

    def log_likelihood(slope):
        right, wrong = (jax.scipy.stats.norm.logcdf(s * slope * drift_rates) for s in (1, -1))
        return jnp.sum(num_right * right + (num_trials - num_right) * wrong)

    return 1 / jnp.sqrt(-jax.grad(jax.grad(log_likelihood))(slope))


# %%
check(chapter10.slope_error, slope_error)

# %% [markdown]
# **2. The best estimate.** Precisions add, so the data's share grows with the number of inputs.


# %%
def best_estimate(inputs, m, sigma):
    """Return the best estimate of b t at each step for inputs (time,), the last of them at t."""
    t = np.arange(1, len(inputs) + 1)
    k = 4 * m**2 * t / (4 * m**2 * t + sigma**2)
    return k * np.cumsum(inputs) - (1 - k) * m * t


# %%
check(chapter10.best_estimate, best_estimate)

# %% [markdown]
# **3. A sum that stops.** The state gets its shape before the loop.
# The test is on the sum *before* the step: the step that crosses the bound is still taken.


# %%
def run_to_bound(inputs, bound):
    """Return the sum at each step, (time, batch), of inputs (time, batch).

    A sum whose distance from 0 has reached the bound keeps its value ever after.
    """
    total = brainstate.HiddenState(jnp.zeros(inputs.shape[1]))

    def step(x):
        inside = jnp.abs(total.value) < bound
        total.value = jnp.where(inside, total.value + x, total.value)
        return total.value

    return brainstate.transform.for_loop(step, jnp.asarray(inputs, jnp.float32))


# %%
check(chapter10.run_to_bound, run_to_bound)

# %% [markdown]
# **4. The best bound.** A hump has one top; a search between two bounds finds it.


# %%
def most_rewarding_bound(drift_rate, noise_std, delay):
    """Return the bound of the highest reward rate, for a drift rate above 0."""

    def loss(bound):
        correct = bounded_accuracy(drift_rate, noise_std, bound)
        return -correct / (bounded_steps(drift_rate, noise_std, bound) + delay)

    limits = (1e-3 * noise_std, drift_rate * (delay + 1))
    return optimize.minimize_scalar(loss, bounds=limits, method="bounded").x


# %%
check(chapter10.most_rewarding_bound, most_rewarding_bound)

# %% [markdown]
# **5. A third monkey.** Without coherence the decision takes $A^2$ seconds, since
# $\tanh(x)/x$ is 1 at 0.


# %%
def predict_accuracy(coherence, seconds):
    """Return the share of correct choices at each coherence.

    `seconds` are the mean reaction times, one for each entry of `coherence`.
    """

    def deviations(parameters):
        k, bound, delay = parameters
        x = np.maximum(bound * k * coherence, 1e-9)
        return bound**2 * np.tanh(x) / x + delay - seconds

    k, bound, _ = optimize.least_squares(deviations, (10, 0.7, 0.3), xtol=1e-12, ftol=1e-12).x
    return 1 / (1 + np.exp(-2 * bound * k * coherence))


# %%
check(chapter10.predict_accuracy, predict_accuracy)
