"""The Rényi curve of every event: what the account's filter adds up.

Each figure is an upper bound for both directions of the neighbouring relation. Sampled Gaussians are mixtures of
Gaussians on a line (Mironov, Talwar and Zhang 2019, Section 3.2; Choquette-Choo et al. 2024 for several records of one
unit; Lebeda et al. 2025 for replace-one), whose divergence `wuming.accounting.mixtures` bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from wuming.accounting.allocation import allocation_curve
from wuming.accounting.events import (
    Composed,
    DiscreteLaplace,
    EpsilonDelta,
    Event,
    FixedParticipationGaussian,
    Gaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    RepeatAndSelect,
    Skellam,
    TruncatedPoissonSampledGaussian,
)
from wuming.accounting.filter import ORDERS
from wuming.accounting.laplace import discrete_laplace_divergence, randomised_response_divergence
from wuming.accounting.mixtures import NOTHING, binomial, renyi_divergence
from wuming.accounting.relations import ADD_OR_REMOVE, REPLACE, check_supported
from wuming.accounting.selection import repeated_curve
from wuming.accounting.skellam import equivalent_standard_deviation, skellam_divergence
from wuming.accounting.truncation import truncation_probability

_SLACK = 1e-12  # a step; so that many tiny events never add up to nothing


def renyi_curve(event: Event, orders: Sequence[float], relation: str) -> list[float]:
    """Return the Rényi divergence of the event at each order, ∞ where no finite bound is known.

    Args:
        event: what was run.
        orders: each > 1.
        relation: neighbouring relation.

    Raises:
        UnsupportedEvent: for a pair of event and relation without a proven bound.
    """
    check_supported(event, relation)
    return [min(math.inf, value) for value in _curve(event, tuple(orders), relation)]


def failure_probability(event: Event, relation: str) -> float:
    """Return the probability with which the curve does not hold: 0 unless the event has an `EpsilonDelta` part.

    Source: Kairouz, Oh & Viswanath, "The composition theorem for differential privacy" (2015): an (ε, δ)-DP mechanism
    is, with probability 1 − δ, a post-processing of ε-randomised response. Twice that for replace-one, which is one
    removal and one addition.
    """
    match event:
        case EpsilonDelta(epsilon=epsilon, delta=delta):
            return min(1.0, delta * (1 + math.exp(min(epsilon, 700.0)))) if relation == REPLACE else delta
        case Composed(events=events):
            return math.fsum(failure_probability(part, relation) for part in events)
        case RepeatAndSelect(event=part, mean=mean):
            return min(1.0, mean * failure_probability(part, relation))  # a union bound over K runs, E[K] of them
    return 0.0


def _curve(event: Event, orders: tuple[float, ...], relation: str) -> list[float]:
    if isinstance(event, Composed):
        return [math.fsum(values) for values in zip(*(_curve(e, orders, relation) for e in event.events), strict=True)]
    if isinstance(event, RepeatAndSelect):
        # The theorem takes the best of all orders for one of its terms, so the whole grid is always at hand.
        grid = tuple(sorted({*orders, *ORDERS}))
        curve = repeated_curve(grid, _curve(event.event, grid, relation), event.mean, event.shape)
        return [curve[grid.index(order)] for order in orders]
    if isinstance(event, RandomAllocationGaussian):
        return [value + event.epochs * _SLACK for value in allocation_curve(event, orders)]
    steps = getattr(event, "steps", 1)
    return [steps * (_step(event, order, relation) * (1 + _SLACK) + _SLACK) for order in orders]


def _step(event: Event, order: float, relation: str) -> float:
    """Return the divergence of one step (of the whole event where it has no steps)."""
    distance = 2 if relation == REPLACE else 1
    match event:
        case Gaussian(noise_multiplier=sigma):
            return _plain(distance, sigma, 1, order)
        case DiscreteLaplace(scale=scale, sensitivity=sensitivity):
            return discrete_laplace_divergence(distance * sensitivity, scale, order)
        case EpsilonDelta(epsilon=epsilon):
            return randomised_response_divergence(distance * epsilon, order)
        case FixedParticipationGaussian(participations=times, noise_multiplier=sigma):
            return _plain(distance, sigma, times, order)
        case Skellam(variance=variance, l2_sensitivity=l2, l1_sensitivity=l1):
            # Two proven bounds; the first is the smaller one wherever noise is worth its name.
            return min(
                _plain(distance, equivalent_standard_deviation(variance) / l2, 1, order),
                skellam_divergence(order, distance * l1, distance * l2, variance),
            )
        case PoissonSampledGaussian(sampling_probability=q, noise_multiplier=sigma):
            return _sampled(q, 1, float(sigma), order, relation)
        case PoissonSampledRecords(sampling_probability=q, records_per_unit=records, noise_multiplier=sigma):
            return _sampled(q, records, float(sigma), order, relation)
        case TruncatedPoissonSampledGaussian(sampling_probability=q, noise_multiplier=sigma):
            # Which of the two cases a step falls into may be shown: it has the same law with and without the unit.
            cut = truncation_probability(event)
            whole, swapped = (_sampled(q, 1, float(s), order, relation) for s in (sigma, sigma / 2))
            return _log_mean((math.log1p(-cut), whole), (math.log(cut), swapped), order) if 0 < cut < 1 else swapped
    raise AssertionError("every event was matched")  # pragma: no cover


def _plain(distance: float, sigma: float, times: int, order: float) -> float:
    ratio = distance / sigma
    return order * times * (ratio * ratio) / 2


@lru_cache(maxsize=4096)
def _sampled(q: float, records: int, sigma: float, order: float, relation: str) -> float:
    present = binomial(records, q)
    if relation == ADD_OR_REMOVE:
        return max(renyi_divergence(present, NOTHING, sigma, order), renyi_divergence(NOTHING, present, sigma, order))
    # The pair is its own mirror image, so one direction is both.
    return renyi_divergence(present, binomial(records, q, mean=-1.0), sigma, order)


def _log_mean(first: tuple[float, float], second: tuple[float, float], order: float) -> float:
    """Return the divergence of two shown cases, each (logarithm of its probability, its divergence)."""
    terms = [log_weight + (order - 1) * value for log_weight, value in (first, second)]
    largest = max(terms)
    if not math.isfinite(largest):
        return math.inf
    return max(0.0, largest + math.log(math.fsum(math.exp(term - largest) for term in terms))) / (order - 1)
