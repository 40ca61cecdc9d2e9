"""Slips in written text, made without a look at how the checks search for them.

The checks edit syntax trees; this works on characters and tokens, as typing does.
"""

import io
import re
import tokenize
from collections.abc import Iterator

OPERATORS = {
    "+": ("-", "*"), "-": ("+", "/"), "*": ("/", "+", "**"), "/": ("*", "-"),
    "**": ("*",), "@": ("*",), "<": (">", "<="), ">": ("<", ">="), "<=": ("<", ">="),
    ">=": (">", "<="), "==": ("!=",), "+=": ("=", "-="), "/=": ("*=", "="), "*=": ("/=",),
}  # fmt: skip
FUNCTIONS = {
    "mean": ("sum", "max"), "sum": ("mean", "max"), "cumsum": ("cumprod", "sum"),
    "sqrt": ("square", "abs"), "abs": ("sqrt", "negative"), "var": ("std", "mean"),
    "std": ("var",), "maximum": ("minimum",), "min": ("max",), "max": ("min",),
    "vstack": ("hstack",), "concatenate": ("stack",), "stack": ("concatenate",),
    "zeros_like": ("ones_like",), "log": ("log10", "exp"), "outer": ("multiply",),
    "range": ("reversed",),
}  # fmt: skip


def _spliced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _closing(text: str, opening: int) -> int:
    """Return where the bracket that opens at a place closes."""
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if not depth:
            return place
    return len(text)


def _top_level(inside: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(inside):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            parts.append(inside[start:place])
            start = place + 1
    return [*parts, inside[start:]]


def _token_slips(text: str) -> Iterator[str]:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    signature = re.search(r"def \w+\(([^)]*)\)", text)
    arguments = re.findall(r"(\w+)(?::[^,]+)?", signature[1]) if signature else []
    body = text.index("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if start < body:
            continue
        if token.type == tokenize.OP:
            for other in OPERATORS.get(token.string, ()):
                yield _spliced(text, start, end, other)
        elif token.type == tokenize.NUMBER:
            for other in (f"({token.string} + 1)", f"({token.string} - 1)", "0", "10"):
                yield _spliced(text, start, end, other)
        elif token.type == tokenize.NAME:
            for other in FUNCTIONS.get(token.string, ()):
                yield _spliced(text, start, end, other)
            if token.string in arguments and text[end : end + 1] != "=":
                others = [name for name in arguments if name != token.string]
                yield from (_spliced(text, start, end, other) for other in others[:2])
                yield _spliced(text, start, end, f"(-{token.string})")


def _bracket_slips(text: str) -> Iterator[str]:
    for match in re.finditer(r"([\w.]*)\(", text):
        if "def " in text[max(0, match.start() - 4) : match.start()]:
            continue
        opening = match.end() - 1
        closing = _closing(text, opening)
        inside = text[opening + 1 : closing]
        parts = _top_level(inside)
        if match[1]:
            yield _spliced(text, match.start(), closing + 1, f"({parts[0]})")
        else:
            yield _spliced(text, opening, closing + 1, inside)
        if len(parts) > 1:
            yield _spliced(text, opening + 1, closing, ", ".join([parts[1], parts[0], *parts[2:]]))
            yield _spliced(text, opening + 1, closing, ", ".join(parts[:-1]))


def _line_slips(text: str) -> Iterator[str]:
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number and not line.lstrip().startswith(("return", "for", "if", "def")):
            yield "\n".join(lines[:number] + lines[number + 1 :]) + "\n"
            if number + 1 < len(lines) and not lines[number + 1].lstrip().startswith("return"):
                swapped = [*lines[:number], lines[number + 1], line, *lines[number + 2 :]]
                yield "\n".join(swapped) + "\n"
        if number and line.lstrip().startswith("return"):
            yield "\n".join([*lines[:number], "    " + line]) + "\n"
            yield text.replace("return ", "return -", 1)


def _local_slips(text: str) -> Iterator[str]:
    for old, new in ((r"axis=\d", ""), (r"keepdims=True", ""), (r"\.T\b", "")):
        for match in re.finditer(rf"(, )?{old}", text):
            yield _spliced(text, match.start(), match.end(), new)
    for old, new in (("[:1]", "[1:]"), ("[-1]", "[0]"), ("[0]", "[-1]"), ("1:]", "0:]")):
        for match in re.finditer(re.escape(old), text):
            yield _spliced(text, match.start(), match.end(), new)


def slipped(text: str) -> list[str]:
    """Return the texts that one slip makes of a function's source, each once."""
    found: dict[str, None] = {}
    for make in (_token_slips, _bracket_slips, _line_slips, _local_slips):
        found.update(dict.fromkeys(make(text)))
    found.pop(text, None)
    return [candidate for candidate in found if _compiles(candidate)]


def _compiles(text: str) -> bool:
    try:
        compile(text, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
