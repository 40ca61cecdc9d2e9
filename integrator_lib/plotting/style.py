"""The look of the course's figures."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#AA3377", "#555555")
"""Line colours, told apart under the common colour-vision deficiencies."""
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
"""Line styles in the order of ``PALETTE``: colour is never the only difference."""


def use_course_style() -> None:
    """Set matplotlib's defaults for the course: size, palette, spines and grid.

    A notebook's figures get two pixels for one, which screens of high density show sharply.
    """
    if "inline" in plt.get_backend():
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")
    plt.rcParams.update(
        {
            "figure.figsize": (7.0, 3.4),
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
            "figure.facecolor": "white",
            "axes.prop_cycle": plt.cycler(color=PALETTE),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.grid": True,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "font.size": 10,
            "svg.hashsalt": "integrator",
        }
    )


def steps_of(array: Any) -> np.ndarray:
    """Return the numbers of an array's steps, 1, 2, ..."""
    return np.arange(1, len(array) + 1)
