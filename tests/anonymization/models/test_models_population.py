"""k-map, presence and uniqueness: what a population, or an estimate of it, says."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from wuming.anonymization.models import (
    All,
    Appended,
    Counted,
    DeltaPresence,
    KAnonymity,
    KMap,
    OnSample,
    PopulationUniqueness,
)
from wuming.anonymization.models import superpopulation as sp
from wuming.core.errors import MissingExtra, TableError

# Five rows of the sample, then nine people: the same five, three more of their classes, one of a class of his own.
BOTH = np.array([0, 0, 1, 1, 2, *(0, 0, 1, 1, 2), *(0, 2, 2), 3])


def test_k_map_looks_people_up_in_the_population():
    assert KMap(3, Appended(5)).satisfied(BOTH, 4).tolist() == [True, False, True, True]
    assert KMap(3, Appended(5)).figure(BOTH, 4) == 2
    counts = Counted(lambda classes, count: np.array([3, 2, 3, 1])[:count], additive=True)
    assert KMap(3, counts).satisfied(BOTH[:5], 4).tolist() == [True, False, True, True]


def test_a_promise_about_the_sample_beside_one_about_the_population():
    both = All((OnSample(KAnonymity(2), 5), KMap(3, Appended(5))))
    assert both.satisfied(BOTH, 4).tolist() == [True, False, False, True]
    assert both.figures(BOTH, 4) == {"2-anonymity": 1.0, "3-map": 2.0}
    assert both.figure(BOTH, 4) == pytest.approx(2 / 4)
    assert both.name == "2-anonymity and 3-map"


def test_presence_by_hand():
    model = DeltaPresence(0.3, 0.9, Appended(5))
    # Class 0: 2 of 3; class 1: 2 of 2; class 2: 1 of 3; class 3: 0 of 1.
    assert model.satisfied(BOTH, 4).tolist() == [True, False, True, False]
    assert model.figure(BOTH, 4) == 1.0
    assert model.lowest(BOTH, 4) == 0.0
    # Class 1 suppressed alone: whoever looks for its people finds that two rows are missing, and two people.
    assert not model.satisfied(np.where(BOTH == 1, -1, BOTH), 4)[[0, 2]].any()
    # Suppressed with class 3, two of three people without a class are in the table.
    assert model.satisfied(np.where((BOTH == 1) | (BOTH == 3), -1, BOTH), 4).all()


def test_what_a_population_refuses():
    with pytest.raises(TableError, match="more rows than the population has people"):
        KMap(2, Appended(2)).satisfied(np.array([0, 0, 0, 1]), 2)
    with pytest.raises(TableError, match="cannot hold a sample of 3"):
        KMap(2, Appended(3)).satisfied(np.array([0, 0, 0, 1]), 2)
    with pytest.raises(TableError, match="one whole number a class"):
        KMap(2, Counted(lambda classes, count: np.ones(count), additive=True)).satisfied(np.array([0]), 1)
    with pytest.raises(TableError, match="2 rows are suppressed, but only 0 people"):
        DeltaPresence(0, 1, Appended(2)).satisfied(np.array([-1, -1, 0, 0, 0]), 1)


def sampled(population, fraction, seed):
    """Class numbers of a random sample of a population given by its class sizes; and the population's uniqueness."""
    people = np.repeat(np.arange(len(population)), population)
    chosen = people[np.random.default_rng(seed).random(len(people)) < fraction]
    return np.unique(chosen, return_inverse=True)[1], float((population == 1).sum() / len(people))


def pitman_population(people, *, theta, alpha, seed):
    """Seat people one by one, as the model's definition has it."""
    rng = np.random.default_rng(seed)
    sizes, seat = [], []
    for i in range(people):
        if rng.random() < (theta + alpha * len(sizes)) / (theta + i):
            seat.append(len(sizes))
            sizes.append(1)
            continue
        while True:  # an earlier person's class, with probability in proportion to its size less alpha
            k = seat[int(rng.integers(i))]
            if rng.random() < (sizes[k] - alpha) / sizes[k]:
                break
        seat.append(k)
        sizes[k] += 1
    return np.array(sizes)


def test_pitman_recovers_its_own_populations():
    population = pitman_population(20_000, theta=30.0, alpha=0.6, seed=1)
    classes, truth = sampled(population, 0.1, 2)
    estimate = PopulationUniqueness(0.5, 0.1, "pitman").estimate(classes, classes.max() + 1)
    assert estimate.converged
    assert estimate.source == "pitman"
    assert estimate.share == pytest.approx(truth, rel=0.2)
    # Not the sample's own uniqueness, which is what one would publish without the model.
    assert (np.bincount(classes) == 1).sum() / len(classes) > 1.5 * truth
    assert PopulationUniqueness(0.5, 0.1).estimate(classes, classes.max() + 1) == estimate


@pytest.mark.parametrize(("shape", "mean"), [(1.0, 3.0), (0.3, 6.0)])
def test_slide_negative_binomial_recovers_its_own_populations(shape, mean):
    rng = np.random.default_rng(4)
    population = 1 + rng.negative_binomial(shape, shape / (shape + mean), 12_000)
    classes, truth = sampled(population, 0.3, 5)
    estimate = PopulationUniqueness(0.5, 0.3, "snb").estimate(classes, classes.max() + 1)
    assert (estimate.source, estimate.converged) == ("snb", True)
    assert estimate.share == pytest.approx(truth, rel=0.2)
    assert (np.bincount(classes) == 1).sum() / len(classes) > 1.5 * truth


def test_the_choice_of_the_estimator():
    population = 1 + np.random.default_rng(4).negative_binomial(0.3, 0.1, 4_000)
    classes, _ = sampled(population, 0.3, 6)
    count = classes.max() + 1
    snb = PopulationUniqueness(0.5, 0.3, "snb").figure(classes, count)
    chosen = PopulationUniqueness(0.5, 0.3).estimate(classes, count)
    size, number = np.unique(np.bincount(classes), return_counts=True)
    lower = sp.zayatz(sp.ClassSizes(size, number, 0.3))
    assert chosen.share == pytest.approx(min(snb, lower))
    assert chosen.source == ("zayatz" if lower < snb else "snb")
    assert PopulationUniqueness(0.5, 0.05).estimate(classes, count).source == "pitman"


def test_zayatz_by_hand():
    # Four classes of one row and two of two; f = 1/2: 4 x 1/2 against 4 x 1/2 + 2 x 2 x 1/4, so 2/3 of 4 of 8 rows.
    assert sp.zayatz(sp.ClassSizes(np.array([1, 2]), np.array([4, 2]), 0.5)) == pytest.approx(2 / 3 * 4 / 8)


@pytest.mark.parametrize("method", ["dankar", "pitman", "snb"])
@pytest.mark.parametrize("fraction", [0.05, 0.5])
def test_without_a_fit_the_estimate_is_the_highest_there_can_be(method, fraction):
    alone = PopulationUniqueness(0.9, fraction, method)
    estimate = alone.estimate(np.arange(50), 50)
    assert (estimate.share, estimate.source, estimate.converged) == (1.0, "sample", False)
    assert not alone.satisfied(np.arange(50), 50).any()


def test_a_search_that_disagrees_with_itself_is_no_fit(monkeypatch):
    classes, _ = sampled(1 + np.random.default_rng(4).negative_binomial(1.0, 0.3, 4_000), 0.3, 6)
    monkeypatch.setattr(sp, "_AGREEMENT", -1.0)
    estimate = PopulationUniqueness(0.9, 0.3, "snb").estimate(classes, classes.max() + 1)
    assert (estimate.source, estimate.converged) == ("sample", False)
    assert estimate.share == pytest.approx((np.bincount(classes) == 1).sum() / len(classes))


def test_what_needs_no_estimate():
    pairs = np.repeat(np.arange(10), 2)
    assert PopulationUniqueness(0.0, 0.1).satisfied(pairs, 10).all()  # nobody is alone in the sample
    mixed = np.array([0, 1, 1, 1])
    assert PopulationUniqueness(0.0, 1.0).figure(mixed, 2) == 0.25  # the sample is the population
    assert PopulationUniqueness(0.0, 0.1).figure(np.full(4, -1), 2) == 0.0


def test_the_sum_of_logarithms_in_constant_time():
    for first, step, terms in [(0.3, 1.0, 5_000), (1e-3, 0.01, 900), (50.0, 1e-6, 10_000), (1e5, 0.9, 2_000)]:
        wanted = np.log(first + step * np.arange(terms)).sum()
        assert sp._sum_of_logs(first, step, terms) == pytest.approx(wanted, rel=1e-11, abs=1e-8)
    assert sp._sum_of_logs(2.0, 1.0, 0) == 0.0


def test_scipy_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtra, match="needs scipy"):
        PopulationUniqueness(0.1, 0.1).figure(np.array([0, 1, 1]), 2)
