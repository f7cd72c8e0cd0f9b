"""How texts are read: spellings, the way back to the original, and many texts at once as one by one."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.deidentification import Detector
from wuming.deidentification.codepoints import codes_of
from wuming.deidentification.keywords import Keywords
from wuming.deidentification.normalisation import normalise
from wuming.deidentification.reading import read
from wuming.deidentification.runs import runs, values
from wuming.deidentification.surroundings import Asking, Context, Vocabulary

NUMBER = "13812345678"
CONTROLS = {*range(9), 11, 12, *range(14, 32), 127}  # never read from an escape of URLs: `Falcon%0042` is a password
PIECES = [
    "138",
    "1234",
    "5678",
    " ",
    "，",
    "微信",
    "\u200b",
    "&#49;",
    "%31",
    "\\u0031",
    "一三八",
    "İ",
    "😀",
    "1️⃣",
    "a@b",
    "e\u0301",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=10).map("".join)
WORDS = Vocabulary((), ("微信", "微信号", "@", "mail", "ghp_", "://", "no letters here", "🐎微信"))


@pytest.mark.parametrize(
    "text",
    [
        "１３８１２３４５６７８",
        "①③⑧①②③④⑤⑥⑦⑧",
        "¹³⁸¹²³⁴⁵⁶⁷⁸",
        "₁₃₈₁₂₃₄₅₆₇₈",
        "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
        "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "138\u200b1234\u200b5678",
        "138\u00ad1234\u20605678",
        "1\u03363\u03368\u033612345678",
        "一三八一二三四五六七八",
        "壹叁捌壹贰叁肆伍陆柒捌",
        "壹參捌壹貳參肆伍陸柒捌",
        "幺三八幺二三四五六七八",
        "&#49;&#51;&#56;12345678",
        "&#x31;&#x33;&#x38;12345678",
        "%31%33%3812345678",
        r"\u0031\u0033\u003812345678",
        "١٣٨١٢٣٤٥٦٧٨",
    ],
)
def test_one_number_in_many_spellings(text: str) -> None:
    normalised = normalise(f"拨{text}吧")
    assert NUMBER in normalised.text
    start = normalised.text.index(NUMBER)
    first, last = normalised.original(start, start + len(NUMBER))
    assert f"拨{text}吧"[first:last] == text


# Control characters but line breaks stay escaped: a value does not hold them, and %08 is part of many a key.
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30))
@example(": 00")  # a letter of an escape is no letter before a blank
def test_what_is_escaped_is_read_back(text: str) -> None:
    plain = normalise(text).text
    unwritten = any(mark in text for mark in "%\\&") or any(ord(character) in CONTROLS for character in text)
    assert normalise(quote(text, safe="")).text == plain or unwritten
    escaped = "".join(f"&#{ord(character)};" if ord(character) else character for character in text)
    assert normalise(escaped).text == plain or any(mark in text for mark in "%\\&")


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_character_has_a_stretch_of_its_own(text: str) -> None:
    normalised = normalise(text)
    last = 0
    for place in range(len(normalised.text)):
        start, end = normalised.original(place, place + 1)
        assert last <= start < end <= len(text)
        last = end


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_many_at_once_are_read_as_one_by_one(texts: list[str]) -> None:
    for text, reading in zip(texts, read(texts, WORDS), strict=True):
        alone = normalise(text)
        found = reading.normalised
        assert found.text == alone.text
        if found.text:
            assert found.original(0, len(found.text)) == alone.original(0, len(alone.text))
        plain = runs(found.text, [match.start() for match in re.finditer("[0-9]+", found.text)])
        assert [(start, end) for start, end, _ in reading.runs] == [(start, end) for start, end, _ in plain]
        assert len(reading.lowered) == len(found.text)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_find_many_is_find(texts: list[str]) -> None:
    detector = Detector()
    assert list(detector.find_many(texts)) == [detector.find(text) for text in texts]


def test_a_long_text_is_read_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"{number:06d}. 手机138{number:08d}，" for number in range(400))
    detector = Detector(kinds=["PHONE"])
    whole = detector.find(text)
    assert len(whole) == 400
    for size in (500, 511, 997):
        monkeypatch.setattr("wuming.deidentification.engine._LONG", size)
        monkeypatch.setattr("wuming.deidentification.engine._OVERLAP", 64)
        assert detector.find(text) == whole


def words_in(text: str) -> list[tuple[int, int, str]]:
    (reading,) = read((text,), WORDS)
    return [(start, end, WORDS.words[word]) for start, end, word in reading.words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加微信号", [(1, 4, "微信号"), (1, 3, "微信")]),
        ("Mail me", [(0, 4, "mail")]),
        ("email mails my_mail 1mail", []),
        ("x@y", [(1, 2, "@")]),
        ("GHP_abc", [(0, 4, "ghp_")]),
        ("xghp_abc", []),
        ("https://", [(5, 8, "://")]),
        ("ＭＡＩＬ", [(0, 4, "mail")]),
        ("@", [(0, 1, "@")]),
        ("", []),
        ("no letters here", [(0, 15, "no letters here")]),
        ("no letters there", []),
        ("😀微信 x@", [(1, 3, "微信"), (5, 6, "@")]),
        ("🐎微信", [(0, 3, "🐎微信"), (1, 3, "微信")]),
        (chr(ord("微") + 0x10000) + "信", []),  # the same in the lower 16 bits
    ],
)
def test_keywords(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert words_in(text) == expected


@given(st.text("ab@微信号 mail", max_size=30))
def test_keywords_beside_a_plain_search(text: str) -> None:
    plain = [
        (start, start + len(word), word)
        for start in range(len(text))
        for word in ("微信号", "mail", "微信", "@")
        if text.startswith(word, start)
        and (word != "mail" or not re.search("[a-z0-9_]$", text[:start]))
        and (word != "mail" or not re.match("[a-z]", text[start + 4 :]))
    ]
    assert sorted(words_in(text)) == sorted(plain)


def values_of(text: str, *lengths: int) -> list[str]:
    found = []
    for start, end, _ in runs(text, [match.start() for match in re.finditer("[0-9]+", text)]):
        found += [value.compact for value in values(text, start, end, dict.fromkeys(lengths))]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812345678", [NUMBER]),
        ("138 1234 5678", [NUMBER]),
        ("138-1234-5678", [NUMBER]),
        ("138.1234.5678", [NUMBER]),
        ("tel13812345678", [NUMBER]),
        ("1 3 8 1 2 3 4 5 6 7 8", [NUMBER]),
        ("(138)12345678", [NUMBER]),
        ("3.13812345678", []),  # decimals
        ("13812345678.5", []),
        ("1381234-5678-9", []),  # a part of something longer
        ("x13812345678", []),  # one letter is no label
        ("13812345678a", []),
        ("138   1234   5678", []),
        ("1381 - 23456 - 78", [NUMBER]),
        ("13-8_12/34 5.6·78", [NUMBER]),
        ("138123\n45678", [NUMBER]),
        ("138123\n45678\n9", []),  # rows of a column
        ("138123456\n78. next", []),  # an item of a list
        ("(138123456\n78)", [NUMBER]),
        ("(138123456\n78)已录入", [NUMBER]),
        ("138123456\n78)已录入", []),
        ("1381, 2345, 678", []),  # a list of numbers
        ("SF13812345678", []),  # a code
        ("l38l23456 78", ["l38l2345678", NUMBER]),
        ("I3BI2345678", ["I3BI2345678", "13812345678"]),
        ("2024-01-05 138", []),  # a date with something behind
    ],
)
def test_values_of_a_run(text: str, expected: list[str]) -> None:
    assert values_of(text, 11) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E 1 2 3 4 5 6 7 8", ["E12345678"]),
        ("E-1-2-3-4-5-6-7-8", ["E12345678"]),
        ("is a E 1 2 3 4 5 6 7 8", ["E12345678"]),
        ("It's 0 1 2 3 4 5 6 7 8", ["012345678"]),
        ("E 1-2 3 4 5 6 7 8", []),  # one sign all along
        ("E 1 2 3 4 5 6 7 8 9", []),  # longer
        ("Q E 1 2 3 4 5 6 7", ["QE1234567"]),
        ("E1\n2345678", ["E12345678"]),
        ("AB\n1234567", ["AB1234567"]),
    ],
)
def test_single_letters_are_groups(text: str, expected: list[str]) -> None:
    assert values_of(text, 9) == expected


def test_a_resident_number_holds_a_date_and_nothing_else_does() -> None:
    assert values_of("110101-1990-03-07-4610", 18) == ["110101199003074610"]
    assert values_of("110101 1990-03-07 4610", 18) == ["110101199003074610"]
    assert values_of("1101 1990-03-07 461012", 18) == []


@pytest.mark.parametrize("cell", ["13812345678", "138 1234 5678", "138-1234-5678", "138 12 34 56 78"])
@pytest.mark.parametrize("beside", [",", "\n"])
def test_a_cell_of_a_long_table_is_read(cell: str, beside: str) -> None:
    row = beside.join(f"{number}" for number in range(100, 400))
    assert NUMBER in values_of(f"{row}{beside}{cell}{beside}{row}", 11)


def test_printed_groups_are_seen_in_an_endless_row() -> None:
    row = " ".join(f"{number}" for number in range(100, 400))
    assert NUMBER in values_of(f"{row} 138 1234 5678 {row}", 11)
    found = Detector(kinds=["PHONE"]).find(f"{row} 手机 138 1234 5678 {row}")
    assert [span.kind for span in found] == ["PHONE"]


def test_values_of_a_table_are_not_many() -> None:
    for row in ("1234 " * 5000, "12,34\n" * 5000, "1 2-" * 5000, "a 1 " * 5000, "123.4 " * 5000):
        assert len(values_of(row, *range(5, 34))) < 4 * 5000


def test_a_long_number_may_have_a_word_glued_behind() -> None:
    assert values_of("110101199003074610ok", 18) == ["110101199003074610"]
    assert values_of("13812345678ok", 11) == []
    assert values_of("110101. 199003074610", 18) == []


def test_a_numeral_beside_a_number_belongs_to_its_word() -> None:
    assert normalise("张三13812345678").text == "张三13812345678"
    assert normalise("一三八12345678").text == NUMBER


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("幺三拐三，勾四拐勾，六四八", "1373 9479 648"),
        ("QQ是五六勾四八", "QQ是56948"),
        ("二〇二四年五月", "二〇二四年五月"),
        ("1,234,567", "1,234,567"),
        ("收③-3⁶𝟔𝟗2-②𝟗", "收33669229"),  # several scripts: what lies between is left out
        ("①②-③④-⑤⑥", "12-34-56"),
        ("Falcon%0042", "Falcon%0042"),
        ("River%2085,", "River%2085,"),
        ("a%20b", "a b"),
    ],
)
def test_what_is_read(written: str, expected: str) -> None:
    assert normalise(written).text == expected
    (reading,) = read((written,), WORDS)
    assert reading.normalised.text == expected


def test_values_take_linear_time_on_endless_groups() -> None:
    assert len(values_of("1 " * 2000, 11, 18)) < 2 * 2000


@given(st.text(max_size=40))
def test_lower_case_keeps_places(text: str) -> None:
    (reading,) = read((text,), WORDS)
    for place, character in enumerate(reading.normalised.text):
        small = character.lower()
        assert reading.lowered[place] == (small if len(small) == 1 else character)


def test_escapes_of_the_usual_writers() -> None:
    text = "电话13812345678 <a@b.com>"
    for written in (html.escape(text), json.dumps(text), quote(text)):
        assert NUMBER in normalise(written).text
        assert "a@b.com" in normalise(written).text
    assert unicodedata.normalize("NFKC", "１") == normalise("１").text


PHONE = Asking("phone", frozenset({"cell", "手机", "护照"}), frozenset({"order", "编号", "=="}))
OTHER = Asking("other", frozenset({"order"}), frozenset({"手机"}))
SAID = Vocabulary((PHONE, OTHER))


@pytest.mark.parametrize(
    ("text", "phone", "other"),
    [
        ("my cell #", Context.SUPPORT, Context.NONE),
        ("手机#", Context.SUPPORT, Context.DECOY),
        ("cells #", Context.NONE, Context.NONE),
        ("3cell_#", Context.SUPPORT, Context.NONE),  # digits and `_` tie no word of the context
        ("order no: #", Context.DECOY, Context.SUPPORT),
        ("reorder #", Context.NONE, Context.NONE),
        ("orderid #", Context.DECOY, Context.NONE),
        ("手机的 order: #", Context.DECOY, Context.SUPPORT),
        ("护照编号#", Context.SUPPORT, Context.NONE),
        ("护照。他昨天在那里刚刚买的东西编号#", Context.DECOY, Context.NONE),  # too far from the passport
        ("护照 order 编号#", Context.DECOY, Context.SUPPORT),
        ("a==#", Context.NONE, Context.NONE),
        ("1 == #", Context.DECOY, Context.NONE),
        ("order id id id#", Context.DECOY, Context.SUPPORT),
        ("order id id id id#", Context.NONE, Context.SUPPORT),
        ("# cell", Context.SUPPORT, Context.NONE),
        ("# order", Context.NONE, Context.SUPPORT),
        ("cell" + 53 * "。" + "#", Context.NONE, Context.NONE),
        ("cell" + 52 * "。" + "#", Context.SUPPORT, Context.NONE),
        ("#" + 29 * "。" + "cell", Context.NONE, Context.NONE),
        ("#" + 28 * "。" + "cell", Context.SUPPORT, Context.NONE),
    ],
)
def test_what_the_words_around_say(text: str, phone: Context, other: Context) -> None:
    *_, reading = read(("my cell order", text), SAID)  # words of another text say nothing
    place = text.index("#")
    assert [reading.context(SAID.bits[name], place, place + 1) for name in ("phone", "other")] == [phone, other]


@given(st.text("eloc rd手机 ", max_size=20), st.sampled_from(["", "ab", "中"]))
def test_hits_beside_a_plain_search(text: str, after: str) -> None:
    words = ("cell", "order", "手机", "e", "cel", "or")
    keywords = Keywords(words)
    whole = text + after
    hits = keywords.find(codes_of(whole))
    found = list(zip(hits.places.tolist(), hits.ends.tolist(), hits.words.tolist(), strict=True))
    plain = [
        (place, place + len(word), number)
        for place in range(len(whole))
        for number, word in enumerate(keywords.words)
        if whole.startswith(word, place) and not (word.isascii() and "a" <= whole[max(0, place - 1)] <= "z" and place)
    ]
    assert found == sorted(plain, key=lambda one: (one[0], -one[1]))
