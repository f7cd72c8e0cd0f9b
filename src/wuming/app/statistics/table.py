"""An answer, or its price, on a terminal."""

from __future__ import annotations

import math
import re
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wuming.statistics.answer import ERROR_WORDS, Answer, Estimate, Quote

_MOST_ROWS = 200
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def show_answer(answer: Answer, console: Console) -> None:
    """Print the groups with their figures and intervals, and below them what the answer cost."""
    # As Text, so that square brackets in a name or a key are not taken for markup.
    table = Table()
    for name in answer.keys:
        table.add_column(Text(shown(name)))
    for name in answer.names:
        table.add_column(Text(shown(name)), justify="right")
    for row in answer.rows[:_MOST_ROWS]:
        table.add_row(*(Text(shown(key)) for key in row.keys), *map(words, row.figures))
    console.print(table)
    if len(answer.rows) > _MOST_ROWS:
        console.print(f"… and {len(answer.rows) - _MOST_ROWS:,} groups more; --json has them all")
    for error in answer.errors:
        if error.of.startswith("in rank"):
            console.print(Text(f"{shown(error.name)}: within {number(error.half_width)} rows {error.of}"))
    console.print(Text(ERROR_WORDS))
    console.print(Text(f"{answer.cost.words()}; charge +{answer.cost.charge:.4g}"))


def show_quote(quote: Quote, console: Console) -> None:
    """Print what an answer would cost and how far off it would be."""
    table = Table("figure", "within, 95%", "where")
    for error in quote.errors:
        table.add_row(Text(shown(error.name)), number(error.half_width), error.of)
    console.print(table)
    if quote.groups is not None:
        console.print(f"{quote.groups:,} groups, public")
    else:
        console.print(f"groups of about {quote.threshold:,} subjects or more are shown")
    fits = "the account can bear it" if quote.fits else "the account cannot bear it"
    console.print(Text(f"{quote.cost.words()}; charge +{quote.cost.charge:.4g}: {fits}"))


def words(figure: Estimate) -> str:
    """Return a figure with its error, as short as it is readable."""
    if figure.value is None:
        return "too few rows to say"
    if figure.low is None or figure.high is None:
        return number(figure.value)
    above, below = figure.high - figure.value, figure.value - figure.low
    least = min((half for half in (above, below) if half > 0), default=0.0)
    if abs(above - below) <= 1e-6 * max(above, below, 1e-300):
        return f"{number(figure.value, least)} ± {number(above, least)}"
    return f"{number(figure.value, least)} ({number(figure.low, least)} to {number(figure.high, least)})"


def number(value: float | None, error: float = 0.0) -> str:
    """Return a number with commas.

    Args:
        value: the number; None where it depends on the data.
        error: of it; where above 0, rounding moves the number by at most 1/200 of it (down to 12 decimals), so that an
            interval is shown where it is. Otherwise four digits count.
    """
    if value is None:
        return "depends on the data"
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value) >= 1e15:
        return f"{value:.6g}"
    if not 0 < error < math.inf:
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    text = f"{value:,.{min(max(2 - math.floor(math.log10(error)), 0), 12)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown(key: object) -> str:
    """Return a key as text without control characters, which could steer a terminal or break a picture's XML."""
    return _UNSHOWN.sub("\ufffd", str(key))
