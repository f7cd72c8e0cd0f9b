"""The privacy loss distribution (PLD) of every event that has one, on a grid, rounded so that it never flatters.

Sources: Koskela, Jälkö and Honkela, "Computing tight differential privacy guarantees using FFT" (AISTATS 2020);
Doroshenko et al., "Connect the dots" (PETS 2022); Lebeda et al., "Avoiding pitfalls for privacy accounting of
subsampled mechanisms under composition" (SaTML 2025) for replace-one; Choquette-Choo et al., "Privacy amplification for
matrix mechanisms" (ICLR 2024) for mixtures of Gaussians. The grid arithmetic is that of dp_accounting.
"""

from __future__ import annotations

import math
from typing import Any

from wuming.accounting.allocation import LossLaw, blocks, one_of
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
from wuming.accounting.mixtures import binomial
from wuming.accounting.relations import REPLACE
from wuming.accounting.skellam import equivalent_standard_deviation
from wuming.accounting.truncation import truncation_probability
from wuming.core.errors import MissingExtra

_LARGEST_STEP_CELLS = 200_000
_LARGEST_MIXTURE_CELLS = 10_000  # the library bisects for each cell of a mixture: about 0.1 ms a cell
_DEVIATIONS = 11.0  # the library leaves e^-50 of the mass to infinity, which is within so many


def library() -> Any:
    """Return dp_accounting.

    Raises:
        MissingExtra: without it.
    """
    try:
        import dp_accounting
        import dp_accounting.pld.privacy_loss_distribution
    except ImportError as error:
        raise MissingExtra(
            "the accountant needs the package dp-accounting", help="Install it with: pip install 'wuming[train]'"
        ) from error
    return dp_accounting


def has_loss_distribution(event: Event) -> bool:
    """Say whether a PLD is known; otherwise the Rényi curve is all there is."""
    if isinstance(event, Composed):
        return all(has_loss_distribution(part) for part in event.events)
    return not isinstance(event, RepeatAndSelect)


def largest_step_loss(event: Event) -> float:
    """Return the privacy loss that one step of the event hardly ever exceeds; its cells must fit in memory."""
    match event:
        case Composed(events=events):
            return max(largest_step_loss(part) for part in events)
        case PoissonSampledRecords(records_per_unit=records, noise_multiplier=sigma):
            shift = records / sigma
        case RandomAllocationGaussian(noise_multiplier=sigma):
            shift = 1 / sigma
        case _:
            return 0.0  # the library's own grids for one Gaussian adapt
    return shift * (shift / 2 + _DEVIATIONS)


def widen(interval: float, event: Event) -> float:
    """Return a width of cells, at least `interval`, for which one step of the event takes memory and time in bounds."""
    return max(interval, largest_step_loss(event) / (_LARGEST_MIXTURE_CELLS if _mixed(event) else _LARGEST_STEP_CELLS))


def _mixed(event: Event) -> bool:
    if isinstance(event, Composed):
        return any(_mixed(part) for part in event.events)
    return isinstance(event, PoissonSampledRecords)


def loss_distribution(event: Event, relation: str, interval: float) -> Any:
    """Return the library's PrivacyLossDistribution of a supported event for which `has_loss_distribution`.

    Args:
        event: what was run.
        relation: neighbouring relation.
        interval: width of the cells of the privacy loss; > 0; see `widen`.

    Raises:
        MissingExtra: without dp-accounting.
    """
    distributions = library().pld.privacy_loss_distribution

    def gaussian(sigma: float, probability: float = 1.0) -> Any:
        from wuming.accounting.one_step import one_step  # with scipy, which takes half a second

        return one_step(sigma, probability, relation, interval)

    def parameters(epsilon: float, delta: float) -> Any:
        if relation == REPLACE:  # one removal and one addition
            epsilon, delta = 2 * epsilon, min(1.0, delta * (1 + math.exp(min(epsilon, 700.0))))
        common = library().pld.common.DifferentialPrivacyParameters(epsilon, delta)
        return distributions.from_privacy_parameters(common, value_discretization_interval=interval)

    match event:
        case Composed(events=events):
            first, *rest = (loss_distribution(part, relation, interval) for part in events)
            for part in rest:
                first = first.compose(part)
            return first
        case Gaussian(noise_multiplier=sigma):
            return gaussian(sigma)
        case DiscreteLaplace(scale=scale, sensitivity=sensitivity):
            # Of vectors only the L1 norm is bounded, so no more than ε = Δ/b is used here.
            return parameters(sensitivity / scale, 0.0)
        case EpsilonDelta(epsilon=epsilon, delta=delta):
            return parameters(epsilon, delta)
        case FixedParticipationGaussian(participations=times, noise_multiplier=sigma):
            return gaussian(sigma / math.sqrt(times))
        case Skellam(variance=variance, l2_sensitivity=norm, steps=steps):
            return gaussian(equivalent_standard_deviation(variance) / norm / math.sqrt(steps))
        case PoissonSampledGaussian(sampling_probability=q, noise_multiplier=sigma, steps=steps):
            return gaussian(sigma, q).self_compose(steps)
        case TruncatedPoissonSampledGaussian(sampling_probability=q, noise_multiplier=sigma, steps=steps):
            step, cut = gaussian(sigma, q), truncation_probability(event)
            return (gaussian(sigma / 2, q).compute_mixture(step, cut) if cut > 0 else step).self_compose(steps)
        case PoissonSampledRecords(
            sampling_probability=q, records_per_unit=records, noise_multiplier=sigma, steps=steps
        ):
            mixture = binomial(records, q)
            return distributions.from_mixture_gaussian_mechanism(
                sigma, mixture.means, [math.exp(w) for w in mixture.log_weights], value_discretization_interval=interval
            ).self_compose(steps)
        case RandomAllocationGaussian(noise_multiplier=sigma):
            return _allocation(event, interval, gaussian(sigma))
    raise AssertionError("has_loss_distribution was asked first")  # pragma: no cover


def _allocation(event: RandomAllocationGaussian, interval: float, plain: Any) -> Any:
    result = None
    for steps, times in blocks(event):
        one = plain if steps == 1 else _to_library(*one_of(steps, float(event.noise_multiplier), interval), interval)
        many = one.self_compose(times)
        result = many if result is None else result.compose(many)
    return result


def _to_library(removed: LossLaw, added: LossLaw, interval: float) -> Any:
    from dp_accounting.pld.pld_pmf import DensePLDPmf

    most = math.nextafter(1.0, 0.0)  # the library takes ln(1 − mass)
    masses = (
        DensePLDPmf(interval, law.lower_loss, law.probabilities, min(law.infinity_mass, most), True)
        for law in (removed, added)
    )
    return library().pld.privacy_loss_distribution.PrivacyLossDistribution(*masses)
