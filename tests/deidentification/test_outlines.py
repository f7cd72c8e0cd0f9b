"""What an outline rules out matches nowhere in the run, and what the first digits tell holds whatever follows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification import outlines
from wuming.deidentification.outlines import OUTLINE, coarser, known, may_match, outline_of, tell
from wuming.deidentification.runs import runs
from wuming.deidentification.specification import REGISTRY, Number, Pattern

PATTERNS = [one for one in REGISTRY.all if isinstance(one, Pattern) and not one.anywhere]
NUMBERS = [one for one in REGISTRY.all if isinstance(one, Number)]
MAY = {one.name: may_match(one.pattern, one.before, one.reach) for one in PATTERNS}
RUN_LIKE = st.text("0123456789" * 3 + " -._/·,、()+\n" * 2 + "abSXxIEK京粤~Q:号", max_size=50)


def outlines_of(run: str) -> set[str]:
    """Return all outlines of a run: as it is, coarser, with its beginning known, and with all of it known."""
    plain, coarse = outline_of(run), coarser(outline_of(run))
    begun = {known(run[:size]) + one[size:] for one in (plain, coarse) for size in (1, 2)}
    return {plain, coarse, *begun, known(run)}


def ruled_out_wrongly(text: str) -> list[str]:
    """Return the patterns that match in a run of `text` though an outline of it says that they cannot."""
    return [
        one.name
        for start, end, _ in runs(text, [match.start() for match in re.finditer("[0-9]+", text)])
        for one in PATTERNS
        if (match := one.pattern.search(text, max(0, start - one.before), end + one.reach))
        and match.start(match.lastindex or 0) < end
        and not all(map(MAY[one.name], outlines_of(text[start:end])))
    ]


EXAMPLES = (
    "tel +86 571 8652-3391 ext 12", "(0571) 86523391转12", "粤B·12345", "京A D12345", "NI: AB 12 34 56 C",
    "HK A123456(7)", "1234567(8)", "5/123456/7", "GB29 NWBK 6016 1331 9268 19", "31.2304, 121.4737", "10.0.0.1",
    "123-45-6789", "912-34-5678", "415-555-2671 x12", "(415) 555-2671", "01 23 45 67 89", "0033 1 23 45 67 89",
    "03-1234-5678", "1.13812345678", "0x52908400098527886E0F7030069857D2E4169EE7", "1HGCM82633A004352",
    "123456789:AAabcdefghijklmnopqrstuvwxyz-012345", "abc8Q~abcdefghijklmnopqrstuvwxyz0123456",
)  # fmt: skip


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_are_not_ruled_out(text: str) -> None:
    assert ruled_out_wrongly(f"您好，{text}。") == ruled_out_wrongly(text) == []
    assert any(one.pattern.search(text) for one in PATTERNS), "an example shows nothing that nothing matches"


@settings(max_examples=1000, deadline=None)
@given(RUN_LIKE, st.sampled_from(EXAMPLES), RUN_LIKE)
def test_nothing_that_matches_is_ruled_out(before: str, example: str, after: str) -> None:
    assert ruled_out_wrongly(before + example + after) == []


_PLAIN = ("[0-9]", "[1-3]", "0", "7", "[A-Z]", "[A-Fa-f]", "x", "-", r"\.", "、", "号", r"[ \-.]")
ATOMS = st.sampled_from((*_PLAIN, r"\d", r"\w", r"\s", ".", "[^0-9]", "[^x.]"))
SETS = st.sampled_from(["[0-9]", "[0-9A-Za-z]", r"[.\-]", "[0-8]", ".", r"[.\-][0-9]", "[0-9]|x"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(sorted)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: f"(?:{'|'.join(some)})"),
        st.tuples(inner, sizes).map(lambda one: f"(?:{one[0]}){{{one[1][0]},{one[1][1]}}}"),
        st.tuples(SETS, inner).map(lambda one: f"(?!{one[0]}){one[1]}"),
        st.tuples(inner, SETS).map(lambda one: f"{one[0]}(?!{one[1]})"),
        st.tuples(inner, inner).map(lambda one: f"{one[0]}(?={one[1]})"),
        st.tuples(st.sampled_from(["[0-9]", "[0-9A-Za-z]", "x", "."]), inner).map(lambda one: f"(?<!{one[0]}){one[1]}"),
        inner.map(lambda one: f"(?>{one})"),
        inner.map(lambda one: f"(?i:{one})"),
        inner.map(lambda one: f"({one})"),
    )


@settings(max_examples=600, deadline=None)
@given(
    st.recursive(ATOMS, grown, max_leaves=8),
    st.sampled_from([0, re.DOTALL]),
    RUN_LIKE,
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_no_expression_is_ruled_out_where_it_matches(
    written: str, flags: int, text: str, before: int, reach: int
) -> None:
    pattern = re.compile(written, flags)
    may = may_match(pattern, before, reach)
    for start, end, _ in runs(text, [match.start() for match in re.finditer("[0-9]+", text)]):
        match = pattern.search(text, max(0, start - before), end + reach)
        if match and match.start() < end and match.end() > match.start():
            assert may(outline_of(text[start:end]))


def test_most_is_ruled_out() -> None:
    left = {outline: sum(may(outline) for may in MAY.values()) for outline in ("0" * 11, "0" * 18, "000-00-0000")}
    assert max(left.values()) < len(PATTERNS) / 2, left


def test_an_outline_that_knows_only_letters_and_digits_behind_a_run_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "_may_be_sign", lambda operation, argument: False)
    broken = {one.name: may_match(one.pattern, one.before, one.reach) for one in PATTERNS}
    monkeypatch.setitem(globals(), "MAY", broken)
    assert any(ruled_out_wrongly(text) for text in EXAMPLES)


@pytest.mark.parametrize(
    ("expression", "outline", "may"),
    [
        ("[0-9]{3}", "00", False),
        ("[0-9]{3}", "000", True),
        ("[1-3]x[a-f]", "0aa", True),
        ("(?<![0-9A-Za-z])[0-9]{8}(?![0-9A-Za-z])", "000000000", False),
        ("(?<![0-8])[0-9]{2}(?![0-8])", "0000", True),  # nine is not told from others
        (r"(?i:ab)\d\s\w", "aa0 a", True),
        (r"[0-9]{2}(?=-[0-9])", "00.0", False),
        (r"([0-9])\1", "00", True),  # not understood: always tried
        (r"[^0-9]{2}", "00", False),
        (r"[0-9]、[0-9]", "0、0", True),
    ],
)
def test_outlines_by_hand(expression: str, outline: str, may: bool) -> None:
    assert may_match(re.compile(expression), 0, 0)(outline) is may


def told_wrongly(pattern: re.Pattern[str], value: str, first: int) -> bool:
    """Say whether what an outline tells of a value, the first characters of which are known, is not so."""
    outlines_ = {known(value[:first]) + one[first:] for one in (outline_of(value), coarser(outline_of(value)))}
    matches = pattern.fullmatch(value) is not None
    return any(tell(pattern, outline) is (not matches) for outline in outlines_)


VALUES = st.one_of(
    st.text("0123456789", min_size=1, max_size=20), st.from_regex("[A-Z]{0,2}[0-9]{4,9}[0-9A-Z]{0,9}", fullmatch=True)
)


@settings(max_examples=600, deadline=None)
@given(VALUES, st.sampled_from(["", "0086", "1", "13", "62", "91", "4000", "95", "E"]), st.integers(0, 6))
def test_shapes_are_as_outlines_tell(value: str, begins: str, first: int) -> None:
    value = begins + value
    assert not [one.name for one in NUMBERS if told_wrongly(one.shape, value, first)]


@settings(max_examples=600, deadline=None)
@given(st.recursive(ATOMS, grown, max_leaves=8), st.text([*OUTLINE], max_size=12), st.integers(0, 3))
def test_expressions_match_as_outlines_tell(written: str, text: str, first: int) -> None:
    assert not told_wrongly(re.compile(written, re.DOTALL), text, first)


@pytest.mark.parametrize(
    ("shape", "outline", "told"),
    [
        ("[0-9]{3}", "000", True), ("[0-9]{3}", "00", False), ("[0-8]{3}", "000", None), ("[A-Z]", "a", None),
        ("1[0-9]{2}", known("1") + "00", True), ("1[0-9]{2}", known("2") + "00", False),
        ("(?!95[0-9]$)[0-9]{3}", known("94") + "0", True), ("(?!95[0-9]$)[0-9]{3}", known("95") + "0", False),
        ("[0-9A-Za-z]{2}", "ae", True), ("[0-9]+", "0e", None), ("(?>[0-9])", "0", None), (r"(0)\1", "00", None),
        ("(?i:ſ)s", "aa", None),
    ],
)  # fmt: skip
def test_what_outlines_tell_of_shapes(shape: str, outline: str, told: bool | None) -> None:
    assert tell(re.compile(shape), outline) is told


def test_most_shapes_are_told_by_two_digits() -> None:
    told = [
        tell(one.shape, known(first) + "0" * (length - 2)) is not None
        for one in NUMBERS
        for length in one.lengths
        for first in ("01", "13", "41", "62", "80")
    ]
    assert sum(told) > 0.8 * len(told), "an outline that never tells would be right as well"


def test_a_class_of_which_a_part_is_taken_for_the_whole_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "_CLASSES", ())
    outlines._telling.cache_clear()
    try:
        assert told_wrongly(re.compile("[0-8]{3}"), "119", 0)
    finally:
        outlines._telling.cache_clear()
