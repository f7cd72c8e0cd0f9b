"""Output that is whole or can be taken up again: a part file, and beside it how far it is good.

The part is flushed to the disk before the state says so; after a crash it is cut back to what the state says.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from wuming.core.errors import RunConflict
from wuming.core.storage import read_json, storage_errors, write_json

_EVERY = 2.0  # seconds between two states


@dataclass
class Reached:
    """How far a file has been worked on.

    Attributes:
        task: digest of what is being done; work is taken up only by the same task on the same file.
        input: offset of the next record, in bytes.
        output: length of the part that is good, in bytes.
        records: how many are finished.
        line: of the next record.
        counts: kind → values replaced.
    """

    task: str
    input: int = 0
    output: int = 0
    records: int = 0
    line: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**self.__dict__, "counts": dict(self.counts)}


class PartFile:
    """The output while it is being written.

    Args:
        path: of the finished file; `.NAME.part` and `.NAME.state` lie beside it until then.
        task: digest of what is being done.

    Raises:
        RunConflict: a part of other work is there.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, task: str) -> None:
        self.path = path
        self.part = path.with_name(f".{path.name}.part")
        self.state = path.with_name(f".{path.name}.state")
        self.reached = self._taken_up(task)
        self._saved = time.monotonic()
        with storage_errors(self.part):
            descriptor = os.open(self.part, os.O_RDWR | os.O_CREAT, 0o600)
            self._file: IO[bytes] = os.fdopen(descriptor, "r+b")
            self._file.truncate(self.reached.output)
            self._file.seek(self.reached.output)

    def write(self, data: bytes) -> None:
        """Append to the part."""
        with storage_errors(self.part):
            self._file.write(data)
        self.reached.output += len(data)

    def advance(self, *, input: int, records: int, line: int, counts: Mapping[str, int]) -> None:
        """Say that everything up to here was written; every two seconds the disk is told."""
        reached = self.reached
        reached.input, reached.line = input, line
        reached.records += records
        reached.counts.update(counts)

    def due(self) -> bool:
        """Say whether the state should be saved now."""
        return time.monotonic() - self._saved >= _EVERY

    def save(self) -> None:
        """Put part and state on the disk."""
        with storage_errors(self.part):
            self._file.flush()
            os.fsync(self._file.fileno())
        write_json(self.state, self.reached.as_json())
        self._saved = time.monotonic()

    def finish(self) -> None:
        """Give the file its name."""
        with storage_errors(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.part.replace(self.path)
            self.state.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file, to be taken up again."""
        if not self._file.closed:
            self._file.close()

    def _taken_up(self, task: str) -> Reached:
        if not self.state.exists():
            return Reached(task)
        try:
            known = read_json(self.state)
            reached = Reached(**{**known, "counts": Counter(known["counts"])})
            good = self.part.stat().st_size >= reached.output
        except (ValueError, TypeError, KeyError, OSError):
            good = False
        if not good or reached.task != task:
            raise RunConflict(
                f"{self.part} belongs to other work: another input, policy or key",
                help=f"Remove {self.part.name} and {self.state.name}, or write to another file.",
            )
        return reached
