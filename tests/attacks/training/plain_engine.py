"""A slow engine with the interface of `ClippedGradients`: one unit at a time by plain autograd; places to break it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from wuming.training.clipping.rules import Automatic, PerLayer, Rule


class PlainEngine:
    """Keeps the inputs and output gradients of every layer, and repeats each layer's work for each unit alone.

    A part is (parameter name, place of use, [U, ...] gradients of all units); a tied weight has two. Broken twins
    change how parts are made or norms are taken.
    """

    def __init__(
        self,
        model: nn.Module,
        rule: Rule,
        *,
        method: str = "auto",
        memory_bytes: int | None = None,
        grid: float | None = None,
    ) -> None:
        assert grid is None
        del method, memory_bytes
        self.rule, self.bound = rule, rule.max_grad_norm
        self.parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self._name_of = {id(p): name for name, p in self.parameters.items()}
        self._modules = {
            path: module
            for path, module in model.named_modules()
            if any(p.requires_grad for p in module.parameters(recurse=False))
        }
        self._handles: list[Any] = []
        self._calls: list[list[Any]] = []
        self.sums: dict[str, Tensor] = {}
        self.reset()

    def reset(self) -> None:
        self.sums = {name: torch.zeros_like(p, dtype=torch.float32) for name, p in self.parameters.items()}
        self.largest_clipped_norm, self.within_bound, self.counted, self.not_finite = 0.0, 0, 0, 0

    def units_at_once(self, tokens_per_unit: int) -> int | None:
        return None

    def begin(self, units: int, records: int = 1, *, present: Tensor | None = None, scale: float | None = None) -> None:
        self.given, self.scale = present, 1.0 if scale is None else scale
        self.units, self.records, self._calls = units, records, []
        self._handles = [module.register_forward_hook(self._hook(path)) for path, module in self._modules.items()]
        for parameter in self.parameters.values():
            parameter.requires_grad_(False)

    def abandon(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles, self._calls = [], []
        for parameter in self.parameters.values():
            parameter.requires_grad_(True)

    @contextmanager
    def recording(
        self, units: int, records: int = 1, present: Tensor | None = None, scale: float = 1.0
    ) -> Iterator[None]:
        self.begin(units, records, present=present, scale=scale)
        try:
            yield
        except BaseException:
            self.abandon()
            raise
        self.end()

    def end(self, present: Tensor | None = None, scale: float | None = None) -> Tensor:
        calls, present, scale = self._calls, self.given if present is None else present, scale or self.scale
        self.abandon()
        parts = [(name, path, g * scale) for name, path, g in self.parts(calls)]
        present = torch.ones(self.units, dtype=torch.bool) if present is None else present
        return self.add(parts, present)

    def add(self, parts: list[tuple[str, str, Tensor]], present: Tensor) -> Tensor:
        whole = self.norms(parts, self.parameters)
        good = torch.isfinite(whole) & present
        self.not_finite += int((present & ~good).sum())
        self.counted += int(present.sum())
        self.within_bound += int((good & (whole <= self.bound)).sum())
        layers: dict[str, list[str]] = {}
        for name in self.parameters:
            layers.setdefault(name.rpartition(".")[0] if isinstance(self.rule, PerLayer) else "", []).append(name)
        clipped = torch.zeros(self.units, dtype=torch.float64)
        for names in layers.values():
            mine = [part for part in parts if part[0] in names]
            norms = self.norms(mine, names)
            factors = self.factors(norms, self.bound / math.sqrt(len(layers)))
            for name, _, gradient in mine:
                self.share(name, gradient, torch.where(good, factors, torch.zeros(())), good)
            clipped += (norms * factors) ** 2
        if bool(good.any()):
            self.largest_clipped_norm = max(self.largest_clipped_norm, float(clipped[good].max().sqrt()))
        return whole

    def norms(self, parts: list[tuple[str, str, Tensor]], names: Any) -> Tensor:
        squares = torch.zeros(self.units, dtype=torch.float64)
        for name in names:
            uses = [gradient for other, _, gradient in parts if other == name]
            if uses:
                squares += sum(uses).flatten(1).double().square().sum(1)
        return squares.sqrt()

    def factors(self, norms: Tensor, bound: float) -> Tensor:
        if isinstance(self.rule, Automatic):
            return bound / (norms + self.rule.stability)
        return (bound * (1 - 1e-6) / norms.clamp(min=1e-30)).clamp(max=1.0)

    def share(self, name: str, gradient: Tensor, factors: Tensor, good: Tensor) -> None:
        kept = torch.where(good.view(-1, *[1] * (gradient.ndim - 1)), gradient, torch.zeros(()))
        self.sums[name] += torch.einsum("u,u...->...", factors.float(), kept.float())

    def parts(self, calls: list[list[Any]]) -> list[tuple[str, str, Tensor]]:
        found = []
        for path, module, inputs, gradient in calls:
            names = [n for n, p in module.named_parameters(recurse=False) if id(p) in self._name_of]
            for own in names:
                parameter = getattr(module, own)
                rows = torch.stack([self._alone(module, parameter, inputs, gradient, u) for u in range(self.units)])
                found.append((self._name_of[id(parameter)], f"{path}.{own}", rows))
        return found

    def rows(self, tensor: Tensor, unit: int) -> Tensor:
        """Return one unit's rows of a layer's input or output gradient, which may be broadcast over the batch."""
        if len(tensor) != self.units * self.records:
            tensor = tensor.expand(self.units * self.records, *tensor.shape[1:])
        return tensor[unit * self.records : (unit + 1) * self.records]

    def _alone(self, module: nn.Module, parameter: nn.Parameter, inputs: Tensor, gradient: Tensor, u: int) -> Tensor:
        parameter.requires_grad_(True)
        with torch.enable_grad():
            output = module.forward(self.rows(inputs, u))
        (found,) = torch.autograd.grad(output, parameter, self.rows(gradient, u))
        return found

    def _hook(self, path: str) -> Any:
        def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
            if not output.requires_grad:
                output = output.requires_grad_(True)
            if output.shape[0] != self.units * self.records:
                # Position ids that the whole batch shares: give each example an output of its own.
                output = output.expand(self.units * self.records, *output.shape[1:]).clone()
            call = [path, module, inputs[0].detach(), None]
            output.register_hook(lambda gradient: self._keep(call, gradient))
            return output

        return hook

    def _keep(self, call: list[Any], gradient: Tensor) -> None:
        call[3] = gradient.detach()
        self._calls.append(call)
