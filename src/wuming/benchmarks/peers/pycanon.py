"""pycanon counts k, l and t again. A server: `python -m wuming.benchmarks.peers.pycanon SOCKET`.

Two answers to each table: `asis`, what pycanon says of it, and `prepared`, what it says after what it cannot know or
cannot do is taken out of its way:

- A missing value counts as a value to its l; to ours it is none. Rows without the value are left out before it counts;
  a class that is empty then has no value at all, which pycanon cannot say.
- A missing number is equal to nothing in its t, not to itself either, so shares do not add up to 1. Numbers are
  replaced by their ranks, which is all that the ordered distance looks at, and missing by rank 0.
- A numeric column with one value is a division by zero to its t. All classes are then as the table: 0.

t is the distance from the table that it is given; where rows were suppressed that is not the original one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]
from pycanon import anonymity  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve


def count(tables: Sequence[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """Return for each table `asis` and `prepared`: k, l and t.

    Args:
        tables: `columns` (name → cells; None: a missing number), `quasi` and `sensitive` (names).
    """
    return [_count(pd.DataFrame(one["columns"]), one["quasi"], one["sensitive"]) for one in tables]


def _count(table: Any, quasi: list[str], sensitive: list[str]) -> dict[str, dict[str, Any]]:
    prepared = {
        "k": int(anonymity.k_anonymity(table, quasi)),
        "l": min(_diversity(table, quasi, name) for name in sensitive),
        "t": max(_closeness(table, quasi, name) for name in sensitive),
    }
    if not any(_needs_preparing(table[name]) for name in sensitive):
        return {"asis": prepared, "prepared": prepared}
    asis = {
        "k": prepared["k"],
        "l": _or_error(lambda: int(anonymity.l_diversity(table, quasi, sensitive))),
        "t": _or_error(lambda: float(anonymity.t_closeness(table, quasi, sensitive))),
    }
    return {"asis": asis, "prepared": prepared}


def _needs_preparing(column: Any) -> bool:
    return bool(column.isna().any() or (column == "").any() or column.nunique() < 2)


def _or_error(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  (that it fails is what is reported)
        return type(error).__name__


def _diversity(table: Any, quasi: list[str], name: str) -> int:
    present = table[table[name].notna() & (table[name] != "")].reset_index(drop=True)
    if present[quasi].drop_duplicates().shape[0] < table[quasi].drop_duplicates().shape[0]:
        return 0
    return int(anonymity.l_diversity(present, quasi, [name]))


def _closeness(table: Any, quasi: list[str], name: str) -> float:
    column = table[name]
    if pd.api.types.is_numeric_dtype(column):
        column = column.rank(method="dense").fillna(0.0)
    if column.nunique() < 2:
        return 0.0
    return float(anonymity.t_closeness(table.assign(**{name: column}), quasi, [name]))


if __name__ == "__main__":
    serve(sys.argv[1], {"pycanon": lambda: Commands(count=count)})
