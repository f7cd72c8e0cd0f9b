"""Events: values that say which privacy-spending mechanism was run. They hold claims only, no arithmetic.

Every Gaussian event is stated per unit of privacy whose contribution has L2 norm at most 1 after division by the
clipping bound, so noise multipliers have no unit. The vocabulary follows that of Google's dp_accounting library.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from wuming.core.errors import PrivacyParameterError, UnsupportedEvent

LARGEST_SKELLAM_VARIANCE: Final = float(1 << 32)

_LARGEST_NESTING = 32


class _Simple:
    """An event whose fields are all numbers."""

    __slots__ = ()

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        kind = next(name for name, known in _SIMPLE.items() if known is type(self))
        numbers = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        # The annotation decides, so that a whole number given for a real one is written as the same text.
        real = {field.name for field in fields(self) if field.type == "float"}  # type: ignore[arg-type]
        return {"kind": kind} | {name: float(value) if name in real else value for name, value in numbers.items()}


@dataclass(frozen=True, slots=True)
class Gaussian(_Simple):
    """One sum over all units, with Gaussian noise.

    Attributes:
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution; > 0.
    """

    noise_multiplier: float

    def __post_init__(self) -> None:
        _positive("noise_multiplier", self.noise_multiplier)


@dataclass(frozen=True, slots=True)
class PoissonSampledGaussian(_Simple):
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
        _probability(self.sampling_probability)
        _positive("noise_multiplier", self.noise_multiplier)
        _whole("steps", self.steps)


@dataclass(frozen=True, slots=True)
class TruncatedPoissonSampledGaussian(_Simple):
    """Steps of a Gaussian sum over a Poisson sample that is cut, at random, to a largest size.

    Each unit enters the sample by an independent coin; of a sample above `max_batch_size` a uniformly random subset of
    that size is kept.

    Attributes:
        population: number of units of the data set; its role is stated in `wuming.accounting.truncated`; ≥ 1.
        sampling_probability: chance of one unit to enter the sample of one step before the cut; in (0, 1].
        max_batch_size: largest number of units in one step; ≥ 1.
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution; > 0.
        steps: number of steps, fixed in advance; ≥ 1.
    """

    population: int
    sampling_probability: float
    max_batch_size: int
    noise_multiplier: float
    steps: int

    def __post_init__(self) -> None:
        _whole("population", self.population)
        _probability(self.sampling_probability)
        _whole("max_batch_size", self.max_batch_size)
        _positive("noise_multiplier", self.noise_multiplier)
        _whole("steps", self.steps)


@dataclass(frozen=True, slots=True)
class RandomAllocationGaussian(_Simple):
    """Epochs of Gaussian sums; in each, every unit takes part in exactly so many steps, chosen uniformly at random.

    The choice is made for every unit and every epoch independently, and is never shown.

    Attributes:
        steps_per_epoch: number of steps of one epoch; ≥ 1.
        participations: number of steps of one epoch in which one unit takes part; from 1 to `steps_per_epoch`.
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution to one
            step; > 0.
        epochs: number of epochs, fixed in advance; ≥ 1.
    """

    steps_per_epoch: int
    participations: int
    noise_multiplier: float
    epochs: int

    def __post_init__(self) -> None:
        _whole("steps_per_epoch", self.steps_per_epoch)
        _whole("participations", self.participations)
        if self.participations > self.steps_per_epoch:
            raise PrivacyParameterError(
                f"participations={self.participations} is above steps_per_epoch={self.steps_per_epoch}",
                help="A unit takes part in a step at most once.",
            )
        _positive("noise_multiplier", self.noise_multiplier)
        _whole("epochs", self.epochs)


@dataclass(frozen=True, slots=True)
class FixedParticipationGaussian(_Simple):
    """Gaussian sums of which one unit takes part in at most so many, whoever knows which: no amplification.

    Attributes:
        participations: largest number of sums in which one unit takes part; ≥ 1.
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one unit's contribution to one
            sum; > 0.
    """

    participations: int
    noise_multiplier: float

    def __post_init__(self) -> None:
        _whole("participations", self.participations)
        _positive("noise_multiplier", self.noise_multiplier)


@dataclass(frozen=True, slots=True)
class PoissonSampledRecords(_Simple):
    """Steps of a Gaussian sum over records, each drawn and clipped by itself; one unit holds several records.

    Attributes:
        sampling_probability: chance of one record to enter one step, by an independent coin; in (0, 1].
        records_per_unit: largest number of records of one unit; ≥ 1.
        noise_multiplier: standard deviation of the noise divided by the L2 bound of one *record's* contribution; > 0.
        steps: number of steps, fixed in advance; ≥ 1.
    """

    sampling_probability: float
    records_per_unit: int
    noise_multiplier: float
    steps: int

    def __post_init__(self) -> None:
        _probability(self.sampling_probability)
        _whole("records_per_unit", self.records_per_unit)
        _positive("noise_multiplier", self.noise_multiplier)
        _whole("steps", self.steps)


@dataclass(frozen=True, slots=True)
class DiscreteLaplace(_Simple):
    """Whole numbers, or vectors of them, with independent discrete Laplace noise, P(x) proportional to exp(-|x|/scale).

    Attributes:
        scale: of the noise, in cells; > 0.
        sensitivity: L1 bound of one unit's contribution, in cells; ≥ 1.
    """

    scale: float
    sensitivity: int

    def __post_init__(self) -> None:
        _positive("scale", self.scale)
        _whole("sensitivity", self.sensitivity)


@dataclass(frozen=True, slots=True)
class Skellam(_Simple):
    """Sums of integer vectors, with independent Skellam noise on each coordinate; no sampling.

    Attributes:
        variance: of the noise of the whole sum, in cells²; from 1 to 2³².
        l2_sensitivity: L2 bound of one unit's contribution to one sum, in cells, after rounding; > 0.
        l1_sensitivity: its L1 bound, in cells; at least the L2 bound.
        steps: number of sums, fixed in advance; ≥ 1.
    """

    variance: float
    l2_sensitivity: float
    l1_sensitivity: float
    steps: int = 1

    def __post_init__(self) -> None:
        _positive("variance", self.variance)
        if not 1 <= self.variance <= LARGEST_SKELLAM_VARIANCE:
            raise PrivacyParameterError(
                f"variance={self.variance!r} of Skellam noise is not from 1 to 2^32 cells²",
                help="Scale the grid so that the noise of the sum has a standard deviation of at least one cell.",
            )
        _positive("l2_sensitivity", self.l2_sensitivity)
        _positive("l1_sensitivity", self.l1_sensitivity)
        if self.l1_sensitivity < self.l2_sensitivity:
            raise PrivacyParameterError(
                f"l1_sensitivity={self.l1_sensitivity} is below l2_sensitivity={self.l2_sensitivity}",
                help="No vector has an L1 norm below its L2 norm.",
            )
        _whole("steps", self.steps)


@dataclass(frozen=True, slots=True)
class EpsilonDelta(_Simple):
    """Any mechanism of which no more is known than that it is (ε, δ)-DP under add-or-remove-one.

    Attributes:
        epsilon: ≥ 0 and finite.
        delta: in [0, 1); not both may be 0.
    """

    epsilon: float
    delta: float = 0.0

    def __post_init__(self) -> None:
        if self.epsilon or not self.delta:
            _positive("epsilon", self.epsilon)
        if isinstance(self.delta, bool) or not isinstance(self.delta, int | float) or not 0 <= self.delta < 1:
            raise PrivacyParameterError(f"delta={self.delta!r} is not in [0, 1)", help="Give 0 for pure privacy.")


@dataclass(frozen=True, slots=True)
class RepeatAndSelect:
    """A mechanism run a random number of times, of which only the best result, by a public rule, is shown.

    The number of runs K is drawn in secret, before anything else, by `wuming.accounting.selection`, and never shown.

    Attributes:
        event: one run; all runs have it in common. No `RepeatAndSelect` itself.
        mean: expected number of runs E[K]; above 1, or above 0 where `shape` is infinite.
        shape: of the distribution of K: 0 logarithmic, 1 geometric, otherwise > 0 truncated negative binomial (in these
            K ≥ 1); `math.inf` Poisson (K may be 0: then nothing is shown).

    Source: Papernot and Steinke, "Hyperparameter tuning with Rényi differential privacy" (ICLR 2022).
    """

    event: Event
    mean: float
    shape: float

    def __post_init__(self) -> None:
        if isinstance(self.event, RepeatAndSelect) or not isinstance(self.event, _KINDS):
            raise UnsupportedEvent(
                f"RepeatAndSelect cannot hold a {type(self.event).__name__}", help="Give the event of one run."
            )
        _positive("mean", self.mean)
        if isinstance(self.shape, bool) or not isinstance(self.shape, int | float) or not self.shape >= 0:
            raise PrivacyParameterError(
                f"shape={self.shape!r} is no number ≥ 0",
                help="Use 0 (logarithmic), 1 (geometric) or math.inf (Poisson).",
            )
        if self.mean <= 1 and math.isfinite(self.shape):
            raise PrivacyParameterError(f"mean={self.mean} is not above 1", help="Plan more than one run on average.")

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object; an infinite shape is written as the text `poisson`."""
        shape = "poisson" if math.isinf(self.shape) else float(self.shape)
        return {"kind": "repeat-and-select", "event": self.event.as_json(), "mean": float(self.mean), "shape": shape}


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
            if not isinstance(event, _KINDS):
                raise UnsupportedEvent(
                    f"Composed cannot hold a {type(event).__name__}", help="Use the events of wuming.accounting.events."
                )

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {"kind": "composed", "events": [event.as_json() for event in self.events]}


Event = (
    Gaussian
    | PoissonSampledGaussian
    | TruncatedPoissonSampledGaussian
    | RandomAllocationGaussian
    | FixedParticipationGaussian
    | PoissonSampledRecords
    | DiscreteLaplace
    | Skellam
    | EpsilonDelta
    | RepeatAndSelect
    | Composed
)

_SIMPLE: dict[str, type[_Simple]] = {
    "gaussian": Gaussian,
    "poisson-sampled-gaussian": PoissonSampledGaussian,
    "truncated-poisson-sampled-gaussian": TruncatedPoissonSampledGaussian,
    "random-allocation-gaussian": RandomAllocationGaussian,
    "fixed-participation-gaussian": FixedParticipationGaussian,
    "poisson-sampled-records": PoissonSampledRecords,
    "discrete-laplace": DiscreteLaplace,
    "skellam": Skellam,
    "epsilon-delta": EpsilonDelta,
}
_KINDS: Final = (_Simple, RepeatAndSelect, Composed)
_FIELDS: dict[str, frozenset[str]] = {
    **{kind: frozenset(field.name for field in fields(known)) for kind, known in _SIMPLE.items()},  # type: ignore[arg-type]
    "repeat-and-select": frozenset({"event", "mean", "shape"}),
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
    given = {name: content for name, content in value.items() if name != "kind"}
    if set(given) != _FIELDS[kind]:
        raise UnsupportedEvent(
            f"event {kind!r} has fields {sorted(map(str, given))}, expected {sorted(_FIELDS[kind])}",
            help="Write events with `as_json` of the same version.",
        )
    if kind == "composed":
        if not isinstance(given["events"], list | tuple):
            raise UnsupportedEvent("the field events of a composed event is no list", help="Write it with `as_json`.")
        return Composed(tuple(_event_from_json(item, depth=depth + 1) for item in given["events"]))
    if kind == "repeat-and-select":
        shape = math.inf if given["shape"] == "poisson" else given["shape"]
        return RepeatAndSelect(_event_from_json(given["event"], depth=depth + 1), given["mean"], shape)
    event: Event = _SIMPLE[kind](**given)  # type: ignore[assignment]
    return event


def _positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise PrivacyParameterError(f"{name}={value!r} is no finite number above 0", help=f"Give a positive {name}.")


def _probability(value: Any) -> None:
    _positive("sampling_probability", value)
    if value > 1:
        raise PrivacyParameterError(
            f"sampling_probability={value} is above 1",
            help="Give the chance of one unit to be in one step, not the number of units.",
        )


def _whole(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise PrivacyParameterError(f"{name}={value!r} is no whole number ≥ 1", help=f"Give a whole number of {name}.")
