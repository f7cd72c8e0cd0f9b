"""One step of the sampled Gaussian, all cells at once: beside the library's loop, and beside an integral."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import norm

from wuming.accounting import one_step as module
from wuming.accounting.one_step import one_step
from wuming.accounting.relations import ADD_OR_REMOVE, RELATIONS, REPLACE

CASES = list(itertools.product(RELATIONS, (1.0, 0.9999, 0.5, 0.03, 1e-4), (0.4, 1.0, 7.0)))


def farthest(relation, probability, sigma, interval=2e-3):
    """Return by how much any mass, or any sum of masses from below, differs from the library's."""
    library = pytest.importorskip("dp_accounting")
    distributions = pytest.importorskip("dp_accounting.pld.privacy_loss_distribution")
    neighbours = library.NeighboringRelation
    theirs = distributions.from_gaussian_mechanism(
        sigma,
        value_discretization_interval=interval,
        sampling_prob=probability,
        neighboring_relation=neighbours.REPLACE_ONE if relation == REPLACE else neighbours.ADD_OR_REMOVE_ONE,
    )
    ours = one_step(sigma, probability, relation, interval)
    worst = 0.0
    for a, b in ((ours._pmf_remove, theirs._pmf_remove), (ours._pmf_add, theirs._pmf_add)):
        a, b = a.to_dense_pmf(), b.to_dense_pmf()
        assert (a._lower_loss, a._probs.size) == (b._lower_loss, b._probs.size)
        worst = max(worst, abs(a._infinity_mass - b._infinity_mass), np.abs(a._probs - b._probs).max())
        worst = max(worst, np.abs(np.cumsum(a._probs) - np.cumsum(b._probs)).max())
    return worst


@pytest.mark.parametrize(("relation", "probability", "sigma"), CASES)
def test_the_masses_are_the_librarys(relation, probability, sigma):
    assert farthest(relation, probability, sigma) < 1e-11


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_loss_that_forgets_the_sampling_is_told_apart(relation, monkeypatch):
    monkeypatch.setattr(module, "_unsampled", lambda losses, q: losses)  # the broken twin of add-or-remove-one
    monkeypatch.setattr(module, "_log", lambda number: -math.inf)  # and of replace-one
    assert farthest(relation, 0.5, 1.0) > 1e-3


@pytest.mark.parametrize("direction", ["REMOVE", "ADD", "REPLACE"])
@pytest.mark.parametrize("loss", [-1.2, -0.1, 0.0, 0.3, 2.0])
def test_divergences_are_integrals(direction, loss):
    q, sigma = 0.3, 0.8

    def density(x, mean):
        return (1 - q) * norm.pdf(x, 0, sigma) + q * norm.pdf(x, mean, sigma)

    upper = {"REMOVE": lambda x: density(x, -1), "ADD": lambda x: norm.pdf(x, 0, sigma), "REPLACE": None}
    upper["REPLACE"] = upper["REMOVE"]
    lower = {"REMOVE": upper["ADD"], "ADD": lambda x: density(x, 1), "REPLACE": lambda x: density(x, 1)}

    def gap(x):
        return max(0.0, upper[direction](x) - math.exp(loss) * lower[direction](x))

    exact, _ = integrate.quad(gap, -12, 12, limit=500, epsabs=1e-12)
    found = module._DIVERGENCES[direction](np.array([loss]), sigma, q)[0]
    assert found == pytest.approx(exact, abs=1e-9)


def test_without_sampling_both_directions_are_one():
    plain = one_step(1.0, 1.0, ADD_OR_REMOVE, 1e-2)
    assert plain._symmetric
