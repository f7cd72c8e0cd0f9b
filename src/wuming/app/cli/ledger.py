"""`wuming ledger`: what was done and spent, entry by entry, and whether the record is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Show, verify or export the ledger.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def show(
    last: Annotated[int, typer.Option("--last", min=1, help="Show the last so many entries.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the last entries, after checking the whole chain.

    Example: wuming ledger show --last 5
    """
    from wuming.governance.ledger import Ledger

    entries = Ledger().entries()
    shown = entries[-last:]
    if as_json:
        print(json.dumps({"entries": len(entries), "shown": [e.as_json() for e in shown]}, ensure_ascii=False))
        return
    if not entries:
        print("The ledger is empty.")
    for entry in shown:
        about = entry.body.get("kind") or entry.body.get("account") or ""
        print(f"{entry.index:>6}  {entry.at}  {entry.kind:<16}  {entry.hash[7:19]}  {about}")


@app.command()
def verify(
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", help="Signed checkpoint, kept outside the ledger.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="Public key of the checkpoint's signer. Default: this machine's own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the chain; with a checkpoint, also that nothing was cut off or rewritten.

    Example: wuming ledger verify --checkpoint checkpoint.json --key signer.pub
    """
    from wuming.core.errors import VerificationFailed
    from wuming.core.storage import home, read_json
    from wuming.crypto.signatures import VerifyingKey
    from wuming.governance.ledger import Ledger

    if checkpoint is None:
        status, signer = Ledger().verify(), None
    else:
        signer = VerifyingKey.load(key or home() / "keys" / "signing.pub")
        try:
            envelope = read_json(checkpoint)
        except ValueError as error:
            raise VerificationFailed(f"{checkpoint} is no JSON", help="Pass the file written as checkpoint.") from error
        if not isinstance(envelope, dict):
            raise VerificationFailed(f"{checkpoint} is no checkpoint", help="Pass the file written as checkpoint.")
        status = Ledger().verify(envelope, signer)
    fingerprint = signer.fingerprint if signer else None
    if as_json:
        print(json.dumps({**status.as_json(), "key": fingerprint}))
        return
    print(status.message)
    print(f"head: {status.head}")
    if fingerprint:
        print(f"checkpoint signed by {fingerprint}" + ("" if key else " (this machine's own key)"))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="JSONL file to write.")],
    as_json: Json = False,
) -> None:
    """Write all entries as JSONL, after checking the whole chain.

    Example: wuming ledger export ledger.jsonl
    """
    from wuming.governance.ledger import Ledger

    count = Ledger().export(file)
    print(json.dumps({"file": str(file), "entries": count}) if as_json else f"{count} entries written to {file}")


@app.command("checkpoint")
def checkpoint_(
    file: Annotated[Path, typer.Argument(help="File to write.")],
    as_json: Json = False,
) -> None:
    """Write a signed checkpoint (length and head); keep it on another machine.

    Example: wuming ledger checkpoint checkpoint.json
    """
    from wuming.core.storage import write_atomically
    from wuming.crypto.keys import KeyStore
    from wuming.crypto.signatures import envelope_bytes
    from wuming.governance.ledger import Ledger

    key = KeyStore().signing_key()
    write_atomically(file, envelope_bytes(Ledger().checkpoint(key)), mode=0o644)
    fingerprint = key.public.fingerprint
    print(json.dumps({"file": str(file), "key": fingerprint}) if as_json else f"{file}, signed by {fingerprint}")
