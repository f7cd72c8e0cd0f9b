"""How the work of a step is cut up and where it is done: touches speed, memory and rounding, never the claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from wuming.training.data import UnitData

Method = Literal["auto", "ghost", "instantiate"]


@dataclass(frozen=True)
class Execution:
    """Knobs that cannot touch privacy.

    Attributes:
        micro_batch: units processed at once. Every micro-batch has exactly so many, the last one filled up with masked
            copies: flat memory, constant shapes. Not used where `micro_batch_tokens` is given.
        micro_batch_tokens: padded tokens processed at once, for records of different lengths; sorted by length.
        device: of the model and the inputs.
        precision: of the forward and backward pass (autocast); norms, sums and noise stay in float32 or better.
        clipping_method: how norms are computed; `auto` chooses per layer and shape by counted cost.
        memory_bytes: bound on what clipping may hold beside the activations; None: one copy of the parameters.
    """

    micro_batch: int = 64
    micro_batch_tokens: int | None = None
    device: str = "cpu"
    precision: Literal["float32", "bfloat16"] = "float32"
    clipping_method: Method = "auto"
    memory_bytes: int | None = None

    def autocast(self) -> torch.autocast:
        """Return the context in which forward passes run."""
        return torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.precision == "bfloat16")


@dataclass(frozen=True)
class MicroBatch:
    """Some units of one step, processed at once.

    Attributes:
        inputs: what `UnitData.fetch` returned, on the device; `units · records` examples, unit by unit.
        units: number of units, absent ones included.
        records: records of each unit.
        present: [units] bool; False: a copy that fills the batch up and counts nothing.
        drawn: record indices of each unit.
    """

    inputs: Any
    units: int
    records: int
    present: Tensor
    drawn: Sequence[Sequence[int]]

    @property
    def size(self) -> int:
        """Number of examples."""
        return self.units * self.records


def cut(data: UnitData, drawn: Sequence[Sequence[int]], execution: Execution, most: int | None) -> Iterator[MicroBatch]:
    """Cut a step's units into micro-batches; those with equally many records go together.

    Args:
        data: where the records come from.
        drawn: record indices of each unit that takes part.
        execution: the knobs.
        most: largest number of units that clipping wants at once; None: any.
    """
    groups: dict[int, list[Sequence[int]]] = {}
    for records in drawn:
        if len(records):
            groups.setdefault(len(records), []).append(records)
    for records_per_unit, members in sorted(groups.items()):
        if execution.micro_batch_tokens is not None and data.lengths is not None:
            batches = _by_tokens(data.lengths, members, execution.micro_batch_tokens, most)
        else:
            batches = _equal(members, min(execution.micro_batch, most or execution.micro_batch))
        for batch, present in batches:
            inputs = to_device(data.fetch([i for records in batch for i in records]), execution.device)
            yield MicroBatch(inputs, len(batch), records_per_unit, torch.arange(len(batch)) < present, batch)


def to_device(inputs: Any, device: str) -> Any:
    """Move tensors, and tensors in tuples, lists and mappings, to a device."""
    if isinstance(inputs, Tensor):
        return inputs.to(device)
    if isinstance(inputs, dict):
        return {name: to_device(value, device) for name, value in inputs.items()}
    if isinstance(inputs, tuple | list):
        return type(inputs)(to_device(value, device) for value in inputs)
    return inputs


def _equal(members: list[Sequence[int]], size: int) -> Iterator[tuple[list[Sequence[int]], int]]:
    for start in range(0, len(members), size):
        batch = members[start : start + size]
        yield batch + [batch[0]] * (size - len(batch)), len(batch)


def _by_tokens(
    lengths: np.ndarray[Any, Any], members: list[Sequence[int]], tokens: int, most: int | None
) -> Iterator[tuple[list[Sequence[int]], int]]:
    longest = [int(lengths[list(records)].max()) * len(records) for records in members]
    batch: list[Sequence[int]] = []
    for index in np.argsort(longest, kind="stable"):
        if batch and (longest[index] * (len(batch) + 1) > tokens or len(batch) == most):
            yield batch, len(batch)
            batch = []
        batch.append(members[index])
    if batch:
        yield batch, len(batch)
