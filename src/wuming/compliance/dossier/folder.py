"""Reading a folder that is not trusted: once, within limits, without following links; JSON without double meaning."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.compliance.dossier.certificate import CERTIFICATE
from wuming.compliance.dossier.manifest import (
    MAX_BYTES,
    MAX_FILES,
    MAX_JSON_BYTES,
    MAX_TOTAL_BYTES,
    OWN_FILES,
    SIGNATURE,
)

_JSON_FILES = (*OWN_FILES, SIGNATURE, CERTIFICATE)


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold: the file (relative to the dossier), and what is wrong with it."""

    file: str
    what: str


class Reader:
    """Reads a folder once, without following links, within limits; remembers what was wrong.

    Attributes:
        problems: what was wrong. files: path → content. folders: paths of the folders inside.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self._read_bytes = 0

    def problem(self, file: str, what: str) -> None:
        """Note what is wrong with a file."""
        self.problems.append(Problem(printable(file), what))

    def walk(self, prefix: str = "") -> None:
        """Read every file below `folder`."""
        try:
            entries = sorted(os.scandir(self.folder / prefix), key=lambda entry: entry.name)
        except OSError:
            self.problem(prefix or ".", "cannot be listed")
            return
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if len(self.files) + len(self.folders) > MAX_FILES:
                self.problem(path, f"more than {MAX_FILES} files; the rest was not read")
                return
            if entry.is_symlink():
                self.problem(path, "a link, which may point anywhere")
            elif entry.is_dir(follow_symlinks=False):
                self.folders.add(path)
                if path.count("/") < 8:
                    self.walk(f"{path}/")
            else:
                self._read(path)

    def _read(self, path: str) -> None:
        try:
            descriptor = os.open(self.folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            self.problem(path, "cannot be read")
            return
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                self.problem(path, "no plain file")
            elif status.st_size > (MAX_JSON_BYTES if path in _JSON_FILES else MAX_BYTES):
                self.problem(path, f"too large, {status.st_size} bytes")
            elif self._read_bytes + status.st_size > MAX_TOTAL_BYTES:
                self.problem(path, f"more than {MAX_TOTAL_BYTES} bytes in all; this file was not read")
            else:
                # Never more than was counted, should somebody make the file longer meanwhile.
                self.files[path] = file.read(status.st_size)
                self._read_bytes += status.st_size


def json_object(reader: Reader, path: str) -> dict[str, Any] | None:
    """Return the JSON object in a file that was read; None, and a problem, where it holds none."""
    try:
        value = strict_json(reader.files[path])
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        reader.problem(path, "no JSON object")
        return None
    return value


def strict_json(data: bytes) -> Any:
    """Read JSON strictly: no duplicate keys, no NaN.

    Raises:
        ValueError: malformed.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(items)
        if len(value) != len(items):
            raise ValueError("duplicate key")
        return value

    def constant(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(data, object_pairs_hook=pairs, parse_constant=constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def printable(name: str) -> str:
    """Return a file name that is safe to print: what is not plain ASCII text is escaped, and it is cut at 120."""
    return ascii(name)[1:-1][:120]
