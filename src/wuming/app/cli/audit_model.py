"""`wuming audit model`: what the canaries of a training show of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import click
import typer

ACCESSES = ("white-box", "loss", "text")
METHODS = ("curve", "steinke", "fdp", "gaussian")


def model(
    source: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of `wuming run` or `wuming train --canaries`.")],
    access: Annotated[
        str | None,
        typer.Option(click_type=click.Choice(ACCESSES), help="What the auditor sees; by default the most there is."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(click_type=click.Choice(METHODS), help="One bound alone; see `wuming audit scores --help`."),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Chance, at least, that the bound is not too high.")] = 0.95,
    base: Annotated[Path | None, typer.Option(metavar="DIR", help="The model that adapters belong to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bound epsilon of a trained model from below by the canaries sealed before its training.

    Access: white-box (what the noised sums showed of gradient canaries, kept by the trainer), loss (of text canaries,
    before and after training), text (how far the model goes on where a canary was begun). Coins are opened against the
    ledger. The bound goes into the ledger, where `wuming certify` finds it, and with a picture into RUN/audit.

    The verdict comes from a test of the claimed event's own curve. Beside it stands, for white-box access, the bound
    that holds if scores are normal, which sees far more; both hold together with the confidence asked for. Choose
    access and method before you look: of several calls, the largest bound holds with less confidence.

    Example: wuming audit model runs/model --json
    """
    from wuming.app.audit_job import AuditJob, audit_model
    from wuming.app.cli.audit import text
    from wuming.app.display import shown_progress
    from wuming.auditing.bounds.bound import check_bound

    with shown_progress() as progress:
        job = AuditJob(source, access, method, confidence, base)  # type: ignore[arg-type]  # checked by the options
        found = audit_model(job, progress)
    claims = found.claims
    if as_json:
        body = {name: value for name, value in claims.items() if name not in ("scores", "event")}
        print(json.dumps({**body, "picture": str(found.picture)}, ensure_ascii=False, allow_nan=False))
    else:
        print(text(found.audit.tested))
        if found.audit.gaussian is not None:
            print(f"beside it         {found.audit.gaussian}: {found.audit.gaussian.null_hypothesis}")
        unit, relation = claims["unit_of_privacy"], claims["neighbouring_relation"]
        print(f"claim of          unit {unit}; neighbours {relation}; sampler {claims['sampler']}")
        print(f"access            {claims['access']}, {claims['canaries']} canaries; coins opened against the ledger")
        print(f"picture           {found.picture}")
    check_bound(found.audit.tested)
