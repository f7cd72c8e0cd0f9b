"""What an attack on membership found, as one value: figures at few false alarms, the blind baseline, the area last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wuming.auditing.membership.blind import Blind
from wuming.auditing.membership.rates import Rate, Scores, area_under_curve, curve, rate_at

Level = Literal["record", "subject"]
FPRS = (0.01, 0.001)
_POINTS = 200  # of the stored curve


@dataclass(frozen=True)
class MembershipReport:
    """What one attack found.

    Attributes:
        attack: its name.
        level: what one score is about: a record, or a subject with all its records.
        members, non_members: how many scores there were.
        rates: as measured, by false positive rate.
        blind: the baseline that never saw the model; None where none was run.
        curve: points (fpr, tpr) of the ROC, thinned.
        auc: area under the curve. It averages over false positive rates that no attacker would accept.
    """

    attack: str
    level: Level
    members: int
    non_members: int
    rates: tuple[Rate, ...]
    blind: Blind | None
    curve: tuple[tuple[float, float], ...]
    auc: float

    @property
    def void(self) -> str:
        """Why the figures say nothing about the model; empty where nothing is known against them."""
        if self.blind is None or self.blind.at_chance:
            return ""
        return (
            f"void: a classifier that never saw the model tells members from non-members (area {self.blind.auc:.3f}, "
            f"p={self.blind.p_value:.2g}), so the two sets differ by themselves; draw both from one source by coins"
        )

    @property
    def warning(self) -> str:
        """What is missing for the figures to be evidence; empty where nothing is."""
        if self.blind is None:
            return "no baseline without the model was run: the sets may differ by themselves"
        return ""

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object; where it is void, no rate and no area is given, only why."""
        void = self.void
        rates = [rate.as_json() for rate in self.rates]
        if void:
            nothing = dict.fromkeys(("tpr", "interval", "interval_at_threshold"))
            rates = [rate | nothing | {"reason": void} for rate in rates]
        return {
            "attack": self.attack,
            "level": self.level,
            "members": self.members,
            "non_members": self.non_members,
            "rates": rates,
            "blind": None if self.blind is None else self.blind.as_json(),
            "void": void or None,
            "warning": self.warning or None,
            "auc": None if void else self.auc,
        }

    def text(self) -> str:
        """Return the report for people."""
        lines = [f"{self.attack}, {self.level} level: {self.members} members, {self.non_members} non-members"]
        if self.void:
            return "\n".join([*lines, f"  {self.void}"])
        for rate in self.rates:
            if rate.tpr is None or rate.interval is None:
                lines.append(f"  at {rate.fpr:.1%} false alarms: {rate.reason}")
                continue
            low, high = rate.interval
            lines.append(
                f"  at {rate.fpr:.1%} false alarms: {rate.tpr:.2%} of members recognised "
                f"({rate.confidence:.0%} interval {low:.2%} to {high:.2%})"
            )
        if self.blind is None:
            lines.append(f"  {self.warning}")
        else:
            lines.append(
                f"  without the model: not told from chance (area {self.blind.auc:.3f}, p={self.blind.p_value:.2g})"
            )
        return "\n".join([*lines, f"  area under the curve {self.auc:.3f}"])


def membership_report(
    attack: str,
    member_scores: Scores,
    non_member_scores: Scores,
    *,
    level: Level = "record",
    blind: Blind | None = None,
    fprs: Sequence[float] = FPRS,
    confidence: float = 0.95,
) -> MembershipReport:
    """Report the scores of one attack.

    Args:
        attack: its name.
        member_scores: one a trained unit, higher when it looks more like a member; finite.
        non_member_scores: the same for units from the same source that were not trained on.
        level: what one score is about; see `subjects`.
        blind: from `blind_baseline` over the same units; without it the report carries a warning.
        fprs: false positive rates, each in (0, 1).
        confidence: of the intervals, in (0, 1).

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for an argument out of range.
    """
    rates = tuple(rate_at(member_scores, non_member_scores, fpr, confidence) for fpr in fprs)
    points = curve(member_scores, non_member_scores)
    return MembershipReport(
        attack,
        level,
        len(member_scores),
        len(non_member_scores),
        rates,
        blind,
        _thinned(points),
        area_under_curve(member_scores, non_member_scores),
    )


def _thinned(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return at most about `_POINTS` of the points, evenly spaced in ln fpr; the first and last stay."""
    kept, last = [], 0.0
    ratio = (max(points[1][0], 1e-12) ** (-1 / _POINTS)) if len(points) > 1 else 2.0
    for index, (fpr, tpr) in enumerate(points):
        if index in (0, len(points) - 1) or fpr >= last * ratio:
            kept.append((fpr, tpr))
            last = fpr
    return tuple(kept)
