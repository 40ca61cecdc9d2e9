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
# # 06 Finding the line
#
# **In this chapter you will** follow a trained network's hidden state, write a finder of states that stand still, test it on networks whose answer is known, find the line of states on which a trained network keeps its sum, and see what becomes of that line when the weights are wrong.
#
# **You need** chapters 01 to 05 and singular values.
#
# *About 45 minutes to read, 40 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML

from integrator_lib import IntegratorTask, dynamics, load_trained, networks, predict, robustness
from integrator_lib import plotting as plots
from integrator_lib.course.checks import chapter06, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import LINE_STYLES, PALETTE, rotatable_html

start_chapter()

# %% [markdown]
# Here is the chapter in ten lines, for the impatient: from the shipped weights to the line.

# %% alt="Hidden states in the plane of two principal components, drawn to one scale. Slow points form two straight arms at a right angle, whose colour is dark at the corner, where the output is 0, and lightens to orange on one arm and blue on the other; black trials run along them." caption="The state's place on the bent line is the sum it holds: a line attractor, one arm for each sign."
task = IntegratorTask()
model = load_trained("rnn")
inputs, targets = (np.asarray(a) for a in task.sample(1000, seed=20))
states = np.asarray(dynamics.visited_states(model, inputs))
found = dynamics.find_fixed_points(model, states, count=512)
points = np.concatenate([found.slow, found.fixed])
o, c = dynamics.readout(model)
pcs = dynamics.principal_components(states)
ax = plots.plot_line(pcs.project(states[:, :12]), pcs.project(points), points @ o + c, "output")
ax.set_title("The sum is a place on a line of slow points, bent by 90 degrees at 0")
ax.set_aspect("equal")
plt.show()
(below, *_, above) = points[np.argsort(points @ o)]
angle = np.degrees(np.arccos(below @ above / np.linalg.norm(below) / np.linalg.norm(above)))
print(f"angle between the two arms: {angle:.1f} degrees")
assert abs(angle - 90) < 0.5

# %% [markdown]
# Each dot is a state of all 100 units that hardly moves when no input comes in, and its colour is what the network would say there.
# Seung (1996) proposed such a **line attractor** for the cells that hold the eyes still.
# **How are such states found, how do we know that they are right, and are they really there, or only nearly?**
#
# ## One step is a function
#
# Training sees a network as something that maps inputs to outputs.
# Here it is a **dynamical system**: a state $h$ and a rule for the next one,
#
# $$h_{t} = F(h_{t-1}, x_t), \qquad \hat y_t = o \cdot h_t + c.$$
#
# `transition` takes $F$ out of a network as a pure function: no hidden state object, so that JAX can differentiate and vectorise it.
# The state is everything the cell carries on; for an LSTM that is its output and its memory, one behind the other.
# (The course's recipe trains matrices only.
# The shipped networks therefore have no offsets, $c = 0$, and start at $h = 0$.)
#
# Is $F$ the network?
# Apply it by hand to every visited state of one trial: `jax.vmap` makes of a function of one state a function of a batch.
# It must give the next state of `predict`, up to float32's rounding of sums of 100 terms.

# %%
F = dynamics.transition(model)
by_hand = jax.vmap(F)(states[:-1, 0], inputs[1:, 0])
_, hidden = predict(model, inputs, return_hidden=True)
difference = np.abs(by_hand - hidden[1:, 0]).max() / np.abs(hidden).max()
print(f"visited states {states.shape}; rounding of 100 terms {100 * 2.0**-24:.0e}")
assert difference < 100 * 2.0**-24

# %% [markdown]
# ## How many dimensions does it use?
#
# The state has 100 entries.
# Does it fill all 100 dimensions?
# **Principal components** are the orthogonal directions along which the visited states vary most.
# A singular value decomposition of the states less their mean finds them: its right vectors are the directions, its squared singular values are proportional to the variances.
# For each of them we ask two things: which share of the variance it carries, and how well a straight line on it decodes the target.
#
# **Predict first.** The sum is one number. How many components will the network need?

# %% alt="Bars for six principal components. The first two carry nearly all variance of the states, and a line on the first decodes most of the target." caption="One number takes two dimensions here, since each sign has an arm of its own."
decoded = dynamics.decoder_r_squared(pcs.project(states), targets[..., 0])
ax = plots.plot_components(pcs.variance_share, decoded)
ax.set_title("Two components carry the states, and the first most of the sum")
plt.show()
assert pcs.variance_share[:2].sum() > 0.95 and decoded[0] > 0.5

# %% [markdown]
# Why two components, if the sum is one number?
# Chapter 05 knows: one group of units carries positive sums, another one negative sums.
# Each group fills a half-line, and two half-lines that meet at an angle span a plane.
# In the figure above the angle is a right one.
# It must be: no unit works on both arms, so the two directions share no entry that is not 0.
# For the exact $n$-unit integrator there are two components and no more.

# %%
rng = np.random.default_rng(0)
pattern = rng.standard_normal(20)
overlapping = pattern + 0.3 * rng.standard_normal(20)
family = networks.integrator_family(*networks.normalised(pattern, overlapping))
of_family = dynamics.principal_components(dynamics.visited_states(family, inputs))
for name, shares in {"family": of_family.variance_share, "trained": pcs.variance_share}.items():
    print(f"{name}: {shares[:2].sum():.3f} of the variance in two components")
assert of_family.variance_share[2:].sum() < 1e-10 < pcs.variance_share[2:].sum()

# %% [markdown]
# ## Where does the state stand still?
#
# An integrator must hold its sum when the input is 0.
# So there should be states that do not move: **fixed points**, $F(h, 0) = h$.
# And there should be many, one for each value of the sum.
# How can we find them in 100 dimensions?
#
# Sussillo and Barak start at states that the network visits and minimise the **speed**
#
# $$q(h) = \tfrac12\,\lVert F(h, 0) - h\rVert^2 .$$
#
# It is half a sum of squares, so each step can solve a linear least-squares problem.
# With the residual $f = F(h,0) - h$ and the matrix $A$ of its derivatives, the step is
#
# $$d = -(A^\top A + \rho I)^{-1} A^\top f .$$
#
# The damping $\rho$ keeps $d$ short where $A$ is nearly singular, and that is along the line we look for.
# The objective is Sussillo and Barak's (2013); the method is that of Levenberg and Marquardt.
# A step that does not help is taken back, and the next is damped ten times more.
# A search ends when a step shortens the residual $f$ by less than a tenth: at the bottom of the valley there is nothing left to do but slide along it.
# `dynamics.minimise_speed` does all this from many starting points at once.
#
# When is a state slow?
# A speed of 0.001 is high for a state of norm 0.01 and low for one of norm 100.
# So we judge the **relative speed** $\lVert F(h,0)-h\rVert / \lVert h\rVert$: the part of itself by which a state changes in one step.
# At $h = 0$ the quotient does not exist.
# States far shorter than the visited ones are therefore judged as if they had a small norm of their own.

# %%
show_source(dynamics.classify)

# %% [markdown]
# **Exercise 1. Relative speed.** By which part of itself does each state change?


# %% tags=["exercise"]
def relative_speed(states, next_states):
    """Return the part of itself by which each state changes, for arrays (number, size)."""
    raise NotImplementedError("compare the move with the state, row by row")


# %%
check(chapter06.relative_speed, relative_speed)

# %% [markdown]
# **Exercise 2. A step of the finder.** Write one damped step toward a state that stands still, for the network $F(h) = \tanh(h\,W)$ without input.
# `jax.jacfwd` gives the matrix $A$.


# %% tags=["exercise"]
def damped_step(W, h, damping):
    """Return the state (n,) after one damped least-squares step for tanh(h @ W) = h."""
    raise NotImplementedError("define the residual, differentiate it, solve for d")


# %%
check(chapter06.damped_step, damped_step)

# %% [markdown]
# ## First, networks whose fixed points are known
#
# A finder that has never found a known answer proves nothing.
# Three networks of chapter 05 have known ones:
#
# - the exact integrator: all $(h^+, h^-)$ with one of them 0 and none negative;
# - the leaky integrator: only 0;
# - the $n$-unit family: all $h = \mathrm{relu}(a s)$.
#
# The starting points get noise, so that they do not lie on the answer already.

# %%
exact, leaky = networks.exact_integrator(), networks.leaky_integrator(leak=0.05)


def search(network, **options):
    visited = dynamics.visited_states(network, inputs)
    return dynamics.find_fixed_points(network, visited, count=512, jitter=0.3, **options)


known = {"exact": search(exact), "leaky": search(leaky), "family": search(family)}
for name, result in known.items():
    many = "many" if len(result.fixed) > 50 else len(result.fixed)
    print(f"{name:7s} fixed points: {many}, slow points: {len(result.slow)}")
assert [len(f.fixed) > 50 for f in known.values()] == [True, False, True]
assert len(known["leaky"].fixed) == 1 and not any(len(f.slow) for f in known.values())

# %% [markdown]
# Are they the right points?
# In the exact networks $F(h, 0)$ is on the line wherever $h$ is, so that a point of low relative speed cannot be far from it: that test says nothing.
# What a finder can do wrong is to *miss*: a part of the line, its ends, or the searches that it loses on the way.
# So look at how the found points cover the line.
# In the leaky network $F(h,0) - h = (J - I)h$ with a constant matrix $J$; the smallest singular value of $J - I$ bounds how far from 0 a point of this speed can be, and the question is whether all searches get there.

# %%
for name, network in {"exact": exact, "family": family}.items():
    result, its_readout = known[name], dynamics.readout(network)[0]
    reached = np.asarray(dynamics.visited_states(network, inputs)) @ its_readout
    sums = np.sort(result.fixed @ its_readout)
    gap = np.diff(sums[(sums > np.percentile(reached, 5)) & (sums < np.percentile(reached, 95))])
    lost = result.num_neither + result.num_outliers
    print(
        f"{name:7s} sums {sums[0]:.1f} to {sums[-1]:.1f}, visited {reached.min():.1f} to "
        f"{reached.max():.1f}; largest gap {gap.max():.2f}; searches lost: {lost} of 512"
    )
    assert lost <= 5 and gap.max() < 0.2
    assert sums[0] < np.percentile(reached, 2.5) and sums[-1] > np.percentile(reached, 97.5)
J = np.asarray(dynamics.jacobian(leaky, [1.0, 0.0]))
bound = 1e-6 * known["leaky"].norm_floor / np.linalg.svd(J - np.eye(2))[1].min()
assert np.linalg.norm(known["leaky"].fixed) <= bound
assert known["leaky"].num_neither == 0

# %% [markdown]
# **What does "distinct" mean here?**
# The finder keeps points that are some distance apart, as the toolbox of Golub and Sussillo (2018) does.
# Of an isolated fixed point it keeps one, whatever the distance.
# On a line, half the distance keeps about twice as many: the number measures the line's length, and is no property of the network.

# %% tags=["nbval-ignore-output"]
for name in ("exact", "leaky"):
    points_found = known[name].fixed
    far, near = (len(dynamics.keep_distinct(points_found, known[name].apart * k)) for k in (20, 5))
    print(f"{name:6s} a quarter of the distance keeps {near / far:.0f} times as many points")
    assert (near > 2 * far) == (name == "exact")

# %% [markdown]
# ## Now the trained networks
#
# The same finder on trained networks: ReLU, GRU and tanh.
# How slow are the lines?
# And do they reach as far as the sums of the task?

# %% tags=["nbval-ignore-output"]
trained = {"ReLU": model, "GRU": load_trained("gru"), "tanh": load_trained("tanh")}
line, held = {}, {}
inner = np.percentile(targets, [2.5, 97.5])
for name, net in trained.items():
    result = dynamics.find_fixed_points(net, dynamics.visited_states(net, inputs), count=512)
    line[name] = np.concatenate([result.slow, result.fixed])
    weights, offset = dynamics.readout(net)
    held[name] = line[name] @ weights + offset
    slowness = np.median(dynamics.relative_speed(net, line[name]))
    print(f"{name:4s} relative speed, median: {slowness:.0e}")
    assert result.num_neither == 0 and len(line[name]) > 100
    assert held[name].min() < inner[0] and inner[1] < held[name].max()

# %% [markdown]
# A relative speed of $10^{-3}$ lets a state change by its own size in a thousand steps.
# The ReLU network's line is the slowest, but it need not be exact either.
# Training stops when the error is small, not when a speed is 0.
#
# ## The line attractor
#
# A point's place on the line *is* the sum.
# Without input the state rests where it is; an input moves it along.
# Watch it move while you draw, in the [playground](../book/playground.md).
# With a third component the view can be turned; each axis is stretched to the same length, so the third looks more important than it is.
# It draws itself once; run the cell to activate the controls.

# %% alt="The line of slow points in three dimensions, a figure that can be turned with the mouse, buttons or arrow keys." caption="Turn it: trials run along the line; each input pushes them off it a little, and they fall back." tags=["nbval-ignore-output"]
label = "Line of slow points in three principal components, coloured by the output"
shown = dynamics.keep_distinct(points, 2 * found.apart)
flat_trails, flat_line = pcs.project(states[:, :12]), pcs.project(points)
view = rotatable_html(
    flat_trails[..., :3], flat_line[shown, :3], (points @ o)[shown], label, "line-attractor"
)
assert view.count("<circle") == len(shown) and "http" not in view
HTML(view)

# %% [markdown]
# Line attractors have since been found in networks trained on quite other tasks, for instance in one that reads film reviews and keeps the sum of good and bad words (Maheswaranathan and others 2019).
#
# ## What persists
#
# Almost any change of the weights breaks an exact line: continuous attractors are not **structurally stable**.
# A model of the brain cannot rest on weights that are exact to the last digit.
# What is left when they are not?
# The answer of Khona and Fiete (2022) and of Ságodi and others (2024): the *shape* persists, and the state still falls onto it fast; only the slow motion *along* it changes.
#
# See for yourself.
# Add independent noise to all recurrent weights, of a thousandth, a hundredth and a tenth of a typical one, let the state settle, and compare the direction of the arm with the old one.

# %%
W, start = robustness.cell_weights(model), above / np.linalg.norm(above)
typical = np.sqrt(np.mean(W[1:] ** 2))
before = abs(dynamics.linearise(model, above).mode.eigenvalue - 1)
shares, faster, draws = (0.001, 0.01, 0.1), [], rng.standard_normal((20, 100, 100))
for share in shares:
    turns, seconds, speeds = [], [], []
    for draw in draws:
        noise = np.vstack([np.zeros(100), share * typical * draw])
        noisy = robustness.with_weights(model, W + noise)
        settled = dynamics.visited_states(noisy, np.zeros((60, 1, 1)), start=start[None])[-1, 0]
        direction = np.asarray(settled) / np.linalg.norm(settled)
        sizes = np.sort(np.abs(np.linalg.eigvals(np.asarray(dynamics.jacobian(noisy, settled)))))
        turns.append(np.linalg.norm(direction - start))
        seconds.append(sizes[-2])
        speeds.append(abs(sizes[-1] - 1))
    faster.append(np.median(speeds) / before)
    print(
        f"noise {share:.1%}: the arm turns by {np.median(turns):.0e} and still attracts, "
        f"factor {max(seconds):.1f} a step at most;\n  a held value changes by {np.median(speeds):.0e} of itself "
        f"in a step, {faster[-1]:.0f} times as fast as before"
    )
    assert np.median(turns) < 10 * share * typical and max(seconds) < 0.8
assert 5 < faster[2] / faster[1] < 20 and 5 < faster[1] / faster[0] < 20

# %% [markdown]
# The arm turns by a few times the noise, and what is beside it still dies away by half in each step.
# But the value that it holds grows or shrinks, and faster in proportion to the noise.
# The mathematics is older: a curve on which a system moves more slowly than it falls onto the curve is called **normally hyperbolic**, and such curves persist under small changes (Fenichel 1972).
#
# A ray can only speed up or slow down as a whole.
# With an offset in each unit it can do more.
# Let a value $s$ on the arm be multiplied by $\lambda$ and moved by a constant drift in each step, $s \to \lambda s + \text{drift}$.
# It stands still where the two balance:
#
# $$s^* = \frac{\text{drift}}{1 - \lambda}.$$
#
# If $\lambda < 1$, all values of that arm end there.
# So we need no search to say where an isolated fixed point stands.
# Take two of the networks that were trained on 25 steps only, give each unit an offset of standard deviation 0.001, and predict.
# Then measure the drift in states that the network settles in, and see where a line through it crosses 0.

# %%
offsets = 1e-3 * np.random.default_rng(4).standard_normal((4, 100))
long_trials, _ = task.sample(64, seed=21, num_steps=100)
for number, arm in ((1, 0), (3, 1)):
    shifted = load_trained("rnn_short", number)
    end = dynamics.linearise_ends(shifted, long_trials)[arm]
    shifted.rnn.b.value = jnp.asarray(offsets[number], jnp.float32)
    weights, _ = dynamics.readout(shifted)
    left = end.mode.left * dynamics.active_units(end)
    drift = (weights @ end.mode.right) * (left @ offsets[number])
    predicted = drift / (1 - end.mode.eigenvalue)
    states = dynamics.settled_states(shifted, long_trials)
    value, moved = np.asarray(states @ weights), dynamics.drift(shifted, states)
    on_arm = value * np.sign(end.value) > 0.5
    slope, at_zero = np.polyfit(value[on_arm], moved[on_arm], 1)
    stands = -at_zero / slope
    print(f"network {number}: fixed point predicted at {predicted:.1f}, found at {stands:.1f}")
    # The offsets turn the arm by some 1e-3 of the state they are added to, whose size is near 1.
    assert abs(stands - predicted) < 0.02 * max(1, abs(predicted))

# %% [markdown]
# One fixed point lies among the sums of the task, the other far outside.
# Where on the line does a trained network drift, and which way?
# The move $o \cdot (F(h, 0) - h)$ at a slow point would say it, if the point were exactly on the line; a part of the move may lead back to it, or away.
# `line_profile` keeps the part that lasts (chapter 07 says how it is told from the rest): the **drift** along the line.
# Where it crosses 0 from above to below, values come to rest.

# %% tags=["nbval-ignore-output"]
profile = {}
for name, net in trained.items():
    along = line[name][np.argsort(held[name])]
    profile[name] = dynamics.line_profile(net, along[:: max(1, len(along) // 30)])
    value, drift = profile[name].value, profile[name].drift
    falls = np.flatnonzero((drift[:-1] > 0) & (drift[1:] <= 0))
    rests = ", ".join(f"{value[k]:.1f} and {value[k + 1]:.1f}" for k in falls) or "no two points"
    print(f"{name:4s} drift at most {np.abs(drift).max():.0e}; values rest between {rests}")
largest = {name: np.abs(found.drift).max() for name, found in profile.items()}
assert largest["ReLU"] < min(largest["GRU"], largest["tanh"]) / 10

# %% alt="Drift along the line in a step without input against the value held, for the ReLU, the GRU and the tanh network. The ReLU network's is far smaller than the others'; the GRU's and the tanh network's fall through zero." caption="Where a curve crosses 0 from above to below, held values gather; a line at 0 holds them all."
_, ax = plt.subplots()
for number, (name, (value, _, _, drift)) in enumerate(profile.items()):
    near = np.abs(value) < 2.5
    ax.plot(value, 1e3 * drift, ".", ms=5, color=PALETTE[number])
    style = {"color": PALETTE[number], "ls": LINE_STYLES[number], "lw": 1, "label": name}
    ax.plot(value[near], 1e3 * drift[near], **style)
ax.axhline(0, color=PALETTE[4], lw=0.8)
ax.set(xlabel="value held", ylabel="drift (thousandths a step)")
ax.legend()
ax.set_title("The ReLU line hardly drifts; on the others, values move to a few places")
plt.show()

# %% [markdown]
# **Exercise 3. Where the GRU ends.** At which two values does the shipped GRU rest in the end?
# Let it run, or find the places where its drift changes sign from above to below.
# The slowest part of its line takes some hundred thousand steps: run them in pieces, each from where the last one ended.


# %% tags=["exercise"]
def stable_values():
    """Return the two values that the GRU holds for good, the lower one first."""
    raise NotImplementedError("run it without input until nothing changes, from many values")


# %%
check(chapter06.stable_values, stable_values)

# %% [markdown]
# So a trained network is no continuous attractor but what is left of one: a line that attracts, with slow motion on it.
# For the length of its task this is as good as the ideal.
# How long it stays so is written in its modes, which the next chapter reads.
#
# ## Summary
#
# - One step is a function of state and input.
# - The trained networks keep the sum as a place on a line of slow points.
#   For ReLU the line is bent by 90 degrees at 0, since two groups of units carry the two signs.
# - A finder is tested on networks whose fixed points are known.
#   On a line, the number of distinct points says nothing about the network.
# - Wrong weights leave the line in place and change the speed on it; with offsets, values come to rest at $s^* = \text{drift}/(1-\lambda)$.
#
# **Recall.**
#
# <details><summary>Why does a search end when a step shortens the residual by less than a tenth?</summary>
#
# It has reached the bottom of a valley that is the line; any further step would only slide along it.
#
# </details>
#
# <details><summary>Why is a speed judged against the size of the state?</summary>
#
# The same speed moves a short state by a large part of itself and a long one by a small part; what we want to know is how long a value lasts.
#
# </details>
#
# <details><summary>What of a line attractor survives noise in the weights, and what does not?</summary>
#
# Its shape survives, turned a little, and so does the fall onto it; the standing still does not.
#
# </details>
#
# ## References
#
# - Sussillo D., Barak O. (2013). Opening the black box: low-dimensional dynamics in high-dimensional recurrent neural networks. *Neural Computation* 25. <https://doi.org/10.1162/NECO_a_00409>
# - Golub M. D., Sussillo D. (2018). FixedPointFinder: a Tensorflow toolbox for identifying and characterizing fixed points in recurrent neural networks. *Journal of Open Source Software* 3. <https://doi.org/10.21105/joss.01003>
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93. <https://doi.org/10.1073/pnas.93.23.13339>
# - Khona M., Fiete I. R. (2022). Attractor and integrator networks in the brain. *Nature Reviews Neuroscience* 23. <https://doi.org/10.1038/s41583-022-00642-0>
# - Ságodi Á., Martín-Sánchez G., Sokół P., Park I. M. (2024). Back to the continuous attractor. *NeurIPS*. <https://doi.org/10.48550/arXiv.2408.00109>
# - Maheswaranathan N., Williams A., Golub M. D., Ganguli S., Sussillo D. (2019). Reverse engineering recurrent networks for sentiment classification reveals line attractor dynamics. *NeurIPS*. <https://doi.org/10.48550/arXiv.1906.10720>
# - Fenichel N. (1972). Persistence and smoothness of invariant manifolds for flows. *Indiana University Mathematics Journal* 21. <https://doi.org/10.1512/iumj.1972.21.21017>
