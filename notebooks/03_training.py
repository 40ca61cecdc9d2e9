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
# **In this chapter you will** write a training loop in BrainState, solve the case of a bad
# learning curve by removing one suspect at a time over six seeds, and train a network of your own from an empty notebook.
#
# **You need** chapters 01 and 02.
#
# *About 45 minutes to read, 110 seconds to run.*
#
# Numbers trained in this chapter differ a little from one processor to another, because each rounds in its own way and training amplifies the difference.
# So the cells check what must hold everywhere, and the prose claims no more than they check.

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import dataclasses

import brainstate
import braintools
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

from integrator_lib import IntegratorRNN, IntegratorTask, Recipe, RNNCell, Stage, evaluate, theory
from integrator_lib.course.checks import chapter03, check, hint, progress
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.shipped import load_trained
from integrator_lib.training import Trainer, train_many, use_all_cores

use_all_cores()  # six networks are trained at once below
start_chapter()
task = IntegratorTask()
NUM_SEEDS = 6


# %% jupyter={"source_hidden": true} tags=["hide-input"]
def change(recipe, **changes):
    """Return a recipe of the first stage alone with some choices changed, its own or the stage's."""
    (stage, *_), names = recipe.stages, {field.name for field in dataclasses.fields(Stage)}
    of_stage = {name: changes.pop(name) for name in names & changes.keys()}
    return dataclasses.replace(recipe, stages=(dataclasses.replace(stage, **of_stage),), **changes)


def trained(recipe):
    """Train six networks by a recipe; they start from the same weights whatever the recipe."""
    models = [IntegratorRNN(seed=seed) for seed in range(NUM_SEEDS)]
    return train_many(models, task, recipe, progress=False)


bad = change(Recipe.tutorial(), num_batches=300, batch_size=32)
good = change(Recipe(), num_batches=300, batch_size=32)

# %% [markdown]
# Six networks learn the running sum twice, from the same first weights and the same number of trials.
# Left, as the tutorial trains them; right, as you will have trained them by the end of this chapter.
# What goes wrong on the left?

# %% alt="Two panels: the error of each batch over 300 training steps for six networks, on a logarithmic axis. Left they fall at different times, to between a thousandth and some hundredths, and come back up above the dashed line long after. Right all six fall to below one in ten thousand; one of them jumps at the start." caption="Same networks, same trials: the difference is in the recipe alone. Below the dashed line a network does better than a ramp drawn through five steps." tags=["nbval-ignore-output"]
results, good_results = trained(bad), trained(good)
_, axes = plt.subplots(1, 2, figsize=(7.0, 3.0), sharey=True)
for ax, runs in zip(axes, (results, good_results), strict=True):
    for run in runs:
        ax.plot(run.history.mse, lw=0.8)
    ax.axhline(theory.slope_mse(task, 5), color="#555555", ls="--", label="slope of 5 steps")
    ax.set(xlabel="training step", yscale="log")
axes[0].set(ylabel="error of the batch", title="As published: late, stalled, jumpy")
axes[1].set(title="Mended: each of the six ends lower")
axes[1].legend()
plt.show()
ends = [[np.median(run.history.mse[-50:]) for run in runs] for runs in (results, good_results)]
for name, values in zip(("as published", "mended"), ends, strict=True):
    print(f"{name:12s} last 50 steps: {min(values):.0e} to {max(values):.0e}")
assert np.median(ends[1]) < 0.1 * np.median(ends[0]) and np.all(np.less(ends[1], ends[0]))

# %% [markdown]
# ## A training loop on one page
#
# What does it take to train a network?
# First a network: the cell of chapter 02 and a readout.
# `states(ParamState)` collects every parameter in it, by name.


# %%
class Network(brainstate.nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.cell = RNNCell(1, hidden_size)
        self.readout = brainstate.nn.Linear(hidden_size, 1)

    def update(self, x):
        return x >> self.cell >> self.readout


brainstate.random.seed(0)
network = Network(hidden_size=100)
parameters = network.states(brainstate.ParamState)
print(*parameters, sep="\n")

# %% [markdown]
# Then an **optimizer**, which turns gradients into changes of the parameters, and must be told which.
# **Adam** is the usual one (Kingma and Ba 2015); what it does comes below.
#
# The **loss** is what training makes small: run a batch, compare.
# One step draws a batch, asks `grad` for a gradient for each parameter, and hands them to the optimizer.

# %%
optimizer = braintools.optim.Adam(lr=1e-3)
optimizer.register_trainable_weights(parameters)


def loss(inputs, targets):
    network.cell.reset_state(inputs.shape[1])
    outputs = brainstate.transform.for_loop(network.update, inputs)
    return jnp.mean((outputs - targets) ** 2)


@brainstate.transform.jit
def step(key):
    inputs, targets = task.draw(key, 32)
    loss_and_gradients = brainstate.transform.grad(loss, parameters, return_value=True)
    gradients, value = loss_and_gradients(inputs, targets)
    optimizer.update(gradients)
    return value


# %% [markdown]
# JAX's randomness is explicit: a **key** decides the numbers, and `split` makes many keys of one.
# So a loop over keys is a loop over fresh batches, and the whole training is one `for_loop`.
# The state gets its batch shape before the loop, as chapter 02 said.
#
# **Predict first.** Always saying 0 has an error of 0.72.
# How far down will 500 steps take it: to a half, a tenth, a thousandth?

# %% tags=["nbval-ignore-output"]
network.cell.reset_state(32)
keys = jax.random.split(jax.random.key(0), 500)
errors = brainstate.transform.for_loop(step, keys)
for start in range(0, 500, 100):
    print(
        f"steps {start:3d} to {start + 99}: median error {jnp.median(errors[start : start + 100]):.2g}"
    )
assert jnp.median(errors[-50:]) < theory.baselines(task)["slope of 5 steps"]

# %% [markdown]
# It trains, and at the end it beats a ramp drawer that sees five steps.
# That is all there is to a training loop; everything else in this chapter is about doing it well.
# (The largest loss of time in the tutorial's own loop is that Python calls each step and waits for its number; chapter 14 measures it.)
#
# The library's loop is this one with options.
# It also returns the error apart from a **penalty**, a small factor $\beta$ times the sum of the squared parameters, which the tutorial adds to the loss.
# Their sum alone cannot tell whether a network integrates better or only has smaller weights.

# %%
show_source(Trainer.step, Trainer.loss)

# %% [markdown]
# **Exercise 1. Error and penalty apart.** What are the two parts of the loss?
# Let the penalty cover matrices only.


# %% tags=["exercise"]
def loss_parts(outputs, targets, weights, l2):
    """Return (mean squared error, l2 times the sum of squares of the matrices in weights)."""
    raise NotImplementedError("write me: weights is a dictionary of arrays of one or two axes")


# %%
check(chapter03.loss_parts, loss_parts)

# %% [markdown]
# ## Back through time
#
# Why is it hard to train a recurrent network?
# Take the smallest one: one unit, one weight, $h_t = w\,h_{t-1}$, so that $h_T = w^T h_0$.
# How does $h_T$ change with $w$?
# Going backwards, each step adds what its own use of $w$ contributes, and hands the error on, multiplied by $w$.
# This is **backpropagation through time** (Werbos 1990), and it is all that `grad` does with a loop.


# %%
def gradient_by_hand(w, num_steps):
    h = [w**t for t in range(num_steps + 1)]
    error, gradient = 1.0, 0.0
    for t in reversed(range(num_steps)):
        gradient += error * h[t]
        error *= w
    return gradient


for w in (0.9, 1.0, 1.1):
    at_25, at_100 = gradient_by_hand(w, 25), gradient_by_hand(w, 100)
    print(f"w = {w}: gradient over 25 steps {at_25:7.2g}, over 100 steps {at_100:7.2g}")
np.testing.assert_allclose(jax.grad(lambda w: w**25)(1.1), gradient_by_hand(1.1, 25), rtol=1e-4)

# %% [markdown]
# The error was multiplied by $w$ at every step, so it has the factor $w^t$: it dies below 1 and explodes above.
# An integrator has to hold its sum, $w = 1$, and so lives on the edge between the two.
# In a network the matrix takes the place of $w$, and one unlucky batch can have a gradient more than fifty times as long as usual (measured below, among the suspects).
# **Clipping** scales a gradient that is too long down to a given norm and leaves its direction (Pascanu et al. 2013).
#
# **Exercise 2. Clip.** How do you shorten a gradient that is spread over several arrays without turning it?


# %% tags=["exercise"]
def clip_by_norm(gradients, max_norm):
    """Return the dictionary of arrays, scaled so that their joint norm is at most max_norm."""
    raise NotImplementedError("write me: how many norms are there?")


# %%
check(chapter03.clip_by_norm, clip_by_norm)

# %% [markdown]
# ## One bad curve
#
# Back to the two pictures at the start.
# A `Recipe` holds every choice of a training run.
# `Recipe.tutorial()` has those of the tutorial, with 2,500 batches of 512 trials, and `Recipe()` those of the course.
# Both pictures have 300 batches of 32, so that we can afford many runs, and six networks that differ in their seeds.


# %%
print(f"{'':19s} {'tutorial':>11s} {'course':>11s}")
for field in (*dataclasses.fields(Stage), *dataclasses.fields(Recipe)):
    if field.name != "stages":
        values = [getattr(r, field.name, getattr(r.stages[0], field.name, "")) for r in (bad, good)]
        shown = [f"{v:.3g}" if isinstance(v, float) else str(v) for v in values]
        print(f"{field.name:19s} {shown[0]:>11s} {shown[1]:>11s}")

# %% tags=["nbval-ignore-output"]
late = [result.history.mse[100:] for result in results]
print("after step 100: usual error", " ".join(f"{np.median(mse):.2g}" for mse in late))
print("                worst error", " ".join(f"{np.max(mse):.2g}" for mse in late))
print(f"a ramp drawn through five steps: {theory.slope_mse(task, 5):.2g}")
assert np.median([np.max(mse) for mse in late]) > theory.slope_mse(task, 5)

# %% [markdown]
# This is the case.
# On the left each network falls at its own time, stalls, and long after that most of them have batches that are worse than a ramp.
# Who did it?
#
# ## The suspects
#
# **The schedule.** The tutorial makes an `ExponentialDecayLR`, which is to lower the learning rate from step to step, and hands it to the optimizer.
# A braintools schedule moves only when its `step()` is called, and the tutorial never calls it.

# %%
schedule = braintools.optim.ExponentialDecayLR(0.025, decay_steps=1, decay_rate=0.99975)
print(f"at the start:     {float(schedule.current_lrs.value[0]):.4f}")
for _ in range(100):
    schedule.step()
print(f"after 100 step(): {float(schedule.current_lrs.value[0]):.4f}")
np.testing.assert_allclose(schedule.current_lrs.value[0], 0.025 * 0.99975**100, rtol=1e-5)
np.testing.assert_allclose(results[0].history.learning_rate, 0.025, rtol=1e-6)

# %% [markdown]
# **Exercise 3. The schedule.** What should the rate have been after 2,500 steps?
# Write the closed form.


# %% tags=["exercise"]
def decayed_rate(initial, decay, step):
    """Return the learning rate after `step` steps of exponential decay."""
    raise NotImplementedError("write me: what does one step do to the rate?")


# %%
check(chapter03.decayed_rate, decayed_rate)

# %% [markdown]
# **Adam's eps.** Adam keeps two running averages for each parameter: $m$, of its gradient, and $v$, of its squared gradient.
# Following $m$ in place of the last gradient alone is called **momentum**.
# The update is
#
# $$-\eta\, \frac{m}{\sqrt{v} + \varepsilon},$$
#
# so that all parameters move at about the rate $\eta$, however large their gradients are.
# Usually $\varepsilon = 10^{-8}$ only prevents a division by 0.
# The tutorial sets 0.1.
# How large is a gradient's entry?
# If $\sqrt v$ is well below $\varepsilon$, every parameter is divided by nearly the same number, and Adam is gradient descent with momentum at the rate $\eta / \varepsilon$.

# %% tags=["nbval-ignore-output"]
norms = np.array([result.history.gradient_norm for result in results])
typical = np.median(norms) / np.sqrt(10_401)
print(f"typical entry of a gradient: {typical:.0e}, against an eps of 0.1")
print(f"median norm of a gradient {np.median(norms):.2g}, the largest {norms.max():.2g}")
assert typical < 0.1 / 3 and norms.max() > 50 * np.median(norms)

# %% [markdown]
# **Exercise 4. Adam's first step.** At the first step both averages are exact: $m = g$ and $v = g^2$.
# How far does each parameter move?


# %% tags=["exercise"]
def first_adam_update(gradient, learning_rate, eps):
    """Return the change of the parameters at Adam's first step."""
    raise NotImplementedError("write me: put g and its square into the update above")


# %%
check(chapter03.first_adam_update, first_adam_update)

# %% [markdown]
# **No clipping.** The largest gradient above is more than fifty times as long as the usual one.
#
# **The penalty.** The tutorial prints and minimises the sum of error and penalty.
# What share of that sum is the penalty, once the error has come down?

# %% tags=["nbval-ignore-output"]
shares = [np.median(r.history.penalty[100:] / r.history.loss[100:]) for r in results]
print("share of the penalty:", " ".join(f"{share:.0%}" for share in shares))
assert max(shares) > 0.5

# %% [markdown]
# **The learning rate** itself, 0.025, is high for Adam; the course uses 0.005.
#
# ## One at a time, then together
#
# Remove one suspect, keep the rest, and train the same six networks on the same number of trials.
# The seeds are *paired*: each network starts from the same weights in every run, so we compare it with itself.
#
# **Predict first.** Which single change helps most: the schedule, clipping, no penalty, the small `eps`, or the lower rate?

# %%
low = {"learning_rate": 5e-3, "final_learning_rate": 5e-3 * 0.99975**2500}
alone = {
    "schedule stepped": change(bad, step_schedule=True),
    "clipped": change(bad, clip_norm=1.0),
    "no penalty": change(bad, l2=0.0),
    "small eps": change(bad, adam_eps=1e-8),
    "low rate": change(bad, **low),
    "small eps, low rate": change(bad, adam_eps=1e-8, **low),
}

# %% [markdown]
# All at once is `good`, the first stage of the course's recipe with the same number of batches of the same size.
# It differs from the tutorial's in all suspects at once, and in three more choices: its rate falls along a **cosine** to 0, only the two *matrices* are trained, and Adam's average of the squared gradient forgets faster (`adam_beta2` is 0.95 in place of 0.999).
# Each network is judged on 1,024 fresh trials by its *relative* error, the error divided by the mean squared target: 1 is as bad as saying 0.


# %% tags=["nbval-ignore-output"]
def relative_errors(results, task=task):
    return np.array([evaluate(r.model, task, num_trials=1024).relative_mse for r in results])


def compare(name, errors, reference):
    """Print a row: median, mean ratio to the reference with its 95 % interval, seeds better."""
    ratio = np.log10(errors / reference)
    half = 2.571 * ratio.std(ddof=1) / np.sqrt(NUM_SEEDS)  # Student's t, 5 degrees of freedom
    low, middle, high = 10.0 ** (ratio.mean() + half * np.array([-1, 0, 1]))
    better = np.sum(errors < reference)
    print(
        f"{name:22s} {np.median(errors):8.1e} {middle:9.2g} ({low:.1g} to {high:.1g}) {better:3d}"
    )
    return middle, low, high


table = {"as published": relative_errors(results)}
for name, recipe in tqdm(alone.items()):
    table[name] = relative_errors(trained(recipe))
table["all at once"] = relative_errors(good_results)
assert np.median(table["all at once"]) < 0.1 * np.median(table["as published"])

# %% tags=["nbval-ignore-output"]
print("removed                  median   ratio to as published   better of 6")
ratios = {name: compare(name, errors, table["as published"]) for name, errors in table.items()}
assert ratios["all at once"][2] < 0.2
assert min(ratios[name][0] for name in alone) > ratios["all at once"][0]

# %% [markdown]
# Where the interval holds 1, six seeds do not decide whether the change helps.
# That is so for most single suspects, and which of them cross the line differs from one processor to another: the bad runs are at the mercy of their jumps.
# Clipping alone has a price, too: with an `eps` of 0.1 the step is proportional to the gradient, so that a shortened gradient is a shortened step.
# The small `eps` needs the lower rate beside it: at $\eta = 0.025$ Adam then moves every parameter by about 0.025 a step, a quarter of an initial weight.
# All changes at once end far below what any single one reaches.
# So nobody did it alone.
#
# Which of them matter, then?
# Ask the other way round: put one fault back into the good recipe.

# %%
back = {
    "constant rate": change(good, step_schedule=False),
    "no clipping": change(good, clip_norm=None),
    "penalty": change(good, l2=2e-4),
    "eps of 0.1": change(good, adam_eps=0.1),
    "rate of 0.025": change(good, learning_rate=0.025),
    "biases, start trained": change(good, trains="all"),
    "beta2 of 0.999": change(good, adam_beta2=0.999),
    "75 batches of 128": change(good, num_batches=75, batch_size=128),
}

# %% tags=["nbval-ignore-output"]
for name, recipe in tqdm(back.items()):
    results = trained(recipe)
    table[name] = relative_errors(results)
    if name == "biases, start trained":
        offset_results = results

print("put back                 median   ratio to all at once    better of 6")
harm = {name: compare(name, table[name], table["all at once"]) for name in back}
for name in ("constant rate", "penalty", "eps of 0.1", "75 batches of 128"):
    assert harm[name][1] > 1, name

# %% alt="Relative error of six networks, one dot each, for every recipe on a logarithmic axis. Single changes of the bad recipe overlap with it; the recipe with all changes lies a hundredfold lower; putting back the penalty raises the error again by a factor of about three, a constant rate or large batches by tens, the large eps by thousands." caption="Compare dots of one colour with the row they start from: one cure alone is hardly told from the spread of the seeds, while single faults cost factors from three to thousands."
_, ax = plt.subplots(figsize=(7.0, 4.6))
for row, (name, errors) in enumerate(table.items()):
    colour = "#D55E00" if name in back else "#0072B2"
    ax.plot(errors, np.full(NUM_SEEDS, row), "o", ms=4, alpha=0.7, color=colour)
    ax.plot(np.median(errors), row, "|", ms=14, color=colour)
ax.axhline(len(alone) + 1.5, color="#555555", lw=0.8)
ax.set(yticks=range(len(table)), yticklabels=table, xscale="log", xlabel="relative error")
ax.invert_yaxis()
ax.set_title("Nobody alone: blue removes a fault, orange puts one back")
plt.show()

# %% [markdown]
# Now that nothing else is wrong, each fault can be seen.
# Four hurt by far more than chance: a rate that does not fall, the penalty, the large `eps` (at this rate its steps are tiny), and few large batches in place of many small ones.
# The same number of trials does more in four times as many steps.
# For the others read the last column and the intervals.
#
# Biases and start deserve a second look, since chapter 02 gave a reason to leave them alone.
# What do both kinds of network do with inputs a tenth as large?

# %% tags=["nbval-ignore-output"]
tenth = task.scaled(0.1)
for name, results in (("matrices only", good_results), ("biases, start trained", offset_results)):
    ratio = np.median(relative_errors(results, tenth) / relative_errors(results))
    print(f"{name:22s} relative error at a tenth of the input: {ratio:.2g} times as large")
    assert (ratio > 3) == (name != "matrices only")

# %% [markdown]
# Relative to the sums, an offset is ten times as large at a tenth of the input.
# Networks without offsets do not notice the scale.
#
# ## What the penalty and the second stage are for
#
# A penalty is meant to prevent **overfitting**: that a network learns its training trials by heart and does worse on new ones.
# With endless fresh trials there is nothing to learn by heart.
# So give it a chance: train on the *same* 16 trials at every step, with three penalties, and once on fresh ones.

# %% tags=["nbval-ignore-output"]
fixed = change(good, num_batches=500, batch_size=16, fresh_trials=False)
cases = {f"16 fixed, penalty {l2:g}": change(fixed, l2=l2) for l2 in (0.0, 1e-6, 1e-4)}
cases["fresh, no penalty"] = change(fixed, fresh_trials=True)
new, gap = {}, {}
for name, recipe in cases.items():
    results = trained(recipe)
    new[name] = np.array([evaluate(r.model, task, num_trials=1024).mse for r in results])
    gap[name] = np.median(new[name] / [r.history.mse[-1] for r in results])
    print(f"{name:22s} error on new trials {gap[name]:4.2g} times that on the known ones")
print("\nnew trials               median   ratio to fixed, penalty 0  better of 6")
found = {name: compare(name, errors, new["16 fixed, penalty 0"]) for name, errors in new.items()}
assert gap["16 fixed, penalty 0"] > 3 * gap["fresh, no penalty"]
assert found["16 fixed, penalty 0.0001"][0] > 1 > found["fresh, no penalty"][0]

# %% [markdown]
# On 16 fixed trials the networks do overfit: new trials have many times the error of the known ones.
# The large penalty narrows that *gap*, but look at the second table: it does so by making known and new trials worse.
# The small one is not told from none by six networks.
# Fresh trials end lowest.
# Where you can draw new trials, draw them.
#
# The course's recipe has a **second stage**: 1,000 batches of trials of 100 steps.
# It changes one more thing.
# The mean squared target grows with the step, so that the plain loss of a long trial is mostly about its end.

# %%
long_trial = IntegratorTask(num_steps=100)
size = theory.target_mean(long_trial) ** 2 + theory.target_variance(long_trial)
print(f"the last quarter holds {size[75:].sum() / size.sum():.0%} of the squared targets,")
print(f"the first quarter {size[:25].sum() / size.sum():.1%}")

# %% [markdown]
# Weighing the squared error at step $t$ by $1/t^2$ makes all steps count (`relative_error=True`; this is the "weighted" in the library's loss).
# Does the stage help?
# The course ships eight networks that had the first stage only, and the same eight after the second.

# %% tags=["nbval-ignore-output"]
steps_tested = (25, 100, 250)
for steps in steps_tested:
    before, after = (
        [
            evaluate(load_trained(kind, seed), task, num_trials=512, num_steps=steps).relative_mse
            for seed in range(8)
        ]
        for kind in ("rnn_short", "rnn")
    )
    ratio = np.log10(np.array(before) / after)
    half = 2.365 * ratio.std(ddof=1) / np.sqrt(8)
    low, high = 10 ** (ratio.mean() - half), 10 ** (ratio.mean() + half)
    print(f"{steps:3d} steps: before / after {10 ** ratio.mean():7.2g} ({low:.2g} to {high:.2g})")
assert low > 10

# %% [markdown]
# At the old length the stage changes next to nothing.
# At 100 steps and beyond, where small faults of the memory add up, it makes the difference.

# %% [markdown]
# ## An empty notebook
#
# **Exercise 5. Another task.** Can you train a network for something else?
# It is to *recall*: at each step it says the input of five steps ago, and 0 during the first five.
# Inputs are uniform between -1 and 1.
#
# Open an empty notebook, or add cells here, and write it all yourself: a module, its parameters, an optimizer, a loss, a step, a loop over keys.
# Then let `recall` return what your trained network says.
# The check draws new inputs and wants a mean squared error below 0.01; saying 0 has about 0.3.
# It sees only the numbers; that a network said them is between you and yourself.


# %% tags=["exercise"]
def recall(inputs):
    """Return your network's outputs, (time, trials, 1), for inputs of that shape."""
    raise NotImplementedError("write me: the loop of the first section, with other targets")


# %%
check(chapter03.recall, recall)

# %% [markdown]
# ## Summary
#
# - A training loop is a module, its parameters, an optimizer, a loss and a `for_loop` over keys.
# - Going back through time multiplies an error at every step; that is why gradients explode, and what clipping is for.
# - A schedule that is not stepped does nothing. Record the learning rate you actually used, and the error apart from the penalty.
# - Faults act together: single cures were hardly told from the noise between seeds, and all of them together ended far lower. Compare seeds in pairs, and give an interval.
# - With endless fresh data a penalty only costs.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. Why can the loss fall while the error does not?</summary>
#
# The loss is error plus penalty. Once the error is small, most of the loss is the penalty, and it can go on falling as the weights shrink.
#
# </details>
# <details><summary>2. What does a large eps turn Adam into?</summary>
#
# Where the gradients are small beside it, into gradient descent with momentum at the rate $\eta/\varepsilon$: the steps are no longer scaled by the size of the gradients.
#
# </details>
# <details><summary>3. From chapter 01: which guess has an error of 0.02 without being an integrator?</summary>
#
# One that adds up the first ten steps and draws a straight line on from there. Nearly all of the variance is the bias.
#
# </details>
#
# ## References
#
# - Kingma D. P., Ba J. (2015). Adam: a method for stochastic optimization. *ICLR*. <https://doi.org/10.48550/arXiv.1412.6980>
# - Pascanu R., Mikolov T., Bengio Y. (2013). On the difficulty of training recurrent neural networks. *ICML*, PMLR 28(3):1310-1318. <https://proceedings.mlr.press/v28/pascanu13.html>
# - Werbos P. J. (1990). Backpropagation through time: what it does and how to do it. *Proceedings of the IEEE* 78. <https://doi.org/10.1109/5.58337>
