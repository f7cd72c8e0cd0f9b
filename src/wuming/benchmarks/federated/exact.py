"""Privacy losses of small instances by sums over the integers: nothing of the accountant's is in them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ive

from wuming.federated.encoding import Encoding
from wuming.mechanisms import skellam as sampler

Law = NDArray[np.float64]


def probabilities(variance: float, largest: int) -> Law:
    """Return P(−largest … largest) of Skellam noise, from Bessel functions."""
    half = ive(np.arange(largest + 1), variance)
    return np.concatenate([half[:0:-1], half])


class Exact:
    """The mechanism with noise of a variance, and a unit that shifts the sum by the whole numbers `shift`.

    Attributes:
        p, q: probabilities of all outcomes with and without the unit.
    """

    p: Law
    q: Law

    def __init__(self, variance: float, shift: Sequence[int]) -> None:
        largest = int(13 * math.sqrt(variance)) + 30
        self.p, self.q = np.ones(1), np.ones(1)
        for k in shift:
            noise = probabilities(variance, largest + abs(k))
            pair = noise[abs(k) :], noise[: noise.size - abs(k)]
            # Merging outcomes of one likelihood ratio changes nothing, and keeps the product small.
            self.p, self.q = (np.multiply.outer(a, b).ravel() for a, b in zip((self.p, self.q), pair, strict=True))
            keep = (self.p > 1e-25) | (self.q > 1e-25)
            self.p, self.q = self.p[keep], self.q[keep]

    def delta(self, epsilon: float) -> float:
        """Return the least δ at an ε."""
        return float(np.maximum(self.p - math.exp(epsilon) * self.q, 0).sum())

    def epsilon(self, delta: float) -> float:
        """Return the least ε at a δ, by bisection."""
        low, high = 0.0, 100.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.delta(middle) > delta else (low, middle)
        return high

    def divergence(self, order: float) -> float:
        """Return the Rényi divergence at an order."""
        known = (self.p > 0) & (self.q > 0)
        powers = np.exp(order * np.log(self.p[known]) + (1 - order) * np.log(self.q[known]))
        return math.log(float(powers.sum())) / (order - 1)


class Ones(Exact):
    """A unit that shifts so many coordinates by one: the losses are rounded down to a grid, so δ is too small."""

    def __init__(self, variance: float, coordinates: int, width: float = 2e-5, cells: int = 1 << 20) -> None:
        largest = int(13 * math.sqrt(variance)) + 30
        noise = probabilities(variance, largest + 1)
        p, q = noise[1:], noise[:-1]
        steps = np.floor(np.log(p / q) / width).astype(int)
        law = np.bincount(steps % cells, weights=p, minlength=cells)
        summed = np.fft.irfft(np.fft.rfft(law) ** coordinates, cells)
        places = np.arange(cells)
        loss = np.where(places < cells // 2, places, places - cells) * width
        kept = summed > 1e-17
        self.p, self.q = summed[kept], (summed * np.exp(-loss))[kept]


def exact_law(encoding: Encoding, noisy: int) -> Law:
    """Return the law of the sum of so many members' noises, as it is drawn: from the sampler's own table."""
    table = [0, *sampler._table(encoding.member_variance, encoding.noise_bound), 1 << 128]
    one = np.array([(b - a) / 2**128 for a, b in itertools.pairwise(table)])
    law = one
    for _ in range(noisy - 1):
        law = np.convolve(law, one)
    return law


def hockey_stick(law: Law, shift: int, at: float) -> float:
    """Return the least δ at ε = `at` of a law and the same law shifted."""
    first, second = np.pad(law, (0, shift)), np.pad(law, (shift, 0))
    return float(max(np.maximum(a - math.exp(at) * b, 0).sum() for a, b in ((first, second), (second, first))))


def law_epsilon(law: Law, shift: int, delta: float) -> float:
    """Return the least ε at a δ of a law and the same law shifted, by bisection."""
    low, high = 0.0, 60.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if hockey_stick(law, shift, middle) > delta else (low, middle)
    return high
