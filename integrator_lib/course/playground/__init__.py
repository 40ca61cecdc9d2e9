"""The playground: the integrator alive in a page, from scripts that need nothing else.

The scripts are plain JavaScript and stand beside this file, one idea in each. Here they become
one script, and one page that works from a disk.
"""

import base64
import os
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from integrator_lib._files import write_text_whole
from integrator_lib.shipped import load_trained

SCRIPTS = (
    *("numerics", "geometry", "training", "modes", "mending", "drawing"),
    *("state", "bench", "views", "page"),
)
"""The scripts in the order in which they need each other."""
MINIATURE = ("numerics", "geometry", "drawing", "miniature")
"""Those of the miniature, which is one network that follows a slider."""
NETWORKS = {"rnn": "relu", "rnn_short": "relu", "gru": "gru", "tanh": "tanh"}
"""Shipped networks of seed 0 that the page holds, and what the page calls their kind."""
HEIGHT = 860
"""Height of the page in a notebook, in pixels."""


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def script(names: Sequence[str] = SCRIPTS) -> str:
    """Return a page's script, without comments and needless space.

    Args:
        names: Of its parts: ``SCRIPTS`` or ``MINIATURE``.
    """
    text = "".join(_read(f"{name}.js") for name in names)
    text = re.sub(r"^\s*//.*\n|^\s+|(?<=;) // .*", "", text, flags=re.MULTILINE)
    parts = re.split(r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)', text)
    operator = r" ?([=<>?:;,{}()*/&|!]|(?<![-+])[-+](?![-+])) ?"
    parts[::2] = [re.sub(operator, r"\1", code) for code in parts[::2]]
    parts[::2] = [re.sub(r"(?<=[;,{(])\n", "", code) for code in parts[::2]]
    return f'(() => {{\n"use strict";\n{"".join(parts)}}})();\n'


def style() -> str:
    """Return the page's style sheet."""
    return _read("playground.css")


def body(name: str = "body") -> str:
    """Return a page's content, without its script and style.

    Args:
        name: ``"body"``, or ``"miniature"``.
    """
    return _read(f"{name}.html")


def weights() -> str:
    """Return a script with the weights of the shipped networks, float32 in base64.

    Raises:
        ValueError: If a network has offsets, which the page leaves out.
    """
    entries = []
    for kind, name in NETWORKS.items():
        arrays = {"kind": name, **_matrices(load_trained(kind, 0).values())}
        text = ",".join(f'"{key}":"{value}"' for key, value in arrays.items())
        entries.append(f'"{kind} 0":{{{text}}}')
    return "window.playgroundWeights = {\n" + ",\n".join(entries) + "\n};\n"


def _matrices(values: dict[str, Any]) -> dict[str, str]:
    """Return a network's matrices by the names that the page gives them."""
    found, names = {}, {"rnn.W": "W", "rnn.Wh.weight": "W", "rnn.Wrz.weight": "Wrz"}
    for key, value in values.items():
        parts = value if isinstance(value, dict) else {"weight": value}
        for part, array in parts.items():
            if np.ndim(array) == 2:
                bytes_ = np.asarray(array, "<f4").tobytes()
                found[names.get(key, "out")] = base64.b64encode(bytes_).decode()
            elif np.any(array):
                raise ValueError(f"{key}.{part} must be 0: the page holds matrices alone")
    return found


def page() -> str:
    """Return the playground as one page that needs no other file and no network."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Playground: train and understand an integrator RNN</title>
<style>
body {{ background: #fff; margin: 12px; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #171c22; }} }}
{style()}</style>
</head>
<body>
<main>
{body()}</main>
<script>
{weights()}</script>
<script>
{script()}</script>
</body>
</html>
"""


def show_playground(folder: str | os.PathLike = ".") -> Any:
    """Write the playground to ``playground.html`` and show it in a notebook.

    Any browser opens the file as well.

    Args:
        folder: Where to write it; in a notebook, beside it.

    Returns:
        A frame with the page.

    Raises:
        OSError: If the file cannot be written.
    """
    from IPython.display import IFrame

    target = Path(folder) / "playground.html"
    write_text_whole(target, page())
    return IFrame(target.as_posix(), width="100%", height=HEIGHT)
