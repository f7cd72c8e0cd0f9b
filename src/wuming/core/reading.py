"""Records in and out: JSONL, CSV and Parquet, with errors that name the line and the field but never the content.

Only the fields of `Record` are taken; whatever else a line holds is not kept. Identifiers are stripped of surrounding
white space, because `"u1"` and `"u1 "` would otherwise count as two people and halve the protection of one.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal

from wuming.core.errors import (
    DuplicateId,
    EmptyData,
    InputError,
    InputTooLarge,
    MalformedRecord,
    MissingExtra,
    MissingFile,
    MissingSubject,
    WrongEncoding,
)
from wuming.core.records import Record
from wuming.core.storage import write_atomically

MAX_LINE_BYTES = 16 * 2**20
"""Longest line of JSONL and longest cell of CSV that is read."""

SEPARATORS = (",", ";", "\t", "|")
"""What may stand between the cells of a CSV file."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_limit_lock = threading.Lock()


def read_records(
    path: Path, *, unit: Literal["subject", "document"] = "subject", silo: str | None = None
) -> list[Record]:
    """Read documents with the fields id, subject, text, created_at and, where given, language.

    Args:
        path: `.jsonl` (or `.ndjson`), `.csv` (or `.tsv`; separator found by itself) or `.parquet`.
        unit: `subject` needs a subject in every record; `document` takes the record's own id for it.
        silo: name of the field that says which silo holds a record; every record then needs it. None: there is none.

    Returns:
        The records in file order. `created_at` is cut to the day; a language other than Chinese or English reads as "".

    Raises:
        MissingFile: no such file, or it may not be read.
        MalformedRecord: a line that is no record: what is wrong, in which line and field.
        WrongEncoding: not UTF-8, or a lone surrogate.
        MissingSubject: a record without subject, for unit `subject`.
        DuplicateId: two records with one id.
        EmptyData: no record at all.
        InputTooLarge: a line of more than 16 MiB.
    """
    records: list[Record] = []
    places: dict[str, str] = {}
    for place, fields in _open_any(path, () if silo is None else (silo,)):
        record = _record(f"{path}, {place}", fields, unit=unit, silo=silo)
        if record.id in places:
            raise DuplicateId(
                f"{path}, {place}: field 'id' has the same value as {places[record.id]}",
                help="Give every record an id of its own.",
            )
        places[record.id] = place
        records.append(record)
    if not records:
        raise EmptyData(f"no records in {path}", help="Name a file that holds at least one record.")
    return records


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) for each line of a JSONL file; empty lines are passed over.

    Only one line is in memory at a time. A byte order mark is passed over; a key that occurs twice in one object is
    refused, because two readers would see two different records.

    Raises:
        MissingFile, MalformedRecord, WrongEncoding, InputTooLarge: as for `read_records`; on the first step.
    """
    with open_file(path) as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise InputTooLarge(
                    f"{path}, line {number}: longer than {MAX_LINE_BYTES} bytes", help="Split the document."
                )
            if number == 1:
                line = line.removeprefix(_BYTE_ORDER_MARK)
            if line.strip():
                yield number, parse_object(line, f"{path}, line {number}")


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write records as JSONL, whole or not at all.

    Raises:
        WrongEncoding: a text with a lone surrogate, which no UTF-8 file can hold.
        StorageError: the disk is full or the folder cannot be written; an old file is untouched.
    """
    parts = []
    for position, record in enumerate(records, start=1):
        line = json.dumps(record.as_json(), ensure_ascii=False, separators=(",", ":"))
        if not is_unicode(line):
            raise WrongEncoding(f"record {position}: holds a lone surrogate", help="Repair the text before writing it.")
        parts.append(line.encode() + b"\n")
    write_atomically(path, b"".join(parts))


def open_file(path: Path) -> IO[bytes]:
    """Open a file for reading bytes.

    Raises:
        MissingFile: it is not there, is a folder, or may not be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise MissingFile(f"no such file: {path}", help="Check the path.") from None
    except OSError as error:
        raise MissingFile(f"cannot read {path}: {error.strerror}", help="Check the path and who may read it.") from None


def open_parquet(path: Path) -> Any:
    """Open a Parquet file.

    Raises:
        MissingExtra: pyarrow is not installed.
        MissingFile, MalformedRecord: it is no readable Parquet file.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("reading Parquet needs pyarrow", help="pip install 'wuming[parquet]'") from None
    open_file(path).close()
    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError):
        pass
    raise MalformedRecord(f"{path}: not a readable Parquet file", help="Write the file again.")


def read_parquet(path: Path) -> Any:
    """Read a Parquet file as a `pyarrow.Table`.

    Raises:
        MissingExtra: pyarrow is not installed.
        MissingFile: the file is not there.
        MalformedRecord: the file is no Parquet file, or two columns share a name.
    """
    with open_parquet(path) as file:
        import pyarrow  # it is there, since the file is open

        try:
            table = file.read()
        except (pyarrow.ArrowException, OSError):
            table = None
    if table is None:
        raise MalformedRecord(f"{path}: not a readable Parquet file", help="Write the file again.")
    if len(set(table.column_names)) < len(table.column_names):
        raise MalformedRecord(f"{path}: two columns share one name", help="Give every column a name of its own.")
    return table


def file_kind(path: Path) -> Literal["jsonl", "csv", "parquet"]:
    """Tell the format from the end of the file's name.

    Raises:
        MalformedRecord: none of `.jsonl`, `.ndjson`, `.csv`, `.tsv`, `.parquet`.
    """
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return "jsonl"
        case ".csv" | ".tsv":
            return "csv"
        case ".parquet":
            return "parquet"
    raise MalformedRecord(f"{path}: unknown kind of file", help="Use .jsonl, .csv or .parquet.")


def _open_any(path: Path, more: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (place, fields) for every record of a file of any kind; of Parquet the usual columns and `more`."""
    match file_kind(path):
        case "jsonl":
            for number, fields in read_lines(path):
                yield f"line {number}", fields
        case "csv":
            with open_file(path) as file:
                text = decode(file.read(), path)
            header, rows = read_rows(text, path, max_cell=MAX_LINE_BYTES)
            for number, cells in rows:
                yield f"line {number}", dict(zip(header, cells, strict=True))
        case "parquet":
            table = read_parquet(path)
            usual = ("id", "subject", "text", "created_at", "language", *more)
            wanted = [name for name in usual if name in table.column_names]
            try:
                rows_of = table.select(wanted).to_pylist()
            except UnicodeDecodeError:
                rows_of = None
            if rows_of is None:
                raise WrongEncoding(f"{path}: text that is not UTF-8", help="Write the file again as UTF-8.")
            for number, fields in enumerate(rows_of, start=1):
                yield f"row {number}", fields


def _record(place: str, fields: Mapping[str, Any], *, unit: Literal["subject", "document"], silo: str | None) -> Record:
    """Check one record's fields and build it."""
    identifier = identifier_of(place, "id", fields.get("id"))
    if not identifier:
        raise MalformedRecord(f"{place}: field 'id' is missing", help="Give every record an id of its own.")
    subject = identifier if unit == "document" else identifier_of(place, "subject", fields.get("subject"))
    if not subject:
        raise MissingSubject(
            f"{place}: field 'subject' is missing",
            help="Name the person each record is about, or use unit_of_privacy: document.",
        )
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise MalformedRecord(
            f"{place}: field 'text' is missing or empty", help="Give the text, or leave the record out."
        )
    language = fields.get("language")
    if language is not None and not isinstance(language, str):
        raise MalformedRecord(f"{place}: field 'language' is no text", help="Use zh, en or leave it out.")
    holder = "" if silo is None else identifier_of(place, silo, fields.get(silo))
    if silo is not None and not holder:
        raise MalformedRecord(
            f"{place}: field '{silo}' is missing", help="Name the silo that holds each record, or remove `federation`."
        )
    for name, value in (("id", identifier), ("subject", subject), ("text", text), ("silo", holder)):
        if not is_unicode(value):
            raise WrongEncoding(f"{place}: field '{name}' holds a lone surrogate", help="Repair the text.")
    day = _day(place, fields.get("created_at"))
    return Record(identifier, subject, text, day, _language(language or ""), holder)


def identifier_of(place: str, name: str, value: Any) -> str:
    """Return an identifier as text; whole numbers are accepted, other types are not."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise MalformedRecord(f"{place}: field '{name}' is neither text nor a whole number", help="Write it as text.")


def _day(place: str, value: Any) -> str:
    """Return the day of an ISO 8601 date or time, as written (no change of time zone)."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).date().isoformat()
        except ValueError:
            pass
    raise MalformedRecord(
        f"{place}: field 'created_at' is missing or no ISO 8601 date",
        help="Write it as 2026-03-14 or 2026-03-14T08:30:00Z.",
    )


def _language(value: str) -> str:
    """Return `zh`, `en` or nothing, from tags such as zh-Hans-CN."""
    primary = value.strip().lower().replace("_", "-").split("-")[0]
    return primary if primary in ("zh", "en") else ""


def is_unicode(text: str) -> bool:
    """Tell whether text can be written as UTF-8, which a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_object(line: bytes, place: str) -> dict[str, Any]:
    """Parse one line; errors are raised outside the handlers, so that no traceback carries the line along."""
    problem: InputError | None = None
    value: Any = None
    try:
        value = json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        problem = WrongEncoding(f"{place}: not UTF-8 (byte {error.start + 1})", help="Save the file as UTF-8.")
    except _NotJson as error:
        problem = MalformedRecord(f"{place}: {error}", help="Write one valid JSON object a line.")
    except json.JSONDecodeError as error:
        problem = MalformedRecord(f"{place}: not JSON (column {error.colno})", help="Write one JSON object a line.")
    except RecursionError:
        problem = MalformedRecord(f"{place}: nested too deeply", help="Write one flat JSON object a line.")
    except ValueError:
        problem = MalformedRecord(f"{place}: a number with too many digits", help="Write long numbers as text.")
    if problem is not None:
        problem.__context__ = None
        raise problem
    if not isinstance(value, dict):
        raise MalformedRecord(f"{place}: not a JSON object", help="Write one JSON object a line.")
    if b"\\u" in line and not is_unicode(json.dumps(value, ensure_ascii=False)):
        raise WrongEncoding(f"{place}: holds a lone surrogate", help="Repair the text.")
    return value


class _NotJson(Exception):
    """What Python's JSON reader accepts and the standard (RFC 8259, section 4 and 6) does not."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise _NotJson("a key occurs twice in one object")
    return result


def _refuse_constant(name: str) -> Any:
    raise _NotJson(f"{name} is no JSON value")


def decode(data: bytes, path: Path) -> str:
    """Decode a whole file as UTF-8, without its byte order mark.

    Raises:
        WrongEncoding: names the line, not the bytes.
    """
    line = 0
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise WrongEncoding(f"{path}, line {line}: not UTF-8", help="Save the file as UTF-8.")


def sniff_separator(text: str) -> str:
    """Return the separator that occurs most often in the header line, outside quotes; a comma where none does."""
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "\r\n":
            break
        elif not quoted and character in counts:
            counts[character] += 1
    return max(SEPARATORS, key=lambda separator: counts[separator])


def read_rows(text: str, path: Path, *, max_cell: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split a text into its header and its rows.

    Args:
        text: the whole file, decoded.
        path: named in errors.
        max_cell: longest cell, in characters.

    Returns:
        The header's names (stripped), and for every row the line on which it begins, with its cells. Empty lines are
        passed over.

    Raises:
        EmptyData: no header.
        MalformedRecord: a column without name or named twice, a row with another number of cells than the header, a
            quote that does not close. A file without header can hold personal data in its first line, so no error ever
            repeats a name that was found there.
        InputTooLarge: a cell over the limit.
    """
    rows = []
    with _cell_limit(max_cell):
        lines = _rows(text, path)
        _, header = next(lines, (0, []))
        header = [name.strip() for name in header]
        if not header:
            raise EmptyData(f"no header in {path}", help="Name the columns in the first line.")
        if "" in header or len(set(header)) < len(header):
            raise MalformedRecord(
                f"{path}, line 1: a column has no name, or two share one",
                help="Name every column once in the first line.",
            )
        for number, cells in lines:
            if len(cells) != len(header):
                raise MalformedRecord(
                    f"{path}, line {number}: {len(cells)} cells where the header has {len(header)}",
                    help="Quote cells that hold the separator or a line break.",
                )
            rows.append((number, cells))
    return header, rows


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every row that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_separator(text), strict=True)
    problem = ""
    while not problem:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = str(error)
        else:
            if cells:
                yield number, cells
    if "field limit" in problem:
        raise InputTooLarge(f"{path}, line {number}: a cell is too long", help="Split the document.")
    raise MalformedRecord(f"{path}, line {number}: quotes that do not match", help='Write a quote inside quotes as "".')


@contextmanager
def _cell_limit(characters: int) -> Iterator[None]:
    """Hold the csv module's limit, which is one for the whole process, at `characters`."""
    with _limit_lock:
        before = csv.field_size_limit(characters)
        try:
            yield
        finally:
            csv.field_size_limit(before)
