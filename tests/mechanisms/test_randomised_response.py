"""Randomised response against its closed form; another chance of the truth is rejected, by counts and by the loss."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.randomised_response import randomised_response, response_probabilities

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
SIZE = 40_000


def stream(name="response"):
    return SecureStream(KEY, name)


def law(value, categories, epsilon):
    truth, other = 1 / (1 + (categories - 1) * math.exp(-epsilon)), 1 / (math.exp(epsilon) + categories - 1)
    return np.where(np.arange(categories) == value, truth, other)


@pytest.mark.parametrize(("categories", "epsilon"), [(2, 1.0), (5, 0.5), (5, 3.0), (40, 1.5)])
def test_distribution(categories, epsilon):
    reports, event = randomised_response(stream(), np.full(SIZE, 1), categories=categories, epsilon=epsilon)
    counts = np.bincount(reports, minlength=categories)
    assert stats.chisquare(counts, SIZE * law(1, categories, epsilon)).pvalue > ALPHA
    assert stats.chisquare(counts, SIZE * law(1, categories, epsilon + 0.2)).pvalue < ALPHA
    assert event == EpsilonDelta(epsilon)


def test_each_report_depends_on_its_own_value():
    values = np.arange(SIZE) % 4
    reports, _ = randomised_response(stream(), values, categories=4, epsilon=2.0)
    for value in range(4):
        counts = np.bincount(reports[values == value], minlength=4)
        assert stats.chisquare(counts, SIZE / 4 * law(value, 4, 2.0)).pvalue > ALPHA


@pytest.mark.parametrize("categories", [2, 3, 1000])
@pytest.mark.parametrize("epsilon", [2.0**-20, 0.5, 1.0, 8.0, 40.0])
def test_privacy_by_enumeration_and_the_probabilities_told(categories, epsilon):
    truth, other = response_probabilities(categories, epsilon)
    assert truth == pytest.approx(law(0, categories, epsilon)[0])
    assert other == pytest.approx(law(0, categories, epsilon)[1])
    assert truth + (categories - 1) * other == pytest.approx(1)
    loss = math.log(truth / other)
    assert loss == pytest.approx(epsilon, rel=1e-6)


@pytest.mark.parametrize("categories", [3, 1000])
def test_the_truth_as_probable_as_among_two_values_is_found(categories):
    truth = math.exp(1.0) / (math.exp(1.0) + 1)
    assert math.log(truth / ((1 - truth) / (categories - 1))) > 1.5


def test_a_stay_of_the_truth_drawn_twice_is_found():
    """The twin that first tells the truth with probability (e^ε - 1)/(e^ε + 1), for any k, is only right for k = 2."""
    reports, _ = randomised_response(stream(), np.zeros(SIZE, dtype=int), categories=6, epsilon=1.0)
    keep = (math.e - 1) / (math.e + 1)
    twin = keep * (np.arange(6) == 0) + (1 - keep) / 6
    assert stats.chisquare(np.bincount(reports, minlength=6), SIZE * twin).pvalue < ALPHA
    assert math.log(twin[0] / twin[1]) > 1.2


def test_replay():
    first, _ = randomised_response(stream(), [0, 1, 2] * 10, categories=3, epsilon=1.0)
    again, _ = randomised_response(stream(), [0, 1, 2] * 10, categories=3, epsilon=1.0)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("values", "claim"),
    [
        ([0], {"epsilon": 0.0}),
        ([0], {"epsilon": math.nan}),
        ([0], {"categories": 1}),
        ([0], {"categories": (1 << 20) + 1}),
        ([0], {"categories": 2.0}),
        ([777], {}),
        ([-777], {}),
        ([777.5], {}),
        ([math.nan], {}),
        ([], {}),
        ([[0]], {}),
        ([2**64], {}),
    ],
)
def test_refused(values, claim):
    with pytest.raises(PrivacyParameterError) as refused:
        randomised_response(stream(), values, **{"categories": 3, "epsilon": 1.0} | claim)
    assert "777" not in refused.value.message
