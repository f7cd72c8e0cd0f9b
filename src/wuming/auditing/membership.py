"""Membership inference by the loss: how often an attacker recognises the units that a model was trained on.

Adversary: has the model (and, for calibrated scores, the public base model) and the candidate's texts, and wants to
know whether they were trained on. This is one simple attack; a stronger one may find more.

Source: Yeom et al., "Privacy risk in machine learning" (CSF 2018); reporting at low false-positive rates after Carlini
et al., "Membership inference attacks from first principles" (S&P 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import clopper_pearson_interval


def loss_scores(losses: Sequence[float], reference_losses: Sequence[float] | None = None) -> list[float]:
    """Return membership scores, higher for what the model knows better than it should.

    Args:
        losses: mean loss of each unit under the model.
        reference_losses: mean loss of the same units under the public base model; the score is then the gain over it,
            which takes out how easy a text is.

    Raises:
        PrivacyParameterError: when the lengths differ.
    """
    if reference_losses is None:
        return [-loss for loss in losses]
    if len(losses) != len(reference_losses):
        raise PrivacyParameterError(
            f"there are {len(losses)} losses and {len(reference_losses)} reference losses", help="Score the same units."
        )
    return [reference - loss for loss, reference in zip(losses, reference_losses, strict=True)]


def tpr_at_fpr(
    member_scores: Sequence[float],
    non_member_scores: Sequence[float],
    fpr: float = 0.01,
    confidence: float = 0.95,
) -> dict[str, Any]:
    """Return the share of members that the attack recognises while it accuses few non-members.

    The threshold is the lowest for which at most `fpr` of the non-members lie above it. The interval (Clopper-Pearson)
    is about the members at that threshold; how far the threshold itself is off is not in it.

    Args:
        member_scores: one a trained unit, higher when it looks more like a member; finite.
        non_member_scores: the same for held-out units.
        fpr: accepted false-positive rate, in (0, 1).
        confidence: of the interval, in (0, 1).

    Returns:
        `{"tpr_at_1_percent_fpr", "interval", "auc", "members", "non_members"}`. Rate and interval are None ("not
        resolvable") when there are fewer than 1/fpr non-members: not one false alarm could be allowed for.

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for an argument out of range.
    """
    if not 0 < fpr < 1 or not 0 < confidence < 1:
        raise PrivacyParameterError(
            f"fpr={fpr}, confidence={confidence}: both must be within (0, 1)", help="Use fpr=0.01 and confidence=0.95."
        )
    members, others = _finite("member", member_scores), _finite("non-member", non_member_scores)
    allowed = math.floor(fpr * len(others) + 1e-9)
    rate: float | None = None
    interval: list[float] | None = None
    if allowed >= 1:
        threshold = np.sort(others)[len(others) - allowed - 1]
        caught = int((members > threshold).sum())
        rate = caught / len(members)
        interval = list(clopper_pearson_interval(caught, len(members), confidence))
    return {
        f"tpr_at_{fpr * 100:g}_percent_fpr": rate,
        "interval": interval,
        "auc": area_under_curve(members, others),
        "members": len(members),
        "non_members": len(others),
    }


def area_under_curve(
    member_scores: Sequence[float] | NDArray[Any], non_member_scores: Sequence[float] | NDArray[Any]
) -> float:
    """Return the chance that a random member scores above a random non-member, ties counted half (Mann-Whitney).

    Raises:
        EmptyData: without members or non-members.
        PrivacyParameterError: for a score that is not finite.
    """
    members, others = _finite("member", member_scores), np.sort(_finite("non-member", non_member_scores))
    below = np.searchsorted(others, members, side="left")
    not_above = np.searchsorted(others, members, side="right")
    return float((below + not_above).sum()) / (2 * len(members) * len(others))


def _finite(name: str, scores: Sequence[float] | NDArray[Any]) -> NDArray[np.float64]:
    values = np.asarray(scores, dtype=np.float64)
    if values.size == 0:
        raise EmptyData(f"there are no {name} scores", help="Membership inference needs trained and held-out units.")
    if not np.isfinite(values).all():
        raise PrivacyParameterError(
            f"{int((~np.isfinite(values)).sum())} of {values.size} {name} scores are not finite",
            help="Check that the model gives a loss for each unit.",
        )
    return values
