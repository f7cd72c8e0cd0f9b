"""Each kind of canary, beyond the common tests: what is drawn is uniform and independent, and edges are as promised."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.canaries import (
    Range,
    SealedCoins,
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
from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError, WumingError
from wuming.core.reading import read_records
from wuming.crypto.random import SecureStream

KEY = b"a key of thirty-two bytes, test."
WORDS = [f"word{number}" for number in range(256)]


def stream(name: str = "kinds") -> SecureStream:
    return SecureStream(KEY, name)


class Told:
    """A stream that says what it is told, and counts what it is asked for."""

    def __init__(self, words: Sequence[int]) -> None:
        self._words, self.asked = list(words), 0

    def uint64(self, n: int) -> np.ndarray:
        self.asked += n
        said, self._words = self._words[:n], self._words[n:]
        assert len(said) == n
        return np.array(said, dtype=np.uint64)


def even(counts: Sequence[int]) -> bool:
    """Whether counts may come from equal chances: chi-square within five of its own deviations."""
    mean, freedom = sum(counts) / len(counts), len(counts) - 1
    return sum((count - mean) ** 2 / mean for count in counts) < freedom + 5 * math.sqrt(2 * freedom)


# ── coins ──


def test_a_coin_is_the_highest_bit_of_one_word() -> None:
    source = Told([0, 2**63, 2**63 - 1, 2**64 - 1])
    assert fair_coins(4, source) == [False, True, False, True]
    assert source.asked == 4


def test_the_payload_says_coins_and_texts_and_hides_the_texts() -> None:
    payload = json.loads(coins_payload([True, False, True], ["a", "b", "c"]))
    assert payload == {"canaries": digest(["a", "b", "c"]), "coins": "101"}
    assert coins_payload([True], ["a"]) != coins_payload([True], ["b"])
    assert coins_payload([True, False], ["a", "b"]) != coins_payload([False, True], ["a", "b"])


def test_the_seal_gets_the_payload_and_nothing_can_be_changed_afterwards() -> None:
    seen: list[bytes] = []

    def seal(payload: bytes) -> tuple[str, bytes]:
        seen.append(payload)
        return "commitment", b"opening"

    sealed = seal_coins([1, 0], ["a", "b"], seal=seal)  # type: ignore[list-item]
    assert seen == [coins_payload([True, False], ["a", "b"])] == [sealed.payload]
    assert sealed == SealedCoins((True, False), "commitment", b"opening", seen[0])
    assert "opening" not in repr(sealed).replace("'", "")
    with pytest.raises(FrozenInstanceError):
        sealed.coins = (True, True)  # type: ignore[misc]


def test_words_above_the_last_whole_round_are_drawn_anew() -> None:
    limit = 3 * 2**62
    source = Told([limit, 2**64 - 1, 5, limit - 1])
    assert uniform_below(limit, 2, source) == [5, limit - 1]
    assert source.asked == 4
    assert uniform_below(1, 3, Told([7, 8, 2**64 - 1])) == [0, 0, 0]
    assert uniform_below(10, 0, Told([])) == []


# ── texts ──


def test_texts_need_thirty_two_bits() -> None:
    assert len(canary_texts(3, WORDS, 4, stream())) == 3  # 4 words of 8 bits
    for words, length in ((WORDS[:255], 4), (WORDS, 3), (["a"], 99), (["a", "b"], 31)):
        with pytest.raises(PrivacyParameterError, match="less than 32 bits"):
            canary_texts(3, words, length, stream())
    assert canary_texts(0, WORDS, 4, stream()) == []


def test_each_place_has_a_word_of_its_own() -> None:
    texts = [text.split() for text in canary_texts(2000, WORDS[:4], 16, stream("places"))]
    pairs = Counter((text[3], text[11]) for text in texts)
    assert even([pairs[pair] for pair in itertools.product(WORDS[:4], repeat=2)])
    repeated = Counter((text[3], text[3]) for text in texts)  # the broken twin: one word for both places
    assert not even([repeated[pair] for pair in itertools.product(WORDS[:4], repeat=2)])


def test_the_key_decides_alone() -> None:
    assert canary_texts(5, WORDS, 8, stream()) == canary_texts(5, WORDS, 8, stream())
    assert canary_texts(5, WORDS, 8, stream()) != canary_texts(5, WORDS, 8, stream("another"))


def test_no_reader_lets_a_subject_in_that_is_called_like_a_canary(tmp_path: Any) -> None:
    subject = canary_users(1, 2, WORDS, 8, stream())[0].subject
    assert subject == " canary-0000001"
    line = {"id": "1", "subject": subject, "text": "x", "created_at": "2026-01-01T00:00:00Z", "language": "en"}
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps(line) + "\n", "utf-8")
    try:
        subjects = {record.subject for record in read_records(path, unit="subject")}
    except WumingError:
        subjects = set()
    assert subject not in subjects


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 8), st.integers(1, 50), st.integers(1, 4), st.data())
def test_own_tokens_are_nobody_elses(count: int, first: int, each: int, data: st.DataObject) -> None:
    tokens = st.integers(0, first - 1)
    prefixes = [data.draw(st.lists(tokens, min_size=1, max_size=3)) for _ in range(count)]
    canaries = new_token_canaries(count, first, each=each, prefixes=prefixes)
    assert [canary[: len(prefix)] for canary, prefix in zip(canaries, prefixes, strict=True)] == prefixes
    own = [canary[len(prefix) :] for canary, prefix in zip(canaries, prefixes, strict=True)]
    assert all(len(tokens) == each for tokens in own)
    assert [token for tokens in own for token in tokens] == list(range(first, first + count * each))


def test_a_sampler_is_asked_for_what_is_missing_alone() -> None:
    asked: list[int] = []

    def sample(count: int) -> list[str]:
        asked.append(count)
        return [f"  text number {len(asked)} of many  "] * count

    assert sampled_texts(3, sample, least_characters=10) == [f"text number {n} of many" for n in (1, 2, 3)]
    assert asked == [3, 2, 1]
    assert sampled_texts(0, sample) == []
    assert asked == [3, 2, 1]  # nothing was wanted
    generous = sampled_texts(2, lambda _count: [f"text number {n} of very many" for n in range(9)], least_characters=9)
    assert len(generous) == 2


def test_blanks_do_not_make_a_text_long() -> None:
    with pytest.raises(PrivacyParameterError, match="0 of 1 texts of 30 characters"):
        sampled_texts(1, lambda count: ["short" + " " * 40] * count)
    with pytest.raises(PrivacyParameterError, match="least_characters=0"):
        sampled_texts(1, lambda count: ["x"] * count, least_characters=0)


# ── images ──


def wrong_labels_are_even(draw: Callable[[list[int]], list[int]]) -> None:
    right = [number % 3 for number in range(1500)]
    wrong = draw(right)
    assert all(a != b for a, b in zip(right, wrong, strict=True))
    pairs = Counter(zip(right, wrong, strict=True))
    assert even([pairs[pair] for pair in itertools.permutations(range(3), 2)])


def test_each_wrong_label_is_as_likely_as_the_other() -> None:
    wrong_labels_are_even(lambda right: mislabelled(right, 3, stream("labels")))
    assert mislabelled([0, 1, 1], 2, stream()) == [1, 0, 0]
    assert mislabelled([], 2, stream()) == []


def test_always_the_next_label_or_any_label_fails_the_same_check() -> None:
    generator = np.random.default_rng(0)
    for broken in (
        lambda right: [(label + 1) % 3 for label in right],
        lambda right: generator.integers(0, 3, len(right)).tolist(),
    ):
        with pytest.raises(AssertionError):
            wrong_labels_are_even(broken)


def test_the_blank_picture_has_the_asked_shape_and_the_first_of_equal_labels() -> None:
    image, label = worst_case_image((3, 8, 8), np.array([0.5, 2.0, 2.0]))
    assert (image.shape, image.dtype, float(np.abs(image).sum())) == ((3, 8, 8), np.float32, 0.0)
    assert (label, type(label)) == (1, int)
    again, _ = worst_case_image((3, 8, 8), [0.5, 2.0])
    assert np.array_equal(image, again)  # all such canaries are alike
    with pytest.raises(PrivacyParameterError):
        worst_case_image((3, 8, 8), [1.0, math.inf])


# ── rows ──


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Range(18, 21), [18, 19, 20, 21]), (Range(5, 5), [5]), (Range(0, 1, 0.25), [0, 0.25, 0.5, 0.75, 1]),
        (Range(0, 10, 4), [0, 4, 8]), (Range(-1, 1), [-1, 0, 1]), (Range(0, 0.3, 0.1), [0, 0.1, 0.2, 0.3]),
    ],
)  # fmt: skip
def test_numbers_of_a_range(numbers: Range, expected: list[float]) -> None:
    assert [numbers[place] for place in range(len(numbers))] == pytest.approx(expected)
    assert all(isinstance(numbers[place], type(numbers.low + numbers.step)) for place in range(len(numbers)))


def test_a_canary_needs_a_thousand_rows_to_hide_among() -> None:
    columns = {"a": Range(1, 100), "b": range(20)}
    assert len(canary_rows(2, columns, stream())) == 2
    with pytest.raises(PrivacyParameterError, match="2000 rows, 1000 are needed"):
        canary_rows(3, columns, stream())
    with pytest.raises(PrivacyParameterError, match="count=-1"):
        canary_rows(-1, columns, stream())
    assert canary_rows(0, columns, stream()) == []


def columns_are_independent(rows: Sequence[dict[str, Any]]) -> None:
    assert all(list(row) == ["colour", "age", "town"] for row in rows)
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    pairs = Counter((row["colour"], row["age"] // 25) for row in rows)
    assert even([pairs[pair] for pair in itertools.product("rgb", range(4))])


COLUMNS = {"colour": ["r", "g", "b"], "age": Range(0, 99), "town": [f"town {number}" for number in range(2000)]}


def test_columns_know_nothing_of_each_other() -> None:
    columns_are_independent(canary_rows(600, COLUMNS, stream("independent")))


def test_rows_like_real_ones_fail_the_same_check() -> None:
    rows = canary_rows(600, COLUMNS, stream("independent"))
    for broken in (
        [{**row, "age": 30 * "rgb".index(row["colour"]) + row["age"] % 30} for row in rows],  # age goes with colour
        [*rows[:-1], rows[0]],
    ):
        with pytest.raises(AssertionError):
            columns_are_independent(broken)


def test_a_row_that_was_drawn_before_is_drawn_anew() -> None:
    """Two columns of 1,000 values: the second row is the first again, and a third takes its place."""
    columns = {"a": range(1000), "b": range(1000)}
    again = Told([7, 7, 8, 8, 9, 10])
    rows = canary_rows(2, columns, again)
    assert rows == [{"a": 7, "b": 8}, {"a": 9, "b": 10}]
    assert again.asked == 6


@pytest.mark.parametrize("limit", [0, -3, 2**64 + 1])
def test_nothing_is_drawn_below_a_limit_that_cannot_be(limit: int) -> None:
    with pytest.raises(PrivacyParameterError, match="limit="):
        uniform_below(limit, 1, SecureStream(bytes(32), "test"))


def test_a_range_ends_and_stays_within_its_bounds() -> None:
    assert list(Range(1, 3)) == [1, 2, 3]
    assert 7 not in Range(1, 3)
    assert Range(0, 0.3, 0.1)[3] == 0.3
    for place in (-1, 3):
        with pytest.raises(IndexError):
            Range(1, 3)[place]
