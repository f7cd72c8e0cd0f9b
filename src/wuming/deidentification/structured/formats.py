"""Records as they stand in files: JSONL lines, CSV rows, blocks of text; read into leaves, written back in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from wuming.core.reading import parse_object
from wuming.deidentification.structured import csv_text, json_text
from wuming.deidentification.structured.leaves import Leaf

_SUBJECTS = ("subject", "subject_id", "user_id", "userid", "user")
_LEAST_NUMBER = 10_000
_IDS = ("id", "record_id", "conversation_id", "uuid", "_id")


class Parsed(NamedTuple):
    """A record.

    Attributes:
        leaves: its texts, in the order of the file.
        id: as the record states it, or None.
        subject: whom it is about: as it states, else its id, else nothing (all such records share one).
        state: what the format needs to write it back.
    """

    leaves: Sequence[Leaf]
    id: str | int | None
    subject: str
    state: Any


class Format(Protocol):
    """Reads and writes the records of one kind of file."""

    def parse(self, raw: str, place: str) -> Parsed:
        """Read one record; `place` names it in errors."""
        ...

    def render(self, raw: str, parsed: Parsed, new: Mapping[int, str]) -> str:
        """Return the record with the leaves in `new` replaced and every other byte as it was."""
        ...


class Text:
    """A block of a text file; it is about nobody that is known."""

    def parse(self, raw: str, place: str) -> Parsed:
        """Return the block as one leaf."""
        del place
        return Parsed((Leaf((), raw),), None, "", None)

    def render(self, raw: str, parsed: Parsed, new: Mapping[int, str]) -> str:
        """Return the new block."""
        del parsed
        return new.get(0, raw)


class JsonLines:
    """Lines of JSON objects.

    Args:
        subject: field that names the subject; empty: `subject`, `subject_id`, `user_id` or `user`, where it is there.
    """

    def __init__(self, subject: str = "") -> None:
        self.subjects = (subject,) if subject else _SUBJECTS

    def parse(self, raw: str, place: str) -> Parsed:
        """Read one line.

        Raises:
            MalformedRecord, WrongEncoding: it is no JSON object, or holds a lone surrogate.
        """
        if not raw.strip():
            return Parsed((), None, "", [])
        value = parse_object(raw.encode("utf-8", "surrogatepass"), place)
        found = json_text.places(raw)
        return Parsed([one.leaf for one in found], *stated(value, self.subjects), found)

    def render(self, raw: str, parsed: Parsed, new: Mapping[int, str]) -> str:
        """Return the line with the literals of the new leaves replaced."""
        return json_text.rewritten(raw, parsed.state, new)


class Csv:
    """Rows of a CSV file.

    Args:
        header: names of the columns.
        separator: one character.
        subject: column that names the subject; empty: as for JSONL.
    """

    def __init__(self, header: Sequence[str], separator: str, subject: str = "") -> None:
        self.header, self.separator = tuple(header), separator
        lowered = {name.lower(): place for place, name in reversed(list(enumerate(header)))}
        wanted = (subject.lower(),) if subject else _SUBJECTS
        self._subject = next((lowered[name] for name in wanted if name in lowered), None)
        self._id = next((lowered[name] for name in _IDS if name in lowered), None)

    def parse(self, raw: str, place: str) -> Parsed:
        """Read one row.

        Raises:
            MalformedRecord: quotes that do not match, or another number of cells than the header has.
        """
        if not raw.strip("\r\n"):
            return Parsed((), None, "", [])
        row = csv_text.cells(raw, self.separator, place)
        csv_text.check_width(len(row), len(self.header), place)
        leaves = [Leaf((name,), cell.text) for name, cell in zip(self.header, row, strict=True)]
        identifier = row[self._id].text.strip() if self._id is not None else None
        subject = row[self._subject].text.strip() if self._subject is not None else identifier or ""
        return Parsed(leaves, identifier or None, subject, row)

    def render(self, raw: str, parsed: Parsed, new: Mapping[int, str]) -> str:
        """Return the row with the new cells."""
        return csv_text.rewritten(raw, parsed.state, new, self.separator)


def leaves_of(value: Any, path: tuple[str | int, ...] = ()) -> list[Leaf]:
    """Return the texts, and whole numbers of five digits or more, of a value that was parsed already."""
    if isinstance(value, str):
        return [Leaf(path, value)]
    if isinstance(value, int) and abs(value) >= _LEAST_NUMBER:
        return [Leaf(path, str(value), number=True)]
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves_of(item, (*path, str(key)))]
    if isinstance(value, list):
        return [leaf for place, item in enumerate(value) for leaf in leaves_of(item, (*path, place))]
    return []


def with_leaves(value: Any, leaves: Sequence[Leaf], new: Mapping[int, str]) -> Any:
    """Return the value, a container, with some of its leaves replaced in place.

    Where a number stood and its replacement is none, nothing stands: its column can hold nothing else.
    """
    for place, text in new.items():
        leaf = leaves[place]
        holder = value
        for part in leaf.path[:-1]:
            holder = holder[part]
        number = int(text) if leaf.number and text.isascii() and text.isdigit() and len(text) < 19 else None
        holder[leaf.path[-1]] = number if leaf.number else text
    return value


class Row:
    """A row of a Parquet file: a mapping of column → value.

    Args:
        subject: column that names the subject; empty: as for JSONL.
    """

    def __init__(self, subject: str = "") -> None:
        self._subjects = (subject,) if subject else _SUBJECTS

    def parse_value(self, value: dict[str, Any]) -> Parsed:
        """Read one row."""
        return Parsed(leaves_of(value), *stated(value, self._subjects), None)


def stated(value: Any, subjects: Sequence[str]) -> tuple[str | int | None, str]:
    """Return the id that a record states, and whom it is about: as stated, else the id, else nothing."""
    if not isinstance(value, dict):
        return None, ""
    identifier, subject = _stated(value, _IDS), _stated(value, subjects)
    return identifier, str(("" if identifier is None else identifier) if subject is None else subject)


def _stated(value: Mapping[str, Any], names: Sequence[str]) -> str | int | None:
    for name in names:
        found = value.get(name)
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            return found
    return None
