"""The Laplace mechanism on whole numbers, with OpenDP's exact sampler.

Statement. Counts, or sums in cells of a grid, as a vector f(D) of integers; the answer is f(D) + X, where the X are
independent discrete Laplace numbers, P(x) proportional to exp(-|x|/b), for any real b > 0.

Sensitivity. One unit of privacy changes f in L1 norm by at most Δ cells. P(f + x)/P(f' + x) ≤ exp(|f - f'|₁/b), so the
answer is ε-differentially private with ε = Δ/b: the textbook's b = Δ/ε. Noise falls as ε grows.

Event. `DiscreteLaplace(b, Δ)`, whose Rényi curve is exact.

Adversary: sees the answer in full and knows everything but the noise, which comes from the operating system's CSPRNG.
No floating-point number is made, so low-order bits tell nothing (Mironov 2012). The time of one draw depends on the
noise, and not on the data. Sums that leave the range of 64 bits are held at its ends, which is post-processing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import DiscreteLaplace
from wuming.core.errors import MissingExtra, PrivacyParameterError

Whole = NDArray[np.int64]


def laplace_scale(epsilon: float, sensitivity: int) -> float:
    """Return the least scale b for which Δ/b is not above ε, also after rounding.

    Args:
        epsilon: > 0.
        sensitivity: Δ, in cells; ≥ 1.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if isinstance(epsilon, bool) or not math.isfinite(epsilon) or epsilon <= 0:
        raise PrivacyParameterError(
            f"epsilon={epsilon!r} is no finite number above 0", help="Give an epsilon such as 1."
        )
    scale = sensitivity / epsilon
    while sensitivity / scale > epsilon:
        scale = math.nextafter(scale, math.inf)
    return DiscreteLaplace(scale, sensitivity).scale


def laplace_mechanism(values: Whole, *, scale: float, sensitivity: int) -> tuple[Whole, DiscreteLaplace]:
    """Add discrete Laplace noise to whole numbers, and return them with the event that was run.

    Args:
        values: int64 of any shape; one unit changes it by at most `sensitivity` in L1 norm.
        scale: b, in cells; > 0.
        sensitivity: Δ, in cells; ≥ 1.

    Raises:
        PrivacyParameterError: for a parameter out of range.
        MissingExtra: without OpenDP.
    """
    event = DiscreteLaplace(scale, sensitivity)
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    return noisy(dp.m.make_laplace(*space, scale=float(scale)), values), event


def noisy(measurement: Any, values: Whole) -> Whole:
    """Return what an OpenDP measurement of a vector of i64 makes of an array, in its shape."""
    flat = np.ascontiguousarray(values, dtype=np.int64).reshape(-1)
    if not flat.size:
        return flat.reshape(values.shape)
    return np.array(measurement(flat.tolist()), dtype=np.int64).reshape(values.shape)


def opendp() -> Any:
    """Return OpenDP's prelude, its mechanisms enabled.

    Raises:
        MissingExtra: without it.
    """
    try:
        import opendp.prelude as dp
    except ImportError as error:
        raise MissingExtra(
            "noise for statistics needs the package opendp", help="Install it with: pip install 'wuming[statistics]'"
        ) from error
    dp.enable_features("contrib")
    return dp
