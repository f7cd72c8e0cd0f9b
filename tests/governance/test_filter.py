"""The Rényi filter: dp_accounting's figures, per-order caps written out, and a twin that spends δ at every order."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.filter import (
    DELTA_SHARES,
    FILTER_ORDERS,
    ORDERS,
    RenyiFilter,
    add_curves,
    convert,
    epsilon_of,
)
from wuming.core.errors import PrivacyParameterError


def gaussian(sigma: float) -> tuple[float, ...]:
    """Rényi curve of the Gaussian mechanism (Mironov 2017, Corollary 3)."""
    return tuple(order / (2 * sigma**2) for order in ORDERS)


@pytest.mark.parametrize("sigma", [0.3, 0.7, 1.0, 3.0, 10.0, 100.0, 1e6])
@pytest.mark.parametrize("delta", [1e-3, 1e-5, 1e-9])
def test_conversion_agrees_with_dp_accounting(sigma: float, delta: float) -> None:
    rdp = pytest.importorskip("dp_accounting.rdp")
    expected, _ = rdp.compute_epsilon(list(ORDERS), list(gaussian(sigma)), delta)
    assert epsilon_of(gaussian(sigma), delta) == pytest.approx(expected, abs=1e-9, rel=1e-9)


def test_conversion_is_an_upper_bound_on_the_exact_gaussian() -> None:
    def phi(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2))

    for sigma in (0.5, 1.0, 4.0):
        epsilon, mu = epsilon_of(gaussian(sigma), 1e-5), 1 / sigma
        assert phi(-epsilon / mu + mu / 2) - math.exp(epsilon) * phi(-epsilon / mu - mu / 2) <= 1e-5


def test_grid_and_shares() -> None:
    assert set(FILTER_ORDERS) <= set(ORDERS)
    assert list(ORDERS) == sorted(set(ORDERS))
    assert ORDERS[0] == 1.1
    assert ORDERS[-1] == 512
    assert math.fsum(DELTA_SHARES) == pytest.approx(1, abs=1e-15)


def rdp_cap(order: float, share: float, cap: float, delta: float) -> float:
    """The ρ whose conversion at (order, share of delta) is the cap: Proposition 12 solved for ρ."""
    return cap - math.log((order - 1) / order) + math.log(share * delta * order) / (order - 1)


def plain_admits(total: tuple[float, ...], cap: float, delta: float) -> bool:
    """Some order of the filter is within its own fixed cap."""
    return any(
        total[ORDERS.index(order)] <= rdp_cap(order, share, cap, delta)
        for order, share in zip(FILTER_ORDERS, DELTA_SHARES, strict=True)
    )


_SIGMAS = st.lists(st.floats(0.4, 50), min_size=1, max_size=12)


@given(sigmas=_SIGMAS, cap=st.floats(0.3, 30))
@settings(max_examples=60, deadline=None)
def test_equal_to_fixed_caps_at_each_order(sigmas: list[float], cap: float) -> None:
    guard, spent = RenyiFilter(cap, 1e-5), (0.0,) * len(ORDERS)
    for sigma in sigmas:
        after = add_curves(spent, gaussian(sigma))
        if abs(guard.charge(after) - cap) > 1e-9:
            assert guard.admits(spent, gaussian(sigma)) == plain_admits(after, cap, 1e-5)
        if guard.admits(spent, gaussian(sigma)):
            spent = after
    assert guard.charge(spent) <= cap


@given(sigmas=_SIGMAS, low=st.floats(0.3, 30), more=st.floats(0, 10))
@settings(max_examples=40, deadline=None)
def test_a_higher_cap_admits_whatever_a_lower_one_does(sigmas: list[float], low: float, more: float) -> None:
    spent = (0.0,) * len(ORDERS)
    for sigma in sigmas:
        if RenyiFilter(low, 1e-5).admits(spent, gaussian(sigma)):
            assert RenyiFilter(low + more, 1e-5).admits(spent, gaussian(sigma))
            spent = add_curves(spent, gaussian(sigma))


def _shares_add_up(charge_at: list[float]) -> bool:
    """Say whether the δ that each order's charge implies adds up to at most 1e-5 over the filter's orders."""
    curve = gaussian(1.0)
    total = 0.0
    for order, charge in zip(FILTER_ORDERS, charge_at, strict=True):
        rho = curve[ORDERS.index(order)]
        total += math.exp((order - 1) * (rho - charge)) / (order - 1) * (1 - 1 / order) ** order
    return total <= 1e-5 * (1 + 1e-9)


def test_delta_is_shared_and_a_twin_that_spends_it_at_every_order_is_rejected() -> None:
    curve = gaussian(1.0)
    at = [curve[ORDERS.index(order)] for order in FILTER_ORDERS]
    shared = zip(at, FILTER_ORDERS, DELTA_SHARES, strict=True)
    assert _shares_add_up([convert(rho, order, 1e-5 * share) for rho, order, share in shared])
    assert not _shares_add_up([convert(rho, order, 1e-5) for rho, order in zip(at, FILTER_ORDERS, strict=True)])


@given(sigma=st.floats(0.3, 100))
@settings(max_examples=40, deadline=None)
def test_adaptivity_has_a_price_and_it_is_bounded(sigma: float) -> None:
    guard = RenyiFilter(8, 1e-5)
    assert guard.epsilon_of(gaussian(sigma)) <= guard.charge(gaussian(sigma))
    assert guard.charge(gaussian(sigma)) <= 1.6 * guard.epsilon_of(gaussian(sigma)) + 0.1


def test_nothing_spent_is_nothing() -> None:
    zero = (0.0,) * len(ORDERS)
    assert RenyiFilter(1, 1e-5).charge(zero) == epsilon_of(zero, 1e-5) == 0
    assert epsilon_of(gaussian(1e7), 1e-5) == 0


def test_infinite_orders_are_allowed() -> None:
    curve = tuple(math.inf if order > 8 else order / 2 for order in ORDERS)
    assert RenyiFilter(20, 1e-5).admits((0.0,) * len(ORDERS), curve)
    assert not RenyiFilter(20, 1e-5).admits((0.0,) * len(ORDERS), (math.inf,) * len(ORDERS))


@pytest.mark.parametrize(
    ("epsilon", "delta"), [(0, 1e-5), (-1, 1e-5), (math.nan, 1e-5), (math.inf, 1e-5), (1, 0), (1, 1)]
)
def test_bad_caps(epsilon: float, delta: float) -> None:
    with pytest.raises(PrivacyParameterError):
        RenyiFilter(epsilon, delta)


@pytest.mark.parametrize("value", [-1e-12, math.nan])
def test_bad_curves(value: float) -> None:
    with pytest.raises(PrivacyParameterError):
        RenyiFilter(1, 1e-5).charge([value] * len(ORDERS))
    with pytest.raises(PrivacyParameterError):
        RenyiFilter(1, 1e-5).charge([1.0])
