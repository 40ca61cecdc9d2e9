"""Write what was measured: numbers, a plot, and a table that the maintainer guide shows."""

import dataclasses
import datetime
import json
import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import jax
import matplotlib.pyplot as plt

from benchmarks.measure import Table
from integrator_lib._files import write_text_whole
from integrator_lib.plotting import LINE_STYLES, PALETTE, use_course_style

RESULTS = Path(__file__).with_name("results")
RECORD = Path(__file__).resolve().parents[2] / "book" / "bench_record.json"
"""The last table of each title, in Markdown."""


def machine() -> str:
    """Describe the machine in a line."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, jax {jax.__version__}, {jax.default_backend()}"
    )


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def markdown(table: Table) -> str:
    """Return a table with medians, lowest and highest values, and its notes."""
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    lines = [f"**{table.title[0].upper()}{table.title[1:]}**, {date}", ""]
    has_sizes = any(m.size is not None for m in table.rows)
    head = ["case", *["size"] * has_sizes, "median", "lowest", "highest", "unit"]
    lines += [_row(head), "|---" * len(head) + "|"]
    for m in table.rows:
        values = [f"{value:.3g}" for value in (m.median, *m.spread)]
        lines.append(_row([m.case, *[m.size] * has_sizes, *values, m.unit]))
    return "\n".join([*lines, "", *(f"- {note}" for note in (*table.notes, machine())), ""])


def plot(table: Table) -> plt.Figure:
    """Draw bars for plain cases, lines for those measured at several sizes."""
    use_course_style()
    fig, ax = plt.subplots(figsize=(7.0, 3.6))
    rows = [m for m in table.rows if math.isfinite(m.median)]
    if all(m.size is None for m in rows):
        below = [m.median - m.spread[0] for m in rows]
        above = [min(m.spread[1] - m.median, m.median) for m in rows]
        names, medians = [m.case for m in rows], [m.median for m in rows]
        ax.barh(names, medians, xerr=(below, above), color=PALETTE[0])
        ax.invert_yaxis()
    else:
        for number, case in enumerate(dict.fromkeys(m.case for m in rows)):
            part = [m for m in rows if m.case == case]
            style = {"color": PALETTE[number % 5], "ls": LINE_STYLES[number % 5], "label": case}
            ax.plot([m.size for m in part], [m.median for m in part], marker="o", **style)
        ax.set(xlabel="size", xscale="log", yscale="log")
        ax.legend()
    ax.set(title=table.title)
    (ax.set_ylabel if ax.get_xlabel() else ax.set_xlabel)(table.rows[0].unit)
    return fig


def write(table: Table) -> str:
    """Write numbers and plot into ``results/`` and the table into the record; return the table."""
    RESULTS.mkdir(exist_ok=True)
    name = table.title.replace(" ", "_").replace(",", "")
    text = markdown(table)
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    write_text_whole(RECORD, json.dumps(record | {table.title: text}, indent=1) + "\n")
    numbers = {"machine": machine(), **dataclasses.asdict(table)}
    for row in numbers["rows"]:
        # JSON knows no infinity: null says that a goal was not reached.
        row["samples"] = [s if math.isfinite(s) else None for s in row["samples"]]
    (RESULTS / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n")
    fig = plot(table)
    fig.savefig(RESULTS / f"{name}.png")
    plt.close(fig)
    return text
