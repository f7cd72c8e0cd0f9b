"""Canaries of a run: invented people, and directions among the gradients, in by fair coins, sealed before training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wuming.auditing.canaries import canary_users, fair_coins
from wuming.core.canonical import digest
from wuming.core.reading import read_lines
from wuming.crypto.random import SecureStream, derive_key
from wuming.lifecycle.arms import Units
from wuming.lifecycle.canary_coins import seal_canaries
from wuming.lifecycle.context import Context
from wuming.training.probe import probe_coins

GRADIENT_SEAL = ("audit", "gradient-seal.json")
# Long enough to be unlike any dialogue, short enough to fit every model of the schema.
_WORDS = 14


@dataclass(frozen=True)
class InsertedCanaries:
    """All canary units, those that the coins put in, and the sealed coins."""

    all_units: Units
    included: Units
    coins: tuple[bool, ...]
    commitment: str


def insert_canaries(context: Context, public: Path) -> InsertedCanaries:
    """Draw canaries and coins for this plan on this data, and put the commitment into the ledger.

    They come from a CSPRNG keyed by a secret, the plan and the data, so that a repeated run has the same canaries, and
    its schedule is recognised as a replay; whoever lacks the key can foresee neither.
    """
    count = context.plan.audit.canaries
    scope = digest([context.plan_digest, context.evidence["de-identify"].subject])
    key = derive_key(context.keys.secret("canaries"), scope)
    words = _public_words(public)
    users = canary_users(count, context.plan.train.records_per_unit, words, _WORDS, SecureStream(key, "texts"))
    coins = fair_coins(count, SecureStream(key, "coins"))
    units = {user.subject: list(user.texts) for user in users}
    path, texts = context.path("audit", "seal.json"), [user.texts[0] for user in users]
    commitment = seal_canaries(context.ledger, path, scope, coins, texts)
    included = {unit: records for (unit, records), coin in zip(units.items(), coins, strict=True) if coin}
    return InsertedCanaries(units, included, tuple(coins), commitment)


def seal_gradient_canaries(context: Context, run_key: bytes, schedule: str) -> None:
    """Put the commitment to the gradient canaries' coins, which the trainer draws from the run key, into the ledger."""
    if count := context.plan.audit.gradient_canaries:
        path = context.path(*GRADIENT_SEAL)
        seal_canaries(context.ledger, path, schedule, probe_coins(run_key, count), gradient_names(count))


def gradient_names(count: int) -> list[str]:
    """Return the names of gradient canaries, which have no text."""
    return [f"direction {number}" for number in range(count)]


def _public_words(path: Path) -> list[str]:
    """Return frequent words of the public corpus; canaries know nothing of private text."""
    counts: dict[str, int] = {}
    for number, line in read_lines(path):
        if number > 3000:
            break
        for word in line["text"].replace("：", " ").replace("，", " ").replace("。", " ").split():
            if 2 <= len(word) <= 8:
                counts[word] = counts.get(word, 0) + 1
    return sorted(sorted(counts), key=lambda word: -counts[word])[:1500]
