"""What the playground computes, against Python."""

import base64
import itertools
import json
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from integrator_lib import IntegratorRNN, IntegratorTask, load_trained, predict, theory
from integrator_lib.course import playground
from integrator_lib.dynamics import linearise_ends
from integrator_lib.networks import exact_integrator, leaky_integrator
from integrator_lib.robustness import predicted_mse

STEPS = 1000
START = {"units": 16, "seed": 1, "rate": 0.01, "clip": 1, "l2": 0, "length": 25}
"""Where the controls of the tab Train stand at first."""


@pytest.mark.parametrize(
    ("names", "body"), [(playground.SCRIPTS, "body"), (playground.MINIATURE, "miniature")]
)
def test_the_script_is_small_and_asks_for_nothing(names, body):
    script = playground.script(names)
    assert len(script.encode()) <= 60_000
    assert not re.search(r"https?:|fetch\(|XMLHttp|import |eval\(|//", script)
    assert not re.search(r"src=|url\(|@import|https?:", playground.body(body) + playground.style())


def test_the_page_holds_every_digit_of_the_shipped_weights():
    text = playground.weights().removeprefix("window.playgroundWeights = ").rstrip(";\n")
    stored = json.loads(text)
    assert set(stored) == {"rnn 0", "rnn_short 0", "gru 0", "tanh 0"}
    for name, arrays in stored.items():
        shipped = {
            leaf.tobytes()
            for leaf in map(np.asarray, jax.tree.leaves(load_trained(name.split()[0], 0).values()))
            if leaf.ndim == 2
        }
        found = {base64.b64decode(arrays[key]) for key in arrays if key != "kind"}
        assert found == shipped


def test_a_network_with_offsets_is_refused(monkeypatch):
    model = IntegratorRNN(hidden_size=4)
    model.rnn.b.value = jnp.ones(4)
    monkeypatch.setattr(playground, "load_trained", lambda kind, seed: model)
    with pytest.raises(ValueError, match=r"rnn\.b.* must be 0"):
        playground.weights()


def test_a_notebook_shows_the_page_that_it_writes(tmp_path):
    frame = playground.show_playground(tmp_path)
    file = tmp_path / "playground.html"
    assert file.read_text(encoding="utf-8") == playground.page()
    assert file.as_posix() in frame._repr_html_()
    assert list(tmp_path.iterdir()) == [file]


def long_trial():
    return np.asarray(IntegratorTask().sample(1, seed=2, num_steps=STEPS)[0])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "model"),
    [
        *[(f"{kind} 0", load_trained(kind, 0)) for kind in ("rnn", "rnn_short", "gru", "tanh")],
        ("hand-wired", exact_integrator()),
        ("leaky", leaky_integrator(leak=0.02)),
    ],
)
def test_outputs_are_those_of_python(open_page, name, model):
    inputs = long_trial()
    expected = np.asarray(predict(model, inputs))[:, 0, 0]
    page = open_page()
    assert name in page.evaluate("playground.networks")
    call = "([name, inputs]) => playground.run(name, inputs)"
    found = page.evaluate(call, [name, inputs[:, 0, 0].astype(float).tolist()])
    # Python rounds to float32 in each of 1000 steps; weights of 16 bits would be off by 2e-3.
    tolerance = 1e-4 * max(1, np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.browser
def test_unknown_networks_and_bad_inputs_are_refused(open_page):
    page = open_page()
    for call, message in (
        ("playground.run('rnn 9', [0])", "network must be one of rnn 0, .* got rnn 9"),
        ("playground.run('toString', [0])", "network must be one of"),
        ("playground.run('rnn 0', [0, NaN])", "inputs must be finite"),
    ):
        with pytest.raises(Exception, match=message):
            page.evaluate(call)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["rnn", "rnn_short"])
def test_halves_and_formula_are_those_of_the_library(open_page, kind):
    task = IntegratorTask(num_steps=STEPS)
    ends = linearise_ends(load_trained(kind, 0), IntegratorTask().sample(64, seed=0)[0])
    page = open_page()
    found = np.array(page.evaluate("(name) => playground.halves(name)", f"{kind} 0"))
    expected = [[end.mode.eigenvalue, end.gain] for end in ends]
    # The library linearises in float32 at a state that its trial has reached.
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6)
    predicted = page.evaluate("(name) => playground.predict(name, 1000)", f"{kind} 0")[-1]
    wanted = predicted_mse(task, ends) / theory.mean_squared_target(task)
    np.testing.assert_allclose(predicted, wanted, rtol=0.3 if kind == "rnn" else 0.1)


@pytest.mark.browser
def test_the_repair_puts_eigenvalues_and_gains_at_one(open_page):
    page = open_page()
    np.testing.assert_allclose(page.evaluate("playground.halves('repaired')"), 1, atol=1e-9)
    inputs = long_trial()[:, 0, 0].astype(float)
    errors = {}
    for name in ("rnn_short 0", "repaired"):
        found = page.evaluate("([n, x]) => playground.run(n, x)", [name, inputs.tolist()])
        errors[name] = np.mean((found - np.cumsum(inputs)) ** 2)
    assert errors["repaired"] < errors["rnn_short 0"] / 100


# ---------------------------------------------------------------- training, again in Python


def uniform(seed):
    """The page's generator, mulberry32, on whole numbers modulo 2**32."""
    state, size = seed, 2**32
    while True:
        state = (state + 0x6D2B79F5) % size
        t = (state ^ state >> 15) * (state | 1) % size
        t = (t ^ (t + (t ^ t >> 7) * (t | 61))) % size
        yield (t ^ t >> 14) / size


def normal(seed):
    draws = uniform(seed)
    for first, second in zip(draws, draws, strict=False):
        radius, angle = np.sqrt(-2 * np.log(1 - first)), 2 * np.pi * second
        yield radius * np.cos(angle)
        yield radius * np.sin(angle)


def take(draws, *shape):
    return np.fromiter(itertools.islice(draws, int(np.prod(shape))), float).reshape(shape)


def loss(weights, inputs, l2):
    """Mean squared error plus penalty; its gradient is left to JAX."""
    W, out = weights
    h = jnp.zeros((inputs.shape[1], len(out)))
    outputs = []
    for x in inputs:
        h = jax.nn.relu(jnp.concatenate([x[:, None], h], axis=1) @ W)
        outputs.append(h @ out)
    error = jnp.mean((jnp.stack(outputs) - jnp.cumsum(inputs, axis=0)) ** 2)
    return error + l2 * (jnp.sum(W**2) + jnp.sum(out**2))


def port(options, steps, budget=1500, trials=16):
    """Train as the page does, with the same random numbers."""
    size, draws = options["units"], normal(options["seed"])
    weights = [
        np.sqrt(2 / (2 * size + 1)) * take(draws, size + 1, size),
        np.sqrt(2 / (size + 1)) * take(draws, size),
    ]
    means, squares = ([np.zeros_like(w) for w in weights] for _ in range(2))
    gradient = jax.jit(jax.value_and_grad(loss))
    losses = []
    for step in range(steps):
        each = []
        for _ in range(trials):
            bias = 2 * 0.025 * (next(draws) - 0.5)
            each.append(bias + 0.05 * take(draws, options["length"]))
        value, gradients = gradient(weights, np.stack(each, axis=1), options["l2"])
        losses.append(float(value))
        norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
        scale = min(1, options["clip"] / norm) if options["clip"] else 1
        rate = options["rate"] * (1 + np.cos(np.pi * step / budget)) / 2
        for w, m, s, g in zip(weights, means, squares, gradients, strict=True):
            m += 0.1 * (scale * np.asarray(g) - m)
            s += 0.05 * (np.square(scale * np.asarray(g)) - s)
            w -= rate * m / (1 - 0.9 ** (step + 1)) / (np.sqrt(s / (1 - 0.95 ** (step + 1))) + 1e-8)
    return weights, losses


@pytest.mark.browser
@pytest.mark.parametrize(
    "changed",
    [{}, {"units": 32, "seed": 7}, {"clip": 0, "rate": 0.03, "l2": 1e-3, "length": 10}],
)
def test_training_is_that_of_a_port_with_the_same_generator(open_page, changed):
    options = START | changed
    with jax.enable_x64(True):
        (W, out), losses = port(options, steps=20)
    found = open_page().evaluate("(options) => playground.train(options, 20)", options)
    np.testing.assert_allclose(found["losses"], losses, rtol=1e-4)
    np.testing.assert_allclose(found["W"], W.ravel(), rtol=0, atol=1e-4)
    np.testing.assert_allclose(found["out"], out, rtol=0, atol=1e-4)


@pytest.mark.browser
def test_sixteen_units_learn_within_the_steps_that_the_page_allows(open_page):
    page = open_page()
    for seed in (1, 2, 3):
        call = "(options) => playground.train(options, 1500).errors"
        errors = page.evaluate(call, START | {"seed": seed})
        reached = 10 * next(k for k, error in enumerate(errors, 1) if error < 1e-4)
        assert reached < 1500
        # It stays there: the rate has fallen to 0 by then.
        assert errors[-1] < 1e-4
