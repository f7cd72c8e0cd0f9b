"""Truncated Poisson sampling: what the cut costs, for every true number of units up to the public one.

**Mechanism.** Each of n units enters by a coin with probability q; of a sample above b a uniformly random subset of b
is kept. Let D have n units, one of them x, and D' the same without x (or with x' in its place). Let J be the number of
the other units whose coin says yes: Binomial(n−1, q), with the same law under both.

- J < b: nothing is cut, with or without x. The outputs differ as under plain Poisson sampling: shift 1 with chance q.
- J = j ≥ b: x is in the batch with chance r = q·b/(j+1) ≤ q, and then stands where, without it, a uniformly random one
  of b chosen others stands. So the outputs are a mixture, over which others, of S against (1−r)·S + r·(S − y + x), a
  shift of norm at most 2 with chance at most q. (With x': S − y + x against S − y + x', two shifts of norm at most 2.)

Showing whether J ≥ b can only help the adversary, so by joint convexity the pair "with probability p = P[J ≥ b] a
Gaussian of shift 2 sampled with q, otherwise one of shift 1 sampled with q" dominates a step; both are accounted for
under the asked relation, a shift of 2 as half the noise.

**The role of `population`.** p grows with n, and shift 2 dominates shift 1, so the pair for the public number N
dominates that of every n ≤ N: `population` is an upper bound, not the true number, which stays secret. With n > N
nothing is claimed: the one who runs must refuse, or drop units by a rule that looks at each unit alone.

dp_accounting 0.6 takes in the second case, instead of q, the mean of q·b/(J+1) given J ≥ b for n = N exactly. That is
smaller, and for n < N it may be too small: for a large N it says that a unit hardly ever enters, while with n = b/q
units it enters with chance about q. Here q itself is used, which costs nothing where cuts are rare.

Source of the decomposition: Ganesh et al., arXiv 2508.15089.
"""

from __future__ import annotations

import math

from wuming.accounting.events import TruncatedPoissonSampledGaussian

_MOST_TERMS = 100_000


def truncation_probability(event: TruncatedPoissonSampledGaussian) -> float:
    """Return an upper bound, in [0, 1], of the probability that a step's sample is full without one given unit."""
    return binomial_tail(event.population - 1, event.sampling_probability, event.max_batch_size)


def binomial_tail(trials: int, probability: float, least: int) -> float:
    """Return an upper bound of P[Binomial(trials, probability) ≥ least], close to it.

    Args:
        trials: ≥ 0.
        probability: in (0, 1].
        least: ≥ 0.

    Terms are added outwards from `least` on the side away from the mean, where they fall faster and faster. What is
    left out is bounded by a geometric series above the mean; below it, the sum is subtracted from 1, and it may be cut.
    """
    if least > trials:
        return 0.0
    if least == 0 or probability == 1:
        return 1.0
    odds = probability / (1 - probability)
    # Relative error of the logarithms of factorials, which are up to trials·ln(trials).
    slack = 1 + 1e-9 + 1e-14 * trials * math.log(trials + 1)
    if least > trials * probability:
        term, total, k = _binomial_mass(trials, probability, least), 0.0, least
        for k in range(least, min(trials, least + _MOST_TERMS) + 1):
            total += term
            term *= (trials - k) / (k + 1) * odds
            if term <= total * 1e-17:
                break
        ratio = (trials - k - 1) / (k + 2) * odds if k + 1 < trials else 0.0
        rest = term / (1 - ratio) if ratio < 1 else 1.0
        return min(1.0, (total + rest) * slack)
    term, total = _binomial_mass(trials, probability, least - 1), 0.0
    for k in range(least - 1, max(-1, least - 1 - _MOST_TERMS), -1):
        total += term
        term *= k / ((trials - k + 1) * odds)
        if term <= total * 1e-17:
            break
    return min(1.0, 1 - total / slack + 1e-12)


def _binomial_mass(trials: int, probability: float, k: int) -> float:
    choices = math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
    return math.exp(choices + k * math.log(probability) + (trials - k) * math.log1p(-probability))
