"""`wuming prove`: proofs about committed records, to be checked by others with `wuming verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Prove facts about committed records.", no_args_is_help=True)


@app.callback()
def prove() -> None:
    """Prove facts about committed records."""


@app.command()
def inclusion(
    run: Annotated[Path, typer.Argument(help="Folder of the run.")],
    record: Annotated[str, typer.Option("--record", help="Id of the record.")],
    out: Annotated[Path | None, typer.Option("--out", help="File to write. Default: standard output.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Prove that a record is among those the run committed to.

    Example: wuming prove inclusion runs/customer-service --record d-000017 --out proof.json
    """
    from wuming.core.storage import write_json
    from wuming.proofs.inclusion import prove as make_proof

    proof = make_proof(run, record)
    if out is None:
        print(json.dumps(proof, ensure_ascii=False, indent=None if as_json else 1))
        return
    write_json(out, proof)
    text = f"leaf {proof['index'] + 1} of {proof['size']} under root {proof['root']}; proof written to {out}"
    print(json.dumps({"file": str(out), "root": proof["root"]}) if as_json else text)
