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
# # 05 Integrate by hand
#
# **In this chapter you will** set a network's weights yourself: an integrator of two units that is exact up to rounding, one that leaks, one of a hundred units, and one without any feedback. You will predict their errors before you measure them, work out how small an integrator's weights can be, and see what training makes of that.
#
# **You need** chapters 02 and 04; chapter 03 for the last section.
#
# *About 45 minutes to read, 40 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import dataclasses

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    Stage,
    evaluate,
    load_trained,
    networks,
    plotting,
    predict,
    theory,
    train,
)
from integrator_lib.course.checks import chapter05, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import PALETTE
from integrator_lib.training import use_compilation_cache

# %% tags=["hide-input"] jupyter={"source_hidden": true}
start_chapter()
task = IntegratorTask()
inputs, targets = map(np.asarray, task.sample(num_trials=500, seed=0))

# %% alt="Relative error against steps in a trial for four networks set by hand. The two units stay at rounding level at all lengths; the delay line is exact up to 25 steps and fails beyond; the leaky pair is poor everywhere; the one with a gain is good at 25 steps only." caption="At 25 steps three of the four look like integrators. Only other lengths tell which of them is one."
lengths = (5, 10, 25, 50, 100, 250)
leaky_gain = theory.best_gain(task, leak=0.1)
wired_by_hand = {
    "two units": networks.exact_integrator(),
    "delay line": networks.delay_line(25),
    "leak 0.1": networks.leaky_integrator(0.1),
    "leak 0.1, with a gain": networks.leaky_integrator(0.1, leaky_gain),
}
by_length = {
    name: [evaluate(net, task, num_trials=512, num_steps=n).relative_mse for n in lengths]
    for name, net in wired_by_hand.items()
}
ax = plotting.plot_curves(lengths, by_length, "steps in a trial", "relative error")
ax.axvline(25, color=PALETTE[4], lw=1)
ax.set_title("One length cannot tell an integrator from its imitations")
plt.show()
assert max(by_length["two units"]) < 1e-12 < 1e-2 < by_length["delay line"][-1]

# %% [markdown]
# Four networks, with weights set by hand; the grey line marks the trials that the course's networks are trained on.
# (On short trials the two units make no error at all, and none can be drawn on this axis.)
# **What makes one of them an integrator and the others imitations, and which of them would training choose?**

# %% [markdown]
# ## One unit is not enough
#
# What is the simplest network that adds?
# One unit that feeds its activity back to itself with weight 1 and takes the input with weight 1:
#
# $$h_t = \mathrm{relu}(h_{t-1} + x_t).$$
#
# Training sets weights, but nothing stops us from setting them.
# `wired` puts three arrays into the network of chapter 02.
# **Predict first.** What will this unit show when the sum falls below 0?

# %%
one_unit = networks.wired(input_weights=[1.0], recurrent_weights=[[1.0]], readout=[1.0])

# %% [markdown]
# We look at the trial whose sum goes farthest to both sides of 0.

# %% alt="A running sum that goes above and below 0, and the output of a single ReLU unit. The unit stays at 0 while the sum falls, starts again from there, and is too high ever after." caption="A single unit loses what happens below 0, and nothing afterwards tells it how much that was."
trial = int(np.argmax(np.minimum(targets.max(axis=0), -targets.min(axis=0))[:, 0]))
single = np.asarray(predict(one_unit, inputs))
ax = plotting.plot_prediction(targets, {"one unit": single}, trial=trial)
ax.set_title("One ReLU unit cannot go below 0 and forgets how far it should have")
plt.show()

# %% [markdown]
# The unit stays at 0 while the sum falls, and starts again from there.
# So it holds not the sum but the sum's height above its lowest point so far (or above 0, where it began).
# A recursion like this one raises the alarm in quality control (Page 1954); it does not integrate.

# %%
lowest = np.minimum(np.minimum.accumulate(targets, axis=0), 0)
np.testing.assert_allclose(single, targets - lowest, atol=1e-5)
print(
    f"its error: {evaluate(one_unit, task).mse:.1f}, that of always saying 0: "
    f"{theory.mean_squared_target(task):.1f}"
)

# %% [markdown]
# ## Two units share the work
#
# What is lost below 0 has to be kept by someone else.
# So let a second unit carry minus the sum.
# With $s = h^+ - h^-$, the sum so far,
#
# $$h^+_t = \mathrm{relu}(s_{t-1} + x_t), \qquad h^-_t = \mathrm{relu}\big(-(s_{t-1} + x_t)\big).$$
#
# Whatever the sign of the sum, one unit holds it and the other is silent.
# Both need the whole sum, $h^+ - h^-$, so each listens to both: it excites itself and inhibits the other.
# An early model of the eye's integrator was built of cells that inhibit each other (Cannon et al. 1983).
#
# Each unit takes the input with its own sign, and the weights between them are the products of their signs.

# %%
signs = np.array([1.0, -1.0])
two_units = networks.wired(signs, np.outer(signs, signs), readout=signs)
print("W, first row from the input:", two_units.values()["rnn.W"].tolist())

# %% alt="Activity of the two units and the running sum in one trial. While the sum is positive one unit equals it and the other is 0; when it crosses 0 they change places." caption="No unit holds the sum; the difference of the two does, and one of them is always silent."
outputs, hidden = map(np.asarray, predict(two_units, inputs, return_hidden=True))
pair = {"unit $h^+$": hidden[:, :, :1], "unit $h^-$": hidden[:, :, 1:]}
ax = plotting.plot_prediction(targets, pair, trial=trial)
ax.set_title("The units change places where the sum crosses 0")
plt.show()
assert np.all(hidden.min(axis=-1) == 0)

# %% [markdown]
# Is it exact?
# A float32 number keeps 24 binary digits, so each addition is rounded by up to $u = 2^{-24}$ of the result.
# The network cannot do better than a running sum in float32.
# Does it do as well?
# All its weights are 1 or −1 and one unit is silent: every step should be one addition, rounded once.
# Take trials of 300 steps, twelve times the task's own.

# %%
long_inputs = np.asarray(task.sample(1000, seed=1, num_steps=300)[0])
long_outputs = np.asarray(predict(two_units, long_inputs))
in_float32 = np.cumsum(long_inputs, axis=0, dtype=np.float32)
in_float64 = np.cumsum(long_inputs, axis=0, dtype=np.float64)
print(
    f"outputs that differ from the float32 sum: {np.sum(long_outputs != in_float32)} of {in_float32.size}"
)

error = long_outputs - in_float64
root_mean_square = np.sqrt(np.mean(error**2))
print(f"root mean square error over 300 steps: {root_mean_square:.0e}")
assert np.array_equal(long_outputs, in_float32)
assert root_mean_square < 1e-5
assert np.abs(error).max() <= 300 * 2.0**-24 * np.abs(in_float64).max()

# %% [markdown]
# How far is a trained network from that?
# On the same trials the best of the shipped ones is still more than a hundred times worse.

# %%
trained_errors = [
    np.sqrt(
        np.mean((np.asarray(predict(load_trained("rnn", seed), long_inputs)) - in_float64) ** 2)
    )
    for seed in range(8)
]
print(f"root mean square error of the best trained network: {min(trained_errors):.0e}")
assert min(trained_errors) > 100 * root_mean_square

# %% [markdown]
# **Exercise 1. One step of two units.** Write it with NumPy, for $h = (h^+, h^-)$.


# %% tags=["exercise"]
def two_unit_step(x, h):
    """Return the next state (batch, 2) from the input x (batch, 1) and the state h (batch, 2)."""
    raise NotImplementedError("get the sum from h, add x, and give each unit its sign")


# %%
check(chapter05.two_unit_step, two_unit_step)

# %% [markdown]
# ## No scale of its own
#
# Chapter 04 saw that a ReLU network without offsets answers ten times the input with ten times the output.
# Now we can see why.
# For $c > 0$, $\mathrm{relu}(cz) = c\,\mathrm{relu}(z)$.
# If no bias is added and the state starts at 0, a factor on the inputs passes through every step:
#
# $$F(c\,h,\, c\,x) = c\,F(h,\, x).$$
#
# What if there is a bias?
# Give both units a small one.
# A unit that holds the sum then gains it at every step: the output drifts away from 0 by itself, and small inputs drown in the drift.

# %%
with_offset = networks.exact_integrator()
with_offset.set_values(with_offset.values() | {"rnn.b": jnp.full(2, 1e-3)})
np.testing.assert_array_equal(predict(two_units, 1024 * inputs), 1024 * outputs)

factors = (0.01, 0.1, 1, 10, 100)
by_scale = {
    name: [evaluate(model, task.scaled(f), num_trials=1024).relative_mse for f in factors]
    for name, model in {"no offset": two_units, "offset 0.001": with_offset}.items()
}
assert max(by_scale["no offset"]) < 1e-12
assert by_scale["offset 0.001"][0] > 1e4 * by_scale["offset 0.001"][3]

# %% alt="Relative error against the factor on all inputs, on logarithmic axes. Without an offset it lies flat at the level of rounding; with one it falls as the inputs grow." caption="The smallest offset gives the network a scale of its own: inputs well above it do not notice, inputs below it drown."
ax = plotting.plot_curves(factors, by_scale, "factor on all inputs", "relative error")
ax.set_title("An offset sets a scale: inputs below it drown")
plt.show()

# %% [markdown]
# ## A leak, and a gain that hides it
#
# Chapter 04 derived the error of a leaky integrator.
# Now we can build one,
#
# $$h^\pm_t = \mathrm{relu}\big(\pm((1-\epsilon)\,s_{t-1} + x_t)\big),$$
#
# run it as a network, and hold the formula against the measurement over nearly four powers of ten.
# Each leak gets trials of its own, so that the points err independently.

# %%
leaks = np.geomspace(1e-4, 0.5, 12)
predicted = [theory.leaky_mse(task, leak) for leak in leaks]
measured = [
    evaluate(networks.leaky_integrator(leak), task, num_trials=1024, seed=10 + k)
    for k, leak in enumerate(leaks)
]


def standard_errors_off(score, expected):
    return abs(score.mse - expected) / ((score.mse_interval[1] - score.mse) / 1.96)


off = list(map(standard_errors_off, measured, predicted))
print(f"largest distance of twelve points: {max(off):.1f} standard errors")
assert max(off) < 4

# %% alt="Above: error against leak on logarithmic axes, a rising line with twelve measured points on it. Below: measured over predicted error with 95 % intervals, scattered around 1." caption="Four powers of ten of leak, one formula, no fitted number."
axes = plotting.plot_agreement(leaks, {"closed form": predicted}, {"closed form": measured}, "leak")
axes[0].set_title("The closed form predicts the error of every leak")
plt.show()

# %% [markdown]
# A leaky integrator's output is too small.
# Could the readout make up for it?
# With a gain $G$ the input that is $j$ steps old counts with weight $G(1-\epsilon)^j$, and the error is a parabola in $G$: three of its points give the lowest.

# %%
show_source(theory.best_gain)
gain = theory.best_gain(task, leak=0.1)
plain, helped = theory.leaky_mse(task, 0.1), theory.leaky_mse(task, 0.1, gain)
print(f"gain {gain:.2f} takes the error from {plain:.3f} to {helped:.3f}")
assert helped < plain / 5

# %% [markdown]
# Five times better, as the cell checks, and no memory has been gained.
# What has happened?
# The old inputs count too little and the new ones too much.
# Early in the trial the output is too high, late too low; over 25 steps together the error is smallest.
# Other lengths have another balance.
# Try shorter trials and longer ones.

# %%
tasks = [dataclasses.replace(task, num_steps=n) for n in lengths]
names = {"leak 0.1, gain 1": 1.0, f"leak 0.1, gain {gain:.2f}": gain}
forms = {name: [theory.leaky_mse(t, 0.1, g) for t in tasks] for name, g in names.items()}
scores = {
    name: [
        evaluate(networks.leaky_integrator(0.1, g), t, num_trials=1024, seed=t.num_steps)
        for t in tasks
    ]
    for name, g in names.items()
}
plain_form, helped_form = forms.values()
assert helped_form[2] < plain_form[2] / 5  # five times better at 25 steps ...
assert helped_form[0] > 10 * plain_form[0]  # ... far worse at 5 ...
assert helped_form[-1] > 0.8 * plain_form[-1]  # ... and little help at 250
assert all(max(map(standard_errors_off, scores[name], forms[name])) < 4 for name in names)

# %% alt="Error against steps in a trial for a leaky integrator with gain 1 and with the gain that is best for 25 steps. The second is far worse at 5 steps, much better at 25, and little better at 250. Measured points lie on both lines." caption="A gain tuned to one length imitates memory at that length only."
axes = plotting.plot_agreement(lengths, forms, scores, "steps in a trial")
axes[0].set_title("The gain for 25 steps is far worse at 5 and little help at 250")
plt.show()

# %% [markdown]
# Every length wants a gain of its own.
# For an integrator it is always 1.
# That is why chapter 04 tested at other lengths: one length cannot tell a good integrator from a tuned one.

# %%
for leak in (0.1, 0.0):
    gains = ", ".join(f"{theory.best_gain(t, leak):.1f}" for t in tasks)
    print(f"leak {leak}: best gains for {', '.join(map(str, lengths))} steps: {gains}")

# %% [markdown]
# **Exercise 2. The best gain, from data.** Which factor on the outputs brings them closest to the targets, in the mean square?


# %% tags=["exercise"]
def fitted_gain(outputs, targets):
    """Return the gain that minimises the mean squared error; both are (time, trials, 1)."""
    raise NotImplementedError("set the derivative of the squared error by the gain to 0")


# %%
check(chapter05.fitted_gain, fitted_gain)

# %% [markdown]
# **Exercise 3. A loop in BrainState.** Let the leaky pair of units run over trials: `brainstate.transform.for_loop`, or `scan` with the state as carry.


# %% tags=["exercise"]
def leaky_outputs(inputs, leak):
    """Return the outputs (time, batch, 1) of the leaky pair of units for inputs (time, batch, 1)."""
    raise NotImplementedError("a step for two units, then a loop over time")


# %%
check(chapter05.leaky_outputs, leaky_outputs)

# %% [markdown]
# ## A hundred units
#
# A brain would not leave a memory to two cells, and training does not either.
# How can $n$ units share the sum?
# Let unit $i$ hold $\mathrm{relu}(a_i s)$: units with $a_i > 0$ work while the sum is positive, those with $a_i < 0$ while it is negative.
# Let a readout $o$ get the sum back, $s = o \cdot h$.
# Then the next state must be
#
# $$h_t = \mathrm{relu}\big(a\,(o \cdot h_{t-1} + x_t)\big),$$
#
# which is the cell's equation with recurrent weights $W_h = o\,a^\top$ and input weights $a$ (there $h$ is a row: $h\,W_h = (h \cdot o)\,a^\top$).
# It closes if $o \cdot h = s$ for either sign, that is, if the **overlap** $\sum_i a_i o_i$ is 1 over the units of each sign.
# That is the only condition; all else is free.
# (Weights rounded to float32 miss it by about $u$, and so leak by about $u$ a step.)

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
pattern = rng.standard_normal(100)
pattern, readout = networks.normalised(pattern, pattern + rng.standard_normal(100))
many_units = networks.wired(pattern, np.outer(readout, pattern), readout)
error = np.asarray(predict(many_units, long_inputs)) - in_float64
print(f"100 units, root mean square error over 300 steps: {np.sqrt(np.mean(error**2)):.0e}")
assert np.sqrt(np.mean(error**2)) < 1e-5

# %% [markdown]
# How can a matrix of ten thousand weights remember one number?
# It is an outer product: its rank is 1.
# And what does it do to that number?
# Its only eigenvalue that is not 0 is $a \cdot o$, over all units: one for each sign group, together 2.
# Should the sum not double at each step, then?
# No: only half of the units are active at a time.
# Keep the rows and columns of the active ones, and the eigenvalue is 1.
# (Tuned feedback with one eigenvalue of 1 is Seung's model of 1996 for the eye's integrator.)
# Chapter 07 looks at networks in this way.

# %%
W_h = np.asarray(many_units.values()["rnn.W"], np.float64)[1:]
print("rank:", np.linalg.matrix_rank(W_h, tol=1e-4))
for name, group in {"all": pattern != 0, "a > 0": pattern > 0, "a < 0": pattern < 0}.items():
    eigenvalues = np.linalg.eigvals(W_h[np.ix_(group, group)])
    largest = max(abs(eigenvalues))
    print(f"largest eigenvalue, units {name}: {largest:.3f}")
    assert abs(largest - (2 if name == "all" else 1)) < 1e-4

# %% [markdown]
# **Exercise 4. Wire a member of the family.** Build the cell's matrix $W$, as in $[x, h]\,W$.


# %% tags=["exercise"]
def wire(pattern, readout):
    """Return W of shape (1 + n, n) for a pattern (n,) and a readout (n,)."""
    raise NotImplementedError("the first row is what the input writes")


# %%
check(chapter05.wire, wire)

# %% [markdown]
# **Exercise 5. Normalise a pattern.** The readout stays as it is; return the pattern alone.


# %% tags=["exercise"]
def normalise(pattern, readout):
    """Return the pattern (n,), rescaled so that its overlap is 1 over each sign's units."""
    raise NotImplementedError("one factor for the units above 0, another for those below")


# %%
check(chapter05.normalise, normalise)

# %% [markdown]
# ## No feedback at all
#
# Must there be an eigenvalue of 1?
# Goldman (2009) asked it of the brain: memory needs no feedback if activity is passed on along a chain.
# Let each input enter one of two chains by its sign, move on by one unit a step, and let the readout add up the first chain and subtract the second.
# That is a **delay line**, and all its eigenvalues are 0.

# %%
line = networks.delay_line(25)
values = line.values()
eigenvalues = np.linalg.eigvals(np.asarray(values["rnn.W"], np.float64)[1:])
cost = np.sum(values["rnn.W"] ** 2) + np.sum(values["out.weight"]["weight"] ** 2)
print(f"largest eigenvalue {np.abs(eigenvalues).max():.0f}, sum of squared weights {cost:.0f}")
for n in (25, 50, 250):
    print(
        f"{n:3d} steps: relative error {evaluate(line, task, num_trials=512, num_steps=n).relative_mse:.2f}"
    )
assert np.abs(eigenvalues).max() < 1e-12
assert by_length["delay line"][2] < 1e-12 and by_length["delay line"][3] > 0.1

# %% [markdown]
# On trials of 25 steps it is as exact as the two units, and no test at that length could tell them apart.
# At 50 steps it has forgotten the first half.
# It is also far more expensive: a chain needs a unit and two weights for every step that it remembers, for either sign, while feedback needs the same few weights for any length.
# So a penalty on the weights would favour feedback.
# The course's networks were trained without one; chapter 07 tests whether they use any chain all the same.

# %% [markdown]
# ## The cheapest integrator
#
# The tutorial adds an L2 penalty, $\beta$ times the sum of squared weights.
# How small can that sum be for a network that still integrates?
# In the family it is
#
# $$\|W_h\|^2 + \|a\|^2 + \|o\|^2 = \|o\|^2\|a\|^2 + \|a\|^2 + \|o\|^2.$$
#
# Let $p$ and $q$ be the norms of $a$ over the two groups.
# By the inequality of Cauchy and Schwarz, a product of two vectors is at most the product of their norms.
# So an overlap of 1 needs a readout of norm at least $1/p$ and $1/q$ there, and just that if $o$ points along $a$.
# So $\|a\|^2\|o\|^2 \ge (p^2 + q^2)(1/p^2 + 1/q^2) \ge 4$, and $\|a\|^2 + \|o\|^2 \ge 2\|a\|\|o\| \ge 4$.
# Both are met with equality at $p = q = 1$, $o = a$: the sum is **8**, for any number of units.
# Two units with weights of 1 are there already; random members are not.


# %%
def sum_of_squares(model):
    values = model.values()
    matrices = values["rnn.W"], values["out.weight"]["weight"]
    return float(sum(np.sum(np.square(matrix)) for matrix in matrices))


def family_sum(a, o):
    return (o @ o) * (a @ a) + a @ a + o @ o


members = []
for _ in range(1000):
    a, o = np.resize([1, -1], 10) * np.abs(rng.standard_normal((2, 10)))
    members.append(family_sum(*networks.normalised(a, o)))
print("two units:", sum_of_squares(two_units), " closed form:", theory.smallest_penalty())
print(f"cheapest of 1000 random members: {min(members):.1f}")
np.testing.assert_allclose(family_sum(pattern, readout), sum_of_squares(many_units), rtol=1e-5)
assert sum_of_squares(two_units) == theory.smallest_penalty() == 8
assert min(members) > 8

# %% [markdown]
# With the tutorial's $\beta$ that is a loss of $8\beta$ and no error.
# Could a little error save more penalty than it costs?
# Allow a leak $\epsilon$ and a gain $G$; the same argument gives a sum of $4(1-\epsilon)^2 + 4|G|$.
# We look for the lowest total.

# %%
l2 = Recipe.tutorial().l2
leaks = np.linspace(-0.002, 0.002, 401)
gains = [theory.best_gain(task, leak, l2) for leak in leaks]
losses = [
    theory.leaky_mse(task, leak, g) + l2 * theory.smallest_penalty(leak, g)
    for leak, g in zip(leaks, gains, strict=True)
]
lowest = int(np.argmin(losses))
cheapest = losses[lowest]
print(f"exact:  kept 1, gain 1, loss {8 * l2:.6f}")
print(f"lowest: kept {1 - leaks[lowest]:.4f}, gain {gains[lowest]:.4f}, loss {cheapest:.6f}")
assert 0.999 * 8 * l2 > cheapest > 0.998 * 8 * l2
assert 1 - gains[lowest] > -5 * leaks[lowest] > 0  # a gain below 1, and growth

# %% [markdown]
# It could, a very little.
# And the best compromise does not leak: it has a gain a little below 1 and *grows* to make up for it.
# Why this way round?
# Growth repeats at every step.
# So a little of it makes up for a cut of the gain that is ten times as large, while the penalty's slope in the kept part, 8, is only twice its slope in the gain, 4.

# %% [markdown]
# Does training find a network that cheap?
# The tutorial's recipe does not.
# Why not?
# Its weights start at a sum of squares of about a hundred.
# (Its penalty covers biases and initial state too; our sum counts the matrices only.)
# Adam with a large `eps` (its own constant, not the leak $\epsilon$) takes steps of at most the rate $\eta$ times the gradient over `eps` (chapter 03).
# The gradient of the penalty is $2\beta$ times the weight.
# So in one step the penalty takes away at most the share $2\beta\eta/\mathtt{eps}$ of a weight.
# How far can it get in all of the recipe's batches, as far as the penalty, and not the error's gradient, does the shrinking?

# %%
tutorial = Recipe.tutorial()
(stage,) = tutorial.stages
start = sum_of_squares(IntegratorRNN(seed=0))
shrinking = 4 * l2 * stage.learning_rate / tutorial.adam_eps  # of squares, in a step
least_share = np.exp(-shrinking * stage.num_batches)
steps_needed = np.log(start / 8) / shrinking
print(f"share of the sum that the penalty alone leaves: at least {least_share:.2f}")
print(f"that is a loss of {l2 * start * least_share:.3f}, against {cheapest:.4f} by hand")
print(f"steps from {start:.0f} to 8: at least {steps_needed / stage.num_batches:.0f} times as many")
assert l2 * start * least_share > 5 * cheapest

# %% [markdown]
# The error's gradient might shrink the weights faster.
# Train, to see: by the tutorial's recipe (with batches of 32 trials, to save time), by the course's optimizer with the same penalty, and by that one again, started from the two units wired by hand.

# %% tags=["nbval-ignore-output"]
short = Stage(2000, batch_size=16, learning_rate=1e-2, final_learning_rate=0.0)
slow = dataclasses.replace(stage, batch_size=32)
runs = {
    "tutorial's recipe": (IntegratorRNN(seed=0), dataclasses.replace(tutorial, stages=(slow,))),
    "course's optimizer": (IntegratorRNN(seed=0), Recipe(stages=(short,), l2=l2)),
    "course's, from two units": (networks.exact_integrator(), Recipe((short,), l2=l2)),
}
totals = {}
for name, (model, recipe) in runs.items():
    train(model, task, recipe, progress=False)
    totals[name] = evaluate(model, task).mse + l2 * sum_of_squares(model)
    print(f"{name:24s} sum of squares {sum_of_squares(model):5.1f}  loss {totals[name]:.4f}")
totals["wired by hand"] = cheapest
assert totals["tutorial's recipe"] > l2 * start * least_share
assert totals["course's optimizer"] < totals["tutorial's recipe"] / 3
assert totals["course's, from two units"] < 0.95 * cheapest

# %% alt="Horizontal bars of the total loss. The tutorial's recipe ends far above the network wired by hand; the course's optimizer comes close to it; started from the two units, it goes below." caption="The weights wired by hand are a yardstick: a better solution existed all along, and the tutorial's recipe did not find it."
ax = plotting.plot_bars(totals, "mean squared error + L2 penalty", log=False)
ax.set_title("The tutorial's recipe, not its task, keeps the loss high")
plt.show()

# %% [markdown]
# The tutorial's loss is high because its recipe leaves no time to shrink the weights, not because integrating is expensive.
# (The two recipes differ in several things at once, and each was run from one seed. What does not depend on the seed is the bound above: in all its batches the tutorial's penalty can take away only a part of the weights.)
# And started from the cheapest member of the family, training went *below* it, by more than a twentieth.
# It must have left the family.
# Where did it go?

# %% tags=["nbval-ignore-output"]
cheaper = runs["course's, from two units"][0]
W = np.asarray(cheaper.values()["rnn.W"])
print("from itself: ", W[1, 0].round(3), W[2, 1].round(3))
print("from the other unit:", W[2, 0].round(3), W[1, 1].round(3))
gains = W[0] * np.asarray(cheaper.values()["out.weight"]["weight"])[:, 0]
print("input weight times readout:", *gains.round(3))
over_1000 = evaluate(cheaper, task, num_trials=512, num_steps=1000).relative_mse
print(f"relative error over 1000 steps: {over_1000:.1g}")
assert 1.1 > max(W[1, 0], W[2, 1]) > 1 and -0.9 < min(W[2, 0], W[1, 1]) < -0.3
assert gains.min() > 0.9 and gains.max() < 1
assert over_1000 > 0.01

# %% [markdown]
# The weights between the two units shrank.
# In the family a silent unit is pushed to $-s$, but it is silent at any value below 0: a weaker push does nearly as well, and is cheaper.
# It errs only where the sum crosses 0.
# The price shows elsewhere.
# The compromise of the last section is in it too: a sum that grows a little, read with a gain below 1, is right for 25 steps and hopeless over a thousand.
# The penalty bought small weights with what made the network an integrator.
# Chapter 09 repairs networks that fail in this way.

# %% [markdown]
# ## Summary
#
# - One ReLU unit cannot hold a signed sum. Two can, exactly up to rounding.
# - Without offsets a ReLU network has no scale of its own.
# - A leak's error follows its closed form. A gain hides a leak near the length
#   it was tuned for.
# - A delay line integrates without feedback, for as many steps as it has units.
# - $n$ units integrate if the overlap of pattern and readout is 1 over the units of each sign.
# - The cheapest member of the family has a sum of squares of 8. What keeps the tutorial's loss
#   far above that is its recipe, which leaves the penalty no time.
#
# **Recall.**
#
# <details><summary>Why does the recurrent matrix have an eigenvalue of 2 and the sum still not double?</summary>
#
# Only one sign's units are active at a time, and the matrix of these alone has an eigenvalue of 1.
#
# </details>
#
# <details><summary>At which trial lengths would you look for a leak that a gain hides?</summary>
#
# At lengths far from the one that the gain was tuned for, shorter and longer.
#
# </details>
#
# <details><summary>Why can a penalised network be cheaper than the family, and what does it pay?</summary>
#
# It lets the silent unit's push shrink and grows a little with a gain below 1; it pays at the crossing of 0 and on long trials.
#
# </details>
#
# <details><summary>From chapter 04: what does a test at other lengths find that a test at the trained one does not?</summary>
#
# An imitation of an integrator: a gain that hides a leak, or a chain that is exactly as long as the trial.
#
# </details>
#

# %% [markdown]
# ## References
#
# - Page E. S. (1954). Continuous inspection schemes. *Biometrika* 41.
#   <https://doi.org/10.1093/biomet/41.1-2.100>
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93.
#   <https://doi.org/10.1073/pnas.93.23.13339>
# - Cannon S. C., Robinson D. A., Shamma S. (1983). A proposed neural network for the integrator
#   of the oculomotor system. *Biological Cybernetics* 49.
#   <https://doi.org/10.1007/BF00320393>
# - Goldman M. S. (2009). Memory without feedback in a neural network. *Neuron* 61.
#   <https://doi.org/10.1016/j.neuron.2008.12.012>
