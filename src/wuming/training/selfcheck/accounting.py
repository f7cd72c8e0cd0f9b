"""The plan's event and ε against what they must be, written down a second time from the plan's own fields."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from wuming.accounting.events import (
    Event,
    FixedParticipationGaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    TruncatedPoissonSampledGaussian,
)
from wuming.core.errors import MissingExtra, PrivacyParameterError, UnsupportedEvent
from wuming.training.plan import TrainingPlan
from wuming.training.selfcheck.noise import gradient_noise
from wuming.training.selfcheck.replay import Check, Subject

_INTERVAL = 1e-3  # width of the cells of the lower bound; wider cells make it lower, never wrong


def check_accounting(subject: Subject) -> list[Check]:
    """Compare the event with what the other checks hold the trainer to, and ε with a lower bound."""
    plan = subject.plan
    wanted, found = expected_event(plan), plan.event
    delta = 1 / (100 * plan.population)
    checks = [
        Check(
            "event",
            found == wanted,
            f"{found}",
            f"{wanted}",
            "The event that is accounted for names the sampler, noise and steps that the other checks saw.",
        ),
        Check(
            "gradient-noise",
            abs(plan.gradient_noise_multiplier / gradient_noise(plan) - 1) <= 1e-9,
            f"{plan.gradient_noise_multiplier:.6f}",
            f"{gradient_noise(plan):.6f}",
            "Where a count is released beside the gradient, the gradient's noise is raised for it.",
        ),
    ]
    try:
        claimed = plan.epsilon(delta)
    except (UnsupportedEvent, PrivacyParameterError) as error:
        said = f"no ε: {error}"
        return [*checks, Check("epsilon", False, said, "a figure", "An accountant supports the plan's event.")]
    least = lower_bound(plan, delta)
    unit = f"δ={delta:.1e}, unit={plan.unit_of_privacy}, {plan.neighbouring_relation}, {plan.sampler}"
    return [
        *checks,
        Check(
            "epsilon",
            claimed >= least,
            f"ε={claimed:.4f} ({unit})",
            f"at least {least:.4f}",
            "The ε of the report is not below an optimistic estimate made from the plan's fields.",
        ),
    ]


def expected_event(plan: TrainingPlan) -> Event:
    """Return the event of a plan from its fields alone."""
    q, sigma = plan.expected_batch_size / plan.population, plan.noise_multiplier
    per_epoch = max(1, round(plan.population * plan.participations / plan.expected_batch_size))
    epochs = math.ceil(plan.steps / per_epoch)
    if plan.sampled == "records":
        return PoissonSampledRecords(q, plan.records_per_unit, sigma, plan.steps)
    if plan.sampler == "truncated-poisson":
        most = plan.max_batch_size or 0
        return TruncatedPoissonSampledGaussian(plan.population, q, most, sigma, plan.steps)
    if plan.sampler == "random-allocation":
        return RandomAllocationGaussian(per_epoch, plan.participations, sigma, epochs)
    if plan.sampler == "fixed-batches":
        return FixedParticipationGaussian(epochs, sigma)
    return PoissonSampledGaussian(q, sigma, plan.steps)


def lower_bound(plan: TrainingPlan, delta: float) -> float:
    """Return an ε that the plan's mechanism cannot beat at δ, by dp-accounting's optimistic privacy loss distribution.

    Poisson sampling of units and fixed batches; for the other samplers 0, which says nothing: of them no lower bound is
    known here. A unit may be replaced by one without gradient, so the bound for removing holds for replacing as well.
    """
    library = _library()
    sigma, steps, q = plan.noise_multiplier, plan.steps, plan.expected_batch_size / plan.population
    if plan.sampler == "fixed-batches":
        steps, q = math.ceil(steps / max(1, round(1 / q))), 1.0
    elif plan.sampler != "poisson" or plan.sampled != "units":
        return 0.0
    one = library.from_gaussian_mechanism(
        standard_deviation=sigma,
        sampling_prob=q,
        pessimistic_estimate=False,
        value_discretization_interval=_INTERVAL,
        use_connect_dots=False,
    )
    found = float(one.self_compose(steps).get_epsilon_for_delta(delta))
    return found if math.isfinite(found) else 0.0


def check_single_step(subject: Subject) -> list[Check]:
    """Compare the ε of one step in which all take part with the Gaussian mechanism's own formula.

    Source: Balle & Wang 2018, "Improving the Gaussian mechanism for differential privacy", Theorem 8.
    """
    one = dataclasses.replace(
        subject.plan,
        expected_batch_size=subject.plan.population,
        steps=1,
        sampler="poisson",
        max_batch_size=None,
        participations=1,
        sampled="units",
    )
    delta = 1 / (100 * one.population)
    # Replacing one unit moves the sum by up to twice the bound.
    sigma = one.noise_multiplier / (2 if one.neighbouring_relation == "replace-one" else 1)
    claimed, exact = one.epsilon(delta), exact_epsilon(sigma, delta)
    return [
        Check(
            "epsilon-of-one-step",
            exact - 1e-9 <= claimed <= exact * 1.02 + 0.01,
            f"ε={claimed:.4f} (δ={delta:.1e}, unit={one.unit_of_privacy}, {one.neighbouring_relation}, all take part)",
            f"{exact:.4f}, rounded up",
            "The accountant gives the exact ε of one Gaussian sum without sampling.",
        )
    ]


def exact_epsilon(sigma: float, delta: float) -> float:
    """Return the least ε of one Gaussian sum of sensitivity 1 at δ, by bisection of the exact formula."""

    def delta_at(epsilon: float) -> float:
        a, b = 0.5 / sigma - epsilon * sigma, -0.5 / sigma - epsilon * sigma
        second = 0.5 * math.erfc(-b / math.sqrt(2))
        return 0.5 * math.erfc(-a / math.sqrt(2)) - (math.exp(epsilon + math.log(second)) if second > 0 else 0.0)

    low, high = 0.0, 1.0
    while delta_at(high) > delta:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if delta_at(middle) > delta else (low, middle)
    return high


def _library() -> Any:
    try:
        from dp_accounting.pld import privacy_loss_distribution
    except ImportError as error:
        raise MissingExtra(
            "the accountant needs the package dp-accounting", help="Install it with: pip install 'wuming[train]'"
        ) from error
    return privacy_loss_distribution
