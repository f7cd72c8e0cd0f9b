"""Weights of the features, and the choice among candidates: a logistic regression whose scores are probabilities."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.names.candidates import TABLE_BITS, Indices

PATH = Path(__file__).parent / "weights.npz"
DIGEST = "eff338c5f9210a77f655b9cef54c44db9f0d719bb925c87e08d75ac607115bb2"
"""SHA-256 of the shipped file; a test compares."""

Weights = NDArray[np.float32]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the shipped weights: one for each row of the table."""
    with np.load(PATH, allow_pickle=False) as stored:
        table = np.zeros(1 << TABLE_BITS, dtype=np.float32)
        table[stored["rows"]] = stored["values"].astype(np.float32)
    return table


def save(table: Weights, path: Path, least: float = 0.05) -> None:
    """Write the weights that matter, as half-precision numbers."""
    rows = np.flatnonzero(np.abs(table) >= least).astype(np.uint32)
    np.savez_compressed(path, rows=rows, values=table[rows].astype(np.float16))


def evidence(features: Indices, table: Weights) -> Weights:
    """Return for each candidate the logarithm of the odds that it is a name."""
    return np.asarray(table[features].sum(axis=1), dtype=np.float32)


def probabilities(scores: Weights) -> Weights:
    """Return the probabilities that the logarithms of odds stand for."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0))), dtype=np.float32)


def choose(starts: Indices, ends: Indices, scores: Weights, least: float) -> list[int]:
    """Return which candidates to take: those from `least` on, the likelier first where two overlap; in order."""
    likely = np.flatnonzero(scores >= least)
    order = likely[np.argsort(-scores[likely], kind="stable")]
    taken: set[int] = set()
    chosen = []
    for place, start, end in zip(order.tolist(), starts[order].tolist(), ends[order].tolist(), strict=True):
        covered = range(start, end)
        if taken.isdisjoint(covered):
            taken.update(covered)
            chosen.append((start, place))
    return [place for _, place in sorted(chosen)]
