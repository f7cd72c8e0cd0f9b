"""Exposure: how far up a planted secret stands among other values that it might have been.

A model that never learned the secret ranks it by chance, which gives about 1.4 bits and not 0; so every figure is shown
beside the mean and interval of chance.

Source: Carlini et al., "The secret sharer" (USENIX Security 2019), section 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import clopper_pearson_upper, regularised_incomplete_beta

_CELLS_PER_BIT = 1024
_LARGEST_GRID = 1 << 20


def exposure(rank: float, candidates: int) -> float:
    """Return log2(candidates) − log2(rank), in bits.

    Args:
        rank: in [1, candidates]; 1 is the value that the model likes best.
        candidates: number of values that were ranked, the true one among them; ≥ 1.

    Raises:
        PrivacyParameterError: for a rank out of range.
    """
    if candidates < 1 or not 1 <= rank <= candidates:
        raise PrivacyParameterError(
            f"rank={rank} is not within [1, candidates={candidates}]", help="Rank the true value among the candidates."
        )
    return math.log2(candidates) - math.log2(rank)


def rank_of(losses: Sequence[float], true_index: int) -> float:
    """Return the rank of the true value by its loss, 1 for the lowest.

    Values with equal loss share their ranks by the geometric mean: then the exposure is the mean over all orders of
    the tied values. So a model that is blind to the candidates shows chance, and a tie never hides exposure.

    Args:
        losses: one a candidate, lower when the model likes it better; finite.
        true_index: position of the true value.

    Raises:
        PrivacyParameterError: for a position out of range or a loss that is not finite.
    """
    values = np.asarray(losses, dtype=np.float64)
    if not 0 <= true_index < values.size or not np.isfinite(values).all():
        raise PrivacyParameterError(
            f"true_index={true_index} of {values.size} losses, {int((~np.isfinite(values)).sum())} of them not finite",
            help="Give one finite loss for each candidate.",
        )
    better = int((values < values[true_index]).sum())
    tied = int((values == values[true_index]).sum())
    if tied == 1:
        return float(better + 1)
    mean_log = math.fsum(math.log(better + place) for place in range(1, tied + 1)) / tied
    return min(float(better + tied), max(float(better + 1), math.exp(mean_log)))


def mean_exposure(ranks: Sequence[float], candidates: int, confidence: float = 0.95) -> dict[str, Any]:
    """Return the mean exposure of several secrets, with a two-sided interval.

    Args:
        ranks: one a secret, each in [1, candidates].
        candidates: number of values that each was ranked among.
        confidence: in (0, 1).

    Returns:
        `{"mean", "interval"}` in bits. The interval is Student's, cut to [0, log2(candidates)]. Where all ranks are
        equal it would have no width; there it spans what secrets of another rank, as many as Clopper-Pearson leaves
        room for, would do. With one secret it is the whole range.

    Raises:
        EmptyData: without ranks.
        PrivacyParameterError: for a rank or confidence out of range.
    """
    if not ranks:
        raise EmptyData("there are no ranks", help="Plant at least one secret, or leave exposure out.")
    if not 0 < confidence < 1:
        raise PrivacyParameterError(f"confidence={confidence} is not within (0, 1)", help="Use 0.95, for example.")
    values = np.array([exposure(rank, candidates) for rank in ranks])
    most, mean, count = math.log2(candidates), float(values.mean()), len(values)
    if count == 1:
        return {"mean": mean, "interval": [0.0, most]}
    if float(values.max()) == float(values.min()):
        room = clopper_pearson_upper(0, count, 1 - (1 - confidence) / 2)
        return {"mean": mean, "interval": [mean - room * mean, mean + room * (most - mean)]}
    half = student_quantile(1 - (1 - confidence) / 2, count - 1) * float(values.std(ddof=1)) / math.sqrt(count)
    return {"mean": mean, "interval": [max(0.0, mean - half), min(most, mean + half)]}


def chance(count: int, candidates: int, confidence: float = 0.95) -> dict[str, Any]:
    """Return what the mean exposure of secrets is that the model never saw: their ranks are uniform and independent.

    Args:
        count: number of secrets, ≥ 1.
        candidates: number of values that each is ranked among, ≥ 1.
        confidence: share of chance that the interval holds, in (0, 1).

    Returns:
        `{"exposure_mean", "interval"}` in bits. The mean is exact; the interval comes from the distribution of the sum
        by convolution on a fixed grid, and is off by at most the grid's width (1/1024 bit up to some 120 secrets of
        256).

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if count < 1 or candidates < 1 or not 0 < confidence < 1:
        raise PrivacyParameterError(
            f"count={count}, candidates={candidates}, confidence={confidence} is out of range",
            help="Give at least one secret and one candidate, and a confidence such as 0.95.",
        )
    levels = math.log2(candidates) - np.log2(np.arange(1, candidates + 1))
    bits = max(1.0, float(levels.max()))
    per_bit = min(float(_CELLS_PER_BIT), _LARGEST_GRID / (count * bits))
    cells = np.rint(levels * per_bit).astype(np.int64)
    single = np.bincount(cells, minlength=int(cells.max()) + 1) / candidates
    size = count * (single.size - 1) + 1
    transform = np.fft.rfft(single, 1 << (size - 1).bit_length() if size > 1 else 2)
    total = np.cumsum(np.maximum(0.0, np.fft.irfft(transform**count)[:size]))
    tail = (1 - confidence) / 2
    low = int(np.searchsorted(total, tail))
    high = int(np.searchsorted(total, 1 - tail))
    return {
        "exposure_mean": float(levels.mean()),
        "interval": [low / per_bit / count, min(high, size - 1) / per_bit / count],
    }


def student_quantile(probability: float, freedom: int) -> float:
    """Return the quantile of Student's t distribution, for a probability in [0.5, 1).

    Args:
        probability: in [0.5, 1).
        freedom: degrees of freedom, ≥ 1.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if not 0.5 <= probability < 1 or freedom < 1:
        raise PrivacyParameterError(
            f"probability={probability}, freedom={freedom} is out of range", help="Use a probability such as 0.975."
        )
    low, high = 0.0, 1.0
    while _student_tail(high, freedom) > 1 - probability and high < 1e12:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _student_tail(middle, freedom) > 1 - probability:
            low = middle
        else:
            high = middle
    return high


def _student_tail(t: float, freedom: int) -> float:
    return regularised_incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
