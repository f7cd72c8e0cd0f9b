"""Which rounds a member has taken part in: a round that is held twice with one update gives the update away."""

from __future__ import annotations

from typing import Protocol

from wuming.core.errors import RoundRefused


class RoundRegister(Protocol):
    """Admits each round of a federation once, in rising order."""

    def begin(self, federation: str, round_number: int) -> None:
        """Write down that this round begins, before anything is sent.

        What was written must outlive the process. Of two callers with one number only one may return.

        Raises:
            RoundRefused: (`replayed-round`) this or a later round of the federation was begun before.
        """
        ...


class RoundsInMemory:
    """A register that is forgotten with its process: for simulations and tests."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def begin(self, federation: str, round_number: int) -> None:
        """See `RoundRegister.begin`."""
        last = self._last.get(federation, 0)
        if round_number <= last:
            raise replayed(round_number, last)
        self._last[federation] = round_number


def replayed(round_number: int, last: int) -> RoundRefused:
    """Return the refusal of a round that is not above the last one."""
    return RoundRefused(
        f"round {round_number} is not above the last one that was begun, {last}",
        reason="replayed-round",
        help="Begin a new round under a new number; who asks for an old one again may be after its updates.",
    )
