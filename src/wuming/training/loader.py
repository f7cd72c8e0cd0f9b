"""The private loader: logical batches drawn by the plan's sampler, and how to recognise their tensors again.

Of a user's `DataLoader` only the data set, the collate function and the batch size are taken. Its own sampler is not:
shuffled batches of one size are no Poisson sample, and no accountant knows them by that name.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils.data import (
    DataLoader,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    TensorDataset,
    default_collate,
)

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training.data import UnitData
from wuming.training.execution import to_device

ROW_MULTIPLE = 64
"""Logical batches are filled up with masked copies to a multiple of this: few shapes, and never an empty one."""


class LogicalBatch:
    """The examples of one step, whole, filled up with masked copies.

    Attributes:
        step: 0-based.
        inputs: what the collate function made; every tensor has `rows` rows.
        rows: number of rows, masked ones included.
        present: [rows] bool; False: a masked copy, which counts nothing.
    """

    def __init__(self, step: int, inputs: Any, rows: int, present: Tensor) -> None:
        self.step, self.inputs, self.rows, self.present = step, inputs, rows, present
        self._tensors = [leaf for leaf in pytree.tree_leaves(inputs) if isinstance(leaf, Tensor)]
        self._versions = [tensor._version for tensor in self._tensors]
        for tensor in self._tensors:
            if tensor.ndim == 0 or len(tensor) != rows:
                raise SelfCheckFailed(
                    f"collate_fn made a tensor of shape {tuple(tensor.shape)} from {rows} examples",
                    help="Every tensor must have one row for each example, in order.",
                )

    def check_arguments(self, arguments: Any) -> None:
        """Refuse a forward pass on anything but this batch, row by row as it was drawn.

        Args:
            arguments: of the forward pass, nested as they may be. Views are allowed that only reshape rows.

        Raises:
            SelfCheckFailed: a tensor that is not of this batch, or was changed; the message names no value.
        """
        given = [leaf for leaf in pytree.tree_leaves(arguments) if isinstance(leaf, Tensor)]
        if not given:
            raise SelfCheckFailed("the model was called without a tensor", help="Give it the batch of dp_model.loader.")
        for tensor in given:
            if not any(_is_view_by_rows(tensor, own, self.rows) for own in self._tensors):
                raise SelfCheckFailed(
                    f"the model was called in training mode on a tensor of shape {tuple(tensor.shape)} that is not of "
                    f"the current batch of dp_model.loader",
                    help="Loop over dp_model.loader, not over the original loader; transform, move and augment in the "
                    "data set or in the model; for evaluation call dp_model.eval() first.",
                )
        if [tensor._version for tensor in self._tensors] != self._versions:
            raise SelfCheckFailed(
                "the batch was changed in place after it was drawn", help="Transform in the data set or in the model."
            )


class _Steps(Protocol):
    """What the loader needs of the model that it belongs to."""

    steps_per_epoch: int

    def next_batch(self, *, fresh: bool) -> LogicalBatch | None:
        """Return the next batch of this epoch, None at its end; `fresh`: the loop has just begun."""
        ...

    def drop_recording(self, batch: LogicalBatch | None = None) -> None:
        """Take hooks off the model, if this batch is the current one."""
        ...


class PrivateLoader:
    """One pass is one epoch's steps; yields whole logical batches, as the user's collate function made them.

    A loop that was left is taken up at the step where it stopped, up to the end of that epoch.
    """

    def __init__(self, steps: _Steps) -> None:
        self._steps = steps

    def __len__(self) -> int:
        """Return the number of steps of one epoch."""
        return self._steps.steps_per_epoch

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of what is left of this epoch.

        Raises:
            SelfCheckFailed: no step is left, or a batch was left without forward, backward and step.
        """
        batch = self._steps.next_batch(fresh=True)
        try:
            while batch is not None:
                yield batch.inputs
                batch = self._steps.next_batch(fresh=False)
        finally:
            # Whatever ended the loop, no hook stays on the model (the loop itself has let go of this by now); but
            # a loop that was left long ago must not disturb another.
            self._steps.drop_recording(batch)


def draw(data: UnitData, step: int, drawn: Sequence[Sequence[int]], device: torch.device) -> LogicalBatch:
    """Return the logical batch of a step.

    Args:
        data: where the examples come from.
        step: 0-based.
        drawn: one record index for each participant, in a list of its own.
        device: of the model.
    """
    indices = [index for records in drawn for index in records]
    rows = max(1, math.ceil(len(indices) / ROW_MULTIPLE)) * ROW_MULTIPLE
    present = torch.arange(rows) < len(indices)
    filler = indices[0] if indices else 0
    inputs = to_device(data.fetch(indices + [filler] * (rows - len(indices))), str(device))
    return LogicalBatch(step, inputs, rows, present)


def data_of(loader: Any, owners: Sequence[str] | None) -> tuple[UnitData, int]:
    """Return the examples and the batch size of a user's loader.

    Raises:
        PrivacyParameterError: there is no loader, or none that a sampler of ours can stand in for.
    """
    if loader is None:
        raise PrivacyParameterError(
            "train_loader=None: without the data there is no differential privacy",
            help="The guarantee comes from who is sampled with which probability: sampler, noise and accountant must "
            "belong to one plan. Give the DataLoader of the training data; its sampler is replaced by a private one.",
        )
    if not isinstance(loader, DataLoader):
        raise PrivacyParameterError(
            f"train_loader is a {type(loader).__name__}, not a DataLoader",
            help="Give torch.utils.data.DataLoader(dataset, batch_size=...).",
        )
    if isinstance(loader.dataset, IterableDataset):
        raise PrivacyParameterError(
            "train_loader reads an IterableDataset, from which nobody can be drawn by a coin of their own",
            help="Use a data set with len() and [index]: each example must be within reach at every step.",
        )
    size = loader.batch_size
    if size is None:
        size = getattr(loader.batch_sampler, "batch_size", None)
    if not isinstance(size, int):
        raise PrivacyParameterError(
            "train_loader states no batch size", help="Give DataLoader(dataset, batch_size=...): the expected size."
        )
    if type(loader.sampler) not in (RandomSampler, SequentialSampler):
        warnings.warn(
            f"the {type(loader.sampler).__name__} of train_loader is not used: dp_model.loader draws by its own coins",
            stacklevel=3,
        )
    dataset: Any = loader.dataset
    if type(dataset) is TensorDataset and loader.collate_fn is default_collate and len(dataset.tensors) > 1:
        return UnitData.of_tensors(*dataset.tensors, units=owners), size
    collate: Callable[[list[Any]], Any] | None = loader.collate_fn
    return UnitData.of_dataset(dataset, collate=collate, units=owners), size


def _is_view_by_rows(tensor: Tensor, own: Tensor, rows: int) -> bool:
    """Say whether row i of `tensor` reads nothing but row i of `own`, for every i."""
    if tensor.untyped_storage().data_ptr() != own.untyped_storage().data_ptr() or tensor.dtype != own.dtype:
        return False
    if tensor is own:
        return True
    if tensor.ndim == 0 or len(tensor) != rows or tensor.stride(0) != own.stride(0):
        return False
    if tensor.numel() == 0:
        return True
    first = tensor.storage_offset() - own.storage_offset()
    last = first + sum((size - 1) * stride for size, stride in zip(tensor.shape[1:], tensor.stride()[1:], strict=True))
    return first >= 0 and last < own.stride(0)
