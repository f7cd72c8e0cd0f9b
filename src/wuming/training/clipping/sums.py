"""Clipped gradients added up: what comes first is written, not added to zeros that would have to be written before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

Write = Callable[[Tensor, bool], None]
"""Adds to a total, [parameter's size]; where the flag is set it writes, whatever is there."""


class Sums:
    """Sums by parameter since `reset`.

    Attributes:
        like: by parameter, a tensor of its shape, type and device; its values may be those of an earlier batch.
    """

    def __init__(self) -> None:
        self.like: dict[str, Tensor] = {}
        self._stale: set[str] = set()

    def reset(self, parameters: Iterable[tuple[str, Tensor, torch.dtype]]) -> None:
        """Begin again: name, parameter and type of each sum."""
        for name, parameter, dtype in parameters:
            known = self.like.get(name)
            if known is None or known.device != parameter.device:
                self.like[name] = torch.empty_like(parameter, dtype=dtype, requires_grad=False)
            self._stale.add(name)

    def add(self, name: str, write: Write) -> None:
        """Have `write` add to a sum. Where it fails before anything was added, the sum is zero, not an old one."""
        write(self.like[name].view(-1), name in self._stale)
        self._stale.discard(name)

    def whole(self) -> dict[str, Tensor]:
        """Return all sums; those that nothing was added to are zero."""
        for name in self._stale:
            self.like[name].zero_()
        self._stale.clear()
        return self.like
