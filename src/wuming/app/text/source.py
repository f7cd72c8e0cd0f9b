"""Input files: which format they have, and their records chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from wuming.core.errors import EmptyData, MalformedRecord
from wuming.core.reading import open_file, sniff_separator
from wuming.deidentification.structured.chunks import Chunk, record_chunks, text_chunks
from wuming.deidentification.structured.csv_text import cells
from wuming.deidentification.structured.formats import Csv, Format, JsonLines, Parsed, Text

Kind = Literal["text", "json", "jsonl", "csv", "parquet"]
KINDS: tuple[Kind, ...] = ("text", "json", "jsonl", "csv", "parquet")
_BY_SUFFIX: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
}  # fmt: skip
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Layout:
    """How the records of a file are written; small, so that every process gets one.

    Attributes:
        kind: of the file.
        header: names of columns (CSV).
        separator: between cells (CSV).
        subject: field that names the subject; empty: found by its name.
        name: of the file, for errors.
    """

    kind: Kind
    header: tuple[str, ...] = ()
    separator: str = ","
    subject: str = ""
    name: str = ""

    def format(self) -> Format:
        """Return what reads and writes a record."""
        if self.kind == "csv":
            return Csv(self.header, self.separator, self.subject)
        return JsonLines(self.subject) if self.kind == "jsonl" else Text()

    def parsed(self, chunk: Chunk) -> list[Parsed]:
        """Read the records of a chunk.

        Raises:
            MalformedRecord, WrongEncoding: name the line.
        """
        reader = self.format()
        records, line = [], chunk.line
        for raw in chunk.raws:
            records.append(reader.parse(raw, f"{self.name}, line {line}"))
            line += raw.count("\n")
        return records


@dataclass(frozen=True)
class Source:
    """An input file that is read in pieces.

    Attributes:
        path: of the file.
        layout: how it is written.
        prefix: bytes before the first record: a byte order mark, a header.
        lines: how many lines those are.
    """

    path: Path
    layout: Layout
    prefix: bytes
    lines: int

    @classmethod
    def open(cls, path: Path, kind: Kind | None, subject: str = "") -> Source:
        """Look at the beginning of a file.

        Raises:
            MissingFile: it is not there.
            EmptyData: a CSV file without header.
            MalformedRecord: a header that names a column twice or not at all.
        """
        kind = kind or kind_of(path)
        with open_file(path) as file:
            mark = _BOM if file.read(len(_BOM)) == _BOM else b""
            file.seek(len(mark))
            if kind != "csv":
                return cls(path, Layout(kind, subject=subject, name=str(path)), mark, 0)
            header = next(record_chunks(file, str(path), quoted=True), None)
        if header is None or not header.raws[0].strip():
            raise EmptyData(f"no header in {path}", help="Name the columns in the first line.")
        raw = header.raws[0]
        separator = "\t" if path.suffix.lower() == ".tsv" else sniff_separator(raw)
        names = tuple(cell.text.strip() for cell in cells(raw, separator, f"{path}, line 1"))
        if "" in names or len(set(names)) < len(names):
            raise MalformedRecord(
                f"{path}, line 1: a column has no name, or two share one",
                help="Name every column once in the first line.",
            )
        layout = Layout("csv", names, separator, subject, str(path))
        return cls(path, layout, mark + raw.encode(), raw.count("\n"))

    def chunks(self, *, offset: int = 0, first: int = 1, line: int = 0) -> Iterator[Chunk]:
        """Yield the records chunk by chunk, from the beginning or from where a chunk ended."""
        with open_file(self.path) as file:
            file.seek(offset or len(self.prefix))
            yield from chunks_of(file, self.layout, first=first, line=line or self.lines + 1)

    def sample(self, count: int) -> Iterator[Sequence[Parsed]]:
        """Yield the first chunks that hold `count` records, parsed."""
        for chunk in self.chunks():
            yield self.layout.parsed(
                Chunk(chunk.first, chunk.line, chunk.raws[: max(0, count - chunk.first + 1)], chunk.end)
            )
            if chunk.first + len(chunk.raws) > count:
                return


def chunks_of(file: IO[bytes], layout: Layout, *, first: int = 1, line: int = 1) -> Iterator[Chunk]:
    """Yield the chunks of an open file from where it stands."""
    if layout.kind == "text":
        return text_chunks(file, layout.name, first=first, line=line)
    return record_chunks(file, layout.name, first=first, line=line, quoted=layout.kind == "csv")


def kind_of(path: Path) -> Kind:
    """Tell the format from the end of the name; text where it says nothing."""
    return _BY_SUFFIX.get(path.suffix.lower(), "text")


__all__ = ["KINDS", "Kind", "Layout", "Source", "chunks_of", "kind_of"]
