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
# **In this chapter you will** meet BrainState in ten minutes, build a recurrent cell whose
# initial state can be learnt, count its parameters, and see what it says before training.
#
# **You need** chapter 01.
#
# *About 35 minutes to read, 20 seconds to run.*

# %%

import brainstate
import braintools
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from integrator_lib import IntegratorRNN, IntegratorTask, RNNCell, evaluate, predict, theory
from integrator_lib.course.checks import chapter02, check
from integrator_lib.course.notebook import show_source, start_chapter
from integrator_lib.plotting import plot_prediction, use_course_style
from integrator_lib.training import use_compilation_cache

start_chapter()
task = IntegratorTask()

# %% [markdown]
# ## BrainState in ten minutes
#
# JAX makes numerical Python fast by *tracing* a function once, compiling it, and running the
# compiled code ever after. It asks for one thing in return: the function must not change
# anything outside itself. A network, though, is full of things that change: its weights, its
# hidden state.
#
# BrainState settles this with the **State**: a box that holds an array. Code may replace
# what is in the box, and BrainState tells JAX about it. The kind of box says what it is for.
#
# - `ParamState`: a parameter, to be trained.
# - `HiddenState`: what a network remembers from step to step.

# %%
counter = brainstate.HiddenState(jnp.zeros(()))


@brainstate.transform.jit
def add(amount):
    counter.value = counter.value + amount
    return counter.value


add(2.0)
print("after two calls:", add(3.0), " in the box:", counter.value)

# %% [markdown]
# `jit` compiled `add`, and the box still changes. A loop over time is compiled the same way:
# `for_loop` calls a function on each row of an array and stacks the results. One compiled
# loop replaces as many calls from Python as there are steps.

# %%
counter.value = jnp.zeros(())
sums = brainstate.transform.for_loop(add, jnp.array([1.0, 2.0, 3.0, 4.0]))
print("running sums:", sums)
np.testing.assert_array_equal(sums, [1, 3, 6, 10])

# %% [markdown]
# That is the task of this course, solved by hand in one line. A network has to find such an
# update by itself, from examples. For that it needs a **gradient**: how does an error change
# with each parameter? `grad` answers, given the parameters.

# %%
slope = brainstate.ParamState(jnp.array(0.5))


def squared_error(x, y):
    return (slope.value * x - y) ** 2


gradient = brainstate.transform.grad(squared_error, slope)(2.0, 3.0)
print("gradient by BrainState:", gradient, " by hand:", 2 * (0.5 * 2 - 3) * 2)

# %% [markdown]
# ## The recurrent cell
#
# What does one step of a vanilla recurrent network do? It joins the input $x_t$ and the
# previous state $h_{t-1}$ into one row, multiplies by a matrix, adds a bias, and bends the
# result:
#
# $$h_t = \mathrm{relu}\big([x_t,\, h_{t-1}]\, W + b\big).$$
#
# The first row of $W$ is what the input writes; the other rows are the recurrent weights.
# Here is the whole cell.

# %%
show_source(RNNCell)

# %% [markdown]
# Why a **trainable initial state**? The first step needs some $h_0$. Zeros are a choice,
# and not always the best one; so $h_0$ is a parameter like any other, one vector that all
# trials share. `reset_state` copies it to every trial of the batch.
#
# The cell works for one trial without a batch axis, for one trial with it, and for many.
# (The tutorial's cell stops with an error when no batch size is given and the initial state
# is trained.)

# %%
cell = RNNCell(num_in=1, num_out=100, train_state=True)
for batch_size in (None, 1, 512):
    cell.reset_state(batch_size)
    x = jnp.ones((1,) if batch_size is None else (batch_size, 1))
    print(f"batch size {batch_size}: input {x.shape} -> state {cell.update(x).shape}")

# %% [markdown]
# BrainState ships a cell of its own, `ValinaRNNCell`, with the same equation and no trainable
# initial state. Given the same weights, the two agree.

# %%
shipped_cell = brainstate.nn.ValinaRNNCell(1, 100, activation="relu")
shipped_cell.init_state(4)
shipped_cell.W.weight.value = {"weight": cell.W.value, "bias": cell.b.value}
cell.reset_state(4)
x = jax.random.normal(jax.random.key(0), (4, 1))
for _ in range(3):
    ours, theirs = cell.update(x), shipped_cell.update(x)
np.testing.assert_allclose(ours, theirs, atol=1e-6)
print("three steps agree")

# %% [markdown]
# The initial weights come from an **initialiser**. `XavierNormal` draws numbers of standard
# deviation $\sqrt{2 / (\text{rows} + \text{columns})}$, so that signals neither die nor
# explode at first (Glorot and Bengio 2010). The sample agrees within four standard errors.

# %%
rows, columns = cell.W.value.shape
expected = np.sqrt(2 / (rows + columns))
measured = float(cell.W.value.std())
print(f"sd of the initial weights: {expected:.2f} by the formula")
assert abs(measured / expected - 1) < 4 / np.sqrt(2 * rows * columns)
assert isinstance(braintools.init.XavierNormal()((3, 2)), jax.Array)

# %% [markdown]
# ## The network
#
# The network is the cell and a linear **readout** that turns 100 numbers into one. The two
# are composed with `>>`, which reads from left to right: `x >> cell >> readout`.

# %%
show_source(IntegratorRNN.update)
model = IntegratorRNN(hidden_size=100, cell="rnn", activation="relu", seed=0)

# %% [markdown]
# How many numbers will be trained? BrainState counts them. (Its table needs the package
# `prettytable`, which BrainState does not install. This course does.)

# %%
total = brainstate.nn.count_parameters(model)
assert total == 101 * 100 + 100 + 100 + 100 + 1

# %% [markdown]
# $101 \times 100$ weights in $W$ (one row for the input, 100 for the state), 100 biases,
# 100 initial states, and $100 + 1$ in the readout.

# %%
for name, value in model.values().items():
    shapes = jax.tree.map(jnp.shape, value)
    print(f"{name:16s} {shapes}")

# %% [markdown]
# ## Predicting
#
# Running a whole trial is a `for_loop` over its steps. Reset the state first, then loop.

# %%
inputs, targets = task.sample(num_trials=4, seed=0)


@brainstate.transform.jit
def run_by_hand(inputs):
    model.reset_state(inputs.shape[1])
    return brainstate.transform.for_loop(model.update, inputs)


by_hand = run_by_hand(inputs)
print("outputs", by_hand.shape, " state left behind", model.rnn.state.value.shape)

# %% [markdown]
# The hidden state is readable afterwards, because the box existed before the compiled
# function ran: *initialise outside, reset inside*. The tutorial makes a **new** state inside
# its compiled function. What is left in it then is not an array but a placeholder of the
# trace, and reading it is an error. Here is the fault.

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
# The library's `predict` does the same as `run_by_hand`. It applies the readout to all steps
# at once, after the loop, since the readout feeds nothing back; and it keeps a network's
# structure apart from its weights, so that JAX compiles once for all networks of one
# structure.

# %%
show_source(IntegratorRNN.run)
outputs, hidden = predict(model, inputs, return_hidden=True)
np.testing.assert_allclose(outputs, by_hand, atol=1e-5)
np.testing.assert_allclose(hidden[-1], model.rnn.state.value, atol=1e-6)
print("outputs", outputs.shape, " hidden states", hidden.shape)

# %% [markdown]
# ## Before training
#
# What does an untrained network say? The line is arbitrary: nothing has told it what to do.

# %% alt="The true running sum of one trial and the output of an untrained network, which has nothing to do with it."
ax = plot_prediction(np.asarray(targets), {"untrained": np.asarray(outputs)}, trial=1)
ax.set_title("An untrained network does not integrate")
plt.show()

# %% [markdown]
# How bad is it on average? Chapter 01 gave the errors of guesses that do not integrate. The
# measured error depends on the initial weights, so we look at five seeds and only claim
# that none of them beats the best line through the current input.

# %%
best_guess = min(theory.baselines(task).values())
errors = [evaluate(IntegratorRNN(seed=seed), task).mse for seed in range(5)]
print(f"best guess that does not integrate: {best_guess:.2f}")
print("all five untrained networks are worse:", min(errors) > best_guess)
assert min(errors) > best_guess

# %% [markdown]
# ## Exercises
#
# **1. One step.** Write the cell's equation with NumPy.


# %% tags=["exercise"]
def rnn_step(x, h, W, b):
    """Return the next state (batch, hidden) from x (batch, inputs) and h (batch, hidden)."""
    raise NotImplementedError("join x and h, multiply by W, add b, cut off at 0")


# %%
check(chapter02.rnn_step, rnn_step)

# %% [markdown]
# **2. All steps.** Return the state after every step, starting from `h0`.


# %% tags=["exercise"]
def unroll(inputs, h0, W, b):
    """Return the states (time, batch, hidden) for inputs (time, batch, 1)."""
    raise NotImplementedError("carry the state from step to step and collect it")


# %%
check(chapter02.unroll, unroll)

# %% [markdown]
# **3. Count.** How many parameters has a network with one input and one output?


# %% tags=["exercise"]
def num_parameters(hidden_size, train_initial_state):
    """Return the number of trained numbers, readout included."""
    raise NotImplementedError("W, b, perhaps the initial state, and the readout")


# %%
check(chapter02.num_parameters, num_parameters)

# %% [markdown]
# **4. Spread the initial state.** Give every trial of a batch its copy.


# %% tags=["exercise"]
def spread_state(state, batch_size):
    """Return (batch_size, hidden) with the state (hidden,) in every row."""
    raise NotImplementedError("the batch axis comes first")


# %%
check(chapter02.spread_state, spread_state)

# %% [markdown]
# ## Summary
#
# - A `State` is a box for an array; `jit`, `for_loop` and `grad` know about the boxes.
# - A recurrent cell is one equation. Its initial state can be a parameter.
# - The network has 10,401 parameters, as the table above shows, and knows nothing yet.
# - Make states outside compiled functions, reset them inside.
#
# **Recall.** What would go wrong if a compiled function kept its state in a plain Python
# variable? Why may the readout be applied after the loop, and the cell not? Which row of $W$
# belongs to the input?
#
# ## References
#
# - Elman J. L. (1990). Finding structure in time. *Cognitive Science* 14.
#   <https://doi.org/10.1207/s15516709cog1402_1>
# - Glorot X., Bengio Y. (2010). Understanding the difficulty of training deep feedforward
#   neural networks. *AISTATS*, PMLR 9:249-256.
