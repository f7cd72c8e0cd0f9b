"""The gate: planted weaknesses that it must refuse, and sound releases that it must let pass."""

from __future__ import annotations

import time
from typing import Any

from wuming.anonymization.gate import examine
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables.sound import sound_releases
from wuming.benchmarks.tables.weaknesses import WEAKNESSES, Stage

_QUICK_WEAKNESSES, _QUICK_SOUND = 4, 3


def measure(hall: Hall) -> Outcome:
    """Put every weak and every sound release through the gate; one examination each."""
    quick = hall.settings.quick
    weak, sound = (
        WEAKNESSES[: _QUICK_WEAKNESSES if quick else None],
        sound_releases()[: _QUICK_SOUND if quick else None],
    )
    stage, refused, for_another, passed, seconds = Stage(), [], [], [], []
    for weakness in weak:
        hall.say(f"weakness: {weakness.name}")
        begin = time.perf_counter()
        examination = weakness.examine(stage)
        seconds.append(time.perf_counter() - begin)
        if not examination.refused:
            passed.append(weakness.name)
        elif weakness.caught(examination):
            refused.append(weakness.name)
        else:
            for_another.append(weakness.name)
    wrongly: dict[str, Any] = {}
    for release in sound:
        hall.say(f"sound release {release.number + 1} of {len(sound)}")
        table = release.table()
        begin = time.perf_counter()
        examination = examine(table, release.publish(table), k=release.k, l=release.l, t=release.t)
        seconds.append(time.perf_counter() - begin)
        if examination.refused:
            wrongly[str(release.number)] = [outcome.name for outcome in examination.refused]
    every, none = (None, None) if quick else (Goal(">=", 30), Goal("<=", 0))
    figures = (
        Figure("kinds of planted weakness refused, for the right reason", "", (float(len(refused)),), every),
        Figure(
            "kinds of planted weakness let pass, or refused for another reason",
            "",
            (float(len(weak) - len(refused)),),
            none,
        ),
        Figure(f"{len(sound)} sound releases: refused", "", (float(len(wrongly)),), none),
        Figure("time of an examination", "s", tuple(seconds)),
    )
    notes = tuple(
        f"{what}: {', '.join(names)}"
        for what, names in (("let pass", passed), ("for another reason", for_another))
        if names
    )
    return Outcome(
        figures, {"refused": refused, "passed": passed, "for another": for_another, "wrongly": wrongly}, notes
    )
