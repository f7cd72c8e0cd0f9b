"""Paragraphs about made-up people, in Chinese and English: how much of what a record says of them is found.

A language model wrote them from records; a value counts where it stands in the paragraph word for word, whatever its
capitals.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.benchmarks.house.bench import Figure, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.scanner import Found
from wuming.benchmarks.text.scanning import ARGUS, EVERYTHING, PEERS, PRESIDIO, PRESIDIO_IS_BLANK, find_all
from wuming.benchmarks.text.scoring import covers
from wuming.datasets.registry import locate

_FILES = {"Chinese": "data_person_1000_zh.json", "English": "data_person_1000.json"}
_EVERY = 10  # peers get every so many-th paragraph
_RESIDENT = frozenset({"CN_RESIDENT_ID", "CN_FOREIGN_PERMANENT_RESIDENT"})
_TITLE = re.compile(
    r"(?:(?:dr|mr|mrs|ms|miss|prof)\.? )?(.+?)"
    r"(?:(?:副?主任)?(?:医师|医生)|博士|先生|女士|,? (?:jr|sr|md|dds|phd)\.?)?",
    re.IGNORECASE,
)

FIELDS: Mapping[str, frozenset[str]] = {
    "name": frozenset({"PERSON"}),
    "doctor": frozenset({"PERSON"}),
    "gender": frozenset({"GENDER"}),
    "age": frozenset({"AGE"}),
    "location": frozenset({"ADDRESS"}),
    "idCardNumbers": _RESIDENT,
    "emailAddress": frozenset({"EMAIL"}),
    "phoneNumbers": frozenset({"PHONE"}),
    "diagnosticOutcome": frozenset({"MEDICAL"}),
    "medicationDetails": frozenset({"MEDICAL"}),
}
"""Fields of a record, and our types that mean the same; titles are no part of names."""


@dataclass(frozen=True)
class Record:
    """A paragraph, and where the value of each field stands in it."""

    text: str
    values: Mapping[str, tuple[int, int]]


def records(path: Path) -> list[Record]:
    """Read the records of a file."""
    return [_record(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def measure(hall: Hall) -> Outcome:
    """Count what is found by its type; peers on every tenth paragraph, whatever they call it.

    Raises:
        UnknownDataset: the set is not installed.
    """
    figures: list[Figure] = []
    raw: dict[str, Any] = {}
    folder = locate("multipriv")
    with hall.contestants([EVERYTHING, *PEERS], peers=(ARGUS, PRESIDIO)) as (ours, *peers):
        for language, name in _FILES.items():
            read = records(folder / name)[:: _EVERY if hall.settings.quick else 1]
            hall.say(f"{language}: {len(read):,} paragraphs")
            found = find_all(ours, [one.text for one in read])
            counts = _counted(read, found)
            figures += [
                Figure(f"{language}, {field}: found", "", (right / count,), None, f"{count:,} values")
                for field, (right, count) in counts.items()
            ]
            some = read[::_EVERY]
            shares = {"everything": _covered(some, found[::_EVERY])}
            for peer in peers:
                shares[peer.name] = _covered(some, find_all(peer, [one.text for one in some]))
            figures += [
                Figure(f"{language}, all fields: covered by {who} under any name", "", (share,))
                for who, share in shares.items()
            ]
            raw[language] = {"counts": counts, "covered": shares}
    notes = (
        "misses in these paragraphs were looked at, by their kinds, when such texts were first tried",
        PRESIDIO_IS_BLANK,
    )
    return Outcome(tuple(figures), raw, notes)


def _record(entry: Mapping[str, Any]) -> Record:
    text = str(entry["naturalParagraph"])
    lowered, values = text.lower(), {}
    for field, kinds in FIELDS.items():
        value = str(entry.get(field, "")).strip().lower()
        if kinds == FIELDS["name"] and (bare := _TITLE.fullmatch(value)):
            value = bare.group(1)
        place = lowered.find(value) if value else -1
        if place >= 0 and len(lowered) == len(text):
            values[field] = (place, place + len(value))
    return Record(text, values)


def _counted(read: Sequence[Record], found: Sequence[Found]) -> dict[str, tuple[int, int]]:
    """Return for each field how many values were found under its types, and how many there are."""
    right, count = Counter[str](), Counter[str]()
    for one, spans in zip(read, found, strict=True):
        for field, (start, end) in one.values.items():
            count[field] += 1
            right[field] += covers(start, end, (span for span in spans if span[2] in FIELDS[field]))
    return {field: (right[field], count[field]) for field in FIELDS if count[field]}


def _covered(read: Sequence[Record], found: Sequence[Found]) -> float:
    """Return the share of all values that spans of any type cover."""
    whole = [covers(*bounds, spans) for one, spans in zip(read, found, strict=True) for bounds in one.values.values()]
    return sum(whole) / len(whole) if whole else 1.0
