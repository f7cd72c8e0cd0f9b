"""`wuming deidentify`: a file of any size, in constant memory, on several processes; taken up again after a crash."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wuming.app.text.parquet import deidentify_parquet
from wuming.app.text.pool import in_order
from wuming.app.text.source import Source
from wuming.app.text.state import PartFile
from wuming.app.text.whole_json import deidentify_json
from wuming.app.text.work import Task, Worker, deidentify_chunk, prepare
from wuming.core.canonical import digest
from wuming.core.errors import StorageError
from wuming.core.ports import Progress
from wuming.deidentification.entries import Entry
from wuming.deidentification.keys import derive_key
from wuming.deidentification.structured.columns import SAMPLE, fixed_fields
from wuming.deidentification.vault import Vault

LABEL = "de-identify"
_HEAD = 1 << 16
_FEW_ENTRIES = 20_000


@dataclass(frozen=True)
class Result:
    """What was done.

    Attributes:
        records: how many records (of a text: blocks) the output holds.
        counts: kind → how many values were replaced.
        fields: pattern of a path → type of its whole value, as found by name and content.
        resumed: how many of the records were finished before.
    """

    records: int
    counts: Mapping[str, int]
    fields: Mapping[str, str]
    resumed: int


def deidentify_file(
    source: Source, output: Path, task: Task, *, jobs: int, progress: Progress, vault: Vault | None
) -> Result:
    """Write the file without the personal data that is found in it.

    Args:
        source: the input.
        output: to write; there is nothing of this name until all is done.
        task: what is done, without the fields that content decides.
        jobs: processes. The output is the same for any number.
        progress: is told of bytes.
        vault: takes what restoring needs; None: nothing is kept.

    Raises:
        StorageError: output and input are one file, or the disk is full.
        MalformedRecord, WrongEncoding, InputTooLarge: name file and line; what came before is kept for the next call.
        RunConflict: a part of other work lies where the output is to be.
    """
    if output.exists() and output.samefile(source.path):
        raise StorageError(f"{output} is the file that is read", help="Write to another file.")
    if source.layout.kind == "json":
        return Result(*deidentify_json(source.path, output, task, vault), 0)
    if source.layout.kind == "parquet":
        return Result(*deidentify_parquet(source.path, output, task, jobs=jobs, progress=progress, vault=vault), 0)
    fields = fields_of(source, task)
    task = replace(task, fields=fields, with_entries=vault is not None)
    part = PartFile(output, task_digest(source, task))
    begun = part.reached.records
    try:
        _work(source, part, task, jobs=jobs, progress=progress, vault=vault)
        part.finish()
    finally:
        part.close()
    progress.finish(LABEL, f"{part.reached.counts.total()} values in {part.reached.records} records")
    return Result(part.reached.records, dict(sorted(part.reached.counts.items())), fields, begun)


def fields_of(source: Source, task: Task) -> dict[str, str]:
    """Return the fields that hold one type each, by the first records of the file; of a text: none."""
    if source.layout.kind == "text":
        return {}
    worker = Worker(replace(task, key=b""))
    records = itertools.chain.from_iterable(source.sample(SAMPLE))
    return fixed_fields((record.leaves for record in records), worker.detector)


def task_digest(source: Source, task: Task) -> str:
    """Return the SHA-256 that tells this work from other work; it says nothing of the key but that it is the same."""
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    said: dict[str, Any] = {
        **{name: value for name, value in task.__dict__.items() if name not in ("key", "layout")},
        "fields": dict(task.fields),
        "layout": [*map(str, task.layout.__dict__.values())],
        "key": derive_key(task.key, "task").hex(),
        "size": source.path.stat().st_size,
        "head": head.hex(),
        "rules": getattr(Worker(task).detector, "ruleset_digest", ""),
    }
    return digest(json.loads(json.dumps(said)))


def _work(source: Source, part: PartFile, task: Task, *, jobs: int, progress: Progress, vault: Vault | None) -> None:
    reached = part.reached
    progress.start(LABEL, source.path.stat().st_size)
    if reached.input == 0:
        part.write(source.prefix)
    chunks = source.chunks(offset=reached.input, first=reached.records + 1, line=reached.line)
    waiting: list[Entry] = []
    for done in in_order(deidentify_chunk, chunks, jobs=jobs, prepare=prepare, arguments=(task,)):
        part.write(done.data)
        waiting += done.entries
        part.advance(input=done.end, records=done.records, line=done.line, counts=done.counts)
        progress.advance(LABEL, done.end)
        if part.due() or len(waiting) > _FEW_ENTRIES:
            _save(part, vault, waiting)
    _save(part, vault, waiting)


def _save(part: PartFile, vault: Vault | None, waiting: list[Entry]) -> None:
    # Entries first: if the state were first, a crash between the two would lose them.
    if vault is not None:
        vault.put_many(waiting)
    waiting.clear()
    part.save()
