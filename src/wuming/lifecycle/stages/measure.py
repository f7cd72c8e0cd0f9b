"""Measures all arms once, side by side; audit and assess read the results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from wuming.core.canonical import digest
from wuming.core.reading import read_lines
from wuming.core.records import Record
from wuming.core.storage import file_digest, read_json, write_json
from wuming.lifecycle.arms import Attack, evaluate
from wuming.lifecycle.context import Context
from wuming.lifecycle.pool import WorkerPool

ARMS = ("base", "raw", "deidentified", "protected", "control")
ON_RECORDS = ("deidentified", "protected")  # trained on the text that is attacked, without protection and with it


def measure(context: Context, pool: WorkerPool, base: Path, admitted: list[Record]) -> dict[str, dict[str, Any]]:
    """Return each arm's measurements; an arm measured before, with the same weights on the same units, is taken up."""
    attack = Attack(
        held_out=context.path("units", "held-out.json"),
        members=context.path("units", "members.json"),
        canaries=context.path("units", "canaries.json"),
        own_text=context.path("units", "raw.json"),
        secrets=_secrets(context, admitted),
        samples=context.plan.assess.samples,
        attributes=context.plan.assess.attributes,
        max_tokens=context.plan.train.model.max_tokens,
    )
    units = (attack.held_out, attack.members, attack.canaries, attack.own_text, attack.secrets)
    measured_on = [file_digest(path) for path in units if path is not None]
    measured_on.append(digest(attack.attributes))
    folders = {"base": base} | {arm: context.folder / "models" / arm for arm in ARMS[1:]}
    jobs, results = {}, {}
    for arm, folder in folders.items():
        if not folder.exists():
            continue
        inputs = digest([file_digest(folder / "model.safetensors"), *measured_on])
        stored = context.path("measurements", f"{arm}.json")
        if stored.exists() and (known := read_json(stored)).get("inputs") == inputs:
            results[arm] = known["result"]
        else:
            own = attack if arm in ON_RECORDS else replace(attack, own_text=None)
            own = own if arm in (*ON_RECORDS, "base") else replace(own, attributes={})
            jobs[arm] = (pool.submit(evaluate, folder, own, f"attack: {arm}"), inputs)
    for arm, (job, inputs) in jobs.items():
        results[arm] = pool.wait(job)
        write_json(context.path("measurements", f"{arm}.json"), {"inputs": inputs, "result": results[arm]})
    return results


def _secrets(context: Context, admitted: list[Record]) -> Path | None:
    """Return the planted secrets whose owners were admitted, or None when none were planted."""
    folder = context.plan.source.ground_truth
    source = None if folder is None else context.resolve(folder) / "secrets.jsonl"
    if source is None or not source.exists():
        return None
    subjects = {record.subject for record in admitted}
    fields = ("id", "kind", "prompt", "value", "candidates")
    secrets = [{name: line[name] for name in fields} for _, line in read_lines(source) if line["subject"] in subjects]
    path = context.path("measurements", "secrets.json")
    write_json(path, secrets)
    return path if secrets else None
