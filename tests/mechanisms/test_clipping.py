"""Clipping keeps its bound exactly, whatever comes in."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.clipping import clip


def exact_square(vector):
    return sum((Fraction(float(value)) ** 2 for value in np.ravel(vector)), Fraction(0))


def naive_clip(vector, bound):
    """The broken twin: rounds to nearest, so that it lands above the bound every other time."""
    values = np.array(vector, dtype=np.float64)
    return values * min(1.0, bound / float(np.linalg.norm(values)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=20),
    st.floats(min_value=1e-300, max_value=1e300),
)
def test_the_exact_norm_never_exceeds_the_bound(vector, bound):
    assert exact_square(clip(vector, bound)) <= Fraction(bound) ** 2


def overshoots(clipping):
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(200, 8)) * 10
    return sum(exact_square(clipping(vector, 0.7)) > Fraction(0.7) ** 2 for vector in vectors)


def test_the_bound_holds_where_the_naive_way_breaks_it():
    assert overshoots(clip) == 0
    assert overshoots(naive_clip) > 20


def test_small_vectors_pass_unchanged_and_large_ones_keep_their_direction():
    small = np.array([[0.3, -0.4]])
    np.testing.assert_array_equal(clip(small, 1.0), small)
    large = np.array([30.0, -40.0])
    clipped = clip(large, 1.0)
    np.testing.assert_allclose(clipped, [0.6, -0.8], rtol=1e-12)
    assert clipped is not large


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_vector_that_is_not_finite_counts_as_zeros(bad):
    np.testing.assert_array_equal(clip([1.0, bad, 2.0], 1.0), np.zeros(3))


def test_norms_that_overflow_or_underflow():
    np.testing.assert_allclose(clip([1e308, 1e308], 1.0), [math.sqrt(0.5)] * 2, rtol=1e-12)
    np.testing.assert_array_equal(clip([1e-320, 0.0], 1.0), [1e-320, 0.0])
    np.testing.assert_array_equal(clip([0.0, 0.0], 1.0), [0.0, 0.0])
    assert clip([], 1.0).size == 0


def test_a_large_vector_of_low_precision():
    vector = np.random.default_rng(2).normal(size=200_000).astype(np.float32)
    norm = float(np.linalg.norm(clip(vector, 1.0)))
    assert 1 - 1e-8 < norm <= 1 + 1e-12


@pytest.mark.parametrize("bound", [0.0, -1.0, math.nan, math.inf, True])
def test_bound_out_of_range(bound):
    with pytest.raises(PrivacyParameterError, match="bound"):
        clip([1.0], bound)
