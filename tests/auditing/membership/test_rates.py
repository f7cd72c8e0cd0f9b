"""The rate at few false alarms: by hand, by brute force, under the null; and intervals that hold what they promise."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.membership.rates import area_under_curve, curve, fewest_non_members, rate_at, tpr_at_fpr
from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import binomial_upper_tail, clopper_pearson_interval


def test_by_hand():
    others = [float(score) for score in range(200)]  # two may be accused: the threshold is 197
    result = tpr_at_fpr([197.0, 197.5, 250.0, 3.0], others)
    assert result["tpr_at_1_percent_fpr"] == 0.5
    assert (result["members"], result["non_members"]) == (4, 200)
    rate = rate_at([197.0, 197.5, 250.0, 3.0], others)
    assert rate.interval_at_threshold == clopper_pearson_interval(2, 4, 0.95)
    assert result["interval"] == list(clopper_pearson_interval(2, 4, 0.95))
    assert result["population_interval"] == list(rate.interval)
    assert rate.interval is not None
    assert rate.interval[0] == 0.0  # 0.99^200 = 0.13: the true threshold may well lie above all of them
    assert rate.interval[1] >= rate.interval_at_threshold[1]


def test_too_few_non_members_are_said_to_be_too_few():
    result = tpr_at_fpr([5.0] * 50, [0.0] * 99)
    assert result["tpr_at_1_percent_fpr"] is None
    assert result["interval"] is None
    assert result["auc"] == 1.0
    assert tpr_at_fpr([5.0] * 50, [0.0] * 100)["tpr_at_1_percent_fpr"] == 1.0
    assert tpr_at_fpr([5.0], [0.0] * 9_999, fpr=0.001)["tpr_at_0.1_percent_fpr"] is None
    assert tpr_at_fpr([5.0], [0.0] * 10_000, fpr=0.001)["tpr_at_0.1_percent_fpr"] == 1.0
    assert [fewest_non_members(fpr) for fpr in (0.1, 0.01, 0.001, 0.0001)] == [10, 100, 10_000, 100_000]
    assert rate_at([5.0], [0.0] * 50).reason == "not resolvable: 50 non-members, 100 are needed"


SCORES = st.integers(0, 30)


@settings(max_examples=60, deadline=None)
@given(st.lists(SCORES, min_size=1, max_size=60), st.lists(SCORES, min_size=20, max_size=60))
def test_against_trying_every_threshold(members, others):
    best = max(
        sum(score > t for score in members) / len(members)
        for t in range(-1, 31)
        if sum(score > t for score in others) <= math.floor(0.05 * len(others))
    )
    rate = rate_at(members, others, fpr=0.05)
    assert rate.tpr == best
    low, high = rate.interval or (1.0, 0.0)
    assert 0 <= low <= best <= high <= 1
    slow = sum((m > o) + 0.5 * (m == o) for m in members for o in others) / (len(members) * len(others))
    assert area_under_curve(members, others) == pytest.approx(slow)


@settings(max_examples=60, deadline=None)
@given(st.lists(SCORES, min_size=1, max_size=40), st.lists(SCORES, min_size=1, max_size=40))
def test_the_curve_holds_the_best_rate_at_each_false_positive_rate(members, others):
    points = curve(members, others)
    assert points == sorted(points)
    assert points[-1] == (1.0, 1.0)
    for fpr, tpr in points[:-1]:
        reachable = [t for t in range(-1, 31) if sum(o > t for o in others) <= fpr * len(others) + 1e-9]
        assert tpr == pytest.approx(max(sum(m > t for m in members) for t in reachable) / len(members))


def test_equal_scores_accuse_nobody():
    result = tpr_at_fpr([1.0] * 300, [1.0] * 300)
    assert result["tpr_at_1_percent_fpr"] == 0.0
    assert result["auc"] == 0.5


def test_a_blind_attack_is_at_chance_and_a_seeing_one_is_not():
    generator = np.random.default_rng(0)
    others = generator.normal(size=20_000)
    blind = tpr_at_fpr(generator.normal(size=20_000), others)
    assert 0.006 < blind["tpr_at_1_percent_fpr"] < 0.014
    assert abs(blind["auc"] - 0.5) < 0.015
    seeing = tpr_at_fpr(generator.normal(size=20_000) + 2, others)
    assert seeing["tpr_at_1_percent_fpr"] == pytest.approx(0.372, abs=0.04)  # P[N > 2.326 - 2]
    assert seeing["population_interval"][0] < 0.372 < seeing["population_interval"][1]


REPEATS = 300
NORMAL = NormalDist()
# Scores are N(2, 1) and N(0, 1); rounded to whole numbers, the lowest threshold that at most 1% of others exceed is 2.
TRUTHS = {"continuous": 1 - NORMAL.cdf(NORMAL.inv_cdf(0.99) - 2), "rounded": 1 - NORMAL.cdf(2.5 - 2)}


def _missed(kind: str, scores: str, members: int, others: int, seed: int) -> int:
    """Count intervals at 95% that miss the true rate at 1%."""
    generator = np.random.default_rng(seed)
    count = 0
    for _ in range(REPEATS):
        drawn = generator.normal(size=members) + 2, generator.normal(size=others)
        rate = rate_at(*(drawn if scores == "continuous" else map(np.rint, drawn)))
        low, high = getattr(rate, kind)
        count += not low <= TRUTHS[scores] <= high
    return count


def _possible(count: int) -> bool:  # under a chance of a miss of 5%, at alpha 1e-6
    return binomial_upper_tail(count, REPEATS, 0.05) > 1e-6


@pytest.mark.parametrize("scores", TRUTHS)
def test_the_interval_holds_the_true_rate(scores):
    assert _possible(_missed("interval", scores, 500, 1000, seed=1))


def test_an_interval_without_the_thresholds_error_does_not():
    assert not _possible(_missed("interval_at_threshold", "continuous", 500, 1000, seed=1))


def test_the_best_of_many_attacks_on_the_very_scores_it_is_reported_on_would_be_found():
    """Broken twin: where nothing leaks, a threshold or attack picked with the members in hand beats chance."""
    generator = np.random.default_rng(3)
    repeats, picked, honest = 20, 0, 0
    for _ in range(repeats):
        members, others = generator.random((3000, 400)), generator.random(10_000)
        best = int((members > 0.95).sum(axis=1).argmax())
        picked += rate_at(members[best], others, 0.05).interval[0] > 0.05
        honest += rate_at(members[0], others, 0.05).interval[0] > 0.05
    limit = next(k for k in range(repeats) if binomial_upper_tail(k + 1, repeats, 0.025) < 1e-6)
    assert honest <= limit < picked


def test_bad_input():
    with pytest.raises(EmptyData):
        tpr_at_fpr([], [1.0])
    with pytest.raises(EmptyData):
        tpr_at_fpr([1.0], [])
    with pytest.raises(PrivacyParameterError, match="1 of 2 member"):
        tpr_at_fpr([1.0, math.nan], [1.0])
    for arguments in ({"fpr": 0.0}, {"fpr": 1.0}, {"confidence": 1.0}):
        with pytest.raises(PrivacyParameterError):
            tpr_at_fpr([1.0], [1.0], **arguments)
