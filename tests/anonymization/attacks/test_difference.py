"""The lower limit of a difference: published values, and that it is rarely above the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.anonymization.attacks.difference import lower_limit, wilson
from wuming.core.errors import PrivacyParameterError


@pytest.mark.parametrize(
    ("first", "second", "low"),
    [
        # Newcombe 1998, Table II, method 10, two-sided 95%: level 0.025 a side.
        ((56, 70), (48, 80), 0.0524),
        ((9, 10), (3, 10), 0.1705),
        ((10, 10), (0, 20), 0.6791),
        ((10, 10), (0, 10), 0.6075),
        ((5, 56), (0, 29), -0.0381),
    ],
)
def test_published_values(first, second, low):
    assert lower_limit(*first, *second, level=0.025) == pytest.approx(low, abs=6e-5)


def masses(trials, share):
    return np.array([math.comb(trials, x) * share**x * (1 - share) ** (trials - x) for x in range(trials + 1)])


def above_the_truth(limit, trials, share, control):
    """Return the exact probability that the limit exceeds the true difference."""
    both = np.outer(masses(trials, share), masses(trials, control))
    limits = np.array([[limit(x, trials, y, trials) for y in range(trials + 1)] for x in range(trials + 1)])
    return float(both[limits > share - control + 1e-12].sum())


SHARES = [(0.1, 0.05), (0.3, 0.25), (0.55, 0.5), (0.5, 0.5), (0.9, 0.85), (0.05, 0.0), (1.0, 0.95)]


@pytest.mark.parametrize(("share", "control"), SHARES)
def test_it_exceeds_the_truth_about_as_rarely_as_stated(share, control):
    chance = above_the_truth(lambda *counts: lower_limit(*counts, level=0.01), 60, share, control)
    assert chance <= 0.02  # the method is approximate; Newcombe's own coverage is as far from nominal


def test_a_limit_that_takes_the_control_for_exact_exceeds_it_more_often():
    def broken(won, trials, lost, others):
        return wilson(won / trials, trials, -2.326) - lost / others

    assert max(above_the_truth(broken, 60, *pair) for pair in SHARES) > 0.03


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_bounds(trials, others, data):
    won = data.draw(st.integers(0, trials))
    lost = data.draw(st.integers(0, others))
    limit = lower_limit(won, trials, lost, others, level=0.01)
    assert -1.0 <= limit <= won / trials - lost / others + 1e-12
    assert limit <= lower_limit(won, trials, lost, others, level=0.1) + 1e-12


def test_without_trials_nothing_is_known():
    assert lower_limit(0, 0, 3, 10, level=0.01) == -1.0
    assert lower_limit(3, 10, 0, 0, level=0.01) == -1.0


@pytest.mark.parametrize(("counts", "level"), [((5, 4, 0, 1), 0.01), ((0, 1, -1, 1), 0.01), ((0, 1, 0, 1), 0.7)])
def test_counts_and_level_out_of_range(counts, level):
    with pytest.raises(PrivacyParameterError):
        lower_limit(*counts, level=level)
