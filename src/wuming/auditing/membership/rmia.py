"""RMIA: over how many units of the population does a unit stand out, each measured against what is usual for it?

A unit's ratio is the probability that the attacked model gives to its right answer, over the mean of that probability
among models that trained on it and models that did not. The score is the share of population units whose ratio it
exceeds γ times. Needs few reference models, often one.

Offline there are no models that trained on the unit; their mean probability is taken as a·p + 1 - a, where p is the
mean among models that did not. Of population units, which no model trained on, it is always taken so.

Of several queries more than half must exceed the population unit's ratio. Units that exceed equally many are ordered by
their ratio, within less than one population unit's share: else all that stand out above the whole population would tie.

Source: Zarifzadeh, Liu and Shokri, "Low-cost high-power membership inference attacks" (ICML 2024), equations 2 and 4
and appendix B.2 (correction a, chosen by letting the reference models attack each other), section on augmented queries.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.membership.rates import area_under_curve
from wuming.auditing.membership.shadows import Mode, Shadows, mean_over, require_same_shape
from wuming.core.errors import PrivacyParameterError

_GRID = tuple(step / 10 for step in range(11))
_ROUNDING = 1e-9  # a log-probability just above 0 is rounding, one far above is a mistake


def rmia_scores(
    target: NDArray[np.float64],
    shadows: Shadows,
    population: NDArray[np.float64],
    population_shadows: Shadows,
    *,
    gamma: float = 1.0,
    mode: Mode = "offline",
    correction: float = 0.3,
) -> NDArray[np.float64]:
    """Return the score of each unit, higher for "was trained on", in (0, 1).

    Args:
        target: [n] or [n, q], ln of the probability that the attacked model gives to the right answer; ≤ 0.
        shadows: the same under reference models; the attacked model is none of them.
        population: [m], of units from the same source that neither the attacked nor a reference model trained on.
        population_shadows: the same units under the same reference models; trained on none.
        gamma: γ, how many times a population unit's ratio must be exceeded; ≥ 1.
        mode: `online` uses reference models that trained on a unit too.
        correction: a, in [0, 1]; see `fit_correction`.

    Returns:
        [n].

    Raises:
        PrivacyParameterError: for an argument out of range, shapes that do not fit, too few models, or a population
            that a reference model trained on.
    """
    if not gamma >= 1 or not 0 <= correction <= 1 or mode not in ("online", "offline"):
        raise PrivacyParameterError(
            f"gamma={gamma}, correction={correction}, mode={mode!r}",
            help="Use gamma of at least 1, a correction within [0, 1], and online or offline.",
        )
    if population_shadows.trained_on.any() or population_shadows.models != shadows.models:
        raise PrivacyParameterError(
            f"population: {int(population_shadows.trained_on.any(axis=0).sum())} units were trained on, "
            f"{population_shadows.models} reference models of {shadows.models} answered",
            help="Take units that no reference model trained on, and ask all the models about them.",
        )
    ratios = log_ratios(target, shadows, mode=mode, correction=correction)
    others = np.sort(log_ratios(population, population_shadows, mode="offline", correction=correction)[:, 0])
    needed = ratios.shape[1] // 2 + 1
    majority = np.sort(ratios, axis=1)[:, ratios.shape[1] - needed]  # exceeds what more than half of the queries exceed
    excess = majority - np.log(gamma)
    beaten = np.searchsorted(others, excess, side="right")
    ties = 1 / (1 + np.exp(-np.clip(excess, -700, 700)))  # within (0, 1): orders those that beat equally many
    scores: NDArray[np.float64] = (beaten + ties) / (len(others) + 1)
    return scores


def log_ratios(
    target: NDArray[np.float64], shadows: Shadows, *, mode: Mode = "offline", correction: float = 0.3
) -> NDArray[np.float64]:
    """Return ln of each unit's probability over its mean probability, [n, q].

    Its order is that of the score for one query; the score only adds what a given value means in the population.

    Args:
        target, shadows, mode, correction: as in `rmia_scores`.

    Raises:
        PrivacyParameterError: for shapes that do not fit, signals above 0, or too few models.
    """
    values = require_same_shape(target, shadows)
    highest = max(float(values.max()), float(shadows.signals.max()))
    if highest > _ROUNDING:
        raise PrivacyParameterError(
            f"the largest signal is {highest}, which is no logarithm of a probability", help="Give ln p ≤ 0."
        )
    probabilities = np.exp(shadows.signals)
    outside = mean_over(probabilities, ~shadows.trained_on, "out")
    inside = (
        mean_over(probabilities, shadows.trained_on, "in")
        if mode == "online"
        else correction * outside + 1 - correction
    )
    return values - np.log(np.maximum((inside + outside) / 2, np.finfo(np.float64).tiny))


def fit_correction(shadows: Shadows, *, targets: int = 4, grid: Sequence[float] = _GRID) -> float:
    """Return the correction a with which reference models best attack each other offline, by area under the curve.

    The attacked model has no part in it, so no figure about that model is made better by the choice.

    Args:
        shadows: ln of probabilities; at least 3 models.
        targets: how many of the models are attacked, each with all others.
        grid: values to try, in [0, 1].

    Raises:
        PrivacyParameterError: for too few models or values out of range.
    """
    if shadows.models < 3 or not grid or not all(0 <= value <= 1 for value in grid):
        raise PrivacyParameterError(
            f"models={shadows.models}, {len(grid)} values to try", help="Give 3 models, and values within [0, 1]."
        )

    def quality(correction: float) -> float:
        total = 0.0
        for model in range(min(targets, shadows.models)):
            others = shadows.without(model)
            usable = (~others.trained_on).any(axis=0)
            part = Shadows(others.signals[:, usable], others.trained_on[:, usable])
            ratios = log_ratios(shadows.signals[model][usable], part, correction=correction).mean(axis=1)
            members = shadows.trained_on[model][usable]
            total += area_under_curve(ratios[members], ratios[~members])
        return total

    return max(grid, key=quality)
