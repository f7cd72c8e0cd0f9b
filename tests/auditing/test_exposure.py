"""Exposure: chance is not zero, ties hide nothing, intervals cover."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.exposure import chance, exposure, mean_exposure, rank_of, student_quantile
from wuming.core.errors import EmptyData, PrivacyParameterError


def test_by_definition():
    assert exposure(1, 256) == 8.0
    assert exposure(256, 256) == 0.0
    assert exposure(16, 256) == 4.0
    assert exposure(1, 1) == 0.0
    for rank, candidates in ((0, 256), (257, 256), (math.nan, 256), (1, 0)):
        with pytest.raises(PrivacyParameterError):
            exposure(rank, candidates)


def test_ranks():
    assert rank_of([3.0, 1.0, 2.0], 1) == 1.0
    assert rank_of([3.0, 1.0, 2.0], 0) == 3.0
    for losses, index in (([1.0], 1), ([1.0], -1), ([1.0, math.nan], 0)):
        with pytest.raises(PrivacyParameterError):
            rank_of(losses, index)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.data())
def test_ties_count_as_the_mean_over_all_their_orders(losses, data):
    index = data.draw(st.integers(0, len(losses) - 1))
    total, orders = 0.0, 0
    for order in itertools.permutations(range(len(losses))):
        place = sorted(range(len(losses)), key=lambda at: (losses[at], order[at])).index(index) + 1
        total, orders = total + exposure(place, len(losses)), orders + 1
    assert exposure(rank_of(losses, index), len(losses)) == pytest.approx(total / orders, abs=1e-9)


def test_a_model_blind_to_the_candidates_shows_exactly_chance():
    assert exposure(rank_of([1.0] * 256, 17), 256) == pytest.approx(chance(25, 256)["exposure_mean"], abs=1e-12)


def test_chance():
    result = chance(25, 256)
    exact = 8 - math.lgamma(257) / math.log(2) / 256
    assert result["exposure_mean"] == pytest.approx(exact, abs=1e-12)
    assert result["exposure_mean"] == pytest.approx(1.42, abs=0.01)
    low, high = result["interval"]
    generator = np.random.default_rng(0)
    means = (8 - np.log2(generator.integers(1, 257, size=(40_000, 25)))).mean(axis=1)
    assert low == pytest.approx(np.quantile(means, 0.025), abs=0.02)
    assert high == pytest.approx(np.quantile(means, 0.975), abs=0.02)
    assert 0.945 < ((means >= low) & (means <= high)).mean() < 0.955


def test_chance_by_enumeration_of_a_small_case():
    low, high = chance(2, 4, 0.5)["interval"]
    sums = sorted((4 - math.log2(a) - math.log2(b)) / 2 for a in range(1, 5) for b in range(1, 5))
    assert low == pytest.approx(sums[3], abs=1e-3)  # the first of 16 whose share of the distribution reaches 1/4
    assert high == pytest.approx(sums[11], abs=1e-3)


def test_chance_in_extreme_cases():
    assert chance(5, 1) == {"exposure_mean": 0.0, "interval": [0.0, 0.0]}
    low, high = chance(20_000, 256)["interval"]
    assert low < chance(20_000, 256)["exposure_mean"] < high
    assert high - low < 0.05
    for arguments in ((0, 256), (5, 0), (5, 256, 1.0)):
        with pytest.raises(PrivacyParameterError):
            chance(*arguments)


def test_mean_and_interval():
    ranks = [1, 2, 4, 8]
    result = mean_exposure(ranks, 256)
    values = [8.0, 7.0, 6.0, 5.0]
    assert result["mean"] == 6.5
    half = stats.t.ppf(0.975, 3) * np.std(values, ddof=1) / 2
    assert result["interval"] == pytest.approx([6.5 - half, min(8.0, 6.5 + half)])


def test_equal_ranks_do_not_pretend_to_certainty():
    low, high = mean_exposure([1] * 25, 256)["interval"]
    assert high == 8.0
    assert 6.5 < low < 7.5
    assert mean_exposure([1], 256)["interval"] == [0.0, 8.0]


def test_the_interval_covers():
    generator = np.random.default_rng(1)
    truth = chance(1, 256)["exposure_mean"]
    covered = 0
    for _ in range(1000):
        low, high = mean_exposure(generator.integers(1, 257, size=25).tolist(), 256)["interval"]
        covered += low <= truth <= high
    assert covered >= 900  # Student's interval on a skewed distribution: near 95%, not exact


def test_student_quantile():
    for freedom in (1, 2, 5, 24, 300):
        for probability in (0.6, 0.95, 0.975, 0.999):
            assert student_quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-8)
    for arguments in ((0.4, 3), (1.0, 3), (0.9, 0)):
        with pytest.raises(PrivacyParameterError):
            student_quantile(*arguments)


def test_bad_input():
    with pytest.raises(EmptyData):
        mean_exposure([], 256)
    with pytest.raises(PrivacyParameterError):
        mean_exposure([300], 256)
    with pytest.raises(PrivacyParameterError):
        mean_exposure([3], 256, 0.0)
