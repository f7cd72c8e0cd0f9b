"""The folders of keys that a federation runs on, and the draft of its agreement.

    DIR/authority/   authority.key, authority.pem      the operator's; the key is used to make server certificates only
    DIR/server/      server.key, server.pem, authority.pem
    DIR/NAME/        identity.pem, node.key, authority.pem, member.json    one folder a silo
    DIR/federation.yaml                                the draft of the agreement, with the members that are known

Private keys are readable by their owner only. A file that is there is never written again.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from wuming.core.errors import KeyUnavailable, MalformedRecord
from wuming.core.storage import private_folder, read_json, write_atomically, write_json
from wuming.crypto.signatures import SigningKey, VerifyingKey, read_secret_file
from wuming.federated.flower.agreement import Member
from wuming.federated.flower.certificates import (
    Certified,
    load_node_key,
    new_authority,
    new_node_key,
    new_server,
    normal_public_pem,
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_TAKEN = ("authority", "server")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and what others are told.

    Attributes:
        files: written, in order.
        fingerprints: silo's name → fingerprint of its identity key, to be compared over another channel.
    """

    files: list[Path]
    fingerprints: dict[str, str]


def make_keys(folder: Path, *, name: str, hosts: tuple[str, ...], silos: tuple[str, ...]) -> Made:
    """Make what is missing in a folder of keys.

    Args:
        folder: to write into; made with mode 0700.
        name: of the federation.
        hosts: names or addresses of the server; empty: no authority and no server certificate is made.
        silos: names of silos whose keys are made here.

    Raises:
        KeyUnavailable: a bad name, or a key that is there and cannot be used.
        StorageError: the folder cannot be written.
    """
    for silo in silos:
        if not _NAME.fullmatch(silo) or silo in _TAKEN:
            raise KeyUnavailable(
                f"no valid name for a silo, length={len(silo)}", help="Use letters, digits, `.`, `_` and `-`."
            )
    files: list[Path] = []
    private_folder(folder)
    if hosts:
        _make_server(folder, name, hosts, files)
    authority = folder / "authority" / "authority.pem"
    for silo in silos:
        _make_silo(folder / silo, silo, authority, files)
    cards = sorted(folder.glob("*/member.json"))
    members = [card_of(path) for path in cards]
    return Made(files, {member.name: member.identity.fingerprint for member in members})


def member_card(member: Member) -> dict[str, str]:
    """Return what a silo hands to the others: its name and public keys."""
    key = serialization.load_pem_public_key(member.node_key.encode())
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "name": member.name,
        "identity": base64.b64encode(member.identity.raw).decode(),
        "node_key": base64.b64encode(der).decode(),
    }


def member_of(card: Any) -> Member:
    """Return the member that a card describes.

    Raises:
        KeyUnavailable: a key that is none.
    """
    try:
        identity = VerifyingKey.from_bytes(base64.b64decode(card["identity"], validate=True))
        key = serialization.load_der_public_key(base64.b64decode(card["node_key"], validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise KeyUnavailable(
            "the keys of a member cannot be read", help="Copy the silo's member.json as it is."
        ) from error
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    return Member(str(card["name"]), identity, normal_public_pem(pem))


def card_of(path: Path) -> Member:
    """Read a silo's member.json.

    Raises:
        MalformedRecord: no such card.
    """
    try:
        card = read_json(path)
    except json.JSONDecodeError as error:
        raise MalformedRecord(f"{path} is no JSON", help="Ask the silo for its member.json again.") from error
    if not isinstance(card, dict) or set(card) != {"name", "identity", "node_key"}:
        raise MalformedRecord(f"{path} is no member's card", help="Ask the silo for its member.json again.")
    return member_of(card)


def _make_server(folder: Path, name: str, hosts: tuple[str, ...], files: list[Path]) -> None:
    own, server = private_folder(folder / "authority"), private_folder(folder / "server")
    key, certificate = own / "authority.key", own / "authority.pem"
    if key.exists():
        authority = Certified(read_secret_file(key), certificate.read_bytes())
    else:
        authority = new_authority(name)
        _write(key, authority.key, files)
        _write(certificate, authority.certificate, files, mode=0o644)
    if not (server / "server.key").exists():
        made = new_server(authority, hosts)
        _write(server / "server.key", made.key, files)
        _write(server / "server.pem", made.certificate, files, mode=0o644)
    if not (server / "authority.pem").exists():
        _write(server / "authority.pem", authority.certificate, files, mode=0o644)


def _make_silo(folder: Path, name: str, authority: Path, files: list[Path]) -> None:
    private_folder(folder)
    if not (folder / "identity.pem").exists():
        _write(folder / "identity.pem", SigningKey.generate().pem, files)
    if not (folder / "node.key").exists():
        _write(folder / "node.key", new_node_key()[0], files)
    if authority.exists() and not (folder / "authority.pem").exists():
        _write(folder / "authority.pem", authority.read_bytes(), files, mode=0o644)
    public = load_node_key(folder / "node.key").public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    card = folder / "member.json"
    if not card.exists():
        write_json(card, member_card(Member(name, SigningKey.load(folder / "identity.pem").public, pem)))
        files.append(card)


def _write(path: Path, data: bytes, files: list[Path], *, mode: int = 0o600) -> None:
    write_atomically(path, data, mode=mode)
    files.append(path)
