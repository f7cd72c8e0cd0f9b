"""Words found with one byte a character: where characters share a byte, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.deidentification.codepoints import codes_of
from wuming.deidentification.keywords import Keywords

MANY = [chr(0x4E00 + number) for number in range(600)]
WORDS = (*("".join(MANY[place : place + 2]) for place in range(0, 600, 2)), *MANY[:40:3], "mail", "𠮷a", "🐎马", "é")
SOUGHT = Keywords(WORDS)
PIECES = st.sampled_from([*WORDS, *MANY, "𠮸", "🐏", "a", "m", "\x00", "\ud800"])


def found(text: str) -> list[tuple[int, int, str]]:
    hits = SOUGHT.find(codes_of(text))
    return [
        (place, end, SOUGHT.words[word])
        for place, end, word in zip(hits.places.tolist(), hits.ends.tolist(), hits.words.tolist(), strict=True)
    ]


def within(text: str, place: int, word: str) -> bool:
    """Say whether a letter of ASCII stands before a word that begins with one."""
    return place > 0 and all("a" <= letter <= "z" for letter in (text[place - 1], word[0]))


def plainly(text: str) -> list[tuple[int, int, str]]:
    hits = [
        (place, place + len(word), word)
        for place in range(len(text))
        for word in SOUGHT.words
        if text.startswith(word, place) and not within(text, place, word)
    ]
    return sorted(hits, key=lambda one: (one[0], -one[1]))


@given(st.lists(PIECES, max_size=20).map("".join))
def test_words_beside_a_plain_search(text: str) -> None:
    assert found(text) == plainly(text)


def test_characters_that_share_a_byte_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(MANY[::-1]) + "𠮸a🐏马"
    assert found(text) == plainly(text)
    monkeypatch.setattr(SOUGHT, "_unsure", SOUGHT._unsure & False)
    assert found(text) != plainly(text)


@pytest.mark.parametrize(("text", "words"), [("email mail", ["mail"]), ("1mail", ["mail"]), ("马🐎马", ["🐎马"])])
def test_a_word_of_letters_begins_where_none_stands_before(text: str, words: list[str]) -> None:
    assert [word for _, _, word in found(text) if word in WORDS and len(word) > 1] == words
