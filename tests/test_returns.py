"""Prices and returns."""

import numpy as np
import pytest

from integrator_lib.applications import (
    SERIES,
    gap,
    load_prices,
    log_returns,
    simple_returns,
    synthetic_prices,
)


@pytest.mark.parametrize(("name", "length"), [("Google", 1047), ("S&P 500", 391), ("Apple", 391)])
def test_prices_are_read_where_matplotlib_keeps_them(name, length):
    series = load_prices(name)
    assert not series.synthetic and series.interval == SERIES[name]
    assert series.values.shape == (length,) and series.values.min() > 0


def test_known_growth_of_the_recorded_series():
    growth = {n: load_prices(n).values[-1] / load_prices(n).values[0] for n in SERIES}
    assert growth["S&P 500"] == pytest.approx(11.61, abs=0.01)
    assert growth["Google"] == pytest.approx(3.615, abs=0.001)
    assert growth["Apple"] == pytest.approx(567, abs=1)


def test_missing_examples_are_replaced_by_prices_that_say_so(monkeypatch, tmp_path):
    monkeypatch.setattr("matplotlib.cbook.get_sample_data", lambda name, asfileobj: tmp_path / name)
    for name in SERIES:
        series = load_prices(name)
        assert series.synthetic and len(series.values) in (1047, 391)
    with pytest.raises(ValueError, match="name must be one of Google"):
        load_prices("tulips")


def test_log_returns_add_up_to_the_growth_and_simple_ones_multiply():
    prices = synthetic_prices("days", seed=3)
    assert np.exp(log_returns(prices).sum()) == pytest.approx(prices[-1] / prices[0])
    assert np.prod(1 + simple_returns(prices)) == pytest.approx(prices[-1] / prices[0])
    with pytest.raises(ValueError, match="prices must be above 0"):
        log_returns([1.0, 0.0])


def test_gap_is_the_series_of_the_logarithm():
    r = np.array([0.1, -0.2, 0.3])
    assert gap(r, 1) == pytest.approx(0.5 * np.sum(r**2))
    assert gap(r, 2) == pytest.approx(0.5 * np.sum(r**2) - np.sum(r**3) / 3)
    assert gap(r, 60) == pytest.approx(r.sum() - np.log1p(r).sum(), abs=1e-14)
    with pytest.raises(ValueError, match="between -1 and 1"):
        gap([1.5], 2)
    with pytest.raises(ValueError, match="num_terms must be at least 1"):
        gap(r, 0)
