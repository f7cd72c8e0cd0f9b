"""Rényi divergences of mixtures against integration in high precision; never below it."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.mixtures import NOTHING, Mixture, binomial, renyi_divergence


def by_integration(upper, lower, sigma, order):
    mpmath.mp.dps = 40

    def density(mixture, x):
        return mpmath.fsum(
            mpmath.exp(w - ((x - m) / sigma) ** 2 / 2) for w, m in zip(mixture.log_weights, mixture.means, strict=True)
        ) / (sigma * mpmath.sqrt(2 * mpmath.pi))

    high = order * max(upper.means) - (order - 1) * min(lower.means) + 14 * sigma
    low = order * min(upper.means) - (order - 1) * max(lower.means) - 14 * sigma
    nodes = [low + (high - low) * k / 12 for k in range(13)]
    value = mpmath.quad(lambda x: density(upper, x) ** order * density(lower, x) ** (1 - order), nodes)
    return float(mpmath.log(value) / (order - 1))


PAIRS = [
    (binomial(1, 0.15), NOTHING, 0.92),
    (NOTHING, binomial(1, 0.15), 0.92),
    (binomial(1, 0.05), binomial(1, 0.05, mean=-1.0), 1.5),
    (binomial(4, 0.1), NOTHING, 3.0),
    (NOTHING, binomial(4, 0.1), 3.0),
]


@pytest.mark.parametrize("order", [1.1, 2.0, 8.5])
@pytest.mark.parametrize("pair", PAIRS, ids=range(len(PAIRS)))
def test_against_integration(pair, order):
    exact = by_integration(*pair, order)
    assert exact <= renyi_divergence(*pair, order) <= exact * (1 + 1e-8) + 1e-11


def test_a_sum_that_is_too_coarse_would_be_caught(monkeypatch):
    # The broken twin (spacing without the proof): the comparison above rejects it.
    monkeypatch.setattr("wuming.accounting.mixtures._spacing", lambda span, order: 3.0)
    pair = PAIRS[0]
    assert abs(renyi_divergence(*pair, 8.5) / by_integration(*pair, 8.5) - 1) > 1e-6


def test_the_library_agrees_at_whole_orders():
    rdp = pytest.importorskip("dp_accounting.rdp")
    library = pytest.importorskip("dp_accounting.dp_event")
    orders = [2, 3, 8, 64, 512]
    for q, sigma in ((0.004, 1.1), (0.5, 5.0), (0.15, 0.6)):
        theirs = rdp.RdpAccountant(orders)
        theirs.compose(library.PoissonSampledDpEvent(q, library.GaussianDpEvent(sigma)))
        ours = [renyi_divergence(binomial(1, q), NOTHING, sigma, order) for order in orders]
        assert ours == pytest.approx(list(theirs.rdp), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-6, 1.0), st.integers(1, 6), st.floats(0.3, 30.0), st.floats(1.01, 300.0))
def test_bounds(probability, records, sigma, order):
    present = binomial(records, probability)
    assert sum(math.exp(w) for w in present.log_weights) == pytest.approx(1, abs=1e-12)
    for pair in ((present, NOTHING), (NOTHING, present)):
        value = renyi_divergence(*pair, sigma, order)
        assert 0 <= value <= order * (records / sigma) ** 2 / 2 * (1 + 1e-9)
        assert renyi_divergence(*pair, sigma, order * 1.5) >= value * (1 - 1e-9) - 1e-12 * order / (order - 1)


def test_where_the_sum_would_be_too_long_the_plain_bound_stands():
    assert renyi_divergence(binomial(1, 0.5), NOTHING, 1e-3, 500.0) == pytest.approx(500 * 1e6 / 2)
    assert renyi_divergence(Mixture((0.0,), (1.0,)), NOTHING, 1e-200, 2.0) == math.inf
