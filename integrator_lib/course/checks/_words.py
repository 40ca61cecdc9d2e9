"""How slips are put into words, without printing the answer."""

import ast

MODULES = ("np", "linalg", "jnp", "math")

DONE: dict[type[ast.operator], str] = {
    ast.Add: "added",
    ast.Sub: "subtracted",
    ast.Mult: "multiplied",
    ast.Div: "divided",
    ast.MatMult: "multiplied as a matrix",
    ast.Pow: "raised to a power",
    ast.FloorDiv: "divided and rounded down",
    ast.Mod: "reduced to a remainder",
}

PRODUCTS = (ast.Mult, ast.Div, ast.MatMult)
"""What binds more closely than a sum, and among themselves from the left."""

ALIKE = ({ast.Add, ast.Sub}, {ast.Mult, ast.Div}, {ast.Mult, ast.MatMult}, {ast.Mult, ast.Pow})

EXCHANGED: dict[type[ast.operator], str] = {
    ast.Sub: "the two sides of a difference are exchanged",
    ast.Div: "a fraction is upside down",
    ast.Pow: "base and exponent are exchanged",
    ast.MatMult: "the two sides of a matrix product are exchanged",
}

PART: dict[type[ast.operator], str] = {
    ast.Add: "a term",
    ast.Sub: "a term",
    ast.Mult: "a factor",
    ast.Div: "a division",
    ast.MatMult: "a matrix product",
    ast.Pow: "a power",
}

ORDER = "two operations are done in the wrong order, or parentheses are missing"

NOUNS = {
    "abs": "an absolute value",
    "arange": "a count of steps",
    "concatenate": "an array put together from parts",
    "cumprod": "a running product",
    "cumsum": "a running sum",
    "exp": "an exponential",
    "len": "a length",
    "log": "a natural logarithm",
    "log10": "a logarithm to base 10",
    "log1p": "a logarithm of 1 plus the number",
    "log2": "a logarithm to base 2",
    "max": "a maximum",
    "maximum": "a cut from below",
    "mean": "a mean",
    "median": "a median",
    "min": "a minimum",
    "minimum": "a cut from above",
    "norm": "a norm",
    "ones_like": "an array of ones",
    "outer": "an outer product",
    "sqrt": "a square root",
    "square": "a square",
    "std": "a standard deviation",
    "sum": "a sum",
    "tanh": "a tanh",
    "tile": "a repetition",
    "var": "a variance",
    "zeros_like": "an array of zeros",
}

FAMILIES = (
    ("mean", "sum", "median", "max", "min", "std", "var", "prod"),
    ("cumsum", "cumprod", "sum", "mean"),
    ("sqrt", "square", "abs"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("maximum", "minimum"),
    ("log", "log10", "log2", "log1p", "exp"),
    ("vstack", "hstack", "stack", "concatenate"),
    ("outer", "multiply"),
    ("tile", "repeat"),
    ("solve", "dot"),
    ("sin", "cos", "tan"),
    ("argmax", "argmin"),
)

OMITTED = {
    "axis": "no axis is named, so that all entries are taken together",
    "keepdims": "an axis is lost that has to stay",
    "ddof": "the number of degrees of freedom is not right",
}

# Slips at the end, where `_` is the result.
RESULTS = {
    "-_": "the result has the wrong sign",
    "_ ** 2": "the result is squared once more",
    "np.sqrt(_)": "a root is taken of the result",
    "np.abs(_)": "an absolute value is taken of the result",
    "1 - _": "this is 1 minus the result",
    "1 / _": "the result is upside down",
    "np.sum(_)": "the results are summed up",
    "np.mean(_)": "the mean of the results is returned",
    "np.mean(_, axis=0)": "the mean of the results is returned",
    "np.maximum(_, 0)": "the result is cut off at 0",
    "np.clip(_, 0, 1)": "the result is cut off at 0 and at 1",
    "np.round(_)": "the result is rounded",
    "np.transpose(_)": "the result is transposed",
    "_[-1]": "only the last result is returned",
    "_[0]": "only the first result is returned",
    "_[::-1]": "the results are in the opposite order",
    "np.cumsum(_, axis=0)": "the results are summed up over time once more",
    "np.roll(_, 1, axis=0)": "the results are one step late",
    "np.roll(_, -1, axis=0)": "the results are one step early",
    "np.ravel(_)": "the results are strung together in one long vector",
    "np.squeeze(_)": "an axis of length 1 is lost",
}

# Slips at a part `_`.
PARTS = {
    "_ ** 2": "something is squared that should not be",
    "np.sqrt(_)": "a root is taken that does not belong",
    "np.abs(_)": "an absolute value is taken that does not belong",
    "_ + 1": "something is 1 too large",
    "_ - 1": "something is 1 too small",
    "2 * _": "something is counted twice",
    "_ / 2": "something is counted half",
    "1 / _": "something is upside down",
    "1 - _": "1 minus something is taken",
    "np.mean(_)": "a mean is taken too early",
    "np.transpose(_)": "something is transposed",
    "_[::-1]": "something is taken in the opposite order",
}

# Slips at what a loop runs over, `_`.
LOOPS = {
    "list(_)[::-1]": "a loop runs in the opposite order",
    "list(_)[1:]": "a loop leaves out the first round",
    "list(_)[:-1]": "a loop leaves out the last round",
    "[*_, *list(_)[-1:]]": "a loop runs one round too many",
    "list(_)[:1]": "a loop stops after the first round",
    "list(_)[-1:]": "only the last round of a loop is run",
}


def relatives(name: str) -> list[str]:
    """Return the functions that are easily taken for another."""
    return sorted({other for family in FAMILIES if name in family for other in family} - {name})


def near(node: ast.AST, arguments: list[str]) -> str:
    """Return where to look: the arguments named below a node, two at most."""
    used = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in arguments]
    few = list(dict.fromkeys(used))[:2]
    return f"; look at {' and '.join(f'`{name}`' for name in few)}" if few else ""
