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
# # 15 Mystery networks
#
# **In this chapter you will** question networks that nobody explains to you, tell twelve mechanisms apart by experiments, write down what each network will do before you run it, and measure how much a finder of fixed points finds.
#
# **You need** chapters 05 to 08.
#
# *About 35 minutes to read, 40 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorTask, dynamics, evaluate, predict, theory, zoo
from integrator_lib.course.checks import chapter15, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import LINE_STYLES, PALETTE

start_chapter()
task = IntegratorTask()
sums = np.linspace(-1.5, 1.5, 13)
ramps = np.tile(sums / 25, (25, 1))[..., None]

# %% alt="Twelve small panels, one a network, numbered 1 to 12. Each shows the output while 25 equal inputs add up to one, and in 75 silent steps after that. At least six panels hold a value near one; the others fall, jump, bend or oscillate." caption="One short experiment does not tell twelve mechanisms apart."
push = np.concatenate([np.full((25, 1, 1), 1 / 25), np.zeros((75, 1, 1))])
answers = [
    np.asarray(predict(zoo.mystery_network(n), push))[:, 0, 0] for n in range(1, zoo.NUM_SEALED + 1)
]
figure, axes = plt.subplots(3, 4, figsize=(7.2, 4.8), sharex=True, sharey=True)
for number, (ax, output) in enumerate(zip(axes.flat, answers, strict=True), start=1):
    ax.plot(np.cumsum(push), lw=1, color=PALETTE[4], ls=":")
    ax.plot(output, color=PALETTE[0])
    ax.set_title(f"network {number}", fontsize=9)
    ax.set_ylim(-0.8, 1.8)
figure.suptitle("Half of the networks answer alike, and no two work alike", x=0.01, ha="left")
figure.supxlabel("step (inputs end at 25)")
figure.supylabel("output")
plt.show()
assert sum(abs(output[-1] - 1) < 0.1 for output in answers) >= 6

# %% [markdown]
# Here are twelve networks of 32 units.
# Each got 25 inputs that add up to 1, and then silence; the dotted line is the running sum.
# At least half of them look like the same integrator.
# They are not: no two of the twelve have the same mechanism.
# **Which questions would make each of them give itself away?**
#
# ## Twelve mechanisms
#
# Each of the twelve is one of these.
#
# | name | what it is |
# | --- | --- |
# | exact line | One straight line of fixed points; no unit ever switches. |
# | family of many units | Two arms that meet at 0, each carried by many units (chapter 05). |
# | ghost | No fixed point where it starts, but a passage in which the state creeps; beyond it the state runs to the only fixed point. |
# | ladder | Many stable fixed points with unstable ones between them. For a short trial they pass for a line. |
# | leaky line | A line on which every value shrinks by the same factor in a step. |
# | limit cycle | One unstable fixed point; the state leaves it and circles for ever. |
# | line of many pieces | A line of fixed points. Along it one unit after another wakes up or falls silent. |
# | plane | Two integrators side by side that the readout adds up. |
# | ring | A closed curve of fixed points, round which the input moves the state. |
# | saddle | An unstable fixed point between two stable ones. |
# | two units | Two arms, each carried by a single unit (chapter 05). |
# | untrained | Random weights, as before any training. |
#
# All but the untrained one do exactly what a map of one or two numbers does, such as $z \to z + x$.
# What is known of the map, such as its fixed points and their eigenvalues, is therefore known of the network.
# The map is spread over units in random order and random shares, and some units do nothing.
# So the size of a network tells nothing of its map, and a single weight tells nothing either.
# (Ranks and zeros of the matrices would betray some of them. Leave them alone: no brain hands out its weights, and the exam is about questions.)
#
# You can practise: `zoo.member(name)` returns a network of any kind, with what is known of it.
# The networks of the exam are of the same kinds, with other numbers.

# %%
practice = {name: zoo.member(name) for name in zoo.MECHANISMS}
ladder = practice["ladder"]
rungs, between = (len(each.places) for each in ladder.truth.fixed)
print(f"the ladder has {rungs} stable fixed points and {between} unstable ones,")
print(f"and its largest eigenvalue where it starts is {ladder.truth.eigenvalue:.2f}")
at_rungs = ladder.network.lift(ladder.truth.fixed[0].places)
moved = np.abs(dynamics.next_states(ladder.model, at_rungs) - at_rungs)
# Each entry is a sum of some 30 float32 products.
assert moved.max() < 30 * 2.0**-24 * np.abs(at_rungs).max()

# %% [markdown]
# ## Questions that tell them apart
#
# What can one ask a network, if all one may do is to experiment?
# In the order of what they cost:
#
# 1. **Silence.** Let it add up to several values, then send nothing. What is held, and for how long?
# 2. **A steady input.** Does the output grow without end, or does it stop, or come back?
# 3. **Units.** Which of them are active, and does this change along the line?
# 4. **Many states.** Where do searches for fixed points end, from the states that it visits and from states beside them (`dynamics.find_fixed_points`, with `jitter`)?
# 5. **Eigenvalues.** How many directions are kept, and by what factor does the others' activity shrink or grow?
# 6. **Perturbation.** What does a little noise on the weights do?
#
# Start with silence, after 13 sums from -1.5 to 1.5.
# **Predict first.** What will the ladder, the saddle and the ghost do?

# %% alt="Six panels: outputs in 1500 silent steps after 13 sums. Leaky: all fall to zero together. Ladder: they settle on rungs half a unit apart. Saddle: they part to two values. Ghost: they creep up and then jump to one value. Ring: they stay, but large sums are folded back. Limit cycle: they oscillate." caption="How values move in silence, and where they end, is the first question to an unknown network."
quiet = np.zeros((1500, 13, 1))
in_silence = {
    name: np.asarray(predict(practice[name].model, np.concatenate([ramps, quiet])))[..., 0]
    for name in zoo.MECHANISMS
}
figure, axes = plt.subplots(2, 3, figsize=(7.2, 4.2))
shown = ("leaky line", "ladder", "saddle", "ghost", "ring", "limit cycle")
for name, ax in zip(shown, axes.flat, strict=True):
    ax.plot(in_silence[name], lw=0.8, color=PALETTE[0])
    ax.set_title(name, fontsize=10)
axes[1, 2].set_xlim(0, 80)
figure.suptitle("Silence separates what a trial of 25 steps does not", x=0.01, ha="left")
figure.supxlabel("step (inputs end at 25)")
figure.supylabel("output")
plt.show()

# %% [markdown]
# A leak shrinks all values alike.
# On the ladder the same small drift has another sign from place to place, so that values come to rest half a unit apart.
# The saddle only keeps which side it was on.
# The ghost moves all values one way, slowly at first, since its map nearly touches $z \to z$ and has no fixed point there.
# Who waits for 100 steps only takes it for a line that drifts a little.
# In the ring some sums come back to the output of smaller ones.
#
# Silence leaves five that hold every value for good.
# How different are these?
# Two questions remain: which units are active at which sum, and how many eigenvalues are 1.

# %%
holding = [name for name, each in practice.items() if each.truth.integrates]
print("                                   active at    switch from    eigenvalues")
print("                                     0.5        0.5 to 1.5        at 1")
for name in holding:
    model = practice[name].model
    assert np.ptp(in_silence[name][25:], axis=0).max() < 1e-3
    settled = dynamics.settled_states(model, ramps)[np.array([8, 12])]
    active = np.asarray(settled) > 0
    switch = int(np.sum(active[0] != active[1]))
    J = np.asarray(dynamics.jacobian(model, settled[0]), np.float64)
    kept = int(np.sum(np.abs(np.linalg.eigvals(J) - 1) < 1e-4))
    print(
        f"{name:22s} ({model.activation:8s})    {active[0].sum():2d}"
        f"            {switch:2d}              {kept}"
    )
    assert (active[0].sum() == 1) == (name == "two units") and (kept == 2) == (name == "plane")
    assert (switch > 0) == (name == "line of many pieces")

# %% [markdown]
# A network whose units have the identity as activation is linear, and what is above 0 there says nothing.
# In the others it does: one unit carries an arm of the two, many an arm of the family, and on the line of many pieces units switch on the way from 0.5 to 1.5.
# The plane keeps two directions.
#
# A network that is bounded gives itself away under a steady input.

# %% alt="Output against step under a steady input of 0.05 for 200 steps. The exact line rises without end; the ladder and the saddle stop; the ring rises, falls and comes back." caption="A network that is bounded gives itself away, however well it does on short trials."
steady = np.full((200, 1, 1), 0.05)
_, ax = plt.subplots(figsize=(7.0, 3.0))
for place, name in enumerate(("exact line", "ladder", "saddle", "ring")):
    driven = predict(practice[name].model, steady)[:, 0, 0]
    ax.plot(driven, color=PALETTE[place], ls=LINE_STYLES[place], label=name)
    assert (driven.max() > 5) == (name == "exact line")
ax.set(xlabel="step", ylabel="output", ylim=(-1, 5))
ax.set_title("Under a steady input only a line goes on rising")
ax.legend()
plt.show()

# %% [markdown]
# ## Eigenvalues at a probe
#
# An eigenvalue belongs to a state.
# Which state, so that the answer is one number for all twelve?
# Take the **probe**: the state one step after a first input of 0.05.
# It lies beside the start, so that no unit is at its kink.
# There, two numbers are asked for:
#
# - the *eigenvalue*: the largest modulus among all eigenvalues of the Jacobian;
# - the *gain*: by how much the output rises in the step of a small input, per unit of it, $o \cdot \partial F / \partial x$.
#
# For a network with a single mode that is not 0 this gain is chapter 07's.
#
# Do networks and maps agree?


# %%
def at_probe(network):
    """Return eigenvalue and gain one step after a first input of 0.05."""
    state = dynamics.visited_states(network, np.full((1, 1, 1), zoo.PROBE))[0, 0]
    J = np.asarray(dynamics.jacobian(network, state), np.float64)
    written = np.asarray(dynamics.input_gain(network, state), np.float64)
    return np.abs(np.linalg.eigvals(J)).max(), dynamics.readout(network)[0] @ written


for name, each in practice.items():
    modulus, gain = at_probe(each.model)
    print(f"{name:22s} eigenvalue {modulus:.2f}  gain {gain:.2f}")
    assert abs(modulus - each.truth.eigenvalue) < 1e-4 and abs(gain - each.truth.gain) < 1e-4

# %% [markdown]
# A modulus of 1 stands for a value that is held, or for a ghost.
# Above 1 something grows, and the question is where it ends.
# Below 1 the state falls back: to 0 on a leaky line, to the nearest rung on a ladder.
#
# ## Errors before the run
#
# How wrong will a network be on trials of 1000 steps?
# Once its mechanism is known, the answer needs no run.
#
# **It adds up**, with an eigenvalue $\lambda$ and a gain $G$ that are the same everywhere: chapter 04's closed form, `zoo.leaky_error`.
# With $\lambda = 1$ the relative error is $(1 - G)^2$, at any length.
#
# **It is bounded.**
# Sums of 1000 steps are far larger than its output, so that it is about as good as a network that always says 0: its relative error is near 1.
# If the output ends at one value for negative sums and at another for positive ones, that can be put into numbers.
# The target $y$ is normal at each step, and $E[(y - \hat y)^2]$ needs only its mean on each side of 0.
# Where the output ends, a long steady input of either sign shows: 0.05 is about the level of a typical trial.

# %%
show_source(zoo.bounded_error)

# %% tags=["nbval-ignore-output"]
print("relative error at 1000 steps   before the run   measured")
for name, each in practice.items():
    measured = zoo.long_error(each.model)
    print(f"{name:22s}           {each.truth.long_error:8.1e}        {measured:8.1e}")
    # float32 rounds each of 1000 steps; near 0 a bounded output is at neither of its ends.
    assert abs(measured - each.truth.long_error) < 1e-9 + 0.02 * each.truth.long_error

# %% [markdown]
# And after noise of 1 % on the recurrent weights, each multiplied by $1 + 0.01\,\xi$ with a normal $\xi$ of its own?
# Chapter 07 bounded noise of one size on all weights.
# Noise in proportion to each weight can average out, so here the number of units counts.
#
# In a step, noise on the weight from unit $j$ to unit $i$ adds $o_i \cdot 0.01\,\xi_{ji} W_{ji} h_j$ to the output if $i$ is active.
# An exact integrator keeps it.
# So the error is a sum with one independent term a weight, and its mean square is a sum of squares.

# %%
show_source(zoo.noise_error)

# %% tags=["nbval-ignore-output"]
print("relative error of 25 steps     intact    predicted with noise   measured")
for name in ("exact line", "two units", "family of many units", "line of many pieces", "ladder"):
    model = practice[name].model
    intact = evaluate(model, task).relative_mse
    predicted = intact + zoo.noise_error(model, task, zoo.NOISE)
    measured = zoo.noisy_error(model)
    print(f"{name:22s}        {intact:8.1e}         {predicted:8.1e}         {measured:8.1e}")
    # A mean of 200 squares of nearly normal numbers is known to a tenth; four times that.
    assert abs(measured / predicted - 1) < 0.4

# %% [markdown]
# With two units the noise moves the eigenvalue of an arm by all of its 1 %.
# With many units on an arm their shares average, and the error is far smaller.
# Where the intact network is wrong already, noise adds next to nothing, and the error of the intact network is the prediction.
#
# ## A ruler for finders
#
# Chapter 06's finder was tested on three networks.
# Here are twelve for which every fixed point is known, isolated and in lines, planes and rings, stable and unstable.
# How much of what is there does it find, and how much of what it finds is not there?
# An isolated fixed point counts as found if a returned point lies within a hundredth of the typical norm of a state.
# A line or a plane is asked for at 200 places.
# A returned point is false if no fixed point lies within a hundredth.

# %% tags=["nbval-ignore-output"]
print("                        found of there    false of returned")
for name, each in practice.items():
    visited = zoo.search_states(each)
    points = dynamics.find_fixed_points(each.model, visited, count=1024, jitter=0.3).fixed
    counted = zoo.count(each, visited, points)
    print(
        f"{name:22s}  {counted.found:4d} of {counted.there:3d}       "
        f"{counted.false:4d} of {counted.returned:3d}"
    )
    assert counted.found >= 0.99 * counted.there and counted.false <= 0.01 * counted.returned

# %% [markdown]
# The finder sees fixed points and nothing else.
# For the limit cycle it returns the one unstable point that the state never goes back to, and for the ghost the far point where it ends.
# The leaky line and the untrained network have one fixed point, too: without the other questions this answer says little.
# The site's page on finders shows another tool beside it.
#
# ## The exam
#
# `zoo.mystery_network(number)` loads networks 1 to 12.
# Question them in cells of your own, as long as you like.
# Then answer in writing *before* you run the long trials and the noise: an answer that was measured is no prediction.
#
# Each of the five parts has twelve entries, and each entry counts by itself: seven right ones of twelve earn seven twelfths of a point.
# The checks say how many are right, not which.
# Leave open what you do not know: `""` for a name, `None` for a number.
#
# **Exercise: name the mechanisms.** Which is which?


# %% tags=["exercise"]
def mechanisms():
    """Return the names of the mechanisms of networks 1 to 12, a list of texts of MECHANISMS."""
    raise NotImplementedError("a list of twelve names, such as 'ring'")


# %%
check(chapter15.mechanisms, mechanisms)

# %% [markdown]
# **Exercise: eigenvalues.** What is the largest modulus at each network's probe?
# An entry is right within 0.2 %.


# %% tags=["exercise"]
def eigenvalues():
    """Return the eigenvalues of networks 1 to 12 at their probes, a list of numbers."""
    raise NotImplementedError("a list of twelve moduli")


# %%
check(chapter15.eigenvalues, eigenvalues)

# %% [markdown]
# **Exercise: gains.** And the gain there?
# An entry is right within 1 %.


# %% tags=["exercise"]
def gains():
    """Return the gains of networks 1 to 12 at their probes, a list of numbers."""
    raise NotImplementedError("a list of twelve gains")


# %%
check(chapter15.gains, gains)

# %% [markdown]
# **Exercise: errors at 1000 steps.** What will each network's relative error be on trials of 1000 steps?
# An entry is right within 2 %, so that "near 1" is not enough; errors below $10^{-6}$ count as rounding, and 0 is right for them.


# %% tags=["exercise"]
def long_errors():
    """Return the relative errors of networks 1 to 12 on trials of 1000 steps, a list of numbers."""
    raise NotImplementedError("a list of twelve errors, from the mechanism, eigenvalue and gain")


# %%
check(chapter15.long_errors, long_errors)

# %% [markdown]
# **Exercise: errors after noise.** And on trials of 25 steps, averaged over draws of 1 % noise on the recurrent weights?
# An entry is right within a half.


# %% tags=["exercise"]
def noisy_errors():
    """Return the relative errors of networks 1 to 12 with 1 % noise, a list of numbers."""
    raise NotImplementedError("a list of twelve errors of 25 steps")


# %%
check(chapter15.noisy_errors, noisy_errors)

# %% [markdown]
# When all is written down, measure: `zoo.long_error(network)` and `zoo.noisy_error(network)`.
# An entry that is wrong is worth more than the others: it says which of your ideas about the network does not hold.
#
# ## Summary
#
# - Several mechanisms pass a trial of 25 steps alike; silence, a steady input, the units, a search and the eigenvalues tell them apart.
# - An eigenvalue of 1 at one state is a line, a plane, a ring, or a ghost; where values go in silence decides.
# - A bounded network has a relative error near 1 on long trials. One that adds up exactly has $(1 - G)^2$.
# - Noise in proportion to each weight averages out over the units that share a line.
# - The finder finds all that is there on twelve networks, and fixed points are not all that there is.
#
# **Recall.**
#
# <details><summary>How do you tell a ladder from a leaky line, if both have an eigenvalue of 0.96 at the start?</summary>
#
# By silence after sums of several sizes: on the ladder values rest at several places, on the leaky line all of them end at 0.
#
# </details>
#
# <details><summary>A network has an eigenvalue of 1 at its start. Why is it not yet an integrator?</summary>
#
# The state may drift although its small changes are kept, as in a ghost; and elsewhere the eigenvalue may be another, as where a ring bends.
#
# </details>
#
# <details><summary>Why does 1 % noise harm two units more than a family, although the bound of chapter 07 is the same for both?</summary>
#
# The bound is for noise of one size on all weights. Noise in proportion to each weight is smaller on smaller weights, and averages over many of them.
#
# </details>
#
# ## References
#
# - Sussillo D., Barak O. (2013). Opening the black box: low-dimensional dynamics in high-dimensional recurrent neural networks. *Neural Computation* 25. <https://doi.org/10.1162/NECO_a_00409>
# - Golub M. D., Sussillo D. (2018). FixedPointFinder: a Tensorflow toolbox for identifying and characterizing fixed points in recurrent neural networks. *Journal of Open Source Software* 3. <https://doi.org/10.21105/joss.01003>
# - Noorman M., Hulse B. K., Jayaraman V., Romani S., Hermundstad A. M. (2024). Maintaining and updating accurate internal representations of continuous variables with a handful of neurons. *Nature Neuroscience* 27. <https://doi.org/10.1038/s41593-024-01766-5>
# - Ságodi Á., Martín-Sánchez G., Sokół P., Park I. M. (2024). Back to the continuous attractor. *NeurIPS*. <https://doi.org/10.48550/arXiv.2408.00109>
