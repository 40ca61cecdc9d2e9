"""Search with mattgolub/fixed-point-finder: ``finder_worker.py CHECKOUT TASKS FOUND RATE``.

Runs in an environment of its own (``make bench-torch``), so it imports PyTorch and NumPy only.
Reads networks and starting points, and writes where its searches ended, with their speeds ``q``.
"""

import contextlib
import io
import sys

import numpy as np
import torch


class Step(torch.nn.Module):
    """One step of a network, called as the tool wants it."""

    batch_first = True

    def __init__(self, W: np.ndarray, b: np.ndarray, rectifies: bool) -> None:
        super().__init__()
        self.W = torch.nn.Parameter(torch.from_numpy(W))
        self.b = torch.nn.Parameter(torch.from_numpy(b))
        self.rectifies = rectifies

    def forward(self, x: torch.Tensor, h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the next states ``(batch, 1, units)``, and again as ``(1, batch, units)``."""
        joined = torch.cat([x[:, 0], h[0]], dim=1) @ self.W + self.b
        states = torch.relu(joined) if self.rectifies else joined
        return states[:, None], states[None]


def main(checkout: str, tasks: str, found: str, rate: str) -> None:
    """Search each network, the first learning rate as told, and write all ends."""
    sys.path.insert(0, checkout)
    from FixedPointFinderTorch import FixedPointFinderTorch

    torch.set_num_threads(1)  # the matrices are small
    given, ends = np.load(tasks), {}
    for name in given["names"]:
        step = Step(given[f"{name} W"], given[f"{name} b"], bool(given[f"{name} rectifies"]))
        # Its Jacobians are not asked for: one of its three ways to them is a loop over all points.
        finder = FixedPointFinderTorch(
            step,
            lr_init=float(rate),
            verbose=False,
            do_compute_jacobians=False,
            do_decompose_jacobians=False,
        )
        with contextlib.redirect_stdout(io.StringIO()):
            unique, _ = finder.find_fixed_points(given[f"{name} starts"], np.zeros((1, 1)))
        ends[f"{name} points"], ends[f"{name} q"] = unique.xstar, unique.qstar
        print(f"rate {rate}, {name}: {unique.n} points", flush=True)
    ends["tolerance"] = np.array(finder.tol_q)
    ends["torch"] = np.array(torch.__version__)
    np.savez(found, **ends)


if __name__ == "__main__":
    main(*sys.argv[1:])
