"""`wuming restore`: put values back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from wuming.app.text.options import Format


def restore(
    source: Annotated[Path, typer.Argument(metavar="IN", help="File that was de-identified, or an answer to it.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write; it holds the values.")],
    vault: Annotated[
        Path | None, typer.Option("--vault", metavar="FILE", help="The vault of `wuming deidentify`. Not for encrypt.")
    ] = None,
    profile: Annotated[str, typer.Option(help="The profile that the file was de-identified with.")] = "training",
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The policy file, in the place of a profile.")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The tenant's key. Default: WUMING_TENANT_KEY, else Wuming's own."),
    ] = None,
    subject: Annotated[
        str, typer.Option(metavar="FIELD", help="Field that names the subject, as when it was de-identified.")
    ] = "",
    format: Format = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put back what stands for personal data, with key and vault.

    A token that is not known, was changed, or belongs to another subject is left as it is and counted.

    Example: wuming restore answers.jsonl -o answers-restored.jsonl --vault vault.sqlite --profile prompt
    """
    from wuming.app.display import shown_progress
    from wuming.app.text.options import kind_from, task_from
    from wuming.app.text.restore import restore_file
    from wuming.app.text.source import Source
    from wuming.deidentification.keys import tenant_key
    from wuming.deidentification.vault import Vault

    key = tenant_key(key_file)
    task = task_from(policy=str(policy) if policy else profile, key=key)
    opened = Source.open(source, kind_from(format), subject)
    kept = Vault(vault, key, new=False) if vault else None
    with shown_progress() as progress:
        counts = restore_file(opened, output, replace(task, layout=opened.layout), vault=kept, progress=progress)
    if as_json:
        print(json.dumps({"output": str(output), **counts._asdict()}))
        return
    print(f"{output}: {counts.restored:,} values put back in {counts.records:,} records")
    if counts.unknown:
        print(f"{counts.unknown:,} tokens or sealed values are not known here and were left as they are")
