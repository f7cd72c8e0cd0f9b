"""Conditions on a row, as Polars expressions and on one row by hand; SQL's three values: true, false and unknown.

A cell that is NULL or NaN is missing. A comparison with it is unknown, also under NOT; only rows for which the whole
condition is true count.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wuming.statistics.query import AllOf, AnyOf, Compare, Comparison, Condition, Missing, Not, OneOf, Scalar
from wuming.statistics.source import polars_library

if TYPE_CHECKING:
    import polars

_OPERATORS: Mapping[Comparison, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def as_polars(condition: Condition, schema: Mapping[str, Any]) -> polars.Expr:
    """Return a Boolean expression, null where unknown.

    Args:
        condition: checked against the table's columns.
        schema: Polars type of each column; floats may hold NaN, dates are compared with ISO text. Moments of a time
            zone are compared as the clock showed them there.
    """
    pl: Any = polars_library()

    def cell(column: str) -> Any:
        expression = pl.col(column)
        kind = schema[column]
        if kind.is_float():
            return expression.fill_nan(None)
        if kind in (pl.Categorical, pl.Enum):
            return expression.cast(pl.String)
        if kind == pl.Datetime:
            return expression.dt.replace_time_zone(None)
        return expression

    def value(column: str, scalar: Scalar) -> Any:
        kind = schema[column]
        if isinstance(scalar, str) and kind in (pl.Date, pl.Datetime):
            return (
                pl.lit(scalar).str.to_date(strict=False)
                if kind == pl.Date
                else pl.lit(scalar).str.to_datetime(strict=False)
            )
        return pl.lit(scalar)

    match condition:
        case Compare(column=column, operator=name, value=scalar):
            return _OPERATORS[name](cell(column), value(column, scalar))  # type: ignore[no-any-return]
        case OneOf(column=column, values=values) if schema[column] == pl.String:
            return cell(column).is_in(list(values))  # type: ignore[no-any-return]
        case OneOf(column=column, values=values):
            return _joined(pl.any_horizontal, [cell(column) == value(column, one) for one in values])
        case Missing(column=column):
            return cell(column).is_null()  # type: ignore[no-any-return]
        case Not(condition=inner):
            return ~as_polars(inner, schema)
        case AllOf(conditions=parts):
            return _joined(pl.all_horizontal, [as_polars(part, schema) for part in parts])
        case AnyOf(conditions=parts):
            return _joined(pl.any_horizontal, [as_polars(part, schema) for part in parts])
    raise AssertionError("every condition was matched")  # pragma: no cover


def _joined(join: Any, parts: list[Any]) -> polars.Expr:
    whole: polars.Expr = join(parts)
    return whole


def holds(condition: Condition, row: Mapping[str, Scalar | None]) -> bool:
    """Say whether a condition is true of one row; a cell that is None or NaN is missing."""
    return _truth(condition, row) is True


def _truth(condition: Condition, row: Mapping[str, Scalar | None]) -> bool | None:
    match condition:
        case Not(condition=inner):
            truth = _truth(inner, row)
            return None if truth is None else not truth
        case AllOf(conditions=parts):
            truths = [_truth(part, row) for part in parts]
            return False if False in truths else None if None in truths else True
        case AnyOf(conditions=parts):
            truths = [_truth(part, row) for part in parts]
            return True if True in truths else None if None in truths else False
        case Missing(column=column):
            return _missing(row[column])
        case Compare(column=column, operator=name, value=scalar):
            return None if _missing(row[column]) else bool(_OPERATORS[name](row[column], scalar))
        case OneOf(column=column, values=values):
            return None if _missing(row[column]) else row[column] in values
    raise AssertionError("every condition was matched")  # pragma: no cover


def _missing(cell: Scalar | None) -> bool:
    return cell is None or cell != cell
