"""Mistakes for the claims that no other network can make fail.

A claim about data, a formula or a program holds for any network. It must fail where the
chapter itself is wrong, so here a cell's text is changed: a wrong axis, a forgotten factor, a
program that does something else. The chapter goes on from the right cell.
"""

from typing import Any, NamedTuple

from integrator_lib.networks import leaky_integrator
from integrator_lib.shipped import load_trained


class Mistake(NamedTuple):
    """A wrong text in place of a right one, in the cells that hold it.

    Attributes:
        said: What it is, for the table.
        right: A part of a cell with an assertion.
        wrong: What stands there instead.
    """

    said: str
    right: str
    wrong: str


NAMES: dict[str, Any] = {
    "load_trained": load_trained,
    "leaky_integrator": leaky_integrator,
}
"""What a wrong text may use beside the chapter's own names."""

MISTAKES: dict[str, tuple[Mistake, ...]] = {
    "01": (Mistake("a duration that dt divides", "0.3 / 0.1", "0.4 / 0.1"),),
    "02": (
        Mistake("not compiled", "@jax.jit\n", ""),
        Mistake("overwritten", "counter.value + amount", "amount"),
        Mistake("not set back", "counter.value = jnp.zeros(())", "pass"),
        Mistake("another slope", "jnp.array(0.5)", "jnp.array(0.6)"),
        Mistake("He's formula", "2 / (rows + columns)", "2 / rows"),
        Mistake("tanh", 'activation="relu"', 'activation="tanh"'),
        Mistake("both start at 0", "(0.0, 0.01)", "(0.0, 0.0)"),
        Mistake("no initial state", "100 + 100 + 100 + 1", "100 + 100 + 1"),
        Mistake("other inputs", "inputs, return_hidden", "-inputs, return_hidden"),
        Mistake("trained", "IntegratorRNN(seed=seed), task", 'load_trained("rnn", seed), task'),
    ),
    "03": (
        Mistake(
            "exchanged",
            "for runs in (results, good_results)]",
            "for runs in (good_results, results)]",
        ),
        Mistake(
            "mended networks", "mse[100:] for result in", "mse[100:] for result in good_results or"
        ),
        Mistake("the whole norm", "np.median(norms) / np.sqrt(10_401)", "np.median(norms)"),
        Mistake("mended networks", "loss[100:]) for r in", "loss[100:]) for r in good_results or"),
        Mistake("as published, twice", "relative_errors(good_results)", "relative_errors(results)"),
        Mistake(
            "turned round",
            'compare(name, errors, table["as published"]) for',
            'compare(name, table["as published"], errors) for',
        ),
        Mistake(
            "turned round",
            'compare(name, table[name], table["all at once"])',
            'compare(name, table["all at once"], table[name])',
        ),
        Mistake("inputs as they were", "task.scaled(0.1)", "task.scaled(1.0)"),
        Mistake("fresh trials", "fresh_trials=False)", "fresh_trials=True)"),
        Mistake("before training", "errors[-50:]", "errors[:50]"),
        Mistake("overwritten", "gradient += error", "gradient = error"),
        Mistake("never stepped", "schedule.step()", "pass"),
    ),
    "04": (
        Mistake(
            "means of 50", '"single": per_trial', '"single": per_trial.reshape(20, 50).mean(axis=1)'
        ),
        Mistake("half as wide", "z * standard_error", "z / 2 * standard_error"),
        Mistake(
            "trained", "IntegratorRNN(seed=seed), task).r", 'load_trained("rnn", seed), task).r'
        ),
    ),
    "05": (
        Mistake(
            "a trained network",
            "predict(two_units, long_inputs)",
            'predict(load_trained("rnn"), long_inputs)',
        ),
        Mistake(
            "a trained network",
            "predict(many_units, long_inputs)",
            'predict(load_trained("rnn"), long_inputs)',
        ),
        Mistake(
            "two units for positive sums",
            "predict(two_units, inputs, return_hidden",
            "predict(networks.wired([1, 1], np.ones((2, 2)) / 2, [1, 1]), inputs, return_hidden",
        ),
        Mistake("wired by hand", 'load_trained("rnn", seed)', "two_units"),
        Mistake("no offset", "jnp.full(2, 1e-3)", "jnp.zeros(2)"),
        Mistake("gain 1", "theory.best_gain(task, leak=0.1)", "1.0"),
        Mistake("a hundred times as long", "* stage.num_batches)", "* 100 * stage.num_batches)"),
    ),
    "06": (
        Mistake("one component", "of_family.variance_share[2:]", "of_family.variance_share[1:]"),
        Mistake("inputs a step late", "inputs[1:, 0]", "inputs[:-1, 0]"),
        Mistake(
            "negative sums missed",
            "np.sort(result.fixed @",
            "np.sort(result.fixed[result.fixed @ its_readout > 0] @",
        ),
        Mistake("a part from elsewhere", 'label, "line', '"http://elsewhere", "line'),
        Mistake("no feedback", "drift / (1 - end.mode.eigenvalue)", "drift"),
        Mistake("noise of one size", "share * typical * draw", "0.01 * typical * draw"),
        Mistake("tanh for ReLU", 'largest["ReLU"] <', 'largest["tanh"] <'),
    ),
    "07": (
        Mistake("shuffled", ".append(cosine(left,", ".append(cosine(rng.permutation(left),"),
        Mistake("during an input", "jnp.array(state), 0.0", "jnp.array(state), 1.0"),
        Mistake("two pulses", "pulse[0, 1] = height", "pulse[:2, 1] = height"),
        Mistake("wired at random", "for name in kinds])", 'for name in ["random family"] * 2])'),
        Mistake("the mode is left in", "- end.mode.eigenvalue *", "- 0 *"),
        Mistake("no half", "eigenvalue[:-1] - 2) / 2)", "eigenvalue[:-1] - 2))"),
        Mistake("right for left", 'alone = cut["left vectors"]', 'alone = cut["right vectors"]'),
        Mistake("shared noise averaged", "abs(g.sum())", "abs(g.mean())"),
        Mistake("not retuned", 'change, retuned": retuned', 'change, retuned": cut_off'),
    ),
    "08": (
        Mistake(
            "twice the noise", "1e-4 * rng.standard_normal((1", "2e-4 * rng.standard_normal((1"
        ),
        Mistake("all units but one", "np.arange(100) == unit", "np.arange(100) != unit"),
        Mistake(
            "transients of the other sign", "best_gain(lam, t, stage)", "best_gain(lam, -t, stage)"
        ),
        Mistake("the other sign", "0.5 + np.arcsin(cosine)", "0.5 - np.arcsin(cosine)"),
        Mistake("a readout too small", "scaled[0] *= 10", "scaled[0] *= 5"),
        Mistake("over all units", "/ np.sqrt(tuned.sum())", "/ 10"),
    ),
    "09": (
        Mistake("large sums twice", "size < 0.1", "size > 0.4"),
        Mistake("at one place", "np.ptp(excess)", "np.ptp(excess[:1])"),
        Mistake(
            "turned round", "before_offsets / errors(at_ends)", "errors(at_ends) / before_offsets"
        ),
        Mistake("trained", "balanced(IntegratorRNN(seed=seed))", "patients[0]"),
        Mistake("no input weights", "np.sum(gradient * change)", "np.sum((gradient * change)[1:])"),
        Mistake("each other's trials", "in (never, ~never)]", "in (~never, never)]"),
        Mistake(
            "not mended",
            "[robustness.repair_line(p, short, reach) for p in with_offsets]",
            "with_offsets",
        ),
    ),
    "10": (
        Mistake(
            "labels of the other side", '100 * np.asarray(trial["', '-100 * np.asarray(trial["'
        ),
        Mistake("this course's scales", "criterion_accuracy(original", "criterion_accuracy(task"),
        Mistake("with overshoot", "SIGMA, BOUND, overshoot=False", "SIGMA, BOUND"),
        Mistake("no overshoot", "bounded_steps(drift_rate, SIGMA, bound)\n", "raw\n"),
        Mistake(
            "small steps",
            "solve_bound(DRIFT_RATE, SIGMA, bound)[1]",
            "bounded_steps(DRIFT_RATE, SIGMA, bound, overshoot=False)",
        ),
        Mistake("the quarter not moved", "(steps - 0.25) / (delay + 0.25)", "steps / delay"),
        Mistake(
            "an easier task", "best_flat_bound(drift_std=0.05", "best_flat_bound(drift_std=0.1"
        ),
        Mistake("a higher bound", "neutral), 0.15)", "neutral), 0.5)"),
        Mistake("no leak", '*kernels["leak 0.05"][:1]', '*kernels["network"][:1]'),
        Mistake("twice the spread", "SIGMA, TAU)", "SIGMA, 2 * TAU)"),
        Mistake("each other's times", "monkey in MONKEYS]", "monkey in MONKEYS[::-1]]"),
        Mistake("errors as fast", "m.error_seconds - m.correct", "m.correct_seconds - m.correct"),
        Mistake(
            "twice the noise",
            "abs(recovered - unit_noise * kept)",
            "abs(recovered - 2 * unit_noise * kept)",
        ),
    ),
    "11": (
        Mistake("the first step", "positions, truth)[-1]", "positions, truth)[0]"),
        Mistake(
            "a tenth of the noise", "displacements, 0.005, 0.0)", "displacements, 0.0005, 0.0)"
        ),
        Mistake("twice the noise", "0.005 * np.random", "0.01 * np.random"),
        Mistake(
            "less noise", "mean_progress(1000, turn_noise", "mean_progress(1000, 0.8 * turn_noise"
        ),
        Mistake("less noise", "lateral_std(1000, turn_noise", "lateral_std(1000, 0.8 * turn_noise"),
        Mistake("turns too small", "1j * turn) * (1 - leak)", "0.97j * turn) * (1 - leak)"),
        Mistake("the same size", 'in ("two, 100", "two, 200")', 'in ("one input, 100 units",)'),
        Mistake("no silence", "np.zeros((500, 72, 2))", "np.zeros((0, 72, 2))"),
        Mistake(
            "a leak",
            "integrate_path(exact_integrator(), displacements)",
            "integrate_path(leaky_integrator(1e-5), displacements)",
        ),
        Mistake(
            "another network's numbers", "np.log(found / said)", "np.log(found / np.roll(said, 1))"
        ),
        Mistake(
            "a larger leak", "law = closing_error(moves, 2e-4)", "law = closing_error(moves, 3e-4)"
        ),
        Mistake(
            "a tenth too large",
            "(said @ measured) / (said @ said)",
            "1.1 * (said @ measured) / (said @ said)",
        ),
        Mistake(
            "more noise",
            "random_walk_std(1000, 0.005, leak)[steps - 1] - 1",
            "random_walk_std(1000, 0.006, leak)[steps - 1] - 1",
        ),
        Mistake(
            "another network",
            'lost["trained on 25 steps"][-1] - 1',
            'lost["trained on 25 and 100 steps"][-1] - 1',
        ),
    ),
    "12": (
        Mistake(
            "another network's",
            "assert np.abs(found / said",
            "assert np.abs(found / np.roll(said, 1)",
        ),
        Mistake(
            "the period before",
            "np.abs(response / values - 1)",
            "np.abs(response / np.roll(values, 1) - 1)",
        ),
        Mistake("simple returns", "log_returns(apple.values)", "simple_returns(apple.values)"),
        Mistake("five terms", "gap(r, 6) - true_gap", "gap(r, 5) - true_gap"),
        Mistake(
            "another leak",
            "first_order_response(periods, 0.99)",
            "first_order_response(periods, 0.98)",
        ),
        Mistake(
            "rectangles",
            "quadrature_inputs(f, 2.0, n, rule)",
            'quadrature_inputs(f, 2.0, n, "rectangle")',
        ),
        Mistake("a leak", "leaky_integrator(0.0, gain=3.0)", "leaky_integrator(0.01, gain=3.0)"),
        Mistake("another grid", "found[-1] / said[-1]", "found[-1] / said[0]"),
    ),
    "13": (
        Mistake("at the edge", "for *_, rate in CELL_RECIPES.values())", "for rate in rates)"),
        Mistake(
            "25 steps twice", '"error at 250", median_interval', '"error at 25", mean_interval'
        ),
        Mistake(
            "no schedule", "INGREDIENTS.conditions[name]", 'INGREDIENTS.conditions["no schedule"]'
        ),
        Mistake(
            "not all alike", "median_interval(np.ones(n))", "median_interval(np.arange(n) - 0.5)"
        ),
        Mistake("not corrected", "holm(p).min()", "p.min()"),
        Mistake("eleven of twelve", "in (0, 12)", "in (0, 11, 12)"),
        Mistake("the worst", "min(at_25, key", "max(at_25, key"),
        Mistake(
            "clipping for the schedule",
            'items() if "no schedule" in name]',
            'items() if "no clipping" in name]',
        ),
        Mistake("errors for spikes", 'spikes, "spikes")', 'spikes, "error at 25")'),
        Mistake("one outcome", "beyond, outcome)", 'beyond, "error at 250")'),
        Mistake(
            "levels exchanged",
            '("cosine", -1), ("no schedule", 1)',
            '("cosine", 1), ("no schedule", -1)',
        ),
        Mistake("the leading one", '.of("second eigenvalue")', ".leading.max(axis=1)"),
        Mistake("half of it", '["identity"].diverged_at', '["identity x0.5"].diverged_at'),
    ),
    "14": (
        Mistake(
            "exchanged",
            'table["recipe"].operations / table["least_squares"].operations',
            'table["least_squares"].operations / table["recipe"].operations',
        ),
        Mistake("not compiled", "@jax.jit\ndef mean_square", "def mean_square"),
        Mistake(
            "another program",
            "jax.jit(run).lower(values, on_devices)",
            "on_parts.lower(values, inputs, targets)",
        ),
        Mistake("a large batch", "batch=32, hidden", "batch=32_000, hidden"),
        Mistake("other targets", "readout - y[..., 0])[...", "readout + y[..., 0])[..."),
        Mistake("one round a step", "(5 + 4 * rounds)", "(5 + 4 * 1000)"),
        Mistake("the other entry", 'entries["least_squares"].reached', 'entries["recipe"].reached'),
        Mistake(
            "backwards", "for_loop(model.update, inputs)", "for_loop(model.update, inputs[::-1])"
        ),
        Mistake(
            "other inputs",
            "expected = predict(model, inputs)",
            "expected = predict(model, -inputs)",
        ),
        Mistake("another number", "(2, 3, 2):", "(2, 3, 4):"),
        Mistake("one way back", "3 * 2 * T * N", "2 * 2 * T * N"),
        Mistake(
            "forward is all",
            "count_arithmetic(run, values, batch[0])",
            "count_arithmetic(jax.grad(loss), values, *batch)",
        ),
        Mistake(
            "other trials",
            "loss(values, *batch), rtol",
            "loss(values, *task.sample(N, seed=9)), rtol",
        ),
        Mistake("tanh", "jax.nn.relu, values", "jnp.tanh, values"),
        Mistake("other trials", ", gradient(values, *trials))", ", gradient(values, *batch))"),
        Mistake(
            "other networks", "= in_turn(stacked)", "= in_turn(jax.tree.map(jnp.negative, stacked))"
        ),
        Mistake("another seed", "recipe, seed=2", "recipe, seed=3"),
        Mistake("a sum over devices", "jax.lax.pmean", "jax.lax.psum"),
        Mistake("other seeds", "num_devices=number", "seed=number"),
        Mistake("few batches", "num_batches=600", "num_batches=60"),
    ),
    "15": (
        Mistake("pushed twice", "np.full((25, 1, 1), 1 / 25)", "np.full((25, 1, 1), 2 / 25)"),
        Mistake("beside the rungs", "lift(ladder.", "lift(0.9 * ladder."),
        Mistake("seven will do", "if left[name] == len(sums)]", "if left[name] >= 7]"),
        Mistake("large sums", "np.abs(sums) < 0.3", "np.abs(sums) > 0.3"),
        Mistake("in any order", "np.diff(in_silence[name][-1]) > 0", "in_silence[name][-1] < 9"),
        Mistake("at the kink", "np.array([8, 12])", "np.array([6, 12])"),
        Mistake("no input", "np.full((200, 1, 1), 0.05)", "np.zeros((200, 1, 1))"),
        Mistake("at the kink", "zoo.PROBE", "0.0"),
        Mistake("25 steps", "zoo.long_error(each.model)", "evaluate(each.model).relative_mse"),
        Mistake("noise left out", "zoo.noise_error(each.model, task, zoo.NOISE)", "0.0"),
        Mistake("few searches", "count=1024", "count=10"),
    ),
}
