"""What an outline rules out matches nowhere in the run, and what the first digits tell holds whatever follows."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification import outlines
from wuming.deidentification.outlines import beginnings, may_match, outline_of, telling
from wuming.deidentification.runs import runs
from wuming.deidentification.specification import REGISTRY, Number, Pattern

PATTERNS = [one for one in REGISTRY.all if isinstance(one, Pattern) and not one.anywhere]
NUMBERS = [one for one in REGISTRY.all if isinstance(one, Number)]
MAY = {one.name: may_match(one.pattern, one.before, one.reach) for one in PATTERNS}
RUN_LIKE = st.text("0123456789" * 3 + " -._/·,、()+\n" * 2 + "abSXxIEK京粤~Q:号", max_size=50)


def ruled_out_wrongly(text: str) -> list[str]:
    """Return the patterns that match in a run of `text` though its outline says that they cannot."""
    return [
        one.name
        for start, end, _ in runs(text, [match.start() for match in re.finditer("[0-9]+", text)])
        for one in PATTERNS
        if (match := one.pattern.search(text, max(0, start - one.before), end + one.reach))
        and match.start(match.lastindex or 0) < end
        and not MAY[one.name](outline_of(text[start:end]))
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


BEGINNINGS = {one.name: found for one in PATTERNS if not one.before and (found := beginnings(one.pattern))}


def begun_wrongly(text: str, known: dict[str, frozenset[str]]) -> list[str]:
    """Return the patterns that match within a run of one group of `text` that begins with none of their beginnings."""
    return [
        one.name
        for start, end, _ in runs(text, [match.start() for match in re.finditer("[0-9]+", text)])
        if text[start:end].isalnum()
        for one in PATTERNS
        if one.name in known and text[start] not in known[one.name] and one.matches(text, start, end)
    ]


@settings(max_examples=1000, deadline=None)
@given(RUN_LIKE, st.sampled_from(EXAMPLES).map(lambda one: re.sub("[^0-9A-Za-z]", "", one)), RUN_LIKE)
def test_a_match_in_one_group_begins_as_its_pattern_says(before: str, example: str, after: str) -> None:
    assert begun_wrongly(f"{before}，{example}，{after}", BEGINNINGS) == []


def test_wrong_beginnings_are_noticed() -> None:
    assert {"cn.landline", "us.itin"} <= BEGINNINGS.keys()
    assert begun_wrongly("057186523391", {"cn.landline": frozenset("1")}) == ["cn.landline"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?<![0-9A-Za-z])(?:\(?0|[18]x)", "(018"), (r"(?<![0-9A-Za-z-])(?=.)(?:a?b|c{2})", "abc"),
        (r"[0-9]", None), (r"(?<![0-9])1", None), (r"(?<![0-9A-Za-z])a?", None), (r"(?i)(?<![0-9A-Za-z])a", None),
    ],
)  # fmt: skip
def test_beginnings(pattern: str, expected: str | None) -> None:
    assert beginnings(re.compile(pattern)) == (None if expected is None else frozenset(expected))


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


def matches_differ(one: Number, length: int, told: int) -> bool:
    """Say whether two values of digits alone are found that begin alike and of which one alone has the shape."""
    rng = Random(length)
    seen: dict[str, bool] = {}
    for _ in range(400):
        first = rng.choice(("", "00861", "1", "00", "4", "80", "2131", "95", "220", "62", "9", "011", "0"))[:told]
        for _ in range(4):
            value = first + "".join(rng.choice("0123456789") for _ in range(length - len(first)))
            fits = one.shape.fullmatch(value) is not None
            if seen.setdefault(value[:told], fits) is not fits:
                return True
    return False


def test_the_first_digits_tell_what_the_shape_says() -> None:
    lengths = [(one, length) for one in NUMBERS for length in one.lengths]
    assert not [one.name for one, length in lengths if matches_differ(one, length, telling(one.shape, length))]
    told = [(one, length, telling(one.shape, length)) for one, length in lengths]
    fewer = [matches_differ(one, length, digits - 1) for one, length, digits in told if digits]
    assert sum(fewer) > len(fewer) / 2, "one digit less does not tell: the test sees it"
