"""The federation of digits: the split, and that results do not depend on the number of processes."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.core.errors import PrivacyParameterError, UnknownDataset, WumingError
from wuming.crypto.random import derive_key
from wuming.federated.account import ScheduledBudget
from wuming.federated.codes import GridCode, SkellamCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.encoding import design
from wuming.federated.federation import Federation
from wuming.federated.plan import FederationPlan
from wuming.federated.pool import PoolCrowd
from wuming.federated.simulation import Dropouts, simulate
from wuming.federated.strategies import FedAvg
from wuming.scenarios.federation.case import Makers, Numbers, Work
from wuming.scenarios.federation.digits import MAX_GRAD_NORM, DigitsCase
from wuming.scenarios.federation.shops import ShopsCase
from wuming.scenarios.federation.split import split_by_label

MASTER = bytes(range(32))


def makers_of(case):
    return Makers(case, Work("record", 2, Numbers(MAX_GRAD_NORM, 30, 2.0, FedAvg()), MASTER), 100.0, 1e-4, 0)


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
    size = case.start().size
    encoding = design(
        size,
        unit="record",
        max_norm=MAX_GRAD_NORM,
        noise_multiplier=1.0,
        members=5,
        threshold=3,
        colluders=0,
        modulus_bits=20,
        rotation_seed=MASTER,
        vector_norm=2.0,
    )
    plan = FederationPlan(
        name="pool",
        clients=case.names,
        rounds=2,
        unit="record",
        bound=MAX_GRAD_NORM,
        noise_multiplier=0.0,
        noise="distributed",
        secure=True,
        divisor=30.0,
        least_survivors=3,
        sampling_probability=0.5,
        code=SkellamCode(encoding),
    )
    makers = makers_of(case)
    found = []
    for crowd in (LocalCrowd(makers(case.names)), PoolCrowd(case.names, makers, 2)):
        server = Federation(
            plan,
            FedAvg(),
            case.start(),
            budget=ScheduledBudget(100.0, 1e-4),
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
    makers = makers_of(case)
    with pytest.raises(Exception, match=r"client|MNIST|mnist|data set"):
        PoolCrowd(case.names, makers, 1)


def test_ten_shops_hold_a_round_each_with_its_own_reviews() -> None:
    try:
        case = ShopsCase.found(every=150, documents=150)
    except UnknownDataset:
        pytest.skip("the reviews are not at hand")
    reviews = case.reviews()
    assert set(reviews) == set(case.names)
    assert all(train and held_out for train, held_out in reviews.values())
    numbers = case.numbers("record", 2, case.usual_strategy("record"), private=False)
    plan = FederationPlan(
        name="shops",
        clients=case.names,
        rounds=2,
        unit="record",
        bound=numbers.bound,
        noise_multiplier=0.0,
        noise="none",
        secure=True,
        divisor=float(numbers.expected),
        least_survivors=7,
        sampling_probability=0.5,
        code=GridCode(case.start().size, numbers.vector_norm, numbers.vector_norm * 2.0**-24),
    )
    makers = Makers(case, Work("record", 2, numbers, MASTER), 1.0, 1e-6, 0)
    server = Federation(
        plan,
        numbers.strategy,
        case.start(),
        budget=ScheduledBudget(1.0, 1e-6),
        secret=MASTER,
        keys={name: makers.identity(name).public for name in case.names},
    )
    result = simulate(server, LocalCrowd(makers(case.names)), evaluate=case.evaluation())
    assert (result.rounds, result.sums_exact) == (2, True)
    assert 0 <= result.reports[-1].quality["accuracy"] <= 1
    assert [report.survivors for report in result.reports] == [10, 10]


def test_an_error_in_a_worker_is_told_and_ends_the_simulation() -> None:
    case = DigitsCase("generated", 3, 12)
    crowd = PoolCrowd(case.names, makers_of(case), 1)
    try:
        with pytest.raises(WumingError, match="failed"):
            crowd.plain_sum(7, "no length")  # type: ignore[arg-type]
        crowd.end()
    finally:
        crowd.close()
