"""The silo of `wuming federate join`: a participant behind messages, what it pays for, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from flwr.app import ArrayRecord, Message, RecordDict

from wuming.core.errors import BudgetExceeded, RoundAborted
from wuming.federated.codes import SkellamCode
from wuming.federated.encoding import design
from wuming.federated.flower import Agreement, wire
from wuming.federated.flower.participant_app import ParticipantApp
from wuming.federated.flower.rounds import Timeouts, hold_round
from wuming.federated.participant import Participant
from wuming.federated.secure_aggregation import RoundsInMemory, Server, ServerStage

from . import small

QUICK = Timeouts(training=0.3, answer=0.3, trains_at=ServerStage.VECTORS, poll=0.01)


@dataclass
class Steps:
    """Moves the weights by what the member's place says."""

    place: int
    record_bound: float | None = None

    def contribution(self, weights: np.ndarray, round_number: int) -> np.ndarray:
        return small.steps(self.place)


@dataclass
class Purse:
    """A budget that writes down what happened to each reservation."""

    bears: int = 100
    book: list[str] = field(default_factory=list)

    def reserve(self, event, *, schedule):
        if self.bears <= len(self.book):
            raise BudgetExceeded("the account of hospital 3 is spent")
        self.book.append("open")
        return Share(self.book, len(self.book) - 1)


@dataclass
class Share:
    book: list[str]
    place: int

    def commit(self) -> None:
        self.book[self.place] = "committed"

    def release(self) -> None:
        self.book[self.place] = "released"


def noisy() -> Agreement:
    plain = small.agreement()
    encoding = design(
        12,
        unit="client",
        max_norm=plain.plan.bound,
        noise_multiplier=1.0,
        members=5,
        threshold=plain.plan.least_survivors,
        colluders=0,
        modulus_bits=20,
        rotation_seed=bytes(32),
    )
    return replace(plain, plan=replace(plain.plan, noise="distributed", code=SkellamCode(encoding)))


class Site:
    """Five silos, and a server that holds rounds."""

    def __init__(self, agreed: Agreement, **budgets: Purse) -> None:
        self.agreed = agreed
        self.purses = [budgets.get(f"silo_{place}", Purse()) for place in range(5)]
        apps = {}
        for place, key in enumerate(small.members(5)):
            participant = Participant(
                f"silo-{place}",
                Steps(place),
                secret=bytes([place]) * 32,
                budget=self.purses[place],
                register=RoundsInMemory(),
                identity=key,
            )
            apps[100 + place] = ParticipantApp(participant, agreed)
        self.grid = small.MemoryGrid(apps)
        self.number = 0

    def round(self) -> Server:
        self.number += 1
        weights = np.zeros(12)
        server = Server(self.agreed.cohort, self.agreed.offer(self.number, weights).configuration())
        content = {"arrays": ArrayRecord([weights])}
        asked = [Message(RecordDict(dict(content)), node, "train") for node in self.grid.get_node_ids()]
        hold_round(self.grid, server, asked, self.number, timeouts=QUICK)
        return server


def test_a_round_is_an_exact_sum_and_nothing_is_charged_where_nothing_is_claimed() -> None:
    site = Site(small.agreement())
    server = site.round()
    expected = sum(small.steps(place) for place in range(5))
    assert np.allclose(site.agreed.plan.code.decode(server.total, 1), expected, atol=1e-12)
    assert [app.answered for app in site.grid.apps.values()] == [1] * 5
    assert all(not purse.book for purse in site.purses)


def test_each_silo_pays_for_what_it_made_and_gets_back_what_it_did_not() -> None:
    site = Site(noisy())
    site.grid.lost = {(node, 2) for node in (100, 101, 102)}  # too few go on
    with pytest.raises(RoundAborted, match="too-few"):
        site.round()
    assert [purse.book for purse in site.purses] == [["released"]] * 5
    site.grid.lost = {(103, 3)}  # its vector was made, and lost
    server = site.round()
    assert server.survivors == {0, 1, 2, 4}
    assert [purse.book for purse in site.purses] == [["released", "committed"]] * 5


def test_a_silo_whose_account_is_spent_stays_out_and_says_no_word_of_it() -> None:
    site = Site(noisy(), silo_3=Purse(0))
    server = site.round()
    assert server.survivors == {0, 1, 2, 4}
    part = wire.Part(1, 9)
    content = RecordDict({"arrays": ArrayRecord([np.zeros(12)]), wire.RECORD: wire.record_of(part)})
    (reply,) = site.grid.send_and_receive([Message(content, 103, "train")])
    assert reply.error.reason == "BudgetExceeded"


@pytest.mark.parametrize("kind", ["train", "evaluate", "query"])
def test_what_is_no_round_is_refused(kind: str) -> None:
    site = Site(small.agreement())
    (reply,) = site.grid.send_and_receive([Message(RecordDict({"arrays": ArrayRecord([np.zeros(12)])}), 100, kind)])
    assert "in-the-clear" in reply.error.reason


@pytest.mark.parametrize(
    "part", [wire.Part(2, 1), wire.Part(0, 1), wire.Part(7, 1), wire.Part(3, 1 << 61), wire.Part(1, 1 << 61)]
)
def test_stages_without_a_round_and_numbers_far_ahead_are_refused(part: wire.Part) -> None:
    site = Site(small.agreement())
    content = RecordDict({"arrays": ArrayRecord([np.zeros(12)]), wire.RECORD: wire.record_of(part)})
    (reply,) = site.grid.send_and_receive([Message(content, 100, "train")])
    assert reply.has_error()
    assert site.round().survivors == {0, 1, 2, 3, 4}
