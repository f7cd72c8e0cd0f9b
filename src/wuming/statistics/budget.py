"""Budgets in memory: for those who use the library without a ledger, and for the parts of a divided table.

Both hold while their process lives; the ledger's accounts hold for good.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from wuming.accounting.accountant import approximate_rdp
from wuming.accounting.events import Composed, DiscreteLaplace, EpsilonDelta, Event
from wuming.accounting.filter import ORDERS, RenyiFilter
from wuming.core.errors import BudgetExceeded, UnsupportedEvent
from wuming.core.ports import Price, Reservation
from wuming.core.reservations import Share

_Spending = TypeVar("_Spending")


@dataclass
class MemoryBudget:
    """An account in memory, guarded by the same Rényi filter as those of the ledger.

    Args:
        epsilon: cap for everything together, > 0.
        delta: of the cap, in (0, 1); half of it is set aside for keys that are found privately.

    Raises:
        PrivacyParameterError: ε or δ out of range.
    """

    epsilon: float
    delta: float
    _shares: _Shares[_Curve] = field(default_factory=lambda: _Shares(), init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the cap."""
        self._filter = RenyiFilter(self.epsilon, self.delta, self.delta / 2)

    def price(self, event: Event) -> Price:
        """Return what the event would do; nothing is reserved."""
        return self._price(_curve_of(event))

    def reserve(self, event: Event, *, schedule: str) -> Reservation:  # noqa: ARG002 - nothing is replayed here
        """Reserve one event whole.

        Raises:
            BudgetExceeded: the filter does not admit it; nothing was reserved.
        """
        return self._shares.reserve(_curve_of(event), self._price)

    def _price(self, more: _Curve) -> Price:
        spent = self._shares.spent()
        return Price(self._charge(spent), self._charge([*spent, more]), self.epsilon)

    def _charge(self, curves: Sequence[_Curve]) -> float:
        total = tuple(
            math.fsum(column) for column in zip((0.0,) * len(ORDERS), *(one.rdp for one in curves), strict=True)
        )
        return self._filter.charge(total, math.fsum(one.failure for one in curves))


@dataclass(frozen=True)
class _Curve:
    rdp: tuple[float, ...]
    failure: float


def _curve_of(event: Event) -> _Curve:
    rdp, failure = approximate_rdp(event)
    return _Curve(tuple(rdp), failure)


@dataclass
class PureBudget:
    """The ε of one part of a divided table: pure events add up, in whatever order they are chosen.

    Args:
        epsilon: for everything that is asked about the part.
    """

    epsilon: float
    _shares: _Shares[float] = field(default_factory=lambda: _Shares(), init=False, repr=False)

    def price(self, event: Event) -> Price:
        """Return what the event would do; nothing is reserved.

        Raises:
            UnsupportedEvent: for an event that is not pure.
        """
        return self._price(pure_epsilon(event))

    def reserve(self, event: Event, *, schedule: str) -> Reservation:  # noqa: ARG002 - nothing is replayed here
        """Reserve one event whole.

        Raises:
            BudgetExceeded: it does not fit; nothing was reserved.
            UnsupportedEvent: for an event that is not pure.
        """
        return self._shares.reserve(pure_epsilon(event), self._price)

    def _price(self, more: float) -> Price:
        spent = math.fsum(self._shares.spent())
        return Price(spent, spent + more, self.epsilon * (1 + 1e-12))


class _Shares(Generic[_Spending]):
    """What counts: reserved and not given back. One at a time is priced and taken in."""

    def __init__(self) -> None:
        self._held: dict[int, _Spending] = {}
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    def spent(self) -> list[_Spending]:
        """Return all that counts."""
        with self._lock:
            return list(self._held.values())

    def reserve(self, more: _Spending, price: Callable[[_Spending], Price]) -> Reservation:
        """Take one more in, if its price fits."""
        with self._lock:
            found = price(more)
            if not found.fits:
                raise exceeded(found)
            number = next(self._numbers)
            self._held[number] = more
        return Share(partial(self.give_back, number))

    def give_back(self, number: int) -> None:
        """Take one off, of which nothing was drawn."""
        with self._lock:
            self._held.pop(number, None)


def pure_epsilon(event: Event) -> float:
    """Return the ε of an event that is ε-DP with δ = 0.

    Raises:
        UnsupportedEvent: for one that is not.
    """
    match event:
        case DiscreteLaplace(scale=scale, sensitivity=sensitivity):
            return sensitivity / scale
        case EpsilonDelta(epsilon=epsilon, delta=0):
            return epsilon
        case Composed(events=events):
            return math.fsum(map(pure_epsilon, events))
    raise UnsupportedEvent(
        "parts of a divided table are asked with pure epsilon alone",
        help="Use Laplace noise and public keys there.",
    )


def exceeded(price: Price) -> BudgetExceeded:
    """Return the refusal; it names nothing but the account's own public figures."""
    if math.isinf(price.after):
        return BudgetExceeded(
            "the failure probabilities would exceed the part of delta that is set aside for them",
            help="Use a smaller delta, or public keys, which need none.",
        )
    return BudgetExceeded(
        f"the answer would bring the charge from epsilon={price.before:.4g} to {price.after:.4g}, over the cap "
        f"{price.cap:.4g}",
        help="Ask with a smaller epsilon, or ask less.",
    )
