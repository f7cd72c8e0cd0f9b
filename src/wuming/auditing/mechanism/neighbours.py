"""Neighbouring data on which mechanisms are known to break: empty, extreme, out of range, not a number, new category.

Everything here is made up from fixed fractions; no data of anybody is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.mechanism.claim import Claim
from wuming.core.errors import PrivacyParameterError

_GOLDEN = (math.sqrt(5) - 1) / 2
_SIZES = (1, 3, 10, 100)


@dataclass(frozen=True)
class Pair:
    """Two neighbouring data sets.

    Attributes:
        name: says in words what differs; holds no value of the data where these are the user's.
        left, right: what the mechanism is called with.
        hostile: one of them has a record outside the meant range.
    """

    name: str
    left: Any
    right: Any
    hostile: bool = False


def pairs_of(claim: Claim) -> list[Pair]:
    """Return the pairs to test: the user's first, then the generated ones.

    Raises:
        PrivacyParameterError: the user's function gives something else than (name, data, data), or there is no pair.
    """
    found = list(_users(claim))
    if claim.generated:
        makers = {
            "numbers": _numbers,
            "rows": _rows,
            "labels": _labels,
            "answer": _answers,
            "vector": _vectors,
            "counts": _counts,
        }
        found += [pair for pair in makers[claim.data](claim) if claim.hostile or not pair.hostile]
    if not found:
        raise PrivacyParameterError("there are no neighbouring data to test", help="Give pairs, or generate them.")
    return found


def _users(claim: Claim) -> Iterator[Pair]:
    try:
        pairs = list(claim.pairs()) if claim.pairs is not None else []
    except Exception as error:
        raise PrivacyParameterError(
            f"pairs() raised {type(error).__name__}", help="Give a function without arguments that yields triples."
        ) from error
    for given in pairs:
        if not isinstance(given, tuple) or len(given) != 3 or not isinstance(given[0], str):
            raise PrivacyParameterError(
                "pairs() gave something else than (name, data, neighbouring data)", help="Yield such triples."
            )
        yield Pair(*given)


def fractions(count: int, start: int = 1) -> list[float]:
    """Return numbers in (0, 1) that spread evenly and fall on no grid."""
    return [(start + n) * _GOLDEN % 1.0 for n in range(count)]


def _numbers(claim: Claim) -> Iterator[Pair]:
    low, high = claim.lower, claim.upper
    width = high - low
    if claim.whole:
        low, high, width = int(low), int(high), int(width)

    def inside(part: float) -> float:
        return low + (round(width * part) if claim.whole else width * part)

    middle = inside(0.5)
    mixed = {size: [inside(part) for part in fractions(size)] for size in (*_SIZES, 5)}
    hostile = [
        ("one far above the range", high + 1e6 * width),
        ("one far below the range", low - 1e6 * width),
        ("one just above the range", high + width),
        ("one just below the range", low - width),
        ("one that is no number", math.nan),
        ("one that is +infinity", math.inf),
        ("one that is -infinity", -math.inf),
        ("one of 1e308", 1e308),
        ("one of -1e308", -1e308),
    ]
    if claim.relation == "replace-one":
        for size in _SIZES:
            rest = [middle] * (size - 1)
            yield Pair(f"{size} records, one from least to greatest", [*rest, low], [*rest, high])
            yield Pair(f"{size} at the least, one to greatest", [low] * size, [low] * (size - 1) + [high])
            yield Pair(f"{size} at the greatest, one to least", [high] * size, [high] * (size - 1) + [low])
        for size in (1, 3, 5):
            for part in fractions(3, 7):
                yield Pair(f"{size} mixed records, one changed", mixed[size], [*mixed[size][:-1], inside(part)])
        for name, value in hostile:
            yield Pair(f"5 mixed records, {name}", mixed[5], [*mixed[5][:-1], value], hostile=True)
        return
    yield Pair("no record, one at the greatest", [], [high])
    yield Pair("no record, one at the least", [], [low])
    yield Pair("no record, one in the middle", [], [middle])
    for size in _SIZES:
        yield Pair(f"{size} at the least, one at the greatest", [low] * size, [low] * size + [high])
        yield Pair(f"{size} at the greatest, one at the least", [high] * size, [high] * size + [low])
        yield Pair(f"{size} at the greatest, one more", [high] * size, [high] * (size + 1))
        yield Pair(f"{size} in the middle, one at the greatest", [middle] * size, [middle] * size + [high])
    for size in (1, 3, 5):
        for part in fractions(3, 7):
            yield Pair(f"{size} mixed records, one more", mixed[size], [*mixed[size], inside(part)])
    yield Pair("5 mixed records, one twice", mixed[5], [*mixed[5], mixed[5][0]])
    for name, value in hostile:
        yield Pair(f"5 mixed records, {name}", mixed[5], [*mixed[5], value], hostile=True)
    yield Pair("no record, one that is no number", [], [math.nan], hostile=True)


def _direction(claim: Claim, length: float, kind: str) -> NDArray[np.float64]:
    """Return a vector of norm `length`: one coordinate, all alike, or all different."""
    d = claim.dimension
    if kind == "one":
        vector = np.zeros(d)
        vector[0] = 1.0
    elif kind == "last":
        vector = np.zeros(d)
        vector[-1] = -1.0
    elif kind == "ones":
        vector = np.ones(d)
    else:
        vector = np.array(fractions(d)) - 0.5
    order = {"l1": 1, "l2": 2, "linf": np.inf}[claim.norm]
    return np.asarray(vector * (length / float(np.linalg.norm(vector, order))))


def _rows(claim: Claim) -> Iterator[Pair]:
    d, bound = claim.dimension, claim.bound
    kinds = ("one", "last", "ones", "mixed")
    ends = {kind: _direction(claim, bound, kind) for kind in kinds}
    others = np.stack([_direction(claim, bound * part, "mixed") for part in fractions(5)])
    bad = np.zeros(d)
    bad[0] = math.nan
    hostile = [
        ("one far too long", ends["ones"] * 1e6),
        ("one twice as long as meant", ends["one"] * 2),
        ("one with a value that is no number", bad),
        ("one with an infinity", np.where(np.arange(d) == 0, math.inf, 0.0)),
        ("one of 1e308", np.full(d, 1e308)),
    ]
    empty = np.zeros((0, d))
    if claim.relation == "replace-one":
        for kind in kinds:
            for size in (1, 6):
                rest = others[: size - 1]
                name = f"{size} rows, one turned round ({kind})"
                yield Pair(name, np.vstack([rest, ends[kind]]), np.vstack([rest, -ends[kind]]))
        for name, row in hostile:
            yield Pair(f"6 rows, {name}", np.vstack([others, ends["one"]]), np.vstack([others, row]), hostile=True)
        return
    for kind in kinds:
        yield Pair(f"no row, one at the bound ({kind})", empty, ends[kind][None, :])
        yield Pair(f"5 rows, one more at the bound ({kind})", others, np.vstack([others, ends[kind]]))
    yield Pair("5 rows, one twice", others, np.vstack([others, others[:1]]))
    for name, row in hostile:
        yield Pair(f"5 rows, {name}", others, np.vstack([others, row]), hostile=True)


def _labels(claim: Claim) -> Iterator[Pair]:
    known = list(claim.categories) or ["a", "b", "c"]
    first, second = known[0], known[-1]
    new = "x" + "".join(known)  # differs from all of them
    if claim.relation == "replace-one":
        for size in _SIZES:
            yield Pair(f"{size} of one label, one changed to another", [first] * size, [first] * (size - 1) + [second])
            yield Pair(
                f"{size} of one label, one changed to a new one",
                [first] * size,
                [first] * (size - 1) + [new],
                hostile=bool(claim.categories),
            )
        return
    yield Pair("no record, one", [], [first])
    yield Pair("no record, one of another label", [], [second])
    for size in _SIZES:
        yield Pair(f"{size} of one label, one more", [first] * size, [first] * (size + 1))
        yield Pair(f"{size} of one label, one of another", [first] * size, [first] * size + [second])
        outside = bool(claim.categories)  # where labels are public, a new one lies outside
        yield Pair(f"{size} of one label, one of a new label", [first] * size, [first] * size + [new], hostile=outside)
    many = known * 20
    yield Pair("20 of each label, one more", many, [*many, second])
    yield Pair("20 of each label, one that is empty", many, [*many, ""], hostile=True)


def _answers(claim: Claim) -> Iterator[Pair]:
    step = claim.sensitivity
    low, high = (claim.lower, claim.upper) if (claim.lower, claim.upper) != (0.0, 1.0) else (-math.inf, math.inf)
    bases: tuple[float, ...] = (0.0, step, step / 3, 100 * step / 7, 1.0, 1000.0, 2.0**20, -step, low, high)
    changes: tuple[float, ...] = (step, -step, step / 2)
    if claim.whole:
        bases = tuple(int(base) for base in bases if math.isfinite(base) and base == int(base))
        changes = (int(step), -int(step))
    for base in dict.fromkeys(bases):
        for change in changes:
            if math.isfinite(base) and low <= base <= high and low <= base + change <= high:
                yield Pair(f"answer {base:g}, changed by {change:g}", base, base + change)


def _vectors(claim: Claim) -> Iterator[Pair]:
    zero = np.zeros(claim.dimension)
    far = _direction(claim, 1000 * claim.sensitivity, "mixed")
    for kind in ("one", "last", "ones", "mixed"):
        change = _direction(claim, claim.sensitivity, kind)
        yield Pair(f"zero, changed ({kind})", zero, change)
        yield Pair(f"zero, changed by half ({kind})", zero, change / 2)
        yield Pair(f"a vector far from zero, changed ({kind})", far, far + change)


def _counts(claim: Claim) -> Iterator[Pair]:
    d = claim.dimension
    cells = {"first": 0, "last": d - 1}
    levels = {
        "empty histogram": np.zeros(d, dtype=np.int64),
        "a few in each cell": np.arange(d, dtype=np.int64) % 5 + 1,
        "hundreds in each cell": np.full(d, 500, dtype=np.int64),
        "all in one cell": np.where(np.arange(d) == 0, 1000, 0).astype(np.int64),
    }
    for level, counts in levels.items():
        for cell, index in cells.items():
            more = counts.copy()
            more[index] += 1
            if claim.relation == "add-remove":
                yield Pair(f"{level}, one more in the {cell} cell", counts, more)
            elif d > 1:
                moved = counts.copy()
                moved[d - 1 - index] += 1
                yield Pair(f"{level} and one more, moved to the {cell} cell", moved, more)
