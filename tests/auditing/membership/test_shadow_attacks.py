"""LiRA and RMIA: against plain versions, against a toy whose best attack is known, and against broken twins."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.membership.lira import lira_scores, logit_confidences, logits_of_losses
from wuming.auditing.membership.losses import calibrated_loss_scores
from wuming.auditing.membership.rates import area_under_curve, rate_at
from wuming.auditing.membership.rmia import fit_correction, log_ratios, rmia_scores
from wuming.auditing.membership.shadows import Shadows, complementary_halves
from wuming.core.errors import PrivacyParameterError

NORMAL = NormalDist()


def toy(units: int, models: int, gain: float, *, queries: int = 1, seed: int = 0):
    """Return target [n, q], members [n] and shadows: logits N(difficulty + gain·member, 1), difficulty N(0, 3²)."""
    generator = np.random.default_rng(seed)
    difficulty = generator.normal(size=(units, 1)) * 3
    trained_on = complementary_halves(models // 2, units, generator)
    members = complementary_halves(1, units, generator)[0]
    signals = difficulty + gain * trained_on[..., None] + generator.normal(size=(models, units, queries))
    target = difficulty + gain * members[:, None] + generator.normal(size=(units, queries))
    return target, members, Shadows(signals, trained_on)


def tpr(scores, members, fpr=0.01):
    return rate_at(scores[members], scores[~members], fpr).tpr


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(1, 3), st.sampled_from(["per-unit", "shared"]))
def test_lira_against_a_plain_version(seed, pairs, queries, variance):
    target, _, shadows = toy(6, 2 * pairs, 1.0, queries=queries, seed=seed)

    def spread(query, unit, side):
        def squares(u):
            values = [shadows.signals[k, u, query] for k in range(2 * pairs) if shadows.trained_on[k, u] == side]
            mean = sum(values) / len(values)
            return mean, sum((value - mean) ** 2 for value in values), len(values) - 1

        mean, one, free = squares(unit)
        if variance == "shared":
            found = [squares(u) for u in range(6)]
            one, free = sum(s for _, s, _ in found), sum(f for _, _, f in found)
        return NormalDist(mean, math.sqrt(one / free))

    online, offline = [], []
    for unit in range(6):
        sides = [(spread(q, unit, True), spread(q, unit, False), target[unit, q]) for q in range(queries)]
        online.append(sum(_log_density(inside, x) - _log_density(outside, x) for inside, outside, x in sides))
        offline.append(sum((x - outside.mean) / outside.stdev for _, outside, x in sides) / queries)
    assert lira_scores(target, shadows, variance=variance) == pytest.approx(np.array(online), rel=1e-6, abs=1e-6)
    assert lira_scores(target, shadows, mode="offline", variance=variance) == pytest.approx(np.array(offline), rel=1e-6)


def _log_density(normal, x):
    return -math.log(normal.stdev) - (x - normal.mean) ** 2 / (2 * normal.variance)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 4),
    st.sampled_from(["online", "offline"]),
    st.sampled_from([1.0, 1.5, 3.0]),
    st.floats(0, 1),
)
def test_rmia_against_a_plain_version(seed, queries, mode, gamma, correction):
    target, _, shadows = toy(6, 4, 1.0, queries=queries, seed=seed)
    log_p = lambda logits: -np.logaddexp(0, -logits)  # noqa: E731
    generator = np.random.default_rng(seed + 1)
    population, others = log_p(generator.normal(size=7)), log_p(generator.normal(size=(4, 7)))
    reference = Shadows(log_p(shadows.signals), shadows.trained_on)

    def ratio(own, said, inside):
        out = [math.exp(x) for x, trained in zip(said, inside, strict=True) if not trained]
        seen = [math.exp(x) for x, trained in zip(said, inside, strict=True) if trained]
        p_out = sum(out) / len(out)
        p_in = sum(seen) / len(seen) if mode == "online" and seen else correction * p_out + 1 - correction
        return math.exp(own) / ((p_in + p_out) / 2)

    expected = []
    for unit in range(6):
        beaten = 0
        for z in range(7):
            limit = gamma * ratio(population[z], others[:, z], [False] * 4)
            wins = sum(
                ratio(log_p(target)[unit, q], reference.signals[:, unit, q], shadows.trained_on[:, unit]) >= limit
                for q in range(queries)
            )
            beaten += wins > queries / 2
        expected.append(beaten / 7)
    found = rmia_scores(
        log_p(target),
        reference,
        population,
        Shadows(others, np.zeros((4, 7), dtype=bool)),
        gamma=gamma,
        mode=mode,
        correction=correction,
    )
    assert (np.floor(found * 8) / 7).tolist() == pytest.approx(expected)  # the rest orders ties


def test_units_above_the_whole_population_are_still_ordered():
    """Broken twin: the bare share ties them all, and no threshold can tell members among them."""
    arguments, members = probabilities(gain=4.0)
    few = arguments | {
        "population": arguments["population"][:50],
        "population_shadows": Shadows(arguments["population_shadows"].signals[:, :50], np.zeros((8, 50), dtype=bool)),
    }
    scores = rmia_scores(**few)
    assert tpr(scores, members) > 0.1
    assert tpr(np.floor(scores * 51), members) < 0.02


def test_lira_reaches_the_best_possible_attack():
    """Whoever knew all distributions would reach Φ(Φ⁻¹(0.01) + gain); 200 shadow models come close, loss does not."""
    target, members, shadows = toy(20_000, 200, 2.0)
    best = NORMAL.cdf(NORMAL.inv_cdf(0.01) + 2.0)
    online = tpr(lira_scores(target, shadows), members)
    offline = tpr(lira_scores(target, shadows, mode="offline"), members)
    assert online == pytest.approx(best, abs=0.04)
    assert offline == pytest.approx(best, abs=0.04)
    low, high = NORMAL.cdf(-9), NORMAL.cdf((NORMAL.inv_cdf(0.01) * math.sqrt(10) + 2) / math.sqrt(10))
    assert low < tpr(target[:, 0], members) < high + 0.01  # the loss attack is blurred by how units differ


def test_shared_variance_is_better_with_few_models_and_queries_add_up():
    target, members, shadows = toy(8_000, 6, 2.0, seed=1)
    shared = tpr(lira_scores(target, shadows, variance="shared"), members)
    assert shared > tpr(lira_scores(target, shadows), members) + 0.05
    target, members, shadows = toy(8_000, 6, 2.0, queries=4, seed=1)
    assert tpr(lira_scores(target, shadows, variance="shared"), members) > shared + 0.2


def test_calibration_by_out_models_is_near_the_best_where_deviations_are_equal():
    target, members, shadows = toy(20_000, 200, 2.0, seed=2)
    scores = calibrated_loss_scores(-target, Shadows(-shadows.signals, shadows.trained_on))
    assert tpr(scores, members) == pytest.approx(NORMAL.cdf(NORMAL.inv_cdf(0.01) + 2.0), abs=0.04)


def probabilities(seed=0, units=4_000, gain=2.0, models=8):
    """Return RMIA's arguments as a dictionary, and the members."""
    target, members, shadows = toy(units, models, gain, seed=seed)
    generator = np.random.default_rng(seed + 100)
    difficulty = generator.normal(size=units) * 3
    other = difficulty + generator.normal(size=(models + 1, units))
    signs = lambda logits: -np.logaddexp(0, -logits)  # noqa: E731
    arguments = {
        "target": signs(target),
        "shadows": Shadows(signs(shadows.signals), shadows.trained_on),
        "population": signs(other[0]),
        "population_shadows": Shadows(signs(other[1:]), np.zeros((models, units), dtype=bool)),
    }
    return arguments, members


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_rmia_is_above_loss_and_at_chance_where_nothing_leaks(mode):
    arguments, members = probabilities()
    loss = arguments["target"][:, 0]
    assert tpr(rmia_scores(**arguments, mode=mode), members) > tpr(loss, members) + 0.02
    assert area_under_curve(*_split(rmia_scores(**arguments, mode=mode), members)) > 0.75
    arguments, members = probabilities(gain=0.0)
    assert tpr(rmia_scores(**arguments, mode=mode), members) < 0.03
    assert area_under_curve(*_split(rmia_scores(**arguments, mode=mode), members)) == pytest.approx(0.5, abs=0.05)


def test_the_score_says_what_share_of_outsiders_would_be_accused():
    """With γ = 1 an outsider's score is uniform: the score is 1 minus a p-value. A population of members breaks it."""
    arguments, members = probabilities(units=8_000)
    scores = rmia_scores(**arguments, correction=0.3)
    for level in (0.5, 0.9, 0.99):
        assert (scores[~members] > level).mean() == pytest.approx(1 - level, abs=0.03)
    shadows = arguments["shadows"]
    twin = arguments | {  # the broken twin: members as population
        "population": arguments["target"][members, 0],
        "population_shadows": Shadows(shadows.signals[:, members, 0], np.zeros((8, members.sum()), dtype=bool)),
    }
    broken = rmia_scores(**twin, correction=0.3)
    assert (broken[~members] > 0.5).mean() < 0.35


def _split(scores, members):
    return scores[members], scores[~members]


def test_swapped_sides_and_a_target_among_its_own_shadows_would_be_found():
    target, members, shadows = toy(4_000, 16, 2.0, seed=4)
    honest = lira_scores(target, shadows, variance="shared")
    assert area_under_curve(*_split(honest, members)) > 0.85
    swapped = lira_scores(target, Shadows(shadows.signals, ~shadows.trained_on), variance="shared")
    assert area_under_curve(*_split(swapped, members)) < 0.15
    # Nothing leaks (gain 0), but the target is one of the shadow models: the attack reads its own answer.
    target, members, shadows = toy(4_000, 4, 0.0, seed=5)
    signals = np.concatenate([shadows.signals, target[None]])
    within = Shadows(signals, np.concatenate([shadows.trained_on, members[None]]))
    assert area_under_curve(*_split(lira_scores(target, shadows, variance="shared"), members)) == pytest.approx(
        0.5, abs=0.05
    )
    assert area_under_curve(*_split(lira_scores(target, within, variance="shared"), members)) > 0.7


def test_a_target_taken_from_the_complementary_halves_would_show_by_counting_alone():
    """Broken twin of drawing the target's own half: in how many *other* models a unit is tells its membership."""
    halves = complementary_halves(8, 100, np.random.default_rng(0))
    assert (halves.sum(axis=0) == 8).all()
    assert (halves.sum(axis=1) == 50).all()
    counts = -halves[1:].sum(axis=0)
    assert area_under_curve(*_split(counts.astype(float), halves[0])) == 1.0


def test_confidences():
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(size=(3, 5, 4)) * 3, np.array([0, 1, 2, 3, 0])
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    right = p[:, np.arange(5), labels]
    assert logit_confidences(logits, labels) == pytest.approx(np.log(right / (1 - right)))
    assert logits_of_losses(-np.log(right)) == pytest.approx(np.log(right / (1 - right)))
    sure = logit_confidences(np.array([[80.0, 0.0]]), np.array([0]))  # p rounds to 1, the logit does not
    assert sure.tolist() == [80.0]
    assert np.isfinite(logits_of_losses(np.array([0.0, 800.0]))).all()
    for bad in ((logits, np.array([0, 1])), (logits, labels + 4), (logits[..., :1], labels)):
        with pytest.raises(PrivacyParameterError):
            logit_confidences(*bad)
    with pytest.raises(PrivacyParameterError, match="1 of 2 losses"):
        logits_of_losses(np.array([1.0, -1.0]))


def test_correction_is_chosen_by_the_reference_models_alone():
    arguments, members = probabilities(seed=7, units=2_000)
    chosen = fit_correction(arguments["shadows"])
    areas = {
        a: area_under_curve(*_split(log_ratios(arguments["target"], arguments["shadows"], correction=a)[:, 0], members))
        for a in (0.0, 0.5, 1.0)
    }
    best = log_ratios(arguments["target"], arguments["shadows"], correction=chosen)[:, 0]
    assert area_under_curve(*_split(best, members)) >= max(areas.values()) - 0.02
    with pytest.raises(PrivacyParameterError):
        fit_correction(arguments["shadows"], grid=[2.0])


def test_refusals():
    target, _, shadows = toy(10, 4, 1.0)
    with pytest.raises(PrivacyParameterError, match="have shape"):
        lira_scores(target[:5], shadows)
    with pytest.raises(PrivacyParameterError, match="1 of 10 target"):
        lira_scores(np.where(np.arange(10)[:, None] == 3, np.nan, target), shadows)
    with pytest.raises(PrivacyParameterError, match="mode='both'"):
        lira_scores(target, shadows, mode="both")
    lone = Shadows(shadows.signals[:1], shadows.trained_on[:1])
    with pytest.raises(PrivacyParameterError, match="shadow models that are 'out'"):
        lira_scores(target, lone)
    with pytest.raises(PrivacyParameterError, match="signals have shape"):
        Shadows(np.zeros((2, 3)), np.zeros((2, 3)))
    for pairs, units in ((0, 4), (1, 3)):
        with pytest.raises(PrivacyParameterError):
            complementary_halves(pairs, units, np.random.default_rng(0))
    arguments, _ = probabilities(units=20)
    for wrong in ({"gamma": 0.5}, {"correction": 1.5}, {"mode": "both"}, {"population_shadows": arguments["shadows"]}):
        with pytest.raises(PrivacyParameterError):
            rmia_scores(**arguments | wrong)
    with pytest.raises(PrivacyParameterError, match="no logarithm of a probability"):
        log_ratios(target, shadows)
