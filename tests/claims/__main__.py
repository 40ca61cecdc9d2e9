"""Run every chapter's claims under every variant; write the table into the maintainer guide."""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from claims.chapter import claims
from claims.variants import FAILS, HOLDS, VARIANTS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "book" / "maintainer_guide.md"
LONGEST = 900
"""Seconds for a chapter under a variant."""


def told(notebook: Path, variant: str) -> dict[int, str]:
    """Run a chapter in a process of its own; nothing is told if it ends early."""
    command = [sys.executable, "-m", "claims.chapter", str(notebook), variant]
    try:
        done = subprocess.run(
            command, cwd=ROOT / "tests", capture_output=True, text=True, timeout=LONGEST
        )
        return {int(k): v for k, v in json.loads(done.stdout.splitlines()[-1]).items()}
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        return {}


def rows(notebook: Path, found: dict[str, dict[int, str]]) -> tuple[list[str], list[str]]:
    """Return the table's rows for a chapter, and the claims that nothing made fail."""
    lines, idle = [], []
    for number, text, _ in claims(notebook):
        shown = text.replace("|", "\\|").replace("`", "'")
        shown = f"`{shown if len(shown) < 60 else shown[:57] + '...'}`"
        holds = [found[v].get(number, "-") for v in HOLDS if v in found]
        fails = [v for v in FAILS if found.get(v, {}).get(number) == "fails"]
        if not fails:
            idle.append(f"{notebook.stem[:2]}, cell {number}: {text}")
        lines.append(f"| {number} | {shown} | {', '.join(holds)} | {', '.join(fails) or 'none'} |")
    return lines, idle


def section(notebook: Path, lines: list[str]) -> str:
    """Return a chapter's part of the guide, between marks of its own."""
    number = notebook.stem[:2]
    head = ["| Cell | Its first assertion | Under " + ", ".join(HOLDS) + " | Fails under |"]
    head += ["| --- | --- | --- | --- |"]
    body = "\n".join([f"Chapter {number}:", "", *head, *lines])
    return f"<!-- claims {number} -->\n{body}\n<!-- end {number} -->"


def write(notebook: Path, lines: list[str]) -> None:
    """Put a chapter's part into the guide, in place of an older one."""
    guide, number = GUIDE.read_text(encoding="utf-8"), notebook.stem[:2]
    old = re.compile(rf"<!-- claims {number} -->.*?<!-- end {number} -->\n*", re.DOTALL)
    end = "<!-- end of claims -->"
    new = old.sub("", guide).replace(end, f"{section(notebook, lines)}\n\n{end}")
    GUIDE.write_text(new, encoding="utf-8")


def main() -> int:
    """Run; the exit status is 1 if a claim does not hold as it is, or nothing makes it fail."""
    parser = argparse.ArgumentParser(prog="make test-claims", description=__doc__)
    parser.add_argument("chapters", nargs="*", help="two digits each; all chapters by default")
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), default=list(VARIANTS))
    options = parser.parse_args()
    notebooks = [
        n
        for n in sorted((ROOT / "notebooks").glob("*.py"))
        if claims(n) and (not options.chapters or n.stem[:2] in options.chapters)
    ]
    troubles = []
    bar = tqdm(total=len(notebooks) * len(options.only), file=sys.stdout)
    for notebook in notebooks:
        found = {}
        for variant in options.only:
            bar.set_postfix_str(f"{notebook.stem}, {variant}")
            found[variant] = told(notebook, variant)
            bar.update()
        lines, idle = rows(notebook, found)
        write(notebook, lines)
        troubles += [f"nothing makes it fail: {claim}" for claim in idle]
        for number, _, _ in claims(notebook):
            state = found.get("as it is", {}).get(number, "not run")
            if "as it is" in found and state != "holds":
                troubles.append(f"{notebook.stem[:2]}, cell {number}: {state} as it is")
    bar.close()
    print(*troubles, sep="\n")
    return bool(troubles)


if __name__ == "__main__":
    sys.exit(main())
