"""`wuming federate keys`: the keys and certificates that a federation runs on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command("keys")(keys)


def keys(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Folder. Default: WUMING_HOME/federation.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Of the federation.")] = "federation",
    host: Annotated[
        list[str] | None, typer.Option("--host", metavar="NAME", help="Name or address of the server; repeatable.")
    ] = None,
    silo: Annotated[
        list[str] | None, typer.Option("--silo", metavar="NAME", help="Make this silo's keys; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make certificate authority, server certificate, silos' keys, and a draft of the agreement.

    With --host the operator's part is made: an authority for this federation alone, and a certificate of the server.
    With --silo a silo's: its identity (Ed25519), the key of its node (ECDSA P-384), and member.json with the public
    halves, which it hands to the others. Each silo should make its own keys on its own machine; one call for all is for
    trials. Once two members are known, federation.yaml is drafted with them. Nothing is overwritten; private keys have
    mode 0600.

    Example: wuming federate keys trial --host 127.0.0.1 --silo north --silo south --silo west --silo east
    """
    from wuming.app.federation.draft import write_draft
    from wuming.app.federation.keys import make_keys
    from wuming.app.federation.status import default_state
    from wuming.core.errors import KeyUnavailable

    if not host and not silo:
        raise KeyUnavailable("neither --host nor --silo was given", help="Say whose keys are to be made.")
    target = folder or default_state()
    made = make_keys(target, name=name, hosts=tuple(host or ()), silos=tuple(silo or ()))
    draft = write_draft(target, name)
    files = [str(path) for path in [*made.files, *([draft] if draft else [])]]
    if as_json:
        print(json.dumps({"folder": str(target), "files": files, "fingerprints": made.fingerprints}))
        return
    for file in files:
        print(file)
    if not files:
        print(f"everything is in {target} already; nothing was written")
    for member, fingerprint in made.fingerprints.items():
        print(f"{member}: {fingerprint}")
    if made.fingerprints:
        print("Compare these fingerprints with each silo over another channel before anybody trusts them.")
