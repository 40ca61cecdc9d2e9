"""``make test-checks-report`` on one exercise."""

import numpy as np
import pytest
from slips import __main__ as report
from slips.answers import dressed, written
from slips.mutants import slipped

from integrator_lib.course.checks import chapter01


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Import all chapters first: it takes longer than a check may."""
    assert chapter01.running_sum in report.exercises()


def test_slips_are_made_from_text_and_compile():
    made = slipped("def mean(x):\n    return np.sum(x, axis=0) / len(x)\n")
    assert "def mean(x):\n    return np.sum(x) / len(x)\n" in made
    assert "def mean(x):\n    return np.sum(x, axis=0) * len(x)\n" in made
    assert len(made) == len(set(made)) > 10
    assert all(compile(text, "slip", "exec") for text in made)


def test_a_source_becomes_the_function_again():
    source = written(chapter01.running_sum.reference)
    assert np.array_equal(source.function()(np.ones((3, 1, 1)))[:, 0, 0], [1, 2, 3])


def test_each_mutant_is_named_right_endless_or_not():
    def total(inputs):
        return np.sum(inputs, axis=0)

    def endless(inputs):
        while True:
            pass

    told = {
        report.kind(report.check_quietly(chapter01.running_sum, answer))
        for answer in (total, chapter01.running_sum.reference, endless, lambda inputs: 1j * inputs)
    }
    assert told == {"named", "right", "endless", "unnamed"}


def test_a_right_answer_is_dressed_in_four_ways_and_passes_in_each():
    ways = dressed(chapter01.running_sum.reference)
    assert list(ways) == ["as it is", "float32", "JAX", "lists"]
    for answer in ways.values():
        verdict = report.check_quietly(chapter01.running_sum, answer)
        assert verdict is not None and verdict.status == "passed"


def test_slips_of_one_exercise_are_measured(monkeypatch, capsys):
    monkeypatch.setattr(report, "exercises", lambda: [chapter01.running_sum])
    told, seconds, misnamed = report.measure(report.known, 1, 20, shown=False)
    assert told["named"] > 10 and told["unnamed"] == 0 and not misnamed
    assert len(seconds) == sum(told.values())
