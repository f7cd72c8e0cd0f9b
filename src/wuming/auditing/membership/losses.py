"""Attacks that need one loss for each unit: the loss itself, the gain over other models, the ratio to a reference.

Adversary: has the model, the candidate units, and for all but the first a public base model or models trained on other
data from the same source.

Sources: Yeom et al., "Privacy risk in machine learning" (CSF 2018); Watson et al., "On the importance of difficulty
calibration in membership inference attacks" (ICLR 2022); Carlini et al., "Extracting training data from large language
models" (USENIX Security 2021), section 4.2, for the ratio.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.membership.shadows import Shadows, mean_over, require_same_shape
from wuming.core.errors import PrivacyParameterError


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


def calibrated_loss_scores(losses: NDArray[np.float64], shadows: Shadows) -> NDArray[np.float64]:
    """Return by how much each unit's loss is below its mean loss under shadow models that did not train on it.

    Args:
        losses: [n] under the model, or [n, q] for q queries a unit; the scores of the queries are averaged.
        shadows: losses of the same units (and queries) under the shadow models.

    Returns:
        [n].

    Raises:
        PrivacyParameterError: for shapes that do not fit, or a unit that every shadow model trained on.
    """
    values = require_same_shape(losses, shadows)
    gains: NDArray[np.float64] = (mean_over(shadows.signals, ~shadows.trained_on, "out") - values).mean(axis=1)
    return gains


def reference_ratio_scores(losses: Sequence[float], reference_losses: Sequence[float]) -> list[float]:
    """Return minus the ratio of each text's loss under the model to that under a reference model.

    Args:
        losses: mean loss a token, in nats, ≥ 0.
        reference_losses: of the same texts under a model that did not train on them, > 0.

    Raises:
        PrivacyParameterError: when the lengths differ or a reference loss is not above 0.
    """
    if len(losses) != len(reference_losses):
        raise PrivacyParameterError(
            f"there are {len(losses)} losses and {len(reference_losses)} reference losses", help="Score the same units."
        )
    bad = sum(not reference > 0 for reference in reference_losses)
    if bad:
        raise PrivacyParameterError(
            f"{bad} of {len(reference_losses)} reference losses are not above 0",
            help="Use a reference model that is sure of no text, or the difference: loss_scores().",
        )
    return [-loss / reference for loss, reference in zip(losses, reference_losses, strict=True)]
