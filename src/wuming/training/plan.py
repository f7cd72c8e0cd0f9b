"""The private schedule as one claim: unit, relation, sampler, clipping, noise and event cannot be set apart.

What cannot touch privacy sits elsewhere: the optimiser (`optimisation.py`, post-processing) and how the work is cut up
(`execution.py`).
"""

from __future__ import annotations

import dataclasses
import math
import warnings
from dataclasses import dataclass
from typing import Any, Literal

from wuming.accounting.accountant import epsilon
from wuming.accounting.calibration import calibrate
from wuming.accounting.events import (
    Event,
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    TruncatedPoissonSampledGaussian,
)
from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError
from wuming.training.clipping.rules import AdaptiveQuantile, Flat, Rule, rule_as_json
from wuming.training.noise import grid_failure_probability

Sampler = Literal["poisson", "truncated-poisson", "random-allocation", "fixed-batches"]


@dataclass(frozen=True)
class TrainingPlan:
    """DP-SGD fixed before the data is seen. Every number is public; none may be counted from private data.

    Formal guarantee: with coins and noise from a CSPRNG, the sequence of all parameter values is (ε, δ)-DP for the
    neighbouring relation on units of privacy, where (ε, δ) is what the accountant says of `event`.

    Attributes:
        population: public figure for the number of units (of records, where `sampled="records"`).
        expected_batch_size: how many of them a step draws on average; also the public divisor of the summed gradient.
        steps: number of steps; empty batches count and add noise.
        noise_multiplier: σ; each step adds noise of standard deviation σ·C to every coordinate of the clipped sum.
        clipping: rule that bounds one unit's share of the sum by C in L2.
        unit_of_privacy: what one step of "neighbouring" adds, removes or replaces.
        sampled: `units`: a unit is drawn whole, its (at most K) records' gradients are summed and clipped once.
            `records`: each record is drawn by a coin of its own and clipped by itself; a unit holds at most K records
            (mixture of Gaussians). Two modes, two events, never mixed.
        records_per_unit: K, at least 1; of a unit with more, K are chosen by coins of that unit alone.
        sampler: `poisson`: a coin a step. `truncated-poisson`: the same, cut at random to `max_batch_size`.
            `random-allocation`: each unit takes part in `participations` steps of each epoch, chosen at random.
            `fixed-batches`: each unit takes part in one step of each epoch; accounted without amplification.
        max_batch_size: of `truncated-poisson` alone.
        participations: of `random-allocation` alone.
        noise: `gaussian` in floating point, or `discrete-gaussian` on a grid in exact integers (≤ 10⁶ parameters).
        neighbouring_relation: figures of one relation do not carry over to the other.
    """

    population: int
    expected_batch_size: int
    steps: int
    noise_multiplier: float
    clipping: Rule
    unit_of_privacy: Literal["record", "document", "subject"] = "record"
    sampled: Literal["units", "records"] = "units"
    records_per_unit: int = 1
    sampler: Sampler = "poisson"
    max_batch_size: int | None = None
    participations: int = 1
    noise: Literal["gaussian", "discrete-gaussian"] = "gaussian"
    neighbouring_relation: Literal["add-or-remove-one", "replace-one"] = "add-or-remove-one"

    def __post_init__(self) -> None:
        for name in ("population", "expected_batch_size", "records_per_unit", "steps", "participations"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise PrivacyParameterError(f"{name}={value!r} must be a whole number, at least 1")
        if not (math.isfinite(self.noise_multiplier) and self.noise_multiplier > 0):
            raise PrivacyParameterError(f"noise_multiplier={self.noise_multiplier} must be above 0")
        if self.expected_batch_size > self.population:
            raise PrivacyParameterError(
                f"expected_batch_size={self.expected_batch_size} exceeds population={self.population}",
                help="A unit is sampled with probability expected_batch_size / population, which is at most 1.",
            )
        if self.unit_of_privacy != "subject" and (self.records_per_unit != 1 or self.sampled != "units"):
            raise PrivacyParameterError(
                f"records_per_unit={self.records_per_unit}, sampled={self.sampled!r} need unit_of_privacy='subject'",
                help="Where a record or document is the unit, it has one record and is drawn whole.",
            )
        if self.sampled == "records" and self.sampler != "poisson":
            raise PrivacyParameterError(f"sampled='records' is accounted for sampler='poisson', not {self.sampler!r}")
        if (self.max_batch_size is not None) != (self.sampler == "truncated-poisson"):
            raise PrivacyParameterError(
                "max_batch_size belongs to sampler='truncated-poisson', and must be given there"
            )
        if self.max_batch_size is not None and self.max_batch_size < self.expected_batch_size:
            raise PrivacyParameterError(
                f"max_batch_size={self.max_batch_size} is below expected_batch_size={self.expected_batch_size}"
            )
        if self.participations != 1 and self.sampler != "random-allocation":
            raise PrivacyParameterError("participations belongs to sampler='random-allocation'")
        if self.sampler == "random-allocation" and self.participations > self.steps_per_epoch:
            raise PrivacyParameterError(
                f"participations={self.participations} exceeds the {self.steps_per_epoch} steps of an epoch"
            )
        if self.noise == "discrete-gaussian" and not isinstance(self.clipping, Flat):
            raise PrivacyParameterError(
                f"noise='discrete-gaussian' needs clipping=Flat(...), not {type(self.clipping).__name__}",
                help="The grid's width belongs to one bound that stays the same.",
            )
        if isinstance(self.clipping, AdaptiveQuantile):
            self.gradient_noise_multiplier  # noqa: B018  raises where the count alone would cost more than the plan

    @classmethod
    def for_epsilon(cls, target_epsilon: float, delta: float, **fields: Any) -> TrainingPlan:
        """Return the plan with the least noise (four decimals) whose ε at `delta` is at most `target_epsilon`.

        Args:
            target_epsilon: > 0.
            delta: see `warn_of_delta`.
            fields: all other fields of the plan.

        Raises:
            PrivacyParameterError: for a field out of range, or when no noise suffices.
        """
        # The event does not depend on the clipping rule, which may refuse a draft's noise.
        draft = cls(noise_multiplier=1e6, **(fields | {"clipping": Flat(1.0)}))
        warn_of_delta(delta, draft.population)
        sigma = calibrate(
            lambda s: dataclasses.replace(draft, noise_multiplier=s).event,
            target_epsilon,
            delta - draft.failure_probability(target_epsilon),
            relation=draft.neighbouring_relation,
        )
        return cls(noise_multiplier=sigma, **fields)

    @property
    def sampling_probability(self) -> float:
        """Probability with which each unit takes part in one given step."""
        return self.expected_batch_size / self.population

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which `random-allocation` and `fixed-batches` pass once over the units."""
        return max(1, round(self.population * self.participations / self.expected_batch_size))

    @property
    def epochs(self) -> int:
        """Epochs begun, for `random-allocation` and `fixed-batches`; one cut short is charged whole."""
        return math.ceil(self.steps / self.steps_per_epoch)

    @property
    def event(self) -> Event:
        """The privacy event of the whole schedule."""
        q, z = self.sampling_probability, self.noise_multiplier
        if self.sampled == "records":
            return PoissonSampledRecords(q, self.records_per_unit, z, self.steps)
        if self.sampler == "truncated-poisson":
            assert self.max_batch_size is not None
            return TruncatedPoissonSampledGaussian(self.population, q, self.max_batch_size, z, self.steps)
        if self.sampler == "random-allocation":
            return RandomAllocationGaussian(self.steps_per_epoch, self.participations, z, self.epochs)
        if self.sampler == "fixed-batches":
            return FixedParticipationGaussian(self.epochs, z)
        return PoissonSampledGaussian(q, z, self.steps)

    @property
    def gradient_noise_multiplier(self) -> float:
        """Noise multiplier of the gradient itself: above `noise_multiplier` where a count is released beside it."""
        if not isinstance(self.clipping, AdaptiveQuantile):
            return self.noise_multiplier
        rest = self.noise_multiplier**-2 - (2 * self.clipping.count_noise) ** -2
        if rest <= 0:
            raise PrivacyParameterError(
                f"count_noise={self.clipping.count_noise} is too small for noise_multiplier={self.noise_multiplier}",
                help="Use a count_noise of some percent of expected_batch_size.",
            )
        return float(rest**-0.5)

    def failure_probability(self, at_epsilon: float) -> float:
        """Return what `discrete-gaussian` adds to δ at ε over all steps, for its distance τ from a rounded Gaussian.

        (ε, δ) of the Gaussian becomes (ε, δ + (1 + e^ε)·τ); see `grid_failure_probability`.
        """
        if self.noise != "discrete-gaussian":
            return 0.0
        return (1 + math.exp(at_epsilon)) * self.steps * grid_failure_probability()

    def epsilon(self, delta: float) -> float:
        """Return the ε of the whole schedule at `delta`, rounded up.

        Raises:
            PrivacyParameterError: δ is out of range, or so small that the noise's own failures use it up.
        """
        found, reserve = 0.0, 0.0
        while True:
            found = epsilon(self.event, delta - reserve, relation=self.neighbouring_relation)
            if (needed := self.failure_probability(found)) <= reserve:
                return found
            reserve = 1.01 * needed

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return fields | {"clipping": rule_as_json(self.clipping)}

    def schedule(self, **run_on: Any) -> str:
        """Return the digest that names this schedule with what it runs on; another one is another key and charge.

        Args:
            run_on: digests and versions of everything else that decides the result: data, start, optimiser, library
                versions. A schedule replayed with the same is bit-identical, and free.
        """
        return digest({"plan": self.as_json(), **run_on})


def refuse_delta(delta: float, population: int) -> None:
    """Refuse a δ above 1/n.

    Raises:
        PrivacyParameterError: publishing one person's record whole would count as private.
    """
    if isinstance(delta, bool) or not isinstance(delta, int | float) or not 0 < delta <= 1 / population:
        raise PrivacyParameterError(
            f"delta={delta} must lie in (0, 1/{population}]",
            help=f"With more, publishing one person's record whole would count as private. Use {0.1 / population:.1g}.",
        )


def warn_of_delta(delta: float, population: int) -> None:
    """Refuse a δ above 1/n, warn of one above 1/(10 n).

    Commands that train on data of your own refuse from 1/(10 n) on. The usual examples (MNIST: δ = 1e-5, n = 60,000)
    lie between the two.

    Raises:
        PrivacyParameterError: δ is above 1/n: publishing one person's record whole would count as private.
    """
    refuse_delta(delta, population)
    if delta * 10 * population > 1 + 1e-12:
        warnings.warn(
            f"delta={delta} is above 1/(10·{population}): more than a tenth of the chance that would allow to publish "
            "somebody's record whole; prefer a smaller one for data that matter",
            stacklevel=4,
        )
