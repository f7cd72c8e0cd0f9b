"""Ratings like those of MovieLens, of invented people: films of genres, few of them famous, and tastes that differ."""

from __future__ import annotations

import numpy as np

from wuming.scenarios.recommendation.ratings import Ratings, as_ratings

SUBJECTS, ITEMS = 4_000, 1_000
_GENRES = 12
_TASTE = 2.6
_FEWEST, _MOST = 20, 400


def generated_ratings(*, seed: int = 0, subjects: int = SUBJECTS, items: int = ITEMS) -> Ratings:
    """Return generated ratings: the same seed and sizes give the same pairs.

    As in MovieLens, everybody rated at least 20 films, half of them more than 60, a few several hundred. Whether
    somebody rates a film depends on its fame (Zipf-like) and on how its genres suit the person's taste.

    Args:
        seed: any integer ≥ 0. It makes data, and protects nobody.
        subjects, items: how many.
    """
    rng = np.random.default_rng(seed)
    fame = -0.9 * np.log(np.arange(items) + 3.0)
    rng.shuffle(fame)
    kinds = rng.random((items, _GENRES)) ** 6
    kinds /= kinds.sum(axis=1, keepdims=True)
    subject, item = [], []
    for person in range(subjects):
        taste = rng.random(_GENRES) ** 3
        liking = _TASTE * (kinds @ (taste / taste.mean()))
        count = int(np.clip(np.exp(4.1 + 0.85 * rng.normal()), _FEWEST, min(_MOST, items // 2)))
        # The first of so many in an order drawn at random with these weights (Gumbel).
        keys = fame + liking - np.log(-np.log(rng.random(items)))
        chosen = np.argsort(-keys, kind="stable")[:count]
        subject.append(np.full(count, person, dtype=np.int64))
        item.append(chosen.astype(np.int64))
    catalogue = tuple(f"film-{number:04d}" for number in range(items))
    return as_ratings(catalogue, np.concatenate(subject), np.concatenate(item))
