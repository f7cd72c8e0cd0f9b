"""CrossWOZ: Chinese service dialogues that crowd workers wrote, one record a dialogue.

Source: Zhu et al., "CrossWOZ", TACL 2020; file `val.json.zip` of its repository, Apache-2.0. The set carries no dates,
so every record has the day of the version that is read. The unit of privacy is the document: the workers, who wrote
several dialogues each, are not protected as persons, and their numbers are not read.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord
from wuming.core.records import Record

PUBLISHED = "2023-01-10"
"""Day of the version of the repository that the registered SHA-256 belongs to."""

MAX_BYTES = 64 * 2**20
"""Limit for the unpacked file; the registered one has 38,909,408 bytes."""

_SPEAKERS = {"usr": "用户", "sys": "客服"}


def read(folder: Path) -> list[Record]:
    """Read the 500 dialogues of the validation part.

    Raises:
        MalformedRecord: not the expected archive or JSON; dialogues are counted from 1.
        InputTooLarge: the archive unpacks to more than 64 MiB.
        EmptyData: no dialogue.
    """
    dialogues = _unpack(folder / "val.json.zip")
    records = []
    for number, (identifier, dialogue) in enumerate(dialogues.items(), start=1):
        try:
            text = "\n".join(_line(turn) for turn in dialogue["messages"])
        except (KeyError, TypeError, AttributeError):
            text = ""
        if not text:
            raise MalformedRecord(
                f"{folder}: dialogue {number} is no CrossWOZ dialogue", help="Get the original again."
            )
        name = f"crosswoz-val-{identifier}"
        records.append(Record(name, name, text, PUBLISHED, "zh"))
    if not records:
        raise EmptyData(f"no dialogues in {folder}", help="Get the original again.")
    return records


def _line(turn: dict[str, str]) -> str:
    """Return one turn as one line, whatever line breaks it holds."""
    return f"{_SPEAKERS[turn['role']]}：{' '.join(turn['content'].split())}"


def _unpack(path: Path) -> dict[str, Any]:
    """Read the one JSON file of the archive, at most `MAX_BYTES` of it, whatever size the archive states."""
    data = b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("val.json") as member:
            data = member.read(MAX_BYTES + 1)
        value = json.loads(data) if len(data) <= MAX_BYTES else None
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError, NotImplementedError, RuntimeError, EOFError):
        value = None
    if len(data) > MAX_BYTES:
        raise InputTooLarge(f"{path} unpacks to more than {MAX_BYTES} bytes", help="Get the original again.")
    if not isinstance(value, dict):
        raise MalformedRecord(f"{path}: no archive of one JSON object", help="Get the original again.")
    return value
