"""Give each page a description, which search engines and shared links show."""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200
"""Characters of a description."""


def description(doctree: nodes.document) -> str:
    """Return the beginning of a page's first paragraph, cut at a word."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None)
    text = " ".join(paragraph.astext().split()) if paragraph else ""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0] + " ..."


def describe(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Add the description, and what a shared link shows, to a page's head.

    The picture needs the site's own address, ``html_baseurl``.
    """
    if doctree is None:
        return
    text = description(doctree)
    shown = {
        "og:type": "website",
        "og:site_name": app.config.project,
        "og:title": context.get("title", ""),
        "og:description": text,
    }
    if home := app.config.html_baseurl:
        shown["og:url"] = f"{home.rstrip('/')}/{pagename}.html"
        shown["og:image"] = f"{home.rstrip('/')}/_static/front_figure.png"
    tags = [f'<meta name="description" content="{escape(text)}">']
    tags += [f'<meta property="{key}" content="{escape(value)}">' for key, value in shown.items()]
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("html-page-context", describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
