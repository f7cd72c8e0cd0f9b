"""What ε lets any attack reach: closed forms, the best attack that a linear program finds, groups, broken twins."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Event, Gaussian, PoissonSampledGaussian
from wuming.auditing.risk.bounds import Claim, Limits, largest_group
from wuming.core.errors import PrivacyParameterError, UnsupportedEvent

NORMAL = NormalDist()
DELTA = 1e-5
RATES = (0.0, 1e-4, 0.001, 0.01, 0.1, 0.3, 0.5, 0.8, 0.99, 1.0)
PAIRS = ((0.1, 0.0), (1.0, 1e-5), (1.0, 0.05), (3.0, 0.01), (8.0, 1e-5))


def claim(event: Event | None = None, relation: str = "add-or-remove-one", known: float = 1.0) -> Claim:
    if event is not None:
        known = epsilon(event, DELTA, relation=relation, value_discretization_interval=1e-3)
    return Claim(known, DELTA, "subject", relation, "Poisson over subjects", event)


def one(eps: float, delta: float, units: int = 1) -> Limits:
    return Limits((eps,), (delta,), units)


def by_hand(rate: float, eps: float, delta: float) -> float:
    return min(1.0, math.exp(eps) * rate + delta, 1 - math.exp(-eps) * (1 - rate - delta))


# ── one pair (ε, δ) ──


def test_values_worked_out_by_hand() -> None:
    doubled = one(math.log(2), 0.0)
    assert [doubled.highest(rate) for rate in (0.0, 0.1, 0.5, 1.0)] == pytest.approx([0.0, 0.2, 0.75, 1.0])
    assert one(math.log(2), 0.1).highest(0.1) == pytest.approx(0.3)
    assert one(math.log(2), 0.1).highest(0.5) == pytest.approx(0.8)
    assert one(math.log(2), 0.0).extraction(10, 3) == pytest.approx(0.6)
    assert one(math.log(2), 0.0).exposure(2) == pytest.approx(0.75)  # one bit where the secret is ranked first
    assert one(1.0, 0.1).highest(0.95) == 1.0


def test_from_a_claim_without_an_event_it_is_one_pair() -> None:
    found = Limits.of(claim(known=2.5))
    assert (found.epsilons, found.deltas, found.units, found.from_event) == ((2.5,), (DELTA,), 1, False)
    for rate in RATES:
        assert found.highest(rate) == pytest.approx(by_hand(rate, 2.5, DELTA))


def neyman_pearson(with_unit: np.ndarray, without: np.ndarray, rate: float) -> float:
    """Return the power of the best test, with a coin at the threshold: outcomes by falling likelihood ratio."""
    ratios = [math.inf if q == 0 else p / q for p, q in zip(with_unit, without, strict=True)]
    power = 0.0
    for outcome in sorted(range(len(ratios)), key=ratios.__getitem__, reverse=True):
        share = 1.0 if without[outcome] <= rate else rate / without[outcome]
        power += share * with_unit[outcome]
        rate -= share * without[outcome]
    return power


def worst_pair(eps: float, delta: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pair of distributions that no other (ε, δ)-DP pair tells more than (Kairouz et al., Theorem 2.1)."""
    right = (1 - delta) * math.exp(eps) / (1 + math.exp(eps))
    wrong = (1 - delta) / (1 + math.exp(eps))
    return np.array([delta, right, wrong, 0.0]), np.array([0.0, wrong, right, delta])


def equals_the_worst_pair(limit: Callable[[float, float, float], float]) -> None:
    for eps, delta in PAIRS:
        for rate in RATES:
            assert limit(rate, eps, delta) == pytest.approx(neyman_pearson(*worst_pair(eps, delta), rate), abs=1e-12)


def test_the_limit_is_what_the_best_test_reaches_on_the_worst_pair() -> None:
    equals_the_worst_pair(lambda rate, eps, delta: one(eps, delta).highest(rate))


@pytest.mark.parametrize(
    "broken",
    [
        lambda rate, eps, delta: by_hand(rate, eps, 0.0),  # forgets δ
        lambda rate, eps, delta: min(1.0, math.exp(eps) * rate + delta),  # forgets who says "out"
        lambda rate, eps, delta: min(1.0, (1 + eps) * rate + delta),
    ],
)
def test_a_limit_that_forgets_a_part_fails_the_same_check(broken: Callable[[float, float, float], float]) -> None:
    with pytest.raises(AssertionError):
        equals_the_worst_pair(broken)


EPSILONS, DELTAS, PROBABILITIES = st.floats(0.01, 12), st.floats(0, 0.5), st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(EPSILONS, EPSILONS, DELTAS, DELTAS, PROBABILITIES, PROBABILITIES, st.integers(1, 5), st.integers(1, 5))
def test_limits_rise_with_all_that_they_depend_on(
    eps: float, other_eps: float, delta: float, other: float, rate: float, other_rate: float, units: int, more: int
) -> None:
    here = one(eps, delta, units).highest(rate)
    assert rate <= here <= 1
    slack = 1e-9
    assert one(max(eps, other_eps), delta, units).highest(rate) >= here - slack
    assert one(eps, max(delta, other), units).highest(rate) >= here - slack
    assert one(eps, delta, units).highest(max(rate, other_rate)) >= here - slack
    assert one(eps, delta).of_group(max(units, more)).highest(rate) >= here - slack
    middle = one(eps, delta, units).highest((rate + other_rate) / 2)
    assert middle >= (here + one(eps, delta, units).highest(other_rate)) / 2 - slack  # concave
    both = Limits((eps, other_eps), (delta, other), units).highest(rate)
    assert both <= min(here, one(other_eps, other, units).highest(rate)) + slack


@settings(max_examples=40, deadline=None)
@given(EPSILONS, EPSILONS, DELTAS, st.integers(1, 30), st.integers(0, 40), st.integers(1, 3))
def test_extraction_and_exposure_rise_with_epsilon_and_stay_possible(
    eps: float, other: float, delta: float, candidates: int, named: int, units: int
) -> None:
    here, above = (one(value, delta, units) for value in sorted((eps, other)))
    chance = sum(math.log2(candidates / rank) for rank in range(1, candidates + 1)) / candidates
    assert min(1.0, named / candidates) <= here.extraction(candidates, named) <= 1
    assert here.extraction(candidates, named) <= above.extraction(candidates, named) + 1e-9
    assert here.extraction(candidates, named) <= here.extraction(candidates, named + 1) + 1e-9
    assert chance - 1e-9 <= here.exposure(candidates) <= above.exposure(candidates) + 1e-9
    assert above.exposure(candidates) <= math.log2(candidates) + 1e-9
    # With δ = 0 there is nothing to gain beyond ε·log₂ e bits.
    assert one(eps, 0.0).exposure(candidates) <= chance + eps * math.log2(math.e) + 1e-9


# ── planted secrets: the best mechanism that (ε, δ) allows ──


def close_pairs(without: np.ndarray, eps: float, delta: float) -> tuple[np.ndarray, np.ndarray]:
    """Return A, b with A·(p, u, v) ≤ b: the distribution p is within (ε, δ) of `without` on every event."""
    size, zero, eye = len(without), np.zeros((len(without),) * 2), np.eye(len(without))
    rows = np.vstack(
        [
            np.hstack([eye, -eye, zero]),
            np.hstack([-math.exp(eps) * eye, zero, -eye]),
            np.hstack([np.zeros(size), np.ones(size), np.zeros(size)]),
            np.hstack([np.zeros(size), np.zeros(size), np.ones(size)]),
        ]
    )
    return rows, np.concatenate([math.exp(eps) * without, -without, [delta, delta]])


def best_gain(gain: np.ndarray, without: np.ndarray, eps: float, delta: float) -> float:
    """Return the largest mean gain under a distribution that is within (ε, δ) of `without`, by linear programming."""
    rows, limits = close_pairs(without, eps, delta)
    size = len(without)
    sums_to_one = np.concatenate([np.ones(size), np.zeros(2 * size)])[None]
    solved = linprog(np.concatenate([-gain, np.zeros(2 * size)]), rows, limits, sums_to_one, [1.0], method="highs")
    assert solved.status == 0
    return -float(solved.fun)


def best_extraction(candidates: int, named: int, eps: float, delta: float) -> float:
    """Return how often the true value is named where without its unit each choice of values is equally likely."""
    choices = list(itertools.combinations(range(candidates), named))
    without = np.full(len(choices), 1 / len(choices))
    gains = [np.array([float(secret in choice) for choice in choices]) for secret in range(candidates)]
    return float(np.mean([best_gain(gain, without, eps, delta) for gain in gains]))


def best_exposure(candidates: int, eps: float, delta: float) -> float:
    """Return the mean exposure where the rank is uniform without the unit."""
    gain = np.array([math.log2(candidates / rank) for rank in range(1, candidates + 1)])
    return best_gain(gain, np.full(candidates, 1 / candidates), eps, delta)


def extraction_is_the_best(limit: Callable[[int, int, float, float], float]) -> None:
    for eps, delta in ((0.5, 0.0), (1.0, 0.05), (3.0, 0.01)):
        for candidates, named in ((3, 1), (4, 2), (5, 4)):
            best = best_extraction(candidates, named, eps, delta)
            assert limit(candidates, named, eps, delta) == pytest.approx(best, abs=1e-7)


def exposure_is_the_best(limit: Callable[[int, float, float], float]) -> None:
    for eps, delta in ((0.5, 0.0), (1.0, 0.05), (3.0, 0.01)):
        for candidates in (1, 2, 5, 12):
            assert limit(candidates, eps, delta) == pytest.approx(best_exposure(candidates, eps, delta), abs=1e-7)


def test_no_mechanism_lets_more_secrets_be_found_and_one_lets_as_many() -> None:
    extraction_is_the_best(lambda candidates, named, eps, delta: one(eps, delta).extraction(candidates, named))


def test_no_mechanism_exposes_a_secret_more_and_one_does_as_much() -> None:
    exposure_is_the_best(lambda candidates, eps, delta: one(eps, delta).exposure(candidates))


def test_broken_limits_of_secrets_fail_the_same_checks() -> None:
    for broken in (
        lambda candidates, named, eps, delta: one(eps, 0.0).extraction(candidates, named),  # forgets δ
        lambda candidates, named, eps, delta: one(eps, delta).extraction(candidates),  # one answer instead of all
        lambda candidates, named, eps, delta: min(1.0, named * one(eps, delta).extraction(candidates)),
    ):
        with pytest.raises(AssertionError):
            extraction_is_the_best(broken)
    for broken_exposure in (
        lambda candidates, eps, delta: one(eps, 0.0).exposure(candidates),
        lambda candidates, eps, delta: min(math.log2(candidates), eps * math.log2(math.e)),  # above nothing, not chance
    ):
        with pytest.raises(AssertionError):
            exposure_is_the_best(broken_exposure)


def test_naming_every_value_or_none() -> None:
    assert one(1.0, 0.0).extraction(10, 0) == 0.0
    assert one(1.0, 0.01).extraction(10, 0) == pytest.approx(0.01)  # with δ the secret may simply be published
    assert one(1.0, 0.0).extraction(10, 10) == one(1.0, 0.0).extraction(10, 99) == 1.0
    assert one(1.0, 0.3).exposure(1) == 0.0


# ── several units that hold one secret ──


def geometric(eps: float, distance: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a count with two-sided geometric noise, ε-DP for each unit, where so many units hold what is counted."""
    values, decay = np.arange(-90, 91), math.exp(-eps)
    with_units, without = (
        (1 - decay) / (1 + decay) * decay ** np.abs(values - start).astype(float) for start in (distance, 0)
    )
    return with_units, without


def covers_groups(limit: Callable[[float, float, float, int], float]) -> None:
    """What a count tells of a group is within the limit; at few false alarms, with δ, it is the closed form."""
    for eps, units in itertools.product((0.3, 1.0), (1, 2, 3)):
        for rate in RATES:
            assert neyman_pearson(*geometric(eps, units), rate) <= limit(rate, eps, 0.0, units) + 1e-9
        closed = math.exp(units * eps) * 1e-3 + 1e-3 * math.expm1(units * eps) / math.expm1(eps)
        assert limit(1e-3, eps, 1e-3, units) == pytest.approx(closed, rel=1e-9)


def test_groups_are_within_their_limit() -> None:
    covers_groups(lambda rate, eps, delta, units: one(eps, delta).of_group(units).highest(rate))


@pytest.mark.parametrize(
    "broken",
    [
        lambda rate, eps, delta, units: by_hand(rate, eps, units * delta),  # forgets to multiply ε
        lambda rate, eps, delta, units: by_hand(rate, units * eps, units * delta),  # δ only adds up
        lambda rate, eps, delta, units: by_hand(rate, math.sqrt(units) * eps, delta),
    ],
)
def test_a_limit_of_groups_that_forgets_a_part_fails_the_same_check(broken: Callable[..., float]) -> None:
    with pytest.raises(AssertionError):
        covers_groups(broken)


def test_a_group_keeps_the_pairs() -> None:
    known = Limits((0.5, 1.0), (0.1, 0.01), from_event=True)
    assert known.of_group(3) == Limits((0.5, 1.0), (0.1, 0.01), 3, from_event=True)
    assert known.of_group(3).of_group(1) == known
    assert known.of_group(2).extraction(20) == known.highest(known.highest(1 / 20))
    assert [largest_group(holders) for holders in ([], [0, 0], [1, 4, 2])] == [1, 1, 4]


# ── from the event: the whole curve ──

LEAST_RATES = (0.0, 1e-3, 0.01, 0.1, 0.5, 0.9)


def gaussian_rate(rate: float, mean: float) -> float:
    return NORMAL.cdf(NORMAL.inv_cdf(rate) + mean) if 0 < rate < 1 else rate


def is_the_gaussian_curve(limits: Limits, mean: float) -> None:
    """Never below the true curve, and at most 2% above it."""
    for units in (1, 2, 3):
        for rate in LEAST_RATES:
            truth = gaussian_rate(rate, units * mean)
            assert truth <= limits.of_group(units).highest(rate) <= 1.02 * truth + 1e-9


@pytest.mark.parametrize(
    ("event", "relation", "mean"),
    [
        (Gaussian(2.0), "add-or-remove-one", 0.5),
        (Gaussian(4.0), "replace-one", 0.5),  # the sum moves by twice as much
        (PoissonSampledGaussian(1.0, 6.0, 9), "add-or-remove-one", 0.5),
    ],
)
def test_of_gaussian_noise_it_is_the_gaussian_curve(event: Event, relation: str, mean: float) -> None:
    asked = claim(event, relation)
    limits = Limits.of(asked)
    assert limits.from_event
    is_the_gaussian_curve(limits, mean)
    assert limits.highest(0.01) < 0.5 * by_hand(0.01, asked.epsilon, DELTA)  # one ε alone says far less
    with pytest.raises(AssertionError):
        is_the_gaussian_curve(limits, 1.1 * mean)
    with pytest.raises(AssertionError):
        is_the_gaussian_curve(Limits((asked.epsilon,), (DELTA,)), mean)
    with pytest.raises(AssertionError):
        is_the_gaussian_curve(Limits(limits.epsilons, (0.0,) * len(limits.deltas)), mean)  # forgets δ


def is_the_sampled_curve(limits: Limits, q: float, mean: float) -> None:
    """Without the unit N(0, 1) is seen, with it N(mean, 1) by chance q: "in" and "out" are told by a threshold."""
    for threshold in np.linspace(-3, 3, 13).tolist():
        without = NORMAL.cdf(threshold)
        with_unit = (1 - q) * without + q * NORMAL.cdf(threshold - mean)
        for truth, rate in ((1 - with_unit, 1 - without), (without, with_unit)):
            assert truth <= limits.highest(rate)
            # Further down the limit is that of both claims together, which neither reaches alone.
            assert threshold < 0.5 or limits.highest(rate) <= 1.001 * truth


def test_a_sampled_step_against_its_mixture() -> None:
    limits = Limits.of(claim(PoissonSampledGaussian(0.3, 1.5, 1)))
    is_the_sampled_curve(limits, 0.3, 1 / 1.5)
    for q, mean in ((1.0, 1 / 1.5), (0.3, 1.0), (0.2, 1 / 1.5), (0.3, 0.5)):
        with pytest.raises(AssertionError):
            is_the_sampled_curve(limits, q, mean)


def test_the_claimed_pair_may_be_the_tightest() -> None:
    event = Gaussian(2.0)
    better = Claim(1e-3, DELTA, "subject", "add-or-remove-one", "none", event)  # as if computed with finer cells
    assert Limits.of(better).highest(0.5) == pytest.approx(by_hand(0.5, 1e-3, DELTA))


# ── out of range ──


@pytest.mark.parametrize(
    ("eps", "delta"), [(0.0, 0.1), (-1.0, 0.1), (math.inf, 0.1), (math.nan, 0.1), (1.0, 0.0), (1.0, 1.0)]
)
def test_what_is_no_claim_is_refused(eps: float, delta: float) -> None:
    with pytest.raises(PrivacyParameterError, match="is no claim"):
        Claim(eps, delta, "subject", "add-or-remove-one", "none")


def test_out_of_range() -> None:
    for pairs in (((1.0,), (0.1,), 0), ((1.0,), (), 1), ((), (), 1), ((1.0, 2.0), (0.1,), 1)):
        with pytest.raises(PrivacyParameterError, match="units="):
            Limits(*pairs)
    for rate in (-0.1, 1.1, math.nan):
        with pytest.raises(PrivacyParameterError, match="rate="):
            one(1.0, 0.1).highest(rate)
    for wrong in ((0, 1), (10, -1)):
        with pytest.raises(PrivacyParameterError, match="candidates="):
            one(1.0, 0.1).extraction(*wrong)
    with pytest.raises(PrivacyParameterError, match="candidates=0"):
        one(1.0, 0.1).exposure(0)
    with pytest.raises(UnsupportedEvent):
        Limits.of(Claim(1.0, DELTA, "subject", "as-you-like", "none", Gaussian(1.0)))


def test_a_huge_epsilon_excludes_nothing() -> None:
    assert Limits.of(claim(known=800.0)).highest(0.01) == 1.0
    assert Limits.of(claim(known=800.0)).extraction(100) == 1.0
