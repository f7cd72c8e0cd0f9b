"""The exponential mechanism over whole-number scores, drawn exactly.

Statement. One of n public candidates is drawn with probability proportional to exp(c·score), c = ε/(2Δ), or ε/Δ where
scores are monotonic. That is ε-differentially private, and most probably near the best: the score drawn is lower than
the best by more than (ln n + t)/c with probability at most e^-t.

Sensitivity. One unit moves each score by at most Δ. Then each weight changes by a factor of at most exp(cΔ), and so
does their sum: together exp(2cΔ). Where one unit moves all scores up, or all down (counts do so), weight and sum change
in the same direction, and the quotient by exp(cΔ) at most.

Exactness. Candidates are drawn uniformly and accepted with probability exp(-c·(best - score)), an event decided by
whole numbers; nothing is rounded, so no sum of weights is ever made.

Adversary: sees the candidate that is drawn, knows everything but the stream's key.

Limits. Candidates must be public and fixed before the data are seen. The number of trials, and so the time, depends on
the scores; trials are made in blocks of 4n (at most 65,536), and where n ≤ 16,384 fewer than 2% of calls need another.
See also `wuming.mechanisms.exact`. `noisy_max` does the same task and is never worse.

Source: McSherry and Talwar, "Mechanism design via differential privacy" (2007); Dwork and Roth, "The algorithmic
foundations of differential privacy" (2014), Theorems 3.10 and 3.11.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

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
from wuming.mechanisms.gaussian import Stream

_LARGEST_BLOCK = 1 << 16


def exponential_mechanism(
    stream: Stream, scores: ArrayLike, *, sensitivity: int, epsilon: float, monotonic: bool = False
) -> tuple[int, EpsilonDelta]:
    """Draw one candidate, the better the more probable.

    Args:
        stream: CSPRNG, used for nothing else.
        scores: [n] whole numbers, one a candidate; higher is better.
        sensitivity: Δ, by how much one unit changes one score at most; from 1 to 2²⁰.
        epsilon: from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.
        monotonic: one unit that comes changes all scores in the same direction.

    Returns:
        Position of the candidate in `scores`, and the event.

    Raises:
        PrivacyParameterError: for a parameter out of range, or scores that are no list of whole numbers.
    """
    exact = rational_epsilon(epsilon)
    sensitivity = require_whole("sensitivity", sensitivity, 1, LARGEST_SENSITIVITY)
    rate = exact / (sensitivity if monotonic else 2 * sensitivity)
    losses = losses_to_best(scores, rate)
    block = min(4 * len(losses), _LARGEST_BLOCK)
    while True:
        drawn = below(stream, block, len(losses))
        accepted = np.flatnonzero(survives(stream, [losses[place] for place in drawn.tolist()], rate.denominator))
        if accepted.size:
            return int(drawn[accepted[0]]), pure_event(exact)


def losses_to_best(scores: ArrayLike, rate: Fraction) -> list[int]:
    """Return γ = rate·(best - score) of each candidate, as numerators over the denominator of `rate`."""
    known: list[int] = require_secrets("scores", scores).tolist()  # Python's integers, which never overflow
    best = max(known)
    return [rate.numerator * (best - score) for score in known]
