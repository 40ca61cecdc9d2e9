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
# # 06 Inside the network
#
# **In this chapter you will** follow a trained network's hidden state, find the line of states
# on which it keeps its sum, take the network apart into modes, and learn what its input
# writes and what its readout reads.
#
# **You need** chapters 01 to 05, eigenvalues and eigenvectors, singular values, and Bayes'
# rule for the last section.
#
# *About 60 minutes to read, 30 seconds to run.*

# %%

import jax
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    dynamics,
    evaluate,
    filtering,
    load_trained,
    networks,
    predict,
)
from integrator_lib import plotting as plots
from integrator_lib.course.checks import chapter06, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.dynamics import speed
from integrator_lib.plotting import plot_curves, rotatable_html, use_course_style
from integrator_lib.training import use_compilation_cache

# %% [markdown]
# The chapter takes apart the first of the shipped ReLU networks, and now and then compares it
# with all eight, with a GRU and with a tanh network.

# %%
start_chapter()
task = IntegratorTask()
models = [load_trained("rnn", seed) for seed in range(8)]
model = models[0]

# %% [markdown]
# ## One step is a function
#
# Training sees a network as something that maps inputs to outputs. Here it is a **dynamical
# system**: a state $h$ and a rule for the next one,
#
# $$h_{t} = F(h_{t-1}, x_t), \qquad \hat y_t = w \cdot h_t + c.$$
#
# `transition` takes $F$ out of a network as a pure function: no hidden state object, so that JAX
# can differentiate and vectorise it. The state is everything the cell carries on; for an
# LSTM that is its output and its memory, one behind the other. (The course's recipe trains
# matrices only. The shipped networks therefore have no offsets, $c = 0$, and start at $h = 0$.)

# %%
show_source(dynamics.step_function)
F = dynamics.transition(model)
inputs, targets = (np.asarray(a) for a in task.sample(1000, seed=20))
states = np.asarray(dynamics.visited_states(model, inputs))
print("visited states", states.shape)

# %% [markdown]
# Is $F$ the network? Apply it by hand to every visited state of one trial: `jax.vmap` makes of a
# function of one state a function of a batch. It must give the next state of `predict`, up
# to float32's rounding of sums of 100 terms.

# %%
by_hand = jax.vmap(F)(states[:-1, 0], inputs[1:, 0])
_, hidden = predict(model, inputs, return_hidden=True)
difference = np.abs(by_hand - hidden[1:, 0]).max() / np.abs(hidden).max()
print("F gives the network's own next states:", bool(difference < 100 * 2.0**-24))
assert difference < 100 * 2.0**-24

# %% [markdown]
# ## How many dimensions does it use?
#
# The state has 100 entries. Does it fill all 100 dimensions? **Principal components** are the
# orthogonal directions along which the visited states vary most, found by a singular value
# decomposition of the states less their mean: its right vectors are the directions, its squared
# singular values are proportional to the variances. For each of them we ask two things: which
# share of the variance it carries, and how well a straight line on it decodes the target.

# %%
show_source(dynamics.principal_components)
pcs = dynamics.principal_components(states)
decoded = dynamics.decoder_r_squared(pcs.project(states), targets[..., 0])

# %% alt="Bars for six principal components. The first two carry nearly all variance of the states, and a line on the first decodes most of the target."
ax = plots.plot_components(pcs.variance_share, decoded)
ax.set_title("Two components carry the states, and the first most of the sum")
plt.show()
assert pcs.variance_share[:2].sum() > 0.95 and decoded[0] > 0.5

# %% [markdown]
# Components are uncorrelated, so their $R^2$ add up to that of a linear decoder which sees the
# whole state. The readout is one such decoder. The best one cannot be worse on these trials, and
# the readout's own $R^2$ is therefore a lower bound.

# %%
outputs = states @ dynamics.readout(model)[0] + dynamics.readout(model)[1]
readout_r_squared = 1 - np.mean((outputs - targets[..., 0]) ** 2) / np.var(targets)
print(
    "all components together decode at least what the readout does:",
    bool(decoded.sum() > readout_r_squared - 1e-9),
)
assert readout_r_squared - 1e-9 < decoded.sum() < 1 + 1e-9

# %% [markdown]
# Why two components, if the sum is one number? Chapter 05 knows: one group of units carries
# positive sums, another one negative sums. Each group fills a half-line, and two half-lines that
# meet at an angle span a plane. For the exact $n$-unit integrator it is two and no more.

# %%
rng = np.random.default_rng(0)
pattern = rng.standard_normal(20)
overlapping = pattern + 0.3 * rng.standard_normal(20)
family = networks.integrator_family(*networks.normalised(pattern, overlapping))
of_family = dynamics.principal_components(dynamics.visited_states(family, inputs))
print(f"variance in two components: {of_family.variance_share[:2].sum():.6f}")
assert of_family.variance_share[2:].sum() < 1e-10

# %% [markdown]
# So look at the plane of the first two: trials start at the corner and run out along one arm,
# or back over the corner into the other.

# %% alt="Twelve trials in the plane of two principal components. All of them run along two straight arms that meet at a corner."
_, ax = plt.subplots()
ax.plot(*pcs.project(states[:, :12]).T[:2].swapaxes(1, 2), lw=1, marker=".", ms=4)
ax.set(xlabel="component 1", ylabel="component 2")
ax.set_title("Hidden trajectories run along two arms")
plt.show()

# %% [markdown]
# ## Where does the state stand still?
#
# An integrator must hold its sum when the input is 0. So there should be states that do not
# move: **fixed points**, $F(h, 0) = h$. And there should be many, one for each value of the sum.
# How can we find them in 100 dimensions?
#
# Sussillo and Barak start at states that the network visits and minimise the **speed**
#
# $$q(h) = \tfrac12\,\lVert F(h, 0) - h\rVert^2 .$$
#
# It is half a sum of squares, so each step can solve a linear least-squares problem. With
# $r = F(h,0) - h$ and $A$ the matrix of its derivatives, the step is
# $d = -(A^\top A + \delta I)^{-1} A^\top r$. The damping $\delta$ keeps $d$ short where $A$ is
# nearly singular, and that is along the line we look for. The objective is Sussillo and Barak's
# (2013); the method is that of Levenberg and Marquardt. A step that does not help is taken back,
# and the next is damped ten times more. `dynamics.minimise_speed` does it from many starting
# points at once.
#
# When is a state slow? A speed of 0.001 is high for a state of norm 0.01 and low for one of norm
# 100. So we judge the **relative speed** $\lVert F(h,0)-h\rVert / \lVert h\rVert$: the part of
# itself by which a state changes in one step. At $h = 0$ the quotient does not exist. States far
# shorter than the visited ones are therefore judged as if they had a small norm of their own.

# %%
show_source(dynamics.classify)

# %% [markdown]
# ## First, networks whose fixed points are known
#
# A finder that has never found a known answer proves nothing. Three networks of chapter 05
# have known ones:
#
# - the exact integrator: all $(h_+, h_-)$ with one of them 0 and none negative;
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
for name, found in known.items():
    print(
        f"{name:7s} many fixed points: {len(found.fixed) > 50},",
        f"one: {len(found.fixed) == 1}, slow points: {len(found.slow)}",
    )
assert [len(f.fixed) > 50 for f in known.values()] == [True, False, True]
assert len(known["leaky"].fixed) == 1 and not any(len(f.slow) for f in known.values())

# %% [markdown]
# Are they the right points? In the exact networks, $F(h, 0)$ is on the line wherever $h$ is. So a
# point of relative speed below $10^{-6}$ is no further from the line than $10^{-6}$ of its norm.
# In the leaky network, $F(h,0) - h = (J - I)h$, so that the smallest singular value of $J - I$
# bounds how far from 0 a point of this speed can be.

# %%
h = known["exact"].fixed
off_line = np.linalg.norm(h - np.maximum(h @ [[1, -1], [-1, 1]], 0), axis=1)
assert np.all(off_line <= 1.1e-6 * np.linalg.norm(h, axis=1) + 1e-9)

h, o = known["family"].fixed, dynamics.readout(family)[0]
on_line = np.maximum(np.outer(h @ o, np.asarray(family.rnn.W.value)[0]), 0)
assert np.all(np.linalg.norm(h - on_line, axis=1) <= 1.1e-6 * np.linalg.norm(h, axis=1) + 1e-9)

J = np.asarray(dynamics.jacobian(leaky, [1.0, 0.0]))
bound = 1e-6 * known["leaky"].norm_floor / np.linalg.svd(J - np.eye(2))[1].min()
assert np.linalg.norm(known["leaky"].fixed) <= bound
print("every point found is where theory has it")

# %% [markdown]
# **What does "distinct" mean here?** The finder keeps points that are some distance apart, as
# the toolbox of Golub and Sussillo (2018) does. Of an isolated fixed point it keeps one, whatever
# the distance. On a line, half the distance keeps about twice as many: the number measures the
# line's length, and is no property of the network.

# %%
for name in ("exact", "leaky"):
    points = known[name].fixed
    counts = [len(dynamics.keep_distinct(points, known[name].apart * k)) for k in (20, 5)]
    print(f"{name:6s} more points at a quarter of the distance: {counts[1] > 2 * counts[0]}")
    assert (counts[1] > 2 * counts[0]) == (name == "exact")

# %% [markdown]
# ## Now the trained networks
#
# The same finder on trained networks: ReLU, GRU and tanh.

# %%
trained = {"ReLU": model, "GRU": load_trained("gru"), "tanh": load_trained("tanh")}
visited = {name: dynamics.visited_states(net, inputs) for name, net in trained.items()}
found = {
    name: dynamics.find_fixed_points(net, visited[name], count=512) for name, net in trained.items()
}
for name, result in found.items():
    ends = len(result.slow) + len(result.fixed)
    print(
        f"{name:4s} searches that ended neither slow nor fixed: {result.num_neither},",
        f"many distinct points: {ends > 100}",
    )
    assert result.num_neither == 0 and ends > 100
for name in ("GRU", "tanh"):
    assert len(found[name].slow) > 10 * len(found[name].fixed)

# %% [markdown]
# The GRU and the tanh network have no line of fixed points but one of **slow points**. The ReLU
# network's line is slower still, but it need not be exact. Training stops when the error is
# small, not when a speed is 0, and almost any change of the weights breaks an exact line (Ságodi
# and others call continuous attractors structurally unstable). How slow are the lines? And do
# they reach as far as the sums of the task?

# %%
line, held = {}, {}
for name, net in trained.items():
    line[name] = np.concatenate([found[name].slow, found[name].fixed])
    w, c = dynamics.readout(net)
    held[name] = line[name] @ w + c
    inner = np.percentile(targets, [2.5, 97.5])
    assert held[name].min() < inner[0] and inner[1] < held[name].max()
slowness = {
    name: np.median(dynamics.relative_speed(net, line[name])) for name, net in trained.items()
}
print("the ReLU network's line is the slowest:", min(slowness, key=slowness.get) == "ReLU")
assert slowness["ReLU"] < slowness["GRU"] and slowness["ReLU"] < slowness["tanh"]

# %% [markdown]
# **Why stop there?** The speed is a valley with the line at its bottom, and the bottom itself
# slopes a little. A search ends when a step gains less than a tenth, which is when it has reached
# the bottom. Let it go on as long as any step helps, and it slides along the bottom: fewer
# distinct points are left.

# %%
tanh, visited_tanh = trained["tanh"], visited["tanh"]
on_and_on = dynamics.find_fixed_points(tanh, visited_tanh, count=128, stall=1.0)
at_bottom = dynamics.find_fixed_points(tanh, visited_tanh, count=128)
number = {
    name: len(result.fixed) + len(result.slow)
    for name, result in {"at the bottom": at_bottom, "on and on": on_and_on}.items()
}
print("fewer points if the search goes on:", number["on and on"] < number["at the bottom"])
assert number["on and on"] < number["at the bottom"]

# %% [markdown]
# ## The line attractor
#
# Put the slow points into the plane of the first two components, and colour each by the output
# that the network would give there. Seung (1996) proposed such a **line attractor** for the cells
# that hold the eyes still.

# %% alt="Hidden states in the plane of two principal components. Slow points form a bent line whose colour changes evenly from one end to the other; black trials run along it."
flat_trails, flat_line = pcs.project(states[:, :12]), pcs.project(line["ReLU"])
ax = plots.plot_line(flat_trails, flat_line, held["ReLU"], "output")
ax.set_title("The sum is a place on a line of slow points")
plt.show()

# %% [markdown]
# A point's place on the line *is* the sum. Without input the state rests where it is; an input
# moves it along. With a third component the view can be turned; each axis is stretched to the
# same length, so the third looks more important than it is. It draws itself once; run the
# cell to activate the controls.

# %% alt="The same line of slow points in three dimensions, a figure that can be turned with the mouse, buttons or arrow keys." tags=["nbval-ignore-output"]
from IPython.display import HTML

label = "Line of slow points in three principal components, coloured by the output"
shown = dynamics.keep_distinct(line["ReLU"], 2 * found["ReLU"].apart)
view = rotatable_html(
    flat_trails[..., :3], flat_line[shown, :3], held["ReLU"][shown], label, "line-attractor"
)
assert view.count("<circle") == len(shown) and "http" not in view
HTML(view)

# %% [markdown]
# ## Jacobians
#
# How does a small change of the state develop? To first order it is multiplied by the
# **Jacobian** $J_{ij} = \partial F_i / \partial h_j$ at every step. Automatic differentiation
# gives it without any formula of ours. (For this cell one exists: $J = D\,W_h^\top$, where $D$
# has 1 on its diagonal for active units and 0 for silent ones.) One trap: a ReLU has no
# derivative at 0, and automatic differentiation answers 0 there. At $h = 0$ the exact integrator
# seems to forget everything.

# %%
show_source(dynamics.jacobian)
for state in ([0.0, 0.0], [0.5, 0.0], [0.0, 0.5]):
    eigenvalues = np.linalg.eigvals(np.asarray(dynamics.jacobian(exact, state)))
    print("h =", state, " eigenvalues", np.sort(np.abs(eigenvalues)).round(6))

# %% [markdown]
# Off the kink the eigenvalues are 1 and 0: one direction keeps what is put there, the other
# forgets at once. So we probe beside the kink. How do the trained network's eigenvalues lie, and
# how did they lie before training?

# %%
on_arm = [int(np.argmin(np.abs(held["ReLU"] - value))) for value in (-1.0, 1.0)]
arms = line["ReLU"][on_arm]
before = IntegratorRNN(seed=0)
jacobians = {
    "before training": dynamics.jacobian(before, dynamics.visited_states(before, inputs)[-1, 0]),
    "trained": dynamics.jacobian(model, arms[0]),
}
spectra = {name: np.linalg.eigvals(np.asarray(J)) for name, J in jacobians.items()}

# %% alt="Eigenvalues in the complex plane. Before training all lie well inside the unit circle; after training one sits at 1 and the others well inside."
axes = plots.plot_spectra(spectra)
axes[0].figure.suptitle("Training moves one eigenvalue to 1", x=0.01, ha="left")
axes[0].set_ylim(-1.75, 1.25)  # room for the legend
plt.show()
sizes = np.sort(np.abs(spectra["trained"]))
assert np.abs(spectra["before training"]).max() < 0.9
assert abs(sizes[-1] - 1) < 1e-3 and sizes[-2] < 0.8

# %% [markdown]
# One eigenvalue is at 1, so one direction keeps; the others lie well inside the circle, so all
# other directions forget in a few steps. That makes the line *attract*: a state beside it
# falls back. Is this so for all eight networks, and for no untrained one? (Off by 0.001, the
# eigenvalue would change the sum $e$-fold in 1000 steps.) We look at both arms: at the states 20 silent steps after the two trials that went farthest down and up.


# %%
farthest = [int(np.argmin(targets[-1, :, 0])), int(np.argmax(targets[-1, :, 0]))]


def rested_jacobians(network):
    ends = dynamics.visited_states(network, inputs[:, farthest])[-1]
    rested = dynamics.visited_states(network, np.zeros((20, 2, 1)), start=ends)[-1]
    return np.asarray(dynamics.jacobian(network, rested))


without = 0
for seed, network in enumerate(models):
    for J in rested_jacobians(network):
        assert abs(dynamics.integrating_mode(J).eigenvalue - 1) < 1e-3
        assert np.sort(np.abs(np.linalg.eigvals(J)))[-2] < 0.8
    for J in rested_jacobians(IntegratorRNN(seed=seed)):
        try:
            dynamics.integrating_mode(J)
        except dynamics.NoIntegratingModeError:
            without += 1
print("arms with one eigenvalue at 1: trained", 2 * len(models), " untrained", 16 - without)
assert without == 16

# %% [markdown]
# ## Along the line
#
# Is the eigenvalue the same everywhere on the line? For a ReLU network it can change only where
# a unit falls silent or wakes up. The other cells bend everywhere.

# %%
integrating, others = {}, {}
for name, net in trained.items():
    step = max(1, len(line[name]) // 40)
    held[name], line[name] = held[name][::step], line[name][::step]
    jacobians = np.asarray(dynamics.jacobian(net, line[name]), np.float64)
    eigenvalues = np.linalg.eigvals(jacobians)
    nearest = np.argmin(np.abs(eigenvalues - 1), axis=1, keepdims=True)
    integrating[name] = np.take_along_axis(eigenvalues, nearest, axis=1)[:, 0].real
    np.put_along_axis(eigenvalues, nearest, 0, axis=1)
    others[name] = np.abs(eigenvalues).max(axis=1)

# %% alt="Eigenvalue minus one against the output held, on an axis logarithmic on both sides of zero. The ReLU network's is tiny and constant on each side of zero; GRU and tanh networks vary and are larger."
offsets = {name: values - 1 for name, values in integrating.items()}
ax = plots.plot_along_line(held, offsets, "eigenvalue minus 1")
ax.set_title("The ReLU network's eigenvalue changes only near 0, and little")
plt.show()
away = np.abs(held["ReLU"]) > 0.1
for side in (held["ReLU"] > 0, held["ReLU"] < 0):
    assert np.ptp(integrating["ReLU"][side & away]) < 1e-9

# %% [markdown]
# And the other eigenvalues? The largest modulus among them says whether the line attracts.

# %%
for name in trained:
    print(
        f"{name:4s} largest other modulus everywhere below 1: {others[name].max() < 1},",
        f"everywhere above 1: {others[name].min() > 1}",
    )
assert others["ReLU"].max() < 0.8 and others["GRU"].max() < 1
assert others["tanh"].min() > 1 and others["tanh"].max() < 1.1
initial = {
    "ReLU": IntegratorRNN(activation="relu", seed=0),
    "tanh": IntegratorRNN(activation="tanh", seed=0),
}
for name, network in initial.items():
    J = dynamics.jacobian(network, 1e-3 * rng.standard_normal(100))
    radius = np.abs(np.linalg.eigvals(np.asarray(J))).max()
    print(f"{name} before training: largest modulus {'above' if radius > 0.9 else 'below'} 0.9")
    assert (radius > 0.9) == (name == "tanh")

# %% [markdown]
# The tanh network's line does not attract. At every point another mode grows, by a few per cent
# a step, and a push off the line grows with it. The room for such modes was there before
# training: the initial weights put eigenvalues out to a radius of about 1. A ReLU silences half
# of the units, which shrinks the radius by about $\sqrt{1/2}$, and tanh silences none.
#
# Is this one reason why the tanh network fails on long trials (chapter 04)? Put its state on the
# line, and leave it alone.

# %%
on_line = [int(np.argmin(np.abs(held["tanh"] - value))) for value in (-1.0, 1.0)]
start = line["tanh"][on_line]
after = np.asarray(dynamics.visited_states(tanh, np.zeros((1000, 2, 1)), start=start))[-1]
distance = np.linalg.norm(after[:, None] - line["tanh"], axis=-1).min()
print(
    "after 1000 silent steps it is farther from the line than it was from 0:",
    bool(distance > np.linalg.norm(start, axis=1).max()),
)
assert distance > 2 * np.linalg.norm(start, axis=1).max()

# %% [markdown]
# ## Time constants
#
# A mode of eigenvalue $\lambda$ shrinks to $|\lambda|$ of itself each step, so it falls to $1/e$
# in $\tau = -1/\ln|\lambda|$ steps. Does the nonlinear network do what its linearisation says?
# Push the state off the line, let both copies run, and measure the difference. A ReLU network is
# linear until a unit switches, so the push must be short enough to switch none. A left
# eigenvector $l$ picks one mode out of it: $l \cdot J^k d = \lambda^k\, l\cdot d$.


# %%
def left_amplitudes(network, state, left, push, num_steps):
    """Return |l . (pushed - unpushed)| after 0, 1, ... steps without input."""
    starts = np.stack([state, state + push])
    silence = np.zeros((num_steps, 2, 1))
    run = np.asarray(dynamics.visited_states(network, silence, start=starts), np.float64)
    assert np.array_equal(run[:, 0] > 0, run[:, 1] > 0)  # no unit switches
    differences = np.concatenate([push[None], run[:, 1] - run[:, 0]])
    return np.abs(differences @ left)


measured, predicted = {}, {}
for name, arm in zip(("negative sums", "positive sums"), arms, strict=True):
    eigenvalues, left = np.linalg.eig(np.asarray(dynamics.jacobian(model, arm), np.float64).T)
    second = np.argsort(np.abs(eigenvalues))[-2]
    push = 0.01 * np.linalg.norm(arm) * left[:, second].real
    amplitude = left_amplitudes(model, arm, left[:, second], push, num_steps=6)
    assert amplitude[0] > np.linalg.norm(push) / 2
    measured[name] = amplitude / amplitude[0]
    predicted[name] = np.abs(eigenvalues[second]) ** np.arange(7)

# %% alt="What is left of a perturbation over six steps on a logarithmic axis: measured points lie on the predicted straight lines."
ax = plots.plot_decay(measured, predicted)
ax.set_title("Perturbations off the line decay as the eigenvalues say")
plt.show()
for name in measured:
    # Six steps round the state by up to ten times 2^-24 each; the push is 0.01 of the state,
    # and at least half of it is in the mode.
    assert np.all(np.abs(measured[name] - predicted[name]) < 6 * 10 * 2.0**-24 / (0.01 / 2))

# %% [markdown]
# The integrating mode is too slow to see in six steps. Let the network hold a sum for 1000
# steps without input: the sum should be multiplied by $\lambda^{1000}$.

# %%
w = dynamics.readout(model)[0]
silence = np.zeros((1000, 2, 1))
rest = np.asarray(dynamics.visited_states(model, silence[:50], start=arms))[-1]
after = np.asarray(dynamics.visited_states(model, silence, start=rest))[-1]
for start, end in zip(rest, after, strict=True):
    mode = dynamics.integrating_mode(dynamics.jacobian(model, start))
    kept, expected = (end @ w) / (start @ w), mode.eigenvalue**1000
    # At worst each step rounds the sum of the products by a few times 2^-24, always the same way.
    tolerance = 1000 * 3 * 2.0**-24
    print("what is left after 1000 steps is as predicted:", abs(kept / expected - 1) < tolerance)
    assert abs(kept / expected - 1) < tolerance

# %% [markdown]
# ## What is written, what is read
#
# Every mode has two vectors. The **right** eigenvector, $J r = \lambda r$, is the direction in
# which the state moves. The **left** one, $l J = \lambda l$, says which part of a push survives:
# of a push $d$ there remains $(l \cdot d)\, r$, if $l \cdot r = 1$.
#
# The input pushes by $\partial F / \partial x$. The readout sees $w \cdot r$. Put together: after
# an input of 1 the output has risen, for good, by
#
# $$G = (w \cdot r)\,(l \cdot \partial F / \partial x).$$
#
# An integrator must have $G = 1$. For the exact networks this holds to rounding.


# %%
def gain(network, state):
    mode = dynamics.integrating_mode(dynamics.jacobian(network, state))
    written = mode.left @ np.asarray(dynamics.input_gain(network, state))
    return (dynamics.readout(network)[0] @ mode.right) * written


exact_gains = [gain(exact, [0.5, 0.0]), gain(exact, [0.0, 0.5])]
exact_gains += [gain(family, point) for point in known["family"].fixed[::40]]
assert np.allclose(exact_gains, 1, atol=20 * 2.0**-22)
print("gain of the exact networks:", np.unique(np.round(exact_gains, 4)))

# %% [markdown]
# The trained network was never told this identity. It comes close on both arms. Is what it
# misses a property of the network, or of the method? Give one input, away from 0 so that no unit
# switches, wait until the transient has died, and measure the output's rise. (In the 19 steps of
# waiting it is multiplied by $\lambda^{19}$.)

# %%
# 20 steps round a state of norm near 1 by a few times 2^-24; the pulse is a tenth of it.
tolerance = 20 * 3 * 2.0**-24 / 0.1
for state, height in zip(rest, (-0.1, 0.1), strict=True):
    pulse = np.zeros((20, 2, 1))
    pulse[0, 1] = height
    run = np.asarray(dynamics.visited_states(model, pulse, start=np.stack([state, state])))
    rise = (run[-1, 1] - run[-1, 0]) @ w / height
    eigenvalue = dynamics.integrating_mode(dynamics.jacobian(model, state)).eigenvalue
    agree = abs(rise - gain(model, state) * eigenvalue**19) < tolerance
    print("gain predicted and measured agree:", agree)
    print("near 1, but more than rounding off it:", tolerance < abs(rise - 1) < 0.002)
    assert agree and tolerance < abs(rise - 1) < 0.002

# %% alt="Four rows of bars over one hundred units: what the state does, what survives of a push, what the input writes, and what the readout reads. Only part of the units take part."
mode = dynamics.integrating_mode(dynamics.jacobian(model, rest[1]))
rows = {
    "right vector: where the state moves": mode.right,
    "left vector: what survives of a push": mode.left,
    "dF/dx: what the input writes": np.asarray(dynamics.input_gain(model, rest[1])),
    "w: what the readout reads": w,
}
plots.plot_vectors(rows)
plt.suptitle("On the positive arm the input writes to a part of the units", x=0.01, ha="left")
plt.show()
assert np.mean(rows["dF/dx: what the input writes"] != 0) < 0.5

# %% [markdown]
# ## Cutting the input off the line
#
# If the left vectors tell what counts, then integration should stop without their part of the
# input weights, and go on without all the rest: what the rest writes dies out in a few steps.
# Each arm has a left vector of its own, so the part that counts has two directions.
#
# The least change that hides the input from two left vectors is given by their pseudoinverse,
# the matrix that yields the shortest solution of a linear least-squares problem.


# %%
def part_that_counts(network, at):
    """Return the part of the input weights that the left vectors of some states see."""
    seen = []
    for state in at:
        mode = dynamics.integrating_mode(dynamics.jacobian(network, state))
        seen.append(mode.left * (np.asarray(dynamics.next_states(network, state)) > 0))
    input_weights = np.asarray(network.rnn.W.value, np.float64)[0]
    return np.linalg.pinv(seen) @ (seen @ input_weights)


def relative_error_with(input_weights):
    changed = load_trained("rnn", 0)
    changed.rnn.W.value = changed.rnn.W.value.at[0].set(input_weights)
    return evaluate(changed, task, num_trials=1024).relative_mse


input_weights = np.asarray(model.rnn.W.value, np.float64)[0]
counts = part_that_counts(model, rest)
rest_cut, counts_cut = relative_error_with(counts), relative_error_with(input_weights - counts)

# %% [markdown]
# A relative error of 1 is that of an output that stays 0.

# %%
share = counts @ counts / (input_weights @ input_weights)
print(f"the part that counts holds {share:.0%} of the squared input weights")
print("without it, the error is about that of saying 0:", 0.8 < counts_cut < 1.25)
print("without all the rest, it stays below 0.01:", rest_cut < 0.01)
assert 0.8 < counts_cut < 1.25 and rest_cut < 0.01

# %% [markdown]
# ## The other noise
#
# The tutorial calls its network robust to noise in the inputs. But look at the task: the target
# is the sum of the *noisy* inputs. There is nothing to be robust against. What would robust
# mean? That the target is the integral $b t$ of the clean input, while the network sees
# $x_t = b + \sigma \xi_t$.
#
# A perfect integrator then outputs $bt + \sigma\sum\xi$, with error $\sigma^2 t$. Can one do
# better? We know beforehand that $b \sim N(-m, 4m^2)$: this is the **prior**. Bayes' rule turns
# it and the data into what is known afterwards. It weighs the two by their precision, the data
# with $k_t = 4m^2 t / (4m^2 t + \sigma^2)$, and the best estimate and its error are
#
# $$\widehat{bt} = k_t \sum_{s\le t} x_s - (1 - k_t)\, m t, \qquad
#   \mathrm{MSE}_t = k_t\,\sigma^2 t .$$

# %%
show_source(filtering.data_weight)
tasks = {"this course's": task, "original": IntegratorTask.original()}
for name, its_task in tasks.items():
    x, clean = filtering.sample_clean(its_task, 4096, seed=30)
    estimates = (filtering.optimal_estimate(its_task, x), np.cumsum(x, axis=0))
    formulas = (filtering.optimal_mse(its_task), filtering.integrator_mse(its_task))
    for estimate, formula in zip(estimates, formulas, strict=True):
        errors = np.mean((estimate - clean) ** 2, axis=(0, 2))
        assert abs(errors.mean() - formula.mean()) < 4 * errors.std() / np.sqrt(len(errors))
    share = formulas[0].mean() / formulas[1].mean()
    print(f"{name} scales: the best filter leaves {share:.2f} of the integrator's error")

# %% [markdown]
# Both closed forms agree with 4,096 simulated trials within four standard errors. With this
# course's scales the sum is mostly bias (chapter 01), and a perfect integrator is nearly the
# best filter. With the original's scales it is far from it. The trained network is a nearly
# perfect integrator, so it makes the integrator's error on both, neither more nor less.

# %%
for its_task in tasks.values():
    x, clean = filtering.sample_clean(its_task, 4096, seed=31)
    errors = np.mean((np.asarray(predict(model, x)) - clean) ** 2, axis=(0, 2))
    expected = filtering.integrator_mse(its_task).mean()
    assert abs(errors.mean() - expected) < 4 * errors.std() / np.sqrt(len(errors))
above_best = errors.mean() - filtering.optimal_mse(tasks["original"]).mean()
print(
    "with the original's scales it is no match for the best filter:",
    bool(above_best > 4 * errors.std() / np.sqrt(len(errors))),
)
assert above_best > 4 * errors.std() / np.sqrt(len(errors))

# %% alt="Mean squared error against the step with the original's scales. The perfect integrator's error grows as a straight line; the best filter's stays well below."
original = tasks["original"]
steps = np.arange(1, original.num_steps + 1)
curves = {
    "perfect integrator": filtering.integrator_mse(original),
    "best filter": filtering.optimal_mse(original),
}
ax = plot_curves(steps, curves, "step $t$", "mean squared error", log=False)
ax.set_title("If the target is clean, a perfect integrator is not the best filter")
plt.show()

# %% [markdown]
# ## Exercises
#
# **1. Relative speed.**


# %% tags=["exercise"]
def relative_speed(states, next_states):
    """Return the part of itself by which each state changes, for arrays (number, size)."""
    raise NotImplementedError("one norm of the move, one of the state, for each row")


# %%
check(chapter06.relative_speed, relative_speed)

# %% [markdown]
# **2. A time constant.** How many steps does a mode need to fall to $1/e$?


# %% tags=["exercise"]
def time_constant(eigenvalue):
    """Return the steps in which a mode of this real or complex eigenvalue falls to 1/e."""
    raise NotImplementedError("solve |eigenvalue|**tau = 1/e for tau")


# %%
check(chapter06.time_constant, time_constant)

# %% [markdown]
# **3. What an input leaves.** How far is the output moved once the transient has died?


# %% tags=["exercise"]
def lasting_gain(left, right, input_gain, readout):
    """Return by how much the output rises for good after an input of 1.

    `left` and `right` are the integrating eigenvectors, each of any length.
    """
    raise NotImplementedError("scale first")


# %%
check(chapter06.lasting_gain, lasting_gain)

# %% [markdown]
# **4. The best estimate.** The prior of the bias has mean `-m` and standard deviation `2 m`.


# %% tags=["exercise"]
def best_estimate(inputs, m, sigma):
    """Return the best estimate of b t at each step for inputs (time,), the last of them at t."""
    raise NotImplementedError("k_t times the sum so far, minus (1 - k_t) m t")


# %%
check(chapter06.best_estimate, best_estimate)

# %% [markdown]
# ## Summary
#
# - One step is a function of state and input. What it does with small changes is its Jacobian.
# - The trained networks keep the sum as a place on a line of slow points. The line is bent at
#   0 for ReLU, since two groups of units carry the two signs.
# - A finder is tested on networks whose fixed points are known. On a line, the number of
#   distinct points says nothing about the network.
# - One eigenvalue near 1 keeps the sum; in the ReLU networks all others forget in a few steps.
# - The left vector says what is written, the right one what is read. Their gain is
#   close to 1.
# - An integrator is the best answer if the noise belongs to the target, and not if it does not.
#
# **Recall.** Why does the finder stop on a line of slow points instead of sliding along it? Why
# does the Jacobian at 0 say nothing about a ReLU network? Which eigenvector tells how
# much of an input is kept?
#
# ## References
#
# - Sussillo D., Barak O. (2013). Opening the black box: low-dimensional dynamics in
#   high-dimensional recurrent neural networks. *Neural Computation* 25.
#   <https://doi.org/10.1162/NECO_a_00409>
# - Golub M. D., Sussillo D. (2018). FixedPointFinder: a Tensorflow toolbox for identifying and
#   characterizing fixed points in recurrent neural networks. *Journal of Open Source Software* 3.
#   <https://doi.org/10.21105/joss.01003>
# - Ságodi Á., Martín-Sánchez G., Sokół P., Park I. M. (2024). Back to the continuous attractor.
#   *NeurIPS*. <https://doi.org/10.48550/arXiv.2408.00109>
# - Seung H. S. (1996). How the brain keeps the eyes still. *PNAS* 93.
#   <https://doi.org/10.1073/pnas.93.23.13339>
