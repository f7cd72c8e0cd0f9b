"""Truncated Poisson sampling: the bound holds for every true number of units up to the public one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.accountant import delta_of, epsilon
from wuming.accounting.events import PoissonSampledGaussian, TruncatedPoissonSampledGaussian
from wuming.accounting.truncation import binomial_tail


@pytest.mark.parametrize(
    ("trials", "probability", "least"),
    [
        (9, 0.5, 3),
        (9, 0.5, 9),
        (59_999, 0.0683, 4500),
        (59_999, 0.0683, 4096),
        (59_999, 0.0683, 3000),
        (10**9, 1e-6, 1300),
    ],
)
def test_binomial_tail(trials, probability, least):
    exact = float(stats.binom.sf(least - 1, trials, probability))
    assert exact * (1 - 1e-12) <= binomial_tail(trials, probability, least) <= exact * (1 + 1e-3) + 1e-11


def test_binomial_tail_at_its_ends():
    assert binomial_tail(5, 0.5, 6) == 0.0
    assert binomial_tail(5, 0.5, 0) == binomial_tail(5, 1.0, 5) == 1.0


def output(values, q, most, sigma, x):
    """Density at x of one step over units with these scalar contributions, by enumeration of all samples."""
    density = np.zeros_like(x)
    for size in range(len(values) + 1):
        weight = q**size * (1 - q) ** (len(values) - size)
        for sample in itertools.combinations(range(len(values)), size):
            kept = list(itertools.combinations(sample, min(size, most)))
            for subset in kept:
                mean = sum(values[index] for index in subset)
                density += weight / len(kept) * np.exp(-((x - mean) ** 2) / (2 * sigma**2))
    return density / (sigma * math.sqrt(2 * math.pi))


def exact_delta(units, q, most, sigma, eps, replaced):
    """Largest δ over both directions for the hardest scalar units: x = 1, all others −1."""
    x = np.linspace(-units - 9 * sigma, units + 9 * sigma, 8001)
    others = [-1.0] * (units - 1)
    with_unit = output([1.0, *others], q, most, sigma, x)
    without = output([-1.0, *others] if replaced else others, q, most, sigma, x)
    gap = max(
        np.maximum(0, with_unit - math.exp(eps) * without).sum(),
        np.maximum(0, without - math.exp(eps) * with_unit).sum(),
    )
    return float(gap * (x[1] - x[0]))


@pytest.mark.parametrize("relation", ["add-or-remove-one", "replace-one"])
@pytest.mark.parametrize("units", [2, 3, 5, 8])
@pytest.mark.parametrize("eps", [0.0, 0.7])
def test_a_step_is_never_below_the_exact_figure(units, eps, relation):
    event = TruncatedPoissonSampledGaussian(8, 0.4, 2, 1.5, 1)
    assert delta_of(event, eps, relation=relation) >= exact_delta(units, 0.4, 2, 1.5, eps, relation == "replace-one")


def test_with_population_taken_for_the_true_number_it_would_be():
    # The broken twin: dp_accounting's figure for 2,000 units, when there are five. The same comparison rejects it.
    library = pytest.importorskip("dp_accounting.dp_event")
    from dp_accounting.pld import PLDAccountant

    wrong = PLDAccountant().compose(library.TruncatedSubsampledGaussianDpEvent(2000, 0.4, 2, 1.5)).get_delta(0.7)
    exact = exact_delta(5, 0.4, 2, 1.5, 0.7, replaced=False)
    assert wrong < exact <= delta_of(TruncatedPoissonSampledGaussian(2000, 0.4, 2, 1.5, 1), 0.7)


def test_ignoring_the_cut_would_be_caught():
    plain = delta_of(PoissonSampledGaussian(0.4, 1.5, 1), 0.7)
    assert plain < exact_delta(8, 0.4, 2, 1.5, 0.7, replaced=True)


@pytest.mark.full
def test_the_library_for_the_true_number_is_close_and_published():
    library = pytest.importorskip("dp_accounting.dp_event")
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant()
    accountant.compose(library.TruncatedSubsampledGaussianDpEvent(4, 0.5, 2, 1.0), 3)
    accountant.compose(library.TruncatedSubsampledGaussianDpEvent(3, 0.5, 2, 1.0), 2)
    assert accountant.get_epsilon(1e-6) == pytest.approx(17.904330, abs=1e-4)
    rare = TruncatedPoissonSampledGaussian(1000, 0.05, 80, 1.2, 30)
    theirs = PLDAccountant().compose(library.TruncatedSubsampledGaussianDpEvent(1000, 0.05, 80, 1.2), 30)
    assert epsilon(rare, 1e-5) == pytest.approx(theirs.get_epsilon(1e-5), abs=5e-3)


def test_more_units_or_less_room_never_flatter():
    figures = [
        epsilon(TruncatedPoissonSampledGaussian(n, 0.1, b, 1.0, 10), 1e-5, value_discretization_interval=1e-3)
        for n, b in ((100, 100), (100, 20), (150, 20), (150, 15))
    ]
    assert figures == sorted(figures)
