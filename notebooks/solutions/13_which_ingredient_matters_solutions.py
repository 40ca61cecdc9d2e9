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
# # 13 Which ingredient matters: solutions
#
# Solution notebook. It holds one right answer to each exercise of chapter 13 and runs the
# same checks.

# %%
import numpy as np
from scipy import stats

from integrator_lib import use_all_cores

use_all_cores()

from integrator_lib.course.checks import chapter13, check
from integrator_lib.studies import Condition, mean_interval, run_condition, verdict

# %% [markdown]
# **1. How many seeds?** Two quantiles of the normal distribution, that of the test and that of the power.


# %%
def seeds_for_effect(std, effect, comparisons):
    """Return the fewest seeds that show an effect in 80 % of cases, among so many comparisons."""
    z = stats.norm.ppf(1 - 0.05 / (2 * comparisons)) + stats.norm.ppf(0.8)
    return int(np.ceil((z * std / effect) ** 2))


# %%
check(chapter13.seeds_for_effect, seeds_for_effect)

# %% [markdown]
# **2. A paired difference.** First the differences, then everything else.


# %%
def paired_interval(base, changed):
    """Return (mean, low, high): the mean of changed minus base and its 95 % interval by Student's t."""
    differences = np.asarray(changed) - np.asarray(base)
    n, mean = len(differences), differences.mean()
    half = stats.t.ppf(0.975, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


# %%
check(chapter13.paired_interval, paired_interval)

# %% [markdown]
# **3. Holm's correction.** Multiply the sorted values, lift those that fell behind, put each back.


# %%
def corrected(p_values):
    """Return p-values (tests,) corrected for how many there are."""
    order = np.argsort(p_values)
    factors = np.arange(len(p_values), 0, -1)
    lifted = np.maximum.accumulate(factors * np.asarray(p_values)[order])
    result = np.empty(len(p_values))
    result[order] = np.minimum(lifted, 1)
    return result


# %%
check(chapter13.corrected, corrected)

# %% [markdown]
# **4. A study of your own.** As an example: ten hidden units instead of a hundred.
# Fewer units leave training fewer ways to cancel an error, so the prediction is that the error at 250 steps rises, by at most three decades.


# %%
def own_study(run):
    """Return (prediction, estimate, verdict) of a study of one change.

    prediction: (low, high), the range predicted for changed minus base.
    estimate: (mean, low, high) of the paired difference, by mean_interval.
    verdict: "held", "failed" or "open", by verdict.
    """
    prediction = (0.0, 3.0)
    seeds = range(500, 512)
    changes = {"network.hidden_size": 10}
    found = mean_interval(run(changes, seeds) - run({}, seeds))
    return prediction, (found.value, found.low, found.high), verdict(found, *prediction)


# %%
check(chapter13.own_study, own_study)

# %% [markdown]
# With networks instead of invented outcomes:


# %% tags=["nbval-ignore-output"]
def run(changes, seeds):
    """Return the log errors at 250 steps of networks made with these changes."""
    return run_condition(Condition().changed(changes), seeds).error_at(250)


prediction, (mean, low, high), said = own_study(run)
print(f"predicted {prediction[0]:g} to {prediction[1]:g}")
print(f"found {mean:.2f} ({low:.2f} to {high:.2f}): {said}")
assert low < mean < high and high > 0 and (said == "held") == (low >= 0 and high <= 3)
