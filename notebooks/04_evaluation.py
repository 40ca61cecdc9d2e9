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
# against guesses, on longer trials and on larger inputs, and by the leak it is equivalent to.
#
# **You need** chapters 01 to 03.
#
# *About 35 minutes to read, 25 seconds to run.*

# %%

import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorRNN, IntegratorTask, evaluate, load_trained, predict, theory
from integrator_lib.course.checks import chapter04, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import (
    plot_bars,
    plot_curves,
    plot_hidden,
    plot_prediction,
    use_course_style,
)
from integrator_lib.training import use_compilation_cache

start_chapter()
task = IntegratorTask()

# %% [markdown]
# Training takes a while and comes out a little differently on every machine. So the course
# ships networks that were trained with `Recipe()`: eight ReLU networks, one GRU and one tanh
# network. Every number in this chapter comes from those.

# %%
models = [load_trained("rnn", seed) for seed in range(8)]
model = models[0]
print(len(models), "networks of", model.hidden_size, "units, cell", model.cell, model.activation)

# %% [markdown]
# ## Prediction against truth
#
# Draw new trials, let the network run, and look.

# %%
inputs, targets = task.sample(num_trials=1000, seed=10)
outputs, hidden = predict(model, inputs, return_hidden=True)
print("inputs", inputs.shape, " outputs", outputs.shape, " hidden states", hidden.shape)

# %% alt="The running sum of one trial and the network's output, which covers it."
ax = plot_prediction(np.asarray(targets), {"network": np.asarray(outputs)}, trial=3)
ax.set_title("On one trial the network's output covers the truth")
plt.show()

# %% [markdown]
# ## One trial is not enough
#
# The tutorial ends with the error of this one trial, its *test MSE*. What would it have
# reported with another trial?

# %% alt="Histogram of the errors of a thousand single trials on a logarithmic axis; they spread over more than one power of ten."
per_trial = np.mean((np.asarray(outputs) - np.asarray(targets)) ** 2, axis=(0, 2))
_, ax = plt.subplots()
ax.hist(np.log10(per_trial), bins=40)
ax.set(xlabel="log10 of the mean squared error of one trial", ylabel="trials")
ax.set_title("Errors of single trials differ by more than tenfold")
plt.show()
low, high = np.percentile(per_trial, [2.5, 97.5])
assert high / low > 10

# %% [markdown]
# The middle 95 % of trials differ by more than a factor of 10, as the cell checks. The reason
# is the bias: the error of a nearly perfect integrator grows with the size of its inputs.
#
# What helps is an average over many trials, with an interval. If the trials are independent,
# the mean of their errors $e_i$ has a standard error of $\mathrm{sd}(e)/\sqrt n$, and the true
# mean lies within 1.96 of those in 95 % of cases.

# %%
show_source(evaluate)
score = evaluate(model, task, num_trials=4096)
low, high = score.mse_interval
print(f"half width of the interval, as a share of the mean: {(high - low) / 2 / score.mse:.2f}")

# %% [markdown]
# Does the interval do what it says? We compute it for 200 batches of 400 trials and count how
# often it holds the mean of 40,000 other trials. The count should be near 95 %; the tolerance
# is four binomial standard errors, plus a little since the errors are skewed.

# %%
reference = evaluate(model, task, num_trials=40_000, seed=100).mse
intervals = [evaluate(model, task, num_trials=400, seed=200 + k).mse_interval for k in range(200)]
hits = np.mean([low <= reference <= high for low, high in intervals])
tolerance = 4 * np.sqrt(0.95 * 0.05 / 200) + 0.02
print("share of intervals that hold the mean is near 95 %:", abs(hits - 0.95) < tolerance)
assert abs(hits - 0.95) < tolerance

# %% [markdown]
# ## Against guesses
#
# Is the error small? Compare with the guesses of chapter 01, whose errors are closed forms.

# %% alt="Horizontal bars on a logarithmic axis: five guesses near one half, an untrained network near one, and the trained network a million times lower."
bars = theory.baselines(task)
bars["untrained network"] = evaluate(IntegratorRNN(seed=0), task).mse
bars["trained network"] = score.mse
plot_bars(bars, "mean squared error").set_title("Training takes the error down by powers of ten")
plt.show()
assert score.mse < 1e-4 * min(theory.baselines(task).values())

# %% [markdown]
# ## Longer trials
#
# A network that integrates should integrate for longer than it was trained. A network that
# learnt to draw ramps of 25 steps has no reason to. Errors and targets both grow with length,
# so we plot the *relative* error, the error divided by the mean squared target.

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

# %% alt="Relative error against trial length from 25 to 1000 steps on logarithmic axes. The ReLU networks stay below one in ten thousand; GRU and tanh networks rise steeply towards one."
curves = {"ReLU, median and range of 8": relu, "GRU": gru, "tanh": tanh}
ax = plot_curves(lengths, curves, "steps in a trial", "relative error")
ax.set_title("Only the ReLU networks integrate far beyond their training")
plt.show()

# %% [markdown]
# ## Larger inputs
#
# Multiply every input by ten. The targets grow tenfold too, so a network that adds has nothing
# new to learn. ReLU has no scale of its own: without offsets, a ReLU network answers ten
# times the input with ten times the output. A tanh saturates.

# %%
factors = (0.1, 0.3, 1, 3, 10)


def errors_by_scale(network):
    return [evaluate(network, task.scaled(f), num_trials=1024).relative_mse for f in factors]


by_scale = {"ReLU": errors_by_scale(model), "tanh": errors_by_scale(load_trained("tanh"))}
assert max(by_scale["ReLU"]) < 2 * min(by_scale["ReLU"])
assert by_scale["tanh"][-1] > 100 * by_scale["tanh"][2]

# %% alt="Relative error against the factor on the inputs. The ReLU network's line is flat; the tanh network's rises steeply beyond one."
ax = plot_curves(factors, by_scale, "factor on all inputs", "relative error")
ax.set_title("The ReLU network has no preferred scale")
plt.show()

# %% [markdown]
# ## The equivalent leak
#
# How good is an error of, say, one in a million? A natural yardstick is an integrator that
# forgets: a **leaky integrator** loses a share $\epsilon$ of its sum at every step,
#
# $$\hat y_t = (1-\epsilon)\,\hat y_{t-1} + x_t.$$
#
# What is its error? The input that is $j$ steps old counts with weight $(1-\epsilon)^j$, so
# it is wrong by $w_j = 1 - (1-\epsilon)^j$. Bias and noise enter the error separately:
#
# $$\mathrm{MSE} = \frac1T \sum_{t=1}^{T} \Big[ 5m^2 \Big(\sum_{j<t} w_j\Big)^2
#   + \sigma^2 \sum_{j<t} w_j^2 \Big].$$
#
# Test the formula on simulated leaky integrators, within four standard errors.


# %%
def leaky_outputs(inputs, leak):
    kept = (1 - leak) ** np.arange(len(inputs))
    return np.stack([np.tensordot(kept[:t][::-1], inputs[:t], 1) for t in range(1, 26)])


x, y = (np.asarray(a, np.float64) for a in task.sample(4096, seed=11))
for leak in (0.1, 0.05, 0.01, 0.001):
    errors = np.mean((leaky_outputs(x, leak) - y) ** 2, axis=(0, 2))
    expected = theory.leaky_mse(task, leak)
    print(f"leak {leak:5.3f}: closed form {expected:.2e}, and the simulation agrees")
    assert abs(errors.mean() - expected) < 4 * errors.std() / np.sqrt(len(errors))

# %% [markdown]
# Turned round, the formula gives the leak at which a leaky integrator would be as bad as a
# trained network. It is a summary, not a mechanism: the network's error need not come from a
# leak. Part II of the course looks inside.

# %%
print("network  equivalent leak")
for seed, network in enumerate(models):
    leak = theory.equivalent_leak(task, evaluate(network, task).mse)
    print(f"{seed:7d}  about {leak:.0e} of the sum a step")
    assert leak < 1e-3

# %% [markdown]
# ## A first look inside
#
# What do the hidden units do while the sum grows? Here is the activity of all of them in three
# trials, sorted by how they go along with the sum.

# %% alt="Heat maps of one hundred hidden units over 25 steps in three trials, with the running sum below each. Some units grow with positive sums, others with negative ones, many are silent."
final = np.asarray(targets)[-1, :, 0]
trials = [int(np.argmin(np.abs(final - wanted))) for wanted in (-2.0, 0.0, 1.5)]
axes = plot_hidden(hidden, targets, trials)
for ax, wanted in zip(axes[0], ("negative sum", "sum near 0", "positive sum"), strict=True):
    ax.set_title(wanted)
plt.show()

# %% [markdown]
# Some units carry positive sums, others negative ones. A ReLU cannot go below 0, so the
# network needs both. Chapter 05 builds an exact integrator from just two such units.

# %% [markdown]
# ## Exercises
#
# **1. Relative error.**


# %% tags=["exercise"]
def relative_mse(outputs, targets):
    """Return the mean squared error divided by the mean squared target."""
    raise NotImplementedError("two means over everything, then one division")


# %%
check(chapter04.relative_mse, relative_mse)

# %% [markdown]
# **2. An interval.**


# %% tags=["exercise"]
def mse_interval(per_trial_errors):
    """Return (low, high), a 95 % interval of the mean of independent errors (trials,)."""
    raise NotImplementedError("mean plus and minus 1.96 standard errors of the mean")


# %%
check(chapter04.mse_interval, mse_interval)

# %% [markdown]
# **3. A leaky integrator.**


# %% tags=["exercise"]
def leaky_integrator(inputs, leak):
    """Return outputs of shape (time, trials, 1); each step keeps 1 - leak of the old sum."""
    raise NotImplementedError("loop over time; the newest input does not leak yet")


# %%
check(chapter04.leaky_integrator, leaky_integrator)

# %% [markdown]
# **4. Explained variance.** A constant guess, the mean, should score 0; a perfect one 1.


# %% tags=["exercise"]
def r_squared(outputs, targets):
    """Return 1 minus the error's share of the targets' variance."""
    raise NotImplementedError("mean squared error over variance, both over all entries")


# %%
check(chapter04.r_squared, r_squared)

# %% [markdown]
# ## Summary
#
# - Errors of single trials differ by more than tenfold. Average many, and give an interval.
# - Compare with guesses that do not integrate, and with a leaky integrator.
# - Test at other lengths and scales: only there do a ramp-drawer and an integrator differ.
#
# **Recall.** Why is the error of a single trial so variable? Why is the ReLU network's
# relative error the same at every input scale? What does an equivalent leak not tell you?
#
# ## References
#
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93.
#   <https://doi.org/10.1073/pnas.93.23.13339>
# - Maheswaranathan N., Williams A., Golub M., Ganguli S., Sussillo D. (2019). Universality and
#   individuality in neural dynamics across large populations of recurrent networks. *NeurIPS*.
#   <https://doi.org/10.48550/arXiv.1907.08549>
