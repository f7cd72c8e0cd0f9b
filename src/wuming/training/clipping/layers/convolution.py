"""Convolutions over pictures: linear maps of unfolded patches."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn
from torch.nn import functional

from wuming.training.clipping.contributions import Contribution, Dense, Product
from wuming.training.clipping.layers.base import Gradients, Layer, by_unit, the_gradient


class Conv2d(Layer):
    """y = W * x + b, W [p, d/groups, h, w], with stride, padding (zeros, a number or a name), dilation and groups."""

    kind = "conv2d"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell whether this is `nn.Conv2d` itself, padded with zeros."""
        return type(module) is nn.Conv2d and module.padding_mode == "zeros"

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        gradient = the_gradient(gradients)
        examples, channels = gradient.shape[0], gradient.shape[1]
        if "bias" in self.names:
            flat = gradient.to(self.module.bias.dtype).reshape(units, -1, channels, gradient.shape[2:].numel())
            yield self.names["bias"], Dense(flat.sum((1, 3)))
        if "weight" not in self.names:
            return
        patches = self._patches(kept[0])  # [N, d·h·w, L]
        rows = gradient.reshape(examples, channels, -1)  # [N, p, L]
        groups = self.module.groups
        if groups == 1:
            left, right = (by_unit(x.transpose(1, 2), units) for x in (rows, patches))
            yield self.names["weight"], Product(left, right)
            return
        # One matrix a group and unit: [U, groups, p/groups, K] · [U, groups, K, d·h·w/groups].
        left, right = (
            x.reshape(units, -1, groups, x.shape[1] // groups, x.shape[2]).permute(0, 2, 3, 1, 4).flatten(3)
            for x in (rows, patches)
        )
        wide = self.module.weight.dtype
        yield self.names["weight"], Dense((left.to(wide) @ right.to(wide).transpose(2, 3)).flatten(1))

    def _patches(self, inputs: Tensor) -> Tensor:
        """Return the patches that each output pixel sees, [N, d·h·w, L]."""
        module = self.module
        left, right, top, bottom = module._reversed_padding_repeated_twice
        padded = functional.pad(inputs, (left, right, top, bottom)) if left or right or top or bottom else inputs
        return functional.unfold(padded, module.kernel_size, dilation=module.dilation, stride=module.stride)
