"""What a private run may say of itself: the claim with everything it depends on, and the checks behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, repr=False)
class PrivacyStatement:
    """(ε, δ) with unit, neighbouring relation and sampler, without which the figures mean nothing.

    Attributes:
        epsilon: of the whole planned schedule, rounded up; fewer steps done never make it less than true.
        delta: in (0, 1).
        unit_of_privacy: `record`, `document` or `subject`.
        records_per_unit: K, the most records of one unit that are used at all.
        neighbouring_relation: `add-or-remove-one` or `replace-one` unit.
        sampler: the sampler that was run and accounted.
        sampling_probability: with which a unit (or record, where records are sampled) takes part in one step.
        population: declared public.
        expected_batch_size: public divisor of the summed gradients.
        steps_done: steps whose noised gradient was released.
        steps_planned: steps that ε accounts for.
        noise_multiplier: σ.
        clipping: rule as a JSON object.
        self_check: check → True, or None where it is too early to say. (No statement is made where one is False.)
    """

    epsilon: float
    delta: float
    unit_of_privacy: str
    records_per_unit: int
    neighbouring_relation: str
    sampler: str
    sampling_probability: float
    population: int
    expected_batch_size: int
    steps_done: int
    steps_planned: int
    noise_multiplier: float
    clipping: Mapping[str, Any]
    self_check: Mapping[str, bool | None]

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        return asdict(self)

    def __repr__(self) -> str:
        """Return the statement as a table for people."""
        unit = self.unit_of_privacy
        if self.records_per_unit > 1:
            unit += f" (at most {self.records_per_unit} records each)"
        rule = ", ".join(f"{name} {value}" for name, value in self.clipping.items() if name != "kind")
        lines = [
            ("epsilon, delta", f"({self.epsilon}, {self.delta:g})  of the whole schedule"),
            ("unit of privacy", unit),
            ("neighbouring relation", self.neighbouring_relation),
            ("sampler", f"{self.sampler}, probability {self.sampling_probability:.6g} a step"),
            ("population (public)", f"{self.population}, expected batch size {self.expected_batch_size}"),
            ("steps", f"{self.steps_done} of {self.steps_planned}"),
            ("noise multiplier", f"{self.noise_multiplier}"),
            ("clipping", f"{self.clipping['kind']}, {rule}"),
        ]
        words = {True: "holds", None: "too early to say", False: "FAILED"}
        lines += [(f"check: {name.replace('_', ' ')}", words[passed]) for name, passed in self.self_check.items()]
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)
