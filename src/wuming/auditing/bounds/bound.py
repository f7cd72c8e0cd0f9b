"""What an audit of scores found: a value that always carries its null hypothesis and what could have been seen at most.

A verdict says "violated" only where the null hypothesis contains the claim: then a bound above the claim disproves the
claim itself, up to the stated confidence. Where the null hypothesis is narrower than the claim (training behaves like
one Gaussian mechanism), a bound above the claim may disprove the hypothesis only, and the verdict says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from wuming.core.errors import ClaimRefused, PrivacyParameterError

Design = Literal["one-run-independent-coins", "independent-runs"]
Method = Literal["steinke", "fdp", "gaussian", "clopper-pearson", "curve"]
Verdict = Literal["consistent", "violated", "inconsistent under the Gaussian hypothesis"]

DESIGNS: Final[tuple[Design, ...]] = get_args(Design)
METHODS: Final[tuple[Method, ...]] = get_args(Method)

METHODS_OF: Final[Mapping[Design, tuple[Method, ...]]] = {
    "one-run-independent-coins": ("steinke", "fdp", "gaussian", "curve"),
    "independent-runs": ("clopper-pearson", "gaussian", "curve"),
}
"""Which method is proven for which design; every other pair is refused."""

LARGEST_EPSILON: Final = 700.0
"""Bounds are sought below this; e^700 is near the largest floating-point number."""

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound of ε, with all that is needed to read it.

    Attributes:
        method: how it was computed.
        design: how the scores came about.
        null_hypothesis: what was tested, in words; the bound holds for whatever satisfies it.
        epsilon_lower_bound: ε at `delta` is at least this, or the null hypothesis does not hold; rounded down.
        highest_possible_bound: what perfectly separated scores would have given; infinite where there is no limit.
        delta: δ of bound and claim.
        confidence: chance, at least, that the bound is not above the true ε.
        included: number of scores of canaries that were trained on (or of runs with the canary).
        excluded: number of the others.
        claimed_epsilon: the ε that was put to the test; None without a claim.
        verdict: see the module's text; without a claim always "consistent".
        details: figures of the method and, under `warnings`, what a reader must know; JSON.
    """

    method: Method
    design: Design
    null_hypothesis: str
    epsilon_lower_bound: float
    highest_possible_bound: float
    delta: float
    confidence: float
    included: int
    excluded: int
    claimed_epsilon: float | None
    verdict: Verdict
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the bound as a JSON object; a highest possible bound without limit is written as null."""
        highest = self.highest_possible_bound
        return {
            "epsilon_lower_bound": self.epsilon_lower_bound,
            "null_hypothesis": self.null_hypothesis,
            "verdict": self.verdict,
            "highest_possible_bound": highest if math.isfinite(highest) else None,
            "claimed_epsilon": self.claimed_epsilon,
            "delta": self.delta,
            "confidence": self.confidence,
            "design": self.design,
            "method": self.method,
            "included": self.included,
            "excluded": self.excluded,
            "details": dict(self.details),
        }

    def __str__(self) -> str:
        """Write bound, limit and verdict in one line."""
        limit = f"{self.highest_possible_bound:g}" if math.isfinite(self.highest_possible_bound) else "no limit"
        return (
            f"epsilon at least {self.epsilon_lower_bound:g} at delta={self.delta:g} with confidence "
            f"{self.confidence:g} (highest possible: {limit}); {self.verdict}"
        )


def round_down(value: float) -> float:
    """Return the largest number with six decimals that is not above `value`; infinity stays."""
    if not math.isfinite(value):
        return value
    scale = 10.0**_DECIMALS
    result = math.floor(value * scale) / scale
    return result if result <= value else (math.floor(value * scale) - 1) / scale


def check_design(design: str, method: str) -> None:
    """Refuse a method outside the design for which it is proven.

    Raises:
        PrivacyParameterError: for an unknown design or method, or a pair without a proof.
    """
    if design not in DESIGNS:
        raise PrivacyParameterError(f"design={design!r} is not known", help=f"Known: {', '.join(DESIGNS)}.")
    if method not in METHODS:
        raise PrivacyParameterError(f"method={method!r} is not known", help=f"Known: {', '.join(METHODS)}.")
    if method not in METHODS_OF[design]:
        raise PrivacyParameterError(
            f"method={method!r} proves nothing for design={design!r}",
            help=f"For this design use {', '.join(METHODS_OF[design])}.",
        )


def check_parameters(delta: float, confidence: float, claimed_epsilon: float | None = None) -> None:
    """Refuse δ, confidence or claim out of range.

    Raises:
        PrivacyParameterError: δ outside [0, 1), confidence outside (0, 1), a claim that is no finite number above 0.
    """
    if isinstance(delta, bool) or not 0 <= delta < 1:
        raise PrivacyParameterError(f"delta={delta} is not within [0, 1)", help="Use the delta of the claim.")
    if isinstance(confidence, bool) or not 0 < confidence < 1:
        raise PrivacyParameterError(f"confidence={confidence} is not within (0, 1)", help="Use 0.95, for example.")
    if claimed_epsilon is not None and (not math.isfinite(claimed_epsilon) or claimed_epsilon <= 0):
        raise PrivacyParameterError(
            f"claimed_epsilon={claimed_epsilon} is no finite number above 0", help="Give the epsilon of the claim."
        )


def check_bound(bound: Bound) -> None:
    """Refuse a claim that an audit has disproved.

    Raises:
        ClaimRefused: when the verdict is "violated". A bound under the Gaussian hypothesis alone refuses nothing.
    """
    if bound.verdict == "violated":
        raise ClaimRefused(
            f"the audit ({bound.method}, confidence {bound.confidence}) disproves the claim epsilon="
            f"{bound.claimed_epsilon} at delta={bound.delta}: epsilon is at least {bound.epsilon_lower_bound}, or the "
            "claimed event's curve is broken",
            help="Withdraw the claim and release nothing: look for a fault in sampler, clipping, noise or accounting.",
        )
