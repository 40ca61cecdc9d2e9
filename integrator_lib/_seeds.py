"""One seed, many purposes: each purpose draws from a stream of its own."""

import zlib
from typing import Any

import jax

from integrator_lib._arguments import whole_number


def stream(purpose: str, seed: Any) -> jax.Array:
    """Return the random key of one purpose.

    The purpose's name is hashed into the seed, so that two purposes never share
    random numbers, even under the same seed.

    Args:
        purpose: What the numbers are for, such as ``"training data"``.
        seed: A whole number of at least 0, or a scalar key from ``jax.random.key``.

    Returns:
        A scalar JAX random key.

    Raises:
        TypeError: If ``seed`` is neither.
        ValueError: If ``seed`` is a negative number, too large, or an array of keys.
    """
    constant = zlib.crc32(purpose.encode())
    if isinstance(seed, jax.Array) and jax.dtypes.issubdtype(seed.dtype, jax.dtypes.prng_key):
        if seed.shape != ():
            raise ValueError(f"seed must be one key, got an array of keys of shape {seed.shape}")
        return jax.random.fold_in(seed, constant)
    number = whole_number("seed", seed, at_least=0)
    if number >= 2**32:
        raise ValueError(f"seed must be below 2**32, got {number}")
    return jax.random.fold_in(jax.random.key(number), constant)
