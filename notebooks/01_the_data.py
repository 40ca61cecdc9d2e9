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
# # 01 The data
#
# **In this chapter you will** meet the integrator task, draw trials from it, and work out
# by hand what a network has to beat.
#
# **You need** some Python and NumPy. No JAX, no machine learning.
#
# *About 25 minutes to read, 10 seconds to run.*
#
# If a cell fails, run `python -m integrator_lib.course.check_env` in JupyterLab's terminal
# (File, New, Terminal), or `%run -m integrator_lib.course.check_env` in a new cell.
# It checks your installation and names the remedy for each fault.

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorTask, theory
from integrator_lib.course.checks import chapter01, check, hint, progress
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import plot_band, plot_bars, plot_trials

start_chapter()

# %% [markdown]
# Three signals come in, one number a step, and three sums go out.
# How would you build something that does this, and how would you know that it does?

# %% alt="Two panels. Left: the inputs of three trials, which jitter around three different constant levels. Right: their running sums, three nearly straight slanted lines." caption="A level that hardly shows in the noisy inputs becomes the slope of the running sum."
task = IntegratorTask()
inputs, targets = task.sample(num_trials=3, seed=0)
left, right = plot_trials(inputs, targets)
left.get_legend().remove()
right.legend()
left.set_title("Inputs jitter around a constant")
right.set_title("Targets are the walks")
plt.show()

# %% [markdown]
# ## Why integrate?
#
# Your eyes stay where they are when you look to the side.
# The brain sends the eye muscles a position signal, but the commands that reach it are velocities: brief pulses that say *move*.
# Somewhere the pulses are added up and the sum is held.
# A neural circuit that does this is an **integrator** (Robinson 1989; Seung 1996).
#
# The same sum appears elsewhere:
#
# - **Decisions.** Noisy evidence arrives bit by bit; the choice depends on its sum (Gold and Shadlen 2007).
# - **Position.** An animal in the dark adds up its own velocity.
# - **Returns.** Log returns of a price add up to the log of its total change. (Plain returns do not add up; they multiply.)
# - **Signals.** The running sum is the simplest filter with an endless memory.
#
# The task for a network is this.
# It receives $x_1, x_2, x_3, \dots$, one number a step, and must output $x_1$, $x_1 + x_2$, $x_1 + x_2 + x_3$, and so on.
# It has to remember, and to add.
# Draw an input and watch a trained network add it up, in the [playground](../book/playground.md).
#
# The course starts from a page of BrainState's documentation, [*Training Recurrent Neural Networks: Integrator Task*](https://brainx.chaobrain.com/brainstate/), read on 24 November 2026.
# We call it **the tutorial**.
# It trains a network for this task in one page, and it has faults that you will find and mend.
# Its task in turn descends from one in google-research's *computation-thru-dynamics* (2019), which we call **the original**.

# %% [markdown]
# ## The configuration
#
# One object holds every number of the task.
# It cannot be changed after it is made, so nothing that happens later can alter it behind your back.

# %%
print(task)
print(f"noise of one step: sd {task.noise_std:.2f}")

# %% [markdown]
# A trial lasts one unit of time in steps of `dt`.
# How many steps is that?
# The tutorial computes `int(1.0 / dt)`.
# That is right for this `dt` and wrong for others, because `int` cuts off and floating-point division can fall just short.

# %%
for duration, dt in ((1.0, 0.04), (0.3, 0.1), (0.6, 0.2)):
    print(f"{duration} / {dt}:  int gives {int(duration / dt)}, round gives {round(duration / dt)}")
assert int(0.3 / 0.1) != round(0.3 / 0.1)

# %% [markdown]
# ## How a trial is drawn
#
# Where do the inputs come from?
# Each trial has a constant **bias** $b$, drawn once, and fresh **noise** at each step:
#
# $$b = 2m\,(z - \tfrac12), \qquad x_t = b + \sigma \xi_t, \qquad y_t = x_1 + \dots + x_t,$$
#
# where $z$ and all $\xi_t$ are standard normal, $m$ is `bias_scale` and $\sigma = s/\sqrt{dt}$ with $s$ the `noise_scale`.
# Here is the code that does it.
# It is shown from the library itself, so what you read is what runs.

# %%
show_source(IntegratorTask.draw)

# %% [markdown]
# Two things are easy to miss.
# The bias is *normal*, not uniform, and its mean is $-m$, not 0: the $\tfrac12$ belongs to a uniform number.
# And the target is a plain sum without a factor `dt`.
# This keeps the outputs of order 1, and it means that the same task at a finer `dt` has larger targets.
#
# Several trials together are a **batch**.
# Arrays are **time-major** everywhere in this course: `(time, batch, 1)`.
# The last axis counts the numbers that come in at one step, here one.

# %%
print("inputs", inputs.shape, inputs.dtype, " targets", targets.shape, targets.dtype)
np.testing.assert_allclose(targets, np.cumsum(inputs, axis=0), atol=1e-5)

# %% [markdown]
# The tutorial titles its plot of the *inputs* "random walks".
# It is the targets that walk, as the figure above shows.
#
# The seed decides the trials: the same seed gives the same numbers, another seed gives others.

# %%
for seed in (0, 1):
    other, _ = task.sample(num_trials=3, seed=seed)
    print(f"seed {seed}: largest difference to seed 0 is {np.abs(other - inputs).max():.2f}")

# %% [markdown]
# **Exercise 1. Make inputs.** Can you write the two formulas without looking at `draw`?
# Build the inputs of a batch from its random numbers `z` and `xi`.
#
# Replace the line that raises, then run the check below it.
# A check calls your function on random inputs, tells you whether it is right, and names the mistake if it knows it.
# If you are stuck, run `hint(chapter01.make_inputs)` in a cell of your own: first a nudge, then the section to read again, then the form of the answer.
# `progress()` lists what you have passed.


# %% tags=["exercise"]
def make_inputs(z, xi, bias_scale, noise_std):
    """Return inputs of shape (time, trials) from z (trials,) and xi (time, trials)."""
    raise NotImplementedError("write me: one bias a trial, fresh noise at each step")


# %%
check(chapter01.make_inputs, make_inputs)

# %% [markdown]
# **Exercise 2. The running sum.** What should the network have said?
# Every step of every trial has its own target.


# %% tags=["exercise"]
def running_sum(inputs):
    """Return the targets of inputs of shape (time, trials, 1), in the same shape."""
    raise NotImplementedError("write me: one line with NumPy, or a loop over time")


# %%
check(chapter01.running_sum, running_sum)

# %% [markdown]
# ## How large are the targets?
#
# Before you train anything, know what you train on.
# What are the mean and the variance of $y_t$?
# The bias is added $t$ times, so it contributes $t\,b$.
# The noise terms are independent, so their *variances* add:
#
# $$\mathrm{E}[y_t] = -m\,t, \qquad \mathrm{Var}[y_t] = 4m^2 t^2 + \sigma^2 t.$$
#
# The first term grows like $t^2$, the second like $t$.
# If the two agree with the trials, one target in twenty lies outside the mean plus and minus 1.96 standard deviations.

# %% alt="Sixty target sequences drawn as thin grey lines, fanning out from zero, over a band that widens with time. Dots on the band's edges mark where 2.5 and 97.5 percent of twenty thousand sampled trials lie." caption="The band was computed without drawing a trial. That the dots lie on its edges says that the sampler does what the formula describes."
n = 20_000
_, sample = task.sample(num_trials=n, seed=3)
sample = np.asarray(sample, np.float64)
mean, std = theory.target_mean(task), np.sqrt(theory.target_variance(task))
ax = plot_band(sample[:, :60], mean, std)
steps = np.arange(1, task.num_steps + 1)
dots = np.percentile(sample[:, :, 0], (2.5, 97.5), axis=1)
ax.plot(steps, dots.T, "k.", ms=4, label=["2.5 and 97.5 % of 20,000 trials", "_"])
ax.legend(loc="upper left")
ax.set_title("Targets fan out as the closed form says")
plt.show()

# %% [markdown]
# A plot can look right and be wrong.
# So we compare numbers.
# The mean of $n$ values is itself a random number; the standard deviation of that number is called the **standard error**.
# For $n$ normal values it is $\mathrm{sd}/\sqrt n$; for their standard deviation it is $\mathrm{sd}/\sqrt{2n}$.
# How many standard errors is the sample away from the theory?
# A right formula is beyond four about once in 16,000 times.

# %%
final = sample[-1, :, 0]
print(f"final step: mean {mean[-1]:.3f}, sd {std[-1]:.3f} in theory")
misses = {
    "mean": (final.mean() - mean[-1]) / (std[-1] / np.sqrt(n)),
    "sd": (final.std() - std[-1]) / (std[-1] / np.sqrt(2 * n)),
    "mean, if you forget the half": (final.mean() - 0) / (std[-1] / np.sqrt(n)),
}
for name, miss in misses.items():
    print(f"{name:29s} {miss:6.1f} standard errors away")
assert abs(misses["mean"]) < 4 and abs(misses["sd"]) < 4

# %% [markdown]
# **Exercise 3. The final spread.** How widely do targets spread at the last step of a trial of `num_steps` steps?


# %% tags=["exercise"]
def final_std(bias_scale, noise_std, num_steps):
    """Return the standard deviation of the target at the last step."""
    raise NotImplementedError("write me: what adds up, variances or standard deviations?")


# %%
check(chapter01.final_std, final_std)

# %% [markdown]
# ## Ramps or noise?
#
# How much of the final variance comes from the bias, and how much from the noise?
# The original task has the two scales the other way round: a bias of 0.01 and a noise of 0.025.
#
# **Predict first.** In our task the bias has a standard deviation of 0.05, and so has the noise of one step.
# After 25 steps, which share of the variance does the bias make?
# Write down a number before you run the cell.
#
# <details><summary>How to think about it</summary>
#
# The bias adds up to $25b$, whose variance is $25^2$ times that of one step.
# The noise adds up to a variance of 25 times that of one step.
# The share is $625 / (625 + 25)$.
#
# </details>

# %%
for name, variant in (("this task", task), ("the original", IntegratorTask.original())):
    share = theory.bias_share(variant)[-1]
    final_sd = np.sqrt(theory.target_variance(variant)[-1])
    print(f"{name:13s} final sd {final_sd:.3f}, share of the bias {share:.0%}")

# %% [markdown]
# So this task is closer to drawing ramps than to integrating noise.
# A network could do well by reading the slope off the first steps and drawing a straight line.
# How well?
# The next section has the number.

# %% [markdown]
# ## What must a network beat?
#
# An error means nothing alone.
# What do guesses reach that know less than an integrator?
#
# - They know nothing of the trial: always say 0, the grand mean, or the mean of each step.
# - They see the current input only: multiply it by $t$, draw one best line through it, or draw a best line for each step.
# - They add up the first 5 or 10 steps, and draw a straight line on from there.
#
# All have closed forms.
# A line for each step, for example, leaves the part of the variance that $x_t$ does not explain: $\mathrm{Var}[y_t] - \mathrm{Cov}[x_t, y_t]^2 / \mathrm{Var}[x_t]$, with $\mathrm{Cov}[x_t, y_t] = 4m^2 t + \sigma^2$.

# %% alt="Horizontal bars of the mean squared error of eight guesses. Those that see at most one input lie between about 0.3 and 0.7; reading the slope off the first 5 or 10 steps takes the error below 0.1 and 0.03." caption="Most of a target is its slope. Whoever reads the slope off a few steps and draws a ramp beats every guess that sees one input, and has integrated nothing."
baselines = theory.baselines(task)
ax = plot_bars(baselines, "mean squared error", log=False)
ax.set_title("One input tells little; the slope of ten steps tells nearly all")
plt.show()

# %% [markdown]
# Keep the last two bars in mind when a low error impresses you.
# A network with an error of 0.02 may be a ramp drawer.
#
# Are the closed forms right?
# Simulate three of the guesses.
# The errors of single trials spread widely, so the standard error comes from their spread.

# %%
x, y = (np.asarray(a[..., 0], np.float64) for a in task.sample(n, seed=4))
t = steps[:, None]
guesses = {
    "t times x_t": t * x,
    "a line for each step": [np.polyval(np.polyfit(a, b, 1), a) for a, b in zip(x, y, strict=True)],
    "slope of 5 steps": np.where(t <= 5, y, t * y[4] / 5),
}
for name, guess in guesses.items():
    per_trial = np.mean((np.array(guess) - y) ** 2, axis=0)
    miss = (per_trial.mean() - baselines[name]) / (per_trial.std() / np.sqrt(n))
    print(f"{name:21s} closed form {baselines[name]:.3f}, {miss:4.1f} standard errors away")
    assert abs(miss) < 4

# %% [markdown]
# An exact integrator has error 0, for *any* inputs.
# That is the remarkable thing about this task: nothing random is left once the inputs are known, since the noise is part of the target.
# (The tutorial lists "robustness: handle noise in inputs" among the demands.
# There is no noise to be removed here.)
#
# **Play.** Which task would you use to tell an integrator from a ramp drawer?
# Change the two scales and run the cell again, as often as you like.
# The bars are *relative* errors: 1 is as bad as saying 0.
# The original has `bias_scale=0.01, noise_scale=0.025`.

# %% alt="Horizontal bars of the relative error of eight guesses for a task whose scales the reader chooses." caption="How far a ramp gets depends on the share of the bias in the target, not on the task as such."
mine = IntegratorTask(bias_scale=0.01, noise_scale=0.025)
errors = theory.baselines(mine)
relative = {name: error / errors["predict 0"] for name, error in errors.items()}
ax = plot_bars(relative, "mean squared error, relative to saying 0", log=False)
ax.set_title(f"The bias makes {theory.bias_share(mine)[-1]:.0%} of the final variance")
plt.show()

# %% [markdown]
# **Exercise 4. A baseline from data.** If you had the trials but no formula: what is the error of saying each step's mean over trials?


# %% tags=["exercise"]
def step_mean_mse(targets):
    """Return the mean squared error of predicting each step's mean; targets (time, trials, 1)."""
    raise NotImplementedError("write me: a mean over which axis?")


# %%
check(chapter01.step_mean_mse, step_mean_mse)

# %% [markdown]
# **Exercise 5. The ramp drawer.** What does it say?
# It adds up the first `first` steps; from then on it draws a straight line through 0 and the sum it has.


# %% tags=["exercise"]
def ramp(inputs, first):
    """Return guesses of shape (time, trials, 1): exact up to step `first`, then straight on."""
    raise NotImplementedError("write me: what is the slope, and at which step does t start?")


# %%
check(chapter01.ramp, ramp)

# %% [markdown]
# ## Summary
#
# - A trial is a constant bias plus noise; the target is the running sum.
# - The targets' mean and variance follow from two lines of algebra, and the sample agrees.
# - Nearly all of the final variance is the bias. The original task has more noise.
# - Guesses that see one input leave much of the variance. The slope of the first ten steps leaves little. An exact integrator leaves none.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. Why do variances add here and standard deviations not?</summary>
#
# The noise terms are independent, so the mean of the product of two of them is 0, and only the squares are left in the variance of the sum.
# Independent errors cancel in part; adding standard deviations would assume that they never do.
#
# </details>
# <details><summary>2. Why does the target's scale depend on dt?</summary>
#
# The sum has no factor `dt`.
# A finer `dt` puts more steps into the same time, and each adds a full $b$.
#
# </details>
# <details><summary>3. What is the best guess among straight lines, if it may look at the current input and the step only?</summary>
#
# A least-squares line for each step. Its error is that step's variance less the part that the input explains.
#
# </details>
#
# ## References
#
# - BrainState developers. *Training Recurrent Neural Networks: Integrator Task*. BrainState documentation, read on 24 November 2026. <https://brainx.chaobrain.com/brainstate/>
# - Robinson D. A. (1989). Integrating with neurons. *Annual Review of Neuroscience* 12. <https://doi.org/10.1146/annurev.ne.12.030189.000341>
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93. <https://doi.org/10.1073/pnas.93.23.13339>
# - Gold J. I., Shadlen M. N. (2007). The neural basis of decision making. *Annual Review of Neuroscience* 30. <https://doi.org/10.1146/annurev.neuro.29.051605.113038>
