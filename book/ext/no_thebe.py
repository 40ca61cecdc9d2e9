"""Leave out the scripts of thebe, which Jupyter Book adds and which load from elsewhere."""

from typing import Any

from sphinx.application import Sphinx


def drop_thebe(app: Sphinx, pagename: str, template: str, context: dict, doctree: Any) -> None:
    """Remove thebe from the scripts of a page."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "thebe" not in f"{script.filename}{script.attributes.get('body')}".lower()
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension after all that add scripts."""
    app.connect("html-page-context", drop_thebe, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
