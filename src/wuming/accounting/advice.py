"""Advice before a run: any three of ε, noise, epochs and batch size give the fourth; and what ε then means.

All of it is arithmetic on public numbers: no data is touched, no budget spent. What a schedule should minimise is the
noise-to-batch ratio σ/B, the noise on the average of the clipped gradients in units of the clipping bound.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Final

from wuming.accounting.accountant import check_delta, epsilon
from wuming.accounting.calibration import calibrate
from wuming.accounting.events import (
    Event,
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    RandomAllocationGaussian,
    TruncatedPoissonSampledGaussian,
)
from wuming.accounting.relations import ADD_OR_REMOVE
from wuming.accounting.tradeoff import highest_tprs
from wuming.core.errors import PrivacyParameterError

SAMPLERS: Final = ("poisson", "truncated-poisson", "random-allocation", "fixed-batches")
FALSE_POSITIVE_RATES: Final = (0.001, 0.01, 0.1)
_FACTORS = (0.25, 0.5, 1, 2, 4)
_HEADROOM = 6.0  # standard deviations between the expected and the largest batch, where none is given


@dataclass(frozen=True)
class Schedule:
    """A private schedule in public numbers; one of the four may be missing (None) before `solve`.

    Attributes:
        population: public figure for the number of units; ≥ 1.
        delta: in (0, 1); see `delta_warning`.
        batch: expected number of units in one step; from 1 to `population`.
        epochs: passes over the units; > 0, whole unless the sampler is Poisson's.
        epsilon: > 0.
        noise_multiplier: > 0.
        relation: neighbouring relation.
        sampler: one of `SAMPLERS`.
        max_batch: of `truncated-poisson` alone; by default the expected batch and six standard deviations.
    """

    population: int
    delta: float
    batch: int | None
    epochs: float | None
    epsilon: float | None
    noise_multiplier: float | None
    relation: str = ADD_OR_REMOVE
    sampler: str = "poisson"
    max_batch: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.delta < 1 or self.population < 1:
            raise PrivacyParameterError(
                f"delta={self.delta} or population={self.population} is out of range", help="Use a delta such as 1e-6."
            )
        if self.sampler not in SAMPLERS:
            raise PrivacyParameterError(f"unknown sampler={self.sampler!r}", help=f"Known: {', '.join(SAMPLERS)}.")
        if self.batch is not None and not 1 <= self.batch <= self.population:
            raise PrivacyParameterError(
                f"batch={self.batch} is not within 1 and population={self.population}",
                help="Give the expected number of units in one step.",
            )
        for name in ("epochs", "epsilon", "noise_multiplier"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise PrivacyParameterError(
                    f"{name}={value} is no finite number above 0", help=f"Give a {name} above 0."
                )
        if self.max_batch is not None and self.sampler != "truncated-poisson":
            raise PrivacyParameterError("max_batch belongs to sampler='truncated-poisson'", help="Leave it out.")
        if self.epochs is not None and self.sampler in ("random-allocation", "fixed-batches") and self.epochs % 1:
            raise PrivacyParameterError(
                f"epochs={self.epochs} is not whole", help=f"With sampler {self.sampler}, epochs are charged whole."
            )

    @property
    def delta_warning(self) -> str:
        """Say why δ is too large for so many units; empty where it is not."""
        try:
            check_delta(self.delta, self.population)
        except PrivacyParameterError as error:
            return f"{error.message}: at such a delta a mechanism may publish some units whole. {error.help}"
        return ""

    @property
    def steps_per_epoch(self) -> int:
        """Steps of one pass, for samplers that pass; at least 1."""
        assert self.batch is not None
        return max(1, round(self.population / self.batch))

    @property
    def steps(self) -> int:
        """Number of steps: the whole ones that fit into the epochs; at least 1."""
        assert self.batch is not None
        assert self.epochs is not None
        if self.sampler in ("random-allocation", "fixed-batches"):
            return self.steps_per_epoch * int(self.epochs)
        return max(1, math.floor(self.epochs * self.population / self.batch))

    def event(self) -> Event:
        """Return the privacy event; batch, epochs and noise must be known."""
        assert self.batch is not None
        assert self.epochs is not None
        assert self.noise_multiplier is not None
        q, sigma = self.batch / self.population, self.noise_multiplier
        match self.sampler:
            case "random-allocation":
                return RandomAllocationGaussian(self.steps_per_epoch, 1, sigma, int(self.epochs))
            case "fixed-batches":
                return FixedParticipationGaussian(int(self.epochs), sigma)
            case "truncated-poisson":
                largest = self.max_batch or math.ceil(self.batch + _HEADROOM * math.sqrt(self.batch * (1 - q)) + 1)
                return TruncatedPoissonSampledGaussian(self.population, q, largest, sigma, self.steps)
            case _:
                return PoissonSampledGaussian(q, sigma, self.steps)

    def spent(self) -> float:
        """Return the ε of the event; ∞ where none is finite."""
        try:
            return epsilon(self.event(), self.delta, relation=self.relation, value_discretization_interval=1e-3)
        except PrivacyParameterError:
            return math.inf


def solve(schedule: Schedule) -> Schedule:
    """Return the schedule with its one missing number filled in.

    The noise is the least, epochs and batch are the largest that keep ε; ε is what the accountant says. Where all four
    are given, ε is computed anew and may come out smaller than the one given.

    Raises:
        PrivacyParameterError: where more than one is missing, the four contradict each other, or nothing fits.
        UnsupportedEvent, MissingExtra: see `epsilon`.
    """
    missing = [n for n in ("batch", "epochs", "epsilon", "noise_multiplier") if getattr(schedule, n) is None]
    if len(missing) > 1:
        raise PrivacyParameterError(f"too much is missing: {', '.join(missing)}", help="Give all of them but one.")
    if missing == ["noise_multiplier"]:
        assert schedule.epsilon is not None
        sigma = calibrate(
            lambda value: dataclasses.replace(schedule, noise_multiplier=value).event(),
            schedule.epsilon,
            schedule.delta,
            relation=schedule.relation,
        )
        return _with_epsilon(dataclasses.replace(schedule, noise_multiplier=sigma))
    if missing == ["epochs"]:
        return _with_epsilon(_largest(schedule, "epochs", 10_000_000))
    if missing == ["batch"]:
        return _with_epsilon(_largest(schedule, "batch", schedule.population))
    given, solved = schedule.epsilon, _with_epsilon(schedule)
    if given is not None and solved.epsilon is not None and solved.epsilon > given:
        raise PrivacyParameterError(
            f"epsilon={given} is not kept: it would be {solved.epsilon}", help="Leave one of the four out."
        )
    return solved


def _with_epsilon(schedule: Schedule) -> Schedule:
    return dataclasses.replace(schedule, epsilon=epsilon(schedule.event(), schedule.delta, relation=schedule.relation))


def _largest(schedule: Schedule, name: str, limit: int) -> Schedule:
    """Return the schedule with the largest whole `name` that keeps ε, by bisection; the result itself is checked."""
    assert schedule.epsilon is not None

    def fields_of(value: int) -> dict[str, Any]:
        return {name: value}

    def keeps(value: int) -> bool:
        return dataclasses.replace(schedule, **fields_of(value)).spent() <= (schedule.epsilon or 0.0)

    if not keeps(1):
        raise PrivacyParameterError(
            f"no number of {name} keeps epsilon={schedule.epsilon}", help="Use more noise or a larger epsilon."
        )
    low, high = 1, 2
    while high < limit and keeps(high):
        low, high = high, min(limit, high * 2)
    if high >= limit and keeps(limit):
        return dataclasses.replace(schedule, **fields_of(limit))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return dataclasses.replace(schedule, **fields_of(low))


@dataclass(frozen=True)
class BatchRow:
    """What another batch size needs for the same ε and epochs."""

    batch: int
    steps: int
    noise_multiplier: float

    @property
    def ratio(self) -> float:
        """Noise-to-batch ratio σ/B."""
        return self.noise_multiplier / self.batch


@dataclass(frozen=True)
class Advice:
    """A solved schedule with its alternatives, in rising batch sizes, and its attackers' limits.

    Attributes:
        schedule: all four numbers known.
        rows: batch sizes beside the schedule's own.
        highest_tprs: largest true positive rate of any attacker at each of `FALSE_POSITIVE_RATES`.
    """

    schedule: Schedule
    rows: tuple[BatchRow, ...]
    highest_tprs: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        rows = [{**dataclasses.asdict(row), "noise_to_batch": row.ratio} for row in self.rows]
        rates = [
            {"false_positive_rate": fpr, "highest_true_positive_rate": tpr}
            for fpr, tpr in zip(FALSE_POSITIVE_RATES, self.highest_tprs, strict=True)
        ]
        event = self.schedule.event().as_json()
        fields = dataclasses.asdict(self.schedule) | {"steps": self.schedule.steps}
        return {
            **fields,
            "event": event,
            "batch_sizes": rows,
            "attackers": rates,
            "advice": self.sentence(),
            "warning": self.schedule.delta_warning,
        }

    def sentence(self) -> str:
        """Return the advice in a sentence or two."""
        own = next(row for row in self.rows if row.batch == self.schedule.batch)
        best = min(self.rows, key=lambda row: row.ratio)
        if best.ratio > 0.97 * own.ratio:
            return f"Batch {own.batch} has about the least noise per unit of signal among these: keep it."
        return (
            f"Batch {best.batch} has {1 - best.ratio / own.ratio:.0%} less noise per unit of signal than {own.batch} "
            f"for the same epsilon and epochs, in {best.steps} steps instead of {own.steps}; fewer steps want a larger "
            "learning rate. Micro-batches keep memory flat."
        )


def advise(schedule: Schedule) -> Advice:
    """Return the solved schedule, other batch sizes for the same ε and epochs, and what ε means for an attacker.

    Raises:
        PrivacyParameterError, UnsupportedEvent, MissingExtra: see `solve`.
    """
    solved = solve(schedule)
    assert solved.batch is not None
    assert solved.noise_multiplier is not None
    rows = []
    for batch in sorted({min(max(1, round(solved.batch * factor)), solved.population) for factor in _FACTORS}):
        if batch == solved.batch:
            rows.append(BatchRow(batch, solved.steps, solved.noise_multiplier))
            continue
        other = solve(dataclasses.replace(solved, batch=batch, noise_multiplier=None, max_batch=None))
        assert other.noise_multiplier is not None
        rows.append(BatchRow(batch, other.steps, other.noise_multiplier))
    rates = highest_tprs(solved.event(), FALSE_POSITIVE_RATES, relation=solved.relation)
    return Advice(solved, tuple(rows), tuple(rates))
