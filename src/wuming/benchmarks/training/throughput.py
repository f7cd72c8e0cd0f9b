"""Throughput, memory and noise of a logical step, beside no protection and beside Opacus.

One contestant a way to train, each in a process of its own; they take turns in every round. Ratios are taken within a
round, and the median over rounds is the figure.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import Contestant, ContestantFailed
from wuming.benchmarks.house.running import Hall, rounds
from wuming.core.errors import SelfCheckFailed

OURS = "wuming.benchmarks.training.ours"
_OPACUS = "wuming.benchmarks.peers.opacus"
_CONTESTANTS = (
    (OURS, "plain"),
    (OURS, "flat"),
    (OURS, "per-layer"),
    (_OPACUS, "opacus-hooks"),
    (_OPACUS, "opacus-ghost"),
)
_PEERS = ("opacus-hooks", "opacus-ghost")
_RULES = ("flat", "per-layer")
_USUAL_STEP = 1024 * 128  # tokens of a logical step at a usual batch size
_SAME = 1e-3  # relative difference of clipped sums between float32 contestants that compute the same

Goals = Mapping[str, Goal]
Rounds = Mapping[str, Sequence[float]]


def measure(hall: Hall, workload: Mapping[str, Any], goals: Goals) -> Outcome:
    """Measure one workload.

    Args:
        hall: where contestants come from.
        workload: fields of `wuming.benchmarks.training.workloads.Workload`, without threads and size.
        goals: by the keys `flat`, `per-layer`, `best`, `ghost`, `memory`, `noise`.

    Raises:
        ContestantFailed: when one of ours, or the one without protection, fails. A peer's failure is a note.
        SelfCheckFailed: contestants that claim to compute the same do not.
    """
    load = {**workload, "threads": hall.settings.threads, "quick": hall.settings.quick}
    if hall.settings.quick:
        load |= {"tokens": min(load["tokens"], 32), "micro_batch": min(load["micro_batch"], 4)}
    raw, notes = _compete(hall, load)
    seconds = {name: [step["seconds"] for step in answers] for name, answers in raw["steps"].items()}
    promised = goals if hall.settings.threads == 1 and not hall.settings.quick else {}
    figures = [
        *speed_figures(seconds, promised),
        *memory_figures(raw["memory"], promised),
        *_noise_figures(raw["noise"], seconds["flat"], _tokens(load), promised),
        *_rates(seconds, _tokens(load)),
    ]
    notes += [figure.note for figure in figures if figure.what.endswith("best mode")]
    return Outcome(tuple(figures), raw, tuple(notes))


def _compete(hall: Hall, load: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Have all contestants train the workload in turns; return all that was measured, and notes."""
    with hall.contestants(_CONTESTANTS, peers=(_OPACUS,)) as present:
        ready, prepared, notes = _prepare(present, load)
        _same_work(prepared)
        hall.say(f"{hall.settings.repeats} rounds of {len(ready)} contestants")
        steps = rounds(ready, "step", [{}] * hall.settings.repeats)
        if lost := [name for name in ("plain", *_RULES) if name not in steps]:
            raise ContestantFailed("Gone", f"{', '.join(lost)} did not finish its rounds")
        notes += [f"{name}: ended in a round" for name in prepared if name not in steps]
        memory, noise = {}, {}
        # One after the other, each then ends: recording takes memory. Peers, which hold most of it, come first.
        for one in reversed([one for one in ready if one.name in steps]):
            try:
                memory[one.name] = {"process": one.do("peak"), **one.do("tensors")}  # before the noise is timed
                if one.name in _RULES:
                    noise[one.name] = [one.do("noise", step=s) for s in range(2)]
            except ContestantFailed:
                notes.append(f"{one.name}: ended while its memory was recorded, perhaps for want of it")
            one.close()
    return {"workload": load, "prepared": prepared, "steps": steps, "memory": memory, "noise": noise}, notes


def speed_figures(seconds: Rounds, goals: Goals) -> list[Figure]:
    """Return ratios of throughput: ours to none, ours to the peer's best mode, ours to its ghost mode, peers to none.

    Args:
        seconds: by contestant, the time of its step in each round; `plain` and `flat` are there.
        goals: what was promised.
    """
    found = [
        Figure(f"{rule}: throughput / non-private", "×", _ratio(seconds["plain"], seconds[rule]), goals.get(rule))
        for rule in _RULES
        if rule in seconds
    ]
    peers = [name for name in _PEERS if name in seconds]
    if peers:
        best = min(peers, key=lambda name: statistics.median(seconds[name]))
        note = f"Opacus's best mode in this row is {best.removeprefix('opacus-')}"
        what = "flat: throughput / Opacus's best mode"
        found.append(Figure(what, "×", _ratio(seconds[best], seconds["flat"]), goals.get("best"), note))
    if "opacus-ghost" in peers:
        what = "flat: throughput / Opacus's ghost mode"
        found.append(Figure(what, "×", _ratio(seconds["opacus-ghost"], seconds["flat"]), goals.get("ghost")))
    return found + [Figure(f"{p}: throughput / non-private", "×", _ratio(seconds["plain"], seconds[p])) for p in peers]


def memory_figures(memory: Mapping[str, Mapping[str, int]], goals: Goals) -> list[Figure]:
    """Return peaks of memory relative to no protection, of tensors and of the whole process."""
    found = []
    for kind, words in (("tensors", "tensors"), ("process", "whole process")):
        for name in (*_RULES, *_PEERS) if "plain" in memory else ():
            if name in memory:
                plain = memory["plain"][kind]
                note = f"{memory[name][kind] / 2**20:,.0f} MiB against {plain / 2**20:,.0f} MiB"
                if kind == "tensors":
                    note += f", of which {memory[name]['unexplained'] / 2**20:,.1f} MiB may be counted twice"
                goal = goals.get("memory") if name in _RULES else None
                ratio = memory[name][kind] / plain
                found.append(Figure(f"{name}: peak memory / non-private, {words}", "×", (ratio,), goal, note))
    return found


def _prepare(
    present: Sequence[Contestant], load: Mapping[str, Any]
) -> tuple[list[Contestant], dict[str, Any], list[str]]:
    """Have each contestant build its model; a peer that cannot is left out, and that is noted."""
    ready, prepared, notes = [], {}, []
    for one in present:
        try:
            prepared[one.name] = one.do("prepare", workload=load)
            ready.append(one)
            notes += prepared[one.name]["notes"]
        except ContestantFailed as failure:
            if one.name not in _PEERS:
                raise
            notes.append(f"{one.name} takes no part: {failure}"[:300])
    return ready, prepared, notes


def _same_work(prepared: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse the row unless all contestants that clip flat arrive at the same sum from the same weights and tokens.

    An untied copy has one parameter more, and so another norm; it is not compared.
    """
    ours = prepared["flat"]
    for name in _PEERS:
        theirs = prepared.get(name)
        if theirs is None or theirs["notes"]:
            continue
        if abs(theirs["norm"] - ours["norm"]) > _SAME * ours["norm"]:
            raise SelfCheckFailed(
                f"the clipped sums differ: flat has norm={ours['norm']:.6g}, {name} has norm={theirs['norm']:.6g}",
                help="They train the same weights on the same tokens; one of them computes something else.",
            )


def _noise_figures(
    noise: Mapping[str, Sequence[Mapping[str, float]]], flat: Sequence[float], tokens: int, goals: Goals
) -> list[Figure]:
    """Return the share of a logical step of usual size that the noise takes."""
    if "flat" not in noise:
        return []
    seconds = min(one["seconds"] for one in noise["flat"])  # the first one also fills caches
    shares = tuple(100 * seconds / (seconds + step * _USUAL_STEP / tokens) for step in flat)
    note = f"{seconds:.2f} s of noise against {_USUAL_STEP:,} tokens"
    return [Figure("flat: noise's share of a step of 1,024 × 128 tokens", "%", shares, goals.get("noise"), note)]


def _rates(seconds: Rounds, tokens: int) -> list[Figure]:
    return [
        Figure(f"{name}: throughput", "tokens/s", tuple(tokens / one for one in values))
        for name, values in seconds.items()
    ]


def _tokens(load: Mapping[str, Any]) -> int:
    return int(load["tokens"]) * int(load["micro_batch"]) * int(load.get("micro_batches", 1))


def _ratio(numerators: Sequence[float], denominators: Sequence[float]) -> tuple[float, ...]:
    return tuple(a / b for a, b in zip(numerators, denominators, strict=True))
