"""Unary encoding against the law of whole reports; other probabilities are rejected, by counts and by the loss."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.unary_encoding import (
    optimised_probabilities,
    optimised_unary_encoding,
    symmetric_probabilities,
    symmetric_unary_encoding,
)

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
SIZE = 40_000
KINDS = {
    "symmetric": (symmetric_unary_encoding, symmetric_probabilities),
    "optimised": (optimised_unary_encoding, optimised_probabilities),
}


def stream(name="unary"):
    return SecureStream(KEY, name)


def formulas(kind, epsilon):
    """Return p and q as the paper has them."""
    if kind == "symmetric":
        p = math.exp(epsilon / 2) / (math.exp(epsilon / 2) + 1)
        return p, 1 - p
    return 0.5, 1 / (math.exp(epsilon) + 1)


def law(value, categories, p, q):
    """Return the probabilities of all 2^k reports."""
    ones = [p if place == value else q for place in range(categories)]
    return np.array(
        [
            math.prod(one if bit else 1 - one for bit, one in zip(bits, ones, strict=True))
            for bits in itertools.product((0, 1), repeat=categories)
        ]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epsilon", [0.7, 2.0])
def test_distribution_of_whole_reports(kind, epsilon):
    reports, event = KINDS[kind][0](stream(kind), np.full(SIZE, 2), categories=4, epsilon=epsilon)
    assert reports.shape == (SIZE, 4)
    counts = np.bincount(reports @ np.array([8, 4, 2, 1]), minlength=16)
    assert stats.chisquare(counts, SIZE * law(2, 4, *formulas(kind, epsilon))).pvalue > ALPHA
    for twin in (formulas(kind, epsilon + 0.2), formulas("symmetric", 2 * epsilon), formulas("optimised", epsilon / 2)):
        assert stats.chisquare(counts, SIZE * law(2, 4, *twin)).pvalue < ALPHA
    assert event == EpsilonDelta(np.floor(epsilon * 2**30) / 2**30)


def loss(p, q):
    """Return the largest logarithm of a quotient over all pairs of values and all reports."""
    first, second = law(0, 4, p, q), law(3, 4, p, q)
    return float(np.abs(np.log(first / second)).max())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("epsilon", [2.0**-20, 0.5, 1.0, 8.0])
def test_privacy_by_enumeration_and_the_probabilities_told(kind, epsilon):
    p, q = KINDS[kind][1](epsilon)
    assert (p, q) == pytest.approx(formulas(kind, epsilon))
    assert loss(p, q) == pytest.approx(epsilon, rel=1e-6)


def test_twins_that_spend_more_are_found():
    epsilon = 1.0
    each_bit = math.exp(epsilon) / (math.exp(epsilon) + 1)  # ε for every bit, as if two values differed in one
    assert loss(each_bit, 1 - each_bit) > 1.9 * epsilon
    assert loss(0.6, formulas("optimised", epsilon)[1]) > 1.2 * epsilon


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_depends_on_its_own_value_and_replays(kind):
    values = np.arange(3_000) % 3
    make, probabilities = KINDS[kind]
    reports, _ = make(stream(), values, categories=3, epsilon=8.0)
    own = int(reports[np.arange(3_000), values].sum())
    assert stats.binomtest(own, 3_000, probabilities(8.0)[0]).pvalue > ALPHA
    np.testing.assert_array_equal(reports, make(stream(), values, categories=3, epsilon=8.0)[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("values", "claim"),
    [
        ([0], {"epsilon": 0.0}),
        ([0], {"epsilon": math.nan}),
        ([0], {"categories": 1}),
        ([777], {}),
        ([-777], {}),
        ([777.5], {}),
        ([math.nan], {}),
        ([], {}),
        ([[0]], {}),
        (np.zeros(2000, dtype=int), {"categories": 1 << 20}),
    ],
)
def test_refused(kind, values, claim):
    with pytest.raises(PrivacyParameterError) as refused:
        KINDS[kind][0](stream(), values, **{"categories": 3, "epsilon": 1.0} | claim)
    assert "777" not in refused.value.message
