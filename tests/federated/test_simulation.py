"""Whole federations in small: against plain arithmetic, with dropouts, refusals, spent accounts and bad updates."""

from __future__ import annotations

import functools
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError, RoundAborted, RoundRefused
from wuming.federated.calibration import plan_for_epsilon
from wuming.federated.codes import GridCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.participant import Offer
from wuming.federated.secure_aggregation import ServerStage
from wuming.federated.simulation import Dropouts, simulate
from wuming.federated.strategies import FedAvg, FedProx
from wuming.federated.weighting import BoundedWeights, FixedWeights

from .parties import (
    DIMENSION,
    ClippedRows,
    Towards,
    Unlimited,
    crowd,
    federation,
    names,
    participants,
    plan,
    targets,
)

CELL = 2.0**-20


def plain(weights, who, of, *, factor=lambda _place: 1.0):
    """One round by hand: the mean of the survivors' updates over the public divisor."""
    moves = [factor(place) * 0.5 * (of[place] - weights) for place in who]
    return weights + sum(moves, np.zeros(DIMENSION)) / 5


@pytest.mark.parametrize("secure", [True, False])
def test_without_noise_it_is_plain_averaging(secure: bool) -> None:
    of = targets(5)
    server = federation(plan(secure=secure))
    result = simulate(server, crowd([Towards(target) for target in of]))
    expected = np.zeros(DIMENSION)
    for _ in range(3):
        expected = plain(expected, range(5), of)
    assert np.abs(server.weights - expected).max() < 3 * CELL
    assert (result.rounds, result.sums_exact, result.stopped) == (3, True, "")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 0.9))
def test_dropouts_leave_the_exact_sum_of_the_survivors_or_nothing(seed: int, probability: float) -> None:
    of = targets(5)
    server = federation(plan(rounds=2))
    dropouts = Dropouts(probability, seed)
    result = simulate(server, crowd([Towards(target) for target in of]), dropouts=dropouts)
    expected = np.zeros(DIMENSION)
    for report in result.reports:
        if report.aborted:
            assert report.exact is None
            continue
        assert report.exact
        silent = dropouts.of_round(report.number, names(5))
        survivors = [place for place, name in enumerate(names(5)) if silent.get(name, 9) > 3]
        assert len(survivors) == report.survivors
        expected = plain(expected, survivors, of)
    assert np.abs(server.weights - expected).max() < 3 * CELL


def test_an_inexact_sum_would_be_seen() -> None:
    """The broken twin: a client that sends another vector than it encoded."""

    class Lying(LocalCrowd):
        def plain_sum(self, who, length):
            return super().plain_sum(who, length) + 1

    result = simulate(federation(plan()), Lying(participants([Towards(t) for t in targets(5)])))
    assert result.sums_exact is False


def test_a_round_whose_sum_was_seen_counts_and_one_without_a_sum_does_not() -> None:
    budget = Unlimited()
    server = federation(private_plan(), budget=budget)
    server.open_round()
    server.abandon_round(seen=True)
    assert (budget.committed, budget.released, server.standing.spent) == (1, 0, (1,))
    server.open_round()
    server.abandon_round()
    assert (budget.committed, budget.released, server.standing.spent) == (1, 1, (1,))


def test_a_client_that_reveals_wrong_shares_is_named_and_the_sum_is_exact() -> None:
    class Lying(LocalCrowd):
        def answers(self, stage, inbox):
            secret = self._clients["client-2"]._client
            if stage == ServerStage.REVELATIONS:
                secret._shares = {place: share[64:] + share[:64] for place, share in secret._shares.items()}
            return super().answers(stage, inbox)

    server = federation(plan())
    result = simulate(server, Lying(participants([Towards(t) for t in targets(5)])))
    assert result.sums_exact
    assert [report.survivors for report in result.reports] == [5, 5, 5]
    assert [report.blamed for report in result.reports] == [{"client-2": "wrong-shares"}] * 3


def test_weights_that_are_fixed_or_bounded() -> None:
    of = targets(5)
    for weighting, factor in (
        (FixedWeights({"client-1": 0.5}), lambda place: 0.5 if place == 1 else 1.0),
        (BoundedWeights(10), lambda place: min(4 * place, 10) / 10),
    ):
        server = federation(plan(rounds=1, weighting=weighting))
        simulate(server, crowd([Towards(t) for t in of], records=[4 * place for place in range(5)]))
        assert np.abs(server.weights - plain(np.zeros(DIMENSION), range(5), of, factor=factor)).max() < 3 * CELL


def test_a_client_with_a_long_update_counts_up_to_the_bound() -> None:
    of = targets(5)
    of[2] *= 1e6
    server = federation(plan(rounds=1, bound=1.0))
    simulate(server, crowd([Towards(target) for target in of]))
    assert np.linalg.norm(server.weights) <= 1.0 + CELL


# ── accounts ──


@functools.cache
def private_plan(**changes):
    fields = {
        "name": "test",
        "clients": names(5),
        "rounds": 3,
        "unit": "record",
        "bound": 1.0,
        "noise": "distributed",
        "secure": True,
        "divisor": 10.0,
        "least_survivors": 4,
        "colluders": 1,
        "sampling_probability": 0.5,
    }
    dimension = changes.pop("dimension", DIMENSION)
    return plan_for_epsilon(3.0, 1e-5, dimension=dimension, vector_norm=4.0, **(fields | changes))


def rows(count: int = 5):
    return [ClippedRows(np.random.default_rng(place).normal(size=(3, DIMENSION))) for place in range(count)]


def test_every_round_is_charged_at_the_server_and_at_every_client() -> None:
    of = private_plan()
    budget, accounts = Unlimited(), [Unlimited() for _ in range(5)]
    simulate(federation(of, budget=budget), crowd(rows(), budgets=accounts))
    assert budget.events == [of.public_event(1)] * 3
    assert budget.committed == 3
    for account in accounts:
        assert account.events == [of.server_event(1)] * 3
        assert (account.committed, account.released) == (3, 0)


def test_the_federation_stops_when_its_account_is_spent() -> None:
    budget = Unlimited(2)
    server = federation(private_plan(), budget=budget)
    result = simulate(server, crowd(rows()))
    assert (result.rounds, result.stopped, server.rounds_done) == (2, "budget", 2)


def test_a_client_whose_account_is_spent_refuses_and_the_others_go_on() -> None:
    accounts = [Unlimited(1), *(Unlimited() for _ in range(4))]
    result = simulate(federation(private_plan()), crowd(rows(), budgets=accounts))
    assert [report.survivors for report in result.reports] == [5, 4, 4]
    assert [report.refused for report in result.reports] == [{}, {"budget": 1}, {"budget": 1}]
    assert accounts[0].committed == 1


def test_when_too_many_refuse_nothing_is_revealed_and_it_ends() -> None:
    accounts = [Unlimited(0), Unlimited(0), *(Unlimited() for _ in range(3))]
    budget = Unlimited()
    server = federation(private_plan(), budget=budget)
    result = simulate(server, crowd(rows(), budgets=accounts), attempts=2)
    assert (result.rounds, result.stopped) == (0, "aborts")
    assert [report.aborted for report in result.reports] == ["too-few", "too-few"]
    assert (budget.committed, budget.released) == (0, 2)
    assert not server.weights.any()
    # Nobody had trained yet, so nobody's account is charged.
    assert all(account.committed == 0 for account in accounts)


def test_the_noise_of_the_clients_is_there_and_as_large_as_planned() -> None:
    size = 2000
    of = private_plan(rounds=1, divisor=1.0, dimension=size, secure=False)
    server = federation(of, dimension=size)
    nothing = [ClippedRows(np.zeros((0, size))) for _ in range(5)]
    simulate(server, crowd(nothing))
    encoding = of.code.encoding
    expected = np.sqrt(float(encoding.member_variance) * 5) / encoding.scale
    assert np.std(server.weights) == pytest.approx(expected, rel=0.1)  # 2,048 samples: six standard errors
    # Enough for the four that are planned for, against the bound of 1 that one record has.
    assert expected > of.code.noise_multiplier(4) * 1.0


def test_visible_vectors_are_held_one_at_a_time() -> None:
    """A simulation of thousands of clients would not fit into memory otherwise."""
    living: list[weakref.ref] = []
    most = 0

    class Counting(LocalCrowd):
        def vectors(self, who):
            nonlocal most
            for name, vector in super().vectors(who):
                own = vector.copy()
                living.append(weakref.ref(own))
                most = max(most, sum(one() is not None for one in living))
                yield name, own
                del own

    of = plan(12, secure=False, code=None, rounds=1)
    server = federation(of)
    result = simulate(server, Counting(participants([Towards(target) for target in targets(12)])))
    assert (result.rounds, result.reports[0].survivors) == (1, 12)
    assert np.allclose(server.weights, 0.5 * targets(12).mean(axis=0))
    assert most <= 2


def test_central_noise_is_added_once_whoever_drops_out() -> None:
    of = plan(noise="central", noise_multiplier=3.0, rounds=1, bound=2.0, divisor=1.0, secure=False, code=None)
    found = []
    for number in range(60):
        server = federation(of)
        server._noise_key = bytes([number]) * 32
        simulate(server, crowd([Towards(np.zeros(DIMENSION))] * 5), dropouts=Dropouts(0.3, number))
        found.append(server.weights)
    assert np.std(found) == pytest.approx(6.0, rel=0.15)


# ── what is refused ──


def test_a_client_with_a_bad_update_is_out_of_the_round_by_name() -> None:
    class Bad(Towards):
        def contribution(self, weights, round_number):
            return np.full(DIMENSION, np.nan)

    class Short(Towards):
        def contribution(self, weights, round_number):
            return np.zeros(DIMENSION - 1)

    of = targets(5)
    trainers = [Towards(of[0]), Bad(of[1]), Towards(of[2]), Short(of[3]), Towards(of[4])]
    server = federation(plan(rounds=1))
    result = simulate(server, crowd(trainers))
    assert result.reports[0].survivors == 3
    assert np.abs(server.weights - plain(np.zeros(DIMENSION), (0, 2, 4), of)).max() < 3 * CELL


def test_where_privacy_is_claimed_training_that_diverged_shows_in_nothing() -> None:
    """To fall silent would tell the server, without noise, that these data make training diverge."""

    class Bad(ClippedRows):
        def contribution(self, weights, round_number):
            return np.full(DIMENSION, np.inf)

    of = private_plan(rounds=1)
    result = simulate(federation(of), crowd([Bad(np.zeros((1, DIMENSION))), *rows()[1:]]))
    assert result.reports[0].survivors == 5
    participant = participants([Bad(np.zeros((1, DIMENSION))), *rows()[1:]])[0]
    participant.begin(federation(of).open_round().offers[0])
    assert not participant.vector().any()


def test_a_trainer_that_bounds_records_otherwise_is_refused() -> None:
    of = private_plan()
    server = federation(of)
    for bound, probability, what in (
        (None, 0.5, "bounds a record's share"),
        (1.5, 0.5, "bounds a record's share"),
        (1.0, 0.6, "draws records"),
    ):
        participant = participants([ClippedRows(np.ones((1, DIMENSION)), bound, probability), *rows(4)])[0]
        with pytest.raises(PrivacyParameterError, match=what):
            participant.begin(server.open_round().offers[0])


def test_a_round_is_not_begun_twice_and_not_by_strangers() -> None:
    server = federation(plan())
    offer = server.open_round().offers[0]
    participant = participants([Towards(t) for t in targets(5)])[0]
    participant.begin(offer)
    with pytest.raises(RoundRefused) as caught:
        participant.begin(offer)
    assert caught.value.reason == "replayed-round"
    participant.name = "stranger"
    with pytest.raises(RoundRefused) as caught:
        participant.begin(offer)
    assert caught.value.reason == "no-member"


def test_a_client_wants_as_many_colluders_planned_for_as_it_says() -> None:
    server = federation(plan())
    participant = participants([Towards(t) for t in targets(5)])[0]
    participant._least_colluders = 1
    with pytest.raises(RoundRefused) as caught:
        participant.begin(server.open_round().offers[0])
    assert caught.value.reason == "few-colluders"


def test_nothing_is_given_before_a_round_has_begun() -> None:
    participant = participants([Towards(t) for t in targets(5)])[0]
    with pytest.raises(RoundRefused):
        participant.vector()


def test_a_member_that_was_told_of_another_model_is_in_no_sum() -> None:
    of = targets(5)
    server = federation(plan(rounds=1))

    class Misled(LocalCrowd):
        def begin(self, offer):
            other = Offer(
                offer.plan, offer.strategy, offer.round_number, offer.members, offer.keys, offer.weights + 1e-9
            )
            for name in offer.members:
                self._clients[name].begin(other if name == "client-0" else offer)
                self._active.add(name)
            return {}

    result = simulate(server, Misled(participants([Towards(t) for t in of])))
    assert result.reports[0].survivors == 4
    assert result.sums_exact
    assert np.abs(server.weights - plain(np.zeros(DIMENSION), (1, 2, 3, 4), of)).max() < 3 * CELL


def test_keys_are_needed_and_the_proximal_term_must_do_something() -> None:
    from wuming.federated.federation import Federation

    with pytest.raises(RoundRefused):
        Federation(plan(), FedAvg(), np.zeros(DIMENSION), budget=Unlimited(), secret=bytes(32))
    with pytest.raises(PrivacyParameterError, match="does nothing"):
        federation(private_plan(), strategy=FedProx())


def test_a_finished_federation_opens_no_round() -> None:
    server = federation(plan(rounds=1))
    simulate(server, crowd([Towards(t) for t in targets(5)]))
    with pytest.raises(RoundAborted):
        server.open_round()


# ── robust rules ──


def bad_crowd(count: int, bad: int):
    of = 1.0 + 0.1 * np.random.default_rng(2).normal(size=(count, DIMENSION))
    trainers = [Towards(target) for target in of]
    for place in range(bad):
        trainers[place] = Towards(np.full(DIMENSION, -1e4))
    return crowd(trainers)


@pytest.mark.parametrize("rule", ["median", "trimmed-mean", "krum"])
def test_rules_that_look_at_updates_bear_bad_clients(rule: str) -> None:
    changes = {"secure": False, "code": None, "rounds": 1, "bound": 1e6, "aggregation": rule, "bad_clients": 2}
    server = federation(plan(9, **changes))
    simulate(server, bad_crowd(9, 2))
    assert np.abs(server.weights - 0.5).max() < 0.2
    mean = federation(plan(9, **(changes | {"aggregation": "mean"})))
    simulate(mean, bad_crowd(9, 2))
    assert mean.weights.max() < -100  # the broken twin


def test_the_median_over_group_sums_bears_bad_clients_under_masks() -> None:
    changes = {"rounds": 1, "bound": 1e6, "code": GridCode(DIMENSION, 1e6, 2.0**-10), "least_survivors": 2}
    server = federation(plan(15, **changes, aggregation="group-median", groups=5))
    result = simulate(server, bad_crowd(15, 2))
    assert result.sums_exact
    assert result.reports[0].survivors == 15
    assert np.abs(server.weights - 0.5).max() < 0.2


def test_rounds_draw_clients_by_the_server_s_coins() -> None:
    of = plan(
        40,
        secure=False,
        code=None,
        participation=0.25,
        noise="central",
        noise_multiplier=1.0,
        least_survivors=1,
        rounds=40,
    )
    result = simulate(federation(of), crowd([Towards(t) for t in targets(40)]))
    sizes = [report.members for report in result.reports]
    assert 8 < np.mean(sizes) < 12
    assert len(set(sizes)) > 3
