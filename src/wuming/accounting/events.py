"""Events: values that say which privacy-spending mechanism was run. They hold claims only, no arithmetic.

Every event is stated per unit of privacy whose contribution has L2 norm at most 1 after division by the clipping bound,
so noise multipliers have no unit. The vocabulary follows that of Google's dp_accounting library.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wuming.core.errors import PrivacyParameterError, UnsupportedEvent

_LARGEST_NESTING = 32


@dataclass(frozen=True, slots=True)
class Gaussian:
    """One sum over all units, with Gaussian noise.

    Attributes:
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution; > 0.
    """

    noise_multiplier: float

    def __post_init__(self) -> None:
        _positive("noise_multiplier", self.noise_multiplier)

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {"kind": "gaussian", "noise_multiplier": float(self.noise_multiplier)}


@dataclass(frozen=True, slots=True)
class PoissonSampledGaussian:
    """Steps of a Gaussian sum, each over a sample that every unit enters by an independent coin of its own.

    Attributes:
        sampling_probability: chance of one unit to enter one step; in (0, 1].
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution; > 0.
        steps: number of steps, fixed in advance; ≥ 1.
    """

    sampling_probability: float
    noise_multiplier: float
    steps: int

    def __post_init__(self) -> None:
        _positive("sampling_probability", self.sampling_probability)
        if self.sampling_probability > 1:
            raise PrivacyParameterError(
                f"sampling_probability={self.sampling_probability} is above 1",
                help="Give the chance of one unit to be in one step, not the number of units.",
            )
        _positive("noise_multiplier", self.noise_multiplier)
        if isinstance(self.steps, bool) or not isinstance(self.steps, int) or self.steps < 1:
            raise PrivacyParameterError(
                f"steps={self.steps!r} is no whole number ≥ 1", help="Give the number of steps."
            )

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {
            "kind": "poisson-sampled-gaussian",
            "sampling_probability": float(self.sampling_probability),
            "noise_multiplier": float(self.noise_multiplier),
            "steps": self.steps,
        }


@dataclass(frozen=True, slots=True)
class Composed:
    """Events over the same units that were all fixed before the first of them was run.

    Attributes:
        events: at least one. What is chosen after seeing earlier results belongs to the account's filter instead.
    """

    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.events, tuple) or not self.events:
            raise PrivacyParameterError(
                f"events is no tuple of at least one event, it is a {type(self.events).__name__}",
                help="Give the composed events as a tuple.",
            )
        for event in self.events:
            if not isinstance(event, Gaussian | PoissonSampledGaussian | Composed):
                raise UnsupportedEvent(
                    f"Composed cannot hold a {type(event).__name__}", help="Use the events of wuming.accounting.events."
                )

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {"kind": "composed", "events": [event.as_json() for event in self.events]}


Event = Gaussian | PoissonSampledGaussian | Composed

_FIELDS: dict[str, frozenset[str]] = {
    "gaussian": frozenset({"noise_multiplier"}),
    "poisson-sampled-gaussian": frozenset({"sampling_probability", "noise_multiplier", "steps"}),
    "composed": frozenset({"events"}),
}


def event_from_json(value: Mapping[str, Any]) -> Event:
    """Return the event that `as_json` wrote.

    Args:
        value: a JSON object with the key `kind` and exactly the fields of that kind.

    Raises:
        UnsupportedEvent: for an unknown kind, or fields that are missing, unknown or of another type. A field that this
            version does not know could change the meaning, so it is refused and never skipped.
        PrivacyParameterError: for a value out of range.
    """
    return _event_from_json(value, depth=0)


def _event_from_json(value: Any, *, depth: int) -> Event:
    if not isinstance(value, Mapping) or depth > _LARGEST_NESTING:
        raise UnsupportedEvent("an event is no JSON object, or nested too deep", help="Write it with `as_json`.")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise UnsupportedEvent(f"unknown kind of event: kind={kind!r}", help=f"Known kinds: {', '.join(_FIELDS)}.")
    fields = set(value) - {"kind"}
    if fields != _FIELDS[kind]:
        raise UnsupportedEvent(
            f"event {kind!r} has fields {sorted(map(str, fields))}, expected {sorted(_FIELDS[kind])}",
            help="Write events with `as_json` of the same version.",
        )
    if kind == "composed":
        if not isinstance(value["events"], list | tuple):
            raise UnsupportedEvent("the field events of a composed event is no list", help="Write it with `as_json`.")
        return Composed(tuple(_event_from_json(item, depth=depth + 1) for item in value["events"]))
    if kind == "gaussian":
        return Gaussian(value["noise_multiplier"])
    return PoissonSampledGaussian(value["sampling_probability"], value["noise_multiplier"], value["steps"])


def _positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise PrivacyParameterError(f"{name}={value!r} is no finite number above 0", help=f"Give a positive {name}.")
