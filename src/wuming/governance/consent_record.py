"""One consent record, and a reader of JSONL files that says which line is wrong and why, never what it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from wuming.core.errors import ConsentError, MissingFile, WrongEncoding

_FIELDS = {
    "subject",
    "notice_version",
    "notice_hash",
    "purposes",
    "given_at",
    "withdrawn_at",
    "birth_year",
    "guardian",
}
_REQUIRED = {"subject", "purposes", "given_at"}
_HELP = "Correct the line and import the file again; nothing was added."


def as_moment(text: str) -> datetime:
    """Return an ISO 8601 day (its first moment) or time as a time with zone; without a zone it is UTC.

    Raises:
        ValueError: no ISO 8601.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def end_of_day(text: str) -> datetime:
    """Return as `as_moment`, but the last moment of a day: a withdrawal known by its day alone covers all of it."""
    moment = as_moment(text)
    return datetime.combine(moment.date(), time.max, moment.tzinfo) if len(text) <= 10 else moment


@dataclass(frozen=True)
class ConsentRecord:
    """What one subject agreed to.

    Attributes:
        subject: id as in the data.
        purposes: what the data may be used for; may be empty.
        given_at: ISO 8601 day or time.
        notice_version: of the notice shown.
        notice_hash: SHA-256 of the notice shown.
        withdrawn_at: ISO 8601 day or time; None while in force.
        birth_year: None when not known.
        guardian_given_at: when a guardian agreed; None when none did.
    """

    subject: str
    purposes: tuple[str, ...]
    given_at: str
    notice_version: str = ""
    notice_hash: str = ""
    withdrawn_at: str | None = None
    birth_year: int | None = None
    guardian_given_at: str | None = None

    def guardian_given_by(self, day: date) -> bool:
        """Say whether a guardian had agreed by the end of `day` (UTC)."""
        return self.guardian_given_at is not None and as_moment(self.guardian_given_at).astimezone(UTC).date() <= day

    def as_json(self) -> dict[str, Any]:
        """Return the record as a JSON object, as in a file."""
        return {
            "subject": self.subject,
            "purposes": list(self.purposes),
            "given_at": self.given_at,
            "notice_version": self.notice_version,
            "notice_hash": self.notice_hash,
            "withdrawn_at": self.withdrawn_at,
            "birth_year": self.birth_year,
            "guardian": None if self.guardian_given_at is None else {"given_at": self.guardian_given_at},
        }

    @classmethod
    def from_json(cls, value: Any) -> ConsentRecord:
        """Make a record of a JSON object.

        Raises:
            ValueError: names the field that is wrong, never its value.
        """
        if not isinstance(value, dict):
            raise ValueError("is no JSON object")
        if missing := sorted(_REQUIRED - set(value)):
            raise ValueError(f"lacks {', '.join(missing)}")
        if extra := len(set(value) - _FIELDS):
            # A stray key may be a personal value (a column shifted): only the number is told.
            raise ValueError(f"has {extra} unknown fields; known are {', '.join(sorted(_FIELDS))}")
        purposes = value["purposes"]
        if not isinstance(purposes, list) or not all(isinstance(item, str) and item for item in purposes):
            raise ValueError("field purposes: must be a list of names")
        return cls(
            subject=_subject(value["subject"]),
            purposes=tuple(purposes),
            given_at=_moment(value["given_at"], "given_at"),
            notice_version=_text(value.get("notice_version"), "notice_version"),
            notice_hash=_text(value.get("notice_hash"), "notice_hash"),
            withdrawn_at=_optional_moment(value.get("withdrawn_at"), "withdrawn_at"),
            birth_year=_year(value.get("birth_year")),
            guardian_given_at=_guardian(value.get("guardian")),
        )


def read_consent_file(path: Path) -> list[ConsentRecord]:
    """Return the records of a JSONL file; empty lines are skipped.

    Raises:
        MissingFile: no such file.
        WrongEncoding: not UTF-8.
        ConsentError: a line that cannot be accepted, with its number, or no record at all.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingFile(f"no such file: {path}", help="Check the path of the consent records.") from error
    except UnicodeDecodeError as error:
        raise WrongEncoding(f"{path} is not UTF-8, byte={error.start}", help="Save the file as UTF-8.") from None
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(ConsentRecord.from_json(json.loads(line)))
        except json.JSONDecodeError as error:
            raise ConsentError(f"{path}, line {number}: no JSON, column {error.colno}", help=_HELP) from None
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, ValueError) else "is nested too deeply"
            raise ConsentError(f"{path}, line {number}: {reason}", help=_HELP) from None
    if not records:
        raise ConsentError(f"{path} holds no consent record", help="Check the path of the consent records.")
    return records


def _subject(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("field subject: must be a non-empty text")
    _encodable(value, "subject")
    return value


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"field {name}: must be a text")
    _encodable(value, name)
    return value


def _encodable(value: str, name: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"field {name}: is no valid Unicode") from None


def _moment(value: Any, name: str) -> str:
    try:
        as_moment(value).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"field {name}: must be an ISO 8601 day or time") from None
    return str(value)


def _optional_moment(value: Any, name: str) -> str | None:
    return None if value is None else _moment(value, name)


def _year(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1850 <= value <= 2200:
        raise ValueError("field birth_year: must be a year with four digits, or null")
    return value


def _guardian(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"given_at"}:
        raise ValueError('field guardian: must be null or {"given_at": …}')
    return _moment(value["given_at"], "guardian.given_at")
