"""Files that are whole or absent, folders that only their owner can read."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wuming.core.errors import MissingFile, StorageError


def home() -> Path:
    """Return Wuming's own folder (ledger, keys, vault, cache): `WUMING_HOME`, else `~/.wuming`."""
    return Path(os.environ.get("WUMING_HOME") or Path.home() / ".wuming")


def private_folder(path: Path) -> Path:
    """Make `path` (and parents) if it is not there, readable by its owner only (mode 0700), and return it."""
    with storage_errors(path):
        for folder in reversed([place for place in (path, *path.parents) if not place.exists()]):
            folder.mkdir(mode=0o700, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's write errors into `StorageError`.

    Raises:
        StorageError: disk full, quota, read-only or forbidden; names the folder and what to do.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(f"no space left while writing {path}", help="Free some space and run again.") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EFBIG):
            raise StorageError(
                f"cannot write {path}: {os.strerror(error.errno)}", help="Choose a folder that you may write to."
            ) from error
        raise


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` to `path` so that after a crash the file is either the old one or the new one, never a part.

    Raises:
        StorageError: disk full or folder not writable; the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with storage_errors(path):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def write_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write as `write_atomically` does, and return only once the new name itself outlives a crash of the machine.

    Raises:
        StorageError: disk full or folder not writable.
    """
    write_atomically(path, data, mode=mode)
    with storage_errors(path):
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as readable JSON, atomically."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    write_atomically(path, (text + "\n").encode())


def read_json(path: Path) -> Any:
    """Read a JSON file that Wuming wrote.

    Raises:
        MissingFile: when it is not there.
    """
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise MissingFile(f"no such file: {path}") from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as `sha256:<hex>`."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
