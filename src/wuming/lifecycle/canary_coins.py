"""Coins of canaries: sealed in the ledger before anything is trained, opened when the model is audited.

Adversary: whoever trains, and would like to choose the coins when the scores are known. The seal hides and binds; the
ledger says that it was there before. What the trainer does with canaries that it knows, nobody can see here: an audit
of one's own training finds faults, not fraud.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wuming.auditing.canaries import coins_payload
from wuming.auditing.canaries import seal_coins as sealed_coins
from wuming.core.errors import VerificationFailed
from wuming.core.storage import read_json, write_json
from wuming.crypto.sealing import open_seal, seal
from wuming.governance.ledger import Ledger


def seal_canaries(ledger: Ledger, path: Path, scope: str, coins: Sequence[bool], canaries: Sequence[str]) -> str:
    """Put the commitment to the coins into the ledger, once a scope, and keep what opens it; return the commitment.

    Args:
        ledger: where commitments are kept.
        path: file of coins, opening and commitment; as secret as the coins.
        scope: what the coins are for, such as a schedule's digest.
        coins: one a canary.
        canaries: their texts or names, in the same order.
    """
    if path.exists() and (known := read_json(path))["scope"] == scope:
        return str(known["commitment"])
    sealed = sealed_coins(coins, canaries, seal=seal)
    ledger.append("seal", {"what": "canary coins", "scope": scope, "commitment": sealed.commitment})
    opening = {"commitment": sealed.commitment, "opening": sealed.opening.hex(), "coins": list(coins)}
    write_json(path, {"scope": scope, **opening})
    return sealed.commitment


def opened_canaries(ledger: Ledger, path: Path, canaries: Sequence[str]) -> tuple[list[bool], str]:
    """Return the coins and their commitment, after opening the seal that the ledger held before training.

    Raises:
        VerificationFailed: other coins, other canaries, another order, or a commitment that the ledger does not know.
    """
    sealed = read_json(path)
    coins, commitment = [bool(coin) for coin in sealed["coins"]], str(sealed["commitment"])
    open_seal(commitment, bytes.fromhex(sealed["opening"]), coins_payload(coins, canaries))
    if not any(entry.kind == "seal" and entry.body.get("commitment") == commitment for entry in ledger.entries()):
        raise VerificationFailed(
            "the ledger knows no such seal of the canary coins",
            help=f"Remove {path} and train again; its coins may have been chosen afterwards.",
        )
    return coins, commitment
