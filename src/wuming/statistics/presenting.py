"""What comes after the noise: conditions on the answer's own columns, order, and length. It costs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from wuming.statistics.answer import Row
from wuming.statistics.bins import labels
from wuming.statistics.conditions import holds
from wuming.statistics.query import Query, Scalar


def presented(rows: Sequence[Row], query: Query) -> tuple[Row, ...]:
    """Return the rows of an answer as the query wants them."""
    places = {bins.name: {label: place for place, label in enumerate(labels(bins))} for bins in query.bins}
    names = [aggregate.name for aggregate in query.aggregates]

    def cells(row: Row) -> dict[str, Scalar | None]:
        return dict(zip(query.keys, row.keys, strict=True)) | {
            name: figure.value for name, figure in zip(names, row.figures, strict=True)
        }

    kept = [row for row in rows if query.having is None or holds(query.having, cells(row))]
    for order in reversed(query.order):

        def place(row: Row, name: str = order.name, descending: bool = order.descending) -> tuple[bool, Scalar]:
            value = cells(row)[name]
            if name in places:  # by edge, and not by what the edge is written as
                value = places[name][str(value)]
            # What is missing comes last, whichever way the rest is sorted.
            return ((value is None) != descending, 0 if value is None else value)

        kept.sort(key=place, reverse=order.descending)
    return tuple(kept[: query.limit])
