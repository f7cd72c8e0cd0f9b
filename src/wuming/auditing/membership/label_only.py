"""Membership from bare answers: how often a model names the right label for altered copies of a unit.

Adversary: sees the model's answer only, no probability. What a model was trained on it tends to answer rightly further
around the unit: under augmentation, noise, paraphrase.

Source: Choquette-Choo et al., "Label-only membership inference attacks" (ICML 2021), sections 3.1 and 3.3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.membership.shadows import Shadows, mean_over, require_same_shape
from wuming.core.errors import PrivacyParameterError


def agreement_scores(
    answers: NDArray[np.int64], labels: NDArray[np.int64], shadows: Shadows | None = None
) -> NDArray[np.float64]:
    """Return the share of queries that the model answers with the unit's label.

    Args:
        answers: [n, q], the model's labels for q queries a unit (as it is, augmented, with noise).
        labels: [n], the units' own labels.
        shadows: agreement (1 right, 0 wrong) of the same queries under models of known training; the mean over those
            that did not train on the unit is then subtracted, which takes out how easy the unit is.

    Returns:
        [n], in [0, 1]; with shadows in [-1, 1].

    Raises:
        PrivacyParameterError: for shapes that do not fit, or a unit that every shadow model trained on.
    """
    said, right = np.asarray(answers), np.asarray(labels)
    if said.ndim != 2 or said.shape[1] == 0 or right.shape != said.shape[:1]:
        raise PrivacyParameterError(
            f"answers have shape {said.shape}, labels {right.shape}", help="Give [units, queries] and [units]."
        )
    agrees = (said == right[:, None]).astype(np.float64)
    if shadows is not None:
        agrees = require_same_shape(agrees, shadows) - mean_over(shadows.signals, ~shadows.trained_on, "out")
    shares: NDArray[np.float64] = agrees.mean(axis=1)
    return shares


def text_agreement_scores(continuations: list[list[str]], originals: list[str]) -> list[float]:
    """Return how much of what stood there a model says, for models that return text only.

    Args:
        continuations: of each unit's beginning, at least one a unit.
        originals: how each unit really goes on; not empty.

    Returns:
        For each unit, the mean over continuations of the share of the original's pairs of neighbouring characters that
        the continuation holds as often.

    Raises:
        PrivacyParameterError: when the lengths differ, or a unit has no continuation or is shorter than two characters.
    """
    if len(continuations) != len(originals):
        raise PrivacyParameterError(
            f"there are continuations of {len(continuations)} units and {len(originals)} originals",
            help="Continue every unit.",
        )
    lacking = sum(not said or len(original) < 2 for said, original in zip(continuations, originals, strict=True))
    if lacking:
        raise PrivacyParameterError(
            f"{lacking} units have no continuation, or an original of fewer than two characters",
            help="Ask for at least one continuation of each, and cut so that something follows.",
        )
    return [
        sum(_held(text, original) for text in said) / len(said)
        for said, original in zip(continuations, originals, strict=True)
    ]


def _held(text: str, original: str) -> float:
    wanted, said = _pairs(original), _pairs(text)
    return sum(min(count, said.get(pair, 0)) for pair, count in wanted.items()) / sum(wanted.values())


def _pairs(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for start in range(len(text) - 1):
        pair = text[start : start + 2]
        counts[pair] = counts.get(pair, 0) + 1
    return counts
