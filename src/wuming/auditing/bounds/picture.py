"""A picture of an audit: how well scores tell the canaries, beside the most that the claim lets anybody reach."""

from __future__ import annotations

from wuming.auditing.bounds.scores import Scores
from wuming.auditing.membership.picture import picture
from wuming.auditing.membership.report import Level, membership_report
from wuming.auditing.risk.bounds import Claim, Limits

_LEAST_RATE, _RATIO = 1e-5, 1.15


def audit_picture(included: Scores, excluded: Scores, claim: Claim, name: str) -> str:
    """Return the canaries' ROC and the claim's limit as an SVG document, both axes logarithmic.

    Args:
        included: scores of canaries that were trained on; higher looks more like trained on.
        excluded: scores of the others.
        claim: what is put to the test.
        name: of the access, for the legend.

    Raises:
        EmptyData: no score on one of the sides.
        MissingExtra: a claim with an event, without dp-accounting.
    """
    limits, rates, rate = Limits.of(claim), [1.0], 1.0
    while rate > _LEAST_RATE:
        rate /= _RATIO
        rates.append(rate)
    words = (
        f"ε = {claim.epsilon:.4g}, δ = {claim.delta:g}, unit {claim.unit_of_privacy}, {claim.neighbouring_relation}, "
        f"{claim.sampler}"
    )
    level: Level = "subject" if claim.unit_of_privacy == "subject" else "record"
    return picture(
        [membership_report(f"canaries, {name}", included, excluded, level=level)],
        bound=[(rate, limits.highest(rate)) for rate in reversed(rates)],
        bound_name=words,
    )
