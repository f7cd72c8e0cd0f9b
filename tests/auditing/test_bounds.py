"""Lower bounds from scores: published values, plain slow twins, designs, verdicts, ties, limits."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.events import Gaussian, PoissonSampledGaussian
from wuming.accounting.gaussian import gaussian_delta, gaussian_mean
from wuming.accounting.tradeoff import rate_from_deltas
from wuming.auditing.bounds import fdp, gaussian, runs, steinke
from wuming.auditing.bounds.bound import DESIGNS, METHODS, METHODS_OF, check_bound, round_down
from wuming.auditing.bounds.coins import check_share, hint_of_fixed_half
from wuming.auditing.bounds.curves import (
    GaussianCurve,
    PairsCurve,
    curve_of_event,
    gaussian_epsilon,
    largest_rejected,
)
from wuming.auditing.bounds.guessing import correct_guesses, default_guesses, ranked
from wuming.auditing.bounds.hull import corners, hull_bounds
from wuming.auditing.bounds.scores import bound_from_scores
from wuming.core.errors import ClaimRefused, PrivacyParameterError, SelfCheckFailed

VECTORS = Path(__file__).parent.parent / "vectors"
NORMAL = json.loads((VECTORS / "normal_score_bounds.json").read_text())
STEINKE = json.loads((VECTORS / "steinke_bounds.json").read_text())
ONE_RUN, RUNS = DESIGNS
DELTA = 1e-5


def quantiles(count: int) -> np.ndarray:
    return np.array([NormalDist().inv_cdf((k + 0.5) / count) for k in range(count)])


def bound(included: Any, excluded: Any, **changes: Any) -> Any:
    arguments = {"design": ONE_RUN, "method": "steinke", "delta": DELTA, "confidence": 0.95} | changes
    return bound_from_scores(included, excluded, **arguments)


def shifted(generator: np.random.Generator, count: int, mean: float) -> tuple[np.ndarray, np.ndarray]:
    coins = generator.random(count) < 0.5
    scores = generator.normal(size=count) + mean * coins
    return scores[coins], scores[~coins]


# ── published values ──


@pytest.mark.parametrize("row", STEINKE["rows"], ids=lambda row: str(row["epsilon"]))
def test_published_bounds_of_the_exact_test(row: dict[str, Any]) -> None:
    found = steinke.lower_bound(row["canaries"], row["guesses"], row["correct"], row["delta"], STEINKE["confidence"])
    assert found == pytest.approx(row["epsilon"], abs=1e-6)


@pytest.mark.parametrize("row", NORMAL["rows"], ids=lambda row: str(row["shift"]))
def test_published_bounds_of_normal_scores(row: dict[str, Any]) -> None:
    excluded = quantiles(NORMAL["scores_a_side"])
    included = excluded + row["shift"]
    assert len(corners(included, excluded)) == row["corners"]
    exact, by_curve = hull_bounds(included, excluded, NORMAL["delta"], NORMAL["confidence"])
    assert exact == pytest.approx(row["exact"], abs=1e-5)
    assert by_curve == pytest.approx(row["gaussian_fdp"], abs=1e-5)


def test_the_corners_are_those_of_a_plain_search() -> None:
    generator = np.random.default_rng(4)
    included, excluded = generator.integers(0, 12, 15) + 1.0, generator.integers(0, 12, 12) * 1.0
    thresholds = [*sorted({*included, *excluded}), math.inf]
    points = [(int((included < cut).sum()), int((excluded < cut).sum())) for cut in thresholds]

    def area(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    kept = [
        points[j]
        for j in range(len(points))
        if not any(area(points[i], points[j], points[k]) >= 0 for i in range(j) for k in range(j + 1, len(points)))
    ]
    assert [(15 - a, 12 - b) for a, b in corners(included, excluded).tolist()] == kept


# ── numbers against plain and exact twins ──


@settings(max_examples=30, deadline=None)
@given(st.integers(200, 5000), st.data(), st.floats(0, 8))
def test_the_exact_test_for_many_guesses_against_all_masses(canaries: int, data: Any, epsilon: float) -> None:
    guesses = data.draw(st.integers(50, canaries))
    correct = data.draw(st.integers(0, guesses))
    mpmath.mp.dps = 30
    right = 1 / (1 + mpmath.exp(-epsilon))
    mass, masses = (1 - right) ** guesses, []
    for w in range(guesses + 1):
        masses.append(mass)
        mass = mass * (guesses - w) / (w + 1) * right / (1 - right)
    total, alpha = mpmath.mpf(0), mpmath.mpf(0)
    for i in range(1, correct + 1):
        total += masses[correct - i]
        alpha = max(alpha, total / i)
    exact = min(1.0, float(mpmath.fsum(masses[correct:]) + 2 * canaries * DELTA * alpha))
    found = steinke.significance(canaries, guesses, correct, epsilon, DELTA)
    assert found == pytest.approx(exact, rel=1e-8, abs=1e-14)


def plain_recursion(inverse: Any, canaries: int, guesses: int, correct: int, level: float) -> bool:
    """The published algorithm as written: no early end."""
    r, h = level * correct / canaries, level * (guesses - correct) / canaries
    for i in range(correct - 1, -1, -1):
        h_new = max(h, inverse(r))
        r, h = min(1.0, r + (i / (guesses - i)) * (h_new - h)), h_new
    return r + h > guesses / canaries * (1 + 1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.data(), st.floats(0.01, 3), st.sampled_from([0.05, 0.001, 0.5]))
def test_the_curve_test_against_the_plain_recursion(canaries: int, data: Any, mean: float, level: float) -> None:
    guesses = data.draw(st.integers(1, canaries))
    correct = data.draw(st.integers(1, guesses))
    normal = NormalDist()

    def inverse(x: float) -> float:
        return normal.cdf(normal.inv_cdf(x) - mean) if 0 < x < 1 else float(x >= 1)

    plain = plain_recursion(inverse, canaries, guesses, correct, level)
    assert fdp.rejected(GaussianCurve(mean), canaries, guesses, correct, level) == plain


def test_the_curve_test_holds_for_randomised_response_exactly() -> None:
    """One guess a canary under the ε-curve: the chance of v right answers is binomial and never above the level."""
    epsilon, canaries = 1.0, 24
    right = 1 / (1 + math.exp(-epsilon))
    curve = PairsCurve((epsilon,), (0.0,))
    masses = [math.comb(canaries, v) * right**v * (1 - right) ** (canaries - v) for v in range(canaries + 1)]
    for level in (0.3, 0.05, 0.01):
        wrong = sum(m for v, m in enumerate(masses) if fdp.rejected(curve, canaries, canaries, v, level))
        assert wrong <= level
    assert any(fdp.rejected(curve, canaries, canaries, v, 0.05) for v in range(canaries + 1))


def test_p_values_are_where_rejection_begins() -> None:
    curve = GaussianCurve(0.5)
    value = fdp.p_value(curve, 1000, 100, 80)
    assert fdp.rejected(curve, 1000, 100, 80, value)
    assert not fdp.rejected(curve, 1000, 100, 80, value / 1.01)
    assert fdp.p_value(curve, 1000, 100, 20) == 1.0
    assert fdp.p_value(curve, 1000, 0, 0) == 1.0


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 0.3)), min_size=1, max_size=8),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
def test_curves_of_pairs_against_the_least_of_all_lines(pairs: list[tuple[float, float]], rates: list[float]) -> None:
    epsilons, deltas = zip(*pairs, strict=True)
    curve = PairsCurve(epsilons, deltas)
    tprs = curve.highest_tprs(np.array(rates))
    for fpr, tpr in zip(rates, tprs.tolist(), strict=True):
        assert tpr == pytest.approx(rate_from_deltas(fpr, epsilons, deltas), abs=1e-9)
        assert curve.lowest_fpr(tpr) <= fpr + 1e-9
        back = curve.highest_tprs(np.array([curve.lowest_fpr(tpr)]))[0]
        assert back >= tpr - 1e-9


def test_the_curve_of_an_event_lies_above_the_true_one_and_near_it() -> None:
    rates = np.array([1e-4, 0.01, 0.1, 0.5, 0.9])
    found = curve_of_event(Gaussian(1.0)).highest_tprs(rates)
    true = GaussianCurve(1.0).highest_tprs(rates)
    assert (found >= true).all()
    assert (found <= true * 1.01).all()


@pytest.mark.parametrize(("mean", "delta"), [(0.1, 1e-5), (1.0, 1e-5), (2.0, 1e-6), (6.0, 0.01)])
def test_epsilon_of_a_mean_inverts_delta(mean: float, delta: float) -> None:
    epsilon = gaussian_epsilon(mean, delta)
    assert gaussian_delta(epsilon, 1 / mean) >= delta
    assert gaussian_delta(epsilon + 1e-6, 1 / mean) < delta
    assert gaussian_epsilon(0.0, delta) == 0.0
    assert gaussian_epsilon(1e-9, delta) == 0.0


@pytest.mark.parametrize(("freedom", "statistic", "error"), [(3, 4.0, 0.5), (10, 6.0, 0.4), (998, 12.0, 0.0632)])
def test_the_limit_of_the_distance_against_scipy(freedom: int, statistic: float, error: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    for level in (0.05, 0.02):
        mean = gaussian.largest_mean(statistic, freedom, error, level)
        assert mean > 0
        assert stats.nct.sf(statistic, freedom, mean / error) == pytest.approx(level, rel=1e-4)


@pytest.mark.parametrize(
    ("false", "negatives", "right", "positives", "mean"),
    [
        (3, 250, 100, 250, 2.0),
        (20, 50, 45, 60, 0.8),
        (1, 40, 12, 30, 0.7),
        (1, 5, 4, 5, 0.5),
        (500, 1000, 560, 900, 0.2),
    ],
)
def test_the_test_of_runs_against_a_plain_integral(
    false: int, negatives: int, right: int, positives: int, mean: float
) -> None:
    stats = pytest.importorskip("scipy.stats")
    rate = stats.beta(false, negatives - false + 1).ppf((np.arange(400_000) + 0.5) / 400_000)
    exact = stats.binom.sf(right - 1, positives, stats.norm.cdf(stats.norm.ppf(rate) + mean)).mean()
    found = runs.p_value(GaussianCurve(mean), runs.Alarm("in", false, negatives, right, positives))
    assert found == pytest.approx(exact, rel=0.01, abs=1e-7)


def test_a_lone_threshold_has_the_published_cap() -> None:
    """With n clean runs a side and one threshold, Clopper-Pearson ends at 3.28, 4.91 and 6.52."""
    for count, cap in ((100, 3.28), (500, 4.91), (2500, 6.52)):
        perfect = bound(
            np.ones(count), np.zeros(count), design=RUNS, method="clopper-pearson", delta=0.0, false_alarms=1
        )
        assert perfect.epsilon_lower_bound == pytest.approx(cap, abs=0.01)
        assert perfect.highest_possible_bound == perfect.epsilon_lower_bound


# ── designs, verdicts, null hypotheses ──


@pytest.mark.parametrize(("design", "method"), itertools.product(DESIGNS, METHODS))
def test_a_method_outside_its_design_is_refused(design: str, method: str) -> None:
    scores = np.random.default_rng(0).normal(size=200)
    event = Gaussian(2.0) if method == "curve" else None
    if method in METHODS_OF[design]:  # type: ignore[index]
        found = bound(scores[:110], scores[110:], design=design, method=method, event=event)
        assert found.verdict == "consistent"
        assert found.null_hypothesis
        json.dumps(found.as_json(), allow_nan=False)
    else:
        with pytest.raises(PrivacyParameterError, match=f"method='{method}'.*design='{design}'"):
            bound(scores[:110], scores[110:], design=design, method=method, event=event)


def test_only_a_null_hypothesis_that_contains_the_claim_says_violated() -> None:
    included, excluded = shifted(np.random.default_rng(1), 4000, 3.0)
    said = {}
    for design, methods in METHODS_OF.items():
        for method in methods:
            claim: dict[str, Any] = {"claimed_epsilon": 1.0} if method != "curve" else {"event": Gaussian(5.0)}
            found = bound(included, excluded, design=design, method=method, **claim)
            assert found.epsilon_lower_bound > 1.0
            said[design, method] = found.verdict
            assert ("Gaussian" in found.null_hypothesis) == (method in ("fdp", "gaussian"))
    narrow = "inconsistent under the Gaussian hypothesis"
    assert said == {
        (ONE_RUN, "steinke"): "violated",
        (ONE_RUN, "fdp"): narrow,
        (ONE_RUN, "gaussian"): narrow,
        (ONE_RUN, "curve"): "violated",
        (RUNS, "clopper-pearson"): "violated",
        (RUNS, "gaussian"): narrow,
        (RUNS, "curve"): "violated",
    }
    with_event = bound(included, excluded, method="fdp", event=Gaussian(5.0))
    assert with_event.verdict == "violated"
    with pytest.raises(ClaimRefused, match=r"fdp, confidence 0\.95"):
        check_bound(with_event)
    check_bound(bound(included, excluded, method="gaussian", claimed_epsilon=1.0))


def test_a_curve_is_rejected_below_its_own_epsilon() -> None:
    """The whole curve is a stronger claim than its ε at one δ, and its violation is seen where ε's is not."""
    event = PoissonSampledGaussian(0.1, 1.0, 10)
    included, excluded = shifted(np.random.default_rng(2), 6000, 1.2)
    found = bound(included, excluded, method="curve", event=event)
    assert found.verdict == "violated"
    assert found.claimed_epsilon is not None
    assert found.epsilon_lower_bound < found.claimed_epsilon


def test_a_claim_below_the_events_own_epsilon_is_refused() -> None:
    with pytest.raises(PrivacyParameterError, match=r"claimed_epsilon=0\.1"):
        bound([1.0, 2.0], [1.0, 2.0], method="curve", event=Gaussian(1.0), claimed_epsilon=0.1)


def test_without_a_claim_nothing_is_violated() -> None:
    found = bound(np.ones(500), np.zeros(520))
    assert found.verdict == "consistent"
    assert found.claimed_epsilon is None
    assert "some epsilon" in found.null_hypothesis


def test_unfair_coins_are_refused_and_a_fixed_half_is_hinted_at() -> None:
    with pytest.raises(SelfCheckFailed, match="140 of 200"):
        bound(np.ones(140), np.zeros(60))
    check_share(110, 200)
    assert any("exactly half" in warning for warning in bound(np.ones(100), np.zeros(100)).details["warnings"])
    assert hint_of_fixed_half(101, 200) is None
    assert hint_of_fixed_half(5, 10) is None
    independent = bound(np.ones(140), np.zeros(60), design=RUNS, method="clopper-pearson")
    assert independent.details["warnings"] == []


def test_scores_of_another_shape_are_warned_of() -> None:
    generator = np.random.default_rng(6)
    heavy = bound(generator.standard_t(2, 600), generator.standard_t(2, 610), method="gaussian")
    assert any("not normal" in warning for warning in heavy.details["warnings"])
    spread = bound(generator.normal(size=600) * 2, generator.normal(size=610), method="gaussian")
    assert any("spread" in warning for warning in spread.details["warnings"])
    plain = bound(generator.normal(size=600), generator.normal(size=610), method="gaussian")
    assert plain.details["warnings"] == []


# ── guesses and ties ──


def test_ties_know_nothing_of_who_was_in() -> None:
    shares = [
        correct_guesses(ranked(np.zeros(500), np.full(500, 0.0) + value), default_guesses(1000)[3]) / 36
        for value in (0.0, -0.0)
    ]
    assert shares[0] == shares[1]
    counts = []
    for number in range(200):
        values = np.concatenate((np.zeros(40), [float(number + 1)]))
        counts.append(int(ranked(values, np.zeros(40))[1:41].sum()))
    # Of 40 tied places 20 are included ones on average, with a variance of 10·(1 - 39/79).
    assert abs(np.mean(counts) - 20) < 5 * math.sqrt(10 * 40 / 79 / 200)
    # The broken twin, a stable order, puts all of one side first.
    stable = np.argsort(-np.zeros(80), kind="stable") < 40
    assert stable[:40].sum() == 40


def test_the_same_scores_give_the_same_bound_in_any_order() -> None:
    generator = np.random.default_rng(8)
    included, excluded = generator.integers(0, 5, 300) * 1.0, generator.integers(0, 4, 310) * 1.0
    first = bound(included, excluded)
    second = bound(generator.permutation(included), list(generator.permutation(excluded)))
    assert first == second


def test_numbers_of_guesses_depend_on_the_number_of_canaries_alone() -> None:
    for canaries in (1, 2, 3, 9, 30, 31, 1000, 1_000_000):
        tried = default_guesses(canaries)
        assert 1 <= len(tried) <= 15
        assert all(1 <= guess.count <= canaries for guess in tried)
        assert all(guess.top + guess.bottom == guess.count for guess in tried)
    assert len({guess.count for guess in default_guesses(1000)}) >= 5


def test_a_number_fixed_beforehand_pays_for_no_choice() -> None:
    included, excluded = shifted(np.random.default_rng(9), 2000, 2.0)
    fixed = bound(included, excluded, guesses=100)
    assert fixed.details["guesses"] == 100
    assert fixed.details["numbers_of_guesses_tried"] == 1
    labels = ranked(included, excluded)
    right = int(labels[:50].sum() + (~labels[-50:]).sum())
    assert fixed.epsilon_lower_bound == round_down(steinke.lower_bound(2000, 100, right, DELTA, 0.95))
    # The same test with a share of the error is weaker.
    assert steinke.bound_at_level(2000, 100, right, DELTA, 0.05 / 13) < fixed.epsilon_lower_bound


def test_what_perfect_scores_would_show_is_said_with_the_number_that_a_claim_needs() -> None:
    found = bound(np.ones(95), np.zeros(105), claimed_epsilon=5.0)
    assert found.epsilon_lower_bound == found.highest_possible_bound < 5.0
    needed = found.details["canaries_needed_to_see_the_claim"]
    half = needed // 2
    more = bound(np.ones(half), np.zeros(needed - half), claimed_epsilon=5.0)
    assert more.highest_possible_bound >= 5.0
    assert "canaries_needed_to_see_the_claim" not in more.details
    never = bound(np.ones(95), np.zeros(105), claimed_epsilon=50.0)
    assert never.details["canaries_needed_to_see_the_claim"] is None
    runs_needed = bound(np.ones(50), np.zeros(50), design=RUNS, method="clopper-pearson", claimed_epsilon=5.0).details[
        "runs_a_side_needed_to_see_the_claim"
    ]
    enough = bound(np.ones(runs_needed), np.zeros(runs_needed), design=RUNS, method="clopper-pearson")
    assert enough.epsilon_lower_bound >= 5.0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40),
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40),
    st.sampled_from([pair for pair in itertools.product(DESIGNS, METHODS) if pair[1] in METHODS_OF[pair[0]]]),
    st.floats(0.5, 0.999),
)
def test_bounds_lie_between_nothing_and_the_highest_possible(
    included: list[float], excluded: list[float], pair: tuple[str, str], confidence: float
) -> None:
    design, method = pair
    event = Gaussian(2.0) if method == "curve" else None
    try:
        found = bound(included, excluded, design=design, method=method, confidence=confidence, event=event)
    except (PrivacyParameterError, SelfCheckFailed):
        assert design == ONE_RUN  # equal scores have no normal distance; many coins alike are not fair
        return
    assert 0 <= found.epsilon_lower_bound <= found.highest_possible_bound + 1e-6


# ── what is refused ──


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"delta": -0.1}, "delta=-0.1"),
        ({"delta": 1.0}, "delta=1.0"),
        ({"confidence": 1.0}, "confidence=1.0"),
        ({"claimed_epsilon": 0.0}, "claimed_epsilon=0.0"),
        ({"claimed_epsilon": math.inf}, "claimed_epsilon=inf"),
        ({"design": "other"}, "design='other'"),
        ({"method": "other"}, "method='other'"),
        ({"method": "fdp", "delta": 0.0}, "delta=0"),
        ({"method": "gaussian", "delta": 0.0}, "delta=0"),
        ({"method": "curve"}, "event"),
        ({"event": Gaussian(1.0)}, "own curve"),
        ({"guesses": 3}, "guesses=3"),
        ({"guesses": 100}, "guesses=100"),
        ({"method": "gaussian", "guesses": 2}, "guesses=2"),
        ({"false_alarms": 1}, "false_alarms=1"),
        ({"design": RUNS, "method": "clopper-pearson", "guesses": 2}, "guesses=2"),
        ({"design": RUNS, "method": "clopper-pearson", "false_alarms": 0}, "false_alarms=0"),
        ({"design": RUNS, "method": "clopper-pearson", "false_alarms": 4}, "false_alarms=4"),
    ],
)
def test_out_of_range(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PrivacyParameterError, match=said.replace("(", r"\(")):
        bound([1.0, 2.0, 3.0], [0.0, 1.0, 2.0], **changes)


@pytest.mark.parametrize("scores", [[], [math.nan], [math.inf, 1.0], [[1.0]]])
def test_scores_that_are_none_are_refused(scores: Any) -> None:
    with pytest.raises(PrivacyParameterError):
        bound(scores, [1.0, 2.0])
    with pytest.raises(PrivacyParameterError):
        bound([1.0, 2.0], scores)


def test_scores_without_spread_have_no_normal_distance() -> None:
    with pytest.raises(PrivacyParameterError, match="all equal"):
        bound([1.0] * 10, [0.0] * 10, method="gaussian")
    with pytest.raises(PrivacyParameterError, match="spread"):
        bound([1.0], [0.0, 2.0, 1.0], method="gaussian")
    huge = bound(np.array([1e308, -1e308, 5e307]), np.array([0.0, 1e308, -1e307]), method="gaussian")
    assert huge.epsilon_lower_bound == 0.0


def test_the_search_ends() -> None:
    assert largest_rejected(lambda x: True, 10.0) == 10.0
    assert largest_rejected(lambda x: False) == 0.0
    assert largest_rejected(lambda x: x < 3.0) == pytest.approx(3.0, abs=1e-8)
    assert gaussian_mean(4.0, DELTA) == pytest.approx(0.92493, abs=1e-5)
