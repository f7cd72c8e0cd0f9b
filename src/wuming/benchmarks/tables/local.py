"""Local recoding of census income, beside the plain strict Mondrian and anjana: what is lost, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from wuming.anonymization.engine import anonymise
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables import beside
from wuming.benchmarks.tables.adult import SENSITIVE, SIX, complete, everybody, hierarchies
from wuming.benchmarks.tables.plain_mondrian import penalty, plain_mondrian
from wuming.core.tables import Table

_K = 10
_SUPPRESSION = 0.05


def measure(hall: Hall) -> Outcome:
    """Recode all people by sets and intervals, and those that have hierarchies by these as well, at k = 10."""
    repeats = 1 if hall.settings.quick else hall.settings.repeats
    fast, less = (None, None) if hall.settings.quick else (Goal("<=", 0.3), Goal("<=", 0.9))
    people, some, levels = everybody(), complete(), hierarchies(SIX)
    ways: dict[str, Callable[[], float]] = {
        f"{people.rows:,} people, sets": lambda: _ours(people),
        f"{people.rows:,} people, plain strict Mondrian": lambda: _plain(people),
        f"{some.rows:,} people, sets": lambda: _ours(some),
        f"{some.rows:,} people, hierarchies": lambda: _ours(some, hierarchies=levels),
    }
    seconds: dict[str, list[float]] = {what: [] for what in ways}
    losses: dict[str, float] = {}
    answers: list[dict[str, Any]] = []
    with beside.anjana(hall, some, levels) as peer:
        for number in range(repeats):
            hall.say(f"round {number + 1}")
            for what, way in ways.items():
                begin = time.perf_counter()
                losses[what] = way()
                seconds[what].append(time.perf_counter() - begin)
            answers.append(peer.do("recode", k=_K, suppression=_SUPPRESSION))
    first, plain, *_ = losses
    figures = [
        Figure(f"{first}: NCP / that of the plain strict Mondrian", "×", (losses[first] / losses[plain],), less),
        Figure(f"{first}: time", "s", tuple(seconds[first]), fast),
        *(Figure(f"{what}: NCP", "", (loss,)) for what, loss in losses.items()),
        *(Figure(f"{what}: time", "s", tuple(seconds[what])) for what in losses if what != first),
        *beside.figures(answers, some, levels, f"{some.rows:,} people, hierarchies, suppression {_SUPPRESSION:.0%}"),
    ]
    raw = {"seconds": seconds, "ncp": losses, "anjana": [answer["seconds"] for answer in answers]}
    return Outcome(
        tuple(figures),
        raw,
        (
            f"k={_K}, six quasi-identifiers; time is that of the whole call, with its checks and measures",
            "the plain strict Mondrian publishes the smallest boxes around its classes, ours the boxes of the cuts",
        ),
    )


def _ours(table: Table, **more: Any) -> float:
    fresh = Table(table.columns)  # a table remembers its codes
    claims = anonymise(fresh, quasi_identifiers=SIX, sensitive=SENSITIVE, k=_K, l=1, **more).claims
    return float(claims["ncp"])


def _plain(table: Table) -> float:
    return penalty(table, SIX, plain_mondrian(table, SIX, _K))
