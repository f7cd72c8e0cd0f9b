"""What the test of a mechanism found: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from wuming.core.errors import ClaimRefused

Verdict = Literal["violated", "finding", "consistent", "not tested"]
"""`violated`: the claim is refuted. `finding`: the claim does not speak of it, and an attacker may use it.
`consistent`: not found, which is not the same as not there."""


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        check: name.
        verdict: see `Verdict`.
        null_hypothesis: what is refuted when the verdict is not `consistent`.
        statistic: what was measured, in words; holds no record.
        pair: the neighbouring data where it was seen; empty where it is about no pair.
        lower_bound_epsilon: the largest ε that the runs refute at this check's level; None where it bounds none.
        p_value: exact, of the null hypothesis, already times the number of tests made; None where there is none.
        level: the null hypothesis is refuted where the p-value is at most this.
        runs: on each side.
    """

    check: str
    verdict: Verdict
    null_hypothesis: str
    statistic: str
    pair: str = ""
    lower_bound_epsilon: float | None = None
    p_value: float | None = None
    level: float = 0.0
    runs: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        return {
            "check": self.check,
            "pair": self.pair,
            "verdict": self.verdict,
            "statistic": self.statistic,
            "lower_bound_epsilon": self.lower_bound_epsilon,
            "p_value": self.p_value,
            "level": self.level,
            "runs": self.runs,
            "null_hypothesis": self.null_hypothesis,
        }


@dataclass(frozen=True)
class Report:
    """All checks of one mechanism.

    Attributes:
        target: what was tested.
        claim: in words, with unit and relation.
        epsilon, delta: claimed.
        alpha: probability, at most, that a mechanism which keeps its claim is said to violate it.
        checks: in the order they were made.
        pairs: number of neighbouring pairs.
        calls: outputs asked for.
        seconds: of processor time.
        details: further facts.
    """

    target: str
    claim: str
    epsilon: float
    delta: float
    alpha: float
    checks: tuple[CheckResult, ...]
    pairs: int
    calls: int
    seconds: float
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks; `not tested` where none was made."""
        seen = {check.verdict for check in self.checks}
        worst: tuple[Verdict, ...] = ("violated", "finding", "consistent")
        return next((verdict for verdict in worst if verdict in seen), "not tested")

    @property
    def lower_bound_epsilon(self) -> float:
        """The largest ε that any check refutes."""
        return max((check.lower_bound_epsilon or 0.0 for check in self.checks), default=0.0)

    def of(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the names of the checks with this verdict."""
        return tuple(check.check for check in self.checks if check.verdict == verdict)

    def require(self) -> None:
        """Go on only where nothing was refuted.

        Raises:
            ClaimRefused: a check refutes the claim.
        """
        if failed := self.of("violated"):
            raise ClaimRefused(
                f"the mechanism does not keep its claim ({self.claim}): {', '.join(failed)}",
                help="The table says on which data and by which event; release nothing that it made.",
            )

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "verdict": self.verdict,
            "target": self.target,
            "claim": self.claim,
            "epsilon": self.epsilon,
            "delta": self.delta,
            "lower_bound_epsilon": self.lower_bound_epsilon,
            "alpha": self.alpha,
            "checks": [check.as_json() for check in self.checks],
            "pairs": self.pairs,
            "calls": self.calls,
            "seconds": round(self.seconds, 3),
        }
