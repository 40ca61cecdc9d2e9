"""What Python's errors say, in words of the course."""

import re

_MEANINGS = (
    (r"AxisError|axis -?\d+ is out of bounds", "an axis is named that the array does not have"),
    (r"too many indices|IndexError", "an index is asked for that is not there"),
    (r"KeyError", "a key is asked for that the dictionary does not have"),
    (
        r"mismatch in its core dimension|not aligned|contracting dimensions|"
        r"enough dimensions|at least 1-dimensional|at least ndim 1",
        "two things are multiplied as matrices whose sizes do not fit",
    ),
    (
        r"broadcast|incompatible shapes|[Ii]ncompatible",
        "two arrays are combined whose shapes do not fit",
    ),
    (
        r"concatenat|same shape|same number of dimensions|need at least one array",
        "arrays are put together whose shapes do not fit, or that are no arrays",
    ),
    (r"cannot reshape|total size", "an array is given a shape that its entries do not fill"),
    (r"carry", "the state changes its shape or type in the loop; give it both before the loop"),
    (r"immutable", "an entry of a JAX array is assigned; make a new array instead"),
    (r"truth value", "an array stands where one true or false is needed"),
    (r"Tracer|Concretization", "Python decides on a value that only the compiled function knows"),
    (
        r"positional argument|unexpected keyword|multiple values|required argument|"
        r"nargs|got no values|invalid number of arguments|expected (?:at least|at most|exactly|\d)",
        "a function gets too few arguments, too many, or some that it does not know",
    ),
    (
        r"interpreted as an integer|integer scalar|to dtype\('int|must be (?:an )?integers?|"
        r"indices must be|0-dimensional|length-1 arrays|index type",
        "something else stands where one whole number is needed",
    ),
    (r"not callable", "a value is called like a function"),
    (r"not subscriptable|invalid index to scalar", "an index is taken of a single value"),
    (
        r"not iterable|iteration over a 0-d|len\(\) of unsized|has no len",
        "one value stands for many",
    ),
    (r"generator", "a generator is used like a number; what is to be done with its values?"),
    (r"unpack", "a tuple has other than the expected number of parts"),
    (
        r"unsupported operand|not supported between|bad operand|requires ndarray|valid JAX type|"
        r"ufunc .* not supported|could not convert|real number",
        "something that is no number or array is computed with",
    ),
    (r"UnboundLocalError|NameError", "a name is used that has no value yet"),
    (r"AttributeError", "an object is asked for what it does not have"),
    (r"ZeroDivisionError", "something is divided by 0"),
    (r"square", "equations are solved whose matrix is not square"),
    (r"Singular", "equations are solved that have no single solution"),
    (
        r"MemoryError|Unable to allocate|Maximum allowed",
        "an array is asked for that is far too large",
    ),
    (r"OverflowError|too large|no callable", "a number grows too large"),
    (r"RecursionError", "a function calls itself without end"),
)


def explained(error: BaseException) -> str:
    """Return what an error says of the code, as the end of the sentence "It looks as if ...".

    Empty if it is none of the errors that are known here.
    """
    said = f"{type(error).__name__}: {error}"
    return next((meaning for known, meaning in _MEANINGS if re.search(known, said)), "")
