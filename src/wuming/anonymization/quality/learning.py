"""How well a model predicts when it has learnt from the published table, beside one that has learnt from the original.

Sources: prediction as a measure, Iyengar, "Transforming data to satisfy privacy constraints", KDD 2002, and LeFevre,
DeWitt & Ramakrishnan, "Workload-aware anonymization", KDD 2006. The bound that gives the step, Böhning, "Multinomial
logistic regression algorithm" (1992); the acceleration, Nesterov (1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.quality.covering import Codes, Covered, Numbers, distinct_rows
from wuming.core.errors import TableError

_BINS = 20  # of a column of numbers
_NAMES = 100  # of a column of categories; the rarer ones are taken together
_PENALTY = 1e-4
_STEPS = 400


@dataclass(frozen=True)
class Accuracy:
    """Share of held-out rows whose target is predicted right.

    Attributes:
        original, anonymised: by a model that learnt from the one or the other.
        majority: by always naming the most frequent target.
        rows: held out.
    """

    original: float
    anonymised: float
    majority: float
    rows: int

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def model_accuracy(
    columns: Sequence[Covered],
    *,
    held_out: npt.NDArray[np.bool_],
    target: npt.NDArray[Any],
    published_target: npt.NDArray[Any],
) -> Accuracy:
    """Train a logistic regression on original and on published rows, and predict the target of held-out ones.

    A cell is spread evenly over the values that it covers. For the model of the published table, a held-out cell is
    generalised the same way: over the labels that cover its value, each weighed by its published rows.

    Args:
        columns: what is known of a person; covered over all original rows, published of those that are not held out.
        held_out: [original rows], of which the published table must hold nothing.
        target: [original rows], what is predicted; numbers or text, missing counts as a value.
        published_target: [published rows].

    Raises:
        TableError: no row on one of the sides, or lengths that do not fit.
    """
    if not columns or not held_out.any() or held_out.all() or not len(published_target):
        raise TableError("there is nothing to learn from, or to test", help="Hold some of the rows out.")
    if len(held_out) != len(target) or any(
        len(held_out) != len(c.of_row) or len(published_target) != len(c.labels) for c in columns
    ):
        raise TableError("columns, target and held-out rows do not fit", help="Give all of the same two tables.")
    classes, codes = np.unique(np.concatenate([target, published_target]), return_inverse=True)
    true, learnt = codes[: len(target)].astype(np.int64), codes[len(target) :].astype(np.int64)
    bins = [_bins(column) for column in columns]
    spreads = [column.spread @ one_hot for column, one_hot in zip(columns, bins, strict=True)]
    seen = [_generalised(c, spread, one_hot) for c, spread, one_hot in zip(columns, spreads, bins, strict=True)]
    values = [column.of_row for column in columns]
    original = _train([v[~held_out] for v in values], bins, true[~held_out], len(classes))
    anonymised = _train([column.labels for column in columns], spreads, learnt, len(classes))
    tested, expected = [v[held_out] for v in values], true[held_out]
    majority = int(np.bincount(true[~held_out]).argmax())
    return Accuracy(
        original=float((_predict(original, tested, bins) == expected).mean()),
        anonymised=float((_predict(anonymised, tested, seen) == expected).mean()),
        majority=float((expected == majority).mean()),
        rows=int(held_out.sum()),
    )


def fit(features: Numbers, targets: Codes, weights: Numbers, *, classes: int) -> Numbers:
    """Return [features, classes] the coefficients of a logistic regression, by accelerated gradient steps.

    Minimises the mean negative log-likelihood plus half of `_PENALTY` times the sum of squares, to within
    2·L·|w|²/`_STEPS`², L below.

    Args:
        features: [rows, features].
        targets: [rows], 0 … classes - 1.
        weights: [rows], how often a row counts.
        classes: how many targets there are.
    """
    shares = weights / weights.sum()
    wanted = np.zeros((len(targets), classes))
    wanted[np.arange(len(targets)), targets] = 1.0
    lipschitz = float((features**2).sum(axis=1).max()) / 2 + _PENALTY
    coefficients = ahead = np.zeros((features.shape[1], classes))
    for step in range(_STEPS):
        excess = (_softmax(features @ ahead) - wanted) * shares[:, None]
        following = ahead - (features.T @ excess + _PENALTY * ahead) / lipschitz
        ahead = following + step / (step + 3) * (following - coefficients)
        coefficients = following
    return coefficients


def _train(codes: list[Codes], tables: list[Numbers], targets: Codes, classes: int) -> Numbers:
    """Fit on the distinct rows; each column's codes stand for rows of its table of features."""
    rows, counts = distinct_rows([*codes, targets])
    features = _features([rows[:, place] for place in range(len(codes))], tables)
    return fit(features, rows[:, -1], counts.astype(np.float64), classes=classes)


def _predict(coefficients: Numbers, codes: list[Codes], tables: list[Numbers]) -> Codes:
    scores = _features(codes, tables) @ coefficients
    predicted: Codes = scores.argmax(axis=1)
    return predicted


def _features(codes: list[Codes], tables: list[Numbers]) -> Numbers:
    ones = np.ones((len(codes[0]), 1))
    return np.concatenate([ones, *(table[code] for code, table in zip(codes, tables, strict=True))], axis=1)


def _bins(column: Covered) -> Numbers:
    """Return [values, bins] one 1 a value: numbers by equal shares of the rows, categories one each."""
    if column.numeric and len(column.values) > _BINS:
        middle = (np.cumsum(column.counts) - column.counts / 2) / column.counts.sum()
        places = (middle * _BINS).astype(np.int64)
    elif len(column.values) > _NAMES:
        rank = np.argsort(np.argsort(-column.counts, kind="stable"), kind="stable")
        places = np.minimum(rank, _NAMES)
    else:
        places = np.arange(len(column.values))
    one_hot: Numbers = np.eye(int(places.max()) + 1)[places]
    return one_hot


def _generalised(column: Covered, spread: Numbers, one_hot: Numbers) -> Numbers:
    """Return [values, bins] the mean spread of the published rows that cover a value; its own bin where none does."""
    weights = column.covers.T * np.bincount(column.labels, minlength=len(column.covers))
    total = weights.sum(axis=1, keepdims=True)
    mean: Numbers = np.where(total > 0, (weights @ spread) / np.maximum(total, 1), one_hot)
    return mean


def _softmax(scores: Numbers) -> Numbers:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    softmax: Numbers = exponentials / exponentials.sum(axis=1, keepdims=True)
    return softmax
