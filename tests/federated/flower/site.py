"""Three silos that stay, and servers of `wuming federate serve` that come and go, in one process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from wuming.app.federation.agreement_file import read_agreement
from wuming.app.federation.building import Built, read_plan
from wuming.app.federation.draft import write_draft
from wuming.app.federation.keys import make_keys
from wuming.app.federation.server_state import kept_in
from wuming.app.federation.serving import Serving, _Host
from wuming.core.ports import NoProgress
from wuming.crypto.signatures import SigningKey
from wuming.federated.account import ScheduledBudget
from wuming.federated.flower.participant_app import ParticipantApp
from wuming.federated.flower.register import RoundsOnDisk
from wuming.federated.participant import Participant
from wuming.federated.strategies import by_name

from . import small

SILOS = ("east", "north", "south")
ROUNDS_PLANNED = 3
CELL = 2.0**-24


@dataclass
class Steps:
    """The same move in every round, so that the strategy's moments show whether they were kept."""

    place: int
    record_bound: float | None = None
    sampling_probability: float = 1.0

    def contribution(self, weights: np.ndarray, round_number: int) -> np.ndarray:
        return small.steps(self.place) / 8


class Task:
    def start(self) -> np.ndarray:
        return np.zeros(12)

    def evaluate(self, weights: np.ndarray) -> dict[str, float]:
        return {"mean": float(weights.mean())}


@dataclass
class Grid(small.MemoryGrid):
    """With what the server's own grid has beyond Flower's."""

    nodes: dict[int, str] = field(default_factory=dict)

    def health(self) -> dict[str, str]:
        return dict.fromkeys(self.nodes.values(), "online")


class Site:
    """Three silos that stay, and servers that come and go."""

    def __init__(
        self,
        folder: Path,
        *,
        records: dict[str, int] | None = None,
        weights: dict[str, float] | None = None,
        **changes: str,
    ) -> None:
        self.folder, self.records = folder, records or {}
        self.built = agreed(folder, weights, **changes)
        agreement = self.built.agreement
        self.budgets = {name: ScheduledBudget(40.0, 1e-3) for name in SILOS}
        self.numbers: list[int] = []
        self.silos = {name: self.silo(name) for name in SILOS}
        self.grid = Grid(
            {100 + place: self.silos[name] for place, name in enumerate(agreement.plan.clients)},
            nodes={100 + place: name for place, name in enumerate(agreement.plan.clients)},
        )

    def silo(self, name: str) -> ParticipantApp:
        agreement, folder = self.built.agreement, self.folder / "keys" / name
        participant = Participant(
            name,
            Steps(agreement.plan.clients.index(name)),
            secret=name.encode() * 8,
            budget=self.budgets[name],
            register=RoundsOnDisk(folder / "rounds.json"),
            identity=SigningKey.load(folder / "identity.pem"),
            records=self.records.get(name, 0),
        )
        return ParticipantApp(participant, agreement)

    def serve(self, built: Built | None = None) -> dict[str, object]:
        job = Serving(Path(), Path(), "", 0, self.folder / "state", 1.0, 1.0, 1.0)
        used = built or self.built
        with kept_in(job.state, used.agreement.digest) as kept:
            host = _Host(job, used, NoProgress(), kept)
            self.host = host
            if not host.federation.finished:
                host.wait(self.grid)
                host.hold(self.grid)
            return host.told()


def agreed(folder: Path, weights: dict[str, float] | None = None, **changes: str) -> Built:
    """An agreement of three silos for the task above, from a file."""
    values = {
        "task": "digits",
        "rounds": str(ROUNDS_PLANNED),
        "unit": "client",
        "bound": "1.0",
        "sampling_probability": "1.0",
        "divisor": "3.0",
        "noise": "none",
        "epsilon": "8.0",
        "delta": "1.0e-3",
        "colluders": "0",
        "least_survivors": "2",
        "strategy": "{name: fedadam, learning_rate: 0.1}",
    }
    make_keys(folder / "keys", name="tests", hosts=(), silos=SILOS)
    write_draft(folder / "keys", "tests")
    text = re.sub(r"^vector_norm:.*\n", "", (folder / "keys" / "federation.yaml").read_text(), flags=re.MULTILINE)
    for name, value in (values | changes).items():
        line = f"{name}: {value}"
        known = re.search(rf"^{name}:.*$", text, flags=re.MULTILINE)
        text = text.replace(known.group(), line, 1) if known else f"{text}\n{line}\n"
    for name, weight in (weights or {}).items():
        text = text.replace(f"- name: {name}\n", f"- name: {name}\n    weight: {weight}\n")
    path = folder / "federation.yaml"
    path.write_text(text)
    file, task = read_agreement(path), Task()
    strategy = by_name(file.strategy.name, **file.strategy.numbers())
    return Built(file, read_plan(file, 12), strategy, task, task.start())
