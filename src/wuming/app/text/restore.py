"""`wuming restore`: values come back into a file, with key and vault; what is not known is left and counted."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from wuming.app.text.parquet import restore_parquet
from wuming.app.text.source import Source
from wuming.app.text.state import PartFile
from wuming.app.text.whole_json import read_json_file, write_json_file
from wuming.app.text.work import Task, Worker, name_of
from wuming.core.errors import StorageError
from wuming.core.ports import Progress
from wuming.deidentification.structured.processing import restored
from wuming.deidentification.vault import Vault

LABEL = "restore"


class Counts(NamedTuple):
    """What was done: records read, values put back, tokens and sealed values left as they are."""

    records: int
    restored: int
    unknown: int


def restore_file(source: Source, output: Path, task: Task, *, vault: Vault | None, progress: Progress) -> Counts:
    """Write the file with its values back.

    Args:
        source: as `wuming deidentify` wrote it, or as somebody changed it.
        output: to write, whole or not at all.
        task: with the key, and the policy that the file was de-identified with.
        vault: of that run; None: only what is encrypted comes back.

    Raises:
        StorageError: output and input are one file, or the disk is full.
        VerificationFailed: a row of the vault was changed, or without a vault and without `encrypt`.
    """
    if output.exists() and output.samefile(source.path):
        raise StorageError(f"{output} is the file that is read", help="Write to another file.")
    worker = Worker(task, vault)
    with vault.held() if vault is not None else nullcontext():
        match source.layout.kind:
            case "parquet":
                return Counts(*restore_parquet(source.path, output, worker))
            case "json":
                return _restore_json(source.path, output, worker)
        return _restore_part(source, output, worker, progress)


def _restore_part(source: Source, output: Path, worker: Worker, progress: Progress) -> Counts:
    part = PartFile(output, "restore")
    try:
        counts = _restore_records(source, part, worker, progress)
        part.finish()
    except BaseException:
        part.part.unlink(missing_ok=True)
        raise
    finally:
        part.close()
    return counts


def _restore_records(source: Source, part: PartFile, worker: Worker, progress: Progress) -> Counts:
    writer = source.layout.format()
    total = back = unknown = 0
    progress.start(LABEL, source.path.stat().st_size)
    part.write(source.prefix)
    for chunk in source.chunks():
        pieces = []
        for number, (raw, record) in enumerate(zip(chunk.raws, source.layout.parsed(chunk), strict=True), chunk.first):
            new, result = restored(record, name_of(record, number), worker.replacing) if record.leaves else ({}, None)
            pieces.append(writer.render(raw, record, new))
            total += 1
            back += result.restored if result else 0
            unknown += result.unknown if result else 0
        part.write("".join(pieces).encode())
        progress.advance(LABEL, chunk.end)
    progress.finish(LABEL, f"{back} values in {total} records")
    return Counts(total, back, unknown)


def _restore_json(path: Path, output: Path, worker: Worker) -> Counts:
    file = read_json_file(path, worker.task.layout.subject)
    new: dict[int, str] = {}
    back = unknown = 0
    for number, record in enumerate(file.records, 1):
        changed, result = restored(record, name_of(record, number), worker.replacing)
        new.update({record.state + place: text for place, text in changed.items()})
        back += result.restored
        unknown += result.unknown
    write_json_file(output, file, new)
    return Counts(len(file.records), back, unknown)
