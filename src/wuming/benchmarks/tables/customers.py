"""Large tables of invented customers, eight quasi-identifiers and a sensitive column, the same from the same seed.

Columns depend on each other through a hidden kind of household, as they do in life: independent columns would be easier
for a recoding that cuts them one at a time. What is sensitive depends a little on age.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.core.tables import Table

QUASI = ("age", "income", "children", "sex", "city", "occupation", "education", "marital_status")
SENSITIVE = ("illness",)

_HOUSEHOLDS = 6
_CITIES, _OCCUPATIONS, _EDUCATION, _MARITAL = 60, 14, 9, 6
_ILLNESSES = ("none", "cold", "back pain", "diabetes", "depression")
_SHARES = (0.4, 0.28, 0.16, 0.1, 0.06)
_BLOCK = 100_000
_SEED = 11

Column = npt.NDArray[Any]


def table(rows: int) -> Table:
    """Return so many rows."""
    blocks = list(blocks_of(rows))
    return Table({name: np.concatenate([block.columns[name] for block in blocks]) for name in blocks[0].names})


def blocks_of(rows: int) -> Iterator[Table]:
    """Yield the same rows in blocks of at most 100,000."""
    for number, begin in enumerate(range(0, rows, _BLOCK)):
        yield _block(np.random.default_rng([_SEED, number]), min(_BLOCK, rows - begin))


def _block(generator: np.random.Generator, rows: int) -> Table:
    household = generator.choice(_HOUSEHOLDS, size=rows, p=[0.3, 0.25, 0.15, 0.12, 0.1, 0.08])
    age = np.clip(generator.normal(28 + 8 * household, 9, size=rows), 17, 95).astype(np.int64)
    income = 100 * np.round(np.exp(generator.normal(7.6 + 0.12 * household, 0.5, size=rows)) / 100).astype(np.int64)
    shift = np.clip((age - 45) / 400, -0.06, 0.1)
    illness = np.searchsorted(np.cumsum(_SHARES)[:-1], np.clip(generator.random(rows) + shift, 0.0, 1.0))
    return Table(
        {
            "age": age,
            "income": income,
            "children": np.minimum(generator.poisson(0.3 * household), 7),
            "sex": _names("sex", 2)[generator.integers(2, size=rows)],
            "city": _drawn(generator, "city", _CITIES, household),
            "occupation": _drawn(generator, "occupation", _OCCUPATIONS, household),
            "education": _drawn(generator, "education", _EDUCATION, household),
            "marital_status": _drawn(generator, "status", _MARITAL, household),
            "illness": np.array(_ILLNESSES, dtype=object)[illness],
        }
    )


def _drawn(generator: np.random.Generator, word: str, size: int, household: Column) -> Column:
    """Draw categories, the first ones more often; each kind of household begins at another one."""
    share = 1.0 / np.arange(1, size + 1)
    codes = generator.choice(size, size=len(household), p=share / share.sum())
    cells: Column = _names(word, size)[(codes + household * size // _HOUSEHOLDS) % size]
    return cells


def _names(word: str, size: int) -> Column:
    return np.array([f"{word} {number}" for number in range(size)], dtype=object)
