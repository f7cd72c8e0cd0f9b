"""A round beside Flower's SecAgg+: the same members, values, bits and dropouts, CPU seconds and bytes."""

from __future__ import annotations

from typing import Any

from wuming.benchmarks.house.bench import Figure, Outcome
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall, rounds

_OURS, _PEER = "wuming.benchmarks.federated.ours", "wuming.benchmarks.peers.flower"
_MEMBERS, _DROPPED = 10, (3,)
_DIMENSION, _QUICK = 1_000_000, 5_000
_PLAIN_BYTES = 4  # of a value of 32 bits without masks


def measure(hall: Hall) -> Outcome:
    """Hold rounds in turn, in a process each."""
    quick = hall.settings.quick
    dimension = _QUICK if quick else _DIMENSION
    asked = {"members": _MEMBERS, "dimension": dimension, "dropped": list(_DROPPED)}
    with hall.contestants([(_OURS, "beside"), (_PEER, "secagg+")], peers=[_PEER]) as (ours, peer):
        hall.say("prepare")
        prepared: dict[str, Any] = {one.name: one.do("prepare", **asked) for one in (ours, peer)}
        hall.say("rounds")
        found = rounds((ours, peer), "round", [{}] * (1 if quick else hall.settings.repeats))
    if len(found) < 2:
        raise ContestantFailed("Failed", f"only {', '.join(found)} held all rounds")
    mine, theirs = ([one["all"] for one in found[name]] for name in ("beside", "secagg+"))
    values = dimension * _PLAIN_BYTES
    figures = (
        Figure("CPU of a round, all parties", "s", tuple(mine)),
        Figure("SecAgg+: CPU of a round, all parties", "s", tuple(theirs)),
        Figure("SecAgg+ / ours, CPU", "×", tuple(b / a for a, b in zip(mine, theirs, strict=True))),
        Figure("bytes sent / the same bits without masks", "×", (prepared["beside"]["sent"] / values,)),
        Figure("SecAgg+: bytes sent / the same bits without masks", "×", (prepared["secagg+"]["sent"] / values,)),
        Figure("SecAgg+: bits that vary in seeds of pairs' masks", "", (float(prepared["secagg+"]["pair_bits"]),)),
        Figure("SecAgg+: bits that vary in seeds of members' own masks", "", (float(prepared["secagg+"]["own_bits"]),)),
        Figure("largest error of the mean", "10⁻⁶", (1e6 * prepared["beside"]["error"],)),
        Figure("SecAgg+: largest error of the mean", "10⁻⁶", (1e6 * prepared["secagg+"]["error"],)),
    )
    notes = (
        f"{_MEMBERS} members × {dimension:,} values of 32 bits, one drops out; quantising is in the times, transport "
        "in neither; Flower's own workflow and client mod, threshold 7 of 10 for both",
        "seeds of ours have 256 bits; theirs are counted by watching what their generator is given in one round",
    )
    return Outcome(figures, {"prepared": prepared, "seconds": {"wuming": mine, "secagg+": theirs}}, notes)
