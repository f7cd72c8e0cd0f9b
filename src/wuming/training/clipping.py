"""Gradients of whole units in one backward pass, clipped once a unit.

Shapes: U units, R records of each (grouped so that R is the same within a micro-batch), T tokens, d inputs, p outputs.

For a linear layer the gradient of unit u is the sum over its R·T tokens of (output gradient)ᵀ(input): one batched
product over sequences that simply join the unit's records. A tied weight collects the contributions of both its uses
in one buffer before its norm is taken, so the cross term cannot be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from wuming.core.errors import SelfCheckFailed

# A float32 norm over blocks of 256 errs by less than 8·10⁻⁶ of itself (256·2⁻²⁴/2); the factor must make up for that.
_BLOCK = 256
_ROUND_DOWN = 1 - 8e-6


class UnitGradients:
    """Collects, for each trainable parameter, the gradient of every unit of one micro-batch.

    Layers with a rule here: `nn.Linear` (with bias), `nn.Embedding`, and RMS norms (`weight`, `variance_epsilon`).
    Whatever else holds a trainable parameter is refused, as is a module that couples examples (batch norm has no rule).

    While `collecting`, ordinary weight gradients are not computed (parameters do not require grad), which saves a third
    of the backward pass.
    """

    def __init__(self, model: nn.Module) -> None:
        self.parameters: dict[str, nn.Parameter] = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self._model = model
        self._name_of = {id(p): n for n, p in self.parameters.items()}
        self._rules: list[tuple[nn.Module, _Rule]] = []
        covered: set[int] = set()
        for path, module in model.named_modules():
            own = [p for p in module.parameters(recurse=False) if p.requires_grad]
            if not own:
                continue
            rule = _rule_for(module)
            if rule is None:
                raise SelfCheckFailed(
                    f"layer {path} ({type(module).__name__}) has trainable parameters and no per-unit gradient rule",
                    help="Freeze it (requires_grad_(False)) or use a supported layer: Linear, Embedding, RMSNorm.",
                )
            covered.update(id(p) for p in own)
            self._rules.append((module, rule))
        if missing := [n for n, p in self.parameters.items() if id(p) not in covered]:
            raise SelfCheckFailed(f"{len(missing)} trainable parameters belong to no hooked layer: {missing[:3]}")
        self._units = 0
        self._room: dict[str, Tensor] = {}
        self._filled: set[str] = set()

    @contextmanager
    def collecting(self, units: int) -> Iterator[None]:
        """Within this context, a forward and a backward pass over U·R sequences fill the buffers.

        Args:
            units: U; sequences must lie unit by unit.
        """
        self._units, self._filled = units, set()
        handles = [module.register_forward_hook(self._forward_hook(rule)) for module, rule in self._rules]
        for parameter in self.parameters.values():
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()
            for parameter in self.parameters.values():
                parameter.requires_grad_(True)

    def clip_and_sum(self, bound: float) -> tuple[dict[str, Tensor], Tensor]:
        """Clip each unit's whole gradient to L2 norm ≤ `bound` and sum over units.

        Guarantee: adding or removing one unit changes the returned sum by at most `bound` in L2. The factor 1 - 8·10⁻⁶
        covers the rounding of the norm; that of the sum itself (about 10⁻⁷ of it) is outside the bound. A unit whose
        gradient is not finite contributes zeros.

        Returns:
            The sums by parameter name, and the U clipped norms.
        """
        flat = self._flat()
        squares = torch.zeros(self._units, dtype=torch.float64)
        for buffer in flat.values():
            squares += _squares(buffer)
        norms = squares.sqrt()
        finite = torch.isfinite(norms)
        if not bool(finite.all()):
            for buffer in flat.values():
                buffer[~finite] = 0.0
            norms = torch.where(finite, norms, torch.zeros_like(norms))
        factors = torch.clamp(bound * _ROUND_DOWN / norms.clamp(min=1e-30), max=1.0)
        weights = factors.float()
        sums = {name: (weights @ flat[name]).view(self.parameters[name].shape) for name in flat}
        return sums, norms * factors

    def _forward_hook(self, rule: _Rule) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor]:
        def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
            if not output.requires_grad:
                output = output.requires_grad_(True)  # the first layer: nothing below it needs a gradient
            saved = inputs[0].detach()
            output.register_hook(lambda gradient: self._collect(rule, module, saved, gradient))  # type: ignore[no-untyped-call]
            return output

        return hook

    def _collect(self, rule: _Rule, module: nn.Module, inputs: Tensor, gradient: Tensor) -> None:
        for parameter, write in rule(module, self._units, inputs, gradient):
            name = self._name_of.get(id(parameter))
            if name is not None:
                # A shared parameter is written to twice, and added up before any norm is taken.
                write(self._buffer(name), fresh=name not in self._filled)
                self._filled.add(name)

    def _buffer(self, name: str) -> Tensor:
        """Return room for U gradients of one parameter; kept, since fresh memory costs more than the product itself."""
        shape = self.parameters[name].shape
        room = self._room.get(name)
        if room is None or len(room) < self._units:
            room = self._room[name] = torch.empty(self._units, *shape)
        return room[: self._units]

    def _flat(self) -> dict[str, Tensor]:
        return {name: self._buffer(name).view(self._units, -1) for name in self._filled}


class _Write(Protocol):
    def __call__(self, buffer: Tensor, *, fresh: bool) -> None: ...


_Rule = Callable[[nn.Module, int, Tensor, Tensor], "list[tuple[nn.Parameter, _Write]]"]


def _linear(module: Any, units: int, inputs: Tensor, gradient: Tensor) -> list[tuple[nn.Parameter, _Write]]:
    a = inputs.reshape(units, -1, inputs.shape[-1])  # [U, R·T, d]
    b = gradient.reshape(units, -1, gradient.shape[-1])  # [U, R·T, p]

    def weight(buffer: Tensor, *, fresh: bool) -> None:
        torch.baddbmm(buffer, b.transpose(1, 2), a, beta=0 if fresh else 1, out=buffer)

    found: list[tuple[nn.Parameter, _Write]] = [(module.weight, weight)]
    if module.bias is not None:
        found.append((module.bias, _adding(b.sum(1))))
    return found


def _embedding(module: Any, units: int, inputs: Tensor, gradient: Tensor) -> list[tuple[nn.Parameter, _Write]]:
    size, width = module.weight.shape
    rows = (inputs.reshape(units, -1) + torch.arange(units).unsqueeze(1) * size).reshape(-1)

    def weight(buffer: Tensor, *, fresh: bool) -> None:
        if fresh:
            buffer.zero_()
        buffer.view(-1, width).index_add_(0, rows, gradient.reshape(-1, width))

    return [(module.weight, weight)]


def _rms_norm(module: Any, units: int, inputs: Tensor, gradient: Tensor) -> list[tuple[nn.Parameter, _Write]]:
    normalised = inputs * torch.rsqrt(inputs.square().mean(-1, keepdim=True) + module.variance_epsilon)
    return [(module.weight, _adding((normalised * gradient).reshape(units, -1, inputs.shape[-1]).sum(1)))]


def _adding(gradient: Tensor) -> _Write:
    def write(buffer: Tensor, *, fresh: bool) -> None:
        if fresh:
            buffer.copy_(gradient)
        else:
            buffer.add_(gradient)

    return write


def _squares(buffer: Tensor) -> Tensor:
    """Return the squared L2 norm of each row, float64; one float32 sum over a whole row would err by 10⁻⁵ and more."""
    whole = buffer.shape[1] // _BLOCK * _BLOCK
    blocks: Tensor = torch.linalg.vector_norm(buffer[:, :whole].reshape(len(buffer), -1, _BLOCK), dim=2)
    rest: Tensor = torch.linalg.vector_norm(buffer[:, whole:], dim=1)
    squares: Tensor = blocks.double().square().sum(1) + rest.double().square()
    return squares


def _rule_for(module: nn.Module) -> _Rule | None:
    if type(module) is nn.Linear:
        return _linear
    if type(module) is nn.Embedding and module.padding_idx is None and module.max_norm is None:
        return _embedding
    if type(module).__name__ in {"LlamaRMSNorm", "Qwen2RMSNorm"}:
        return _rms_norm
    return None
