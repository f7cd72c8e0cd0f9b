"""Counts per value from the noisy reports of devices, with limits that hold.

Adversary of the devices: whoever sees the reports, the aggregator too; each report is ε-locally differentially private
by itself. Adversary of the counts: none. Devices that lie can move every count, a single one by up to 1/(p - q), and
nothing in the reports shows it.

Limits. Reports carry no name, so whether a device reported twice is for the transport to know. Intervals hold one by
one, over the coins of honest devices, for the devices that reported; they say nothing of those that did not.

Source: Wang, Blocki, Li & Jha, "Locally differentially private protocols for frequency estimation" (2017), equation 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wuming.core.errors import EmptyData, InputTooLarge
from wuming.statistics.answer import Estimate
from wuming.statistics.local.intervals import count_limits
from wuming.statistics.local.survey import Survey

LARGEST_REPORTS: Final = 1 << 27
UNIT: Final = "device report"
INTERVAL_WORDS: Final = (
    "with 95% probability each, over the devices' coins alone, an interval holds the number of reporting devices "
    "that have the value"
)


@dataclass(frozen=True)
class LocalCounts:
    """How many devices have each value. All of it may be shown.

    Attributes:
        survey: what was asked.
        estimates: one a value of the survey, in its order. `value` is unbiased, so it may lie below 0 and outside of
            the interval; `low` and `high` are whole numbers of devices.
        reports: reports that were counted.
        malformed: reports that were none of this survey, and left out.
    """

    survey: Survey
    estimates: tuple[Estimate, ...]
    reports: int
    malformed: int

    def as_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object, with what a report cost."""
        rows = zip(self.survey.values, self.estimates, strict=True)
        return {
            "counts": [{"key": value, **vars(estimate)} for value, estimate in rows],
            "reports": self.reports,
            "malformed": self.malformed,
            "method": self.survey.method,
            "cost": {
                "epsilon": self.survey.event.epsilon,
                "delta": 0.0,
                "unit": UNIT,
                "relation": "replace-value",
                "sampler": "none",
            },
            "intervals": INTERVAL_WORDS,
        }

    def words(self) -> str:
        """Return in one line what was counted and at which price."""
        return (
            f"{self.reports} reports, {self.malformed} malformed; local privacy: epsilon "
            f"{self.survey.event.epsilon:.4g}, delta 0, unit {UNIT}, replacing its value, no sampling"
        )


def aggregate(survey: Survey, reports: Iterable[Any]) -> LocalCounts:
    """Count reports of a survey.

    Args:
        survey: what every device was asked.
        reports: texts, one a device, in any order; read once, nothing of them is kept. What is no report of this
            survey (another length, other characters, a number too large, no text) is counted and left out.

    Raises:
        EmptyData: no report was one.
        InputTooLarge: for more than 2²⁷ of them, malformed ones too.
    """
    support = np.zeros(len(survey.values), dtype=np.int64)
    counted = malformed = 0
    for report in reports:
        if counted + malformed == LARGEST_REPORTS:
            raise InputTooLarge(f"there are more than {LARGEST_REPORTS} reports", help="Count them in several parts.")
        supported = survey.supported(report)
        if supported is None:
            malformed += 1
            continue
        counted += 1
        support[supported] += 1
    if not counted:
        raise EmptyData(
            f"no report of this survey among {malformed} given",
            help="Give one report a line, written for the same values and method.",
        )
    p, q = survey.probabilities
    estimates = []
    for seen in support.tolist():
        low, high = count_limits(seen, counted, p, q)
        estimates.append(Estimate((seen - counted * q) / (p - q), low, high))
    return LocalCounts(survey, tuple(estimates), counted, malformed)
