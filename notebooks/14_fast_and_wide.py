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
# **In this chapter you will** count how often `jit` compiles, compare a training step with
# the arithmetic it needs, run several networks and several devices at once, and work out
# when a GPU pays.
#
# **You need** chapters 02 and 03.
#
# *About 45 minutes to read, 40 seconds to run.*
#
# Seconds differ between machines, so this chapter shows them and checks something else:
# how often JAX compiled, how many operations it counts, how much memory it asks for, and
# that a faster way gives the same numbers.

# %% [markdown]
# We want to split work over several devices, and you may have only one. So ask JAX to treat
# the processor as two **devices**. This must come before JAX computes anything. In your own
# work, `integrator_lib.use_all_cores()` makes each core a device; here everybody has two. On a
# machine with GPUs JAX takes those, and the line changes nothing. We have tried the chapter on
# processors only.

# %%
import jax

jax.config.update("jax_num_cpu_devices", 2)

# %%
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
    predict,
    train,
    train_many,
    use_all_cores,
)
from integrator_lib.course.checks import chapter14, check
from integrator_lib.course.notebook import show_source
from integrator_lib.networks import backward, hidden_states
from integrator_lib.plotting import plot_bars, plot_curves, use_course_style
from integrator_lib.training import use_compilation_cache

# %% [markdown]
# An untrained network computes as much as a trained one, so one will do. `rounding` is what
# we allow when two programs do the same sums in another order: 25 steps add up 101 products
# each, and each sum is rounded to $2^{-24}$ of its size.

# %%
folder = use_compilation_cache()
use_course_style()
devices = jax.devices()[:2]
task = IntegratorTask()
model = IntegratorRNN(hidden_size=100, seed=0)
values = model.values()
rounding = 25 * 101 * 2.0**-24

# %% [markdown]
# ## What `jit` does
#
# The first time a function wrapped in `jit` is called, JAX runs its Python once, with
# stand-ins for the arrays, and writes down every operation. This is called **tracing**. Then
# it compiles the list. Later calls skip Python and run the compiled program. So a line that
# only Python sees, such as an `append`, counts the tracings. When does JAX trace again?

# %%
traced = []


@jax.jit
def mean_square(x):
    traced.append(f"{x.dtype} {x.shape}")
    return jnp.mean(x**2)


for x in (
    np.ones(100, "f4"),
    np.zeros(100, "f4"),
    np.ones(200, "f4"),
    np.ones(100, "i4"),
    np.ones(200, "f4"),
    np.ones(100, "f4"),
):
    mean_square(x)
print(traced)
assert traced == ["float32 (100,)", "float32 (200,)", "int32 (100,)"]

# %% [markdown]
# Six calls, and one tracing for each new pair of shape and type. The values in the arrays do
# not matter. So keep shapes few: one odd batch at the end of an epoch compiles everything
# again.
#
# A hidden trap lies in the type. A plain Python number has a *weak* type, which bends to
# whatever it meets. Feed a result back into the function, and its type may have changed.

# %%
traced.clear()


@jax.jit
def decay(rate):
    traced.append("weak" if rate.aval.weak_type else "strong")
    return rate * jnp.float32(0.5)


rate = 1.0
for _ in range(5):
    rate = decay(rate)
print(traced)
assert traced == ["weak", "strong"]

# %% [markdown]
# Five calls, two compilations. A training loop that does this compiles everything twice.
# `train` casts its numbers once before the loop for this reason.

# %% [markdown]
# **Exercise 1. Count compilations.** A function wrapped in `jit` is called with these arrays, one
# after another. How often does JAX compile?


# %% tags=["exercise"]
def compilations(arrays):
    """Return how many programs JAX compiles when a jitted function gets each array in turn."""
    raise NotImplementedError("what must two arrays share to use the same program?")


# %%
check(chapter14.compilations, compilations)

# %% [markdown]
# ## Compile once, not once a day
#
# Each new kernel compiles again what yesterday's kernel compiled already. JAX can keep
# compiled programs on disk. This function switches that on, and most chapters call it in
# their first cells.

# %%
show_source(use_compilation_cache)

# %% [markdown]
# Does it work? Compile something, make JAX forget it, and run it again. JAX reports what it
# does to whoever listens.

# %% tags=["nbval-ignore-output"]
events = []
jax.monitoring.register_event_listener(lambda event, **_: events.append(event))


def sum_of_sines(x):
    return jnp.sum(jnp.sin(x))


x = jnp.ones(10)
first = jax.jit(sum_of_sines)(x)
jax.clear_caches()
events.clear()
again = jax.jit(sum_of_sines)(x)
hits = events.count("/jax/compilation_cache/cache_hits")
print("the cache is", "off" if folder is None else f"on, programs found: {hits}")
assert (folder is None or hits >= 1) and first == again

# %% [markdown]
# ## Many calls, or one loop
#
# A network must take its 25 steps one after another. But who drives the loop? Python can
# call a compiled step 25 times. Or one compiled program holds the whole loop. The results
# agree. First a small clock: it lets the first call compile, then takes the median of
# several. JAX hands back control before a result is ready, so the clock waits for it.


# %%
def milliseconds(work, calls=20):
    jax.block_until_ready(work())
    spent = []
    for _ in range(calls):
        begin = time.perf_counter()
        jax.block_until_ready(work())
        spent.append(time.perf_counter() - begin)
    return 1e3 * np.median(spent)


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
# Each call crosses from Python into the compiled program and back, and that costs more than
# the step itself.
#
# Why not write the loop in Python *inside* `jit`? It works, and JAX unrolls it: each turn is
# traced and compiled on its own. To see it, here is the network in plain JAX, from its
# dictionary of weights, with either loop.


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


# %% tags=["nbval-ignore-output"]
def run(values, inputs, states=in_one_loop):
    start = values["rnn.state2train"]
    hidden = states(values, jnp.broadcast_to(start, (inputs.shape[1], *start.shape)), inputs)
    return hidden @ values["out.weight"]["weight"] + values["out.weight"]["bias"]


expected = predict(model, inputs)
for states in (in_one_loop, unrolled):
    np.testing.assert_allclose(run(values, inputs, states), expected, atol=rounding)
    counts = []
    for steps in (25, 50, 100):
        longer, _ = task.sample(32, num_steps=steps)
        program = jax.make_jaxpr(functools.partial(run, states=states))(values, longer)
        counts.append(len(program.jaxpr.eqns))
    print(f"operations at 25, 50 and 100 steps, {states.__name__}:", counts)
    growth = np.diff(counts)
    assert growth[1] == 2 * growth[0] and (growth[0] > 0) == (states is unrolled)

# %% [markdown]
# `scan`, on which brainstate's `for_loop` is built, stays as short for 1,000 steps as for 25.
# The unrolled program grows by the same number of operations with every step, and the
# compiler has to work through all of them.
#
# ## How much arithmetic is there?
#
# Is our training step slow or fast? We need something to compare with. A step multiplies a
# $N \times (H+1)$ matrix by a $(H+1) \times H$ matrix: $N (H+1) H$ products and as many sums.
# Going back costs that twice, once for the gradient of the state and once for that of the
# weights. For $T$ steps
#
# $$ F = 3 \cdot 2\, T N (H+1) H. $$
#
# JAX's compiler, XLA, counts operations too. It counts a loop's body once, whatever the
# number of turns, so we give it the unrolled program.

# %% tags=["nbval-ignore-output"]
T, N, H = 25, 512, 100
flops = 3 * 2 * T * N * (H + 1) * H


def loss(values, inputs, targets, states=in_one_loop):
    return jnp.mean((run(values, inputs, states) - targets) ** 2)


batch = task.sample(N, seed=4)
gradient_unrolled = jax.jit(jax.grad(functools.partial(loss, states=unrolled)))
counted = gradient_unrolled.lower(values, *batch).compile().cost_analysis()["flops"]
print(f"our count {flops / 1e6:.0f} million, XLA's {counted / 1e6:.0f} million")
assert 1 <= counted / flops < 1.15

# %% [markdown]
# XLA counts a little more, because it includes everything that is no matrix product: the
# activation, the readout, the loss. Our count is a **floor**: however the program is arranged,
# these products have to be formed. How fast is this machine at the one thing it does best, a
# product of two large matrices? The count divided by that rate is the least time a batch can
# take, the floor in milliseconds.

# %% tags=["nbval-ignore-output"]
size = 2048
square = jax.random.normal(jax.random.key(0), (size, size))
product = jax.jit(jnp.matmul)
rate = 2 * size**3 / (milliseconds(lambda: product(square, square), calls=5) / 1e3)
floor = 1e3 * flops / rate
gradient = jax.jit(jax.value_and_grad(loss))
spent = {
    "floor": floor,
    "draw the trials": milliseconds(lambda: task.sample(N, seed=4)),
    "forward": milliseconds(lambda f=jax.jit(run): f(values, batch[0])),
    "forward and back": milliseconds(lambda: gradient(values, *batch)),
}
print(f"largest product: {rate / 1e9:.0f} billion operations a second")
for name, ms in spent.items():
    print(f"{name:18s} {ms:6.2f} ms")
np.testing.assert_allclose(gradient(values, *batch)[0], loss(values, *batch), rtol=rounding)

# %% alt="Horizontal bars: milliseconds for one batch of 512 trials. The floor set by the arithmetic is well below the time of the forward and backward pass." caption="The floor is what the arithmetic alone must cost; the distance from it is what there is to win."
ax = plot_bars(spent, "milliseconds, 512 trials of 25 steps", log=False)
ax.set_title("Going back takes longer than going forward")
plt.show()

# %% [markdown]
# The rest of the time goes to products that are too small to run at full speed, and to
# carrying states to memory and back. Small batches are worse: every operation has a fixed
# cost, however little it does. What does a *trial* cost at different batch sizes?

# %% tags=["nbval-ignore-output"] alt="Microseconds a trial against batch size on logarithmic axes. The time a trial falls from batches of four to batches of 64 and then no more. The floor, which is flat, lies below." caption="Small batches pay for starting each step, large ones for the arithmetic alone."
sizes = [4, 16, 64, 256, 1024]
microseconds = []
for n in sizes:
    trials = task.sample(n, seed=5)
    microseconds.append(1e3 * milliseconds(lambda t=trials: gradient(values, *t)) / n)
least = 1e3 * floor / N
curves = {"forward and back": microseconds, "floor": [least] * len(sizes)}
ax = plot_curves(sizes, curves, "batch size", "microseconds a trial")
ticks = [1, 2, 5, 10, 20, 50, 100, 200]
ax.set_xticks(sizes, sizes)
ax.set_yticks(ticks, ticks)
ax.minorticks_off()
ax.set_title("A trial costs more in a tiny batch")
plt.show()

counts = []
for n in (4, N):
    compiled = gradient_unrolled.lower(values, *task.sample(n, seed=5)).compile()
    counts.append(compiled.cost_analysis()["flops"] / n / 1e6)
print(f"million operations a trial, batch of 4: {counts[0]:.2f}, batch of {N}: {counts[1]:.2f}")
assert 1 <= counts[0] / counts[1] < 1.1

# %% [markdown]
# The arithmetic is nearly the same for a trial in a tiny batch as in a large one: what is added
# once a batch, the sums of gradients over steps, is shared by fewer trials. So the difference in
# time is not arithmetic. On a processor the curve levels off: beyond some size a larger batch
# saves nothing. And a
# cheap trial is not the aim. `Recipe()` uses small batches, because it needs many steps, and
# each of them is cheap. What counts is the time to a given error.

# %% [markdown]
# **Exercise 2. Another cell.** A GRU has three matrices of the shape of our one. How much arithmetic
# does one batch of training need?


# %% tags=["exercise"]
def gru_flops(num_steps, batch_size, hidden_size):
    """Return the products and sums in a GRU's matrix products, for one gradient of one batch.

    The input has one entry, and each of the three matrices has a row for it.
    """
    raise NotImplementedError("start from F above")


# %%
check(chapter14.gru_flops, gru_flops)

# %% [markdown]
# ## The way back, written by hand
#
# Where could time be saved? Going back step by step, JAX adds to the gradient of the weights
# at each step: 25 products, each too small to run at full speed, and 25 sums. But that
# gradient *is* a sum over steps. So collect the errors of all steps, and form it once, in
# one large product. The library does this inside `IntegratorRNN.run`, for its own cell.

# %%
show_source(backward)

# %% [markdown]
# A derivative written by hand can be wrong. So it is tested against JAX's own, here as in
# the library's tests. A gradient passes through each step twice, forward and back, so we
# allow twice the rounding, relative to the largest entry.


# %%
def assert_same(result, expected):
    for have, want in zip(jax.tree.leaves(result), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(have, want, atol=2 * rounding * float(jnp.abs(want).max()))


def by_hand(values, h, inputs):
    return hidden_states(jax.nn.relu, values["rnn.W"], values["rnn.b"], h, inputs)


gradient_by_hand = jax.jit(jax.value_and_grad(functools.partial(loss, states=by_hand)))
assert_same(gradient_by_hand(values, *batch), gradient(values, *batch))
print("the same gradient")

# %% tags=["nbval-ignore-output"]
faster = []
for n in (16, 64, 512):
    trials = task.sample(n, seed=5)
    plain = milliseconds(lambda t=trials: gradient(values, *t))
    faster.append(plain / milliseconds(lambda t=trials: gradient_by_hand(values, *t)))
    print(f"batch {n:3d}: {faster[-1]:.1f} times as fast by hand")
    assert_same(gradient_by_hand(values, *trials), gradient(values, *trials))

# %% [markdown]
# The arithmetic is the same, in fewer and larger pieces. Whether that pays depends on the
# machine and on the batch: a ratio near 1 says that it does not, one below 1 that it costs
# time. The library has it for small batches with one core a network, which the next section
# measures. It costs thirty lines that somebody must understand. That can be worth it in the
# innermost loop, and nowhere else.
#
# ## Several networks at once
#
# Conclusions need several seeds. Can eight networks be trained in less than eight times the
# time of one? Stack their weights along a new first axis. Then there are two ways in JAX.
# `vmap` rewrites every operation to do all eight at once. `lax.map` runs them one after
# another in one compiled loop.

# %%
networks = [IntegratorRNN(seed=seed).values() for seed in range(8)]
stacked = jax.tree.map(lambda *arrays: jnp.stack(arrays), *networks)
print("weights of all:", stacked["rnn.W"].shape)
inputs, targets = task.sample(32, seed=6)


def gradient_of(values, states=in_one_loop):
    of_states = functools.partial(loss, states=states)
    return jax.value_and_grad(of_states)(values, inputs, targets)


def one_by_one(stacked, states=in_one_loop):
    return jax.lax.map(functools.partial(gradient_of, states=states), stacked)


at_once = jax.jit(jax.vmap(gradient_of))
in_turn = jax.jit(one_by_one)

# %% [markdown]
# The third way uses both devices. A **mesh** gives names to the axes along which devices
# lie. `shard_map` cuts the arrays along a named axis, and each device runs the function on
# its own part: here four of the eight networks, one after another. JAX checks that all parts
# fit together, but cannot look into a backward pass written by hand: `check_vma=False` says
# that we answer for it.

# %%
seeds = Mesh(devices, ("seeds",))
part = PartitionSpec("seeds")


def on_all_devices(states):
    share = functools.partial(one_by_one, states=states)
    return jax.jit(jax.shard_map(share, mesh=seeds, in_specs=part, out_specs=part, check_vma=False))


shared, shared_by_hand = on_all_devices(in_one_loop), on_all_devices(by_hand)
spread = jax.device_put(stacked, NamedSharding(seeds, part))
for shard in spread["rnn.W"].addressable_shards:
    print("device", shard.device.id, "holds", shard.data.shape)

# %% [markdown]
# All must agree.

# %%
expected = in_turn(stacked)
assert_same(at_once(stacked), expected)
assert_same(shared(spread), expected)
assert_same(shared_by_hand(spread), expected)
print("the same gradients in four ways, of", len(expected[0]), "networks")

# %% tags=["nbval-ignore-output"]
one = jax.jit(gradient_of)
single = milliseconds(lambda: one(networks[0]))
times = {
    "vmap": milliseconds(lambda: at_once(stacked)) / single,
    "lax.map": milliseconds(lambda: in_turn(stacked)) / single,
    "lax.map on all devices": milliseconds(lambda: shared(spread)) / single,
    "the same, by hand": milliseconds(lambda: shared_by_hand(spread)) / single,
}
for name, ratio in times.items():
    print(f"{name:22s} takes {ratio:4.1f} times as long as one network")
assert_same(shared_by_hand(spread), in_turn(stacked))

# %% [markdown]
# On a processor `vmap` often loses. It turns each product of two matrices into a batch of
# products, for which the processor's library has no better plan than to do them in turn, and
# it carries all eight states through memory at every step. On a GPU it wins, because a
# product this small leaves most of the GPU idle. And a second core helps only while no other
# program keeps it busy. Measure before you choose, on a quiet machine.
#
# The library's `train_many` shares networks out over all devices. On a processor each device
# trains its share one after another, on a GPU all at once. Each network gets what `train`
# would give it: the same seed, the same trials, the same losses up to rounding. Training
# amplifies rounding, so we compare the first 20 steps.

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
# The other thing to split is the batch. Linearisation the trials, cut along their second axis, and
# call the same function as before: `jit` sees where its arguments lie, compiles a program for
# that, and works there.

# %%
inputs, targets = task.sample(N, seed=7)
trials = Mesh(devices, ("trials",))
cut = NamedSharding(trials, PartitionSpec(None, "trials"))
outputs = jax.jit(run)(values, jax.device_put(inputs, cut))
print("outputs lie as", outputs.sharding.spec)
for shard in outputs.addressable_shards:
    print("device", shard.device.id, "holds", shard.data.shape)
np.testing.assert_allclose(outputs, run(values, inputs), atol=rounding)

# %% [markdown]
# A prediction needs no exchange between devices. A gradient does: each device knows only
# that of its own trials. The gradient of the whole batch is their mean, since the parts are
# equally large. `pmean` takes it, in one exchange. (On pretended devices, wait for each result
# before the next call: two exchanges at once can block each other.)


# %%
def mean_over_devices(values, inputs, targets):
    return jax.lax.pmean(jax.value_and_grad(loss)(values, inputs, targets), "trials")


cut_batch = (PartitionSpec(), PartitionSpec(None, "trials"), PartitionSpec(None, "trials"))
on_parts = jax.jit(
    jax.shard_map(
        mean_over_devices,
        mesh=trials,
        in_specs=cut_batch,
        out_specs=PartitionSpec(),
        check_vma=False,
    )
)
whole = jax.block_until_ready(on_parts(values, inputs, targets))
assert_same(whole, gradient(values, inputs, targets))
text = on_parts.lower(values, inputs, targets).compile().as_text()
forward = jax.jit(run).lower(values, jax.device_put(inputs, cut)).compile().as_text()
print("exchanges of a prediction:", forward.count(" all-"), "of a gradient:", text.count(" all-"))
assert forward.count(" all-") == 0 and text.count(" all-") >= len(devices) - 1

# %% [markdown]
# **Exercise 3. Unequal parts.** A batch was cut into parts of different size. Each device took the
# gradient of the mean loss over its own trials. What is the gradient for the whole batch?


# %% tags=["exercise"]
def combine_gradients(gradients, num_trials):
    """Return the whole batch's gradient of the mean loss.

    gradients is a list of arrays, one a device, num_trials the list of their trials.
    """
    raise NotImplementedError("a device with more trials counts for more")


# %%
check(chapter14.combine_gradients, combine_gradients)

# %% [markdown]
# ## The same with the library
#
# You need none of this in your own work. At the top of a script, before JAX computes
# anything, call `use_all_cores()`. It makes each core a device, unless you chose a number
# yourself, as we did above: then it only tells how many there are. After that `train_many`
# uses all devices, and `train` uses as many as `num_devices` says. The number must divide the
# size of each batch. It changes the rounding, not the trials.

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
# Why is one device the default? The devices meet at every step, and with a small batch they
# may wait longer than they work. So give several networks to several devices first, and
# share a batch only if it is large.
#
# The same calls take several GPUs. For several machines one call is added at the top of the
# script, `jax.distributed.initialize()`, and the script is started once on each machine.
# Then `jax.devices()` lists the devices of all of them, and a mesh may cover them all. Each
# process holds only its own part of an array, so it draws its own trials, and only one of
# them should write files. We have not tried this here.
#
# ## When does a GPU pay?
#
# A GPU has far more arithmetic than a processor, but each operation must first be launched,
# which takes some microseconds. And a recurrent network has to launch its steps one after
# another. The **roofline** (Williams et al. 2009) says how long an operation takes at best:
# the longer of the time for its arithmetic and the time to move its data. We add the
# launches. The GPU's numbers are from its data sheet, rounded; the processor's are typical of
# two cores; the times to launch, and five launches a step, are assumptions.

# %%
machines = {  # operations a second, bytes a second, seconds to launch an operation
    "two processor cores": (2e11, 3e10, 1e-6),
    "H100 GPU": (6.7e13, 3.35e12, 5e-6),
}


def least_seconds(machine, batch, hidden=100, networks=1, steps=25):
    """Seconds for arithmetic, data and launches of a gradient; five operations a step."""
    peak, bandwidth, launch = machines[machine]
    arithmetic = networks * 6 * batch * (hidden + 1) * hidden / peak
    data = networks * 4 * (3 * (hidden + 1) * hidden + 6 * batch * hidden) / bandwidth
    return steps * arithmetic, steps * data, steps * 5 * launch


print("networks  batch  machine              least ms  share of launching")
for networks, batch_size in ((1, 32), (1, 512), (64, 512)):
    for machine in machines:
        arithmetic, data, launches = least_seconds(machine, batch_size, networks=networks)
        total = max(arithmetic, data) + launches
        print(
            f"{networks:8d}  {batch_size:5d}  {machine:19s}  {1e3 * total:8.2f}  "
            f"{launches / total:8.0%}"
        )

# %% alt="Least milliseconds for the gradient of a batch of 32 trials against the number of hidden units, for a processor and a GPU, on logarithmic axes. The GPU's curve stays flat up to large networks, since it only waits for launches; the processor's rises." caption="A small network leaves a GPU waiting for its own commands."
hidden_sizes = [25, 50, 100, 200, 400, 800, 1600]
curves = {name: [] for name in machines}
for name, least in curves.items():
    for size in hidden_sizes:
        arithmetic, data, launches = least_seconds(name, batch=32, hidden=size)
        least.append(1e3 * (max(arithmetic, data) + launches))
ax = plot_curves(hidden_sizes, curves, "hidden units", "least milliseconds a batch of 32")
ax.set_xticks(hidden_sizes, hidden_sizes)
ax.yaxis.set_major_formatter("{x:g}")
ax.set_title("On paper, a GPU pays for wide networks")
plt.show()
processor, gpu = curves.values()
assert gpu[3] < 1.5 * gpu[0] and gpu[0] > processor[0] and gpu[-1] < processor[-1]

# %% [markdown]
# For one network of 100 units and a batch of 32 the GPU would spend nearly all its time
# launching. It pays when there is more to do per launch: many units, large batches, or many
# networks at once. This is on paper. No GPU was at hand when this chapter was written, so
# none of it was measured.

# %% [markdown]
# **Exercise 4. When does it pay?** Ignore the time to move data. From which batch size on does the
# arithmetic of one step and its way back take as long as the launches?


# %% tags=["exercise"]
def break_even_batch(hidden_size, peak, launch_seconds, launches):
    """Return the batch size, a real number, at which arithmetic takes as long as launching.

    peak is in operations a second, launches is the number of operations launched a step.
    """
    raise NotImplementedError("set the two times of one step equal and solve for the batch size")


# %%
check(chapter14.break_even_batch, break_even_batch)

# %% [markdown]
# ## Memory and long trials
#
# The backward pass needs every hidden state of the forward pass. So memory grows with the
# length of a trial. `checkpointed_for_loop` keeps only some of them and computes the others
# again when they are needed. JAX can say how much memory a program will ask for before it
# runs.


# %%
def state_loss(W, inputs, loop):
    state = brainstate.HiddenState(jnp.zeros((inputs.shape[1], W.shape[1])))

    def step(x):
        state.value = jax.nn.relu(jnp.concatenate([x, state.value], -1) @ W)
        return jnp.mean(state.value)

    return jnp.mean(loop(step, inputs) ** 2)


loops = {
    "for_loop": brainstate.transform.for_loop,
    "checkpointed_for_loop": brainstate.transform.checkpointed_for_loop,
}

# %% tags=["nbval-ignore-output"]
lengths, W = [100, 400, 1600], values["rnn.W"]
megabytes, gradients = {name: [] for name in loops}, {}
for name, loop in loops.items():
    of_weights = jax.jit(jax.grad(functools.partial(state_loss, loop=loop)))
    for steps in lengths:
        long_inputs, _ = task.sample(64, num_steps=steps)
        program = of_weights.lower(W, long_inputs).compile()
        megabytes[name].append(program.memory_analysis().temp_size_in_bytes / 1e6)
    gradients[name] = program(W, long_inputs)
    print(
        f"{name:22s}",
        *(f"{steps} steps: {m:.1f} MB " for steps, m in zip(lengths, megabytes[name], strict=True)),
    )

plain, checkpointed = megabytes.values()
assert plain[2] / plain[0] > 10 and checkpointed[2] / checkpointed[0] < 4
assert_same(gradients["checkpointed_for_loop"], gradients["for_loop"])

# %% alt="Megabytes against trial length on logarithmic axes. The plain loop's memory rises in proportion to the length, the checkpointed loop's hardly at all." caption="Computing some states twice is the price of not keeping them."
ax = plot_curves(lengths, megabytes, "steps in a trial", "megabytes for the gradient")
ax.set_xticks(lengths, lengths)
ax.set_yticks(ticks[:6], ticks[:6])
ax.minorticks_off()
ax.set_title("Checkpoints keep memory small when trials are long")
plt.show()

# %% [markdown]
# Sixteen times the length takes more than ten times the memory in a plain loop, less than
# four times with checkpoints. What is the price? Let each step report when it runs, and count
# how often a gradient runs it forward.


# %%
def forward_passes(loop, steps):
    turns = []

    def final_state(weight):
        state = brainstate.HiddenState(jnp.ones(()))

        def step(x):
            jax.debug.callback(turns.append, state.value)
            state.value = jnp.sin(weight * state.value) + x
            return state.value

        return loop(step, jnp.zeros(steps))[-1]

    jax.block_until_ready(jax.grad(final_state)(1.0))
    jax.effects_barrier()
    return len(turns) / steps


passes = {name: [forward_passes(loop, n) for n in lengths] for name, loop in loops.items()}
print("forward passes:", passes)
assert set(passes["for_loop"]) == {1} and min(passes["checkpointed_for_loop"]) >= 2

# %% [markdown]
# The plain loop goes forward once. With checkpoints the states are computed a second time,
# and a third time in longer trials, where checkpoints are kept within checkpoints. At the
# course's lengths the plain loop fits easily.

# %% [markdown]
# ## Summary
#
# - `jit` compiles once for each new shape and type. Count before you wonder.
# - Keep loops inside compiled code, as loops: `for_loop` or `scan`.
# - Compare with the floor. It tells whether more work on speed can pay at all.
# - Several networks go one after another on each device; several devices share them.
# - A gradient over several devices needs one exchange, the mean of the parts.
# - A GPU wants much work per launch.
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
# <details><summary>3. What does a checkpointed loop save, and what does it cost?</summary>
#
# Memory for the states of a long trial; it computes them a second time, or a third.
#
# </details>
#
# ## References
#
# - Bradbury J. et al. (2018). JAX: composable transformations of Python+NumPy programs.
#   <https://github.com/jax-ml/jax>
# - Williams S., Waterman A., Patterson D. (2009). Roofline: an insightful visual performance
#   model for multicore architectures. *Communications of the ACM* 52(4):65-76.
#   <https://doi.org/10.1145/1498765.1498785>
# - NVIDIA (2023). *H100 Tensor Core GPU*, data sheet.
#   <https://www.nvidia.com/en-us/data-center/h100/>
# - Griewank A., Walther A. (2000). Algorithm 799: revolve: an implementation of checkpointing
#   for the reverse or adjoint mode of computational differentiation. *ACM Transactions on
#   Mathematical Software* 26(1):19-45. <https://doi.org/10.1145/347837.347846>
