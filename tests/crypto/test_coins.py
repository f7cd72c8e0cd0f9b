"""Coins: uniform, independent of everybody else's, replayable."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.crypto.coins import Coins, below

KEY = bytes(range(32))
NAMES = [f"u{i}" for i in range(4000)]


def test_replayable_and_other_for_another_key_or_occasion():
    first = Coins(KEY, NAMES).draw("step", 3)
    assert np.array_equal(first, Coins(KEY, NAMES).draw("step", 3))
    assert not np.array_equal(first, Coins(KEY, NAMES).draw("step", 4))
    assert not np.array_equal(first, Coins(bytes(32), NAMES).draw("step", 3))


def test_every_bit_of_both_words_is_fair():
    coins = np.concatenate([Coins(KEY, NAMES).draw("step", s) for s in range(20)])
    bits = np.unpackbits(coins.view(np.uint8), axis=1).mean(axis=0)
    assert np.abs(bits - 0.5).max() < 6 * 0.5 / math.sqrt(len(coins))


@settings(max_examples=40)
@given(st.sets(st.text(min_size=0, max_size=6), min_size=2, max_size=12), st.integers(0, 10))
def test_removing_one_label_changes_no_other_coin(names, step):
    ordered = sorted(names)
    whole, rest = Coins(KEY, ordered).draw("step", step), Coins(KEY, ordered[1:]).draw("step", step)
    assert np.array_equal(whole[1:], rest)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20), st.integers(1, 2**32 - 1))
def test_below_is_the_exact_product_rounded_down(values, n):
    found = below(np.array(values, dtype=np.uint64), n)
    assert found.tolist() == [value * n >> 64 for value in values]


@pytest.mark.parametrize("n", [3, 7, 10])
def test_below_is_uniform(n):
    counts = np.bincount(below(Coins(KEY, NAMES).draw("x")[:, 0], n), minlength=n)
    expected = len(NAMES) / n
    assert ((counts - expected) ** 2 / expected).sum() < n + 12 * math.sqrt(2 * n)
