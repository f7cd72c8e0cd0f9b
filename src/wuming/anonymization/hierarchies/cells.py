"""A column of a table as text, which is what hierarchies are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_LARGEST_WHOLE = 1e15


def cells_of(column: npt.NDArray[Any]) -> list[str]:
    """Write the cells of a column as text; a missing one is "".

    Args:
        column: of a `Table`: int64, float64 (NaN: missing) or object holding str.

    Returns:
        Text as it is; numbers as the user wrote them where that can be known: 35.0 stands in a column of whole numbers
        with a gap and is written `35`.
    """
    if column.dtype == np.float64:
        return [_number(cell) for cell in column.tolist()]
    return [str(cell) for cell in column.tolist()]


def _number(cell: float) -> str:
    if math.isnan(cell):
        return ""
    return str(int(cell)) if cell.is_integer() and abs(cell) < _LARGEST_WHOLE else repr(cell)
