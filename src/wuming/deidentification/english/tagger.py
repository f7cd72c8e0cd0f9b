"""Tags words as persons, organisations, places: a linear chain of tags, given features of the words; see `chain`.

The emission of a tag at a word is the sum of the weights of the word's features. The weights are made by `training`
from generated text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.english.chain import Chain
from wuming.deidentification.english.features import (
    BUCKETS,
    OFFSETS,
    classes_of,
    coarse,
    neighbour_features,
    own_features,
    pair_features,
    row,
    spoken,
)
from wuming.deidentification.english.groups import AFTER, BEFORE

TAGS = ("O", "B-PERSON", "I-PERSON", "B-ORGANIZATION", "I-ORGANIZATION", "B-LOCATION", "I-LOCATION")
PATH = Path(__file__).parent / "weights.npz"
MAY_FOLLOW = np.array([[not tag.startswith("I-") or before[2:] == tag[2:] for tag in TAGS] for before in TAGS])
"""[tags before, tags]: a name goes on only behind a part of one of its kind."""
_MOST = 1 << 16  # words, or pairs, whose sums are remembered


Sums = tuple[float, ...]
"""What some features speak for each tag."""


class _Word(NamedTuple):
    """A word seen before.

    Attributes:
        own: sums of its features as itself.
        near: sums of its features as a neighbour, by place in `OFFSETS`.
        coarse, spoken: how pairs of words see it.
    """

    own: Sums
    near: tuple[Sums, ...]
    coarse: str
    spoken: str


class Tagger:
    """Holds the weights, and the sums of those words and pairs that came before.

    Args:
        weights: [buckets, tags].
        transitions: [tags before, tags].
    """

    def __init__(self, weights: NDArray[np.float32], transitions: NDArray[np.float32]) -> None:
        self._weights = weights
        self._chain = Chain(np.where(MAY_FOLLOW, transitions, -np.inf))
        self._words: dict[str, _Word] = {}
        self._pairs: dict[tuple[str, str, str], Sums] = {}

    def tag(self, groups: list[list[str]]) -> list[list[tuple[int, float]]]:
        """Return of each word proper of each group its tag, and the probability that it belongs, or not, to a name.

        A word whose kinds of name are together more probable than none has the most probable of them.

        Args:
            groups: words with `BEFORE` and `AFTER` words of context.
        """
        if len(self._words) > _MOST or len(self._pairs) > _MOST:
            self._words, self._pairs = {}, {}
        return [list(self._decode(self._emissions(group))) for group in groups]

    def _emissions(self, group: list[str]) -> Iterator[list[float]]:
        known, pairs = self._words, self._pairs
        seen = [known.get(word) or self._word(word) for word in group]
        for place in range(BEFORE, len(seen) - AFTER):
            here, left, right = seen[place], seen[place - 1], seen[place + 1]
            keys = (
                ("l", left.coarse, here.coarse), ("r", here.coarse, right.coarse),
                ("b", seen[place - 2].spoken, left.spoken), ("a", right.spoken, here.coarse),
                ("c", seen[place - 2].coarse, left.spoken), ("d", left.spoken, here.coarse),
                ("e", right.spoken, seen[place + 2].spoken),
            )  # fmt: skip
            sums = [here.own, *(seen[place + offset].near[rank] for rank, offset in enumerate(OFFSETS))]
            sums += [pairs.get(key) or self._pair(key) for key in keys]
            yield list(map(sum, zip(*sums, strict=True)))

    def _decode(self, rows: Iterator[list[float]]) -> Iterator[tuple[int, float]]:
        for shares in self._chain.marginals(rows):
            if shares[0] < 0.5:
                yield max(range(1, len(shares)), key=shares.__getitem__), 1 - shares[0]
            else:
                yield 0, shares[0]

    def _word(self, word: str) -> _Word:
        classes = classes_of(word)
        named = [own_features(word, classes), *(neighbour_features(word, classes, offset) for offset in OFFSETS)]
        starts = np.cumsum([0, *(len(features) for features in named[:-1])])
        rows = [row(feature) for features in named for feature in features]
        own, *near = map(tuple, np.add.reduceat(self._weights[rows], starts, axis=0).tolist())
        found = self._words[word] = _Word(own, tuple(near), coarse(word, classes), spoken(word, classes))
        return found

    def _pair(self, key: tuple[str, str, str]) -> Sums:
        name, left, right = key
        (feature,) = pair_features(left, right, name)
        found: Sums = tuple(self._weights[row(feature)].tolist())
        self._pairs[key] = found
        return found


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """Return the tagger with the weights of this package."""
    with np.load(PATH) as stored:
        weights = stored["weights"].astype(np.float32) * stored["scale"]
        assert weights.shape == (BUCKETS, len(TAGS))
        return Tagger(weights.astype(np.float32), stored["transitions"].astype(np.float32))
