"""Random tables, anonymised both ways, and their promises counted again by pycanon and by a plain group-by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from wuming.anonymization.engine import Anonymised, anonymise
from wuming.anonymization.global_engine import anonymise_globally
from wuming.anonymization.hierarchies.suggest import suggest
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import Contestant
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables.plain_check import Counted, count
from wuming.benchmarks.tables.random_tables import Case, random_case
from wuming.core.errors import TableError

TABLES, _QUICK_TABLES = 2_000, 60
_SEED = 6
_BATCH = 100
_ROUNDING = 1e-9
_PEER = "wuming.benchmarks.peers.pycanon"


@dataclass(frozen=True)
class Release:
    """What came of a case.

    Attributes:
        way: `local` or `global`.
        case: what was asked.
        result: None where it was refused.
        refusal: the error's message.
    """

    way: str
    case: Case
    result: Anonymised | None
    refusal: str = ""


def releases(case: Case) -> Iterator[Release]:
    """Anonymise a table by local and by global recoding with the hierarchies that are proposed for it."""
    yield _tried("local", case, _locally)
    yield _tried("global", case, _globally)


def plainly(release: Release) -> list[str]:
    """Return the promises that a release breaks, by a plain group-by; a refusal breaks one where all could be kept."""
    case = release.case
    original = {name: column.tolist() for name, column in case.table.columns.items()}
    if release.result is None:
        named = [original[name] for name in (*case.quasi, *case.sensitive)]
        empty = any(all(cell == "" or cell != cell for cell in cells) for cells in named)
        nothing = dict.fromkeys(case.quasi, [""] * case.table.rows)
        whole = count(original | nothing, original, quasi=case.quasi, sensitive=case.sensitive)
        return [] if empty or _broken(case, whole) else ["refused, though it can be kept"]
    table = release.result.table
    if table.rows + release.result.claims["suppressed"] != case.table.rows:
        return ["rows"]
    counted = count(
        {name: column.tolist() for name, column in table.columns.items()},
        original,
        quasi=case.quasi,
        sensitive=case.sensitive,
    )
    return _broken(case, counted)


def measure(hall: Hall) -> Outcome:
    """Anonymise and recheck; every promise counts once a release."""
    tables = _QUICK_TABLES if hall.settings.quick else TABLES
    generator = np.random.default_rng(_SEED)
    plain: Counter[str] = Counter()
    peer: Counter[str] = Counter()
    came: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    with hall.contestants([(_PEER, "pycanon")], peers=[_PEER]) as (pycanon,):
        for begin in range(0, tables, _BATCH):
            hall.say(f"table {begin + 1} of {tables}")
            cases = [random_case(generator) for _ in range(min(_BATCH, tables - begin))]
            shapes.update(case.shape for case in cases)
            done = [release for case in cases for release in releases(case)]
            for release in done:
                came[f"{release.way}, {'refused' if release.result is None else 'released'}"] += 1
                plain.update(plainly(release))
            peer.update(_by_peer(pycanon, [release for release in done if release.result is not None]))
    goal = None if hall.settings.quick else Goal("<=", 0)
    broken = sum(peer[f"breaks {promise}"] for promise in "klt")
    differs = sum(number for what, number in peer.items() if what.startswith("differs"))
    figures = (
        *(Figure(f"{tables:,} tables: {what}", "", (float(number),)) for what, number in sorted(came.items())),
        Figure("promises broken or refused for nothing, plain group-by", "", (float(plain.total()),), goal),
        Figure("promises broken, pycanon", "", (float(broken),), goal),
        Figure("pycanon and plain group-by differ", "", (float(differs),), goal),
    )
    asis = [f"{what.partition(': ')[2]} {number}" for what, number in sorted(peer.items()) if what.startswith("as it")]
    notes = (
        "pycanon gets missing values and columns of one value prepared; as it comes it says otherwise in so many "
        f"releases: {', '.join(asis) or 'none'}",
        "t after suppression is counted by the plain group-by alone: pycanon knows only the released rows",
    )
    return Outcome(figures, {"plain": plain, "peer": peer, "came": came, "shapes": shapes, "seed": _SEED}, notes)


def _locally(case: Case) -> Anonymised:
    return anonymise(case.table, quasi_identifiers=case.quasi, sensitive=case.sensitive, k=case.k, l=case.l, t=case.t)


def _globally(case: Case) -> Anonymised:
    return anonymise_globally(
        case.table,
        quasi_identifiers=case.quasi,
        sensitive=case.sensitive,
        hierarchies={name: suggest(name, case.table.columns[name]).build() for name in case.quasi},
        k=case.k,
        l=case.l,
        t=case.t,
        suppression=case.suppression,
    )


def _tried(way: str, case: Case, recoding: Callable[[Case], Anonymised]) -> Release:
    try:
        return Release(way, case, recoding(case))
    except TableError as error:
        return Release(way, case, None, error.message)


def _broken(case: Case, counted: Counted) -> list[str]:
    found = ["k"] if counted.k < case.k else []
    found += ["l"] if case.l > 1 and counted.l < case.l else []
    return found + (["t"] if case.t is not None and counted.t > case.t + _ROUNDING else [])


def _by_peer(pycanon: Contestant, releases: Sequence[Release]) -> Iterator[str]:
    """Yield what is wrong or different, one word each."""
    asked = [
        {"columns": _cells(release.result), "quasi": release.case.quasi, "sensitive": release.case.sensitive}
        for release in releases
    ]
    for release, answer in zip(releases, pycanon.do("count", tables=asked), strict=True):
        case, ours = release.case, _cells(release.result)
        # The reference of pycanon's t is the table it is given, so ours is counted from that one here.
        plain = count(ours, ours, quasi=case.quasi, sensitive=case.sensitive)
        theirs = answer["prepared"]
        kept_all = release.result is not None and not release.result.claims["suppressed"]
        closeness = Fraction(theirs["t"]) if kept_all else Fraction(0)
        for promise in _broken(case, Counted(theirs["k"], theirs["l"], closeness)):
            yield f"breaks {promise}"
        for promise, own in (("k", plain.k), ("l", plain.l), ("t", float(plain.t))):
            if abs(theirs[promise] - own) > _ROUNDING:
                yield f"differs in {promise}"
            said = answer["asis"][promise]
            if isinstance(said, str):
                yield f"as it comes: {said} for {promise}"
            elif abs(said - own) > _ROUNDING:
                yield f"as it comes: another {promise}"


def _cells(result: Anonymised | None) -> dict[str, list[Any]]:
    assert result is not None
    return {
        name: [None if cell != cell else cell for cell in column.tolist()]
        for name, column in result.table.columns.items()
    }
