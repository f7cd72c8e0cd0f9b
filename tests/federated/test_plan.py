"""The plan: what it refuses, what it claims, and that the noise is enough when clients drop out or collude."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import pytest

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import FixedParticipationGaussian, PoissonSampledGaussian
from wuming.core.errors import BudgetExceeded, PrivacyParameterError, UnsupportedEvent
from wuming.federated.account import ScheduledBudget, many
from wuming.federated.calibration import plan_for_epsilon
from wuming.federated.codes import GridCode
from wuming.federated.plan import FederationPlan
from wuming.federated.weighting import BoundedWeights, FixedWeights

from .parties import DIMENSION, names, plan

DELTA = 1e-5


@functools.cache
def private(**changes) -> FederationPlan:
    fields = {
        "name": "test",
        "clients": names(20),
        "rounds": 10,
        "unit": "record",
        "bound": 0.5,
        "noise": "distributed",
        "secure": True,
        "divisor": 100.0,
        "least_survivors": 14,
        "colluders": 4,
        "sampling_probability": 0.1,
    }
    target = changes.pop("epsilon", 2.0)
    norm = None if (fields | changes)["unit"] == "client" else 5.0
    return plan_for_epsilon(target, DELTA, dimension=500, vector_norm=norm, **(fields | changes))


@pytest.mark.parametrize("unit", ["record", "client"])
def test_calibration_keeps_the_promise_and_wastes_little(unit: str) -> None:
    found = private(unit=unit, sampling_probability=0.1 if unit == "record" else 1.0)
    server, public = found.epsilon_server(DELTA), found.epsilon_public(DELTA)
    assert public < server <= 2.0
    assert server > 1.98
    assert found.epsilon_public(DELTA, 3) < public


def test_the_two_claims_are_those_of_gaussian_noise_of_those_who_count() -> None:
    found = private()
    variance = float(found.code.encoding.member_variance)
    for claimed, members in ((found.epsilon_server(DELTA), 10), (found.epsilon_public(DELTA), 14)):
        multiplier = math.sqrt(variance * members / found.code.encoding.squared_sensitivity)
        gaussian = epsilon(PoissonSampledGaussian(0.1, multiplier, 10), DELTA)
        assert gaussian <= claimed <= 1.01 * gaussian


def test_noise_short_by_dropout_or_collusion_would_be_seen() -> None:
    """Broken twins: noise that is enough only if nobody drops out, or nobody takes its own away."""
    honest = private()
    server = honest.epsilon_server(DELTA)
    everybody = private(least_survivors=20, colluders=0)
    short = everybody.code.noise_multiplier(14)  # 14 of the 20 shares arrive
    assert epsilon(PoissonSampledGaussian(0.1, short, 10), DELTA) > 1.2 * 2.0
    trusting = private(colluders=0)
    taken = trusting.code.noise_multiplier(14 - 4)
    assert epsilon(PoissonSampledGaussian(0.1, taken, 10), DELTA) > 1.15 * 2.0
    assert server <= 2.0


def test_events_of_units_and_modes() -> None:
    central = plan(noise="central", noise_multiplier=2.0, participation=0.25)
    assert central.public_event(3) == PoissonSampledGaussian(0.25, 2.0, 3)
    assert central.server_event(3) is None
    assert plan(noise="central", noise_multiplier=2.0).public_event(3) == FixedParticipationGaussian(3, 2.0)
    record = plan(noise="central", noise_multiplier=2.0, unit="record", sampling_probability=0.5, participation=0.25)
    assert record.public_event(1) == PoissonSampledGaussian(0.5, 2.0, 1)  # the draw of clients is not counted
    assert replace(private(), secure=False).server_event(1) is None


def test_a_federation_without_noise_claims_nothing() -> None:
    with pytest.raises(PrivacyParameterError, match="noise='none'"):
        plan().public_event(1)
    assert plan().server_event(1) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"clients": ("a", "a")},
        {"clients": ("a",)},
        {"rounds": 0},
        {"rounds": True},
        {"unit": "person"},
        {"noise": "some"},
        {"bound": 0.0},
        {"divisor": -1.0},
        {"participation": 0.0},
        {"sampling_probability": 0.5},  # of clients
        {"noise": "central"},  # with multiplier 0
        {"noise_multiplier": 1.0},  # with no noise
        {"noise": "distributed"},  # with a grid
        {"code": None},
        {"least_survivors": 6},
        {"least_survivors": 2},  # below the protocol's threshold
        {"colluders": 4},
        {"aggregation": "median"},  # under masks
        {"aggregation": "group-median"},
        {"groups": 3},
        {"unit": "record", "weighting": BoundedWeights(10)},
    ],
)
def test_what_does_not_go_together_is_refused(changes) -> None:
    with pytest.raises(PrivacyParameterError) as caught:
        plan(**changes)
    assert caught.value.message


@pytest.mark.parametrize(
    "changes",
    [{"colluders": 3}, {"least_survivors": 15}, {"bound": 0.6}, {"unit": "client", "sampling_probability": 1.0}],
)
def test_a_code_for_another_plan_is_refused(changes) -> None:
    """Its noise was designed for other numbers; taken over, the claim would be wrong."""
    with pytest.raises(PrivacyParameterError, match="the code is for"):
        replace(private(), **changes)


def test_every_number_is_part_of_what_members_agree_on() -> None:
    first = plan()
    for changes in ({"rounds": 4}, {"divisor": 4.0}, {"weighting": FixedWeights({"client-0": 0.5})}, {"bound": 99.0}):
        assert plan(**changes).digest != first.digest
    assert plan(code=GridCode(DIMENSION, 100.0, 2.0**-19)).digest != first.digest
    assert plan().digest == first.digest


def test_too_few_bits_are_refused() -> None:
    with pytest.raises(PrivacyParameterError, match="modulus_bits"):
        private(modulus_bits=8)


# ── the account in memory ──


def test_a_scheduled_budget_admits_as_many_rounds_as_one_composed_event_allows() -> None:
    event = PoissonSampledGaussian(0.1, 1.0, 1)
    budget = ScheduledBudget(2.0, DELTA)
    admitted = 0
    with pytest.raises(BudgetExceeded):
        while True:
            budget.reserve(event, schedule=str(admitted)).commit()
            admitted += 1
    assert epsilon(many(event, admitted), DELTA) <= 2.0 < epsilon(many(event, admitted + 1), DELTA)


def test_a_scheduled_budget_takes_back_what_was_not_drawn_and_no_more() -> None:
    event = FixedParticipationGaussian(1, 2.0)
    budget = ScheduledBudget(50.0, DELTA)
    first, again = budget.reserve(event, schedule="a"), budget.reserve(event, schedule="a")
    assert budget.rounds == 1  # the same schedule is the same round
    first.commit()
    first.release()
    assert budget.rounds == 1
    budget.reserve(event, schedule="b").release()
    assert budget.rounds == 1
    del again


def test_a_scheduled_budget_refuses_what_it_cannot_compose() -> None:
    budget = ScheduledBudget(50.0, DELTA)
    budget.reserve(FixedParticipationGaussian(1, 2.0), schedule="a")
    with pytest.raises(UnsupportedEvent):
        budget.reserve(FixedParticipationGaussian(1, 3.0), schedule="b")
