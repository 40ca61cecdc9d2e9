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
# # 12 Returns and signals: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 12 and runs the
# same checks.

# %%
import brainstate
import jax
import jax.numpy as jnp
import numpy as np

from integrator_lib.course.checks import chapter12, check

# %% [markdown]
# **1. Growth.** `log1p(r)` is $\ln(1 + r)$, exact also for small returns.


# %%
def growth(returns):
    """Return P_t / P_0 after each step, (time,), from simple returns, (time,)."""
    return np.exp(np.cumsum(np.log1p(returns)))


# %%
check(chapter12.growth, growth)

# %% [markdown]
# **2. All modes, in JAX.** `jacfwd` gives one derivative for each argument: the Jacobian and
# what the input writes. ReLU's derivative removes the silent units by itself.


# %%
def response(W, o, state, period):
    """Return the size of H and its phase in degrees, two numbers.

    W: (1 + hidden, hidden), the input's row first. o: readout, (hidden,).
    state: (hidden,), where to linearise. period: steps in a period.
    """

    def step(h, x):
        return jax.nn.relu(jnp.concatenate([x, h]) @ W)

    J, b = jax.jacfwd(step, argnums=(0, 1))(jnp.asarray(state), jnp.zeros(1))
    turn = jnp.exp(-2j * jnp.pi / period)
    H = o @ jnp.linalg.solve(jnp.eye(len(o)) - turn * J, b[:, 0].astype(complex))
    return jnp.abs(H), jnp.degrees(jnp.angle(H))


# %%
check(chapter12.response, response)

# %% [markdown]
# **3. The trapezoid rule in BrainState.** The first step needs the sample before it, which is
# `samples[0]`.


# %%
def trapezoid(samples, width):
    """Return the integral up to each sample but the first, (time - 1,).

    samples: (time,), a step of `width` apart.
    """
    last = brainstate.HiddenState(jnp.asarray(samples[0], jnp.float32))
    total = brainstate.HiddenState(jnp.zeros(()))

    def step(sample):
        total.value = total.value + width * (last.value + sample) / 2
        last.value = sample
        return total.value

    return brainstate.transform.for_loop(step, jnp.asarray(samples[1:], jnp.float32))


# %%
check(chapter12.trapezoid, trapezoid)

# %% [markdown]
# **4. The error of a long sum.** The gain multiplies every input once. The leak takes its share
# of each sum that was held when another input came, so of all but the last.


# %%
def drift_error(inputs, eigenvalue, gain):
    """Return the error of the sum after the last input; inputs (time,)."""
    sums = np.cumsum(inputs)
    return (gain - 1) * sums[-1] - (1 - eigenvalue) * sums[:-1].sum()


# %%
check(chapter12.drift_error, drift_error)
