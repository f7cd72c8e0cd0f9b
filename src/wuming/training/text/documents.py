"""What a model is fine-tuned on: texts, chats or labelled texts, each with its unit of privacy; in memory or on disk.

`stream_units` reads a file once to note where each line begins and whose it is. After that a record is read when a step
draws it: the text is never whole in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from wuming.core import reading
from wuming.core.errors import (
    DuplicateId,
    EmptyData,
    InputTooLarge,
    MalformedRecord,
    MissingSubject,
    StorageError,
)
from wuming.training.text.chat import Message, check_messages

Unit = Literal["record", "document", "subject"]
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """One record.

    Attributes:
        subject: its unit of privacy.
        text: what is learnt from; empty where there are messages.
        messages: a chat.
        label: of a labelled text.
    """

    subject: str
    text: str = ""
    messages: tuple[Message, ...] = ()
    label: str = ""


class Documents(Protocol):
    """Documents by position; `list[Document]` is one, and `StreamedDocuments`."""

    def __len__(self) -> int:
        """Return the number of documents."""
        ...

    def __getitem__(self, position: int, /) -> Document:
        """Return one document."""
        ...


class StreamedDocuments:
    """Documents of a JSONL file, read when asked for.

    Attributes:
        path: the file; must not change while it is used.
        subjects: unit of each document.
    """

    def __init__(self, path: Path, unit: Unit) -> None:
        self.path, self._unit = path, unit
        self._stamp = _stamp(path)
        offsets: list[int] = []
        subjects: list[str] = []
        names: dict[str, str] = {}  # one string object a unit
        seen: set[str] = set()
        for number, offset, line in _lines(path):
            document = _parse(path, number, line, unit)
            if unit == "document":
                _refuse_twice(path, number, document.subject, seen)
            offsets.append(offset)
            subjects.append(names.setdefault(document.subject, document.subject))
        if not offsets:
            raise EmptyData(f"no records in {path}", help="Name a file that holds at least one record.")
        self._offsets = np.asarray(offsets, dtype=np.int64)
        self.subjects: Sequence[str] = subjects

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self._offsets)

    def __getitem__(self, position: int) -> Document:
        """Read one document.

        Raises:
            StorageError: the file has changed since it was indexed.
        """
        if _stamp(self.path) != self._stamp:
            raise StorageError(
                f"{self.path} has changed while it was in use", help="Start again; leave the file alone meanwhile."
            )
        with reading.open_file(self.path) as file:
            file.seek(int(self._offsets[position]))
            line = file.readline(reading.MAX_LINE_BYTES + 1)
        document = _parse(self.path, position + 1, line, "subject" if self._unit == "subject" else "record")
        return Document(self.subjects[position], document.text, document.messages, document.label)


class ExtendedDocuments:
    """Documents, and behind them some more that lie in memory.

    Args:
        documents: stay where they are.
        more: their units must be others.
    """

    def __init__(self, documents: Documents, more: Sequence[Document]) -> None:
        self._documents, self._more = documents, list(more)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self._documents) + len(self._more)

    def __getitem__(self, position: int) -> Document:
        """Return one document."""
        behind = position - len(self._documents)
        return self._more[behind] if behind >= 0 else self._documents[position]


OnDisk = StreamedDocuments | ExtendedDocuments
"""Documents that are read when asked for: their tokens are not kept."""


def stream_units(path: Path, *, unit: Unit = "subject") -> StreamedDocuments:
    """Index a JSONL file in one pass; memory grows with the number of records, not with their text.

    Args:
        path: one JSON object a line: `text`, or `messages` (a list of role and content); `label` where it has one;
            `subject` for unit `subject`, `id` for unit `document`.
        unit: whose whole contribution is hidden. `record`: every line is a unit of its own.

    Raises:
        MissingFile, MalformedRecord, WrongEncoding, InputTooLarge, MissingSubject, DuplicateId, EmptyData: as in
            `wuming.core.reading.read_records`.
    """
    return StreamedDocuments(path, unit)


def read_documents(path: Path, *, unit: Unit = "subject") -> list[Document]:
    """Read a JSONL file whole; fields and errors as in `stream_units`."""
    documents: list[Document] = []
    seen: set[str] = set()
    for number, _, line in _lines(path):
        documents.append(_parse(path, number, line, unit))
        if unit == "document":
            _refuse_twice(path, number, documents[-1].subject, seen)
    if not documents:
        raise EmptyData(f"no records in {path}", help="Name a file that holds at least one record.")
    return documents


def document_of(fields: Mapping[str, Any], *, unit: Unit, place: str, position: int) -> Document:
    """Check one record's fields and build it.

    Args:
        fields: see `stream_units`.
        unit: unit of privacy.
        place: named in errors.
        position: of the record, from 1; names the unit where every record is one.

    Raises:
        MalformedRecord, MissingSubject: what is wrong, in which field.
    """
    key = {"record": "", "document": "id", "subject": "subject"}[unit]
    owner = reading.identifier_of(place, key, fields.get(key)) if key else f"record {position}"
    if not owner:
        raise MissingSubject(
            f"{place}: field '{key}' is missing", help="Name whose record each one is, or choose unit record."
        )
    label = fields.get("label")
    if label is not None and (isinstance(label, bool) or not isinstance(label, str | int)):
        raise MalformedRecord(f"{place}: field 'label' is neither text nor a whole number", help="Write it as text.")
    text, messages = fields.get("text"), fields.get("messages")
    shown = "" if label is None else str(label)
    if messages is not None:
        if not isinstance(messages, Sequence) or isinstance(messages, str):
            raise MalformedRecord(f"{place}: field 'messages' is no list", help="Write a list of role and content.")
        try:
            check_messages(messages)
        except MalformedRecord as error:
            raise MalformedRecord(f"{place}: {error.message}", help=error.help) from None
        kept = tuple({"role": str(m["role"]), "content": str(m["content"])} for m in messages)
        return Document(owner, messages=kept, label=shown)
    if not isinstance(text, str) or not text.strip():
        raise MalformedRecord(
            f"{place}: field 'text' is missing or empty", help="Give text or messages, or leave the record out."
        )
    return Document(owner, text=text, label=shown)


def _parse(path: Path, number: int, line: bytes, unit: Unit) -> Document:
    place = f"{path}, line {number}"
    return document_of(reading.parse_object(line, place), unit=unit, place=place, position=number)


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield (line number from 1, offset in bytes, line) for every line that is not empty."""
    if reading.file_kind(path) != "jsonl":
        raise MalformedRecord(f"{path}: only JSONL can be trained on directly", help="Write one JSON object a line.")
    with reading.open_file(path) as file:
        number = offset = 0
        while line := file.readline(reading.MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > reading.MAX_LINE_BYTES:
                raise InputTooLarge(
                    f"{path}, line {number}: longer than {reading.MAX_LINE_BYTES} bytes", help="Split the document."
                )
            start = offset
            offset += len(line)
            if number == 1 and line.startswith(_MARK):
                line, start = line.removeprefix(_MARK), start + len(_MARK)
            if line.strip():
                yield number, start, line


def _refuse_twice(path: Path, number: int, identifier: str, seen: set[str]) -> None:
    if identifier in seen:
        raise DuplicateId(
            f"{path}, line {number}: field 'id' has the same value as an earlier line",
            help="Give every record an id of its own.",
        )
    seen.add(identifier)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)
