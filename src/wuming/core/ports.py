"""What techniques need from above, as protocols, so that none of them knows the ledger or a sibling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from wuming.core.evidence import Evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Span(NamedTuple):
    """A stretch of personal data in a text: `text[start:end]`, of entity type `kind`, with a score in (0, 1].

    `recognizer` names what found it, where that is known.
    """

    start: int
    end: int
    kind: str
    score: float = 1.0
    recognizer: str = ""


@runtime_checkable
class PersonalDataDetector(Protocol):
    """Finds personal data in text."""

    def find(self, text: str) -> Sequence[Span]:
        """Return spans in order, within bounds, that do not overlap."""
        ...


@runtime_checkable
class EvidenceSink(Protocol):
    """Takes evidence; what it has taken cannot be changed."""

    def record(self, evidence: Evidence) -> None:
        """Store one piece of evidence."""
        ...


class Reservation(Protocol):
    """A share of a budget set aside for one event."""

    def commit(self) -> None:
        """Say that the event has happened."""
        ...

    def release(self) -> None:
        """Give the share back: only when nothing was drawn from the data."""
        ...


class Budget(Protocol):
    """Admits privacy-spending events, or refuses them."""

    def reserve(self, event: Any, *, schedule: str) -> Reservation:
        """Reserve one event whole.

        Args:
            event: a value from `wuming.accounting.events`.
            schedule: digest that names the event with its data and plan; the same again is the same noise, and free.

        Raises:
            BudgetExceeded: when the account cannot bear it; nothing was reserved.
        """
        ...


@dataclass(frozen=True, slots=True)
class Price:
    """What an event would do to an account. All ε are at the account's δ.

    Attributes:
        before: the account's charge now.
        after: its charge with the event; infinite where the account cannot bear such an event at all.
        cap: what the charge may not exceed.
    """

    before: float
    after: float
    cap: float

    @property
    def fits(self) -> bool:
        """Whether the account can bear the event now."""
        return self.after <= self.cap


class PricedBudget(Budget, Protocol):
    """A budget that says what an event would cost before it is reserved."""

    def price(self, event: Any) -> Price:
        """Return what the event would do; nothing is reserved."""
        ...


class LocalTrainer(Protocol):
    """One party's training on data that stay with it, as a federation needs it: weights in, one vector out."""

    @property
    def record_bound(self) -> float | None:
        """L2 bound of what adding or removing one record does to `contribution`; None: there is none."""
        ...

    @property
    def sampling_probability(self) -> float:
        """Chance of a record to be in `contribution`, by a secret Poisson coin of its own; 1: all are."""
        ...

    def contribution(self, weights: NDArray[np.float64], round_number: int) -> NDArray[np.float64]:
        """Return this party's part of a round's sum, without noise.

        Args:
            weights: [d], the common model's parameters, one after another.
            round_number: ≥ 1. The same number and weights give the same vector.

        Returns:
            [d], the direction to move in. Where a record is the unit of privacy: minus the sum of the clipped gradients
            of the records that were drawn. Where a client is the unit: by how much its weights moved.
        """
        ...


class Progress(Protocol):
    """Shows how far long work has come. Labels hold no personal value."""

    def start(self, label: str, total: int | None = None) -> None:
        """Begin a piece of work with `total` units (None: unknown)."""
        ...

    def advance(self, label: str, done: int) -> None:
        """Say that `done` units of the work `label` are finished."""
        ...

    def finish(self, label: str, note: str = "") -> None:
        """End a piece of work."""
        ...


class NoProgress:
    """A `Progress` that shows nothing."""

    def start(self, label: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, label: str, done: int) -> None:
        """Do nothing."""

    def finish(self, label: str, note: str = "") -> None:
        """Do nothing."""
