"""Returns: prices that are at hand, and what adds up to their growth."""

import csv
from typing import Any, NamedTuple

import matplotlib.cbook
import numpy as np

from integrator_lib._arguments import finite_array, one_of, whole_number

SERIES = {"Google": "days", "S&P 500": "months", "Apple": "months"}
"""Names of the series of prices, and the time between two prices of each."""
_COLUMNS = {"S&P 500": "^GSPC", "Apple": "AAPL"}


class Prices(NamedTuple):
    """A series of prices.

    Attributes:
        name: What was traded.
        values: Prices, ``(time,)``.
        interval: ``"days"`` or ``"months"``.
        synthetic: Whether they were drawn, because the recorded ones are not on this machine.
    """

    name: str
    values: np.ndarray
    interval: str
    synthetic: bool


def load_prices(name: str) -> Prices:
    """Read a series of prices from the examples that come with matplotlib.

    They are read where they lie. matplotlib's headers name Yahoo Finance as their source.
    Google's are daily, from August 2004 to October 2008, corrected for dividends and splits;
    the other two are monthly, from 1990 to June 2022. Some distributions leave the examples
    out: then the prices are drawn.

    Args:
        name: ``"Google"``, ``"S&P 500"`` or ``"Apple"``.

    Raises:
        ValueError: If there is no series of this name.
    """
    interval = SERIES[one_of("name", name, tuple(SERIES))]
    try:
        values = _daily() if name == "Google" else _monthly(_COLUMNS[name])
    except OSError:
        return Prices(name, synthetic_prices(interval), interval, synthetic=True)
    return Prices(name, values, interval, synthetic=False)


def _daily() -> np.ndarray:
    with np.load(_sample("goog.npz")) as archive:
        return np.asarray(archive["price_data"]["adj_close"], np.float64)


def _monthly(column: str) -> np.ndarray:
    with open(_sample("Stocks.csv"), encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        # Some rows are about other shares only, and leave this one's price empty.
        return np.array([float(row[column]) for row in rows if row[column]])


def _sample(name: str) -> Any:
    return matplotlib.cbook.get_sample_data(name, asfileobj=False)


def synthetic_prices(interval: str, *, seed: Any = 0) -> np.ndarray:
    """Draw prices whose logarithm is a random walk, as long as the recorded series.

    Args:
        interval: ``"days"`` for 1,047 prices with 2 % of noise a day, ``"months"`` for 391
            prices with 10 % a month.
        seed: Of NumPy's generator.
    """
    one_of("interval", interval, ("days", "months"))
    steps, mean, std = (1046, 0.001, 0.02) if interval == "days" else (390, 0.01, 0.1)
    walk = np.cumsum(mean + std * np.random.default_rng(seed).standard_normal(steps))
    return np.exp(np.concatenate([[0.0], walk]))


def simple_returns(prices: Any) -> np.ndarray:
    """Return ``r_t = P_t / P_(t-1) - 1``, one fewer than there are prices.

    Args:
        prices: ``(time,)``, above 0.

    Raises:
        ValueError: If a price is not above 0.
    """
    prices = np.asarray(finite_array("prices", prices, (None,)), np.float64)
    if prices.min(initial=np.inf) <= 0:
        raise ValueError(f"prices must be above 0, got {prices.min()}")
    return prices[1:] / prices[:-1] - 1


def log_returns(prices: Any) -> np.ndarray:
    """Return ``ln(P_t / P_(t-1))``, which add up to the logarithm of the growth.

    Arguments and errors are those of :func:`simple_returns`.
    """
    return np.log1p(simple_returns(prices))


def gap(returns: Any, num_terms: int) -> float:
    """Return the first terms of what a sum of simple returns says too much.

    ``sum r - sum ln(1 + r) = sum r^2 / 2 - sum r^3 / 3 + sum r^4 / 4 - ...``

    Args:
        returns: Simple returns, ``(time,)``, between -1 and 1 for the series to converge.
        num_terms: How many terms, at least 1.
    """
    returns = np.asarray(finite_array("returns", returns, (None,)), np.float64)
    if np.abs(returns).max(initial=0) >= 1:
        raise ValueError("returns must lie between -1 and 1 for the series to converge")
    powers = range(2, whole_number("num_terms", num_terms) + 2)
    return float(sum((-1) ** k * np.sum(returns**k) / k for k in powers))
