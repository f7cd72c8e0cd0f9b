"""Proofs that a record is among those a release committed to.

A commitment is a folder: `root.json` (public: root, number of leaves, how a leaf is made) and `leaves.jsonl` (secret,
mode 0600: record id, nonce, digest of the record, leaf, one line a record, in order).

Adversary: (a) who has root and proofs and guesses records: each leaf is blinded by a secret nonce, and a proof opens
the nonce of its own record only. (b) who made the commitment and would prove a record that is not in it: collision
resistance of SHA-256. What a proof does *not* say: that a record without proof was not used (it may be there in other
words, or in data that was never committed), or that the model was trained on all committed records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wuming.core.canonical import canonical_json
from wuming.core.errors import DuplicateId, EmptyData, MissingFile, VerificationFailed
from wuming.core.storage import private_folder, read_json, write_atomically, write_json
from wuming.crypto.merkle import MerkleTree, leaf_hash, record_nonce, verify_inclusion

LEAF = "SHA-256(0x00 || nonce || record), record = SHA-256 of its canonical JSON"
FORMAT = "wuming/inclusion/1"
_FIELDS = {"format", "record_id", "record_digest", "nonce", "leaf", "index", "size", "path", "root"}


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Return the 32 bytes that stand for a record in its leaf: the SHA-256 of its canonical JSON.

    A proof holds this digest and not the text; the record's owner hashes the text and compares.
    """
    return hashlib.sha256(canonical_json(dict(record))).digest()


def write_commitment(folder: Path, records: Iterable[Mapping[str, Any]], key: bytes) -> dict[str, Any]:
    """Commit to records, each a JSON object with an `id`, and return `{"merkle_root", "leaves", "leaf"}`.

    The same records in the same order under the same key give the same root.

    Args:
        folder: becomes the commitment.
        records: in the order of the leaves.
        key: at least 16 secret bytes; nonces derive from it.

    Raises:
        EmptyData: no record.
        DuplicateId: two records with one id.
        KeyUnavailable: the key is too short.
        StorageError: the folder cannot be written.
    """
    lines, leaves, seen = [], [], set()
    for position, record in enumerate(records):
        name, content = str(record["id"]), record_bytes(record)
        if name in seen:
            raise DuplicateId(f"two records share an id, position={position}", help="Give every record its own id.")
        seen.add(name)
        nonce = record_nonce(key, name, content)
        leaf = leaf_hash(nonce, content)
        leaves.append(leaf)
        lines.append(
            canonical_json({"id": name, "nonce": nonce.hex(), "record_digest": content.hex(), "leaf": leaf.hex()})
        )
    if not leaves:
        raise EmptyData("there is no record to commit to", help="Check what the collect stage admitted.")
    claims: dict[str, Any] = {"merkle_root": MerkleTree(leaves).root.hex(), "leaves": len(leaves), "leaf": LEAF}
    private_folder(folder)
    write_atomically(folder / "leaves.jsonl", b"\n".join(lines) + b"\n")
    write_json(folder / "root.json", {**claims, "format": FORMAT})
    return claims


def prove(folder: Path, record_id: str) -> dict[str, Any]:
    """Return the proof that record `record_id` is in the commitment.

    Args:
        folder: a commitment, or a run that holds one in `commitment/`.
        record_id: the record's id.

    Raises:
        MissingFile: no commitment there.
        VerificationFailed: no record of that id in it, or the leaves do not give the root.
    """
    where = folder if (folder / "root.json").exists() else folder / "commitment"
    public = read_json(where / "root.json")
    try:
        lines = [json.loads(line) for line in (where / "leaves.jsonl").read_bytes().splitlines()]
        tree = MerkleTree([bytes.fromhex(line["leaf"]) for line in lines])
        found = [index for index, line in enumerate(lines) if line["id"] == record_id]
    except FileNotFoundError as error:
        raise MissingFile(f"no leaves in {where}", help="Prove where the run was made: leaves stay there.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationFailed(f"the leaves in {where} were changed", help="Restore the run's folder.") from error
    if not isinstance(public, dict) or tree.root.hex() != public.get("merkle_root"):
        raise VerificationFailed(f"the leaves in {where} do not give its root", help="Restore the run's folder.")
    if not found:
        raise VerificationFailed(
            f"no record of that id among {tree.size} committed records",
            help="It was not committed under this id; that does not show that its text was not used.",
        )
    index = found[0]
    line = lines[index]
    proof = {
        "format": FORMAT,
        "record_id": record_id,
        "record_digest": line["record_digest"],
        "nonce": line["nonce"],
        "leaf": line["leaf"],
        "index": index,
        "size": tree.size,
        "path": [node.hex() for node in tree.inclusion_proof(index)],
        "root": tree.root.hex(),
    }
    verify(proof, tree.root.hex())
    return proof


def verify(proof: Any, root: str, *, record: Mapping[str, Any] | None = None) -> None:
    """Accept a proof, or raise.

    Args:
        proof: from `prove`.
        root: hexadecimal root from a signed dossier, not from the proof.
        record: the record itself, when the verifier has it; its digest is compared.

    Raises:
        VerificationFailed: malformed, about another root or record, or it does not hold.
    """
    help = "Do not trust it: ask for a new proof, and take the root from a signed dossier."
    if not isinstance(proof, Mapping) or set(proof) != _FIELDS or proof["format"] != FORMAT:
        raise VerificationFailed("no inclusion proof of a known format", help=help)
    try:
        nonce, content, leaf = (_hex32(proof[name]) for name in ("nonce", "record_digest", "leaf"))
        path = [_hex32(node) for node in proof["path"]]
        expected = _hex32(root)
        index, size = proof["index"], proof["size"]
        if not all(isinstance(number, int) and not isinstance(number, bool) for number in (index, size)):
            raise ValueError("index, size")
    except (ValueError, TypeError) as error:
        raise VerificationFailed("the inclusion proof is malformed", help=help) from error
    if proof["root"] != root:
        raise VerificationFailed("the proof is about another root", help=help)
    if leaf_hash(nonce, content) != leaf:
        raise VerificationFailed("nonce and record do not give the leaf", help=help)
    if not verify_inclusion(expected, leaf, index, size, path):
        raise VerificationFailed("the path does not lead from the leaf to the root", help=help)
    if record is not None and (record_bytes(record) != content or str(record.get("id")) != proof["record_id"]):
        raise VerificationFailed("the proof is about another record", help=help)


def _hex32(text: Any) -> bytes:
    """Return 32 bytes of exactly 64 small hexadecimal digits, so that no digit can change unseen."""
    if not isinstance(text, str) or len(text) != 64 or bytes.fromhex(text).hex() != text:
        raise ValueError("hexadecimal digits")
    return bytes.fromhex(text)
