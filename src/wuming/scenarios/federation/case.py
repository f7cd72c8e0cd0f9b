"""What a simulation needs of a ready federation: data, model, numbers, and clients that can be made in any process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wuming.core.ports import LocalTrainer
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.account import ScheduledBudget
from wuming.federated.codes import Vector
from wuming.federated.participant import Participant
from wuming.federated.plan import Unit
from wuming.federated.secure_aggregation import RoundsInMemory
from wuming.federated.strategies import Strategy


@dataclass(frozen=True)
class Numbers:
    """What is fixed of a federation beside ε, δ and clients. All are public, none is a count of private data.

    Attributes:
        bound: C, of one record's gradient or one client's update.
        expected: records that a round draws on average; 0 where a client is the unit.
        vector_norm: bound of a client's whole vector.
        strategy: the server's step.
    """

    bound: float
    expected: int
    vector_norm: float
    strategy: Strategy


class Case(Protocol):
    """A ready federation; a value that can be sent to another process."""

    @property
    def source(self) -> str:
        """Name of the data."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the clients."""
        ...

    @property
    def population(self) -> int:
        """Public figure for the records of all clients."""
        ...

    def usual_strategy(self, unit: Unit) -> str:
        """Return the name of the strategy that serves best where none is asked for."""
        ...

    def numbers(self, unit: Unit, rounds: int, strategy: str, *, private: bool) -> Numbers:
        """Return the numbers for so many rounds.

        Raises:
            PrivacyParameterError: no such strategy.
        """
        ...

    def start(self) -> Vector:
        """Return the weights before the first round."""
        ...

    def evaluation(self) -> Callable[[Vector], Mapping[str, float]]:
        """Return what measures accuracy on data that no client holds."""
        ...

    def trainers(self, names: Sequence[str], work: Work) -> dict[str, LocalTrainer]:
        """Return local trainers over the data of these clients."""
        ...


@dataclass(frozen=True)
class Work:
    """What clients do in a round.

    Attributes:
        unit: unit of privacy.
        rounds: of the plan.
        numbers: of the case.
        master: 32 secret bytes that all clients' secrets derive from: a simulation holds them all.
    """

    unit: Unit
    rounds: int
    numbers: Numbers
    master: bytes

    def coins(self, name: str) -> bytes:
        """Return the secret that a client's coins derive from."""
        return derive_key(self.master, "client", name, "coins")


@dataclass(frozen=True)
class Makers:
    """Makes clients, in this process or in a worker of a pool.

    Attributes:
        case: data and model.
        work: what they do.
        cap, delta: of each client's own account.
        colluders: fewest that each client wants to be safe from.
    """

    case: Case
    work: Work
    cap: float
    delta: float
    colluders: int

    def identity(self, name: str) -> SigningKey:
        """Return a client's signing key."""
        return SigningKey.from_bytes(derive_key(self.work.master, "identity", name))

    def __call__(self, names: tuple[str, ...]) -> list[Participant]:
        """Return the clients of these names."""
        return [
            Participant(
                name,
                trainer,
                secret=derive_key(self.work.master, "client", name, "noise"),
                budget=ScheduledBudget(self.cap, self.delta),
                register=RoundsInMemory(),
                identity=self.identity(name),
                least_colluders=self.colluders,
            )
            for name, trainer in self.case.trainers(names, self.work).items()
        ]
