"""Attacks on secure aggregation: each recovers a member's vector from a broken twin, and nothing from ours."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from wuming.core.errors import FederationError, MessageRefused, RoundAborted, RoundRefused
from wuming.crypto.secret_sharing import SHARE_BYTES
from wuming.federated.secure_aggregation import (
    Client,
    RoundConfiguration,
    RoundsInMemory,
    Server,
    ServerStage,
    Stage,
    messages,
    run_round,
)
from wuming.federated.secure_aggregation.keys import Session, transcript_digest
from wuming.federated.secure_aggregation.masks import add_mask
from wuming.federated.secure_aggregation.words import to_signed

from ...federated.secure_aggregation.federation import Federation, answer, play
from .adversary import View, weak_key

VICTIM = 1


def observed(federation, kind=Client, *, until=ServerStage.DONE):
    """Hold a round with members of this kind, watched by the server."""
    server = federation.server()
    view = View(federation, server)
    clients = {place: federation.client(place, kind) for place in range(federation.members)}
    inbox: dict[int, bytes] = {}
    for stage in range(1, until):
        for place, client in clients.items():
            said = client.advertise() if stage == 1 else answer(client, inbox[place], federation.vectors[place])
            view.read(said)
            server.receive(said)
        inbox = server.advance()
    return view, clients, inbox


# ── 16-bit masks ──


class WeakSession(Session):
    """A broken twin: the key of a pair's mask has 16 bits of entropy."""

    def pair_mask(self, own, own_place, other, other_place):
        return weak_key(int.from_bytes(super().pair_mask(own, own_place, other, other_place)[:2], "little"))


class WeakClient(Client):
    """Its session is the weak one."""

    def share(self, data):
        said = super().share(data)
        self._session = WeakSession(self._session.agreement, self._session.directory)
        return said


def search_masks(view, colluder_client):
    """Try all 2¹⁶ keys for the one mask that is not known: own masks were revealed, the colluder knows its own."""
    federation, session = view.federation, view.server._session
    words = view.vectors[VICTIM].copy()
    add_mask(words, session.own_mask(view.secret(view.seeds[VICTIM]), VICTIM), negative=True)
    add_mask(words, colluder_client.pair_with_victim, negative=colluder_client.place > VICTIM)
    assert VICTIM == 1  # so the one honest peer is below, and its mask was taken away
    for seed in range(1 << 16):
        tried = words.copy()
        add_mask(tried, weak_key(seed))
        found = to_signed(tried, federation.configuration.modulus_bits)
        if np.abs(found).max() <= federation.bound:
            return found
    return None


@pytest.mark.parametrize(("kind", "broken"), [(WeakClient, True), (Client, False)])
def test_masks_of_16_bits_are_searched(kind, broken):
    class Colluder(kind):
        def mask(self, data, values):
            said = super().mask(data, values)
            self.pair_with_victim = self._pair_mask(VICTIM) if self.place != VICTIM else b""
            return said

    federation = Federation(3, 1, dimension=6)
    view, clients, inbox = observed(federation, Colluder, until=ServerStage.REVELATIONS)
    for place, client in clients.items():
        view.read(client.reveal(inbox[place]))
    found = search_masks(view, clients[2])
    assert (found is not None and np.array_equal(found, federation.vectors[VICTIM])) == broken


# ── both shares of one member ──


class Obliging(Client):
    """A broken twin: it reveals what it is asked for, as two lists, and compares them with nothing."""

    def reveal(self, data):
        shares = dict(self._shares)
        super().reveal(data)
        asked = {place: share for place, share in shares.items() if place == VICTIM}
        halves = [{place: share[part] for place, share in asked.items()} for part in (slice(64), slice(64, None))]
        return messages.sign(messages.Revelation(self._agreement, self._place, *halves), self._identity)


@pytest.mark.parametrize(("kind", "broken"), [(Obliging, True), (Client, False)])
def test_both_shares_of_one_member(kind, broken):
    federation = Federation(5, 1)
    view, clients, inbox = observed(federation, kind, until=ServerStage.REVELATIONS)
    for place, client in clients.items():
        view.read(client.reveal(inbox[place]))
    found = view.unmask(VICTIM)
    assert (found is not None and np.array_equal(found, federation.vectors[VICTIM])) == broken


# ── two survivor sets from one round ──


class Repeating(Client):
    """A broken twin: it confirms and reveals as often as it is asked."""

    def reveal(self, data):
        kept = dict(self._shares)
        said = super().reveal(data)
        self._shares, self._stage = kept, Stage.VECTOR
        return said


def ask(view, clients, survivors, signed=()):
    """Tell these members of these survivors; collect signatures and shares. Returns how many revealed."""
    name = view.server._agreement
    told = messages.frame(messages.Survivors(name, sorted(survivors)))
    signed = list(signed)
    for client in clients:
        try:
            signed.append(client.confirm(told))
        except FederationError:
            continue
    everybody = messages.frame(messages.Confirmations(name, signed))
    revealed = 0
    for client in clients:
        try:
            view.read(client.reveal(everybody))
            revealed += 1
        except FederationError:
            continue
    return revealed


@pytest.mark.parametrize(("kind", "broken"), [(Repeating, True), (Client, False)])
def test_two_sets_of_survivors_one_after_the_other(kind, broken):
    federation = Federation(5, 1)
    view, clients, _ = observed(federation, kind, until=ServerStage.CONFIRMATIONS)
    everybody = set(clients)
    assert ask(view, clients.values(), everybody) == 5
    ask(view, [c for p, c in clients.items() if p != VICTIM], everybody - {VICTIM})
    found = view.unmask(VICTIM)
    assert (found is not None and np.array_equal(found, federation.vectors[VICTIM])) == broken


def test_two_sets_of_survivors_at_once_gather_no_signatures():
    """Half of the members hear of one set, half of the other: at most one set has enough of them."""
    for members in range(3, 10):
        federation = Federation(members, 0)
        view, clients, _ = observed(federation, until=ServerStage.CONFIRMATIONS)
        half = {place for place in clients if place % 2 == VICTIM % 2}
        first = ask(view, [clients[p] for p in half], set(clients))
        second = ask(view, [c for p, c in clients.items() if p not in half], set(clients) - {VICTIM})
        assert first == 0 or second == 0
        assert view.unmask(VICTIM) is None


def signatures_of_colluders(view, colluders, survivors):
    """Colluders sign whatever is wanted: their keys are the adversary's."""
    transcript = transcript_digest(view.server._session, view.server._sharers, frozenset(survivors))
    return [
        messages.sign(messages.Confirmation(view.server._agreement, p, transcript), view.federation.keys[p])
        for p in range(colluders)
        if p in survivors
    ]


def attacked(federation, colluders, data):
    """Let the server, which has all that the first members have, tell the honest what it likes.

    Returns the view, the honest members, and the sets of survivors for which an honest member revealed.
    """
    view, clients, _ = observed(federation, until=ServerStage.CONFIRMATIONS)
    for place in range(colluders):
        for owner, shares in clients[place]._shares.items():
            view.seeds.setdefault(owner, {})[place] = shares[SHARE_BYTES:]
            view.mask_keys.setdefault(owner, {})[place] = shares[:SHARE_BYTES]
    honest = range(colluders, federation.members)
    subsets = st.sets(st.sampled_from(range(federation.members)), min_size=federation.configuration.threshold)
    stories = data.draw(st.lists(subsets, min_size=2, max_size=3))
    told = {place: data.draw(st.integers(0, len(stories) - 1)) for place in honest}
    for number, story in enumerate(stories):
        listeners = [clients[place] for place in honest if told[place] == number]
        ask(view, listeners, story, signatures_of_colluders(view, colluders, story))
    return view, honest, {frozenset(stories[told[p]]) for p in honest if clients[p].stage == Stage.REVELATION}


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 8), st.data())
def test_whatever_a_server_with_colluders_tells_to_whom_no_honest_member_is_unmasked(members, data):
    colluders = data.draw(st.integers(0, members - 3))
    view, honest, revealed = attacked(Federation(members, colluders, dimension=4), colluders, data)
    assert len(revealed) <= 1
    for survivors in revealed:
        assert len(survivors & set(honest)) >= 2
    assert all(view.unmask(place) is None for place in honest)


def test_with_more_colluders_than_planned_for_a_member_is_unmasked():
    """The same test on a broken twin: a threshold for no colluder, and three of them."""

    @settings(max_examples=300, deadline=None, derandomize=True, report_multiple_bugs=False, phases=[Phase.generate])
    @given(st.data())
    def twin(data):
        view, honest, _ = attacked(Federation(6, 0, dimension=4), 3, data)
        assert all(view.unmask(place) is None for place in honest)

    with pytest.raises(AssertionError):
        twin()


# ── a threshold that is too low ──


class Unchecked(RoundConfiguration):
    """A broken twin: any numbers are taken."""

    def __post_init__(self):
        pass


def split(federation):
    """Two halves, each told of another set of survivors, as in the test above."""
    view, clients, _ = observed(federation, until=ServerStage.CONFIRMATIONS)
    with_victim = {place for place in clients if place <= federation.members // 2 - 1}
    ask(view, [clients[p] for p in with_victim], set(clients))
    ask(view, [c for p, c in clients.items() if p not in with_victim], set(clients) - {VICTIM})
    return view.unmask(VICTIM)


def test_a_threshold_of_one_half():
    federation = Federation(6, 0)
    numbers = {f.name: getattr(federation.configuration, f.name) for f in dataclasses.fields(RoundConfiguration)}
    twin = Federation(6, 0)
    twin.configuration = Unchecked(**numbers | {"threshold": 3})
    assert np.array_equal(split(twin), federation.vectors[VICTIM])
    assert split(federation) is None
    with pytest.raises(RoundRefused, match="low-threshold"):
        RoundConfiguration(**numbers | {"threshold": 3})


# ── another model for one member ──


class ModelBlind(Client):
    """A broken twin: what members agree on leaves out the model."""

    def __init__(self, identity, cohort, configuration, **rest):
        super().__init__(identity, cohort, dataclasses.replace(configuration, model_digest=bytes(32)), **rest)


def test_a_model_made_for_one_member_isolates_it():
    """A model on which everybody else's update is zero makes the sum the victim's own update."""
    federation = Federation(5, 1)
    dead = dict.fromkeys(range(5), np.zeros(federation.dimension, dtype=int)) | {VICTIM: federation.vectors[VICTIM]}
    other = {"model_digest": b"dead neurons".ljust(32)}

    def members(kind):
        return {p: federation.client(p, kind, **({} if p == VICTIM else other)) for p in range(5)}

    server = federation.server()
    run_round(server, members(ModelBlind).values(), dead)
    assert np.array_equal(server.total, federation.vectors[VICTIM])

    ours = members(Client)
    server = Server(federation.cohort, federation.configuration)
    advertised = {p: client.advertise() for p, client in ours.items()}
    server.receive(advertised[VICTIM])
    with pytest.raises(MessageRefused, match="foreign"):
        server.receive(advertised[0])
    # A server that forwards the keys all the same is found out by the members.
    lie = messages.frame(messages.KeyDirectory(server._agreement, list(advertised.values())))
    with pytest.raises(RoundAborted, match="disagreement"):
        ours[VICTIM].share(lie)


# ── a round that is held twice ──


class Forgetting:
    """A broken twin of the register: every round is new."""

    def begin(self, federation, round_number):
        pass


@pytest.mark.parametrize(("register", "broken"), [(Forgetting, True), (RoundsInMemory, False)])
def test_a_round_held_twice_gives_a_difference(register, broken):
    federation = Federation(5, 1)
    registers = [register() for _ in range(5)]

    def hold(silent):
        server = federation.server()
        clients = [
            Client(federation.keys[p], federation.cohort, federation.configuration, register=registers[p],
                   least_colluders=1)
            for p in range(5)
        ]  # fmt: skip
        run_round(server, clients, federation.vectors, silent_from=silent)
        return server.total

    first = hold({})
    if broken:
        assert np.array_equal(first - hold({VICTIM: ServerStage.KEYS}), federation.vectors[VICTIM])
    else:
        with pytest.raises(RoundRefused, match="replayed-round"):
            hold({VICTIM: ServerStage.KEYS})


def test_messages_of_an_earlier_round_are_not_taken_in_a_later_one():
    federation = Federation(5, 1)
    later = dataclasses.replace(federation.configuration, round_number=2)
    server = Server(federation.cohort, later)
    with pytest.raises(MessageRefused, match="foreign"):
        server.receive(federation.client(0).advertise())
    old = play(federation, federation.server(), {p: federation.client(p) for p in range(5)}, ServerStage.SHARES)
    client = federation.client(0, round_number=2)
    client.advertise()
    with pytest.raises(MessageRefused, match="foreign"):
        client.share(old[0])


# ── a sum that wraps around ──


def test_a_modulus_without_room_gives_a_wrong_sum():
    federation = Federation(5, 0, bits=20, bound=104_857)
    federation.vectors = dict.fromkeys(range(5), np.full(federation.dimension, 104_857))
    server = federation.server()
    run_round(server, federation.clients(), federation.vectors)
    assert (server.total == 5 * 104_857).all()

    numbers = {f.name: getattr(federation.configuration, f.name) for f in dataclasses.fields(RoundConfiguration)}
    federation.configuration = Unchecked(**numbers | {"modulus_bits": 19})
    server = federation.server()
    run_round(server, federation.clients(), federation.vectors)
    assert (server.total != 5 * 104_857).all()
    with pytest.raises(RoundRefused, match="wrap"):
        RoundConfiguration(**numbers | {"modulus_bits": 19})
