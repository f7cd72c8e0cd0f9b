"""Train the weights of the tagger on generated text: `python -m wuming.deidentification.english.training`.

Deterministic from the seed on one version of numpy. The likelihood of the true tags of a group (see `chain`) is raised
by AdaGrad (J. Duchi et al., 2011) with some features left out at random, averaged over the second half of the steps (B.
Polyak and A. Juditsky, 1992); weights stored in eight bits, with the digest of their sources.
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
from wuming.deidentification.english.chain import expected
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
from wuming.deidentification.english.tagger import MAY_FOLLOW, PATH, TAGS

SEED, SENTENCES, EPOCHS = 20261128, 240_000, 3
_BATCH, _RATE, _DECAY, _LEFT_OUT = 2048, 0.1, 1e-7, 0.12
_SIDE_LEFT_OUT = 0.15
_FIRST_SQUARES = 1e-7  # of a gradient that is the mean over a batch
_LEAST = 4  # occurrences of a feature that is learned
_OWN, _NEIGHBOUR = 24, 3  # most features of a word as itself, and as a neighbour
_ORDINARY = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["W4"]
_SOURCES = ("chain", "features", "fillers", "generation", "groups", "invented", "lexicon", "pieces", "training")
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
        first, tags: whether it is the first of its group, and the true tag, [n].
        own, near: rows of the weights of each distinct word, [words, width] and [offsets, words, width]; `BUCKETS`
            where there are no more.
    """

    words: Ids
    pairs: Ids
    first: NDArray[np.bool_]
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
    first: list[bool] = []
    tags: list[int] = []
    for sentence in sentences:
        hidden = {word.lower() for word in sentence.hidden}
        for group in groups(sentence.text):
            facts = [
                vocabulary.facts(word, hidden=bool(hidden) and word.lstrip(LOWER + CAPITALS).lower() in hidden)
                for word in group.words
            ]
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
                first.append(place == BEFORE)
                tags.append(tag)
    return Examples(
        np.array(words, np.int32), np.array(pairs, np.int32), np.array(first, np.bool_), np.array(tags, np.int8),
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
    # The last row stands for "no feature" and stays zero.
    weights, moves = _Learned((BUCKETS + 1, len(TAGS))), _Learned((len(TAGS), len(TAGS)))
    starts = np.flatnonzero(data.first)
    lengths = np.diff(starts, append=len(data.tags))
    for epoch in range(epochs):
        rate, averaged = _RATE * (1 - epoch / (epochs + 1)), 2 * epoch >= epochs
        loss = 0.0
        order = rng.permutation(len(starts))
        borders = np.searchsorted(np.cumsum(lengths[order]), np.arange(_BATCH, len(data.tags), _BATCH))
        for groups_chosen in filter(len, np.split(order, borders)):
            batch = groups_chosen[np.argsort(-lengths[groups_chosen], kind="stable")]
            length = lengths[batch]
            begins = np.cumsum(length) - length
            chosen = np.repeat(starts[batch] - begins, length) + np.arange(length.sum())
            rows = _some(data.rows(chosen), rng)
            tags, places = data.tags[chosen].astype(np.int64), np.arange(len(chosen))
            before = np.where(data.first[chosen], 0, np.roll(tags, 1))
            logits = weights.values[rows].sum(axis=1)
            shares, moved, total = expected(
                logits.astype(np.float64), np.where(MAY_FOLLOW, moves.values, -np.inf), begins, length
            )
            loss += total - float(logits[places, tags].sum() + moves.values[before, tags].sum())
            shares[places, tags] -= 1
            np.subtract.at(moved, (before, tags), 1)
            flat, width = rows.ravel(), rows.shape[1]
            gradient = np.stack(
                [np.bincount(flat, np.repeat(errors, width), BUCKETS + 1) for errors in shares.T], axis=1
            )  # fmt: skip
            gradient[BUCKETS] = 0
            weights.step(gradient / len(tags) + _DECAY * weights.values, rate, averaged=averaged)
            moves.step(moved / len(tags), rate, averaged=averaged)
        sys.stderr.write(f"epoch {epoch + 1}: loss {loss / len(data.tags):.4f}\n")
    return weights.average()[:BUCKETS], moves.average()


class _Learned:
    """Numbers that are learned by AdaGrad, and their average."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.values = np.zeros(shape, np.float32)
        self._squares = np.full(shape, _FIRST_SQUARES, np.float32)
        self._sum, self._steps = np.zeros(shape, np.float32), 0

    def step(self, gradient: NDArray[np.floating], rate: float, *, averaged: bool) -> None:
        """Go one step against a gradient."""
        slope = gradient.astype(np.float32)
        self._squares += slope**2
        self.values -= rate * slope / np.sqrt(self._squares)
        if averaged:
            self._sum += self.values
            self._steps += 1

    def average(self) -> NDArray[np.float32]:
        """Return the average of the steps that count."""
        return self._sum / np.float32(max(self._steps, 1))


def _some(rows: Ids, rng: np.random.Generator) -> Ids:
    """Leave out some features at random, and now and then all that stand on one side."""
    rows[rng.random(rows.shape, np.float32) < _LEFT_OUT] = BUCKETS
    for side in (_LEFT, _RIGHT):
        away = np.flatnonzero(rng.random(len(rows)) < _SIDE_LEFT_OUT)
        rows[away[:, None], side] = BUCKETS
    return rows


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
