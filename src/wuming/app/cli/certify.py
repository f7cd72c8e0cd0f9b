"""`wuming certify`: the signed certificate of one model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def certify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of `wuming run`, `train` or `tune`.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write (default: RUN/certificate).")] = None,
    public: Annotated[bool, typer.Option("--public", help="Leave un-noised figures out of the certificate.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Certify a model: claim, audited bound, attacks, hashes, what was not tested.

    Everything that can be computed again is computed again first; a claim that does not hold, or that an audit
    disproves, is refused. Audits made later with `wuming audit model` are taken in.

    Example: wuming certify runs/customer-service-small --public
    """
    from wuming.compliance.certificate import certify as make
    from wuming.core.storage import home
    from wuming.crypto.keys import KeyStore
    from wuming.governance.ledger import Ledger

    result = make(run, Ledger(), KeyStore(home() / "keys").signing_key(), out=out, public=public)
    said, folder = result.statement, result.dossier.folder
    if as_json:
        body = {"certificate": str(folder), "fingerprint": result.dossier.fingerprint, **said}
        print(json.dumps(body, ensure_ascii=False, allow_nan=False))
        return
    guarantee, audit = said["guarantee"], said["audit"]
    print(f"certified: {folder}")
    print(f"signed by: {result.dossier.fingerprint}")
    print(
        f"ε ≤ {guarantee['epsilon']} with δ = {guarantee['delta']:g}; unit {guarantee['unit_of_privacy']}; "
        f"neighbours {guarantee['neighbouring_relation']}; sampler {guarantee['sampler']}"
    )
    if audit is None:
        print("audited: no")
    else:
        most = audit.get("highest_possible_bound")
        print(
            f"audited: ε ≥ {audit['epsilon_lower_bound']} with confidence {audit['confidence']:g} ("
            f"{'no limit to what' if most is None else f'at most {most}'} could be seen); null hypothesis: "
            f"{audit['null_hypothesis']}"
        )
    print(f"not tested: {', '.join(item['id'] for item in said['not_tested'])}")
    typer.echo(f"Hand on the folder and your public key: wuming verify {folder} --key signing.pub", err=True)
