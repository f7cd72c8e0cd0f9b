"""Discrete Laplace and (ε, δ) events: divergences against sums, ε against the closed forms, failures in the filter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.accounting.accountant import approximate_rdp, epsilon, rdp
from wuming.accounting.events import (
    Composed,
    DiscreteLaplace,
    EpsilonDelta,
    Gaussian,
    RepeatAndSelect,
    event_from_json,
)
from wuming.accounting.filter import RenyiFilter
from wuming.accounting.laplace import discrete_laplace_divergence, randomised_response_divergence
from wuming.core.errors import PrivacyParameterError, UnsupportedEvent


def summed(shift, scale, order):
    """The divergence by adding up, over so many cells that nothing is left."""
    x = np.arange(-int(60 * scale) - 2 * shift - 60, int(60 * scale) + 3 * shift + 60).astype(float)
    first, second = -np.abs(x) / scale, -np.abs(x - shift) / scale
    first -= np.log(np.exp(first).sum())
    second -= np.log(np.exp(second).sum())
    terms = order * first + (1 - order) * second
    return float(terms.max() + np.log(np.exp(terms - terms.max()).sum())) / (order - 1)


@pytest.mark.parametrize("shift", [1, 2, 3, 20])
@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5, 30.0])
@pytest.mark.parametrize("order", [1.1, 2.0, 5.0, 64.0])
def test_divergence_by_adding_up(shift, scale, order):
    assert discrete_laplace_divergence(shift, scale, order) == pytest.approx(summed(shift, scale, order), rel=1e-9)


def test_fine_cells_are_the_continuous_mechanism():
    """Mironov 2017, Table II: the Laplace mechanism's curve."""
    for order, epsilon_ in ((1.5, 1.0), (3.0, 1.0), (8.0, 0.3)):
        continuous = math.log(
            order / (2 * order - 1) * math.exp((order - 1) * epsilon_)
            + (order - 1) / (2 * order - 1) * math.exp(-order * epsilon_)
        ) / (order - 1)
        cells = 1 << 20
        assert discrete_laplace_divergence(cells, cells / epsilon_, order) == pytest.approx(continuous, rel=1e-9)


@given(st.integers(1, 50), st.integers(1, 50), st.floats(0.3, 100), st.floats(1.01, 100))
def test_a_change_spread_over_coordinates_tells_no_more(first, second, scale, order):
    apart = discrete_laplace_divergence(first, scale, order) + discrete_laplace_divergence(second, scale, order)
    assert apart <= discrete_laplace_divergence(first + second, scale, order) * (1 + 1e-9) + 1e-12


@given(st.integers(1, 1000), st.floats(0.3, 1000), st.floats(1.01, 500))
def test_between_nothing_and_randomised_response(shift, scale, order):
    found = discrete_laplace_divergence(shift, scale, order)
    assert 0 <= found <= randomised_response_divergence(shift / scale, order) * (1 + 1e-9) + 1e-12
    assert randomised_response_divergence(shift / scale, order) <= shift / scale * (1 + 1e-12)


def test_epsilon_of_pure_events():
    assert epsilon(DiscreteLaplace(2.0, 1), 1e-6) == pytest.approx(0.5, abs=2e-4)
    assert epsilon(EpsilonDelta(1.0, 1e-7), 1e-6) == pytest.approx(1.0, abs=2e-4)
    assert epsilon(EpsilonDelta(0.5), 1e-6, relation="replace-one") == pytest.approx(1.0, abs=2e-4)
    # Fifty at ε = 0.1: far below 5, and not below the Gaussian limit of the composition.
    fifty = epsilon(Composed((DiscreteLaplace(10.0, 1),) * 50), 1e-6)
    assert 2.5 < fifty < 4.0


def test_failure_is_told_apart_and_never_forgotten():
    event = Composed((EpsilonDelta(0.0, 1e-7), DiscreteLaplace(2.0, 1), EpsilonDelta(0.1, 2e-7)))
    curve, failure = approximate_rdp(event)
    assert failure == pytest.approx(3e-7)
    assert curve[10] > 0
    assert approximate_rdp(event, relation="replace-one")[1] > 2 * failure
    assert approximate_rdp(Gaussian(1.0))[1] == 0
    with pytest.raises(UnsupportedEvent):
        rdp(event)


def test_private_selection_fails_as_often_as_it_runs():
    """Ten runs on average fail ten times as often; to count one run's failure is the broken twin."""
    one, selected = EpsilonDelta(0.1, 1e-7), RepeatAndSelect(EpsilonDelta(0.1, 1e-7), 10.0, 1.0)
    failure = approximate_rdp(selected)[1]
    assert failure == pytest.approx(1e-6)
    assert failure > approximate_rdp(one)[1]


def test_filter_sets_failures_aside():
    guard = RenyiFilter(2.0, 1e-5, failure_delta=5e-6)
    curve, _ = approximate_rdp(EpsilonDelta(0.5))
    assert guard.charge(curve, 0.0) == RenyiFilter(2.0, 5e-6).charge(curve)
    assert guard.charge(curve, 5e-6) == guard.charge(curve)
    assert guard.charge(curve, 6e-6) == math.inf
    assert not guard.admits([0.0] * len(curve), curve, 6e-6)
    assert RenyiFilter(2.0, 1e-5).charge(curve, 1e-12) == math.inf
    with pytest.raises(PrivacyParameterError):
        RenyiFilter(2.0, 1e-5, failure_delta=1e-5)


@pytest.mark.parametrize(
    "event", [DiscreteLaplace(2.5, 3), EpsilonDelta(1), EpsilonDelta(0, 1e-6), Composed((EpsilonDelta(1, 1e-9),))]
)
def test_json_and_back(event):
    assert event_from_json(event.as_json()) == event


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (DiscreteLaplace, (0.0, 1)),
        (DiscreteLaplace, (math.nan, 1)),
        (DiscreteLaplace, (1.0, 0)),
        (EpsilonDelta, (0.0, 0.0)),
        (EpsilonDelta, (-1.0, 0.1)),
        (EpsilonDelta, (1.0, 1.0)),
        (EpsilonDelta, (math.inf, 0.0)),
        (EpsilonDelta, (1.0, math.nan)),
    ],
)
def test_refused(make, arguments):
    with pytest.raises(PrivacyParameterError):
        make(*arguments)
