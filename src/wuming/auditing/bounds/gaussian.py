"""The normalised sum: the distance between the scores of included and of excluded canaries, in standard deviations.

White-box scores are sums over the steps of training, and so nearly normal. If they are normal with one variance, the
distance of the two means in standard deviations is the μ of the Gaussian mechanism that an auditor of one canary faces,
and Student's statistic has a non-central t distribution with a non-centrality proportional to μ. This gives an exact
lower limit of μ, and ε at δ from μ.

It tests a hypothesis: scores of another shape can break it without breaking any promise.

Sources: "Let's Ask Gauss: improved one-run privacy auditing" (arXiv 2606.12733), the normalised sum; Johnson and Welch,
"Applications of the non-central t-distribution" (Biometrika 31, 1940), the limit.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.bounds.curves import largest_rejected
from wuming.core.errors import PrivacyParameterError

_NODES = 801
_SQRT2 = math.sqrt(2.0)
_LARGEST_MEAN = 1e4


def student(included: NDArray[np.float64], excluded: NDArray[np.float64]) -> tuple[float, int]:
    """Return Student's statistic of two samples, with pooled variance, and its degrees of freedom.

    Args:
        included: shape (n₁,), n₁ ≥ 2.
        excluded: shape (n₀,), n₀ ≥ 2.

    Raises:
        PrivacyParameterError: for fewer than two scores a side, or scores without any spread.
    """
    if min(included.size, excluded.size) < 2:
        raise PrivacyParameterError(
            f"{included.size} included and {excluded.size} excluded scores show no spread",
            help="Give at least two scores a side.",
        )
    scale = max(float(np.abs(included).max()), float(np.abs(excluded).max())) or 1.0
    first, second = included / scale, excluded / scale
    freedom = included.size + excluded.size - 2
    squares = float(((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum())
    spread = math.sqrt(squares / freedom)
    difference = float(first.mean() - second.mean())
    if spread < 1e-12:
        raise PrivacyParameterError(
            "the scores of one side are all equal, which no Gaussian mechanism gives",
            help="Use method=steinke, which assumes no shape.",
        )
    return difference / (spread * error_of_distance(included.size, excluded.size)), freedom


def error_of_distance(included: int, excluded: int) -> float:
    """Return the standard error of the difference of two means, in standard deviations of one score."""
    return math.sqrt(1 / included + 1 / excluded)


@lru_cache(maxsize=4096)
def largest_mean(statistic: float, freedom: int, error: float, level: float) -> float:
    """Return the μ ≥ 0 below which every distance is rejected at `level`; 0 when none is.

    Args:
        statistic: Student's statistic.
        freedom: its degrees of freedom; ≥ 1.
        error: standard error of the distance in standard deviations, see `error_of_distance`.
        level: in (0, 1).
    """
    nodes, weights = _spread(freedom)

    def rejects(mean: float) -> bool:
        arguments = ((statistic * nodes - mean / error) / _SQRT2).tolist()
        return 0.5 * float(np.dot(weights, [math.erfc(argument) for argument in arguments])) <= level

    return largest_rejected(rejects, _LARGEST_MEAN)


def warnings_of_shape(included: NDArray[np.float64], excluded: NDArray[np.float64]) -> list[str]:
    """Return what speaks against the hypothesis: skewness, kurtosis or unequal spread, each beyond chance at 10^-6."""
    found = []
    spreads = []
    for name, scores in (("included", included), ("excluded", excluded)):
        centred = scores / (float(np.abs(scores).max()) or 1.0)
        centred = centred - centred.mean()
        spread = math.sqrt(float((centred**2).mean()))
        spreads.append(spread * (float(np.abs(scores).max()) or 1.0))
        if scores.size < 100 or spread == 0:
            continue
        skewness = float(((centred / spread) ** 3).mean())
        kurtosis = float(((centred / spread) ** 4).mean()) - 3
        # 4.9 standard deviations are 10^-6 on two sides; kurtosis is skewed in small samples, so it is given more room.
        if abs(skewness) > 4.9 * math.sqrt(6 / scores.size) or abs(kurtosis) > 7 * math.sqrt(24 / scores.size):
            found.append(
                f"the {name} scores are not normal (skewness {skewness:.2f}, excess kurtosis {kurtosis:.2f}): "
                "the Gaussian hypothesis is doubtful"
            )
    small, large = sorted(spreads)
    pooled = math.sqrt(1 / included.size + 1 / excluded.size)
    if min(included.size, excluded.size) >= 100 and (small == 0 or math.log(large / small) > 4.9 * pooled):
        found.append(
            "included and excluded scores differ in spread, which one Gaussian mechanism without sampling does not give"
        )
    return found


@lru_cache(maxsize=64)
def _spread(freedom: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of the density of √(χ²/ν): C·s^(ν−1)·e^(−νs²/2)."""
    reach = 12 / math.sqrt(2 * freedom)
    nodes = np.linspace(max(1e-6, 1 - reach), 1 + reach + 4 / freedom, _NODES)
    logarithm = (freedom - 1) * np.log(nodes) - freedom * (nodes**2 - 1) / 2
    weights = np.exp(logarithm - logarithm.max())
    return nodes, weights / weights.sum()
