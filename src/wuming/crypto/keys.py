"""The key folder: secrets made on first use, readable by their owner only, made once even when many begin at once.

Adversary: other users of the machine. Whoever can act as the owner, or as root, has the keys; a hardware module is the
answer to that, and none is used here.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from wuming.core.errors import KeyUnavailable
from wuming.core.storage import home, private_folder, storage_errors
from wuming.crypto.random import KEY_BYTES, new_key
from wuming.crypto.signatures import SigningKey, read_secret_file

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class KeyStore:
    """Secrets by name, one file each, in one folder (mode 0700).

    Args:
        folder: default `home()/keys`.

    Guarantee: of many processes that ask for the same new key at once, all get the same one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home() / "keys"

    def secret(self, name: str) -> bytes:
        """Return the 32-byte secret `name`, made on first use.

        Args:
            name: small letters, digits and hyphens, at most 64.

        Raises:
            KeyUnavailable: a bad name, or a file that is damaged, unreadable, or open to group or others.
            StorageError: the folder cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise KeyUnavailable(
                f"no valid name for a secret, length={len(name)}", help="Use small letters, digits and hyphens."
            )
        path = self.folder / f"{name}.key"
        if not path.exists():
            self._create(path, new_key())
        value = read_secret_file(path)
        if len(value) != KEY_BYTES:
            raise KeyUnavailable(
                f"{path} must hold {KEY_BYTES} bytes, length={len(value)}", help="Restore the key from its backup."
            )
        return value

    def signing_key(self) -> SigningKey:
        """Return the Ed25519 key that signs dossiers and checkpoints, made on first use.

        Raises:
            KeyUnavailable: the file is damaged, unreadable, or open to group or others.
            StorageError: the folder cannot be written.
        """
        path = self.folder / "signing.pem"
        if not path.exists():
            self._create(path, SigningKey.generate().pem)
        key = SigningKey.load(path)
        public = self.folder / "signing.pub"
        if not public.exists():
            self._create(public, key.public.pem.encode(), mode=0o644)
        return key

    @property
    def public_key_path(self) -> Path:
        """The file with the public half (PEM), to hand to verifiers; made on first use."""
        self.signing_key()
        return self.folder / "signing.pub"

    def _create(self, path: Path, data: bytes, *, mode: int = 0o600) -> None:
        """Write a new file whole, unless another process was first."""
        private_folder(path.parent)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        with storage_errors(path):
            try:
                descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                # A hard link appears whole or not at all, and fails when the name is taken: the first one wins.
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    return
                folder = os.open(path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
            finally:
                temporary.unlink(missing_ok=True)
