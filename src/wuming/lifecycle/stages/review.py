"""Stage 7, review: every duty is checked against the evidence; a failed mandatory one refuses the release."""

from __future__ import annotations

from wuming.compliance.review import review as review_evidence
from wuming.core.errors import ReleaseRefused
from wuming.core.evidence import Evidence
from wuming.core.storage import write_json
from wuming.lifecycle.context import PRODUCER, Context


def review(context: Context) -> None:
    """Apply the controls.

    Raises:
        ReleaseRefused: names the failed mandatory controls and what to change; nothing is released.
    """
    inputs = context.chain(context.ledger.head())
    status = context.ledger.verify()  # raises LedgerCorrupt when the chain is broken
    policy = context.plan.review.model_dump(exclude={"waived"})
    reviewed = review_evidence(
        list(context.evidence.values()),
        policy | {"ledger": {"consistent": True, "entries": status.entries}},
        waived=context.plan.review.waived,
    )
    weights = context.evidence["train"].subject
    used = tuple(evidence.digest for evidence in context.evidence.values())
    context.finish(Evidence("review", weights, reviewed.claims(), used, PRODUCER), inputs)
    write_json(context.path("review.json"), reviewed.claims())
    if reviewed.decision != "release":
        failed = [control for control in reviewed.controls if control.status == "fail" and control.mandatory]
        advice = "; ".join(f"{control.id}: {control.advice['en']}" for control in failed)
        raise ReleaseRefused(
            f"{len(failed)} mandatory controls failed: {', '.join(control.id for control in failed)}", help=advice
        )
