"""The private examples, arranged by unit of privacy. Held by reference; nothing of them is logged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import encode_context

Fetch = Callable[[Sequence[int]], Any]


class UnitData:
    """Records with their units.

    Args:
        size: number of records that `fetch` knows.
        fetch: returns the model's inputs for a list of record indices, stacked in that order. Must treat each record
            by itself: nothing may depend on the other records of the list but padding that the model ignores.
        units: the unit that each record belongs to; None: every record is a unit of its own.
        lengths: tokens of each record, for batches of like length; None: all are alike.

    """

    def __init__(
        self,
        size: int,
        fetch: Fetch,
        *,
        units: Sequence[str] | None = None,
        lengths: Sequence[int] | None = None,
    ) -> None:
        if units is not None and len(units) != size:
            raise PrivacyParameterError(
                f"units names the units of {len(units)} records, size={size}", help="Name one unit for each record."
            )
        self.size, self.fetch = size, fetch
        self.lengths = None if lengths is None else np.asarray(lengths, dtype=np.int64)
        self.members: list[list[int]]
        if units is None:
            self.labels, self.members = [str(i) for i in range(size)], [[i] for i in range(size)]
        else:
            found: dict[str, list[int]] = {}
            for index, unit in enumerate(units):
                found.setdefault(unit, []).append(index)
            self.labels, self.members = list(found), list(found.values())

    def only(self, positions: Sequence[int]) -> UnitData:
        """Return some of the units, by position in `labels`; the records stay where they are."""
        part = UnitData(0, self.fetch)
        part.size, part.lengths = self.size, self.lengths
        part.labels = [self.labels[position] for position in positions]
        part.members = [self.members[position] for position in positions]
        return part

    @cached_property
    def layout(self) -> bytes:
        """Digest of the units' labels and of how many records each has: neighbouring data sets differ here.

        What the records hold is not in it; the digest is as secret as the data.
        """
        found = hashlib.sha256()
        for label, members in zip(self.labels, self.members, strict=True):
            found.update(encode_context(label, len(members)))
        return found.digest()

    @classmethod
    def of_tensors(cls, *tensors: Tensor, units: Sequence[str] | None = None) -> UnitData:
        """Records as rows of tensors with one leading dimension; inputs are a tuple of rows, or rows of one tensor."""

        def fetch(indices: Sequence[int]) -> Any:
            rows = torch.as_tensor(np.asarray(indices, dtype=np.int64))
            taken = tuple(t.index_select(0, rows) for t in tensors)
            return taken if len(taken) > 1 else taken[0]

        return cls(len(tensors[0]), fetch, units=units)

    @classmethod
    def of_dataset(
        cls, dataset: Any, *, collate: Callable[[list[Any]], Any] | None = None, units: Sequence[str] | None = None
    ) -> UnitData:
        """Records of a map-style data set (`len`, `[i]`); `collate` stacks a list of them (default: torch's)."""
        stack = collate or torch.utils.data.default_collate
        return cls(len(dataset), lambda indices: stack([dataset[i] for i in indices]), units=units)

    @classmethod
    def of_sequences(
        cls, units: Mapping[str, Sequence[Sequence[int]]], pad: Callable[[list[Sequence[int]]], Any]
    ) -> UnitData:
        """Token sequences by unit; `pad` stacks a list of them."""
        records = [record for members in units.values() for record in members]
        owners = [unit for unit, members in units.items() for _ in members]
        lengths = [len(record) for record in records]
        return cls(len(records), lambda indices: pad([records[i] for i in indices]), units=owners, lengths=lengths)
