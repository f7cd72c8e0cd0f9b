"""Recommends from co-occurrence: weights between items, from counts alone; a person's own list stays with the person.

Weights are those of the regression without self-similarity (EASE): with G the counts of pairs and singles,
P = (G + λI)⁻¹ and W = I - P/diag(P), so that an item is explained by the others. Scores are the sum of the weights from
the items that somebody has. Noisy counts are cleaned first, by what is known of the noise alone: eigenvalues that noise
alone could have made (below 2σ√M) are dropped, and the others made smaller by what noise adds to them.

Beside it, for comparison, the cosine of two items with shrinkage: C/√(nm), times max(0, 1 - σ²/C²), so that pairs which
noise alone could have made say nothing.

All of it is post-processing of the noisy counts: it costs nothing, and can be done by anybody who has them.

Source: Steck, "Embarrassingly shallow autoencoders for sparse data" (2019); eigenvalues of a matrix with symmetric
noise: Benaych-Georges and Nadakuditi (2011); Donoho, Gavish & Johnstone (2018) for shrinking them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuming.scenarios.recommendation.counting import Counts
from wuming.scenarios.recommendation.ratings import Codes, Ratings

PENALTY = 200.0
"""λ without noise; chosen on generated ratings."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Recommender:
    """Scores for items from the items that somebody has.

    Attributes:
        items: [M] items that it knows.
        weights: [M, M] what having the first says about the second; None: nothing.
        popularity: [all items] what it says of everybody else, and of other items.
    """

    items: Codes
    weights: Matrix | None
    popularity: Matrix

    def scores(self, rows: Matrix) -> Matrix:
        """Return scores [people, all items], higher is better.

        Args:
            rows: [people, all items], 1 for what somebody has.
        """
        place = np.argsort(np.argsort(self.popularity, kind="stable"), kind="stable")
        # Items without weights come after all others, the popular ones first.
        found = np.tile(place - 1e9, (len(rows), 1))
        if self.weights is not None:
            found[:, self.items] = rows[:, self.items] @ self.weights
        return found


def popular(popularity: Matrix) -> Recommender:
    """Return a recommender that says the same to everybody: what is popular."""
    return Recommender(np.arange(0, dtype=np.int64), None, popularity)


def from_counts(counts: Counts) -> Recommender:
    """Return the recommender that noisy counts make: EASE of the cleaned counts."""
    size = len(counts.short_list)
    cleaned = without_noise(counts.pairs, counts.pair_sigma)
    edge = counts.pair_sigma * size**0.5
    return Recommender(counts.short_list, ease(cleaned, max(PENALTY, edge)), counts.popularity)


def from_ratings(ratings: Ratings, items: Codes | None = None) -> Recommender:
    """Return the same recommender without limits and noise, for comparison: nothing of it is private.

    Args:
        ratings: all of them count.
        items: that it knows; None: all.
    """
    chosen = np.arange(len(ratings.catalogue), dtype=np.int64) if items is None else items
    total = np.zeros((len(chosen), len(chosen)))
    for first in range(0, ratings.subjects, 2_000):
        rows = ratings.dense(first, min(first + 2_000, ratings.subjects), chosen)
        total += rows.T @ rows
    popularity = np.bincount(ratings.item, minlength=len(ratings.catalogue)).astype(np.float64)
    return Recommender(chosen, ease(total, PENALTY), popularity)


def cosine_from_counts(counts: Counts) -> Recommender:
    """Return the simpler recommender that noisy counts make: shrunk cosines."""
    return Recommender(counts.short_list, shrunk_cosine(counts.pairs, counts.pair_sigma), counts.popularity)


def shrunk_cosine(counts: Matrix, sigma: float) -> Matrix:
    """Return weights [M, M] between items, zero on the diagonal.

    Args:
        counts: [M, M] symmetric; singles on the diagonal.
        sigma: standard deviation of the noise of each; 0: none.
    """
    singles = np.maximum(np.diag(counts), max(sigma, 1.0))
    kept = np.maximum(0.0, 1 - sigma**2 / np.maximum(counts**2, 1e-9))
    weights: Matrix = counts / np.sqrt(np.outer(singles, singles)) * kept
    np.fill_diagonal(weights, 0.0)
    return weights


def without_noise(noisy: Matrix, sigma: float) -> Matrix:
    """Return a symmetric matrix with what noise has probably added to it taken away.

    Args:
        noisy: [M, M], symmetric; each number has noise of its own.
        sigma: standard deviation of that noise.
    """
    values, vectors = np.linalg.eigh(noisy)
    variance = len(noisy) * sigma**2
    kept = values > 2 * variance**0.5
    shrunk = np.where(kept, (values + np.sqrt(np.maximum(values**2 - 4 * variance, 0.0))) / 2, 0.0)
    cleaned: Matrix = (vectors * shrunk) @ vectors.T
    return cleaned


def ease(counts: Matrix, penalty: float) -> Matrix:
    """Return weights [M, M] between items, zero on the diagonal.

    Args:
        counts: [M, M] symmetric and not negative definite; singles on the diagonal.
        penalty: λ > 0.
    """
    inverse = np.linalg.inv(counts + penalty * np.eye(len(counts)))
    weights: Matrix = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights
