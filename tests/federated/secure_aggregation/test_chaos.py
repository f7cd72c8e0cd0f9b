"""Random schedules of delay, loss, duplication, reordering, crashes: no wrong sum, no second reveal, always an end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from wuming.core.errors import MessageRefused, RoundAborted
from wuming.federated.secure_aggregation import Client, ServerStage, Stage, messages
from wuming.federated.secure_aggregation.configuration import agreement

from .federation import Federation, answer

SERVER = -1
LARGEST = 100_000


class Network(RuleBasedStateMachine):
    """Messages under way are in a bag: any may arrive next, twice or never."""

    kind = Client
    ends: ClassVar[Counter[str]] = Counter()

    @initialize(members=st.integers(3, 6), colluders=st.integers(0, 2))
    def begin(self, members, colluders):
        if members + colluders >= 2 * members - 1:
            colluders = 0
        self.federation = Federation(members, min(colluders, members - 3), 16)
        self.name = agreement(self.federation.cohort, self.federation.configuration)
        self.server = self.federation.server()
        self.clients = {client.place: client for client in map(self._client, range(members))}
        self.alive = set(self.clients)
        self.bag = [(SERVER, client.advertise()) for client in self.clients.values()]
        self.answers = defaultdict(set)  # (member, kind) → what it has sent
        self.timeouts = 0

    def _client(self, place):
        return self.federation.client(place, self.kind)

    # ── what may happen ──

    @precondition(lambda self: self.bag)
    @rule(number=st.integers(0, 10**6))
    def deliver(self, number):
        self._arrive(*self.bag.pop(number % len(self.bag)))

    @precondition(lambda self: self.bag)
    @rule(number=st.integers(0, 10**6))
    def deliver_and_keep(self, number):
        self._arrive(*self.bag[number % len(self.bag)])

    @precondition(lambda self: self.bag)
    @rule(number=st.integers(0, 10**6))
    def lose(self, number):
        self.bag.pop(number % len(self.bag))

    @precondition(lambda self: self.bag)
    @rule(count=st.integers(2, 6))
    def deliver_some_in_order(self, count):
        for _ in range(min(count, len(self.bag))):
            self._arrive(*self.bag.pop(0))

    @precondition(lambda self: len(self.alive) > 1)
    @rule(number=st.integers(0, 10**6))
    def crash(self, number):
        self.alive.discard(sorted(self.alive)[number % len(self.alive)])

    @rule()
    def time_is_up(self):
        self._advance()

    # ── what must never happen ──

    @invariant()
    def nobody_says_two_things(self):
        assert all(len(said) == 1 for said in self.answers.values())

    @invariant()
    def no_more_is_revealed_than_one_share_of_each(self):
        seeds, mask_keys = defaultdict(set), defaultdict(set)
        for (place, kind), said in self.answers.items():
            if kind == "Revelation":
                for data in said:
                    message = self._read(data)
                    assert not message.seed_shares.keys() & message.mask_key_shares.keys()
                    for owner in message.seed_shares:
                        seeds[owner].add(place)
                    for owner in message.mask_key_shares:
                        mask_keys[owner].add(place)
        assert not seeds.keys() & mask_keys.keys()

    def teardown(self):
        """Whatever has happened, a patient server comes to an end, and its sum is right."""
        if not hasattr(self, "server"):
            return
        for _ in range(200):
            while self.bag:
                self._arrive(*self.bag.pop(0))
            if self.server.stage >= ServerStage.DONE:
                break
            self._advance()
        assert self.server.stage >= ServerStage.DONE
        assert self.timeouts <= 6
        self.ends[self.server.stage.name] += 1
        for client in self.clients.values():
            assert client.place not in self.alive or client.stage != Stage.REVELATION or client._shares == {}
        self.nobody_says_two_things()
        self.no_more_is_revealed_than_one_share_of_each()

    # ── the shell around the machines ──

    def _arrive(self, to, data):
        if to == SERVER:
            try:
                self.server.receive(data)
            except MessageRefused:
                return
            if not self.server.waiting_for:
                self._advance()
        elif to in self.alive:
            client = self.clients[to]
            try:
                said = answer(client, data, self.federation.vectors[to])
            except (MessageRefused, RoundAborted):
                return
            self.answers[to, type(self._read(said)).__name__].add(said)
            self.bag.append((SERVER, said))

    def _advance(self):
        if self.server.stage >= ServerStage.DONE:
            return
        self.timeouts += 1
        try:
            outgoing = self.server.advance()
        except RoundAborted:
            outgoing = dict.fromkeys(self.clients, self.server.abort_message)
        self.bag.extend(outgoing.items())
        if self.server.stage == ServerStage.DONE:
            assert len(self.server.survivors) >= self.federation.threshold
            assert np.array_equal(self.server.total, self.federation.sum_of(self.server.survivors))

    def _read(self, data):
        return messages.open_from_member(data, self.federation.cohort.keys, self.name, LARGEST)


def hold(schedules: int, network: type[Network] = Network, **options: Any) -> None:
    run_state_machine_as_test(
        network,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )


def test_random_schedules():
    Network.ends.clear()
    hold(30)
    print(Network.ends)
    assert Network.ends["DONE"]
    assert Network.ends["ABORTED"]


class Forgetful(Client):
    """A broken twin: it does not know that it has answered already."""

    def mask(self, data, values):
        said = super().mask(data, values)
        self._stage = Stage.SHARES
        self._seed = self._seed[::-1]
        return said


class Talkative(Client):
    """A broken twin: it reveals both shares of everybody."""

    def reveal(self, data):
        shares = dict(self._shares)
        super().reveal(data)
        halves = [{place: share[part] for place, share in shares.items()} for part in (slice(64), slice(64, None))]
        return messages.sign(messages.Revelation(self._agreement, self._place, *halves), self._identity)


@pytest.mark.parametrize("twin", [Forgetful, Talkative])
def test_broken_twins_are_found(twin):
    with pytest.raises((AssertionError, ExceptionGroup)):
        broken = type("Broken", (Network,), {"kind": twin, "ends": Counter()})
        hold(200, broken, phases=[Phase.generate], derandomize=True)


@pytest.mark.full
def test_five_hundred_random_schedules():
    hold(500)
