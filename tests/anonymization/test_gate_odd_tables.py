"""Tables of every odd kind go through the gate without a warning or an error that has no name."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from wuming.anonymization.engine import anonymise
from wuming.anonymization.gate import examine
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.core.tables import Table

CELLS = ("", "a", "b|c", "other", "*", "missing", "名", "x y", "[1, 2)")


def column(rng, rows):
    kind = rng.integers(0, 4)
    if kind == 0:
        return rng.integers(0, rng.integers(1, 50), rows)
    if kind == 1:
        numbers = np.round(rng.normal(0, 10, rows), int(rng.integers(0, 3)))
        numbers[rng.random(rows) < 0.2] = np.nan
        return numbers
    cells = np.empty(rows, dtype=object)
    cells[:] = [CELLS[i] for i in rng.integers(0, len(CELLS), rows)] if kind == 2 else "same"
    return cells


@pytest.mark.parametrize("seed", range(12))
def test_odd_tables(seed):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(10, 120))
    table = Table({name: column(rng, rows) for name in "abcde"})
    roles = Roles(quasi_identifiers=("a", "b"), sensitive=("c", "d"), insensitive=("e",) if seed % 2 else ())

    def plan(part):
        made = anonymise(part, quasi_identifiers=("a", "b"), sensitive=("c", "d"), k=2, l=1).table
        return Release(Table({**made.columns, **({"e": part.columns["e"]} if seed % 2 else {})}), roles)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = examine(
            table,
            plan,
            k=2,
            earlier=[plan(table)] if seed % 3 == 0 else (),
            population=table if seed % 4 == 0 else None,
        )
    assert not {"prosecutor", "direct identifiers", "copies", "difference"} & {one.name for one in found.refused}
    json.dumps(found.as_json())
