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
from matplotlib.cm import ScalarMappable
from matplotlib.colors import CenteredNorm

from integrator_lib import IntegratorTask, dynamics, evaluate, predict, zoo
from integrator_lib.course.checks import chapter15, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import LINE_STYLES, PALETTE

start_chapter()
task = IntegratorTask()
sums = np.linspace(-1.5, 1.5, 13)
ramps = np.tile(sums / 25, (25, 1))[..., None]

# %% alt="Twelve small panels, one a network, numbered 1 to 12. Each shows the output while 25 equal inputs add up to one, and in 75 silent steps after that. In six panels it follows the running sum to one and stays there; in the others it falls, jumps, bends, oscillates or does nothing." caption="One short experiment does not tell twelve mechanisms apart."
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
alike = sum(np.abs(output - np.cumsum(push)).max() < 0.1 for output in answers)
figure.suptitle(f"{alike} of {len(answers)} networks follow the sum alike", x=0.01, ha="left")
figure.supxlabel("step (inputs end at 25)")
figure.supylabel("output")
plt.show()
assert alike == len(answers) / 2

# %% [markdown]
# Here are twelve networks of 32 units.
# Each got 25 inputs that add up to 1, and then silence; the dotted line is the running sum.
# Half of them look like the same integrator: their output is never further than 0.1 from the sum.
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
# | ladder | Many stable fixed points with unstable ones between them. For a short trial they pass for a line (Ságodi et al. 2024). |
# | leaky line | A line on which every value shrinks by the same factor in a step. |
# | limit cycle | One unstable fixed point; the state leaves it and circles for ever. |
# | line of many pieces | A line of fixed points. Along it one unit after another wakes up or falls silent. |
# | plane | Two integrators side by side that the readout adds up. |
# | ring | A closed curve of fixed points, round which the input moves the state. A handful of units can do it (Noorman et al. 2024). |
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
# 4. **Many states.** Where do searches for fixed points end (Sussillo and Barak 2013), from the states that it visits and from states beside them (`dynamics.find_fixed_points`, with `jitter`)?
# 5. **Eigenvalues.** How many directions are kept, and by what factor does the others' activity shrink or grow?
# 6. **Perturbation.** What does a little noise on the weights do?
#
# Start with silence, after 13 sums from -1.5 to 1.5.
# **Predict first.** What will the ladder, the saddle and the ghost do?

# %%
quiet = np.zeros((1500, 13, 1))
in_silence = {
    name: np.asarray(predict(practice[name].model, np.concatenate([ramps, quiet])))[..., 0]
    for name in zoo.MECHANISMS
}


def values_left(output):
    """Return at how many values the outputs rest, to two digits; 0 if one does not rest."""
    moved = np.ptp(output[-50:], axis=0).max()
    return len(np.unique(np.round(output[-1], 2))) if moved < 0.01 else 0


left = {name: values_left(output) for name, output in in_silence.items()}

# %% alt="Six panels: outputs in silence after 13 sums, coloured by the sum. Leaky: all fall to zero together. Ladder: they settle on rungs half a unit apart. Saddle: they part to two values, and only the sum 0 stays at 0. Ghost: small sums creep up and then jump to the value at which large ones are already. Ring: they stay, but the output of large sums lies among that of small ones or has the other sign. Limit cycle: they oscillate." caption="How values move in silence, and where they end, is the first question to an unknown network."
colors = ScalarMappable(CenteredNorm(0, 1.5), "managua")
figure, axes = plt.subplots(2, 3, figsize=(6.4, 3.8))
shown = {"leaky line": 300, "ladder": 150, "saddle": 60, "ghost": 1100, "ring": 60}
for (name, last), ax in zip((shown | {"limit cycle": 60}).items(), axes.flat, strict=True):
    for output, total in zip(in_silence[name].T, sums, strict=True):
        ax.plot(np.arange(1, last + 1), output[:last], lw=0.9, color=colors.to_rgba(total))
    ax.axvline(25, color=PALETTE[4], lw=0.8, ls=":")
    ends = f"{left[name]} value" + "s" * (left[name] > 1) if left[name] else "never rests"
    ax.set_title(f"{name}: {ends}", fontsize=8)
figure.colorbar(colors, ax=axes, label="sum of the inputs")
figure.suptitle("Of these six, only the ring keeps 13 sums apart in silence", x=0.01, ha="left")
figure.supxlabel("step (inputs end at the dotted line)")
figure.supylabel("output")
plt.show()
assert [name for name in (*shown, "limit cycle") if left[name] == len(sums)] == ["ring"]

# %% [markdown]
# A leak shrinks all values alike.
# On the ladder the same small drift has another sign from place to place, so that values come to rest about half a unit apart.
# The saddle only keeps which side it was on.
# In the ring some sums come back to the output of smaller ones.
#
# The ghost has a passage in which its map nearly touches $z \to z$ and has no fixed point.
# There all values move one way, slowly.
# How slowly? And how do all twelve do on an ordinary trial of 25 steps?

# %%
small = np.abs(sums) < 0.3
creep = in_silence["ghost"][124] - in_silence["ghost"][24]
print(f"ghost, sums {sums[small]}: in 100 silent steps they drift by {creep[small].max():.2f}")
print("                       relative error    values left,")
print("                        at 25 steps       of 13 sums")
for name, each in practice.items():
    error = evaluate(each.model, task).relative_mse
    print(f"{name:22s} {'rounding' if error < 1e-6 else f'{error:.2g}':>10s} {left[name]:15d}")
assert creep[small].min() > 0 and creep[small].max() < 0.1

# %% [markdown]
# Who asks the ghost with small sums only, and waits for 100 steps only, takes it for a line that drifts a little.
# Its error at 25 steps tells more: larger sums leave the passage before the trial ends.
# The leaky line and the ladder are as good at 25 steps as some that hold for good, and only silence gives them away.
#
# Which networks still have 13 values after 1500 silent steps, and does a larger sum still give a larger output?

# %%
holding = [name for name in zoo.MECHANISMS if left[name] == len(sums)]
in_order = [name for name in holding if np.all(np.diff(in_silence[name][-1]) > 0)]
print(f"{len(holding)} hold all 13 values: {', '.join(holding)}")
print("not in the order of the sums:", *set(holding) - set(in_order))
assert in_order == [name for name, each in practice.items() if each.truth.integrates]

# %% [markdown]
# Silence leaves six, and one of them, the ring, holds values that are not the sums.
# How different are the other five?
# Two questions remain: which units are active at which sum, and how many eigenvalues are 1.

# %%
print("                                   active at    switch from    eigenvalues")
print("                                     0.5        0.5 to 1.5        at 1")
for name in in_order:
    model = practice[name].model
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
# And what does a steady input do, that never ends?

# %% alt="Output against step under a steady input of 0.05 for 200 steps. The exact line rises to ten; the ladder follows it to about two and stops; the saddle stops below that; the ring rises, falls and comes back." caption="A network that is bounded gives itself away, however well it does on short trials."
steady = np.full((200, 1, 1), 0.05)
driven = {name: np.asarray(predict(each.model, steady))[:, 0, 0] for name, each in practice.items()}
_, ax = plt.subplots(figsize=(7.0, 3.0))
for place, name in enumerate(("exact line", "ladder", "saddle", "ring")):
    ax.plot(
        np.arange(1, 201), driven[name], color=PALETTE[place], ls=LINE_STYLES[place], label=name
    )
ax.set(xlabel="step", ylabel="output", ylim=(-1, 10.5))
ax.set_title("Of these four only the exact line goes on rising")
ax.legend(loc="upper left")
plt.show()
rise = {name: output[-1] - output[99] for name, output in driven.items()}
print("rise in the second hundred steps, where the sum rises by 5:")
for name, each in practice.items():
    print(f"{name:22s} {rise[name]:5.1f}".replace("-0.0", " 0.0"))
    assert (rise[name] > 2.5) == each.truth.integrates

# %% [markdown]
# The five that integrate go on rising, and no other network does.
#
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
print("relative error at 1000 steps   before the run   measured   difference")
off = {}
for name, each in practice.items():
    before, measured = each.truth.long_error, zoo.long_error(each.model)
    if max(before, measured) < 1e-6:
        print(f"{name:22s}                  0       rounding")
        continue
    off[name] = measured / before - 1
    print(f"{name:22s}           {before:8.2g}       {measured:8.2g}     {off[name]:+6.1%}")
largest = max(off, key=lambda name: abs(off[name]))
print(f"the largest difference is that of the {largest}")
exact = [off[name] for name in (*in_order, "leaky line") if name in off]
assert np.abs(exact).max() < 1e-3 and abs(off[largest]) < 0.01

# %% [markdown]
# The closed form is right to a thousandth of itself.
# A bounded output is at neither of its ends while the sum is near 0, and the formula leaves that out.
# For none of the twelve does this cost more than 1 %.
# The exam below allows 2 %.
#
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
draws = 100
print("relative error of 25 steps     intact   noise adds, predicted   measured")
for name, each in practice.items():
    intact = evaluate(each.model, task, num_trials=512).relative_mse
    measured = zoo.noisy_error(each.model, draws) - intact
    if each.truth.integrates:
        added = zoo.noise_error(each.model, task, zoo.NOISE)
        # The mean over draws of a square that varies by sqrt(2) of itself, and of its product
        # with the intact error, which is at most their geometric mean; four standard errors.
        error = (np.sqrt(2) * added + 2 * np.sqrt(intact * added)) / np.sqrt(draws)
        assert abs(measured - added) < 4 * error
    predicted = f"{added:.0e}" if each.truth.integrates else ""
    told = "rounding" if intact < 1e-6 else f"{intact:.2g}"
    print(f"{name:22s} {told:>14s} {predicted:>19s} {measured:15.0e}")
    if intact > 0.1:
        assert abs(measured) < 0.01 * intact
    if name in ("two units", "ladder"):
        assert measured > (intact if name == "two units" else 0.1 * intact)

# %% [markdown]
# With two units the noise moves the eigenvalue of an arm by all of its 1 %, and more than doubles the error.
# With many units on an arm their shares average, and noise adds far less.
# For a network that does not integrate we have no formula, but two cases are clear.
# Where the intact error is above 0.1, noise changes it by less than a hundredth, and the error of the intact network is the prediction.
# The ladder is good when intact, and what noise adds to it counts: more than a tenth.
#
# ## A ruler for finders
#
# Chapter 06's finder was tested on three networks.
# Here are twelve for which every fixed point is known, isolated and in lines, planes and rings, stable and unstable.
# How much of what is there does it find, and how much of what it finds is not there?
# An isolated fixed point counts as found if a returned point lies within a hundredth of the typical norm of a state.
# A line, a plane or a ring is asked for at 200 places, and a place counts as found if a returned point lies within a tenth.
# A returned point is false if no fixed point lies within a hundredth.
# The ring has an isolated fixed point beside its 200 places: an unstable one in its middle.

# %% tags=["nbval-ignore-output"]
print("                        found of there   isolated   false of returned")
totals = np.zeros(4, int)
for name, each in practice.items():
    visited = zoo.search_states(each)
    points = dynamics.find_fixed_points(each.model, visited, count=1024, jitter=0.3).fixed
    counted = zoo.count(each, visited, points)
    isolated = sum(len(fixed.places) for fixed in each.truth.fixed if hasattr(fixed, "places"))
    print(
        f"{name:22s}  {counted.found:4d} of {counted.there:3d}       "
        f"{isolated:4d}        {counted.false:4d} of {counted.returned:3d}"
    )
    totals += counted.found, counted.there, counted.false, counted.returned
    assert counted.found >= 0.99 * counted.there and counted.false <= 0.01 * counted.returned
    assert counted.there == isolated or counted.there == isolated + 200
print("together: found {} of {}, false {} of {}".format(*totals))

# %% [markdown]
# The finder sees fixed points and nothing else.
# For the limit cycle it returns the one unstable point that the state never goes back to, and for the ghost the far point where it ends.
# The leaky line and the untrained network have one fixed point, too: without the other questions this answer says little.
# The site's page on finders shows another tool beside it (Golub and Sussillo 2018).
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
# **Exercise 1. Name the mechanisms.** Which is which?


# %% tags=["exercise"]
def mechanisms():
    """Return the names of the mechanisms of networks 1 to 12, a list of texts of MECHANISMS."""
    raise NotImplementedError("a list of twelve names, such as 'ring'")


# %%
check(chapter15.mechanisms, mechanisms)

# %% [markdown]
# **Exercise 2. Eigenvalues.** What is the largest modulus at each network's probe?
# An entry is right within 0.2 %.


# %% tags=["exercise"]
def eigenvalues():
    """Return the eigenvalues of networks 1 to 12 at their probes, a list of numbers."""
    raise NotImplementedError("a list of twelve moduli")


# %%
check(chapter15.eigenvalues, eigenvalues)

# %% [markdown]
# **Exercise 3. Gains.** And the gain there?
# An entry is right within 1 %.


# %% tags=["exercise"]
def gains():
    """Return the gains of networks 1 to 12 at their probes, a list of numbers."""
    raise NotImplementedError("a list of twelve gains")


# %%
check(chapter15.gains, gains)

# %% [markdown]
# **Exercise 4. Errors at 1000 steps.** What will each network's relative error be on trials of 1000 steps?
# An entry is right within 2 %, so that "near 1" is not enough; errors below $10^{-6}$ count as rounding, and 0 is right for them.


# %% tags=["exercise"]
def long_errors():
    """Return the relative errors of networks 1 to 12 on trials of 1000 steps, a list of numbers."""
    raise NotImplementedError("a list of twelve errors, from the mechanism, eigenvalue and gain")


# %%
check(chapter15.long_errors, long_errors)

# %% [markdown]
# **Exercise 5. Errors after noise.** And on trials of 25 steps, averaged over draws of 1 % noise on the recurrent weights?
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
# - Half of the twelve answer one short experiment alike; silence, a steady input, the units, a search and the eigenvalues tell them apart.
# - An eigenvalue of 1 at one state is a line, a plane, a ring, or a ghost; where values go in silence decides.
# - A bounded network has a relative error near 1 on long trials. One that adds up exactly has $(1 - G)^2$.
# - Noise in proportion to each weight averages out over the units that share a line. It does not count where the error is large anyway.
# - The finder misses at most one in a hundred of the fixed points of twelve networks, and fixed points are not all that there is.
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
# The state may drift although small changes of it are kept, as in a ghost. Or values are held that are not the sums, as on a ring, whose output comes back to that of smaller sums.
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
