"""Turn a table of people into one to show by microaggregation: every cell is the middle of a group of k people."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.engine import Anonymised, before_and_after, check_columns, check_parameters
from wuming.anonymization.microaggregation.centroids import means, medians, modes
from wuming.anonymization.microaggregation.mdav import mdav
from wuming.anonymization.microaggregation.space import Codes, Space, Values, space_of
from wuming.anonymization.models import factorize, l_diversity
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError
from wuming.core.tables import Table

ALGORITHM = "microaggregation, MDAV"
LARGEST_BLOCK = 32_768


def microaggregate(
    table: Table,
    *,
    subject: str | None = None,
    direct: Sequence[str] = (),
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    ordered: Mapping[str, Sequence[str]] | None = None,
    k: int,
    l: int = 1,  # noqa: E741  (the literature's name)
    t: float | None = None,
    largest_block: int = LARGEST_BLOCK,
) -> Anonymised:
    """Replace the quasi-identifiers of k to 2k - 1 people who are near each other by the middle of their group.

    Args:
        table, subject, direct, quasi_identifiers, sensitive, k: as `anonymise` takes them.
        ordered: by name of a text column among the quasi-identifiers, all its values in order; the group publishes the
            median. Text columns without an order publish the most frequent value, numbers the mean.
        l, t: must be left as they are: this algorithm makes no class diverse or close.
        largest_block: groups are formed within blocks of at most so many rows; at least 2k. Larger is slower, and loses
            less (see docs/anonymization.md).

    Returns:
        The published table, its rows sorted by what is published, and the claims; `information_loss` is SSE/SST.

    Raises:
        TableError: as `anonymise`; `ordered` names no text column among the quasi-identifiers, or lacks a value of it.
        PrivacyParameterError: k < 2, l > 1, t is given, or largest_block < 2k.
        SelfCheckFailed: the result does not satisfy k (a defect); nothing is returned.

    Guarantee:
        k-anonymity of this one table, by syntax. Nothing about sensitive values: a group may share one. A mean holds
        something of every member's value: whoever knows all others of a group computes the last. No differential
        privacy. The result does not depend on the order of the rows, and nothing is drawn at random.
    """
    _check_promises(k=k, l=l, t=t, largest_block=largest_block)
    check_columns(table, subject=subject, direct=direct, quasi_identifiers=quasi_identifiers, sensitive=sensitive, k=k)
    table_in_order = table.take(_order(table.select([*quasi_identifiers, *sensitive])))
    orders = dict(ordered or {})
    _check_orders(table, quasi_identifiers, orders)
    columns = [_Column(table_in_order, name, orders.get(name)) for name in quasi_identifiers]
    space = _space(columns, rows=table.rows)
    groups = mdav(space, k=k, largest_block=largest_block)
    published = {column.name: column.published(groups) for column in columns}
    published |= {name: table_in_order.columns[name] for name in sensitive}
    ranks = [factorize(column)[0] for column in published.values()]
    result = Table(published).take(np.lexsort(ranks[::-1]))
    sizes = _class_sizes(result, quasi_identifiers)
    if result.rows != table.rows or min(sizes) < k:
        raise SelfCheckFailed(f"a class has {min(sizes)} rows where k={k}", help="This is a defect; report it.")
    claims: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "rows": table.rows,
        "k_asked": k,
        "l_asked": 1,
        "k": min(sizes),
        "l": min(l_diversity(result, quasi_identifiers, name) for name in sensitive),
        "classes": len(sizes),
        "suppressed": 0,
        "information_loss": round(space.information_loss(groups), 6),
        "discernibility": sum(size * size for size in sizes),
    }
    claims |= before_and_after(
        table, result, subject=subject, direct=direct, quasi_identifiers=quasi_identifiers, sensitive=sensitive
    )
    return Anonymised(result, claims)


class _Column:
    """A quasi-identifier as coordinates, and what a group publishes of it."""

    def __init__(self, table: Table, name: str, order: Sequence[str] | None) -> None:
        self.name = name
        self.categorical = table.columns[name].dtype == object
        self.is_ordered = order is not None
        self._numbers: Values = np.zeros(0)
        if not self.categorical:
            self._numbers = table.columns[name].astype(np.float64)
            self.missing = np.isnan(self._numbers)
            return
        cells = table.columns[name].tolist()
        self._names = list(order) if order is not None else sorted(set(cells))
        codes = {value: code for code, value in enumerate(self._names)}
        if order is not None:
            codes[""] = -1
            if unknown := sum(cell not in codes for cell in cells):
                raise TableError(
                    f"the order of column '{name}' lacks the values of {unknown:,} of {table.rows:,} rows",
                    help="List every value that occurs, in order.",
                )
        self._codes: Codes = np.array([codes[cell] for cell in cells], dtype=np.int64)
        self.missing = self._codes < 0

    def places(self) -> Values | Codes:
        """Return [rows] the value or code; a missing number lies at the mean, a missing ordered value at the median."""
        if self.is_ordered:
            present = np.sort(self._codes[~self.missing])
            return np.where(self.missing, present[(len(present) - 1) // 2], self._codes)
        if self.categorical:
            return self._codes
        whole = np.zeros(len(self.missing), dtype=np.int64)
        return np.where(self.missing, means(self._numbers[~self.missing], whole[~self.missing])[0], self._numbers)

    def published(self, groups: Codes) -> npt.NDArray[Any]:
        """Return [rows] the cell of each row's group."""
        if not self.categorical:
            return means(self._numbers, groups)[groups]
        found = medians(self._codes, groups) if self.is_ordered else modes(self._codes, groups)
        names = np.empty(len(self._names) + 1, dtype=object)
        names[:] = [*self._names, ""]  # code -1 is the last: missing
        return names[found[groups]]


def _space(columns: Sequence[_Column], *, rows: int) -> Space:
    """Place the rows; whether a number or an ordered value is missing is a coordinate of its own, of two categories."""
    gaps = [c.missing.astype(np.int64) for c in columns if c.missing.any()]
    return space_of(
        [c.places() for c in columns if not c.categorical],
        [c.places() for c in columns if c.is_ordered],
        [*(c.places().astype(np.int64) for c in columns if c.categorical and not c.is_ordered), *gaps],
        rows=rows,
    )


def _order(published: Table) -> npt.NDArray[np.intp]:
    """Return an order of the rows that their cells alone settle, and that has nothing to do with how large they are.

    It decides between rows that are equally far. By size, people of one illness would come to share a group.
    """
    copies: Counter[tuple[Any, ...]] = Counter()
    digests = []
    for row in zip(*(column.tolist() for column in published.columns.values()), strict=True):
        key = tuple("missing" if cell != cell else repr(cell) for cell in row)  # NaN alone differs from itself
        copies[key] += 1
        digests.append(hashlib.sha256(repr((copies[key], key)).encode()).digest())
    return np.array(sorted(range(len(digests)), key=digests.__getitem__), dtype=np.intp)


def _class_sizes(table: Table, quasi_identifiers: Sequence[str]) -> list[int]:
    """Group the published rows once more, by plain code; missing agrees with missing."""
    cells = (
        [None if cell != cell else cell for cell in table.columns[name].tolist()]  # NaN alone differs from itself
        for name in quasi_identifiers
    )
    return list(Counter(zip(*cells, strict=True)).values())


def _check_promises(*, k: int, l: int, t: float | None, largest_block: int) -> None:  # noqa: E741
    check_parameters(k=k, l=l)
    if l > 1 or t is not None:
        raise PrivacyParameterError(
            f"microaggregation promises k alone, l={l}, t={t}", help="Use local or global recoding for l and t."
        )
    if type(largest_block) is not int or largest_block < 2 * k:
        raise PrivacyParameterError(
            f"largest_block={largest_block} is less than 2k={2 * k}", help="Give a whole number of rows."
        )


def _check_orders(table: Table, quasi_identifiers: Sequence[str], orders: Mapping[str, Sequence[str]]) -> None:
    for name, values in orders.items():
        if name not in quasi_identifiers or table.columns[name].dtype != object:
            raise TableError(
                f"an order is given for '{name}', which is no text column among the quasi-identifiers",
                help="Numbers have their order; leave it out.",
            )
        if len(set(values)) != len(values) or "" in values:
            raise TableError(f"the order of column '{name}' holds a value twice, or none", help="List each once.")
