"""The smooth sensitivity of the median against its definition over all tables, and the privacy of what is drawn."""

from __future__ import annotations

import functools
import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms import smooth_sensitivity as module
from wuming.mechanisms.exact import rational_epsilon
from wuming.mechanisms.smooth_sensitivity import shares, smooth_bound, smooth_median

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
LOWER, UPPER = 0, 3
VALUES = range(LOWER, UPPER + 1)


def stream(name="median"):
    return SecureStream(KEY, name)


@functools.cache
def tables(size):
    """Return all tables of at most `size` values, each sorted."""
    return [table for n in range(size + 1) for table in itertools.combinations_with_replacement(VALUES, n)]


def median(table):
    return table[-(-len(table) // 2) - 1] if table else LOWER


def neighbours(table):
    for place in range(len(table)):
        yield table[:place] + table[place + 1 :]
    for value in VALUES:
        yield tuple(sorted((*table, value)))


@functools.cache
def local(table):
    return max(abs(median(table) - median(other)) for other in neighbours(table))


def distance(first, second):
    return sum(abs(first.count(value) - second.count(value)) for value in VALUES)


def by_definition(table, rho):
    """Return max over all other tables of local sensitivity · ρ^(-distance); what is n changes away is the range."""
    return max(local(other) / rho ** distance(table, other) for other in tables(2 * len(table) + 1))


@pytest.mark.parametrize("rho", [Fraction(9, 8), Fraction(3, 2), Fraction(4)])
def test_against_the_definition(rho):
    for table in tables(4):
        found = smooth_bound(np.array(table, dtype=np.int64), LOWER, UPPER, rho)
        assert float(found) == pytest.approx(float(by_definition(table, rho)), rel=1e-12)
        assert found >= by_definition(table, rho)


@given(
    st.lists(st.integers(-1000, 1000), max_size=40),
    st.integers(-1000, 1000),
    st.floats(0.001, 20.0),
)
@settings(max_examples=150, deadline=None)
def test_it_is_smooth_and_bounds_the_local_sensitivity(values, one, epsilon):
    rho = shares(rational_epsilon(epsilon))[1]
    first, second = np.sort(np.array(values, dtype=np.int64)), np.sort(np.array([*values, one], dtype=np.int64))
    before, after = smooth_bound(first, -1000, 1000, rho), smooth_bound(second, -1000, 1000, rho)
    assert before <= rho * after
    assert after <= rho * before

    def at(ordered):
        return int(ordered[-(-ordered.size // 2) - 1]) if ordered.size else -1000

    assert abs(at(first) - at(second)) <= min(before, after)


@pytest.mark.parametrize("epsilon", [2.0**-30, 0.01, 1.0, 3.0, 1024.0])
def test_the_shares_are_as_large_as_the_proof_allows(epsilon):
    exact = rational_epsilon(epsilon)
    with mpmath.workdps(1000):
        alpha, rho = (mpmath.mpf(share.numerator) / share.denominator for share in shares(exact))
        limit = mpmath.mpf(exact.numerator) / exact.denominator
        distances = [mpmath.acosh(1 + (alpha**2 + (r - 1) ** 2) / (2 * r)) for r in (1, rho)]
        assert rho > 1
        assert 0.99 * limit < mpmath.mpf("1.0001") * max(distances) <= limit
        assert max(distances) >= mpmath.log(rho)


def test_the_loss_of_cauchy_noise_is_the_hyperbolic_distance():
    for (f, s), (g, t) in [((0, 2), (1, 2)), ((0, 2.5), (3, 5)), ((7, 30), (0, 10)), ((0, 4), (0, 3))]:
        span = np.arange(-100_000, 100_001.0)
        loss = np.abs(np.log(masses(s)(span - f)) - np.log(masses(t)(span - g))).max()
        distance = math.acosh(1 + ((f - g) ** 2 + (s - t) ** 2) / (2 * s * t))
        assert 0.8 * distance <= loss <= 1.0001 * distance


def masses(scale):
    """Return P(z) of the noise as a function; its sum over the whole numbers is known in closed form."""
    total = math.pi * scale / math.tanh(math.pi * scale)
    return lambda z: 1 / (1 + (z / scale) ** 2) / total


@pytest.mark.parametrize("scale", [Fraction(2), Fraction(7, 2), Fraction(103, 10)])
def test_noise(scale):
    shared, runs, far = stream(str(scale)), 6_000, int(6 * scale)
    samples = np.array([module._cauchy(shared, scale) for _ in range(runs)])
    span = np.arange(-far, far + 1)

    def expected(of):
        inner = masses(of)(span.astype(float))
        beyond = (1 - inner.sum()) / 2
        return runs * np.concatenate([[beyond], inner, [beyond]])

    observed = np.bincount(np.clip(samples, -far - 1, far + 1) + far + 1, minlength=2 * far + 3)
    keep = expected(float(scale)) >= 5
    assert keep[[0, -1]].all()

    def pvalue(of):
        wanted = expected(of)
        return stats.chisquare(observed[keep], wanted[keep] * (observed[keep].sum() / wanted[keep].sum())).pvalue

    assert pvalue(float(scale)) > ALPHA
    assert pvalue(float(scale) * 1.2) < ALPHA


def test_noise_of_large_scales_keeps_its_quartiles_and_its_lowest_bits():
    scale, shared = Fraction(10**15, 7), stream("large")
    samples = [module._cauchy(shared, scale) for _ in range(4_000)]
    inside = sum(abs(sample) < scale for sample in samples)
    assert stats.binomtest(inside, 4_000, 0.5).pvalue > ALPHA
    far = sum(abs(sample) > 50 * scale for sample in samples)
    assert stats.binomtest(far, 4_000, 1 - 2 / math.pi * math.atan(50)).pvalue > ALPHA
    assert stats.binomtest(sum(sample & 1 for sample in samples), 4_000).pvalue > ALPHA


UNIT = 1000  # cells from one value of the small tables to the next, so that the floor of the scale plays no part


def scale_with(table, alpha, rho, *, unit=UNIT):
    ordered = unit * np.array(table, dtype=np.int64)
    bound = smooth_bound(ordered, unit * LOWER, unit * UPPER, rho)
    return max(float(bound / alpha), float(module.LEAST_SCALE))


def scale_for(table, epsilon, *, unit=UNIT):
    return scale_with(table, *shares(rational_epsilon(epsilon)), unit=unit)


def worst(scale_of, *, unit=UNIT):
    """Return the largest privacy loss over all neighbours of at most four values, and results near and far."""
    found = 0.0
    near = np.arange(-5 * unit, 8 * unit + 1, max(1, unit // 50))
    span = np.concatenate([near, [-(10**9), 10**9]]).astype(float)
    for table in tables(4):
        for other in neighbours(table):
            one = masses(scale_of(table))(span - unit * median(table))
            two = masses(scale_of(other))(span - unit * median(other))
            found = max(found, float(np.abs(np.log(one / two)).max()))
    return found


@pytest.mark.parametrize("epsilon", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("unit", [1, UNIT])
def test_privacy_by_enumeration(epsilon, unit):
    assert worst(lambda table: scale_for(table, epsilon, unit=unit), unit=unit) <= epsilon


TWINS = {
    "the local sensitivity": lambda table: max(UNIT * local(table) / 1.0, 2.0),
    "all of ε for the change of scale": lambda table: scale_with(table, Fraction(1), Fraction(272, 100)),
    "a bound that falls too fast": lambda table: scale_with(table, Fraction(1), Fraction(4)),
    "nine tenths of the noise": lambda table: 0.9 * scale_for(table, 1.0),
}


@pytest.mark.parametrize("name", TWINS)
def test_broken_twins_are_found(name):
    assert worst(TWINS[name]) > 1.02


def law(middle, scale):
    """Return the probabilities of all results in [LOWER, UPPER]; what is beyond is moved to the ends."""
    mass = masses(scale)
    inner = [mass(value - middle) for value in range(LOWER + 1, UPPER)]
    low = 0.5 + 0.5 * mass(0) - sum(mass(z) for z in range(middle - LOWER))  # P(z ≤ LOWER - middle)
    return np.array([low, *inner, 1 - low - sum(inner)])


def test_distribution_of_the_result():
    table, epsilon, runs = (0, 1, 1, 3), 0.25, 4_000
    shared, scale = stream("results"), scale_for((0, 1, 1, 3), epsilon, unit=1)
    drawn = [smooth_median(shared, table, lower=LOWER, upper=UPPER, epsilon=epsilon)[0] for _ in range(runs)]
    expected = law(median(table), scale)
    assert expected.sum() == pytest.approx(1)
    assert stats.chisquare(np.bincount(drawn, minlength=4), runs * expected).pvalue > ALPHA
    assert stats.chisquare(np.bincount(drawn, minlength=4), runs * law(median(table), scale / 2)).pvalue < ALPHA


def test_many_values_need_little_noise():
    values = np.arange(20_001) % 1001
    shared = stream("many")
    results = [smooth_median(shared, values, lower=0, upper=1000, epsilon=1.0)[0] for _ in range(101)]
    assert abs(float(np.median(results)) - 500) <= 3
    again, event = smooth_median(stream("many"), values, lower=0, upper=1000, epsilon=1.0)
    assert again == results[0]
    assert event == EpsilonDelta(1.0)


def test_odd_data():
    for values in ([], [10**18], [-(2**63)] * 3):
        result, _ = smooth_median(stream(), values, lower=-5, upper=5, epsilon=1.0)
        assert -5 <= result <= 5
    far = smooth_median(stream(), [7] * 50, lower=-(1 << 40), upper=1 << 40, epsilon=2.0**-30)[0]
    assert -(1 << 40) <= far <= 1 << 40


SECRET = 987_654


@pytest.mark.parametrize(
    ("values", "claim"),
    [
        ([1], {"epsilon": 0.0}),
        ([1], {"epsilon": math.nan}),
        ([1], {"lower": 10, "upper": 10}),
        ([1], {"lower": math.nan}),
        ([1], {"upper": 1 << 41}),
        ([1], {"lower": 0.5}),
        ([SECRET + 0.5], {}),
        ([math.nan, SECRET], {}),
        ([[SECRET]], {}),
        ([2**64 + SECRET], {}),
    ],
)
def test_refused(values, claim):
    with pytest.raises(PrivacyParameterError) as refused:
        smooth_median(stream(), values, **{"lower": 0, "upper": 10, "epsilon": 1.0} | claim)
    assert str(SECRET) not in refused.value.message
