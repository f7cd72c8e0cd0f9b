"""Tags words as persons, organisations, places: a log-linear model of each tag given the words and the tag before.

    P(tag_i | tag_(i-1), words) = softmax(sum of the weights of the features at i + transition(tag_(i-1)))

decoded from left to right (A. McCallum et al., Maximum Entropy Markov Models, 2000). The weights are made by `training`
from generated text alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
_FOLLOWS = tuple(
    tuple(not tag.startswith("I-") or before[2:] == tag[2:] for tag in TAGS) for before in TAGS
)  # fmt: skip
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
        penalty = np.where(np.array(_FOLLOWS), 0.0, -60.0)
        self._transitions: list[list[float]] = (transitions + penalty).tolist()
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
        return [self._decode(self._emissions(group)) for group in groups]

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

    def _decode(self, rows: Iterable[list[float]]) -> list[tuple[int, float]]:
        tag = 0
        found = []
        for emission in rows:
            logits = [one + other for one, other in zip(emission, self._transitions[tag], strict=True)]
            best = max(logits)
            outside = math.exp(logits[0] - best)
            name = sum(math.exp(one - best) for one in logits) - outside
            if name > outside:
                tag = max(range(1, len(logits)), key=logits.__getitem__)
                found.append((tag, name / (name + outside)))
            else:
                tag = 0
                found.append((0, outside / (name + outside)))
        return found

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
