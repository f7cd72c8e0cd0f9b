"""The one list of claims that are internal: figures computed on private data without noise.

ε covers what was released under it, nothing else. A count of the people admitted, a leak rate, a digest of the private
data or a perplexity on private text is a function of the data, and publishing it is another release about the same
people, which no ε covers. A public dossier leaves these out.

What stays public: parameters fixed before the data was seen; what is computed from the protected model and from
canaries alone (post-processing; canaries are nobody's data); the Merkle root, which hides the records under secret
nonces. Whether a control passed is itself one bit computed on the data: it stays, since a release says as much by
being there.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from wuming.compliance.catalogue import controls
from wuming.compliance.conditions import Context
from wuming.compliance.review import explain
from wuming.core.evidence import Evidence

INTERNAL: dict[str, tuple[str, ...]] = {
    "collect": (
        "collected",
        "admitted",
        "dropped",
        "notice_versions",
        "guardian_consents",
        "source.digest",
        "commitment.leaves",
        "@subject",
        "@inputs",
    ),
    "de-identify": ("records", "found", "measured", "vault.entries", "@subject", "@inputs"),
    "anonymise": (
        "rows",
        "k",
        "l",
        "classes",
        "suppressed",
        "ncp",
        "risk_before",
        "risk_after",
        "gate",
        "@subject",
        "@inputs",
    ),
    "train": (
        "units",
        "schedule",
        "self_check.largest_clipped_share",
        "self_check.units_compared_with_plain_loop",
        # The size of the noise as drawn: who guesses the gradients can test the guess against it.
        "self_check.noise_ratio",
        "seconds",
        "@inputs",
    ),
    "audit": ("control", "@inputs"),
    "assess": (
        "secrets",
        # The figures; advice is arithmetic on public numbers, and answers state public claims only.
        "risk.rows",
        "arms",
        "chance",
        "gain_kept",
        "groups",
        "gain_kept_against_deidentified",
        "best_unprotected_perplexity",
        "reference",
        "held_out",
        "@inputs",
    ),
    # An answer has its noise; a digest of the table that it was drawn from is without.
    "query": ("@inputs",),
    "ledger": (),
}
PUBLIC_KEYS: dict[str, tuple[str, ...]] = {
    # A claim that is not listed here stays inside too: a new claim is internal until somebody decides otherwise.
    "collect": (
        "source",
        "unit_of_privacy",
        "purpose",
        "as_of",
        "retention_days",
        "age_of_consent",
        "commitment",
        "fields_used",
        "fields_declared",
    ),
    "de-identify": ("engine", "ruleset_digest", "operator", "operators", "vault", "acts_on_one_subject_at_a_time"),
    "anonymise": ("algorithm", "k_asked", "l_asked", "t_asked", "quasi_identifiers", "sensitive", "skipped"),
    "train": (
        "unit_of_privacy",
        "neighbouring_relation",
        "epsilon",
        "delta",
        "sampler",
        "sampling_probability",
        "noise_multiplier",
        "steps",
        "max_grad_norm",
        "records_per_unit",
        "divisor",
        "accountant",
        "population",
        "account",
        "replayed",
        "self_check",
        "model",
        "randomness",
        "event",
        "coins_commitment",
        "environment",
        # Numbers of the federation, fixed beforehand, and how many silos fell silent, which is no figure about people.
        "federation",
        # Of a claim of `wuming train` or `wuming tune`: numbers fixed beforehand, versions, digests of public things.
        "data_commitment",
        "expected_batch_size",
        "plan",
        "task",
        "labels",
        "lora",
        "versions",
        "start",
        "tuning",
        "settings",
        "chosen_by",
        "chosen",
    ),
    "audit": (
        "method",
        "design",
        "access",
        "null_hypothesis",
        "canaries",
        "included",
        "guesses",
        "correct",
        "confidence",
        "delta",
        "epsilon_lower_bound",
        "highest_possible_bound",
        "claimed_epsilon",
        "verdict",
        "coins_commitment",
        "skipped",
        # Scores of invented people and coins that were opened: the released model gives them, and nobody is in them.
        "scores",
        "excluded",
        "event",
        "details",
        "gaussian",
        "white_box",
    ),
    "assess": ("samples_per_secret", "candidates", "risk"),
    "query": ("figures", "keys", "groups", "contract", "cost", "account"),
    "ledger": ("verified", "entries", "head", "completeness"),
}
WITHHELD_DIGEST = "sha256:" + "0" * 64


def internal_paths(evidence: Evidence) -> list[str]:
    """Return the claims of `evidence` that a public dossier leaves out, as paths."""
    listed = INTERNAL.get(evidence.kind, ())
    allowed = PUBLIC_KEYS.get(evidence.kind, ())
    paths = [path for path in listed if path.startswith("@") or _holds(evidence.claims, path)]
    return paths + sorted(key for key in evidence.claims if key not in allowed and key not in listed)


def public_part(evidence: Evidence) -> tuple[Evidence, list[str]]:
    """Return `evidence` without its internal claims, and the paths that were left out."""
    withheld = internal_paths(evidence)
    claims: dict[str, Any] = copy.deepcopy(dict(evidence.claims))
    for path in withheld:
        if not path.startswith("@"):
            _remove(claims, path)
    return (
        Evidence(
            kind=evidence.kind,
            subject=WITHHELD_DIGEST if "@subject" in withheld else evidence.subject,
            claims=claims,
            inputs=() if "@inputs" in withheld else evidence.inputs,
            produced_by=evidence.produced_by,
            at=evidence.at,
        ),
        withheld,
    )


def public_review(claims: dict[str, Any], shown: Sequence[Evidence]) -> dict[str, Any]:
    """Return a review's claims without figures that are internal: reasons are written anew from what is shown."""

    catalogue = {control.id: control for control in controls()}
    policy = {**claims.get("policy", {})}
    written = []
    for entry in claims.get("controls", []):
        control = catalogue.get(entry["id"])
        pieces = [item for item in shown if control is not None and item.kind == control.reads]
        reason = {"en": "The figures are internal.", "zh": "具体数字为内部信息，不对外公布。"}
        if control is not None and pieces and entry["status"] == "pass":
            reason = explain(
                control.reason, Context(pieces[0], shown, policy), missing={"en": "(internal)", "zh": "（内部）"}
            )
        written.append({**entry, "reason": reason, "evidence": []})
    return {**claims, "controls": written}


def _holds(claims: Any, path: str) -> bool:
    value = claims
    for part in path.split("."):
        if not hasattr(value, "keys") or part not in value:
            return False
        value = value[part]
    return True


def _remove(claims: dict[str, Any], path: str) -> None:
    *parents, last = path.split(".")
    for part in parents:
        claims = claims[part]
    claims.pop(last, None)
