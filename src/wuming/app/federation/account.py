"""A silo's own account in its own ledger, and how much it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wuming.app.federation.agreement_file import FederationFile
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Budget

if TYPE_CHECKING:
    from wuming.federated.plan import FederationPlan


def silo_budget(file: FederationFile, plan: FederationPlan, lineage: str | None, cap: float | None) -> Budget:
    """Return the account of a silo's data, open or opened now.

    Args:
        file: the agreement's; its δ is the account's.
        plan: of the agreement.
        lineage: name of the data.
        cap: ε for everything that will ever be made from the data; needed where the account is not open yet.

    Raises:
        PrivacyParameterError: the plan claims something and no account is named, or a new one has no cap.
    """
    from wuming.accounting.accountant import approximate_rdp
    from wuming.federated.account import ScheduledBudget
    from wuming.federated.plan import RELATION
    from wuming.governance.accounts import Accounts, account_id
    from wuming.governance.ledger import Ledger
    from wuming.lifecycle.federation.claim import FAILURE_SHARE

    if plan.noise == "none" or file.delta is None:
        return ScheduledBudget(1.0, 1e-6)  # never asked: nothing is claimed
    if lineage is None:
        raise PrivacyParameterError(
            "no account is named, and the agreement claims an epsilon",
            help="Name this silo's data (lineage): every round is charged to their account.",
        )
    accounts = Accounts(Ledger())
    account = account_id(lineage, plan.unit, RELATION)
    if all(status.account != account for status in accounts.all()):
        if cap is None:
            raise PrivacyParameterError(
                f"account {account} is not open yet, and no cap was given",
                help="Give a cap: the epsilon for everything that will ever be made from this data.",
            )
        accounts.open(lineage, plan.unit, RELATION, cap, file.delta, failure_delta=FAILURE_SHARE * file.delta)
    return accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))


def check_records(plan: FederationPlan, records: int | None) -> None:
    """Refuse a silo that does not say how many records it has, where the agreement weighs silos by them.

    Raises:
        PrivacyParameterError: it does not.
    """
    from wuming.federated.weighting import BoundedWeights

    if isinstance(plan.weighting, BoundedWeights) and not records:
        raise PrivacyParameterError(
            f"the agreement weighs silos by their records, up to {plan.weighting.cap}, and no number was given",
            help="Give the number of this silo's records (--records, `records`); nobody else is told.",
        )


def spent(file: FederationFile, plan: FederationPlan, budget: Budget, vectors: int) -> dict[str, Any]:
    """Return what a federation has cost a silo, twice; nothing where nothing is claimed.

    `epsilon_account` is the charge of the silo's account, for all that was ever made from its data, in whatever order
    it was asked for. `epsilon_federation` is of this federation alone: the plan's rounds, or the vectors that were sent
    if they are more, composed tightly, as events that are alike and fixed in advance.
    """
    from wuming.governance.accounts import AccountBudget

    if not isinstance(budget, AccountBudget) or file.delta is None:
        return {}
    rounds = max(plan.rounds, vectors)
    return {
        "epsilon_account": budget.accounts.status(budget.account).spent_epsilon,
        "epsilon_federation": plan.epsilon_server(file.delta, rounds) or plan.epsilon_public(file.delta, rounds),
        "delta": file.delta,
        "unit_of_privacy": plan.unit,
        "sampler": plan.sampler,
    }
