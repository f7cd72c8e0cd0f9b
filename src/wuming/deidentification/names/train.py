"""Train the weights on generated sentences: `python -m wuming.deidentification.names.train [PATH]`.

Logistic regressions with AdaGrad over hashed features, on one core in some minutes. The same seed and numbers of
sentences and parts give the same file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.names.candidates import MARGIN, NO_FEATURE, TABLE_BITS, candidates
from wuming.deidentification.names.generator import Generator, Sentence
from wuming.deidentification.names.model import PATH, Weights, save
from wuming.deidentification.normalisation import normalise

SEED = 20261128
SENTENCES = 240_000
"""Texts that one part of the training learns from."""
PARTS = 12
_EPOCHS, _BATCH = 6, 4096
_RATE, _DECAY = 0.15, 5e-6
_SEEN = 5  # features of fewer candidates teach nothing
_JOINED = 200
_BORDER = "\x00" * MARGIN


def examples(sentences: list[Sentence]) -> tuple[NDArray[np.int32], Weights]:
    """Return features and labels of all candidates in the sentences; unclear ones are left out."""
    rows, labels = [], []
    for first in range(0, len(sentences), _JOINED):
        text, names, unclear = "", set[int](), set[int]()
        for sentence in sentences[first : first + _JOINED]:
            read = normalise(sentence.text).text
            if len(read) != len(sentence.text):
                continue
            names.update(start + len(text) << 24 | end + len(text) for start, end in sentence.names)
            unclear.update(start + len(text) << 24 | end + len(text) for start, end in sentence.unclear)
            text += read + _BORDER
        found = candidates(text)
        keys = (found.starts << 24 | found.ends).tolist()
        keep = [key not in unclear for key in keys]
        rows.append(found.features[keep].astype(np.int32))
        labels.append(np.array([key in names for key, kept in zip(keys, keep, strict=True) if kept], dtype=np.float32))
    return np.concatenate(rows), np.concatenate(labels)


def fit(features: NDArray[np.int32], labels: Weights, seed: int) -> Weights:
    """Return the weights that make the labels likeliest, less a price for their size."""
    rng = np.random.default_rng(seed)
    table = np.zeros(1 << TABLE_BITS, dtype=np.float32)
    squares = np.full(1 << TABLE_BITS, 1e-2, dtype=np.float32)
    width = features.shape[1]
    seen = np.bincount(features.ravel(), minlength=1 << TABLE_BITS)
    features = np.where(seen[features] >= _SEEN, features, NO_FEATURE)
    for _ in range(_EPOCHS):
        order = rng.permutation(len(labels))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows = features[batch]
            scores = table[rows].sum(axis=1)
            error = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))) - labels[batch]
            flat = rows.ravel()
            used, inverse = np.unique(flat, return_inverse=True)
            gradient = np.bincount(inverse, weights=np.repeat(error, width)).astype(np.float32)
            gradient += _DECAY * len(batch) * table[used]
            squares[used] += gradient * gradient
            table[used] -= _RATE * gradient / np.sqrt(squares[used])
            table[NO_FEATURE] = 0.0
    return table


def train(seed: int, count: int, parts: int = PARTS) -> Weights:
    """Return the mean of the weights learned from several sets of so many generated texts.

    What one set teaches by chance, the others do not.
    """
    total = np.zeros(1 << TABLE_BITS, dtype=np.float32)
    for part in range(parts):
        features, labels = examples(list(Generator(seed + part).sentences(count)))
        total += fit(features, labels, seed + part)
    return total / np.float32(parts)


def main() -> None:
    """Train and write the file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PATH
    save(train(SEED, SENTENCES), path)


if __name__ == "__main__":
    main()
