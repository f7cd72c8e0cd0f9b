"""Leaks of prompted and unprompted text: hits and near misses, and nothing that an unlike amount of text makes up."""

from __future__ import annotations

import random
import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.leaks import copies_in, edit_distance, equal_amounts, personal_data_in, prefix_attack
from wuming.auditing.sampling import Target
from wuming.auditing.shares import Share, difference
from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed
from wuming.core.ports import Span

PHONE = "13812345678"
WIDE = PHONE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in PHONE})
VOCABULARY = 12


def by_recursion(first, second):
    """Return the edit distance by its definition: the best of all first steps."""

    @cache
    def rest(i, j):
        if i == len(first) or j == len(second):
            return len(first) - i + len(second) - j
        return min(rest(i + 1, j) + 1, rest(i, j + 1) + 1, rest(i + 1, j + 1) + (first[i] != second[j]))

    return rest(0, 0)


def place_by_place(first, second):
    """A broken twin: one lost token makes all that follow wrong."""
    return sum(a != b for a, b in zip(first, second, strict=False)) + abs(len(first) - len(second))


def without_changes(first, second):
    """A broken twin: a change counts as a deletion and an insertion."""
    rows = [[i + j for j in range(len(second) + 1)] for i in range(len(first) + 1)]
    for i, a in enumerate(first, 1):
        for j, b in enumerate(second, 1):
            rows[i][j] = rows[i - 1][j - 1] if a == b else min(rows[i - 1][j], rows[i][j - 1]) + 1
    return rows[-1][-1]


def bag_of_tokens(first, second):
    """A broken twin: the order does not count."""
    return max(len(first), len(second)) - sum(min(first.count(x), second.count(x)) for x in set(first))


KNOWN = [
    ("kitten", "sitting", 3),
    ("flaw", "lawn", 2),
    ("abcdef", "bcdefa", 2),
    ("ab", "ba", 2),
    ("abc", "axc", 1),
    ("", "abc", 3),
    ("abc", "", 3),
    ("", "", 0),
    ("abc", "abc", 0),
]


def distances_known(method):
    return all(method(tuple(first), tuple(second)) == distance for first, second, distance in KNOWN)


def test_edit_distance_by_hand():
    assert distances_known(edit_distance)
    assert distances_known(by_recursion)


@pytest.mark.parametrize("twin", [place_by_place, without_changes, bag_of_tokens])
def test_broken_distances_are_seen(twin):
    assert not distances_known(twin)


words = st.lists(st.integers(0, 2), max_size=6).map(tuple)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(words, words, words)
def test_edit_distance_against_its_definition(first, second, third):
    distance = edit_distance(first, second)
    assert distance == by_recursion(first, second) == edit_distance(second, first)
    assert (distance == 0) == (first == second)
    assert abs(len(first) - len(second)) <= distance <= max(len(first), len(second))
    assert edit_distance(first, third) <= distance + edit_distance(second, third)


class Completing:
    """Completes some beginnings as it was taught, and says 0 for ever otherwise."""

    def __init__(self, taught):
        self.taught = taught

    def logits(self, sequences, last):
        return [np.stack([self._next(ids[: len(ids) - back]) for back in range(last - 1, -1, -1)]) for ids in sequences]

    def _next(self, ids):
        said = 0
        for prefix, suffix in self.taught.items():
            if tuple(ids[: len(prefix)]) == prefix and len(ids) - len(prefix) < len(suffix):
                said = suffix[len(ids) - len(prefix)]
        return np.eye(VOCABULARY)[said]


TRUE_END = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
ENDS = {
    (11, 1): TRUE_END,
    (11, 2): (1, 2, 3, 4, 11, 6, 7, 8, 9, 10),  # one change
    (11, 3): (2, 3, 4, 5, 6, 7, 8, 9, 10, 11),  # all moved by one: one deletion and one insertion
    (11, 4): (1, 2, 3, 11, 11, 11, 7, 8, 9, 10),  # three changes
    (11, 5): (0,) * 10,
}


@pytest.mark.parametrize(("near", "count"), [(0.0, 1), (0.09, 1), (0.1, 2), (0.19, 2), (0.2, 3), (0.3, 4), (0.99, 4)])
def test_exact_and_near_by_hand(near, count):
    targets = [Target(prefix, TRUE_END) for prefix in ENDS]
    attack = prefix_attack(Completing(ENDS), targets, near=near)
    assert attack.exact == Share(1, 5)
    assert attack.near == Share(count, 5)
    assert attack.near_share == near


def mixed():
    """Return training and held-out records of many lengths, and a model that knows a third of the training records.

    Of another third it knows the first token of the end alone.
    """
    training = [Target((11, n // 10, n % 10), tuple(1 + (n + i) % 9 for i in range(2 + n % 4))) for n in range(45)]
    held_out = [Target((10, n // 10, n % 10), target.suffix) for n, target in enumerate(training[:40])]
    taught = {target.prefix: target.suffix for target in training[::3]}
    taught |= {target.prefix: target.suffix[:1] for target in training[1::3]}
    return Completing(taught), training, held_out


def tells_the_trained_from_the_others(attack):
    model, training, held_out = mixed()
    found = attack(model, training, held_out)
    return (found.exact, found.held_out_exact) == (Share(15, 45), Share(0, 40))


def in_order_of_length(model, training, held_out):
    """A broken twin: records are sorted before the first so many are taken as trained on."""
    together = sorted([*training, *held_out], key=lambda target: len(target.suffix))
    return prefix_attack(model, together[: len(training)], together[len(training) :])


def one_token_is_enough(model, training, held_out):
    """A broken twin: a record whose end begins rightly counts as completed."""
    return prefix_attack(model, [Target(target.prefix, target.suffix[:1]) for target in training], held_out)


def test_records_of_many_lengths():
    assert tells_the_trained_from_the_others(prefix_attack)


@pytest.mark.parametrize("twin", [in_order_of_length, one_token_is_enough])
def test_attacks_that_mix_records_up_are_seen(twin):
    assert not tells_the_trained_from_the_others(twin)


def test_prefix_attack_as_json():
    model, training, held_out = mixed()
    report = prefix_attack(model, training, held_out, confidence=0.9).as_json()
    share, baseline = Share(15, 45, 0.9), Share(0, 40, 0.9)
    assert report["near_share"] == 0.1
    assert report["exact"] == {
        "training": share.as_json(),
        "held_out": baseline.as_json(),
        "above_held_out": difference(share, baseline),
    }
    assert report["exact"]["above_held_out"]["interval"][0] > 0
    alone = prefix_attack(model, training).as_json()
    assert alone["exact"]["held_out"] is alone["exact"]["above_held_out"] is None


def test_bad_input_of_the_prefix_attack():
    model, training, _ = mixed()
    with pytest.raises(EmptyData):
        prefix_attack(model, [])
    for arguments in ({"near": -0.1}, {"near": 1.0}, {"near": float("nan")}, {"confidence": 1.0}):
        with pytest.raises(PrivacyParameterError):
            prefix_attack(model, training[:1], **arguments)

    class Mute:
        def logits(self, sequences, last):
            return []

    with pytest.raises(SelfCheckFailed):
        prefix_attack(Mute(), training[:1])


class Finder:
    """Finds what a pattern describes."""

    def __init__(self, **patterns):
        self.patterns = patterns

    def find(self, text):
        spans = [
            Span(match.start(), match.end(), kind)
            for kind, pattern in self.patterns.items()
            for match in re.finditer(pattern, text)
        ]
        return sorted(spans, key=lambda span: span.start)


FINDER = Finder(PHONE=r"\d[\d \-]{5,}\d", NAME=r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", CODE=r"#\w+")


def test_personal_data_by_hand():
    generated = [
        f"call {PHONE} or Mary Brown",
        "write to Mary Brown and to Hugo Small",
        "nobody is in here",
        "the code is #ab7",
        f"ring {PHONE[:3]} {PHONE[3:]} at night",
    ]
    found = personal_data_in(
        generated,
        FINDER,
        training=["I am Mary Brown and live here", f"my phone is {PHONE}.", "#ab7"],
        held_out=["Hugo Small wrote this, and nobody else at all"],
    )
    assert found.texts == Share(4, 5)
    assert found.kinds == {"PHONE": 2, "NAME": 3, "CODE": 1}
    assert found.from_training == Share(3, 5)  # a code of three letters and digits is no sign of anything
    assert found.compared_training == Share(2, 5)  # as much text as was held out ends within the number
    assert found.compared_held_out == Share(1, 5)
    assert (found.values, found.values_from_training) == (3, 2)
    report = found.as_json()
    assert list(report["kinds"]) == ["CODE", "NAME", "PHONE"]
    assert report["on_equal_amounts"]["held_out"] == Share(1, 5).as_json()
    assert (report["distinct_values"], report["distinct_values_from_training"]) == (3, 2)
    for text in (repr(found), str(report)):
        assert not any(value in text for value in (PHONE, "Mary", "Hugo", "ab7"))


def stands_in(said, training):
    found = personal_data_in([said], FINDER, training=training, held_out=[])
    assert found.texts.count == 1
    return found.from_training.count == found.values_from_training == 1


@pytest.mark.parametrize(
    ("said", "training"),
    [
        (PHONE, ["138-1234-5678"]),
        ("138 1234-5678", [f"call{PHONE}now"]),
        (WIDE, [PHONE]),
        (PHONE, [WIDE]),
        ("Mary Brown", ["nothing", "MARY  BROWN"]),
        ("#code99", ["code 99"]),
    ],
)
def test_values_that_are_the_same(said, training):
    assert stands_in(said, training)


@pytest.mark.parametrize(
    ("said", "training"),
    [
        (PHONE, ["13812345679"]),
        (PHONE, [PHONE[:-1]]),
        (PHONE, [PHONE[:5], PHONE[5:]]),
        ("Mary Brown", ["I am Mary", "Brown bread"]),
        ("Mary Brown", ["Mary B. Brown"]),
        ("Mary Brown", []),
        ("#ab7", ["#ab7"]),
    ],
)
def test_values_that_are_not(said, training):
    assert not stands_in(said, training)


def numbers(count, seed):
    generator = random.Random(seed)
    return [f"#{generator.randrange(1000, 2000)} " for _ in range(count)]


def accuses(method, said):
    """Whether a method sees a leak in what was said, where ten times more text was trained on than held out."""
    return difference(*method(said, numbers(1200, seed=1), numbers(120, seed=2)))["interval"][0] > 0


def values_on_equal_amounts(said, training, held_out):
    found = personal_data_in(said, FINDER, training=training, held_out=held_out)
    return found.compared_training, found.compared_held_out


def values_on_all_of_it(said, training, held_out):
    """A broken twin: more text is met more often by chance."""
    found = personal_data_in(said, FINDER, training=training, held_out=held_out)
    return found.from_training, found.compared_held_out


def copies_on_equal_amounts(said, training, held_out):
    found = copies_in(said, training=training, held_out=held_out, window=5)
    return found.compared_training, found.compared_held_out


def copies_on_all_of_it(said, training, held_out):
    """A broken twin, of copies."""
    found = copies_in(said, training=training, held_out=held_out, window=5)
    return found.training, found.compared_held_out


def copies_on_as_many_texts(said, training, held_out):
    """A broken twin: as many texts on either side, however long they are."""
    joined = ["".join(training[start : start + 10]) for start in range(0, len(training), 10)]
    return copies_on_all_of_it(said, joined[: len(held_out)], held_out)


@pytest.mark.parametrize("method", [values_on_equal_amounts, copies_on_equal_amounts])
def test_chance_accuses_nobody_and_repeating_the_training_text_does(method):
    assert not accuses(method, numbers(200, seed=3))
    assert accuses(method, numbers(120, seed=1))


@pytest.mark.parametrize("twin", [values_on_all_of_it, copies_on_all_of_it, copies_on_as_many_texts])
def test_unlike_amounts_of_text_are_seen(twin):
    assert accuses(twin, numbers(200, seed=3))


short_texts = st.lists(st.text("abé", max_size=6), max_size=6)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(short_texts, short_texts)
def test_equal_amounts_are_equal(texts, others):
    room = min(sum(map(len, texts)), sum(map(len, others)))
    for whole, kept in zip((texts, others), equal_amounts(texts, others), strict=True):
        assert "".join(kept) == "".join(whole)[:room]
        assert all(text.startswith(part) for part, text in zip(kept, whole, strict=False))
        assert len(kept) <= len(whole)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(short_texts.filter(len), short_texts, short_texts, st.integers(1, 4))
def test_copies_against_a_plain_version(generated, training, held_out, window):
    def count(real):
        return sum(
            any(said[start : start + window] in text for start in range(len(said) - window + 1) for text in real)
            for said in generated
        )

    found = copies_in(generated, training=training, held_out=held_out, window=window)
    assert found.training == Share(count(training), len(generated))
    if not held_out:
        assert found.compared_training is found.compared_held_out is None
        return
    ours, others = equal_amounts(training, held_out)
    assert found.compared_training == Share(count(ours), len(generated))
    assert found.compared_held_out == Share(count(others), len(generated))
    assert found.compared_training.count <= found.training.count


def test_copies_by_hand():
    sentence = "my phone is 13812345678 and my cat is called Tom"
    generated = [f"hello, {sentence}!", sentence[:19], "hello", sentence[:20].upper()]
    found = copies_in(generated, training=[sentence], held_out=["z" * 60], window=20, confidence=0.9)
    assert found.training == found.compared_training == Share(1, 4, 0.9)
    assert found.compared_held_out == Share(0, 4, 0.9)
    alone = copies_in(generated, training=[sentence], held_out=[], window=20)
    assert alone.as_json()["on_equal_amounts"] == {"training": None, "held_out": None, "above_held_out": None}
    assert copies_in(generated, training=[sentence], held_out=[], window=19).training == Share(2, 4)
    # A stretch that lies across two texts is no copy.
    assert copies_in(generated, training=[sentence[:15], sentence[15:30]], held_out=[], window=20).training.count == 0
    report = found.as_json()
    assert report["window_characters"] == 20
    assert report["on_equal_amounts"]["above_held_out"] == difference(Share(1, 4, 0.9), Share(0, 4, 0.9))
    for text in (repr(found), str(report)):
        assert not any(value in text for value in (PHONE, "Tom"))


def test_bad_input():
    with pytest.raises(EmptyData):
        personal_data_in([], FINDER, training=[PHONE], held_out=[])
    with pytest.raises(EmptyData):
        copies_in([], training=[PHONE], held_out=[])
    for arguments in ({"window": 0}, {"window": -1}, {"confidence": 0.0}):
        with pytest.raises(PrivacyParameterError) as caught:
            copies_in([PHONE], training=[PHONE], held_out=[], **arguments)
        assert PHONE not in str(caught.value)
    with pytest.raises(PrivacyParameterError) as caught:
        personal_data_in([PHONE], FINDER, training=[PHONE], held_out=[], confidence=1.0)
    assert PHONE not in str(caught.value)


@pytest.mark.parametrize("method", [values_on_equal_amounts, copies_on_equal_amounts])
def test_more_held_out_text_hides_no_leak(method):
    generator = random.Random(9)
    training, held_out = numbers(120, seed=1), numbers(1200, seed=2)
    said = [generator.choice(training) for _ in range(60)] + numbers(140, seed=3)
    inside, outside = method(said, training, held_out)
    assert inside.count > outside.count
