"""The exact one-run test of (ε, δ)-DP: how many right guesses about independent fair coins training can allow.

Source: Steinke, Nasr and Jagielski, "Privacy auditing with one (1) training run" (NeurIPS 2023), the theorem for
approximate differential privacy.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.bounds.bound import LARGEST_EPSILON, check_parameters
from wuming.core.errors import PrivacyParameterError

_WINDOW = 45.0  # standard deviations around the mean of W outside of which there is no mass a float could hold


def significance(canaries: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """Return the largest probability that any (ε, δ)-DP training allows of so many correct guesses or more.

    Args:
        canaries: m, each included by a fair coin of its own; ≥ 1.
        guesses: r of them were guessed; in [0, m].
        correct: v of these guesses were right; in [0, r].
        epsilon: ε ≥ 0.
        delta: δ in [0, 1).

    Returns:
        β + 2mδα, at most 1: β = P[W ≥ v], α = max over i of P[v > W ≥ v − i]/i, W ~ Binomial(r, e^ε/(1 + e^ε)).

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    check_counts(canaries, guesses, correct)
    check_parameters(delta, confidence=0.5)
    if not epsilon >= 0:
        raise PrivacyParameterError(f"epsilon={epsilon} is negative", help="Give an epsilon of at least 0.")
    return _significance(canaries, guesses, correct, epsilon, delta)


def lower_bound(canaries: int, guesses: int, correct: int, delta: float, confidence: float) -> float:
    """Return the lower bound of ε that so many correct guesses give.

    Args:
        canaries: m, each included by a fair coin of its own; ≥ 1.
        guesses: r, fixed before the scores were seen; in [0, m].
        correct: v of these guesses were right; in [0, r].
        delta: δ in [0, 1).
        confidence: in (0, 1).

    Returns:
        The ε ≥ 0 below which all values are rejected at level 1 − confidence; 0 when none is.

    Raises:
        PrivacyParameterError: for an argument out of range.

    Guarantee: for every (ε, δ)-DP training the bound exceeds ε with probability at most 1 − confidence.
    """
    check_counts(canaries, guesses, correct)
    check_parameters(delta, confidence)
    return bound_at_level(canaries, guesses, correct, delta, 1.0 - confidence)


@lru_cache(maxsize=65536)
def bound_at_level(canaries: int, guesses: int, correct: int, delta: float, level: float) -> float:
    """Return `lower_bound` for an error `level` in (0, 1); the arguments are not checked."""
    if guesses == 0 or not rejected(canaries, guesses, correct, 0.0, delta, level):
        return 0.0
    low, high = 0.0, 1.0
    while high < LARGEST_EPSILON and rejected(canaries, guesses, correct, high, delta, level):
        low, high = high, high * 2
    for _ in range(50):
        middle = (low + high) / 2
        if rejected(canaries, guesses, correct, middle, delta, level):
            low = middle
        else:
            high = middle
    return low


def rejected(canaries: int, guesses: int, correct: int, epsilon: float, delta: float, level: float) -> bool:
    """Tell whether so many right guesses contradict (ε, δ)-DP at an error `level`; the arguments are not checked."""
    return _significance(canaries, guesses, correct, epsilon, delta) <= level


def highest_possible_bound(canaries: int, guesses: int, delta: float, confidence: float) -> float:
    """Return the bound that all guesses correct would give: the most that such an audit can see.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    return lower_bound(canaries, guesses, guesses, delta, confidence)


def check_counts(canaries: int, guesses: int, correct: int) -> None:
    """Refuse counts that no audit gives.

    Raises:
        PrivacyParameterError: unless 0 ≤ correct ≤ guesses ≤ canaries and there is a canary.
    """
    if canaries < 1 or not 0 <= correct <= guesses <= canaries:
        raise PrivacyParameterError(
            f"0 ≤ correct={correct} ≤ guesses={guesses} ≤ canaries={canaries} does not hold",
            help="Give the counts of one audit with at least one canary.",
        )


def _significance(canaries: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """Sum the binomial masses near the mean only: those farther off than 45 standard deviations are below 10^-300."""
    log_right = -math.log1p(math.exp(-epsilon))
    log_wrong = log_right - epsilon
    mean = guesses * math.exp(log_right)
    reach = _WINDOW * (math.sqrt(mean * math.exp(log_wrong)) + 1.0) + _WINDOW**2  # the last term for skewed masses
    first, last = max(0, math.floor(mean - reach)), min(guesses, math.ceil(mean + reach))
    log_mass = _log_binomials(guesses, first, last)
    right = np.arange(first, last + 1, dtype=np.float64)
    mass = np.exp(log_mass + right * log_right + (guesses - right) * log_wrong)
    mass /= mass.sum()  # what is common to all masses' rounding cancels
    position = min(max(0, correct - first), mass.size)  # of the first mass that counts as "v or more"
    beta = float(mass[position:].sum())
    if delta == 0.0 or correct == 0 or position == 0:
        return min(1.0, beta)
    below = np.cumsum(mass[:position][::-1])  # P[v > W ≥ v - i]; for i beyond these the sum no longer grows
    steps = np.arange(1, position + 1, dtype=np.float64) + (correct - first - position)
    alpha = float((below / steps).max())
    return min(1.0, beta + 2.0 * canaries * delta * alpha)


def _log_binomials(trials: int, first: int, last: int) -> NDArray[np.float64]:
    """Return ln C(trials, k) for k from `first` to `last`."""
    chosen = np.arange(first, last + 1)
    return log_factorials(np.asarray([trials])) - log_factorials(chosen) - log_factorials(trials - chosen)


_SMALL_FACTORIALS = np.array([math.lgamma(n + 1) for n in range(33)])


def log_factorials(numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return ln n! for each n ≥ 0. Source: Stirling's series, DLMF 5.11.1, to 10^-13 above 32; a table below."""
    n = np.maximum(numbers, 1).astype(np.float64)
    series = 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5)
    stirling = n * np.log(n) - n + 0.5 * np.log(2 * math.pi * n) + series
    return np.where(numbers <= 32, _SMALL_FACTORIALS[np.minimum(numbers, 32)], stirling)
