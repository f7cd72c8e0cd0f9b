"""Linear maps: `nn.Linear`, and `Conv1D` of transformers, whose weight is stored the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from wuming.training.clipping.contributions import Contribution, Dense, Product
from wuming.training.clipping.layers.base import Gradients, Layer, by_unit, the_gradient


class Linear(Layer):
    """y = x·Wᵀ + b, W [p, d]: the gradient of a unit is (output gradient)ᵀ·(input), summed over its rows."""

    kind = "linear"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell whether this is `nn.Linear` itself: a subclass may compute anything."""
        return type(module) is nn.Linear

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        rows = by_unit(the_gradient(gradients), units)
        if "weight" in self.names:
            yield self.names["weight"], self.product(by_unit(kept[0], units), rows)
        if "bias" in self.names:
            yield self.names["bias"], Dense(rows.to(self.module.bias.dtype).sum(1))

    def product(self, inputs: Tensor, gradient: Tensor) -> Product:
        """Return the weight's share."""
        return Product(gradient, inputs)


class Conv1D(Linear):
    """y = x·W + b, W [d, p]."""

    kind = "conv1d (transformers)"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell by name and module, so that transformers need not be imported."""
        return type(module).__name__ == "Conv1D" and type(module).__module__ == "transformers.pytorch_utils"

    def product(self, inputs: Tensor, gradient: Tensor) -> Product:
        """See `Linear`."""
        return Product(inputs, gradient)
