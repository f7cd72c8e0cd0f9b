"""Commitments that a certificate names: to the coins that choose who takes part, and to the file that was trained on.

Both hide what they commit to (SHA-256 of a 256-bit pseudo-random key, or under one) and bind to it. Whoever holds the
keys can open them to an auditor later: the coins' key shows who was drawn in each step, and nothing of the noise, whose
key is another one.

Adversary: the reader of a certificate, who must learn nothing; and the trainer, who must not choose other coins or
another file afterwards. Assumption: SHA-256 is collision-resistant, and HKDF-SHA256 pseudo-random.
"""

from __future__ import annotations

import hashlib

from wuming.crypto.random import derive_key
from wuming.governance.ledger import Ledger

_COINS, _DATA = b"wuming/coins-commitment/1", b"wuming/data-commitment/1"


def coins_key(run_key: bytes) -> bytes:
    """Return the key from which `wuming.training.participants` draws samples and records; the noise has another one."""
    return derive_key(run_key, "participants")


def coins_commitment(run_key: bytes) -> str:
    """Return the commitment (`sha256:…`) to the coins of one training.

    Args:
        run_key: 32 secret bytes that coins and noise derive from.
    """
    return "sha256:" + hashlib.sha256(_COINS + coins_key(run_key)).hexdigest()


def opens_coins(commitment: str, key: bytes) -> bool:
    """Say whether `key`, from `coins_key`, is what the commitment was made to."""
    return commitment == "sha256:" + hashlib.sha256(_COINS + key).hexdigest()


def data_commitment(secret: bytes, schedule: str, data_digest: str) -> str:
    """Return the commitment (`sha256:…`) to the digest of the file that a schedule is trained on.

    Args:
        secret: of the key store; without it nobody can test a guess of the file, not even one of few possible files.
        schedule: digest that names the training.
        data_digest: `sha256:…` of the file.
    """
    nonce = derive_key(secret, "data", schedule)
    return "sha256:" + hashlib.sha256(_DATA + nonce + data_digest.encode()).hexdigest()


def seal_coins(ledger: Ledger, run_key: bytes, schedule: str) -> str:
    """Put the commitment to the sampling coins into the ledger before the first of them is used, once a schedule.

    Args:
        ledger: where commitments are kept.
        run_key: 32 secret bytes that coins and noise derive from.
        schedule: digest that names the training.

    Returns:
        The commitment.
    """
    commitment = coins_commitment(run_key)
    body = {"what": "sampling coins", "scope": schedule, "commitment": commitment}
    if not any(entry.kind == "seal" and entry.body == body for entry in ledger.entries()):
        ledger.append("seal", body)
    return commitment
