"""The privacy loss of one step of the Poisson-sampled Gaussian mechanism, on a grid, for all cells at once.

The figures are those of dp_accounting's `from_gaussian_mechanism`, which visits the cells one by one in Python and so
takes most of an accountant's time; range of the grid, arithmetic on it and roundings stay the library's.

Source: Doroshenko et al., "Connect the dots" (PETS 2022); the inverse of the loss: Zhu, Dong and Wang, "Optimal
accounting of differential privacy via characteristic function" (AISTATS 2022), for replace-one Lebeda et al., "Avoiding
pitfalls for privacy accounting of subsampled mechanisms under composition" (SaTML 2025).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from wuming.accounting.relations import REPLACE

Losses = NDArray[np.float64]


def one_step(noise_multiplier: float, probability: float, relation: str, interval: float) -> Any:
    """Return the library's PrivacyLossDistribution of one step.

    Args:
        noise_multiplier: σ over the bound on one unit's contribution; > 0.
        probability: that a unit takes part; in (0, 1].
        relation: neighbouring relation.
        interval: width of the cells of the privacy loss; > 0.
    """
    from dp_accounting.pld import pld_pmf, privacy_loss_distribution
    from dp_accounting.pld.privacy_loss_mechanism import AdjacencyType, GaussianPrivacyLoss

    def towards(direction: AdjacencyType) -> Any:
        law = GaussianPrivacyLoss(noise_multiplier, sampling_prob=probability, adjacency_type=direction)
        bounds = law.connect_dots_bounds()
        first, last = math.floor(bounds.epsilon_lower / interval), math.ceil(bounds.epsilon_upper / interval)
        losses = np.arange(first, last + 1) * interval
        deltas = _DIVERGENCES[direction.name](losses, noise_multiplier, probability)
        return pld_pmf.create_pmf_pessimistic_connect_dots_fixed_gap(interval, first, last, np.clip(deltas, 0.0, 1.0))

    if relation == REPLACE:
        directions = [AdjacencyType.REPLACE]
    else:  # without sampling both directions are one
        directions = [AdjacencyType.REMOVE, AdjacencyType.ADD][: 1 if probability == 1 else 2]
    return privacy_loss_distribution.PrivacyLossDistribution(*map(towards, directions))


def _removed(losses: Losses, sigma: float, q: float) -> Losses:
    """Return the hockey-stick divergences of (1 − q)·N(0, σ²) + q·N(−1, σ²) from N(0, σ²)."""
    x = -0.5 - _unsampled(losses, q) * sigma**2
    upper = (1 - q) * ndtr(x / sigma) + q * ndtr((x + 1) / sigma)
    found = upper - np.exp(losses + log_ndtr(x / sigma))
    # Up to ln(1 − q) the first is above the second everywhere.
    return np.asarray(np.where(losses > _log(1 - q), found, -np.expm1(losses)))


def _added(losses: Losses, sigma: float, q: float) -> Losses:
    """Return the hockey-stick divergences of N(0, σ²) from (1 − q)·N(0, σ²) + q·N(1, σ²)."""
    x = 0.5 + _unsampled(-losses, q) * sigma**2
    lower = np.logaddexp(_log(1 - q) + log_ndtr(x / sigma), math.log(q) + log_ndtr((x - 1) / sigma))
    # From −ln(1 − q) on the first is below the second everywhere.
    return np.asarray(np.where(losses < -_log(1 - q), ndtr(x / sigma) - np.exp(losses + lower), 0.0))


def _replaced(losses: Losses, sigma: float, q: float) -> Losses:
    """Return the hockey-stick divergences of (1 − q)·N(0, σ²) + q·N(−1, σ²) from (1 − q)·N(0, σ²) + q·N(1, σ²)."""
    half = np.abs(losses) / 2
    with np.errstate(divide="ignore"):  # a loss of 0
        log_sinh = half + np.log1p(-np.exp(-2 * half)) - math.log(2) + 0.5 / sigma**2 + _log(1 - q) - math.log(q)
    asinh = np.logaddexp(log_sinh, 0.5 * np.logaddexp(2 * log_sinh, 0.0))
    x = -np.sign(losses) * (asinh + half) * sigma**2
    upper = (1 - q) * ndtr(x / sigma) + q * ndtr((x + 1) / sigma)
    lower = np.logaddexp(_log(1 - q) + log_ndtr(x / sigma), math.log(q) + log_ndtr((x - 1) / sigma))
    return np.asarray(upper - np.exp(losses + lower))


_DIVERGENCES = {"REMOVE": _removed, "ADD": _added, "REPLACE": _replaced}


def _unsampled(losses: Losses, q: float) -> Losses:
    """Return ln(1 + (e^l − 1)/q): the loss without sampling where the loss with it is l; −∞ from ln(1 − q) down."""
    scaled = losses - math.log(q)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = scaled + np.log1p(-np.exp(_log(1 / q - 1) - scaled))
    return np.asarray(np.where(losses > _log(1 - q), found, -np.inf))


def _log(number: float) -> float:
    return math.log(number) if number > 0 else -math.inf
