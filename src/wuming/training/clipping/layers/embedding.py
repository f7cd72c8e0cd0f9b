"""Look-up tables."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from wuming.training.clipping.contributions import Contribution, Scatter
from wuming.training.clipping.layers.base import Gradients, Layer, the_gradient


class Embedding(Layer):
    """Rows of a table by their index; the row `padding_idx` never gets a gradient."""

    kind = "embedding"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell; `max_norm` rewrites the table in a forward pass, `scale_grad_by_freq` counts over the whole batch."""
        return type(module) is nn.Embedding and module.max_norm is None and not module.scale_grad_by_freq

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        size, width = self.module.weight.shape
        ids = kept[0].reshape(units, kept[0].numel() // units)
        rows = the_gradient(gradients).reshape(*ids.shape, width)
        padding = self.module.padding_idx
        if padding is not None:
            rows = torch.where((ids == padding).unsqueeze(2), torch.zeros_like(rows[:1, :1]), rows)
        yield self.names["weight"], Scatter(ids, rows, size)
