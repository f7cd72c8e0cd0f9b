"""Merkle trees as in Certificate Transparency, over records whose content cannot be guessed from the tree.

Source: RFC 9162 §2.1 (node and leaf prefixes, the split at the largest power of two, inclusion proofs §2.1.3). What
differs: a leaf is H(0x00 ‖ nonce ‖ record) with a secret 32-byte nonce for each record.

Adversary: (a) who sees root and proofs and tries likely records; the nonce, a PRF of a secret key, defeats this. (b)
who made the tree and wants to prove a record that is not in it; collision resistance of SHA-256 and the two prefixes,
which keep a node from being passed off as a leaf, defeat this.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from wuming.crypto.random import encode_context, require_key

NONCE_BYTES = 32
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def record_nonce(key: bytes, record_id: str, record: bytes) -> bytes:
    """Return the 32-byte nonce of one record: HMAC-SHA-256 of its id and content under a secret key.

    The content takes part so that a corrected record gets a new nonce: whoever holds a proof for the old text cannot
    use its nonce to guess the new one.

    Raises:
        KeyUnavailable: `key` is shorter than 16 bytes.
    """
    return hmac.new(require_key(key), b"wuming/merkle/1" + encode_context(record_id, record), hashlib.sha256).digest()


def leaf_hash(nonce: bytes, record: bytes) -> bytes:
    """Return H(0x00 ‖ nonce ‖ record).

    Raises:
        ValueError: the nonce is not 32 bytes long; a variable length would let one leaf be read as two records.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce must be {NONCE_BYTES} bytes, length={len(nonce)}")
    return plain_leaf_hash(nonce + record)


def plain_leaf_hash(data: bytes) -> bytes:
    """Return H(0x00 ‖ data), the leaf of RFC 9162; for public data only."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return H(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """A tree over leaf hashes, in the order given.

    Args:
        leaves: 32-byte leaf hashes (`leaf_hash`); none is allowed and gives the hash of the empty string.

    Raises:
        ValueError: a leaf that is not 32 bytes long.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        level = list(leaves)
        for position, leaf in enumerate(level):
            if len(leaf) != HASH_BYTES:
                raise ValueError(f"leaf {position} must be {HASH_BYTES} bytes, length={len(leaf)}")
        self._levels = [level]
        while len(level) > 1:
            above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            if len(level) % 2:
                # The odd node goes up unchanged: RFC 9162's split. Doubling it would let two lists share a root.
                above.append(level[-1])
            self._levels.append(above)
            level = above

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaf hashes."""
        return tuple(self._levels[0])

    @property
    def root(self) -> bytes:
        """The 32-byte root."""
        return self._levels[-1][0] if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the siblings on the way from leaf `index` (0 ≤ index < size) to the root.

        Raises:
            IndexError: no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"no leaf {index} in a tree of {self.size}")
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path


def verify_inclusion(root: bytes, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bool:
    """Say whether `leaf` is number `index` of the `size` leaves under `root`.

    Source: RFC 9162 §2.1.3.2. Any wrong argument gives False, never an exception.
    """
    if not 0 <= index < size or len(leaf) != HASH_BYTES or any(len(node) != HASH_BYTES for node in path):
        return False
    position, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            if not position & 1:
                while not position & 1 and position:
                    position >>= 1
                    last >>= 1
        else:
            current = node_hash(current, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(current, root)
