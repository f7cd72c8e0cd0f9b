"""`wuming federate serve | join | status`: a federation between machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming.app.display import shown_progress

State = Annotated[
    Path | None, typer.Option("--state", metavar="DIR", help="The server's state. Default: WUMING_HOME/federation.")
]
AgreementFile = Annotated[
    Path, typer.Option("--agreement", metavar="FILE", help="Your own copy of the agreement, federation.yaml.")
]
Json = Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to a group."""
    app.command("serve")(serve)
    app.command("join")(join)
    app.command("status")(status)


def serve(
    agreement: AgreementFile,
    keys: Annotated[Path, typer.Option("--keys", metavar="DIR", help="Folder server/ of `wuming federate keys`.")],
    host: Annotated[str, typer.Option("--host", help="Interface to listen on.")] = "0.0.0.0",  # noqa: S104
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="TCP port.")] = 8443,
    state: State = None,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for all silos at first.")] = 600.0,
    training: Annotated[
        float, typer.Option("--training-timeout", min=1, help="Seconds a round's training may take.")
    ] = 600.0,
    answer: Annotated[float, typer.Option("--answer-timeout", min=1, help="Seconds any other answer may take.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Serve a federation: a SuperLink of Flower over TLS, and the rounds of secure aggregation.

    Only the nodes in the agreement are let in. A silo that does not answer in time is out of that round and asked again
    in the next; the sum of the others stays exact. Started again with the same --state and agreement, it goes on with
    the next round after a crash or a stop; a round whose sum may have been seen counts. The server sees sums alone, and
    needs no silo's trust for that; it does see who takes part, when, and how large the model is. Nothing is told to
    Flower's makers (telemetry is off).

    Example: wuming federate serve --agreement federation.yaml --keys trial/server --port 8443
    """
    from wuming.app.federation.quiet import quiet_flower

    quiet_flower()
    from wuming.app.federation.serving import Serving
    from wuming.app.federation.serving import serve as hold
    from wuming.app.federation.status import default_state

    job = Serving(agreement, keys, host, port, state or default_state(), wait, training, answer)
    with shown_progress() as progress:
        result = hold(job, progress)
    if as_json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    print(f"{result['phase']} after {result['rounds']} rounds; {len(result['aborted'])} ended without a sum")
    print(f"model: {result['model']}; see also `wuming federate status`")


def join(
    silo: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of this silo's keys.")],
    agreement: AgreementFile,
    server: Annotated[str, typer.Option("--server", metavar="HOST:PORT", help="As its certificate names it.")],
    lineage: Annotated[
        str | None, typer.Option("--lineage", metavar="NAME", help="Name of this silo's data; its account is charged.")
    ] = None,
    cap: Annotated[
        float | None, typer.Option("--cap", metavar="E", help="Cap of the account, if not open yet.")
    ] = None,
    colluders: Annotated[
        int, typer.Option("--least-colluders", min=0, metavar="C", help="Refuse rounds that plan for fewer.")
    ] = 0,
    records: Annotated[
        int | None,
        typer.Option("--records", min=1, metavar="N", help="This silo's records, where silos count by them."),
    ] = None,
    patience: Annotated[float, typer.Option("--patience", min=1, help="Seconds to wait for the server.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Join a federation as a silo, with your own data, keys and ledger.

    The server must show a certificate of the federation's authority (authority.pem). Code that the server sends is
    never run: what is trained is the task of your own copy of the agreement. Each round is charged to your account
    before a vector leaves; what the account cannot bear is refused. A server that is started again within --patience
    seconds finds this silo still there; one that has been away for longer ends it.

    Example: wuming federate join trial/north --agreement federation.yaml --server 10.0.0.5:8443 --lineage n --cap 9
    """
    from wuming.app.federation.quiet import quiet_flower

    quiet_flower()
    from wuming.app.federation.joining import Joining
    from wuming.app.federation.joining import join as take_part

    host, port = _address(server)
    job = Joining(agreement, silo, host, port, lineage, cap, colluders, records, patience)
    result = take_part(job, on_connected=lambda name: print(f"{name} has joined {server}", file=sys.stderr, flush=True))
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"{result['silo']}: the server is gone; {result['vectors_sent']} masked vectors were sent")
    if "epsilon_account" in result:
        print(
            f"this federation: ε ≤ {result['epsilon_federation']:.4f}, unit {result['unit_of_privacy']}, "
            f"sampler {result['sampler']}; this silo's account, everything together: ε ≤ "
            f"{result['epsilon_account']:.4f}; δ = {result['delta']:g} each"
        )


def status(
    state: State = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show how a served federation stands: silos, rounds, ε so far, curves.

    Example: wuming federate status --json
    """
    from wuming.app.federation.status import default_state, lines, read_status

    found: dict[str, Any] = read_status(state or default_state())
    print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines(found)))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise typer.BadParameter(f"{text!r} is no HOST:PORT", param_hint="--server")
    return host.strip("[]"), int(port)
