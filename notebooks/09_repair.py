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
# # 09 Repair
#
# **In this chapter you will** read off trained networks what they approximate, repair them in three ways, from two equations to several hundred, and judge each repair at four lengths and on networks it was not made for.
#
# **You need** chapters 05 to 08.
#
# *About 45 minutes to read, 90 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import brainstate
import jax
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    dynamics,
    evaluate,
    load_trained,
    predict,
    robustness,
    train,
)
from integrator_lib.course.checks import chapter09, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import LINE_STYLES, PALETTE
from integrator_lib.robustness import cell_weights, relative_change, with_weights

# %% tags=["hide-input"] jupyter={"source_hidden": true}
start_chapter()
task = IntegratorTask()
patients = [load_trained("rnn_short", seed) for seed in range(8)]
probe, _ = task.sample(64, seed=21, num_steps=100)
ends = [dynamics.linearise_ends(patient, probe) for patient in patients]
LENGTHS, TRIALS = (25, 250, 1000, 10_000), (1024, 128, 64, 16)


def errors(networks):
    """Return relative errors at four lengths, (networks, 4), on trials no repair has seen."""
    return np.array(
        [
            [
                evaluate(n, task, num_trials=k, seed=30 + t, num_steps=t).relative_mse
                for t, k in zip(LENGTHS, TRIALS, strict=True)
            ]
            for n in networks
        ]
    )


# %% tags=["hide-input"] jupyter={"source_hidden": true}
def header(what):
    """Print what a table holds, and the lengths over its columns."""
    print(f"{what:24s}" + "".join(f"{n:10,d}" for n in LENGTHS))


def show(name, repaired, trained, before):
    """Print the median factor by which the error fell, and how much the weights changed."""
    factors = before / errors(repaired)
    change = np.median([relative_change(*pair) for pair in zip(trained, repaired, strict=True)])
    median = "".join(f"{f:10.2g}" for f in np.median(factors, axis=0))
    print(f"{name:24s}{median}   change of the weights {change:.0e}")
    return factors


before = errors(patients)

# %% alt="Factor by which the error falls at 25, 250, 1000 and 10,000 steps, a dot for each of eight networks, on a logarithmic axis. At 25 steps all dots lie between 0.3 and 1, at 250 between forty and some thousands, at 1000 between ten thousand and some millions, at 10,000 above ten million." caption="A change of the weights by about one in ten thousand is worth more than a factor of a million at 10,000 steps in the median, and makes the trained length worse."
four = [robustness.repair_modes(patient, probe) for patient in patients]
factors = before / errors(four)
_, ax = plt.subplots(figsize=(7.0, 3.4))
for column in range(4):
    ax.plot(np.full(8, column), factors[:, column], "o", ms=5, alpha=0.6, color=PALETTE[0])
ax.axhline(1, color=PALETTE[4], lw=1)
ax.set(yscale="log", xticks=range(4), xlabel="steps in a trial", ylabel="error falls by the factor")
ax.set_xticklabels([f"{n:,}" for n in LENGTHS])
ax.set_title("Four equations repair a network for ten thousand steps")
plt.show()
change = max(relative_change(*pair) for pair in zip(patients, four, strict=True))
print(f"largest change of the weights, relative to them: {change:.0e}")
least, typical = factors[:, 3].min(), np.median(factors[:, 3])
print(f"at 10,000 steps the error falls by a factor of {typical:.0e} (median), least {least:.0e}")
print(f"at 25 steps by {factors[:, 0].min():.1f} to {factors[:, 0].max():.1f}")
assert typical > 1e6 and least > 1e5 and factors[:, 0].max() < 1 and change < 1e-3

# %% [markdown]
# The eight networks of chapter 08 learnt on 25 steps; each dot is one of them after a change of its weights of about one in ten thousand.
# At 10,000 steps the error of the typical one has fallen by more than a factor of a million.
# **Which four equations are these, and why does the length that was trained get *worse*?**
#
# ## Distilling
#
# What was the network approximating?
# Chapter 05 has a guess: the family $W_h = o\,a^\top$, where $a$ is the activity of each unit per unit of the sum.
# Read $a$ off both ends of the line, keep the trained readout $o$, rescale so that $a \cdot o = 1$ for each sign, and wire the rest anew.
# That is the theory of rank one, taken at its word.
# Before it builds, `distil` asks whether there is anything to read: is an eigenvalue near 1 at both ends, and does the mode keep what the input writes?

# %% tags=["nbval-ignore-output"]
distilled = [robustness.distil(patient, probe) for patient in patients]
header("error falls by (median)")
show("distilled", distilled, patients, before)
left = errors(distilled)
print(f"error left at 1000 steps: at most {left[:, 2].max():.0e}")
assert np.all(left[:, 2] <= 1e-11)

# %% [markdown]
# What is left is float32 rounding: a number rounded to 24 bits is off by up to $6 \cdot 10^{-8}$ of itself, which squared is $4 \cdot 10^{-15}$, and a thousand such errors add up to some $10^{-12}$.
# But careful: *any* pattern, once rescaled, gives an exact integrator, so this number says nothing about the trained networks, and the change of the weights is as large as the weights themselves.
# So does `distil` refuse what does not integrate?
# Untrained networks have no eigenvalue near 1, and are refused for that alone.
# So make it harder: scale the recurrent weights of each until a state that has settled keeps its size.
# Then there is an eigenvalue of 1, and the question is whether its mode keeps the input.


# %% tags=["nbval-ignore-output"]
def balanced(network):
    """Return a copy with recurrent weights scaled so that a settled state keeps its size."""
    W = cell_weights(network)
    state, size = np.maximum(W[0], 0), 1.0
    for _ in range(400):
        state = np.maximum(state @ W[1:], 0)
        size = np.linalg.norm(state)
        if size == 0:
            return network  # it falls silent at any scale
        state = state / size
    return with_weights(network, np.vstack([W[:1], W[1:] / size]))


reasons = []
for seed in range(20):
    try:
        robustness.distil(balanced(IntegratorRNN(seed=seed)), probe)
    except dynamics.NoIntegratingModeError as error:
        reasons.append(str(error))
of_gain = sum("of the input" in reason for reason in reasons)
print(f"{len(reasons)} of 20 untrained networks were refused, {of_gain} for their gain")
# How many get as far as their gain depends on rounding: 12 to 16 were seen.
assert len(reasons) == 20 and of_gain > 5

# %% [markdown]
# All are refused: only in the trained networks is there something to read.
# How much of a trained network is in what is built from it: do the two go through the same hidden states on the same trials?
#
# **Predict first.** Where will the states differ most: at large sums, or near 0?

# %%
inputs, targets = task.sample(512, seed=40)
size = np.abs(np.asarray(targets)[..., 0])
apart = {"all": size >= 0, "sums above 0.5": size > 0.5, "sums below 0.1": size < 0.1}
for name, where in apart.items():
    distances = []
    for pair in zip(patients, distilled, strict=True):
        a, b = (np.asarray(dynamics.visited_states(network, inputs))[where] for network in pair)
        distances.append(np.linalg.norm(a - b) / np.linalg.norm(a))
    apart[name] = distances
    print(f"{name}: states differ by {min(distances):.0%} to {max(distances):.0%}")
assert np.all(np.divide(apart["sums below 0.1"], apart["sums above 0.5"]) > 2)

# %% [markdown]
# On the arms the trained networks are approximations of exact integrators, each with its own pattern.
# Near 0 they are not: there they do something of their own, with units that the distilled ones do not have.
# Distilling tells what was learnt about *holding* a sum, not about crossing 0.
#
# **Exercise 1. Distil a pattern.** Both states are on the line; `positive` holds the sum `+1`, `negative` holds `-1`, up to a factor that the readout tells.
# No unit is active in both.


# %% tags=["exercise"]
def pattern(positive, negative, readout):
    """Return the signed pattern a, with overlap a . readout of 1 in each of the two groups."""
    raise NotImplementedError("which factor brings each state's sum back whole?")


# %%
check(chapter09.pattern, pattern)

# %% [markdown]
# ## The eigenvalue
#
# How little must be changed?
# To put the eigenvalue to 1 is the tuning that Seung (1996) asked of the eye's integrator.
# Chapter 08 has the eigenvalue's gradient: a change $dW$ moves it by $\sum_{ji} r_j\, dW_{ji}\,(D\,l)_i$.
# Both ends of the line give one equation each, and ten thousand weights can meet them in many ways.
# The shortest change is a combination of the two gradients; the pseudoinverse finds it.

# %%
show_source(robustness.repair_eigenvalues, robustness.with_least_change)

# %% tags=["nbval-ignore-output"]
header("error falls by (median)")
eigenvalue = [robustness.repair_eigenvalues(*pair) for pair in zip(patients, ends, strict=True)]
of_eigenvalue = show("eigenvalue", eigenvalue, patients, before)
assert np.median(of_eigenvalue[:, 2]) > 100 and np.median(of_eigenvalue[:, 0]) < 1

# %% [markdown]
# A tiny change, and the long trials are better by far.
# But the *trained* length got worse.
# Chapter 08 saw why: training had balanced the wrong eigenvalue against a wrong gain, and we have mended one of the two.
# Is that the whole reason?
#
# **Exercise 2. The smallest correction.** Fewer equations than unknowns: take the shortest solution.
# There is no ridge here: the equations hold exactly.


# %% tags=["exercise"]
def smallest_change(rows, errors):
    """Return the shortest vector d with rows @ d = -errors."""
    raise NotImplementedError("of which vectors is the shortest solution a combination?")


# %%
check(chapter09.smallest_change, smallest_change)

# %% [markdown]
# ## Eigenvalue and gain
#
# Mend both, on both arms: four equations, and the shortest change that meets them.
# For that we need the gradient of the gain.
# Write $G = o^\top P\, b$ with the projector $P = r\,l^\top$ on the mode and $b$ for what the input writes.
# How does a change $dJ$ turn the projector?
# Differentiate $J r = \lambda r$: $(\lambda - J)\,dr = dJ\,r - d\lambda\,r$.
# Let $S$ invert $\lambda - J$ on all other modes and be 0 on this one; then $dr = S\,dJ\,r$, and in the same way $dl^\top = l^\top dJ\,S$.
# By the product rule
#
# $$dP = S\,dJ\,P + P\,dJ\,S:$$
#
# the first term turns the state's direction, the second the selection vector.
# So the gain's gradient is a sum of two outer products, and one more row for the input weights.
# Is it right? Move all weights a little to both sides, and compare.

# %%
end, W, rng = ends[0][1], cell_weights(patients[0]), np.random.default_rng(1)
gradient, predicted, found = robustness.gain_gradient(patients[0], end), [], []
for _ in range(20):
    change = 1e-4 * rng.standard_normal(W.shape)
    gains = [
        dynamics.linearise(with_weights(patients[0], W + side * change), end.state).gain
        for side in (1, -1)
    ]
    predicted.append(np.sum(gradient * change))
    found.append((gains[0] - gains[1]) / 2)
worst = np.linalg.norm(np.subtract(found, predicted)) / np.linalg.norm(predicted)
print(f"twenty changes of the gain, found and predicted, differ by {worst:.0e} of their size")
assert worst < 0.01

# %% [markdown]
# All this holds to first order, so the step is made three times.

# %%
show_source(robustness.repair_modes)

# %% tags=["nbval-ignore-output"]
header("error falls by (median)")
of_four = show("eigenvalue and gain", four, patients, before)
after = [end for network in four for end in dynamics.linearise_ends(network, probe)]
worst_gain = max(abs(end.gain - 1) for end in after)
worst_eigenvalue = max(abs(end.mode.eigenvalue - 1) for end in after)
better = np.median(of_four, axis=0) / np.median(of_eigenvalue, axis=0)
print(f"over the eigenvalue alone: {better[2]:.0e} at 1000 steps, {better[3]:.0e} at 10,000")
print(f"left: eigenvalue within {worst_eigenvalue:.0e} of 1, gain within {worst_gain:.0e}")
assert better[2] > 100 and better[3] > 1000
assert np.median(of_four[:, 0]) < 1 and worst_gain < 1e-6

# %% [markdown]
# In the median, that is better than the eigenvalue alone by a factor of hundreds at 1000 steps, and of thousands at 10,000.
# So the balance of the two numbers was most of the matter in long trials, but not all in short ones: at 25 steps the error is still above that of the trained network.
# Training had balanced more than these two.
# What else?
# If it is the crossing of 0, trials that never cross it should have lost nothing.

# %% tags=["nbval-ignore-output"]
trials, sums = map(np.asarray, task.sample(1500, seed=31))
never = ((sums.min(axis=0) >= 0) | (sums.max(axis=0) <= 0))[:, 0]
of_trials = []
for pair in zip(patients, four, strict=True):
    squared = [np.mean((np.asarray(predict(n, trials)) - sums) ** 2, axis=(0, 2)) for n in pair]
    of_trials.append(
        [squared[0][kind].mean() / squared[1][kind].mean() for kind in (never, ~never)]
    )
of_never, of_crossing = np.transpose(of_trials)
print(f"at 25 steps the error falls by the factor, in trials that ({never.mean():.0%} of all)")
print("never cross 0:", *(f"{f:.2f}" for f in of_never))
print("cross it:     ", *(f"{f:.2f}" for f in of_crossing))
print(f"medians: {np.median(of_never):.2f} and {np.median(of_crossing):.2f}")
assert np.median(of_never) < np.median(of_crossing) < 1

# %% [markdown]
# They have lost most.
# So it is the other modes, which show an input in its first steps (chapter 08's transients), that training had set against eigenvalue and gain; the crossing has little part in it.
#
# **Exercise 3. Repair the gain.** The gains of the two arms are $G_k = p_k\,(l_k \cdot b)$, where $b$ are the input weights and $p_k = o \cdot r_k$.
# Find the smallest change of the input weights that makes both gains 1.


# %% tags=["exercise"]
def gain_repair(lefts, sizes, input_weights):
    """Return input weights (n,) for which both gains are 1, as near as possible to those given.

    `lefts` (2, n) holds the left vectors at active units and 0 elsewhere, `sizes` (2,) the p_k.
    """
    raise NotImplementedError("two equations, n unknowns: as in the exercise before")


# %%
check(chapter09.gain_repair, gain_repair)

# %% [markdown]
# ## Where it fails: offsets
#
# These networks have a line of two straight halves, since they have no offsets.
# Train biases and initial state too, for the same 25 steps, and look at the eigenvalue and at the drift along the line.

# %% tags=["nbval-ignore-output"]
recipe = Recipe(stages=Recipe().stages[:1], trains="all")
with_offsets = [
    train(IntegratorRNN(seed=seed), recipe=recipe, seed=seed, progress=False).model
    for seed in range(3)
]
reach, _ = task.sample(32, seed=23, num_steps=300)
near_0, _ = task.sample(32, seed=24)
lines = []
for seed, patient in enumerate(with_offsets):
    along, sets = [], set()
    for state in np.vstack(
        [dynamics.settled_states(patient, trials) for trials in (reach, near_0)]
    ):
        try:
            here = dynamics.linearise(patient, state)
        except dynamics.NoIntegratingModeError:
            continue  # near 0 the two halves meet, and no eigenvalue is near 1
        along.append((here.value, here.mode.eigenvalue - 1, here.drift))
        sets.add(dynamics.active_units(here).tobytes())
    lines.append(np.array(sorted(along)))
    print(f"network {seed}: {len(sets)} sets of active units along the line")
    assert len(sets) > 2

# %% alt="Three panels over the value held, for three networks with offsets. At the top, the eigenvalue less 1 jumps along the line and dips near 0. In the middle, the drift along the line, which grows to both sides; at the bottom the same between minus one and one, where it changes its sign at a few places or keeps one sign." caption="Offsets break the line into pieces, each with an eigenvalue of its own; where the drift falls through 0, values come to rest." tags=["nbval-ignore-output"]
_, axes = plt.subplots(3, 1, figsize=(7.0, 6.6))
for seed, (value, excess, drift) in enumerate(line.T for line in lines):
    style = {"color": PALETTE[seed], "ls": LINE_STYLES[seed], "marker": "o", "ms": 3}
    axes[0].plot(value, excess, label=f"network {seed}", **style)
    for ax, near in ((axes[1], value < np.inf), (axes[2], np.abs(value) < 1)):
        ax.plot(value[near], 1e3 * drift[near], **style)
    down = np.sum((drift[:-1] > 0) & (drift[1:] <= 0))
    up = np.sum((drift[:-1] < 0) & (drift[1:] >= 0))
    print(
        f"network {seed}: the drift falls through 0 at {down} places and rises through it at {up}"
    )
    assert np.ptp(excess) > 1e-5
unit = "drift\n(thousandths a step)"
for ax, ylabel in zip(axes, ("eigenvalue - 1", unit, unit), strict=True):
    ax.axhline(0, color=PALETTE[4], lw=0.8)
    ax.set(ylabel=ylabel)
axes[0].set_yscale("symlog", linthresh=1e-4)
axes[1].set_yscale("symlog", linthresh=0.1)
axes[2].set(xlabel="value held")
axes[0].legend()
axes[0].set_title("With offsets the line is of many pieces, and values drift on it")
axes[2].set_title("the same drift, between -1 and 1", fontsize=9)
plt.show()

# %% [markdown]
# With an offset, a unit switches on at some value of the sum and not at 0.
# So the set of active units changes *along* the line, and with it $D$, the Jacobian, the eigenvalue and both eigenvectors; the dip is where one half hands over to the other.
# And the drift is 0 at a few places only, as the cell counts, in place of everywhere: of the line a few fixed points are left, or none in this range where the drift has one sign all along, with slow motion between them.
# That is what becomes of a continuous attractor in general (Ságodi and others 2024; chapter 06).
# Two gradients mend the Jacobian of two sets, those at the ends.
# For every other set $l$ and $r$ are other vectors, and there the change does whatever it happens to do.


# %% tags=["nbval-ignore-output"]
def show_errors(name, networks):
    """Print the median error at each length, relative to that of always saying 0."""
    medians = np.median(errors(networks), axis=0)
    print(f"{name:24s}" + "".join(f"{'above 1' if m > 1 else f'{m:.0e}':>10s}" for m in medians))


before_offsets = errors(with_offsets)
at_ends = [
    robustness.repair_eigenvalues(p, dynamics.linearise_ends(p, reach)) for p in with_offsets
]
of_ends = before_offsets / errors(at_ends)
header("relative error (median)")
show_errors("with offsets", with_offsets)
show_errors("ends only mended", at_ends)
assert np.median(of_ends[:, 0]) < 1

# %% [markdown]
# Each machine trains these networks a little differently, and the errors of long trials come out very different.
# (Where a sum grows without end, they are above 1: worse than always saying 0.)
# What does not vary is that the short trials, which stay where nothing was mended, get worse.
#
# ## The whole line
#
# What we want is a line that is neutral *everywhere*, and short trials that come out as well as before.
# For a small change $dW$ of the weights, these are linear equations:
#
# - At each of many places $h_k$ of the line, the drift must vanish, as far as it lasts: $v_k \cdot (F(h_k) + dF - h_k) = 0$.
#   Here $v_k$ is what a push at $h_k$ is worth in the long run, $(o \cdot r_k)\,l_k$; the rest of a small change decays.
#   (The library takes the derivative of the output after 50 silent steps, which is the same and needs no eigenvector.)
#   A drift acts in every step, so it counts 1,000 times.
# - At each of these places the gain must be 1.
# - On short trials, at eight steps of each, the outputs must equal the running sums.
#
# Write all these errors as one vector $z$ and their derivatives by the weights as the rows of a matrix $A$: wanted is $A\,dW = -z$.
# There are fewer equations than weights, so many changes do it, and we take the shortest.
# But an equation that only a large change could meet is not worth it.
# So let a change have its price $\rho$, chapter 06's damping, which statistics calls a *ridge*, and make
#
# $$\lVert A\,dW + z \rVert^2 + \rho\,\lVert dW \rVert^2
#   \quad\text{smallest:}\qquad dW = -A^\top (A A^\top + \rho I)^{-1} z.$$
#
# The places, the active units and the trials move with $W$, so the step is repeated a few times.
# If a step makes the errors larger, it went further than the linear equations hold: it is not taken, and the next is made shorter by a higher price, the idea of *Levenberg and Marquardt*.

# %%
show_source(robustness.repair_line)

# %% [markdown]
# The trials come from other seeds than those we score on.
# The `short` ones keep what training achieved; of those in `reach` only the last states are used, as places on the line.

# %% tags=["nbval-ignore-output"]
short, _ = task.sample(96, seed=22)
_, rows = robustness.linearised_errors(patients[0], short, reach)
print(f"{len(rows)} equations for {rows.shape[1]:,} weights")
whole = [robustness.repair_line(patient, short, reach) for patient in patients]
header("error falls by (median)")
of_whole = show("whole line", whole, patients, before)
both = [robustness.repair_modes(network, probe) for network in whole]
of_both = show("whole line, then four", both, patients, before)
assert np.min(of_whole[:, 0]) >= 1 and np.median(of_whole[:, 2]) > 1000
assert np.median(of_both[:, 3]) > 10 * np.median(of_whole[:, 3])
assert np.min(of_both[:, 0]) >= 1

# %% [markdown]
# **Exercise 4. One row of the equations.** How does the drift at a place change with each weight?
# Differentiate $v \cdot (\mathrm{relu}(h\,W) - h)$ by $W$, with `jax.grad` or by hand.


# %% tags=["exercise"]
def drift_row(W, h, worth):
    """Return the derivatives (n, n) of worth . (relu(h @ W) - h) by the entries of W (n, n)."""
    raise NotImplementedError("write the drift as a function of W")


# %%
check(chapter09.drift_row, drift_row)

# %% [markdown]
# ## The verdict
#
# Which repair is best?
# Break a network to eight bits a weight and mend it yourself, in the [playground](../book/playground.md#view=mend&bits=8&mend=gain).
# Here are the four that change a network little, at four lengths.

# %% alt="Factors by which the error falls, median of eight networks, against the length of a trial for four repairs. At 25 steps only the repairs of the whole line are above 1; from 1000 steps on the repairs that mend eigenvalue and gain are far above the eigenvalue alone." caption="The whole line first and the four equations afterwards is the one repair that helps at every length and is nowhere ten times worse than the best; it changes the weights most." tags=["nbval-ignore-output"]
names = ("eigenvalue", "eigenvalue and gain", "whole line", "whole line, then four")
each = (of_eigenvalue, of_four, of_whole, of_both)
medians = {name: np.median(of, axis=0) for name, of in zip(names, each, strict=True)}
_, ax = plt.subplots()
for number, (name, values) in enumerate(medians.items()):
    style = {"color": PALETTE[number], "ls": LINE_STYLES[number], "marker": "osv^"[number]}
    ax.plot(LENGTHS, values, label=name, **style)
ax.axhline(1, color=PALETTE[4], lw=1)
ax.set(xscale="log", yscale="log", xlabel="steps in a trial", ylabel="error falls by the factor")
ax.set_xticks(LENGTHS, [f"{n:,}" for n in LENGTHS])
ax.minorticks_off()
ax.legend()
ax.set_title("Long trials need two numbers right; short ones need the whole network")
plt.show()
header("error falls by (median)")
for name, values in medians.items():
    print(f"{name:24s}" + "".join(f"{value:10.2g}" for value in values))
best = np.max(list(medians.values()), axis=0)
good = [name for name, v in medians.items() if v.min() > 1 and np.all(best < 10 * v)]
assert good == ["whole line, then four"]
assert medians["eigenvalue and gain"][0] < 1 < medians["whole line"][0]
assert medians["eigenvalue and gain"][3] > max(medians["eigenvalue"][3], medians["whole line"][3])

# %% [markdown]
# It depends on the question.
#
# - *Long trials at a small price*: four equations, which change the weights by about one in ten thousand.
#   The eigenvalue alone changes them less by a factor of ten, and leaves an error thousands of times as large at 10,000 steps.
#   Several hundred equations alone do worse there, too: what they trade away is the last digits of the two numbers that count.
# - *Short trials*: of the four, only a repair of the whole line leaves them better than training did.
# - *All lengths*: repair the whole line, and put the two numbers right afterwards.
#   After the second step, too, no network is worse at 25 steps than training left it.
# - *What was learnt?* Distilling answers that, for the arms.
#
# Ten thousand weights can be fitted to a few hundred errors whether that makes sense or not.
# What keeps these repairs honest is that they are scored on trials they never saw, up to four hundred times longer than those whose outputs they were fitted to.
#
# ## Patients it was not made for
#
# First the networks with offsets, whose line has many pieces; then the shipped networks, whose second stage of training, on 100 steps, had already made the long trials good.

# %% tags=["nbval-ignore-output"]
mended = [robustness.repair_line(p, short, reach) for p in with_offsets]
of_mended = before_offsets / errors(mended)
header("relative error (median)")
show_errors("with offsets", with_offsets)
show_errors("whole line mended", mended)
assert np.min(of_mended[:, 2]) >= 1 and np.median(of_mended[:, 2]) > 1
assert np.median(of_mended[:, 0]) > np.median(of_ends[:, 0])
shipped = [load_trained("rnn", seed) for seed in range(8)]
before_shipped = errors(shipped)
header("error falls by (median)")
of_shipped = show(
    "four, shipped networks",
    [robustness.repair_modes(network, probe) for network in shipped],
    shipped,
    before_shipped,
)
assert np.median(of_shipped[:, 2]) > 10 and np.median(of_shipped[:, 3]) > 1e4
assert np.median(before[:, 2] / of_four[:, 2]) < np.median(before_shipped[:, 2])

# %% [markdown]
# A line of many pieces is harder to mend than one of two: at 1000 steps the typical error falls and none rises, but by how much is a matter of the network, and short trials need not gain, as they did on two pieces.
# (A network in which none of the tries brings the errors down is left as it is.)
# They do come out better than where only the ends were mended.
# And look at the last assertion: after four equations, the typical network that was trained on 25 steps beats, at 1000 steps, the typical one that was trained on 100.
#
# ## Summary
#
# - Distilling finds the exact integrator that a network approximates on its arms; near 0 the network does something of its own.
# - The smallest change that puts the eigenvalue to 1 mends long trials and spoils short ones.
#   Eigenvalue and gain together, four equations, mend long trials better by factors of hundreds and thousands.
#   Only a repair of the whole line improves short ones, too; the four equations may follow it.
# - With offsets the line has many pieces. Constraints at many places and on short trials serve the trained length better than a repair of its ends.
#
# **Recall.**
#
# <details><summary>Why must a method that distils an integrator be tried on an untrained network?</summary>
#
# It builds an exact integrator from any pattern; only a refusal shows that it found something in the trained one.
#
# </details>
#
# <details><summary>Why does putting the eigenvalue to 1 make the trained length worse?</summary>
#
# Training had balanced eigenvalue and gain, and with them the other modes, at that length.
#
# </details>
#
# <details><summary>Why is the drift projected on the left eigenvector before it is corrected?</summary>
#
# Only that part of a push lasts; the rest decays by itself, and correcting it would cost weights for nothing.
#
# </details>
#
# <details><summary>From chapter 07: how small can the effect of weight noise on the eigenvalue be?</summary>
#
# In a ReLU network that holds its sum as a fixed point, no smaller than the noise itself.
#
# </details>
#
# ## References
#
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93. <https://doi.org/10.1073/pnas.93.23.13339>
# - Ságodi Á., Martín-Sánchez G., Sokół P., Park I. M. (2024). Back to the continuous attractor. *NeurIPS*. <https://doi.org/10.48550/arXiv.2408.00109>
# - Levenberg K. (1944). A method for the solution of certain non-linear problems in least squares. *Quarterly of Applied Mathematics* 2. <https://doi.org/10.1090/qam/10666>
# - Marquardt D. W. (1963). An algorithm for least-squares estimation of nonlinear parameters. *Journal of SIAM* 11. <https://doi.org/10.1137/0111030>
