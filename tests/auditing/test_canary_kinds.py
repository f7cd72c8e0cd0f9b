"""Canaries of every kind: distinct, made of public material, uniform where they say so."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from wuming.auditing.canary_kinds import (
    mislabelled,
    new_word_canaries,
    random_images,
    row_canaries,
    sampled_canaries,
)
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream


def stream(context: str = "test") -> SecureStream:
    return SecureStream(bytes(range(32)), context)


def test_new_words_are_shared_by_no_two():
    canaries = new_word_canaries(50, 1000, 3)
    assert len({word for canary in canaries for word in canary}) == 150
    assert min(map(min, canaries)) == 1000


def test_sampled_texts_are_distinct_and_repetition_is_refused():
    numbers = iter(range(10**6))
    assert sampled_canaries(5, lambda n: [f"text {next(numbers) // 2}" for _ in range(n)]) == [
        f"text {i}" for i in range(5)
    ]
    with pytest.raises(PrivacyParameterError, match="1 distinct"):
        sampled_canaries(2, lambda n: ["same", " "] * n)


def test_a_wrong_label_is_never_the_right_one_and_all_others_alike():
    labels = [number % 4 for number in range(6000)]
    wrong = mislabelled(labels, 4, stream())
    pairs = Counter(zip(labels, wrong, strict=True))
    assert all(first != second for first, second in pairs)
    assert len(pairs) == 12
    assert max(abs(count - 500) for count in pairs.values()) < 5 * np.sqrt(500)


def test_rows_are_distinct_and_from_the_domains():
    domains = {"age": list(range(20)), "sex": ["f", "m"], "job": list("abcdef")}
    rows = row_canaries(100, domains, stream())
    assert len({tuple(row.values()) for row in rows}) == 100
    assert all(row[name] in values for row in rows for name, values in domains.items())


def test_images_are_unlike_each_other():
    images = random_images(20, (8, 8), stream())
    assert images.shape == (20, 8, 8)
    assert len({image.tobytes() for image in images}) == 20
    assert 0.4 < images.mean() < 0.6


def test_the_same_key_makes_the_same_canaries():
    domains = {"a": range(100), "b": range(100)}
    assert row_canaries(9, domains, stream()) == row_canaries(9, domains, stream())
    assert row_canaries(9, domains, stream()) != row_canaries(9, domains, stream("other"))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: new_word_canaries(-1, 10),
        lambda: new_word_canaries(1, 10, 1),
        lambda: sampled_canaries(-1, lambda n: []),
        lambda: mislabelled([0], 1, stream()),
        lambda: mislabelled([5], 3, stream()),
        lambda: row_canaries(5, {"a": range(6)}, stream()),
        lambda: row_canaries(1, {}, stream()),
        lambda: random_images(1, (2, 2), stream()),
    ],
)
def test_arguments_out_of_range_are_refused(wrong):
    with pytest.raises(PrivacyParameterError):
        wrong()
