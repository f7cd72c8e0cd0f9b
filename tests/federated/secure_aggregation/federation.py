"""A small federation for tests, and one step of a member whichever stage it is at."""

from __future__ import annotations

from typing import Any

from wuming.benchmarks.federated.round_setup import RoundSetup as Federation
from wuming.benchmarks.federated.round_setup import answer

__all__ = ["Federation", "answer", "play"]


def play(
    federation: Federation, server: Any, clients: dict[int, Any], until: int, *, values: Any = None
) -> dict[int, bytes]:
    """Hold the round honestly up to stage `until` (a `ServerStage`); return what the server sends into that stage."""
    vectors = values or federation.vectors
    inbox: dict[int, bytes] = {}
    for stage in range(1, until):
        for place, client in clients.items():
            if stage == 1:
                server.receive(client.advertise())
            elif place in inbox:
                server.receive(answer(client, inbox[place], vectors[place]))
        inbox = server.advance()
    return inbox
