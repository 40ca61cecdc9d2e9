"""Show in the reference what autodoc cannot see, and leave out what it makes up."""

import inspect
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.inspect import stringify_signature


def show_arguments(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, returned: str
) -> tuple[str, str] | None:
    """Read a class's arguments from ``__init__`` where BrainState's metaclass hides them."""
    if what != "class" or signature != "(*args, **kwargs)":
        return None
    whole = inspect.signature(obj.__init__)
    own = whole.replace(parameters=list(whole.parameters.values())[1:])
    return stringify_signature(own, show_annotation=False), returned


def skip_field(
    app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out a named tuple's fields, which its own docstring describes."""
    return True if str(obj.__doc__).startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("autodoc-process-signature", show_arguments)
    app.connect("autodoc-skip-member", skip_field)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
