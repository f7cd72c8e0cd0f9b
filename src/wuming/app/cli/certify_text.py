"""`wuming certify text`: a bound on what de-identification leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from wuming.app.text.options import Also, Format, Languages, MinScore, Types


def certify_text(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The texts, as they were before de-identification.")],
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="A completed review, or the truth made with the data (JSONL)."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Draw a sample and write it here for people to review."),
    ] = None,
    sample: Annotated[int, typer.Option(min=1, help="Documents to draw.")] = 400,
    format: Format = None,
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="FILE", help="Policy file or profile that the texts are searched by."),
    ] = None,
    languages: Languages = None,
    types: Types = None,
    min_score: MinScore = None,
    also: Also = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bound how much personal data stays in text, from a random sample.

    First draw a sample (--draw) and let people complete its spans; then give it back (--labels). Or give the truth that
    generated data comes with. The bound is one-sided, 95%, Clopper-Pearson; it and the hashes of sample and rules go
    into the ledger. It speaks for texts like these.

    Example: wuming certify text chats.jsonl --labels review.jsonl
    """
    from wuming.app.text.certify import SAMPLED, certify, draw
    from wuming.app.text.options import kind_from, task_from
    from wuming.core.errors import PlanError
    from wuming.core.evidence import Evidence
    from wuming.governance.ledger import Ledger

    if (labels is None) == (review is None):
        raise PlanError("give either --labels or --draw", help="Draw a sample first: --draw review.jsonl.")
    task = task_from(policy=policy, languages=languages, types=types, min_score=min_score, also=also)
    kind, ledger = kind_from(format), Ledger()
    if review is not None:
        evidence = draw(source, kind, task, sample, review)
        ledger.record(evidence)
        if as_json:
            print(json.dumps({"review": str(review), **evidence.claims}))
            return
        print(f"{review}: {evidence.claims['sampled']} of {evidence.claims['documents']} documents, with their texts")
        print("complete `spans`, set `reviewed` to true, and give the file back with --labels")
        return
    assert labels is not None
    drawn = [
        Evidence(SAMPLED, entry.body["subject"], entry.body["claims"])
        for entry in ledger.entries()
        if entry.kind == "evidence" and entry.body.get("kind") == SAMPLED
    ]
    evidence = certify(source, kind, task, labels, sample, drawn)
    ledger.record(evidence)
    claims = evidence.claims
    if as_json:
        print(json.dumps({"evidence": evidence.digest, "input": evidence.subject, **claims}, ensure_ascii=False))
        return
    bound, leaked, sampled = (claims[n] for n in ("residual_leak_upper_95", "leaked_documents", "sampled"))
    print(f"something stays in at most {bound:.3%} of documents (one-sided 95% Clopper-Pearson):")
    print(f"in {leaked} of {sampled} drawn from {claims['documents']}")
    print(f"values: {claims['values']['missed']} of {claims['values']['true']} missed")
    for name, (true, missed) in claims["by_type"].items():
        if missed:
            print(f"  {name:<28} {missed} of {true}")
    print(f"sample  {claims['sample_digest']}\nrules   {claims['ruleset_digest']}\nledger  {evidence.digest}")
