"""Train the weights of the tagger on generated text: `python -m wuming.deidentification.english.training`.

Deterministic from the seed on one version of numpy. Multinomial logistic regression of the tag given the features and the true tag
before, by AdaGrad (J. Duchi et al., 2011) with some features left out at random; weights stored in eight bits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
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
from wuming.deidentification.english.generation import Generator, Sentence
from wuming.deidentification.english.groups import AFTER, BEFORE, CAPITALS, LOWER, Group, groups
from wuming.deidentification.english.lexicon import BIT
from wuming.deidentification.english.tagger import PATH, TAGS

SEED, SENTENCES, EPOCHS = 20261128, 240_000, 3
_WIDTH, _BATCH, _RATE, _DECAY, _LEFT_OUT = 64, 1024, 0.12, 2e-6, 0.12
_WORDS = BIT["W1"] | BIT["W2"] | BIT["W3"] | BIT["W4"]


class Examples(NamedTuple):
    """Words to learn from.

    Attributes:
        rows: of the weights, of each feature, [n, width]; `BUCKETS` where there are no more.
        before, tags: the tag before and the true tag, [n].
    """

    rows: NDArray[np.int32]
    before: NDArray[np.int8]
    tags: NDArray[np.int8]


def examples(sentences: Iterable[Sentence]) -> Examples:
    """Return the words of the groups of the sentences, with their features and tags."""
    rows: list[list[int]] = []
    before: list[int] = []
    tags: list[int] = []
    seen: dict[tuple[str, bool], tuple[int, str, str, list[int], list[list[int]]]] = {}

    def known(word: str, hidden: bool) -> tuple[int, str, str, list[int], list[list[int]]]:
        key = (word, hidden)
        if key not in seen:
            classes = classes_of(word) & (_WORDS if hidden else -1)
            seen[key] = (
                classes, coarse(word, classes), spoken(word, classes), [row(one) for one in own_features(word, classes)],
                [[row(one) for one in neighbour_features(word, classes, offset)] for offset in OFFSETS],
            )  # fmt: skip
        return seen[key]

    for sentence in sentences:
        hidden = {word.lower() for word in sentence.hidden}
        for group in groups(sentence.text):
            facts = [
                known(word, bool(hidden) and word.lstrip(LOWER + CAPITALS).lower() in hidden) for word in group.words
            ]
            last = 0
            for place, tag in zip(range(BEFORE, len(facts) - AFTER), _tags(group, sentence), strict=True):
                found = list(facts[place][3])
                for rank, offset in enumerate(OFFSETS):
                    found += facts[place + offset][4][rank]
                for pair in (
                    pair_features(facts[place - 1][1], facts[place][1], "l"), pair_features(facts[place][1], facts[place + 1][1], "r"),
                    pair_features(facts[place - 2][2], facts[place - 1][2], "b"), pair_features(facts[place + 1][2], facts[place][1], "a"),
                ):  # fmt: skip
                    found += [row(one) for one in pair]
                rows.append([*found[:_WIDTH], *[BUCKETS] * (_WIDTH - len(found))])
                before.append(last)
                tags.append(tag)
                last = tag
    return Examples(np.array(rows, np.int32), np.array(before, np.int8), np.array(tags, np.int8))


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
    weights = np.zeros((BUCKETS + 1, count), np.float32)
    squares = np.full((BUCKETS + 1, count), 1e-3, np.float32)
    moves, move_squares = np.zeros((count, count), np.float32), np.full((count, count), 1e-3, np.float32)
    for epoch in range(epochs):
        order = rng.permutation(len(data.tags))
        rate = _RATE * (1 - epoch / (epochs + 1))
        loss = 0.0
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            rows = data.rows[chosen].copy()
            rows[rng.random(rows.shape, np.float32) < _LEFT_OUT] = BUCKETS
            before, tags = data.before[chosen], data.tags[chosen]
            logits = weights[rows].sum(axis=1) + moves[before]
            logits -= logits.max(axis=1, keepdims=True)
            errors = np.exp(logits)
            errors /= errors.sum(axis=1, keepdims=True)
            loss -= float(np.log(errors[np.arange(len(tags)), tags] + 1e-9).sum())
            errors[np.arange(len(tags)), tags] -= 1
            flat = rows.ravel()
            touched, places = np.unique(flat, return_inverse=True)
            gradient = np.stack(
                [np.bincount(places, np.repeat(errors[:, tag], _WIDTH), len(touched)) for tag in range(count)], axis=1
            ).astype(np.float32) / len(tags)  # fmt: skip
            gradient += _DECAY * weights[touched]
            squares[touched] += gradient**2
            weights[touched] -= rate * gradient / np.sqrt(squares[touched])
            weights[BUCKETS] = 0
            move = np.zeros_like(moves)
            np.add.at(move, before, errors / len(tags))
            move_squares += move**2
            moves -= rate * move / np.sqrt(move_squares)
        sys.stderr.write(f"epoch {epoch + 1}: loss {loss / len(order):.4f}\n")
    return weights[:BUCKETS], moves


def store(weights: NDArray[np.float32], transitions: NDArray[np.float32], path: Path) -> None:
    """Write the weights in eight bits."""
    scale = np.float32(min(np.abs(weights).max(), 4.0) / 127)
    rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    np.savez_compressed(path, weights=rounded, scale=scale, transitions=transitions.astype(np.float32))


def main() -> None:
    """Generate, train, store."""
    data = examples(Generator(SEED).sentences(SENTENCES))
    sys.stderr.write(f"{len(data.tags)} words\n")
    store(*train(data, EPOCHS, SEED), PATH)


if __name__ == "__main__":
    main()
