"""Stage 6, assess: what an attacker gets out of each arm, and what protection costs in quality."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wuming.auditing.exposure import chance
from wuming.core.evidence import Evidence
from wuming.core.storage import read_json
from wuming.lifecycle.arms import summarise
from wuming.lifecycle.context import PRODUCER, Context
from wuming.lifecycle.groups import compare_groups
from wuming.lifecycle.risk import risk_report


def assess(context: Context, measured: Mapping[str, Mapping[str, Any]]) -> None:
    """Report extraction, exposure, membership and perplexity of every arm."""
    weights = context.evidence["train"].subject
    inputs = context.chain()
    if context.finished("assess", inputs):
        return
    arms = {arm: summarise(result, measured["base"]) for arm, result in measured.items()}
    held_out = read_json(context.path("units", "held-out.json"))
    secrets = measured["protected"].get("secrets", [])
    best = _best_unprotected(context, arms)
    claims: dict[str, Any] = {
        "secrets": {
            "planted": len(secrets),
            "structured": sum(s["kind"] == "structured" for s in secrets),
            "free_text": sum(s["kind"] == "free_text" for s in secrets),
        },
        "samples_per_secret": context.plan.assess.samples,
        "candidates": context.plan.assess.candidates,
        "arms": arms,
        "chance": chance(max(1, sum(s["kind"] == "free_text" for s in secrets)), context.plan.assess.candidates),
        "gain_kept": gain_kept(arms["base"]["perplexity"], arms["protected"]["perplexity"], best),
        "gain_kept_against_deidentified": gain_kept(
            arms["base"]["perplexity"],
            arms["protected"]["perplexity"],
            arms["deidentified"]["perplexity"] if "deidentified" in arms else None,
        ),
        "reference": "raw, best of its checkpoints",
        "best_unprotected_perplexity": best,
        "held_out": {
            "units": len(held_out),
            "records": sum(len(texts) for texts in held_out.values()),
            "text": "de-identified",
        },
    }
    groups = compare_groups(held_out, {arm: result["losses"]["held_out"] for arm, result in measured.items()})
    if groups is not None:
        claims["groups"] = groups
    claims["risk"] = risk_report(context, claims)
    context.finish(Evidence("assess", weights, claims, (weights,), PRODUCER), inputs)


def gain_kept(base: float, protected: float, unprotected: float | None) -> float | None:
    """Return (ln base - ln protected) / (ln base - ln unprotected): 1 when protection costs nothing."""
    if unprotected is None or unprotected >= base:
        return None
    return round(math.log(base / protected) / math.log(base / unprotected), 4)


def _best_unprotected(context: Context, arms: Mapping[str, Mapping[str, Any]]) -> float | None:
    checkpoints = [*context.claims("train")["checkpoints"]]
    if "raw" in arms:
        checkpoints.append(arms["raw"]["perplexity"])
    return round(min(checkpoints), 4) if checkpoints else None
