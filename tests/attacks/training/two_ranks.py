"""Two processes that train together, played by two threads of one: what the first one's optimiser gets is seen."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from wuming.training.private import PrivateTrainer
from wuming.training.ranks import Ranks

Trainer = PrivateTrainer
_PATIENCE = 60  # seconds that one waits for the other


class Table:
    """Where both put their sums."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2, timeout=_PATIENCE)
        self.places: list[Any] = [None, None]

    def exchange(self, rank: int, value: Any) -> list[Any]:
        self.places[rank] = value
        self.barrier.wait()
        both = list(self.places)
        self.barrier.wait()
        return both


@dataclass(frozen=True)
class Seat(Ranks):
    """One of the two."""

    table: Table = field(default_factory=Table)

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        mine = list(tensors)
        both = self.table.exchange(self.rank, [tensor.clone() for tensor in mine])
        for place, tensor in enumerate(mine):
            tensor.copy_(both[0][place] + both[1][place])

    def total(self, value: int) -> int:
        return int(sum(self.table.exchange(self.rank, value)))


class Seats(Ranks):
    """Stands for `Ranks` in the trainer's module: gives out the seat that is being taken."""

    taking: Ranks = Ranks()

    @classmethod
    def current(cls) -> Ranks:
        return cls.taking


class TwoRanks:
    """Two trainers with one key; `run` runs both."""

    def __init__(self, model: Any, data: Any, plan: Any, **options: Any) -> None:
        self.table, self.trainers = Table(), []
        for rank, own in enumerate((model, copy.deepcopy(model))):
            Seats.taking = Seat(rank, 2, self.table)
            self.trainers.append(Trainer(own, data, plan, **options))
        Seats.taking = Ranks()
        self.model, self.plan, self.optimizer = model, plan, self.trainers[0].optimizer

    def run(self, loss: Any) -> None:
        failures: list[BaseException] = []

        def work(trainer: Any) -> None:
            try:
                trainer.run(loss)
            except BaseException as error:  # noqa: BLE001  raised again by the one who waits
                failures.append(error)
                self.table.barrier.abort()

        threads = [threading.Thread(target=work, args=(trainer,)) for trainer in self.trainers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for error in failures:
            if not isinstance(error, threading.BrokenBarrierError):
                raise error
