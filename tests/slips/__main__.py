"""Measure how often the checks name a slip, and write the table into the maintainer guide."""

import argparse
import functools
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from integrator_lib._files import write_text_whole
from integrator_lib.course.checks import Exercise, Verdict, check
from integrator_lib.course.checks._progress import chapters
from slips.answers import OTHERWISE, Written, dressed, solutions, written
from slips.mutants import slipped

GUIDE = Path(__file__).resolve().parents[2] / "book" / "maintainer_guide.md"
START, END = "<!-- make test-checks-report -->", "<!-- end of make test-checks-report -->"
SEED = 11
MEMORY = 8 * 2**30
"""Bytes of address space: one slip can ask for a huge array."""


def exercises() -> list[Exercise]:
    """Return the exercises that are judged as plain functions of arrays."""
    every = [e for _, several in chapters().values() for e in several]
    return [e for e in every if e.use is Exercise.use and e.max_mse is None and not e.by_entry]


def known(exercise: Exercise) -> list[Written]:
    """Return right answers as text: the reference, and the solution if it passes."""
    found = [written(exercise.reference)]
    if (solution := solutions().get(exercise.name)) and solution.source != found[0].source:
        passed = check_quietly(exercise, solution.function())
        found += [solution] if passed and passed.status == "passed" else []
    return found


def unknown(exercise: Exercise) -> list[Written]:
    """Return right answers as text that the search for slips has never seen."""
    return [written(answer) for answer in OTHERWISE.get(exercise.name, [])]


def check_quietly(exercise: Exercise, answer: Callable, seed: int = SEED) -> Verdict | None:
    """Return the verdict on an answer; ``None`` if it runs for two seconds of CPU."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 2.0, 0.5)  # again, should a callback swallow it
    try:
        with np.errstate(all="ignore"):
            return check(exercise, answer, seed=seed)
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def kind(verdict: Verdict | None) -> str:
    """Return what became of a mutant."""
    if verdict is None or "TimeoutError" in verdict.message:
        return "endless"
    if verdict.status != "not yet":
        return "right"
    if "It looks as if" in verdict.message:
        return "named"
    return "stopped" if verdict.message.startswith("It stopped") else "unnamed"


def mutants(right: list[Written], edits: int, each: int, rng: np.random.Generator) -> list[Written]:
    """Return texts that are some slips away from right answers, a sample of each."""
    found = []
    for source, around in right:
        one = slipped(source)
        if edits == 2:
            picked = rng.choice(one, min(each, len(one)), replace=False)
            one = [str(rng.choice(twice)) for text in picked if (twice := slipped(str(text)))]
        found += [Written(str(text), around) for text in rng.permutation(one)[:each]]
    return found


class Timed:
    """A function that notes how long it runs.

    Attributes:
        seconds: Of CPU, all calls together.
    """

    def __init__(self, function: Callable) -> None:
        self.function, self.seconds = function, 0.0

    def __call__(self, *case: Any) -> Any:
        start = time.process_time()
        try:
            return self.function(*case)
        finally:
            self.seconds += time.process_time() - start


def measure(
    right: Callable[[Exercise], list[Written]], edits: int, each: int, shown: bool
) -> tuple[Counter, list[float], list[str]]:
    """Check the mutants of every exercise; return what came of them, seconds, names by chance.

    The seconds are those of the checks, less those of the answers themselves.
    """
    rng, told, seconds, by_chance = np.random.default_rng(SEED), Counter(), [], []
    todo = [(e, m) for e in exercises() for m in mutants(right(e), edits, each, rng)]
    for exercise, mutant in tqdm(todo, desc=f"{edits} of {right.__name__} answers", mininterval=10):
        start, answer = time.process_time(), Timed(mutant.function())
        verdict = check_quietly(exercise, answer)
        seconds.append(time.process_time() - start - answer.seconds)
        told[kind(verdict)] += 1
        if kind(verdict) == "named":
            again = check_quietly(exercise, mutant.function(), SEED + 1)
            if kind(again) != "named":
                by_chance.append(f"{exercise.name}: {verdict.message}")
        elif shown and kind(verdict) in ("unnamed", "stopped"):
            print(f"\n{exercise.name}: {verdict.message}\n{mutant.source}")
    return told, seconds, by_chance


@functools.cache
def right_answers() -> tuple[int, list[str]]:
    """Check right answers written in many ways; return how many, and those not passed."""
    count, failed = 0, []
    for exercise in exercises():
        as_text = [source.function() for source in known(exercise)]
        for number, answer in enumerate([*as_text, *OTHERWISE.get(exercise.name, [])]):
            for way, dress in dressed(answer).items():
                verdicts = [check(exercise, dress, seed=seed) for seed in range(3)]
                if "immutable" in verdicts[0].message:
                    continue  # written for NumPy alone
                count += 1
                bad = next((v for v in verdicts if v.status != "passed"), None)
                failed += [f"{exercise.name} {number} {way}: {bad}"] if bad else []
    return count, failed


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(prog="make test-checks-report", description=__doc__)
    parser.add_argument("--each", type=int, default=25, help="mutants of a source")
    parser.add_argument(
        "--show", action="store_true", help="print the slips that are not named, and write no table"
    )
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    rows = ["| Slips | Noticed | named | no name | an error's text alone | by chance |"]
    rows += ["| --- | --- | --- | --- | --- | --- |"]
    times = []
    for said, right, edits, each in (
        ("one", known, 1, options.each),
        ("one, in ways of writing that the search has not seen", unknown, 1, options.each),
        ("two", known, 2, options.each // 3),
    ):
        told, seconds, by_chance = measure(right, edits, each, options.show)
        noticed = told["named"] + told["unnamed"] + told["stopped"]
        share = f"{100 * told['named'] / noticed:.0f} %"
        rows.append(
            f"| {said} | {noticed} | {share} | {told['unnamed']} | {told['stopped']} "
            f"| {len(by_chance)} |"
        )
        times += seconds
        print(told, *by_chance, sep="\n")
    count, failed = right_answers()
    print(*failed, sep="\n")
    text = "\n".join(
        [
            *rows,
            "",
            "*By chance* counts those of the named that have no name on other random inputs. "
            f"Of {count} right answers in other ways of writing (loops, lists, JAX, float32), "
            f"{len(failed)} did not pass. A check took {np.median(times):.2f} s of CPU in the "
            f"median and {max(times):.2f} s at most, the answer's own time apart.",
        ]
    )
    print(text)
    if options.show:
        return
    guide = GUIDE.read_text(encoding="utf-8")
    before, rest = guide.split(START)
    _, after = rest.split(END)
    write_text_whole(GUIDE, f"{before}{START}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
