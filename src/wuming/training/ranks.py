"""Several processes that train one model together: who does what, and how their sums become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, distributed

Item = TypeVar("Item")


@dataclass(frozen=True)
class Ranks:
    """This process among those of the default process group (alone, where none was set up).

    Only sums are taken over processes, and scaled by us: some back ends sum where an average is asked for.
    """

    rank: int = 0
    world: int = 1

    @classmethod
    def current(cls) -> Ranks:
        """Return where this process stands."""
        if distributed.is_available() and distributed.is_initialized():
            return cls(distributed.get_rank(), distributed.get_world_size())
        return cls()

    def share(self, drawn: Sequence[Item]) -> Sequence[Item]:
        """Return this process's part of what all have drawn alike."""
        return drawn[self.rank :: self.world]

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over processes, in place."""
        if self.world > 1:
            for tensor in tensors:
                distributed.all_reduce(tensor, op=distributed.ReduceOp.SUM)

    def total(self, value: int) -> int:
        """Return the sum of a count over processes."""
        if self.world == 1:
            return value
        count = torch.tensor([value], dtype=torch.int64)
        distributed.all_reduce(count, op=distributed.ReduceOp.SUM)
        return int(count.item())
