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
# # 11 Position: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 11 and runs the
# same checks.

# %%
import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter11, check

# %% [markdown]
# **1. The law of the closed loop.** Every step takes the leak's share of the position that was
# reached. The last position is home, so it does not matter whether it is counted.


# %%
def closing_error_by_hand(moves, leak):
    """Return the position, (2,), that a leaky integrator reports at the end of a closed loop.

    moves: displacements, (time, 2), which add up to 0.
    leak: part of the position that is forgotten in a step.
    """
    positions = np.cumsum(moves, axis=0)
    return -leak * positions.sum(axis=0)


# %%
check(chapter11.closing_error_by_hand, closing_error_by_hand)

# %% [markdown]
# **2. A budget for noise.** Each component has the variance $t\sigma^2$, and the squared
# distance is the sum of two of them.


# %%
def noise_budget(radius, num_steps):
    """Return the standard deviation of the noise on each component that leads to rms radius."""
    return radius / np.sqrt(2 * num_steps)


# %%
check(chapter11.noise_budget, noise_budget)

# %% [markdown]
# **3. Does a leak help here?** The state is made inside the function that is differentiated, so
# that JAX sees the whole way from the leak to the error. Where the slope is negative, a little
# leak helps.


# %%
def leak_slope(inputs, noise):
    """Return the derivative of the mean squared error by the leak, at leak 0.

    The integrator keeps (1 - leak) of its sum in each step, then adds inputs + noise; its error
    is its sum less the true sum of the inputs, after each step. Both arrays are (time,).
    """

    def mean_squared_error(leak):
        held = brainstate.HiddenState(jnp.zeros(()))

        def step(x):
            held.value = (1 - leak) * held.value + x
            return held.value

        sums = brainstate.transform.for_loop(step, jnp.asarray(inputs + noise))
        return jnp.mean((sums - jnp.cumsum(inputs)) ** 2)

    return jax.grad(mean_squared_error)(0.0)


# %%
check(chapter11.leak_slope, leak_slope)

# %% [markdown]
# **4. A ring in BrainState.** A rotation leaves the length as it is. To restore it against a
# leak, divide by it in each step.


# %%
def ring_compass(turns):
    """Return the point on the unit circle after each turn, (time, 2).

    turns: in radians, (time,); a positive turn goes from (1, 0) towards (0, 1).
    """
    point = brainstate.HiddenState(jnp.array([1.0, 0.0]))

    def step(turn):
        cos, sin = jnp.cos(turn), jnp.sin(turn)
        point.value = jnp.array([[cos, -sin], [sin, cos]]) @ point.value
        return point.value

    return brainstate.transform.for_loop(step, jnp.asarray(turns))


# %%
check(chapter11.ring_compass, ring_compass)
