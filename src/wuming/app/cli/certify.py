"""`wuming certify`: the signed certificate of one model; `wuming certify text`: the bound on what stays in text."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import click
import typer
from typer.core import TyperGroup

from wuming.app.cli.certify_text import certify_text

_MODEL = "RUN"


class _RunOrText(TyperGroup):
    """A group in which every word but `text` is the folder of a run."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands[_MODEL] = _of(self.commands[_MODEL], _MODEL)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of the name, or else the model's for the folder of this name."""
        return super().get_command(ctx, cmd_name) or _of(self.commands[_MODEL], cmd_name)


def _of(command: click.Command, run: str) -> click.Command:
    """Return the command for one run, whose folder is no argument any more."""
    one = copy.copy(command)
    one.params = [parameter for parameter in command.params if parameter.name != "run"]
    one.callback = partial(_function(command), run=Path(run))
    return one


def _function(command: click.Command) -> Any:
    """Return the function behind a command, without a folder that was set before."""
    callback = command.callback
    return callback.func if isinstance(callback, partial) else callback


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    group = typer.Typer(cls=_RunOrText, help=_HELP, no_args_is_help=True)
    group.command(_MODEL)(certify)
    group.command("text")(certify_text)
    app.add_typer(group, name="certify")


_HELP = "Certify a model: claim, audited bound, attacks, hashes, what was not tested; or what stays in text."


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
