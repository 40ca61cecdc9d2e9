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
# # 04 Evaluation
#
# **In this chapter you will** judge a trained network: against the truth, with an interval,
# against guesses, on longer trials and larger inputs, and by the leak it is equivalent to; and find out which trials are hard.
#
# **You need** chapters 01 to 03.
#
# *About 40 minutes to read, 30 seconds to run.*

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorRNN, IntegratorTask, evaluate, load_trained, predict, theory
from integrator_lib.course.checks import chapter04, check, hint, progress
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.evaluation import score_outputs
from integrator_lib.plotting import plot_bars, plot_curves, plot_hidden, plot_prediction

start_chapter()
task = IntegratorTask()

# %% [markdown]
# Training takes a while and comes out a little differently on every machine.
# So the course ships networks that were trained with `Recipe()`, both stages: eight ReLU networks, and one each of two other kinds.
# Every number in this chapter comes from those.
#
# One of them has just seen a new trial.
# Its output covers the truth.
# Is it an integrator?

# %% alt="The running sum of one trial and the network's output, which covers it." caption="One picture of one trial cannot tell a good network from a very good one, nor say what it does elsewhere."
models = [load_trained("rnn", seed) for seed in range(8)]
model = models[0]
inputs, targets = task.sample(num_trials=1000, seed=10)
outputs, hidden = predict(model, inputs, return_hidden=True)
ax = plot_prediction(np.asarray(targets), {"network": np.asarray(outputs)}, trial=3)
ax.set_title("On one trial the network's output covers the truth")
plt.show()

# %% [markdown]
# ## One trial is not enough
#
# The tutorial ends with the error of one trial, its *test MSE*.
#
# **Predict first.** By what factor do the errors of single trials differ, in the middle 95 % of them: two, ten, a hundred?


# %% alt="Histogram of the errors of a thousand single trials on a logarithmic axis; they spread over more than two powers of ten." caption="A test on one trial is a draw from this histogram. Only an average over many trials, with an interval, is a result."
def errors_of_trials(network, inputs):
    """Return each trial's mean squared error, (trials,)."""
    outputs, inputs = (np.asarray(a, np.float64) for a in (predict(network, inputs), inputs))
    return np.mean((outputs - np.cumsum(inputs, axis=0)) ** 2, axis=(0, 2))


per_trial = errors_of_trials(model, inputs)
_, ax = plt.subplots()
ax.hist(np.log10(per_trial), bins=40)
ax.set(xlabel="log10 of the mean squared error of one trial", ylabel="trials")
ax.set_title("Errors of single trials differ by powers of ten")
plt.show()
for name, errors in {"single": per_trial, "of 50": per_trial.reshape(20, 50).mean(axis=1)}.items():
    low, high = np.percentile(errors, [2.5, 97.5])
    factor = high / low
    about = np.format_float_positional(factor, precision=1, fractional=False, trim="-")
    print(f"{name:6s} trials: the middle 95 % differ by a factor of about {about}")
    assert (factor > 10) == (name == "single")

# %% [markdown]
# What helps is an average over many trials, with an interval.
# If the trials are independent, the mean of their errors $e_i$ has a standard error of $\mathrm{sd}(e)/\sqrt n$.
# By the central limit theorem the true mean lies within 1.96 of those in about 95 % of cases.

# %%
show_source(score_outputs)

# %%
score = evaluate(model, task, num_trials=4096)
low, high = score.mse_interval
print(f"half width of the interval, as a share of the mean: {(high - low) / 2 / score.mse:.2f}")

# %% [markdown]
# Does the interval do what it says?
# Draw 500 batches of 1,600 trials, and count how often the interval holds the mean of all 800,000.
# The batches are large because the errors are so uneven: the theorem speaks of many trials, and where a few make up most of the mean, a hundred are not many.
# A wrong interval must fail: with 1 standard error in place of 1.96 a normal mean is held in 68 % of cases, with 4 in nearly all.
# The count itself has a binomial standard error of $\sqrt{0.95 \cdot 0.05 / 500}$, and we allow four.

# %% tags=["nbval-ignore-output"]
batches = np.stack(
    [errors_of_trials(model, task.sample(20_000, seed=200 + k)[0]) for k in range(40)]
).reshape(500, 1600)
miss = np.abs(batches.mean(axis=1) - batches.mean())
standard_error = batches.std(axis=1, ddof=1) / np.sqrt(1600)
tolerance = 4 * np.sqrt(0.95 * 0.05 / 500)
for z in (1.0, 1.96, 4.0):
    share = np.mean(miss < z * standard_error)
    verdict = "as it should be" if abs(share - 0.95) < tolerance else "not a 95 % interval"
    print(f"mean plus and minus {z:4.2f} standard errors: holds in {share:.2f}, {verdict}")
    assert (abs(share - 0.95) < tolerance) == (z == 1.96)

# %% [markdown]
# **Exercise 1. An interval.** Between which bounds is the mean error of a network whose trials had these errors?


# %% tags=["exercise"]
def mse_interval(per_trial_errors):
    """Return (low, high), a 95 % interval of the mean of independent errors (trials,)."""
    raise NotImplementedError("write me: which spread, that of the trials or that of their mean?")


# %%
check(chapter04.mse_interval, mse_interval)

# %% [markdown]
# ## Which trials are hard?
#
# Why do single trials differ so much?
# A first suspicion: trials with large inputs, since multiplying all inputs of *one* trial by ten multiplies its squared error by a hundred.
# A second: trials that go back and forth, so that part of the way up is undone on the way down.
# How much is undone is the smaller of two sums, that of the positive inputs and that of the negative ones without their sign.
#
# **Predict first.** For each suspicion: will the error rise with it, fall with it, or neither?
#
# The *rank correlation* says how well one order agrees with another: 1 if the trials with more of it have the larger errors throughout, -1 if they have the smaller ones.

# %%
x = np.asarray(inputs, np.float64)[:, :, 0]
size = np.abs(x.mean(axis=0))
undone = np.minimum(np.maximum(x, 0).sum(axis=0), np.maximum(-x, 0).sum(axis=0))


def rank_correlation(a, b):
    return np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1]


errors = np.array([errors_of_trials(network, inputs) for network in models])
chance = 1 / np.sqrt(len(size))  # the spread of a rank correlation where there is none
for name, cause in (("size of the mean input", size), ("way undone", undone)):
    found = [rank_correlation(cause, each) for each in errors]
    print(f"{name:22s} rank correlations from {min(found):.1f} to {max(found):.1f}")
    assert max(found) < -4 * chance if cause is size else min(found) > 4 * chance

# %% alt="Median error in five groups of trials for eight networks, one line each, on a logarithmic axis. Left: the error falls as the mean input grows. Right: it rises with the way undone, two- to tenfold." caption="Trials are not hard since their inputs are large. They are hard where the sum turns back, and the other half of the units has to take over."
_, axes = plt.subplots(1, 2, sharey=True)
for ax, cause, label in zip(axes, (size, undone), ("|mean input|", "way undone"), strict=True):
    groups = np.array_split(np.argsort(cause), 5)
    medians = [[np.median(each[group]) for group in groups] for each in errors]
    ax.plot(range(1, 6), np.transpose(medians), marker="o", ms=3, lw=1)
    ax.set(xlabel=f"{label}: fifth of the trials", yscale="log")
axes[0].set(ylabel="median error of a trial")
axes[0].set_title("Large inputs are not the hard ones")
axes[1].set_title("Turning back is hard")
plt.show()

# %% [markdown]
# The first suspicion is wrong in all eight networks: across trials the error *falls* with the mean input.
# The second is right in all eight.
# (Between two lists that have nothing to do with each other, a rank correlation spreads by $1/\sqrt{n}$ about 0, here with $n$ trials; we ask for four times that.
# The fall is a matter of these eight: in a network from another seed it can be too small to tell from none. The rise is not.)
# The two go together, since a trial with a large bias hardly ever turns back.
# So make an experiment that changes one and not the other: keep the size of every input, and give all inputs of a trial the same sign.

# %%
sign = np.sign(x.sum(axis=0))
print("network   error without turning back, as a share of the error with it")
for seed, network in enumerate(models):
    straightened = errors_of_trials(network, (sign * np.abs(x))[:, :, None])
    share = straightened.mean() / errors[seed].mean()
    print(f"{seed:7d}   {share:.1f}")
    assert share < 0.95

# %% [markdown]
# The sums are larger now, and the errors are smaller, in every network.
# A network that turns back has to hand the sum from units that were active on the way up to others.
# Whether that hand-over makes the error is open: this chapter only looks at outputs.
# Part II looks inside.
#
# ## Against guesses
#
# Is the error small?
# Compare with the guesses of chapter 01, whose errors are closed forms.

# %% alt="Horizontal bars on a logarithmic axis: the guesses of chapter 01 from 0.7 down to 0.02, an untrained network near 0.7, and the trained network a million times lower." caption="Every guess that does not integrate stays above 0.01; the trained network is four powers of ten below the best of them."
bars = theory.baselines(task)
untrained = evaluate(IntegratorRNN(seed=0), task)
bars["untrained network"] = untrained.mse
bars["trained network"] = score.mse
plot_bars(bars, "mean squared error").set_title("The network is no ramp drawer")
plt.show()
assert score.mse < 1e-3 * theory.slope_mse(task, 10)

# %% [markdown]
# Reading off a slope leaves an error thousands of times as large, so that even at 25 steps this network cannot be a ramp drawer.
#
# Another measure is the **R squared**: the share of the targets' variance that the outputs explain, 1 minus the error over the variance.
# It is not a square of anything, and has no lower bound.

# %%
untrained = [evaluate(IntegratorRNN(seed=seed), task).r_squared for seed in range(8)]
print(f"R squared of the trained network: 1 - {1 - score.r_squared:.0e}")
print(f"of eight untrained ones: {min(untrained):.2f} to {max(untrained):.2f}")
assert max(untrained) < 0 < score.r_squared

# %% [markdown]
# **Exercise 2. R squared.** A constant guess, the mean of all targets, should score 0; a perfect one 1; a worse one less than 0.


# %% tags=["exercise"]
def r_squared(outputs, targets):
    """Return 1 minus the error's share of the targets' variance."""
    raise NotImplementedError("write me: a mean over everything, and a variance over everything")


# %%
check(chapter04.r_squared, r_squared)

# %% [markdown]
# ## Longer trials, larger inputs
#
# A network that integrates should do so for longer than it was trained.
# The course's networks saw trials of 25 steps, and in the second stage of 100.
# Errors and targets both grow with length, so we plot the *relative* error, the error divided by the mean squared target.
# Beside the ReLU networks stand the two others: one with tanh as activation, and one **GRU**, a gated recurrent unit, whose cell has learnt factors between 0 and 1, the gates, that decide how much of the state is kept (Cho et al. 2014).

# %%
lengths = (25, 50, 100, 250, 500, 1000)


def relative_errors(network, num_trials=256):
    return [
        evaluate(network, task, num_trials=num_trials, num_steps=n).relative_mse for n in lengths
    ]


relu = np.array([relative_errors(network) for network in models])
gru = np.array(relative_errors(load_trained("gru")))
tanh = np.array(relative_errors(load_trained("tanh")))
assert np.median(relu[:, -1]) < 1e-2 < gru[-1]
assert tanh[-1] > 1e-2

# %% alt="Relative error against trial length from 25 to 1000 steps on logarithmic axes, with marks at the trained lengths of 25 and 100. The eight ReLU networks stay below one in ten thousand; the GRU and the tanh network rise steeply towards one." caption="Good at the trained lengths is not the same as having learnt to integrate: beyond them the three kinds part."
curves = {"ReLU, median and range of 8": relu, "one GRU": gru, "one tanh": tanh}
ax = plot_curves(lengths, curves, "steps in a trial", "relative error")
for trained_length in (25, 100):
    ax.axvline(trained_length, color="#555555", lw=0.8, ls=":")
ax.set_title("The ReLU networks integrate far beyond their training (dotted)")
plt.show()

# %% [markdown]
# The GRU and the tanh network fail, but do not conclude that all of their kind do.
# There is one of each, and they followed a recipe that was made for ReLU networks.
#
# **Exercise 3. Relative error.** What is the error as a share of the error of always saying 0?


# %% tags=["exercise"]
def relative_mse(outputs, targets):
    """Return the mean squared error divided by the mean squared target."""
    raise NotImplementedError("write me: how large is the error of saying 0?")


# %%
check(chapter04.relative_mse, relative_mse)

# %% [markdown]
# Now multiply every input by ten.
# The targets grow tenfold too, so a network that adds has nothing new to learn.
# A ReLU network without offsets answers ten times the input with ten times the output; a tanh saturates.
#
# **Predict first.** An *untrained* ReLU network stands in the plot as well.
# What will its curve look like?

# %%
factors = (0.1, 0.3, 1, 3, 10)


def errors_by_scale(network):
    return [evaluate(network, task.scaled(f), num_trials=1024).relative_mse for f in factors]


by_scale = {
    "ReLU, untrained": errors_by_scale(IntegratorRNN(seed=0)),
    "tanh": errors_by_scale(load_trained("tanh")),
    "ReLU": errors_by_scale(model),
}
assert by_scale["tanh"][-1] > 100 * by_scale["tanh"][2]
for name in ("ReLU", "ReLU, untrained"):
    assert max(by_scale[name]) < 1.01 * min(by_scale[name])

# %% alt="Relative error against the factor on the inputs, logarithmic axes. Both ReLU networks have flat lines, the untrained one near one and the trained one a million times lower; the tanh network's line rises steeply beyond one." caption="A flat line follows from the architecture, ReLU without offsets, whether it was trained or not. What training brings is the height."
ax = plot_curves(factors, by_scale, "factor on all inputs", "relative error")
ax.set_title("A flat line is no merit of training: the untrained network has one too")
plt.show()

# %% [markdown]
# The flat line says that the network has no offsets, not that it integrates.
# Training has moved it down, not made it flat.
# Hold a sum for 900 steps yourself, with a network that was trained on 25, in the [playground](../book/playground.md#net=rnn_short+0&steps=1000&input=k6U94).
#
# ## The equivalent leak
#
# How good is an error of, say, one in a million?
# A natural yardstick is an integrator that forgets: a **leaky integrator** loses a share $\epsilon$ of its sum at every step,
#
# $$\hat y_t = (1-\epsilon)\,\hat y_{t-1} + x_t.$$
#
# What is its error?
# The input that is $j$ steps old counts with weight $(1-\epsilon)^j$, so it is wrong by $e_j = 1 - (1-\epsilon)^j$.
#
# - The *bias* is the same number in every input. Its wrong weights add up first and are squared together: $b^2 \big(\sum_j e_j\big)^2$.
# - The bias has mean $-m$ and standard deviation $2m$, and the mean of a square is the squared mean plus the variance: $\mathrm{E}[b^2] = m^2 + 4m^2 = 5m^2$.
# - The *noise* of different steps is independent, so each wrong weight is squared alone and the squares add up: $\sigma^2 \sum_j e_j^2$.
#
# Together, averaged over the steps of a trial:
#
# $$\mathrm{MSE} = \frac1T \sum_{t=1}^{T} \Big[ 5m^2 \Big(\sum_{j<t} e_j\Big)^2
#   + \sigma^2 \sum_{j<t} e_j^2 \Big].$$
#
# How far are simulated leaky integrators from it, in standard errors?


# %%
def leaky_outputs(inputs, leak):
    sums, total = [], np.zeros_like(inputs[0])
    for x in inputs:
        total = (1 - leak) * total + x
        sums.append(total)
    return np.stack(sums)


x, y = (np.asarray(a, np.float64) for a in task.sample(4096, seed=11))
for leak in (0.1, 0.05, 0.01, 0.001):
    squared = np.mean((leaky_outputs(x, leak) - y) ** 2, axis=(0, 2))
    expected = theory.leaky_mse(task, leak)
    miss = (squared.mean() - expected) / (squared.std() / np.sqrt(len(squared)))
    print(f"leak {leak:5.3f}: closed form {expected:.2e}, {miss:4.1f} standard errors away")
    assert abs(miss) < 4

# %% [markdown]
# Turned round, the formula gives the leak at which a leaky integrator would be as bad as a trained network.
# It is a summary, not a mechanism: the network's error need not come from a leak.
# Here it does not.
# Which trials are hard for a leaky integrator?

# %%
print("network  equivalent leak")
for seed, network in enumerate(models):
    leak = theory.equivalent_leak(task, evaluate(network, task).mse)
    print(f"{seed:7d}  about {leak:.0e} of the sum a step")
    assert leak < 1e-3

trial_inputs, trial_targets = (np.asarray(a, np.float64) for a in (inputs, targets))
leaky_errors = np.mean((leaky_outputs(trial_inputs, 1e-3) - trial_targets) ** 2, axis=(0, 2))
for name, cause in (("size of the mean input", size), ("way undone", undone)):
    found = rank_correlation(cause, leaky_errors)
    print(f"leaky integrator, {name}: rank correlation {found:.1f}")
    assert abs(found) > 0.5 and (found > 0) == (cause is size)

# %% [markdown]
# Those with large inputs, and not those that turn back: the opposite of what the networks find hard.

# %% [markdown]
# **Exercise 4. A leaky integrator.** Write one in BrainState.
# The counter of chapter 02 is nearly all of it: a `HiddenState` for the sums of all trials, a function that takes one step, and a `for_loop`.
# How does the counter forget?


# %% tags=["exercise"]
def leaky_integrator(inputs, leak):
    """Return outputs of shape (time, trials, 1); each step keeps 1 - leak of the old sum."""
    raise NotImplementedError("write me: which shape has the box before the loop?")


# %%
check(chapter04.leaky_integrator, leaky_integrator)

# %% [markdown]
# ## A first look inside
#
# What do the hidden units do while the sum grows?
# Here is the activity of all of them in three trials, sorted by how they go along with the sum.

# %% alt="Heat maps of one hundred hidden units over 25 steps in three trials, with the running sum below each. Some units grow with positive sums, others with negative ones, many are silent." caption="Two groups of units share the work by the sign of the sum; most units take no part."
final = np.asarray(targets)[-1, :, 0]
trials = [int(np.argmin(np.abs(final - wanted))) for wanted in (-2.0, 0.0, 1.5)]
axes = plot_hidden(hidden, targets, trials)
for ax, wanted in zip(axes[0], ("negative sum", "sum near 0", "positive sum"), strict=True):
    ax.set_title(wanted)
plt.show()
for name, trial in zip(("negative", "near 0", "positive"), trials, strict=True):
    print(f"active at the end with a sum {name}: {np.sum(hidden[-1, trial] > 0)} of 100 units")

# %% [markdown]
# Some units carry positive sums, others negative ones, and at any time many are silent.
# Without an offset a ReLU unit is silent on one side of 0, so that one kind of unit cannot do it alone.
# Chapter 05 builds an exact integrator from just two such units.

# %% [markdown]
# ## Summary
#
# - Errors of single trials differ by powers of ten. Average many, and give an interval that you have seen fail.
# - Hard trials are those that turn back, not those with large inputs: in all eight networks, by correlation and by experiment.
# - Compare with the best guesses you can think of. At 25 steps already, reading a slope leaves an error thousands of times as large.
# - A flat curve over scales comes from having no offsets. It is there before training.
# - An equivalent leak makes errors comparable. It says nothing of the mechanism.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. Why is the error of a single trial so variable?</summary>
#
# Because trials differ in how much of their way they undo: those that go back and forth have the larger errors.
# Why the networks find turning back hard is open in this chapter.
#
# </details>
# <details><summary>2. Why is the ReLU network's relative error the same at every input scale?</summary>
#
# Biases and start are 0, since only the matrices were trained. Each step then scales with its input, and so do the outputs.
#
# </details>
# <details><summary>3. What does an equivalent leak not tell you?</summary>
#
# Where the error comes from. Two networks with the same equivalent leak may fail for different reasons.
#
# </details>
# <details><summary>4. From chapter 02: a compiled function makes a new state and you read it afterwards. What do you find?</summary>
#
# A tracer, a placeholder of the compilation, and an error when you compute with it. Make states outside, reset them inside.
#
# </details>
#
# ## References
#
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93. <https://doi.org/10.1073/pnas.93.23.13339>
# - Cho K., van Merriënboer B., Gulcehre C., Bahdanau D., Bougares F., Schwenk H., Bengio Y. (2014). Learning phrase representations using RNN encoder-decoder for statistical machine translation. *EMNLP*. <https://doi.org/10.3115/v1/D14-1179>
# - Maheswaranathan N., Williams A., Golub M., Ganguli S., Sussillo D. (2019). Universality and individuality in neural dynamics across large populations of recurrent networks. *NeurIPS*. <https://doi.org/10.48550/arXiv.1907.08549>
