"""Tags the words of groups: persons, organisations, places; a log-linear model of each tag given the words and the tag before.

    P(tag_i | tag_(i-1), words) = softmax(sum of the weights of the features at i + transition(tag_(i-1)))

decoded from left to right (A. McCallum et al., Maximum Entropy Markov Models, 2000). The weights are made by `training` from
generated text alone.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

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
        self._forget()

    def _forget(self) -> None:
        self._word_ids: dict[str, int] = {}
        self._pair_ids: dict[tuple[str, int, int], int] = {}
        self._coarse: list[int] = []
        self._spoken: list[int] = []
        self._names: dict[str, int] = {}
        self._spellings: list[str] = []
        self._word_sums = np.zeros((256, 1 + len(OFFSETS), len(TAGS)), np.float32)
        self._pair_sums = np.zeros((256, len(TAGS)), np.float32)

    def tag(self, groups: list[list[str]]) -> list[list[tuple[int, float]]]:
        """Return of each word proper of each group its tag, and the probability that it belongs, or not, to a name.

        A word whose kinds of name are together more probable than none has the most probable of them.

        Args:
            groups: words with `BEFORE` and `AFTER` words of context.
        """
        if len(self._word_ids) > _MOST or len(self._pair_ids) > _MOST:
            self._forget()
        flat = [self._word(word) for group in groups for word in group]
        if not flat:
            return []
        ids = np.array(flat)
        keep = np.concatenate([_proper(group) for group in groups]).astype(bool)
        places = np.flatnonzero(keep)
        emissions = self._word_sums[ids[places], 0]
        for rank, offset in enumerate(OFFSETS, 1):
            emissions += self._word_sums[ids[places + offset], rank]
        pairs = [
            (
                self._pair("l", self._coarse[flat[i - 1]], self._coarse[flat[i]]),
                self._pair("r", self._coarse[flat[i]], self._coarse[flat[i + 1]]),
                self._pair("b", self._spoken[flat[i - 2]], self._spoken[flat[i - 1]]),
                self._pair("a", self._spoken[flat[i + 1]], self._coarse[flat[i]]),
            )
            for i in places.tolist()
        ]
        emissions += self._pair_sums[np.array(pairs)].sum(axis=1)
        rows = emissions.tolist()
        found = []
        place = 0
        for group in groups:
            length = len(group) - BEFORE - AFTER
            found.append(self._decode(rows[place : place + length]))
            place += length
        return found

    def _decode(self, rows: list[list[float]]) -> list[tuple[int, float]]:
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

    def _word(self, word: str) -> int:
        known = self._word_ids.get(word)
        if known is not None:
            return known
        number = len(self._word_ids)
        if number >= len(self._word_sums):
            self._word_sums = np.concatenate([self._word_sums, np.zeros_like(self._word_sums)])
        classes = classes_of(word)
        self._word_sums[number, 0] = self._sum(own_features(word, classes))
        for rank, offset in enumerate(OFFSETS, 1):
            self._word_sums[number, rank] = self._sum(neighbour_features(word, classes, offset))
        self._coarse.append(self._name(coarse(word, classes)))
        self._spoken.append(self._name(spoken(word, classes)))
        self._word_ids[word] = number
        return number

    def _name(self, name: str) -> int:
        number = self._names.setdefault(name, len(self._names))
        if number == len(self._spellings):
            self._spellings.append(name)
        return number

    def _pair(self, kind: str, left: int, right: int) -> int:
        key = (kind, left, right)
        known = self._pair_ids.get(key)
        if known is not None:
            return known
        number = len(self._pair_ids)
        if number >= len(self._pair_sums):
            self._pair_sums = np.concatenate([self._pair_sums, np.zeros_like(self._pair_sums)])
        self._pair_sums[number] = self._sum(pair_features(self._spellings[left], self._spellings[right], kind))
        self._pair_ids[key] = number
        return number

    def _sum(self, features: list[str]) -> NDArray[np.float32]:
        total: NDArray[np.float32] = self._weights[[row(feature) for feature in features]].sum(axis=0)
        return total


def _proper(group: list[str]) -> list[int]:
    return [0] * BEFORE + [1] * (len(group) - BEFORE - AFTER) + [0] * AFTER


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """Return the tagger with the weights of this package."""
    with np.load(PATH) as stored:
        weights = stored["weights"].astype(np.float32) * stored["scale"]
        assert weights.shape == (BUCKETS, len(TAGS))
        return Tagger(weights.astype(np.float32), stored["transitions"].astype(np.float32))
