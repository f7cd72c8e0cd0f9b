"""A small federation over a grid in memory that moves real messages: each is turned into bytes and back on its way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects, get_object_tree
from flwr.supercore.inflatable.inflatable_utils import inflate_object_from_contents
from flwr.supercore.task_identity import TaskIdentity

from wuming.crypto.signatures import SigningKey
from wuming.federated.codes import GridCode
from wuming.federated.flower import Agreement, Member, Silo, secure_aggregation
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import RoundsInMemory, least_threshold

RUN = 7


def carried(message: Message) -> Message:
    """Send a message over the wire: what arrives was made from bytes alone."""
    message.metadata.__dict__["_message_id"] = message.object_id
    tree = get_object_tree(message)
    contents = {name: thing.deflate() for name, thing in get_all_nested_objects(message).items()}
    arrived = inflate_object_from_contents(tree.object_id, contents)
    assert isinstance(arrived, Message)
    arrived.metadata.__dict__["_message_id"] = tree.object_id
    return arrived


@dataclass
class MemoryGrid:
    """A `Grid` over apps in this process; `lost` names (node, stage) whose answers never come."""

    apps: Mapping[int, Callable[[Message, Context], Message]]
    lost: set[tuple[int, int]] = field(default_factory=set)
    spoil: Callable[[int, Message], Message] | None = None
    contexts: dict[int, Context] = field(default_factory=dict)
    seen: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        TaskIdentity.run_id, TaskIdentity.node_id, TaskIdentity.task_id = RUN, 1, 1
        self._answers: dict[str, Message] = {}
        self._lock = threading.Lock()
        for node in self.apps:
            self.contexts[node] = Context(
                run_id=RUN, node_id=node, node_config={"partition-id": node}, state=RecordDict(), run_config={}
            )

    def get_node_ids(self) -> list[int]:
        return list(self.apps)

    def push_messages(self, messages: Iterable[Message]) -> list[str]:
        names = []
        for message in messages:
            node = message.metadata.dst_node_id
            arrived = carried(message)
            names.append(arrived.metadata.message_id)
            if self.spoil is not None:
                arrived = self.spoil(node, arrived)
            record = arrived.content.get("wuming.secure-aggregation", {})
            self.seen.append(arrived)
            answer = self.apps[node](arrived, self.contexts[node])
            if (node, record.get("stage", 0)) not in self.lost:
                self._answers[names[-1]] = carried(answer) if answer.has_content() else answer
        return names

    def pull_messages(self, message_ids: Iterable[str]) -> list[Message]:
        return [self._answers.pop(name) for name in message_ids if name in self._answers]

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        return self.pull_messages(self.push_messages(messages))


def members(count: int) -> list[SigningKey]:
    return [SigningKey.from_bytes(bytes([place + 1]) * 32) for place in range(count)]


def agreement(count: int = 5, colluders: int = 0, divisor: float | None = None, **settings: Any) -> Agreement:
    """An agreement without noise, whose grid holds multiples of 1/1024 exactly."""
    names = tuple(f"silo-{place}" for place in range(count))
    plan = FederationPlan(
        name="tests",
        clients=names,
        rounds=3,
        unit="client",
        bound=8.0,
        noise_multiplier=0.0,
        noise="none",
        secure=True,
        divisor=float(divisor or count),
        least_survivors=least_threshold(count, colluders),
        colluders=colluders,
        code=GridCode(12, 8.0, 1 / 1024),
    )
    listed = tuple(Member(name, key.public) for name, key in zip(names, members(count), strict=True))
    return Agreement(plan, listed, settings)


def silo(place: int, agreed: Agreement, **changes: Any) -> Silo:
    key = members(len(agreed.members))[place]
    return Silo(**{"agreement": agreed, "identity": key, "register": RoundsInMemory(), **changes})


def steps(place: int) -> np.ndarray:
    """What member `place` adds to each weight, in multiples of 1/1024."""
    return np.random.default_rng(place).integers(-512, 512, size=12) / 1024


def app(own: Silo | Callable[[Context], Silo], place: int) -> ClientApp:
    """An app that moves the weights by `steps(place)`."""
    made = ClientApp(mods=[secure_aggregation(own)])

    @made.train()
    def train(message: Message, context: Context) -> Message:
        weights, bias = message.content["arrays"].to_numpy_ndarrays()
        moved = steps(place)
        arrays = ArrayRecord([weights + moved[:8].reshape(2, 4), bias + moved[8:]])
        return Message(
            RecordDict({"arrays": arrays, "metrics": MetricRecord({"num-examples": 10 + place, "loss": 0.5})}),
            reply_to=message,
        )

    @made.evaluate()
    def evaluate(message: Message, context: Context) -> Message:
        return Message(RecordDict({"metrics": MetricRecord({"num-examples": 10, "loss": 0.5})}), reply_to=message)

    return made


def model() -> ArrayRecord:
    return ArrayRecord([np.zeros((2, 4)), np.ones(4)])


def grid(count: int = 5, agreed: Agreement | None = None, **options: Any) -> MemoryGrid:
    common = agreed or agreement(count)
    return MemoryGrid({100 + place: app(silo(place, common), place) for place in range(count)}, **options)


def folder_of(path: Path) -> set[str]:
    return {found.name for found in path.rglob("*")}
