"""The risk report of a run: what each attack reached, what ε lets any attacker reach, and what to turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wuming.accounting.events import event_from_json
from wuming.auditing.extraction import KINDS
from wuming.auditing.risk import report
from wuming.auditing.risk.advice import advise
from wuming.auditing.risk.bounds import Claim, Limits, largest_group
from wuming.auditing.risk.questions import answer_all
from wuming.auditing.shares import Share
from wuming.core.storage import read_json
from wuming.lifecycle.arms import Units, load_units
from wuming.lifecycle.attributes import attribute_rows
from wuming.lifecycle.context import Context
from wuming.lifecycle.leaks import rows_of
from wuming.lifecycle.tokens import rows_of_tokens


def risk_report(context: Context, assessed: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows, advice and answers as the claim `risk` of the evidence `assess`.

    Args:
        context: with the evidence of all stages before.
        assessed: the other claims of `assess`; its arm `protected` is what is reported.
    """
    train = context.claims("train")
    claim = Claim(
        train["epsilon"],
        train["delta"],
        train["unit_of_privacy"],
        train["neighbouring_relation"],
        train["sampler"],
        event_from_json(train["event"]),
    )
    limits = Limits.of(claim)
    answered = {kind: evidence.claims for kind, evidence in context.evidence.items()} | {"assess": assessed}
    answered["train"] = {**train, "highest_tpr": report.percent(limits.highest(0.01))}
    return {
        "rows": [finding.as_json() for finding in _rows(context, assessed, limits)],
        "advice": [step.as_json() for step in advise(claim, limits)],
        "questions": [answer.as_json() for answer in answer_all(answered)],
    }


def _rows(context: Context, assessed: Mapping[str, Any], limits: Limits) -> list[report.Finding]:
    arm = assessed["arms"]["protected"]
    measured = arm["membership"]
    rows = [report.membership({**measured, "interval": measured["population_interval"]}, limits)]
    rows += rows_of_tokens(arm["tokens"], limits)
    rows += rows_of(arm["records"], limits)
    rows += attribute_rows(arm.get("attributes", {}), limits)
    planted = context.path("measurements", "secrets.json")
    if "extracted" not in arm or not planted.exists():
        return rows
    holders = holders_of(read_json(planted), load_units(_trained_on(context)))
    candidates, answers = assessed["candidates"], assessed["samples_per_secret"] + 1
    for kind in KINDS:
        total = assessed["secrets"][kind]
        if not total:
            continue
        group = limits.of_group(largest_group(holders[kind]))
        found = Share(arm["extracted"][kind], total)
        rows.append(report.extraction(kind, found, answers=answers, candidates=candidates, limits=group))
        mean = assessed["chance"]["exposure_mean"]
        rows.append(report.exposure(kind, arm["exposure"][kind], chance=mean, candidates=candidates, limits=group))
    return rows


def holders_of(secrets: Sequence[Mapping[str, Any]], units: Units) -> dict[str, list[int]]:
    """Return, for the secrets of each kind, how many units' texts hold the value: these ε must allow for together."""
    texts = ["\n".join(records) for records in units.values()]
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for secret in secrets:
        found[secret["kind"]].append(sum(secret["value"] in text for text in texts))
    return found


def _trained_on(context: Context) -> Path:
    """The text as it was collected where the raw arm was trained, which holds each value wherever it ever stood."""
    raw = context.path("units", "raw.json")
    return raw if raw.exists() else context.path("units", "protected.json")
