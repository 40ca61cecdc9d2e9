"""What every chapter's notebook begins with, and how it shows the library's code."""

import inspect
import textwrap
from typing import Any

from integrator_lib.plotting import use_course_style
from integrator_lib.training import use_compilation_cache


def start_chapter() -> None:
    """Set the look of figures, and keep compiled programs for the next time."""
    use_course_style()
    use_compilation_cache()


class Source:
    """Python source that a notebook shows highlighted and a terminal as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.text}\n```"


def show_source(*objects: Any) -> Source:
    """Return the source of functions and classes, for a notebook to show.

    Args:
        objects: Functions, methods or classes.

    Raises:
        TypeError: If one of them has no Python source.

    >>> show_source(start_chapter).text.splitlines()[0]
    'def start_chapter() -> None:'
    """
    sources = [textwrap.dedent(inspect.getsource(thing)).rstrip() for thing in objects]
    return Source("\n\n\n".join(sources))
