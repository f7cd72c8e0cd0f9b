"""Train the weights of the tagger on generated text: `python -m wuming.deidentification.english.training`.

Deterministic from the seed on one version of numpy. Multinomial logistic regression of the tag given the features and
the true tag before, by AdaGrad (J. Duchi et al., 2011) with some features left out at random, averaged over the second
half of the steps (B. Polyak and A. Juditsky, 1992); weights stored in eight bits, with the digest of their sources.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import digest
from wuming.core.storage import file_digest
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
from wuming.deidentification.english.generation import Generator, Sentence
from wuming.deidentification.english.groups import AFTER, BEFORE, CAPITALS, LOWER, Group, groups
from wuming.deidentification.english.lexicon import BIT
from wuming.deidentification.english.tagger import PATH, TAGS

SEED, SENTENCES, EPOCHS = 20261128, 160_000, 3
_BATCH, _RATE, _DECAY, _LEFT_OUT = 2048, 0.1, 1e-7, 0.12
_SIDE_LEFT_OUT = 0.15
_FIRST_SQUARES = 1e-7  # of a gradient that is the mean over a batch
_LEAST = 4  # occurrences of a feature that is learned
_OWN, _NEIGHBOUR = 22, 3  # most features of a word as itself, and as a neighbour
_ORDINARY = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["W4"]
_SOURCES = ("features", "fillers", "generation", "groups", "invented", "lexicon", "pieces", "training")
_PAIRS = "lrbacde"


def _columns(sign: int, pairs: str) -> NDArray[np.int64]:
    """Return the columns of an example that tell of the words on one side alone."""
    ranks = [rank for rank, offset in enumerate(OFFSETS) if offset * sign > 0]
    near = [_OWN + rank * _NEIGHBOUR + place for rank in ranks for place in range(_NEIGHBOUR)]
    return np.array([*near, *(_OWN + len(OFFSETS) * _NEIGHBOUR + _PAIRS.index(pair) for pair in pairs)])


_LEFT, _RIGHT = _columns(-1, "bcd"), _columns(1, "ae")

Ids = NDArray[np.int32]


class Examples(NamedTuple):
    """Words to learn from.

    Attributes:
        words: the word itself and those at `OFFSETS`, [n, 6]: rows of `own` and `near`.
        pairs: rows of the weights of the pairs of words around, [n, 7].
        before, tags: the tag before and the true tag, [n].
        own, near: rows of the weights of each distinct word, [words, width] and [offsets, words, width]; `BUCKETS`
            where there are no more.
    """

    words: Ids
    pairs: Ids
    before: NDArray[np.int8]
    tags: NDArray[np.int8]
    own: Ids
    near: Ids

    def rows(self, chosen: NDArray[np.int64]) -> Ids:
        """Return the rows of the weights of some examples, [examples, width]."""
        words = self.words[chosen]
        near = [self.near[rank, words[:, rank + 1]] for rank in range(len(OFFSETS))]
        return np.concatenate([self.own[words[:, 0]], *near, self.pairs[chosen]], axis=1)

    def pruned(self, least: int) -> Examples:
        """Return the same examples without the features that occur fewer times than `least`."""
        seen = [np.bincount(self.words[:, rank], minlength=len(self.own)) for rank in range(len(OFFSETS) + 1)]
        counts = np.bincount(self.pairs.ravel(), minlength=BUCKETS + 1).astype(np.float64)
        for table, times in zip((self.own, *self.near), seen, strict=True):
            counts += np.bincount(table.ravel(), np.repeat(times, table.shape[1]), BUCKETS + 1)
        kept = np.where(counts >= least, np.arange(BUCKETS + 1), BUCKETS).astype(np.int32)
        return self._replace(own=kept[self.own], near=kept[self.near], pairs=kept[self.pairs])


class _Facts(NamedTuple):
    """What the learner is told of a word: its number among the distinct ones, how pairs see it."""

    number: int
    coarse: str
    spoken: str


class _Vocabulary:
    """Distinct words, with their features."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, bool], _Facts] = {}
        self._pairs: dict[tuple[str, str, str], int] = {}
        self.own: list[list[int]] = []
        self.near: list[list[list[int]]] = [[] for _ in OFFSETS]

    def facts(self, word: str, *, hidden: bool) -> _Facts:
        """Return the facts of a word; of a hidden one the lists of names say nothing."""
        known = self._seen.get((word, hidden))
        if known is None:
            classes = classes_of(word) & (_ORDINARY if hidden else -1)
            known = _Facts(len(self.own), coarse(word, classes), spoken(word, classes))
            self._seen[word, hidden] = known
            self.own.append(_padded([row(one) for one in own_features(word, classes)], _OWN))
            for rank, offset in enumerate(OFFSETS):
                self.near[rank].append(
                    _padded([row(one) for one in neighbour_features(word, classes, offset)], _NEIGHBOUR)
                )
        return known

    def pair(self, left: str, right: str, name: str) -> int:
        """Return the row of the weights of a pair."""
        known = self._pairs.get((left, right, name))
        if known is None:
            known = self._pairs[left, right, name] = row(pair_features(left, right, name)[0])
        return known


def _padded(rows: list[int], width: int) -> list[int]:
    return [*rows[:width], *[BUCKETS] * (width - len(rows))]


def examples(sentences: Iterable[Sentence]) -> Examples:
    """Return the words of the groups of the sentences, with their features and tags."""
    vocabulary = _Vocabulary()
    pair = vocabulary.pair
    words: list[list[int]] = []
    pairs: list[list[int]] = []
    before: list[int] = []
    tags: list[int] = []
    for sentence in sentences:
        hidden = {word.lower() for word in sentence.hidden}
        for group in groups(sentence.text):
            facts = [
                vocabulary.facts(word, hidden=bool(hidden) and word.lstrip(LOWER + CAPITALS).lower() in hidden)
                for word in group.words
            ]
            last = 0
            for place, tag in zip(range(BEFORE, len(facts) - AFTER), _tags(group, sentence), strict=True):
                here, left, right = facts[place], facts[place - 1], facts[place + 1]
                words.append([here.number, *(facts[place + offset].number for offset in OFFSETS)])
                pairs.append(
                    [
                        pair(left.coarse, here.coarse, "l"),
                        pair(here.coarse, right.coarse, "r"),
                        pair(facts[place - 2].spoken, left.spoken, "b"),
                        pair(right.spoken, here.coarse, "a"),
                        pair(facts[place - 2].coarse, left.spoken, "c"),
                        pair(left.spoken, here.coarse, "d"),
                        pair(right.spoken, facts[place + 2].spoken, "e"),
                    ]
                )
                before.append(last)
                tags.append(tag)
                last = tag
    return Examples(
        np.array(words, np.int32), np.array(pairs, np.int32), np.array(before, np.int8), np.array(tags, np.int8),
        np.array(vocabulary.own, np.int32), np.array(vocabulary.near, np.int32),
    )  # fmt: skip


def _tags(group: Group, sentence: Sentence) -> Iterator[int]:
    for start, end in group.bounds:
        kind = next((span for span in sentence.spans if span[0] <= start and end <= span[1] + 1), None)
        if kind is None:
            yield 0
        else:
            inside = any(kind[0] <= first < start for first, _ in group.bounds)
            yield TAGS.index(f"{'I' if inside else 'B'}-{kind[2]}")


def train(data: Examples, epochs: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights [buckets, tags] and transitions [tags before, tags]."""
    rng = np.random.default_rng(seed)
    count = len(TAGS)
    # The last rows are the transitions; the row before them stands for "no feature" and stays zero.
    moves = BUCKETS + 1
    weights = np.zeros((moves + count, count), np.float32)
    squares = np.full_like(weights, _FIRST_SQUARES)
    average, steps = np.zeros_like(weights), 0
    for epoch in range(epochs):
        order = rng.permutation(len(data.tags))
        rate = _RATE * (1 - epoch / (epochs + 1))
        loss = 0.0
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            rows = data.rows(chosen)
            rows[rng.random(rows.shape, np.float32) < _LEFT_OUT] = BUCKETS
            for side in (_LEFT, _RIGHT):
                away = np.flatnonzero(rng.random(len(rows)) < _SIDE_LEFT_OUT)
                rows[away[:, None], side] = BUCKETS
            rows = np.concatenate([rows, moves + data.before[chosen, None].astype(np.int32)], axis=1)
            tags, places = data.tags[chosen], np.arange(len(chosen))
            logits = weights[rows].sum(axis=1)
            logits -= logits.max(axis=1, keepdims=True)
            errors = np.exp(logits)
            errors /= errors.sum(axis=1, keepdims=True)
            loss -= float(np.log(errors[places, tags] + 1e-9).sum())
            errors[places, tags] -= 1
            flat, width = rows.ravel(), rows.shape[1]
            gradient = np.stack(
                [np.bincount(flat, np.repeat(errors[:, tag], width), len(weights)) for tag in range(count)], axis=1
            ).astype(np.float32) / len(tags)  # fmt: skip
            gradient += _DECAY * weights
            gradient[BUCKETS] = 0
            squares += gradient**2
            weights -= rate * gradient / np.sqrt(squares)
            if 2 * epoch >= epochs:
                average += weights
                steps += 1
        sys.stderr.write(f"epoch {epoch + 1}: loss {loss / len(order):.4f}\n")
    average /= max(steps, 1)
    return average[:BUCKETS], average[moves:]


def sources_digest() -> str:
    """Return the SHA-256 over the code and the lists that the weights follow from."""
    room = Path(__file__).parent
    lists = [*room.glob("carriers/*.txt"), *(room.parent / "lexicon").glob("english*")]
    files = sorted([*(room / f"{name}.py" for name in _SOURCES), *(path for path in lists if path.is_file())])
    return digest([[path.name, file_digest(path)] for path in files])


def store(weights: NDArray[np.float32], transitions: NDArray[np.float32], path: Path) -> None:
    """Write the weights in eight bits."""
    scale = np.float32(min(np.abs(weights).max(), 4.0) / 127)
    rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    np.savez_compressed(
        path, weights=rounded, scale=scale, transitions=transitions.astype(np.float32), sources=sources_digest()
    )


def main() -> None:
    """Generate, train, store."""
    data = examples(Generator(SEED).sentences(SENTENCES)).pruned(_LEAST)
    sys.stderr.write(f"{len(data.tags)} words\n")
    store(*train(data, EPOCHS, SEED), PATH)


if __name__ == "__main__":
    main()
