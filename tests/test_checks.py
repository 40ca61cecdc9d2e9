"""Exercises: stubs, solutions, and wrong answers written as students write them."""

import ast
import inspect
import re
import textwrap
from pathlib import Path

import brainstate
import jax.numpy as jnp
import jupytext
import numpy as np
import pytest

from integrator_lib import evaluate, load_trained
from integrator_lib.course.checks import Exercise, Mistake, _search, check, hint, progress
from integrator_lib.course.checks import _progress as record
from integrator_lib.course.checks._progress import chapters
from integrator_lib.course.checks._values import difference

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
EXERCISES = [exercise for _, exercises in chapters().values() for exercise in exercises]
BY_NAME = {exercise.name: exercise for exercise in EXERCISES}


def plain(exercise, answer):
    """Judge a function of the case, whatever the exercise asks for."""
    cases = exercise.draw(np.random.default_rng())
    return exercise.judge(cases, [answer(*case) for case in cases])


@pytest.fixture(params=EXERCISES, ids=lambda exercise: exercise.name)
def exercise(request):
    return request.param


def test_right_answer_passes_on_fresh_inputs(exercise):
    for right in (exercise.reference, *exercise.others):
        assert {plain(exercise, right).status for _ in range(5)} == {"passed"}


def test_stub_is_not_attempted(exercise):
    def stub(*_):
        raise NotImplementedError("write me")

    if exercise.use is Exercise.use:
        assert str(check(exercise, stub)) == f"{exercise.name}: not attempted"


def test_every_catalogued_mistake_is_named(exercise):
    assert exercise.mistakes or exercise.max_mse
    for mistake in exercise.mistakes:
        for _ in range(3):
            cases = exercise.draw(np.random.default_rng())
            verdict = exercise.judge(cases, [mistake.answer(*case) for case in cases])
            assert mistake.looks_like in verdict.message


def test_an_uncatalogued_wrong_answer_is_not_passed(exercise):
    verdict = plain(exercise, lambda *arguments: 12345.678)
    assert verdict.status == "not yet" and "It looks as if" not in verdict.message


def test_a_reference_is_a_plain_function_with_the_notebooks_argument_names(exercise):
    tree = ast.parse(textwrap.dedent(inspect.getsource(exercise.reference))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    if exercise.use is not Exercise.use:
        return
    (number,) = (n for n, (_, exercises) in chapters().items() if exercise in exercises)
    for path in NOTEBOOKS.glob(f"{number}_*.py"):
        stubs = [
            node
            for cell in jupytext.read(path).cells
            if "exercise" in cell.metadata.get("tags", [])
            for node in ast.parse(cell.source).body
            if getattr(node, "name", "") == exercise.name
        ]
        for stub in stubs:
            names = [a.arg for a in stub.args.args]
            assert names == list(inspect.signature(exercise.reference).parameters)


def test_hints_climb_from_a_nudge_to_a_section_of_the_chapter_to_the_form(exercise):
    assert len(exercise.hints) == 3
    (number,) = (n for n, (_, exercises) in chapters().items() if exercise in exercises)
    for path in NOTEBOOKS.glob(f"{number}_*.py"):
        headings = re.findall(r"^# #+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert exercise.hints[1] in headings
    said = [hint(exercise) for _ in range(4)]
    assert [h.number for h in said] == [1, 2, 3, 3]
    assert str(said[1]) == f"Hint 2 of 3. Read again: {exercise.hints[1]}"
    assert "Read again" in said[1]._repr_html_()


def test_an_exercise_without_hints_says_so():
    with pytest.raises(ValueError, match="must have hints, double has none"):
        hint(DOUBLE)


def doubled(x):
    return 2 * x


DOUBLE = Exercise(
    name="double",
    reference=doubled,
    draw=lambda rng: [(rng.uniform(1, 2, n),) for n in (9, 3)],
    mistakes=(Mistake("it is tripled", lambda x: 3 * x),),
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: None, "returned None"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (lambda x: "sum", "returned str"),
        (lambda x: [str(n) for n in x], "returned str"),
        (lambda x: x * np.nan, "NaN"),
        (lambda x: 2 * x + 0j, "real numbers"),
        (lambda x: jnp.array(1j), "real numbers"),
        (lambda x: (x, x[1:]), "It should return one array, it returned a tuple of 2."),
        (lambda x: (x, x), "It returned a tuple of 2; return one array of shape (9,)."),
        (lambda x: list(x)[:-1], "It returned a list of 8; return one array of shape (9,)."),
        (lambda x: {"a": x}, "it returned a dictionary"),
        (lambda x: 2 * x[:, None], "should have shape (9,), it has shape (9, 1)"),
        (lambda x: 2 * x + np.sin(40 * x), "the worst number is off by"),
        (lambda x: 7 * x, "It looks as if a number in the formula is not the right one."),
        (lambda x: exec("raise SystemExit"), "SystemExit"),
        (lambda x: np.ones(3) @ np.ones(2), "It stopped with ValueError"),
    ],
)
def test_each_kind_of_failure_is_told(answer, words):
    verdict = check(DOUBLE, answer)
    assert verdict.status == "not yet" and words in verdict.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: list(2 * x),
        lambda x: tuple(2 * x),
        lambda x: [jnp.asarray(2 * n) for n in x],
        lambda x: np.float32(2 * x),
        lambda x: jnp.asarray(x) * 2,
    ],
)
def test_lists_and_other_kinds_of_numbers_pass(answer):
    assert check(DOUBLE, answer).status == "passed"


def test_two_numbers_may_come_as_a_tuple_a_list_or_an_array_but_not_as_one():
    errors = BY_NAME["mse_interval"]
    for kind in (tuple, list, np.array):
        assert check(errors, lambda e: kind(errors.reference(e))).status == "passed"  # noqa: B023
    message = check(errors, lambda e: errors.reference(e)[0]).message
    assert "2 numbers or arrays" in message or "It looks as if" in message


def test_a_dictionary_must_have_the_right_keys():
    clip = BY_NAME["clip_by_norm"]
    listed = check(clip, lambda g, m: list(clip.reference(g, m).values()))
    assert "should return a dictionary" in listed.message
    renamed = check(clip, lambda g, m: dict(enumerate(clip.reference(g, m).values())))
    assert "should have the keys W, b; it has 0, 1" in renamed.message


def test_the_smallest_failed_case_is_shown():
    verdict = check(DOUBLE, lambda x: x + 1, seed=1)
    lines = verdict.example.splitlines()
    assert [line.split()[0] for line in lines] == ["inputs:", "expected:", "got:"]
    x = DOUBLE.draw(np.random.default_rng(1))[1][0]
    assert f"x = [{x[0]:.4g}, " in lines[0] and f"[{2 * x[0]:.4g}, " in lines[1]
    assert str(verdict).endswith(verdict.example) and "<pre>" in verdict._repr_html_()
    large = check(BY_NAME["running_sum"], lambda inputs: 0 * inputs)
    assert "expected: " in large.example


def test_changing_the_input_is_told_even_where_the_numbers_are_right(exercise):
    cases = exercise.draw(np.random.default_rng())
    results = [exercise.reference(*case) for case in cases]
    spoilt = [
        tuple(a * 2 if isinstance(a, np.ndarray) and a.any() else a for a in case) for case in cases
    ]
    verdict = exercise.judge(cases, results, spoilt)
    if any(isinstance(a, np.ndarray) for case in cases for a in case):
        assert "changes its input" in verdict.message
    assert exercise.judge(cases, results, cases).status == "passed"


def test_a_running_sum_in_place_is_told_and_the_inputs_are_copies():
    def in_place(inputs):
        for t in range(1, len(inputs)):
            inputs[t] += inputs[t - 1]
        return inputs

    verdict = check(BY_NAME["running_sum"], in_place)
    assert verdict.message.startswith("It looks as if your function changes its input")


def test_a_function_that_is_not_written_yet_is_told_from_the_answer():
    def first_step(*arguments):
        raise NotImplementedError("write me")

    message = check(DOUBLE, lambda x: first_step(x)).message
    assert message == "It calls first_step, which is not written yet."


def test_a_check_leaves_random_states_and_settings_as_they_were():
    def careless(x):
        np.random.seed(0)  # noqa: NPY002
        np.seterr(all="raise")
        brainstate.random.seed(0)
        return 2 * x

    before = np.random.get_state()[1].copy()  # noqa: NPY002
    key, settings = brainstate.random.DEFAULT.value, np.geterr()
    assert check(DOUBLE, careless).status == "passed"
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert (brainstate.random.DEFAULT.value == key).all() and np.geterr() == settings


class Leaky(brainstate.nn.Module):
    def __init__(self, kept):
        super().__init__()
        self.kept, self.h = kept, brainstate.HiddenState(jnp.zeros(2))

    def update(self, x):
        self.h.value = self.kept * self.h.value + x
        return self.h.value


def leaky_states(inputs, kept):
    h = np.zeros(2)
    states = []
    for x in inputs:
        h = kept * h + x
        states.append(h)
    return np.stack(states)


def run_cell(answer, inputs, kept):
    cell = answer(kept)
    return brainstate.transform.for_loop(cell.update, jnp.asarray(inputs))


LEAKY_CELL = Exercise(
    name="Leaky",
    reference=leaky_states,
    draw=lambda rng: [(rng.standard_normal((n, 2)), rng.uniform(0.5, 0.9)) for n in (6, 2)],
    mistakes=(Mistake("nothing leaks", lambda inputs, kept: np.cumsum(inputs, axis=0)),),
    use=run_cell,
)


def test_a_brainstate_module_is_judged_by_the_states_it_goes_through():
    class Unwritten(Leaky):
        def update(self, x):
            raise NotImplementedError("the state leaks, then the input is added")

    class KeepsAll(Leaky):
        def update(self, x):
            self.h.value = self.h.value + x
            return self.h.value

    class LeaksTheInput(Leaky):
        def update(self, x):
            self.h.value = self.kept * (self.h.value + x)
            return self.h.value

    assert check(LEAKY_CELL, Leaky).status == "passed"
    assert check(LEAKY_CELL, Unwritten).status == "not attempted"
    assert "nothing leaks" in check(LEAKY_CELL, KeepsAll).message
    assert "wrong order" in check(LEAKY_CELL, LeaksTheInput).message


def test_a_trained_network_is_judged_by_its_mean_squared_error():
    recall = Exercise(
        name="recall",
        reference=doubled,
        draw=lambda rng: [(rng.standard_normal((50, 8)),)],
        mistakes=(Mistake("it is tripled", lambda x: 3 * x),),
        max_mse=0.01,
    )
    assert "it is tripled" in check(recall, lambda x: 3 * x + 0.05).message
    assert check(recall, lambda x: 2 * x + 0.09).status == "passed"
    message = check(recall, lambda x: 2 * x + 0.11).message
    assert message == "The mean squared error is 0.012; it should be at most 0.01."


def three_squares():
    return np.array([1.0, 4.0, 9.0])


SHEET = Exercise(
    name="sheet",
    reference=three_squares,
    draw=lambda rng: [()],
    mistakes=(Mistake("they are not squared", lambda: np.array([1.0, 2.0, 3.0])),),
    tolerance=0.01,
    by_entry=True,
)


@pytest.mark.parametrize(
    ("answer", "points", "words"),
    [
        ([1, 4.03, 8.95], 1, ""),
        ([1, 4.05, 8.95], 2 / 3, "2 of 3 are right."),
        ([np.nan, np.nan, 9], 1 / 3, "1 of 3 are right."),
        ([1, 2, 3], 1 / 3, "1 of 3 are right. It looks as if they are not squared."),
        ([1, 4], 0, "should have shape (3,)"),
        (["1", "4", "9"], 0, "should return numbers"),
    ],
)
def test_an_exam_is_judged_entry_by_entry_and_does_not_say_which(answer, points, words):
    verdict = check(SHEET, lambda: np.array(answer))
    assert verdict.points == pytest.approx(points)
    assert (verdict.status == "passed") == (points == 1)
    assert words in verdict.message and not verdict.example


def test_an_exam_that_stops_earns_nothing():
    verdict = check(SHEET, lambda: 1 / 0)
    assert verdict.points == 0 and "It stopped with ZeroDivisionError" in verdict.message


def test_what_is_not_passed_as_a_whole_earns_nothing():
    assert check(DOUBLE, doubled).points == 1
    assert check(DOUBLE, lambda x: x).points == 0


def test_progress_counts_and_is_kept_only_where_a_record_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(record, "_session", {})
    (number, (title, exercises)) = next(iter(chapters().items()))
    first, second = exercises[:2]
    check(first, first.reference)
    assert not list(tmp_path.iterdir())
    assert progress(number).passed == 1
    progress(keep=True)
    check(second, lambda *_: 12345.678)
    check(first, lambda *_: 12345.678)
    monkeypatch.setattr(record, "_session", {})  # a new kernel
    shown = progress(number)
    assert shown.chapters == {
        f"{number} {title}": {first.name: "passed", second.name: "not yet"}
        | {e.name: "" for e in exercises[2:]}
    }
    text = str(shown)
    assert text.startswith(f"1 of {len(exercises)} exercises passed") and f"✓ {first.name}" in text
    assert f"✗ {second.name}" in shown._repr_html_()
    assert progress().total == len(EXERCISES)
    (tmp_path / "progress.json").write_text("{broken")
    assert progress().passed == 0
    with pytest.raises(ValueError, match="chapter must be one of"):
        progress("99")


# Mistakes as a student would type them, apart from the catalogue's own code.
def sum_over_trials(inputs):
    return inputs.cumsum(1)


def exclusive_sum(inputs):
    out = np.zeros_like(inputs)
    for t in range(1, len(inputs)):
        out[t] = out[t - 1] + inputs[t - 1]
    return out


def total_only(inputs):
    return sum(inputs)


def state_first(x, h, W, b):
    return np.where((z := np.hstack([h, x]) @ W + b) > 0, z, 0)


def no_relu(x, h, W, b):
    return x @ W[: x.shape[1]] + h @ W[x.shape[1] :] + b


def forgets_bias(x, h, W, b):
    return (np.hstack([x, h]) @ W).clip(0)


def constant_rate(initial, decay, step):
    return initial


def linear_rate(initial, decay, step):
    return initial - initial * (1 - decay) * step


def late_rate(initial, decay, step):
    rate = initial
    for _ in range(step - 1):
        rate *= decay
    return rate


def plain_mse(outputs, targets):
    return ((outputs - targets) ** 2).mean()


def over_variance(outputs, targets):
    return ((outputs - targets) ** 2).mean() / targets.var()


def rooted(outputs, targets):
    return (((outputs - targets) ** 2).mean() / (targets**2).mean()) ** 0.5


def distinct_shapes(arrays):
    return len({x.shape for x in arrays})


def compiles_on_change(arrays):
    count, last = 0, None
    for x in arrays:
        count += (x.shape, x.dtype) != last
        last = x.shape, x.dtype
    return count


def forward_launches_only(hidden_size, peak, launch_seconds, launches):
    return launches * launch_seconds * peak / (2 * hidden_size * (hidden_size + 1))


def unweighted_mean(gradients, num_trials):
    return np.mean(gradients, axis=0)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("running_sum", sum_over_trials, "over trials"),
        ("running_sum", exclusive_sum, "current input is left out"),
        ("running_sum", total_only, "total at the end"),
        ("rnn_step", state_first, "state comes before the input"),
        ("rnn_step", no_relu, "activation is missing"),
        ("rnn_step", forgets_bias, "bias is missing"),
        ("decayed_rate", constant_rate, "never changes"),
        ("decayed_rate", linear_rate, "linearly"),
        ("decayed_rate", late_rate, "one step late"),
        ("relative_mse", plain_mse, "not yet relative"),
        ("relative_mse", over_variance, "variance"),
        ("relative_mse", rooted, "root"),
        ("compilations", distinct_shapes, "only shapes count"),
        ("compilations", compiles_on_change, "last program"),
        ("break_even_batch", forward_launches_only, "forward pass"),
        ("combine_gradients", unweighted_mean, "count alike"),
    ],
)
def test_a_students_own_wrong_code_is_named(name, answer, words):
    if name not in BY_NAME:
        pytest.skip(f"{name} is no exercise now")
    assert words in check(BY_NAME[name], answer).message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: np.sum(x, axis=10), "an axis is named that the array does not have"),
        (lambda x: x @ np.ones(99), "two things are multiplied as matrices"),
        (lambda x: x + np.ones(99), "two arrays are combined whose shapes do not fit"),
        (lambda x: [x[99]], "an index is asked for that is not there"),
        (lambda x: 2 * (n for n in x), "a generator is used like a number"),
        (lambda x: undefined * x, "a name is used that has no value yet"),  # noqa: F821
        (lambda x: jnp.asarray(x).at[0].set(1, 2, 3), "a function gets too few arguments"),
        (lambda x: x / (1 if x > 0 else 2), "an array stands where one true or false is needed"),
    ],
)
def test_an_error_is_told_in_words(answer, words):
    message = check(DOUBLE, answer).message
    assert message.startswith("It stopped with ") and f"It looks as if {words}" in message


def penalty_of(choose):
    """Return an answer to loss_parts whose penalty takes the squares of what is chosen."""
    return lambda o, t, w, l2: (np.mean((o - t) ** 2), l2 * choose(w))


def matrices(weights):
    return [np.sum(a**2) for a in weights.values() if a.ndim == 2]


def on_the_line_only(x, h):
    total = np.where(h[:, :1] > 0, h[:, :1], -h[:, 1:]) + x
    return np.maximum(np.concatenate([total, -total], axis=-1), 0)


def grouped_by_readout(pattern, readout):
    result = pattern.copy()
    for group in (readout > 0, readout < 0):
        result[group] = pattern[group] / (pattern[group] @ readout[group])
    return result


def ridge(size):
    return lambda A, e: -A.T @ np.linalg.solve(A @ A.T + size * np.eye(len(A)), e)


# Wrong answers that passed before the cases were chosen against them.
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("loss_parts", penalty_of(lambda w: matrices(w)[-1])),
        ("loss_parts", penalty_of(lambda w: np.sum(next(iter(w.values())) ** 2))),
        ("loss_parts", penalty_of(lambda w: max(matrices(w)))),
        (
            "loss_parts",
            penalty_of(lambda w: sum(np.sum(w[k] ** 2) for k in w if k in ("W", "out"))),
        ),
        ("loss_parts", penalty_of(lambda w: sum(np.sum(a**2) for a in w.values() if a.ndim != 1))),
        ("r_squared", lambda o, t: max(0, 1 - np.mean((o - t) ** 2) / np.var(t))),
        ("r_squared", lambda o, t: abs(1 - np.mean((o - t) ** 2) / np.var(t))),
        ("r_squared", lambda o, t: np.clip(1 - np.mean((o - t) ** 2) / np.var(t), 0, 1)),
        ("rnn_step", lambda x, h, W, b: np.clip(np.hstack([x, h]) @ W + b, 0, 6)),
        ("decayed_rate", lambda initial, decay, step: str(initial * decay**step)),
        (
            "mse_interval",
            lambda e: (
                max(0, BY_NAME["mse_interval"].reference(e)[0]),
                BY_NAME["mse_interval"].reference(e)[1],
            ),
        ),
        ("two_unit_step", on_the_line_only),
        ("normalise", grouped_by_readout),
        (
            "normalise",
            lambda a, o: sum(np.where(g, a / abs(a[g] @ o[g]), 0) for g in (o > 0, o < 0)),
        ),
        ("pattern", lambda p, q, o: np.where(o > 0, p / abs(p @ o), -q / abs(q @ o))),
        ("time_constant", lambda v: -1 / np.log(v if np.isreal(v) else abs(v)).real),
        ("time_constant", lambda v: abs(1 / np.log(abs(v)))),
        ("eigenvalue_shift", lambda a, b, c: abs(a @ c @ b / (a @ b))),
        ("lasting_gain", lambda a, b, g, o: abs((o @ b) * (a @ g) / (a @ b))),
        ("smallest_change", ridge(1e-4)),
        ("smallest_change", ridge(1e-5)),
    ],
)
def test_what_passed_by_mistake_once_is_rejected(name, answer):
    exercise = BY_NAME[name]
    for seed in range(30):
        with np.errstate(all="ignore"):
            told = [
                difference(answer(*case), exercise.reference(*case), exercise.tolerance)
                for case in exercise.draw(np.random.default_rng(seed))
            ]
        assert any(told)


def test_a_ridge_and_the_wrong_groups_are_named():
    assert "a ridge is added" in check(BY_NAME["smallest_change"], ridge(1e-4)).message
    assert "readout's sign" in check(BY_NAME["normalise"], grouped_by_readout).message


def test_a_wide_tolerance_for_the_answer_is_none_for_a_diagnosis():
    predicted = BY_NAME["predicted_error"]
    near_its_root = 1.02 * predicted.reference() ** 0.5
    assert plain(predicted, lambda: near_its_root).message == "The result is off by 50 %."


def test_the_predicted_error_is_what_is_measured():
    model = load_trained("rnn_short", 5)
    measured = evaluate(model, num_trials=4096, num_steps=1000, seed=77).mse
    assert measured == pytest.approx(BY_NAME["predicted_error"].reference(), rel=0.1)


def test_a_rate_in_float32_passes_every_time():
    def in_float32(initial, decay, step):
        return jnp.asarray(initial) * jnp.asarray(decay) ** step

    rate = BY_NAME["decayed_rate"]
    assert {check(rate, in_float32, seed=seed).status for seed in range(100)} == {"passed"}


def test_a_slip_that_makes_a_loop_endless_stops():
    def filled(values):
        out = [values[0]]
        for value in out:
            out.append(value)
        return out

    tree, around = _search._tree(filled)
    made = _search.outcome(_search._edited(tree, around, ()), (np.ones(3),))
    assert made == _search.Stopped("RuntimeError", "the loop does not end")
