"""The audit of a trained model by its canaries: open the seal, take the scores, test the claim, write it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from wuming import __version__
from wuming.accounting.events import event_from_json
from wuming.app.models import language_model, model_folder, stated_claim
from wuming.app.training_canaries import kept_canaries
from wuming.auditing.bounds.bound import Method
from wuming.auditing.bounds.canaries import CanaryAudit, audit_by_canaries
from wuming.auditing.risk.bounds import Claim
from wuming.core.errors import MissingFile, PrivacyParameterError
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.storage import private_folder, read_json, write_atomically, write_json
from wuming.governance.ledger import Ledger
from wuming.lifecycle.arms import load_units
from wuming.lifecycle.canary_coins import opened_canaries

Access = Literal["white-box", "loss", "text"]
ACCESSES: tuple[Access, ...] = ("white-box", "loss", "text")
FOLDER = "audit"
_PRODUCER = f"wuming {__version__}"
_PASSAGES = 60


@dataclass(frozen=True)
class AuditJob:
    """What one call of `wuming audit model` asks for.

    Attributes:
        source: folder of `wuming run` or `wuming train`.
        access: what the auditor sees; None: the most that these canaries allow.
        method: how the bound is computed; None: by a test of the claim, with the Gaussian bound beside it where scores
            are sums over many steps. See `audit_by_canaries`.
        confidence: in (0, 1).
        base: model that adapters belong to.
    """

    source: Path
    access: Access | None
    method: Method | None
    confidence: float
    base: Path | None


@dataclass(frozen=True)
class Audited:
    """What an audit found.

    Attributes:
        audit: bounds with their null hypotheses, and the verdict.
        claims: as entered in the ledger.
        picture: file of the plot.
    """

    audit: CanaryAudit
    claims: dict[str, Any]
    picture: Path


@dataclass(frozen=True)
class _Canaries:
    """What is known of the canaries of either kind of folder."""

    names: list[str]
    coins: list[bool]
    commitment: str
    before: list[float]
    signals: list[float]

    def access(self, asked: Access | None) -> Access:
        """Return what the auditor sees.

        Raises:
            PrivacyParameterError: more, or other, than these canaries give.
        """
        allowed: tuple[Access, ...] = ("white-box",) if self.signals else ("loss", "text")
        if asked is not None and asked not in allowed:
            raise PrivacyParameterError(
                f"access={asked!r} needs other canaries than these", help=f"These allow {' or '.join(allowed)}."
            )
        return asked or allowed[0]


def audit_model(job: AuditJob, progress: Progress) -> Audited:
    """Bound ε of a model from below by the canaries that were sealed before its training.

    The bound goes into the ledger as evidence about these weights, where `wuming certify` finds it, and into the folder
    `audit` beside the model, with a picture. Also a bound that disproves the claim is written down: the caller refuses.

    Raises:
        MissingFile: no model, no claim, or a training without canaries.
        VerificationFailed: coins or canaries are not those that were sealed, or the claim is about other weights.
        PrivacyParameterError: an access or method that does not fit.
    """
    progress.start("audit")
    claim = stated_claim(job.source)
    canaries = _canaries(job.source, claim)
    access = canaries.access(job.access)
    scores = _scores(job, claim, canaries, access)
    tested = Claim(
        claim["epsilon"],
        claim["delta"],
        claim["unit_of_privacy"],
        claim["neighbouring_relation"],
        claim["sampler"],
        event_from_json(claim["event"]),
    )
    found = audit_by_canaries(
        scores,
        canaries.coins,
        tested,
        access=access,
        confidence=job.confidence,
        normal=access == "white-box",
        method=job.method,
    )
    claims = found.evidence(canaries.commitment)
    _enter(claim, claims)
    folder = private_folder(job.source / FOLDER)
    write_json(folder / f"{access}.json", claims)
    drawn = folder / f"{access}.svg"
    write_atomically(drawn, found.picture.encode())
    progress.finish("audit")
    return Audited(found, claims, drawn)


def _canaries(source: Path, claim: dict[str, Any]) -> _Canaries:
    if model_folder(source) == source:
        kept = kept_canaries(source, claim.get("canaries"))
        known = kept.canaries
        return _Canaries(list(known.names), list(known.coins), known.commitment, list(known.before), kept.signals)
    units, base = source / "units" / "canaries.json", source / "measurements" / "base.json"
    seal = source / "audit" / "seal.json"
    if not (units.exists() and base.exists() and seal.exists()):
        raise MissingFile(f"no canaries in {source}", help="Ask for some in the plan: audit.canaries.")
    texts = [records[0] for records in load_units(units).values()]
    coins, commitment = opened_canaries(Ledger(), seal, texts)
    return _Canaries(texts, coins, commitment, read_json(base)["result"]["losses"]["canaries"], [])


def _scores(job: AuditJob, claim: dict[str, Any], canaries: _Canaries, access: Access) -> list[float]:
    """Return a score a canary, higher for what looks trained on; six digits, as they are stored."""
    if access == "white-box":
        found = canaries.signals
    else:
        from wuming.training.inference import text_losses

        model, tokens = language_model(job.source, claim, job.base)
        if access == "loss":
            after = text_losses(model, tokens, canaries.names)
            found = [first - then for first, then in zip(canaries.before, after, strict=True)]
        else:
            found = _repeated(model, tokens, canaries.names)
    return [float(f"{score:.6g}") for score in found]


def _repeated(model: Any, tokens: Any, texts: Sequence[str]) -> list[float]:
    """Return how much of its second half the model says of each text, once given the first: tokens in their place.

    Tokens up to the first wrong one count 1, later ones a thousandth: what is seen of a model that only answers.
    """
    from wuming.training.synthesis import Sampler

    longest = int(getattr(model.config, "max_position_embeddings", 512))
    sampler = Sampler(model, tokens, max_tokens=longest, seed=0)
    scores = []
    for start in range(0, len(texts), _PASSAGES):
        rows = [tokens.encode(text) for text in texts[start : start + _PASSAGES]]
        prompts = [tokens.decode(row[: len(row) // 2]) for row in rows]
        wanted = [text[len(prompt) :] for text, prompt in zip(texts[start : start + _PASSAGES], prompts, strict=True)]
        most = max(len(row) - len(row) // 2 for row in rows)
        said = sampler.continue_text(prompts, most, 1, 0.0)
        scores += [_agreement(tokens.encode(w), tokens.encode(s[0])) for w, s in zip(wanted, said, strict=True)]
    return scores


def _agreement(wanted: Sequence[int], said: Sequence[int]) -> float:
    same = [a == b for a, b in zip(wanted, said, strict=False)]
    first = same.index(False) if False in same else len(same)
    return first + sum(same[first:]) / 1000


def _enter(claim: dict[str, Any], claims: dict[str, Any]) -> None:
    """Put the audit into the ledger, once."""
    ledger, weights = Ledger(), str(claim["weights_digest"])
    made = Evidence("audit", weights, claims, (str(claim["schedule"]),), _PRODUCER)
    same = {name: value for name, value in made.as_json().items() if name != "at"}
    held = [entry.body for entry in ledger.entries() if entry.kind == "evidence"]
    if not any(same.items() <= body.items() for body in held):
        ledger.record(made)
