"""Number a chapter's equations and figures after the chapter: (3.2), Fig. 3.2.

The chapters themselves hold no labels, which JupyterLab would show as they are.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

CHAPTER = re.compile(r"notebooks/(\d+)_")


def number_equations(app: Sphinx, doctree: nodes.document) -> None:
    """Give each displayed equation of a chapter its number, and a place to link to."""
    chapter = CHAPTER.match(app.env.docname)
    if chapter:
        for count, equation in enumerate(doctree.findall(nodes.math_block), start=1):
            equation["number"] = f"{int(chapter[1])}.{count}"
            equation["ids"] = [f"equation-{count}"]


def number_figures(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count each chapter's figures from 1, where Sphinx counts on through the whole site."""
    for page, kinds in env.toc_fignumbers.items():
        chapter = CHAPTER.match(page)
        if chapter:
            for count, figure in enumerate(kinds.get("figure", {}), start=1):
                kinds["figure"][figure] = (int(chapter[1]), count)
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-read", number_equations)
    # After Sphinx itself has numbered the figures.
    app.connect("env-get-updated", number_figures, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
