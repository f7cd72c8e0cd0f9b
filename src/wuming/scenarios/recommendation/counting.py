"""Popularity and co-occurrence of items, counted privately: two Gaussian mechanisms, one event each.

Statement. First, for each item of the public catalogue, the number of subjects who have it, with noise. The M items
with the largest noisy numbers are the short list; choosing them looks at noisy numbers only, and costs nothing more.
Second, for each item of the short list and each pair of two, the number of subjects who have it, or both, with noise.

Bounds. In the first count at most K₁ items of one subject count, chosen at random; so one subject changes at most K₁
numbers by 1, and the vector in L2 norm by at most √K₁. In the second at most K₂ items of the short list
count: K₂ single ones and K₂(K₂-1)/2 pairs, so √(K₂(K₂+1)/2). The choice looks at that subject's items alone.

Guarantee. (ε, δ)-differential privacy of both counts together, for the unit subject and the relation
add-or-remove-one, without sampling: with noise σᵢ for sensitivity Δᵢ they are as private as one Gaussian mechanism with
multiplier 1/√(Σ Δᵢ²/σᵢ²), also where the second depends on what the first has shown (Dong, Roth & Su, "Gaussian
differential privacy", 2022, Theorem 4 and Corollary 2). It is the least noise that (ε, δ) allows (Balle & Wang 2018).
Noise is drawn on a grid of 2⁻²⁴ by OpenDP's exact sampler of the discrete Gaussian; what that differs from the
continuous one is taken off δ.

Adversary: sees both noisy counts in full, knows everybody's ratings but one subject's, and all public parameters.
Not covered: who reads the memory of this process, or times it finely.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import Gaussian
from wuming.accounting.gaussian import gaussian_mean
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Budget
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms.discrete_gaussian import LARGEST_SIGMA, distance_from_rounded_gaussian
from wuming.mechanisms.whole_gaussian import whole_gaussian_mechanism
from wuming.scenarios.recommendation.ratings import Codes, Ratings
from wuming.statistics.bounding import within_rows

CELLS = 1 << 24
"""Of the grid of one count: so fine that noise on it is the continuous one to about 1e-14."""
_CHUNK = 2_000


@dataclass(frozen=True)
class Limits:
    """What is fixed before the ratings are seen.

    Attributes:
        epsilon, delta: of both counts together.
        popular_items: K₁, items of one subject in the first count.
        paired_items: K₂, items of one subject in the second.
        short_list: M, items of which pairs are counted.
        popularity_share: part of the budget (of Σ Δ²/σ²) that the first count takes.

    Raises:
        PrivacyParameterError: a limit that is no whole number ≥ 1 (K₂ and M: ≥ 2), a share outside (0, 1), ε or δ out
            of range.
    """

    epsilon: float
    delta: float
    popular_items: int
    paired_items: int
    short_list: int
    popularity_share: float

    def __post_init__(self) -> None:
        """Check."""
        for name, least in (("popular_items", 1), ("paired_items", 2), ("short_list", 2)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 10_000:
                raise PrivacyParameterError(
                    f"{name}={value!r} is no whole number from {least} to 10000", help="Use 30."
                )
        if not 0 < self.popularity_share < 1:
            raise PrivacyParameterError(
                f"popularity_share={self.popularity_share!r} is not within (0, 1)", help="Use 0.2."
            )
        if isinstance(self.epsilon, bool) or not 0.01 <= self.epsilon <= 16:
            raise PrivacyParameterError(f"epsilon={self.epsilon!r} is not from 0.01 to 16", help="Use 1, for example.")
        if isinstance(self.delta, bool) or not 1e-12 <= self.delta <= 1e-3:
            raise PrivacyParameterError(
                f"delta={self.delta!r} is not from 1e-12 to 1e-3", help="Use 1e-6, for example."
            )

    @property
    def popularity_sensitivity(self) -> float:
        """Δ₁, in L2 norm."""
        return math.sqrt(self.popular_items)

    @property
    def pair_sensitivity(self) -> float:
        """Δ₂, in L2 norm."""
        return math.sqrt(self.paired_items * (self.paired_items + 1) / 2)

    def multipliers(self) -> tuple[float, float]:
        """Return σ₁/Δ₁ and σ₂/Δ₂."""
        changed = 2 * (self.popular_items + self.paired_items * (self.paired_items + 1) // 2)
        mean = gaussian_mean(self.epsilon, self.delta)
        # Noise of the first count has the smaller multiplier only where its share is above one half.
        least = 1 / (mean * math.sqrt(max(self.popularity_share, 1 - self.popularity_share)))
        cells = min(int(least * CELLS), LARGEST_SIGMA)  # σ of either count is at least that
        rounding = (1 + math.exp(self.epsilon)) * distance_from_rounded_gaussian(changed, cells)
        if rounding >= self.delta / 2:
            raise PrivacyParameterError(
                f"delta={self.delta:g} is too small for epsilon={self.epsilon:g} with noise on a grid",
                help="Use a larger delta, or a smaller epsilon.",
            )
        mean = gaussian_mean(self.epsilon, self.delta - rounding)
        shares = self.popularity_share, 1 - self.popularity_share
        first, second = (math.nextafter((1 + 1e-12) / (mean * math.sqrt(share)), math.inf) for share in shares)
        return first, second


@dataclass(frozen=True)
class Counts:
    """Noisy counts. All of it may be shown.

    Attributes:
        limits: what was fixed beforehand.
        popularity: [items] of the catalogue.
        short_list: [M] items with the largest noisy popularity, best first.
        pairs: [M, M] symmetric; on the diagonal how many have the item.
        popularity_sigma, pair_sigma: standard deviation of the noise of each number.
        events: of the two mechanisms, as they were run.
    """

    limits: Limits
    popularity: NDArray[np.float64]
    short_list: Codes
    pairs: NDArray[np.float64]
    popularity_sigma: float
    pair_sigma: float
    events: tuple[Gaussian, Gaussian]


def count_privately(ratings: Ratings, limits: Limits, budget: Budget, *, schedule: Callable[[Gaussian], str]) -> Counts:
    """Draw both counts, each charged before it is drawn.

    Args:
        ratings: private.
        limits: public.
        budget: pays for two events.
        schedule: names an event's draw for the budget; each draw has a name of its own.

    Raises:
        BudgetExceeded: the budget cannot bear an event; what was drawn before stays charged.
        PrivacyParameterError: δ too small.
        MissingExtra: without OpenDP.
    """
    short = min(limits.short_list, len(ratings.catalogue))
    first, second = limits.multipliers()
    popularity, event_1 = _drawn(
        lambda: popularity_counts(ratings, limits.popular_items, _stream("popular items")),
        limits.popularity_sensitivity, first, budget, schedule,
    )  # fmt: skip
    order = np.argsort(-popularity, kind="stable")[:short].astype(np.int64)
    pairs, event_2 = _drawn(
        lambda: pair_counts(ratings, order, limits.paired_items, _stream("paired items")),
        limits.pair_sensitivity, second, budget, schedule,
    )  # fmt: skip
    square = np.zeros((short, short))
    square[np.triu_indices(short)] = pairs
    square += np.triu(square, 1).T
    return Counts(
        limits=limits,
        popularity=popularity,
        short_list=order,
        pairs=square,
        popularity_sigma=first * limits.popularity_sensitivity,
        pair_sigma=second * limits.pair_sensitivity,
        events=(event_1, event_2),
    )


def popularity_counts(ratings: Ratings, most: int, stream: SecureStream) -> Codes:
    """Return, exactly, how many subjects have each item, [items]; at most `most` items of one subject count."""
    kept = within_rows(ratings.subject, stream, most=most)
    return np.bincount(ratings.item[kept], minlength=len(ratings.catalogue)).astype(np.int64)


def pair_counts(ratings: Ratings, items: Codes, most: int, stream: SecureStream) -> Codes:
    """Return, exactly, how many subjects have both of two items, as the upper triangle with its diagonal, row by row.

    Args:
        ratings: private.
        items: [M] the short list; only these count.
        most: at most so many of them of one subject, chosen at random.
        stream: CSPRNG for that choice.
    """
    inside = np.isin(ratings.item, items)
    listed = ratings.without(~inside)
    kept = within_rows(listed.subject, stream, most=most)
    chosen = listed.without(~kept)
    total = np.zeros((len(items), len(items)))
    for first in range(0, ratings.subjects, _CHUNK):
        rows = chosen.dense(first, min(first + _CHUNK, ratings.subjects), items)
        total += rows.T @ rows  # whole numbers below 2⁵³, so the sum is exact in any order
    return np.rint(total[np.triu_indices(len(items))]).astype(np.int64)


def _drawn(
    count: Callable[[], Codes],
    sensitivity: float,
    multiplier: float,
    budget: Budget,
    schedule: Callable[[Gaussian], str],
) -> tuple[NDArray[np.float64], Gaussian]:
    """Reserve, count, draw, commit. Where counting fails nothing was drawn, and the reservation is given back."""
    event = Gaussian(multiplier)
    reservation = budget.reserve(event, schedule=schedule(event))
    try:
        exact = count()
    except BaseException:
        reservation.release()
        raise
    sigma = multiplier * sensitivity
    noisy, _ = whole_gaussian_mechanism(exact * CELLS, sigma=sigma * CELLS, sensitivity=sensitivity * CELLS)
    reservation.commit()
    return noisy / CELLS, event


def _stream(use: str) -> SecureStream:
    return SecureStream(new_key(), use)
