"""Stage 5, audit: the canaries' scores give lower bounds of epsilon; a claim that they disprove is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wuming.accounting.events import event_from_json
from wuming.auditing.bounds.canaries import audit_by_canaries
from wuming.auditing.bounds.picture import audit_picture
from wuming.auditing.one_run import audit as audit_one_run
from wuming.auditing.one_run import choose_guesses
from wuming.auditing.risk.bounds import Claim
from wuming.core.errors import ClaimRefused
from wuming.core.evidence import Evidence
from wuming.core.storage import read_json, write_atomically
from wuming.lifecycle.arms import load_units
from wuming.lifecycle.canary_coins import opened_canaries
from wuming.lifecycle.context import PRODUCER, Context
from wuming.lifecycle.stages.canaries import GRADIENT_SEAL, gradient_names


def audit(context: Context, measured: Mapping[str, Mapping[str, Any]]) -> None:
    """Compare the audited lower bounds with the claim.

    Canaries with text show what an attacker sees who holds the released model; those among the gradients, where the
    plan asks for some, what one sees who watches each step. All bounds hold together with the plan's confidence.

    Raises:
        ClaimRefused: a bound exceeds the claimed epsilon, or the claimed curve is broken; nothing is released.
    """
    train, settings = context.claims("train"), context.plan.audit
    weights = context.evidence["train"].subject
    inputs = context.chain()
    if context.finished("audit", inputs):
        _refuse_disproved(context.claims("audit"))
        return
    confidence = settings.confidence if settings.gradient_canaries == 0 else 1 - (1 - settings.confidence) / 2
    white_box = _white_box(context, confidence) if settings.gradient_canaries else None
    if settings.canaries == 0:
        claims: dict[str, Any] = {"skipped": "the plan asks for no canaries with text"}
    else:
        claims = _of_the_model(context, measured, confidence)
    if white_box is not None:
        claims["white_box"] = white_box
    context.finish(Evidence("audit", weights, claims, (train["schedule"],), PRODUCER), inputs)
    _refuse_disproved(claims)


def _of_the_model(context: Context, measured: Mapping[str, Mapping[str, Any]], confidence: float) -> dict[str, Any]:
    """Return the claims of an audit that sees the losses of the released model, and of the control beside it."""
    canaries = [records[0] for records in load_units(context.path("units", "canaries.json")).values()]
    coins, commitment = opened_canaries(context.ledger, context.path("audit", "seal.json"), canaries)
    claim = _claim(context)
    guesses = choose_guesses(len(coins), claim.epsilon, claim.delta, confidence)
    results = {
        arm: audit_one_run(
            _scores(measured, arm),
            coins,
            guesses=guesses,
            delta=claim.delta,
            confidence=confidence,
            claimed_epsilon=claim.epsilon,
        )
        for arm in ("protected", "control")
        if arm in measured
    }
    claims = results["protected"].claims(
        unit_of_privacy=claim.unit_of_privacy,
        coins_commitment=commitment,
        neighbouring_relation=claim.neighbouring_relation,
        control=results.get("control"),
    )
    scores = _scores(measured, "protected")
    claims["scores"] = {
        "included": [score for score, coin in zip(scores, coins, strict=True) if coin],
        "excluded": [score for score, coin in zip(scores, coins, strict=True) if not coin],
    }
    picture = audit_picture(claims["scores"]["included"], claims["scores"]["excluded"], claim, "loss")
    write_atomically(context.path("audit", "loss.svg"), picture.encode())
    return claims


def _white_box(context: Context, confidence: float) -> dict[str, Any]:
    """Return the claims of an audit by canaries among the gradients: one bound tests the claim, one is Gaussian."""
    signals = read_json(context.path("models", "protected.json"))["result"]["signals"]
    scores = [float(f"{signal:.6g}") for signal in signals]
    names = gradient_names(len(scores))
    coins, commitment = opened_canaries(context.ledger, context.path(*GRADIENT_SEAL), names)
    found = audit_by_canaries(scores, coins, _claim(context), access="white-box", confidence=confidence, normal=True)
    write_atomically(context.path("audit", "white-box.svg"), found.picture.encode())
    return found.evidence(commitment)


def _claim(context: Context) -> Claim:
    train = context.claims("train")
    return Claim(
        train["epsilon"],
        train["delta"],
        train["unit_of_privacy"],
        train["neighbouring_relation"],
        train["sampler"],
        event_from_json(train["event"]),
    )


def _refuse_disproved(claims: Mapping[str, Any]) -> None:
    """Refuse a claim that this or an earlier call found disproved: running again does not make it true."""
    tests = [found for found in (claims, claims.get("white_box", {})) if "verdict" in found]
    if any(found["verdict"] == "violated" for found in tests):
        bound = max(found["epsilon_lower_bound"] for found in tests)
        raise ClaimRefused(
            f"the audit of this run disproves the claim epsilon={tests[0]['claimed_epsilon']}: it shows epsilon ≥ "
            f"{bound}, or that the claimed event's curve is broken",
            help="Withdraw the claim and release nothing: look for a fault in sampler, clipping, noise or accounting.",
        )


def _scores(measured: Mapping[str, Mapping[str, Any]], arm: str) -> list[float]:
    """How much each canary's loss fell below the base model's: high for those that were trained on.

    To six digits, which is also what the evidence holds: whoever reads it counts the guesses again.
    """
    before, after = measured["base"]["losses"]["canaries"], measured[arm]["losses"]["canaries"]
    return [float(f"{b - a:.6g}") for b, a in zip(before, after, strict=True)]
