"""Random allocation: above every Monte-Carlo estimate, within the bounds of another hand, and close to Poisson's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.accountant import delta_of, epsilon, rdp
from wuming.accounting.allocation import blocks, one_of
from wuming.accounting.events import Gaussian, PoissonSampledGaussian, RandomAllocationGaussian
from wuming.accounting.filter import ORDERS, epsilon_of

DRAWS = 100_000
ALPHA = 1e-6


def losses(steps, chosen, sigma, epochs, rng):
    """Privacy losses of the mechanism itself (k of t, no blocks), drawn with the unit and without it."""
    found = []
    for with_unit in (True, False):
        total = np.zeros(DRAWS)
        for _ in range(epochs):
            x = rng.normal(size=(DRAWS, steps)) / sigma
            if with_unit:
                x[:, :chosen] += 1 / sigma**2
            ratios = np.exp(x - 1 / (2 * sigma**2))
            # The mean over all subsets of the product of their ratios: an elementary symmetric polynomial.
            polynomial = [np.ones(DRAWS), *(np.zeros(DRAWS) for _ in range(chosen))]
            for step in range(steps):
                for degree in range(chosen, 0, -1):
                    polynomial[degree] = polynomial[degree] + polynomial[degree - 1] * ratios[:, step]
            total += np.log(polynomial[chosen] / math.comb(steps, chosen))
        found.append(total if with_unit else -total)
    return found


def lower_limit(loss, eps):
    """A bound that δ(ε) is below with probability at most ALPHA; the terms are within [0, 1]."""
    terms = np.maximum(0.0, -np.expm1(np.minimum(0.0, eps - loss)))
    # Empirical Bernstein bound, Maurer & Pontil 2009, Theorem 4.
    logarithm = math.log(2 / ALPHA)
    return terms.mean() - math.sqrt(2 * terms.var(ddof=1) * logarithm / DRAWS) - 7 * logarithm / (3 * (DRAWS - 1))


@pytest.mark.parametrize(
    ("steps", "chosen", "sigma", "epochs", "eps"), [(6, 1, 1.0, 1, 0.5), (5, 2, 1.5, 2, 0.5), (12, 1, 1.2, 1, 0.3)]
)
def test_never_below_monte_carlo(steps, chosen, sigma, epochs, eps):
    bound = delta_of(RandomAllocationGaussian(steps, chosen, sigma, epochs), eps)
    limits = [lower_limit(loss, eps) for loss in losses(steps, chosen, sigma, epochs, np.random.default_rng(7))]
    assert bound >= max(limits) > 1e-3
    assert bound < max(limits) * (1.6 if chosen == 1 else 2.2)
    # The broken twin: a unit that takes part with chance k/t in one step of the epoch alone. The same limit rejects it.
    assert delta_of(PoissonSampledGaussian(chosen / steps, sigma, epochs), eps) < max(limits)


@pytest.mark.parametrize(("steps", "sigma", "epochs"), [(8, 2.0, 4)])
def test_within_the_bounds_of_the_package(steps, sigma, epochs):
    package = pytest.importorskip("PLD_accounting")
    # The package rounds every epoch by itself, so its two bounds of one epoch are compared.
    bounds = []
    for kind in (package.BoundType.IS_DOMINATED, package.BoundType.DOMINATES):
        config = package.AllocationSchemeConfig(loss_discretization=0.1, tail_truncation=1e-12)
        params = package.PrivacyParams(sigma=sigma, num_steps=steps)
        theirs = package.gaussian_allocation_pld(params=params, config=config, bound_type=kind).self_compose(epochs)
        bounds.append(theirs.get_epsilon_for_delta(1e-5))
    assert bounds[0] <= epsilon(RandomAllocationGaussian(steps, 1, sigma, epochs), 1e-5) <= bounds[1]


def test_close_to_poisson_and_far_from_no_amplification():
    event = RandomAllocationGaussian(20, 1, 2.0, 10)
    result = epsilon(event, 1e-5)
    poisson = epsilon(PoissonSampledGaussian(1 / 20, 2.0, 200), 1e-5)
    assert 0.8 * poisson < result < 1.1 * poisson
    assert result < epsilon(Gaussian(2.0 / math.sqrt(10)), 1e-5) / 2


def test_blocks_cover_every_step_once():
    for steps, chosen in ((10, 1), (10, 3), (10, 10), (7, 2)):
        found = blocks(RandomAllocationGaussian(steps, chosen, 1.0, 3))
        assert sum(size * times for size, times in found) == 3 * steps
        assert sum(times for _, times in found) == 3 * chosen


def test_all_steps_are_the_plain_gaussian():
    assert epsilon(RandomAllocationGaussian(4, 4, 2.0, 1), 1e-5) == epsilon(Gaussian(1.0), 1e-5)


def test_masses_and_mean_ratios_are_kept():
    for law in one_of(10, 1.2, 1e-3):
        loss = (law.lower_loss + np.arange(law.probabilities.size)) * 1e-3
        assert law.probabilities.sum() == pytest.approx(1, abs=1e-9)
        assert (law.probabilities * np.exp(-loss)).sum() == pytest.approx(1, abs=1e-6)
        assert 0 < law.infinity_mass < 1e-8


def test_renyi_curve_is_an_upper_bound():
    event = RandomAllocationGaussian(6, 1, 1.3, 1)
    with_unit, without = losses(6, 1, 1.3, 1, np.random.default_rng(11))
    orders = (1.5, 2.0, 3.0)
    for order, bound in zip(orders, rdp(event, orders), strict=True):
        for loss in (with_unit, without):
            terms = np.exp((order - 1) * loss)
            spread = stats.norm.isf(ALPHA) * terms.std() / math.sqrt(DRAWS)
            assert math.log(terms.mean() - spread) / (order - 1) <= bound
        if order == int(order):
            terms = np.exp((order - 1) * with_unit)
            assert bound <= math.log(terms.mean() + 3 * spread + 0.01) / (order - 1) * 1.05


def test_second_moment_in_closed_form():
    # E[(S/t)²] = 1 + (e^(1/σ²) − 1)/t.
    for steps, sigma in ((3, 1.0), (500, 0.8)):
        exact = math.log1p(math.expm1(1 / sigma**2) / steps)
        assert rdp(RandomAllocationGaussian(steps, 1, sigma, 1), (2.0,))[0] == pytest.approx(exact, rel=1e-6)


def test_renyi_curve_covers_the_loss_distribution():
    for event in (RandomAllocationGaussian(20, 1, 2.0, 5), RandomAllocationGaussian(7, 3, 3.0, 4)):
        curve = rdp(event)
        assert len(curve) == len(ORDERS)
        assert curve == sorted(curve)
        assert epsilon(event, 1e-5) < epsilon_of(curve, 1e-5)


def test_hardly_any_noise_is_no_error():
    assert epsilon(RandomAllocationGaussian(10, 1, 0.05, 2), 1e-5, value_discretization_interval=1e-2) > 100
