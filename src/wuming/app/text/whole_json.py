"""JSON files: one value, read whole; of a list each element is a record, a conversation for instance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from wuming.app.text.work import Task, Worker
from wuming.core.errors import InputTooLarge
from wuming.core.reading import decode, open_file, parse_object
from wuming.core.storage import write_atomically
from wuming.deidentification.structured import json_text
from wuming.deidentification.structured.columns import fixed_fields
from wuming.deidentification.structured.formats import JsonLines, Parsed, stated
from wuming.deidentification.structured.processing import Fields
from wuming.deidentification.vault import Vault

LARGEST: Final = 256 * 2**20


class JsonFile(NamedTuple):
    """A JSON file.

    Attributes:
        raw: its text.
        mark: a byte order mark, or nothing.
        places: of all leaves.
        records: each with its leaves; `state` holds the number of the first of them among all.
    """

    raw: str
    mark: bytes
    places: list[json_text.Place]
    records: list[Parsed]


def read_json_file(path: Path, subject: str = "") -> JsonFile:
    """Read a JSON file.

    Raises:
        MissingFile: it is not there.
        InputTooLarge: over 256 MiB.
        WrongEncoding, MalformedRecord: it is no JSON.
    """
    with open_file(path) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputTooLarge(f"{path}: more than {LARGEST >> 20} MiB", help="Write it as JSONL, one object a line.")
    raw = decode(data, path)
    value = parse_object(b'{"":' + raw.encode() + b"}", str(path))[""]
    places = json_text.places(raw)
    listed = isinstance(value, list)
    records: list[Parsed] = []
    start = 0
    while start < len(places):
        end = start + 1
        if listed:
            while end < len(places) and places[end].leaf.path[0] == places[start].leaf.path[0]:
                end += 1
            element = value[int(places[start].leaf.path[0])]
            leaves = [one.leaf._replace(path=one.leaf.path[1:]) for one in places[start:end]]
        else:
            end, element = len(places), value
            leaves = [one.leaf for one in places]
        identifier, known = stated(element, JsonLines(subject).subjects)
        records.append(Parsed(leaves, identifier, known, start))
        start = end
    mark = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
    return JsonFile(raw, mark, places, records)


def deidentify_json(
    path: Path, output: Path, task: Task, vault: Vault | None
) -> tuple[int, dict[str, int], dict[str, str]]:
    """Write the file anew; return the number of records, counts by kind, and the fields that hold one type each."""
    file = read_json_file(path, task.layout.subject)
    worker = Worker(task)
    fields = fixed_fields((record.leaves for record in file.records), worker.detector)
    worker.fields = Fields({**fields, **worker.fields.kinds}, worker.fields.wanted)
    counts: Counter[str] = Counter()
    new: dict[int, str] = {}
    entries = []
    for record, one in zip(file.records, worker.changed(file.records, 1), strict=True):
        new.update({record.state + place: text for place, text in one.new.items()})
        counts.update(one.found)
        entries += one.entries
    if vault is not None:
        vault.put_many(entries)
    write_json_file(output, file, new)
    return len(file.records), dict(sorted(counts.items())), fields


def write_json_file(path: Path, file: JsonFile, new: Mapping[int, str]) -> None:
    """Write the file with the leaves in `new` replaced."""
    write_atomically(path, file.mark + json_text.rewritten(file.raw, file.places, new).encode())
