"""A budget in memory for a federation whose rounds all cost the same and were fixed before the first."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field, replace

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import (
    Composed,
    EpsilonDelta,
    Event,
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    Skellam,
)
from wuming.core.errors import BudgetExceeded, UnsupportedEvent
from wuming.core.reservations import Share

_epsilon = functools.cache(epsilon)  # a simulation holds many accounts for one schedule


@dataclass
class ScheduledBudget:
    """Admits rounds of one schedule while their ε, composed as one event, stays within the cap.

    Unlike the ledger's accounts it composes by privacy loss distributions, which is tighter and valid only because all
    rounds are alike and fixed in advance; it refuses a round of another kind. It holds while its process lives.

    Args:
        cap: ε for all rounds together, > 0.
        delta: of the cap.
    """

    cap: float
    delta: float
    _event: Event | None = field(default=None, init=False)
    _held: set[str] = field(default_factory=set, init=False)
    _good: int = field(default=0, init=False)
    _bad: int = field(default=1 << 31, init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    @property
    def rounds(self) -> int:
        """How many rounds count: reserved or committed."""
        return len(self._held)

    def reserve(self, event: Event, *, schedule: str) -> Share:
        """Reserve one round.

        Raises:
            BudgetExceeded: it does not fit; nothing was reserved.
            UnsupportedEvent: an event of another kind than a round, or than the rounds before.
        """
        with self._lock:
            if self._event is None:
                many(event, 1)
                self._event = event
            if event != self._event:
                raise UnsupportedEvent(
                    "a round of another kind than those before", help="Use an account of the ledger for such a mix."
                )
            if schedule not in self._held:
                if not self._affords(event, len(self._held) + 1):
                    raise BudgetExceeded(
                        f"round {len(self._held) + 1} would exceed epsilon={self.cap:.4g} at delta={self.delta:g}",
                        help="Plan fewer rounds, or more noise.",
                    )
                self._held.add(schedule)
        return Share(functools.partial(self.give_back, schedule))

    def give_back(self, schedule: str) -> None:
        """Take off a round of which nothing was drawn."""
        with self._lock:
            self._held.discard(schedule)

    def _affords(self, event: Event, rounds: int) -> bool:
        while self._good < rounds < self._bad:
            # Look ahead, so that many rounds need few compositions.
            asked = rounds if self._bad < 1 << 31 else max(rounds, 2 * self._good)
            if _epsilon(many(event, asked), self.delta) <= self.cap:
                self._good = asked
            else:
                self._bad = asked
        return rounds <= self._good


@dataclass
class ReservedRounds:
    """Admits so many rounds of one event, which an account of the ledger has reserved whole before the first.

    Args:
        event: of one round.
        rounds: reserved ones.
    """

    event: Event
    rounds: int
    _held: set[str] = field(default_factory=set, init=False)

    def reserve(self, event: Event, *, schedule: str) -> Share:
        """Take one round.

        Raises:
            UnsupportedEvent: another event than was reserved.
            BudgetExceeded: all rounds are taken.
        """
        if event != self.event:
            raise UnsupportedEvent(
                "a round of another kind than was reserved", help="Hold the federation that was planned."
            )
        if schedule not in self._held and len(self._held) >= self.rounds:
            raise BudgetExceeded(f"all {self.rounds} reserved rounds are taken", help="Plan a new federation.")
        self._held.add(schedule)
        return Share(functools.partial(self._held.discard, schedule))


def many(event: Event, rounds: int) -> Event:
    """Return so many rounds of an event as one.

    Raises:
        UnsupportedEvent: for an event that is no round.
    """
    match event:
        case Composed(events=events):
            return Composed(tuple(many(part, rounds) for part in events))
        case EpsilonDelta(epsilon=0, delta=delta):
            return EpsilonDelta(0.0, min(0.5, delta * rounds))
        case PoissonSampledGaussian(steps=steps) | Skellam(steps=steps):
            return replace(event, steps=steps * rounds)
        case FixedParticipationGaussian(participations=times):
            return replace(event, participations=times * rounds)
    raise UnsupportedEvent(f"{type(event).__name__} is no event of a round", help="Use the plan's own events.")
