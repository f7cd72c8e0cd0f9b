"""Budgets in memory: for those who use the library without a ledger, and for the parts of a divided table.

Both hold while their process lives; the ledger's accounts hold for good.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field

from wuming.accounting.accountant import approximate_rdp
from wuming.accounting.events import Composed, DiscreteLaplace, EpsilonDelta, Event
from wuming.accounting.filter import ORDERS, RenyiFilter, add_curves
from wuming.core.errors import BudgetExceeded, UnsupportedEvent
from wuming.core.ports import Price


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
    _curve: tuple[float, ...] = field(default=(0.0,) * len(ORDERS), init=False, repr=False)
    _failure: float = field(default=0.0, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the cap."""
        self._filter = RenyiFilter(self.epsilon, self.delta, self.delta / 2)

    def price(self, event: Event) -> Price:
        """Return what the event would do; nothing is reserved."""
        curve, failure = approximate_rdp(event)
        after = self._filter.charge(add_curves(self._curve, curve), self._failure + failure)
        return Price(self._filter.charge(self._curve, self._failure), after, self.epsilon)

    def reserve(self, event: Event, *, schedule: str) -> _MemoryShare:  # noqa: ARG002 - nothing is ever replayed here
        """Reserve one event whole.

        Raises:
            BudgetExceeded: the filter does not admit it; nothing was reserved.
        """
        curve, failure = approximate_rdp(event)
        with self._lock:
            price = self.price(event)
            if not price.fits:
                raise exceeded(price)
            self._curve = add_curves(self._curve, curve)
            self._failure += failure
        return _MemoryShare(self, tuple(curve), failure)

    def give_back(self, curve: tuple[float, ...], failure: float) -> None:
        """Take an event off the account, of which nothing was drawn."""
        with self._lock:
            self._curve = tuple(max(0.0, a - b) for a, b in zip(self._curve, curve, strict=True))
            self._failure = max(0.0, self._failure - failure)


@dataclass
class _MemoryShare:
    budget: MemoryBudget
    curve: tuple[float, ...]
    failure: float
    open: bool = True

    def commit(self) -> None:
        """Say that the event has happened."""
        self.open = False

    def release(self) -> None:
        """Give the share back."""
        if self.open:
            self.open = False
            self.budget.give_back(self.curve, self.failure)


@dataclass
class PureBudget:
    """The ε of one part of a divided table: pure events add up, in whatever order they are chosen.

    Args:
        epsilon: for everything that is asked about the part.
    """

    epsilon: float
    _spent: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def price(self, event: Event) -> Price:
        """Return what the event would do; nothing is reserved.

        Raises:
            UnsupportedEvent: for an event that is not pure.
        """
        return Price(self._spent, self._spent + pure_epsilon(event), self.epsilon * (1 + 1e-12))

    def reserve(self, event: Event, *, schedule: str) -> _PureShare:  # noqa: ARG002
        """Reserve one event whole.

        Raises:
            BudgetExceeded: it does not fit; nothing was reserved.
            UnsupportedEvent: for an event that is not pure.
        """
        with self._lock:
            price = self.price(event)
            if not price.fits:
                raise exceeded(price)
            self._spent = price.after
        return _PureShare(self, pure_epsilon(event))

    def give_back(self, epsilon: float) -> None:
        """Take an event off, of which nothing was drawn."""
        with self._lock:
            self._spent = max(0.0, self._spent - epsilon)


@dataclass
class _PureShare:
    budget: PureBudget
    epsilon: float
    open: bool = True

    def commit(self) -> None:
        """Say that the event has happened."""
        self.open = False

    def release(self) -> None:
        """Give the share back."""
        if self.open:
            self.open = False
            self.budget.give_back(self.epsilon)


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
            help="Give public keys, which need no delta.",
        )
    return BudgetExceeded(
        f"the answer would bring the charge from epsilon={price.before:.4g} to {price.after:.4g}, over the cap "
        f"{price.cap:.4g}",
        help="Ask with a smaller epsilon, or ask less.",
    )
