"""Outputs of any kind as numbers: a category (what kind of output it was) and a row of values.

| output | category | values |
|---|---|---|
| a number | number | itself |
| an array, list or tuple | list, with its shape | its entries, also nested ones |
| a mapping, a set, a dataclass | mapping | one column a key; a key that is missing leaves NaN |
| a string, bool or None | itself, by its digest | none |
| an exception | the name of its class | none |

Values that are not finite leave NaN, and the category says that there were some.
"""

from __future__ import annotations

import hashlib
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.mechanism.target import Raised

Floats = NDArray[np.float64]
MOST_COLUMNS = 4096
_SIMPLE = (float, int, np.floating, np.integer)


@dataclass(frozen=True, eq=False)
class Sample:
    """Outputs of independent runs on one data set.

    Attributes:
        categories: number of each output's category, [runs].
        values: [runs, columns]; NaN where an output has no such value.
    """

    categories: NDArray[np.int64]
    values: Floats

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.categories)

    def joined(self, other: Sample) -> Sample:
        """Return both samples as one; columns that one of them did not know yet are filled with NaN."""
        width = max(self.values.shape[1], other.values.shape[1])
        values = np.vstack([_widened(self.values, width), _widened(other.values, width)])
        return Sample(np.concatenate([self.categories, other.categories]), values)


class Encoder:
    """Turns outputs into samples; columns and categories keep their numbers over all calls.

    Attributes:
        columns: path of a value within its output → column.
        categories: words → number.
    """

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.categories: dict[str, int] = {}

    def encode(self, outputs: Sequence[Any]) -> Sample:
        """Return outputs as a sample."""
        simple = self._short_way(outputs)
        if simple is not None:
            return simple
        rows: list[dict[int, float]] = []
        categories = np.empty(len(outputs), dtype=np.int64)
        for number, output in enumerate(outputs):
            category, row = self._row(output)
            rows.append(row)
            categories[number] = self._category(category)
        values = np.full((len(outputs), max(1, len(self.columns))), np.nan)
        for number, row in enumerate(rows):
            values[number, list(row)] = list(row.values())
        return Sample(categories, values)

    def words(self, category: int) -> str:
        """Return what a category's number stands for."""
        return next(words for words, number in self.categories.items() if number == category)

    def _short_way(self, outputs: Sequence[Any]) -> Sample | None:
        """Return numbers, or arrays of one shape, by the short way; None where some output is something else."""
        first = outputs[0] if outputs else None
        if type(first) in (float, int) or isinstance(first, np.floating | np.integer):
            if not all(isinstance(output, _SIMPLE) and type(output) is not bool for output in outputs):
                return None
            try:
                values = np.array(outputs, dtype=np.float64)[:, None]
            except OverflowError:
                return None
            name, paths = "number", [""]
        elif isinstance(first, np.ndarray) and first.dtype.kind in "fiu" and 0 < first.size <= MOST_COLUMNS:
            shape = first.shape
            if not all(
                isinstance(one, np.ndarray) and one.shape == shape and one.dtype.kind in "fiu" for one in outputs
            ):
                return None
            values = np.stack(outputs).astype(np.float64).reshape(len(outputs), -1)
            name, paths = f"list of {first.size}", [f"/{n}" for n in range(first.size)]
        else:
            return None
        if not np.isfinite(values).all() or (self.columns and list(self.columns)[: len(paths)] != paths):
            return None
        for path in paths:
            self._column(path)
        category = self._category(name)
        return Sample(np.full(len(outputs), category, dtype=np.int64), _widened(values, len(self.columns)))

    def _row(self, output: Any) -> tuple[str, dict[int, float]]:
        output = _plain(output)
        row: dict[int, float] = {}
        marks: set[str] = set()
        name = _kind(output)
        for path, value in _leaves(output, ""):
            number = _number(value)
            if number is None:
                marks.add(_kind(value))
            elif number != number or abs(number) == np.inf:
                marks.add("a value that is no number" if number != number else "an infinity")
            else:
                row[self._column(path)] = number
        marks.discard(name)
        return (f"{name} with {', '.join(sorted(marks))}" if marks else name), row

    def _column(self, path: str) -> int:
        if path not in self.columns and len(self.columns) >= MOST_COLUMNS:
            return MOST_COLUMNS - 1  # what is left shares the last one
        return self.columns.setdefault(path, len(self.columns))

    def _category(self, name: str) -> int:
        return self.categories.setdefault(name, len(self.categories))


def incomparable(output: Any) -> str:
    """Return the name of a type within an output whose values cannot be compared; empty where all can.

    A generator, a coroutine or an object without a `repr` of its own would look different in every run, whatever the
    data were, so that a test of it would find nothing.
    """
    for _, value in _leaves(output, ""):
        if isinstance(value, Raised) or _number(value) is not None:
            continue
        kind = type(value)
        bare = getattr(kind, "__repr__", None) is object.__repr__
        if bare or hasattr(value, "__next__") or hasattr(value, "__await__"):
            return kind.__name__
    return ""


def _plain(output: Any) -> Any:
    """Return sets and dataclasses as mappings, and other libraries' arrays as lists."""
    if isinstance(output, set | frozenset):
        return {str(member): 1.0 for member in output}
    if is_dataclass(output) and not isinstance(output, type | Raised):
        return vars(output)
    if not isinstance(output, np.ndarray | np.generic) and callable(getattr(output, "tolist", None)):
        return output.tolist()
    return output


def _leaves(output: Any, path: str) -> Iterator[tuple[str, Any]]:
    output = _plain(output)
    if isinstance(output, Mapping):
        for key, value in output.items():
            yield from _leaves(value, f"{path}/{key}")
    elif isinstance(output, np.ndarray) and output.ndim:
        yield from ((f"{path}/{n}", value) for n, value in enumerate(output.ravel()))
    elif isinstance(output, list | tuple):
        for number, value in enumerate(output):
            yield from _leaves(value, f"{path}/{number}")
    else:
        yield path, output


def _number(value: Any) -> float | None:
    if isinstance(value, bool | np.bool_) or not (isinstance(value, numbers.Real) or hasattr(value, "__float__")):
        return None
    try:
        return float(value)
    except OverflowError:
        return float(np.inf)
    except (TypeError, ValueError):
        return None


def _kind(output: Any) -> str:
    if isinstance(output, Raised):
        return f"raised {output.kind}"
    if isinstance(output, Mapping):
        return "mapping"
    if isinstance(output, np.ndarray) and output.ndim:
        return f"list of {output.size}"
    if isinstance(output, list | tuple):
        return f"list of {len(output)}"
    if output is None:
        return "nothing"
    if _number(output) is not None:
        return "number"
    # Its digest, since a label may be somebody's.
    return f"label {hashlib.sha256(repr(output).encode()).hexdigest()[:8]}"


def _widened(values: Floats, width: int) -> Floats:
    if values.shape[1] >= width:
        return values
    filling = np.full((len(values), width - values.shape[1]), np.nan)
    return np.hstack([values, filling])
