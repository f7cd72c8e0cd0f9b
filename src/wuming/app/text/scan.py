"""`wuming scan`: what is found in each document, one JSON object a line, in the order of the input."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from wuming.app.text import parquet
from wuming.app.text.deidentify import fields_of
from wuming.app.text.source import Kind, Layout, Source, chunks_of, kind_of
from wuming.app.text.whole_json import read_json_file
from wuming.app.text.work import Task, Worker
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, MissingFile
from wuming.core.reading import MAX_LINE_BYTES, sniff_separator
from wuming.deidentification.engine import Detector, Explained
from wuming.deidentification.structured.chunks import Chunk, decoded
from wuming.deidentification.structured.columns import SAMPLE, fixed_fields
from wuming.deidentification.structured.csv_text import cells
from wuming.deidentification.structured.formats import Parsed, Row
from wuming.deidentification.structured.leaves import Leaf, LeafSpan, dotted
from wuming.deidentification.structured.processing import Fields, spans_of

_READ = 1 << 20


@dataclass(frozen=True)
class Scanned:
    """One document with what was found.

    Attributes:
        id: as the document states it, else its place or its file's name.
        leaves: its texts.
        spans: in order, disjoint within each leaf.
    """

    id: str | int
    leaves: Sequence[Leaf]
    spans: Sequence[LeafSpan]

    def as_json(self, *, show_values: bool, explained: Detector | None = None) -> dict[str, Any]:
        """Return the document's line; no value of it unless asked for."""
        reasons = _reasons(self.leaves, explained) if explained else {}
        spans = []
        for leaf, span in self.spans:
            one: dict[str, Any] = {
                "start": span.start, "end": span.end, "type": span.kind, "score": round(span.score, 4),
                "recognizer": span.recognizer,
            }  # fmt: skip
            if _is_field(self.leaves[leaf]):
                one["field"] = dotted(self.leaves[leaf].path)
            if show_values:
                one["value"] = self.leaves[leaf].text[span.start : span.end]
            if explained:
                one["explanation"] = reasons.get((leaf, span.start, span.end), {"context": "its field"})
            spans.append(one)
        return {"id": self.id, "spans": spans}


def scan_path(path: Path, kind: Kind | None, task: Task, *, keep_text: bool = True) -> Iterator[Scanned]:
    """Yield the documents of a file, or of all files in a folder and below, by name.

    A text file is one document, whose text is kept in memory only if `keep_text` is set. What is hidden (`.git`) is
    passed over.

    Raises:
        MissingFile, MalformedRecord, WrongEncoding, InputTooLarge: name file and line.
    """
    if not path.is_dir():
        yield from _scan_file(path, kind, task, "", keep_text=keep_text)
        return
    files = sorted(
        one
        for one in path.rglob("*")
        if one.is_file() and not any(p.startswith(".") for p in one.relative_to(path).parts)
    )
    if not files:
        raise EmptyData(f"no files in {path}", help="Name a file, or a folder that holds some.")
    for file in files:
        yield from _scan_file(file, kind, task, str(file.relative_to(path)), keep_text=keep_text)


def scan_stream(stream: IO[bytes], kind: Kind | None, task: Task) -> Iterator[Scanned]:
    """Yield the documents of a stream as they come: JSONL where its first line is a JSON object with a text, else text.

    Lines are worked on as soon as they are there, so that who writes them may wait for the answer.
    """
    lines = _arriving(stream)
    first = next(lines, [])
    if kind is None:
        kind = "jsonl" if first and _is_record(first[0]) else "text"
    if kind in ("json", "parquet"):
        raise MissingFile(f"{kind} cannot be read from standard input", help="Give the name of a file.")
    everything = itertools.chain((first,), lines)
    if kind == "text":
        yield from _scan_text_stream(everything, task)
        return
    layout = Layout(kind, name="standard input")
    worker: Worker | None = None
    number = 1
    for batch in everything:
        raws = [
            decoded(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, layout.name, number) for raw in batch
        ]
        if kind == "csv" and worker is None and raws:
            layout = _csv_layout(raws.pop(0), layout)
        if worker is None:
            worker = Worker(replace(task, layout=layout))
        records = layout.parsed(Chunk(number, number, tuple(raws), 0))
        yield from _scanned(records, worker, number, "")
        number += len(batch)


def _scan_file(path: Path, kind: Kind | None, task: Task, prefix: str, *, keep_text: bool) -> Iterator[Scanned]:
    found = kind or kind_of(path)
    if found == "json":
        records = read_json_file(path).records
        worker = Worker(task)
        fixed = fixed_fields((record.leaves for record in records), worker.detector)
        worker.fields = Fields({**fixed, **worker.fields.kinds}, worker.fields.wanted)
        yield from _scanned(records, worker, 1, prefix)
        return
    if found == "parquet":
        yield from _scan_parquet(path, task, prefix)
        return
    source = Source.open(path, found)
    task = replace(task, layout=source.layout)
    if found != "text":
        worker = Worker(replace(task, fields=fields_of(source, task)))
        for chunk in source.chunks():
            yield from _scanned(source.layout.parsed(chunk), worker, chunk.first, prefix)
        return
    worker = Worker(task)
    yield _one_text((chunk.raws[0] for chunk in source.chunks()), worker, prefix or str(path), keep_text=keep_text)


def _scan_parquet(path: Path, task: Task, prefix: str) -> Iterator[Scanned]:
    row = Row()
    worker: Worker | None = None
    for first, values in parquet.batches(path):
        records = [row.parse_value(value) for value in values]
        if worker is None:
            worker = Worker(task)
            fixed = fixed_fields((record.leaves for record in records[:SAMPLE]), worker.detector)
            worker.fields = Fields({**fixed, **worker.fields.kinds}, worker.fields.wanted)
        yield from _scanned(records, worker, first, prefix)


def _scanned(records: Sequence[Parsed], worker: Worker, first: int, prefix: str) -> Iterator[Scanned]:
    records_with_numbers = [(number, record) for number, record in enumerate(records, first) if record.leaves]
    # Of a record {"id", "text"} the text alone is read: its spans are those of the text.
    read = [_text_alone(record) for _, record in records_with_numbers]
    for (number, _), record, found in zip(
        records_with_numbers, read, spans_of(read, worker.detector, worker.fields), strict=True
    ):
        place = f"{prefix}#{number}" if prefix else number
        yield Scanned(place if record.id is None else record.id, record.leaves, found)


def _text_alone(record: Parsed) -> Parsed:
    names = {leaf.path[0] for leaf in record.leaves if leaf.path}
    if names - {"id"} == {"text"} and all(len(leaf.path) == 1 for leaf in record.leaves):
        return record._replace(leaves=[leaf for leaf in record.leaves if leaf.path == ("text",)])
    return record


def _one_text(blocks: Iterable[str], worker: Worker, name: str, *, keep_text: bool) -> Scanned:
    """Return the blocks of a text as one document."""
    spans: list[LeafSpan] = []
    texts: list[str] = []
    position = 0
    for block in blocks:
        [found] = spans_of([Parsed((Leaf((), block),), None, "", None)], worker.detector, worker.fields)
        spans += [LeafSpan(0, span._replace(start=span.start + position, end=span.end + position)) for _, span in found]
        position += len(block)
        texts += [block] if keep_text else []
    return Scanned(name, (Leaf((), "".join(texts)),), spans)


def _scan_text_stream(batches: Iterable[list[bytes]], task: Task) -> Iterator[Scanned]:
    data = io.BytesIO(b"".join(itertools.chain.from_iterable(batches)))
    layout = Layout("text", name="standard input")
    if data.getbuffer().nbytes:
        yield _one_text((chunk.raws[0] for chunk in chunks_of(data, layout)), Worker(task), "-", keep_text=True)


def _arriving(stream: IO[bytes]) -> Iterator[list[bytes]]:
    """Yield the whole lines that have come, as soon as they have."""
    rest = b""
    read = getattr(stream, "read1", stream.read)
    while data := read(_READ):
        *whole, rest = (rest + data).split(b"\n")
        if whole:
            yield [line + b"\n" for line in whole]
        if len(rest) > MAX_LINE_BYTES:
            raise InputTooLarge(
                f"standard input: a line of more than {MAX_LINE_BYTES} bytes", help="Split it, or give a file."
            )
    if rest:
        yield [rest]


def _is_record(line: bytes) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and any(isinstance(one, str | list) for one in value.values())


def _csv_layout(header: str, layout: Layout) -> Layout:
    separator = sniff_separator(header)
    names = tuple(cell.text.strip() for cell in cells(header, separator, f"{layout.name}, line 1"))
    if "" in names or len(set(names)) < len(names):
        raise MalformedRecord(f"{layout.name}, line 1: a column has no name, or two share one", help="Name each once.")
    return replace(layout, header=names, separator=separator)


def _is_field(leaf: Leaf) -> bool:
    return bool(leaf.path) and leaf.path != ("text",)


def _reasons(leaves: Sequence[Leaf], detector: Detector) -> dict[tuple[int, int, int], dict[str, Any]]:
    found = {}
    for place, leaf in enumerate(leaves):
        for one in detector.explain(leaf.text):
            found[place, one.span.start, one.span.end] = _reason(one)
    return found


def _reason(one: Explained) -> dict[str, Any]:
    competing = [
        {"start": s.start, "end": s.end, "type": s.kind, "score": round(s.score, 4), "recognizer": s.recognizer}
        for s in one.competing
    ]
    return {
        "layout": one.layout, "source": one.source, "checked": one.checked, "context": one.context,
        "competing": competing,
    }  # fmt: skip
