"""Updates that are exactly zero: legitimate under noise, refused by name where nothing hides behind them."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.core.errors import RoundAborted, UpdateRefused
from wuming.federated.codes import GridCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.robust.checks import faults
from wuming.federated.robust.median import median
from wuming.federated.simulation import simulate
from wuming.federated.weighting import BoundedWeights

from ..parties import DIMENSION, Towards, crowd, federation, participants, plan, targets
from ..test_simulation import private_plan


class Still(Towards):
    """Trains, and its model never moves."""

    def contribution(self, weights, round_number):
        return np.zeros(len(weights))


def begun(trainer, of, **options):
    """The first of five clients, in a round that has begun."""
    first = participants([trainer, *(Towards(t) for t in targets(5)[1:])], **options)[0]
    first.begin(federation(of).open_round().offers[0])
    return first


@pytest.mark.parametrize("call", ["vector", "encoded"])
def test_a_client_refuses_to_send_zeros_without_noise(call: str) -> None:
    for trainer, options in (
        (Still(targets(5)[0]), {}),
        (Towards(targets(5)[0]), {"records": [0, 9, 9, 9, 9]}),  # it counts for nothing
    ):
        weighting = {"weighting": BoundedWeights(9)} if options else {}
        with pytest.raises(UpdateRefused) as caught:
            getattr(begun(trainer, plan(**weighting), **options), call)()
        assert caught.value.reason == "zero-update"


def test_what_is_zero_on_the_grid_is_zero() -> None:
    coarse = plan(code=GridCode(DIMENSION, 100.0, 50.0))
    with pytest.raises(UpdateRefused, match="zero-update"):
        begun(Towards(targets(5)[0]), coarse).encoded()


def test_with_noise_a_zero_update_is_sent_like_any_other() -> None:
    """No record was drawn; a refusal would show it."""
    of = private_plan()
    first = begun(Still(targets(5)[0], 1.0, of.sampling_probability), of)
    assert first.encoded().any()  # noise alone


@pytest.mark.parametrize("secure", [True, False])
def test_where_records_are_drawn_by_coins_none_may_have_been_drawn(secure: bool) -> None:
    """Without noise, too: a round of small silos would end for nothing otherwise."""
    of = targets(5)
    code = {} if secure else {"code": None}
    server = federation(plan(rounds=1, unit="record", sampling_probability=0.5, secure=secure, **code))
    trainers = [kind(target, 1.0, 0.5) for kind, target in zip((Still, *[Towards] * 4), of, strict=True)]
    result = simulate(server, crowd(trainers))
    assert (result.reports[0].survivors, result.reports[0].refused) == (5, {})
    assert np.allclose(server.weights, 0.5 * of[1:].sum(0) / 5, atol=1e-5)


def test_a_silo_that_never_moves_is_out_of_the_sum_and_the_others_go_on() -> None:
    of = targets(5)
    server = federation(plan(rounds=1))
    result = simulate(server, crowd([Still(of[0]), *(Towards(t) for t in of[1:])]))
    assert result.reports[0].survivors == 4
    assert np.allclose(server.weights, 0.5 * of[1:].sum(0) / 5, atol=1e-5)


class Lazy(LocalCrowd):
    """Its first clients do not run our code: they send zeros."""

    lazy = 1

    def vectors(self, names):
        for name, vector in super().vectors(names):
            yield name, np.zeros(DIMENSION) if int(name.rpartition("-")[2]) < self.lazy else vector


def rules(**changes):
    return plan(9, rounds=1, secure=False, code=None, least_survivors=5, **changes)


@pytest.mark.parametrize("rule", ["mean", "median", "trimmed-mean", "krum"])
def test_rules_that_see_updates_do_not_count_zeros(rule: str) -> None:
    of = targets(9)
    changes = {"aggregation": rule, "bad_clients": 1 if rule in ("trimmed-mean", "krum") else 0}
    lazy, without = federation(rules(**changes)), federation(rules(**changes))
    result = simulate(lazy, Lazy(participants([Towards(t) for t in of])))
    assert result.reports[0].refused == {"zero-update": 1}
    assert result.reports[0].survivors == 8
    moves = {f"client-{place}": 0.5 * target for place, target in enumerate(of)}
    without.open_round()
    assert without.close_with_updates({n: m for n, m in moves.items() if n != "client-0"}) == {}
    assert np.allclose(lazy.weights, without.weights)


def test_groups_that_are_seen_do_not_count_zeros() -> None:
    grouped = {"aggregation": "group-median", "groups": 3, "least_survivors": 2}
    server = federation(plan(9, rounds=1, secure=False, code=None, **grouped))
    result = simulate(server, Lazy(participants([Towards(t) for t in targets(9)])))
    assert result.reports[0].refused == {"zero-update": 1}


def test_a_median_that_counts_free_riders_stands_still() -> None:
    """The broken twin: five of nine clients send nothing, and the median is nothing."""
    rows = [0.5 * t for t in targets(9)]
    assert not median(np.stack([np.zeros(DIMENSION)] * 5 + rows[5:])).any()

    class Many(Lazy):
        lazy = 4

    server = federation(rules(aggregation="median"))
    simulate(server, Many(participants([Towards(t) for t in targets(9)])))
    assert server.weights.all()
    Many.lazy = 5
    again = federation(rules(aggregation="median"))
    result = simulate(again, Many(participants([Towards(t) for t in targets(9)])))
    assert (result.reports[0].aborted, again.rounds_done) == ("too-few", 0)


def test_what_is_not_finite_is_named_too() -> None:
    moves = {"client-0": np.full(DIMENSION, np.nan), "client-1": np.zeros(DIMENSION), "client-2": np.ones(DIMENSION)}
    assert faults(moves) == {"client-0": "not-finite", "client-1": "zero-update"}
    server = federation(rules())
    server.open_round()
    with pytest.raises(RoundAborted, match=r"not-finite, zero-update.*too-few"):
        server.close_with_updates(moves)
    assert server.rounds_done == 0


def test_under_central_noise_zeros_count() -> None:
    of = plan(5, noise="central", noise_multiplier=1.0, secure=False, code=None, rounds=1)
    server = federation(of)
    server.open_round()
    assert server.close_with_updates({f"client-{n}": np.zeros(DIMENSION) for n in range(5)}) == {}
    assert server.weights.any()


def test_an_existing_app_s_silo_refuses_too() -> None:
    pytest.importorskip("flwr")
    from flwr.app import ArrayRecord, Message, RecordDict
    from flwr.clientapp import ClientApp

    from wuming.federated.flower import secure_aggregation, wire

    from ..flower import small

    made = ClientApp(mods=[secure_aggregation(small.silo(0, small.agreement()))])

    @made.train()
    def train(message, context):
        return Message(RecordDict({"arrays": message.content["arrays"]}), reply_to=message)

    grid = small.MemoryGrid({100: made})
    content = {"arrays": ArrayRecord([np.zeros(12)]), wire.RECORD: wire.record_of(wire.Part(1, 1))}
    (reply,) = grid.send_and_receive([Message(RecordDict(content), 100, "train")])
    assert "zero-update" in reply.error.reason
