"""Small clients for tests: rows of numbers, no framework."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wuming.core.errors import BudgetExceeded
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.codes import GridCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.federation import Federation
from wuming.federated.participant import Participant
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import RoundsInMemory
from wuming.federated.strategies import FedAvg
from wuming.mechanisms.clipping import clip

MASTER = bytes(range(32))
DIMENSION = 6


@dataclass
class Towards:
    """Moves halfway towards a target of its own."""

    target: np.ndarray
    record_bound: float | None = None
    sampling_probability: float = 1.0

    def contribution(self, weights, round_number):
        return 0.5 * (self.target - weights)


@dataclass
class ClippedRows:
    """The sum of clipped rows: a record is a row."""

    rows: np.ndarray
    record_bound: float | None = 1.0
    sampling_probability: float = 0.5

    def contribution(self, weights, round_number):
        return sum((clip(row, 1.0) for row in self.rows), np.zeros(len(weights)))


class Unlimited:
    """A budget that bears everything, and writes down what it was asked."""

    def __init__(self, rounds: int = 10**9):
        self.left, self.events, self.committed, self.released = rounds, [], 0, 0

    def reserve(self, event, *, schedule):
        if not self.left:
            raise BudgetExceeded("spent", help="")
        self.left -= 1
        self.events.append(event)
        return Share(self)


@dataclass
class Share:
    budget: Unlimited
    open: bool = field(default=True)

    def commit(self):
        if self.open:
            self.open, self.budget.committed = False, self.budget.committed + 1

    def release(self):
        if self.open:
            self.open, self.budget.released = False, self.budget.released + 1
            self.budget.left += 1


def names(count: int) -> tuple[str, ...]:
    return tuple(f"client-{number}" for number in range(count))


def targets(count: int) -> np.ndarray:
    return np.random.default_rng(11).normal(size=(count, DIMENSION))


def identity(name: str) -> SigningKey:
    return SigningKey.from_bytes(derive_key(MASTER, "identity", name))


def participants(trainers, budgets=None, records=None) -> list[Participant]:
    made = []
    for place, (name, trainer) in enumerate(zip(names(len(trainers)), trainers, strict=True)):
        made.append(
            Participant(
                name,
                trainer,
                secret=derive_key(MASTER, "secret", name),
                budget=Unlimited() if budgets is None else budgets[place],
                register=RoundsInMemory(),
                records=0 if records is None else records[place],
                identity=identity(name),
            )
        )
    return made


def plan(count: int = 5, **changes) -> FederationPlan:
    fields = {
        "name": "test",
        "clients": names(count),
        "rounds": 3,
        "unit": "client",
        "bound": 100.0,
        "noise_multiplier": 0.0,
        "noise": "none",
        "secure": True,
        "divisor": float(count),
        "least_survivors": count // 2 + 1,
        "code": GridCode(DIMENSION, 100.0, 2.0**-20),
    }
    return FederationPlan(**(fields | changes))


def federation(of: FederationPlan, *, strategy=None, budget=None, dimension: int = DIMENSION) -> Federation:
    keys = {name: identity(name).public for name in of.clients}
    return Federation(
        of,
        strategy or FedAvg(),
        np.zeros(dimension),
        budget=budget or Unlimited(),
        secret=derive_key(MASTER, "server"),
        keys=keys,
    )


def crowd(trainers, **options) -> LocalCrowd:
    return LocalCrowd(participants(trainers, **options))
