"""Link the first use of each glossary term in a chapter to the glossary.

The chapters stay free of markup that JupyterLab would show as it is.
"""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

CHAPTERS = "notebooks/"
KEPT_AS_THEY_ARE = (
    nodes.FixedTextElement,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.reference,
    nodes.title,
)


def plain_text(node: nodes.Node) -> Iterator[nodes.Text]:
    """Yield the running text below a node; no code, equations, links or headings."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child
        elif not isinstance(child, KEPT_AS_THEY_ARE):
            yield from plain_text(child)


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the first use of each term, singular or plural, by a link."""
    if not docname.startswith(CHAPTERS):
        return
    terms = {
        label.lower(): (home, anchor)
        for _, label, kind, home, anchor, _ in app.env.get_domain("std").get_objects()
        if kind == "term"
    }
    while terms:
        longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
        pattern = re.compile(rf"\b({'|'.join(longest_first)})s?\b", re.IGNORECASE)
        uses = ((text, pattern.search(text)) for text in plain_text(doctree))
        text, use = next((pair for pair in uses if pair[1]), (None, None))
        if text is None or use is None:
            return
        home, anchor = terms.pop(use[1].lower())
        link = make_refnode(app.builder, docname, home, anchor, nodes.Text(use[0]), use[1])
        link["classes"].append("glossary-link")
        around = [nodes.Text(text[: use.start()]), link, nodes.Text(text[use.end() :])]
        text.parent.replace(text, around)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-resolved", link_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
