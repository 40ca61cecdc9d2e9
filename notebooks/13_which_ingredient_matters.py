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
# # 13 Which ingredient matters
#
# **In this chapter you will** ask a question about training honestly: write the claim down
# first, run many seeds, give differences with intervals, correct for how many you asked for,
# and say what was *not* found; then do a study of your own.
#
# **You need** chapters 03, 04 and 07, and Student's t.
#
# *About 40 minutes to read, 60 seconds to run.*

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from integrator_lib import use_all_cores

use_all_cores()

from integrator_lib.course.checks import chapter13, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import plot_differences, plot_networks
from integrator_lib.studies import INGREDIENTS, holm, mean_interval, median_interval, read_all

start_chapter()
ingredients = read_all(INGREDIENTS)


# %% alt="Two columns of points with intervals, one row for each change to the recipe: the change of the log10 error at 25 steps and at 250 steps. At 25 steps most points are filled, two of them to the left of 0; at 250 steps four are." caption="Each row is one change to the recipe on twelve seeds. Most changes show at the trained length; far beyond it networks differ so much that fewer can be told from luck." tags=["hide-input"] jupyter={"source_hidden": true}
def differences(outcome, interval):
    """Return each change's difference from the base, and the names of the significant ones."""
    found = {
        name: interval(outcomes.of(outcome) - ingredients["base"].of(outcome))
        for name, outcomes in ingredients.items()
        if name != "base"
    }
    p_values = holm([estimate.p_value for estimate in found.values()])
    return found, {name for name, p in zip(found, p_values, strict=True) if p < 0.05}


at_25, shown_25 = differences("error at 25", mean_interval)
at_250, shown_250 = differences("error at 250", median_interval)
_, axes = plt.subplots(1, 2, figsize=(8.0, 6.4), sharey=True)
rows = sorted(at_25, key=lambda name: at_25[name].value)
panels = ((25, at_25, shown_25), (250, at_250, shown_250))
for ax, (steps, found, known) in zip(axes, panels, strict=True):
    in_order = {name: found[name] for name in rows}
    plot_differences(in_order, f"change of log10 error, {steps} steps", significant=known, ax=ax)
    ax.set_title(f"{len(known)} of {len(found)} changes show at {steps} steps")
plt.show()
assert len(shown_250) < len(shown_25) < len(at_25)

# %% [markdown]
# Chapter 03 changed a recipe and looked at six seeds.
# Above, one ingredient of the recipe is changed at a time, and each point stands for twelve pairs of networks.
# To the right of 0 the change does harm; one unit is a factor of ten in the relative error.
# Filled points are significant after a correction for their number.
#
# What was changed in each row? In the **base**, nothing: it has the first level of everything below.


# %%
def told(changes):
    """Return changes in words; stages as batches x steps, with the first learning rate."""
    words = []
    for name, value in changes.items():
        match name.rsplit(".", 1)[-1]:
            case "stages":
                batches = " + ".join(
                    f"{stage.num_batches}x{stage.num_steps or 25}" for stage in value
                )
                words.append(f"batches {batches}, rate {value[0].learning_rate:g}")
            case "task":
                words.append(f"bias_scale {value.bias_scale}, noise_scale {value.noise_scale}")
            case short:
                words.append(f"{short} {value}")
    return ", ".join(words)


for factor in INGREDIENTS.factors:
    base, *others = factor.levels
    print(f"{factor.name}: {base}")
    for level in others:
        print(f"    {level:28s}{told(factor.levels[level])}")

# %% [markdown]
# The base trains a network for 600 batches of 32 trials of 25 steps, on a learning rate that falls as a cosine to 0.
# `initial_scale` is a factor on the initial recurrent weights, `trains all` adds biases and initial state to the matrices, `l2` is the weight of the penalty.
# Other lengths come with about as many steps in all.
#
# **Which of these rows would you have bet on?
# And which of the points would have been believed if each had been run once?**

# %% [markdown]
# ## A claim comes first
#
# Try enough changes and one of them will help by luck.
# Whoever decides *afterwards* what to look at will always find something.
# So three things are fixed before the run: the design, the predictions, and how they will be judged.
#
# The design is data.
# A **factor** is something that is varied, its **levels** are the values it takes.
# A design is **crossed** if every level of a factor meets every level of the others.

# %%
from integrator_lib.studies import LSTM_PREDICTIONS, PREDICTIONS, SPIKES

print(SPIKES.question)
for factor in SPIKES.factors:
    print(f"  {factor.name}: {', '.join(factor.levels)}")
print(f"compared: {', '.join(SPIKES.outcomes)}")
print(f"{len(SPIKES.conditions)} conditions, seeds {SPIKES.seeds[0]} to {SPIKES.seeds[-1]} in each")
recipes = [condition.recipe for condition in SPIKES.conditions.values()]
first, last = recipes[0], recipes[-1]
print("first and last condition:")
for name in ("clip_norm", "step_schedule", "adam_eps"):
    print(f"  {name:14s}", getattr(first, name), getattr(last, name))
print("  learning rate ", first.stages[0].learning_rate, last.stages[0].learning_rate)

# %% [markdown]
# Why does the learning rate differ?
# With an `eps` of 0.1 Adam's steps are shorter, so that the same rate would compare a trained network with one that has learnt little.
# Each of the two got the rate that suits it, found in a search of rates on other seeds.
#
# The predictions were written into a file with a date, and the file was committed, before the run.
# (The two largest studies were then cut for want of processor time, before any of their networks was trained. The file's history shows that, too.)
# Each is a range for a difference: *this minus that lies between here and there*.

# %%
for p in PREDICTIONS + LSTM_PREDICTIONS:
    print(f"{p.name:5s}{p.claim}")
    print(f"     {p.study}, {p.outcome}: between {p.low:g} and {p.high:g}")

# %% [markdown]
# **Predict first.** Mark those that you believe, and those that you doubt.
# They came from a pilot: fewer networks, other seeds, and nobody had said beforehand what to look for.
# That is what pilots are for.
#
# ## One function runs it
#
# A condition is all that decides a network but its seed: how it is built, its data, its recipe.

# %%
from integrator_lib.studies import run_condition

show_source(run_condition)

# %% [markdown]
# The seed decides initial weights and training trials.
# All networks are tested on the same trials, of 25, 100, 250 and 1000 steps.
# Their errors span many powers of ten, so that averages are taken of the *logarithm* of the relative error.
#
# What if a network's output overflows?
# It has no error to average.
# It counts as **diverged**, with an error of ten times that of always saying 0, and the number of such networks is reported.
#
# The stored runs took three quarters of an hour of processor time.
# Here is a part of it on your machine: three initialisations of the recurrent weights, six new seeds each.

# %% tags=["nbval-ignore-output"]
live = {
    name: run_condition(INGREDIENTS.conditions[name], range(200, 206))
    for name in ("base", "identity x0.5", "identity")
}
print("                 log10 error at 25 steps      at 250 steps, diverged")
print("                   here        stored")
for name, here in live.items():
    new, old = here.of("error at 25"), ingredients[name].of("error at 25")
    spread = max(old.std(ddof=1), 0.05)
    allowed = 4 * spread * np.sqrt(1 / len(new) + 1 / len(old))
    far, lost = np.median(here.of("error at 250")), here.diverged_at(250).sum()
    print(f"{name:15s} {new.mean():8.2f} {old.mean():12.2f} {far:17.2f} {lost:9d}")
    assert abs(new.mean() - old.mean()) < allowed
assert np.median(live["identity"].of("error at 250")) > np.median(live["base"].of("error at 250"))

# %% [markdown]
# Other seeds, perhaps another machine, and the same picture.
# The cell stops if a mean is further from the stored one than four standard errors.
#
# ## How many seeds?
#
# How much do networks of one condition differ?
# And does it help that the conditions share their seeds?
# If good seeds were good everywhere, the differences of pairs would vary less than those of strangers.

# %%
print("log10 error at   sd of networks   sd of pairs   sd of strangers")
for length in (25, 250):
    base = ingredients["base"].error_at(length)
    others = [o.error_at(length) for name, o in ingredients.items() if name != "base"]
    alone = np.median([o.std(ddof=1) for o in others])
    pairs = np.median([(o - base).std(ddof=1) for o in others])
    strangers = np.median([np.hypot(o.std(ddof=1), base.std(ddof=1)) for o in others])
    print(f"{length:14d} {alone:14.2f} {pairs:13.2f} {strangers:14.2f}")

# %% [markdown]
# Pairs vary about as much as strangers.
# What a seed decides is soon forgotten, and pairing gains next to nothing.
# It costs nothing either, and the interval of the paired differences is right in any case, so we keep it.
#
# So how many seeds does it take?
# Let differences have a standard deviation $s$, and let $\delta$ be the effect to be found.
# A test at level $\alpha$ claims an effect if the mean lies $z_{1-\alpha/2}$ standard errors $s/\sqrt n$ from 0.
# For it to get there in a share $p$ of all cases, the **power**, the effect must lie another $z_p$ beyond:
#
# $$n = \frac{(z_{1-\alpha/2} + z_p)^2\, s^2}{\delta^2}.$$
#
# With $k$ comparisons, $\alpha = 0.05/k$ is on the safe side.
#
# **Exercise 1. How many seeds?** Take a power of 0.8.


# %% tags=["exercise"]
def seeds_for_effect(std, effect, comparisons):
    """Return the fewest seeds that show an effect in 80 % of cases, among so many comparisons."""
    raise NotImplementedError("scipy.stats.norm.ppf gives z, np.ceil rounds up")


# %%
check(chapter13.seeds_for_effect, seeds_for_effect)

# %% [markdown]
# What would half as many seeds have said?
# Take the first six and the last six of our twelve.
# Each half asks of each change, without correction: is 0 outside of its 95 % interval?

# %%
for length, interval in ((25, mean_interval), (250, median_interval)):
    claims = []
    for half in (slice(0, 6), slice(6, 12)):
        pairs = [
            (o.error_at(length) - ingredients["base"].error_at(length))[half]
            for name, o in ingredients.items()
            if name != "base"
        ]
        claims.append([interval(pair).p_value < 0.05 for pair in pairs])
    one, other = np.array(claims)
    print(f"{length:3d} steps: effects claimed by both halves {np.sum(one & other)},")
    print(
        f"           by one half alone {np.sum(one != other)}, by neither {np.sum(~one & ~other)}"
    )

# %% [markdown]
# An effect that one half claims and the other does not is no discovery.
#
# Few seeds have another limit.
# At 250 steps single networks are very bad, so that a mean says little, and we compare *medians*.
# The **sign test** asks how often so many of $n$ differences would have one sign by luck, as with coins.
# All $n$ alike has a probability of $2\cdot 2^{-n}$: no sign test of $n$ seeds can give less.

# %%
comparisons = len(at_250)
print("seeds  smallest p-value  times the number of comparisons")
for n in (6, 8, 12, 16):
    smallest = median_interval(np.ones(n)).p_value
    print(f"{n:5d} {smallest:17.5f} {min(1.0, comparisons * smallest):20.3f}")
    assert np.isclose(smallest, 2.0 ** (1 - n))
eleven = median_interval([-1.0, *np.ones(11)]).p_value
print(f"11 of 12 {eleven:14.5f} {min(1.0, comparisons * eleven):20.3f}")
assert comparisons * eleven > 0.05

# %% [markdown]
# With eight seeds and this many comparisons *nothing* could have been significant after a correction for their number, whatever the networks do.
# With twelve, all pairs have to agree if the p-value is multiplied by all comparisons: a single one that does not (last line) is enough for a change not to be shown.
# That is the price of a test that trusts no single network's size of error.
#
# ## Differences, with intervals, corrected
#
# A p-value below 0.05 alone is no news: it shows its effect wrongly in 5 % of cases.
# It also does not say how large an effect is.
# An interval does.
#
# **Exercise 2. A paired difference.** `base` and `changed` hold the log error of the same seeds in two conditions.


# %% tags=["exercise"]
def paired_interval(base, changed):
    """Return (mean, low, high): the mean of changed minus base and its 95 % interval by Student's t."""
    raise NotImplementedError("what varies: the networks, their differences, or the mean of those?")


# %%
check(chapter13.paired_interval, paired_interval)

# %% [markdown]
# With two dozen comparisons and no effect at all, at least one p-value below 0.05 is to be expected.
# Holm's correction (Holm 1979) multiplies the smallest p-value by their number $k$, the next by $k-1$, and so on; and none may fall below one before it.
# Then the chance of *any* wrong claim is at most 5 %.
# Does it hold?

# %%
rng = np.random.default_rng(0)
luck = rng.random((4000, comparisons))
raw, safe = np.mean(luck.min(axis=1) < 0.05), np.mean([holm(p).min() < 0.05 for p in luck])
print(f"no effect anywhere, {comparisons} comparisons: something is claimed")
print(f"  uncorrected in {raw:.0%} of cases, corrected in {safe:.0%}")
some = 1 - 0.95**comparisons
allowed, allowed_raw = (4 * np.sqrt(p * (1 - p) / len(luck)) for p in (0.05, some))
assert safe < 0.05 + allowed and abs(raw - some) < allowed_raw

# %% [markdown]
# **Exercise 3. Holm's correction.** Return the corrected values in the order of the given ones.


# %% tags=["exercise"]
def corrected(p_values):
    """Return p-values (tests,) corrected for how many there are."""
    raise NotImplementedError("np.argsort gives the order; put each back into its place")


# %%
check(chapter13.corrected, corrected)

# %% [markdown]
# Now the figure from above in numbers.
# A star says that the difference is significant after the correction, at its length.
# The last column says in how many of the twelve pairs the change was worse than the base at 250 steps.

# %%
worse = {
    name: int(np.sum(ingredients[name].error_at(250) > ingredients["base"].error_at(250)))
    for name in rows
}
print(f"{'change of the log10 error':28s}      at 25 steps             at 250 steps         pairs")
for name in rows:
    row = f"{name:28s}"
    for found, known in ((at_25, shown_25), (at_250, shown_250)):
        e = found[name]
        row += f"{e.value:+6.1f} ({e.low:+.1f} to {e.high:+.1f}) {'*' if name in known else ' '} "
    print(f"{row} {worse[name]:3d}")
print(
    f"not significant: {len(at_25) - len(shown_25)} at 25 and {len(at_250) - len(shown_250)} at 250"
)
assert shown_250 == {name for name in rows if worse[name] in (0, 12)}

# %% [markdown]
# *Not significant* is not *no effect*.
# The interval says what was ruled out.
# Where it reaches from -1 to 1, an effect of a factor of ten either way may be there, and we would not have seen it.
# And some intervals at 250 steps leave 0 out although there is no star: one interval alone is not corrected for the many others.
# The plainest case is `100 throughout`, worse in eleven of twelve pairs, with a factor of about 90 in the median: one pair that disagrees takes its star.
#
# Some surprises stand in the table. How large are they as factors?

# %%
for name in ("identity x0.5", "one batch for ever", "orthogonal", "100 throughout"):
    for steps, found in ((25, at_25), (250, at_250)):
        value, low, high = 10 ** np.array([found[name].value, found[name].low, found[name].high])
        print(f"{name:20s}{steps:4d} steps: error times {value:.2g} ({low:.2g} to {high:.2g})")
assert min(at_25, key=lambda name: at_25[name].value) == "identity x0.5"
assert "one batch for ever" in shown_25 - shown_250
assert "orthogonal" not in shown_25 | shown_250

# %% [markdown]
# The start that helps most at 25 steps is half an identity.
# One batch of 32 trials, used again and again, costs a factor of about three at 25 steps. At 250 steps nothing can be told from luck.
# Orthogonal weights (Saxe et al. 2014), made for deep linear networks, cannot be told from Xavier's.
# At 25 steps their interval leaves less than a factor of two either way; at 250 it leaves one of about seven, so that little is ruled out.
#
# **Each cell at its best.**
# Chapter 04 showed one GRU and one tanh network that fail beyond their training, and warned: they had followed a recipe made for ReLU networks.
# Here each cell has a recipe of its own, and a third gated cell is with them: the **LSTM** (Hochreiter and Schmidhuber 1997), which keeps a memory beside its output.
# The recipes come from a search on other seeds: seven learning rates, each with two values of Adam's beta2, and with the matrices alone trained or all parameters.
# The search was as long for each cell, the ReLU cell included; the lowest error at 25 steps decided.

# %%
from integrator_lib.studies import CELL_RECIPES, CELLS, SEARCH_CELLS

tried = len(SEARCH_CELLS.conditions) // len(CELL_RECIPES)
print(f"the best of {tried} recipes for each cell, {SEARCH_CELLS.num_seeds} networks a recipe")
for name, (adam, trained, rate) in CELL_RECIPES.items():
    print(f"{name:5s} {adam}, trained {trained}, rate {rate:g}")
rates = [float(rate) for rate in SEARCH_CELLS.factors[-1].levels]
assert all(min(rates) < rate < max(rates) for *_, rate in CELL_RECIPES.values())

cells = read_all(CELLS)
print("\nmedian log10 error    at 25   minus ReLU          at 250   minus ReLU")
lost = {}
for name, outcomes in cells.items():
    row = f"{name:14s}"
    for length, interval in ((25, mean_interval), (250, median_interval)):
        e = interval(outcomes.error_at(length) - cells["relu"].error_at(length))
        row += f"{np.median(outcomes.error_at(length)):12.1f}"
        row += "                   " if name == "relu" else f" {e.low:+10.1f} to {e.high:+.1f}"
        lost[name, length] = e.low
    print(row)
assert all(lost[name, 250] > 1 for name in cells if name != "relu")

# %% [markdown]
# With recipes of their own, and medians of twelve, the other cells still fail at 250 steps: each loses more than a power of ten there, even at the lower end of its interval.
# No best rate was the lowest or the highest that was tried, so that the search did not end at its edge.
# It says nothing of larger networks, of longer training, or of trials of other lengths.
#
# ## What causes the loss spikes?
#
# During training the error sometimes leaps up for a batch or two.
# Say that a batch is a **spike** if its error is more than ten times the median of the fifty batches before.
# The textbook answer to spikes is to clip the gradient (Pascanu et al. 2013).
# Is that what removes them here?

# %% alt="Spikes in each of sixteen networks, one row of dots for each of eight conditions, with a bar at the median. The four rows with the cosine schedule have medians from 0 to 5, the four without from 12 to 20, with clipping and without." caption="Spikes come with a learning rate that stays high, with clipping and without." tags=["hide-input"] jupyter={"source_hidden": true}
spikes = read_all(SPIKES)
label = "spikes in 600 batches (bar: median of 16 networks)"
ax = plot_networks({name: o.spikes for name, o in spikes.items()}, label)
number = {name: o.spikes.sum() for name, o in spikes.items()}
unscheduled = sum(n for name, n in number.items() if "no schedule" in name)
ax.set_title(f"{unscheduled / sum(number.values()):.0%} of the spikes come without the schedule")
plt.show()
medians = {name: np.median(o.spikes) for name, o in spikes.items()}
high = [median for name, median in medians.items() if "no schedule" in name]
low = [median for name, median in medians.items() if "cosine" in name]
assert len(high) == len(low) == 4 and min(high) > max(low)

# %% [markdown]
# In a crossed design each factor's effect is averaged over all levels of the others: its **main effect**.
# Two factors have an **interaction** if the one changes the effect of the other.
# Both are weighted sums of the conditions, taken seed by seed, and so have the same kind of interval.


# %%
from integrator_lib.studies import contrast


def effects(design, outcomes, outcome):
    """Return main effects and interactions of a crossed design, and the significant ones."""
    names = [factor.name for factor in design.factors]
    weights = {name: design.main_effect(name) for name in names}
    for i, one in enumerate(names):
        weights |= {f"{one} x {two}": design.interaction(one, two) for two in names[i + 1 :]}
    values = {name: o.of(outcome) for name, o in outcomes.items()}
    found = {name: mean_interval(contrast(values, w)) for name, w in weights.items()}
    p_values = holm([e.p_value for e in found.values()])
    return found, {name for name, p in zip(found, p_values, strict=True) if p < 0.05}


found, known = effects(SPIKES, spikes, "spikes")
for name, e in found.items():
    print(f"{name:20s} {e.value:+6.1f}  ({e.low:+5.1f} to {e.high:+5.1f})", "*" * (name in known))
assert known == {"schedule"}

# %% [markdown]
# The schedule does it, and nothing else is significant.
# *Clipping does not matter to spikes* would still say too much: the interval of its effect allows a few spikes either way.
# And clipping may help with the small `eps` and harm with the large one: the interval of this interaction leaves 0 out, though it has no star.
# What is ruled out is that clipping matters as much as the schedule.
#
# Why should clipping do so little?
# Adam divides each gradient by the root of its own running mean square.
# So no weight moves by much more than one learning rate in a step, however long the gradient (Kingma and Ba 2015): as long as `eps` is small, Adam clips by itself.
# What decides how far a step can go is the learning rate, and that is what the schedule lowers.
# This is a reason to expect the result, not a proof of it; an exercise could take it further.
# The notebook that this task descends from, of *computation-thru-dynamics*, calls clipping hugely important.
# It trained tanh networks for longer; this study says nothing about those.

# %% [markdown]
# ## What decides whether it integrates beyond?
#
# All our networks integrate over the lengths they saw.
# Which ingredients decide whether they go on to do so?
# Five factors with two levels each have 32 combinations.
# Half of them, well chosen, tell all main effects and all interactions of two factors apart (Box and Hunter 1961): 16 conditions of eight networks.
# An error at 250 steps is a symptom.
# Chapter 07 named two causes: an eigenvalue that is not 1, and a gain that is not 1.
# So look at those: the logarithm of their distance from 1, at the worse end of the line.

# %% alt="Main effects of five factors with intervals in four panels: on the log error at 25 steps, on the log distance of the eigenvalue from 1, on that of the gain, and on the log error at 250 steps. The interval of the recurrent weights contains 0 in the first panel, and their effect is by far the largest in the others." caption="The start of the recurrent weights decides beyond 25 steps; its average effect on the error at the trained length is near 0." tags=["hide-input"] jupyter={"source_hidden": true}
from integrator_lib.studies import BEYOND

beyond, asked = read_all(BEYOND), BEYOND.outcomes
figure, axes = plt.subplots(1, 4, figsize=(8.6, 3.0), sharey=True)
decided, stars = {}, {}
for ax, outcome in zip(axes, asked, strict=True):
    decided[outcome], stars[outcome] = effects(BEYOND, beyond, outcome)
    alone = {factor.name: decided[outcome][factor.name] for factor in BEYOND.factors}
    plot_differences(alone, f"change of log10\n{outcome}", significant=stars[outcome], ax=ax)
title = "On average, the start of the weights shows only beyond 25 steps"
figure.suptitle(title, x=0.02, ha="left")
plt.show()
assert "recurrent weights" not in stars["error at 25"]
for outcome in asked[1:]:
    sizes = {factor.name: abs(decided[outcome][factor.name].value) for factor in BEYOND.factors}
    assert max(sizes, key=sizes.get) == "recurrent weights" in stars[outcome]

# %%
for factor in BEYOND.factors:
    print(f"{factor.name}: {' -> '.join(factor.levels)}")
print(f"\nlog10 of{'':16s}" + "".join(f"{outcome:>18s}" for outcome in asked))
for factor in BEYOND.factors:
    row = f"{factor.name:24s}"
    for outcome in asked:
        e, star = decided[outcome][factor.name], "*" if factor.name in stars[outcome] else " "
        row += f"{e.value:+9.2f} +- {(e.high - e.low) / 2:.2f}{star}"
    print(row)
for outcome in asked:
    pairs = [name for name in stars[outcome] if " x " in name]
    print(f"interactions, {outcome}:", ", ".join(sorted(pairs)) or "none is significant")

# %% [markdown]
# Each number is the mean with the second level minus that with the first.
# Averaged over the other factors, an identity cannot be told from Xavier's start at 25 steps.
# But the interaction with the schedule is significant there. So what does an identity do with a schedule, and what without?
# And in how many networks is there no gain at all to speak of?

# %%
logs = {name: outcomes.error_at(25) for name, outcomes in beyond.items()}
main = BEYOND.main_effect("recurrent weights")
turned = BEYOND.interaction("recurrent weights", "schedule")
apart = {
    level: mean_interval(
        contrast(logs, {name: w + sign * turned[name] for name, w in main.items()})
    )
    for level, sign in (("cosine", -1), ("no schedule", 1))
}
for level, e in apart.items():
    print(
        f"identity minus Xavier at 25 steps, {level:12s}{e.value:+.2f} ({e.low:+.2f} to {e.high:+.2f})"
    )
assert apart["cosine"].low > 0 > apart["no schedule"].high
for start in ("xavier", "identity"):
    told_by = [o for name, o in beyond.items() if name.split(", ")[0] == start]
    number = sum(len(o.seeds) for o in told_by)
    bound = sum(np.sum(o.gain_error() == 0) for o in told_by)
    without = sum(np.isnan(o.gain).any(axis=1).sum() for o in told_by)
    print(f"{start:9s} gain counted as 1 off: {bound:2d} of {number}, of these no gain: {without}")

# %% [markdown]
# With a schedule the identity is worse at 25 steps, without one it is better: the two cancel in the average.
# Beyond, it puts the eigenvalue some ten times as far from 1, and the error at 250 steps up by about two powers of ten.
# The effect on the gain is a matter of counting.
# In 24 of the 64 networks with an identity no real eigenvalue lies near 1 at one of the ends, so that nothing integrates there and no gain can be told; that counts as a distance of 1.
# In 27 more the gain is off by 1 or more, and counts as 1 as well.
# So the panel says that the gain is lost, and not by how much.
#
# Longer trials in the last third, at the same cost, move the eigenvalue the other way, it seems.
# But look at the interactions before you praise a main effect.
# Those trials come with a small learning rate, as after a schedule: much of what they bring is seen in the conditions that have no schedule.
# Added to the base alone, in the figure at the top, they gain nothing at 250 steps that could be told from luck.
#
# Why is the identity so bad?
# It was proposed as a start because it keeps everything (Le et al. 2015).
# But training changes the weights by little more than one direction (Schuessler et al. 2020), so that it may move *one* eigenvalue to 1 and leave the others where they were put.
# Then a start whose eigenvalues are all at 1 is a burden, and one should be near 1 at most (Talathi and Vartak 2015).
# Let the start be the identity times a factor, and look at the second largest eigenvalue after training.

# %% alt="Second largest eigenvalue after training against the factor on the identity: most networks on the line of equality for 0.25 and 0.5, most above it for 0.9, and above 1 for a factor of 1." caption="Training leaves most second eigenvalues that start well below 1 where initialisation put them; of those that start near 1 it takes a second one along."
scales = {f"identity x{s:g}": s for s in (0.25, 0.5, 0.9)} | {"identity": 1.0}
_, ax = plt.subplots(figsize=(5.0, 3.4))
ax.plot([0.2, 1.05], [0.2, 1.05], color="#555555", lw=0.8, ls=":", label="where it started")
moved, stayed = {}, {}
for name, scale in scales.items():
    second = ingredients[name].of("second eigenvalue")
    moved[scale] = np.median(second) - scale
    stayed[scale] = np.mean(np.abs(second - scale) < 0.01)
    ax.plot(np.full(len(second), scale), second, "o", ms=4, color="#0072B2", alpha=0.5)
    print(f"factor {scale:4.2f}: median {np.median(second):.3f}, within 0.01: {stayed[scale]:.0%}")
ax.set(xlabel="factor on the identity", ylabel="second eigenvalue, trained")
ax.set_title("Most low eigenvalues stay where they started")
ax.legend(loc="lower right")
plt.show()
assert max(abs(moved[0.25]), abs(moved[0.5])) < 0.01 and min(stayed[0.25], stayed[0.5]) > 0.5
assert moved[0.9] > 0.05 and moved[1.0] > 0

# %% [markdown]
# At a quarter and a half, the median second eigenvalue is within a hundredth of where it was put.
# At 0.9 it is not, but moved by more than 0.05: where others are close to 1, training does not move one alone.
# With a factor of 1 a hundred eigenvalues stand at 1, and training takes at least a second one above 1, so that two directions grow at every step.
# How does that look from outside?

# %%
from integrator_lib.studies import LENGTHS

print("median log10 error at     " + "".join(f"{n:>8d}" for n in LENGTHS) + "   diverged at 1000")
for name in ("base", "identity", "identity x0.5"):
    outcomes = ingredients[name]
    medians = [np.median(outcomes.error_at(n)) for n in LENGTHS]
    lost = f"{outcomes.diverged_at(1000).sum()} of {len(outcomes.seeds)}"
    print(f"{name:26s}" + "".join(f"{m:8.1f}" for m in medians) + f"{lost:>19s}")
assert ingredients["identity"].diverged_at(1000).all()
dearer = [name for name in rows if at_25[name].value > at_25["identity"].value]
spared = [name for name in dearer if at_250[name].value < at_250["identity"].value]
for steps, found in ((25, at_25), (250, at_250)):
    print(f"identity: error times {10 ** found['identity'].value:.1g} at {steps} steps")
print(f"identity: diverged at 250 steps {ingredients['identity'].diverged_at(250).sum()} of 12")
print(f"dearer at 25 steps: {len(dearer)} changes, less bad at 250: {len(spared)} of these")
assert "identity" in shown_25 and dearer and spared == dearer

# %% [markdown]
# The identity costs a factor of two at the length that it saw, and that difference has a star.
# Beyond, it is useless: at 250 steps most of its networks have diverged already, so that their factor says only how bad counts as diverged.
# Thirteen other changes cost more at 25 steps, and each of them is less bad at 250.
# **An error at the trained lengths does not say which network is good beyond.**
#
# ## What came of the predictions, and a study of your own
#
# Each prediction is held against its interval.
# It *held* if the whole interval lies in the predicted range, and *failed* if none of it does.
# Otherwise it is *open*: we had too few networks to say.
# The intervals are widened so that all of them hold together in 95 % of cases.
# (The last two, of the LSTM, were written down a day later, before its networks were trained, and are judged by themselves.)

# %%
from integrator_lib.studies import Condition, judged, verdict

results = judged(PREDICTIONS) + judged(LSTM_PREDICTIONS)
for prediction, e, said in results:
    print(f"{prediction.name:5s}{said:7s}{e.value:+6.2f} ({e.low:+.2f} to {e.high:+.2f})")
    print(f"     {prediction.claim}")
verdicts = [said for _, _, said in results]
print({said: verdicts.count(said) for said in ("held", "open", "failed")})

# %% [markdown]
# **Exercise 4. A study of your own.**
# Choose a change, predict its effect on the error at 250 steps, run it, and judge.
# `run(changes, seeds)` trains one network a seed and returns their log errors; `run({}, seeds)` is the base.
# A change is named by its place, such as `{"recipe.adam_beta2": 0.999}` or `{"network.hidden_size": 50}`.
# Take at least twelve seeds of your own.
# The check runs your study on invented outcomes: it judges form and arithmetic, not whether you were right.


# %% tags=["exercise"]
def own_study(run):
    """Return (prediction, estimate, verdict) of a study of one change.

    prediction: (low, high), the range predicted for changed minus base.
    estimate: (mean, low, high) of the paired difference, by mean_interval.
    verdict: "held", "failed" or "open", by verdict.
    """
    raise NotImplementedError("first the prediction, then the runs")


# %%
check(chapter13.own_study, own_study)

# %% [markdown]
# When the check has passed, run it with networks.
# `Condition().changed(changes)` makes the condition; a dozen networks take some ten seconds on two cores.
#
# ```python
# def run(changes, seeds):
#     return run_condition(Condition().changed(changes), seeds, progress=True).error_at(250)
#
# own_study(run)
# ```
#
# **Larger studies.**
# `make studies` runs every study of this chapter.
# Each condition is stored as soon as it is finished, in a file that is written whole or not at all.
# After an interrupt the same command goes on with what is missing.
#
# Several machines share the work if each is given one command.
# The first one's address, with a free port, is the *coordinator*:
#
# ```
# python -m integrator_lib.studies --coordinator 10.0.0.1:9911 --processes 2 --process 0
# python -m integrator_lib.studies --coordinator 10.0.0.1:9911 --processes 2 --process 1
# ```
#
# JAX connects the processes (`jax.distributed`).
# They take turns of one condition each, exchange what they found, and the first stores it.
# If one dies, the others stop too, and the finished conditions are there.
# A test does this with two processes on one machine: the same results as with one, and each condition run once.
# Machines that are apart were not at hand.

# %% [markdown]
# ## Summary
#
# - Fix design, predictions and the way of judging before the run. Pilots are for finding predictions, not for confirming them.
# - Average logarithms of errors; count networks that diverge, and say how many.
# - A difference comes with an interval, a list of differences with a correction for its length. Few seeds may be unable to show anything.
# - *Not significant* is a statement about the study. Only the interval says what was ruled out.
# - The learning-rate schedule takes most loss spikes away. Clipping was not shown to matter to them; less than six spikes either way is all that can be said (H5b).
# - Training takes one eigenvalue to 1 and leaves most second ones that start well below 1 where initialisation put them. Those near 1 it takes along, so that H2 stays open.
# - The identity costs a factor of two at the trained length, and beyond it the network is useless.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. Why must a prediction be written down before the run, if nobody cheats?</summary>
#
# Among many possible comparisons some will show something by luck. Whoever chooses afterwards chooses among those, without noticing, and no correction knows how many there were.
#
# </details>
# <details><summary>2. A study finds a difference of 0.1 with an interval from -0.9 to 1.1. Does the ingredient not matter?</summary>
#
# That is not known. An effect of a factor of ten either way is compatible with the data. To claim that it does not matter, the whole interval has to lie within what one calls negligible.
#
# </details>
# <details><summary>3. Why can eight seeds and a sign test show nothing, if twenty comparisons are corrected for?</summary>
#
# The smallest p-value that eight signs can give is 2/256, about 0.008. Times twenty it is 0.16.
#
# </details>
# <details><summary>4. From chapter 07: two networks have the same error at the trained lengths. What do you look at to know which will do better beyond?</summary>
#
# The eigenvalues of the Jacobian on the line: how far the integrating one is from 1, and whether any other has a size near 1; and the gain.
#
# </details>
#
# ## References
#
# - Box G. E. P., Hunter J. S. (1961). The 2^(k-p) fractional factorial designs, part I. *Technometrics* 3. <https://doi.org/10.1080/00401706.1961.10489951>
# - Hochreiter S., Schmidhuber J. (1997). Long short-term memory. *Neural Computation* 9(8):1735-1780. <https://doi.org/10.1162/neco.1997.9.8.1735>
# - Holm S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of Statistics* 6:65-70.
# - Kingma D. P., Ba J. (2015). Adam: a method for stochastic optimization. *ICLR*. <https://doi.org/10.48550/arXiv.1412.6980>
# - Le Q. V., Jaitly N., Hinton G. E. (2015). A simple way to initialize recurrent networks of rectified linear units. <https://doi.org/10.48550/arXiv.1504.00941>
# - Pascanu R., Mikolov T., Bengio Y. (2013). On the difficulty of training recurrent neural networks. *ICML*, PMLR 28(3):1310-1318. <https://proceedings.mlr.press/v28/pascanu13.html>
# - Saxe A. M., McClelland J. L., Ganguli S. (2014). Exact solutions to the nonlinear dynamics of learning in deep linear neural networks. <https://doi.org/10.48550/arXiv.1312.6120>
# - Schuessler F., Mastrogiuseppe F., Dubreuil A., Ostojic S., Barak O. (2020). The interplay between randomness and structure during learning in RNNs. *NeurIPS*. <https://doi.org/10.48550/arXiv.2006.11036>
# - Talathi S. S., Vartak A. (2015). Improving performance of recurrent neural network with ReLU nonlinearity. <https://doi.org/10.48550/arXiv.1511.03771>
