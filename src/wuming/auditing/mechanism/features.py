"""Numbers computed from an output, of which one may tell neighbouring data apart.

A feature is chosen, with all its parameters, on one half of the runs and applied to the other half; so whatever it is,
the test stays exact. A good feature only makes it stronger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.mechanism.outcomes import Floats

_MOST_COLUMNS = 64  # of an output that are looked at together
_SINGLE = 6  # of these, how many are looked at one by one
_BINS = 16
_RESIDUES = (-45, -40, -35, -30, -26, -23, -20, -18, -16, -14, -12, -10, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 4, 8)


class Feature(Protocol):
    """Values [runs, columns] → one number a run; NaN where an output has none."""

    @property
    def words(self) -> str:
        """Name it for people."""
        ...

    def __call__(self, values: Floats) -> Floats:
        """Compute it."""
        ...


@dataclass(frozen=True, eq=False)
class Coordinate:
    """One value of the output."""

    column: int
    only: bool = False

    @property
    def words(self) -> str:
        """Name it."""
        return "the output" if self.only else f"value {self.column}"

    def __call__(self, values: Floats) -> Floats:
        """Return the column."""
        return values[:, self.column]


@dataclass(frozen=True, eq=False)
class Linear:
    """A weighted sum: Fisher's discriminant, which also sees noise that several values share."""

    columns: NDArray[np.int64]
    weights: Floats
    centre: Floats
    words: str = "a weighted sum of the values"

    def __call__(self, values: Floats) -> Floats:
        """Return the sums; missing values count as the centre."""
        part = values[:, self.columns] - self.centre
        present = np.isfinite(part).any(axis=1)
        return np.where(present, np.nan_to_num(part) @ self.weights, np.nan)


@dataclass(frozen=True, eq=False)
class Distance:
    """Distance from a centre: sees a scale that depends on the data."""

    columns: NDArray[np.int64]
    centre: Floats
    scale: Floats
    words: str = "the distance from the middle"

    def __call__(self, values: Floats) -> Floats:
        """Return the distances."""
        part = (values[:, self.columns] - self.centre) / self.scale
        present = np.isfinite(part).any(axis=1)
        return np.where(present, np.sqrt((np.nan_to_num(part) ** 2).sum(axis=1)), np.nan)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Sum of the columns' log-likelihood ratios, each from a histogram of its own."""

    columns: NDArray[np.int64]
    edges: tuple[Floats, ...]
    ratios: tuple[Floats, ...]
    words: str = "the likelihood ratio of the values"

    def __call__(self, values: Floats) -> Floats:
        """Return the sums."""
        total = np.zeros(len(values))
        for column, edges, ratios in zip(self.columns, self.edges, self.ratios, strict=True):
            part = values[:, column]
            total += np.where(np.isnan(part), 0.0, ratios[np.searchsorted(edges, part)])
        return total


@dataclass(frozen=True, eq=False)
class Difference:
    """Difference of two values of one output: 0 or fixed where they share their noise."""

    first: int
    second: int

    @property
    def words(self) -> str:
        """Name it."""
        return f"value {self.second} minus value {self.first}"

    def __call__(self, values: Floats) -> Floats:
        """Return the difference."""
        return np.asarray(values[:, self.second] - values[:, self.first])


@dataclass(frozen=True, eq=False)
class LowestBit:
    """Exponent of the lowest bit that is set in a float64; or, if `relative`, how many bits it takes.

    Noise that was added in floating point leaves bits that depend on the size of the true answer.

    Source: Mironov, "On significance of the least significant bits for differential privacy" (2012).
    """

    column: int
    relative: bool = False

    @property
    def words(self) -> str:
        """Name it."""
        name = "number of significant bits" if self.relative else "exponent of the lowest set bit"
        return f"the {name} of value {self.column}"

    def __call__(self, values: Floats) -> Floats:
        """Return the exponents; that of zero is 2000."""
        exponents, top = lowest_bit(values[:, self.column])
        return np.where(exponents >= 2000, 2000.0, top - exponents) if self.relative else exponents


@dataclass(frozen=True, eq=False)
class Residue:
    """A value modulo a power of two: where noise is on a grid and the answer is not, it is the answer's own."""

    column: int
    exponent: int

    @property
    def words(self) -> str:
        """Name it."""
        return f"value {self.column} modulo 2^{self.exponent}"

    def __call__(self, values: Floats) -> Floats:
        """Return the residues, exactly."""
        part, step = values[:, self.column], 2.0**self.exponent
        return np.asarray(part - np.floor(part / step) * step)


def lowest_bit(values: Floats) -> tuple[Floats, Floats]:
    """Return the exponents of the lowest set bit and of the highest; 2000 and 0 for zero, NaN for NaN."""
    known = np.where(np.isfinite(values), values, 0.0)
    mantissa, exponent = np.frexp(known)
    whole = np.abs(mantissa * 2.0**53).astype(np.int64)
    low = np.where(whole == 0, 1, whole & -whole)
    result = np.where(whole == 0, 2000.0, exponent - 53 + np.log2(low.astype(np.float64)))
    missing = ~np.isfinite(values)
    return np.where(missing, np.nan, result), np.where(missing, np.nan, exponent.astype(np.float64))


def features(left: Floats, right: Floats) -> Iterator[Feature]:
    """Yield the features of how the values are distributed, made from runs on either side."""
    both = np.vstack([left, right])
    seen = np.flatnonzero(np.isfinite(both).any(axis=0))
    if seen.size == 0:
        return
    scale = _deviation(both[:, seen])
    shift = np.abs(_mean(left[:, seen]) - _mean(right[:, seen])) / scale
    best = seen[np.argsort(-np.nan_to_num(shift), kind="stable")]
    for column in best[:_SINGLE]:
        yield Coordinate(int(column), only=both.shape[1] == 1)
    columns = np.sort(best[:_MOST_COLUMNS])
    centre = np.nan_to_num(np.nanmedian(both[:, columns], axis=0))
    if seen.size == 1:
        return
    yield Distance(columns, centre, _deviation(both[:, columns]))
    yield _discriminant(left[:, columns], right[:, columns], columns)
    yield _likelihood(left[:, columns], right[:, columns], columns)
    # Where few columns move, the others are noise to a discriminant that was learnt.
    first = int(best[0])
    yield from (Difference(first, int(column)) for column in best[1:3])


def bit_features(left: Floats, right: Floats) -> Iterator[Feature]:
    """Yield the features of how the values are written as floating-point numbers."""
    both = np.vstack([left, right])
    spread = np.array([np.unique(column[np.isfinite(column)][:500]).size for column in both.T[:_MOST_COLUMNS]])
    for column in np.argsort(-spread, kind="stable")[:2]:
        part = both[:, column]
        part = part[np.isfinite(part)]
        if part.size < 8 or np.all(part == np.floor(part)):
            continue
        yield LowestBit(int(column))
        yield LowestBit(int(column), relative=True)
        few = np.concatenate([left[:400, column], right[:400, column]])
        for exponent in _RESIDUES:
            residues = Residue(0, exponent)(few[:, None])
            distinct = np.unique(residues[np.isfinite(residues)]).size
            if 1 < distinct <= few.size / 8:
                yield Residue(int(column), exponent)


def _discriminant(left: Floats, right: Floats, columns: NDArray[np.int64]) -> Linear:
    centre = np.nan_to_num(_mean(np.vstack([left, right])))
    one, other = np.nan_to_num(left - centre), np.nan_to_num(right - centre)
    difference = other.mean(axis=0) - one.mean(axis=0)
    width = len(columns)
    covariance = (np.cov(one.T) + np.cov(other.T)).reshape(width, width) / 2
    # A ridge so small that noise which two values share to the last bits still cancels out.
    ridge = 1e-10 * (np.trace(covariance) / width + 1e-300)
    weights = np.linalg.lstsq(covariance + ridge * np.eye(width), difference, rcond=None)[0]
    return Linear(columns, weights, centre)


def _likelihood(left: Floats, right: Floats, columns: NDArray[np.int64]) -> Likelihood:
    edges, ratios = [], []
    for one, other in zip(left.T, right.T, strict=True):
        one, other = one[np.isfinite(one)], other[np.isfinite(other)]
        both = np.concatenate([one, other])
        cuts = np.unique(np.quantile(both, np.linspace(0, 1, _BINS + 1)[1:-1])) if both.size else np.zeros(0)
        counts = [np.bincount(np.searchsorted(cuts, part), minlength=cuts.size + 1) for part in (one, other)]
        # Shrunk towards 0 by a few runs in each bin, so that bins which differ by chance weigh little.
        shares = [
            (count + 5.0) / (part.size + 5.0 * count.size) for count, part in zip(counts, (one, other), strict=True)
        ]
        edges.append(cuts)
        ratios.append(np.log(shares[1]) - np.log(shares[0]))
    return Likelihood(columns, tuple(edges), tuple(ratios))


def _mean(values: Floats) -> Floats:
    present = np.isfinite(values)
    return np.asarray(np.where(present, values, 0.0).sum(axis=0) / np.maximum(1, present.sum(axis=0)))


def _deviation(values: Floats) -> Floats:
    mean = _mean(values)
    present = np.isfinite(values)
    with np.errstate(over="ignore"):
        square = np.where(present, (values - mean) ** 2, 0.0).sum(axis=0) / np.maximum(1, present.sum(axis=0))
    root = np.sqrt(np.minimum(square, 1e300))
    return np.where(root > 0, root, 1.0)
