"""The one-run test of a whole trade-off curve: how many right guesses a curve can allow.

Let r of m canaries be guessed, and p_i be the probability of exactly i right guesses. For a curve with inverse f⁻,
h_i = Σ_{j≥i} (r−j)/m·p_j and r_i = Σ_{j≥i} j/m·p_j satisfy h_{i−1} ≥ f⁻(r_i). Starting from a tail of mass s at v, each
step down adds mass that must be there; where more than 1 is needed, the tail cannot have been s.

Source: Mahloujifar, Melis and Chaudhuri, "Auditing f-differential privacy in one run" (ICML 2025, arXiv 2410.22235),
the recursion for guesses with abstention. It needs guesses fixed in number, and independent fair coins.
"""

from __future__ import annotations

from functools import lru_cache

from wuming.auditing.bounds.curves import Curve, GaussianCurve, PairsCurve, gaussian_epsilon, largest_rejected

_LARGEST_MEAN = 100.0  # μ; the inverse of Φ has no more to give


def rejected(curve: Curve, canaries: int, guesses: int, correct: int, level: float) -> bool:
    """Tell whether so many right guesses contradict a curve.

    Args:
        curve: null hypothesis.
        canaries: m, each included by a fair coin of its own; ≥ 1.
        guesses: r, fixed before the scores were seen; in [0, m].
        correct: v of these guesses were right; in [0, r].
        level: error, in (0, 1).

    Guarantee: under the curve this is True with probability at most `level`.
    """
    if guesses == 0 or correct == 0:
        return False
    right, wrong = level * correct / canaries, level * (guesses - correct) / canaries
    everything = guesses / canaries * (1 + 1e-12)
    lowest_fpr = curve.lowest_fpr
    for count in range(correct - 1, -1, -1):
        needed = lowest_fpr(min(1.0, right))
        if needed <= wrong:
            break  # nothing more is needed, now and further down
        right += (count / (guesses - count)) * (needed - wrong)
        wrong = needed
        if right + wrong > everything:
            return True
    return right + wrong > everything


def p_value(curve: Curve, canaries: int, guesses: int, correct: int) -> float:
    """Return the smallest level, from above and to one part in 1,000, at which `rejected` holds; 1 where at none.

    Nothing below 1e-300 is returned.
    """
    if not rejected(curve, canaries, guesses, correct, 1.0 - 1e-12):
        return 1.0
    high, low = 1.0, 1e-300
    if rejected(curve, canaries, guesses, correct, low):
        return low
    while high / low > 1.001:
        middle = (high * low) ** 0.5 if high * low > 0 else high**0.5 * low**0.5
        if rejected(curve, canaries, guesses, correct, middle):
            high = middle
        else:
            low = middle
    return high


@lru_cache(maxsize=65536)
def largest_mean(canaries: int, guesses: int, correct: int, level: float) -> float:
    """Return the μ below which every Gaussian curve is rejected at `level`; 0 when none is."""
    return largest_rejected(
        lambda mean: rejected(GaussianCurve(mean), canaries, guesses, correct, level), _LARGEST_MEAN
    )


def gaussian_bound(canaries: int, guesses: int, correct: int, delta: float, confidence: float) -> float:
    """Return the lower bound of ε at `delta` > 0 under the hypothesis that training is as hard to see as a Gaussian."""
    return gaussian_epsilon(largest_mean(canaries, guesses, correct, 1.0 - confidence), delta)


@lru_cache(maxsize=65536)
def pair_bound(canaries: int, guesses: int, correct: int, delta: float, level: float) -> float:
    """Return the ε below which the curve of every (ε, δ) is rejected at `level`; 0 when none is."""
    return largest_rejected(
        lambda epsilon: rejected(PairsCurve((epsilon,), (delta,)), canaries, guesses, correct, level)
    )
