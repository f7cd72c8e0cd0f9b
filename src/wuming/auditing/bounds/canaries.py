"""The audit of one training by its canaries: a verdict on the claim, the tightest bound, and a picture of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wuming.accounting.events import Event
from wuming.auditing.bounds.bound import Bound, Method
from wuming.auditing.bounds.picture import audit_picture
from wuming.auditing.bounds.scores import ONE_RUN, Scores, bound_from_scores
from wuming.auditing.risk.bounds import Claim


@dataclass(frozen=True)
class CanaryAudit:
    """What the canaries of one training show of its claim.

    Attributes:
        tested: the bound whose null hypothesis holds the claim itself; the only one that can disprove it.
        gaussian: the bound under the hypothesis that scores are normal, which sees more; None for other scores.
        picture: ROC of the canaries beside the most that the claim lets anybody reach, SVG.
    """

    tested: Bound
    gaussian: Bound | None
    picture: str

    def as_json(self) -> dict[str, Any]:
        """Return verdict and bounds, without the picture."""
        gaussian = None if self.gaussian is None else self.gaussian.as_json()
        return {"verdict": self.tested.verdict, "tested": self.tested.as_json(), "gaussian": gaussian}

    def __str__(self) -> str:
        """Return one line a bound for people."""
        bounds = [bound for bound in (self.tested, self.gaussian) if bound is not None]
        return "\n".join(
            f"epsilon ≥ {bound.epsilon_lower_bound:.3f} at delta {bound.delta:g}, confidence {bound.confidence:.4g}, "
            f"{bound.method}: {bound.verdict}; null hypothesis: {bound.null_hypothesis}"
            for bound in bounds
        )


def audit_by_canaries(
    scores: Scores, coins: Sequence[bool], claim: Claim, *, access: str, confidence: float, normal: bool
) -> CanaryAudit:
    """Test a claim by canaries that were each included by a fair coin of its own in one training.

    Args:
        scores: one a canary; higher looks more like trained on.
        coins: which canaries were in.
        claim: what is put to the test; with its event, the event's own trade-off curve is tested.
        access: what the auditor saw, for the picture.
        confidence: in (0, 1); that none of the bounds is too high. They share the error.
        normal: scores are sums over many steps, and so nearly normal: give the bound for that, too.

    Raises:
        PrivacyParameterError: a parameter out of range, or scores that are not finite.
        SelfCheckFailed: the coins cannot have been fair.
        UnsupportedEvent, MissingExtra: as `bound_from_scores`.
    """
    included = [float(score) for score, coin in zip(scores, coins, strict=True) if coin]
    excluded = [float(score) for score, coin in zip(scores, coins, strict=True) if not coin]
    share = 1 - (1 - confidence) / (2 if normal else 1)

    def bound(method: Method, event: Event | None = None) -> Bound:
        return bound_from_scores(
            included,
            excluded,
            design=ONE_RUN,
            method=method,
            delta=claim.delta,
            confidence=share,
            claimed_epsilon=claim.epsilon,
            event=event,
            relation=claim.neighbouring_relation,
        )

    tested = bound("steinke") if claim.event is None else bound("curve", claim.event)
    gaussian = bound("gaussian") if normal else None
    return CanaryAudit(tested, gaussian, audit_picture(included, excluded, claim, access))
