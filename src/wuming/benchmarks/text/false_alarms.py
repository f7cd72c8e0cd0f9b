"""False alarms: what is found where there is nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.false_alarms_read import PERSONAL
from wuming.benchmarks.text.negatives import NEGATIVES, texts
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.scanning import ARGUS, EVERYTHING, PEERS, PRESIDIO, find_all
from wuming.core.errors import UnknownDataset
from wuming.deidentification.kinds import ATTRIBUTES, NAMED, STRUCTURED

SIZE, _QUICK_SIZE = 2_000_000, 30_000
_PEER_SIZE = 200_000
_SEED = 11
_STRUCTURED, _NAMES = Goal("<=", 1.0), Goal("<=", 30.0)
_UNIT = "a MB"


def measure(hall: Hall) -> Outcome:
    """Count by sort of text; peers on the first part of it."""
    quick = hall.settings.quick
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    notes = ["false alarms a million bytes of UTF-8; attributes, organisations and locations are counted apart"]
    total, size = Counter[str](), 0.0
    with hall.contestants([EVERYTHING, *PEERS], peers=(ARGUS, PRESIDIO)) as (ours, *peers):
        for negative in NEGATIVES.values():
            hall.say(negative.name)
            try:
                drawn = texts(negative, _QUICK_SIZE if quick else SIZE, _SEED)
            except UnknownDataset as error:
                notes.append(f"{negative.name}: skipped, {error.message}")
                continue
            megabytes = sum(len(text.encode()) for text in drawn) / 1e6
            found = [_strange(text, spans) for text, spans in zip(drawn, find_all(ours, drawn), strict=True)]
            counts = Counter(kind for spans in found for _, _, kind in spans if kind not in negative.named)
            structured = sum(counts[kind] for kind in STRUCTURED)
            total.update({kind: counts[kind] for kind in STRUCTURED})
            size += megabytes
            figures.append(_figure(f"{negative.name}: structured types", structured / megabytes, quick, _STRUCTURED))
            if negative.impersonal:
                names = counts["PERSON"] + counts["ADDRESS"]
                figures.append(_figure(f"{negative.name}: PERSON and ADDRESS", names / megabytes, quick, _NAMES))
            for words, kinds in (("attributes", ATTRIBUTES), ("other names", NAMED[2:])):
                count = sum(counts[kind] for kind in kinds)
                if count and (negative.impersonal or words == "attributes"):
                    figures.append(_figure(f"{negative.name}: {words}", count / megabytes, quick, None))
            raw[negative.name] = {"megabytes": megabytes, "counts": dict(counts), "texts": len(drawn)}
            raw[negative.name] |= {"examples": _examples(drawn, found)} if negative.impersonal else {}
            part = _first(drawn, _PEER_SIZE)
            part_size = sum(len(text.encode()) for text in part) / 1e6
            for peer in peers:
                kinds_found = Counter(kind for spans in find_all(peer, part) for _, _, kind in spans)
                raw[negative.name][peer.name] = {"megabytes": part_size, "counts": dict(kinds_found)}
    everywhere = _figure("all sorts together: structured types", sum(total.values()) / size, quick, _STRUCTURED)
    for peer in peers:
        parts = [entry[peer.name] for entry in raw.values()]
        count = sum(sum(part["counts"].values()) for part in parts)
        share = count / sum(part["megabytes"] for part in parts)
        figures.append(Figure(f"{peer.name}: all it finds, all sorts together", _UNIT, (share,)))
    return Outcome((everywhere, *figures), raw, tuple(notes))


def _strange(text: str, spans: Found) -> Found:
    """Return the spans whose text nobody has found to be personal."""
    return [span for span in spans if hashlib.sha256(text[span[0] : span[1]].encode()).hexdigest()[:16] not in PERSONAL]


def _figure(what: str, value: float, quick: bool, goal: Goal | None) -> Figure:
    return Figure(what, _UNIT, (value,), None if quick else goal)


def _first(drawn: Sequence[str], size: int) -> list[str]:
    part, total = [], 0
    for text in drawn:
        if total >= size:
            break
        part.append(text)
        total += len(text.encode())
    return part


def _examples(drawn: Sequence[str], found: Sequence[Found], most: int = 5) -> dict[str, list[str]]:
    """Return a few findings of each type; only of generated text and published code."""
    examples: dict[str, list[str]] = {}
    for text, spans in zip(drawn, found, strict=True):
        for start, end, kind in spans:
            chosen = examples.setdefault(kind, [])
            if len(chosen) < most:
                chosen.append(text[max(0, start - 12) : start] + "⟦" + text[start:end] + "⟧" + text[end : end + 12])
    return examples
