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
# # 07 Modes
#
# **In this chapter you will** take a trained network apart into modes, learn what its input writes and what its readout reads, bound the noise that any integrator's weights can bear, and tell what all trained networks share from what is each one's own.
#
# **You need** chapters 05 and 06, eigenvalues and eigenvectors.
#
# *About 45 minutes to read, 40 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import brainstate
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorRNN, IntegratorTask, dynamics, evaluate, load_trained
from integrator_lib import plotting as plots
from integrator_lib.course.checks import chapter07, check
from integrator_lib.course.notebook import start_chapter
from integrator_lib.dynamics import linearise_ends
from integrator_lib.networks import exact_integrator
from integrator_lib.plotting import PALETTE
from integrator_lib.robustness import cell_weights, shift_std, with_weights

start_chapter()
task = IntegratorTask()
inputs, targets = (np.asarray(a) for a in task.sample(1000, seed=20))
long_inputs, _ = task.sample(64, seed=21, num_steps=100)
models = [load_trained("rnn", seed) for seed in range(8)]
model, untrained = models[0], IntegratorRNN(seed=0)
arms = linearise_ends(model, long_inputs)

# %% alt="Eigenvalues in the complex plane within the unit circle. Before training all lie well inside; after training one sits at 1, marked by an arrow, and the others inside half the radius." caption="To learn to integrate is, to first order, to bring one eigenvalue to 1 and leave the rest inside the circle."
before = dynamics.jacobian(untrained, dynamics.visited_states(untrained, inputs)[-1, 0])
spectra = {"before training": np.asarray(before), "trained, positive arm": arms[1].jacobian}
spectra = {name: np.linalg.eigvals(J) for name, J in spectra.items()}
axes = plots.plot_spectra(spectra)
axes[0].figure.suptitle("Training moves one eigenvalue to 1", x=0.01, ha="left")
arrow = {"arrowstyle": "->", "color": PALETTE[4]}
axes[1].annotate("kept", (0.98, 0.03), (0.4, 0.6), arrowprops=arrow)
plt.show()

# %% [markdown]
# Each dot is a factor by which one pattern of activity is multiplied in a step.
# Training has moved one of them to 1, and with it the network remembers.
# **What goes into this one pattern, what comes out of it, and how exact must it be?**
#
# ## Jacobians
#
# How does a small change of the state develop?
# To first order it is multiplied by the **Jacobian** $J_{ij} = \partial F_i / \partial h_j$ at every step.
# Automatic differentiation gives it without any formula of ours.
# (For this cell one exists: $J = D\,W_h^\top$, where $D$ has 1 on its diagonal for active units and 0 for silent ones.)
# One trap: a ReLU has no derivative at 0, and automatic differentiation answers 0 there.
# At $h = 0$ the exact integrator seems to forget everything.
# (`dynamics.jacobian` does the same for many states at once.)

# %%
exact = exact_integrator()
F = dynamics.transition(exact)
for state in ([0.0, 0.0], [0.5, 0.0], [0.0, 0.5]):
    J = jax.jacfwd(F)(jnp.array(state), 0.0)
    eigenvalues = np.linalg.eigvals(np.asarray(J))
    print("h =", state, " eigenvalues", np.sort(np.abs(eigenvalues)).round(6))
    np.testing.assert_array_equal(J, dynamics.jacobian(exact, state))

# %% [markdown]
# Off the kink the eigenvalues are 1 and 0: one direction keeps what is put there, the other forgets at once.
#
# **Predict first.** How far from 1 will the eigenvalue of a trained network be: 0.1, 0.001, or 0.00001?
# And the next one?
# Here are both, on both arms of all eight networks; the time constant $\tau = -1/\ln|\lambda|$ says in how many steps a mode falls to $1/e$.


# %%
def sizes_on_arms(network):
    return [
        np.sort(np.abs(np.linalg.eigvals(e.jacobian))) for e in linearise_ends(network, long_inputs)
    ]


print("network   eigenvalue - 1       second      time constants (steps)")
for seed, network in enumerate(models):
    ends = linearise_ends(network, long_inputs)
    kept = [end.mode.eigenvalue for end in ends]
    second = [sizes[-2] for sizes in sizes_on_arms(network)]
    tau = [dynamics.time_constant(s) for s in second]
    print(
        f"   {seed}    {kept[0] - 1:+.0e} {kept[1] - 1:+.0e}   {second[0]:.2f} {second[1]:.2f}"
        f"   {abs(dynamics.time_constant(kept[0])):.0e} {abs(dynamics.time_constant(kept[1])):.0e}"
        f"  {tau[0]:.1f} {tau[1]:.1f}"
    )
    assert max(np.abs(np.array(kept) - 1)) < 1e-4 and max(second) < 0.6
for seed in range(8):
    try:
        linearise_ends(IntegratorRNN(seed=seed), long_inputs)
    except dynamics.NoIntegratingModeError:
        continue
    raise AssertionError(f"untrained network {seed} has an eigenvalue at 1")

# %% [markdown]
# One direction lasts for tens of thousands of steps, and all others are forgotten in two.
# That makes the line *attract*: a state beside it falls back.
# No untrained network has such a mode, as the last lines check.
#
# **Exercise: a Jacobian of your own.** The network is $F(h) = \mathrm{relu}(h\,W)$, without input.
# Write it with `jax`, or by hand.


# %% tags=["exercise"]
def step_jacobian(W, h):
    """Return J (n, n) with J[i, j] = dF_i / dh_j at the state h (n,), for F(h) = relu(h @ W)."""
    raise NotImplementedError("differentiate the step by the state")


# %%
check(chapter07.step_jacobian, step_jacobian)

# %% [markdown]
# **Exercise: a time constant.** How many steps does a mode need to fall to $1/e$?
# A mode that grows has a negative one.


# %% tags=["exercise"]
def time_constant(eigenvalue):
    """Return the steps in which a mode of this real or complex eigenvalue falls to 1/e."""
    raise NotImplementedError("what is left after tau steps is 1/e")


# %%
check(chapter07.time_constant, time_constant)

# %% [markdown]
# ## Along the line
#
# Is the eigenvalue the same everywhere on the line?
# For a ReLU network it can change only where a unit falls silent or wakes up.
# The other cells bend everywhere.
# And do their lines attract?
# That is what the largest modulus among all *other* eigenvalues says.

# %% tags=["nbval-ignore-output"]
trained = {"ReLU": model, "GRU": load_trained("gru"), "tanh": load_trained("tanh")}
line, held, integrating, others = {}, {}, {}, {}
for name, net in trained.items():
    found = dynamics.find_fixed_points(net, dynamics.visited_states(net, inputs), count=256)
    points = np.concatenate([found.slow, found.fixed])
    line[name] = points[:: max(1, len(points) // 40)]
    weights, offset = dynamics.readout(net)
    held[name] = line[name] @ weights + offset
    eigenvalues = np.linalg.eigvals(np.asarray(dynamics.jacobian(net, line[name]), np.float64))
    nearest = np.argmin(np.abs(eigenvalues - 1), axis=1, keepdims=True)
    integrating[name] = np.take_along_axis(eigenvalues, nearest, axis=1)[:, 0].real
    np.put_along_axis(eigenvalues, nearest, 0, axis=1)
    others[name] = np.abs(eigenvalues).max(axis=1)
    print(f"{name:4s} largest other modulus {others[name].min():.2f} to {others[name].max():.2f}")
assert others["ReLU"].max() < 0.6 and others["GRU"].max() < 1
assert others["tanh"].min() > 1 and others["tanh"].max() < 1.1

# %% alt="Two panels over the value held. Above, the eigenvalue minus one of ReLU, GRU and tanh networks: the ReLU network's is constant on each side of zero. Below, the drift: the ReLU network's is a flat line beside the others'." caption="An eigenvalue near 1 says how fast neighbours part; only the drift says whether a value stays."
_, axes = plt.subplots(2, 1, figsize=(7.0, 5.0), sharex=True)
for number, (name, net) in enumerate(trained.items()):
    order = np.argsort(held[name])
    style = {"color": PALETTE[number], "marker": ".", "ms": 4, "lw": 1, "label": name}
    axes[0].plot(held[name][order], 1e3 * (integrating[name] - 1)[order], **style)
    axes[1].plot(held[name][order], 1e3 * dynamics.drift(net, line[name])[order], **style)
axes[0].set(ylabel="eigenvalue - 1 (thousandths)")
axes[1].set(ylabel="drift (thousandths a step)", xlabel="value held")
axes[0].set_title("Values rest where the drift is 0, not where the eigenvalue is 1")
axes[0].legend()
plt.show()
for side in (held["ReLU"] > 0.1, held["ReLU"] < -0.1):
    assert np.ptp(integrating["ReLU"][side]) < 1e-9

# %% [markdown]
# The upper panel is the slope of the lower one along the line, and easily taken for it.
# A value rests where the *drift* is 0; the eigenvalue says whether it rests there stably.
#
# The tanh network's line does not attract.
# At every point other modes grow, by a few per cent a step, and a push off the line grows with them.
# One might blame the initial weights, whose eigenvalues reach out to a radius of about 1 already.
# But networks that start with smaller weights end with growing modes all the same, so the reason is open.
# What they do is not.
# Put the state on the line, leave it alone, and see how far off the line it gets.

# %% tags=["nbval-ignore-output"]
start = line["tanh"][[int(np.argmin(np.abs(held["tanh"] - value))) for value in (-1.0, 1.0)]]
silence = np.zeros((1000, 2, 1))
after = np.asarray(dynamics.visited_states(trained["tanh"], silence, start=start))[-1]
distance = np.linalg.norm(after[:, None] - line["tanh"], axis=-1).min()
length = np.linalg.norm(start, axis=1).max()
print(f"after 1000 silent steps it is {distance / length:.0f} times as far off as it was from 0")
assert distance > 2 * length

# %% [markdown]
# ## What is written, what is read
#
# Every mode has two vectors.
# The **right** eigenvector, $J r = \lambda r$, is the direction in which the state moves.
# The **left** one, $l J = \lambda l$, says which part of a push survives.
# Mante and others (2013) call it the **selection vector**: of all that comes in, it selects what is integrated.
#
# How much does an input of 1 move the output for good?
# Write the push $b = \partial F / \partial x$ as a sum over all modes, $b = \sum_m r_m (l_m \cdot b)$ with $l_m \cdot r_m = 1$.
# After $k$ steps each part is multiplied by $\lambda_m^k$, and all but the one with $\lambda = 1$ are gone.
# The readout sees of that one
#
# $$G = (o \cdot r)\,(l \cdot b).$$
#
# An integrator must have this **gain** $G = 1$.
# Is it so in networks that were never told?
# And is the formula right?
# Give one input, away from 0 so that no unit switches, wait 19 steps until the transient has died, and measure the rise of the output, which should be $G\,\lambda^{19}$.

# %%
rest = np.stack([arm.state for arm in arms])
weights, _ = dynamics.readout(model)
for arm, height in zip(arms, (-0.1, 0.1), strict=True):
    pulse = np.zeros((20, 2, 1))
    pulse[0, 1] = height
    start = np.stack([arm.state, arm.state])
    run = np.asarray(dynamics.visited_states(model, pulse, start=start), np.float64)
    rise = (run[-1, 1] - run[-1, 0]) @ weights / height
    # 20 steps round a state of this size by a few times 2^-24; the pulse is a tenth.
    tolerance = 20 * 3 * 2.0**-24 * np.linalg.norm(arm.state) / 0.1
    left_over = rise / arm.mode.eigenvalue**19 - 1
    print(f"gain - 1: predicted {arm.gain - 1:+.0e}, measured {left_over:+.0e}")
    assert abs(rise - arm.gain * arm.mode.eigenvalue**19) < tolerance

# %% alt="Four rows of bars over the fifteen units that are active on the positive arm: right vector, left vector, input weights and readout. Left and right vectors nearly coincide." caption="Left and right vector are nearly one, which is the arrangement that suffers least from noise in the weights."
arm = arms[1]
active = dynamics.active_units(arm)
rows = {
    "right vector: where the state moves": arm.mode.right,
    "left vector: what survives of a push": arm.mode.left,
    "dF/dx: what the input writes": np.asarray(dynamics.input_gain(model, arm.state)),
    "readout": weights,
}
plots.plot_vectors({name: vector[active] for name, vector in rows.items()})
plt.suptitle(
    "On its active units the left vector nearly coincides with the right", x=0.01, ha="left"
)
plt.show()
left = arm.mode.left * active
cosine = left @ arm.mode.right / np.linalg.norm(left) / np.linalg.norm(arm.mode.right)
print(f"{active.sum()} active units; cosine between left and right vector {cosine:.2f}")
assert cosine > 0.9

# %% [markdown]
# **Exercise: what an input leaves.** How far is the output moved once the transient has died?


# %% tags=["exercise"]
def lasting_gain(left, right, input_gain, readout):
    """Return by how much the output rises for good after an input of 1.

    `left` and `right` are the integrating eigenvectors, each of any length.
    """
    raise NotImplementedError("what must left . right be?")


# %%
check(chapter07.lasting_gain, lasting_gain)

# %% [markdown]
# ## Cutting the input off the line
#
# If the left vectors tell what counts, then integration should stop without their part of the input weights, and go on without all the rest: what the rest writes dies out in a few steps.
# Each arm has a left vector of its own, so the part that counts has two directions.
# A weight into a silent unit writes nothing, so the left vectors are set to 0 there.
# The least change that hides the input from two vectors is given by their pseudoinverse, the matrix that yields the shortest solution of a linear least-squares problem.

# %%
W = cell_weights(model)
seen = np.stack([arm.mode.left * dynamics.active_units(arm) for arm in arms])
counts = np.linalg.pinv(seen) @ (seen @ W[0])


def relative_error_with(input_weights):
    changed = with_weights(model, np.vstack([input_weights, W[1:]]))
    return evaluate(changed, task, num_trials=1024).relative_mse


without, alone = relative_error_with(W[0] - counts), relative_error_with(counts)
print(f"the part that counts holds {counts @ counts / (W[0] @ W[0]):.0%} of the squared weights")
print(f"relative error without it {without:.2f}, with it alone {alone:.0e}")
print(f"relative error of the whole network {evaluate(model, task).relative_mse:.0e}")
assert 0.8 < without < 1.25 and alone < 0.01

# %% [markdown]
# Without the part that counts, the network is as good as one that always says 0.
# With it alone it integrates, but a hundred times worse than before: the rest shapes the first steps after an input and the crossing of 0.
#
# ## A bound on fine tuning
#
# How exact must the weights be?
# Let independent noise of standard deviation $\sigma_w$ fall on each recurrent weight.
# To first order the eigenvalue moves by $l^\top dJ\, r$ (chapter 08 derives and tests it), a sum of independent terms $l_i\, dW_{ji}\, r_j$ over the active units $i$.
# Its standard deviation is therefore
#
# $$\sigma_\lambda = \sigma_w\,\lVert l_\mathrm{active}\rVert\,\lVert r\rVert .$$
#
# Can a clever network make this small?
# No.
# The state on the line is 0 at silent units, so $r$ lives on the active ones, and $l_\mathrm{active} \cdot r = l \cdot r = 1$.
# By the inequality of Cauchy and Schwarz a product of two vectors is at most the product of their norms.
# So $\lVert l_\mathrm{active}\rVert\,\lVert r\rVert \ge 1$:
#
# > **In any ReLU integrator, of any size, noise on the weights moves the eigenvalue by a standard deviation of at least $\sigma_w$.**
#
# Equality holds if $l$ points along $r$.
# In chapter 05's family $r$ is $a$ and $l$ is $o$, on one group's units; so the least sensitive member is the one with $o = a$, and that was the *cheapest*.
# Where do trained networks lie?

# %% alt="Sensitivities of sixteen trained networks on both arms, between 1.02 and 1.10, just above the bound at 1; members of the random family lie far above." caption="No integrator of this kind can be below 1. Training went nearly there without being asked to."
sensitivity = {
    kind: [
        [shift_std(end, 1.0) for end in linearise_ends(load_trained(kind, seed), long_inputs)]
        for seed in range(8)
    ]
    for kind in ("rnn", "rnn_short")
}
_, ax = plt.subplots(figsize=(7.0, 2.6))
for number, values in enumerate(sensitivity.values()):
    ax.plot(np.ravel(values), np.full(16, number), "o", ms=5, alpha=0.6, color=PALETTE[number])
ax.axvline(1, color=PALETTE[4], lw=1)
ax.set(yticks=(0, 1), ylim=(-0.6, 1.6), xlim=(0.98, 1.12), xlabel="sensitivity (least possible: 1)")
ax.set_yticklabels(list(sensitivity))
ax.set_title("Trained networks bear almost as much noise as any network can")
plt.show()
values = np.ravel(list(sensitivity.values()))
print(f"sensitivity of 32 arms: {values.min():.2f} to {values.max():.2f}")
assert values.min() >= 1 and values.max() < 1.1

# %% [markdown]
# All 32 lie within a tenth of the bound.
# The reason is the penalty: training with it found nearly the cheapest integrator, and that is nearly the least sensitive one.
# It also means that there is no way out by better training.
# Only noise that is proportional to each weight, or shared by many, can average out over many units.
#
# **Exercise: bound the noise.** Independent noise falls on each recurrent weight.
# How large may its standard deviation be, if the eigenvalue may have one of `allowed`?


# %% tags=["exercise"]
def largest_noise(left, right, active, allowed):
    """Return the largest standard deviation of the noise on each weight.

    `left` and `right` are eigenvectors (n,) of any length, `active` (n,) says which units are.
    """
    raise NotImplementedError("the standard deviation of l dJ r, solved for that of the noise")


# %%
check(chapter07.largest_noise, largest_noise)

# %% [markdown]
# ## Is it feedback?
#
# Chapter 05 built an integrator without an eigenvalue at 1: a delay line.
# A matrix with small eigenvalues can still hold a pattern for a while if it passes activity on along a chain; such networks are called **non-normal**, or functionally feedforward (Goldman 2009).
# So small eigenvalues do not prove that all but one mode is forgotten at once.
# A norm does.
# Take the integrating mode out of the Jacobian, $J - \lambda\, r\, l$, and look at its largest singular value on the active units: below 1, *no* pattern grows, not even for a step.

# %%
norms = []
for kind in ("rnn", "rnn_short"):
    for seed in range(8):
        for end in linearise_ends(load_trained(kind, seed), long_inputs):
            units = dynamics.active_units(end)
            remainder = end.jacobian - end.mode.eigenvalue * np.outer(end.mode.right, end.mode.left)
            norms.append(np.linalg.norm(remainder[np.ix_(units, units)], 2))
print(f"norm of all that is not the integrating mode: {min(norms):.2f} to {max(norms):.2f}")
assert max(norms) < 1

# %% [markdown]
# So the trained networks are feedback integrators through and through: nothing but the one mode carries the sum.
#
# ## Universal or individual
#
# Eight networks, eight random starts.
# What do they share, and what is each one's own?
# Maheswaranathan and others (2019) asked this of large populations of networks, and found that the dynamics are shared while the weights are not.

# %%
print("net  second  o.r        gain - 1         |l||r|     angle  active  both")
for seed, network in enumerate(models):
    ends = linearise_ends(network, long_inputs)
    cosine = ends[0].mode.right @ ends[1].mode.right
    active = [dynamics.active_units(end) for end in ends]
    reads = [abs(dynamics.readout(network)[0] @ end.mode.right) for end in ends]
    second = max(sizes[-2] for sizes in sizes_on_arms(network))
    print(
        f"{seed:2d}   {second:.2f}   {reads[0]:.2f} {reads[1]:.2f}"
        f"  {ends[0].gain - 1:+.0e} {ends[1].gain - 1:+.0e}"
        f"  {sensitivity['rnn'][seed][0]:.2f} {sensitivity['rnn'][seed][1]:.2f}"
        f"   {np.degrees(np.arccos(cosine)):.0f}    {active[0].sum()} {active[1].sum()}"
        f"   {np.sum(active[0] & active[1])}"
    )
    assert abs(cosine) < 0.01 and second < 0.6 and max(abs(np.array(reads) - 1)) < 0.15

# %% [markdown]
# Shared: two straight arms at a right angle, one mode at 1, the next near one half, a sensitivity near its bound, and about a third of the units at work.
# Individual: which units these are, how they are split between the arms, and every single weight.
#
# Is the *change* that training makes simple, then?
# In theory a network can do its task with recurrent weights that are random plus a matrix of **low rank** (Mastrogiuseppe and Ostojic 2018); the family of chapter 05 is that theory with rank 1.
# Subtract the initial weights from the trained ones, keep only the first singular directions of the difference, and measure.

# %% alt="Relative error against the number of singular directions of the change of weights that are kept, for four networks. At rank two the error is near or above 0.1; it falls slowly and reaches the trained error only at high rank." caption="The part of the change that shows in the spectrum is of rank 2; the part that makes it work is spread over all ranks."
ranks, curves = (1, 2, 4, 8, 16, 32, 100), {}
for seed in range(4):
    initial, final = cell_weights(IntegratorRNN(seed=seed)), cell_weights(models[seed])
    U, s, V = np.linalg.svd(final[1:] - initial[1:])
    curves[f"network {seed}"] = [
        evaluate(
            with_weights(
                models[seed], np.vstack([final[0], initial[1:] + (U[:, :k] * s[:k]) @ V[:k]])
            ),
            task,
            num_trials=512,
        ).relative_mse
        for k in ranks
    ]
    print(f"network {seed}: rank 2 holds {np.sum(s[:2] ** 2) / np.sum(s**2):.0%} of the change")
ax = plots.plot_curves(ranks, curves, "rank of the change that is kept", "relative error")
ax.set_title("Most of the change has rank 2, but it does not integrate")
plt.show()
assert all(curve[1] > 0.05 and curve[-1] < 1e-5 for curve in curves.values())

# %% [markdown]
# A negative result: two directions hold most of the change, and yet the network made of them does not integrate.
# The line must attract, too, and for that training had to take away the random part: that is of high rank.
#
# ## Summary
#
# - What a step does with small changes is its Jacobian.
#   One eigenvalue within $10^{-4}$ of 1 keeps the sum; all others forget in two steps.
# - The left vector selects what is written, the right one is where the state moves; $G = (o\cdot r)(l \cdot b)$ is 1 for an integrator.
# - Noise on the weights moves the eigenvalue at least as much as itself, in any ReLU integrator; trained ones are near this bound.
# - The mechanism is shared by all networks, the weights are not, and their change is not of low rank in what it does.
#
# **Recall.**
#
# <details><summary>Why does the Jacobian at h = 0 say nothing about a ReLU network?</summary>
#
# A ReLU has no derivative at 0, and automatic differentiation answers 0 there; beside 0 half of the units are active.
#
# </details>
#
# <details><summary>Which eigenvector tells how much of an input is kept, and what is it called?</summary>
#
# The left one, the selection vector: its product with what the input writes is what stays.
#
# </details>
#
# <details><summary>Why can no ReLU integrator be less sensitive to noise in its weights than the bound says?</summary>
#
# Left and right vector have a product of 1 on the active units, so the product of their norms is at least 1.
#
# </details>
#
# ## References
#
# - Mante V., Sussillo D., Shenoy K. V., Newsome W. T. (2013). Context-dependent computation by recurrent dynamics in prefrontal cortex. *Nature* 503. <https://doi.org/10.1038/nature12742>
# - Goldman M. S. (2009). Memory without feedback in a neural network. *Neuron* 61. <https://doi.org/10.1016/j.neuron.2008.12.012>
# - Maheswaranathan N., Williams A. H., Golub M. D., Ganguli S., Sussillo D. (2019). Universality and individuality in neural dynamics across large populations of recurrent networks. *NeurIPS*. <https://doi.org/10.48550/arXiv.1907.08549>
# - Mastrogiuseppe F., Ostojic S. (2018). Linking connectivity, dynamics, and computations in low-rank recurrent neural networks. *Neuron* 99. <https://doi.org/10.1016/j.neuron.2018.07.003>
