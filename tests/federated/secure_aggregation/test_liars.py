"""Members that reveal or deal wrong shares: the sum stays exact while enough others stay, and who lied is named."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import MessageRefused, RoundAborted
from wuming.crypto.secret_sharing import split
from wuming.federated.secure_aggregation import Client, Server, ServerStage, messages
from wuming.federated.secure_aggregation import server as server_module

from .federation import Federation, answer, play

DEALS = "wuming.federated.secure_aggregation.client.split"


def changed(share: bytes, place: int = 0) -> bytes:
    """Another share of the same form, such that changes at two places do not cancel.

    The lowest bits of an X25519 key do not count, so higher ones are changed.
    """
    return share[:1] + bytes([share[1] ^ (1 << place % 8)]) + share[2:]


class Liar(Client):
    """Reveals a wrong share of each member in `about`, or of everybody."""

    about: set[int] | None = None

    def reveal(self, data):
        shares = {
            place: changed(share[:64]) + changed(share[64:]) if self.about is None or place in self.about else share
            for place, share in self._shares.items()
        }
        self._shares = shares
        return super().reveal(data)


class Dealer(Client):
    """Deals, and commits to, shares that are on no one polynomial with the others."""

    wrong: frozenset[int] = frozenset()

    def share(self, data):
        def dealt(secret, threshold, places):
            shares = split(secret, threshold, places)
            return [
                changed(share, place) if place - 1 in self.wrong else share
                for place, share in zip(places, shares, strict=True)
            ]

        with patch(DEALS, dealt):
            return super().share(data)


def held(federation, kinds, *, gone=(), server=None):
    """Hold a round; return the server, and what it refused in its last stage."""
    server = server or federation.server()
    clients = {place: federation.client(place, kinds.get(place, Client)) for place in range(federation.members)}
    refused = {}
    inbox = {}
    for stage in range(1, ServerStage.DONE):
        for place, client in clients.items():
            if (stage > 1 and place not in inbox) or (place in gone and stage >= ServerStage.VECTORS):
                continue
            said = (
                client.advertise()
                if stage == ServerStage.KEYS
                else answer(client, inbox[place], federation.vectors[place])
            )
            try:
                server.receive(said)
            except MessageRefused as error:
                refused[place] = error.reason
        inbox = server.advance()
    return server, refused


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 9), st.data())
def test_liars_are_named_and_the_sum_of_the_survivors_stays_exact(members, data):
    federation = Federation(members, data.draw(st.integers(0, members - 3)), 8)
    gone = data.draw(st.sets(st.sampled_from(range(members)), max_size=members - federation.threshold))
    stay = [place for place in range(members) if place not in gone]
    liars = data.draw(st.sets(st.sampled_from(stay), max_size=len(stay)))
    server = federation.server()
    if len(stay) - len(liars) >= federation.threshold:
        _, refused = held(federation, dict.fromkeys(liars, Liar), gone=gone, server=server)
        assert server.survivors == set(stay)
        assert np.array_equal(server.total, federation.sum_of(stay))
        assert refused == dict.fromkeys(liars, "wrong-shares")
    else:
        with pytest.raises(RoundAborted, match="too-few"):
            held(federation, dict.fromkeys(liars, Liar), gone=gone, server=server)
    assert server.blamed == dict.fromkeys(liars, "wrong-shares")


class Unchecking(Server):
    """A broken twin: it takes whatever share has the right form."""

    def _check_revealed(self, sender, purpose, shares):
        pass


def test_without_commitments_one_wrong_share_is_blamed_on_its_owner():
    federation = Federation(5)
    one = type("OneLie", (Liar,), {"about": {3}})
    server, _ = held(federation, {0: one})
    assert np.array_equal(server.total, federation.sum_of(range(5)))
    assert server.blamed == {0: "wrong-shares"}
    twin, _ = held(federation, {0: one}, server=Unchecking(federation.cohort, federation.configuration))
    assert twin.blamed == {3: "wrong-secret"}


def test_a_lie_is_not_taken_back_but_the_right_message_may_follow():
    federation = Federation(5)
    server, clients = federation.server(), {place: federation.client(place) for place in range(5)}
    inbox = play(federation, server, clients, ServerStage.REVELATIONS)
    honest = clients[0].reveal(inbox[0])
    said = messages.open_from_member(honest, federation.cohort.keys, server._agreement, 10_000)
    lie = messages.Revelation(said.agreement, 0, said.mask_key_shares, {**said.seed_shares, 4: bytes(64)})
    with pytest.raises(MessageRefused, match="wrong-shares"):
        server.receive(messages.sign(lie, federation.keys[0]))
    server.receive(honest)
    for place in range(1, 5):
        server.receive(clients[place].reveal(inbox[place]))
    server.advance()
    assert np.array_equal(server.total, federation.sum_of(range(5)))
    assert server.blamed == {0: "wrong-shares"}


@pytest.mark.parametrize("gone", [(), (4,)])
@pytest.mark.parametrize("wrong", [{0}, {1, 5}, {0, 2, 4}])
def test_who_deals_wrong_shares_is_named_and_others_are_tried(wrong, gone):
    """The dealer is a survivor, whose seed is needed, or has dropped out, and its mask key is."""
    federation = Federation(7, 0, 8)  # a threshold of 4
    dealer = type("Wrong", (Dealer,), {"wrong": frozenset(wrong)})
    for place in (3, 4):
        server = federation.server()
        right = set(range(7)) - wrong - set(gone)
        if len(right) >= federation.threshold:
            held(federation, {place: dealer}, gone=gone, server=server)
            assert np.array_equal(server.total, federation.sum_of(set(range(7)) - set(gone)))
        else:
            with pytest.raises(RoundAborted, match=f"member {place} has dealt"):
                held(federation, {place: dealer}, gone=gone, server=server)
        first = sorted(set(range(7)) - set(gone))[: federation.threshold]
        assert server.blamed == ({place: "wrong-secret"} if wrong & set(first) else {})


def test_a_server_that_tries_no_other_shares_ends_the_round(monkeypatch):
    """The broken twin of the test above."""
    federation = Federation(7, 0, 8)
    dealer = type("Wrong", (Dealer,), {"wrong": frozenset({0})})
    held(federation, {3: dealer})
    monkeypatch.setattr(server_module, "LARGEST_SEARCH", 0)
    with pytest.raises(RoundAborted, match="wrong-secret"):
        held(federation, {3: dealer})


def test_the_search_is_bounded_in_a_round_of_many_wrong_dealers():
    federation = Federation(30, 0, 8)
    everybody = type("Wrong", (Dealer,), {"wrong": frozenset(range(0, 30, 2))})
    server = federation.server()
    with pytest.raises(RoundAborted, match="wrong-secret"):
        held(federation, dict.fromkeys(range(10), everybody), server=server)
    assert server._searched == server_module.LARGEST_SEARCH
    assert server.blamed == {0: "wrong-secret"}  # the others were not looked at any more


def test_what_a_dealer_committed_to_is_compared_before_a_vector_is_sent():
    """Else an honest member would reveal, and be blamed for, a share that another has dealt wrongly."""
    federation = Federation(5)

    class Framing(Client):
        def share(self, data):
            said = super().share(data)
            read = messages.open_from_member(said, federation.cohort.keys, self._agreement, 10_000)
            commitments = {**read.commitments, 0: bytes(64)}
            lie = messages.EncryptedShares(read.agreement, read.sender, read.directory, read.sealed, commitments)
            return messages.sign(lie, self._identity)

    server, clients = federation.server(), {p: federation.client(p, Framing if p == 2 else Client) for p in range(5)}
    inbox = play(federation, server, clients, ServerStage.VECTORS)
    with pytest.raises(RoundAborted, match="member 2 are not those it committed to"):
        clients[0].mask(inbox[0], federation.vectors[0])


def test_commitments_hide_what_they_commit_to():
    """Two shares are never committed to alike: not the same one of two rounds, members, or purposes."""
    from wuming.federated.secure_aggregation.keys import Session, share_commitment

    found = {
        share_commitment(Session(bytes([a]) * 32, bytes([b]) * 32), dealer, holder, purpose, bytes(64))
        for a in (0, 1)
        for b in (0, 1)
        for dealer in (0, 1)
        for holder in (0, 1)
        for purpose in ("seed", "mask-key")
    }
    assert len(found) == 32
