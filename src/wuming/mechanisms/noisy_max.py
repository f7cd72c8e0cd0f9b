"""Report-noisy-max as permute-and-flip, and the top k by peeling, drawn exactly.

Statement. One of n public candidates is drawn: each is kept by a coin of its own with probability
exp(-c·(best - score)), c = ε/(2Δ), or ε/Δ where scores are monotonic, and one of those kept is drawn uniformly. (The
best is always kept.) That is ε-differentially private, and its expected score is never below that of the exponential
mechanism.

Sensitivity. One unit moves each score by at most Δ. The result has the distribution of the first place among scores
with independent exponential noise of mean 1/c (Ding et al. 2021). Given all noise but that of candidate r, r wins if
its noise is above m, the best of the others less its own score; one unit moves m by at most 2Δ, and P(noise > m)
changes by a factor of at most exp(2cΔ). Where one unit moves all scores up, or all down, m moves by at most Δ.

Exactness. Coins of probability exp(-γ) with γ rational, and one uniform whole number: only integers decide.

Adversary: sees which candidate wins, knows everything but the stream's key. No score is shown, noisy or not.

Limits. Candidates must be public. All coins are tossed whatever the scores are, so the time depends on them less than
that of the exponential mechanism, but it does: see `wuming.mechanisms.exact`. In `top_k` ε is divided by k, whoever
wins; where k is large, noisy counts of all candidates may be the better buy.

Source: McKenna and Sheldon, "Permute-and-flip: a new mechanism for differentially private selection" (2020); Ding,
Kifer, Sayed, Steinke, Wang, Xiao & Zhang, "The permute-and-flip mechanism is identical to report-noisy-max with
exponential noise" (2021). Peeling: Durfee and Rogers, "Practical differentially private top-k selection with
pay-what-you-get composition" (2019).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.mechanisms.discrete_gaussian import below
from wuming.mechanisms.exact import (
    LARGEST_SENSITIVITY,
    pure_event,
    rational_epsilon,
    require_secrets,
    require_whole,
    survives,
)
from wuming.mechanisms.exponential import losses_to_best
from wuming.mechanisms.gaussian import Stream

_LARGEST_K = 1 << 10  # so that denominators stay below 2⁶²


def noisy_max(
    stream: Stream, scores: ArrayLike, *, sensitivity: int, epsilon: float, monotonic: bool = False
) -> tuple[int, EpsilonDelta]:
    """Draw one candidate that is probably the best.

    Args:
        stream: CSPRNG, used for nothing else.
        scores: [n] whole numbers, one a candidate; higher is better.
        sensitivity: Δ, by how much one unit changes one score at most; from 1 to 2²⁰.
        epsilon: from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.
        monotonic: one unit that comes changes all scores in the same direction.

    Returns:
        Position of the winner in `scores`, and the event.

    Raises:
        PrivacyParameterError: for a parameter out of range, or scores that are no list of whole numbers.
    """
    winners, event = top_k(stream, scores, k=1, sensitivity=sensitivity, epsilon=epsilon, monotonic=monotonic)
    return winners[0], event


def top_k(
    stream: Stream, scores: ArrayLike, *, k: int, sensitivity: int, epsilon: float, monotonic: bool = False
) -> tuple[tuple[int, ...], EpsilonDelta]:
    """Draw k candidates, one after another from those that are left, with ε/k each.

    Args:
        stream: CSPRNG, used for nothing else.
        scores: [n] whole numbers, one a candidate; higher is better.
        k: how many, from 1 to n, at most 2¹⁰; public.
        sensitivity: Δ, by how much one unit changes one score at most; from 1 to 2²⁰.
        epsilon: of all k together, from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.
        monotonic: one unit that comes changes all scores in the same direction.

    Returns:
        Positions of the winners in `scores`, in the order in which they were drawn (which may be shown), and the event:
        pure ε adds up also where what is done next depends on what was seen.

    Raises:
        PrivacyParameterError: for a parameter out of range, or scores that are no list of whole numbers.
    """
    exact = rational_epsilon(epsilon)
    sensitivity = require_whole("sensitivity", sensitivity, 1, LARGEST_SENSITIVITY)
    known = require_secrets("scores", scores)
    k = require_whole("k", k, 1, min(known.size, _LARGEST_K))
    rate = exact / (k * (sensitivity if monotonic else 2 * sensitivity))
    left = np.arange(known.size)
    winners: list[int] = []
    for _ in range(k):
        place = _flip(stream, known[left], rate)
        winners.append(int(left[place]))
        left = np.delete(left, place)
    return tuple(winners), pure_event(exact)


def _flip(stream: Stream, scores: NDArray[np.int64], rate: Fraction) -> int:
    """Return one of the candidates whose coin falls right: the first of them in a random order is a uniform one."""
    kept = np.flatnonzero(survives(stream, losses_to_best(scores, rate), rate.denominator))
    return int(kept[below(stream, 1, kept.size)[0]])
