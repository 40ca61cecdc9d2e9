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
from integrator_lib.dynamics import Linearisation, active_units, input_gain, readout
from integrator_lib.networks import IntegratorRNN
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
        e = 1 - end.gain * end.mode.eigenvalue ** np.arange(num_steps)
        from_bias = task.bias_scale**2 * moment * np.mean(np.cumsum(e) ** 2)
        mse += from_bias + share * task.noise_std**2 * np.mean(np.cumsum(e**2))
    return float(mse)


def eigenvalue_gradient(at: Linearisation) -> np.ndarray:
    """Return the integrating eigenvalue's derivative by each entry of ``W``.

    The Jacobian of a ReLU network is ``J = D W_h^T``, where ``D`` keeps the units that are
    active at this place. A change of the weights moves the eigenvalue by
    ``l dJ r = sum_ji r_j dW_ji (l D)_i``, so that its gradient is an outer product.

    Args:
        at: Where the network was linearised.

    Returns:
        ``(1 + hidden, hidden)``; the first row, of the input weights, is 0.
    """
    by_recurrent = np.outer(at.mode.right, at.mode.left * active_units(at))
    return np.vstack([np.zeros(len(by_recurrent)), by_recurrent])


def gain_gradient(model: IntegratorRNN, at: Linearisation) -> np.ndarray:
    """Return the gain's derivative by each entry of ``W``.

    With the projector ``P = r l`` on the integrating mode the gain is ``w P b``, where ``b`` is
    what the input writes. ``P`` moves by ``S dJ P + P dJ S``, where ``S`` inverts
    ``eigenvalue - J`` on all other modes and is 0 on this one; ``b = D w_x`` moves with the
    input weights.

    Args:
        model: A ReLU network.
        at: Where it was linearised.

    Returns:
        ``(1 + hidden, hidden)``.
    """
    w = np.asarray(readout(model)[0], np.float64)
    b = np.asarray(input_gain(model, at.state), np.float64)
    P = np.outer(at.mode.right, at.mode.left)
    S = np.linalg.inv(at.mode.eigenvalue * np.eye(len(w)) - at.jacobian + P) - P
    active = active_units(at)
    by_recurrent = np.outer(P @ b, active * (w @ S)) + np.outer(S @ b, active * (w @ P))
    return np.vstack([active * (w @ P), by_recurrent])


def shifted(model: IntegratorRNN, at: Linearisation, change: Any) -> Linearisation:
    """Predict eigenvalue and gain after a change of the weights, to first order.

    Args:
        model: A ReLU network.
        at: Where it was linearised.
        change: Change of ``W``, ``(1 + hidden, hidden)``.

    Returns:
        The linearisation with the predicted eigenvalue and gain; all else is as it was.
    """
    eigenvalue = at.mode.eigenvalue + eigenvalue_shift(at, change)
    gain = at.gain + float(np.sum(gain_gradient(model, at) * change))
    return at._replace(mode=at.mode._replace(eigenvalue=eigenvalue), gain=gain)


def eigenvalue_shift(at: Linearisation, change: Any) -> float:
    """Predict how a change of a ReLU network's weights moves the integrating eigenvalue.

    To first order the shift is ``l dJ r``, the sum of the products of the change with
    :func:`eigenvalue_gradient`.

    Args:
        at: Where the network was linearised.
        change: Change of ``W``, ``(1 + hidden, hidden)``.

    Raises:
        ValueError: If the change is not of that shape and finite.
    """
    size = len(at.state)
    change = np.asarray(finite_array("change", change, (1 + size, size)), np.float64)
    return float(np.sum(eigenvalue_gradient(at) * change))


def shift_std(at: Linearisation, noise_std: float) -> float:
    """Predict the eigenvalue's standard deviation under independent noise on all weights.

    ``sd(l dJ r) = noise_std ||l_active|| ||r||``, the norm of the gradient. Where a value is
    held as a fixed point it is never below ``noise_std``: ``r`` is 0 at silent units, so that
    ``l_active . r = 1``, and by Cauchy and Schwarz ``||l_active|| ||r|| >= 1``.

    Args:
        at: Where the network was linearised.
        noise_std: Standard deviation of the noise on each weight.
    """
    noise_std = real_number("noise_std", noise_std, at_least=0)
    return float(noise_std * np.linalg.norm(eigenvalue_gradient(at)))


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
