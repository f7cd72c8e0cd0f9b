"""A ServerApp's strategy under secure aggregation: exact averages, dropouts at every stage, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from flwr.app import ArrayRecord, ConfigRecord, Message, RecordDict
from flwr.serverapp.strategy import FedAvg, FedMedian, Krum

from wuming.core.errors import PrivacyParameterError
from wuming.federated.flower import SecureAggregation, mod, strategy
from wuming.federated.flower.rounds import Timeouts

from . import small

QUICK = Timeouts(training=0.3, answer=0.3, poll=0.01)


def run(grid: small.MemoryGrid, rounds: int = 1, **options):
    held = []
    agreed = options.pop("agreed", None) or small.agreement(len(grid.apps))
    inner = options.pop("inner", None) or FedAvg(fraction_evaluate=0.0)
    secure = SecureAggregation(inner, agreed, timeouts=QUICK, on_round=held.append, **options)
    return secure.start(grid, small.model(), num_rounds=rounds), held


def moved(result) -> np.ndarray:
    weights, bias = result.arrays.to_numpy_ndarrays()
    return np.concatenate([weights.ravel(), bias - 1])


def test_the_model_moves_by_the_exact_average() -> None:
    result, held = run(small.grid())
    assert np.allclose(moved(result), np.mean([small.steps(place) for place in range(5)], axis=0), atol=1e-12)
    assert held[0].survivors == tuple(f"silo-{place}" for place in range(5))


@pytest.mark.parametrize("stage", [1, 2, 3, 4, 5])
def test_a_node_that_is_silent_from_a_stage_on_is_a_dropout(stage: int) -> None:
    agreed = small.agreement(divisor=4 if stage <= 3 else 5)
    result, held = run(small.grid(agreed=agreed, lost={(102, later) for later in range(stage, 6)}), agreed=agreed)
    present = [0, 1, 3, 4] if stage <= 3 else range(5)
    assert np.allclose(moved(result), np.mean([small.steps(place) for place in present], axis=0), atol=1e-12)
    assert held[0].survivors == tuple(f"silo-{place}" for place in present)


def test_without_enough_members_the_model_stays_and_the_next_round_is_held() -> None:
    grid = small.grid(lost={(node, 2) for node in (100, 101, 102)})
    result, held = run(grid)
    assert held[0].aborted is not None
    assert "too-few" in held[0].aborted
    assert not result.arrays  # nothing was aggregated
    assert all("wuming.secure-aggregation" not in context.state for context in grid.contexts.values())
    grid.lost.clear()
    result, held = run(grid)
    assert held[0].aborted is None


def test_many_rounds_rise_by_themselves_and_after_a_restart() -> None:
    grid = small.grid()
    first, _ = run(grid, rounds=3)
    second, held = run(grid)
    assert held[0].aborted is None
    assert np.allclose(moved(first), 3 * moved(second), atol=1e-12)


@pytest.mark.parametrize("inner", [FedMedian(), Krum()])
def test_strategies_that_need_single_updates_are_refused(inner) -> None:
    with pytest.raises(PrivacyParameterError, match="single updates"):
        SecureAggregation(inner, small.agreement())


def test_a_server_of_another_agreement_gets_no_sum() -> None:
    _, held = run(small.grid(), agreed=small.agreement(learning_rate=2))
    assert "too-few" in held[0].aborted


def test_two_models_for_two_groups_give_no_sum() -> None:
    def other_model(node: int, message: Message) -> Message:
        if "arrays" in message.content and node >= 102:
            message.content["arrays"] = ArrayRecord([np.full((2, 4), 0.5), np.ones(4)])
        return message

    _, held = run(small.grid(spoil=other_model))
    assert "too-few" in held[0].aborted


def slower_for_others(node: int, message: Message) -> Message:
    """A server that asks all but one member to learn nothing, to find that one's update in the sum."""
    if "config" in message.content:
        message.content["config"]["learning-rate"] = 0.0 if node != 102 else 1.0
    return message


def test_a_learning_rate_of_ones_own_gives_no_sum() -> None:
    _, held = run(small.grid(spoil=slower_for_others))
    assert "too-few" in held[0].aborted


def test_where_members_do_not_agree_on_what_they_are_asked_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (mod, strategy):
        monkeypatch.setattr(room, "asked_digest", lambda *_, **__: bytes(32))
    _, held = run(small.grid(spoil=slower_for_others))
    assert held[0].aborted is None


def test_nothing_but_the_protocol_reaches_the_server() -> None:
    grid = small.grid()
    replies = []
    pull = grid.pull_messages
    grid.pull_messages = lambda names: replies.append(pull(names)) or replies[-1]
    run(grid)
    contents = [message.content for batch in replies for message in batch]
    assert len(contents) == 25
    assert all(list(content) == ["wuming.secure-aggregation"] for content in contents)


@pytest.mark.parametrize("kind", ["train", "evaluate"])
def test_what_is_asked_outside_of_the_protocol_is_refused(kind: str) -> None:
    grid = small.grid()
    content = RecordDict({"arrays": small.model(), "config": ConfigRecord({"server-round": 1})})
    (reply,) = grid.send_and_receive([Message(content, 100, kind)])
    assert reply.has_error()
    assert "in-the-clear" in reply.error.reason


def test_evaluation_is_answered_where_the_silo_allows_it() -> None:
    agreed = small.agreement()
    apps = {100 + place: small.app(small.silo(place, agreed, evaluation=True), place) for place in range(5)}
    result, _ = run(small.MemoryGrid(apps), agreed=agreed, inner=FedAvg())
    assert result.evaluate_metrics_clientapp[1]["loss"] == pytest.approx(0.5)
    refused, _ = run(small.grid(), inner=FedAvg())
    assert not refused.evaluate_metrics_clientapp
