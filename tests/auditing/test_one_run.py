"""The one-run audit: published bounds, an exact slow twin, how often a 95% bound may be wrong, and broken twins."""

from __future__ import annotations

import json
import math
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.gaussian import gaussian_mean
from wuming.auditing.one_run import (
    audit,
    check_claim,
    check_coins,
    choose_guesses,
    highest_possible_bound,
    lower_bound,
    significance,
)
from wuming.core.errors import ClaimRefused, PrivacyParameterError, SelfCheckFailed

TESTS = Path(__file__).parent.parent
VECTORS = json.loads((TESTS / "vectors" / "steinke_bounds.json").read_text())
RUNS, LIMIT = 500, 41  # a right 95% bound exceeds the truth more often than 41 times in 500 with probability 0.1%


@pytest.mark.parametrize("row", VECTORS["rows"], ids=lambda row: str(row["epsilon"]))
def test_published_bounds(row):
    bound = lower_bound(row["canaries"], row["guesses"], row["correct"], row["delta"], VECTORS["confidence"])
    assert bound == pytest.approx(row["epsilon"], abs=1e-5)


def exact_significance(canaries, guesses, correct, epsilon, delta):
    """The theorem as written, term by term, in high precision."""
    mpmath.mp.dps = 40
    right = mpmath.e**epsilon / (1 + mpmath.e**epsilon)
    mass = [mpmath.binomial(guesses, w) * right**w * (1 - right) ** (guesses - w) for w in range(guesses + 1)]
    beta = mpmath.fsum(mass[correct:])
    alpha = max(mpmath.fsum(mass[max(0, correct - i) : correct]) / i for i in range(1, canaries + 1))
    return min(1.0, float(beta + 2 * canaries * mpmath.mpf(delta) * alpha))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 40),
    st.data(),
    st.floats(0, 6),
    st.sampled_from([0.0, 1e-6, 1e-3, 0.1]),
)
def test_significance_against_the_theorem_term_by_term(canaries, data, epsilon, delta):
    guesses = data.draw(st.integers(0, canaries))
    correct = data.draw(st.integers(0, guesses))
    exact = exact_significance(canaries, guesses, correct, epsilon, delta)
    assert significance(canaries, guesses, correct, epsilon, delta) == pytest.approx(exact, rel=1e-9, abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 300), st.data())
def test_more_correct_guesses_never_lower_the_bound(canaries, data):
    guesses = data.draw(st.integers(1, canaries))
    correct = data.draw(st.integers(0, guesses - 1))
    here = lower_bound(canaries, guesses, correct, 1e-5, 0.95)
    above = lower_bound(canaries, guesses, correct + 1, 1e-5, 0.95)
    assert 0 <= here <= above + 1e-12 <= highest_possible_bound(canaries, guesses, 1e-5, 0.95) + 2e-12


# ── how often is a 95% bound above the truth? ──


def exceedances(one_run, truth, runs=RUNS):
    generator = np.random.default_rng(20231)
    return sum(one_run(generator) > truth for _ in range(runs))


def flip(generator, canaries, epsilon):
    """Coins, and scores from randomised response: exactly ε-DP, so that the bound is as tight as it can be."""
    coins = generator.random(canaries) < 0.5
    kept = generator.random(canaries) < 1 / (1 + math.exp(-epsilon))
    return coins, np.where(kept, coins, ~coins).astype(float)


@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_a_95_percent_bound_is_wrong_in_at_most_5_percent(epsilon):
    def ours(generator):
        coins, scores = flip(generator, 200, epsilon)
        return audit(scores, coins, guesses=50, delta=0.0, confidence=0.95, claimed_epsilon=8.0).epsilon_lower_bound

    wrong = exceedances(ours, epsilon)
    assert wrong <= LIMIT
    assert wrong >= 3  # and it is not merely timid


def test_without_the_delta_term_the_same_test_fails():
    canaries, published, guesses = 1000, 60, 20
    delta = published / canaries  # publishing so many random coins is (0, δ)-DP

    def scores_of(generator):
        coins = generator.random(canaries) < 0.5
        scores = np.zeros(canaries)
        shown = generator.choice(canaries, published, replace=False)
        scores[shown] = np.where(coins[shown], 1.0, -1.0)
        return coins, scores

    def result_of(generator):
        coins, scores = scores_of(generator)
        return audit(scores, coins, guesses=guesses, delta=delta, confidence=0.95, claimed_epsilon=1.0)

    def broken(generator):
        return lower_bound(canaries, guesses, result_of(generator).correct, 0.0, 0.95)

    assert exceedances(lambda generator: result_of(generator).epsilon_lower_bound, 0.0) <= LIMIT
    assert exceedances(broken, 0.0) > LIMIT


def test_with_a_threshold_picked_on_the_same_scores_the_same_test_fails():
    canaries = 100

    def null(generator):
        return generator.random(canaries) < 0.5, generator.normal(size=canaries)

    def bound(coins, scores, guesses):
        return audit(
            scores, coins, guesses=guesses, delta=0.0, confidence=0.95, claimed_epsilon=1.0
        ).epsilon_lower_bound

    def ours(generator):
        return bound(*null(generator), 40)

    def broken(generator):
        coins, scores = null(generator)
        return max(bound(coins, scores, guesses) for guesses in range(6, canaries + 1, 8))

    assert exceedances(ours, 0.0) <= LIMIT
    assert exceedances(broken, 0.0) > LIMIT


def test_with_a_fixed_half_instead_of_coins_the_same_test_fails():
    canaries, confidence, runs = 10, 0.94, 2000
    limit = 154  # 99.9% of a share of 6% of 2,000

    def run(generator, coins):
        scores = generator.normal(size=canaries)
        return audit(
            scores, coins, guesses=canaries, delta=0.0, confidence=confidence, claimed_epsilon=1.0
        ).epsilon_lower_bound

    def ours(generator):
        return run(generator, generator.random(canaries) < 0.5)

    def broken(generator):
        return run(generator, generator.permutation(np.arange(canaries) < canaries // 2))

    assert exceedances(ours, 0.0, runs) <= limit
    assert exceedances(broken, 0.0, runs) > limit


def test_it_finds_what_an_unprotected_model_shows_and_accepts_what_a_protected_one_does():
    generator = np.random.default_rng(3)
    canaries = 1000
    guesses = choose_guesses(canaries, 2.0, 1e-5, 0.95)
    coins = generator.random(canaries) < 0.5
    leaky = audit(
        generator.normal(size=canaries) + 6 * coins,
        coins,
        guesses=guesses,
        delta=1e-5,
        confidence=0.95,
        claimed_epsilon=2.0,
    )
    assert leaky.verdict == "violated"
    with pytest.raises(ClaimRefused, match=r"epsilon=2\.0"):
        check_claim(leaky)
    shift = gaussian_mean(2.0, 1e-5)
    fair = audit(
        generator.normal(size=canaries) + shift * coins,
        coins,
        guesses=guesses,
        delta=1e-5,
        confidence=0.95,
        claimed_epsilon=2.0,
    )
    assert fair.verdict == "consistent"
    assert 0 < fair.epsilon_lower_bound < 2.0
    check_claim(fair)
    assert str(fair) == f"bound {fair.epsilon_lower_bound} (this audit could see at most {fair.highest_possible_bound})"


def test_ties_know_nothing_of_the_coins():
    coins = np.arange(1000) < 500
    for order in (coins, ~coins):
        result = audit(np.zeros(1000), order, guesses=400, delta=0.0, confidence=0.95, claimed_epsilon=1.0)
        assert abs(result.correct - 200) < 5 * math.sqrt(100)
        assert result.epsilon_lower_bound == 0.0
    # The broken twin, a stable sort, gets every guess right for one of the two orders.
    stable = np.argsort(np.zeros(1000), kind="stable")
    assert (~coins)[stable[-200:]].sum() + coins[stable[:200]].sum() == 400


def test_claims_have_the_shape_that_compliance_reads():
    generator = np.random.default_rng(5)
    coins, scores = flip(generator, 200, 1.0)
    result = audit(scores, coins, guesses=60, delta=1e-5, confidence=0.95, claimed_epsilon=7.99)
    claims = result.claims(unit_of_privacy="subject", coins_commitment="sha256:00", control=result)
    example = next(
        item
        for item in json.loads((TESTS / "compliance" / "evidence_example.json").read_text())
        if item["kind"] == "audit"
    )
    assert set(claims) == set(example["claims"])
    assert set(claims["control"]) == set(example["claims"]["control"])
    for key, value in example["claims"].items():
        assert isinstance(claims[key], type(value)), key
    assert claims["null_hypothesis"] == example["claims"]["null_hypothesis"]
    assert claims["method"] == example["claims"]["method"]
    assert result.claims(unit_of_privacy="subject", coins_commitment="sha256:00")["control"] is None


@pytest.mark.parametrize("included", [0, 40])
def test_unfair_coins_are_found(included):
    coins = [True] * included + [False] * (40 - included)
    with pytest.raises(SelfCheckFailed, match=f"{included} of 40"):
        audit([0.0] * 40, coins, guesses=10, delta=0.0, confidence=0.95, claimed_epsilon=1.0)
    check_coins([True, False] * 20)


def test_the_number_of_guesses_is_even_within_range_and_from_public_numbers():
    for canaries in (2, 7, 50, 200, 1000):
        for claimed in (0.5, 8.0):
            guesses = choose_guesses(canaries, claimed, 1e-5, 0.95)
            assert 2 <= guesses <= canaries
            assert guesses % 2 == 0
    # In the model case 300 canaries show about 2.2 of a claim of 8.
    guesses = choose_guesses(300, 8.0, 1e-5, 0.95)
    assert 2.0 < lower_bound(300, guesses, guesses - 1, 1e-5, 0.95) < 3.4


@pytest.mark.parametrize(
    "change",
    [
        {"guesses": 3},
        {"guesses": 0},
        {"guesses": 12},
        {"guesses": True},
        {"delta": -0.1},
        {"delta": 1.0},
        {"confidence": 1.0},
        {"claimed_epsilon": 0.0},
        {"claimed_epsilon": math.nan},
        {"coins": [True, False]},
        {"scores": [math.nan] * 10},
        {"scores": [], "coins": []},
    ],
)
def test_out_of_range(change):
    arguments = {"scores": [0.0] * 10, "coins": [True, False] * 5, "guesses": 4, "delta": 0.0, "confidence": 0.95}
    arguments |= {"claimed_epsilon": 1.0} | change
    with pytest.raises(PrivacyParameterError):
        audit(arguments.pop("scores"), arguments.pop("coins"), **arguments)


def test_bounds_out_of_range():
    for arguments in ((10, 11, 5, 0.0, 0.95), (10, 5, 6, 0.0, 0.95), (0, 0, 0, 0.0, 0.95), (10, 5, -1, 0.0, 0.95)):
        with pytest.raises(PrivacyParameterError):
            lower_bound(*arguments)
    with pytest.raises(PrivacyParameterError):
        significance(10, 5, 5, -1.0, 0.0)
    with pytest.raises(PrivacyParameterError):
        choose_guesses(1, 8.0, 1e-5, 0.95)
    assert lower_bound(10, 0, 0, 0.0, 0.95) == 0.0
