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
# # 14 Fast and wide
#
# **In this chapter you will** count how often `jit` compiles and how much arithmetic training needs,
# run several networks and several devices at once, work out when a GPU pays,
# compute a thousand steps that depend on each other *at the same time*,
# and race for an integrator that took the least arithmetic.
#
# **You need** chapters 02 and 03, for the last two sections chapters 07 and 09.
#
# *About 45 minutes to read, 60 seconds to run.*

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import jax

jax.config.update("jax_num_cpu_devices", 2)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import functools
import time

import brainstate
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from integrator_lib import (
    IntegratorRNN,
    IntegratorTask,
    Recipe,
    Stage,
    dynamics,
    evaluate,
    load_trained,
    predict,
    train,
    train_many,
    use_all_cores,
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
from integrator_lib.course import speedrun
from integrator_lib.course.checks import chapter14, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.networks import backward, hidden_states
from integrator_lib.plotting import PALETTE, plot_bars, plot_curves
from integrator_lib.training import arithmetic, count_arithmetic, least_squares

start_chapter()
task = IntegratorTask()

# %% tags=["hide-input"] jupyter={"source_hidden": true}
probe, _ = task.sample(64, seed=21, num_steps=100)
trained = [load_trained("rnn", seed) for seed in range(8)]
ends = [dynamics.linearise_ends(network, probe) for network in trained]
with jax.enable_x64(True):
    drawn = [task.sample(8, num_steps=1000, seed=60 + n)[0] for n in range(8)]
    long_inputs = [jnp.asarray(np.asarray(x), jnp.float64) for x in drawn]
    runs = [
        dynamics.run_in_parallel(*each, tolerance=1e-6)
        for each in zip(trained, long_inputs, ends, strict=True)
    ]
passes = np.concatenate([np.asarray(run.passes) for run in runs])

# %% alt="Left: histogram of how many passes solved each of 64 trials of 1000 steps; most took about eleven. Right: bars of the arithmetic of two ways of training; least squares took a small part of what the course's recipe took." caption="What Part II found out about the network makes its steps parallel and its training cheap. A run in parallel is not cheap: each pass costs as much arithmetic as the whole run." tags=["nbval-ignore-output"]
_, axes = plt.subplots(1, 2, figsize=(8.0, 3.2))
axes[0].hist(passes, bins=np.arange(passes.min(), passes.max() + 2) - 0.5, color=PALETTE[0])
axes[0].set(xlabel="passes over all steps at once", ylabel="trials of 1000 steps")
axes[0].locator_params(axis="y", integer=True)
axes[0].set_title(f"1000 steps in {np.median(passes):.0f} passes, or {passes.max()} at most")
table = {record.entry: record for record in speedrun.records()}
names = ["recipe", "least_squares"]
axes[1].barh(
    ["the course's recipe", "least squares"],
    [table[name].operations / 1e12 for name in names],
    color=PALETTE[:2],
)
axes[1].set_xlabel("10¹² operations to train one network")
saved = table["recipe"].operations / table["least_squares"].operations
axes[1].set_title(f"1/{saved:.0f} of the arithmetic, smaller error")
plt.show()
for record in table.values():
    print(f"{record.entry:14} median relative error at 1000 steps {record.median:.1e}")
assert len(passes) == 64 and np.median(passes) < 1000 / 50
assert saved > 1 and table["least_squares"].median < table["recipe"].median

# %% [markdown]
# Left: 64 trials of 1000 steps. A step needs the state that the step before has left, and yet these were not computed one after another.
# Right: the arithmetic of two ways to train a network for such trials. The one that needs a small part of it ends with the *smaller* error at 1000 steps, in the median of eight networks.
# **How can a thousand steps that wait for each other be computed at once? And what is the least that training can cost?**
#
# Seconds differ between machines, so this chapter shows them and checks something else:
# how often JAX compiled, how many operations it counts, how many passes it took, and that a faster way gives the same numbers.
# Its first cell asks JAX to treat the processor as two **devices**; this must come before JAX computes anything.
# We have tried the chapter on processors only.

# %%
devices = jax.devices()[:2]
model = IntegratorRNN(hidden_size=100, seed=0)
values = model.values()
# Two programs may do the same sums in another order: 25 steps of 101 products, each rounded.
rounding = 25 * 101 * 2.0**-24

# %% [markdown]
# ## What `jit` does
#
# The first time a function wrapped in `jit` is called, JAX (Bradbury et al. 2018) runs its Python once, with stand-ins for the arrays, and writes down every operation.
# This is called **tracing**. Then it compiles the list.
# Later calls skip Python and run the compiled program.
# So a line that only Python sees, such as an `append`, counts the tracings.
# When does JAX trace again?

# %%
traced = []


@jax.jit
def mean_square(x):
    traced.append(f"{x.dtype} {x.shape}")
    return jnp.mean(x**2)


for shape, kind in (((100,), "f4"), ((100,), "f4"), ((200,), "f4"), ((100,), "i4"), ((200,), "f4")):
    mean_square(np.ones(shape, kind))
print(traced)
assert traced == ["float32 (100,)", "float32 (200,)", "int32 (100,)"]

# %% [markdown]
# Five calls, and one tracing for each new pair of shape and type.
# The values in the arrays do not matter.
# What if Python itself needs a value, as for the number of turns of a loop?
# Then the argument is declared **static**: its value becomes a part of the program.

# %%
turns = []


@functools.partial(jax.jit, static_argnames="number")
def repeated(x, number):
    turns.append(number)
    for _ in range(number):
        x = jnp.sin(x)
    return x


for number in (2, 3, 2):
    repeated(np.ones(100, "f4"), number)
print(turns)
assert turns == [2, 3]

# %% [markdown]
# Three calls, and one tracing for each new value of the static argument.
# Programs are kept with their function, so another function is traced again, too.
# So keep shapes few: one odd batch at the end of an epoch compiles everything again.
# Each new kernel compiles again what yesterday's kernel compiled already, unless JAX keeps the programs on disk: `training.use_compilation_cache` switches that on, and each chapter calls it.
#
# A network must take its 25 steps one after another. But who drives the loop?
# Python can call a compiled step 25 times, or one compiled program holds the whole loop.
# First a small clock: it lets the first call compile, then takes the fastest of several, since whatever else the machine does can only add time.
# JAX hands back control before a result is ready, so the clock waits for it.


# %%
def milliseconds(work, calls=20):
    jax.block_until_ready(work())
    spent = []
    for _ in range(calls):
        begin = time.perf_counter()
        jax.block_until_ready(work())
        spent.append(time.perf_counter() - begin)
    return 1e3 * min(spent)


# %% tags=["nbval-ignore-output"]
inputs, targets = task.sample(32, seed=3)
step = brainstate.transform.jit(model.update)


def many_calls():
    model.reset_state(32)
    return jnp.stack([step(x) for x in inputs])


@brainstate.transform.jit
def one_loop():
    model.reset_state(32)
    return brainstate.transform.for_loop(model.update, inputs)


ratio = milliseconds(many_calls) / milliseconds(one_loop)
print(f"25 calls take {ratio:.0f} times as long as one loop")
np.testing.assert_allclose(many_calls(), one_loop(), atol=rounding)

# %% [markdown]
# Each call crosses from Python into the compiled program and back, and that costs more than the step itself.
# Why not write the loop in Python *inside* `jit`?
# It works, and JAX unrolls it: each turn is traced and compiled on its own.
# Here is the network in plain JAX, from its dictionary of weights, with either loop.


# %%
def next_state(values, h, x):
    return jax.nn.relu(jnp.concatenate([x, h], -1) @ values["rnn.W"] + values["rnn.b"])


def in_one_loop(values, h, inputs):
    def step(h, x):
        h = next_state(values, h, x)
        return h, h

    return jax.lax.scan(step, h, inputs)[1]


def unrolled(values, h, inputs):
    states = []
    for x in inputs:
        h = next_state(values, h, x)
        states.append(h)
    return jnp.stack(states)


# %%
def run(values, inputs, states=in_one_loop):
    start = values["rnn.state2train"]
    hidden = states(values, jnp.broadcast_to(start, (inputs.shape[1], *start.shape)), inputs)
    return hidden @ values["out.weight"]["weight"] + values["out.weight"]["bias"]


# %%
expected = predict(model, inputs)
for states in (in_one_loop, unrolled):
    np.testing.assert_allclose(run(values, inputs, states), expected, atol=rounding)
    lines = []
    for steps in (25, 50, 100):
        longer, _ = task.sample(32, num_steps=steps)
        program = jax.make_jaxpr(functools.partial(run, states=states))(values, longer)
        lines.append(len(program.jaxpr.eqns))
    growth = np.diff(lines)
    grows = "grows with the steps" if growth[0] else "stays as long as it is"
    print(f"{states.__name__}: the program {grows}")
    assert growth[1] == 2 * growth[0] and (growth[0] > 0) == (states is unrolled)

# %% [markdown]
# `scan`, on which brainstate's `for_loop` is built, stays as short for 1,000 steps as for 25.
# The unrolled program grows by the same number of operations with every step, and the compiler has to work through all of them.
#
# **Exercise 1. Count compilations.** A function wrapped in `jit` is called with these arrays, one after another.
# How often does JAX compile?


# %% tags=["exercise"]
def compilations(arrays):
    """Return how many programs JAX compiles when a jitted function gets each array in turn."""
    raise NotImplementedError("what must two arrays share to use the same program?")


# %%
check(chapter14.compilations, compilations)

# %% [markdown]
# ## How much arithmetic is there?
#
# Is our training step slow or fast? We need something to compare with.
# A step multiplies a $N \times (H+1)$ matrix by a $(H+1) \times H$ matrix: $N (H+1) H$ products and as many sums.
# Going back costs that twice, once for the gradient of the state and once for that of the weights.
# For $T$ steps
#
# $$ F = 3 \cdot 2\, T N (H+1) H. $$
#
# What if a program is more than one formula?
# Its trace lists all operations with the shapes of their results, and for each `scan` the number of turns.
# So it can be counted, without running it: line by line.

# %%
show_source(arithmetic.count_line)

# %%
T, N, H = 25, 512, 100
flops = 3 * 2 * T * N * (H + 1) * H


def loss(values, inputs, targets, states=in_one_loop):
    return jnp.mean((run(values, inputs, states) - targets) ** 2)


batch = task.sample(N, seed=4)
counted = count_arithmetic(jax.grad(loss), values, *batch)
gradient_unrolled = jax.jit(jax.grad(functools.partial(loss, states=unrolled)))
by_xla = gradient_unrolled.lower(values, *batch).compile().cost_analysis()["flops"]
print(f"our formula {flops / 1e6:.0f} million operations")
assert 1 <= counted.operations / flops < 1.15 and 1 <= by_xla / flops < 1.15

# %% [markdown]
# The count is up to 15 % higher, since it includes what our formula leaves out: the activation, the readout, the loss.
# So is that of JAX's compiler, XLA, which counts a loop's body only once and was given the unrolled program.
# Our formula is a **floor**: however the program is arranged, these products have to be formed.
# (All but one row of those that go back to the state: that row leads to the inputs, whose gradient nobody asks for.)
# How fast is this machine at the one thing it does best, a product of two large matrices?
# The count divided by that rate is the least time that a batch can take, the floor in milliseconds.

# %% tags=["nbval-ignore-output"]
size = 2048
square = jax.random.normal(jax.random.key(0), (size, size))
product = jax.jit(jnp.matmul)
rate = 2 * size**3 / (milliseconds(lambda: product(square, square), calls=5) / 1e3)
floor = 1e3 * flops / rate
gradient = jax.jit(jax.value_and_grad(loss))
forward = jax.jit(run)
spent = {
    "floor": floor,
    "draw the trials": milliseconds(lambda: task.sample(N, seed=4)),
    "forward": milliseconds(lambda: forward(values, batch[0])),
    "forward and back": milliseconds(lambda: gradient(values, *batch)),
}
print(f"largest product: {rate / 1e9:.0f} billion operations a second")
np.testing.assert_allclose(gradient(values, *batch)[0], loss(values, *batch), rtol=rounding)

# %% alt="Horizontal bars: milliseconds for one batch of 512 trials. The floor set by the arithmetic is below the time of the forward and backward pass, which is the longest bar." caption="The floor is what the arithmetic alone must cost; the distance from it is what there is to win." tags=["nbval-ignore-output"]
ax = plot_bars(spent, "milliseconds, 512 trials of 25 steps", log=False)
slower = spent["forward and back"] / spent["forward"] - 1
ax.set_title(f"Going back takes {slower:.1f} times as long as going forward")
plt.show()
ahead = count_arithmetic(run, values, batch[0]).operations
print(f"and {counted.operations / ahead - 1:.1f} times the arithmetic")
assert abs(counted.operations / ahead - 1 - 2) < 0.15

# %% [markdown]
# The rest of the time goes to products that are too small to run at full speed, and to carrying states to memory and back.
# Could the way back be cheaper?
# Going back step by step, JAX adds to the gradient of the weights at each step: 25 products, each too small, and 25 sums.
# But that gradient *is* a sum over steps.
# So collect the errors of all steps, and form it once, in one large product.
# The library does this inside `IntegratorRNN.run`, for its own cell and fewer than 400 trials.
# On the way forward it keeps the inputs, the states and, for each step, what `jax.vjp` gives: the function that carries an error back through the activation.

# %%
show_source(backward)

# %% [markdown]
# A derivative written by hand can be wrong, so it is tested against JAX's own, here as in the library's tests.
# A gradient passes through each step twice, forward and back: we allow twice the rounding, relative to the largest entry.


# %% tags=["nbval-ignore-output"]
def assert_same(result, expected):
    for have, want in zip(jax.tree.leaves(result), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(have, want, atol=2 * rounding * float(jnp.abs(want).max()))


def by_hand(values, h, inputs):
    return hidden_states(jax.nn.relu, values["rnn.W"], values["rnn.b"], h, inputs)


gradient_by_hand = jax.jit(jax.value_and_grad(functools.partial(loss, states=by_hand)))
for n in (16, 512):
    trials = task.sample(n, seed=5)
    plain = milliseconds(lambda t=trials: gradient(values, *t))
    faster = plain / milliseconds(lambda t=trials: gradient_by_hand(values, *t))
    print(
        f"batch {n:3d}: {faster:.1f} times as fast by hand, {1e3 * plain / n:.0f} µs a trial without"
    )
    assert_same(gradient_by_hand(values, *trials), gradient(values, *trials))

# %% [markdown]
# The arithmetic is the same, in fewer and larger pieces.
# Whether that pays depends on the machine and on the batch; a ratio below 1 says that it costs time.
# In a large batch it can. A profile that we took on two cores showed why: JAX's own way forms the product of one step on one core while the other goes back to the step before, and a product that waits for the end has no such company.
# And a trial is cheaper in a large batch, since every operation has a fixed cost, however little it does.
# But a cheap trial is not the aim: `Recipe()` uses small batches, because it needs many steps, and each of them is cheap.
# What counts is the cost of reaching a given error. The last section comes back to that.
#
# **Exercise 2. Another cell.** A GRU has three matrices of the shape of our one.
# How much arithmetic does one batch of training need?


# %% tags=["exercise"]
def gru_flops(num_steps, batch_size, hidden_size):
    """Return the products and sums in a GRU's matrix products, for one gradient of one batch.

    The input has one entry, and each of the three matrices has a row for it.
    """
    raise NotImplementedError("start from F above")


# %%
check(chapter14.gru_flops, gru_flops)

# %% [markdown]
# ## Several networks at once
#
# Conclusions need several seeds. Can eight networks be trained in less than eight times the time of one?
# Stack their weights along a new first axis. Then there are two ways in JAX.
# `vmap` rewrites every operation to do all eight at once.
# `lax.map` runs them one after another in one compiled loop.

# %%
networks = [IntegratorRNN(seed=seed).values() for seed in range(8)]
stacked = jax.tree.map(lambda *arrays: jnp.stack(arrays), *networks)
print("weights of all:", stacked["rnn.W"].shape)
inputs, targets = task.sample(32, seed=6)


def gradient_of(values):
    return jax.value_and_grad(functools.partial(loss, states=by_hand))(values, inputs, targets)


def one_by_one(stacked):
    return jax.lax.map(gradient_of, stacked)


at_once = jax.jit(jax.vmap(gradient_of))
in_turn = jax.jit(one_by_one)

# %% [markdown]
# The third way uses both devices.
# A **mesh** gives names to the axes along which devices lie.
# `shard_map` cuts the arrays along a named axis, and each device runs the function on its own part: here four of the eight networks, one after another.
# JAX checks that all parts fit together, but cannot look into a backward pass written by hand: `check_vma=False` says that we answer for it.

# %%
seeds = Mesh(devices, ("seeds",))
part = PartitionSpec("seeds")
shared = jax.jit(
    jax.shard_map(one_by_one, mesh=seeds, in_specs=part, out_specs=part, check_vma=False)
)
spread = jax.device_put(stacked, NamedSharding(seeds, part))
for shard in spread["rnn.W"].addressable_shards:
    print("device", shard.device.id, "holds", shard.data.shape)

# %% tags=["nbval-ignore-output"]
expected = in_turn(stacked)
assert_same(at_once(stacked), expected)
assert_same(shared(spread), expected)
one = jax.jit(gradient_of)
single = milliseconds(lambda: one(networks[0]))
times = {
    "vmap": milliseconds(lambda: at_once(stacked)) / single,
    "lax.map": milliseconds(lambda: in_turn(stacked)) / single,
    "lax.map on all devices": milliseconds(lambda: shared(spread)) / single,
}
for name, ratio in times.items():
    print(f"eight networks by {name:22s} take {ratio:4.1f} times as long as one")

# %% [markdown]
# On a processor `vmap` gains little and can lose.
# It turns each product of two matrices into a batch of products, for which the processor's library has no better plan than to do them in turn, and it carries all eight states through memory at every step.
# On a GPU it should win, because a product this small leaves most of the GPU idle; that is a prediction, which we did not measure.
# And a second core helps only while no other program keeps it busy. Measure before you choose, on a quiet machine.
#
# The library's `train_many` shares networks out over all devices.
# On a processor each device trains its share one after another, on a GPU all at once.
# Each network gets what `train` would give it: the same seed, the same trials, the same losses up to rounding.
# Training amplifies rounding, so we compare the first 20 steps.

# %%
stage = Stage(100, batch_size=32, learning_rate=1e-3, final_learning_rate=1e-4)
recipe = Recipe(stages=(stage,))
models = [IntegratorRNN(seed=seed) for seed in range(4)]
together = train_many(models, task, recipe, progress=False)
alone = train(IntegratorRNN(seed=2), task, recipe, seed=2, progress=False)
np.testing.assert_allclose(together[2].history.loss[:20], alone.history.loss[:20], rtol=1e-2)
print("trained together:", len(together), "networks,", len(alone.history.loss), "steps each")

# %% [markdown]
# ## One batch on several devices
#
# The other thing to split is the batch.
# A prediction needs no exchange between devices. A gradient does: each device knows only that of its own trials.
# The gradient of the whole batch is their mean, since the parts are equally large.
# `pmean` takes it, in one exchange.
# (With `check_vma` JAX would add up the devices' gradients by itself, unseen; here we do it, so that it is off again.)
# (On pretended devices, wait for each result before the next call: two exchanges at once can block each other.)

# %%
inputs, targets = task.sample(N, seed=7)
sharing = Mesh(devices, ("trials",))
cut = PartitionSpec(None, "trials")


def mean_over_devices(values, inputs, targets):
    return jax.lax.pmean(jax.value_and_grad(loss)(values, inputs, targets), "trials")


specs = {"in_specs": (PartitionSpec(), cut, cut), "out_specs": PartitionSpec()}
on_parts = jax.jit(jax.shard_map(mean_over_devices, mesh=sharing, check_vma=False, **specs))
whole = jax.block_until_ready(on_parts(values, inputs, targets))
assert_same(whole, gradient(values, inputs, targets))

# %%
on_devices = jax.device_put(inputs, NamedSharding(sharing, cut))
programs = {
    "prediction": jax.jit(run).lower(values, on_devices),
    "gradient": on_parts.lower(values, inputs, targets),
}
exchanges = {name: p.compile().as_text().count(" all-") for name, p in programs.items()}
print("exchanges in a prediction:", exchanges["prediction"])
assert exchanges["prediction"] == 0 and exchanges["gradient"] >= len(devices) - 1

# %% [markdown]
# You need none of this in your own work.
# At the top of a script, before JAX computes anything, call `use_all_cores()`, which makes each core a device.
# After that `train_many` uses all devices, and `train` uses as many as `num_devices` says.
# The number must divide the size of each batch. It changes the rounding, not the trials.

# %%
assert use_all_cores() == jax.device_count()
stage = Stage(20, batch_size=N, learning_rate=1e-3, final_learning_rate=1e-4)
losses = [
    train(
        IntegratorRNN(seed=0), task, Recipe(stages=(stage,)), num_devices=number, progress=False
    ).history.loss
    for number in (1, len(devices))
]
np.testing.assert_allclose(*losses, rtol=1e-2)
print("trained on 1 and on", len(devices), "devices: the same losses")

# %% [markdown]
# Why is one device the default? The devices meet at every step, and with a small batch they may wait longer than they work.
# So give several networks to several devices first, and share a batch only if it is large.
# Chapter 13 runs many networks over several machines.
#
# **Exercise 3. Unequal parts.** A batch was cut into parts of different size.
# Each device took the gradient of the mean loss over its own trials.
# What is the gradient for the whole batch?


# %% tags=["exercise"]
def combine_gradients(gradients, num_trials):
    """Return the whole batch's gradient of the mean loss.

    gradients is a list of arrays, one a device, num_trials the list of their trials.
    """
    raise NotImplementedError("a device with more trials counts for more")


# %%
check(chapter14.combine_gradients, combine_gradients)

# %% [markdown]
# ## When does a GPU pay?
#
# A GPU has far more arithmetic than a processor, but each operation must first be launched, which takes some microseconds.
# And a recurrent network has to launch its steps one after another.
# The **roofline** (Williams et al. 2009) says how long an operation takes at best: the longer of the time for its arithmetic and the time to move its data.
# We add the launches.
# The GPU's numbers are from its data sheet (NVIDIA 2023), rounded; the processor's are typical of two cores; the times to launch, and five launches a step, are assumptions.

# %%
machines = {  # operations a second, bytes a second, seconds to launch an operation
    "two processor cores": (2e11, 3e10, 1e-6),
    "H100 GPU": (6.7e13, 3.35e12, 5e-6),
}


def least_seconds(machine, batch, hidden=100, networks=1, steps=25):
    """Seconds for a gradient's arithmetic or data, and for launches; five operations a step."""
    peak, bandwidth, launch = machines[machine]
    arithmetic = networks * 6 * batch * (hidden + 1) * hidden / peak
    data = networks * 4 * (3 * (hidden + 1) * hidden + 6 * batch * hidden) / bandwidth
    return steps * max(arithmetic, data), steps * 5 * launch


print("networks  batch  machine              least ms  share of launching")
for networks, batch_size in ((1, 32), (1, 512), (64, 512)):
    for machine in machines:
        work, launches = least_seconds(machine, batch_size, networks=networks)
        share = launches / (work + launches)
        milli = 1e3 * (work + launches)
        print(f"{networks:8d}  {batch_size:5d}  {machine:19s}  {milli:8.2f}  {share:8.0%}")

# %% alt="Least milliseconds for the gradient of a batch of 32 trials against the number of hidden units, for a processor and a GPU, on logarithmic axes. The GPU's curve stays flat up to large networks, since it only waits for launches; the processor's rises." caption="A small network leaves a GPU waiting for its own commands."
hidden_sizes = [25, 50, 100, 200, 400, 800, 1600]
curves = {
    name: [1e3 * sum(least_seconds(name, batch=32, hidden=size)) for size in hidden_sizes]
    for name in machines
}
ax = plot_curves(hidden_sizes, curves, "hidden units", "least milliseconds a batch of 32")
ax.set_xticks(hidden_sizes, hidden_sizes)
ax.yaxis.set_major_formatter("{x:g}")
ax.set_title("On paper, a GPU pays for wide networks")
plt.show()
processor, gpu = curves.values()
assert gpu[3] < 1.5 * gpu[0] and gpu[0] > processor[0] and gpu[-1] < processor[-1]

# %% [markdown]
# For one network of 100 units and a batch of 32 the GPU would spend nearly all its time launching.
# It pays when there is more to do per launch: many units, large batches, or many networks at once.
# This is on paper. No GPU was at hand when this chapter was written, so none of it was measured.
#
# **Exercise 4. When does it pay?** Ignore the time to move data.
# From which batch size on does the arithmetic of one step and its way back take as long as the launches?


# %% tags=["exercise"]
def break_even_batch(hidden_size, peak, launch_seconds, launches):
    """Return the batch size, a real number, at which arithmetic takes as long as launching.

    peak is in operations a second, launches is the number of operations launched a step.
    """
    raise NotImplementedError("set the two times of one step equal and solve for the batch size")


# %%
check(chapter14.break_even_batch, break_even_batch)

# %% [markdown]
# ## Must a step wait for the step before?
#
# Launches one after another are what a GPU cannot save. A trial of 1000 steps has thousands of them, and each step waits for $h_{t-1}$. Must it?
#
# Take all states of a trial as the unknowns of one system of equations, $h_t = F(h_{t-1}, x_t)$ for all $t$, and guess them.
# Every step can then be tried at once: it misses by $e_t = F(h_{t-1}, x_t) - h_t$.
# What correction $d_t$ is right? An error that comes in at one step travels on through all later ones:
#
# $$ d_t = A_t\, d_{t-1} + e_t. $$
#
# With the Jacobian of each step, $A_t = J_t$, this is Newton's method (Lim et al. 2024 call it DEER).
# It is a *linear* recurrence, and those need not be run step by step: two steps in a row are one step of the same kind, so join them in pairs, then pairs of pairs.
# After $\log_2 T$ rounds all are done.
#
# But $J_t$ is a matrix a step. What about less?
# With $A_t = 0$ the errors do not travel (*Jacobi*), with $A_t = I$ they stay as they are (*Picard*), with the diagonal of $J_t$ each unit is on its own (*quasi-DEER*, Gonzalez et al. 2024).
# And Part II has another: only one mode lasts. An error becomes $\lambda\, r\,(l \cdot d)$, with the eigenvalue and the two vectors of that half of the line on which the state lies.
#
# **Predict first.** Which of the five solve a trial of 1000 steps within 40 passes, if the guess is that all states are 0? And which if it is the state on the line that belongs to the running sum?

# %%
network, (below, above) = trained[0], ends[0]
W, o = (np.asarray(a, np.float64) for a in (network.rnn.W.value, dynamics.readout(network)[0]))
x = np.asarray(long_inputs[0])
sums = np.cumsum(x[..., 0], axis=0)
nothing = np.zeros((x.shape[1], 100))


def all_steps(states):
    before = np.concatenate([nothing[None], states[:-1]])
    return np.maximum(np.concatenate([x, before], axis=-1) @ W, 0)


def travel(errors, per_step):
    d, found = nothing, []
    for t, error in enumerate(errors):
        d = per_step(t, d) + error
        found.append(d)
    return np.array(found)


true = np.zeros((*sums.shape, 100))
for t in range(len(x)):
    true[t] = np.maximum(np.concatenate([x[t], true[t - 1]], axis=-1) @ W, 0)


# %%
def along_the_line(t, d):
    up = (sums[t - 1] >= 0)[:, None] if t else np.full((len(d), 1), True)
    modes = above.mode, below.mode
    left, right = (np.where(up, *(getattr(m, side) for m in modes)) for side in ("left", "right"))
    eigenvalue = np.where(up, *(m.eigenvalue for m in modes))
    return eigenvalue * right * np.sum(left * d, axis=-1, keepdims=True)


def corrections(errors, states):
    """Return for each method how its errors travel."""
    active = states + errors > 0
    diagonal = np.diag(W[1:])
    return {
        "Jacobi": lambda t, d: 0 * d,
        "Picard": lambda t, d: d,
        "quasi-DEER": lambda t, d: active[t] * diagonal * d,
        "DEER": lambda t, d: active[t] * (d @ W[1:]),
        "the line's mode": along_the_line,
    }


# %%
def distances(states, method, passes=40):
    """Return the largest error of a state after each pass, relative to each trial's largest."""
    found = []
    for _ in range(passes):
        errors = all_steps(states) - states
        states = states + travel(errors, corrections(errors, states)[method])
        found.append(np.max(np.abs(states - true), axis=(0, 2)) / np.max(true, axis=(0, 2)))
        if not np.any((found[-1] > 1e-8) & (found[-1] < 1e8)):
            break
    return np.nan_to_num(found, nan=np.inf)


on_line = np.where(sums[..., None] >= 0, above.state / above.value, below.state / -below.value)
starts = {"From zero": 0 * true, "From the line": np.abs(sums)[..., None] * on_line}
with np.errstate(all="ignore"):
    tried = {
        (start, method): distances(states, method)
        for start, states in starts.items()
        for method in ("Jacobi", "Picard", "quasi-DEER", "DEER", "the line's mode")
    }

# %% alt="Largest error of a state against the number of passes, from zero on the left, from the line on the right. Left only the line's mode falls; Jacobi and quasi-DEER stay at one, Picard rises to the upper edge, and DEER has a single mark there. Right DEER falls to the lower edge in four passes and the line's mode crosses a millionth after ten; Jacobi and quasi-DEER stay where they are." caption="Newton's method needs a good start and a matrix a step, the line's mode one number a step. Marks on an edge lie beyond it."
_, axes = plt.subplots(1, 2, figsize=(8.0, 3.6), sharey=True)
for ax, start in zip(axes, starts, strict=True):
    solved = []
    for number, method in enumerate(corrections(0 * true, true)):
        error = tried[start, method][:, 0]
        outside = np.append((error <= 1e-8) | (error >= 1e8), True)
        shown = np.clip(error[: outside.argmax() + 1], 1e-9, 1e4)
        style = {"color": PALETTE[number], "label": method, "ms": 4, "lw": 1, "clip_on": False}
        ax.plot(1 + np.arange(len(shown)), shown, "oDv^s"[number] + "-", **style)
        if error.min() < 1e-6:
            solved.append(method)
    ax.set(yscale="log", xlabel="passes", ylim=(1e-9, 1e4))
    ax.set_title(f"{start}, solved by {' and '.join(solved) or 'none'}", fontsize=10)
axes[0].set_ylabel("largest relative error")
axes[1].legend(loc="upper right")
plt.show()

# %% [markdown]
# That is one trial. How many of its network's eight does each method solve?

# %%
count = {each: int(np.sum(error.min(axis=0) < 1e-6)) for each, error in tried.items()}
for (start, method), number in count.items():
    print(f"{start:14} {method:16} {number} of 8")
    if method in ("Jacobi", "Picard", "quasi-DEER"):
        assert number == 0
for start in starts:
    assert count[start, "the line's mode"] >= count[start, "DEER"]
assert count["From the line", "the line's mode"] == 8

# %% [markdown]
# Only *DEER* and the mode solve anything.
# *Jacobi* hands every piece of news on by one step a pass: it needs 1000 passes.
# *Picard* lets no error fade, so that those of all steps add up.
# *DEER* overflows from zero. At a wrong guess other units are active than on the true way, and a product of a thousand wrong Jacobians grows, where the right ones neither grow nor shrink.
# Gonzalez and others (2025) made this a theorem: the number of passes hangs on the largest Lyapunov exponent, the rate at which small errors grow.
# Below 0 the run is parallel, above it is not. An integrator keeps what it has: its exponent is 0, where the theory ends.
#
# What we know of the network decides.
# A good start rescues Newton's method, at the price of a matrix a step.
# The mode alone, *a number a step*, solves these eight trials from either start.
# With other trials one of eight may fail, from zero with the mode or from the line with *DEER*; with the mode and from the line we have seen none that failed.
#
# How many passes should it take?
# What lies along the mode is carried on at once.
# The rest moves on by one step a pass, and in that step shrinks to a share $|\lambda_2|$ of itself, the second largest eigenvalue.
# So an error no larger than the largest state falls to a share $\epsilon$ within
#
# $$ k = \frac{\ln \epsilon}{\ln |\lambda_2|} $$
#
# passes, whatever the number of steps.
# This takes for granted that a state lies on the half that the running sum tells.
# Near 0 it may not, and a few trials take longer; so the formula is held against the median.
# Here are eight networks with eight trials each by the library's version, those of the first figure, and trials of 10,000 steps.

# %%
show_source(dynamics.parallel_in_time.propagate)


# %%
def most_passes(network, both_ends, tolerance):
    """Return after how many passes all but the mode has shrunk to the tolerance."""
    states = np.stack([end.state for end in both_ends])
    J = np.asarray(dynamics.jacobian(network, states), np.float64)
    second = np.sort(np.abs(np.linalg.eigvals(J)))[:, -2].max()
    return np.log(tolerance) / np.log(second)


# %% tags=["nbval-ignore-output"]
expected = [most_passes(*each, 1e-6) for each in zip(trained, ends, strict=True)]
with jax.enable_x64(True):
    worst = 0.0
    for network, x, found, most in zip(trained, long_inputs, runs, expected, strict=True):
        wide = {"rnn.W": jnp.asarray(np.asarray(network.rnn.W.value), jnp.float64), "rnn.b": 0.0}
        stepped = in_one_loop(wide, jnp.zeros((8, 100)), x)
        apart = jnp.max(jnp.abs(found.values - stepped), axis=(0, 2))
        worst = max(worst, float(jnp.max(apart / jnp.max(stepped, axis=(0, 2)))))
        assert np.median(found.passes) <= most
    longest = jnp.asarray(np.asarray(task.sample(4, num_steps=10_000, seed=70)[0]), jnp.float64)
    longer = dynamics.run_in_parallel(trained[0], longest, ends[0], tolerance=1e-6)
print(f"expected: at most {min(expected):.0f} to {max(expected):.0f} passes, by network")
print(
    f" 1000 steps: median {np.median(passes):.0f}, largest {passes.max()} of {len(passes)} trials"
)
print("10000 steps:", *np.asarray(longer.passes))
assert worst < 1e-5 and np.median(longer.passes) <= expected[0]

# %% [markdown]
# Training needs the gradient, too.
# Going back is a linear recurrence already, so there is nothing to guess; but it has a matrix a step again.
# The mode serves here as well, with its two vectors exchanged: what a state is worth later is what the *left* vector says.

# %%
network, x = trained[1], long_inputs[1]
with jax.enable_x64(True):
    wide = jnp.asarray(np.asarray(network.rnn.W.value), jnp.float64)
    readout = jnp.asarray(dynamics.readout(network)[0], jnp.float64)
    y = jnp.cumsum(x, axis=0)

    def long_loss(W):
        states = in_one_loop({"rnn.W": W, "rnn.b": 0.0}, jnp.zeros((8, 100)), x)
        return jnp.mean((states @ readout - y[..., 0]) ** 2)

    states = runs[1].values
    by_state = 2 / y.size * (states @ readout - y[..., 0])[..., None] * readout
    back = dynamics.gradient_in_parallel(network, x, states, ends[1], by_state, tolerance=1e-8)
    rows = jnp.concatenate([x, jnp.concatenate([jnp.zeros_like(states[:1]), states[:-1]])], axis=-1)
    weight_gradient = rows.reshape(-1, 101).T @ back.values.reshape(-1, 100)
    expected = jax.grad(long_loss)(wide)
    difference = float(jnp.max(jnp.abs(weight_gradient - expected)) / jnp.max(jnp.abs(expected)))
assert difference < 1e-5 and np.median(back.passes) <= most_passes(network, ends[1], 1e-8)
print("the gradient in parallel is that of stepping")

# %% [markdown]
# Is it faster? A pass costs as much arithmetic as the whole run, so that ten passes cost ten times as much, and two cores have nothing idle to do it with.
# What falls is the number of operations that must wait for each other.
# On paper, with the launches of the section before, four in each of the ten rounds of a scan, and as many passes as the slowest trial needs:

# %% tags=["nbval-ignore-output"]
jitted = jax.jit(functools.partial(in_one_loop, trained[0].values()))
x32 = jnp.asarray(drawn[0])
one_by_one_ms = milliseconds(lambda: jitted(jnp.zeros((8, 100)), x32), calls=3)
parallel = functools.partial(dynamics.run_in_parallel, trained[0], x32, ends[0], tolerance=1e-4)
print(f"two cores: in parallel {milliseconds(parallel, calls=3) / one_by_one_ms:.0f} times as long")
peak, _, launch = machines["H100 GPU"]
on_paper = {}
rounds = int(np.ceil(np.log2(1000)))
for name, waits, computed in (
    ("stepping", 5 * 1000, 2 * 1000 * 8 * 101 * 100),
    ("in parallel", passes.max() * (5 + 4 * rounds), passes.max() * 2e3 * 8 * 101 * 100),
):
    on_paper[name] = 1e3 * (waits * launch + computed / peak)
    print(f"H100, on paper: {name} {on_paper[name]:.1f} ms")
assert on_paper["in parallel"] < on_paper["stepping"]

# %% [markdown]
# On two cores it loses. On a GPU, where 1000 steps are 5000 launches in a row, it wins on paper: a prediction from assumed launch times, and not measured either.
# Understanding a network is good for more than its repair: it is what makes the network parallel.
#
# **Exercise 5. Join two steps.** A step is a pair $(a, b)$ and takes $d$ to $a\,d + b$.
# Which pair is the first step followed by the second?


# %% tags=["exercise"]
def join(first, second):
    """Return the pair (a, b) of two steps in a row; each is a pair of numbers or of arrays."""
    raise NotImplementedError("put first's result into second")


# %%
check(chapter14.join, join)

# %% [markdown]
# ## The integrator speedrun
#
# What is the least that an integrator can cost?
# Seconds depend on the laptop; the count of the second section does not.
# So here is a race in operations, which every laptop counts alike.
#
# - An entry is a function `train(values, key)` that JAX can trace, its loops by `scan`: untrained weights and a random key in, trained weights out.
# - It reaches the goal if the *median* relative error over eight seeds is at most $10^{-5}$ on trials of 1000 steps.
# - The fewest operations win. They are counted from the trace, matrix products and everything else.
# - What is written into the network comes from errors that were measured, on trials or on the network. Wiring by hand is no training.

# %%
for record in speedrun.records():
    print(f"{record.entry:14} {record.operations / 1e12:.4f} TFLOP", end="  ")
    print(f"median error {record.median:.1e}", "reached" if record.reached else "not reached")
entries = {record.entry: record for record in speedrun.records()}
assert entries["least_squares"].reached and not entries["recipe"].reached
assert entries["least_squares"].operations < 0.02e12
assert entries["tutorial"].operations > entries["recipe"].operations
assert entries["tutorial"].median > 1000 * entries["recipe"].median

# %% [markdown]
# The tutorial's recipe takes most of the arithmetic, and at 1000 steps its networks are, in the median, not much better than always saying 0.
# The course's recipe, of which this is not the aim, stops a little above the goal (on the race's eight networks; the shipped ones are others).
# It follows the slope of one number, the loss, in 4,000 small steps.
# What else is there to follow?
# *Each* error of *each* output is an equation, linear in a small change of the weights, as in chapter 09: a batch of eight trials, scored at four steps, gives 32 equations for ten thousand weights.
# The shortest change that meets them is one linear system of 32 unknowns away (Golub and Van Loan 2013).
# That is a **Gauss-Newton** step, and two hundred of them make an integrator; a price on the change keeps the first ones from going too far (Levenberg 1944).
# At the end come chapter 09's four equations: eigenvalue and gain of both halves.

# %%
show_source(least_squares.train_by_least_squares, least_squares.shortest_change)

# %%
lengths = (25, 250, 1000)


def errors_at_lengths(network):
    """Return the relative error on trials of each length."""
    results = [evaluate(network, task, num_trials=256, num_steps=n) for n in lengths]
    return np.array([result.relative_mse for result in results])


def show_errors(name, errors):
    print(f"{name:34}" + "".join(f"{error:9.0e}" for error in errors))


# %% tags=["nbval-ignore-output"]
quick = jax.jit(least_squares.train_by_least_squares)
raced = IntegratorRNN(seed=20)
raced.set_values(quick(raced.values(), jax.random.key(20)))
recipe_errors = np.array([errors_at_lengths(each) for each in trained])
by_recipe = np.median(recipe_errors, axis=0)
just_now = errors_at_lengths(raced)
print(f"{'relative error at steps':34}" + "".join(f"{n:9d}" for n in lengths))
show_errors("by the recipe, median of eight", by_recipe)
show_errors("trained just now", just_now)
trial_steps = [s.num_batches * s.batch_size * (s.num_steps or 25) for s in Recipe().stages]
print(f"share of the recipe's steps in trials of 25: {trial_steps[0] / sum(trial_steps):.0%}")
assert just_now[2] < recipe_errors[:, 2].max()
assert just_now[0] > by_recipe[0]
operations = count_arithmetic(quick, raced.values(), jax.random.key(0)).operations
assert abs(operations / entries["least_squares"].operations - 1) < 0.05

# %% [markdown]
# In the median, as the table above says, this way is better at 1000 steps.
# At 25 steps, where the recipe spends most of its arithmetic, this network is worse: the race asks for nothing there.
# But it had only a small part of the arithmetic. What if it gets three times the batches, of twice the trials?

# %% tags=["nbval-ignore-output"]
longer = jax.jit(
    functools.partial(least_squares.train_by_least_squares, num_batches=600, batch_size=16)
)
share = count_arithmetic(longer, values, jax.random.key(0)).operations
share /= entries["recipe"].operations
print(f"{share:.0%} of the recipe's arithmetic")
show_errors("by the recipe, median of eight", by_recipe)
for seed in range(20, 23):
    raced = IntegratorRNN(seed=seed)
    raced.set_values(longer(raced.values(), jax.random.key(seed)))
    found = errors_at_lengths(raced)
    show_errors(f"longer, seed {seed}", found)
    assert np.all(found < by_recipe)
assert share < 1 / 2

# %% [markdown]
# Better at every length, with less than half of the arithmetic.
# Why, then, does this course train by Adam?
# Adam needs a gradient and nothing else. It trains every cell, with offsets or without, on any loss.
# Here the equations of a batch are few, because there is one output and we score four steps of it.
# And the four equations at the end are about the two halves of a ReLU network's line: to write them down one has to know what chapters 06 to 09 found, and they found it in networks as Adam leaves them, not quite right.
#
# Your turn: write `mine.py` with a function `train(values, key)` and run `make speedrun ENTRY=mine.py`.
# It trains in a process of its own, counts, and shows your place.
#
# ## Summary
#
# - `jit` compiles once for each new shape and type. Keep loops inside compiled code, as loops.
# - Compare with the floor. It tells whether more work on speed can pay at all.
# - Several networks go one after another on each device; a gradient over several devices needs one exchange.
# - On paper, a GPU wants much work per launch. Nothing here was measured on one.
# - Steps that wait for each other can be solved at once, if it is known how errors travel. In an integrator one number a step says it.
# - Two hundred small least squares and four equations train an integrator with a small part of the recipe's arithmetic; six hundred larger ones make a better integrator than the recipe does.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. What makes JAX compile again?</summary>
#
# A new shape or type of an argument, a new value of a static one, or another function.
#
# </details>
# <details><summary>2. Why can vmap be slower than a loop?</summary>
#
# On a processor it turns small matrix products into batched ones, which run slower there than the same products one after another.
#
# </details>
# <details><summary>3. Why does Newton's method fail from zero, and why does the line's mode not?</summary>
#
# At a wrong guess other units are active, and products of the wrong Jacobians grow with every step. The mode's factor is the eigenvalue, near 1, wherever the guess is.
#
# </details>
#
# ## References
#
# - Bradbury J. et al. (2018). JAX: composable transformations of Python+NumPy programs. <https://github.com/jax-ml/jax>
# - Williams S., Waterman A., Patterson D. (2009). Roofline: an insightful visual performance model for multicore architectures. *Communications of the ACM* 52(4):65-76. <https://doi.org/10.1145/1498765.1498785>
# - NVIDIA (2023). *H100 Tensor Core GPU*, data sheet. <https://www.nvidia.com/en-us/data-center/h100/>
# - Lim Y. H., Zhu Q., Selfridge J., Kasim M. F. (2024). Parallelizing non-linear sequential models over the sequence length. *ICLR*. <https://doi.org/10.48550/arXiv.2309.12252>
# - Gonzalez X., Warrington A., Smith J. T. H., Linderman S. W. (2024). Towards scalable and stable parallelization of nonlinear RNNs. *NeurIPS*. <https://doi.org/10.48550/arXiv.2407.19115>
# - Gonzalez X., Kozachkov L., Zoltowski D. M., Clarkson K. L., Linderman S. W. (2025). Predictability enables parallelization of nonlinear state space models. *NeurIPS*. <https://doi.org/10.48550/arXiv.2508.16817>
# - Levenberg K. (1944). A method for the solution of certain non-linear problems in least squares. *Quarterly of Applied Mathematics* 2. <https://doi.org/10.1090/qam/10666>
# - Golub G. H., Van Loan C. F. (2013). *Matrix Computations*, 4th edition. Johns Hopkins University Press.
