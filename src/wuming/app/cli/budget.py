"""`wuming budget`: how far privacy budgets are used, and the two decisions that only a person may take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuming.app.cli import budget_advise
from wuming.core.errors import PrivacyParameterError

if TYPE_CHECKING:
    from wuming.core.evidence import Evidence
    from wuming.governance.accounts import AccountStatus

app = typer.Typer(help="Show, grant, resolve or plan privacy budgets.", no_args_is_help=True)
budget_advise.register(app)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AccountName = Annotated[str, typer.Argument(help="lineage/unit/relation, as `wuming budget show` prints it.")]
ReasonText = Annotated[str, typer.Option("--reason", help="Why; goes on record, no personal data in it.")]


@app.command()
def show(
    account: Annotated[str | None, typer.Argument(help="lineage/unit/relation. Default: all accounts.")] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE.html", help="Write the account's page, with every answer.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show caps, spending and open reservations; of one account also every answer that was drawn, with its cost.

    Example: wuming budget show customer-service/subject/add-or-remove-one
    """
    from wuming.app.tables.source import check_folder
    from wuming.governance.accounts import Accounts
    from wuming.governance.history import answers_of, events_of
    from wuming.governance.ledger import Ledger

    if page is not None and account is None:
        raise PrivacyParameterError("a page is about one account", help="Name it; `wuming budget show` lists them.")
    if page is not None:
        check_folder(page)
    ledger = Ledger()
    accounts = Accounts(ledger)
    found = [accounts.status(account)] if account else accounts.all()
    answers = answers_of(ledger.entries(), account) if account else []
    events = events_of(ledger, account)["events"] if account else []
    if page is not None:
        from wuming.compliance.dossier.page import render_account
        from wuming.core.evidence import now
        from wuming.core.storage import write_atomically

        text = render_account(found[0].as_json(), answers, events, head=ledger.head(), created_at=now())
        write_atomically(page, text.encode())
    if as_json:
        body: dict[str, Any] = {"accounts": [status.as_json() for status in found]}
        if account:
            body |= {"answers": [item.as_json() for item in answers], "events": events}
        print(json.dumps(body))
        return
    if not found:
        print("No account is open.")
    for status in found:
        _show_account(status)
    if account:
        _show_answers(answers, found[0].committed)
    if page is not None:
        print(f"page: {page}")


def _show_account(status: AccountStatus) -> None:
    print(f"{status.account}")
    print(f"  cap        epsilon {status.cap_epsilon:.4g} with delta {status.delta:g}, for everything together")
    print(f"  spent      epsilon {status.spent_epsilon:.4g} ({status.committed} events committed)")
    print(f"  remaining  epsilon {status.remaining_epsilon:.4g}")
    if status.failure_delta:
        print(
            f"  failures   delta {status.spent_failure_delta:.3g} of {status.failure_delta:.3g}, which is set aside "
            "for events that hold but for a failure"
        )
    for pending in status.pending:
        print(f"  open       {pending.id[:12]} since {pending.at}, alone epsilon {pending.charge_epsilon:.4g}")


def _show_answers(answers: Sequence[Evidence], committed: int) -> None:
    from wuming.app.statistics.table import shown

    for item in answers:
        cost, claims = item.claims["cost"], item.claims
        groups = f"{claims['groups']} groups by {', '.join(claims['keys'])}" if claims["keys"] else "the whole table"
        print(
            f"  answer     {item.at} {shown(', '.join(claims['figures']))}; {shown(groups)}; "
            f"epsilon {cost['epsilon']:.4g}, delta {cost['delta']:g}, unit {cost['unit']}, "
            f"{cost['relation']}, {cost['noise']} noise; charge +{cost['charge']:.4g}"
        )
    print(
        f"  answers    {len(answers)} on record; the other committed events ({max(0, committed - len(answers))}) "
        "are models, or were drawn without a record"
    )


@app.command()
def grant(
    account: AccountName,
    epsilon: Annotated[float, typer.Option("--epsilon", help="The new cap, above the present one.")],
    reason: ReasonText,
    as_json: Json = False,
) -> None:
    """Raise an account's cap; what was released so far is then claimed under the new cap, too.

    Example: wuming budget grant customer-service/subject/add-or-remove-one --epsilon 24 --reason "board, 14 March"
    """
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    status = Accounts(Ledger()).grant(account, epsilon, reason=reason)
    text = f"{account}: cap is now epsilon {status.cap_epsilon:.4g} with delta {status.delta:g}"
    print(json.dumps(status.as_json()) if as_json else text)


@app.command()
def resolve(
    account: AccountName,
    reservation: Annotated[str, typer.Argument(help="Id, or its first digits (at least 6).")],
    decision: Annotated[str, typer.Option("--as", help="spent, or not-spent when surely nothing was drawn.")],
    reason: ReasonText,
    as_json: Json = False,
) -> None:
    """Settle a reservation whose process died; until then it counts as spent.

    Example: wuming budget resolve customer-service/subject/add-or-remove-one 3f9a1c --as spent --reason "power cut"
    """
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    accounts = Accounts(Ledger())
    if decision == "spent":
        status = accounts.resolve(account, reservation, "spent", reason=reason)
    elif decision == "not-spent":
        status = accounts.resolve(account, reservation, "not-spent", reason=reason)
    else:
        raise PrivacyParameterError("unknown decision", help="Pass --as spent or --as not-spent.")
    text = f"{account}: spent epsilon {status.spent_epsilon:.4g} of {status.cap_epsilon:.4g}, delta {status.delta:g}"
    print(json.dumps(status.as_json()) if as_json else text)
