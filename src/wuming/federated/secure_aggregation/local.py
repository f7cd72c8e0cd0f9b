"""One round in one process: for simulations, tests and measurements. It moves bytes and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.federated.secure_aggregation.client import Client
from wuming.federated.secure_aggregation.server import Server, ServerStage

Vector = NDArray[np.integer[Any]]


@dataclass(slots=True)
class Traffic:
    """Bytes of one round by member.

    Attributes:
        sent: what each member sent.
        received: what each member was sent.
    """

    sent: dict[int, int] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=dict)


def run_round(
    server: Server,
    clients: Collection[Client],
    vectors: Mapping[int, Vector] | Callable[[int], Vector],
    *,
    silent_from: Mapping[int, ServerStage] | None = None,
) -> Traffic:
    """Hold a round; the sum is `server.total` and who is in it `server.survivors`.

    Args:
        server: fresh.
        clients: fresh, of the same cohort and configuration.
        vectors: place → the member's integers; called or looked up when the member masks.
        silent_from: members who drop out, by place: the first stage whose message the server does not get.

    Returns:
        Bytes sent and received.

    Raises:
        RoundAborted: as `Server.advance` does; the clients have then ended the round too.
    """
    silent = silent_from or {}
    traffic = Traffic()
    inbox: dict[int, bytes] = {}
    members = {client.place: client for client in clients}
    vector_of = vectors if callable(vectors) else vectors.__getitem__
    try:
        for stage in (ServerStage(number) for number in range(ServerStage.KEYS, ServerStage.DONE)):
            for place, client in members.items():
                if stage >= silent.get(place, ServerStage.DONE) or (stage > ServerStage.KEYS and place not in inbox):
                    continue
                answer = _answer(client, stage, inbox.get(place, b""), vector_of)
                traffic.sent[place] = traffic.sent.get(place, 0) + len(answer)
                server.receive(answer)
            inbox = server.advance()
            for place, data in inbox.items():
                traffic.received[place] = traffic.received.get(place, 0) + len(data)
    except BaseException:
        for client in members.values():
            client.abort()
        raise
    return traffic


def _answer(client: Client, stage: ServerStage, data: bytes, vector_of: Callable[[int], Vector]) -> bytes:
    match stage:
        case ServerStage.KEYS:
            return client.advertise()
        case ServerStage.SHARES:
            return client.share(data)
        case ServerStage.VECTORS:
            return client.mask(data, vector_of(client.place))
        case ServerStage.CONFIRMATIONS:
            return client.confirm(data)
        case _:
            return client.reveal(data)
