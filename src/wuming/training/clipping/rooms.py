"""Buffers that are used again: fresh memory costs more than the product that fills it (page faults)."""

from __future__ import annotations

from torch import Tensor


class Rooms:
    """Lends buffers and takes them back."""

    def __init__(self) -> None:
        self._free: list[Tensor] = []
        self._scratch: Tensor | None = None

    def scratch(self, like: Tensor) -> Tensor:
        """Return room of the shape of `like`; valid until the next call."""
        room = self._scratch
        if room is None or room.numel() < like.numel() or (room.dtype, room.device) != (like.dtype, like.device):
            room = self._scratch = like.new_empty(like.numel())
        return room[: like.numel()].view(like.shape)

    def take(self, units: int, size: int, like: Tensor) -> Tensor:
        """Return room for [units, size], of the type and device of `like`, filled with anything."""
        number = units * size
        for room in sorted(self._free, key=Tensor.numel):
            if room.numel() >= number and (room.dtype, room.device) == (like.dtype, like.device):
                self._free = [other for other in self._free if other is not room]
                return room[:number].view(units, size)
        if self._free:
            self._free.pop()  # too small for what is done here; otherwise outgrown buffers would pile up
        return like.new_empty(number).view(units, size)

    def clear(self) -> None:
        """Let go of all that lies free: between passes activations need the memory, and what stays would split it."""
        self._free, self._scratch = [], None

    def give_back(self, room: Tensor) -> None:
        """Take a room back; nobody may use it any more."""
        self._free.append(room._base.view(-1) if room._base is not None else room.view(-1))
