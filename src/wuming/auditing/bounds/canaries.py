"""The audit of one training by its canaries: a verdict on the claim, the tightest bound, and a picture of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wuming.auditing.bounds.bound import Bound, Method
from wuming.auditing.bounds.picture import audit_picture
from wuming.auditing.bounds.scores import ONE_RUN, Scores, bound_from_scores
from wuming.auditing.risk.bounds import Claim


@dataclass(frozen=True)
class CanaryAudit:
    """What the canaries of one training show of its claim.

    Attributes:
        claim: what was put to the test.
        access: what the auditor saw.
        included, excluded: scores of the canaries that were in, and of the others.
        tested: the bound whose null hypothesis holds the claim itself (unless another method was asked for).
        gaussian: the bound under the hypothesis that scores are normal, which sees more; None for other scores.
    """

    claim: Claim
    access: str
    included: tuple[float, ...]
    excluded: tuple[float, ...]
    tested: Bound
    gaussian: Bound | None

    @cached_property
    def picture(self) -> str:
        """ROC of the canaries beside the most that the claim lets anybody reach, SVG."""
        return audit_picture(self.included, self.excluded, self.claim, self.access)

    def as_json(self) -> dict[str, Any]:
        """Return verdict and bounds, without the picture."""
        gaussian = None if self.gaussian is None else self.gaussian.as_json()
        return {"verdict": self.tested.verdict, "tested": self.tested.as_json(), "gaussian": gaussian}

    def evidence(self, coins_commitment: str) -> dict[str, Any]:
        """Return what a ledger keeps of it: bounds, with all that they can be computed from again.

        Args:
            coins_commitment: to the coins, from before training.
        """
        claim, event = self.claim, self.claim.event if self.tested.method == "curve" else None
        found = {
            **self.tested.as_json(),
            "access": self.access,
            "canaries": len(self.included) + len(self.excluded),
            "unit_of_privacy": claim.unit_of_privacy,
            "neighbouring_relation": claim.neighbouring_relation,
            "sampler": claim.sampler,
            "coins_commitment": coins_commitment,
            "scores": {"included": list(self.included), "excluded": list(self.excluded)},
        }
        found |= {} if event is None else {"event": event.as_json()}
        return found | ({} if self.gaussian is None else {"gaussian": self.gaussian.as_json()})

    def __str__(self) -> str:
        """Return one line a bound for people."""
        bounds = [bound for bound in (self.tested, self.gaussian) if bound is not None]
        return "\n".join(
            f"epsilon ≥ {bound.epsilon_lower_bound:.3f} at delta {bound.delta:g}, confidence {bound.confidence:.4g}, "
            f"{bound.method}: {bound.verdict}; null hypothesis: {bound.null_hypothesis}"
            for bound in bounds
        )


def audit_by_canaries(
    scores: Scores,
    coins: Sequence[bool],
    claim: Claim,
    *,
    access: str,
    confidence: float,
    normal: bool,
    method: Method | None = None,
) -> CanaryAudit:
    """Test a claim by canaries that were each included by a fair coin of its own in one training.

    Args:
        scores: one a canary; higher looks more like trained on.
        coins: which canaries were in.
        claim: what is put to the test; with its event, the event's own trade-off curve is tested.
        access: what the auditor saw, for the picture.
        confidence: in (0, 1); that none of the bounds is too high. They share the error.
        normal: scores are sums over many steps, and so nearly normal: give the bound for that, too.
        method: this bound alone, which then has the whole error for itself; None: as said.

    Raises:
        PrivacyParameterError: a parameter out of range, or scores that are not finite.
        SelfCheckFailed: the coins cannot have been fair.
        UnsupportedEvent, MissingExtra: as `bound_from_scores`.
    """
    included = tuple(float(score) for score, coin in zip(scores, coins, strict=True) if coin)
    excluded = tuple(float(score) for score, coin in zip(scores, coins, strict=True) if not coin)
    both = normal and method is None
    share = 1 - (1 - confidence) / 2 if both else confidence
    chosen: Method = method or ("steinke" if claim.event is None else "curve")

    def bound(method: Method) -> Bound:
        return bound_from_scores(
            included,
            excluded,
            design=ONE_RUN,
            method=method,
            delta=claim.delta,
            confidence=share,
            claimed_epsilon=claim.epsilon,
            event=claim.event if method == "curve" else None,
            relation=claim.neighbouring_relation,
        )

    return CanaryAudit(claim, access, included, excluded, bound(chosen), bound("gaussian") if both else None)
