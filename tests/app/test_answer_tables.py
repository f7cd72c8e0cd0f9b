"""Answers and quotes on a terminal: numbers where they are, odd keys as text, the price below."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from wuming.app.statistics.table import number, show_answer, show_quote, words
from wuming.statistics.answer import ERROR_WORDS, Answer, Cost, Estimate, ExpectedError, Quote, Row

COST = Cost(1.0, 1e-6, "laplace", 0.8437)


def printed(show, value):
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")
    show(value, console)
    return re.sub(r"\x1b\[[\d;]*m", "", console.file.getvalue())  # colours alone


def answer(*rows, keys=("city",), names=("n",), errors=()):
    return Answer(keys, names, rows, COST, errors)


def test_one_row_a_group_and_the_price_below():
    rank = ExpectedError("q", 1234.0, "in rank: rows")
    rows = (
        Row(("北京",), (Estimate(1234.5, 1200.5, 1268.5), Estimate(70.0, None, None))),
        Row(("上海",), (Estimate(None, 0.0, 9.0), Estimate(5.0, None, None))),
    )
    text = printed(show_answer, answer(*rows, names=("n", "q"), errors=(rank, ExpectedError("n", 34.0, "everywhere"))))
    beijing, shanghai = (next(line for line in text.splitlines() if city in line) for city in ("北京", "上海"))
    assert "1,234.5 ± 34" in beijing
    assert "70" in beijing
    assert "too few rows to say" in shanghai
    assert "q: within 1,234 rows in rank" in text
    assert "n: within" not in text
    assert ERROR_WORDS in text
    assert f"{COST.words()}; charge +0.8437" in text


def test_keys_and_names_are_text_and_steer_no_terminal():
    row = Row(("[red]a[/red]\x1b[2J\x07",), (Estimate(1, 0, 2),))
    text = printed(show_answer, answer(row, keys=("[bold]k[/bold]",), names=("[link]n",)))
    assert "[red]a[/red]\ufffd[2J\ufffd" in text
    assert "[bold]k[/bold]" in text
    assert "[link]n" in text
    assert "\x1b[2J" not in text


def test_many_groups_are_cut_and_say_so():
    rows = tuple(Row((f"group-{place}",), (Estimate(place, place - 1, place + 1),)) for place in range(203))
    text = printed(show_answer, answer(*rows))
    assert "3 groups more" in text
    assert "group-199" in text
    assert "group-200" not in text


@pytest.mark.parametrize(
    ("figure", "wanted"),
    [
        (Estimate(1234.5, 1200.5, 1268.5), "1,234.5 ± 34"),
        (Estimate(12345.67, 12345.27, 12346.07), "12,345.67 ± 0.4"),
        (Estimate(812.25, 812.249, 812.251), "812.25 ± 0.001"),
        (Estimate(2.0, 1.5, 5000.0), "2 (1.5 to 5,000)"),
        (Estimate(-0.0001, -10.0, 10.0), "0 (-10 to 10)"),
        (Estimate(9007199254740993, None, None), "9,007,199,254,740,993"),
        (Estimate(1e100, None, None), "1e+100"),
        (Estimate(3.0, 3.0, 3.0), "3 ± 0"),
        (Estimate(12345.67, 12345.67, 12346.07), "12,345.67 (12,345.67 to 12,346.07)"),
    ],
)
def test_words(figure, wanted):
    assert words(figure) == wanted


def ends(text):
    """Read an interval back from its words."""
    found = [float(part.replace(",", "")) for part in re.findall(r"-?[\d,]+(?:\.\d+)?", text)]
    return (found[0] - found[1], found[0] + found[1]) if "±" in text else tuple(found[1:])


def moved(figure, text):
    """By how much the words move the interval, in parts of its shorter half."""
    shorter = min(figure.high - figure.value, figure.value - figure.low)
    low, high = ends(text)
    return max(abs(low - figure.low), abs(high - figure.high)) / shorter


middles = st.floats(-1e6, 1e6)
halves = st.floats(1e-3, 1e5)


@given(middles, halves, halves)
def test_the_interval_is_shown_where_it_is(value, below, above):
    for figure in (Estimate(value, value - below, value + above), Estimate(value, value - below, value + below)):
        assert moved(figure, words(figure)) < 0.0101


def test_the_same_check_rejects_four_digits():
    figure = Estimate(12345.67, 12345.27, 12346.07)
    assert moved(figure, f"{number(figure.value)} ± {number(0.4)}") > 0.5


def test_quote_says_price_error_and_whether_it_fits():
    errors = (ExpectedError("n", 34.0, "in every group"), ExpectedError("m", None, "by the rows"))
    public = printed(show_quote, Quote(COST, errors, 1200, None, True))
    assert "1,200 groups, public" in public
    assert "depends on the data" in public
    assert "charge +0.8437: the account can bear it" in public
    private = printed(show_quote, Quote(COST, errors, None, 1500, False))
    assert "about 1,500 subjects" in private
    assert "the account cannot bear it" in private
