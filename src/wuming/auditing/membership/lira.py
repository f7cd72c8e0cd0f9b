"""LiRA: is what the model says of a unit more likely if it trained on the unit, or if it did not?

For each unit, the logit of the model's confidence in the right answer is taken as Gaussian, once over shadow models
that trained on the unit and once over those that did not. Online the score is the logarithm of the ratio of the two
densities; offline, without models that trained on it, it is how many standard deviations the model lies above the
others.

Several queries of one unit are taken as independent given its membership: log ratios are summed, deviations averaged.

Source: Carlini et al., "Membership inference attacks from first principles" (S&P 2022), algorithm 1 (online), equation
4 (offline), section VI (queries, shared variance). Here the shared variance is that around each unit's own mean: spread
between units is not noise of a model.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.membership.shadows import Mode, Shadows, mean_over, require_models, require_same_shape
from wuming.core.errors import PrivacyParameterError

Variance = Literal["per-unit", "shared"]
_LEAST_DEVIATION = 1e-8  # where all shadow models say the same
_LEAST_LOSS = 1e-12  # a loss that was rounded to 0 must not become an infinite logit


def logit_confidences(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return ln(p / (1 - p)) of the probability p of the right class, without rounding of p to 1.

    Args:
        logits: [..., n, c] of c ≥ 2 classes.
        labels: [n], each in 0…c-1.

    Returns:
        [..., n].

    Raises:
        PrivacyParameterError: for shapes or labels that do not fit.
    """
    values, right = np.asarray(logits, dtype=np.float64), np.asarray(labels)
    if values.ndim < 2 or values.shape[-1] < 2 or right.shape != values.shape[-2:-1]:
        raise PrivacyParameterError(
            f"logits have shape {values.shape}, labels {right.shape}", help="Give [..., units, classes] and [units]."
        )
    if right.size and not (right.min() >= 0 and right.max() < values.shape[-1]):
        raise PrivacyParameterError(
            f"a label is not within 0…{values.shape[-1] - 1}", help="Number the classes as the model does."
        )
    index = np.broadcast_to(right[:, None], (*values.shape[:-1], 1))
    own = np.take_along_axis(values, index, axis=-1)[..., 0]
    others = values.copy()
    np.put_along_axis(others, index, -np.inf, axis=-1)
    top = others.max(axis=-1, keepdims=True)
    rest: NDArray[np.float64] = top[..., 0] + np.log(np.exp(others - top).sum(axis=-1))
    return own - rest


def logits_of_losses(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln(p / (1 - p)) for p = exp(-loss): for models that give a loss only.

    Losses below 10^-12 count as 10^-12; `logit_confidences` loses nothing there.

    Raises:
        PrivacyParameterError: a loss is below 0 or no number.
    """
    values = np.asarray(losses, dtype=np.float64)
    if not (values >= 0).all():
        raise PrivacyParameterError(
            f"{int((~(values >= 0)).sum())} of {values.size} losses are not ≥ 0", help="Give -ln p of the right answer."
        )
    values = np.maximum(values, _LEAST_LOSS)
    logits: NDArray[np.float64] = -values - np.log(-np.expm1(-values))
    return logits


def lira_scores(
    target: NDArray[np.float64], shadows: Shadows, *, mode: Mode = "online", variance: Variance = "per-unit"
) -> NDArray[np.float64]:
    """Return the score of each unit, higher for "was trained on".

    Args:
        target: [n] or [n, q], logits of confidence under the model that is attacked.
        shadows: the same under shadow models; the attacked model is none of them.
        mode: `online` needs shadow models that trained on each unit and such that did not; `offline` only the latter.
        variance: `per-unit` needs two models a side for each unit, and many (64) to be good; `shared` takes one
            variance for all units, for few models.

    Returns:
        [n].

    Raises:
        PrivacyParameterError: for shapes that do not fit, signals that are not finite, or too few models.
    """
    if mode not in ("online", "offline") or variance not in ("per-unit", "shared"):
        raise PrivacyParameterError(
            f"mode={mode!r}, variance={variance!r}", help="Use online or offline, and per-unit or shared."
        )
    values = require_same_shape(target, shadows)
    mean, deviation = _fit(shadows.signals, ~shadows.trained_on, variance, "out")
    outside = (values - mean) / deviation
    if mode == "offline":
        mean_deviation: NDArray[np.float64] = outside.mean(axis=1)
        return mean_deviation
    log_outside = -np.log(deviation) - outside**2 / 2
    mean, deviation = _fit(shadows.signals, shadows.trained_on, variance, "in")
    log_inside = -np.log(deviation) - ((values - mean) / deviation) ** 2 / 2
    ratios: NDArray[np.float64] = (log_inside - log_outside).sum(axis=1)
    return ratios


def _fit(
    signals: NDArray[np.float64], chosen: NDArray[np.bool_], variance: Variance, side: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean [n, q] and standard deviation [n, q] or [1, q] over each unit's chosen models."""
    mean = mean_over(signals, chosen, side)
    squares = (((signals - mean) * chosen[..., None]) ** 2).sum(axis=0)
    counts = chosen.sum(axis=0)[:, None]
    if variance == "per-unit":
        require_models(chosen, 2, side)
        found = squares / (counts - 1)
    else:
        freedom = int((counts - 1).sum())
        if freedom < 1:
            raise PrivacyParameterError(
                f"no unit has two shadow models that are '{side}' for it", help="Train more shadow models."
            )
        found = squares.sum(axis=0, keepdims=True) / freedom
    return mean, np.maximum(np.sqrt(found), _LEAST_DEVIATION)
