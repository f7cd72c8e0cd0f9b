"""Regular expressions of a policy: what is refused, and that what is not takes linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification.policy.expressions import ExpressionProblem, compile_bounded


@pytest.mark.parametrize(
    "text",
    [
        r"E-[0-9]{6}",
        r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z]{2,10}",
        r"(?:\d{4}[- ]?){3}\d{4}",
        r"工号[:：]?\s{0,3}(\d{4,8})",
        r"[一-鿿]{2,4}集团",
        r"(?i:emp)[ -]?\d{5}",
        r"\d{3,8}(?=元)",
        r"(?:ab|cd){1,9}",
    ],
)
def test_accepts_what_is_bounded(text: str) -> None:
    assert compile_bounded(text).pattern


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (r"(a+)+", "no bound"),
        (r"a{1,}", "no bound"),
        (r"x[^y]*", "no bound"),
        (r"a{1,3000}", "bound"),
        (r"(a{1,20}){1,20}", "ways"),
        (r"(?:a{0,3}){1,20}b", "ways"),
        (r"(a|aa){1,30}b", "ways"),
        (r"[a-z]{1,100}[a-z]{1,100}[0-9]", "ways"),
        (r"(?i)[a-z]{1,90}[A-Z]{1,90}[0-9]", "ways"),
        (r"\bfoo\b", "Chinese"),
        (r"(x)\1", "refers back"),
        (r"(", "no regular expression"),
        (r"a?", "empty"),
        (r"", "empty"),
    ],
)
def test_refuses(text: str, what: str) -> None:
    with pytest.raises(ExpressionProblem, match=what):
        compile_bounded(text)


def test_whole_words_and_numbers_only_where_an_end_is_ascii() -> None:
    pattern = compile_bounded(r"E-[0-9]{6}")
    assert pattern.findall("工号E-123456。") == ["E-123456"]
    for text in ("XE-123456", "E-1234567", "E-123456a"):
        assert not pattern.search(text)
    assert compile_bounded("[一-鿿]{2}集团").search("a远大集团b")


ATOM = st.sampled_from(["a", "b", "[ab]", "[0-9]", ".", "一"])
PATTERN = st.recursive(
    ATOM,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.integers(0, 3), st.integers(0, 40)).map(lambda t: f"(?:{t[0]}){{{t[1]},{t[1] + t[2]}}}"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(PATTERN, st.sampled_from(["a", "ab", "aab", "0", "a0", "一"]))
def test_whatever_is_accepted_takes_linear_time(text: str, unit: str) -> None:
    try:
        pattern = compile_bounded(text + "!")
    except ExpressionProblem:
        return
    begin = time.process_time()
    assert not pattern.search((unit * 400)[:400])
    assert time.process_time() - begin < 2  # 400 places, at most 5,000 steps each


def test_a_refused_pattern_would_not() -> None:
    """The negative control: the measure above tells a bad pattern from a good one."""
    begin = time.process_time()
    assert not re.search(r"(?:a{1,20}){1,20}!", "a" * 22)
    assert time.process_time() - begin > 0.02
