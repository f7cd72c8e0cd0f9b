"""Neighbouring relations, and which event is accounted for under which. What is not listed is refused."""

from __future__ import annotations

from typing import Any, Final, Literal

from wuming.accounting.events import (
    Composed,
    DiscreteLaplace,
    EpsilonDelta,
    Event,
    FixedParticipationGaussian,
    Gaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    RepeatAndSelect,
    Skellam,
    TruncatedPoissonSampledGaussian,
)
from wuming.core.errors import UnsupportedEvent

Relation = Literal["add-or-remove-one", "replace-one"]
ADD_OR_REMOVE: Final = "add-or-remove-one"
REPLACE: Final = "replace-one"
RELATIONS: Final = (ADD_OR_REMOVE, REPLACE)

_BOTH = (
    Gaussian,
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    TruncatedPoissonSampledGaussian,
    DiscreteLaplace,
    Skellam,
    EpsilonDelta,
)
_ADD_OR_REMOVE_ONLY = (PoissonSampledRecords, RandomAllocationGaussian)


def check_relation(relation: str) -> None:
    """Refuse a neighbouring relation that the accountant does not know.

    Raises:
        UnsupportedEvent: for anything but `add-or-remove-one` and `replace-one`.
    """
    if relation not in RELATIONS:
        raise UnsupportedEvent(
            f"neighbouring relation {relation!r} is not supported",
            help=f"Use {' or '.join(RELATIONS)}; figures of one do not carry over to the other.",
        )


def check_event(event: Any) -> None:
    """Refuse a value that is no known event, without touching anything.

    Raises:
        UnsupportedEvent: nothing unknown is approximated.
    """
    if type(event) not in (*_BOTH, *_ADD_OR_REMOVE_ONLY, RepeatAndSelect, Composed):
        raise UnsupportedEvent(
            f"no accountant supports a {type(event).__name__}", help="Use the events of wuming.accounting.events."
        )


def check_supported(event: Event, relation: str) -> None:
    """Refuse an event for which no bound under this relation is proven.

    Raises:
        UnsupportedEvent: for an unknown event or relation, or a pair without a bound.
    """
    check_relation(relation)
    check_event(event)
    if isinstance(event, Composed):
        for part in event.events:
            check_supported(part, relation)
    elif isinstance(event, RepeatAndSelect):
        check_supported(event.event, relation)
    elif relation == REPLACE and isinstance(event, _ADD_OR_REMOVE_ONLY):
        raise UnsupportedEvent(
            f"no bound for {type(event).__name__} under {relation!r} is known here",
            help=f"Use the relation {ADD_OR_REMOVE!r}, or sampler poisson over units.",
        )
