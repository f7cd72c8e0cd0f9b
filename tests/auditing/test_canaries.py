"""Canaries: fair coins, seals that bind, and what is invented is uniform, distinct and unlike anything else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wuming.auditing.canaries import (
    Range,
    canary_rows,
    canary_texts,
    canary_users,
    coins_payload,
    fair_coins,
    mislabelled,
    new_token_canaries,
    sampled_texts,
    seal_coins,
    uniform_below,
    worst_case_image,
)
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


def test_new_tokens_stand_in_one_canary_alone():
    canaries = new_token_canaries(50, 1000, each=2)
    tokens = [token for canary in canaries for token in canary]
    assert sorted(tokens) == list(range(1000, 1100))
    prefixed = new_token_canaries(2, 1000, each=1, prefixes=[[7, 8], [7, 9]])
    assert prefixed == [[7, 8, 1000], [7, 9, 1001]]
    assert new_token_canaries(0, 1000) == []


@pytest.mark.parametrize(
    ("count", "first", "more"),
    [(-1, 10, {}), (2, -1, {}), (2, 10, {"each": 0}), (2, 10, {"each": 1}), (2, 10, {"prefixes": [[1]]}),
     (1, 10, {"prefixes": [[10]]})],
)  # fmt: skip
def test_new_tokens_out_of_range(count, first, more):
    with pytest.raises(PrivacyParameterError):
        new_token_canaries(count, first, **more)


def test_sampled_texts_are_distinct_and_long_enough():
    said = iter([["a b c", "a b c", "x"], ["a b c", "d e f"], ["g h i"]])
    assert sampled_texts(3, lambda _count: next(said), least_characters=5) == ["a b c", "d e f", "g h i"]
    with pytest.raises(PrivacyParameterError, match="20 rounds"):
        sampled_texts(2, lambda count: ["the same words over again"] * count, least_characters=5)
    with pytest.raises(PrivacyParameterError):
        sampled_texts(-1, lambda _count: [])


def test_wrong_labels_are_wrong_and_uniform():
    right = [number % 10 for number in range(9000)]
    wrong = mislabelled(right, 10, stream("labels"))
    assert all(a != b and 0 <= b < 10 for a, b in zip(right, wrong, strict=True))
    counts = np.bincount([(b - a) % 10 for a, b in zip(right, wrong, strict=True)], minlength=10)[1:]
    assert ((counts - 1000.0) ** 2 / 1000.0).sum() < 30  # chi-square with 8 degrees of freedom
    for labels, classes in (([0], 1), ([10], 10), ([-1], 10)):
        with pytest.raises(PrivacyParameterError):
            mislabelled(labels, classes, stream())


def test_the_worst_case_is_a_blank_under_the_least_likely_label():
    image, label = worst_case_image((28, 28), [1.0, 5.0, 3.0])
    assert image.shape == (28, 28)
    assert not image.any()
    assert label == 1
    for losses in ([1.0], [[1.0, 2.0]], [1.0, math.nan]):
        with pytest.raises(PrivacyParameterError):
            worst_case_image((2, 2), losses)


COLUMNS = {"age": Range(18, 90), "sex": ["f", "m"], "job": [f"job {number}" for number in range(30)]}


def test_rows_are_distinct_and_their_columns_independent():
    columns = {**COLUMNS, "hours": Range(0, 99.5, 0.5)}
    rows = canary_rows(800, columns, stream("rows"))
    assert len({tuple(row.values()) for row in rows}) == 800
    assert {row["sex"] for row in rows} == {"f", "m"}
    assert all(
        18 <= row["age"] <= 90 and row["age"] == int(row["age"]) and row["job"] in COLUMNS["job"] for row in rows
    )
    assert max(row["hours"] for row in rows) <= 99.5
    assert abs(np.corrcoef([row["age"] for row in rows], [row["hours"] for row in rows])[0, 1]) < 5 / math.sqrt(800)


def test_rows_of_too_small_a_table_are_refused():
    with pytest.raises(PrivacyParameterError, match="4380 rows"):
        canary_rows(5, COLUMNS, stream())
    for columns in ({"a": []}, {"a": ["x", "x"], "b": Range(0, 10**6)}):
        with pytest.raises(PrivacyParameterError, match="column 'a'"):
            canary_rows(1, columns, stream())
    for numbers in ((1, 0, 1), (0, 1, 0), (0, math.inf, 1)):
        with pytest.raises(PrivacyParameterError):
            Range(*numbers)
