"""Between machines: silos that count by weights of the agreement, and noise of a server that is trusted with sums."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wuming.accounting.accountant import approximate_rdp
from wuming.app.federation.account import check_records, spent
from wuming.app.federation.status import lines, read_status
from wuming.core.errors import BudgetExceeded, PrivacyParameterError
from wuming.federated.account import ScheduledBudget
from wuming.federated.federation import Federation
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger

from . import small
from .site import CELL, SILOS, Site, agreed

ONE_ROUND = {"rounds": "1", "strategy": "{name: fedavg}"}


def moved(weights: list[float]) -> np.ndarray:
    return sum(weight * small.steps(place) / 8 for place, weight in enumerate(weights)) / 3


def test_fixed_weights_of_the_agreement(tmp_path: Path) -> None:
    site = Site(tmp_path, weights={"east": 0.25, "south": 0.5}, **ONE_ROUND)
    site.serve()
    assert np.abs(site.host.federation.weights - moved([0.25, 1.0, 0.5])).max() < 3 * CELL
    assert np.abs(site.host.federation.weights - moved([1.0, 1.0, 1.0])).max() > 1e-3  # what equal weights give


def test_weights_by_records_up_to_a_cap(tmp_path: Path) -> None:
    records = {"east": 10, "north": 40, "south": 4000}
    site = Site(tmp_path, records=records, weight_cap="100", **ONE_ROUND)
    site.serve()
    assert np.abs(site.host.federation.weights - moved([0.1, 0.4, 1.0])).max() < 3 * CELL
    plan = site.built.agreement.plan
    check_records(plan, 10)
    for missing in (None, 0):
        with pytest.raises(PrivacyParameterError, match="records"):
            check_records(plan, missing)


def test_noise_follows_the_largest_weight_and_epsilon_stays(tmp_path: Path) -> None:
    """Noise for half the bound, while one silo counts whole, would be another ε: the plan refuses it."""
    whole = agreed(tmp_path, noise="distributed", epsilon="1.0", rounds="1").agreement.plan
    half = agreed(tmp_path, dict.fromkeys(SILOS, 0.5), noise="distributed", epsilon="1.0", rounds="1").agreement.plan
    assert (half.sensitivity, whole.sensitivity) == (0.5, 1.0)
    assert half.epsilon_server(1e-3) == pytest.approx(whole.epsilon_server(1e-3), rel=1e-2)
    sizes = [float(plan.code.encoding.member_variance) ** 0.5 / plan.code.encoding.scale for plan in (half, whole)]
    assert sizes[0] == pytest.approx(sizes[1] / 2, rel=1e-2)
    one = agreed(tmp_path, {"east": 0.5}, noise="distributed", epsilon="1.0", rounds="1").agreement.plan
    assert one.sensitivity == 1.0
    with pytest.raises(PrivacyParameterError, match="max_norm"):
        replace(one, code=half.code)  # the broken twin: noise for a smaller weight than the largest


def test_delta_counts_the_records_that_light_silos_stand_for(tmp_path: Path) -> None:
    changes = {"unit": "record", "vector_norm": "3.0", "noise": "central", "rounds": "1", "divisor": "100.0"}
    agreed(tmp_path, delta="1.0e-3", **changes)  # for 100 records
    with pytest.raises(PrivacyParameterError, match="delta"):
        agreed(tmp_path, {"east": 0.1}, delta="1.0e-3", **changes)  # the divisor stands for up to 1000


# ── central noise ──


def test_a_trusted_server_adds_the_noise_and_claims_nothing_against_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path / "central", noise="central", epsilon="1.0", **ONE_ROUND)
    told = site.serve()
    plan = site.built.agreement.plan
    assert told["epsilon_server"] is None
    assert 0.9 < told["epsilon_public"] <= 1.0
    error = site.host.federation.weights - moved([1.0, 1.0, 1.0])
    size = plan.noise_multiplier * plan.code.sensitivity(plan.sensitivity) / plan.divisor
    assert 0.3 < np.sqrt((error**2).mean()) / size < 3
    assert {budget.rounds for budget in site.budgets.values()} == {1}
    shown = "\n".join(lines(read_status(tmp_path / "central" / "state")))
    assert "nothing is claimed against the server" in shown

    # The broken twin: a server that forgets the noise.
    twin = Site(tmp_path / "twin", noise="central", epsilon="1.0", **ONE_ROUND)
    monkeypatch.setattr(Federation, "_noised", lambda self, total, place: total)
    twin.serve()
    assert np.abs(twin.host.federation.weights - moved([1.0, 1.0, 1.0])).max() < 1e-5 < size


def test_a_silo_s_account_bears_central_rounds_or_refuses(tmp_path: Path) -> None:
    site = Site(tmp_path, noise="central", epsilon="1.0", rounds="2")
    site.budgets["east"].cap = 0.8  # one round
    assert site.serve()["silos"]["east"]["rounds"] == 1


# ── what a silo is told of its account ──


def test_a_silo_s_charge_is_the_same_in_one_piece_and_both_figures_are_shown(tmp_path: Path) -> None:
    """The account adds Rényi curves; that of a whole schedule is the sum of its rounds', so nothing would be gained."""
    built = agreed(tmp_path, noise="distributed")
    plan = built.agreement.plan
    accounts = Accounts(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))

    def account(name: str):
        known = accounts.open(name, "client", "add-or-remove-one", 40.0, 1e-3, failure_delta=5e-5)
        return accounts.budget(known, lambda event: (event.as_json(), *approximate_rdp(event)))

    rounds, whole = account("rounds"), account("whole")
    for number in range(3):
        rounds.reserve(plan.server_event(1), schedule=f"round {number}").commit()
    whole.reserve(plan.server_event(3), schedule="all").commit()
    told = spent(built.file, plan, rounds, 3)
    assert told["epsilon_account"] == pytest.approx(spent(built.file, plan, whole, 3)["epsilon_account"], rel=1e-6)
    assert told["epsilon_federation"] == plan.epsilon_server(1e-3) <= 8 < told["epsilon_account"] < 10.5
    # More vectors than planned rounds, of rounds that ended without a sum, are not hidden.
    assert spent(built.file, plan, rounds, 4)["epsilon_federation"] > 8
    assert spent(built.file, plan, ScheduledBudget(1.0, 1e-6), 3) == {}
    with pytest.raises(BudgetExceeded):
        rounds.reserve(plan.server_event(60), schedule="much more")
