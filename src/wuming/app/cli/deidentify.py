"""`wuming deidentify`: replace personal data in a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from wuming.app.text.options import Also, Format, Languages, MinScore, Types


def deidentify(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Text, JSON, JSONL, CSV, Parquet, or a folder of them.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write, in the same format.")],
    profile: Annotated[
        str,
        typer.Option(help="What is done with each type: training, prompt, analytics, pipl-strict, hipaa-safe-harbor."),
    ] = "training",
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="A policy file, in the place of a profile.")
    ] = None,
    vault: Annotated[
        Path | None, typer.Option("--vault", metavar="FILE", help="Keep here, encrypted, what restoring needs.")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The tenant's key. Default: WUMING_TENANT_KEY, else Wuming's own."),
    ] = None,
    subject: Annotated[
        str, typer.Option(metavar="FIELD", help="Field that names the subject. Default: subject, user_id; else the id.")
    ] = "",
    format: Format = None,
    languages: Languages = None,
    types: Types = None,
    min_score: MinScore = None,
    also: Also = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes. Default: one a processor.")] = None,
    engine: Annotated[str, typer.Option(help="local, or ray: the shards of a folder on many machines.")] = "local",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replace personal data in a file, by type, as a policy says.

    Memory stays constant, and the output is the same for any number of processes. A run that was stopped goes on where
    it was when the same command is given again. Equal values of a subject become equal ones; nothing depends on other
    subjects. What is not found stays: `wuming certify text` bounds how much.

    Example: wuming deidentify chats.jsonl -o clean.jsonl --profile training
    """
    from wuming.app.display import shown_progress
    from wuming.app.text.deidentify import deidentify_file
    from wuming.app.text.options import kind_from, task_from
    from wuming.app.text.pool import processors
    from wuming.app.text.ray_engine import deidentify_on_ray
    from wuming.app.text.shards import deidentify_here, list_shards
    from wuming.app.text.source import Source
    from wuming.core.errors import PlanError
    from wuming.deidentification.keys import tenant_key
    from wuming.deidentification.vault import Vault

    if engine not in ("local", "ray"):
        raise PlanError(f"--engine {engine} is unknown", help="Use local or ray.")
    key = tenant_key(key_file)
    task = task_from(
        policy=str(policy) if policy else profile,
        languages=languages,
        types=types,
        min_score=min_score,
        also=also,
        key=key,
    )
    kept = Vault(vault, key) if vault else None
    with shown_progress() as progress:
        if engine == "ray" or source.is_dir():
            shards = list_shards(source, output, kind_from(format), subject)
            run = deidentify_on_ray if engine == "ray" else deidentify_here
            result = run(shards, task, jobs=jobs or processors(), progress=progress, vault=kept)
        else:
            opened = Source.open(source, kind_from(format), subject)
            result = deidentify_file(
                opened, output, replace(task, layout=opened.layout), jobs=jobs or processors(), progress=progress,
                vault=kept,
            )  # fmt: skip
    if as_json:
        body = {
            "output": str(output), "records": result.records, "resumed": result.resumed, "found": dict(result.counts),
            "fields": dict(result.fields), "policy": task.loaded().digest,
        }  # fmt: skip
        print(json.dumps(body, ensure_ascii=False))
        return
    print(f"{output}: {sum(result.counts.values()):,} values replaced in {result.records:,} records")
    for kind, count in result.counts.items():
        print(f"  {kind:<28} {count:>12,}")
    for field, kind in result.fields.items():
        print(f"  field {field}: each value taken for one {kind}")
    if vault is not None:
        print(f"what restoring needs lies in {vault} and {vault}.keys; keep the key elsewhere")
