"""How wrong counts become: how many people lie between two values in one, two or three columns?

Sources: Xiao & Tao, "Anatomy: simple and effective privacy preservation", VLDB 2006, section 6.1 (uniform spread inside
a box, relative error); the lower bound of the divisor, Xiao, Wang & Gehrke, "Differential privacy via wavelet
transforms", ICDE 2010, section 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.quality.covering import Codes, Covered, Numbers, distinct_rows
from wuming.core.errors import PrivacyParameterError

QUANTILES = (0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class QueryErrors:
    """Relative errors of a number of queries.

    Attributes:
        queries: how many.
        columns: ranges over how many columns each.
        selectivity: the mean share of the original rows that a query really counts.
        quantiles: of the relative errors, at `QUANTILES`.
    """

    queries: int
    columns: int
    selectivity: float
    quantiles: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one of the relative errors."""
        return self.quantiles[QUANTILES.index(0.5)]

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "queries": self.queries,
            "columns": self.columns,
            "selectivity": round(self.selectivity, 6),
            "quantiles": {str(q): round(value, 6) for q, value in zip(QUANTILES, self.quantiles, strict=True)},
        }


@dataclass(frozen=True)
class Query:
    """Count the rows whose values lie in a range in each of some columns.

    Attributes:
        ranges: column → first and last place in its values, both included.
    """

    ranges: dict[int, tuple[int, int]]


def query_errors(
    columns: Sequence[Covered],
    *,
    width: int = 2,
    selectivity: float = 0.05,
    queries: int = 1_000,
    sanity: float = 0.001,
    seed: int = 0,
) -> QueryErrors:
    """Ask random count queries of the original and of the published table, and compare.

    The published answer supposes that a row lies with equal chance at each value that its cells cover. The relative
    error is |published - true| / max(true, sanity · rows).

    Args:
        columns: of which the queries choose.
        width: how many columns a query is about, from 1 to 3.
        selectivity: share of the rows that a query would count were columns independent and values fine, in (0, 1].
        queries: how many, ≥ 1.
        sanity: share of the rows below which an error is not counted as relatively larger, > 0.
        seed: of the queries, which protect nobody; the same seed asks the same.

    Raises:
        PrivacyParameterError: a parameter out of range.
    """
    if not 1 <= width <= min(3, len(columns)) or queries < 1:
        raise PrivacyParameterError(
            f"width={width}, queries={queries} of {len(columns)} columns", help="Ask about 1 to 3 of the columns."
        )
    if not 0 < selectivity <= 1 or not 0 < sanity <= 1:
        raise PrivacyParameterError(
            f"selectivity={selectivity}, sanity={sanity} are no shares", help="Give numbers above 0, up to 1."
        )
    workload = random_queries(columns, width=width, selectivity=selectivity, queries=queries, seed=seed)
    true, published = true_counts(columns, workload), published_counts(columns, workload)
    rows = len(columns[0].of_row)
    errors = np.abs(published - true) / np.maximum(true, sanity * rows)
    quantiles = tuple(float(value) for value in np.quantile(errors, QUANTILES))
    return QueryErrors(queries, width, float(true.mean()) / rows, quantiles)


def random_queries(
    columns: Sequence[Covered], *, width: int, selectivity: float, queries: int, seed: int
) -> list[Query]:
    """Return queries about random stretches of the rows, ordered by each column: selectivity^(1/width) of them.

    A range holds the values of which at least half the rows lie in the stretch, or the one value it lies in.
    """
    generator = np.random.default_rng(seed)
    share = selectivity ** (1 / width)
    ends = [np.cumsum(column.counts) / column.counts.sum() for column in columns]
    middles = [end - column.counts / column.counts.sum() / 2 for end, column in zip(ends, columns, strict=True)]
    workload = []
    for _ in range(queries):
        ranges = {}
        for place in sorted(generator.choice(len(columns), size=width, replace=False).tolist()):
            start = generator.uniform(0.0, 1.0 - share)
            first, end = np.searchsorted(middles[place], (start, start + share)).tolist()
            if first == end:  # the value that the stretch lies in
                first = min(int(np.searchsorted(ends[place], start + share / 2)), len(ends[place]) - 1)
            ranges[place] = first, max(first, end - 1)
        workload.append(Query(ranges))
    return workload


def true_counts(columns: Sequence[Covered], workload: Sequence[Query]) -> Numbers:
    """Return [queries] how many original rows each counts."""
    rows, weights = distinct_rows([column.of_row for column in columns])
    out = np.empty(len(workload))
    for number, query in enumerate(workload):
        inside = np.ones(len(rows), dtype=np.bool_)
        for place, (first, last) in query.ranges.items():
            inside &= (rows[:, place] >= first) & (rows[:, place] <= last)
        out[number] = weights[inside].sum()
    return out


def published_counts(columns: Sequence[Covered], workload: Sequence[Query]) -> Numbers:
    """Return [queries] how many published rows each counts, on average."""
    rows, weights = distinct_rows([column.labels for column in columns])
    sums = [_running(column.covers) for column in columns]
    out = np.empty(len(workload))
    for number, query in enumerate(workload):
        share = weights.astype(np.float64)
        for place, (first, last) in query.ranges.items():
            running = sums[place]
            inside = (running[:, last + 1] - running[:, first]) / running[:, -1]
            share *= inside[rows[:, place]]
        out[number] = share.sum()
    return out


def _running(covers: npt.NDArray[np.bool_]) -> Codes:
    """Return [labels, values + 1] how many of the first values each label covers."""
    out = np.zeros((covers.shape[0], covers.shape[1] + 1), dtype=np.int64)
    np.cumsum(covers, axis=1, out=out[:, 1:])
    return out
