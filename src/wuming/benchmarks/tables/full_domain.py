"""Global recoding of census income: the optimum of 6,480 nodes, how long that takes, and anjana beside it."""

from __future__ import annotations

import time

from wuming.anonymization.global_engine import anonymise_globally
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables import beside
from wuming.benchmarks.tables.adult import EIGHT, SENSITIVE, complete, hierarchies

_KEPT = ("ncp", "ncp_lower_bound", "levels", "suppressed", "classes")
_ASKED = ((5, 0.0), (5, 0.05), (10, 0.0), (10, 0.05))


def measure(hall: Hall) -> Outcome:
    """Recode for each k and suppression limit; time is that of the whole call, checks and measures in it."""
    table, levels = complete(), hierarchies(EIGHT)
    repeats = 1 if hall.settings.quick else hall.settings.repeats
    asked = _ASKED[-1:] if hall.settings.quick else _ASKED
    fast, exact = (None, None) if hall.settings.quick else (Goal("<=", 5.0), Goal("<=", 0.0))
    figures, raw = [], {}
    with beside.anjana(hall, table, levels) as peer:
        for k, suppression in asked:
            what = f"k={k}, suppression {suppression:.0%}"
            hall.say(what)
            seconds, answers = [], []
            for _ in range(repeats):
                begin = time.perf_counter()
                claims = anonymise_globally(
                    table,
                    quasi_identifiers=EIGHT,
                    sensitive=SENSITIVE,
                    hierarchies=levels,
                    k=k,
                    l=1,
                    suppression=suppression,
                ).claims
                seconds.append(time.perf_counter() - begin)
                answers.append(peer.do("recode", k=k, suppression=suppression))
            figures += [
                Figure(f"{what}: time", "s", tuple(seconds), fast),
                Figure(f"{what}: NCP", "", (claims["ncp"],)),
                Figure(f"{what}: NCP above what is proved", "", (claims["ncp"] - claims["ncp_lower_bound"],), exact),
                Figure(f"{what}: suppressed rows", "", (float(claims["suppressed"]),)),
                *beside.figures(answers, table, levels, what),
            ]
            raw[what] = {
                "seconds": seconds,
                "claims": {
                    name: claims[name] for name in ("ncp", "ncp_lower_bound", "levels", "suppressed", "classes")
                },
                "anjana": [answer["seconds"] for answer in answers],
            }
    return Outcome(tuple(figures), raw, (f"{table.rows:,} people, {len(EIGHT)} quasi-identifiers, hierarchies of ARX",))
