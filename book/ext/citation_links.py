"""Link citations in a chapter, written as text, to the bibliography.

A chapter says (Seung 1996) or (Pascanu et al. 2013), which reads well in JupyterLab; on the site
the first author's name and the year find the entry.
"""

import re
from collections import defaultdict
from typing import Any

from docutils import nodes
from glossary_links import CHAPTERS, plain_text
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

CITED = re.compile(
    r"(?P<name>[A-Z][\w\-]+)(?:(?:\sand|,|\s&)?\s[A-Z][\w\-]+)*(?:\set\sal\.?)?,?\s"
    r"(?P<year>(?:19|20)\d\d)\b"
)


def entries(app: Sphinx) -> dict[tuple[str, str], tuple[str, str]]:
    """Return page and anchor of each entry by its first author's name and its year.

    An entry without a year, or one of two that share name and year, cannot be told by them.
    """
    domain: Any = app.env.get_domain("cite")
    places = defaultdict(list)
    for citation in domain.citations:
        authors, year = citation.entry.persons.get("author"), citation.entry.fields.get("year")
        if authors and year:
            name = " ".join([*authors[0].prelast_names, *authors[0].last_names])
            places[name, year].append((citation.bibliography_key.docname, citation.citation_id))
    return {told_by: found[0] for told_by, found in places.items() if len(found) == 1}


def link_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn each citation that the bibliography knows into a link."""
    if not docname.startswith(CHAPTERS):
        return
    known = entries(app)
    for text in list(plain_text(doctree)):
        pieces: list[nodes.Node] = []
        end = 0
        for cited in CITED.finditer(text):
            target = known.get((cited["name"], cited["year"]))
            if target is None:
                continue
            link = make_refnode(app.builder, docname, *target, nodes.Text(cited[0]))
            pieces += [nodes.Text(text[end : cited.start()]), link]
            end = cited.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension, before the glossary's, which leaves links alone."""
    app.connect("doctree-resolved", link_citations, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
