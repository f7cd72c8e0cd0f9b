"""`wuming consent`: the consent registry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Import, show or withdraw consent.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Subject = Annotated[str, typer.Argument(help="The subject's id, as in the data.")]
LineageName = Annotated[
    str | None, typer.Option("--lineage", help="Data lineage (the plan's name). Default: the one that knows the id.")
]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Consent records, JSONL.")],
    lineage: Annotated[str, typer.Option("--lineage", help="Data lineage: `source.lineage` of the plan, or its name.")],
    as_json: Json = False,
) -> None:
    """Add consent records, all or none; a withdrawal is never undone by an older record.

    Example: wuming consent import consent.jsonl --lineage customer-service
    """
    from wuming.governance.consent import ConsentRegistry

    counts = ConsentRegistry(lineage=lineage).import_file(file)
    if as_json:
        print(json.dumps({"lineage": lineage, **counts.as_json()}))
        return
    print(f"{counts.lines} lines about {counts.subjects} subjects: {counts.added} new, {counts.already_known} known")


@app.command()
def show(subject: Subject, lineage: LineageName = None, as_json: Json = False) -> None:
    """Show a subject's consent history, oldest first.

    Example: wuming consent show user-0042
    """
    from wuming.governance.consent import ConsentRegistry

    names = [lineage] if lineage else ConsentRegistry().lineages_of(subject)
    history = {name: ConsentRegistry(lineage=name).show(subject) for name in names}
    if as_json:
        print(json.dumps({"lineages": history}, ensure_ascii=False))
        return
    if not any(history.values()):
        print("Nothing is on record under this id.")
    for name, entries in history.items():
        for entry in entries:
            if entry["kind"] == "withdrawal":
                print(f"{name}: withdrawn at {entry['withdrawn_at']}")
                continue
            withdrawn = f", withdrawn at {entry['withdrawn_at']}" if entry["withdrawn_at"] else ""
            purposes = ", ".join(entry["purposes"]) or "no purpose"
            print(f"{name}: given at {entry['given_at']} for {purposes} (notice {entry['notice_version']}){withdrawn}")


@app.command()
def withdraw(
    subject: Subject,
    at: Annotated[str | None, typer.Option("--at", help="When, ISO 8601. Default: now.")] = None,
    lineage: LineageName = None,
    as_json: Json = False,
) -> None:
    """Note that a subject takes all consent back; the next run leaves the subject out.

    Example: wuming consent withdraw user-0042
    """
    from wuming.core.errors import ConsentError
    from wuming.governance.consent import ConsentRegistry

    names = [lineage] if lineage else ConsentRegistry().lineages_of(subject)
    if len(names) != 1:
        raise ConsentError(
            f"the id is on record in {len(names)} data lineages",
            help="Say which one: --lineage NAME (the plan's name).",
        )
    ConsentRegistry(lineage=names[0]).withdraw(subject, at)
    message = "withdrawn; the next run leaves the subject out. What was made before: `wuming lineage SUBJECT`"
    print(json.dumps({"lineage": names[0], "withdrawn": True}) if as_json else f"{names[0]}: {message}")
