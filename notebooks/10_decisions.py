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
# # 10 Decisions
#
# **In this chapter you will** read choices, decision times and confidence off a trained network,
# compare each with the best that any observer could do,
# and predict from reaction times alone how often two monkeys choose correctly.
#
# **You need** chapters 01, 04 and 05, the normal distribution and Bayes' rule.
#
# *About 45 minutes to read, 40 seconds to run.*

# %% jupyter={"source_hidden": true} tags=["hide-input"]
from dataclasses import replace

import brainstate
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from scipy import optimize, stats

from integrator_lib import IntegratorTask, filtering, load_trained, predict
from integrator_lib.applications import decide, draw_evidence
from integrator_lib.course.checks import chapter10, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.dynamics import linearise_ends, readout, transition
from integrator_lib.networks import leaky_integrator
from integrator_lib.plotting import PALETTE, plot_measured, plot_runs_to_bound

start_chapter()
task, original = IntegratorTask(), IntegratorTask.original()
models = [load_trained("rnn_short", seed) for seed in range(8)]
model = models[0]

# %% alt="Left: the outputs of a network in ten trials wander to an upper or a lower bound within up to three hundred steps; a narrow grey stripe marks the 25 steps it was trained on. Right: share of correct choices of two monkeys against the coherence of moving dots, measured points near two predicted curves." caption="A network that was never taught to decide makes decisions whose accuracy and time are known in advance; how often two monkeys are right follows from how long they take." tags=["hide-input"] jupyter={"source_hidden": true}
from integrator_lib.applications import COHERENCE, MONKEYS, fit_reaction_times

opening = predict(model, draw_evidence(0.0025, 0.05, 800, 10, seed=3))
_, axes = plt.subplots(1, 2, figsize=(8.0, 3.4))
plot_runs_to_bound(opening, decide(opening, 0.5).steps, 0.5, trained_steps=25, ax=axes[0])
axes[0].set_title("Trained on 25 steps, it decides over hundreds")
fine = np.linspace(0, 0.55, 200)
predicted, measured = {}, {}
for n, m in enumerate(MONKEYS, 1):
    predicted[f"monkey {n}, predicted"] = fine, fit_reaction_times(m).accuracy(fine)
    deviation = (m.accuracy * (1 - m.accuracy) / m.num_trials) ** 0.5
    measured[f"monkey {n}"] = COHERENCE, m.accuracy, 1.96 * deviation
plot_measured(predicted, measured, "coherence of the dots", "share correct", ax=axes[1])
axes[1].set_title("Accuracy, predicted from times alone")
plt.show()

# %% [markdown]
# Dots flicker on a screen, and a few of them move together: to the left or to the right?
# Many cells in the visual cortex respond to either direction, all of them noisily.
# The best thing to do with noisy evidence is to add it up, and that is what the network of this course does.
#
# Left, one of the shipped networks adds up evidence until its output reaches a bound.
# It never saw a trial of more than 25 steps (grey).
# Right, two monkeys; the curves were fitted to their *reaction times* only, and no number was fitted to the points.
# **How can times tell how often a choice is right? And who told the network when to stop?**

# %% [markdown]
# ## A choice after a fixed time
#
# The evidence of a step is $x_t = b + \sigma\xi_t$, with a *drift rate* $b$ that is positive if the right answer is *right*.
# After $T$ steps the network says *right* if its output is above 0.
# How often does it, at a drift rate of $b$?
#
# The sum has mean $bT$ and variance $\sigma^2 T$.
# With the normal distribution function $\Phi$,
#
# $$P(\text{right}) = \Phi\left(\frac{b\sqrt T}{\sigma}\right).$$
#
# As a function of $b$ this is the **psychometric curve**.
# *Before you run the cell:* with $\sigma = 0.05$ and $T = 25$, how often is $b = 0.01$ judged correctly?

# %%
from integrator_lib.applications import (
    fit_probit,
    leaky_sensitivity,
    probability_right,
    wilson_interval,
)

SIGMA, STEPS, TRIALS = 0.05, 25, 1000
DRIFT_RATES = np.linspace(-0.03, 0.03, 13)
evidence = draw_evidence(
    np.repeat(DRIFT_RATES, TRIALS), SIGMA, STEPS, len(DRIFT_RATES) * TRIALS, seed=9
)
sums = np.cumsum(np.asarray(evidence, np.float64), axis=0)


def count_right(outputs):
    """Return how often each drift rate is judged to be right, after the last step."""
    return np.sum(decide(outputs).choices.reshape(len(DRIFT_RATES), TRIALS) == 1, axis=1)


by_network, by_sum = count_right(predict(model, evidence)), count_right(sums)
print(f"in theory {probability_right(0.01, SIGMA, STEPS):.3f}")

# %% [markdown]
# A share of $n$ choices is uncertain.
# Its binomial interval says by how much; we use Wilson's, which also holds near 0 and 1.

# %% alt="Share of choices to the right against the drift rate: an S-shaped curve from 0 to 1, with the network's thirteen points and their intervals on it." caption="With a time limit and no bound, an integrator is the best observer there is, and this network is one."
low, high = wilson_interval(by_network, TRIALS)
shares = by_network / TRIALS
fine = np.linspace(-0.03, 0.03, 200)
plot_measured(
    {"closed form": (fine, probability_right(fine, SIGMA, STEPS))},
    {"network, 95 % intervals": (DRIFT_RATES, shares, (shares - low, high - shares))},
    "drift rate $b$",
    "choices of right",
).set_title("The network's psychometric curve is the ideal observer's")
plt.show()

# %% [markdown]
# To put it in one number, fit a curve $\Phi(\beta(b - b_0))$ to the choices by maximum likelihood.
# In theory the slope $\beta$ is $\sqrt T/\sigma = 100$.
# How far off may a fit be? **Fisher's information**, the expected curvature of the log likelihood, answers: its inverse is the variance of the estimate.
# (A general optimizer such as BFGS also reports an inverse curvature, its own running guess.
# Do not use it as an error.)
#
# All networks see the same evidence.
# So compare them with the exact sum on that evidence, and the sum with the theory.

# %%
networks = {f"short {n}": network for n, network in enumerate(models)}
networks |= {
    "GRU": load_trained("gru"),
    "tanh": load_trained("tanh"),
    "leaky 0.1": leaky_integrator(0.1),
}
ideal = fit_probit(DRIFT_RATES, by_sum, TRIALS)
print(f"exact sum {ideal.slope:.1f}, standard error {ideal.slope_error:.1f}")
ratio = {}
for name, network in networks.items():
    fit = fit_probit(DRIFT_RATES, count_right(predict(network, evidence)), TRIALS)
    ratio[name] = fit.slope / ideal.slope
trained = [value for name, value in ratio.items() if name != "leaky 0.1"]
print(f"ten trained networks: at most {max(np.abs(np.array(trained) - 1)):.1%} from the sum")
lost = leaky_sensitivity(0.1, STEPS)
print(f"a leak of 0.1: {ratio['leaky 0.1']:.2f} of the slope, in theory {lost:.2f}")
assert abs(ideal.slope - 100) < 3 * ideal.slope_error
assert np.all(np.abs(np.array(trained) - 1) < 0.01)
assert abs(ratio["leaky 0.1"] - lost) < 3 * ideal.slope_error / ideal.slope

# %% [markdown]
# Choices alone even tell how noisy an observer is *inside*.
# Noise of standard deviation $\sigma_i$ that is added to the sum at each step turns the slope into $\sqrt T/\sqrt{\sigma^2 + \sigma_i^2}$.
# Put noise of standard deviation $\sigma_h$ on each of the network's hundred units.
# Chapter 08 predicts what of it stays: $\sigma_i = \sigma_h\,|o\cdot r|\,\lVert l\rVert$, from the readout and the eigenvectors of one Jacobian.
# Can it be recovered without looking inside?


# %%
def run_with_noise(network, inputs, noise_std, seed):
    """Return a network's outputs if each step adds noise to each of its units."""
    step, (o, c) = jax.vmap(transition(network)), readout(network)

    def noisy_step(h, x_and_key):
        x, key = x_and_key
        h = step(h, x) + noise_std * jax.random.normal(key, h.shape)
        return h, h @ o + c

    start = jnp.zeros((inputs.shape[1], len(o)))
    keys = jax.random.split(jax.random.key(seed), len(inputs))
    return brainstate.transform.scan(noisy_step, start, (inputs, keys))[1][..., None]


# %%
ends = linearise_ends(model, task.sample(64, seed=21, num_steps=100)[0])
o = readout(model)[0]
kept = np.mean([abs(o @ end.mode.right) * np.linalg.norm(end.mode.left) for end in ends])
for unit_noise in (0.02, 0.04):
    noisy = run_with_noise(model, evidence, unit_noise, seed=3)
    fit = fit_probit(DRIFT_RATES, count_right(noisy), TRIALS)
    variance = STEPS / fit.slope**2 - STEPS / ideal.slope**2
    errors = [2 * STEPS / f.slope**3 * f.slope_error for f in (fit, ideal)]
    recovered, half = variance**0.5, np.hypot(*errors) / (2 * variance**0.5)
    print(f"noise on the sum: predicted {unit_noise * kept:.3f}, from choices {recovered:.3f}")
    assert abs(recovered - unit_noise * kept) < 3 * half

# %% [markdown]
# **Exercise 1 (JAX). The error of a slope.**
# Let the threshold be 0.
# The log likelihood of a slope $\beta$ is $\sum_i k_i \ln\Phi(\beta b_i) + (n_i - k_i)\ln\Phi(-\beta b_i)$.
# Its standard error is $1/\sqrt{-\ell''(\beta)}$.
# Let JAX differentiate: `jax.grad` of a `jax.grad`.
# `jax.scipy.stats.norm.logcdf` is $\ln\Phi$.


# %% tags=["exercise"]
def slope_error(slope, drift_rates, num_right, num_trials):
    """Return the standard error of a probit slope.

    `drift_rates`, `num_right` and `num_trials` are arrays with one entry for each drift_rate.
    """
    raise NotImplementedError("write the log likelihood as a function of the slope first")


# %%
check(chapter10.slope_error, slope_error)

# %% [markdown]
# ## Every task has a ceiling
#
# *Before you read on:* a network stays at 90 % correct on `PerceptualDecisionMaking`, a task that comes with braintools.
# Should it be trained for longer?
#
# In that task eight channels carry the direction of the dots, with noise, for two seconds.
# The ideal observer weighs each channel by the cosine of its direction and sums: with $n = 8$ channels and a coherence of $C$ %, it is right with probability $\Phi\big(\tfrac{C}{100}\sqrt{n/2}\,\sqrt{T}/(2\sigma)\big)$, $T$ in ms and $\sigma = 1$ per root ms.
# One of the five coherences is 0.

# %%
import braintools.cogtask as cogtask
import brainunit as u

coherences = np.array([0, 6.4, 12.8, 25.6, 51.2])
ideal_shares = stats.norm.cdf(coherences / 100 * np.sqrt(8 / 2) * np.sqrt(2000) / 2)
print("ideal observer", ideal_shares.round(3), f"on average {ideal_shares.mean():.4f}")

with brainstate.environ.context(dt=20 * u.ms):
    dots = cogtask.PerceptualDecisionMaking(seed=0)
    channels, _, trial = dots.batch_sample(4096, return_meta=True)
preferred = np.arange(8) * 2 * np.pi / 8
projected = (np.asarray(channels)[5:105, :, 1:] @ np.cos(preferred))[..., None]
answers = np.where(np.asarray(trial["ground_truth"]) == 0, 1, -1)

# %% [markdown]
# Our networks have never seen this task.
# Give one the projected evidence, scaled to the noise that it knows.

# %%
familiar = 0.05 * projected / projected.std()
choices = decide(predict(model, familiar)).choices
score, ceiling = np.mean(choices == answers), ideal_shares.mean()
print(f"a network trained on another task: {score:.3f} correct")
assert abs(score - ceiling) < 3 * np.sqrt(ceiling * (1 - ceiling) / len(choices))

# %% [markdown]
# A network that stays at 90 % has learnt that task perfectly. **Know the ceiling before you blame the network.**
#
# Rats and humans have counted *clicks* in the same way: left, right, which side had more (Brunton and others, 2013)?
# The numbers of clicks are Poisson, so their difference has **Skellam's** distribution, and whoever counts perfectly is right with $P(D > 0) + P(D = 0)/2$: on a tie one has to guess.
# How do our networks guess?

# %%
from integrator_lib.applications import pulse_accuracy

rng, trials = np.random.default_rng(1), 20_000
right, left = rng.poisson(0.22, (100, trials)), rng.poisson(0.18, (100, trials))
difference = (right - left).sum(axis=0)
clicks = 0.05 * (right - left)[..., None]
tie, on_ties = difference == 0, []
for network in models:
    choices = decide(predict(network, clicks)).choices
    assert np.all(choices[~tie] == np.sign(difference)[~tie])
    on_ties.append(np.mean(choices[tie] == 1))
correct = np.mean(difference > 0) + tie.mean() / 2
print(f"perfect counting: {pulse_accuracy(22, 18):.4f}, here {correct:.4f}")
print(f"ties {tie.mean():.1%}; of these judged right:", np.round(on_ties, 2))
assert abs(correct - pulse_accuracy(22, 18)) < 4 * 0.5 / np.sqrt(trials)
assert np.sum(np.abs(np.array(on_ties) - 0.5) > 3 * 0.5 / np.sqrt(tie.sum())) >= 6

# %% [markdown]
# Whenever one side had more clicks, all eight networks chose it.
# On a tie the output is not exactly 0, and the residue that training left decides: each network has a bias of its own.
# To a psychologist it would look like a preference.
#
# Labels have residues too. `PulseDecisionMaking` adds up seven pulses of 1, 2, 4 or 8 hundredths, and calls a sum above 0 *right*.
# Count in whole hundredths what it calls right.

# %%
with brainstate.environ.context(dt=20 * u.ms):
    pulses = cogtask.PulseDecisionMaking(seed=0)
    trial = pulses.batch_sample(16_384, return_meta=True)[2]
hundredths = np.round(100 * np.asarray(trial["pulses"])).sum(axis=1)
labels = np.asarray(trial["ground_truth"])
print(f"{np.mean(hundredths == 0):.3f} of the trials are ties")
print(f"{np.mean(labels[hundredths == 0]):.2f} of the ties are labelled right, by rounding")
assert np.all(labels[hundredths != 0] == (hundredths > 0)[hundredths != 0])
assert 0.05 < np.mean(labels[hundredths == 0]) < 0.3

# %% [markdown]
# ## What is known beforehand
#
# In this course's task the bias is not 0 on average: $b\sim N(-m, 4m^2)$, so that *left* is right with probability $\Phi(1/2) = 0.69$.
# *A question:* can a perfect integrator, read at 0, do worse than a stone that always says *left*?
#
# Take the scales of the original task (more noise, less bias) and trials of different length.
# How often is the sign of the sum that of the bias?
# Bias and sum are normal together, so the share is a sum of two quadrants of a bivariate normal distribution.

# %%
from integrator_lib.applications import best_criterion, criterion_accuracy

lengths = np.array([5, 10, 14, 15, 20, 25, 35, 50, 70, 100])
best = best_criterion(original)
at_zero, at_best = (
    np.array([criterion_accuracy(original, c, n) for n in lengths]) for c in (0.0, best)
)
stone = stats.norm.cdf(0.5)
print("steps       ", *(f"{n:6d}" for n in lengths))
print("read at 0   ", *(f"{share:6.3f}" for share in at_zero))
print("read at best", *(f"{share:6.3f}" for share in at_best))
print(f"always left  {stone:6.3f}")
assert np.all((at_zero < stone) == (lengths < 15))

# %% [markdown]
# For every trial shorter than 15 steps the exact integrator loses against the stone.
# It does nothing wrong.
# It answers the wrong question: what the sum is, not what the bias is.
#
# The **criterion** is the sum above which one says *right*.
# The best one is where *left* and *right* are equally likely after the fact: at $c^* = \sigma^2/(4m)$, at any length.
# With this course's scales that is a trifle.
# Here it matters, and a network does as the closed form says.

# %% alt="Share of correct choices against the length of a trial, on the original task. Read at 0 the curve starts far below the line of always saying left and crosses it at 15 steps; read at the best criterion it stays above. The network's points lie on both curves." caption="On short trials, where the criterion stands matters more than how well the evidence is summed." tags=["hide-input"]
noisy, clean = filtering.sample_clean(replace(original, num_steps=100), 8192, seed=30)
outputs = np.asarray(predict(model, noisy))[lengths - 1, :, 0]
measured = {c: np.mean((outputs > c) == (clean[lengths - 1, :, 0] > 0), axis=1) for c in (0, best)}
half = 1.96 * 0.5 / np.sqrt(8192)
ax = plot_measured(
    {"read at 0": (lengths, at_zero), "read at the best criterion": (lengths, at_best)},
    {
        "network, at 0": (lengths, measured[0], half),
        "network, at best": (lengths, measured[best], half),
    },
    "steps in a trial",
    "share correct",
)
ax.axhline(stone, color=PALETTE[4], ls=":")
ax.annotate("always left", (80, stone - 0.012), va="top")
ax.set_title("An exact integrator can lose against a stone")
plt.show()
for c, theory in ((0, at_zero), (best, at_best)):
    assert np.all(np.abs(measured[c] - theory) < 4 * np.sqrt(theory * (1 - theory) / 8192))

# %% [markdown]
# **The other noise.**
# The same knowledge helps if one has to say *how much*, not only left or right.
# The tutorial that this course starts from calls its network robust to noise in the inputs.
# But its target is the sum of the *noisy* inputs: there is nothing to be robust against.
# Robust would mean that the target is the integral $bt$ of the clean input.
# A perfect integrator then misses it by $\sigma\sum\xi$, with error $\sigma^2 t$.
# Can one do better?
#
# Bayes' rule weighs prior and data by their precision, the data with $k_t = 4m^2t/(4m^2t + \sigma^2)$.
# The best estimate and its error are
#
# $$\widehat{bt} = k_t \sum_{s\le t} x_s - (1 - k_t)\, m t, \qquad \mathrm{MSE}_t = k_t\,\sigma^2 t .$$
#
# It is positive just where the sum is above $\sigma^2/(4m)$: the criterion from above.

# %%
for name, its_task in {"this course's": task, "the original's": original}.items():
    x, clean = filtering.sample_clean(its_task, 4096, seed=30)
    guesses = {
        "perfect integrator": (np.cumsum(x, axis=0), filtering.integrator_mse(its_task)),
        "network": (np.asarray(predict(model, x)), filtering.integrator_mse(its_task)),
        "best filter": (filtering.optimal_estimate(its_task, x), filtering.optimal_mse(its_task)),
    }
    print(f"with {name} scales")
    for guess, (estimate, formula) in guesses.items():
        errors = np.mean((estimate - clean) ** 2, axis=(0, 2))
        print(f"  {guess:18s} error {errors.mean():.4f}, in theory {formula.mean():.4f}")
        assert abs(errors.mean() - formula.mean()) < 4 * errors.std() / np.sqrt(len(errors))

# %% [markdown]
# The network makes the perfect integrator's error, neither more nor less.
# With this course's scales the sum is mostly bias, and the best filter is hardly better.
# With the original's it leaves less than a third of the error.
#
# **Exercise 2. The best estimate.**
# The prior of the bias has mean `-m` and standard deviation `2 m`.


# %% tags=["exercise"]
def best_estimate(inputs, m, sigma):
    """Return the best estimate of b t at each step for inputs (time,), the last of them at t."""
    raise NotImplementedError("k_t times the sum so far, minus (1 - k_t) m t")


# %%
check(chapter10.best_estimate, best_estimate)

# %% [markdown]
# ## Stop at a bound
#
# Nobody tells a monkey after how many steps to answer.
# Let it decide as soon as the sum has reached a **bound**, $|S_t| \ge A$.
# How often is it right, and after how many steps on average?
#
# For a sum that moves in tiny steps the textbooks say (Wald, 1945):
#
# $$P = \frac{1}{1 + e^{-2bA/\sigma^2}}, \qquad E N = \frac Ab \tanh\frac{bA}{\sigma^2}.$$
#
# With $A = 0.25$, $b = 0.01$ and $\sigma = 0.05$ they promise 19.0 steps.
# Is that so?

# %%
from integrator_lib.applications import bounded_steps, solve_bound

BOUND, DRIFT_RATE = 0.25, 0.01
walks = draw_evidence(DRIFT_RATE, SIGMA, 300, 16_384, seed=4)
from_sums = decide(np.cumsum(np.asarray(walks, np.float64), axis=0), BOUND)
steps, overshoot = from_sums.steps, (np.abs(from_sums.values) - BOUND) / SIGMA
textbook = bounded_steps(DRIFT_RATE, SIGMA, BOUND, overshoot=False)
print(f"textbook {textbook:.1f} steps, true sums {steps.mean():.1f}")
print(f"overshoot: mean {overshoot.mean():.2f} sigma, second moment {np.mean(overshoot**2):.2f}")
standard_error = steps.std() / np.sqrt(len(steps))
print(f"that is {(steps.mean() - textbook) / standard_error:.0f} standard errors")
assert steps.mean() - textbook > 10 * standard_error and np.all(from_sums.choices != 0)

# %% [markdown]
# The textbook is 16 % off.
# The sum moves in steps, and so it does not stop *at* the bound but beyond it, by an **overshoot** $R$.
# For normal steps and a distant bound its mean is $\rho\sigma$ with $\rho = -\zeta(1/2)/\sqrt{2\pi} = 0.5826$, with Riemann's zeta function (Siegmund, 1979).
# So put the bound where the sum really ends, at $A' = A + 0.5826\,\sigma$.
#
# Is that all?
# For $b = 0$, $E S_N^2 = \sigma^2 E N$ (Wald's identity). So
#
# $$E N = \frac{A^2 + 2A\,E R + E R^2}{\sigma^2} = \Big(\frac{A'}{\sigma}\Big)^2 + \frac14,$$
#
# since $E R^2 = (\rho^2 + \tfrac14)\,\sigma^2$.
#
# A **quarter of a step** is left over, and it stays for other drift rates.
# To see a quarter of a step we need more than samples.
# The exact answer solves an integral equation: from $s$, the mean number of steps still to go is $N(s) = 1 + \int k(s, s')\,N(s')\,ds'$, where $k$ is the density of one step.
# On a few hundred nodes it is a linear system.

# %%
show_source(solve_bound)

# %%
print("  A     b      textbook  overshoot  and quarter     exact")
for bound, drift_rate in ((0.25, 0.01), (0.25, 0.0), (0.25, 0.02), (0.5, 0.005), (1.0, 0.0025)):
    raw = bounded_steps(drift_rate, SIGMA, bound, overshoot=False)
    corrected = bounded_steps(drift_rate, SIGMA, bound)
    _, exact = solve_bound(drift_rate, SIGMA, bound)
    print(
        f"{bound:5.2f} {drift_rate:7.4f} {raw:9.3f} {corrected - 0.25:10.3f}"
        f" {corrected:12.3f} {exact:10.3f}"
    )
    assert abs(corrected / exact - 1) < 0.002
    assert abs(corrected - exact) < 0.1 * abs(corrected - 0.25 - exact)

# %% [markdown]
# Now the networks.
# They saw trials of 25 steps.
# Give them up to 800, at half the drift rate and twice the bound.
# *Predict:* will they choose as the true sum does?
# At the same step?

# %%
walks = draw_evidence(0.005, SIGMA, 800, 2048, seed=2)
by_sum = decide(np.cumsum(np.asarray(walks, np.float64), axis=0), 0.5)
accuracy, mean_steps = solve_bound(0.005, SIGMA, 0.5)
print(f"in theory {accuracy:.3f} correct after {mean_steps:.1f} steps")
print("            as the sum  same step  correct  mean steps")
for name, network in list(networks.items())[:10]:
    found = decide(predict(network, walks), 0.5)
    same, at_once = (np.mean(found.choices == by_sum.choices), np.mean(found.steps == by_sum.steps))
    correct = np.mean(found.choices == 1)
    print(f"{name:10s} {same:10.1%} {at_once:9.0%} {correct:10.3f} {found.steps.mean():9.1f}")
    if name.startswith("short"):
        assert same > 0.997
        assert abs(correct - accuracy) < 4 * np.sqrt(accuracy * (1 - accuracy) / 2048)
        assert abs(found.steps.mean() - mean_steps) < 4 * found.steps.std() / np.sqrt(2048)

# %% [markdown]
# The ReLU networks choose as the true sum does, on trials that last over thirty times as long as those they were trained on.
# Mostly they do so at the same step.
# The tanh network, whose line does not hold, takes longer, and chooses otherwise in one trial of fifty.
#
# **Exercise 3 (BrainState). A sum that stops.**
# Let a `brainstate.HiddenState` hold the sums of a batch of trials, and let `brainstate.transform.for_loop` go through the steps.
# A sum that has reached a bound must stay where it is.


# %% tags=["exercise"]
def run_to_bound(inputs, bound):
    """Return the sum at each step, (time, batch), of inputs (time, batch).

    A sum whose distance from 0 has reached the bound keeps its value ever after.
    """
    raise NotImplementedError("jnp.where picks what has stopped and what goes on")


# %%
check(chapter10.run_to_bound, run_to_bound)

# %% [markdown]
# ## How long to wait
#
# Waiting for a bound takes long when the evidence is contradictory and is quick when it is clear.
# A fixed time spends the same on all.
# *Predict:* to be right in 95 % of the trials, how much time does waiting until one is sure save?

# %%
from integrator_lib.applications import (
    best_bound,
    optimal_performance,
    reward_rate,
    sequential_saving,
)

for wanted in (0.75, 0.9, 0.95, 0.99):
    fixed = (SIGMA * stats.norm.ppf(wanted) / DRIFT_RATE) ** 2
    bound = optimize.brentq(lambda a, p=wanted: solve_bound(DRIFT_RATE, SIGMA, a)[0] - p, 0.01, 1)
    waited = solve_bound(DRIFT_RATE, SIGMA, bound)[1]
    limit = sequential_saving(wanted)
    print(
        f"{wanted:.0%} correct: {fixed:6.1f} steps fixed, {waited:5.1f} to a bound,"
        f" {waited / fixed:.2f} of it (small steps: {limit:.2f})"
    )
    assert limit < waited / fixed < limit + 1 / fixed

# %% [markdown]
# Waiting until sure **halves the time** at 95 %.
# No rule of the same accuracy is quicker (Wald and Wolfowitz, 1948).
#
# Which bound is best?
# That depends on what time costs.
# Suppose every trial is followed by a delay of $D$ steps, and count correct choices per step: the **reward rate** $P/(E N + D)$.
# A low bound gives many trials and many errors, a high one few of both.

# %% alt="Reward rate against the bound: a hump with its top at about 0.22. Eight measured points of the network lie on it." caption="Too low a bound gambles, too high a bound dawdles; the best bound follows from the task and the delay." tags=["hide-input"]
DELAY = 100
outputs = predict(model, draw_evidence(DRIFT_RATE, SIGMA, 600, 4096, seed=5))
tried, rates, errors = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]), [], []
for bound in tried:
    found = decide(outputs, bound)
    correct, duration = found.choices == 1, found.steps + DELAY
    rates.append(correct.mean() / duration.mean())
    errors.append(np.std(correct - rates[-1] * duration) / np.sqrt(4096) / duration.mean())
rates, errors, fine = np.array(rates), np.array(errors), np.linspace(0.04, 0.55, 200)
curve = reward_rate(DRIFT_RATE, SIGMA, fine, DELAY)
top = best_bound(DRIFT_RATE, SIGMA, DELAY)
ax = plot_measured(
    {"closed form": (fine, 1000 * curve)},
    {"network": (tried, 1000 * rates, 1960 * errors)},
    "bound $A$",
    "correct choices in 1,000 steps",
)
ax.axvline(top, color=PALETTE[4], ls=":")
ax.set_title(f"With a delay of {DELAY} steps the best bound is {top:.3f}")
plt.show()
predicted = reward_rate(DRIFT_RATE, SIGMA, tried, DELAY)
assert np.all(np.abs(rates - predicted) < 4 * errors)

# %% [markdown]
# At the best bound, something remarkable holds (Bogacz and others, 2006): the time spent deciding, as a share of the time spent waiting, depends on nothing but the share of errors $e$,
#
# $$\frac{DT}{D} = \left(\frac{1}{e\ln\frac{1-e}{e}} + \frac{1}{1-2e}\right)^{-1}.$$
#
# Drift rate, noise and delay do not matter.
# It was derived for tiny steps.
# In discrete steps it holds once the quarter step is moved from one side to the other: $DT = E N - 1/4$ and $D + 1/4$.

# %%
print("  b    delay  errors  time share  with quarter moved  curve")
for drift_rate, delay in ((0.01, 25), (0.01, 100), (0.01, 400), (0.005, 400), (0.02, 50)):
    bound = best_bound(drift_rate, SIGMA, delay)
    accuracy, steps = solve_bound(drift_rate, SIGMA, bound)
    plain, moved = steps / delay, (steps - 0.25) / (delay + 0.25)
    curve = optimal_performance(1 - accuracy)
    print(
        f"{drift_rate:.3f} {delay:5d} {1 - accuracy:8.3f} {plain:9.4f} {moved:14.4f} {curve:14.4f}"
    )
    assert abs(moved - curve) < 3e-4 < abs(plain - curve)

# %% [markdown]
# People and animals can be held against this curve without knowing anything of what they saw.
#
# **Should the bound fall while one waits?**
# If trials differ in difficulty, long waiting hints at a hard one, and time is better spent on the next.
# Dynamic programming finds the best bound of each step.
# It does move.
# But what is it worth?

# %%
from integrator_lib.applications import best_flat_bound, optimal_bounds

moving = optimal_bounds(drift_std=0.05, noise_std=SIGMA, delay=25)
flat, flat_rate = best_flat_bound(drift_std=0.05, noise_std=SIGMA, delay=25)
print("best bounds after 1, 5, 20, 50 steps", moving.bounds[[0, 4, 19, 49]].round(2))
print(f"best flat bound {flat:.3f}; falling earns {moving.rate / flat_rate - 1:.2%} more")
assert moving.bounds[0] > 2 * moving.bounds[49] and 0 <= moving.rate / flat_rate - 1 < 1e-3

# %% [markdown]
# Less than a tenth of a per cent.
# Falling bounds are optimal here, and hardly worth the effort.
# Malhotra and others (2018) work out when they are worth more.
#
# **Exercise 4. The best bound.**
# Maximise the reward rate of a sum that moves in steps, with overshoot and quarter step. `scipy.optimize.minimize_scalar` helps; so do pencil and paper.


# %% tags=["exercise"]
def most_rewarding_bound(drift_rate, noise_std, delay):
    """Return the bound of the highest reward rate, for a drift rate above 0."""
    raise NotImplementedError("write the reward rate as a function of the bound")


# %%
check(chapter10.most_rewarding_bound, most_rewarding_bound)

# %% [markdown]
# ## Which evidence counts
#
# An observer has made thousands of choices.
# Can we tell from them *which moments* it listened to, without looking inside?
# Multiply each step's evidence by the choice, 1 or -1, and average over trials whose drift rate is 0.
# The result is the **choice kernel**: how much each step counted.
# Getting it this way is called *reverse correlation*.
#
# *Predict* three kernels, from the first step to the last: of a leaky integrator, of one that stops at a bound, and of our network.

# %%
from integrator_lib.applications import OVERSHOOT, choice_kernel, undecided

neutral = draw_evidence(0.0, SIGMA, 100, 40_000, seed=6)
first = neutral[:25]
stopped = decide(predict(model, neutral), 0.15)
kernels = {
    "leak 0.05": choice_kernel(first, decide(predict(leaky_integrator(0.05), first)).choices),
    "bound 0.15": choice_kernel(first, stopped.choices),
    "network": choice_kernel(first, decide(predict(model, first)).choices),
}
assert np.mean(stopped.choices == 0) < 1e-3

# %% [markdown]
# For a sum with weights $w_k$ the kernel is $\sigma\sqrt{2/\pi}\,w_k/\lVert w\rVert$.
# A leak of 0.05 has $w_k = 0.95^{T-k}$.
#
# For a bound there is something simpler and exact.
# Given the past, later evidence is 0 on average, so $E[x_k S_N] = \sigma^2 P(N \ge k)$: **the kernel is the survival curve**, the share of trials that are still undecided.

# %% alt="Three kernels against the step with 95 % intervals. The leak's rises from the first to the last step, the bound's falls, the network's is flat; all lie on their predicted lines." caption="The kernel tells the mechanism: what is forgotten counts less early, what comes after the decision counts less late." tags=["hide-input"]
k = np.arange(1, 26)
alive = undecided(0.0, SIGMA, 0.15, 25)[:25]
w = 0.95 ** (25 - k)
predicted = {
    "leak: recency": (k, SIGMA * np.sqrt(2 / np.pi) * w / np.linalg.norm(w)),
    "bound: primacy": (k, SIGMA**2 * alive / (0.15 + OVERSHOOT * SIGMA)),
    "neither: flat": (k, np.full(25, SIGMA * np.sqrt(2 / np.pi) / 5)),
}
measured = {name: (k, mean, 1.96 * error) for name, (mean, error) in kernels.items()}
ax = plot_measured(predicted, measured, "step $k$", "evidence times choice")
ax.legend(ncols=2)
ax.set_title("Leak is recency, a bound is primacy")
plt.show()

# %%
signed, error = choice_kernel(first, stopped.values)
z = (signed - SIGMA**2 * alive) / error
(height, kept), covariance = optimize.curve_fit(
    lambda age, height, kept: height * kept**age,
    25 - k,
    *kernels["leak 0.05"][:1],
    p0=(0.01, 0.9),
    sigma=kernels["leak 0.05"][1],
    absolute_sigma=True,
)
print(f"survival curve: root mean square deviation {np.sqrt(np.mean(z**2)):.1f} standard errors")
print(f"recovered from choices: {kept:.4f} is kept each step, true 0.9500")
assert np.mean(z**2) < 1 + 4 * np.sqrt(2 / 25)
assert abs(kept - 0.95) < 3 * covariance[1, 1] ** 0.5

# %% [markdown]
# A kernel that falls need not mean forgetting the late evidence: the choice had been made.
# And one that rises need not mean inattention at the start: it may leak.
# Two mechanisms, told apart by choices alone (Kiani and others, 2008).
#
# ## How sure, and two monkeys
#
# Two trials end at the same bound, one after 2 steps, one after 100.
# Should you be equally sure of both choices?
# With one drift rate, yes.
# If trials differ in difficulty, no: long waiting tells of a low drift rate.
# With $b\sim N(0, \tau^2)$ Bayes' rule gives the **confidence**
#
# $$P(\text{correct}\mid S, t) = \Phi\left(\frac{|S|}{\sigma\sqrt{t + \sigma^2/\tau^2}}\right).$$

# %%
from integrator_lib.applications import confidence

TAU, mixed_trials = 0.05, 32_768
mixed = TAU * np.random.default_rng(7).standard_normal(mixed_trials)
found = decide(predict(model, draw_evidence(mixed, SIGMA, 300, mixed_trials, seed=7)), BOUND)
correct = found.choices == np.sign(mixed)
sure = confidence(np.abs(found.values), found.steps, SIGMA, TAU)
groups = np.digitize(found.steps, (4, 7, 10, 15, 25, 40, 80))
times, shares, claimed, half = (np.zeros(8) for _ in range(4))
for group in range(8):
    members = groups == group
    times[group], shares[group] = found.steps[members].mean(), correct[members].mean()
    claimed[group] = sure[members].mean()
    half[group] = 1.96 * np.sqrt(claimed[group] * (1 - claimed[group]) / members.sum())
slow, quick = found.steps[~correct].mean(), found.steps[correct].mean()
print(f"errors take {slow:.0f} steps, correct choices {quick:.0f}")
assert np.all(np.abs(shares - claimed) < 4 / 1.96 * half) and slow > 2 * quick

# %% alt="Share of correct choices against decision time on a logarithmic axis: it falls from almost 1 to about 0.7, and the network's points lie on the predicted curve." caption="Time is evidence about evidence: a late decision was a hard one, so confidence must fall with time even at a fixed bound."
ax = plot_measured(
    {"confidence": (times, claimed)},
    {"correct choices": (times, shares, half)},
    "decision time (steps)",
    "share correct",
)
ax.set(xscale="log")
ax.set_title("The same evidence, less certain if it took longer")
plt.show()

# %% [markdown]
# The bound is the same for all these choices, and yet confidence falls from nearly 1 to about 0.7.
# Cells in the parietal cortex of monkeys signal both, choice and confidence (Kiani and Shadlen, 2009).
#
# **Two monkeys.**
# Roitman and Shadlen (2002) let two monkeys watch moving dots and answer when ready, in 6,149 trials.
# Their *coherence* $C$, the share of dots that move together, sets the drift rate: $b = kC$.
# A reaction time is decision time plus a delay $t_0$ for eyes and muscles.
# In continuous time, with noise 1 per root second,
#
# $$RT = \frac{A}{kC}\tanh(AkC) + t_0.$$
#
# Fit $k$, $A$, $t_0$ to six mean times.
# Then the accuracy $1/(1 + e^{-2AkC})$ is a **prediction without any free parameter**, on data that the fit has not seen (Palmer, Huk and Shadlen, 2005).

# %%
fits = [fit_reaction_times(monkey) for monkey in MONKEYS]
largest = []
for number, (monkey, fit) in enumerate(zip(MONKEYS, fits, strict=True), 1):
    print(
        f"monkey {number}: k {fit.drift_rate:.1f}, A {fit.bound:.2f}, t0 {fit.delay:.2f} s,"
        f" misfit {fit.misfit:.1f} on 3 degrees of freedom"
    )
    print("  coherence ", *(f"{c:6.3f}" for c in COHERENCE))
    print("  accuracy  ", *(f"{a:6.3f}" for a in monkey.accuracy))
    print("  predicted ", *(f"{a:6.3f}" for a in fit.accuracy(COHERENCE)))
    largest.append(np.abs(monkey.accuracy - fit.accuracy(COHERENCE))[1:].max())
    assert fit.misfit < stats.chi2.ppf(0.99, 3)
print("largest error of the prediction", np.round(largest, 3))
assert largest[0] < 0.04 and largest[1] < 0.07

# %% alt="Mean reaction time against coherence for two monkeys, correct choices on the fitted curves, which fall from about 0.8 to 0.4 seconds; crosses for the errors' times lie above them." caption="A bound and one drift rate predict equal times for errors and correct choices; the monkeys' errors are slower, so something varies between trials." tags=["hide-input"]
fine = np.linspace(0.001, 0.55, 200)
lines = {f"monkey {n}, fit": (fine, fit.seconds(fine)) for n, fit in enumerate(fits, 1)}
points = {
    f"monkey {n}, correct": (COHERENCE, m.correct_seconds, 1.96 * m.correct_error)
    for n, m in enumerate(MONKEYS, 1)
}
ax = plot_measured(lines, points, "coherence of the dots", "mean reaction time (s)")
for number, monkey in enumerate(MONKEYS):
    label = f"monkey {number + 1}, errors"
    ax.plot(COHERENCE, monkey.error_seconds, "x", color=PALETTE[number], label=label)
ax.set_ylim(0.35, 1.05)
ax.legend(ncols=3, fontsize=8)
ax.set_title("Errors are slower than correct choices: one drift rate is not enough")
plt.show()

# %%
for number, m in enumerate(MONKEYS, 1):
    later = (m.error_seconds - m.correct_seconds)[1:4]
    error = np.hypot(m.correct_error, m.error_std / np.sqrt(m.num_trials - m.num_correct))[1:4]
    print(
        f"monkey {number}: errors later by",
        *(f"{1000 * t:.0f} ms" for t in later),
        "in standard errors",
        *(f"{z:.1f}" for z in later / error),
    )
    assert np.sum((later / error) ** 2) > stats.chi2.ppf(0.99, 3)

# %% [markdown]
# The prediction is good, and the misfit teaches.
# With *one* drift rate and fixed bounds, errors take exactly as long as correct choices.
# In both monkeys they take longer: in the second at each of these three coherences, in the first at the highest.
# You know a cause: confidence above fell because drift rates differed between trials.
# If the drift rate differs between trials of one coherence too, errors come out slower (Ratcliff, 1978).
# Bounds that fall do the same.
#
# **Exercise 5. A third monkey.**
# Fit $k$, $A$ and $t_0$ to mean reaction times, and predict accuracy.
# Think of the limit at coherence 0, where the decision takes $A^2$ seconds.


# %% tags=["exercise"]
def predict_accuracy(coherence, seconds):
    """Return the share of correct choices at each coherence.

    `seconds` are the mean reaction times, one for each entry of `coherence`.
    """
    raise NotImplementedError("scipy.optimize.least_squares, then the formula for accuracy")


# %%
check(chapter10.predict_accuracy, predict_accuracy)

# %% [markdown]
# ## Summary
#
# - After a fixed time, the shipped networks choose as the exact sum does. The slope of the psychometric curve even tells the noise inside them.
# - A task has a ceiling, and a network that stays there has learnt it. On ties, the residue of training decides.
# - What is known beforehand moves the criterion. An exact integrator that is read at the wrong one can do worse than a stone.
# - In discrete steps a decision takes longer than textbooks say: by the overshoot, and by a quarter of a step.
# - Waiting until sure halves the time at 95 % correct. The best bound follows from what time costs, on one curve for all drift rates.
# - A leak makes late evidence count, a bound early evidence. The bound's kernel is the survival curve.
# - If difficulty varies, slow choices are less certain, and errors are slow. Two monkeys' errors are.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. Why does an exact integrator need a criterion other than 0?</summary>
#
# It says what the sum is, and the question is what the bias is.
# Where one answer is more likely beforehand, a sum of 0 still speaks for it; the criterion moves to where both are equally likely.
#
# </details>
# <details><summary>2. Where does the quarter of a step come from?</summary>
#
# From the overshoot.
# Moving the bound out by its mean leaves its variance, which is $\sigma^2/4$: the second moment is $(\rho^2 + 1/4)\,\sigma^2$.
#
# </details>
# <details><summary>3. How can reaction times predict accuracy?</summary>
#
# Drift and bound set both.
# A fit of the mean times gives them, and the share of correct choices follows from the same two numbers without another fit.
#
# </details>
# <details><summary>4. From chapter 08: which kind of noise in a network grows like a random walk, and what does it do to choices after a fixed time?</summary>
#
# Noise in the state.
# Its variance adds to that of the evidence, so the psychometric curve gets flatter.
#
# </details>
#
# ## References
#
# - Bogacz R., Brown E., Moehlis J., Holmes P., Cohen J. D. (2006). The physics of optimal decision making. *Psychological Review* 113. <https://doi.org/10.1037/0033-295X.113.4.700>
# - Brunton B. W., Botvinick M. M., Brody C. D. (2013). Rats and humans can optimally accumulate evidence for decision-making. *Science* 340. <https://doi.org/10.1126/science.1233912>
# - Chang J. T., Peres Y. (1997). Ladder heights, Gaussian random walks and the Riemann zeta function. *Annals of Probability* 25. <https://doi.org/10.1214/aop/1024404419>
# - Kiani R., Hanks T. D., Shadlen M. N. (2008). Bounded integration in parietal cortex underlies decisions even when viewing duration is dictated by the environment. *Journal of Neuroscience* 28. <https://doi.org/10.1523/JNEUROSCI.4761-07.2008>
# - Kiani R., Shadlen M. N. (2009). Representation of confidence associated with a decision by neurons in the parietal cortex. *Science* 324. <https://doi.org/10.1126/science.1169405>
# - Malhotra G., Leslie D. S., Ludwig C. J. H., Bogacz R. (2018). Time-varying decision boundaries: insights from optimality analysis. *Psychonomic Bulletin & Review* 25. <https://doi.org/10.3758/s13423-017-1340-6>
# - Palmer J., Huk A. C., Shadlen M. N. (2005). The effect of stimulus strength on the speed and accuracy of a perceptual decision. *Journal of Vision* 5. <https://doi.org/10.1167/5.5.1>
# - Ratcliff R. (1978). A theory of memory retrieval. *Psychological Review* 85. <https://doi.org/10.1037/0033-295X.85.2.59>
# - Roitman J. D., Shadlen M. N. (2002). Response of neurons in the lateral intraparietal area during a combined visual discrimination reaction time task. *Journal of Neuroscience* 22. <https://doi.org/10.1523/JNEUROSCI.22-21-09475.2002>
# - Siegmund D. (1979). Corrected diffusion approximations in certain random walk problems. *Advances in Applied Probability* 11.
# - Wald A. (1945). Sequential tests of statistical hypotheses. *Annals of Mathematical Statistics* 16. <https://doi.org/10.1214/aoms/1177731118>
# - Wald A., Wolfowitz J. (1948). Optimum character of the sequential probability ratio test. *Annals of Mathematical Statistics* 19. <https://doi.org/10.1214/aoms/1177730197>
