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
# # 03 Training
#
# **In this chapter you will** write the loss, follow its gradient, run the tutorial's recipe
# beside a better one, and see what each of the tutorial's faults does by running it.
#
# **You need** chapters 01 and 02.
#
# *About 45 minutes to read, 100 seconds to run.*
#
# Numbers trained in this chapter differ a little from one processor to another, because
# each rounds in its own way and training amplifies the difference. So the cells check what
# must hold everywhere, and the prose claims no more than they check.

# %%
import dataclasses
import time

import braintools
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    Stage,
    evaluate,
    predict,
    train,
    training,
)
from integrator_lib.course.checks import chapter03, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import plot_bars, plot_history, use_course_style
from integrator_lib.training import use_compilation_cache

start_chapter()

# %% [markdown]
# ## The loss
#
# What should training make small? First the mean squared error between outputs and targets.
# The tutorial adds an **L2 penalty**, a small factor times the sum of all squared
# parameters:
#
# $$L = \underbrace{\frac{1}{TN}\sum_{t,i} (\hat y_{ti} - y_{ti})^2}_{\text{error}}
#   + \underbrace{\lambda \sum_k w_k^2}_{\text{penalty}}.$$
#
# The library returns the two apart as well. Their sum alone cannot tell whether a network
# integrates better or only has smaller weights.

# %%
show_source(training.Trainer.loss, training.l2_penalty)

# %% [markdown]
# ## One step
#
# A training step draws a batch, asks `grad` how the loss changes with each parameter, and
# hands the gradient to an optimizer. **Adam** divides each entry of the gradient by its own
# recent size, so that all parameters move at a similar pace (Kingma and Ba 2015). The
# **schedule** lowers the learning rate as training goes on.

# %%
show_source(training.Trainer.gradients, training.Trainer.step)

# %% [markdown]
# ## The tutorial's recipe
#
# A `Recipe` holds every choice of a training run. This one reproduces the tutorial, faults
# included. Each fault is one field, and below we switch them one by one.

# %%
recipe = Recipe.tutorial()
for field in dataclasses.fields(recipe):
    print(f"{field.name:14s} {getattr(recipe, field.name)}")

# %% [markdown]
# Run it: 2,500 batches of 512 trials. Several hundred steps are compiled into one loop, so
# Python only looks in now and then to show the progress. You can stop it at any time; the
# network keeps the last finished chunk.

# %% tags=["nbval-ignore-output"]
task = IntegratorTask()
tutorial_model = IntegratorRNN(hidden_size=100, seed=0)
begin = time.perf_counter()
tutorial = train(tutorial_model, task, Recipe.tutorial(), seed=0)
tutorial_seconds = time.perf_counter() - begin
assert len(tutorial.history.loss) == recipe.num_batches and not tutorial.interrupted

# %% tags=["nbval-ignore-output"]
history, medians = tutorial.history, []
for end in range(250, 2501, 250):
    block = slice(end - 250, end)
    loss, mse = np.median(history.loss[block]), np.median(history.mse[block])
    medians.append(loss)
    print(f"up to batch {end:4d}: median loss {loss:.5f}, error in it {mse:.5f}")
assert min(medians) < 0.1 * history.loss[:25].mean()

# %% [markdown]
# The loss falls to less than a tenth of its first value. It need not stay there: fault 2 below
# shows why it may jump up again at any time, even at the end.
#
# ## A better recipe
#
# `Recipe()` is the course's own. Smaller batches, Adam's own `eps`, a cosine schedule that
# really falls, clipping, no penalty, only the weight matrices trained, and a second stage on
# longer trials. Why each of them matters is the rest of this chapter.

# %%
for stage in Recipe().stages:
    print(stage)

# %% tags=["nbval-ignore-output"]
course_model = IntegratorRNN(hidden_size=100, seed=0)
begin = time.perf_counter()
course = train(course_model, task, Recipe(), seed=0)
course_seconds = time.perf_counter() - begin
print(f"time, as a share of the tutorial's: {course_seconds / tutorial_seconds:.2f}")
assert len(course.history.loss) == Recipe().num_batches

# %% alt="Four panels over training steps for both recipes: the error, which ends lower for the course's recipe; the penalty, which only the tutorial has; the learning rate, flat for the tutorial and falling twice for the course; and the gradient norm."
plot_history({"tutorial": tutorial.history, "course": course.history})
plt.show()

# %% [markdown]
# Which one integrates better? One trial tells little, as we will see. So we test on 4,096
# fresh trials, at the trained length of 25 steps and at ten times that. *Relative* error is
# the error divided by the mean squared target: 1 is as bad as always saying 0.

# %% tags=["nbval-ignore-output"]
scores = {}
for name, model in (("tutorial", tutorial_model), ("course", course_model)):
    for steps, trials in ((25, 4096), (250, 1024)):
        score = evaluate(model, task, num_trials=trials, num_steps=steps)
        scores[name, steps] = score.relative_mse
        print(f"{name:8s} {steps:3d} steps: relative error {score.relative_mse:.1e}")
assert scores["course", 25] < 2e-5 and scores["course", 250] < 1e-3
assert scores["course", 25] < scores["tutorial", 25] / 3

# %% [markdown]
# ## Fault 1: the learning rate that never decays
#
# The tutorial makes an `ExponentialDecayLR` and hands it to the optimizer. A braintools
# schedule moves only when its `step()` is called, and the tutorial never calls it.

# %%
schedule = braintools.optim.ExponentialDecayLR(0.025, decay_steps=1, decay_rate=0.99975)
print("at the start:      ", float(schedule.current_lrs.value[0]))
schedule.step()
print("after one step():  ", round(float(schedule.current_lrs.value[0]), 6))

# %% [markdown]
# Here is a small helper: the tutorial's recipe for a few small batches, with some fields
# changed. We run it with and without stepping the schedule and compare with the closed form
# $\eta_k = 0.025 \cdot 0.99975^k$.


# %%
def short_run(num_batches=300, seed=0, **changes):
    stage = dataclasses.replace(Recipe.tutorial().stages[0], num_batches=num_batches, batch_size=64)
    stage = dataclasses.replace(
        stage, final_learning_rate=stage.learning_rate * 0.99975**num_batches
    )
    recipe = dataclasses.replace(Recipe.tutorial(), stages=(stage,), **changes)
    model = IntegratorRNN(seed=seed)
    return model, train(model, task, recipe, seed=seed, progress=False)


_, published = short_run()
_, stepped = short_run(step_schedule=True)
closed_form = 0.025 * 0.99975 ** np.arange(300)
print(f"published: {published.history.learning_rate[-1]:.4f} at the end")
print(f"stepped:   {stepped.history.learning_rate[-1]:.4f} at the end")
np.testing.assert_allclose(published.history.learning_rate, 0.025, rtol=1e-6)
np.testing.assert_allclose(stepped.history.learning_rate, closed_form, rtol=1e-4)
assert not np.allclose(published.history.loss, stepped.history.loss)

# %% [markdown]
# ## Fault 2: no clipping
#
# Gradients of a recurrent network can be huge, because an error is passed back through every
# step. One huge gradient throws the weights far away, and the loss jumps. **Clipping** scales
# a long gradient down to a given norm and leaves its direction (Pascanu et al. 2013).

# %% tags=["nbval-ignore-output"]
_, unclipped = short_run(clip_norm=None)
_, clipped = short_run(clip_norm=1.0)
print(f"largest gradient norm, no clipping: {unclipped.history.gradient_norm.max():.0f}")
print(f"worst late error, no clipping: {unclipped.history.mse[50:].max():.2f}")
print(f"worst late error, clipped:     {clipped.history.mse[50:].max():.2f}")
assert unclipped.history.gradient_norm.max() > 1
assert not np.allclose(unclipped.history.loss, clipped.history.loss)

# %% [markdown]
# ## Fault 3: the number that is printed is not the error
#
# The tutorial prints the sum of error and penalty. It slides down for thousands of steps, and
# the reader believes that the network still learns to integrate. What share is the penalty?

# %% tags=["nbval-ignore-output"]
share = np.median(tutorial.history.penalty[500:] / tutorial.history.loss[500:])
print(f"share of the penalty in the tutorial's loss after batch 500: {share:.0%}")
assert share > 0.5

# %% [markdown]
# More than half, as the cell checks. Most of what falls is the size of the weights.
#
# ## Fault 4: what the penalty covers
#
# The tutorial's penalty also pulls biases and the initial state towards 0. Usually only the
# matrices are penalised.

# %% tags=["nbval-ignore-output"]
covered_all, run_all = short_run(l2_covers="all")
covered_matrices, run_matrices = short_run(l2_covers="matrices")
for name, model in (("all", covered_all), ("weights", covered_matrices)):
    bias = np.abs(model.values()["rnn.b"]).mean()
    print(f"penalty covers {name:8s} mean size of the biases {bias:.4f}")
assert not np.allclose(run_all.history.penalty, run_matrices.history.penalty, rtol=1e-6)

# %% [markdown]
# And what is the penalty *for*? It prevents a network from learning its training trials by
# heart. With endless fresh trials there is nothing to learn by heart. So try both: 64 trials
# used again and again, and fresh ones; each with and without a penalty.

# %% tags=["nbval-ignore-output"]
known, new = {}, {}
for fresh in (False, True):
    for l2 in (0.0, 1e-4):
        stages = (Stage(2000, batch_size=64, learning_rate=3e-3, final_learning_rate=1e-5),)
        recipe = Recipe(stages=stages, l2=l2, fresh_trials=fresh)
        model = IntegratorRNN(seed=0)
        run = train(model, task, recipe, progress=False)
        known[fresh, l2] = float(run.history.mse[-10:].mean())
        new[fresh, l2] = evaluate(model, task).mse
        name = "fresh trials   " if fresh else "64 fixed trials"
        print(f"{name} l2 {l2:g}: trained on {known[fresh, l2]:.1e}, new {new[fresh, l2]:.1e}")

gap = {case: new[case] / known[case] for case in new}
assert gap[False, 0.0] > 2 * gap[False, 1e-4]  # the penalty narrows the gap ...
assert gap[False, 0.0] > 2 * gap[True, 0.0]  # ... which fresh trials do not have
assert new[True, 1e-4] > 3 * new[True, 0.0]  # and with fresh trials it only costs

# %% [markdown]
# On 64 fixed trials the error on new trials is larger than on the known ones: the network
# learnt them by heart, a little. The penalty narrows that gap, and makes both errors larger.
# With fresh trials there is no such gap, and the penalty only costs. It shapes the solution
# (small weights); it does not prevent overfitting, since there is none.

# %% alt="Horizontal bars on a logarithmic axis: error on new trials for four ways of training. Fresh trials without a penalty end lowest."
names = {
    (False, 0.0): "64 fixed",
    (False, 1e-4): "64 fixed, L2",
    (True, 0.0): "fresh",
    (True, 1e-4): "fresh, L2",
}
ax = plot_bars({names[case]: value for case, value in new.items()}, "error on new trials")
ax.set_title("Fresh trials beat any penalty")
plt.show()

# %% [markdown]
# ## Fault 5: a test on one trial
#
# The tutorial reports the error of a single test trial. How much do single trials differ?

# %% tags=["nbval-ignore-output"]
inputs, targets = task.sample(1000, seed=5)
outputs = np.asarray(predict(course_model, inputs))
per_trial = np.mean((outputs - np.asarray(targets)) ** 2, axis=(0, 2))
low, high = per_trial.min(), per_trial.max()
print(f"single trials have errors from {low:.1e} to {high:.1e}: a factor {high / low:.0f}")
assert high / low > 20

# %% [markdown]
# More than a factor of 20, as the cell checks. Chapter 04 gives every error an interval.
#
# ## Fault 6: Adam's `eps`
#
# Adam divides by $\sqrt{v} + \varepsilon$, with $v$ the mean squared gradient. Usually
# $\varepsilon = 10^{-8}$ only prevents a division by 0. The tutorial sets 0.1. How large
# is a gradient's entry? If it is far below $\varepsilon$, dividing by nearly the same number
# everywhere leaves plain gradient descent with momentum.

# %% tags=["nbval-ignore-output"]
gradients = np.array([1e-4, 1e-3, 1e-2, 1e-1])
typical = np.median(tutorial.history.gradient_norm) / np.sqrt(10_401)
print(f"typical size of a gradient's entry in the tutorial's run: {typical:.0e}")
for eps in (0.1, 1e-8):
    print(f"eps {eps:g}: first updates at rate 1:", gradients / (gradients + eps))
_, tiny_eps = short_run(adam_eps=1e-8)
assert typical < 0.01
assert not np.allclose(tiny_eps.history.loss, published.history.loss)

# %% [markdown]
# ## Fault 7: a Python loop, and a wait at every step
#
# The tutorial calls the compiled step from Python and reads the loss each time. `train` puts
# many steps into one compiled loop. With `chunk_size=1` it works like the tutorial's loop.
# The results agree; the time does not.

# %% tags=["nbval-ignore-output"]
small = Recipe(stages=(Stage(400, batch_size=16, learning_rate=1e-3, final_learning_rate=1e-4),))
seconds, losses = {}, {}
for chunk_size in (1, 200):
    train(IntegratorRNN(), task, small, chunk_size=chunk_size, progress=False)  # compiles
    begin = time.perf_counter()
    run = train(IntegratorRNN(), task, small, chunk_size=chunk_size, progress=False)
    seconds[chunk_size], losses[chunk_size] = time.perf_counter() - begin, run.history.loss
print(f"one call a step takes {seconds[1] / seconds[200]:.1f} times as long")
np.testing.assert_allclose(losses[1][:20], losses[200][:20], rtol=1e-2)

# %% [markdown]
# ## Exercises
#
# **1. Error and penalty apart.** Cover only arrays with two axes.


# %% tags=["exercise"]
def loss_parts(outputs, targets, weights, l2):
    """Return (mean squared error, l2 times the sum of squares of the matrices in weights)."""
    raise NotImplementedError("weights is a dictionary of arrays; a.ndim tells matrices")


# %%
check(chapter03.loss_parts, loss_parts)

# %% [markdown]
# **2. The schedule.** What is the rate after a number of steps?


# %% tags=["exercise"]
def decayed_rate(initial, decay, step):
    """Return the learning rate after `step` steps of exponential decay."""
    raise NotImplementedError("each step multiplies by the same factor")


# %%
check(chapter03.decayed_rate, decayed_rate)

# %% [markdown]
# **3. Clip.** Scale the whole gradient down if its norm is too large.


# %% tags=["exercise"]
def clip_by_norm(gradients, max_norm):
    """Return the dictionary of arrays, scaled so that their joint norm is at most max_norm."""
    raise NotImplementedError("one norm for all arrays together; leave short ones alone")


# %%
check(chapter03.clip_by_norm, clip_by_norm)

# %% [markdown]
# **4. Adam's first step.** At the first step Adam's averages equal the gradient $g$ and its
# square. What is the update?


# %% tags=["exercise"]
def first_adam_update(gradient, learning_rate, eps):
    """Return the change of the parameters at Adam's first step."""
    raise NotImplementedError("divide the gradient by its own size plus eps; mind the sign")


# %%
check(chapter03.first_adam_update, first_adam_update)

# %% [markdown]
# ## Summary
#
# - Record the error apart from the penalty; their sum hides what happens.
# - A schedule that is not stepped does nothing. Check the learning rate you actually used.
# - Clip gradients of recurrent networks.
# - With endless fresh data a penalty prevents no overfitting. With few trials it does.
# - Many steps in one compiled loop are faster than many calls, and give the same result.
#
# **Recall.** Why can the loss fall while the error does not? When is a penalty useful? What
# does a large `eps` turn Adam into?
#
# ## References
#
# - Kingma D. P., Ba J. (2015). Adam: a method for stochastic optimization. *ICLR*.
#   <https://doi.org/10.48550/arXiv.1412.6980>
# - Pascanu R., Mikolov T., Bengio Y. (2013). On the difficulty of training recurrent neural
#   networks. *ICML*, PMLR 28(3):1310-1318.
