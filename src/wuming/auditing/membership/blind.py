"""A baseline that never sees the model: can the units themselves tell who was trained on?

Members and non-members must come from one source. Where they do not (other months, other topics, another format), an
"attack" recognises the source and says nothing about the model. So a plain classifier is given the units alone; if it
does better than chance, every figure over these two sets is void.

A ridge classifier is fitted on four fifths of the units and scores the rest, five times; and each feature is compared
on its own. The same is done with the labels permuted. If units were assigned at random, all orders of the labels are
equally likely, so the chance that a sound pair of sets is called void is at most `significance`, whatever the units
are. "At chance" is no proof: a better classifier may find more.

Sources: Das, Zhang and Tramèr, "Blind baselines beat membership inference attacks for foundation models" (2024);
Phipson and Smyth, "Permutation p-values should never be zero" (2010).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.membership.rates import fewest_non_members
from wuming.core.errors import EmptyData, PrivacyParameterError

_FOLDS = 5
_FPR = 0.01
_MOST = 20_000  # units; of more, a random part is looked at


@dataclass(frozen=True)
class Blind:
    """How well units are told apart without the model.

    Attributes:
        members, non_members: units looked at.
        features: of each.
        auc: area under the curve, mean over the folds.
        tpr: true positive rate at 1% false positives; None where there are fewer than 100 non-members.
        difference: of the feature that differs most between members and non-members, as a correlation.
        p_value: chance of doing at least as well if members were assigned at random, in the best of the three figures;
            that there are three is paid for.
        significance: from which p-value on the sets count as alike.
    """

    members: int
    non_members: int
    features: int
    auc: float
    tpr: float | None
    difference: float
    p_value: float
    significance: float

    @property
    def at_chance(self) -> bool:
        """Whether the classifier could not be told from guessing."""
        return self.p_value > self.significance

    def as_json(self) -> dict[str, Any]:
        """Return the fields and the verdict as a JSON object."""
        return asdict(self) | {"at_chance": self.at_chance}


def blind_baseline(
    features: NDArray[Any],
    members: NDArray[np.bool_],
    *,
    permutations: int = 499,
    significance: float = 0.01,
    seed: int = 0,
) -> Blind:
    """Classify units without the model, and say whether that works better than chance.

    Args:
        features: [n, d] of the units, finite: what an attacker knows of them. For text, see `text_features`.
        members: [n], whether each was trained on.
        permutations: of the labels; at least 3/significance - 1.
        significance: accepted chance that sound sets are called void, in (0, 1).
        seed: of folds and permutations; they protect nobody.

    Raises:
        EmptyData: fewer than 20 members or non-members.
        PrivacyParameterError: for an argument out of range, or shapes that do not fit.

    Formal guarantee: if, given the units, every assignment with as many members is equally likely, `at_chance` is false
    with probability at most `significance`.
    """
    x, labels = np.asarray(features, dtype=np.float64), np.asarray(members, dtype=np.bool_)
    _check(x, labels, permutations, significance)
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))[:_MOST]  # also makes the order of ties tell nothing
    x, labels = _standardised(x[order]), labels[order]
    columns = [labels, *(generator.permutation(labels) for _ in range(permutations))]
    truth = np.stack(columns, axis=1)
    scores, areas = np.empty(truth.shape), np.zeros(truth.shape[1])
    folds = np.arange(len(labels)) % _FOLDS
    for fold in range(_FOLDS):
        held = folds == fold
        scores[held] = _ranks(_predict(x[~held], truth[~held], x[held]))
        areas += _areas(scores[held], truth[held]) / _FOLDS
    differences = _differences(x, truth)
    rates = _rates(scores, truth) if int((~labels).sum()) >= fewest_non_members(_FPR) else None
    found = [areas, differences] if rates is None else [areas, differences, rates]
    return Blind(
        int(labels.sum()),
        int((~labels).sum()),
        x.shape[1],
        float(areas[0]),
        None if rates is None else float(rates[0]),
        float(differences[0]),
        min(1.0, len(found) * min(_p_value(one) for one in found)),
        significance,
    )


def text_features(texts: Sequence[str], size: int = 512) -> NDArray[np.float64]:
    """Return [n, size + 4] features of texts: hashed words and pairs of characters, length, and shares of three kinds.

    Args:
        texts: of the units; several records of one subject joined by line breaks.
        size: columns for hashed words; at least 2.
    """
    out = np.zeros((len(texts), size + 4))
    for row, text in enumerate(texts):
        lowered = text.lower()
        parts = [*lowered.split(), *(lowered[i : i + 2] for i in range(len(lowered) - 1))]
        for part in parts:
            out[row, zlib.crc32(part.encode()) % size] += 1
        out[row, :size] = np.log1p(out[row, :size])
        length = max(1, len(text))
        out[row, size] = math.log1p(len(text))
        out[row, size + 1] = sum(character.isdigit() for character in text) / length
        out[row, size + 2] = sum(character.isupper() for character in text) / length
        out[row, size + 3] = sum(not character.isalnum() for character in text) / length
    return out


def _check(x: NDArray[np.float64], labels: NDArray[np.bool_], permutations: int, significance: float) -> None:
    if x.ndim != 2 or labels.shape != x.shape[:1] or not np.isfinite(x).all():
        raise PrivacyParameterError(
            f"features have shape {x.shape}, members {labels.shape}", help="Give finite [units, features] and [units]."
        )
    if not 0 < significance < 1 or permutations + 1 < 3 / significance:
        raise PrivacyParameterError(
            f"permutations={permutations}, significance={significance}",
            help="Use 499 permutations for a significance of 0.01: fewer can never be significant.",
        )
    if min(int(labels.sum()), int((~labels).sum())) < 20:
        raise EmptyData(
            f"there are {int(labels.sum())} members and {int((~labels).sum())} non-members",
            help="The baseline without the model needs 20 of each.",
        )


def _standardised(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns of mean 0 and variance 1, constant ones left out; no label is looked at."""
    spread = x.std(axis=0)
    kept = spread > 1e-12 * (1 + np.abs(x).max(axis=0, initial=0))
    if not kept.any():
        return np.zeros((len(x), 1))
    scaled: NDArray[np.float64] = (x[:, kept] - x[:, kept].mean(axis=0)) / spread[kept]
    return scaled


def _predict(x: NDArray[np.float64], truth: NDArray[np.bool_], asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ridge scores [asked, columns] for each column of labels; the penalty equals the number of features."""
    targets = truth - truth.mean(axis=0)
    penalty = float(x.shape[1])
    if x.shape[1] <= len(x):
        weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ targets)
        return asked @ weights
    dual = np.linalg.solve(x @ x.T + penalty * np.eye(len(x)), targets)
    return asked @ (x.T @ dual)


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks down each column, in (0, 1], so that folds compare. Ties follow the rows, whose order is random."""
    order = np.argsort(scores, axis=0, kind="stable")
    ranks = np.empty(scores.shape)
    np.put_along_axis(ranks, order, np.arange(1, len(scores) + 1)[:, None] / len(scores), axis=0)
    return ranks


def _areas(ranks: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the area under the curve of each column; one half where a fold has one kind of label only."""
    positive = truth.sum(axis=0)
    negative = len(truth) - positive
    above = (ranks * len(ranks) * truth).sum(axis=0) - positive * (positive + 1) / 2
    pairs = positive * negative
    return np.where(pairs > 0, above / np.maximum(pairs, 1), 0.5)


def _differences(x: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each column of labels the largest correlation of any feature with it, whatever its sign."""
    centred = truth - truth.mean(axis=0)
    largest: NDArray[np.float64] = np.abs(x.T @ centred).max(axis=0) / (len(x) * centred.std(axis=0))
    return largest


def _rates(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the true positive rate of each column at 1% false positives."""
    order = np.argsort(-scores, axis=0, kind="stable")
    sorted_truth = np.take_along_axis(truth, order, axis=0)
    false = (~sorted_truth).cumsum(axis=0)
    allowed = math.floor(_FPR * int((~truth[:, 0]).sum()) + 1e-9)
    rates: NDArray[np.float64] = (sorted_truth & (false <= allowed)).sum(axis=0) / truth[:, 0].sum()
    return rates


def _p_value(statistics: NDArray[np.float64]) -> float:
    """Return the share of label orders that do at least as well as the first, which is the true one."""
    return float((statistics >= statistics[0] - 1e-12).mean())
