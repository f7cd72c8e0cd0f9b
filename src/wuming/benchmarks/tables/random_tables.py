"""Random tables of every awkward kind: mixed types, missing cells, duplicates, Unicode, one row, all rows alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.core.tables import Table

Cells = npt.NDArray[Any]
_Draw = Callable[[np.random.Generator, int], Cells]

_MOST_ROWS = 60
_SHAPES = ("ordinary", "ordinary", "ordinary", "ordinary", "duplicates", "duplicates", "all rows alike", "one row")
_UNICODE = ("北京", "上海", "Zürich", "Zu\u0308rich", "القدس", "👩🏽", "ﬃ", "Ⅻ", "\u200b", " ", "\t", "İ", "a\u0000b")
_RESERVED = ("*", "other", "missing", "a | b", "a", "b", "\\", "\\*", "[1, 2)", "<5", ">=5", "NaN", "any number")


@dataclass(frozen=True)
class Case:
    """A table, the roles of its columns, and what is asked of it.

    Attributes:
        shape: what kind of table it is.
        table: one row a person.
        quasi, sensitive: names of columns.
        k, l: asked; the table need not be able to reach them.
        t: asked; None: not asked.
        suppression: share of rows that global recoding may suppress.
    """

    shape: str
    table: Table
    quasi: tuple[str, ...]
    sensitive: tuple[str, ...]
    k: int
    l: int  # noqa: E741  (the literature's name)
    t: float | None
    suppression: float


def random_case(generator: np.random.Generator) -> Case:
    """Draw a case; the same state of the generator gives the same case."""
    shape = str(generator.choice(_SHAPES))
    rows = 1 if shape == "one row" else int(generator.integers(2, _MOST_ROWS + 1))
    distinct = {"one row": 1, "all rows alike": 1, "duplicates": max(1, rows // 4)}.get(shape, rows)
    repeated = generator.integers(distinct, size=rows) if distinct < rows else np.arange(rows)
    quasi = tuple(f"准标识 {number}" for number in range(int(generator.integers(1, 5))))
    sensitive = tuple(f"sensitive {number}" for number in range(int(generator.integers(1, 3))))
    columns = {name: _column(generator, distinct, _QUASI)[repeated] for name in quasi}
    columns |= {name: _column(generator, distinct, _SENSITIVE)[repeated] for name in sensitive}
    return Case(
        shape,
        Table(columns),
        quasi,
        sensitive,
        k=int(generator.integers(2, 7)),
        l=int(generator.integers(1, 4)),
        t=None if generator.random() < 0.4 else float(generator.choice([0.05, 0.2, 0.35, 0.5])),
        suppression=float(generator.choice([0.0, 0.2])),
    )


def _column(generator: np.random.Generator, rows: int, kinds: Sequence[_Draw]) -> Cells:
    """Draw cells of one kind; in a third of the columns some are missing."""
    cells = kinds[int(generator.integers(len(kinds)))](generator, rows)
    if generator.random() < 1 / 3:
        missing = generator.random(rows) < generator.choice([0.1, 0.5])
        cells = cells.astype(np.float64) if cells.dtype == np.int64 else cells.copy()
        cells[missing] = "" if cells.dtype == object else np.nan
    return cells


def _text(cells: Sequence[str]) -> Cells:
    column = np.empty(len(cells), dtype=object)
    column[:] = list(cells)
    return column


def _of(values: Sequence[str]) -> _Draw:
    """Draw some of the values, the first ones more often."""

    def draw(generator: np.random.Generator, rows: int) -> Cells:
        share = 1.0 / np.arange(1, len(values) + 1)
        return _text([values[i] for i in generator.choice(len(values), size=rows, p=share / share.sum())])

    return draw


def _ages(generator: np.random.Generator, rows: int) -> Cells:
    return generator.integers(17, 91, size=rows)


def _large_numbers(generator: np.random.Generator, rows: int) -> Cells:
    return generator.integers(-(2**62), 2**62, size=rows)


def _few_numbers(generator: np.random.Generator, rows: int) -> Cells:
    return generator.integers(-1, 3, size=rows)


def _fractions(generator: np.random.Generator, rows: int) -> Cells:
    cells: Cells = np.round(generator.normal(scale=10.0 ** generator.integers(-8, 12), size=rows), 3)
    return cells


def _halves(generator: np.random.Generator, rows: int) -> Cells:
    return generator.integers(-6, 7, size=rows) / 2


def _names(generator: np.random.Generator, rows: int) -> Cells:
    return _text([f"姓{number}" for number in generator.permutation(rows)])


def _postcodes(generator: np.random.Generator, rows: int) -> Cells:
    return _text([f"{number:05d}" for number in generator.integers(10_000, 10_250, size=rows)])


def _dates(generator: np.random.Generator, rows: int) -> Cells:
    days = np.datetime64("1990-01-01") + generator.integers(0, 9000, size=rows)
    return _text([str(day) for day in days])


_SENSITIVE: tuple[_Draw, ...] = (
    _of(("flu", "cold", "ulcer", "none")),
    _of(("yes", "no")),
    _of(_UNICODE),
    _few_numbers,
    _ages,
    _halves,
)
_QUASI: tuple[_Draw, ...] = (
    *_SENSITIVE,
    _of(_RESERVED),
    _large_numbers,
    _fractions,
    _names,
    _postcodes,
    _dates,
)
