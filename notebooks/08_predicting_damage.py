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
# # 08 Predicting damage
#
# **In this chapter you will** predict how a network fails before you watch it fail: on long trials, under noise in its weights and in its state, and when parts of it are cut; and you will see what of this an experimenter could measure.
#
# **You need** chapters 04 to 07: relative error, and the left and right eigenvectors of the integrating mode.
#
# *About 45 minutes to read, 60 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
from dataclasses import replace

import brainstate
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from integrator_lib import (
    IntegratorTask,
    Recipe,
    dynamics,
    evaluate,
    load_trained,
    predict,
    robustness,
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
from integrator_lib.course.checks import chapter08, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.dynamics import linearise, linearise_ends, readout, visited_states
from integrator_lib.plotting import LINE_STYLES, PALETTE
from integrator_lib.robustness import cell_weights, predicted_mse, with_weights
from integrator_lib.training import step_weights

start_chapter()
task = IntegratorTask()
patients = [load_trained("rnn_short", seed) for seed in range(8)]
probe, _ = task.sample(64, seed=21, num_steps=100)
ends = [linearise_ends(patient, probe) for patient in patients]


def critical(comparisons, level=0.05):
    """Return how many standard errors any of so many comparisons exceeds by luck, at this level."""
    return stats.norm.isf(level / 2 / comparisons)


# %% [markdown]
# Eight networks that were trained on trials of 25 steps and never saw a longer one; noise of four sizes on their weights; and two numbers from each end of the line.

# %%
levels, rng = (1e-5, 1e-4, 1e-3, 1e-2), np.random.default_rng(7)
long_task = replace(task, num_steps=250)
predicted, measured, half = np.empty((3, len(levels), len(patients)))
for row, level in enumerate(levels):
    for column, (patient, pair) in enumerate(zip(patients, ends, strict=True)):
        noise = level * rng.standard_normal((101, 100))
        noisy = with_weights(patient, cell_weights(patient) + noise)
        shifted = tuple(robustness.shifted(patient, end, noise) for end in pair)
        predicted[row, column] = predicted_mse(long_task, shifted)
        score = evaluate(noisy, long_task, num_trials=256, seed=3)
        measured[row, column] = score.mse
        half[row, column] = np.diff(score.mse_interval)[0] / 2  # 1.96 standard errors
decades = np.log10(measured.max() / measured.min())
print(f"measured errors span {decades:.1f} decades")

# %% alt="Measured against predicted mean squared error at 250 steps on logarithmic axes over several decades. Thirty-two points of four noise levels and eight networks lie along the line of slope one." caption="Each prediction uses two numbers of each arm of the undamaged network, and how this noise moves them to first order. It holds within sampling error up to noise of 1e-3, and at 1e-2, where a first order need not do, to a factor of two."
_, ax = plt.subplots(figsize=(5.4, 4.6))
ax.axline((1e-3, 1e-3), slope=1, color=PALETTE[4], lw=1)
for number, level in enumerate(levels):
    style = {"color": PALETTE[number % 4], "label": f"noise {level:.0e}"}
    ax.plot(predicted[number], measured[number], "osv^"[number], ms=5, ls="", **style)
ax.set(xscale="log", yscale="log", xlabel="predicted error at 250 steps", ylabel="measured error")
ax.legend()
ax.set_title("Two numbers of each arm predict the error after noise")
plt.show()
for level, p, m in zip(levels, predicted, measured, strict=True):
    print(f"noise {level:.0e}: measured over predicted {(m / p).min():.1f} to {(m / p).max():.1f}")
off = np.abs(measured - predicted) / (half / 1.96)
print("largest distance in standard errors, at each noise:", off.max(axis=1).round(1))
print(f"allowed for 24: {critical(24):.1f}")
assert decades > 4 and off[:3].max() < critical(24)
assert np.all(np.abs(np.log(measured / predicted)[3]) < np.log(2))

# %% [markdown]
# Nothing was fitted.
# (Of 24 comparisons, at the three smaller noises, one strays far by luck more easily than a single one would.
# So the cell asserts that none strays farther than the farthest of 24 does, by luck, in one case of twenty: **Bonferroni's correction**.
# At the largest noise a first order need not do, and the cell asserts no more than a factor of two.)
# The trials are long, 250 steps; below 100 steps the same prediction fails, as this chapter shows, too.
# **How can one Jacobian at each end of a line say what happens in trials of 250 steps?**
#
# ## The patients
#
# The networks have no offsets (biases and initial states are 0), so their line has just two halves: one ray for negative sums, one for positive sums.
# `linearise_ends` runs some trials, lets the states settle, and linearises the network at both ends: eigenvalue $\lambda$, eigenvectors, and the gain $G = (o \cdot r)(l \cdot \partial F/\partial x)$, what a unit of input adds in the long run.
#
# A half of the line is a ray from 0.
# Without input, a sum $s$ on a ray with eigenvalue $\lambda$ moves to $\lambda s$: its *drift* is $(\lambda - 1)s$ a step, and after $t$ steps $\lambda^t s$ is left.
# On a ray that is exact, since a ReLU network without offsets is linear there.

# %%
eigenvalues = np.array([[end.mode.eigenvalue for end in pair] for pair in ends])
gains = np.array([[end.gain for end in pair] for pair in ends])
print("network   eigenvalue - 1       gain - 1          left of a sum after 1000 steps")
for seed in range(8):
    (a, b), (g, h) = eigenvalues[seed] - 1, gains[seed] - 1
    kept = eigenvalues[seed] ** 1000
    print(f"   {seed}    {a:+.0e} {b:+.0e}   {g:+.0e} {h:+.0e}   {kept[0]:.2f} {kept[1]:.2f}")
end = ends[0][1]
run = visited_states(patients[0], np.zeros((1000, 1, 1)), end.state[None])[-1, 0]
left = float(np.asarray(run) @ readout(patients[0])[0]) / end.value
print(f"network 0, positive sums, measured: {left:.2f}")
# Each of 1000 steps rounds some 20 active units; we allow four times their root of sum of squares.
assert abs(left - end.mode.eigenvalue**1000) < 4 * 2.0**-24 * np.sqrt(1000 * 20)
assert np.abs(eigenvalues - 1).max() < 1e-3 and np.abs(gains - 1).max() < 1e-2

# %% [markdown]
# A GRU has no straight line: there the linear law is an approximation, good for a short time only.
#
# **Exercise 1. Hold a value.** Let a ReLU network run without input, in BrainState (`brainstate.transform.for_loop` or `scan`).


# %% tags=["exercise"]
def silent_outputs(W, readout, h, num_steps):
    """Return the outputs (num_steps,) after each step of relu(h @ W) from the state h (n,)."""
    raise NotImplementedError("step, then read")


# %%
check(chapter08.silent_outputs, silent_outputs)

# %% [markdown]
# ## The growth of error with length
#
# Chapter 04 gave the error of a leaky integrator.
# The input that is $j$ steps old counts with weight $G\lambda^j$ where it should count with 1, so it is weighed wrongly by $e_j = 1 - G\lambda^j$.
# A trained network has one pair $(\lambda, G)$ for negative sums and another for positive ones.
# The sign of the bias decides on which half a long trial spends its time, so we use the formula twice, each time with the share of trials of that sign and with their part of the mean squared bias.
# Both come from the normal distribution of the bias.
# Guess an error first and then let the formula try, in the [playground](../book/playground.md#view=predict).

# %%
show_source(predicted_mse)

# %% alt="Two panels over the trial length, for eight networks. Above, measured mean squared errors with their intervals lie on the predicted lines from 250 steps on. Below, measured over predicted error: near 1 from 250 steps on, between 0.85 and 1.9 at 100, and between a third and eleven at 25 and 50." caption="Long trials depend on two numbers of a network; short ones on everything else, too."
lengths = (25, 50, 100, 250, 500, 1000)
forms = np.array([[predicted_mse(task, pair, num_steps=n) for n in lengths] for pair in ends])
scores = [[evaluate(p, num_trials=256, seed=3, num_steps=n) for n in lengths] for p in patients]
errors = np.array([[score.mse for score in row] for row in scores])
half_width = np.array([[np.diff(score.mse_interval)[0] / 2 for score in row] for row in scores])
_, axes = plt.subplots(2, 1, figsize=(7.0, 4.8), sharex=True, height_ratios=(2, 1))
for n, (form, error, half) in enumerate(zip(forms, errors, half_width, strict=True)):
    color, ls, marker = PALETTE[n % 4], LINE_STYLES[n // 4], "os"[n // 4]
    x = np.array(lengths) * 1.02 ** (n - 4)  # a little apart
    axes[0].plot(lengths, form, color=color, ls=ls)
    axes[0].errorbar(x, error, half, fmt=marker, ms=4, color=color)
    axes[1].errorbar(x, error / form, half / form, fmt=marker, ms=4, color=color)
axes[1].axhline(1, color=PALETTE[4], lw=1)
axes[0].set(xscale="log", yscale="log", ylabel="mean squared error")
axes[1].set(yscale="log", xlabel="steps in a trial", ylabel="measured /\npredicted")
axes[1].set_xticks(lengths, [f"{n:,}" for n in lengths])
axes[1].minorticks_off()
axes[0].set_title("From 500 steps on, eigenvalue and gain predict the error (points: measured)")
plt.show()

# %%
off = np.abs(errors - forms) / (half_width / 1.96)
beyond = np.sum(off > critical(16), axis=0)
print("steps  measured over predicted  networks beyond sampling error")
for n, ratio, count in zip(lengths, (errors / forms).T, beyond, strict=True):
    print(f"{n:5d}  {ratio.min():8.2g} to {ratio.max():<15.2g}{count} of 8")
# The last two lengths are 16 comparisons.
assert np.all(beyond[4:] == 0) and np.all(beyond[:2] > 4)

# %% [markdown]
# Trials of 500 and 1000 steps fail as predicted; those of 250 do here, but need not where training left the eigenvalues very near 1.
# At 25 and 50 steps the prediction fails, by up to a factor of eleven, and for one network still at 100: what it leaves out, other modes and sums that cross 0, counts there.
#
# Look at the table of the two numbers once more: where $\lambda$ is above 1, $G$ is below, and the other way round, in nearly all halves.
# If what training leaves were random, as it is after noise on the weights, almost half of them would have the same sign.
# It is not random.
# Training removed first the error that it could see: for its trial length it made the errors $e_j = 1 - G\lambda^j$, summed over a trial, as small as it could.
# So the weight of an input is right at some age $j^*$, at which $G\lambda^{j^*} = 1$.
#
# **Predict first.** At which age will that be, in networks that saw 25 steps, and in those that saw 100?
# In the middle?
#
# Given $\lambda$, the closed form has one best $G$: the error is a parabola in it.
# But the closed form leaves out the **transients**: in its first steps an input also shows through the other modes, by $t_j = o \cdot R^j b$, where $R = J - \lambda\,r\,l^\top$ and $b = \partial F/\partial x$.
# Put them in, $e_j = 1 - G\lambda^j - t_j$, and take the best $G$ once more.


# %%
def transient(network, end, num_steps):
    """Return what the other modes add to the output, 0, 1, ... steps after an input of 1."""
    mode, written = end.mode, np.asarray(dynamics.input_gain(network, end.state), np.float64)
    rest, left = end.jacobian - mode.eigenvalue * np.outer(mode.right, mode.left), []
    written = written - mode.right * (mode.left @ written)
    for _ in range(num_steps):
        left.append(readout(network)[0] @ written)
        written = rest @ written
    return np.array(left)


def best_gain(eigenvalue, transient, stage):
    """Return the gain that makes the error of a trial least, with the weights of its steps."""
    kept, wanted = eigenvalue ** np.arange(len(transient)), 1 - transient
    of_bias, of_noise = 5 * task.bias_scale**2, task.noise_std**2
    sums = np.cumsum(kept), np.cumsum(wanted)
    cross = of_bias * sums[0] * sums[1] + of_noise * np.cumsum(kept * wanted)
    square = of_bias * sums[0] ** 2 + of_noise * np.cumsum(kept**2)
    weights = np.ravel(step_weights(len(kept), stage))
    return (weights @ cross) / (weights @ square)


# %%
trained = {"25 steps": patients, "100 steps": [load_trained("rnn", seed) for seed in range(8)]}
opposite = {}
for (name, networks), stage in zip(trained.items(), Recipe().stages, strict=True):
    found, num_steps = [], stage.num_steps or task.num_steps
    for network in networks:
        for end in linearise_ends(network, probe):
            lam, t = end.mode.eigenvalue, transient(network, end, num_steps)
            found.append((lam, end.gain, best_gain(lam, 0 * t, stage), best_gain(lam, t, stage)))
    lam, gain, plain, full = np.array(found).T
    opposite[name] = np.sum((lam - 1) * (gain - 1) < 0)
    ages = [np.median(-np.log(g) / np.log(lam)) for g in (gain, plain, full)]
    lines = [stats.linregress(best - 1, gain - 1) for best in (plain, full)]
    # Four slopes, two for each kind, each from 16 halves.
    halves = [stats.t.isf(0.05 / 2 / 4, 14) * line.stderr for line in lines]
    print(f"trained on {name}: opposite signs in {opposite[name]} of 16 halves")
    print("  crossing at age {:.0f}, without transients {:.0f}, with them {:.0f}".format(*ages))
    shown = [f"{line.slope:.1f} +- {half:.1f}" for line, half in zip(lines, halves, strict=True)]
    print(f"  gain - 1, over the best: {shown[0]} without transients, {shown[1]} with them")
    assert abs(lines[1].slope - 1) < lines[0].slope - 1 and lines[0].slope - halves[0] > 1
    assert name != "25 steps" or abs(lines[1].slope - 1) < halves[1]
    assert abs(ages[2] - ages[0]) < abs(ages[1] - ages[0])

# %% [markdown]
# Not in the middle, as a balance of two numbers would put it somewhere else: the closed form alone places the age at a third or a quarter of the trained length, and the gains it asks for are too near 1.
# With the transients it comes out near what is measured, for both lengths.
# So three things are balanced: eigenvalue, gain, and what the other modes show of an input in its first steps.
# After 25 steps that is all, within sampling error.
# After 100 steps, in these networks, the gain is off by four fifths of what would be best, and the interval excludes 1; what else has a part in it, this chapter does not ask.
#
# And after noise on the weights?
# Eigenvalue and gain are moved by the two gradients of the next section.
# If the angle between these has the cosine $c$, both move to the same side with a probability of $\tfrac12 + \arcsin(c)/\pi$.


# %%
def gradients(network, end):
    return robustness.eigenvalue_gradient(end), robustness.gain_gradient(network, end)


noise = 1e-3 * rng.standard_normal((80, 2, 101, 100))
same, expected = [], []
for number, end in enumerate(ends[0]):
    of_eigenvalue, of_gain = gradients(patients[0], end)
    cosine = np.sum(of_eigenvalue * of_gain)
    cosine /= np.linalg.norm(of_eigenvalue) * np.linalg.norm(of_gain)
    expected.append(0.5 + np.arcsin(cosine) / np.pi)
    for change in noise[:, number]:
        moved = robustness.shifted(patients[0], end, change)
        same.append((moved.mode.eigenvalue - 1) * (moved.gain - 1) > 0)
print(f"the same sign in {np.mean(same):.0%} of 160 draws, expected {np.mean(expected):.0%}")
assert abs(np.mean(same) - np.mean(expected)) < 4 * 0.5 / np.sqrt(160)
# As many halves of opposite sign as training leaves, if it were noise; two kinds of training.
chances = stats.binom.sf([count - 1 for count in opposite.values()], 16, 1 - np.mean(expected))
print(f"so many of opposite signs by luck: {', '.join(f'{chance:.1%}' for chance in chances)}")
assert max(chances) < 0.05 / 2 and max(expected) < 0.5

# %% [markdown]
# After training one or two halves of sixteen have the same sign, after noise on network 0 two draws in five.
# The balance is of training's making, and for the trained length.
# Keep this in mind for the repair.
#
# **Exercise 2. Predict network 5.** Say what the mean squared error of network 5 of `rnn_short` is on trials of 1000 steps, without running it on such trials.
# You have 10 %.


# %% tags=["exercise"]
def predicted_error():
    """Return your prediction of the mean squared error at 1000 steps."""
    raise NotImplementedError("what do the two ends of its line say?")


# %%
check(chapter08.predicted_error, predicted_error)

# %% [markdown]
# ## Noise in the weights
#
# Add a small change $dW$ to the weights.
# By how much does the eigenvalue move?
# Multiply $J r = \lambda r$ by $l$ from the left after changing everything a little: the terms with $dr$ cancel, because $l^\top J = \lambda\, l^\top$, and what is left is
#
# $$\delta\lambda = l^\top dJ\, r, \qquad l \cdot r = 1.$$
#
# With $J = D\,W_h^\top$ that is a sum over the weights: weight $W_{ji}$ counts with $r_j\,(D\,l)_i$.
# These factors are the **gradient** of the eigenvalue, an outer product; the gain has a gradient, too.
# The first figure of this chapter is these two gradients, put into the formula for the error.

# %%
show_source(robustness.eigenvalue_gradient)

# %% [markdown]
# Is the predicted standard deviation right?
# An estimate from $n$ draws has a relative standard error of $1/\sqrt{2n}$.

# %%
patient, end = patients[0], ends[0][1]
W, shifts = cell_weights(patient), []
for _ in range(100):
    change = np.vstack([np.zeros(100), 1e-4 * rng.standard_normal((100, 100))])
    shifts.append(linearise(with_weights(patient, W + change), end.state).mode.eigenvalue)
ratio = np.std(shifts) / robustness.shift_std(end, 1e-4)
print(f"standard deviation measured over predicted: {ratio:.1f}")
assert abs(ratio - 1) < 3 / np.sqrt(2 * len(shifts))
typical = np.sqrt(np.mean(W[1:] ** 2))
allowed = 1e-4 / robustness.shift_std(end, 1.0)
print(
    f"1000 steps to a tenth: noise {allowed:.0e} on a weight, {allowed / typical:.1%} of its size"
)
assert allowed / typical < 2e-3

# %% [markdown]
# The last line turns it round: to lose no more than a tenth of a value in 1000 steps, the eigenvalue must be within $10^{-4}$ of 1, and the weights about as exact.
# This is the **fine-tuning problem** of every network that holds a value by positive feedback, which Seung (1996) met in the eye's integrator; chapter 07's bound says that no ReLU network escapes it that holds its sum as a fixed point.
#
# **Exercise 3. The shift of an eigenvalue.** The vectors may have any length.


# %% tags=["exercise"]
def eigenvalue_shift(left, right, change):
    """Return the first-order shift of an eigenvalue when the Jacobian changes by `change`."""
    raise NotImplementedError("what must left . right be?")


# %%
check(chapter08.eigenvalue_shift, eigenvalue_shift)

# %% [markdown]
# **Exercise 4. Pruning.** Setting the smallest weights to 0 is a change of weights like any other.
# By how much does it move the eigenvalue, to first order?
# Entry $(j, i)$ of `W` leads from unit $j$ to unit $i$; all units are active.


# %% tags=["exercise"]
def pruned_shift(left, right, W, share):
    """Return the predicted shift of the eigenvalue when the smallest `share` of W (n, n) is set to 0."""
    raise NotImplementedError("what is the change of W?")


# %%
check(chapter08.pruned_shift, pruned_shift)

# %% [markdown]
# ## Noise in the state
#
# Now the weights are exact, but every step adds noise of standard deviation $\sigma_h$ to every unit.
# A push that came in $k$ steps ago is worth $o^\top J^k$ in the output now.
# Pushes are independent, so variances add:
#
# $$\mathrm{Var}[\hat y_t] = \sigma_h^2 \sum_{k<t} \lVert o^\top J^k \rVert^2
#   \;\to\; \sigma_h^2\,(o \cdot r)^2 \lVert l \rVert^2 \text{ more in each step.}$$
#
# Noise in the integrating direction stays; all other noise is forgotten.

# %% alt="Variance of the output against steps. The measured points rise in a straight line on the predicted line, inside its sampling band." caption="An integrator keeps its own noise as faithfully as its input."
o, num_trials, t = readout(patient)[0], 3000, np.arange(1, 401)
variance = robustness.state_noise_variance(end, o, noise_std=1e-4, num_steps=400)
outputs = robustness.noisy_outputs(patient, end.state, 1e-4, 400, num_trials=num_trials, seed=8)
silent = robustness.noisy_outputs(patient, end.state, 0.0, 400, num_trials=1)
found = np.mean((outputs - silent) ** 2, axis=1)
_, ax = plt.subplots()
band = 1.96 * np.sqrt(2 / num_trials)
ax.plot(t, variance, label="predicted")
ax.fill_between(t, (1 - band) * variance, (1 + band) * variance, alpha=0.2, label="95 % band")
ax.plot(t[::20], found[::20], "o", ms=4, color=PALETTE[1], label="measured")
ax.set(xlabel="silent steps", ylabel="variance of the output")
ax.legend()
ax.set_title("State noise piles up like a random walk")
plt.show()
# The mean of n squared normal numbers has the relative standard error sqrt(2/n). There are 400.
off = np.abs(found / variance - 1).max() / np.sqrt(2 / num_trials)
print(f"largest of 400 distances: {off:.1f} of {critical(400):.1f} standard errors")
assert off < critical(400)

# %% [markdown]
# A wrong weight gives an error that grows with the sum and with time.
# State noise gives a variance that grows in proportion to time, at any sum.
# Does anything help against the second kind?
# For the gain to be 1, the vector $(o \cdot r)\,l$ that reads the noise must be at least $1/\lVert b \rVert$ long, where $b = \partial F/\partial x$ is what the input writes.
# So at a given size of the input weights nothing helps; but the input may be written larger.
# Multiply the input weights by 10 and divide the readout by 10.

# %%
louder = load_trained("rnn_short", 0)
scaled = W.copy()
scaled[0] *= 10
louder.rnn.W.value = jnp.asarray(scaled, jnp.float32)
louder.out.weight.value = {"weight": o[:, None] / 10, "bias": jnp.zeros(1)}
loud_state = linearise_ends(louder, probe)[1].state
noisy, still = (
    robustness.noisy_outputs(louder, loud_state, std, 400, num_trials=n, seed=9)
    for std, n in ((1e-4, num_trials), (0.0, 1))
)
less = np.mean((noisy[-1] - still[-1]) ** 2)
outputs_before, outputs_after = (np.asarray(predict(n, probe)) for n in (patient, louder))
print(f"variance after 400 steps: {variance[-1]:.0e} predicted before, {less:.0e} measured after")
# Beside sampling, each of 400 steps rounds outputs of a few units by some 2^-24.
rounding = 400 * (2.0**-24 * abs(end.value)) ** 2
assert abs(less - variance[-1] / 100) < 4 * np.sqrt(2 / num_trials) * less + rounding
np.testing.assert_allclose(outputs_after, outputs_before, atol=1e-4)

# %% [markdown]
# The same outputs, and a hundredth of the variance: the signal has become larger beside the noise.
# Where the size of activity is limited, as in a brain, this way is closed.
# What then helps is more units: Burak and Fiete (2012) give the limits for networks of spiking neurons.
#
# **Exercise 5. Noise in the state.** The matrix `J` multiplies the state from the left.


# %% tags=["exercise"]
def output_variance(o, J, noise_std, num_steps):
    """Return the output's variance after num_steps steps of noise on every entry of the state."""
    raise NotImplementedError("what is noise that is k steps old worth?")


# %%
check(chapter08.output_variance, output_variance)

# %% [markdown]
# ## Units that can go
#
# How much of the network is needed?
# On each half of the line a unit is either active or silent.
# A unit that is silent on both halves has no part in the integrating mode.
# Remove all of those: a silent unit has a row of zeros in the Jacobian, so eigenvalue and gain stay exactly as they are.
# What does the error say?

# %%
carriers = [dynamics.active_units(a) | dynamics.active_units(b) for a, b in ends]
smaller = [robustness.without_units(p, ~units) for p, units in zip(patients, carriers, strict=True)]
print(f"share of units that carry the line: {np.mean(carriers):.0%}")
costs = []
for n in (25, 250):
    pairs = zip(patients, smaller, strict=True)
    errors = [[evaluate(p, num_trials=256, num_steps=n).mse for p in pair] for pair in pairs]
    costs.append(np.median([after / before for before, after in errors]))
print("error grew by the factor {:.1f} at 25 steps and {:.1f} at 250 steps".format(*costs))

# %% [markdown]
# When are the others active?

# %%
inputs, targets = task.sample(256, seed=5, num_steps=100)
size = np.abs(targets[..., 0])
active = [
    np.asarray(visited_states(patient, inputs))[..., ~units] > 0
    for patient, units in zip(patients, carriers, strict=True)
]
near, far = (np.mean([a[where].mean() for a in active]) for where in (size < 0.05, size > 0.5))
print(f"of the others {near:.0%} are active at sums below 0.05, {far:.1%} above 0.5")
assert costs[0] > costs[1] and far < near / 20

# %% [markdown]
# So about a third of the units do the integrating.
# The others answer while the sum is near 0, where one half of the line hands over to the other: they shape the crossing, and short trials spend more of their time there.
#
# ## What an experimenter would see
#
# Suppose that you could record these units, and cut and push them, but knew none of the weights.
# Cells that hold the eyes still were found in this way (Robinson 1989), recorded from within and pushed (Aksay and others 2001), and silenced on one side (Aksay and others 2007).
# Here are four such experiments on network 0, without one look at its weights.
#
# - **Persistent activity**: after the input has ended, does a unit go on at a level that grows in proportion to the sum?
# - **Slow drift**: without input, do the outputs drift in proportion to the value held?

# %%
silence = np.zeros((200, 64, 1))
run = np.asarray(visited_states(patient, jnp.concatenate([probe, silence])), np.float64)
value, unit_rates = run[-1] @ o, run[-1]
later, earlier = run[-1] @ o, run[-101] @ o
positive = value > 0.5
rate = np.polyfit(earlier[positive], (later - earlier)[positive] / 100, 1)[0]
from_weights = ends[0][1].mode.eigenvalue - 1
print(f"drift rate from outputs alone {rate:+.1e} a step, from the weights {from_weights:+.1e}")
tuned = unit_rates[positive].max(axis=0) > 1e-3
linear = [
    np.corrcoef(value[positive], unit_rates[positive, i])[0, 1] for i in np.flatnonzero(tuned)
]
print(
    f"{tuned.sum()} units persist at positive values, "
    f"correlation with the value at least {min(linear):.3f}"
)
assert abs(rate / from_weights - 1) < 0.1 and min(linear) > 0.99

# %% [markdown]
# - **Perturbation**: push the active units a little, in a random direction. How much of the push is left after 50 steps?
# - **Lesions**: remove one unit. How much of the value is left after 10 steps?

# %%
settled = jnp.asarray(unit_rates[positive][:1], jnp.float32)
pushes = rng.standard_normal((500, 100)) * tuned
pushes *= 1e-3 * np.linalg.norm(settled) / np.linalg.norm(pushes, axis=1, keepdims=True)
start = jnp.concatenate([settled, settled + pushes])
ended = np.asarray(visited_states(patient, np.zeros((50, len(start), 1)), start), np.float64)[-1]
remains = np.linalg.norm(ended[1:] - ended[0], axis=1) / np.linalg.norm(pushes, axis=1)
root_mean_square = np.sqrt(np.mean(remains**2))
mode = ends[0][1].mode
from_weights = np.linalg.norm(mode.left * tuned) * np.linalg.norm(mode.right) / np.sqrt(tuned.sum())
print(f"of a push {root_mean_square:.2f} is left, from the weights {from_weights:.2f}")
# 500 squared normal shares: the root mean square has a relative standard error of 1/sqrt(1000).
assert abs(root_mean_square / from_weights - 1) < 4 / np.sqrt(1000)

# %%
start = jnp.asarray(unit_rates[positive], jnp.float32)
left = np.empty(100)
for unit in range(100):
    lesioned = robustness.without_units(patient, np.arange(100) == unit)
    after = np.asarray(visited_states(lesioned, np.zeros((10, len(start), 1)), start))[-1] @ o
    left[unit] = np.median(after / value[positive])
slope = np.median(unit_rates[positive] / value[positive, None], axis=0)
print(
    f"one of {tuned.sum()} active units removed: {left[tuned].min():.2f} to {left[tuned].max():.2f} left,"
)
print(
    f"  median {np.median(left[tuned]):.2f}; one of the others: {left[~tuned].min():.2f} and more"
)
correlation = np.corrcoef(slope[tuned], left[tuned])[0, 1]
print(f"correlation of what is left with the unit's activity {correlation:.2f}")
print(f"units whose loss takes more than a tenth: {np.sum(left[tuned] < 0.9)} of {tuned.sum()}")
assert 0.3 < np.median(left[tuned]) < 0.8 and left[~tuned].min() > 0.99
assert correlation < -0.8

# %% alt="What is left of the value ten steps after one unit is removed, against the unit's activity per unit of the value, for a hundred units. The silent units leave all of it; the fifteen active ones leave between nearly all and a tenth, the less the more active they are." caption="No unit of fifteen is the whole memory, and without any of fourteen more than a tenth of it is lost: what a lesion takes grows with the unit's part in the line."
_, ax = plt.subplots()
ax.plot(slope[tuned], left[tuned], "o", color=PALETTE[0], label="active at positive values")
ax.plot(slope[~tuned], left[~tuned], "s", ms=4, color=PALETTE[1], label="silent there")
ax.set(xlabel="activity per unit of the value", ylabel="left after 10 steps", ylim=(0, 1.1))
ax.legend()
ax.set_title("The more active a unit, the more its loss takes of the memory")
plt.show()

# %% [markdown]
# Of a random push about a quarter stays, and moves the value for good; the rest is forgotten.
# One unit out of fifteen may take nearly all of the value in ten steps, or nearly nothing; the typical one takes nearly half.
# Eighty-five others take nothing.
# So recordings, pushes and lesions say which units carry the value, how much each of them counts, and a drift rate says the eigenvalue.
#
# ## Summary
#
# - One eigenvalue and one gain for each half of the line predict the drift and the error of long trials, also after noise on the weights, before they are measured.
#   At 25 and 50 steps the prediction fails, since other errors count there.
# - Training balances three things for its trial length: the eigenvalue, the gain, and what the other modes show of an input in its first steps.
# - Weight noise moves the eigenvalue by $l^\top dJ\,r$; state noise adds $\sigma_h^2 (o \cdot r)^2 \lVert l \rVert^2$ to the output's variance in each step.
#
# **Recall.**
#
# <details><summary>Why does the prediction fail in trials of 25 and 50 steps?</summary>
#
# It leaves out the other modes and the crossing of 0, which count in short trials.
#
# </details>
#
# <details><summary>Why are eigenvalue and gain off in opposite directions after training, and not after weight noise?</summary>
#
# Training sees errors at its own length only, where a growing sum can be made up for by a low gain, and transients by both; noise sees nothing.
#
# </details>
#
# <details><summary>Which kind of noise gives an error that does not depend on the sum?</summary>
#
# Noise in the state: it piles up in proportion to time at any sum, while a wrong weight gives an error in proportion to the sum.
#
# </details>
#
# <details><summary>From chapter 06: where does a value come to rest on an arm with a constant drift?</summary>
#
# At the drift divided by $1 - \lambda$, if $\lambda$ is below 1.
#
# </details>
#
# ## References
#
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93. <https://doi.org/10.1073/pnas.93.23.13339>
# - Robinson D. A. (1989). Integrating with neurons. *Annual Review of Neuroscience* 12. <https://doi.org/10.1146/annurev.ne.12.030189.000341>
# - Aksay E., Gamkrelidze G., Seung H. S., Baker R., Tank D. W. (2001). In vivo intracellular recording and perturbation of persistent activity in a neural integrator. *Nature Neuroscience* 4, 184-193.
# - Aksay E., Olasagasti I., Mensh B. D., Baker R., Goldman M. S., Tank D. W. (2007). Functional dissection of circuitry in a neural integrator. *Nature Neuroscience* 10. <https://doi.org/10.1038/nn1877>
# - Burak Y., Fiete I. R. (2012). Fundamental limits on persistent activity in networks of noisy neurons. *PNAS* 109. <https://doi.org/10.1073/pnas.1117386109>
