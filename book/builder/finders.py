"""Score finders of fixed points on the zoo: ``make finders FPF=path/to/fixed-point-finder``.

Both finders get the same networks and the same starting points. The one by Golub and Sussillo
runs in ``.venv-torch``; without a checkout of it only the course's own is scored, and what was
recorded of the other is kept.
"""

import argparse
import dataclasses
import datetime
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from book.builder.chapters import REPOSITORY
from integrator_lib._files import write_text_whole
from integrator_lib.dynamics import find_fixed_points, starting_points
from integrator_lib.zoo import MECHANISMS, count, member, search_states

SCORES = REPOSITORY / "book" / "finder_scores.json"
PYTHON = REPOSITORY / ".venv-torch" / "bin" / "python"
WORKER = Path(__file__).with_name("finder_worker.py")
SEARCHES, JITTER = 1024, 0.3
COLUMNS = {
    "course": "the course's",
    "rate 1, all": "rate 1, all",
    "rate 1, small q": "rate 1, small `q`",
    "rate 0.01, all": "rate 0.01, all",
    "rate 0.01, small q": "rate 0.01, small `q`",
}
RATES = ("1", "0.01")
"""First learning rates of the other finder; its default is 1."""


def score(checkout: Path | None) -> dict[str, Any]:
    """Score the course's finder, and the other one if there is a checkout of it.

    Returns:
        For each finder the counts of each network.
    """
    zoo = {mechanism: member(mechanism) for mechanism in MECHANISMS}
    visited = {name: search_states(each) for name, each in zoo.items()}
    found: dict[str, dict[str, np.ndarray]] = {
        "course": {
            name: find_fixed_points(each.model, visited[name], count=SEARCHES, jitter=JITTER).fixed
            for name, each in zoo.items()
        }
    }
    for rate in RATES if checkout is not None else ():
        ends = _search_elsewhere(zoo, visited, checkout, rate)
        points = {name: ends[f"{name} points"] for name in zoo}
        slow = {name: ends[f"{name} q"] <= ends["tolerance"] for name in zoo}
        found[f"rate {rate}, all"] = points
        found[f"rate {rate}, small q"] = {name: points[name][slow[name]] for name in zoo}
    return {
        finder: {
            name: dataclasses.asdict(count(zoo[name], visited[name], points))
            for name, points in by_name.items()
        }
        for finder, by_name in found.items()
    }


def _search_elsewhere(zoo: dict, visited: dict, checkout: Path, rate: str) -> Any:
    """Run the other finder in its own environment and return what it wrote."""
    tasks: dict[str, Any] = {"names": np.array(list(zoo))}
    for name, each in zoo.items():
        values = each.model.values()
        starts = starting_points(visited[name], SEARCHES, jitter=JITTER)
        tasks[f"{name} W"], tasks[f"{name} b"] = values["rnn.W"], values["rnn.b"]
        tasks[f"{name} rectifies"] = each.model.activation == "relu"
        tasks[f"{name} starts"] = starts
    with tempfile.TemporaryDirectory() as folder:
        given, written = Path(folder) / "tasks.npz", Path(folder) / "found.npz"
        np.savez(given, **tasks)
        words = [str(PYTHON), str(WORKER), str(checkout.resolve()), str(given), str(written), rate]
        subprocess.run(words, check=True)
        with np.load(written) as ends:
            return {name: ends[name] for name in ends.files}


def table(path: Path = SCORES) -> str:
    """Return the recorded scores as a table, with the day of each run."""
    if not path.exists():
        return "No run is recorded yet; `make finders` makes one.\n"
    record = json.loads(path.read_text(encoding="utf-8"))
    finders = [finder for finder in COLUMNS if finder in record]
    head = " | ".join(COLUMNS[finder] for finder in finders)
    lines = [f"| Network | There are | {head} |", "| --- | --- |" + " --- |" * len(finders)]
    for mechanism in MECHANISMS:
        counts = [record[finder]["counts"][mechanism] for finder in finders]
        many = counts[0]["there"]
        cells = " | ".join(
            f"{c['found'] / c['there']:.0%}, {c['false']}&nbsp;of&nbsp;{c['returned']}"
            for c in counts
        )
        lines.append(f"| {mechanism} | {many} | {cells} |")
    days = [f"{COLUMNS[finder]}: {record[finder]['date']}" for finder in finders]
    return "\n".join([*lines, "", "Days of the runs. " + "; ".join(days) + ".", ""])


def main() -> None:
    """Score, and write the record that the site shows."""
    parser = argparse.ArgumentParser(prog="make finders", description=__doc__)
    parser.add_argument("checkout", nargs="?", type=Path, help="of mattgolub/fixed-point-finder")
    options = parser.parse_args()
    if options.checkout and not (options.checkout / "FixedPointFinderTorch.py").is_file():
        parser.error(f"{options.checkout} holds no FixedPointFinderTorch.py")
    if options.checkout and not PYTHON.exists():
        parser.error("make bench-torch makes the environment that it runs in")
    record = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    for finder, counts in score(options.checkout).items():
        record[finder] = {"date": today, "counts": counts}
    write_text_whole(SCORES, json.dumps(record, indent=1) + "\n")
    print(table())


if __name__ == "__main__":
    main()
