"""Leave-one-out: one item of everybody is held out, and a recommender is asked for it. Internal: no noise is in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wuming.scenarios.recommendation.ratings import Codes, Ratings
from wuming.scenarios.recommendation.recommender import Recommender

_CHUNK = 1_000
TOP = 10


@dataclass(frozen=True)
class Quality:
    """How often the held-out item is among ten, and how high.

    Attributes:
        hit_rate: share of people whose item is among the first ten of all that they do not have.
        ndcg: 1/log₂(1 + rank) for those, 0 for the others, on average.
        people: that were asked for.
    """

    hit_rate: float
    ndcg: float
    people: int


def hold_out(ratings: Ratings, *, seed: int) -> tuple[Ratings, Codes]:
    """Hold out one item of everybody who has two or more, at random; return the rest, and [subjects] items (-1: none).

    Args:
        ratings: all.
        seed: of the choice; it is for measuring, and protects nobody.
    """
    order = np.lexsort((np.random.default_rng(seed).random(len(ratings.item)), ratings.subject))
    count = np.bincount(ratings.subject, minlength=ratings.subjects)
    last = np.cumsum(count)[count >= 2] - 1
    held = np.zeros(len(ratings.item), dtype=bool)
    held[order[last]] = True
    items = np.full(ratings.subjects, -1, dtype=np.int64)
    items[ratings.subject[held]] = ratings.item[held]
    return ratings.without(held), items


def quality(recommender: Recommender, ratings: Ratings, held_out: Codes) -> Quality:
    """Return how good a recommender is; an item that scores the same as others comes after them.

    Args:
        recommender: made from `ratings` or from counts of them.
        ratings: what everybody has, without what is held out.
        held_out: [subjects] items, -1 for none.
    """
    ranks = []
    for first in range(0, ratings.subjects, _CHUNK):
        last = min(first + _CHUNK, ratings.subjects)
        rows = ratings.dense(first, last)
        scores = recommender.scores(rows)
        scores[rows > 0] = -np.inf
        asked = np.flatnonzero(held_out[first:last] >= 0)
        own = scores[asked, held_out[first:last][asked]]
        ranks.append((scores[asked] >= own[:, None]).sum(axis=1))
    rank = np.concatenate(ranks)
    gain = np.where(rank <= TOP, 1 / np.log2(1 + rank), 0.0)
    return Quality(float((rank <= TOP).mean()), float(gain.mean()), len(rank))
