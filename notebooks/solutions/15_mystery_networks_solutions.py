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
# # 15 Mystery networks: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 15 and runs the same checks.
#
# The answers are computed, so that they are right for another exam, too.

# %%
import numpy as np

from integrator_lib import IntegratorTask, dynamics, evaluate, predict, zoo
from integrator_lib.course.checks import chapter15, check

task = IntegratorTask()
networks = [zoo.mystery_network(number) for number in range(1, 13)]
ramps = np.tile(np.linspace(-1.5, 1.5, 12) / 25, (25, 1))[..., None]


def at_probe(network):
    """Return the eigenvalues and the gain one step after a first input of 0.05."""
    state = dynamics.visited_states(network, np.full((1, 1, 1), zoo.PROBE))[0, 0]
    J = np.asarray(dynamics.jacobian(network, state), np.float64)
    written = np.asarray(dynamics.input_gain(network, state), np.float64)
    return np.linalg.eigvals(J), dynamics.readout(network)[0] @ written


# %% [markdown]
# **Name the mechanisms.** How many values are left after a long silence?
# With one or two, or an output that never rests, there is no choice left but a leak.
# Many values are held by the ladder and by those that integrate; these differ in a steady input, in their eigenvalues and in their units.


# %%
def holding(network):
    """Name a network that holds every value, from a steady input, eigenvalues and units."""
    if np.max(predict(network, np.full((200, 1, 1), 0.05))) < 5:
        return "ring"
    if np.sum(np.abs(at_probe(network)[0] - 1) < 1e-4) == 2:
        return "plane"
    if network.activation == "identity":
        return "exact line"
    active = np.asarray(dynamics.settled_states(network, ramps)) > 0
    if np.any(active[-1] != active[7]):
        return "line of many pieces"
    return "two units" if active[-1].sum() == 1 else "family of many units"


# %%
def mechanism(network):
    """Name a network, first of all from its output in a long silence after 12 sums."""
    silence = np.zeros((4000, 12, 1))
    output = np.asarray(predict(network, np.concatenate([ramps, silence])))[..., 0]
    ends = np.unique(np.round(output[-1], 2))
    if np.ptp(output[-50:], axis=0).max() > 1e-2:
        return "limit cycle"
    if len(ends) == 2:
        return "saddle"
    if len(ends) > 2:
        return "ladder" if np.ptp(output[50:], axis=0).max() > 1e-2 else holding(network)
    if abs(ends[0]) > 0.1:
        return "ghost"
    return "leaky line" if np.abs(at_probe(network)[0]).max() > 0.9 else "untrained"


# %%
def mechanisms():
    """Return the names of the mechanisms of networks 1 to 12, a list of texts of MECHANISMS."""
    return [mechanism(network) for network in networks]


# %%
check(chapter15.mechanisms, mechanisms)

# %% [markdown]
# **Eigenvalues.** The largest modulus at the probe.


# %%
def eigenvalues():
    """Return the eigenvalues of networks 1 to 12 at their probes, a list of numbers."""
    return [np.abs(at_probe(network)[0]).max() for network in networks]


# %%
check(chapter15.eigenvalues, eigenvalues)

# %% [markdown]
# **Gains.** What the readout sees of what a small input writes.


# %%
def gains():
    """Return the gains of networks 1 to 12 at their probes, a list of numbers."""
    return [at_probe(network)[1] for network in networks]


# %%
check(chapter15.gains, gains)

# %% [markdown]
# **Errors at 1000 steps.** Those that add up follow the closed form.
# A bounded output ends at one value for negative sums and at another for positive ones; a long steady input of either sign shows both.


# %%
def ends(network):
    """Return the mean outputs late under a steady input, negative and positive."""
    steady = np.tile([-0.05, 0.05], (600, 1))[..., None]
    return np.asarray(predict(network, steady))[-300:, :, 0].mean(axis=0)


def long_errors():
    """Return the relative errors of networks 1 to 12 on trials of 1000 steps, a list of numbers."""
    bounded = ("ring", "ladder", "saddle", "limit cycle", "ghost", "untrained")
    known = zip(networks, mechanisms(), eigenvalues(), gains(), strict=True)
    return [
        zoo.bounded_error(zoo.LONG, *ends(network))
        if name in bounded
        else zoo.leaky_error(zoo.LONG, kept, gain)
        for network, name, kept, gain in known
    ]


# %%
check(chapter15.long_errors, long_errors)

# %% [markdown]
# **Errors after noise.** The error of the intact network, and what noise adds.
# For a network that does not integrate this is no theory, but there the first part is several times the second.


# %%
def noisy_errors():
    """Return the relative errors of networks 1 to 12 with 1 % noise, a list of numbers."""
    intact = [evaluate(network, task).relative_mse for network in networks]
    added = [zoo.noise_error(network, task, zoo.NOISE) for network in networks]
    return [one + other for one, other in zip(intact, added, strict=True)]


# %%
check(chapter15.noisy_errors, noisy_errors)
