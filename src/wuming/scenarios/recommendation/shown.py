"""The noisy counts as answers: what is shown, beside each number its 95% interval, and what it cost; and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wuming.accounting.gaussian import gaussian_delta
from wuming.scenarios.recommendation.counting import Counts, Limits
from wuming.statistics.answer import Answer, Cost, Estimate, ExpectedError, Row
from wuming.statistics.contract import Contract

_HALF = 1.9600  # standard deviations of a normal number within which it is with probability 95%, rounded up


def popularity_answer(counts: Counts, catalogue: Sequence[str], charge: float) -> Answer:
    """Return the first count as an answer: how many subjects have each item of the catalogue."""
    rows = [Row((name,), (_estimate(value, counts.popularity_sigma),))
            for name, value in zip(catalogue, counts.popularity, strict=True)]  # fmt: skip
    return _answer(("item",), rows, counts.limits, counts.events[0].noise_multiplier, counts.popularity_sigma, charge)


def pairs_answer(counts: Counts, catalogue: Sequence[str], charge: float) -> Answer:
    """Return the second count as an answer: how many subjects have both of two items; the same twice: that item."""
    names = [catalogue[place] for place in counts.short_list]
    rows = [
        Row((names[first], names[second]), (_estimate(counts.pairs[first, second], counts.pair_sigma),))
        for first, second in zip(*np.triu_indices(len(names)), strict=True)
    ]
    multiplier = counts.events[1].noise_multiplier
    return _answer(("item", "with"), rows, counts.limits, multiplier, counts.pair_sigma, charge)


def contracts(limits: Limits) -> tuple[Contract, Contract]:
    """Return how much of one subject counts in each answer."""
    pairs = limits.paired_items * (limits.paired_items + 1) // 2
    first, second = limits.popular_items, pairs
    return Contract("subject", max_rows=first, max_groups=first), Contract(
        "subject", max_rows=second, max_groups=second
    )


def numbers_of(
    answers: Mapping[str, Mapping[str, Any]], catalogue: Sequence[str], limits: Limits
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, Any]]:
    """Return popularity, short list and pairs that stored answers hold, as in `Counts`."""
    popularity = np.array([row["figures"]["subjects"]["value"] for row in answers["popularity"]["rows"]])
    size = min(limits.short_list, len(catalogue))
    rows = answers["pairs"]["rows"]
    place = {name: number for number, name in enumerate(catalogue)}
    short = np.array([place[row["keys"]["with"]] for row in rows[:size]], dtype=np.int64)
    square = np.zeros((size, size))
    square[np.triu_indices(size)] = [row["figures"]["subjects"]["value"] for row in rows]
    return popularity, short, square + np.triu(square, 1).T


def own_epsilon(multiplier: float, delta: float) -> float:
    """Return the ε of one Gaussian count by itself at δ, rounded up to four decimals."""
    low, high = 0.0, 1.0
    while gaussian_delta(high, multiplier) > delta:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if gaussian_delta(middle, multiplier) <= delta else (middle, high)
    return float(np.ceil(high * 1e4) / 1e4)


def _estimate(value: float, sigma: float) -> Estimate:
    return Estimate(float(value), float(value - _HALF * sigma), float(value + _HALF * sigma))


def _answer(
    keys: tuple[str, ...], rows: Sequence[Row], limits: Limits, multiplier: float, sigma: float, charge: float
) -> Answer:
    return Answer(
        keys=keys,
        names=("subjects",),
        rows=tuple(rows),
        cost=Cost(own_epsilon(multiplier, limits.delta), limits.delta, "gaussian", charge),
        errors=(ExpectedError("subjects", _HALF * sigma, "in each group"),),
    )
