"""Stand-ins for the checks: a notebook's imports work, and no right answer is behind them."""

import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any

import integrator_lib.course
from integrator_lib.course.grading.fence import REFERENCE

PACKAGE = "integrator_lib.course.checks"


class Asked:
    """A thing of the checks that only the grader has; whoever asks for more is told to it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        return _ask(f"{self.name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Any:
        return _ask(self.name)


def _ask(name: str) -> Any:
    if not name.endswith("__"):
        sys.audit(REFERENCE, name)
    raise AttributeError(name)


def _module(name: str, **contents: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    # No __path__ leads to the files; what is asked for beyond the contents is told.
    vars(module).update(contents, __path__=[], __getattr__=lambda what: _ask(f"{name}.{what}"))
    sys.modules[name] = module
    return module


def _nothing(*_: Any, **__: Any) -> None:
    """Do nothing, as check, hint and progress do here."""


def install(chapters: Mapping[str, Sequence[str]]) -> None:
    """Put stand-ins where a notebook imports the checks from.

    Args:
        chapters: For each chapter's two digits the names of its exercises.
    """
    modules = {
        f"chapter{number}": _module(
            f"{PACKAGE}.chapter{number}", **{name: Asked(name) for name in names}
        )
        for number, names in chapters.items()
    }
    calls = dict.fromkeys(("check", "hint", "progress"), _nothing)
    integrator_lib.course.checks = _module(PACKAGE, **calls, **modules)  # type: ignore[attr-defined]
