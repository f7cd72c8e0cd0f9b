"""`wuming vault`: what a vault holds, and how a subject leaves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Show a vault, or erase a subject from it.", no_args_is_help=True)

VaultFile = Annotated[Path, typer.Option("--vault", metavar="FILE", help="The vault of `wuming deidentify`.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", metavar="FILE", help="The tenant's key. Default: WUMING_TENANT_KEY.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def show(vault: VaultFile, key_file: KeyFile = None, as_json: Json = False) -> None:
    """Count subjects, documents and entries; no value is shown.

    Example: wuming vault show --vault vault.sqlite
    """
    from wuming.deidentification.keys import tenant_key
    from wuming.deidentification.vault import CIPHER, Vault

    counts = Vault(vault, tenant_key(key_file), new=False).counts()
    if as_json:
        print(json.dumps({"vault": str(vault), "cipher": CIPHER, **counts}))
        return
    print(f"{vault}: {CIPHER}, one data key a subject")
    print(f"{counts['subjects']:,} subjects, {counts['documents']:,} documents, {counts['entries']:,} entries")


@app.command()
def erase(
    subject: Annotated[str, typer.Argument(help="The subject's id, as in the data.")],
    vault: VaultFile,
    key_file: KeyFile = None,
    as_json: Json = False,
) -> None:
    """Destroy a subject's data key, so that what stands for its values leads back to nothing.

    Copies of the vault cannot be read either; copies of the file of keys can, so keep those for a short time only. What
    was encrypted without a vault (operator encrypt) is not reached: the tenant's key opens it.

    Example: wuming vault erase user-0042 --vault vault.sqlite
    """
    from wuming.deidentification.keys import tenant_key
    from wuming.deidentification.vault import Vault

    erased = Vault(vault, tenant_key(key_file), new=False).erase(subject)
    if as_json:
        print(json.dumps({"vault": str(vault), "erased": erased}))
        return
    print(f"{erased:,} entries erased" if erased else "nothing was kept about this subject")
