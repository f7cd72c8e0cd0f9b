"""Events of exact probability, noise of rational scale, and the grid of epsilons."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream
from wuming.mechanisms.exact import (
    flips,
    laplace_noise,
    noise_scale,
    pure_event,
    rational_coin,
    rational_epsilon,
    require_secrets,
    require_whole,
    survives,
    uniform_below,
)

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
SIZE = 100_000


def stream(name="events"):
    return SecureStream(KEY, name)


class Words:
    """A stream of given words."""

    def __init__(self, *words):
        self.words = list(words)

    def uint64(self, n):
        out, self.words = self.words[:n], self.words[n:]
        return np.array(out, dtype=np.uint64)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (1, 2), (1, 1), (5, 4), (7, 2), (3 * 2**60, 2**61)])
def test_events_of_any_exponent(numerator, denominator):
    happened = int(survives(stream(), [numerator] * SIZE, denominator).sum())
    assert stats.binomtest(happened, SIZE, math.exp(-numerator / denominator)).pvalue > ALPHA


def test_a_fraction_of_the_exponent_left_out_is_found():
    happened = int(survives(stream(), [1] * SIZE, 1).sum())
    assert stats.binomtest(happened, SIZE, math.exp(-5 / 4)).pvalue < ALPHA


def test_exponents_of_many_sizes_at_once():
    happened = survives(stream(), [0, 10**40, 3, 0] * 20_000, 2).reshape(-1, 4).sum(axis=0)
    assert happened[0] == happened[3] == 20_000
    assert happened[1] == 0
    assert stats.binomtest(int(happened[2]), 20_000, math.exp(-1.5)).pvalue > ALPHA


@pytest.mark.parametrize("gamma", [Fraction(0), Fraction(1, 3), Fraction(1), Fraction(9, 4)])
def test_flips(gamma):
    happened = int(flips(stream(), SIZE, gamma).sum())
    assert stats.binomtest(happened, SIZE, 1 / (1 + math.exp(gamma))).pvalue > ALPHA
    assert stats.binomtest(happened, SIZE, 1 / (1 + math.exp(gamma + Fraction(1, 9)))).pvalue < ALPHA


def test_rational_coins_digit_by_digit():
    third = (1 << 64) // 3  # every digit of 1/3 in base 2^64 is this one
    assert rational_coin(Words(third - 1), 1, 3)
    assert not rational_coin(Words(third + 1), 1, 3)
    assert rational_coin(Words(third, third, third - 1), 1, 3)
    assert not rational_coin(Words(third, third, third + 1), 1, 3)
    assert not rational_coin(Words(1 << 63), 1, 2)  # the half-open interval: exactly 2^63 words are below
    assert rational_coin(Words((1 << 63) - 1), 1, 2)
    assert rational_coin(Words(), 5, 5)
    assert not rational_coin(Words(0), 0, 5)


def test_rational_coins_of_large_numbers():
    big = 7 * 10**60
    shared = stream()
    happened = sum(rational_coin(shared, 2 * 10**60, big) for _ in range(20_000))
    assert stats.binomtest(happened, 20_000, 2 / 7).pvalue > ALPHA


def test_uniform_numbers_of_any_size():
    shared = stream()
    small = np.bincount([uniform_below(shared, 5) for _ in range(20_000)], minlength=5)
    assert stats.chisquare(small).pvalue > ALPHA
    assert uniform_below(shared, 1) == 0
    bound = 3 << 100
    thirds = np.bincount([uniform_below(shared, bound) * 3 // bound for _ in range(5_000)], minlength=3)
    assert stats.chisquare(thirds).pvalue > ALPHA


def fits(samples, scale):
    """χ² over all values with at least 5 expected, the tails pooled; probabilities (1 - q)/(1 + q)·q^|x|."""
    q = math.exp(-1 / scale)
    largest = max(1, int(scale * math.log(samples.size * (1 - q) / (1 + q) / 5)))
    expected = samples.size * (1 - q) / (1 + q) * q ** np.abs(np.arange(-largest, largest + 1.0))
    expected[[0, -1]] = samples.size * q**largest / (1 + q)
    counts = np.bincount(np.clip(samples, -largest, largest) + largest, minlength=2 * largest + 1)
    return float(stats.chisquare(counts, expected).pvalue) > ALPHA


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(3, 2), Fraction(2), noise_scale(Fraction(10, 3))])
def test_noise_of_rational_scale(scale):
    samples = laplace_noise(stream(str(scale)), SIZE, scale)
    assert samples.size == SIZE
    assert fits(samples, scale)
    assert not fits(laplace_noise(stream("other"), SIZE, scale * Fraction(17, 16)), scale)


def test_no_noise_is_drawn_for_nobody():
    assert laplace_noise(stream(), 0, Fraction(3, 2)).size == laplace_noise(stream(), 0, Fraction(3)).size == 0


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6))
def test_scales_are_rounded_up_a_little(least):
    scale = noise_scale(least)
    assert least <= scale < least + Fraction(1, 1 << 10)
    assert scale.numerator <= 1 << 40


def test_scales_too_large_are_refused():
    with pytest.raises(PrivacyParameterError, match="scale"):
        noise_scale(Fraction(1 << 31))


@given(st.floats(min_value=2.0**-30, max_value=1024.0))
@settings(max_examples=200)
def test_epsilon_is_rounded_down_and_no_float_is_needed_for_the_claim(epsilon):
    exact = rational_epsilon(epsilon)
    assert 0 <= Fraction(epsilon) - exact < Fraction(1, 1 << 30)
    assert Fraction(pure_event(exact).epsilon) == exact


@pytest.mark.parametrize("epsilon", [0, 0.0, -1.0, math.nan, math.inf, -math.inf, 1025, 2.0**-31, True, "1", None])
def test_epsilons_out_of_range(epsilon):
    with pytest.raises(PrivacyParameterError, match="epsilon"):
        rational_epsilon(epsilon)


SECRET = 123_456_789


@pytest.mark.parametrize(
    "values",
    [
        [],
        [[SECRET]],
        [[SECRET], [SECRET, 2]],
        SECRET,
        [SECRET + 0.5],
        [float("nan"), SECRET],
        [10**30 + SECRET],
        np.array([2**63 + SECRET], dtype=np.uint64),
        [True],
        ["1"],
        [None, SECRET],
    ],
)
def test_secrets_of_another_kind_are_refused_without_their_values(values):
    with pytest.raises(PrivacyParameterError) as refused:
        require_secrets("scores", values)
    assert str(SECRET) not in refused.value.message + refused.value.help
    assert "scores" in refused.value.message


def test_secrets_are_taken_as_they_are():
    assert require_secrets("scores", [3, -(2**63)]).tolist() == [3, -(2**63)]
    assert require_secrets("scores", np.array([2**63 - 1], dtype=np.uint64)).tolist() == [2**63 - 1]
    assert require_secrets("values", [], least=0).dtype == np.int64


@pytest.mark.parametrize("value", [0, 11, 2.0, True, math.nan, None])
def test_public_numbers_out_of_range(value):
    with pytest.raises(PrivacyParameterError, match="k="):
        require_whole("k", value, 1, 10)
