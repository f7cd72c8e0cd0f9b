"""The server's side of a round over a `Grid`: it moves bytes between a `Server` and the nodes, and counts who is late.

A stage ends when every member still in the round has answered, or when its time is up. Who has not answered by then,
who answered with an error and who sent what the protocol refuses is out of the round, as if it had dropped out; the sum
of the others stays exact while at least `threshold` of them remain.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from flwr.app import Message, RecordDict
from flwr.serverapp import Grid

from wuming.core.errors import MessageRefused, RoundAborted
from wuming.federated.flower import wire
from wuming.federated.secure_aggregation import Server, ServerStage

_GROUP = "secure-aggregation"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a stage may take, in seconds.

    Attributes:
        training: for the stage in which members train.
        answer: for each of the four others.
        trains_at: that stage: the first where an app trains before it answers at all, so that who is slow costs
            nobody anything; else that of the vectors.
        poll: between two looks for answers.
    """

    training: float = 600.0
    answer: float = 60.0
    trains_at: ServerStage = ServerStage.KEYS
    poll: float = 0.1

    def of(self, stage: ServerStage) -> float:
        """Return the seconds of a stage."""
        return self.training if stage == self.trains_at else self.answer


class RoundWatcher(Protocol):
    """Is told how a round goes; may show it, may not change it."""

    def stage_ended(self, stage: ServerStage, answered: Mapping[int, int], problems: Mapping[int, str]) -> None:
        """Say that a stage is over.

        Args:
            stage: which.
            answered: place → node id, of the members who have answered.
            problems: node id → why its answer was not taken; nodes that were silent are not in it.
        """
        ...


@runtime_checkable
class Forgetting(Protocol):
    """A grid that can drop messages whose answers nobody waits for any more."""

    def forget(self, message_ids: Iterable[str]) -> None:
        """Drop the messages; answers that still come are not taken."""
        ...


@dataclass(slots=True)
class Outcome:
    """What a round cost.

    Attributes:
        nodes: place → node id.
        seconds: of each stage, by its name.
        sent: bytes of the protocol sent to all nodes; the model is not in it.
        received: bytes of the protocol received from all nodes.
    """

    nodes: dict[int, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    received: int = 0


def hold_round(
    grid: Grid,
    server: Server,
    training: Iterable[Message],
    round_number: int,
    *,
    timeouts: Timeouts,
    watcher: RoundWatcher | None = None,
) -> Outcome:
    """Hold a round; the sum is `server.total`, and who is in it `server.survivors`.

    Args:
        grid: of the ServerApp.
        server: fresh.
        training: one message a node, with the model, as a strategy made them.
        round_number: of the round.
        timeouts: of the stages.
        watcher: is told how it goes.

    Raises:
        RoundAborted: there is no sum; all nodes that were in the round have been told.
    """
    outcome = Outcome()
    outgoing = []
    kind = "train"
    for message in training:
        # What was not fetched when the stage ends is never delivered, and what is answered later is not taken.
        message.metadata.ttl = timeouts.of(ServerStage.KEYS)
        kind = message.metadata.message_type
        message.content[wire.RECORD] = wire.record_of(wire.Part(ServerStage.KEYS, round_number))
        outgoing.append(message)
    try:
        while server.stage < ServerStage.DONE:
            stage = server.stage
            begun = time.monotonic()
            deadline = begun + timeouts.of(stage)
            answered, problems = _collect(grid, server, outgoing, round_number, deadline, timeouts.poll, outcome)
            outcome.nodes.update(answered)
            outcome.seconds[stage.name.lower()] = time.monotonic() - begun
            if watcher is not None:
                watcher.stage_ended(stage, answered, problems)
            outgoing = []
            for place, data in server.advance().items():
                outcome.sent += len(data)
                part = wire.Part(server.stage, round_number, data)
                outgoing.append(_message(part, outcome.nodes[place], kind, timeouts.of(server.stage)))
    except BaseException as error:
        if not isinstance(error, RoundAborted):
            server.abort()
        part = wire.Part(server.stage, round_number, server.abort_message, abort=True)
        _tell(grid, [_message(part, node, kind, timeouts.answer) for node in set(outcome.nodes.values())])
        raise
    return outcome


def _collect(
    grid: Grid,
    server: Server,
    outgoing: list[Message],
    round_number: int,
    deadline: float,
    poll: float,
    outcome: Outcome,
) -> tuple[dict[int, int], dict[int, str]]:
    """Send, and hand every answer to the server until all are there or time is up."""
    answered: dict[int, int] = {}
    problems: dict[int, str] = {}
    waiting = set(grid.push_messages(outgoing)) - {None, ""}
    while waiting:
        for reply in grid.pull_messages(list(waiting)):
            waiting.discard(reply.metadata.reply_to_message_id)
            node = reply.metadata.src_node_id
            if reply.has_error():
                problems[node] = reply.error.reason or f"error {reply.error.code}"
                continue
            try:
                part = wire.part_of(reply.content)
                if part is None or part.round_number != round_number:
                    raise MessageRefused("an answer outside of this round", reason="foreign")
                outcome.received += len(part.message)
                answered[server.receive(part.message)] = node
            except MessageRefused as error:
                problems[node] = error.message
        if not waiting or time.monotonic() >= deadline:
            break
        time.sleep(poll)
    if waiting and isinstance(grid, Forgetting):
        grid.forget(waiting)
    return answered, problems


def _message(part: wire.Part, node: int, kind: str, seconds: float) -> Message:
    content = RecordDict({wire.RECORD: wire.record_of(part)})
    return Message(content, node, kind, ttl=seconds, group_id=_GROUP)


def _tell(grid: Grid, messages: list[Message]) -> None:
    """Tell the nodes that the round is over; nobody waits for what they answer."""
    if messages:
        grid.push_messages(messages)
