"""JAX's persistent compilation cache, in a folder of the user's own."""

import os
import warnings
from pathlib import Path

import jax


def default_folder() -> Path:
    """Return ``integrator_lib`` in the user's cache folder, ``~/.cache`` if none is set."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "integrator_lib"


def use_compilation_cache() -> Path | None:
    """Keep compiled programs on disk, so that running a chapter again need not compile.

    JAX looks a program up by its operations, its compiler's version and flags, and the
    processor's instruction set, so it never runs one that was compiled for something else.
    Set ``JAX_ENABLE_COMPILATION_CACHE=0`` to do without, ``JAX_COMPILATION_CACHE_DIR`` to
    use another folder. The folder may be deleted at any time; JAX never shrinks it.

    Returns:
        The folder; ``None`` if the cache is switched off or its folder cannot be made.
    """
    if not jax.config.values["jax_enable_compilation_cache"]:
        return None
    folder = Path(jax.config.values["jax_compilation_cache_dir"] or default_folder())
    try:
        # JAX runs what it finds there: nobody else may write to it.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    # By default JAX keeps nothing that compiles in less than a second: most of this course.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    # Another kernel may be writing the file, or the disk be full; JAX then goes on without it.
    warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation cache entry")
    return folder
