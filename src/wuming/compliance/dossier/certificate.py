"""The certificate: what a dossier says of one model, in one JSON object that follows from the dossier's evidence.

Nothing in it is claimed twice: `statement` is computed from the evidence that the folder shows, and a verifier computes
it again. Two things come from outside the evidence and are signed with it: hashes of the released files, and the events
of the account, from which its charge is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wuming.compliance.dossier.figures import get, membership_interval
from wuming.compliance.dossier.page import facts_of
from wuming.compliance.dossier.recompute import event_of
from wuming.compliance.dossier.untested import untested
from wuming.core.errors import WumingError
from wuming.core.evidence import Evidence

CERTIFICATE = "certificate.json"
CERTIFICATE_FORMAT = "wuming-certificate/1"
_SAMPLER = ("sampling_probability", "expected_batch_size", "divisor", "population", "records_per_unit", "randomness")
_AUDIT = (
    *("method", "design", "access", "null_hypothesis", "canaries", "included", "guesses", "correct", "confidence"),
    *("delta", "epsilon_lower_bound", "highest_possible_bound", "claimed_epsilon", "verdict", "coins_commitment"),
)
_RISK = ("attack", "figure", "value", "interval", "chance", "bound", "scale")


def statement(
    evidence: Sequence[Evidence],
    withheld: Sequence[Sequence[str]],
    *,
    files: Mapping[str, Mapping[str, Any]],
    account: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the certificate of the model that `evidence` is about.

    Args:
        evidence: as the dossier shows it.
        withheld: for each piece, the paths that were left out of it.
        files: path → `sha256`, `size` of each released file.
        account: `id`, `cap_epsilon`, `delta`, `charge_epsilon`, `events` of the account at that time; None: none was
            charged.
    """
    facts = facts_of(evidence)
    train = facts["train"]
    hidden = {item.kind: tuple(paths) for item, paths in zip(evidence, withheld, strict=True)}
    return {
        "format": CERTIFICATE_FORMAT,
        "guarantee": {
            "epsilon": train.get("epsilon"),
            "delta": train.get("delta"),
            "unit_of_privacy": train.get("unit_of_privacy"),
            "neighbouring_relation": train.get("neighbouring_relation"),
            "sampler": train.get("sampler"),
            "event": _event(train),
            "accountant": train.get("accountant") or "PLD, dp-accounting, rounded up",
        },
        "sampler": {name: train[name] for name in _SAMPLER if name in train}
        | {"coins_commitment": train.get("coins_commitment")},
        **({"federation": dict(train["federation"])} if isinstance(train.get("federation"), Mapping) else {}),
        "account": None if account is None else dict(account),
        "audit": _audit(facts["audit"]),
        "attacks": _attacks(facts["assess"]),
        "environment": train.get("environment") or train.get("versions"),
        "data": {
            "commitment": get(facts, "collect.commitment") or train.get("data_commitment"),
            "source": {
                name: get(facts, f"collect.source.{name}") for name in ("name", "origin", "licence", "legal_basis")
            },
        },
        "model": {"weights_digest": _weights(evidence), "files": {path: dict(entry) for path, entry in files.items()}},
        "not_tested": untested(facts, hidden),
        "evidence": [item.digest for item in evidence],
    }


def _event(train: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        event = event_of(train)
    except (WumingError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None
    return None if event is None else event.as_json()


def _weights(evidence: Sequence[Evidence]) -> str | None:
    return next((item.subject for item in reversed(evidence) if item.kind == "train"), None)


def _audit(audit: Mapping[str, Any]) -> dict[str, Any] | None:
    found = {name: audit[name] for name in _AUDIT if name in audit and "skipped" not in audit}
    for name in ("gaussian", "white_box"):
        if isinstance(inner := audit.get(name), Mapping):
            found[name] = _audit(inner)
    return found or None


def _attacks(assess: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each attack's figure on the released model: the risk report's rows, or what the arms say."""
    rows = get(assess, "risk.rows")
    if isinstance(rows, list) and rows:
        return [{name: row[name] for name in _RISK if name in row} for row in rows if isinstance(row, Mapping)]
    arm = get(assess, "arms.protected") or {}
    found: list[dict[str, Any]] = []
    if get(arm, "membership.tpr_at_1_percent_fpr") is not None:
        member = arm["membership"]
        found.append(
            {
                "attack": "membership by calibrated loss",
                "figure": "true-positive rate at 1% false positives",
                "value": member["tpr_at_1_percent_fpr"],
                "interval": membership_interval(member),
                "scale": "share",
            }
        )
    for kind in ("structured", "free_text"):
        if get(arm, f"extracted.{kind}") is not None:
            found.append(
                {
                    "attack": f"extraction of planted secrets, {kind.replace('_', ' ')}",
                    "figure": f"secrets found of {get(assess, f'secrets.{kind}')}",
                    "value": arm["extracted"][kind],
                }
            )
        if get(arm, f"exposure.{kind}.mean") is not None:
            exposure = arm["exposure"][kind]
            found.append(
                {
                    "attack": f"exposure of planted secrets, {kind.replace('_', ' ')}",
                    "figure": "mean, in bits",
                    "value": exposure["mean"],
                    "interval": exposure.get("interval"),
                }
            )
    return found
