"""List the links that leave the site, and visit them: ``make linkcheck``."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from book.builder.chapters import read_course
from book.builder.site import BUILD, jupyter_book, stage


def check_links(build_folder: Path = BUILD) -> int:
    """Visit the student site's outside links and print what became of each.

    Returns:
        0 if every link answered, 1 if one did not or there is no network.
    """
    source = build_folder / "source-linkcheck"
    stage(source, read_course(), solutions=False)
    jupyter_book(source, "--builder", "linkcheck", quiet=True)
    answers = (source / "_build" / "html" / "output.json").read_text(encoding="utf-8")
    shutil.rmtree(source)
    lines, status = report([json.loads(line) for line in answers.splitlines()])
    print("\n".join(lines))
    return status


def report(answers: Sequence[dict]) -> tuple[list[str], int]:
    """Return a line for each outside link with a conclusion, and the exit status.

    Args:
        answers: Sphinx's records, with the entries ``uri``, ``status``, ``code`` and ``info``.
    """
    outside = {answer["uri"]: answer for answer in answers if answer["uri"].startswith("http")}
    broken = [answer for answer in outside.values() if answer["status"] == "broken"]
    if broken and len(broken) == len(outside) and not any(answer["code"] for answer in broken):
        return [*outside, f"No network: {len(outside)} links are listed, none was visited."], 1
    lines = [f"{answer['status']:11} {uri}" for uri, answer in outside.items()]
    lines += [f"{answer['uri']}: {answer['info']}" for answer in broken]
    return [*lines, f"{len(broken)} of {len(outside)} links are broken."], int(bool(broken))
