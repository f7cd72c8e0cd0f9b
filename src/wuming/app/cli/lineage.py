"""`wuming lineage`: what was made with a subject's data."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def lineage(
    subject: Annotated[str, typer.Argument(help="The subject's id, as in the data.")],
    name: Annotated[
        str | None, typer.Option("--lineage", help="Data lineage (the plan's name). Default: every one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List what was made with a subject's data.

    What was made in the same lineage after the data was used last, without it, follows: after a withdrawal, the
    releases that honour it.

    Example: wuming lineage user-0042
    """
    from wuming.governance.lineage import Lineage

    uses = Lineage().of(subject, lineage=name)
    later = [use for known in sorted({u.lineage for u in uses}) for use in Lineage().without(subject, lineage=known)]
    if as_json:
        body = {"runs": [use.as_json() for use in uses], "without": [use.as_json() for use in later]}
        print(json.dumps(body, ensure_ascii=False))
        return
    if not uses:
        print("No recorded run used data under this id. That does not show that none did.")
    for use in [*uses, *later]:
        print(f"{use.at}  {use.lineage}  run {use.run}{'  without this subject' if use in later else ''}")
        for artefact in use.artefacts:
            print(f"    {artefact['name']}  {artefact['digest']}")
