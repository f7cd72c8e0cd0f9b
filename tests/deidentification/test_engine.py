"""The engine: bounds, order, offsets, linear time, and no memory between texts."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.core.errors import PlanError
from wuming.core.ports import PersonalDataDetector
from wuming.deidentification import Detector, reading
from wuming.deidentification.normalisation import canonical_value, normalise
from wuming.deidentification.resolution import resolve

DETECTOR = Detector()
PIECES = [
    "13812345678", "１３８１２３４５６７８", "一三八一二三四五六七八", "138\u200b1234\u200b5678", "6222021234567890128",
    "张伟", "我叫", "收件人：", "北京市朝阳区", "建国路88号", "3栋2单元501", "a@b.com", "GB82 WEST 1234 5698 7654 32",
    "11010519491231002X", "微信", "lily_2024", "QQ", "Sarah Miller", "Mr. ", "482 Maple Avenue, Denver, CO 80203",
    "，", " ", "\n", "订单号", "İ", "\ud800", "😀", "⑧", " 52. 10", "Q", "%3A%2000",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example(" 52. 10")  # nothing before a number that may stand behind a street
def test_spans_are_sorted_disjoint_and_within_bounds(text: str) -> None:
    position = 0
    for span in DETECTOR.find(text):
        assert position <= span.start < span.end <= len(text)
        assert 0 < span.score <= 1
        position = span.end


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_offsets_survive_normalisation(text: str) -> None:
    normalised = normalise(text)
    last = -1
    for place in range(len(normalised.text)):
        start, end = normalised.original(place, place + 1)
        assert last < start < end <= len(text)
        last = start
    for span in DETECTOR.find(text):
        # Found again alone in plain spelling means that the right characters were cut out.
        assert text[span.start : span.end].strip()


@pytest.mark.parametrize(
    "text",
    ["１３８１２３４５６７８", "138\u200b1234\u200b5678", "①③⑧①②③④⑤⑥⑦⑧", "一三八幺二三四五六七八", "+86 138-1234-5678"],
)
def test_spellings_of_one_number_have_one_value(text: str) -> None:
    assert canonical_value(text, "PHONE") == "13812345678"


UNITS = [
    "1",
    "1 ",
    "a",
    "aA1",
    "@",
    "a@",
    "北京",
    "路1号",
    "王",
    "王伟",
    "微信a",
    "Sarah Miller ",
    ":",
    "12 Aa ",
    "GB12",
    "Mr. ",
    "张先生",
    "6222 ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit: str) -> None:
    """Four times the text may take at most nine times the time; a quadratic scan takes sixteen.

    One of several tries is enough, each with both texts one after the other: what else the machine does meets both.
    Nothing is collected meanwhile: that takes as long as the other tests have left objects behind.
    """

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        gc.disable()
        begin = time.process_time()
        DETECTOR.find(text)
        taken = time.process_time() - begin
        gc.enable()
        return taken

    seconds(1000)
    assert any(seconds(50_000) <= 9 * seconds(12_500) + 0.05 for _ in range(6))


def test_what_may_be_read_in_many_ways_takes_no_time() -> None:
    """Fillers between a label and a value, of which one begins as two others do."""
    begin = time.process_time()
    DETECTOR.find(f"QQ{'号码' * 26}啊12345678")
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("value", ["18366268059", "138-1234-5678", "6222021234567890128", "11010519491231002X"])
@pytest.mark.parametrize(
    "after", [". I want to know", ". 5 of them", ".\n2 of them", ". A friend", ".", "- I said", ", I said"]
)
def test_the_sentence_after_a_number_is_no_part_of_it(value: str, after: str) -> None:
    text = f"Mobile number or ID: {value}{after}"
    assert [text[span.start : span.end] for span in DETECTOR.find(text)] == [value]


def test_a_million_characters() -> None:
    begin = time.process_time()
    DETECTOR.find("a1-@王:" * 170_000)
    assert time.process_time() - begin < 60


def test_overlaps_go_to_the_higher_priority_then_the_longer() -> None:
    low, high, longer = (
        (0, 9, "QQ", 0.9, 10, "a"),
        (3, 5, "PHONE", 0.5, 20, "a"),
        (2, 6, "IP_ADDRESS", 0.1, 20, "a"),
    )
    assert resolve([low, high, longer]) == [longer]


def test_no_state_between_texts() -> None:
    texts = ["我叫张伟", "13812345678", "Sarah Miller called", "地址：建国路88号3栋"]
    alone = [Detector().find(text) for text in texts]
    together = Detector()
    for text in reversed(texts):
        together.find(text)
    assert [together.find(text) for text in texts] == alone


def test_it_is_a_detector_with_a_digest() -> None:
    assert isinstance(DETECTOR, PersonalDataDetector)
    assert DETECTOR.ruleset_digest == Detector().ruleset_digest
    assert DETECTOR.ruleset_digest.startswith("sha256:")
    assert DETECTOR.ruleset_digest != Detector(("zh",)).ruleset_digest


@pytest.mark.parametrize("languages", [(), ("fr",)])
def test_refuses_unknown_languages(languages: tuple[str, ...]) -> None:
    with pytest.raises(PlanError):
        Detector(languages)


@pytest.mark.parametrize("apart", [0, 1 << 20])
def test_words_around_are_the_same_in_one_pass_and_in_two(apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ("call ", "订单号", "", "手机")
    texts = [f"{word}13800000000, 微信 abc12345, order 4111111111111111" for word in said] * 200
    usual = [*DETECTOR.find_many(texts)]
    monkeypatch.setattr(reading, "_APART", apart)
    assert [*DETECTOR.find_many(texts)] == usual
