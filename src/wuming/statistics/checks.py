"""What a question may ask: found out from the contract and the columns' names and types, without looking at a row."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final, get_args

from wuming.core.errors import QueryRefused
from wuming.core.reading import is_unicode
from wuming.statistics.bins import check_bins
from wuming.statistics.contract import Contract
from wuming.statistics.query import (
    Aggregate,
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Missing,
    Not,
    OneOf,
    Query,
    Scalar,
    columns_of,
)
from wuming.statistics.source import ColumnKind

LARGEST_NUMBER: Final = 1e100
LARGEST_INTEGER: Final = (1 << 63) - 1
_DEEPEST: Final = 32
_NUMERIC: Final = ("sum", "mean", "variance", "deviation", "quantile")
_FIGURES: Final = ("count", "distinct", *_NUMERIC)


def check_query(query: Query, contract: Contract, columns: Mapping[str, ColumnKind]) -> None:
    """Refuse a query that cannot be answered privately, or not as asked. Errors repeat no value of a condition.

    Args:
        query: from SQL or written by hand.
        contract: of the table.
        columns: name → kind.

    Raises:
        QueryRefused: names what is wrong, why, and what to do instead.
    """
    if not query.aggregates:
        raise QueryRefused("the question asks for no figure", help="Ask for COUNT(*), SUM, AVG, QUANTILE, ….")
    names = [aggregate.name for aggregate in query.aggregates]
    if len({*names, *query.keys}) != len(names) + len(query.keys):
        raise QueryRefused("two columns of the answer have one name", help="Give them names with AS.")
    for aggregate in query.aggregates:
        _check_aggregate(aggregate, contract, columns)
    check_bins(query, contract, columns)
    binned = {bins.name for bins in query.bins}
    for key in query.keys:
        if key not in binned:
            check_key(key, contract, columns)
    if query.where is not None:
        _check_condition(query.where, columns)
        if contract.subject in columns_of(query.where):
            raise QueryRefused(
                "a condition on the subject's column asks about single persons", help="Leave it out of WHERE."
            )
        _check_listed(query.where, contract)
    shown: dict[str, ColumnKind] = {key: "text" if key in binned else columns[key] for key in query.keys}
    for name in names:
        shown[name] = "real"
    if query.having is not None:
        _check_condition(query.having, shown)
        if binned & columns_of(query.having):
            raise QueryRefused("HAVING asks about bins", help="Choose other edges, or a condition in WHERE.")
    for order in query.order:
        _known(order.name, shown, "ORDER BY names")
    limit = query.limit
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise QueryRefused("LIMIT is below 1, or no whole number", help="Ask for at least one row.")


def _check_aggregate(aggregate: Aggregate, contract: Contract, columns: Mapping[str, ColumnKind]) -> None:
    figure, column = aggregate.figure, aggregate.column
    if figure not in _FIGURES:
        raise QueryRefused(f"unknown figure {figure!r}", help=f"Known: {', '.join(_FIGURES)}.")
    level = aggregate.level
    if (figure == "quantile") != (level is not None):
        raise QueryRefused("a level belongs to a quantile, and to nothing else", help="QUANTILE(column, 0.9).")
    if level is not None and not (isinstance(level, float) and 0.001 <= level <= 0.999):
        raise QueryRefused(
            "the level of a quantile is not from 0.001 to 0.999",
            help="The smallest and the largest value show one person; ask for 0.01 or 0.99.",
        )
    if column is None:
        if figure != "count":
            raise QueryRefused(f"{figure} needs a column", help="Name the column.")
        return
    kind = _known(column, columns, f"{figure} asks for")
    if figure in _NUMERIC:
        if kind not in ("integer", "real"):
            raise QueryRefused(f"{figure} of column {column!r}, which is {kind}", help="Ask for a column of numbers.")
        if column not in contract.bounds:
            raise QueryRefused(
                f"{figure} of column {column!r}, which has no bounds",
                help=f"Say between which public numbers it counts: --bounds {column}=LOW:HIGH.",
            )


def check_key(key: str, contract: Contract, columns: Mapping[str, ColumnKind]) -> None:
    """Refuse a column that no groups can be made of, and public keys that no cell of it can be.

    Raises:
        QueryRefused: names what is wrong, and what to do instead.
    """
    kind = _known(key, columns, "GROUP BY names")
    if key == contract.subject:
        raise QueryRefused("groups of one subject each show single persons", help="Group by another column.")
    public = contract.keys.get(key)
    if public is not None:
        if not _fits(kind, public[0]):
            raise QueryRefused(f"the public keys of column {key!r} are not {kind}", help="List values of its type.")
        _check_public(key, public, kind)
    elif kind not in ("text", "integer", "boolean"):
        raise QueryRefused(
            f"column {key!r} is {kind}, and has no public keys",
            help="Group by text or whole numbers, or list keys.",
        )


def _check_public(column: str, keys: tuple[Scalar, ...], kind: ColumnKind) -> None:
    """Refuse keys that no cell of the column can be; all of them are of one type."""
    if kind == "date" and not all(_is_day(str(key)) for key in keys):
        raise QueryRefused(f"a public key of column {column!r} is no day", help="List days as 'YYYY-MM-DD'.")
    if kind == "text" and not is_unicode("".join(map(str, keys))):
        raise QueryRefused(f"a public key of column {column!r} is no valid Unicode", help="Write it as UTF-8.")
    if isinstance(keys[0], int) and any(abs(key) > LARGEST_INTEGER for key in keys):  # type: ignore[arg-type]
        raise QueryRefused(f"a public key of column {column!r} has over 64 bits", help="Leave it out.")


def _check_condition(condition: Condition, columns: Mapping[str, ColumnKind], depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise QueryRefused(f"conditions are nested deeper than {_DEEPEST}", help="Write a simpler one.")
    match condition:
        case Not(condition=inner):
            _check_condition(inner, columns, depth + 1)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            if not parts:
                raise QueryRefused("a condition joins nothing", help="Leave it out.")
            for part in parts:
                _check_condition(part, columns, depth + 1)
        case Missing(column=column):
            _known(column, columns, "a condition names")
        case Compare(operator=operator) if operator not in get_args(Comparison):
            raise QueryRefused("an unknown comparison", help=f"Known: {' '.join(get_args(Comparison))}.")
        case OneOf(values=()):
            raise QueryRefused("IN lists no values", help="List the values.")
        case Compare(column=column, value=value):
            _check_values(column, (value,), columns)
        case OneOf(column=column, values=values):
            _check_values(column, values, columns)
        case _:
            raise QueryRefused("an unknown kind of condition", help="Use the conditions of wuming.statistics.query.")


def _check_values(column: str, values: Iterable[Scalar], columns: Mapping[str, ColumnKind]) -> None:
    kind = _known(column, columns, "a condition names")
    for value in values:
        if isinstance(value, float) and not abs(value) <= LARGEST_NUMBER:
            raise QueryRefused("a number in a condition is not finite, or too large", help="Use one below 1e100.")
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise QueryRefused("a whole number in a condition has over 64 bits", help="Write it as 1e30, for example.")
        if not _fits(kind, value):
            raise QueryRefused(
                f"column {column!r} is {kind}, and is compared with something else",
                help="Compare text with 'text', numbers with numbers, and days with 'YYYY-MM-DD'. Cells of CSV files "
                "are text unless the column has --bounds.",
            )
        if isinstance(value, str) and not is_unicode(value):
            raise QueryRefused("a text in a condition is no valid Unicode", help="Write it as UTF-8.")
        if kind == "date" and isinstance(value, str) and not _is_day(value):
            raise QueryRefused(f"column {column!r} is compared with something that is no day", help="'YYYY-MM-DD'.")


def _check_listed(condition: Condition, contract: Contract) -> None:
    """A value that is not among the public ones would ask whether it is in the data."""
    match condition:
        case Not(condition=inner):
            _check_listed(inner, contract)
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                _check_listed(part, contract)
        case Compare(column=column, operator="=" | "<>", value=value):
            _check_key_values(column, (value,), contract)
        case OneOf(column=column, values=values):
            _check_key_values(column, values, contract)


def _check_key_values(column: str, values: Iterable[Scalar], contract: Contract) -> None:
    if column in contract.keys and not set(values) <= set(contract.keys[column]):
        raise QueryRefused(
            f"a condition asks for a key that is not on the public list of column {column!r}",
            help="Add it to the list, or ask for another.",
        )


def _fits(kind: ColumnKind, value: Scalar) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str):
        return kind in ("text", "date")
    if isinstance(value, int):
        return kind in ("integer", "real")
    return isinstance(value, float) and kind in ("integer", "real") and math.isfinite(value)


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _known(column: str, columns: Mapping[str, ColumnKind], who: str) -> ColumnKind:
    if column not in columns:
        raise QueryRefused(f"{who} column {column!r}, which is not there", help=f"Known: {', '.join(columns)}.")
    return columns[column]
