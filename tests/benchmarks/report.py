"""Write what was measured: a Markdown table, a JSON file and a plot."""

import dataclasses
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import jax
import matplotlib.pyplot as plt

from benchmarks.measure import Measurement
from integrator_lib.plotting import LINE_STYLES, PALETTE, use_course_style

RESULTS = Path(__file__).with_name("results")


def machine() -> str:
    """Describe the machine in a line."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, jax {jax.__version__}, {jax.default_backend()}"
    )


def markdown(group: str, found: Sequence[Measurement], notes: Sequence[str]) -> str:
    """Return a group's table, medians with lowest and highest, and its notes."""
    lines = [f"## {group[0].upper()}{group[1:]}", ""]
    lines += ["| case | size | median | lowest | highest | unit |", "|---|---|---|---|---|---|"]
    for m in found:
        low, high = m.spread
        size = "" if m.size is None else m.size
        lines.append(f"| {m.case} | {size} | {m.median:.3g} | {low:.3g} | {high:.3g} | {m.unit} |")
    return "\n".join([*lines, "", *(f"- {note}" for note in notes), ""])


def plot(group: str, found: Sequence[Measurement]) -> plt.Figure:
    """Draw bars for plain cases, lines for those measured at several sizes."""
    use_course_style()
    fig, ax = plt.subplots(figsize=(7.0, 3.6))
    if all(m.size is None for m in found):
        medians = [m.median for m in found]
        below = [m.median - m.spread[0] for m in found]
        above = [m.spread[1] - m.median for m in found]
        ax.barh([m.case for m in found], medians, xerr=(below, above), color=PALETTE[0])
        ax.invert_yaxis()
        ax.set(xlabel=found[0].unit, title=group)
    else:
        for number, case in enumerate(dict.fromkeys(m.case for m in found)):
            part = [m for m in found if m.case == case]
            style = {"color": PALETTE[number % 5], "ls": LINE_STYLES[number % 5], "label": case}
            ax.plot([m.size for m in part], [m.median for m in part], marker="o", **style)
        ax.set(xlabel="size", ylabel=found[0].unit, xscale="log", yscale="log", title=group)
        ax.legend()
    return fig


def write(group: str, found: Sequence[Measurement], notes: Sequence[str]) -> str:
    """Write a group's table, numbers and plot into ``results/`` and return the table."""
    RESULTS.mkdir(exist_ok=True)
    name = group.replace(" ", "_").replace(",", "")
    table = markdown(group, found, [*notes, machine()])
    (RESULTS / f"{name}.md").write_text(table)
    numbers = {"machine": machine(), "notes": list(notes)}
    numbers["measurements"] = [dataclasses.asdict(m) | {"median": m.median} for m in found]
    (RESULTS / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n")
    fig = plot(group, found)
    fig.savefig(RESULTS / f"{name}.png")
    plt.close(fig)
    return table
