"""Canaries: invented units whose membership is decided by fair coins, so that an audit knows the truth.

A canary is one unit of privacy, and counts in the population like all others. It must come from public knowledge alone.

| module | canaries |
|---|---|
| `coins` | none: the coins that decide who is in, and their seal |
| `texts` | random words; tokens of their own; what a public model says at a high temperature |
| `images` | wrong labels; the blank picture under the least likely label |
| `rows` | rows of a table |

Canaries among the gradients are the trainer's: `wuming.training.probe`.
"""

from __future__ import annotations

from wuming.auditing.canaries.coins import (
    SealedCoins,
    Stream,
    coins_payload,
    fair_coins,
    seal_coins,
    uniform_below,
)
from wuming.auditing.canaries.images import mislabelled, worst_case_image
from wuming.auditing.canaries.rows import Range, canary_rows
from wuming.auditing.canaries.texts import CanaryUser, canary_texts, canary_users, new_token_canaries, sampled_texts

__all__ = [
    "CanaryUser",
    "Range",
    "SealedCoins",
    "Stream",
    "canary_rows",
    "canary_texts",
    "canary_users",
    "coins_payload",
    "fair_coins",
    "mislabelled",
    "new_token_canaries",
    "sampled_texts",
    "seal_coins",
    "uniform_below",
    "worst_case_image",
]
