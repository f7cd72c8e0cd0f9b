"""Skellam noise: ε and Rényi divergences against exact sums over the integers; never below, and within one percent."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

from wuming.accounting.accountant import delta_of, epsilon, rdp
from wuming.accounting.events import Composed, Gaussian, Skellam, event_from_json
from wuming.accounting.skellam import equivalent_standard_deviation, skellam_divergence
from wuming.benchmarks.federated.exact import Exact, Ones
from wuming.core.errors import PrivacyParameterError

CASES = [
    (4.0, (1,)),
    (16.0, (1,)),
    (16.0, (3,)),
    (25.0, (1, 1)),
    (100.0, (7,)),
    (100.0, (3, -4)),
    (400.0, (20,)),
    (2500.0, (30,)),
    (36.0, (2, 1, -1)),
    (100.0, (12,)),
]


def norms(shift):
    return math.hypot(*shift), float(sum(map(abs, shift)))


@pytest.mark.parametrize(("variance", "shift"), CASES)
def test_epsilon_is_never_below_the_exact_one(variance, shift):
    exact, (l2, l1) = Exact(variance, shift), norms(shift)
    event = Skellam(variance, l2, l1)
    for delta in (1e-2, 1e-5, 1e-8):
        assert epsilon(event, delta) >= exact.epsilon(delta)
    assert delta_of(event, 0.3) >= exact.delta(0.3)


@pytest.mark.parametrize(("variance", "coordinates"), [(100.0, 9), (100.0, 49), (400.0, 100), (2500.0, 400)])
def test_epsilon_is_within_one_percent_of_that_of_many_coordinates_moved_by_one(variance, coordinates):
    exact = Ones(variance, coordinates)
    event = Skellam(variance, math.sqrt(coordinates), float(coordinates))
    for delta in (1e-2, 1e-5, 1e-8):
        true, ours = exact.epsilon(delta), epsilon(event, delta)
        assert true <= ours <= 1.01 * true + 2e-4, (delta, true, ours)
    for at in (0.05, 0.3, 1.0):
        assert delta_of(event, at) >= exact.delta(at)


@pytest.mark.parametrize(("variance", "shift"), CASES)
def test_divergences_are_bounded_by_both_bounds(variance, shift):
    exact, (l2, l1) = Exact(variance, shift), norms(shift)
    deviation = equivalent_standard_deviation(variance)
    for order in (1.3, 2, 2.5, 4, 10):
        true = exact.divergence(order)
        dominating = order * l2**2 / (2 * deviation**2)
        assert true <= dominating
        assert true <= skellam_divergence(order, l1, l2, variance) * (1 + 1e-12)
        assert rdp(Skellam(variance, l2, l1), [order])[0] >= true
        if variance >= 100 and order * l2 <= variance / 5:
            assert dominating <= 1.01 * true


def test_steps_and_vectors_compose_like_one_event():
    event = Skellam(400.0, 3.0, 9.0, 4)
    one = Composed((Skellam(400.0, 3.0, 9.0),) * 4)
    assert epsilon(event, 1e-6) == pytest.approx(epsilon(one, 1e-6), rel=2e-3)
    exact = Exact(100.0, (1,) * 3)
    assert epsilon(Skellam(100.0, 1.0, 1.0, 3), 1e-6) >= exact.epsilon(1e-6)


@pytest.mark.parametrize("variance", [1.0, 2.0, 10.0, 100.0, 1e4, 1e6])
def test_the_equivalent_deviation_is_near_the_series_and_below_the_true_one(variance):
    found = equivalent_standard_deviation(variance) / math.sqrt(variance)
    assert found < 1
    if variance >= 10:
        assert found == pytest.approx(1 - 1 / (6 * variance), abs=0.1 / variance**2 + 2e-7)


def dominated(deviation, variance, shift=1):
    """Whether a Gaussian of this deviation tells as much, by δ(ε) on a grid and by the exact sums."""
    exact = Exact(variance, (shift,))
    ratio = shift / deviation
    for at in np.linspace(0, 3 * ratio, 40):
        gaussian = mpmath.ncdf(ratio / 2 - at / ratio) - math.exp(at) * mpmath.ncdf(-ratio / 2 - at / ratio)
        if exact.delta(at) > float(gaussian) * (1 + 1e-9) + 1e-15:
            return False
    return True


@pytest.mark.parametrize("variance", [1.0, 4.0, 25.0])
def test_a_twin_that_takes_skellam_for_gaussian_is_found(variance):
    assert all(dominated(equivalent_standard_deviation(variance), variance, shift) for shift in (1, 2, 5))
    assert not dominated(math.sqrt(variance), variance)


def test_replace_one_is_twice_the_shift():
    event = Skellam(100.0, 5.0, 5.0)
    assert epsilon(event, 1e-5, relation="replace-one") >= Exact(100.0, (10,)).epsilon(1e-5)
    assert rdp(event, [3.0], relation="replace-one")[0] >= Exact(100.0, (10,)).divergence(3)


def test_nearly_a_gaussian_where_the_grid_is_fine():
    assert epsilon(Skellam(1e8, 1e4, 1e6), 1e-5) == pytest.approx(epsilon(Gaussian(1.0), 1e-5), abs=3e-4)


def test_json_and_refusals():
    event = Skellam(100.0, 5.0, 7.0, 3)
    assert event_from_json(event.as_json()) == event
    for wrong in itertools.chain(
        [(0.5, 1.0, 1.0), (2.0**33, 1.0, 1.0), (math.nan, 1.0, 1.0), (100.0, 0.0, 1.0), (100.0, 2.0, 1.0)],
        [(100.0, 1.0, 1.0, 0), (100.0, 1.0, math.inf)],
    ):
        with pytest.raises(PrivacyParameterError):
            Skellam(*wrong)
