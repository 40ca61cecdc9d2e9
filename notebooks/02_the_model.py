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
# # 02 The model
#
# **In this chapter you will** meet BrainState in ten minutes, build a recurrent cell and a
# network on the page, count its parameters, and see what it says before training.
#
# **You need** chapter 01.
#
# *About 40 minutes to read, 20 seconds to run.*

# %% jupyter={"source_hidden": true} tags=["hide-input"]
import brainstate
import braintools
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorRNN, IntegratorTask, RNNCell, evaluate, predict, theory
from integrator_lib.course.checks import chapter02, check, hint, progress
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.networks import preactivation
from integrator_lib.plotting import plot_prediction

start_chapter()
task = IntegratorTask()

# %% [markdown]
# Here is what you will have built at the end of this chapter: a network of 100 units that takes one trial's inputs and says something.
# What it says is not the running sum.
# What is in there, that training could turn into a sum?

# %% alt="The true running sum of one trial, which rises to 0.6, and the output of an untrained network, which stays near 0." caption="A recurrent network is no integrator by birth: what has to be learnt is everything between the two lines."
inputs, targets = task.sample(num_trials=4, seed=0)
model = IntegratorRNN(hidden_size=100, seed=0)
typical = int(np.argmin(np.abs(np.abs(targets[-1, :, 0]) - np.sqrt(np.mean(targets[-1] ** 2)))))
ax = plot_prediction(np.asarray(targets), {"untrained": predict(model, inputs)}, trial=typical)
ax.set_title("An untrained network does not integrate")
plt.show()

# %% [markdown]
# ## BrainState in ten minutes
#
# JAX makes numerical Python fast by *tracing* a function once, compiling it, and running the compiled code ever after.
# It asks for one thing in return: the function must not change anything outside itself.
# A network, though, is full of things that change: its weights, its hidden state.
#
# **Predict first.** The next cell compiles a function that adds to a plain Python variable, and calls it with 2 and with 3.
# Which two numbers does it print?

# %%
total = jnp.zeros(())


@jax.jit
def add_to_total(amount):
    global total
    total = total + amount
    return total


print("returned:", add_to_total(2.0), "and", add_to_total(3.0))
print("left in total:", "a tracer" if isinstance(total, jax.core.Tracer) else total)
assert isinstance(total, jax.core.Tracer)

# %% [markdown]
# Not 2 and 5.
# The function ran in Python once, when it was traced, with `total` at 0; that 0 was compiled in.
# What is left in `total` is no number but a placeholder of the trace, a *tracer*.
#
# BrainState settles this with the **State**: a box that holds an array.
# Code may replace what is in the box, and BrainState tells JAX about it.
# The kind of box says what it is for.
#
# - `ParamState`: a parameter, to be trained.
# - `HiddenState`: what a network remembers from step to step.

# %%
counter = brainstate.HiddenState(jnp.zeros(()))


@brainstate.transform.jit
def add(amount):
    counter.value = counter.value + amount
    return counter.value


print("returned:", add(2.0), "and", add(3.0), " in the box:", counter.value)
assert counter.value == 5

# %% [markdown]
# `jit` compiled `add`, and the box still changes.
# A loop over time is compiled the same way: `for_loop` calls a function on each row of an array and stacks the results.
# One compiled loop replaces as many calls from Python as there are steps.

# %%
counter.value = jnp.zeros(())
sums = brainstate.transform.for_loop(add, jnp.array([1.0, 2.0, 3.0, 4.0]))
print("running sums:", sums)
np.testing.assert_array_equal(sums, [1, 3, 6, 10])

# %% [markdown]
# That is the task of this course, solved by hand in one line.
# A network has to find such an update by itself, from examples.
# For that it needs a **gradient**: how does an error change with each parameter?
# `grad` takes a function and the boxes to differentiate by.

# %%
slope = brainstate.ParamState(jnp.array(0.5))


def squared_error(x, y):
    return (slope.value * x - y) ** 2


gradient = brainstate.transform.grad(squared_error, slope)(2.0, 3.0)
print("gradient by BrainState:", gradient, " by hand:", 2 * (0.5 * 2 - 3) * 2)
assert gradient == -8

# %% [markdown]
# ## The recurrent cell
#
# What does one step of a vanilla recurrent network do?
# It joins the input $x_t$ and the previous state $h_{t-1}$ into one row, multiplies by a matrix, adds a bias, and bends the result:
#
# $$h_t = \mathrm{relu}\big([x_t,\, h_{t-1}]\, W + b\big), \qquad \mathrm{relu}(a) = \max(0, a).$$
#
# The bend is called the **activation**.
# This one, the rectified linear unit or **ReLU**, leaves positive numbers as they are and turns negative ones into 0.
# Each entry of $h$ is one **hidden unit**.
# The first row of $W$ is what the input writes; the other rows are the recurrent weights.
#
# In BrainState a cell is a `Module` with boxes and an `update`:


# %%
class PlainCell(brainstate.nn.Module):
    def __init__(self, num_in, num_out):
        super().__init__()
        xavier = braintools.init.XavierNormal()
        self.W = brainstate.ParamState(xavier((num_in + num_out, num_out)))
        self.b = brainstate.ParamState(jnp.zeros(num_out))
        self.state = brainstate.HiddenState(jnp.zeros(num_out))

    def reset_state(self, batch_size):
        self.state.value = jnp.zeros((batch_size, self.b.value.size))

    def update(self, x):
        joined = jnp.concatenate([x, self.state.value], axis=-1)
        self.state.value = jax.nn.relu(joined @ self.W.value + self.b.value)
        return self.state.value


# %% [markdown]
# The initial weights come from an **initialiser**.
# `XavierNormal` draws numbers of standard deviation $\sqrt{2 / (\text{rows} + \text{columns})}$, so that signals neither die nor explode at first (Glorot and Bengio 2010).
# It takes its random numbers from BrainState's own source, which `brainstate.random.seed` sets.

# %%
brainstate.random.seed(0)
plain = PlainCell(num_in=1, num_out=100)
rows, columns = plain.W.value.shape
expected = np.sqrt(2 / (rows + columns))
miss = (float(plain.W.value.std()) / expected - 1) * np.sqrt(2 * rows * columns)
print(f"sd by the formula {expected:.3f}; the sample is {miss:.1f} standard errors away")
assert abs(miss) < 4

# %% [markdown]
# The library's cell is the same with options: a start that can be trained, any activation, trials without a batch axis.
# Its step is split in two, so that later chapters can call it without touching any box: `next_state` is a pure function of state and input, and `update` puts its result into the box.

# %%
show_source(preactivation, RNNCell.next_state, RNNCell.update)

# %% [markdown]
# Do the two agree, given the same weights?
# And with the cell that BrainState ships, `ValinaRNNCell`?

# %%
cell, theirs = RNNCell(1, 100), brainstate.nn.ValinaRNNCell(1, 100, activation="relu")
cell.W.value = plain.W.value
theirs.init_state(4)
theirs.W.weight.value = {"weight": plain.W.value, "bias": plain.b.value}
x = jax.random.normal(jax.random.key(0), (4, 1))
for each in (plain, cell):
    each.reset_state(4)
for _ in range(3):
    ours, library, shipped = plain.update(x), cell.update(x), theirs.update(x)
np.testing.assert_allclose(library, ours, atol=1e-6)
np.testing.assert_allclose(shipped, ours, atol=1e-6)
print("three cells, three steps, one result")

# %% [markdown]
# **Exercise 1. One step.** Can you write the cell's equation with NumPy, without any box?


# %% tags=["exercise"]
def rnn_step(x, h, W, b):
    """Return the next state (batch, hidden) from x (batch, inputs) and h (batch, hidden)."""
    raise NotImplementedError("write me: which rows of W meet the input?")


# %%
check(chapter02.rnn_step, rnn_step)

# %% [markdown]
# **Exercise 2. All steps.** What does `for_loop` do with such a step?
# Return the state after every step, starting from `h0`, of shape (batch, hidden).


# %% tags=["exercise"]
def unroll(inputs, h0, W, b):
    """Return the states (time, batch, hidden) for inputs (time, batch, 1)."""
    raise NotImplementedError("write me: what has to survive from one step to the next?")


# %%
check(chapter02.unroll, unroll)

# %% [markdown]
# **Exercise 3. Your own cell.** Now in BrainState: a cell that is slow to change its mind.
# Its state keeps a share $1 - a$ of itself and takes a share $a$ of what the vanilla cell would say:
#
# $$h_t = (1 - a)\, h_{t-1} + a\, \mathrm{relu}\big([x_t, h_{t-1}] W + b\big).$$
#
# Write a `Module` with an `update`, give it these weights, reset its state to zeros of the batch's shape, run it over the inputs with `brainstate.transform.for_loop`, and return what it went through.
# The check looks at the numbers that come back, not at how you got them.


# %% tags=["exercise"]
def run_slow_cell(inputs, W, b, a):
    """Return the states (time, batch, hidden) of your cell for inputs (time, batch, 1)."""
    raise NotImplementedError("write me: PlainCell is a good start; what changes in its update?")


# %%
check(chapter02.run_slow_cell, run_slow_cell)

# %% [markdown]
# ## The initial state
#
# The first step needs some $h_0$.
# Zeros are a choice, and not always the best one; so $h_0$ can be a parameter like any other, one vector that all trials share.
# The tutorial's cell trains it, and so can the library's: `reset_state` copies it to every trial of the batch.
# (The tutorial's cell stops with an error when no batch size is given.)

# %%
cell = RNNCell(num_in=1, num_out=100, train_state=True)
for batch_size in (None, 1, 512):
    cell.reset_state(batch_size)
    x = jnp.ones((1,) if batch_size is None else (batch_size, 1))
    print(f"batch size {batch_size}: input {x.shape} -> state {cell.update(x).shape}")

# %% [markdown]
# **Exercise 4. Spread the initial state.** How does every trial of a batch get its copy?


# %% tags=["exercise"]
def spread_state(state, batch_size):
    """Return (batch_size, hidden) with the state (hidden,) in every row."""
    raise NotImplementedError("write me: which axis is new?")


# %%
check(chapter02.spread_state, spread_state)

# %% [markdown]
# The course's own networks can train $h_0$ and do not: their recipe leaves it, and all biases, at 0.
# Why give up parameters?
# A running sum has no preferred scale: ten times the input, ten times the sum.
# A ReLU network has none either, since $\mathrm{relu}(10a) = 10\,\mathrm{relu}(a)$, as long as nothing is added that does not grow with the input.
# A start $h_0$ or a bias $b$ is such a thing.
# How much does it break?
# We give five untrained networks ten times the input and ask how far they are from ten times the output.

# %%
print("seed   start at 0   start of size 0.01")
for seed in range(5):
    network, off = IntegratorRNN(seed=seed), []
    for size in (0.0, 0.01):
        start = size * jax.random.normal(jax.random.key(seed), (100,))
        network.rnn.state2train.value = start
        once, tenfold = predict(network, inputs), predict(network, 10 * inputs)
        off.append(float(jnp.abs(tenfold - 10 * once).max() / jnp.abs(tenfold).max()))
    print(f"{seed:4d}   below {1e-5:.0e}  {off[1]:10.2f}")
    assert off[0] < 1e-5 < 1e-2 < off[1]

# %% [markdown]
# With a start of 0 the network scales as the task does, up to rounding, and it does so *before* any training.
# With a start of size 0.01 it does not.
# Training may of course find a start that does good at one scale; chapter 03 measures what it costs, over several seeds.

# %% [markdown]
# ## The network
#
# The network is the cell and a linear **readout** that turns 100 numbers into one, `brainstate.nn.Linear`.
# The two are composed with `>>`, which reads from left to right: `x >> cell >> readout`.

# %%
show_source(IntegratorRNN.update)

# %% [markdown]
# How many numbers are there to train?
# BrainState counts them.
# (Its table needs the package `prettytable`, which BrainState does not install. This course does.)

# %%
total = brainstate.nn.count_parameters(model)
print(f"in full: {total:,}")
assert total == 101 * 100 + 100 + 100 + 100 + 1

# %% [markdown]
# $101 \times 100$ weights in $W$ (one row for the input, 100 for the state), 100 biases, 100 initial states, and $100 + 1$ in the readout.
# If only the two matrices are trained, which numbers are left?

# %%
matrices = 0
for name, value in model.values().items():
    sizes = {jnp.shape(leaf): jnp.size(leaf) for leaf in jax.tree.leaves(value)}
    matrices += sum(size for shape, size in sizes.items() if len(shape) == 2)
    print(f"{name:16s} {list(sizes)}")
print(f"in matrices: {matrices:,}")

# %% [markdown]
# **Exercise 5. Count.** How many parameters has a network with one input and one output, whatever its size?


# %% tags=["exercise"]
def num_parameters(hidden_size, train_initial_state):
    """Return the number of trained numbers, readout included."""
    raise NotImplementedError("write me: go through the table's rows")


# %%
check(chapter02.num_parameters, num_parameters)

# %% [markdown]
# ## Predicting
#
# Running a whole trial is a `for_loop` over its steps.
# Reset the state first, then loop.


# %%
@brainstate.transform.jit
def run_by_hand(inputs):
    model.reset_state(inputs.shape[1])
    return brainstate.transform.for_loop(model.update, inputs)


by_hand = run_by_hand(inputs)
print("outputs", by_hand.shape, " state left behind", model.rnn.state.value.shape)

# %% [markdown]
# The hidden state is readable afterwards, because the box existed before the compiled function ran: *make a state outside, reset it inside*.
# The tutorial makes a **new** state inside its compiled function.
# What is left in it then is a tracer again, and reading it is an error.
# Here is the fault.

# %%
broken = RNNCell(1, 10)


@brainstate.transform.jit
def run_broken(inputs):
    broken.init_state(inputs.shape[1])  # a new box, inside the trace
    return brainstate.transform.for_loop(broken.update, inputs)


run_broken(inputs)
try:
    print(broken.state.value + 1)
except Exception as error:
    print("reading the state failed:", type(error).__name__)
else:
    raise AssertionError("the fault did not show")

# %% [markdown]
# The rule has a second half, which chapter 03 will need.
# `jit` lets a box come out with another shape than it went in with; a `for_loop` does not, since each turn has to fit the next.
# Before a loop whose *body* resets the state, the box must have its batch shape already.

# %%
model.reset_state(7)  # left over from some other batch


def mean_output(row):
    model.reset_state(4)
    return model.update(row).mean()


try:
    brainstate.transform.for_loop(mean_output, inputs)
except TypeError:
    print("a state of shape (7, 100) cannot come out of a loop's turn as (4, 100)")
else:
    raise AssertionError("the loop accepted another shape")
model.reset_state(4)
print(
    "with the batch shape before the loop:",
    brainstate.transform.for_loop(mean_output, inputs).shape,
)

# %% [markdown]
# The library's `predict` does what `run_by_hand` does: it steps through `update`, readout and all.
# Asked for the hidden states too, it calls `run` instead, which loops over the cell alone and applies the readout to all steps at once.
# It may, since the readout feeds nothing back into the loop.

# %%
show_source(IntegratorRNN.run)

# %%
outputs, hidden = predict(model, inputs, return_hidden=True)
np.testing.assert_allclose(outputs, by_hand, atol=1e-5)
np.testing.assert_allclose(predict(model, inputs), by_hand, atol=1e-5)
np.testing.assert_allclose(hidden[-1], model.rnn.state.value, atol=1e-6)
print("outputs", outputs.shape, " hidden states", hidden.shape)

# %% [markdown]
# ## Before training
#
# How bad is an untrained network?
# Chapter 01 gave the errors of guesses.
#
# **Predict first.** Will an untrained network do better or worse than always saying 0?
# Write down your guess, and why.

# %%
bars = theory.baselines(task)
print(f"{'predict 0':21s} {bars['predict 0']:.2f}")
print(f"{'a line for each step':21s} {bars['a line for each step']:.2f}")
errors = [evaluate(IntegratorRNN(seed=seed), task).mse for seed in range(5)]
print("five untrained networks", " ".join(f"{error:.2f}" for error in errors))
assert min(errors) > bars["a line for each step"]

# %% [markdown]
# About as bad as saying 0, and worse than a guess that sees one input, whatever the seed.

# %% [markdown]
# ## Summary
#
# - A `State` is a box for an array; `jit`, `for_loop` and `grad` know about the boxes.
# - A recurrent cell is one equation and one box. Its initial state can be a parameter.
# - The network has 10,401 parameters, 10,200 of them in two matrices, and knows nothing yet.
# - Make states outside compiled functions, reset them inside; give them their batch shape before a loop.
# - Without biases and a start of its own a ReLU network has no preferred scale, and neither has a sum.
#
# **Recall.** Answer before you unfold.
#
# <details><summary>1. What goes wrong if a compiled function keeps its state in a plain Python variable?</summary>
#
# The variable is read once, when the function is traced, and its value is compiled in: each call starts from the same number.
# What is written to it is a tracer.
#
# </details>
# <details><summary>2. Why may the readout be applied after the loop, and the cell not?</summary>
#
# The cell's state is needed at the next step; the readout's output is not.
#
# </details>
# <details><summary>3. Which row of W belongs to the input?</summary>
#
# The first, since the input comes first in $[x_t, h_{t-1}]$.
#
# </details>
#
# ## References
#
# - Elman J. L. (1990). Finding structure in time. *Cognitive Science* 14. <https://doi.org/10.1207/s15516709cog1402_1>
# - Glorot X., Bengio Y. (2010). Understanding the difficulty of training deep feedforward neural networks. *AISTATS*, PMLR 9:249-256. <https://proceedings.mlr.press/v9/glorot10a.html>
