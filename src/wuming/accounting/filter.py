"""The filter: decides whether one more event fits under an account's cap, whatever was chosen after seeing results.

**What is claimed.** Events arrive one after another; each is chosen after seeing the results of those before (fully
adaptive), and each has a Rényi curve ρ(α) that holds whatever came before. If every event that runs was admitted by one
`RenyiFilter(cap_epsilon, delta)`, all results together are (cap_epsilon, delta)-differentially private.

**Why.** For one order α fixed beforehand, stopping before Σρ(α) exceeds a fixed B(α) keeps everything (α, B(α))-RDP
(Feldman & Zrnic 2021, Rényi filter; Lécuyer 2021), which is (ε, δ)-DP by the conversion below. Several orders need
care: which order still has room at the end depends on the results, so "some order of the grid is within its cap", with
the whole δ at each order, is not covered by that theorem: an adversary may steer to the order that flatters what it
has seen. The minimum over orders of converted sums is the same rule in other words. The remedy here is a union bound.
Order α of a small fixed grid (`FILTER_ORDERS`) has a fixed share δ(α) of δ, the shares add up to δ, and an event is
admitted while some order holds ε(Σρ(α), α, δ(α)) ≤ cap. Sort the transcripts by an order that holds at their end: on
each part the interaction is one that the fixed-order filter admits, so part α adds at most δ(α), and all parts at most
δ. The price is ln(δ/δ(α))/(α − 1). Measured on Poisson-sampled Gaussian schedules at δ = 10⁻⁵: 1.28 becomes 1.57, 2.7
becomes 3.2, 10.9 becomes 12.4, 15.3 becomes 16.9.

**Failures.** An event may be Rényi private only up to a failure probability: an (ε, δ)-DP mechanism is, with
probability 1 − δ, an ε-DP one, and with δ anything (Kairouz, Oh & Viswanath 2015). `failure_delta` is the part of δ
that is set aside for them beforehand: the filter refuses as soon as the failures would add up to more, and converts
with the rest. So the whole interaction is, but for a probability of failure_delta, one of events without failures,
which the argument above covers with δ − failure_delta (Whitehouse et al. 2023 for approximate zCDP).

**What is not claimed.** `charge` (spent so far) says how far the cap is used. As an ε of its own it is valid only for a
schedule fixed in advance. Shares do not depend on the cap, so a filter with a higher cap admits whatever one with a
lower cap does; when a cap is raised after seeing results, the claim is the highest cap that could have been granted.

Adversary: chooses every event after seeing all earlier results, and knows grid, shares and cap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wuming.core.errors import PrivacyParameterError

ORDERS: tuple[float, ...] = (
    *(round(1 + tenth / 10, 1) for tenth in range(1, 100)),
    *(float(order) for order in range(11, 65)),
    *(80.0, 96.0, 128.0, 160.0, 192.0, 256.0, 320.0, 384.0, 512.0),
)
"""The orders α at which every event's Rényi divergence is given: 1.1 … 10.9, 11 … 64, then up to 512."""

FILTER_ORDERS: tuple[float, ...] = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 16.0, 32.0, 64.0, 128.0, 256.0)
"""The orders that the filter watches, each with a share of δ; a subset of `ORDERS`."""

# Small orders get more, because there a smaller share costs more: its price is divided by α - 1.
_WEIGHTS = tuple((order - 1) ** -0.5 for order in FILTER_ORDERS)
DELTA_SHARES: tuple[float, ...] = tuple(weight / math.fsum(_WEIGHTS) for weight in _WEIGHTS)
"""Share of δ at each of `FILTER_ORDERS`; they add up to 1."""

_ROUNDING = 1e-9  # of sums of failure probabilities
_POSITIONS = tuple(ORDERS.index(order) for order in FILTER_ORDERS)


def check_parameters(epsilon: float, delta: float) -> None:
    """Refuse an ε or δ for which no guarantee exists.

    Raises:
        PrivacyParameterError: ε not in (0, ∞), δ not in (0, 1).
    """
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise PrivacyParameterError(f"epsilon must be positive and finite, epsilon={epsilon}", help="Choose, e.g., 8.")
    if not 0 < delta < 1:
        raise PrivacyParameterError(f"delta must be in (0, 1), delta={delta}", help="Choose, e.g., 1e-5.")


def check_curve(rdp: Sequence[float]) -> tuple[float, ...]:
    """Return the Rényi curve as a tuple of floats when it has one value ≥ 0 (∞ allowed) for each of `ORDERS`.

    Raises:
        PrivacyParameterError: wrong length, or a value that is negative or not a number.
    """
    if len(rdp) != len(ORDERS):
        raise PrivacyParameterError(
            f"a Rényi curve needs {len(ORDERS)} values, one an order, length={len(rdp)}",
            help="Compute it on wuming.accounting.filter.ORDERS.",
        )
    curve = tuple(float(value) for value in rdp)
    for order, value in zip(ORDERS, curve, strict=True):
        if not value >= 0:
            raise PrivacyParameterError(f"a Rényi divergence is never negative or NaN, order={order}, value={value}")
    return curve


def add_curves(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """Return the Rényi curve of two events together (Mironov 2017, Proposition 1)."""
    return tuple(a + b for a, b in zip(check_curve(first), check_curve(second), strict=True))


def convert(rho: float, order: float, delta: float) -> float:
    """Return the ε ≥ 0 for which (order, rho)-RDP gives (ε, delta)-DP.

    Args:
        rho: Rényi divergence ≥ 0, may be infinite.
        order: α > 1.
        delta: in (0, 1).

    Source: Canonne, Kamath & Steinke 2020, Proposition 12, solved for ε.
    """
    return max(0.0, rho + math.log1p(-1 / order) - math.log(delta * order) / (order - 1))


def convert_to_delta(rho: float, order: float, epsilon: float) -> float:
    """Return the δ for which (order, rho)-RDP gives (epsilon, δ)-DP.

    Args:
        rho: Rényi divergence ≥ 0, may be infinite.
        order: α > 1.
        epsilon: ≥ 0.

    Source: Canonne, Kamath & Steinke 2020, Proposition 12.
    """
    logarithm = (order - 1) * (rho - epsilon + math.log1p(-1 / order)) - math.log(order)
    return math.exp(min(0.0, logarithm))


def epsilon_of(rdp: Sequence[float], delta: float) -> float:
    """Return the smallest ε that the Rényi curve gives over all `ORDERS`, for one schedule fixed in advance.

    No valid cap for events chosen adaptively: use `RenyiFilter`.

    Raises:
        PrivacyParameterError: a bad curve or δ.
    """
    check_parameters(1.0, delta)
    curve = check_curve(rdp)
    # Divergences grow with α, so each bounds Kullback-Leibler from above; by Bretagnolle & Huber (1979) total variation
    # is then at most √(1 − e^−ρ), and where that is below δ, ε = 0 holds.
    if any(delta**2 + math.expm1(-rho) > 0 for rho in curve):
        return 0.0
    return min(convert(rho, order, delta) for rho, order in zip(curve, ORDERS, strict=True))


@dataclass(frozen=True)
class RenyiFilter:
    """Admits events while the cap holds; see the top of this file for the claim.

    Args:
        cap_epsilon: ε of the claim, > 0.
        delta: δ of the claim, in (0, 1).
        failure_delta: part of δ for events that hold only up to a failure probability; in [0, delta).

    Raises:
        PrivacyParameterError: ε, δ or its part out of range.
    """

    cap_epsilon: float
    delta: float
    failure_delta: float = 0.0

    def __post_init__(self) -> None:
        check_parameters(self.cap_epsilon, self.delta)
        if not 0 <= self.failure_delta < self.delta:
            raise PrivacyParameterError(
                f"failure_delta={self.failure_delta} is not in [0, {self.delta})", help="Use half of delta, or 0."
            )

    def epsilon_of(self, rdp: Sequence[float]) -> float:
        """Return the ε of a schedule fixed in advance; see `epsilon_of`."""
        return epsilon_of(rdp, self.delta)

    def charge(self, rdp: Sequence[float], failure: float = 0.0) -> float:
        """Return the smallest cap under which a filter would have admitted events with this total curve.

        At least `epsilon_of`; 0 when nothing was spent; ∞ where their failure probabilities, `failure` together, exceed
        the part that is set aside. Raises PrivacyParameterError for a bad curve.
        """
        curve = check_curve(rdp)
        if not failure <= self.failure_delta * (1 + _ROUNDING):
            return math.inf
        if not any(curve):
            return 0.0
        return min(
            convert(curve[position], order, (self.delta - self.failure_delta) * share)
            for position, order, share in zip(_POSITIONS, FILTER_ORDERS, DELTA_SHARES, strict=True)
        )

    def admits(self, spent: Sequence[float], event: Sequence[float], failure: float = 0.0) -> bool:
        """Say whether `event` may run after what was `spent`, both Rényi curves on `ORDERS`; `failure` is of both.

        Raises:
            PrivacyParameterError: a bad curve.
        """
        return self.charge(add_curves(spent, event), failure) <= self.cap_epsilon
