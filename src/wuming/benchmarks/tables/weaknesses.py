"""The table of planted weaknesses: releases that the gate must refuse, each the sound one with one thing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np

from wuming.anonymization import anonymise
from wuming.anonymization.gate import Examination, examine
from wuming.anonymization.hierarchies import Hierarchy
from wuming.anonymization.models import classes_of
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.benchmarks.tables.broken_plans import (
    LEVELS,
    ROLES,
    K,
    Plan,
    changed,
    grouped,
    leveled,
    nested,
    ordered,
    perturbed,
    runs_of,
    sound,
    with_column,
)
from wuming.benchmarks.tables.people import hierarchies, people, text
from wuming.core.tables import Column, Table

ROWS = 4000


@dataclass(frozen=True)
class Stage:
    """The table that a weakness is planted in.

    Attributes:
        seed: of the people.
        rows: how many.
    """

    seed: int = 7
    rows: int = ROWS

    @cached_property
    def table(self) -> Table:
        """Return the people; some columns that only weaknesses need are added."""
        drawn = people(self.rows, seed=self.seed)
        rng = np.random.default_rng(self.seed)
        columns = dict(drawn.columns)
        columns["years"] = columns["age"]
        columns["tariff"] = text(f"T{age // 3}" for age in columns["age"].tolist())
        columns["device"] = text(f"{number:012x}" for number in rng.integers(0, 1 << 47, self.rows).tolist())
        columns["household"] = text(f"H{number}" for number in (rng.permutation(self.rows) // 3).tolist())
        columns["note"] = text(
            f"called {name} about the {plan} plan" if number % 9 == 0 else f"asked about the {plan} plan"
            for number, (name, plan) in enumerate(zip(columns["name"], columns["plan"], strict=True))
        )
        columns["turnover"] = np.round(columns["income"] / 1000) * 1000
        columns["turnover"][:5] = 1e9  # five people, so that one at least is not suppressed
        for number in range(5):
            gaps = rng.random(self.rows) < 0.15
            columns[f"answer {number}"] = text(np.where(gaps, "", np.where(rng.random(self.rows) < 0.5, "yes", "no")))
        return Table(columns)

    @cached_property
    def hierarchies(self) -> dict[str, Hierarchy]:
        """Return the public hierarchies."""
        return hierarchies(self.table)


@dataclass(frozen=True)
class Weakness:
    """One planted weakness.

    Attributes:
        name: in a few words.
        plan: makes the weak release of any rows.
        caught_by: names, or beginnings of names, of attacks; at least one must be the reason for refusing.
        k, l, t: what the plan promises.
        earlier: makes what has been published before, if anything.
    """

    name: str
    plan: Callable[[Stage], Plan]
    caught_by: tuple[str, ...]
    k: int = K
    l: int = 1  # noqa: E741  (the literature's name)
    t: float | None = None
    earlier: Callable[[Stage], tuple[Release, ...]] = lambda _: ()

    def examine(self, stage: Stage) -> Examination:
        """Put the weak release through the gate."""
        return examine(stage.table, self.plan(stage), k=self.k, l=self.l, t=self.t, earlier=self.earlier(stage))

    def caught(self, examination: Examination) -> bool:
        """Tell whether the release was refused for the right reason."""
        return any(outcome.name.startswith(self.caught_by) for outcome in examination.refused)


def _passing(column: str, *, sensitive: bool = False) -> Callable[[Stage], Plan]:
    """Publish one more column unchanged."""
    role: Any = {"sensitive": (*ROLES.sensitive, column)} if sensitive else {"insensitive": (column,)}
    return lambda stage: sound(stage.hierarchies, replace(ROLES, **role))


def _adding(name: str, cells: Callable[[Table], Column]) -> Callable[[Stage], Plan]:
    return lambda stage: with_column(stage.hierarchies, name, cells)


def _hashed(column: str, algorithm: str) -> Callable[[Table], Column]:
    def cells(rows: Table) -> Column:
        made = (hashlib.new(algorithm, cell.encode(), usedforsecurity=False) for cell in rows.columns[column])
        return text(one.hexdigest() for one in made)

    return cells


def _changing(change: Callable[[dict[str, Column], Table], dict[str, Column]]) -> Callable[[Stage], Plan]:
    return lambda stage: changed(stage.hierarchies, change)


def _one_class(columns: Mapping[str, Column]) -> Column:
    """Return the rows of the smallest class."""
    classes = classes_of(Table(columns), ROLES.quasi_identifiers)
    return np.flatnonzero(classes == np.bincount(classes).argmin())


def _class_too_small(columns: dict[str, Column], _: Table) -> dict[str, Column]:
    dropped = _one_class(columns)[K - 1 :]
    return {name: np.delete(column, dropped) for name, column in columns.items()}


def _class_alike(columns: dict[str, Column], _: Table, *, but: int) -> dict[str, Column]:
    plan = columns["plan"].copy()
    rows = _one_class(columns)
    plan[rows[but:]] = "senior"
    plan[rows[:but]] = "basic"
    return {**columns, "plan": plan}


def _own_labels(columns: dict[str, Column], rows: Table) -> dict[str, Column]:
    labels = text(f"{label} ({age})" for label, age in zip(columns["age"], rows.columns["age"], strict=True))
    return {**columns, "age": labels}


def _finer_for_some(columns: dict[str, Column], rows: Table) -> dict[str, Column]:
    codes = columns["postcode"].copy()
    codes[::100] = rows.columns["postcode"][::100]
    return {**columns, "postcode": codes}


def _kept_order(stage: Stage) -> Plan:
    return lambda rows: Release(Table(leveled(rows, stage.hierarchies)[0]), ROLES, stage.hierarchies)


def _starred(stage: Stage, *, most: int | None) -> Plan:
    """Publish suppressed rows with a star in every quasi-identifier."""

    def plan(rows: Table) -> Release:
        columns, kept = leveled(rows, stage.hierarchies, levels={**LEVELS, "age": 1})
        lost = np.setdiff1d(np.arange(rows.rows), kept)[:most]
        stars = text(["*"] * len(lost))
        out = {name: np.concatenate((columns[name], stars)) for name in ROLES.quasi_identifiers}
        out["plan"] = np.concatenate((columns["plan"], rows.columns["plan"][lost]))
        return Release(ordered(out), ROLES, stage.hierarchies)

    return plan


def _raw(roles: Roles, share: float) -> Plan:
    """Publish a sample as it is."""

    def plan(rows: Table) -> Release:
        chosen = np.random.default_rng(rows.rows).permutation(rows.rows)[: int(share * rows.rows)]
        names = (*roles.quasi_identifiers, *roles.sensitive)
        return Release(ordered(rows.take(chosen).select(names).columns), roles)

    return plan


def _local(stage: Stage, roles: Roles, *, k: int, l: int) -> Plan:  # noqa: ARG001, E741
    return lambda rows: Release(
        anonymise(rows, quasi_identifiers=roles.quasi_identifiers, sensitive=roles.sensitive, k=k, l=l).table, roles
    )


def _quantiles(column: Column, parts: int) -> Column:
    cuts = np.unique(np.quantile(column, np.linspace(0, 1, parts + 1)[1:-1], method="nearest"))
    edges = [None, *cuts.tolist(), None]
    names = [
        f"<{high}" if low is None else f">={low}" if high is None else f"[{low}, {high})"
        for low, high in pairwise(edges)
    ]
    return text(names[place] for place in np.searchsorted(cuts, column, side="right").tolist())


def _by_quantiles(roles: Roles) -> Plan:
    def plan(rows: Table) -> Release:
        columns = {"income": _quantiles(rows.columns["income"], 12), "sex": rows.columns["sex"]}
        return Release(ordered({**columns, "plan": rows.columns["plan"]}), roles)

    return plan


def _release_of(stage: Stage, rows: Table, levels: Mapping[str, int] = LEVELS) -> Release:
    return Release(ordered(leveled(rows, stage.hierarchies, levels=levels)[0]), ROLES, stage.hierarchies)


def _shown(stage: Stage) -> int:
    """Return the row of a person whose class is not suppressed, with or without him."""
    columns, kept = leveled(stage.table, stage.hierarchies)
    classes = classes_of(Table(columns), ROLES.quasi_identifiers)
    return int(kept[np.flatnonzero(classes == np.bincount(classes).argmax())[0]])


def _with_levels(levels: Mapping[str, int]) -> Callable[[Stage], Plan]:
    return lambda stage: lambda rows: _release_of(stage, rows, levels)


def _noise(column: Column, rng: np.random.Generator, *, scale: float) -> Column:
    return column if column.dtype == object else np.round(column + rng.normal(0, scale * column.std(), len(column)))


def _flipped(column: Column, rng: np.random.Generator, *, share: float) -> Column:
    """Replace a share of cells by another row's (PRAM with the table's own shares)."""
    return np.where(rng.random(len(column)) < share, column[rng.permutation(len(column))], column)


def _swapped(column: Column, rng: np.random.Generator, *, share: float) -> Column:
    out = column.copy()
    chosen = rng.permutation(len(column))[: 2 * int(share * len(column))]
    out[chosen] = out[np.roll(chosen, len(chosen) // 2)]
    return out


def _rounded(column: Column, _: np.random.Generator, *, to: int) -> Column:
    return column if column.dtype == object else np.round(column / to).astype(np.int64) * to


_INCOME = Roles(quasi_identifiers=("age", "income", "school"), sensitive=("plan",))
_TWO = Roles(quasi_identifiers=("income", "sex"), sensitive=("plan",))
_PAY = Roles(quasi_identifiers=("age", "postcode", "school"), sensitive=("income",))
_BOTH = replace(ROLES, sensitive=("plan", "illness"))
_GAPS = replace(ROLES, sensitive=("plan", *(f"answer {number}" for number in range(5))))
_NESTED = (
    LEVELS,
    {"age": 3, "sex": 0, "postcode": 2, "school": 1},
    {"age": 3, "sex": 0, "postcode": 3, "school": 2},
)

WEAKNESSES: tuple[Weakness, ...] = (
    Weakness("direct identifier left in", _adding("phone", lambda rows: rows.columns["phone"]), ("direct",)),
    Weakness("direct identifier under another name", _adding("contact", lambda r: r.columns["phone"]), ("copies",)),
    Weakness("unsalted hash of a phone number", _adding("pseudonym", _hashed("phone", "sha256")), ("unsalted",)),
    Weakness("unsalted short hash of a name", _adding("key", _hashed("name", "md5")), ("unsalted",)),
    Weakness("row number", _adding("row", lambda rows: np.arange(rows.rows)), ("unknown columns", "rare values")),
    Weakness("row order kept", _kept_order, ("row order",)),
    Weakness("k broken in one class", _changing(_class_too_small), ("prosecutor",)),
    Weakness("l broken in one class", _changing(partial(_class_alike, but=0)), ("diversity",), l=2),
    Weakness("skewed sensitive value", _changing(partial(_class_alike, but=1)), ("closeness",), l=2, t=0.4),
    Weakness("classes of one sensitive value", lambda _: grouped(ROLES, runs_of("plan", "age", size=K)), ("homog",)),
    Weakness("near-equal numbers", lambda _: grouped(_PAY, runs_of("income", size=K)), ("homog", "infer"), l=3),
    Weakness("rare values in alike classes", _passing("illness", sensitive=True), ("background",)),
    Weakness("hierarchy with own values", _changing(_own_labels), ("prosecutor",)),
    Weakness("finer labels for some rows", _changing(_finer_for_some), ("prosecutor",)),
    Weakness("date of birth as insensitive", _passing("birth"), ("isolation", "rare values")),
    Weakness("exact spending as insensitive", _passing("spending"), ("isolation", "rare values")),
    Weakness("exact spending as sensitive", _passing("spending", sensitive=True), ("isolation", "singling")),
    Weakness("timestamp to the second", _passing("registered"), ("isolation",)),
    Weakness("longitudinal key", _passing("device"), ("isolation",)),
    Weakness("household key", _passing("household"), ("rare values",)),
    Weakness("free text with names", _passing("note", sensitive=True), ("identifiers in text",)),
    Weakness("copy of a quasi-identifier", _passing("years"), ("copies",)),
    Weakness("city beside a coarse postcode", _passing("city"), ("derived",)),
    Weakness("sensitive column that follows from age", _passing("tariff", sensitive=True), ("derived",)),
    Weakness("outlier", _passing("turnover", sensitive=True), ("outliers",)),
    Weakness("pattern of gaps", lambda s: sound(s.hierarchies, _GAPS), ("patterns of gaps",)),
    Weakness("suppressed rows, few, with stars", partial(_starred, most=K - 1), ("prosecutor",)),
    Weakness("suppressed rows with stars", partial(_starred, most=None), ("combinatorial",)),
    Weakness("nested classes", lambda s: nested(ROLES, s.hierarchies, _NESTED), ("combinatorial",)),
    Weakness("tight boxes", lambda _: grouped(_INCOME, runs_of("school", "income", size=K)), ("interval",)),
    Weakness("cuts at quantiles", lambda _: _by_quantiles(_TWO), ("interval",)),
    Weakness("rare category named", lambda _: grouped(ROLES, runs_of("age", "sex", size=40)), ("rare categories",)),
    Weakness("local recoding, k = 2, l = 1", lambda s: _local(s, ROLES, k=2, l=1), ("homog", "infer"), k=2),
    Weakness("local recoding, two sensitive", lambda s: _local(s, _BOTH, k=5, l=2), ("background",), k=5, l=2),
    Weakness(
        "microaggregation of three", lambda _: grouped(_INCOME, runs_of("school", "income", size=3)), ("inf",), k=3
    ),
    Weakness("sample as it is", lambda _: _raw(ROLES, 0.5), ("isolation", "homog", "infer"), k=1),
    Weakness("all rows as they are", lambda _: _raw(ROLES, 1.0), ("isolation",), k=1),
    Weakness("noise too small", lambda _: perturbed(_INCOME, partial(_noise, scale=0.001)), ("inf", "link"), k=1),
    Weakness("PRAM of one cell in a hundred", lambda _: perturbed(ROLES, partial(_flipped, share=0.01)), ("inf",), k=1),
    Weakness("swapping of 0.1%", lambda _: perturbed(ROLES, partial(_swapped, share=0.001)), ("inf", "homog"), k=1),
    Weakness("rounding too fine", lambda _: perturbed(_INCOME, partial(_rounded, to=10)), ("inf", "isolation"), k=1),
    Weakness(
        "second release with other cuts",
        _with_levels({"age": 1, "sex": 0, "postcode": 3, "school": 2}),
        ("intersection",),
        l=2,
        earlier=lambda s: (_release_of(s, s.table, {"age": 3, "sex": 0, "postcode": 1, "school": 2}),),
    ),
    Weakness(
        "second release with one person more",
        _with_levels(LEVELS),
        ("difference",),
        earlier=lambda s: (_release_of(s, s.table.take(np.delete(np.arange(s.rows), _shown(s)))),),
    ),
    Weakness(
        "second release with one person less",
        _with_levels(LEVELS),
        ("difference",),
        earlier=lambda s: (_release_of(s, s.table.take(np.append(np.arange(s.rows), _shown(s)))),),
    ),
)
