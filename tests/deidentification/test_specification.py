"""What every recogniser states of itself, and what the words around a candidate say."""

from __future__ import annotations

import re

import pytest

from wuming.deidentification import KINDS, Detector
from wuming.deidentification.normalisation import normalise
from wuming.deidentification.reading import read
from wuming.deidentification.specification import REGISTRY, Number, Pattern, Registry, Specification
from wuming.deidentification.surroundings import Asking, Context, Vocabulary

assert Detector  # its import fills the registry


@pytest.mark.parametrize("one", REGISTRY.all, ids=lambda one: one.name)
def test_every_recogniser_states_layout_and_source(one: Specification) -> None:
    assert one.layout
    assert one.source
    assert set(one.kinds) <= set(KINDS)
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", one.name)


def test_no_pattern_uses_word_borders() -> None:
    patterns = [one.pattern for one in REGISTRY.all if isinstance(one, Pattern)]
    patterns += [one.shape for one in REGISTRY.all if isinstance(one, Number)]
    assert not any("\\b" in pattern.pattern for pattern in patterns)


def test_words_are_spelled_as_texts_are_read() -> None:
    for one in REGISTRY.all:
        for words in (getattr(one, part, ()) for part in ("words", "support", "decoys")):
            assert [word for word in words if normalise(word).text != word] == [], one.name


def test_every_kind_is_recognised_by_something() -> None:
    assert set(KINDS) == {kind for one in REGISTRY.all for kind in one.kinds}


def test_two_of_one_name_are_refused() -> None:
    registry = Registry()
    registry.add(Specification("cn.one", ("PHONE",), "cn", "x", "y"))
    with pytest.raises(ValueError, match=r"cn\.one"):
        registry.add(Specification("cn.one", ("PHONE",), "cn", "x", "y"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("您的订单号是：", "", Context.DECOY),
        ("订单里的手机号：", "", Context.SUPPORT),
        ("手机 订单 ", "", Context.DECOY),
        ("preorder ", "", Context.NONE),
        ("order no. ", "", Context.DECOY),
        ("my cell is ", "", Context.SUPPORT),
        ("parcell is ", "", Context.NONE),
        ("", " 是我的手机", Context.SUPPORT),
        ("", "是谁的订单", Context.NONE),
        ("", "", Context.NONE),
    ],
)
def test_what_the_words_around_say(before: str, after: str, expected: Context) -> None:
    vocabulary = Vocabulary([Asking("phone", frozenset({"手机", "cell"}), frozenset({"订单", "order"}))])
    (reading,) = read([f"{before}13800000000{after}"], vocabulary)
    start = len(before)
    assert reading.context(vocabulary.bits["phone"], start, start + 11) is expected


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("card 4111 1111 1111 1111", True),
        ("card 4111 1111 1111 1112", False),  # taken by its words
        ("身份证 11010519491231002X", True),
        ("税号 91110108551385082Q", True),
        ("税号 91110108551385082A", False),  # taken by its words
        ("IBAN GB82 WEST 1234 5698 7654 32", True),
        ("电话 13812345678", False),  # has none
        ("ssn 078-05-1120", False),
    ],
)
def test_explanations_say_whether_a_check_digit_speaks_for_a_value(text: str, checked: bool) -> None:
    assert [one.checked for one in Detector().explain(text)] == [checked]
