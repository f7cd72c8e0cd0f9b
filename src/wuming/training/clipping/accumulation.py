"""The arithmetic of one micro-batch: contributions come in, norms are taken, clipped sums go out.

Shapes: U units, K rows (tokens × records of a unit), m × n one weight.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce

import torch
from torch import Tensor

from wuming.training.clipping.contributions import Contribution, Dense, Panels, Product
from wuming.training.clipping.grid import cells, to_grid
from wuming.training.clipping.methods import CHUNK_BYTES, IN_CHUNKS, Chooser
from wuming.training.clipping.norms import ROUND_DOWN, row_squares
from wuming.training.clipping.rooms import Rooms
from wuming.training.clipping.rules import Automatic, Rule
from wuming.training.clipping.squares import GramCache, Squares, joined, squares_of_one
from wuming.training.clipping.sums import Sums

# Largest doubt, relative to the squared norm, that is simply added to it: 4·10⁻⁶ of the norm, and in groups where
# forming a unit's gradient costs more, 5·10⁻⁵.
_TRUSTED, _TRUSTED_IF_LARGE, _LARGE = 8e-6, 1e-4, 1 << 22


@dataclass
class Slot:
    """One parameter's gradients in one micro-batch: contributions as they came, or a room that holds their sum.

    `squares` are those of each contribution: taken when it comes, while it is in the processor's cache.
    """

    kinds: list[str] = field(default_factory=list)
    parts: list[Contribution] = field(default_factory=list)
    squares: list[Squares] = field(default_factory=list)
    room: Tensor | None = None
    shape: tuple[int, ...] = ()
    method: str = "unused"
    why: str = "no gradient reached it in the last pass"


@dataclass(frozen=True)
class Clipping:
    """What one micro-batch is clipped to.

    Attributes:
        rule: the rule.
        bound: C of the whole gradient.
        groups: how many groups of parameters are clipped by themselves.
        scale: factor on every gradient before it is clipped.
        grid: width of a grid cell, or None.
    """

    rule: Rule
    bound: float
    groups: int
    scale: float
    grid: float | None

    @property
    def group_bound(self) -> float:
        """The bound of one group: their squares add up to the bound's."""
        return self.bound / math.sqrt(self.groups)

    def factors(self, norms: Tensor) -> Tensor:
        """Return what each gradient is multiplied by, [U] float64: at most the bound, with rounding."""
        bound = self.group_bound * ROUND_DOWN
        if isinstance(self.rule, Automatic):
            return bound / (norms + self.rule.stability)
        return torch.clamp(bound / norms, max=1.0)

    def clip(self, squares: Tensor, present: Tensor) -> Clipped:
        """Return what becomes of gradients with these squared norms, [U] float64; present: [U] bool."""
        before = torch.nan_to_num(squares * self.scale**2, nan=math.inf, posinf=math.inf).clamp(min=0) + 0.0  # no -0
        return Clipped(before, self.factors(before.sqrt()) * present)

    def clip_one(self, square: float, *, present: bool) -> tuple[float, float]:
        """Return what becomes of one gradient, as `clip` does: `before` and its factor.

        For few gradients at a time: a dozen operations on tensors of so few numbers cost more, between two products.
        """
        before = square * self.scale**2
        before = max(before, 0.0) if before < math.inf else math.inf
        norm, bound = math.sqrt(before), self.group_bound * ROUND_DOWN
        if isinstance(self.rule, Automatic):
            factor = bound / (norm + self.rule.stability)
        else:
            factor = bound / norm if norm > bound else 1.0
        return before, factor * present


@dataclass
class Clipped:
    """What the clipping of one group gave, [U] float64.

    Attributes:
        before: squared norms, scaled; not finite: inf.
        factors: what the scaled gradients were multiplied by; 0 where they counted nothing: absent, or not finite.
        on_grid: squared norms of what was added, where that was rounded to a grid.
    """

    before: Tensor
    factors: Tensor
    on_grid: Tensor | None = None


def whole_norms(groups: Collection[Clipped], units: int) -> tuple[Tensor, Tensor]:
    """Return the norms of whole gradients, scaled, before and after clipping, [U] float64 each."""
    if not groups:
        return torch.zeros(units, dtype=torch.float64), torch.zeros(units, dtype=torch.float64)
    before, factors = torch.stack([g.before for g in groups]), torch.stack([g.factors for g in groups])
    after = torch.where(factors > 0, before * factors.square(), 0.0)
    for number, group in enumerate(groups):
        if group.on_grid is not None:
            after[number] = group.on_grid
    return before.sum(0).sqrt(), after.sum(0).sqrt()


class Accumulation:
    """Gradients of one micro-batch of U units, from their arrival to their place in the sums.

    Args:
        units: U.
        sums: added to.
        rooms: reused buffers.
        chooser: decides between ghost norms and instantiating.
    """

    def __init__(self, units: int, sums: Sums, rooms: Rooms, chooser: Chooser) -> None:
        self.slots: dict[str, Slot] = {}
        self._units, self._sums, self._rooms, self._chooser = units, sums, rooms, chooser
        self._like = sums.like
        self._cache = GramCache()

    def add(self, kind: str, name: str, part: Contribution) -> None:
        """Take what one use of a parameter adds."""
        slot = self.slots.setdefault(name, Slot())
        slot.kinds.append(kind)
        slot.parts.append(part)
        if isinstance(part, Product):
            slot.shape = (*part.left.shape, part.right.shape[2])
            choice = self._chooser.choose(*slot.shape)
            slot.method, slot.why = choice.method, choice.why
        elif not slot.shape:
            slot.shape = (self._units, self._like[name].numel())
            slot.method, slot.why = (
                ("instantiate", "a vector") if isinstance(part, Dense) else ("ghost", "rows by index")
            )
        if slot.room is not None or slot.method == "instantiate":
            self._instantiate(name, slot)
        elif slot.method != IN_CHUNKS:
            self._measure(slot)

    def finish(self, names: list[str], clipping: Clipping, present: Tensor) -> Clipped:
        """Clip one group of parameters and add it to the sums.

        Args:
            names: the group.
            clipping: to what.
            present: [U] bool; the others count nothing.
        """
        group = {name: self.slots[name] for name in names if name in self.slots}
        chunked = next((n for n, s in group.items() if s.method == IN_CHUNKS and len(s.parts) == 1), None)
        if chunked is not None:
            return self._in_chunks(group, chunked, clipping, present)
        squares = self._all_squares(group)
        settled = self._settle_doubts(group, squares, clipping, present)
        clipped = clipping.clip(squares.value + squares.doubt, present)
        weights = clipped.factors * clipping.scale
        clipped.on_grid = self._add(group, torch.where(settled, 0.0, weights), clipping)
        for unit in settled.nonzero().flatten().tolist():
            for name, slot in group.items():  # as measured: summed in another order, it would cancel otherwise
                row = self._alone(name, slot, unit)
                self._sums.add(name, partial(_add_row, row[0], float(weights[unit])))
        for slot in group.values():
            self._free(slot)
        return clipped

    def _all_squares(self, group: dict[str, Slot]) -> Squares:
        """Return the squared norms of a group."""
        found = [self._squares(name, slot) for name, slot in group.items()]
        if not found:
            return Squares.exact(torch.zeros(self._units, dtype=torch.float64))
        total = reduce(operator.add, found)
        return Squares(total.value.cpu(), total.doubt.cpu())

    def abandon(self) -> None:
        """Give all buffers back."""
        for slot in self.slots.values():
            self._free(slot)
        self._cache.clear()

    def _instantiate(self, name: str, slot: Slot) -> None:
        total = self._like[name]
        fresh = slot.room is None
        if slot.room is None:
            like = total if total.is_floating_point() else total.new_empty(0, dtype=_working_type(slot.parts[0]))
            slot.room = self._rooms.take(self._units, total.numel(), like)
        for part in slot.parts:
            part.write(slot.room, fresh=fresh)
            fresh = False
        slot.parts, slot.squares = [], []

    def _squares(self, name: str, slot: Slot) -> Squares:
        if slot.parts:
            self._measure(slot)
            found = joined(slot.parts, slot.squares)
            if found is not None:
                if len(slot.parts) > 1:
                    slot.method = "ghost with cross term"
                return found
            self._instantiate(name, slot)
            slot.method, slot.why = "instantiate", f"used {len(slot.kinds)} times"
        assert slot.room is not None
        return Squares.exact(row_squares(slot.room))

    def _measure(self, slot: Slot) -> None:
        if len(slot.parts) <= 2:  # more can only be instantiated
            for part in slot.parts[len(slot.squares) :]:
                slot.squares.append(squares_of_one(part, self._cache))

    def _settle_doubts(self, group: dict[str, Slot], found: Squares, clipping: Clipping, present: Tensor) -> Tensor:
        """Instantiate those units whose norm float32 Gram matrices leave in doubt (near total cancellation).

        What was found of them is written over.

        Returns:
            [U] bool: which.
        """
        squares, doubt = found.value, found.doubt
        size = sum(self._like[name].numel() for name in group)
        trusted = _TRUSTED_IF_LARGE if size > _LARGE else _TRUSTED
        doubtful = present & (doubt > trusted * squares) & torch.isfinite(squares + doubt)
        if not bool(doubtful.any()):
            return doubtful
        doubtful &= clipping.factors(((squares + doubt).clamp(min=0) * clipping.scale**2).sqrt()) != 1
        for unit in doubtful.nonzero().flatten().tolist():
            squares[unit] = doubt[unit] = 0.0
            for name, slot in group.items():
                squares[unit] += float(row_squares(self._alone(name, slot, unit)))
        return doubtful

    def _alone(self, name: str, slot: Slot, unit: int) -> Tensor:
        """Return one unit's gradient, [1, size]; valid until the next call."""
        if slot.room is not None:
            return slot.room[unit : unit + 1]
        room = self._rooms.take(1, self._like[name].numel(), self._like[name])
        for number, part in enumerate(slot.parts):
            part.of(slice(unit, unit + 1)).write(room, fresh=number == 0)
        self._rooms.give_back(room)  # read before anyone takes it again
        return room

    def _add(self, group: dict[str, Slot], weights: Tensor, clipping: Clipping) -> Tensor | None:
        """Add the weighted gradients to the sums; on a grid return the squared norms that they really have."""
        if clipping.grid is not None:
            return self._add_on_grid(group, weights, clipping, clipping.grid)
        for name, slot in group.items():
            self._weigh(slot.parts if slot.room is None else [Dense(slot.room)], name, weights)
        return None

    def _add_on_grid(self, group: dict[str, Slot], weights: Tensor, clipping: Clipping, grid: float) -> Tensor:
        largest, after = cells(clipping.group_bound, grid), torch.zeros_like(weights)
        rooms = [(name, slot.room) for name, slot in group.items() if slot.room is not None]
        for unit in weights.nonzero().flatten().tolist() if rooms else []:
            whole = torch.cat([room[unit].double() for _, room in rooms])
            rounded, square = to_grid(whole, float(weights[unit]), grid, largest)
            after[unit] = square * grid**2
            sizes = [room.shape[1] for _, room in rooms]
            for (name, _), piece in zip(rooms, torch.split(rounded, sizes), strict=True):
                self._sums.add(name, partial(_add_row, piece, 1))
        return after

    def _in_chunks(self, group: dict[str, Slot], chunked: str, clipping: Clipping, present: Tensor) -> Clipped:
        """Form, measure and add the gradients of some units after those of others: for a group clipped by itself."""
        (part,), total = group[chunked].parts, self._like[chunked]
        assert isinstance(part, Product)
        chunks = math.ceil(self._units / max(1, CHUNK_BYTES // (total.numel() * total.element_size())))
        many = math.ceil(self._units / chunks)
        rest = {name: slot for name, slot in group.items() if name != chunked}
        squares = [0.0] * self._units
        if rest:
            found = self._all_squares(rest)
            squares = (found.value + found.doubt).tolist()
        room, flags = self._rooms.take(many, total.numel(), total), present.tolist()
        gradients = Panels(part, room)
        before: list[float] = []
        factors: list[float] = []
        for start in range(0, self._units, many):
            units = range(start, min(start + many, self._units))
            for unit, square in zip(units, gradients.form(units), strict=True):
                scaled, factor = clipping.clip_one(square + squares[unit], present=flags[unit])
                before.append(scaled)
                factors.append(factor)
            rows, weights = room[: len(units)], [factor * clipping.scale for factor in factors[start:]]
            if not all(weights):
                rows, weights = rows[[w != 0 for w in weights]], [w for w in weights if w != 0]
            each = torch.tensor(weights, dtype=total.dtype, device=total.device)
            self._sums.add(chunked, partial(Dense(rows).add_weighted, each, self._rooms))
        self._rooms.give_back(room)
        clipped = Clipped(torch.tensor(before, dtype=torch.float64), torch.tensor(factors, dtype=torch.float64))
        if rest:
            self._add(rest, clipped.factors * clipping.scale, clipping)
        for slot in group.values():
            self._free(slot)
        return clipped

    def _weigh(self, parts: Sequence[Contribution], name: str, weights: Tensor) -> None:
        """Add the weighted gradients; a weight of 0 leaves a unit out, whatever its gradient is: 0·NaN is NaN."""
        if not bool(weights.all()):
            some = weights.nonzero().flatten()
            parts, weights = [part.of(some) for part in parts], weights[some]
        for part in parts:
            self._sums.add(name, partial(part.add_weighted, weights.to(self._like[name].device), self._rooms))

    def _free(self, slot: Slot) -> None:
        if slot.room is not None:
            self._rooms.give_back(slot.room)
        slot.parts, slot.squares, slot.room = [], [], None


def _add_row(row: Tensor, factor: float, total: Tensor, fresh: bool) -> None:
    torch.mul(row, factor, out=total) if fresh else total.add_(row, alpha=factor)


def _working_type(part: Contribution) -> torch.dtype:
    tensor = part.left if isinstance(part, Product) else part.rows  # type: ignore[attr-defined]
    return torch.float64 if tensor.dtype == torch.float64 else torch.float32
