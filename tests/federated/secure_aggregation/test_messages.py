"""Messages that are malformed, late, early, doubled, foreign or by somebody else: refused by name, without harm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import FederationError, MessageRefused, RoundAborted
from wuming.crypto.signatures import SigningKey
from wuming.federated.secure_aggregation import ServerStage, Stage, messages
from wuming.federated.secure_aggregation.configuration import agreement

from .federation import Federation, answer, play

LARGEST = 10_000
THREE = Federation(3)


def midway(stage: int, **changes):
    """A round whose server waits for `stage`."""
    federation = Federation(**changes)
    server, clients = federation.server(), {place: federation.client(place) for place in range(federation.members)}
    return federation, server, clients, play(federation, server, clients, stage)


def finish(federation, server, clients, inbox):
    """End a round honestly from where it is; whoever has answered already is left alone."""
    while server.stage < ServerStage.DONE:
        for place in server.waiting_for:
            server.receive(answer(clients[place], inbox[place], federation.vectors[place]))
        inbox = server.advance()
    assert np.array_equal(server.total, federation.sum_of(server.survivors))


def reasons(server, data):
    with pytest.raises(MessageRefused) as refusal:
        server.receive(data)
    return refusal.value.reason


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_both_sides(data):
    federation = Federation(3)
    server, client = federation.server(), federation.client(0)
    client.advertise()
    assert reasons(server, data) in {"malformed", "version", "foreign"}
    with pytest.raises(MessageRefused) as refusal:
        client.share(data)
    assert refusal.value.reason in {"malformed", "version", "foreign"}
    assert client.stage == Stage.KEYS


_objects = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=70) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.integers(0, 200), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["Advertisement", "EncryptedShares", "MaskedInput", "Confirmation", "Revelation"]), _objects)
def test_well_framed_nonsense_is_refused(kind, content):
    federation = THREE
    name = agreement(federation.cohort, federation.configuration)
    payload = msgspec.msgpack.encode([kind, name, 0, content])
    frame = msgspec.msgpack.encode([messages.VERSION, payload, bytes(64)])
    assert reasons(federation.server(), frame) in {"malformed", "bad-signature"}


@pytest.fixture(scope="module")
def sent() -> list[bytes]:
    """One honest message of member 0 for each stage, of a round like those of `midway`."""
    found = []
    for stage in range(1, 6):
        federation, _, clients, inbox = midway(stage, members=3)
        client = clients[0]
        found.append(client.advertise() if stage == 1 else answer(client, inbox[0], federation.vectors[0]))
    return found


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 4), st.integers(0, 10**6), st.integers(1, 255), st.data())
def test_no_changed_bit_passes(sent, stage, position, change, data):
    message = bytearray(sent[stage])
    message[position % len(message)] ^= change
    if data.draw(st.booleans()):
        del message[data.draw(st.integers(0, len(message) - 1)) :]
    federation = Federation(3)
    with pytest.raises(MessageRefused):
        messages.open_from_member(
            bytes(message), federation.cohort.keys, agreement(federation.cohort, federation.configuration), LARGEST
        )


@pytest.mark.parametrize("stage", range(1, 6))
def test_second_early_and_late_messages_of_members_change_nothing(stage, sent):
    federation, server, clients, inbox = midway(stage)
    place = 2
    client = clients[place]
    data = client.advertise() if stage == 1 else answer(client, inbox[place], federation.vectors[place])
    assert server.receive(data) == place
    assert reasons(server, data) == "duplicate"
    if stage > 1:
        assert reasons(server, sent[0]) == "foreign"  # of another cohort
    if stage == 1:
        for other in range(5):
            if other != place:
                server.receive(clients[other].advertise())
    else:
        for other in server.waiting_for:
            server.receive(answer(clients[other], inbox[other], federation.vectors[other]))
    inbox = server.advance()
    assert reasons(server, data) == "late"
    finish(federation, server, clients, inbox)
    assert reasons(server, data) == "late"


def test_an_early_message_and_one_of_a_member_who_dropped_out():
    federation, server, clients, inbox = midway(ServerStage.VECTORS)
    vectors = {p: clients[p].mask(inbox[p], federation.vectors[p]) for p in range(5)}
    for place in range(4):
        server.receive(vectors[place])
    inbox = server.advance()
    assert reasons(server, vectors[4]) == "late"
    confirmations = {p: clients[p].confirm(inbox[p]) for p in range(4)}
    for place in range(3):
        server.receive(confirmations[place])
    dropped = messages.sign(
        messages.Confirmation(agreement(federation.cohort, federation.configuration), 4, bytes(32)), federation.keys[4]
    )
    assert reasons(server, dropped) == "dropped-out"
    inbox = server.advance()
    for place in range(3):
        server.receive(clients[place].reveal(inbox[place]))
    server.advance()
    assert np.array_equal(server.total, federation.sum_of(range(4)))

    federation, server, clients, inbox = midway(ServerStage.SHARES)
    shares = {p: clients[p].share(inbox[p]) for p in range(5)}
    fresh = federation.server()
    assert reasons(fresh, shares[0]) == "early"


def test_messages_by_others_and_of_other_rounds_are_foreign():
    federation, server, _, _ = midway(ServerStage.KEYS)
    name = agreement(federation.cohort, federation.configuration)
    stranger = SigningKey.generate()
    assert reasons(server, messages.sign(messages.Advertisement(name, 1, *[bytes(32)] * 3), stranger)) == (
        "bad-signature"
    )
    for changes in ({"round_number": 2}, {"model_digest": b"m" * 32}, {"settings_digest": b"s" * 32}):
        assert reasons(server, federation.client(1, **changes).advertise()) == "foreign"
    nobody = messages.sign(messages.Advertisement(name, 77, *[bytes(32)] * 3), stranger)
    assert reasons(server, nobody) == "foreign"


def test_messages_beyond_the_limits_and_of_other_versions():
    federation, server, clients, _ = midway(ServerStage.KEYS)
    assert reasons(server, bytes(messages.largest_from_member(federation.configuration) + 1)) == "too-large"
    data = clients[0].advertise()
    other = bytearray(data)
    other[1] = 1  # [version, payload, signature]
    assert reasons(server, bytes(other)) == "version"
    with pytest.raises(MessageRefused, match="too-large"):
        clients[0].share(bytes(messages.largest_from_server(federation.configuration) + 1))


@pytest.mark.parametrize(
    ("stage", "make", "reason"),
    [
        (1, lambda name, _: messages.Advertisement(name, 0, *[bytes(32)] * 3), "same-key"),
        (1, lambda name, _: messages.Advertisement(name, 0, bytes(32), b"\x01" + bytes(31), bytes(32)), "weak-key"),
        (2, lambda name, _: messages.EncryptedShares(name, 0, bytes(32), {}, {}), "other-directory"),
        (
            2,
            lambda name, server: messages.EncryptedShares(name, 0, server._session.directory, {1: bytes(144)}, {}),
            "wrong-recipients",
        ),
        (
            2,
            lambda name, server: messages.EncryptedShares(
                name, 0, server._session.directory, dict.fromkeys(range(1, 5), bytes(144)), {1: bytes(64)}
            ),
            "wrong-recipients",
        ),
        (3, lambda name, _: messages.MaskedInput(name, 0, memoryview(bytes(7))), "wrong-length"),
        (3, lambda name, _: messages.MaskedInput(name, 0, memoryview(bytes(161))), "wrong-length"),
        (4, lambda name, _: messages.Confirmation(name, 0, bytes(32)), "survivors-differ"),
        (5, lambda name, _: messages.Revelation(name, 0, {}, {}), "wrong-shares"),
        (5, lambda name, _: messages.Revelation(name, 0, {1: bytes(64)}, dict.fromkeys(range(5), bytes(64))),
         "wrong-shares"),
        (5, lambda name, _: messages.Revelation(name, 0, {}, dict.fromkeys(range(5), b"\xff" * 64)), "wrong-shares"),
    ],
)  # fmt: skip
def test_what_breaks_the_rules_of_a_stage_is_refused_and_the_right_message_may_follow(stage, make, reason):
    federation, server, clients, inbox = midway(stage)
    name = agreement(federation.cohort, federation.configuration)
    assert reasons(server, messages.sign(make(name, server), federation.keys[0])) == reason
    if stage == 1:
        for client in clients.values():
            server.receive(client.advertise())
        inbox = server.advance()
    finish(federation, server, clients, inbox)


def test_a_vector_beyond_the_range_ends_the_round():
    federation = Federation()
    bold = Federation(bound=50_000)  # its vectors alone
    server, clients = federation.server(), {place: federation.client(place) for place in range(5)}
    clients[0]._checked_words = lambda values: values.astype("<i4").view("<u4")  # type: ignore[method-assign]
    vectors = federation.vectors | {0: bold.vectors[0] * 8}
    inbox = play(federation, server, clients, ServerStage.REVELATIONS, values=vectors)
    for place in range(5):
        server.receive(clients[place].reveal(inbox[place]))
    with pytest.raises(RoundAborted, match="out-of-range"):
        server.advance()


# ── the member's side ──


def refusal_of(call, *arguments) -> str:
    with pytest.raises(FederationError) as error:
        call(*arguments)
    return f"{type(error.value).__name__}:{error.value.reason}"


def test_members_answer_each_stage_once_and_in_order():
    _, server, clients, inbox = midway(ServerStage.SHARES)
    client = clients[0]
    assert refusal_of(client.advertise) == "MessageRefused:duplicate"
    assert refusal_of(client.confirm, inbox[0]) == "MessageRefused:wrong-kind"
    server.receive(client.share(inbox[0]))
    assert refusal_of(client.share, inbox[0]) == "MessageRefused:duplicate"
    assert refusal_of(client.advertise) == "MessageRefused:late"
    survivors = messages.frame(messages.Survivors(client._agreement, [0, 1, 2]))
    assert refusal_of(client.confirm, survivors) == "MessageRefused:early"
    assert client.stage == Stage.SHARES


@pytest.mark.parametrize(
    ("stage", "make", "reason"),
    [
        (2, lambda c, box: messages.KeyDirectory(c._agreement, box.advertisements[:2]), "too-few"),
        (2, lambda c, box: messages.KeyDirectory(c._agreement, box.advertisements[1:]), "own-key"),
        (2, lambda c, box: messages.KeyDirectory(c._agreement, [*box.advertisements, box.advertisements[0]]),
         "bad-advertisement"),
        (2, lambda c, box: messages.KeyDirectory(c._agreement, [*box.advertisements[:4], b"nonsense"]),
         "bad-advertisement"),
        (2, lambda c, box: messages.KeyDirectory(c._agreement, [
            *box.advertisements[:4], Federation().client(4, model_digest=b"m" * 32).advertise()]), "disagreement"),
        (2, lambda c, box: messages.KeyDirectory(c._agreement, [
            Federation().client(0).advertise(), *box.advertisements[1:]]), "own-key"),
        (3, lambda c, box: messages.SharesForMember(c._agreement, 0, {1: box.sealed[1]}, box.commitments), "too-few"),
        (3, lambda c, box: messages.SharesForMember(
            c._agreement, 0, {**box.sealed, 0: bytes(144)}, box.commitments), "unknown-member"),
        (3, lambda c, box: messages.SharesForMember(
            c._agreement, 0, {**box.sealed, 9: bytes(144)}, box.commitments), "unknown-member"),
        (3, lambda c, box: messages.SharesForMember(
            c._agreement, 0, {**box.sealed, 1: box.sealed[2]}, box.commitments), "unreadable-share"),
        (3, lambda c, box: messages.SharesForMember(
            c._agreement, 0, box.sealed, {**box.commitments, 1: bytes(64)}), "unreadable-share"),
        (3, lambda c, box: messages.SharesForMember(c._agreement, 0, box.sealed, {}), "unreadable-share"),
        (4, lambda c, _: messages.Survivors(c._agreement, [0, 1]), "too-few"),
        (4, lambda c, _: messages.Survivors(c._agreement, [1, 2, 3]), "left-out"),
        (4, lambda c, _: messages.Survivors(c._agreement, [0, 1, 1]), "unknown-member"),
        (4, lambda c, _: messages.Survivors(c._agreement, [0, 1, 2, 9]), "unknown-member"),
        (5, lambda c, box: messages.Confirmations(c._agreement, box.confirmations[:2]), "too-few"),
        (5, lambda c, box: messages.Confirmations(c._agreement, [box.confirmations[0]] * 5), "too-few"),
        (5, lambda c, box: messages.Confirmations(c._agreement, [*box.confirmations, b"x"]), "bad-confirmation"),
        (5, lambda c, box: messages.Confirmations(c._agreement, [
            *box.confirmations[:4], messages.sign(messages.Confirmation(c._agreement, 4, bytes(32)),
                                                  Federation().keys[4])]), "survivors-differ"),
    ],
)  # fmt: skip
def test_a_lie_of_the_server_ends_the_round_for_the_member(stage, make, reason):
    federation, _, clients, inbox = midway(stage)
    client = clients[0]
    name = agreement(federation.cohort, federation.configuration)
    told = messages.open_from_server(inbox[0], name, LARGEST)
    lie = messages.frame(make(client, told))
    assert refusal_of(answer, client, lie, federation.vectors[0]) == f"RoundAborted:{reason}"
    assert client.stage == Stage.OVER
    assert refusal_of(answer, client, inbox[0], federation.vectors[0]) == "MessageRefused:over"
    assert client._seed == b""
    assert client._shares == {}


def test_shares_for_another_member_are_foreign():
    federation, _, clients, inbox = midway(ServerStage.VECTORS)
    assert refusal_of(clients[0].mask, inbox[1], federation.vectors[0]) == "MessageRefused:foreign"


def test_an_end_that_the_server_announces_is_an_end():
    _, server, clients, inbox = midway(ServerStage.SHARES)
    server.abort("too-few")
    assert refusal_of(clients[0].share, server.abort_message) == "RoundAborted:server-aborted"
    assert refusal_of(clients[0].share, inbox[0]) == "MessageRefused:over"
    assert refusal_of(server.advance) == "RoundAborted:over"


def test_no_error_tells_what_a_vector_holds():
    federation, _, clients, inbox = midway(ServerStage.VECTORS)
    with pytest.raises(FederationError) as error:
        clients[0].mask(inbox[0], federation.vectors[0] + 987_654)
    assert "987" not in str(error.value)


def test_two_lists_that_arrive_at_once_are_not_both_signed():
    _, _, clients, _ = midway(ServerStage.CONFIRMATIONS)
    client = clients[0]
    lists = [messages.frame(messages.Survivors(client._agreement, members)) for members in ([0, 1, 2], [0, 1, 2, 3])]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda k: outcome(client.confirm, lists[k % 2]), range(40)))
    assert sum(isinstance(found, bytes) for found in outcomes) == 1
    assert set(outcomes) - {found for found in outcomes if isinstance(found, bytes)} == {"duplicate"}


def outcome(call, *arguments):
    try:
        return call(*arguments)
    except MessageRefused as error:
        return error.reason
