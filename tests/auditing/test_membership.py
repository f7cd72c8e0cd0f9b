"""Membership inference: the rate at few false alarms, by hand, by brute force, and under the null."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.membership import area_under_curve, loss_scores, tpr_at_fpr
from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import clopper_pearson_interval


def test_by_hand():
    others = [float(score) for score in range(200)]  # two may be accused: the threshold is 197
    result = tpr_at_fpr([197.0, 197.5, 250.0, 3.0], others)
    assert result["tpr_at_1_percent_fpr"] == 0.5
    assert result["interval"] == list(clopper_pearson_interval(2, 4, 0.95))
    assert (result["members"], result["non_members"]) == (4, 200)


def test_too_few_non_members_are_said_to_be_too_few():
    result = tpr_at_fpr([5.0] * 50, [0.0] * 99)
    assert result["tpr_at_1_percent_fpr"] is None
    assert result["interval"] is None
    assert result["auc"] == 1.0
    assert tpr_at_fpr([5.0] * 50, [0.0] * 100)["tpr_at_1_percent_fpr"] == 1.0
    assert tpr_at_fpr([5.0], [0.0] * 1000, fpr=0.001)["tpr_at_0.1_percent_fpr"] == 1.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=60),
    st.lists(st.integers(0, 30), min_size=20, max_size=60),
)
def test_against_trying_every_threshold(members, others):
    best = max(
        sum(score > t for score in members) / len(members)
        for t in range(-1, 31)
        if sum(score > t for score in others) <= math.floor(0.05 * len(others))
    )
    assert tpr_at_fpr(members, others, fpr=0.05)["tpr_at_5_percent_fpr"] == best
    slow = sum((m > o) + 0.5 * (m == o) for m in members for o in others) / (len(members) * len(others))
    assert area_under_curve(members, others) == pytest.approx(slow)


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
    assert seeing["interval"][0] < 0.372 + 0.03


def test_calibrated_scores_take_out_how_easy_a_text_is():
    assert loss_scores([1.0, 2.0]) == [-1.0, -2.0]
    assert loss_scores([1.0, 2.0], [4.0, 2.5]) == [3.0, 0.5]
    with pytest.raises(PrivacyParameterError):
        loss_scores([1.0], [1.0, 2.0])


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
