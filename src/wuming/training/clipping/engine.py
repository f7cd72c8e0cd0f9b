"""Gradients of whole units in one backward pass, clipped once a unit, added up over a logical batch.

Shapes: U units, R records of each, K rows (tokens × records of a unit), m × n one weight.

Book-keeping (Bu et al. 2023, "Differentially private optimization on large model at small cost"): the backward pass
computes no ordinary weight gradients. For each use of a layer its inputs and output gradients are caught; from them
come the norm of each unit's gradient and, with the clipping factors, the clipped sum as one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training.clipping.accumulation import Accumulation, Clipped, Clipping, whole_norms
from wuming.training.clipping.coverage import cover, groups_of, refuse_coupling
from wuming.training.clipping.grid import cells
from wuming.training.clipping.layers.base import Gradients, Layer
from wuming.training.clipping.methods import Chooser, LayerMethod, Method, units_at_once
from wuming.training.clipping.recorder import Recorder
from wuming.training.clipping.rooms import Rooms
from wuming.training.clipping.rules import PerLayer, Rule
from wuming.training.clipping.sums import Sums


class ClippedGradients:
    """Clips each unit's gradient and sums over units.

    Formal guarantee: adding or removing one unit changes `sums` by at most `bound` in L2 (in the norm of the whole
    gradient), for every input, also where gradients are not finite, as long as each example's loss depends on that
    example alone (`separation.py` tries that). Norms err by less than the factor 1 - 4·10⁻⁶ on the bound makes up for.
    Outside the bound is only the rounding of the sum itself (about 10⁻⁷ of it), unless `grid` is set: then sums are
    exact integers and the sensitivity is exact.

    While recording, parameters do not require grad, so that ordinary weight gradients are not computed. The loss must
    be summed over examples, not averaged.

    Args:
        model: its trainable parameters are covered; modules are looked up now and must stay.
        rule: the clipping rule.
        method: `auto` chooses by counted time and memory; the others force it where it is possible.
        memory_bytes: what kept gradients of units may take, beside those that take no more than the inputs and output
            gradients that they replace; None: one copy of the trainable parameters, at least 64 MiB.
        grid: width of a grid cell; `sums` are then int64 in cells. Everything is instantiated.

    Attributes:
        parameters: trainable parameters by name, in the model's order, each tensor once.
        bound: C; the rule's at first, settable.
        largest_clipped_norm: largest norm after clipping since `reset`; private.
        within_bound: number of present units whose norm was at most `bound` since `reset`; private.
        counted: number of present units since `reset`; private.
        not_finite: number of present units whose gradient was not finite; they contributed nothing there; private.

    Raises:
        SelfCheckFailed: where a layer couples examples or has no per-unit gradient, with its path and the reason.
    """

    def __init__(
        self,
        model: nn.Module,
        rule: Rule,
        *,
        method: Method = "auto",
        memory_bytes: int | None = None,
        grid: float | None = None,
    ) -> None:
        self.parameters: dict[str, nn.Parameter] = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self.bound = rule.max_grad_norm
        self._model, self._rule, self._method, self._grid = model, rule, method, grid
        self._layers = cover(model, self.parameters)
        self._groups = groups_of(self._layers, list(self.parameters), by_layer=isinstance(rule, PerLayer))
        self._group_of = {name: number for number, (names, _) in enumerate(self._groups) for name in names}
        own = sum(4 * p.numel() for p in self.parameters.values())
        self._memory = max(own, 1 << 26) if memory_bytes is None else memory_bytes
        self._sums = Sums()
        if grid is not None:
            cells(self.bound, grid)
        self._rooms, self._recorder = Rooms(), Recorder(self._layers, self._on_use)
        self._open: _Pass | None = None
        self._last: Accumulation | None = None
        self._recomputed: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Zero the sums and the counters: before each logical batch."""
        self._sums.reset((name, p, self._sum_type(p)) for name, p in self.parameters.items())
        self.largest_clipped_norm = 0.0
        self.within_bound = self.counted = self.not_finite = 0

    @property
    def sums(self) -> dict[str, Tensor]:
        """Clipped gradients summed over all units since `reset`."""
        return self._sums.whole()

    def begin(self, units: int, records: int = 1, *, present: Tensor | None = None, scale: float | None = None) -> None:
        """Put hooks on. The next forward pass must run over units·records examples, unit by unit, in front.

        Args:
            units: U ≥ 0.
            records: R ≥ 1.
            present, scale: as of `end`, given early: then per-layer clipping needs no memory for what it has clipped.
        """
        if self._open is not None:
            raise SelfCheckFailed("begin was called twice", help="Call end or abandon before the next begin.")
        if units < 0 or records < 1:
            raise PrivacyParameterError(f"units={units}, records={records}: at least 0 and 1")
        refuse_coupling(self._model)
        by_layer = isinstance(self._rule, PerLayer)
        early = by_layer and (present is not None or scale is not None)
        chooser = Chooser(self._method, self._memory, by_itself=early, exact=self._grid is not None)
        self._open = _Pass(
            units,
            Accumulation(units, self._sums, self._rooms, chooser),
            present=_presence(present, units),
            scale=1.0 if scale is None else scale,
            early=early,
            versions={name: tensor._version for name, tensor in _released(self._model)},
        )
        self._recorder.start(units * records)
        for parameter in self.parameters.values():
            parameter.requires_grad_(False)

    @torch.no_grad()
    def end(self, present: Tensor | None = None, scale: float | None = None) -> Tensor:
        """Clip what the backward pass brought and add it to the sums.

        Args:
            present: [U] bool; absent units (padding) count nothing. None: as given to `begin`, else all.
            scale: factor on every gradient before clipping, such as 1/R. None: as given to `begin`, else 1.

        Returns:
            [U] float64 norms before clipping, of scale · gradient; inf where not finite. Private.
        """
        run = self._open
        if run is None:
            raise SelfCheckFailed("end was called without begin", help="Call begin before the forward pass.")
        if not run.early:
            run.present = run.present if present is None else _presence(present, run.units)
            run.scale = run.scale if scale is None else scale
        elif (present is not None and not torch.equal(present.cpu(), run.present)) or scale not in (None, run.scale):
            self.abandon()
            raise SelfCheckFailed("end was given another present or scale than begin", help="Give them to begin alone.")
        try:
            for number in range(len(self._groups)):
                self._finish(number)
            changed = [name for name, b in _released(self._model) if run.versions.get(name, b._version) != b._version]
            if changed:
                raise SelfCheckFailed(
                    f"the forward pass changed {changed[0]}: private data would leave in it without noise",
                    help="Freeze such statistics (eval mode), or use a layer without them.",
                )
        finally:
            self.abandon()
            self._last, self._recomputed = run.accumulation, self._recorder.recomputed
        return self._count(run)

    def abandon(self) -> None:
        """Take hooks off and drop what was caught, also after an exception. The sums stay as they are."""
        self._recorder.stop()
        if self._open is None:
            return
        self._open.accumulation.abandon()
        self._rooms.clear()
        self._open = None
        for parameter in self.parameters.values():
            parameter.requires_grad_(True)

    @contextmanager
    def recording(
        self, units: int, records: int = 1, present: Tensor | None = None, scale: float = 1.0
    ) -> Iterator[None]:
        """`begin` and `end` around a forward and a backward pass; see there."""
        self.begin(units, records, present=present, scale=scale)
        try:
            yield
        except BaseException:
            self.abandon()
            raise
        self.end()

    def units_at_once(self, tokens_per_unit: int) -> int | None:
        """Return the largest number of units in one pass with which the fastest methods fit `memory_bytes`.

        Args:
            tokens_per_unit: rows of a unit in a layer (tokens × records).

        Returns:
            None: any number.
        """
        if self._method != "auto" or self._grid is not None or isinstance(self._rule, PerLayer):
            return None
        return units_at_once(self._weights(), tokens_per_unit, self._memory)

    def methods(self) -> list[LayerMethod]:
        """Return how each parameter was clipped in the last pass."""
        kinds = {name: layer.kind for layer in self._layers for name in layer.names.values()}
        paths = {name: layer.path for layer in self._layers for name in layer.names.values()}
        slots = self._last.slots if self._last is not None else {}
        found = []
        for name in self.parameters:
            slot = slots.get(name)
            if slot is None:
                found.append(
                    LayerMethod(name, kinds[name], tuple(self.parameters[name].shape), "unused", "no gradient yet")
                )
                continue
            again = "; inputs recomputed by gradient checkpointing" if paths[name] in self._recomputed else ""
            found.append(LayerMethod(name, " + ".join(slot.kinds), slot.shape, slot.method, slot.why + again))
        return found

    def _on_use(self, layer: Layer, kept: tuple[Tensor, ...], gradients: Gradients) -> None:
        run = self._open
        if run is None:
            return
        for name, part in layer.contributions(kept, gradients, run.units):
            if self._group_of[name] in run.complete:
                raise SelfCheckFailed(
                    f"parameter {name} was used again after its group had been clipped",
                    help="Use checkpointing with use_reentrant=False for modules that are used more than once.",
                )
            run.accumulation.add(layer.kind, name, part)
        run.arrived[layer.path] = run.arrived.get(layer.path, 0) + 1
        if run.early:
            number = self._group_of[next(iter(layer.names.values()))]
            names, paths = self._groups[number]
            if all(run.arrived.get(path, 0) >= self._recorder.uses[path] for path in paths):
                run.complete.add(number)
                if any(self.parameters[name].dim() > 1 for name in names):
                    self._finish(number)  # vectors wait for the end: they take no room worth naming

    def _finish(self, number: int) -> None:
        run = self._open
        assert run is not None
        if number not in run.finished:
            clipping = Clipping(self._rule, self.bound, len(self._groups), run.scale, self._grid)
            run.finished[number] = run.accumulation.finish(self._groups[number][0], clipping, run.present)

    def _count(self, run: _Pass) -> Tensor:
        norms, clipped = whole_norms(run.finished.values(), run.units)
        self.largest_clipped_norm = max(self.largest_clipped_norm, float(clipped.max()) if run.units else 0.0)
        self.within_bound += int(((norms <= self.bound) & run.present).sum())
        self.not_finite += int((~torch.isfinite(norms) & run.present).sum())
        self.counted += int(run.present.sum())
        return norms

    def _weights(self) -> list[tuple[int, int]]:
        shapes = [p.shape for p in self.parameters.values()]
        return [(shape[0], shape[1:].numel()) for shape in shapes if len(shape) > 1]

    def _sum_type(self, parameter: Tensor) -> torch.dtype:
        if self._grid is not None:
            return torch.int64
        return torch.float64 if parameter.dtype == torch.float64 else torch.float32


@dataclass
class _Pass:
    """One micro-batch between begin and end."""

    units: int
    accumulation: Accumulation
    present: Tensor
    scale: float
    early: bool
    versions: dict[str, int]
    arrived: dict[str, int] = field(default_factory=dict)
    complete: set[int] = field(default_factory=set)
    finished: dict[int, Clipped] = field(default_factory=dict)


def _presence(present: Tensor | None, units: int) -> Tensor:
    if present is None:
        return torch.ones(units, dtype=torch.bool)
    if present.shape != (units,) or present.dtype != torch.bool:
        raise PrivacyParameterError(
            f"present has shape {tuple(present.shape)}, {present.dtype}; expected [{units}] bool"
        )
    return present.cpu()


def _released(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield parameters and the buffers that are stored with the model."""
    yield from model.named_parameters()
    for path, module in model.named_modules():
        for name, buffer in module.named_buffers(recurse=False):
            if name not in module._non_persistent_buffers_set:
                yield (f"{path}.{name}" if path else name), buffer
