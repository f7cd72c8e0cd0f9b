"""The private schedule as one claim: sampler, clipping, noise and event belong together and cannot be set apart."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from wuming.accounting.events import PoissonSampledGaussian
from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class TrainingPlan:
    """User-level DP-SGD, fixed before the data is seen. Every number is public.

    Formal guarantee: with coins and noise from a CSPRNG, the sequence of all parameter values is (ε, δ)-DP for adding
    or removing one unit with all its records, where (ε, δ) is what an accountant says of `event`.

    Attributes:
        population: public figure for the number of units; never counted from the data.
        expected_units_per_step: population x sampling probability; also the public divisor of the summed gradient.
        records_per_unit: K; at most so many records of a sampled unit take part in a step.
        max_grad_norm: C; L2 bound on the *sum* of a unit's record gradients.
        noise_multiplier: σ; each step adds N(0, (σ C)²) to every coordinate of the clipped sum.
        steps: number of steps; empty batches count and add noise.
        learning_rate: of Adam; fixed, not tuned on private data.
        average_decay: decay of the exponentially averaged weights that are released (post-processing).
    """

    population: int
    expected_units_per_step: int
    records_per_unit: int
    max_grad_norm: float
    noise_multiplier: float
    steps: int
    learning_rate: float
    average_decay: float = 0.9
    unit_of_privacy: Literal["subject", "document"] = "subject"
    neighbouring_relation: Literal["add-or-remove-one"] = "add-or-remove-one"

    def __post_init__(self) -> None:
        for name in ("population", "expected_units_per_step", "records_per_unit", "steps"):
            if getattr(self, name) < 1:
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must be at least 1")
        for name in ("max_grad_norm", "noise_multiplier", "learning_rate"):
            if not getattr(self, name) > 0:
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must be above 0")
        if self.expected_units_per_step > self.population:
            raise PrivacyParameterError(
                f"expected_units_per_step={self.expected_units_per_step} exceeds population={self.population}",
                help="A unit is sampled with probability expected_units_per_step / population, which is at most 1.",
            )
        if not 0 <= self.average_decay < 1:
            raise PrivacyParameterError(f"average_decay={self.average_decay} must lie in [0, 1)")

    @property
    def sampling_probability(self) -> float:
        """Probability with which each unit takes part in a step, independently."""
        return self.expected_units_per_step / self.population

    @property
    def event(self) -> PoissonSampledGaussian:
        """The privacy event of the whole schedule."""
        return PoissonSampledGaussian(self.sampling_probability, self.noise_multiplier, self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return asdict(self)

    def schedule(self, *, data: str, base: str, environment: str) -> str:
        """Return the digest that names this schedule with what it runs on; another one is another key and charge.

        Args:
            data: digest of the admitted, de-identified units with their canaries.
            base: digest of the model that training starts from.
            environment: library versions; results are bit-identical only within one.
        """
        return digest({"plan": self.as_json(), "data": data, "base": base, "environment": environment})
