"""Keys that may be shown: the threshold is the least one, and the whole is (ε, δ)-private by exact enumeration."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.events import Composed, DiscreteLaplace, EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.threshold import key_rule, select_keys

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6


def stream(name="keys"):
    return SecureStream(KEY, name)


def tail(threshold, scale):
    """Return P(1 + noise ≥ threshold), summed term by term with 60 digits."""
    with mpmath.workdps(60):
        q = mpmath.e ** (-1 / (mpmath.mpf(scale.numerator) / scale.denominator))
        return mpmath.nsum(lambda x: (1 - q) / (1 + q) * q ** abs(int(x)), [threshold - 1, mpmath.inf])


@pytest.mark.parametrize("max_groups", [1, 3, 20])
@pytest.mark.parametrize("epsilon", [0.1, 1.0, 2.5])
@pytest.mark.parametrize("delta", [1e-3, 1e-6, 1e-12])
def test_the_threshold_is_the_least_that_keeps_delta(max_groups, epsilon, delta):
    rule = key_rule(max_groups=max_groups, epsilon=epsilon, delta=delta)
    assert max_groups * tail(rule.threshold, rule.scale) <= delta
    assert max_groups * tail(rule.threshold - 1, rule.scale) > delta
    assert rule.scale >= Fraction(max_groups) / Fraction(epsilon)
    assert rule.event == Composed((DiscreteLaplace(float(rule.scale), max_groups), EpsilonDelta(0.0, delta)))


def test_the_least_threshold_is_one():
    assert key_rule(max_groups=1, epsilon=1.0, delta=0.9).threshold == 1


@given(st.floats(2.0**-10, 100.0), st.floats(1e-300, 0.5), st.integers(1, 1 << 15))
@settings(max_examples=100, deadline=None)
def test_thresholds_of_any_size(epsilon, delta, max_groups):
    rule = key_rule(max_groups=max_groups, epsilon=epsilon, delta=delta)
    with mpmath.workdps(60):
        exponent = -mpmath.mpf(rule.scale.denominator) / rule.scale.numerator

        def log_tail(threshold):
            return mpmath.log(max_groups) + exponent * (threshold - 1) - mpmath.log(1 + mpmath.e**exponent)

        assert log_tail(rule.threshold) <= mpmath.log(mpmath.mpf(delta))
        assert rule.threshold == 1 or log_tail(rule.threshold - 1) > mpmath.log(mpmath.mpf(delta))


def law(counts, rule, names):
    """Return {shown noisy numbers, None where not shown: probability}; numbers far above are pooled."""
    q = math.exp(-1 / rule.scale)
    top = rule.threshold + 12

    def of(count):
        if count == 0:
            return {None: 1.0}
        begin = rule.threshold
        found = {value: (1 - q) / (1 + q) * q ** abs(value - count) for value in range(begin, top)}
        found[top] = q ** (top - count) / (1 + q)
        return {None: 1 - sum(found.values()), **found}

    return {
        tuple(value for value, _ in outcome): math.prod(chance for _, chance in outcome)
        for outcome in itertools.product(*(of(counts.get(name, 0)).items() for name in names))
    }


def needed_delta(rule, before, after):
    """Return the least δ at which the mechanism is (ε, δ)-private for two tables, in both directions."""
    names = sorted(before.keys() | after.keys())
    one, other = law(before, rule, names), law(after, rule, names)
    factor = math.exp(rule.max_groups / rule.scale)
    outcomes = one.keys() | other.keys()

    def excess(first, second):
        return sum(max(0.0, first.get(key, 0.0) - factor * second.get(key, 0.0)) for key in outcomes)

    return max(excess(one, other), excess(other, one))


TABLES = [({}, {"x": 1, "y": 1}), ({"a": 2}, {"a": 3, "x": 1}), ({"a": 5, "b": 1}, {"a": 6, "b": 2}), ({}, {"x": 1})]


@pytest.mark.parametrize(("before", "after"), TABLES)
@pytest.mark.parametrize("delta", [0.3, 0.01])
def test_privacy_by_enumeration(before, after, delta):
    rule = key_rule(max_groups=2, epsilon=1.0, delta=delta)
    assert needed_delta(rule, before, after) <= delta + 1e-12


def test_a_threshold_for_one_key_a_subject_is_found():
    rule = key_rule(max_groups=2, epsilon=1.0, delta=0.01)
    q = math.exp(-1 / rule.scale)
    alone = 1 + math.ceil(rule.scale * math.log(1 / (0.01 * (1 + q))))  # δ as if one key were new, not two
    assert needed_delta(replace(rule, threshold=alone), *TABLES[0]) > 0.01
    assert needed_delta(replace(rule, threshold=rule.threshold - 1), *TABLES[0]) > 0.01


def test_distribution():
    rule = key_rule(max_groups=2, epsilon=0.7, delta=0.05)
    assert rule.scale.denominator > 1
    runs = 60_000
    shown = select_keys(stream("many"), {f"{n:06}": 6 for n in range(runs)}, rule)
    expected = law({"a": 6}, rule, ["a"])
    seen = Counter(min(count, rule.threshold + 12) for count in shown.counts)
    seen[None] = runs - len(shown.counts)
    observed = [seen[value] for (value,) in expected]
    assert stats.chisquare(observed, runs * np.array(list(expected.values()))).pvalue > ALPHA
    other = law({"a": 6}, replace(rule, scale=rule.scale * Fraction(9, 10)), ["a"])
    assert stats.chisquare(observed, runs * np.array(list(other.values()))).pvalue < ALPHA


def test_keys_of_one_subject_are_hardly_ever_shown():
    rule = key_rule(max_groups=1, epsilon=1.0, delta=1e-3)
    shown = select_keys(stream("rare"), dict.fromkeys(range(50000), 1), rule)
    assert stats.binomtest(len(shown.keys), 50_000, float(tail(rule.threshold, rule.scale))).pvalue > ALPHA
    eager = select_keys(stream("rare"), dict.fromkeys(range(50000), 1), replace(rule, threshold=rule.threshold - 3))
    assert stats.binomtest(len(eager.keys), 50_000, 1e-3, "greater").pvalue < ALPHA


def test_the_order_of_keys_is_their_own():
    rule = key_rule(max_groups=1, epsilon=1.0, delta=1e-6)
    counts = {"b": 1000, "a": 2000, "c": 3000}
    backwards = dict(reversed(counts.items()))
    assert select_keys(stream(), counts, rule).keys == select_keys(stream(), backwards, rule).keys == ("a", "b", "c")
    mixed = {("z", None): 1000, ("a", 3): 1000, ("a", "x"): 1000}
    assert select_keys(stream(), mixed, rule).keys == (("a", "x"), ("a", 3), ("z", None))


def test_nothing_in_nothing_out_and_replay():
    rule = key_rule(max_groups=1, epsilon=1.0, delta=1e-6)
    empty = select_keys(stream(), {}, rule)
    assert empty.keys == empty.counts == ()
    assert empty.event == rule.event
    assert select_keys(stream(), {"a": 2**62}, rule) == select_keys(stream(), {"a": 2**62}, rule)


@pytest.mark.parametrize(
    "claim",
    [
        {"epsilon": 0.0},
        {"epsilon": math.nan},
        {"delta": 0.0},
        {"delta": 1.0},
        {"delta": math.nan},
        {"delta": True},
        {"max_groups": 0},
        {"max_groups": 1.5},
        {"max_groups": 1 << 20, "epsilon": 2.0**-20},
    ],
)
def test_refused(claim):
    with pytest.raises(PrivacyParameterError):
        key_rule(**{"max_groups": 1, "epsilon": 1.0, "delta": 1e-6} | claim)


@pytest.mark.parametrize("count", [0, -1, 1.5, math.nan, 2**62 + 1, 2**70, "1"])
def test_numbers_that_are_none(count):
    rule = key_rule(max_groups=1, epsilon=1.0, delta=1e-6)
    with pytest.raises(PrivacyParameterError) as refused:
        select_keys(stream(), {"a secret": count, "another": 5}, rule)
    assert "secret" not in refused.value.message + refused.value.help
