"""What is read around many places at once is what is read around each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification import surroundings
from wuming.deidentification.codepoints import codes_of
from wuming.deidentification.reading import read
from wuming.deidentification.surroundings import Asking, Context, Said, Vocabulary

WORDS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 9), st.integers(1, 1 << 70)), max_size=40)
DECOYS = st.dictionaries(st.integers(1, 200), st.tuples(st.integers(1, 1 << 70), st.booleans()), max_size=6)
BEFORE, AFTER = 56, 32
CANDIDATES = st.lists(st.tuples(st.integers(0, 190), st.integers(1, 20)), min_size=1, max_size=20)
TEXTS = (0, 60, 170)  # where the texts of the block begin; a border stands behind each
LOWERED = ("x" * 59 + "\x00" + "no: " * 27 + "x\x00" + "编号 " * 15)[:220] + "\x00"


def plainly(
    words: list[tuple[int, int, int]], decoys: dict[int, tuple[int, bool]], start: int, end: int
) -> tuple[int, int]:
    """Return against whom and for whom the words around one place of the block speak."""

    def near(low: int, high: int) -> int:
        who = 0
        for place, length, speaking in words:
            who |= speaking if low <= place < high and place + length <= high else 0
        return who

    first = max(one for one in TEXTS if one <= start)
    last = LOWERED.index("\x00", first)
    low = max(first, start - BEFORE)
    who, numbered, stop = 0, True, start
    for _ in range(7 if any(low < stop <= start for stop in decoys) else 0):
        if stop in decoys:
            who, numbered = who | decoys[stop][0], numbered and decoys[stop][1]
        fillers = (
            "编号", "number", "num", "no.", "no", "code", "id", "is", "was", *"号码是为:：# =（(，,\"'“"
        )  # fmt: skip
        length = next((len(one) for one in fillers if LOWERED[low:stop].endswith(one)), 0)
        if not length:
            break
        stop -= length
    if numbered:
        who &= ~near(max(low, start - 14), start)
    return who, near(low, start) | near(end, min(last, end + AFTER))


def read_wrongly(
    words: list[tuple[int, int, int]], decoys: dict[int, tuple[int, bool]], candidates: list[tuple[int, int]]
) -> bool:
    """Say whether what is read around all candidates at once differs from what is read around each."""
    words = sorted(words, key=lambda one: (one[0], -one[1]))
    most = max(who for who in (0, *(who for _, _, who in words), *(who for who, _ in decoys.values())))
    said = Said(
        LOWERED,
        np.array(TEXTS, dtype=np.intp),
        np.array([place for place, _, _ in words], dtype=np.intp),
        np.array([place + length for place, length, _ in words], dtype=np.intp),
        np.array([who for _, _, who in words], dtype=object if most >> 63 else np.int64),
        decoys,
    )
    bounds = [(start, min(start + length, LOWERED.index("\x00", start))) for start, length in candidates]
    against, speaking = said.around(*zip(*bounds, strict=True))
    return list(zip(against, speaking, strict=True)) != [plainly(words, decoys, *one) for one in bounds]


@settings(max_examples=400, deadline=None)
@given(WORDS, DECOYS, CANDIDATES)
def test_what_is_read_at_once_is_what_stands_there(
    words: list[tuple[int, int, int]], decoys: dict[int, tuple[int, bool]], candidates: list[tuple[int, int]]
) -> None:
    assert not read_wrongly(words, decoys, candidates)


def test_more_may_ask_than_a_number_has_bits() -> None:
    many = [Asking(f"other{number}", frozenset({f"word{number:02}"}), frozenset()) for number in range(70)]
    asking = [*many, Asking("phone", frozenset({"cell"}), frozenset())]
    vocabulary = Vocabulary(asking)
    (reading,) = read(("word69 cell #",), vocabulary)
    said = [one.name for one in asking if reading.context(vocabulary.bits[one.name], 12, 13) is Context.SUPPORT]
    assert said == ["other69", "phone"]


@pytest.mark.parametrize(
    ("name", "value", "words", "decoys"),
    [
        ("BEFORE", BEFORE + 1, [(120 - BEFORE - 1, 6, 1)], {}),
        ("AFTER", AFTER + 1, [(122 + AFTER + 1 - 3, 3, 1)], {}),
        ("_CLOSE", 13, [(120 - 14, 2, 1)], {120: (3, True)}),
    ],
)
def test_a_look_too_far_or_too_near_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: int,
    words: list[tuple[int, int, int]],
    decoys: dict[int, tuple[int, bool]],
) -> None:
    assert not read_wrongly(words, decoys, [(120, 2)])
    monkeypatch.setattr(surroundings, name, value)
    assert read_wrongly(words, decoys, [(120, 2)])


@pytest.mark.parametrize(
    ("behind", "opens"),
    [
        ("example.com", True), ("home. Then", False), ("work", False), ("a b.c", False), ("x.\n", False),
        (f"{'a' * 63}.de", True), (f"{'a' * 65}.de", False), ("", False), ("家.cn", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", [False, True])
def test_a_word_opens_only_where_its_sign_follows(behind: str, opens: bool, around: bool) -> None:
    phone = Asking("phone", frozenset({"at", "cell"}), frozenset())
    vocabulary = Vocabulary((phone,), (" at ", "#"), behind={" at ": "."})
    text = f"x at {behind}\x00"
    codes = codes_of(text)
    hits = vocabulary.find(codes, around=around)
    opening = vocabulary.opening(hits, codes)
    assert [vocabulary.words[word] for word in hits.words[opening]] == [" at "] * opens
