"""What an attack reports: figures, whether they are a reason to refuse, the columns to blame and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """The result of one attack.

    An attack with a *control* compares how often it succeeds on members with how often on people who are not in the
    table. A *finding* is a fact about the release with an exact criterion; it has no control.

    Attributes:
        name: of the attack; letters, digits, spaces.
        refused: the release must not go out.
        columns: to blame where refused, the worst first.
        advice: what to change, where refused.
        detail: what was found, in counts and column names; no personal value.
        trials, control_trials: how often it was tried on members and on the control; None for a finding.
        rate, control_rate: shares that succeeded.
        lower_bound: of rate - control_rate, at the level of this attack.
        margin: what the lower bound may be at most.
    """

    name: str
    refused: bool
    columns: tuple[str, ...] = ()
    advice: str = ""
    detail: str = ""
    trials: int | None = None
    control_trials: int | None = None
    rate: float | None = None
    control_rate: float | None = None
    lower_bound: float | None = None
    margin: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object; what does not apply is left out."""
        out: dict[str, Any] = {"refused": self.refused}
        for key in ("trials", "control_trials", "rate", "control_rate", "lower_bound", "margin"):
            value = getattr(self, key)
            if value is not None:
                out[key] = round(value, 6) if isinstance(value, float) else value
        for key in ("detail", "advice"):
            if text := getattr(self, key):
                out[key] = text
        if self.columns:
            out["columns"] = list(self.columns)
        return out
