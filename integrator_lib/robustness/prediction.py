"""What damage does, predicted from the integrating mode before it is measured.

All predictions are to first order at one place of the line, from its Jacobian ``J`` and the
right and left eigenvectors ``r`` and ``l`` of the eigenvalue nearest to 1. With the readout
``w``, a small push ``p`` of the state is worth ``w J^k p`` in the output ``k`` steps later,
and ``(w . r)(l . p)`` in the long run.
"""

import statistics
from typing import Any

import numpy as np

from integrator_lib._arguments import finite_array, instance, real_number, whole_number
from integrator_lib.dynamics import Linearisation, active_units
from integrator_lib.task import IntegratorTask


def predicted_mse(
    task: IntegratorTask,
    ends: tuple[Linearisation, Linearisation],
    *,
    num_steps: int | None = None,
) -> float:
    """Predict the mean squared error from eigenvalue and gain of the two halves of the line.

    A network without offsets has one eigenvalue and one gain wherever the sum is negative,
    and another pair where it is positive. The formula is that of :func:`theory.leaky_mse`,
    once for the trials with a negative bias and once for those with a positive one; it
    leaves out that a trial may change sides.

    Args:
        task: Where trials come from.
        ends: A place on the negative and one on the positive half, as from
            :func:`linearise_ends`.
        num_steps: Steps in a trial; the task's own if ``None``.

    Returns:
        The error, averaged over trials and steps.
    """
    instance("task", task, IntegratorTask)
    num_steps = whole_number("num_steps", task.num_steps if num_steps is None else num_steps)
    # The bias is b = 2m(z - 1/2) with a standard normal z, so it is positive for z > 1/2.
    # Integrate 1 and (b/m)^2 = 4z^2 - 4z + 1 over each side.
    normal = statistics.NormalDist()
    shares = (normal.cdf(0.5), normal.cdf(-0.5))
    second_moments = (5 * shares[0] + 2 * normal.pdf(0.5), 5 * shares[1] - 2 * normal.pdf(0.5))
    mse = 0.0
    for share, moment, end in zip(shares, second_moments, ends, strict=True):
        w = 1 - end.gain * end.mode.eigenvalue ** np.arange(num_steps)
        from_bias = task.bias_scale**2 * moment * np.mean(np.cumsum(w) ** 2)
        mse += from_bias + share * task.noise_std**2 * np.mean(np.cumsum(w**2))
    return float(mse)


def eigenvalue_shift(at: Linearisation, change: Any) -> float:
    """Predict how a change of a ReLU network's weights moves the integrating eigenvalue.

    To first order the shift is ``l dJ r``. The Jacobian is ``J = D W_h^T``, where ``D`` keeps
    the units that are active at this place, so ``dJ = D dW_h^T``.

    Args:
        at: Where the network was linearised.
        change: Change of ``W``, ``(1 + hidden, hidden)``.

    Raises:
        ValueError: If the change is not of that shape and finite.
    """
    size = len(at.state)
    change = np.asarray(finite_array("change", change, (1 + size, size)), np.float64)
    return float(at.mode.right @ change[1:] @ (at.mode.left * active_units(at)))


def shift_std(at: Linearisation, noise_std: float) -> float:
    """Predict the eigenvalue's standard deviation under independent noise on all weights.

    ``sd(l dJ r) = noise_std ||l_active|| ||r||``, since ``l dJ r`` is a sum of independent
    terms ``l_i dW_ji r_j``.

    Args:
        at: Where the network was linearised.
        noise_std: Standard deviation of the noise on each weight.
    """
    noise_std = real_number("noise_std", noise_std, at_least=0)
    left = np.linalg.norm(at.mode.left * active_units(at))
    return float(noise_std * left * np.linalg.norm(at.mode.right))


def state_noise_variance(at: Linearisation, w: Any, noise_std: float, num_steps: int) -> np.ndarray:
    """Predict the output's variance when every step adds noise to every entry of the state.

    Noise that came in ``k`` steps ago is worth ``w J^k`` now, so the variance after ``t``
    steps is ``noise_std^2 sum_{k<t} ||w J^k||^2``. In the long run each step adds
    ``noise_std^2 (w . r)^2 ||l||^2``.

    Args:
        at: Where the network was linearised.
        w: Readout, ``(state_size,)``.
        noise_std: Standard deviation of the noise on each entry in each step.
        num_steps: Number of steps.

    Returns:
        Variance after each step, ``(num_steps,)``.
    """
    noise_std = real_number("noise_std", noise_std, at_least=0)
    worth = np.asarray(finite_array("w", w, at.state.shape), np.float64)
    added = np.empty(whole_number("num_steps", num_steps))
    for k in range(num_steps):
        added[k] = worth @ worth
        worth = worth @ at.jacobian
    return noise_std**2 * np.cumsum(added)
