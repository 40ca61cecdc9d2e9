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
# If a cell fails, run `python -m integrator_lib.course.check_env` in a terminal. It checks your
# installation and names the remedy for each fault.

# %% [markdown]
# ## Why integrate?
#
# Your eyes stay where they are when you look to the side. The brain sends the eye muscles
# a position signal, but the commands that reach it are velocities: brief pulses that say
# *move*. Somewhere the pulses are added up and the sum is held. A neural circuit that does
# this is an **integrator** (Robinson 1989; Seung 1996).
#
# The same sum appears elsewhere:
#
# - **Decisions.** Noisy evidence arrives bit by bit; the choice depends on its sum.
# - **Position.** An animal in the dark adds up its own velocity.
# - **Returns.** Log returns of a price add up to the log of its total change. (Plain
#   returns do not add up; they multiply.)
# - **Signals.** The running sum is the simplest filter with an endless memory.
#
# The task for a network is this. It receives $x_1, x_2, x_3, \dots$, one number a step, and
# must output $x_1$, $x_1 + x_2$, $x_1 + x_2 + x_3$, and so on. It has to remember, and to add.

# %%

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorTask, theory
from integrator_lib.course.checks import chapter01, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import plot_band, plot_bars, plot_trials, use_course_style

start_chapter()

# %% [markdown]
# ## The configuration
#
# One object holds every number of the task. It cannot be changed after it is made, so
# nothing that happens later can alter it behind your back.

# %%
task = IntegratorTask()
print(task)
print(f"noise of one step: sd {task.noise_std:.2f}")

# %% [markdown]
# A trial lasts one unit of time in steps of `dt`. How many steps is that? The tutorial
# that this course starts from computes `int(1.0 / dt)`. That is right for this `dt` and
# wrong for others, because `int` cuts off and floating-point division can fall just short.

# %%
for duration, dt in ((1.0, 0.04), (0.3, 0.1), (0.6, 0.2)):
    print(f"{duration} / {dt}:  int gives {int(duration / dt)}, round gives {round(duration / dt)}")
assert int(0.3 / 0.1) != round(0.3 / 0.1)

# %% [markdown]
# ## How a trial is drawn
#
# Where do the inputs come from? Each trial has a constant **bias** $b$, drawn once, and
# fresh **noise** at each step:
#
# $$b = 2m\,(z - \tfrac12), \qquad x_t = b + \sigma \xi_t, \qquad y_t = x_1 + \dots + x_t,$$
#
# where $z$ and all $\xi_t$ are standard normal, $m$ is `bias_scale` and
# $\sigma = s/\sqrt{dt}$ with $s$ the `noise_scale`. Here is the code that does it. It is
# shown from the library itself, so what you read is what runs.

# %%
show_source(IntegratorTask.draw)

# %% [markdown]
# Two things are easy to miss. The bias is *normal*, not uniform, and its mean is $-m$, not
# 0: the $\tfrac12$ belongs to a uniform number. And the target is a plain sum without a
# factor `dt`. This keeps the outputs of order 1, and it means that the same task at a finer
# `dt` has larger targets.
#
# Arrays are **time-major** everywhere in this course: `(time, trials, 1)`.

# %%
inputs, targets = task.sample(num_trials=3, seed=0)
print("inputs", inputs.shape, inputs.dtype, " targets", targets.shape, targets.dtype)
np.testing.assert_allclose(targets, np.cumsum(inputs, axis=0), atol=1e-5)

# %% alt="Two panels. Left: the inputs of three trials, which jitter around three different constant levels. Right: their running sums, three nearly straight slanted lines."
left, right = plot_trials(inputs, targets)
left.set_title("Inputs jitter around a constant")
right.set_title("Targets are the walks")
plt.show()

# %% [markdown]
# The tutorial titles its plot of the *inputs* "random walks". It is the targets that walk.
#
# The seed decides the trials. The same seed gives the same trials; training and evaluation
# use streams of their own, so that a network is never tested on what it was trained on.

# %%
again, _ = task.sample(num_trials=3, seed=0)
other, _ = task.sample(num_trials=3, seed=1)
print("same seed, same trials:", bool(jnp.array_equal(inputs, again)))
print("other seed, same trials:", bool(jnp.array_equal(inputs, other)))

# %% [markdown]
# ## How large are the targets?
#
# Before you train anything, know what you train on. What are the mean and the variance of
# $y_t$? The bias is added $t$ times, so it contributes $t\,b$. The noise terms are
# independent, so their *variances* add:
#
# $$\mathrm{E}[y_t] = -m\,t, \qquad \mathrm{Var}[y_t] = 4m^2 t^2 + \sigma^2 t.$$
#
# The first term grows like $t^2$, the second like $t$.

# %% alt="Three hundred target sequences drawn as thin grey lines, fanning out from zero, over a band that widens with time and holds nearly all of them; the mean falls slightly."
_, many = task.sample(num_trials=300, seed=2)
mean, std = theory.target_mean(task), np.sqrt(theory.target_variance(task))
plot_band(np.asarray(many), mean, std).set_title("Targets fan out as the closed form says")
plt.show()

# %% [markdown]
# A plot can look right and be wrong. So we compare numbers, with a tolerance that follows
# from the sample's size $n$. The mean of $n$ normal values has standard error
# $\mathrm{sd}/\sqrt n$; their standard deviation has a relative standard error of
# $1/\sqrt{2n}$. We allow four standard errors.

# %%
n = 20_000
_, sample = task.sample(num_trials=n, seed=3)
final = np.asarray(sample[-1, :, 0], np.float64)
print(f"final step: mean {mean[-1]:.3f}, sd {std[-1]:.3f} in theory")
assert abs(final.mean() - mean[-1]) < 4 * std[-1] / np.sqrt(n)
assert abs(final.std() / std[-1] - 1) < 4 / np.sqrt(2 * n)
print("The sample agrees within four standard errors.")

# %% [markdown]
# ## Ramps or noise?
#
# How much of the final variance comes from the bias, and how much from the noise? The
# google-research tutorial *computation-thru-dynamics*, from which this task descends, has
# the two scales the other way round. Compare.

# %%
for name, variant in (("this task", task), ("the original", IntegratorTask.original())):
    share = theory.bias_share(variant)[-1]
    final_std = np.sqrt(theory.target_variance(variant)[-1])
    print(f"{name:13s} final sd {final_std:.3f}, share of the bias {share:.0%}")

# %% [markdown]
# So this task is closer to drawing ramps than to integrating noise. A network could do well
# by reading the slope off the first steps. Keep this in mind when a low error impresses
# you: the original task is the more telling test.

# %% [markdown]
# ## What must a network beat?
#
# An error means nothing alone. What do guesses reach that do not integrate? Always say 0.
# Say the grand mean. Say the mean of each step. Draw the best line through the current
# input. Take the current input for the bias and multiply by $t$. All have closed forms.

# %% alt="Horizontal bars of the mean squared error of five guesses that do not integrate; all lie between about 0.4 and 0.7."
baselines = theory.baselines(task)
ax = plot_bars(baselines, "mean squared error", log=False)
ax.set_title("Guesses that do not integrate miss by a lot")
plt.show()

# %% [markdown]
# Check two of them on the sample. The errors of single trials spread widely, so the
# standard error comes from their spread.

# %%
sample_inputs, sample_targets = (np.asarray(a, np.float64) for a in task.sample(n, seed=4))
steps = np.arange(1, task.num_steps + 1)[:, None, None]
guesses = {"predict 0": 0 * sample_targets, "t times x_t": steps * sample_inputs}
for name, guess in guesses.items():
    per_trial = np.mean((guess - sample_targets) ** 2, axis=(0, 2))
    standard_error = per_trial.std() / np.sqrt(n)
    assert abs(per_trial.mean() - baselines[name]) < 4 * standard_error
    print(f"{name:12s} closed form {baselines[name]:.3f}, and the sample agrees")

# %% [markdown]
# An exact integrator has error 0, for *any* inputs. That is the remarkable thing about this
# task: there is nothing random left once the inputs are known. What the tutorial calls
# robustness to noise is not needed here, since the noise is part of the target.

# %% [markdown]
# ## Exercises
#
# Replace the line that raises, then run the check below it. A check calls your function on
# random inputs, tells you whether it is right, and names the mistake if it knows it.
#
# **1. Make inputs.** Build the inputs of a batch from the random numbers.


# %% tags=["exercise"]
def make_inputs(z, xi, bias_scale, noise_std):
    """Return inputs of shape (time, trials) from z (trials,) and xi (time, trials)."""
    raise NotImplementedError("b = 2 m (z - 1/2), then add the scaled noise")


# %%
check(chapter01.make_inputs, make_inputs)

# %% [markdown]
# **2. The running sum.** Every step of every trial has its own target.


# %% tags=["exercise"]
def running_sum(inputs):
    """Return the targets of inputs of shape (time, trials, 1), in the same shape."""
    raise NotImplementedError("NumPy has a function for it; mind the axis")


# %%
check(chapter01.running_sum, running_sum)

# %% [markdown]
# **3. The final spread.** Use the variance above.


# %% tags=["exercise"]
def final_std(bias_scale, noise_std, num_steps):
    """Return the standard deviation of the target at the last step."""
    raise NotImplementedError("variances add, standard deviations do not")


# %%
check(chapter01.final_std, final_std)

# %% [markdown]
# **4. A baseline from data.** What is the error of saying each step's mean over trials?


# %% tags=["exercise"]
def step_mean_mse(targets):
    """Return the mean squared error of predicting each step's mean; targets (time, trials, 1)."""
    raise NotImplementedError("average over trials, keep the axis, subtract")


# %%
check(chapter01.step_mean_mse, step_mean_mse)

# %% [markdown]
# ## Summary
#
# - A trial is a constant bias plus noise; the target is the running sum.
# - The targets' mean and variance follow from two lines of algebra, and the sample agrees.
# - Nearly all of the final variance is the bias. The original task has more noise.
# - Guesses that do not integrate leave most of the variance. An exact integrator leaves none.
#
# **Recall.** Why do variances add here and standard deviations not? Why does the target's
# scale depend on `dt`? What would the best guess be that may look at the current input only?
#
# ## References
#
# - Robinson D. A. (1989). Integrating with neurons. *Annual Review of Neuroscience* 12.
#   <https://doi.org/10.1146/annurev.ne.12.030189.000341>
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93.
#   <https://doi.org/10.1073/pnas.93.23.13339>
# - Gold J. I., Shadlen M. N. (2007). The neural basis of decision making. *Annual Review of
#   Neuroscience* 30. <https://doi.org/10.1146/annurev.neuro.29.051605.113038>
