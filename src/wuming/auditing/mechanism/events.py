"""Events that may tell neighbouring data apart, chosen on one half of the runs and tested on the other.

By Neyman and Pearson, the event that breaks a claim most is one of "the likelihood ratio exceeds e^ε". It is sought
among thresholds and bins of features, exact values, categories of outputs and keys that are present.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.mechanism.features import Feature, bit_features, features
from wuming.auditing.mechanism.outcomes import Encoder, Floats, Sample

_THRESHOLDS = 48
_BINS = 40
_MOST_VALUES = 2000
_SINGLE_COLUMNS = 64


class Event(Protocol):
    """A set of outputs."""

    @property
    def words(self) -> str:
        """Describe it for people; holds no output."""
        ...

    def count(self, sample: Sample) -> int:
        """Return how many runs fell into it."""
        ...


@dataclass(frozen=True)
class Category:
    """Outputs of one kind, such as an exception."""

    category: int
    words: str

    def count(self, sample: Sample) -> int:
        """Count."""
        return int((sample.categories == self.category).sum())


@dataclass(frozen=True)
class Present:
    """Outputs that have a value in this place, such as a key of a histogram."""

    column: int

    @property
    def words(self) -> str:
        """Describe."""
        return f"the output has an entry {self.column}"

    def count(self, sample: Sample) -> int:
        """Count."""
        if self.column >= sample.values.shape[1]:
            return 0
        return int(np.isfinite(sample.values[:, self.column]).sum())


@dataclass(frozen=True, eq=False)
class Threshold:
    """A feature at least, or at most, a number."""

    feature: Feature
    at_least: bool
    limit: float

    @property
    def words(self) -> str:
        """Describe."""
        return f"{self.feature.words} {'≥' if self.at_least else '≤'} {self.limit:.6g}"

    def count(self, sample: Sample) -> int:
        """Count."""
        scores = self.feature(sample.values)
        return int((scores >= self.limit).sum() if self.at_least else (scores <= self.limit).sum())


@dataclass(frozen=True, eq=False)
class Bins:
    """A feature in some of the bins."""

    feature: Feature
    edges: Floats
    chosen: NDArray[np.bool_]

    @property
    def words(self) -> str:
        """Describe."""
        return f"{self.feature.words} in {int(self.chosen.sum())} of {self.chosen.size} ranges"

    def count(self, sample: Sample) -> int:
        """Count."""
        scores = self.feature(sample.values)
        scores = scores[~np.isnan(scores)]
        return int(self.chosen[np.searchsorted(self.edges, scores)].sum())


@dataclass(frozen=True, eq=False)
class Values:
    """A feature that is exactly one of some numbers."""

    feature: Feature
    values: Floats

    @property
    def words(self) -> str:
        """Describe."""
        return f"{self.feature.words} is one of {self.values.size} exact numbers"

    def count(self, sample: Sample) -> int:
        """Count."""
        return int(np.isin(self.feature(sample.values), self.values).sum())


@dataclass(frozen=True)
class Candidate:
    """An event with the side that it favours.

    Attributes:
        check: `distribution` or `floating-point`.
        event: the event.
        forward: True if it is more probable on the right data set than on the left.
        strength: by how many standard deviations it exceeded the claim where it was chosen.
    """

    check: str
    event: Event
    forward: bool
    strength: float


def strength(x: Floats, n: int, y: Floats, m: int, epsilon: float, delta: float) -> Floats:
    """Return by how many standard deviations x/n exceeds e^ε · y/m + δ; only to choose by, never to decide."""
    factor = math.exp(min(epsilon, 100.0))
    p, q = x / n, (y + 1.0) / (m + 1.0)
    variance = (p * (1 - p) + 1.0 / n) / n + factor**2 * q * (1 - np.minimum(q, 1.0)) / m
    return np.asarray((p - factor * q - delta) / np.sqrt(variance + 1e-300))


def candidates(
    left: Sample, right: Sample, encoder: Encoder, epsilon: float, delta: float, most: dict[str, int]
) -> list[Candidate]:
    """Return the strongest events, made on three fifths of these runs and ranked by the others.

    An event with many parts fits by chance the runs on which it was made, and would push out better ones.

    Args:
        left, right: runs on either data set; nothing of them may be used in the test.
        encoder: knows the categories' names.
        epsilon, delta: the claim.
        most: check → how many events to return for it.
    """
    width = max(left.values.shape[1], right.values.shape[1])
    empty = Sample(np.zeros(0, dtype=np.int64), np.zeros((0, width)))
    left, right = left.joined(empty), right.joined(empty)
    whole = (left, right)
    (left, left_rest), (right, right_rest) = _parts(left), _parts(right)
    found: dict[str, list[Candidate]] = {check: [] for check in most}
    sides = ((False, left, right, left_rest, right_rest), (True, right, left, right_rest, left_rest))
    for forward, one, other, first, second in sides:

        def add(check: str, event: Event, forward: bool = forward, one: Sample = first, other: Sample = second) -> None:
            x, y = float(event.count(one)), float(event.count(other))
            value = strength(np.array([x]), len(one), np.array([y]), len(other), epsilon, delta)
            found[check].append(Candidate(check, event, forward, float(value[0])))

        if "distribution" in most:
            # These have no parts to fit, so all runs may rank them.
            for event in _plain_events(*whole, encoder):
                add("distribution", event, one=whole[forward], other=whole[not forward])
            for feature in features(left.values, right.values):
                for event in _events(feature, one, other, epsilon, delta):
                    add("distribution", event)
        if "floating-point" in most:
            for feature in bit_features(left.values, right.values):
                for event in _value_events(feature, one, other, epsilon):
                    add("floating-point", event)
    return [
        candidate
        for check, some in found.items()
        for candidate in sorted(some, key=lambda one: -one.strength)[: most[check]]
    ]


def _parts(sample: Sample) -> tuple[Sample, Sample]:
    cut = max(1, 3 * len(sample) // 5)
    return (
        Sample(sample.categories[:cut], sample.values[:cut]),
        Sample(sample.categories[cut:], sample.values[cut:]),
    )


def _plain_events(one: Sample, other: Sample, encoder: Encoder) -> Iterator[Event]:
    categories = np.unique(np.concatenate([one.categories, other.categories]))
    if categories.size > 1:
        for category in categories[:_SINGLE_COLUMNS]:
            yield Category(int(category), f"the output is: {encoder.words(int(category))}")
    first, second = (np.isfinite(sample.values).mean(axis=0) for sample in (one, other))
    for column in np.flatnonzero(first != second)[:_SINGLE_COLUMNS]:
        yield Present(int(column))


def _events(feature: Feature, one: Sample, other: Sample, epsilon: float, delta: float) -> Iterator[Event]:
    x, y = (np.sort(scores[~np.isnan(scores)]) for scores in (feature(one.values), feature(other.values)))
    both = np.concatenate([x, y])
    if both.size == 0:
        return
    grid = np.concatenate([np.linspace(0, 1, _THRESHOLDS), [0.001, 0.003, 0.005, 0.01, 0.99, 0.995, 0.997, 0.999]])
    limits = np.unique(np.quantile(both, grid, method="lower"))
    for at_least in (True, False):
        if at_least:
            counts = [part.size - np.searchsorted(part, limits, side="left") for part in (x, y)]
        else:
            counts = [np.searchsorted(part, limits, side="right") for part in (x, y)]
        values = strength(counts[0].astype(float), len(one), counts[1].astype(float), len(other), epsilon, delta)
        yield Threshold(feature, at_least, float(limits[int(np.argmax(values))]))
    edges = np.unique(np.quantile(both, np.linspace(0, 1, _BINS + 1)[1:-1]))
    counts = [np.bincount(np.searchsorted(edges, part), minlength=edges.size + 1) for part in (x, y)]
    chosen = strength(counts[0].astype(float), len(one), counts[1].astype(float), len(other), epsilon, 0.0) > 0.5
    if chosen.any():
        yield Bins(feature, edges, chosen)
    yield from _value_events(feature, one, other, epsilon)


def _value_events(feature: Feature, one: Sample, other: Sample, epsilon: float) -> Iterator[Event]:
    """Yield the set of exact numbers that came up again and again, and more often on one side."""
    x, y = (scores[~np.isnan(scores)] for scores in (feature(one.values), feature(other.values)))
    values, counts = np.unique(x, return_counts=True)
    again = counts >= 2
    if not again.any():
        return
    values, counts = values[again], counts[again]
    theirs, their_counts = np.unique(y, return_counts=True)
    place = np.minimum(np.searchsorted(theirs, values), max(0, theirs.size - 1))
    same = theirs[place] == values if theirs.size else np.zeros(values.size, dtype=bool)
    other_counts = np.where(same, their_counts[place] if theirs.size else 0, 0)
    p = counts / len(one)
    q = other_counts / len(other)
    deviation = np.sqrt(p / len(one) + math.exp(min(2 * epsilon, 200.0)) * q / len(other))
    # A small margin keeps many values that are each a little too frequent; a large one finds a single exact answer.
    sizes = set()
    for margin in (0.5, 4.0):
        better = np.flatnonzero(p > math.exp(min(epsilon, 100.0)) * q + margin * deviation)
        order = better[np.argsort(-p[better], kind="stable")][:_MOST_VALUES]
        if order.size and order.size not in sizes:
            sizes.add(order.size)
            yield Values(feature, np.sort(values[order]))
