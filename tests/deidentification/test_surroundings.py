"""What is read around many places at once is what is read around each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification.codepoints import codes_of
from wuming.deidentification.surroundings import BEFORE, Said, Vocabulary

WORDS = st.lists(st.tuples(st.integers(0, 150), st.integers(1, 9), st.integers(1, 1 << 70)), max_size=30)
CANDIDATES = st.lists(st.tuples(st.integers(0, 150), st.integers(1, 20)), min_size=1, max_size=20)
FIRST, LAST = 5, 160  # bounds of the text within its block


def foreseen_wrongly(
    words: list[tuple[int, int, int]], decoys: list[int], candidates: list[tuple[int, int]], kind: type[Said] = Said
) -> bool:
    """Say whether what was foreseen differs from what is read place by place."""
    words = sorted(words, key=lambda one: (one[0], -one[1]))
    places = np.array([place for place, _, _ in words], dtype=np.intp)
    ends = np.array([place + length for place, length, _ in words], dtype=np.intp)
    spoken = places, ends, [who for _, _, who in words], dict.fromkeys(decoys, (1, False))
    foreseeing, plain = kind("x" * 200, *spoken), Said("x" * 200, *spoken)
    begins = np.array([FIRST + place for place, _ in candidates], dtype=np.intp)
    stops = begins + np.array([length for _, length in candidates], dtype=np.intp)
    foreseeing.foresee(begins, stops, np.full(begins.size, FIRST), np.full(begins.size, LAST + 20))
    undecoyed = {begin for begin in begins.tolist() if not any(begin - BEFORE < end <= begin for end in decoys)}
    return (
        not undecoyed <= foreseeing.before.keys()
        or foreseeing.before != {begin: plain.read_before(begin, FIRST) for begin in foreseeing.before}
        or foreseeing.after != {stop: plain.read_after(stop, LAST + 20) for stop in stops.tolist()}
    )


@settings(max_examples=300, deadline=None)
@given(WORDS, st.lists(st.integers(0, 160), max_size=6), CANDIDATES)
def test_what_is_foreseen_is_what_stands_there(
    words: list[tuple[int, int, int]], decoys: list[int], candidates: list[tuple[int, int]]
) -> None:
    assert not foreseen_wrongly(words, decoys, candidates)


class Overreaching(Said):
    """Reads one character too far."""

    def foresee(self, begins, stops, first, last):  # type: ignore[no-untyped-def]
        super().foresee(begins + 1, stops, first, last)
        self.before = dict(zip(begins.tolist(), self.before.values(), strict=True))


def test_a_look_too_far_is_noticed() -> None:
    assert foreseen_wrongly([(20, 6, 1)], [], [(20, 3)], Overreaching)
    assert not foreseen_wrongly([(20, 6, 1)], [], [(20, 3)])


@pytest.mark.parametrize(
    ("behind", "opens"),
    [
        ("example.com", True), ("home. Then", False), ("work", False), ("a b.c", False), ("x.\n", False),
        (f"{'a' * 63}.de", True), (f"{'a' * 65}.de", False), ("", False), ("家.cn", True),
    ],
)  # fmt: skip
def test_a_word_opens_only_where_its_sign_follows(behind: str, opens: bool) -> None:
    vocabulary = Vocabulary((), (" at ", "#"), behind={" at ": "."})
    text = f"x at {behind}\x00"
    codes = codes_of(text)
    assert vocabulary.opening(vocabulary.openers.find(codes), codes).tolist() == [opens]
