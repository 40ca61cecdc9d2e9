"""Link the first use of each glossary term in a chapter to the glossary.

The chapters stay free of markup that JupyterLab would show as it is. References are left alone,
and so are words that a term shares with a verb or with everyday speech.
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
NOUNS = {"bias", "bound", "gain", "loss", "mode", "overlap", "step"}
"""Terms that are other words too: they count in bold, or singular after one of these."""
DETERMINERS = {"a", "an", "the", "its", "their", "of", "no", "one", "each", "this", "that", "and"}


def plain_text(node: nodes.Node) -> Iterator[nodes.Text]:
    """Yield the running text below a node; no code, equations, links, headings or references."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child
        elif isinstance(child, nodes.section) and child.next_node(nodes.title).astext() == (
            "References"
        ):
            continue
        elif not isinstance(child, KEPT_AS_THEY_ARE):
            yield from plain_text(child)


def first_use(pattern: re.Pattern, text: nodes.Text) -> re.Match | None:
    """Return the first place in a text where a term is meant."""
    for use in pattern.finditer(text):
        before = text[: use.start()].split()
        meant = use[0] == text or (use[0] == use[1] and before and before[-1] in DETERMINERS)
        if use[1].lower() not in NOUNS or meant:
            return use
    return None


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
        uses = ((text, first_use(pattern, text)) for text in plain_text(doctree))
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
