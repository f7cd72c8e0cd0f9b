"""Shares: intervals hold the truth as often as they say, by exact enumeration; pairs are taken as pairs."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.shares import Share, difference, paired_difference
from wuming.core.errors import EmptyData, PrivacyParameterError

RATES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
SIZE = 8
CONFIDENCES = (0.8, 0.95, 0.99)


def shares(confidence=0.95):
    return st.integers(1, 30).flatmap(
        lambda total: st.integers(0, total).map(lambda count: Share(count, total, confidence))
    )


results = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12)


def paired(cases, confidence=0.95):
    return paired_difference([a for a, _ in cases], [b for _, b in cases], confidence)


def cases_of(gained, lost, both=0, neither=0):
    return [(True, False)] * gained + [(False, True)] * lost + [(True, True)] * both + [(False, False)] * neither


def test_by_hand():
    share = Share.of([True, False, True, True])
    assert (share.count, share.total, share.rate) == (3, 4, 0.75)
    # 1 of 1: the lower limit p solves p = 0.025; 0 of 1 is its mirror.
    assert Share(1, 1).interval == pytest.approx((0.025, 1.0), abs=1e-9)
    assert Share(0, 1).interval == pytest.approx((0.0, 0.975), abs=1e-9)
    # 0 of 10: the upper limit solves (1 - p)^10 = 0.025.
    assert Share(0, 10).interval[1] == pytest.approx(1 - 0.025**0.1, abs=1e-9)
    assert Share(1, 3).as_json() == {
        "count": 1,
        "of": 3,
        "share": 0.333333,
        "interval": pytest.approx([0.008404, 0.905701], abs=1e-6),
    }


def test_difference_by_hand():
    # Half of 5% goes to each interval and half of that to each side: 1 of 1 is [0.0125, 1], 0 of 1 is [0, 0.9875].
    found = difference(Share(1, 1), Share(0, 1))
    assert found["difference"] == 1.0
    assert found["interval"] == pytest.approx([0.0125 - 0.9875, 1.0], abs=1e-9)
    found = paired([(True, False)])
    assert found["difference"] == 1.0
    assert found["interval"] == pytest.approx([0.0125 - 0.9875, 1.0], abs=1e-9)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from(CONFIDENCES).flatmap(shares))
def test_the_interval_of_a_share_is_clopper_and_pearsons(share):
    exact = stats.binomtest(share.count, share.total).proportion_ci(share.confidence, method="exact")
    assert share.interval == pytest.approx((exact.low, exact.high), abs=1e-8)


def chances_of(total, rate):
    return stats.binom.pmf(range(total + 1), total, rate)


def least_coverage(method, sizes=(SIZE, SIZE), rates=RATES):
    """Return how seldom, over true rates, the interval of two shares holds their true difference: exactly."""
    first, second = sizes
    intervals = {
        (a, b): method(Share(a, first), Share(b, second))["interval"]
        for a, b in product(range(first + 1), range(second + 1))
    }
    least = 1.0
    for p, q in product(rates, rates):
        of_first, of_second = chances_of(first, p), chances_of(second, q)
        held = sum(of_first[a] * of_second[b] for (a, b), (low, high) in intervals.items() if low <= p - q <= high)
        least = min(least, held)
    return least


def ends_taken_alike(first, second):
    """A broken twin: low ends minus low ends."""
    return {"interval": [a - b for a, b in zip(first.interval, second.interval, strict=True)]}


def normal_approximation(first, second):
    """A broken twin: as if counts were normal and their variance known."""
    half = 1.96 * math.sqrt(sum(s.rate * (1 - s.rate) / s.total for s in (first, second)))
    middle = first.rate - second.rate
    return {"interval": [middle - half, middle + half]}


@pytest.mark.parametrize("sizes", [(SIZE, SIZE), (4, 13), (1, 1)])
def test_the_difference_of_two_shares_is_held(sizes):
    assert least_coverage(difference, sizes) >= 0.95


@pytest.mark.parametrize("twin", [ends_taken_alike, normal_approximation])
def test_broken_intervals_of_a_difference_are_seen(twin):
    assert least_coverage(twin) < 0.9


PAIRS = [(0.0, 0.0), (0.02, 0.0), (0.1, 0.1), (0.5, 0.5), (0.45, 0.05), (0.05, 0.45), (0.9, 0.1), (1.0, 0.0)]


def least_paired_coverage(method, total=SIZE):
    """The same for results in pairs, over chances that only the first or only the second is true."""
    least = 1.0
    outcomes = [(gained, lost) for gained in range(total + 1) for lost in range(total + 1 - gained)]
    intervals = {
        (gained, lost): method(cases_of(gained, lost, neither=total - gained - lost))["interval"]
        for gained, lost in outcomes
    }
    for p, q in PAIRS:
        chances = (p, q, max(0.0, 1 - p - q))
        held = sum(
            stats.multinomial.pmf((gained, lost, total - gained - lost), total, chances)
            for (gained, lost), (low, high) in intervals.items()
            if low <= p - q <= high
        )
        least = min(least, held)
    return least


def unpaired(cases):
    """A broken twin: as if the second attacker had met other cases."""
    return difference(Share.of([a for a, _ in cases]), Share.of([b for _, b in cases]))


def unpaired_normal(cases):
    """A broken twin: the same with the variance of independent shares."""
    return normal_approximation(Share.of([a for a, _ in cases]), Share.of([b for _, b in cases]))


def among_those_that_differ(cases):
    """A broken twin: the share of gains among the cases that differ, which is no difference of shares."""
    differing = [a for a, b in cases if a != b]
    if not differing:
        return {"interval": [0.0, 0.0]}
    low, high = Share.of(differing).interval
    return {"interval": [2 * low - 1, 2 * high - 1]}


def test_the_difference_in_pairs_is_held():
    assert least_paired_coverage(paired) >= 0.95


@pytest.mark.parametrize("twin", [unpaired_normal, among_those_that_differ])
def test_broken_intervals_of_pairs_are_seen(twin):
    assert least_paired_coverage(twin) < 0.9


def sees_a_gain_between_equal_cases(method):
    return method(cases_of(gained=12, lost=0, both=44, neither=44))["interval"][0] > 0


def test_cases_on_which_both_agree_hide_no_gain():
    assert sees_a_gain_between_equal_cases(paired)
    assert not sees_a_gain_between_equal_cases(unpaired)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(results, st.sampled_from(CONFIDENCES), st.randoms(use_true_random=False))
def test_pairs_have_these_properties(cases, confidence, order):
    found = paired(cases, confidence)
    low, high = found["interval"]
    assert -1 <= low <= found["difference"] <= high <= 1
    assert found["difference"] == pytest.approx(sum(a - b for a, b in cases) / len(cases))
    swapped = paired([(b, a) for a, b in cases], confidence)
    assert swapped["interval"] == pytest.approx([-high, -low])
    assert paired([(not b, not a) for a, b in order.sample(cases, len(cases))], confidence) == found


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shares(), shares())
def test_differences_have_these_properties(first, second):
    found = difference(first, second)
    low, high = found["interval"]
    assert -1 <= low <= found["difference"] <= high <= 1
    assert difference(second, first)["interval"] == pytest.approx([-high, -low])
    assert found["difference"] == pytest.approx(-difference(second, first)["difference"])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 12), st.integers(0, 12))
def test_more_confidence_is_a_wider_interval(first, second):
    widths = []
    for confidence in CONFIDENCES:
        low, high = difference(Share(first, 12, confidence), Share(second, 12, confidence))["interval"]
        widths.append(high - low)
    assert widths == sorted(widths)


def test_nothing_to_take_a_share_of():
    for nothing in (lambda: Share(0, 0), lambda: Share.of([]), lambda: paired_difference([], [])):
        with pytest.raises(EmptyData):
            nothing()


@pytest.mark.parametrize("arguments", [(-1, 3), (4, 3), (1, 3, 0.0), (1, 3, 1.0), (1, 3, math.nan), (1, 3, -0.5)])
def test_counts_and_confidences_out_of_range(arguments):
    with pytest.raises(PrivacyParameterError):
        Share(*arguments)


def test_pairs_that_are_none():
    with pytest.raises(PrivacyParameterError, match="1 and 2 results"):
        paired_difference([True], [True, False])
    for confidence in (1.0, 1.5, -1.0, math.nan):
        with pytest.raises(PrivacyParameterError):
            paired_difference([True], [False], confidence)


@pytest.mark.parametrize("confidence", [-0.5, 0.0, 1.0, math.nan])
def test_a_paired_difference_needs_a_confidence(confidence):
    with pytest.raises(PrivacyParameterError):
        paired_difference([True], [False], confidence)
