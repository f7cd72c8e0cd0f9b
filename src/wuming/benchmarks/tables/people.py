"""People who do not exist, with what a shop knows of them: the table that sound and weak releases are made from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.hierarchies import (
    Hierarchy,
    cells_of,
    intervals_from_cuts,
    intervals_from_width,
    masked_codes,
    redacted,
    runs_from_sizes,
)
from wuming.core.tables import Table

SCHOOLS = ("none", "primary", "middle", "high", "college", "bachelor", "master", "doctor")
PLANS = ("basic", "silver", "gold", "family", "student", "senior")
ILLNESSES = ("none", "flu", "asthma", "ulcer", "diabetes", "allergy", "migraine", "gout")

_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静磊强洋艳勇军杰娟涛明超霞平刚英华玉兰红飞"


def people(rows: int, *, seed: int, tie: float = 0.3) -> Table:
    """Draw people.

    Args:
        rows: how many.
        seed: of the draw.
        tie: how much the sensitive columns depend on age and school, in [0, 1].

    Returns:
        `id`, `name`, `phone`; `age`, `sex`, `postcode` (5 digits, some frequent), `school`, `income` (a year, whole);
        `plan`, `illness`, `score` (0 to 10), `spending` (a month, to the cent); `birth`, `registered` (to the second),
        `city` (follows from the postcode), `news` (yes or no).
    """
    rng = np.random.default_rng(seed)
    age = np.clip(np.round(18 + 70 * rng.beta(1.6, 2.2, rows)), 18, 92).astype(np.int64)
    school = np.clip(np.round(rng.normal(3.6, 1.5, rows) - 0.4 * (age > 60)), 0, 7).astype(np.int64)
    place = np.minimum(rng.geometric(0.06, rows) - 1, 59)
    code = (10_000 + 1_000 * (place // 6) + 100 * (place % 6) + rng.integers(0, 40, rows)).astype(np.int64)
    income = np.round(np.exp(rng.normal(10.6 + 0.12 * school, 0.5, rows))).astype(np.int64)
    leaning = (tie * ((age > 45) + (school > 4) - 1.0)).astype(np.float64)
    born = 2026 - age
    day = rng.integers(1, 29, rows)
    month = rng.integers(1, 13, rows)
    second = rng.integers(0, 5 * 365 * 86_400, rows)
    return Table(
        {
            "id": text(f"P{number:07d}" for number in rng.permutation(10 * rows)[:rows].tolist()),
            "name": text(_name(draw) for draw in rng.integers(0, 1 << 30, rows).tolist()),
            "phone": text(f"13{number:09d}" for number in rng.integers(0, 10**9, rows).tolist()),
            "age": age,
            "sex": text(("F", "M")[bit] for bit in rng.integers(0, 2, rows).tolist()),
            "postcode": text(map(str, code.tolist())),
            "school": text(SCHOOLS[number] for number in school.tolist()),
            "income": income,
            "plan": _choose(rng, PLANS, (0.3, 0.22, 0.16, 0.14, 0.1, 0.08), leaning),
            "illness": _choose(rng, ILLNESSES, (0.34, 0.16, 0.12, 0.1, 0.09, 0.08, 0.06, 0.05), -leaning),
            "score": np.clip(np.round(rng.normal(6 + 2 * leaning, 2.2, rows)), 0, 10).astype(np.int64),
            "spending": np.round(np.exp(rng.normal(5.5, 0.8, rows)), 2),
            "birth": text(f"{y}-{m:02d}-{d:02d}" for y, m, d in zip(born, month, day, strict=True)),
            "registered": text(np.datetime_as_string(np.datetime64("2020-01-01") + second.astype("timedelta64[s]"))),
            "city": text(f"city {number}" for number in ((code - 10_000) // 100).tolist()),
            "news": text(("no", "yes")[bit] for bit in (rng.random(rows) < 0.4).astype(int).tolist()),
        }
    )


def hierarchies(table: Table) -> dict[str, Hierarchy]:
    """Return public hierarchies of the quasi-identifiers: none depends on how often a value occurs."""
    cells = {name: cells_of(table.columns[name]) for name in ("age", "sex", "postcode", "income")}
    return {
        "age": intervals_from_width("age", cells["age"], low=0, high=120, width=5, levels=4),
        "sex": redacted("sex", cells["sex"]),
        "postcode": masked_codes("postcode", cells["postcode"], kept=(3, 2, 1)),
        "school": runs_from_sizes("school", SCHOOLS, sizes=(2, 4)),
        "income": intervals_from_cuts(
            "income",
            cells["income"],
            low=0,
            high=1_000_000,
            cuts=[[20_000, 40_000, 60_000, 80_000, 100_000, 150_000], [40_000, 80_000]],
        ),
    }


def text(cells: Any) -> npt.NDArray[Any]:
    """Make a text column."""
    cells = [str(cell) for cell in cells]
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def _name(draw: int) -> str:
    family, first, second = draw % 20, draw // 20 % 24, draw // 480 % 25
    return _FAMILIES[family] + _GIVEN[first] + (_GIVEN[second] if second < 24 else "")


def _choose(
    rng: np.random.Generator, names: tuple[str, ...], shares: tuple[float, ...], leaning: npt.NDArray[np.float64]
) -> npt.NDArray[Any]:
    """Draw categories whose odds lean towards the later ones by e^leaning a step."""
    weights = np.array(shares) * np.exp(np.outer(leaning, np.arange(len(names)) / 3))
    ends = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return text(names[min(number, len(names) - 1)] for number in (rng.random((len(leaning), 1)) > ends).sum(axis=1))
