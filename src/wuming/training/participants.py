"""From a plan and data arranged by unit to the record indices of each participant of each step."""

from __future__ import annotations

from collections.abc import Sequence

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import derive_key
from wuming.training.data import UnitData
from wuming.training.plan import TrainingPlan
from wuming.training.sampling import RecordChooser, UnitSampler


class Participants:
    """Who may take part, and with which records.

    Where whole units are sampled, a participant is a unit with at most K records, chosen anew each step. Where records
    are sampled, a participant is one record; of each subject the same at most K records are eligible throughout.

    Attributes:
        count: number of participants (private).
        longest: most tokens that one participant brings to a step, as counted for the choice of clipping methods.
    """

    def __init__(self, run_key: bytes, plan: TrainingPlan, data: UnitData) -> None:
        key = derive_key(run_key, "participants")
        sizes = [len(records) for records in data.members]
        self._members, self._chooser = data.members, RecordChooser(key, data.labels, sizes, plan.records_per_unit)
        self._records: list[int] | None = None
        labels: Sequence[str] = data.labels
        if plan.sampled == "records":
            eligible = [
                (f"{label}\x00{place}", self._members[unit][place])
                for unit, label in enumerate(data.labels)
                for place in self._chooser.choose(0, unit)
            ]
            labels, self._records = [label for label, _ in eligible], [record for _, record in eligible]
        self._single = self._records is None and all(size == 1 for size in sizes)
        self._sampler = UnitSampler(key, plan, labels)
        self.count = len(labels)
        if plan.sampler == "truncated-poisson" and self.count > plan.population:
            raise PrivacyParameterError(
                f"the data holds more units than population={plan.population}, which truncation is accounted for",
                help="State a public figure that is certainly not exceeded.",
            )
        most = plan.records_per_unit if plan.sampled == "units" else 1
        self.longest = most * (int(data.lengths.max(initial=1)) if data.lengths is not None else 1)

    def of_step(self, step: int) -> list[list[int]]:
        """Return the record indices of each participant of a step."""
        drawn = self._sampler.sample(step)
        if self._records is not None:
            return [[self._records[position]] for position in drawn]
        if self._single:
            return [self._members[position] for position in drawn]
        return [[self._members[unit][place] for place in self._chooser.choose(step, unit)] for unit in drawn.tolist()]
