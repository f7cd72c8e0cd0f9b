"""A silo's register of rounds on disk: what was begun stays begun, whatever happens to the process."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wuming.core.errors import StorageError
from wuming.core.storage import private_folder, storage_errors, write_durably
from wuming.federated.secure_aggregation.rounds import replayed


class RoundsOnDisk:
    """A `RoundRegister` in one small file, with a lock beside it.

    Args:
        path: the file; made on first use, mode 0600.

    Guarantee: of many processes that begin one round, one returns; a round that was begun is on the disk before `begin`
    returns, and an older register never comes back after a crash of the machine.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, federation: str, round_number: int) -> None:
        """See `RoundRegister.begin`.

        Raises:
            RoundRefused: (`replayed-round`) it was begun before.
            StorageError: the register cannot be read or written. Nothing begins without it.
        """
        private_folder(self.path.parent)
        with self._locked():
            last = self._read()
            if round_number <= last.get(federation, 0):
                raise replayed(round_number, last[federation])
            last[federation] = round_number
            write_durably(self.path, json.dumps(last, sort_keys=True).encode())

    def _read(self) -> dict[str, int]:
        if not self.path.exists():
            return {}
        try:
            last = json.loads(self.path.read_bytes())
            if not isinstance(last, dict) or any(type(number) is not int for number in last.values()):
                raise ValueError
        except (OSError, ValueError) as error:
            raise StorageError(
                f"the register of rounds {self.path} cannot be read",
                help="Restore it. Without it a round could be held twice, which gives an update away.",
            ) from error
        return last

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self.path.with_name(f"{self.path.name}.lock")
        with storage_errors(lock):
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
