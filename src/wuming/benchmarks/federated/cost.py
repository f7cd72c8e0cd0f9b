"""What a round costs: ten silos with a large update, a hundred members of whom a fifth drops out."""

from __future__ import annotations

from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall

_OURS = "wuming.benchmarks.federated.ours"
_BITS = 18
_STAGES = ("keys", "shares", "vectors", "confirmations", "revelations")  # as ServerStage numbers them, from 1
_PLACE = 3  # of the silo that drops out


def silos(hall: Hall) -> Outcome:
    """Hold rounds of ten silos: all stay, then one drops out at each stage in turn."""
    quick = hall.settings.quick
    of: dict[str, Any] = {"members": 10, "colluders": 2, "dimension": 20_000 if quick else 4_200_000, "bits": _BITS}
    cases = [("none", 0), *((name, number) for number, name in enumerate(_STAGES, start=1))]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name, _ in cases}
    with hall.contestants([(_OURS, "wuming")]) as (ours,):
        encoding = float(ours.do("encode", threshold=7, **of))
        for number in range(1 if quick else hall.settings.repeats):
            for name, stage in cases:
                hall.say(f"round {number + 1}, dropout: {name}")
                found[name].append(ours.do("cost", silent_from=[[_PLACE, stage]] if stage else [], **of))
    held = [one for several in found.values() for one in several]
    wrong = sum(
        not one["exact"] or one["survivors"] != (9 if name in _STAGES[:3] else 10)
        for name, several in found.items()
        for one in several
    )
    busiest = tuple(max(one["client"] for one in case) for case in zip(*found.values(), strict=True))
    figures = (
        Figure(f"{len(held)} sums, with a dropout at every stage: wrong", "", (float(wrong),), Goal("<=", 0.0)),
        Figure(
            "CPU of the busiest silo, whoever drops out where",
            "s",
            busiest,
            None if quick else Goal("<=", 2.0),
        ),
        Figure(
            "the same with encoding: rotation, rounding, noise",
            "s",
            tuple(seconds + encoding for seconds in busiest),
            None if quick else Goal("<=", 2.0),
        ),
        Figure("CPU of the server in a round", "s", tuple(one["server"] for one in held)),
        Figure(
            "bytes on the wire / the same bits without masks",
            "×",
            (max(one["wire"] for one in held),),
            None if quick else Goal("<=", 1.05),
            "sent and received by the busiest silo; the model itself is not among them",
        ),
    )
    notes = (f"{_words(of)}, one core for all; one drops out at {', '.join(_STAGES)} in turn",)
    return Outcome(figures, {"rounds": found, "encoding": encoding}, notes)


def hundred(hall: Hall) -> Outcome:
    """Hold rounds of a hundred members of whom twenty drop out when they have shared their keys."""
    quick = hall.settings.quick
    members = 20 if quick else 100
    of: dict[str, Any] = {
        "members": members,
        "colluders": members // 4,
        "dimension": 20_000 if quick else 1_000_000,
        "bits": _BITS,
        "silent_from": [[place, 3] for place in range(0, members, 5)],
    }
    found = []
    with hall.contestants([(_OURS, "wuming")]) as (ours,):
        for number in range(1 if quick else hall.settings.repeats):
            hall.say(f"round {number + 1}")
            found.append(ours.do("cost", **of))
        hall.say("the server's memory")
        memory = ours.do("server_memory", **of) / (4 * of["dimension"])
    wrong = sum(not one["exact"] or one["survivors"] != members - members // 5 for one in found)
    most = None if quick else Goal("<=", 60.0)
    figures = (
        Figure(f"{len(found)} sums: wrong", "", (float(wrong),), Goal("<=", 0.0)),
        Figure("CPU of a round, all parties", "s", tuple(one["all"] for one in found), most),
        Figure("time of a round, all parties one after another", "s", tuple(one["wall"] for one in found), most),
        Figure("CPU of the busiest member", "s", tuple(one["client"] for one in found)),
        Figure("CPU of the server", "s", tuple(one["server"] for one in found)),
        Figure(
            "memory of the server / the model in float32",
            "×",
            (memory,),
            None if quick else Goal("<=", 3.0),
            "all that is allocated in its calls, the message that it reads among it",
        ),
        Figure("bytes on the wire / the same bits without masks", "×", (max(one["wire"] for one in found),)),
    )
    notes = (f"{_words(of)}; {members // 5} drop out once they have shared their keys, so their masks are taken away",)
    return Outcome(figures, {"rounds": found, "memory": memory}, notes)


def _words(of: dict[str, Any]) -> str:
    return f"{of['members']} members × {of['dimension']:,} values of {of['bits']} bits, {of['colluders']} colluders"
