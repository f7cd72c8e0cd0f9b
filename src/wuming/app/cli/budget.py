"""`wuming budget`: how far privacy budgets are used, and the two decisions that only a person may take."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from wuming.app.cli import budget_advise

app = typer.Typer(help="Show, grant, resolve or plan privacy budgets.", no_args_is_help=True)
budget_advise.register(app)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AccountName = Annotated[str, typer.Argument(help="lineage/unit/relation, as `wuming budget show` prints it.")]
ReasonText = Annotated[str, typer.Option("--reason", help="Why; goes on record, no personal data in it.")]


@app.command()
def show(
    account: Annotated[str | None, typer.Argument(help="lineage/unit/relation. Default: all accounts.")] = None,
    as_json: Json = False,
) -> None:
    """Show caps, spending and open reservations.

    Example: wuming budget show customer-service/subject/add-or-remove-one
    """
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    accounts = Accounts(Ledger())
    found = [accounts.status(account)] if account else accounts.all()
    if as_json:
        print(json.dumps({"accounts": [status.as_json() for status in found]}))
        return
    if not found:
        print("No account is open.")
    for status in found:
        print(f"{status.account}")
        print(f"  cap        epsilon {status.cap_epsilon:.4g} with delta {status.delta:g}, for everything together")
        print(f"  spent      epsilon {status.spent_epsilon:.4g} ({status.committed} events committed)")
        print(f"  remaining  epsilon {status.remaining_epsilon:.4g}")
        for pending in status.pending:
            print(f"  open       {pending.id[:12]} since {pending.at}, alone epsilon {pending.charge_epsilon:.4g}")


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
    from wuming.core.errors import PrivacyParameterError
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
