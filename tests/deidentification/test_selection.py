"""What is left out unread holds nothing: the quick look over a block beside a plain twin that reads everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.benchmarks.text import negatives, sources
from wuming.benchmarks.text.dialogues import dialogues
from wuming.benchmarks.text.documents import place_all
from wuming.benchmarks.text.spellings import SPELLINGS
from wuming.benchmarks.text.structured import spelled_documents
from wuming.core.ports import Span
from wuming.deidentification import Detector, selection
from wuming.deidentification.candidates import Freely
from wuming.deidentification.codepoints import DIGIT, looked_up
from wuming.deidentification.codepoints import codes_of as codes_of_text
from wuming.deidentification.engine import NO_RULES
from wuming.deidentification.kinds import STRUCTURED
from wuming.deidentification.outlines import outline_of
from wuming.deidentification.policy.rules import Rules
from wuming.deidentification.reading import Reading
from wuming.deidentification.requirements import required
from wuming.deidentification.resolution import Found
from wuming.deidentification.runs import is_date, runs, values
from wuming.deidentification.selection import EVERYTHING, Fitting, Tried
from wuming.deidentification.signs import Sign
from wuming.deidentification.specification import REGISTRY, Number, Pattern
from wuming.deidentification.stretches import AROUND, Stretches
from wuming.deidentification.waiting import Block

SIGNS = "0123456789" * 4 + " -._/·,、()+\n" * 3 + "OoIlxXAzE号京粤a:Q~年\x00\u200b９一😀"
PIECES = st.lists(
    st.sampled_from((
        "2024-10-20", "qq13812345678", "110105194912310021Name", "1I010519491231002X", "91350211MA1K2L3M4N",
        "12AB34567", "l38OO138OOO", "4111 1111 1111 1111", "0571-86523391", "(415) 555-2671", *"()+-., ，、/\nXI1",
    )),
    max_size=8,
).map("".join)  # fmt: skip
RUN_LIKE = st.one_of(st.text(SIGNS, max_size=60), PIECES)


class Twin(Detector):
    """Tries everything everywhere, one text at a time."""

    def __init__(self, kinds: Iterable[str], policy: Rules = NO_RULES) -> None:
        super().__init__(kinds=kinds, policy=policy)
        bits = self._vocabulary.bits
        numbers = sorted((one for one in self.specifications if isinstance(one, Number)), key=lambda one: -one.priority)
        patterns = [
            Tried.of(one, bits[one.name])
            for one in self.specifications
            if isinstance(one, Pattern) and not one.anywhere
        ]
        lengths = {length for one in numbers for length in one.lengths}

        def fitting(compact: str, sizes: tuple[int, ...]) -> Fitting:
            written = " ".join(map(str, sizes))
            return [
                (one, bits[one.name])
                for one in numbers
                if len(compact) in one.lengths
                and one.shape.fullmatch(compact)
                and (len(sizes) == 1 or one.grouping is None or one.grouping.fullmatch(written))
            ]

        def look(readings: Iterable[tuple[Reading, list[Found]]], block: Block) -> None:
            for reading, found in readings:
                text, offset = reading.text, reading.start
                for start, end, _ in reading.runs:
                    run = text[start:end]
                    for each in patterns:
                        if each.wants(outline_of(run)):
                            block.tried[each.who].append((text, run, start, end, offset, found))
                    for one in values(text, start, end, lengths):
                        compact = one.compact.upper()
                        dated = len(one.sizes) == 3 and is_date(text, one.start, one.end)
                        shaped = fitting(compact, one.sizes)
                        block.values.what.append((text, found, one.start, one.end, compact, one.loose, dated, shaped))
                        block.values.starts.append(offset + one.start)
                        block.values.ends.append(offset + one.end)

        self._select = lambda stretches: np.full(stretches.starts.size, EVERYTHING)  # type: ignore[method-assign]
        self._finder._plans.look = look  # type: ignore[method-assign]
        self._read_where = [frozenset() for _ in self._read_where]
        self._everywhere = True
        self._vocabulary._behind = {}

    def _candidates(
        self, readings: Sequence[Reading], freely: Sequence[Freely], *, every: bool = True
    ) -> list[list[Found]]:
        return super()._candidates(readings, freely, every=True)

    def one_by_one(self, texts: Iterable[str]) -> list[list[Span]]:
        return [self.find(text) for text in texts]


DETECTOR, TWIN = Detector(kinds=STRUCTURED), Twin(STRUCTURED)


def corpus() -> list[str]:
    texts = dialogues(21, 60_000, per_kilobyte=5) + dialogues(22, 20_000, per_kilobyte=0)
    texts += [document.text for document in place_all(sources.own_values(12, 7), 3)]
    for spelling in SPELLINGS:
        texts += [document.text for document in spelled_documents(spelling, 12, 5)]
    rng = Random(7)
    for sort in (negatives.logs, negatives.hashes, negatives.orders):
        lines = sort(rng)
        texts.append("\n".join(next(lines) for _ in range(60)))
    texts += ["".join(rng.choice(SIGNS) for _ in range(rng.randrange(90))) for _ in range(1500)]
    whole = list(texts)
    for _ in range(700):  # records that begin or end inside an identifier
        text = rng.choice(whole)
        first = rng.randrange(len(text) + 1)
        texts.append(text[first : first + rng.randrange(80)])
    rng.shuffle(texts)
    return texts


def test_thousands_of_texts_as_the_twin_reads_them() -> None:
    texts = corpus()
    assert len(texts) > 3000
    assert list(DETECTOR.find_many(texts)) == TWIN.one_by_one(texts)


RULES = {
    "thresholds": Rules(thresholds={"CREDIT_CARD": 0.99, "PHONE": 0.8, "CN_RESIDENT_ID": 0.9, "BANK_CARD": 0.92}),
    "allowed": Rules(allow={"CREDIT_CARD": frozenset({"4111111111111111"}), "*": frozenset({"13800138000"})}),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_leave_room_for_what_would_be_outdone(name: str) -> None:
    texts = [*corpus()[:1500], "卡号4111111111111111", "card 4111 1111 1111 1111", "电话13800138000"]
    twin = Twin(STRUCTURED, RULES[name])
    assert list(Detector(kinds=STRUCTURED, policy=RULES[name]).find_many(texts)) == twin.one_by_one(texts)


def test_a_long_line_as_the_twin_reads_it() -> None:
    line = " ".join(corpus()).replace("\n", " ")[:200_000]
    assert DETECTOR.find(line) == TWIN.find(line)


@settings(max_examples=200, deadline=None)
@given(st.lists(RUN_LIKE, min_size=1, max_size=6))
def test_made_up_texts_as_the_twin_reads_them(texts: list[str]) -> None:
    assert list(DETECTOR.find_many([*texts, *["。" * 1000] * 9]))[: len(texts)] == TWIN.one_by_one(texts)


def test_a_selection_that_leaves_too_much_is_noticed() -> None:
    broken = Detector(kinds=STRUCTURED)
    selecting = broken._finder._plans._patterns
    selecting._looked_for = [(place, one, {**signs, "-": 2}) for place, one, signs in selecting._looked_for]
    texts = corpus()
    assert list(broken.find_many(texts)) != TWIN.one_by_one(texts)


def test_sets_of_more_patterns_than_bits_select_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = corpus()[:1500]
    found = list(DETECTOR.find_many(texts))
    monkeypatch.setattr(selection, "_BITS", 5)
    several = Detector(kinds=STRUCTURED)
    assert several._finder._plans._patterns._chunks > 1
    assert list(several.find_many(texts)) == found


def stretches_of(text: str) -> tuple[str, Stretches, list[int]]:
    classes, codes, _ = looked_up(codes_of_text(text + "\x00"))
    rows = [match.span() for match in re.finditer("[0-9]+", text)]
    firsts, lasts = ([row[side] for row in rows] for side in (0, 1))
    assert [place for place in np.flatnonzero(classes & DIGIT) if text[place] not in "0123456789９"] == []
    return text, Stretches(codes, classes, *(np.array(one, dtype=np.intp) for one in (firsts, lasts))), firsts


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789 -._/·,、()+\nabAB号", max_size=60))
@example(f"{'a' * 39}1 {'a' * 40}1")
def test_every_run_lies_in_a_stretch(written: str) -> None:
    text, stretches, firsts = stretches_of(written)
    found = list(runs(text, firsts))
    bounds = zip(stretches.starts.tolist(), stretches.ends.tolist(), strict=True)
    alone = stretches.alone(np.array(firsts, dtype=np.intp)).tolist()
    assert {*compress(bounds, alone)} <= {(start, end) for start, end, _ in found}
    for start, end, row in found:
        number = stretches.of_row[row]
        assert stretches.starts[number] - AROUND <= start
        assert end <= stretches.ends[number]
        assert sum(character in "0123456789" for character in text[start:end]) <= stretches.digits[number]
        assert sum(character.isalnum() for character in text[start:end]) <= stretches.characters[number]
        for other, first in enumerate(firsts):
            assert not start <= first < end or stretches.of_row[other] == number


@pytest.mark.parametrize(
    ("between", "apart"), [("号", True), ("。", True), ("😀", True), ("、", False), (" - ", False), (" abc ", True)]
)
def test_what_parts_two_stretches(between: str, apart: bool) -> None:
    _, stretches, *_ = stretches_of(f"12{between}34")
    assert bool(stretches.of_row[0] != stretches.of_row[1]) is apart


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"[0-9]{3}-[0-9]{2}-[0-9]{4}", {"0": 9, "-": 2, "-00": 1, "-000": 1}),
        (r"(?:\+|00)?86[ \-]?1[0-9]{10}", {"0": 13}),
        (r"(?:a\.[0-9]|[0-9]\.b\.)", {"0": 1, ".": 1}),
        (r"(?:[0-9]{2}: ?){2,5}", {"0": 4, ":": 2}),
        (r"[京津][A-Z](?=[0-9]{9})", {"京津": 1}),
        (r"(?<![0-9])[0-9]?(?>\()[^0-9]\)", {"(": 1, ")": 1}),
        (r"[0-9A-Z]{17}", {}),
    ],
)
def test_what_a_match_holds_at_least(pattern: str, least: dict[str, int]) -> None:
    assert required(re.compile(pattern)) == least


def test_matches_of_every_pattern_hold_what_is_required() -> None:
    seen = set()
    for text in corpus():
        for one in REGISTRY.all:
            for match in one.pattern.finditer(text) if isinstance(one, Pattern) else ():
                seen.add(one.name)
                shape = re.sub("[0-9]", "0", match.group())
                for sign, least in required(one.pattern).items():
                    several = len(sign) > 1 and not sign.endswith("0")
                    count = sum(map(shape.count, sign)) if several else shape.count(sign)
                    assert count >= least, (one.name, sign)
    assert len(seen) > 10


@given(st.text("::-aF9g", max_size=30), st.integers(2, 5), st.integers(0, 4), st.integers(0, 3))
def test_a_sign_that_stands_several_times(text: str, times: int, least: int, more: int) -> None:
    row = re.compile(f"(?=:(?:[0-9A-Fa-f]{{{least},{least + more}}}:){{{times - 1}}})")
    plain = [match.start() for match in row.finditer(text)]
    assert Sign(":", times, least, least + more).rows(codes_of_text(text)).tolist() == plain
