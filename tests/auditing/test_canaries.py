"""Canaries: fair coins, seals that bind, and words that are uniform."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wuming.auditing.canaries import canary_texts, canary_users, coins_payload, fair_coins, seal_coins, uniform_below
from wuming.core.errors import PrivacyParameterError, VerificationFailed
from wuming.crypto.random import SecureStream
from wuming.crypto.sealing import open_seal, seal

KEY = b"a key of thirty-two bytes, test."
WORDS = [f"word{number}" for number in range(100)]


def stream(name="coins"):
    return SecureStream(KEY, name)


def looks_fair(coins):
    count = len(coins)
    signs = np.where(coins, 1.0, -1.0)
    limit = 5 / math.sqrt(count)
    return abs(signs.mean()) < limit and all(abs((signs[lag:] * signs[:-lag]).mean()) < limit for lag in (1, 2, 7))


@pytest.mark.parametrize("source", [None, stream()])
def test_coins_are_fair_and_independent(source):
    assert looks_fair(fair_coins(40_000, source))


def test_biased_or_alternating_coins_fail_the_same_test():
    assert not looks_fair(np.random.default_rng(0).random(40_000) < 0.53)
    assert not looks_fair(np.arange(40_000) % 2 == 0)


def test_coins_replay_only_from_a_stream():
    assert fair_coins(64, stream()) == fair_coins(64, stream())
    assert fair_coins(64, stream()) != fair_coins(64, stream("other"))
    assert fair_coins(256) != fair_coins(256)
    assert fair_coins(0) == []


def test_a_seal_binds_coins_and_texts():
    coins, texts = fair_coins(20), [f"text {number}" for number in range(20)]
    sealed = seal_coins(coins, texts, seal=seal)
    assert list(sealed.coins) == coins
    assert open_seal(sealed.commitment, sealed.opening, coins_payload(coins, texts)) == sealed.payload
    changed = [not coins[0], *coins[1:]]
    for payload in (coins_payload(changed, texts), coins_payload(coins, texts[::-1])):
        with pytest.raises(VerificationFailed):
            open_seal(sealed.commitment, sealed.opening, payload)
    assert sealed.payload.decode() not in repr(sealed)
    assert sealed.opening.hex() not in repr(sealed)
    with pytest.raises(PrivacyParameterError, match="20 coins and 19"):
        seal_coins(coins, texts[:-1], seal=seal)


def test_numbers_below_a_limit_are_uniform_and_the_remainder_is_not():
    limit, quarter = 3 * 2**62, 2**62

    def share(numbers):
        return sum(number < quarter for number in numbers) / len(numbers)

    assert abs(share(uniform_below(limit, 4000, stream())) - 1 / 3) < 0.04
    assert abs(share([word % limit for word in stream().uint64(4000).tolist()]) - 1 / 3) > 0.1  # the broken twin
    assert set(uniform_below(3, 300, stream())) == {0, 1, 2}


def test_canaries_are_independent_words():
    texts = canary_texts(500, WORDS, 8, stream("texts"))
    assert len(set(texts)) == 500
    assert all(len(text.split()) == 8 and set(text.split()) <= set(WORDS) for text in texts)
    counts = np.unique(" ".join(texts).split(), return_counts=True)[1]
    statistic = ((counts - 40.0) ** 2 / 40.0).sum()  # chi-square with 99 degrees of freedom: mean 99, deviation 14
    assert 40 < statistic < 175


def test_each_user_repeats_its_own_canary():
    users = canary_users(3, 4, WORDS, 8, stream("users"))
    assert [user.subject for user in users] == [" canary-0000001", " canary-0000002", " canary-0000003"]
    assert all(len(user.texts) == 4 and len(set(user.texts)) == 1 for user in users)
    assert len({user.texts for user in users}) == 3


@pytest.mark.parametrize(
    ("count", "words", "length"), [(-1, WORDS, 8), (3, WORDS, 0), (3, WORDS, 4), (3, [], 8), (3, ["a", "a"] * 99, 40)]
)
def test_out_of_range(count, words, length):
    with pytest.raises(PrivacyParameterError):
        canary_texts(count, words, length, stream())


def test_more_out_of_range():
    with pytest.raises(PrivacyParameterError):
        fair_coins(-1)
    with pytest.raises(PrivacyParameterError):
        canary_users(3, 0, WORDS, 8, stream())
