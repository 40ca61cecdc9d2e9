"""What the course says of other packages still holds: one file in ``issues`` for each fault.

A file is the text of an issue, ready to be sent to the package. Its example is run here, and
must print what the file shows. Once a release mends the fault it prints something else: the
test turns red and names the sentences of the course to rewrite.
"""

import contextlib
import importlib.metadata
import io
import re
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ISSUES = sorted((Path(__file__).parent / "issues").glob("*.md"))
SAYING = ["notebooks/*.py", "notebooks/solutions/*.py", "integrator_lib/**/*.py", "pyproject.toml",
          "book/*.md"]  # fmt: skip
"""Where the course speaks of other packages."""


def parts(issue):
    """Return an issue's header, its example and what the example prints."""
    _, header, text = issue.read_text(encoding="utf-8").split("---\n", 2)
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    return yaml.safe_load(header), example, printed


def places(phrase):
    """Return the files that hold a phrase, whatever line breaks and comment signs are in it."""
    found = []
    for pattern in SAYING:
        for path in sorted(ROOT.glob(pattern)):
            text = re.sub(r"\s*\n\s*(?:# )?", " ", path.read_text(encoding="utf-8"))
            if phrase in text:
                found.append(str(path.relative_to(ROOT)))
    return found


@pytest.mark.parametrize("issue", ISSUES, ids=lambda path: path.stem)
def test_fault_is_as_the_course_says(issue):
    header, example, printed = parts(issue)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(example, issue.name, "exec"), {"__name__": "example"})
    package = header["package"]
    mended = (
        f"{package} {importlib.metadata.version(package)} no longer does what {issue.name} shows. "
        f"If it is mended, rewrite: "
        + "; ".join(f"'{phrase}' in {', '.join(places(phrase))}" for phrase in header["says"])
    )
    assert out.getvalue() == printed, mended


@pytest.mark.parametrize("issue", ISSUES, ids=lambda path: path.stem)
def test_sentences_to_rewrite_are_in_the_course(issue):
    header, _, _ = parts(issue)
    assert header["says"] and all(map(places, header["says"]))


def best_of_five(num_writes, length):
    """Return the seconds in which a loop writes so many numbers into an array."""

    def write(n, array):
        return array.at[n % length].set(1.0)

    loop = jax.jit(lambda: jax.lax.fori_loop(0, num_writes, write, jnp.zeros(length)))
    loop().block_until_ready()
    spent = []
    for _ in range(5):
        begin = time.perf_counter()
        loop().block_until_ready()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def test_small_writes_in_a_loop_do_not_copy_the_array():
    """The fault of jaxlib 0.11.1, jax-ml/jax#40101, for which pyproject.toml leaves it out.

    There, each write copies the whole array: a ten-thousandfold array took 2,000 times as
    long. Both times are of this machine and the work is the same, so its speed cancels.
    """
    assert best_of_five(20_000, 1_000_000) < 100 * best_of_five(20_000, 100)
