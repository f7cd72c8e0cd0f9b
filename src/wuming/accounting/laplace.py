"""Rényi divergences of the discrete Laplace mechanism and of ε-randomised response, in closed form."""

from __future__ import annotations

import math


def discrete_laplace_divergence(shift: int, scale: float, order: float) -> float:
    """Return the Rényi divergence of discrete Laplace noise from itself moved by `shift` cells.

    Args:
        shift: L1 norm of the change, ≥ 1 cell.
        scale: of the noise, P(x) proportional to exp(-|x|/scale).
        order: α > 1.

    Also for a vector whose coordinates have independent noise: the sum over x below is A·exp((α − 1)s) + B·exp(−αs)
    with A, B ≥ 0 and s = shift/scale, so its logarithm is convex in the shift and 0 at shift 0; a change that is spread
    over coordinates therefore diverges by no more than the same change in one of them.

    Proof. With q = exp(−1/scale), Σ P(x)^α P(x − Δ)^(1 − α) is, times (1 + q)/(1 − q),
    q^((1 − α)Δ)/(1 − q) for x ≤ 0, q^(αΔ)/(1 − q) for x ≥ Δ, and between them a geometric series.
    """
    q = 1 / scale  # as the exponent of 1/e
    inner = (2 * order - 1) * q
    # Σ over 0 < x < Δ of exp(−inner·x), times (1 − e^−q): never negative.
    between = _ratio(q, inner) * (math.exp(-inner) - math.exp(-inner * shift)) if shift > 1 else 0.0
    largest = (order - 1) * q * shift
    # e^largest is taken out, so that nothing overflows.
    rest = 1.0 + math.exp(-(2 * order - 1) * q * shift) + between
    return max(0.0, largest + math.log(rest) - math.log1p(math.exp(-q))) / (order - 1)


def randomised_response_divergence(epsilon: float, order: float) -> float:
    """Return the Rényi divergence of ε-randomised response: the largest of any ε-DP mechanism.

    Args:
        epsilon: ≥ 0.
        order: α > 1.

    Source: Mironov, "Rényi differential privacy" (2017), Proposition 5, with p = e^ε/(1 + e^ε); that it is the largest:
    Kairouz, Oh & Viswanath (2015).
    """
    # ln of [e^((α − 1)ε) + e^(−αε)] / (1 + e^−ε), since p^α(1 − p)^(1 − α) = p·e^((α − 1)ε)
    largest = (order - 1) * epsilon
    return max(0.0, largest + math.log1p(math.exp(-(2 * order - 1) * epsilon)) - math.log1p(math.exp(-epsilon))) / (
        order - 1
    )


def _ratio(first: float, second: float) -> float:
    """Return (1 − e^−first)/(1 − e^−second)."""
    return math.expm1(-first) / math.expm1(-second)
