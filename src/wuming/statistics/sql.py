"""SQL that can be answered privately, read into a `Query`; everything else is refused by name.

    SELECT city, COUNT(*), AVG(spend) AS mean_spend, QUANTILE(spend, 0.9)
    FROM orders WHERE age BETWEEN 18 AND 65 AND city <> 'x'
    GROUP BY city HAVING COUNT(*) > 100 ORDER BY mean_spend DESC LIMIT 10

COUNT(*), COUNT(c), COUNT(DISTINCT c), SUM, AVG, VAR_POP and VARIANCE (both of the population), STDDEV_POP and STDDEV,
MEDIAN, QUANTILE(c, q), APPROX_QUANTILE(c, q), PERCENTILE_CONT(q) WITHIN GROUP (ORDER BY c). GROUP BY names columns, or
BIN(c, low, high, n): n bins of one width from low to high, half-open, the last one closed. HAVING, ORDER BY and LIMIT
look at noisy numbers alone, and cost nothing. The table's name is of no matter. Names are matched letter by letter.

The reader knows every part of the syntax tree that it reads: a part that it does not know is refused, never ignored.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

from wuming.core.errors import MissingExtra, QueryRefused
from wuming.core.reading import is_unicode
from wuming.statistics.bins import even_edges
from wuming.statistics.checks import check_query
from wuming.statistics.contract import Contract
from wuming.statistics.query import (
    Aggregate,
    AllOf,
    AnyOf,
    Bins,
    Compare,
    Comparison,
    Condition,
    Figure,
    Missing,
    Not,
    OneOf,
    Order,
    Query,
    Scalar,
)
from wuming.statistics.source import ColumnKind

LARGEST_TEXT: Final = 20_000
_FLIPPED: Final[Mapping[Comparison, Comparison]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NAMES: Final = {"mean": "avg", "deviation": "stddev"}
_FIGURES: Final = "COUNT, SUM, AVG, VARIANCE, STDDEV, MEDIAN or QUANTILE of a column"
_LIST: Final = "list the values with IN"
_INSTEAD: Final = {
    "Join": ("a join of tables", "one row may then count for many persons; join before, and say whose rows they are"),
    "Subquery": ("a query inside the query", "ask it by itself; each answer is charged"),
    "Select": ("a query inside the query", "ask it by itself; each answer is charged"),
    "Exists": ("a query inside the query", "ask it by itself; each answer is charged"),
    "With": ("WITH", "ask its parts by themselves"),
    "Star": ("SELECT *", "rows of persons are never shown; ask for figures"),
    "Distinct": ("SELECT DISTINCT", "group by the column, and count"),
    "Window": ("a window function", "it shows single rows; group instead"),
    "Filter": ("FILTER", "put the condition into WHERE"),
    "Min": ("MIN", "it shows one person's value; ask for QUANTILE(column, 0.01)"),
    "Max": ("MAX", "it shows one person's value; ask for QUANTILE(column, 0.99)"),
    "StddevSamp": ("STDDEV_SAMP", "ask for STDDEV_POP, of the population"),
    "WidthBucket": ("WIDTH_BUCKET", "group by BIN(column, low, high, count); its last bin holds the upper end, too"),
    "Case": ("CASE", "compute the column before, and give its bounds"),
    "Like": ("LIKE", _LIST),
    "ILike": ("ILIKE", _LIST),
    "SimilarTo": ("SIMILAR TO", _LIST),
    "RegexpLike": ("a regular expression", _LIST),
    "Is": ("IS with anything but NULL", "write column = TRUE or column = FALSE"),
    "NullSafeEQ": ("IS NOT DISTINCT FROM", "use = and IS NULL"),
    "NullSafeNEQ": ("IS DISTINCT FROM", "use <> and IS NULL"),
    "Null": ("a comparison with NULL, which never holds,", "use IS NULL or IS NOT NULL"),
    "Cast": ("a change of type", "write days as text, 'YYYY-MM-DD'; change a column's type before"),
    "Literal": ("a value where a column belongs", "name a column"),
    "Boolean": ("a value where a column belongs", "name a column"),
    "Column": ("a column alone", "compare it with a value, such as column = TRUE"),
    "Offset": ("OFFSET", "ask for all rows, and skip some"),
    "Placeholder": ("a parameter", "write the value"),
    "Parameter": ("a parameter", "write the value"),
    "SessionParameter": ("a parameter", "write the value"),
}
_ARGUMENTS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(known.split())
    for name, known in {
        "Count": "this expressions big_int",
        "Star": "",
        "Distinct": "expressions",
        "Quantile": "this quantile",
        "ApproxQuantile": "this quantile",
        "PercentileCont": "this",
        "WithinGroup": "this expression",
        "Between": "this low high",
        "In": "this expressions query unnest field",
        "Column": "this table db catalog",
        "Identifier": "this quoted",
        "Alias": "this alias",
        "Table": "this alias db catalog",
        "TableAlias": "this",
        "Ordered": "this desc",
        "Order": "expressions",
        "Limit": "expression",
    }.items()
}
_CLAUSES: Final = {"expressions", "from", "from_", "where", "group", "having", "order", "limit", "hint"}
_READING: ContextVar[bool] = ContextVar("_READING", default=False)
# The parser logs text that it cannot read, and that may hold values.
logging.getLogger("sqlglot").addFilter(lambda _: not _READING.get())


def parse_sql(text: str, contract: Contract, columns: Mapping[str, ColumnKind]) -> Query:
    """Return the query that a text of SQL asks.

    Args:
        text: one SELECT, at most 20,000 characters.
        contract: of the table.
        columns: name → kind.

    Raises:
        QueryRefused: what is not in the grammar above, or fails `check_query`. No value of the text is repeated.
        MissingExtra: without sqlglot.
    """
    if len(text) > LARGEST_TEXT:
        raise QueryRefused(f"the question is longer than {LARGEST_TEXT:,} characters", help="Ask less at once.")
    if not is_unicode(text):
        raise QueryRefused("the question is no valid Unicode", help="Write it as UTF-8.")
    reading = _READING.set(True)
    try:
        query = _Reader(_select(text), columns).query()
    except RecursionError:
        raise QueryRefused("the question is nested too deep", help="Write a simpler one.") from None
    finally:
        _READING.reset(reading)
    check_query(query, contract, columns)
    return query


def _library() -> Any:
    try:
        import sqlglot
    except ImportError as error:
        raise MissingExtra(
            "questions in SQL need the package sqlglot", help="Install it with: pip install 'wuming[statistics]'"
        ) from error
    return sqlglot


@cache
def _dialect() -> Any:
    """Return the parser's own dialect, in which nothing is read as something close to it.

    NULLS FIRST is told apart from no word about NULL, and the variance of a sample from that of a population.
    """
    sqlglot = _library()
    functions = {n: f for n, f in sqlglot.Parser.FUNCTIONS.items() if n not in ("VAR_SAMP", "VARIANCE_SAMP")}
    parser = type("Parser", (sqlglot.Parser,), {"FUNCTIONS": functions})
    base = sqlglot.Dialect
    return type(base)("WumingSql", (base,), {"NULL_ORDERING": "nulls_are_last", "Parser": parser})


def _select(text: str) -> Any:
    """Return the one SELECT of a text."""
    sqlglot = _library()
    level = sqlglot.ErrorLevel.RAISE
    try:
        statements = [one for one in sqlglot.parse(text, _dialect(), error_level=level) if one is not None]
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - whatever the parser does with odd text, its message may repeat values
        raise QueryRefused(
            "the question cannot be read as SQL", help="Write SELECT figures FROM table [WHERE …] [GROUP BY …]."
        ) from None
    if len(statements) != 1:
        raise QueryRefused(f"{len(statements)} statements were given", help="Ask one question at a time.")
    select = statements[0]
    if not isinstance(select, sqlglot.exp.Select):
        raise QueryRefused(f"{_name(select)} is no plain SELECT", help="Ask SELECT figures FROM table, one at a time.")
    return select


def _name(node: Any) -> str:
    """Return what SQL calls a node, never what stands in it."""
    exp = _library().exp
    if isinstance(node, exp.Anonymous):
        name = str(node.name)
        return f"the function {name.upper()}" if re.fullmatch(r"[A-Za-z_]\w{0,40}", name) else "a function"
    if isinstance(node, exp.Func) and not isinstance(node, exp.Binary):
        return str(node.sql_name())
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


def _refuse(node: Any) -> QueryRefused:
    """Return the refusal of a node that is not in the grammar: its kind, never its text."""
    if node is None:
        return QueryRefused("something is missing between two brackets", help="COUNT(*), or COUNT(column).")
    if isinstance(node.this, _library().exp.Star) and type(node).__name__ == "Column":
        node = node.this
    what, instead = _INSTEAD.get(type(node).__name__, (_name(node), f"ask for {_FIGURES}; see docs/statistics.md"))
    return QueryRefused(f"{what} cannot be answered here", help=f"Instead: {instead}.")


class _Reader:
    """Reads one SELECT."""

    def __init__(self, select: Any, columns: Mapping[str, ColumnKind]) -> None:
        self._select = select
        self._columns = columns
        self._exp = _library().exp
        self._aggregates: list[Aggregate] = []
        self._names: dict[Any, str] = {}  # of expressions, for HAVING and ORDER BY
        self._bins: dict[Any, Bins] = {}

    def query(self) -> Query:
        """Return what it asks."""
        args = {name: value for name, value in self._select.args.items() if value}
        for name in ("with", "with_"):
            if name in args:
                raise _refuse(args[name])
        for name in ("joins", "distinct", "windows", "offset", "laterals"):
            if name in args:
                raise _refuse(args[name][0] if isinstance(args[name], list) else args[name])
        if odd := set(args) - _CLAUSES:
            raise QueryRefused(f"the clause {min(odd).upper()} cannot be answered here", help="Leave it out.")
        self._table(args.get("from_") or args.get("from"))
        self._check_arguments()
        aliases = self._aliases()
        keys = self._keys(args.get("group"), aliases)
        self._figures(keys, aliases)
        return Query(
            aggregates=tuple(self._aggregates),
            keys=tuple(keys),
            where=self._condition(args["where"].this, self._column) if "where" in args else None,
            having=self._condition(args["having"].this, self._shown) if "having" in args else None,
            order=self._order(args.get("order")),
            limit=self._limit(args.get("limit")),
            bins=tuple(self._bins.values()),
        )

    def _table(self, clause: Any) -> None:
        table = clause.this if clause is not None else None
        if table is None:
            raise QueryRefused("no table is named", help="Add FROM table.")
        if not isinstance(table, self._exp.Table):
            raise _refuse(table)
        if not isinstance(table.this, self._exp.Identifier):
            raise _refuse(table.this)

    def _check_arguments(self) -> None:
        """Refuse what the parser understands beyond what is read here, such as SYMMETRIC of BETWEEN."""
        for node in self._select.walk():
            known = _ARGUMENTS.get(type(node).__name__)
            if known is not None and (odd := {name for name, value in node.args.items() if value} - known):
                extra = min(odd).strip("_").replace("_", " ").upper()
                raise QueryRefused(f"{extra} of {_name(node)} cannot be answered here", help="Leave it out.")

    def _aliases(self) -> dict[str, Any]:
        items = [item for item in self._select.expressions if isinstance(item, self._exp.Alias)]
        found = {item.alias: item.this for item in items}
        if len(found) != len(items):
            raise QueryRefused("two columns of the answer have one name", help="Give them different names with AS.")
        return found

    def _keys(self, group: Any, aliases: Mapping[str, Any]) -> list[str]:
        if group is None:
            return []
        if any(value for name, value in group.args.items() if name != "expressions"):
            raise QueryRefused("this kind of GROUP BY cannot be answered here", help="Name the columns, one by one.")
        keys = []
        for item in group.expressions:
            found = item
            if isinstance(item, self._exp.Literal) and not item.is_string:
                found = self._at(item)
            elif isinstance(item, self._exp.Column) and (
                isinstance(aliases.get(item.name), self._exp.Column) or _is_bin(aliases.get(item.name))
            ):
                found = aliases[item.name]
            keys.append(self._binned(found, aliases) if _is_bin(found) else self._column(found))
        if len(set(keys)) != len(keys):
            raise QueryRefused("a column is grouped by twice", help="Name it once.")
        return keys

    def _binned(self, node: Any, aliases: Mapping[str, Any]) -> str:
        """Return the name of the key that BIN(column, low, high, count) makes."""
        if node in self._bins:
            return self._bins[node].name
        parts = node.expressions
        if len(parts) != 4 or not all(self._is_literal(part) for part in parts[1:]):
            raise QueryRefused("BIN needs a column and three numbers", help="BIN(column, low, high, count).")
        column = self._column(parts[0])
        low, high, count = (self._literal(part) for part in parts[1:])
        if isinstance(low, str | bool) or isinstance(high, str | bool) or not isinstance(count, int):
            raise QueryRefused("BIN needs a column and three numbers", help="BIN(column, low, high, count).")
        alias = next((name for name, found in aliases.items() if found == node), "")
        taken = {*self._columns, *aliases, *(bins.name for bins in self._bins.values())}
        name = alias or _unique(f"bin_{column}", taken)
        self._bins[node] = Bins(name, column, even_edges(low, high, count))
        self._names[node] = name
        return name

    def _figures(self, keys: list[str], aliases: Mapping[str, Any]) -> None:
        taken = {*keys, *aliases}
        for item in self._select.expressions:
            alias = item.alias if isinstance(item, self._exp.Alias) else ""
            node = item.this if isinstance(item, self._exp.Alias) else item
            if isinstance(node, self._exp.Column) and not isinstance(node.this, self._exp.Star):
                name = self._column(node)
                if name not in keys:
                    raise QueryRefused(
                        f"column {name!r} is shown, and is not in GROUP BY",
                        help="Rows of persons are never shown; group by it, or ask for a figure.",
                    )
                self._names[node] = name
                if alias != name and alias in self._columns:
                    raise QueryRefused(
                        f"column {name!r} is given the name of another column", help="Choose another name after AS."
                    )
                if alias:
                    self._names[self._exp.column(alias)] = name
                continue
            if _is_bin(node):
                if node not in self._bins:
                    raise QueryRefused("BIN is shown, and is not in GROUP BY", help="Group by it, too.")
                if alias:
                    self._names[self._exp.column(alias)] = self._bins[node].name
                continue
            figure, column, level = self._figure(node)
            name = alias or _unique(_default_name(figure, column, level), taken)
            taken.add(name)
            self._aggregates.append(Aggregate(figure, column, name, level))
            self._names[node] = name
        if not self._aggregates:
            raise QueryRefused("the question asks for no figure", help="Ask for COUNT(*), SUM, AVG, QUANTILE, ….")

    def _figure(self, node: Any) -> tuple[Figure, str | None, float | None]:
        exp = self._exp
        if isinstance(node, exp.Count):
            if node.args.get("expressions"):
                raise QueryRefused("COUNT of several columns cannot be answered here", help="Count one column.")
            inner = node.this
            if isinstance(inner, exp.Star):
                return "count", None, None
            if isinstance(inner, exp.Distinct):
                if len(inner.expressions) != 1:
                    raise QueryRefused("COUNT(DISTINCT …) of several columns", help="Name one column.")
                return "distinct", self._column(inner.expressions[0]), None
            return "count", self._column(inner), None
        simple: Mapping[Any, Figure] = {
            exp.Sum: "sum",
            exp.Avg: "mean",
            exp.Variance: "variance",
            exp.VariancePop: "variance",
            exp.Stddev: "deviation",
            exp.StddevPop: "deviation",
        }
        if type(node) in simple and isinstance(node.this, exp.Distinct):
            raise QueryRefused(
                f"DISTINCT in {_name(node)} cannot be answered here",
                help="Leave it out, or ask COUNT(DISTINCT column).",
            )
        if type(node) in simple:
            return simple[type(node)], self._column(node.this), None
        if isinstance(node, exp.Median):
            return "quantile", self._column(node.this), 0.5
        if isinstance(node, exp.Quantile | exp.ApproxQuantile):
            return "quantile", self._column(node.this), self._level(node.args.get("quantile"))
        if isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileCont):
            ordered = node.expression.expressions if isinstance(node.expression, exp.Order) else []
            if len(ordered) != 1 or ordered[0].args.get("desc"):
                raise QueryRefused("PERCENTILE_CONT needs one column", help="WITHIN GROUP (ORDER BY column).")
            return "quantile", self._column(ordered[0].this), self._level(node.this.this)
        raise _refuse(node)

    def _column(self, node: Any) -> str:
        exp = self._exp
        if not isinstance(node, exp.Column):
            known = type(node).__name__ in _INSTEAD
            if isinstance(node, exp.AggFunc) and not known:
                raise QueryRefused(
                    f"{_name(node)} stands where a column belongs",
                    help="Name a column; figures stand in SELECT and HAVING.",
                )
            if isinstance(node, exp.Binary | exp.Func) and not known:
                raise QueryRefused(
                    f"{_name(node)}: only columns stand here, no expressions",
                    help="Compute the column before, and give its bounds.",
                )
            raise _refuse(node)
        if isinstance(node.this, exp.Star):
            raise _refuse(node.this)
        return str(node.name)

    def _shown(self, node: Any) -> str:
        """Return the answer's column that an expression of HAVING or ORDER BY means."""
        if node in self._names:
            return self._names[node]
        if isinstance(node, self._exp.Column):
            return self._column(node)
        if isinstance(node, self._exp.AggFunc | self._exp.WithinGroup) and type(node).__name__ not in _INSTEAD:
            raise QueryRefused("HAVING or ORDER BY asks for a figure that is not selected", help="Select it, too.")
        raise _refuse(node)

    def _level(self, node: Any) -> float:
        value = self._literal(node)
        if isinstance(value, bool | str):
            raise QueryRefused("the level of a quantile is no number", help="QUANTILE(column, 0.9).")
        return float(value)

    def _condition(self, node: Any, named: Callable[[Any], str]) -> Condition:
        exp = self._exp
        comparisons: Mapping[Any, Comparison] = {
            exp.EQ: "=",
            exp.NEQ: "<>",
            exp.LT: "<",
            exp.LTE: "<=",
            exp.GT: ">",
            exp.GTE: ">=",
        }
        if isinstance(node, exp.Paren):
            return self._condition(node.this, named)
        if isinstance(node, exp.And):
            return AllOf(tuple(self._condition(part, named) for part in node.flatten(unnest=False)))
        if isinstance(node, exp.Or):
            return AnyOf(tuple(self._condition(part, named) for part in node.flatten(unnest=False)))
        if isinstance(node, exp.Not):
            return Not(self._condition(node.this, named))
        if type(node) in comparisons:
            operator = comparisons[type(node)]
            left, right = node.left.unnest(), node.right.unnest()
            if self._is_literal(left):
                return Compare(named(right), _FLIPPED[operator], self._literal(left))
            return Compare(named(left), operator, self._literal(right))
        if isinstance(node, exp.Between):
            column, low, high = named(node.this), node.args["low"], node.args["high"]
            return AllOf((Compare(column, ">=", self._literal(low)), Compare(column, "<=", self._literal(high))))
        if isinstance(node, exp.In) and node.expressions:
            return OneOf(named(node.this), tuple(self._literal(one) for one in node.expressions))
        if isinstance(node, exp.In):
            raise QueryRefused("IN without values, or with a query inside, cannot be answered", help="List the values.")
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return Missing(named(node.this))
        raise _refuse(node)

    def _is_literal(self, node: Any) -> bool:
        exp = self._exp
        return isinstance(node, exp.Literal | exp.Boolean) or (
            isinstance(node, exp.Neg) and self._is_literal(node.this)
        )

    def _literal(self, node: Any) -> Scalar:
        exp = self._exp
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
            return -_number(node.this.this)
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        if isinstance(node, exp.Literal):
            return str(node.this) if node.is_string else _number(node.this)
        if type(node).__name__ in _INSTEAD and not isinstance(node, exp.Column):
            raise _refuse(node)
        raise QueryRefused("a column is compared with something that is no plain value", help="Write a value there.")

    def _at(self, literal: Any) -> Any:
        place = _number(literal.this)
        if not isinstance(place, int) or not 1 <= place <= len(self._select.expressions):
            raise QueryRefused("a position is not one of the selected columns", help="Count from 1, or use names.")
        item = self._select.expressions[place - 1]
        return item.this if isinstance(item, self._exp.Alias) else item

    def _order(self, order: Any) -> tuple[Order, ...]:
        found = []
        for item in order.expressions if order is not None else ():
            node = item.this
            if isinstance(node, self._exp.Literal) and not node.is_string:
                node = self._at(node)
            found.append(Order(self._shown(node), bool(item.args.get("desc"))))
        return tuple(found)

    def _limit(self, limit: Any) -> int | None:
        if limit is None:
            return None
        exp = self._exp
        if not isinstance(limit, exp.Limit):
            raise QueryRefused(f"{_name(limit)} cannot be answered here", help="Instead: LIMIT 10.")
        value = self._literal(limit.expression) if isinstance(limit.expression, exp.Literal | exp.Neg) else None
        if isinstance(value, bool) or not isinstance(value, int):
            raise QueryRefused("LIMIT is no whole number", help="LIMIT 10.")
        return value


def _is_bin(node: Any) -> bool:
    return isinstance(node, _library().exp.Anonymous) and str(node.name).upper() == "BIN"


def _default_name(figure: Figure, column: str | None, level: float | None) -> str:
    if figure == "quantile":
        return f"median_{column}" if level == 0.5 else f"quantile_{level:g}_{column}"
    word = _NAMES.get(figure, figure)
    return word if column is None else f"{word}_{column}"


def _unique(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QueryRefused("a number in the question is not finite", help="Write plain numbers.")
    return value
