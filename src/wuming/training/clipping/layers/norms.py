"""Normalisation of each example alone: LayerNorm, RMSNorm, GroupNorm. Their parameters are vectors: instantiated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from wuming.training.clipping.contributions import Contribution, Dense
from wuming.training.clipping.layers.base import Gradients, Layer, the_gradient

_CACHED = 1 << 14  # products of one unit from which units are taken one by one


class LayerNorm(Layer):
    """y = x̂·w + b, x̂ with mean 0 and variance 1 over the last dimensions."""

    kind = "layer norm"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell whether this is `nn.LayerNorm` itself."""
        return type(module) is nn.LayerNorm

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        size = self.module.weight.numel()
        rows = _wide(the_gradient(gradients)).reshape(units, -1, size)
        if "weight" in self.names:
            inputs = _wide(kept[0]).reshape(units, -1, size)
            variance, mean = torch.var_mean(inputs, dim=2, correction=0, keepdim=True)
            scale = torch.rsqrt(variance + self.module.eps)
            yield self.names["weight"], Dense(_weighted_products(inputs - mean, rows, scale))
        if "bias" in self.names:
            yield self.names["bias"], Dense(rows.sum(1))


class RMSNorm(Layer):
    """y = x̂·w (or x̂·(1 + w)), x̂ = x / √(mean(x²) + eps): in both cases the weight's gradient is Σ x̂·(output gradient).

    `nn.RMSNorm`, and any module of that structure: one vector `weight`, and `variance_epsilon` or `eps`. That a
    module's own forward pass means this is tried on an example; one that means something else is not accepted.
    """

    kind = "rms norm"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell by structure and by trial."""
        parameters = dict(module.named_parameters())
        weight = parameters.get("weight")
        if len(parameters) != 1 or weight is None or weight.dim() != 1 or "Norm" not in type(module).__name__:
            return False
        return _epsilon(module) is not None and _is_rms_norm(module, weight)

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        size = self.module.weight.numel()
        inputs, rows = (_wide(x).reshape(units, -1, size) for x in (kept[0], the_gradient(gradients)))
        scale = _inverse_root(inputs, _epsilon(self.module))  # [U, K, 1]
        yield self.names["weight"], Dense(_weighted_products(inputs, rows, scale))


def _weighted_products(inputs: Tensor, rows: Tensor, scale: Tensor) -> Tensor:
    """Return Σ over rows of scale·input·gradient, [U, n]; unit by unit, so that the products stay in the cache."""
    units, length, size = inputs.shape
    if inputs.is_cuda or length * size < _CACHED:
        return torch.bmm(scale.transpose(1, 2), inputs * rows).squeeze(1)
    found, products = rows.new_empty(units, size), rows.new_empty(length, size)
    for unit in range(units):
        torch.mul(inputs[unit], rows[unit], out=products)
        torch.mv(products.T, scale[unit, :, 0], out=found[unit])
    return found


class GroupNorm(Layer):
    """y = x̂·w + b a channel, x̂ with mean 0 and variance 1 over each group of channels of each example."""

    kind = "group norm"

    @classmethod
    def accepts(cls, module: nn.Module) -> bool:
        """Tell whether this is `nn.GroupNorm` itself."""
        return type(module) is nn.GroupNorm

    def contributions(
        self, kept: tuple[Tensor, ...], gradients: Gradients, units: int
    ) -> Iterator[tuple[str, Contribution]]:
        """See `Layer`."""
        channels = self.module.num_channels
        inputs, grown = _wide(kept[0]), _wide(the_gradient(gradients))
        if "weight" in self.names:
            normalised = functional.group_norm(inputs, self.module.num_groups, eps=self.module.eps)
            yield (
                self.names["weight"],
                Dense((normalised * grown).reshape(units, -1, channels, _area(grown)).sum((1, 3))),
            )
        if "bias" in self.names:
            yield self.names["bias"], Dense(grown.reshape(units, -1, channels, _area(grown)).sum((1, 3)))


def _area(tensor: Tensor) -> int:
    return tensor.shape[2:].numel()


def _wide(tensor: Tensor) -> Tensor:
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def _inverse_root(inputs: Tensor, epsilon: Any) -> Tensor:
    mean_square = torch.linalg.vector_norm(inputs, dim=-1, keepdim=True).square() / inputs.shape[-1]
    return torch.rsqrt(mean_square + epsilon)


def _epsilon(module: Any) -> float | None:
    if type(module) is nn.RMSNorm and module.eps is None:
        return float(torch.finfo(module.weight.dtype).eps)
    found = getattr(module, "variance_epsilon", getattr(module, "eps", None))
    return found if isinstance(found, float) else None


def _is_rms_norm(module: nn.Module, weight: nn.Parameter) -> bool:
    """Try the module on fixed numbers, with its own weight and with zeros: the difference must be x̂·w."""
    steps = torch.arange(3 * len(weight), dtype=torch.float32, device=weight.device)
    inputs = torch.sin(steps * 1.7).view(3, -1) * torch.tensor([[1e-3], [1.0], [30.0]], device=weight.device)
    probe = torch.cos(steps[: len(weight)]).to(weight.dtype)
    with torch.no_grad():
        try:
            found, base = (
                torch.func.functional_call(module, {"weight": w}, (inputs.to(weight.dtype),))
                for w in (probe, torch.zeros_like(probe))
            )
        except (RuntimeError, TypeError, ValueError):
            return False
    expected = inputs * _inverse_root(inputs, _epsilon(module)) * probe
    tolerance = 1e-4 if weight.dtype in (torch.float32, torch.float64) else 5e-2
    return bool(torch.allclose((found - base).to(expected.dtype), expected, rtol=tolerance, atol=tolerance))
