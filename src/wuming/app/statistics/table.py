"""An answer, or its price, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from wuming.statistics.answer import ERROR_WORDS, Answer, Estimate, Quote

_MOST_ROWS = 200


def show_answer(answer: Answer, console: Console) -> None:
    """Print the groups with their figures and intervals, and below them what the answer cost."""
    table = Table(*answer.keys, *answer.names)
    for column in table.columns[len(answer.keys) :]:
        column.justify = "right"
    for row in answer.rows[:_MOST_ROWS]:
        # As Text, so that square brackets in a key are not taken for markup.
        table.add_row(*(Text(str(key)) for key in row.keys), *map(words, row.figures))
    console.print(table)
    if len(answer.rows) > _MOST_ROWS:
        console.print(f"… and {len(answer.rows) - _MOST_ROWS:,} groups more; --json has them all")
    for error in answer.errors:
        if error.of.startswith("in rank"):
            console.print(Text(f"{error.name}: within {number(error.half_width)} rows {error.of}"))
    console.print(Text(ERROR_WORDS))
    console.print(Text(answer.cost.words()))


def show_quote(quote: Quote, console: Console) -> None:
    """Print what an answer would cost and how far off it would be."""
    table = Table("figure", "within, 95%", "where")
    for error in quote.errors:
        table.add_row(Text(error.name), number(error.half_width), error.of)
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
    if abs(above - below) <= 1e-6 * max(above, below, 1e-300):
        return f"{number(figure.value)} ± {number(above)}"
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def number(value: float | None) -> str:
    """Return a number with four digits that count, and commas."""
    if value is None:
        return "depends on the data"
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
