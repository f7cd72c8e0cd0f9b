"""The Gaussian mechanism on whole numbers, with OpenDP's exact sampler of the discrete Gaussian.

Statement. A vector f(D) of integers; the answer is f(D) + X, where the X are independent discrete Gaussian numbers,
P(x) proportional to exp(-x²/2σ²), for any real σ > 0.

Sensitivity. One unit of privacy changes f in L2 norm by at most Δ cells. The Rényi divergence of order α is then at
most αΔ²/(2σ²), as for continuous noise (Canonne, Kamath & Steinke 2020, Proposition 5 and Theorem 14).

Event. `Gaussian(σ/Δ)`: its Rényi curve is exact. Its (ε, δ) in closed form are those of continuous noise, rounded; see
`wuming.mechanisms.discrete_gaussian.distance_from_rounded_gaussian` for what to take off δ, which is below 1e-9 from
σ = 2²⁰ cells on.

Adversary and limits: as for `wuming.mechanisms.laplace`.
"""

from __future__ import annotations

from wuming.accounting.events import Gaussian
from wuming.mechanisms.laplace import Whole, noisy, opendp


def whole_gaussian_mechanism(values: Whole, *, sigma: float, sensitivity: float) -> tuple[Whole, Gaussian]:
    """Add discrete Gaussian noise to whole numbers, and return them with the event that was run.

    Args:
        values: int64 of any shape; one unit changes it by at most `sensitivity` in L2 norm.
        sigma: σ, in cells; > 0.
        sensitivity: Δ, in cells; > 0.

    Raises:
        PrivacyParameterError: for a parameter out of range.
        MissingExtra: without OpenDP.
    """
    event = Gaussian(sigma / sensitivity)
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="i64")
    return noisy(dp.m.make_gaussian(*space, scale=float(sigma)), values), event
