"""Merkle trees: published roots, the recursive definition, and twins without prefix or with doubled leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable
from wuming.crypto.merkle import (
    EMPTY_ROOT,
    MerkleTree,
    leaf_hash,
    node_hash,
    plain_leaf_hash,
    record_nonce,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "crypto.json").read_bytes())["merkle"]
LEAVES = [plain_leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert MerkleTree(LEAVES[:size]).root.hex() == VECTORS["roots"][size - 1]


def test_empty_tree() -> None:
    assert MerkleTree([]).root == EMPTY_ROOT == plain_root([])


def _leaves(size: int) -> list[bytes]:
    return [hashlib.sha256(str(i).encode()).digest() for i in range(size)]


@given(size=st.integers(1, 70), data=st.data())
@settings(max_examples=80, deadline=None)
def test_every_proof_holds_and_no_changed_one_does(size: int, data: st.DataObject) -> None:
    leaves = _leaves(size)
    tree = MerkleTree(leaves)
    assert tree.root == plain_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion_proof(index)
    assert verify_inclusion(tree.root, leaves[index], index, size, path)
    other = data.draw(st.integers(0, size + 3))
    if other != index:
        assert not verify_inclusion(tree.root, leaves[index], other, size, path)
    assert not verify_inclusion(tree.root, bytes(32), index, size, path)
    assert not verify_inclusion(tree.root, leaves[index], index, size, [*path, bytes(32)])
    assert not verify_inclusion(bytes(32), leaves[index], index, size, path)
    if path:
        assert not verify_inclusion(tree.root, leaves[index], index, size, path[:-1])
        place = data.draw(st.integers(0, len(path) - 1))
        broken = [bytes([node[0] ^ 1]) + node[1:] if i == place else node for i, node in enumerate(path)]
        assert not verify_inclusion(tree.root, leaves[index], index, size, broken)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 3)])
def test_impossible_places(index: int, size: int) -> None:
    tree = MerkleTree(_leaves(3))
    assert not verify_inclusion(tree.root, tree.leaves[0], index, size, tree.inclusion_proof(0))
    if size == 3:
        with pytest.raises(IndexError):
            tree.inclusion_proof(index)


def _node_passes_as_leaf(make_leaf: Callable[[bytes], bytes], make_node: Callable[[bytes, bytes], bytes]) -> bool:
    """Try to show the two lowest leaves of four, glued together, as one leaf of a tree of two."""
    leaves = [make_leaf(bytes([i]) * 32) for i in range(4)]
    left, right = make_node(leaves[0], leaves[1]), make_node(leaves[2], leaves[3])
    root = make_node(left, right)
    forged = make_leaf(leaves[0] + leaves[1])
    return make_node(forged, right) == root


def test_a_node_never_passes_as_a_leaf_but_does_without_prefix() -> None:
    assert not _node_passes_as_leaf(plain_leaf_hash, node_hash)
    assert _node_passes_as_leaf(lambda d: hashlib.sha256(d).digest(), lambda a, b: hashlib.sha256(a + b).digest())


def _doubling_root(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        leaves = leaves + leaves[-1:] if len(leaves) % 2 else leaves
        leaves = [node_hash(leaves[i], leaves[i + 1]) for i in range(0, len(leaves), 2)]
    return leaves[0]


def test_two_lists_never_share_a_root_but_do_when_the_last_leaf_is_doubled() -> None:
    a = _leaves(3)
    assert MerkleTree(a).root != MerkleTree([*a, a[-1]]).root
    assert _doubling_root(a) == _doubling_root([*a, a[-1]])


def test_low_entropy_record_cannot_be_guessed_from_its_leaf() -> None:
    key, record = b"k" * 32, b"yes"
    leaf = leaf_hash(record_nonce(key, "1", record), record)
    assert leaf not in {plain_leaf_hash(guess) for guess in (b"yes", b"no")}
    assert plain_leaf_hash(record) in {plain_leaf_hash(guess) for guess in (b"yes", b"no")}


def test_nonces_depend_on_key_id_and_content() -> None:
    nonces = {record_nonce(k * 32, i, r) for k in (b"a", b"b") for i in ("1", "2") for r in (b"x", b"y")}
    assert len(nonces) == 8
    with pytest.raises(KeyUnavailable):
        record_nonce(b"", "1", b"")


def test_sizes_are_checked() -> None:
    with pytest.raises(ValueError):
        leaf_hash(b"short", b"record")
    with pytest.raises(ValueError):
        MerkleTree([b"short"])
