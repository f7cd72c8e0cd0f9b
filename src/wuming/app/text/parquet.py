"""Parquet files, batch by batch: columns that hold text are read and replaced, all others go through untouched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from wuming.app.text.pool import in_order
from wuming.app.text.work import Task, Worker, name_of
from wuming.core.errors import WrongEncoding
from wuming.core.ports import Progress
from wuming.core.reading import open_parquet
from wuming.core.storage import storage_errors
from wuming.deidentification.entries import Entry
from wuming.deidentification.structured.columns import SAMPLE, fixed_fields
from wuming.deidentification.structured.formats import Row, with_leaves
from wuming.deidentification.structured.processing import restored
from wuming.deidentification.vault import Vault

BATCH: Final = 1024
"""Rows that are worked on together."""

Batch = tuple[int, list[dict[str, Any]]]
Rows = tuple[list[dict[str, Any]], Counter[str], list[Entry]]
_worker: Worker | None = None


def deidentify_parquet(
    path: Path, output: Path, task: Task, *, jobs: int, progress: Progress, vault: Vault | None
) -> tuple[int, dict[str, int], dict[str, str]]:
    """Write the file anew; return the number of rows, counts by kind, and the columns that hold one type each.

    Raises:
        MissingExtra: pyarrow is not installed.
        MissingFile, MalformedRecord: it is no readable Parquet file.
    """
    file = open_parquet(path)
    total = int(file.metadata.num_rows)
    texts = text_columns(file.schema_arrow)
    row = Row(task.layout.subject)
    first = next(_batches(file, texts, path), (1, []))[1][:SAMPLE]
    fields = fixed_fields((row.parse_value(value).leaves for value in first), Worker(replace(task, key=b"")).detector)
    task = replace(task, fields=fields, with_entries=vault is not None)
    counts: Counter[str] = Counter()
    progress.start("de-identify", total)
    done = 0

    def results() -> Iterator[list[dict[str, Any]]]:
        nonlocal done
        work = in_order(_deidentify, _batches(file, texts, path), jobs=jobs, prepare=_prepare, arguments=(task,))
        for rows, found, entries in work:
            counts.update(found)
            if vault is not None:
                vault.put_many(entries)
            done += len(rows)
            progress.advance("de-identify", done)
            yield rows

    write_parquet(file, output, results(), texts)
    progress.finish("de-identify", f"{counts.total()} values in {total} rows")
    return total, dict(sorted(counts.items())), fields


def restore_parquet(path: Path, output: Path, worker: Worker) -> tuple[int, int, int]:
    """Write the file with its values back; return rows, values restored, and tokens that are not known."""
    file = open_parquet(path)
    texts = text_columns(file.schema_arrow)
    row = Row(worker.task.layout.subject)
    counts = [0, 0, 0]

    def results() -> Iterator[list[dict[str, Any]]]:
        for first, values in _batches(file, texts, path):
            for number, value in enumerate(values, first):
                record = row.parse_value(value)
                new, result = restored(record, name_of(record, number), worker.replacing)
                with_leaves(value, record.leaves, new)
                counts[0] += 1
                counts[1] += result.restored
                counts[2] += result.unknown
            yield values

    write_parquet(file, output, results(), texts)
    return counts[0], counts[1], counts[2]


def text_columns(schema: Any) -> list[str]:
    """Return the columns that hold text or whole numbers, or lists or structures of them."""
    import pyarrow

    def holds_text(kind: Any) -> bool:
        if pyarrow.types.is_dictionary(kind):
            return holds_text(kind.value_type)
        if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind) or pyarrow.types.is_integer(kind):
            return True
        return any(holds_text(kind.field(place).type) for place in range(kind.num_fields))

    return [field.name for field in schema if holds_text(field.type)]


def batches(path: Path) -> Iterator[Batch]:
    """Yield (number of the first row, rows) of the columns that hold text."""
    file = open_parquet(path)
    yield from _batches(file, text_columns(file.schema_arrow), path)


def write_parquet(file: Any, output: Path, rows: Iterator[list[dict[str, Any]]], texts: list[str]) -> None:
    """Write all columns of `file`, those in `texts` from `rows`, whole or not at all; one row group a batch."""
    import pyarrow
    import pyarrow.parquet

    part = output.with_name(f".{output.name}.part")
    schema = file.schema_arrow
    with storage_errors(part):
        try:
            with pyarrow.parquet.ParquetWriter(part, schema) as writer:
                for batch, changed in zip(file.iter_batches(batch_size=BATCH), rows, strict=True):
                    columns = [
                        pyarrow.array([value[field.name] for value in changed], type=field.type)
                        if field.name in texts
                        else batch.column(place)
                        for place, field in enumerate(schema)
                    ]
                    writer.write_batch(pyarrow.RecordBatch.from_arrays(columns, schema=schema))
            part.replace(output)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _batches(file: Any, texts: list[str], path: Path) -> Iterator[Batch]:
    number = 1
    for batch in file.iter_batches(batch_size=BATCH, columns=texts):
        try:
            rows = batch.select(texts).to_pylist()
        except UnicodeDecodeError:
            rows = None
        if rows is None:
            raise WrongEncoding(f"{path}: text that is not UTF-8", help="Write the file again as UTF-8.")
        yield number, rows
        number += len(rows)


def _prepare(task: Task) -> None:
    global _worker
    _worker = Worker(task)


def _deidentify(batch: Batch) -> Rows:
    assert _worker is not None
    first, values = batch
    row = Row(_worker.task.layout.subject)
    records = [row.parse_value(value) for value in values]
    counts: Counter[str] = Counter()
    entries: list[Entry] = []
    for value, record, one in zip(values, records, _worker.changed(records, first), strict=True):
        with_leaves(value, record.leaves, one.new)
        counts.update(one.found)
        entries += one.entries if _worker.task.with_entries else []
    return values, counts, entries
