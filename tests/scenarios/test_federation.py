"""The federation of digits: the split, and that results do not depend on the number of processes."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import derive_key
from wuming.federated.account import ScheduledBudget
from wuming.federated.calibration import plan_for_epsilon
from wuming.federated.crowd import LocalCrowd
from wuming.federated.federation import Federation
from wuming.federated.pool import PoolCrowd
from wuming.federated.simulation import Dropouts, simulate
from wuming.scenarios.federation.digits import MAX_GRAD_NORM, DigitsCase, DigitsClients, strategy_for
from wuming.scenarios.federation.split import split_by_label

MASTER = bytes(range(32))


@pytest.mark.parametrize("concentration", [0.1, 1000.0])
def test_the_split_deals_every_record_to_one_client(concentration: float) -> None:
    labels = np.random.default_rng(0).integers(0, 10, 1000)
    parts = split_by_label(labels, 20, 50, concentration=concentration, seed=1)
    assert sorted(np.concatenate(parts).tolist()) == list(range(1000))
    assert {len(part) for part in parts} == {50}
    kinds = np.mean([len(set(labels[part])) for part in parts])
    assert kinds < 6 if concentration < 1 else kinds > 9
    again = split_by_label(labels, 20, 50, concentration=concentration, seed=1)
    assert all(np.array_equal(one, other) for one, other in zip(parts, again, strict=True))


@pytest.mark.parametrize(("clients", "each", "concentration"), [(3, 4, 0.5), (0, 1, 0.5), (1, 0, 0.5), (2, 5, 0.0)])
def test_a_split_that_cannot_be_is_refused(clients: int, each: int, concentration: float) -> None:
    with pytest.raises(PrivacyParameterError):
        split_by_label(np.arange(10), clients, each, concentration=concentration, seed=0)


def test_processes_change_nothing() -> None:
    """Real workers with real data and secrets of their own: bit for bit the same model as in one process."""
    case = DigitsCase("generated", 5, 12)
    plan = plan_for_epsilon(
        8.0,
        1e-4,
        dimension=case.start().size,
        vector_norm=2.0,
        name="pool",
        clients=case.names,
        rounds=2,
        unit="record",
        bound=MAX_GRAD_NORM,
        noise="distributed",
        secure=True,
        divisor=30.0,
        least_survivors=3,
        sampling_probability=0.5,
    )
    makers = DigitsClients(case, "record", 0.5, 2, 100.0, 1e-4, 0, 0.0, MASTER)
    found = []
    for crowd in (LocalCrowd(makers(case.names)), PoolCrowd(case.names, makers, 2)):
        server = Federation(
            plan,
            strategy_for("fedavg", "record", 2),
            case.start(),
            budget=ScheduledBudget(8.0, 1e-4),
            secret=derive_key(MASTER, "server"),
            keys={name: makers.identity(name).public for name in case.names},
        )
        try:
            result = simulate(server, crowd, dropouts=Dropouts(0.2, 1))
        finally:
            crowd.close()
        assert result.sums_exact
        assert result.rounds == 2
        found.append(server.weights)
    assert np.array_equal(found[0], found[1])
    assert np.abs(found[0] - case.start()).max() > 0


def test_a_worker_that_cannot_build_its_clients_is_an_error_and_no_hang() -> None:
    case = DigitsCase("mnist", 2, 60_000)  # more images than there are
    makers = DigitsClients(case, "record", 0.5, 2, 100.0, 1e-4, 0, 0.0, MASTER)
    with pytest.raises(Exception, match=r"client|MNIST|mnist|data set"):
        PoolCrowd(case.names, makers, 1)
