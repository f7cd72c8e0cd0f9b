"""Stage 5, audit: the canary users' scores give a lower bound of epsilon; a claim below it is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wuming.auditing.one_run import audit as audit_one_run
from wuming.auditing.one_run import check_claim, choose_guesses
from wuming.core.errors import ClaimRefused
from wuming.core.evidence import Evidence
from wuming.lifecycle.arms import load_units
from wuming.lifecycle.canary_coins import opened_canaries
from wuming.lifecycle.context import PRODUCER, Context


def audit(context: Context, measured: Mapping[str, Mapping[str, Any]]) -> None:
    """Compare the audited lower bound with the claim.

    Raises:
        ClaimRefused: the bound exceeds the claimed epsilon; nothing is released.
    """
    train, settings = context.claims("train"), context.plan.audit
    weights = context.evidence["train"].subject
    inputs = context.chain()
    if context.finished("audit", inputs):
        _check_again(context.claims("audit"))
        return
    if settings.canaries == 0:
        skipped = {"skipped": "the plan asks for no canaries"}
        context.finish(Evidence("audit", weights, skipped, (train["schedule"],), PRODUCER), inputs)
        return
    canaries = [records[0] for records in load_units(context.path("units", "canaries.json")).values()]
    coins, commitment = opened_canaries(context.ledger, context.path("audit", "seal.json"), canaries)
    epsilon, delta = train["epsilon"], train["delta"]
    guesses = choose_guesses(len(coins), epsilon, delta, settings.confidence)
    results = {
        arm: audit_one_run(
            _scores(measured, arm),
            coins,
            guesses=guesses,
            delta=delta,
            confidence=settings.confidence,
            claimed_epsilon=epsilon,
        )
        for arm in ("protected", "control")
        if arm in measured
    }
    claims = results["protected"].claims(
        unit_of_privacy=context.plan.unit_of_privacy,
        coins_commitment=commitment,
        neighbouring_relation=context.plan.neighbouring_relation,
        control=results.get("control"),
    )
    scores = _scores(measured, "protected")
    claims["scores"] = {
        "included": [score for score, coin in zip(scores, coins, strict=True) if coin],
        "excluded": [score for score, coin in zip(scores, coins, strict=True) if not coin],
    }
    context.finish(Evidence("audit", weights, claims, (train["schedule"],), PRODUCER), inputs)
    check_claim(results["protected"])


def _check_again(claims: Mapping[str, Any]) -> None:
    """Refuse a claim that an earlier call found disproved: running again does not make it true."""
    if "skipped" not in claims and claims["epsilon_lower_bound"] > claims["claimed_epsilon"]:
        raise ClaimRefused(
            f"the audit of this run showed epsilon ≥ {claims['epsilon_lower_bound']}, above the claimed "
            f"epsilon={claims['claimed_epsilon']}",
            help="Withdraw the claim and release nothing: look for a fault in sampler, clipping, noise or accounting.",
        )


def _scores(measured: Mapping[str, Mapping[str, Any]], arm: str) -> list[float]:
    """How much each canary's loss fell below the base model's: high for those that were trained on.

    To six digits, which is also what the evidence holds: whoever reads it counts the guesses again.
    """
    before, after = measured["base"]["losses"]["canaries"], measured[arm]["losses"]["canaries"]
    return [float(f"{b - a:.6g}") for b, a in zip(before, after, strict=True)]
