"""A share of a budget in memory: given back once, and only where its event has not happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Share:
    """A `Reservation` (see `wuming.core.ports`).

    Args:
        give_back: takes the share off the budget.
    """

    give_back: Callable[[], object]
    _open: bool = True

    def commit(self) -> None:
        """Say that the event has happened."""
        self._open = False

    def release(self) -> None:
        """Give the share back, unless the event has happened."""
        if self._open:
            self._open = False
            self.give_back()
