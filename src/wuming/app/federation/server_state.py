"""What a server keeps of its federation, so that after a crash or a stop it goes on with the next round.

Two files in the folder of `--state`, both readable by their owner only and written whole, with the disk's word for it:

- `rounds.json`, written before a round's first message and before members are asked to reveal: the last number that
  was used, and which rounds count at the account. So no number is ever used twice, and a round in which the process
  died counts as soon as its sum may have been seen.
- `training.state`, written when a round has ended with a sum: weights, the strategy's moments, and the history.

Both name the digest of the agreement. What is read back is checked for length, form, digest and finite numbers before
anything is made of it. An older copy of the two would let rounds count less often than they were held: restore none.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np

from wuming.core.errors import MalformedRecord, RunConflict
from wuming.core.storage import private_folder, storage_errors, write_durably
from wuming.federated.federation import Standing
from wuming.federated.strategies import Memory

ROUNDS: Final = "rounds.json"
TRAINING: Final = "training.state"

_VERSION: Final = 1
_MAGIC: Final = b"wuming/federation-server/1\n"
_LARGEST_TEXT: Final = 1 << 26  # bytes of rounds.json, and of the history in training.state
_DIGEST: Final = 32

_Number = Annotated[int, msgspec.Meta(ge=1, le=1 << 62)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 32)]
_Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Attempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One round that was begun; see `StatusBook.attempts`."""

    number: _Number
    survivors: list[str]
    aborted: str
    blamed: dict[str, str]
    seconds: float


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was shown of the rounds so far.

    Attributes:
        attempts: rounds that were begun.
        silos: name → number of sums that it was in.
        curve: evaluations.
    """

    attempts: list[Attempt] = []
    silos: dict[str, _Count] = {}
    curve: list[dict[str, float]] = []


class _Rounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    agreement: _Hex
    opened: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
    spent: list[_Number]


class _Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    agreement: _Hex
    rounds_done: _Count
    opened: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
    spent: list[_Number]
    lengths: Annotated[list[_Count], msgspec.Meta(min_length=3, max_length=3)]
    history: History


@contextmanager
def kept_in(folder: Path, agreement: bytes) -> Iterator[ServerState]:
    """Open a server's state, for one process at a time.

    Args:
        folder: of the state; made where it is not there.
        agreement: 32 bytes that name the agreement.

    Raises:
        RunConflict: another process serves from the folder.
        StorageError: the folder cannot be written.
    """
    lock = private_folder(folder) / "serve.lock"
    with storage_errors(lock):
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunConflict(
                f"another process serves a federation from {folder}",
                help="Stop it, or give each federation a folder of its own (--state).",
            ) from error
        yield ServerState(folder, agreement)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class ServerState:
    """The two files; see `kept_in`.

    Attributes:
        folder: where they are.
        agreement: 32 bytes that name the agreement.
    """

    folder: Path
    agreement: bytes

    def write_rounds(self, opened: int, spent: tuple[int, ...]) -> None:
        """Say, before anybody is told, which number is in use and which rounds count.

        Raises:
            StorageError: it cannot be written; the round must not go on.
        """
        value = _Rounds(_VERSION, self.agreement.hex(), opened, list(spent))
        write_durably(self.folder / ROUNDS, msgspec.json.encode(value))

    def write_training(self, standing: Standing, history: History) -> None:
        """Keep what the rounds so far have come to.

        Raises:
            StorageError: it cannot be written.
        """
        parts = [np.ascontiguousarray(part, dtype="<f8") for part in _vectors(standing)]
        lengths = [part.size for part in parts]
        header = msgspec.json.encode(
            _Training(
                _VERSION,
                self.agreement.hex(),
                standing.rounds_done,
                standing.number,
                list(standing.spent),
                lengths,
                history,
            )
        )
        content = b"".join([_MAGIC, len(header).to_bytes(8, "little"), header, *(part.tobytes() for part in parts)])
        write_durably(self.folder / TRAINING, content + hashlib.sha256(content).digest())

    def read(self, begin: Standing) -> tuple[Standing, History] | None:
        """Return where the federation stands, or None where none was served from here.

        Args:
            begin: where it stands before its first round; lengths are checked against it.

        Raises:
            RunConflict: the files are of another agreement.
            MalformedRecord: they are not as a server has left them.
        """
        rounds_path, training_path = self.folder / ROUNDS, self.folder / TRAINING
        if not rounds_path.exists():
            if training_path.exists():
                raise _malformed(rounds_path, "is missing beside training.state")
            return None
        data = _read(rounds_path, _LARGEST_TEXT)
        try:
            rounds = msgspec.json.decode(data, type=_Rounds)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _malformed(rounds_path, "is no register of rounds") from error
        self._check(rounds_path, rounds.version, rounds.agreement)
        if not training_path.exists():
            return self._standing(begin, rounds), History()
        standing, history = self._training(training_path, begin)
        return self._standing(standing, rounds), history

    def _standing(self, standing: Standing, rounds: _Rounds) -> Standing:
        if not set(standing.spent) <= set(rounds.spent) or standing.number > rounds.opened:
            raise _malformed(self.folder / ROUNDS, "is older than training.state")
        spent = tuple(sorted(rounds.spent))
        return Standing(standing.rounds_done, rounds.opened, spent, standing.weights, standing.memory)

    def _training(self, path: Path, begin: Standing) -> tuple[Standing, History]:
        own = [part.size for part in _vectors(begin)]
        room = len(_MAGIC) + 8 + _DIGEST
        data = _read(path, room + _LARGEST_TEXT + 8 * sum(own))
        content, found = data[:-_DIGEST], data[-_DIGEST:]
        if len(data) < room or not data.startswith(_MAGIC) or hashlib.sha256(content).digest() != found:
            raise _malformed(path, "was cut or changed")
        start = len(_MAGIC) + 8
        length = int.from_bytes(content[len(_MAGIC) : start], "little")
        try:
            header = msgspec.json.decode(content[start : start + length], type=_Training)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _malformed(path, "is no state of a server") from error
        self._check(path, header.version, header.agreement)
        body = content[start + length :]
        if header.lengths != own or len(body) != 8 * sum(own):
            raise _malformed(path, f"holds {header.lengths} values, the agreement's model has {own}")
        values = np.frombuffer(body, dtype="<f8").astype(np.float64)
        if not np.isfinite(values).all():
            raise _malformed(path, "holds NaN or infinity")
        weights, momentum, squares = np.split(values, np.cumsum(own)[:2])
        return (
            Standing(header.rounds_done, header.opened, tuple(header.spent), weights, Memory(momentum, squares)),
            header.history,
        )

    def _check(self, path: Path, version: int, agreement: str) -> None:
        if version != _VERSION:
            raise _malformed(path, f"is of version {version}, this is version {_VERSION}")
        if agreement != self.agreement.hex():
            raise RunConflict(
                f"{path} belongs to another agreement",
                help="Serve the agreement that it was begun with, or begin this one in another folder (--state).",
            )


def _vectors(standing: Standing) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    return [standing.weights, standing.memory.momentum, standing.memory.squares]


def _read(path: Path, largest: int) -> bytes:
    with storage_errors(path), path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise _malformed(path, f"is longer than {largest} bytes")
    return data


def _malformed(path: Path, what: str) -> MalformedRecord:
    return MalformedRecord(
        f"{path} {what}",
        help="Restore both files as the server left them, or begin anew in another folder (--state).",
    )
