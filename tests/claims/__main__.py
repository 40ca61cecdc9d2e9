"""Run every chapter's claims under every variant; write the table into the maintainer guide."""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from claims.chapter import claims
from claims.variants import FAILS, HOLDS, VARIANTS, changes
from integrator_lib._files import write_text_whole

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "book" / "maintainer_guide.md"
LONGEST = 900
"""Seconds for a chapter under a variant."""


def told(notebook: Path, variant: str) -> dict[str, dict[int, Any]]:
    """Run a chapter in a process of its own; nothing is told if it ends early."""
    command = [sys.executable, "-m", "claims.chapter", str(notebook), variant]
    try:
        done = subprocess.run(
            command, cwd=ROOT / "tests", capture_output=True, text=True, timeout=LONGEST
        )
        found = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        return {"verdicts": {}, "mistakes": {}}
    return {kind: {int(k): v for k, v in each.items()} for kind, each in found.items()}


def fails_under(number: int, found: dict[str, dict[str, dict[int, Any]]]) -> list[str]:
    """Return the variants and the mistakes under which a claim fails."""
    variants = [v for v in FAILS if v in found and found[v]["verdicts"].get(number) == "fails"]
    return variants + [f"*{m}*" for m in found["as it is"]["mistakes"].get(number, [])]


def held_against(notebook: Path, bar: tqdm) -> dict[str, dict[str, dict[int, Any]]]:
    """Run a chapter under variants until each claim has failed under one of them."""
    found, numbers = {}, [claim.number for claim in claims(notebook)]
    for variant in VARIANTS:
        bar.set_postfix_str(f"{notebook.stem}, {variant}")
        idle = [n for n in numbers if variant not in FAILS or not fails_under(n, found)]
        if idle and changes(variant, notebook.read_text(encoding="utf-8")):
            found[variant] = told(notebook, variant)
        bar.update()
    return found


def labelled(number: int, first: str) -> str:
    """Return how a row of the table begins: the cell, and its first assertion."""
    shown = first.replace("|", "\\|").replace("`", "'")
    return f"| {number} | `{shown if len(shown) < 60 else shown[:57] + '...'}` |"


def rows(
    notebook: Path, found: dict[str, dict[str, dict[int, Any]]]
) -> tuple[list[str], list[str]]:
    """Return the table's rows for a chapter, and what is wrong with its claims."""
    lines = []
    broken = [variant for variant, each in found.items() if not each["verdicts"]]
    troubles = [f"{notebook.stem[:2]}: ended early or took too long, {v}" for v in broken]
    for number, first, _ in claims(notebook):
        holds = [found[v]["verdicts"].get(number, "-") if v in found else "" for v in HOLDS]
        fails = fails_under(number, found)
        lines.append(
            f"{labelled(number, first)} {' | '.join(holds)} | {', '.join(fails) or 'nothing'} |"
        )
        place = f"{notebook.stem[:2]}, cell {number}"
        if found["as it is"]["verdicts"].get(number) != "holds":
            troubles.append(f"{place}: does not hold as it is: {first}")
        if not fails:
            troubles.append(f"{place}: nothing makes it fail: {first}")
    return lines, troubles


def section(notebook: Path, lines: list[str]) -> str:
    """Return a chapter's part of the guide, between marks of its own."""
    number = notebook.stem[:2]
    head = [f"| Cell | Its first assertion | {' | '.join(HOLDS)} | Fails under |"]
    head += ["| --- | --- |" + " --- |" * (len(HOLDS) + 1)]
    body = "\n".join([f"Chapter {number}:", "", *head, *lines])
    return f"<!-- claims {number} -->\n{body}\n<!-- end {number} -->"


def write(notebook: Path, lines: list[str]) -> None:
    """Put a chapter's part into the guide, in place of an older one or after all others."""
    guide, number = GUIDE.read_text(encoding="utf-8"), notebook.stem[:2]
    new = section(notebook, lines)
    old = re.search(rf"<!-- claims {number} -->.*?<!-- end {number} -->", guide, re.DOTALL)
    end = "<!-- end of claims -->"
    guide = guide.replace(*(old[0], new) if old else (end, f"{new}\n\n{end}"))
    write_text_whole(GUIDE, guide)


def main() -> int:
    """Run; the exit status is 1 if a claim does not hold as it is, or nothing makes it fail."""
    parser = argparse.ArgumentParser(prog="make test-claims", description=__doc__)
    parser.add_argument("chapters", nargs="*", help="two digits each; all chapters by default")
    options = parser.parse_args()
    notebooks = [
        n
        for n in sorted((ROOT / "notebooks").glob("*.py"))
        if claims(n) and (not options.chapters or n.stem[:2] in options.chapters)
    ]
    found = []
    with tqdm(total=len(notebooks) * len(VARIANTS), file=sys.stdout) as bar:
        for notebook in notebooks:
            lines, troubles = rows(notebook, held_against(notebook, bar))
            write(notebook, lines)
            found += troubles
    print(*found, sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
