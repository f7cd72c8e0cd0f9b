"""One layer kind a file; `layer_for` finds the one that computes a module's gradient exactly."""

from __future__ import annotations

from torch import nn

from wuming.training.clipping.layers.base import Layer
from wuming.training.clipping.layers.convolution import Conv2d
from wuming.training.clipping.layers.embedding import Embedding
from wuming.training.clipping.layers.generic import Generic
from wuming.training.clipping.layers.linear import Conv1D, Linear
from wuming.training.clipping.layers.norms import GroupNorm, LayerNorm, RMSNorm

__all__ = ["KINDS", "Generic", "Layer", "kind_for"]

KINDS: tuple[type[Layer], ...] = (Linear, Conv1D, Embedding, LayerNorm, RMSNorm, GroupNorm, Conv2d)


def kind_for(module: nn.Module) -> type[Layer] | None:
    """Return the kind that accepts the module, or None."""
    return next((kind for kind in KINDS if kind.accepts(module)), None)
