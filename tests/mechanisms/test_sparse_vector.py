"""Above-threshold against its exact law; the published wrong versions are rejected by the same enumeration.

Of the six versions that Lyu, Su & Li compare (Figure 1), the first two are private and the last four are not: their
numbers are those of the twins here. Two more faults are planted that the paper argues about.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError, QueryRefused
from wuming.crypto.random import SecureStream
from wuming.mechanisms import sparse_vector
from wuming.mechanisms.sparse_vector import AboveThreshold

KEY = b"a key of thirty-two bytes, test."
ALPHA = 1e-6
EPSILON, DELTA, POSITIVES, LENGTH = 1.0, 1, 2, 6
LINES = np.arange(-150, 151)


@dataclass(frozen=True)
class Version:
    """One version of the technique: scales of the noise, and what it does with them; 0 is no noise."""

    line: float
    answer: float
    stops: bool = True
    tells_answer: bool = False


def mass(values, scale):
    if scale == 0:
        return (np.asarray(values) == 0).astype(float)
    q = math.exp(-1 / scale)
    return (1 - q) / (1 + q) * q ** np.abs(np.asarray(values, dtype=float))


def reaches(least, scale):
    """Return P(noise ≥ least)."""
    least = np.asarray(least, dtype=float)
    if scale == 0:
        return (least <= 0).astype(float)
    q = math.exp(-1 / scale)
    return np.where(least >= 0, q ** np.abs(least) / (1 + q), 1 - q ** (np.abs(least) + 1) / (1 + q))


def law(answers, version):
    """Return {results: probability}, summed over where the noisy line lies; the threshold is 0."""
    found = {}
    lines = mass(LINES, version.line)

    def follow(place, results, weight, positives):
        if place == len(answers) or (version.stops and positives == POSITIVES):
            found[results] = found.get(results, 0.0) + float(weight.sum())
            return
        above = reaches(LINES - answers[place], version.answer)
        follow(place + 1, (*results, False), weight * (1 - above), positives)
        if not version.tells_answer:
            follow(place + 1, (*results, True), weight * above, positives + 1)
            return
        for told in range(-3, 4):  # the noisy answer itself, where it is small
            chance = mass(told - answers[place], version.answer) * (told >= LINES)
            follow(place + 1, (*results, told), weight * chance, positives + 1)

    follow(0, (), lines, 0)
    return found


def pairs(*, monotonic):
    """Yield answers and what one unit can make of them at sensitivity 1; the worst are of two blocks."""
    moves = [(0, 1) if monotonic else (-1, 0, 1)] * 2
    for begin, end in itertools.product((-1, 0, 1), repeat=2):
        for first, second in itertools.product(*moves):
            for cut in (1, LENGTH // 2, LENGTH - 1):
                before = [begin] * cut + [end] * (LENGTH - cut)
                yield before, [begin + first] * cut + [end + second] * (LENGTH - cut)


def worst(version, *, monotonic):
    """Return the largest privacy loss; infinite where something is possible on one side only."""
    known = {}

    def of(answers):
        key = tuple(answers)
        if key not in known:
            known[key] = law(answers, version)
        return known[key]

    found = 0.0
    for before, after in pairs(monotonic=monotonic):
        one, other = of(before), of(after)
        for results in one.keys() | other.keys():
            p, q = one.get(results, 0.0), other.get(results, 0.0)
            if max(p, q) > 0:
                found = max(found, abs(math.log(p / q)) if min(p, q) > 0 else math.inf)
    return found


def ours(*, monotonic):
    made = AboveThreshold(
        SecureStream(KEY, "scales"),
        threshold=0,
        sensitivity=DELTA,
        epsilon=EPSILON,
        positives=POSITIVES,
        monotonic=monotonic,
    )
    return Version(float(made.threshold_scale), float(made.answer_scale))


@pytest.mark.parametrize("monotonic", [False, True])
def test_privacy_by_enumeration(monotonic):
    found = worst(ours(monotonic=monotonic), monotonic=monotonic)
    assert 0.5 * EPSILON < found <= EPSILON


def test_monotonic_noise_for_other_answers_is_found():
    assert worst(ours(monotonic=True), monotonic=False) > 1.05 * EPSILON


HALF = EPSILON / 2
WRONG = {
    "3, tells the noisy answer": Version(DELTA / HALF, POSITIVES * DELTA / HALF, tells_answer=True),
    "4, noise of answers without c": Version(4 * DELTA / EPSILON, 4 * DELTA / (3 * EPSILON)),
    "5, answers without noise": Version(DELTA / HALF, 0.0, stops=False),
    "6, noise without c and no stop": Version(DELTA / HALF, DELTA / HALF, stops=False),
    "no noise on the line": Version(0.0, 2 * POSITIVES * DELTA / EPSILON),
    "noise for one positive and no stop": Version(DELTA / HALF, 2 * DELTA / HALF, stops=False),
}


@pytest.mark.parametrize("name", WRONG)
def test_published_wrong_versions_are_rejected(name):
    assert worst(WRONG[name], monotonic=False) > 1.02 * EPSILON


@pytest.fixture
def quick(monkeypatch):
    """Draw the noise of many objects together, by the same function, so that thousands of them can be made."""
    real, pools = sparse_vector.laplace_noise, {}

    def draw(stream, size, scale):
        pool = pools.setdefault(scale, [])
        while len(pool) < 8:
            pool.extend(real(stream, 30_000, scale).tolist())
        return np.array([pool.pop() for _ in range(min(size, 8))])

    monkeypatch.setattr(sparse_vector, "laplace_noise", draw)


def results_of(stream, answers, **claim):
    made = AboveThreshold(stream, threshold=100, sensitivity=1, epsilon=EPSILON, positives=POSITIVES, **claim)
    found = []
    for answer in answers:
        found.append(made.above(answer + 100))
        if made.finished:
            break
    return tuple(found)


@pytest.mark.parametrize("monotonic", [False, True])
def test_distribution(quick, monotonic):
    answers, runs = (2, -4, 0, 1), 8_000
    shared = SecureStream(KEY, "runs")
    expected = law(answers, ours(monotonic=monotonic))
    counts = dict.fromkeys(expected, 0)
    for _ in range(runs):
        counts[results_of(shared, answers, monotonic=monotonic)] += 1
    observed = np.array(list(counts.values()))
    assert sum(expected.values()) == pytest.approx(1)
    assert stats.chisquare(observed, runs * np.array(list(expected.values()))).pvalue > ALPHA
    for wrong in WRONG.values():
        if wrong.stops and not wrong.tells_answer:
            other = law(answers, wrong)
            assert stats.chisquare(observed, runs * np.array([other[key] for key in counts])).pvalue < ALPHA


def test_it_stops_and_refuses_further_use():
    made = AboveThreshold(SecureStream(KEY, "stop"), threshold=0, sensitivity=1, epsilon=1.0, positives=2)
    assert made.above(10**6)
    assert not made.above(-(10**6))
    assert not made.finished
    assert made.above(np.int64(10**6))
    assert made.finished
    for _ in range(2):
        with pytest.raises(QueryRefused) as refused:
            made.above(10**6)
        assert "1000000" not in refused.value.message


def test_answers_below_are_free_and_noise_is_drawn_anew():
    made = AboveThreshold(SecureStream(KEY, "free"), threshold=10**9, sensitivity=1, epsilon=1.0)
    assert not any(made.above(0) for _ in range(3_000))
    assert made.event == EpsilonDelta(1.0)
    assert made.above(10**40)  # no overflow, whatever the answer


@pytest.mark.parametrize(("positives", "monotonic"), [(1, False), (3, False), (1, True), (50, True), (1000, False)])
@pytest.mark.parametrize("epsilon", [0.001, 0.3, 1.0, 20.0])
def test_scales_spend_what_is_claimed_and_not_much_less(positives, monotonic, epsilon):
    made = AboveThreshold(
        SecureStream(KEY, "x"), threshold=0, sensitivity=3, epsilon=epsilon, positives=positives, monotonic=monotonic
    )
    weight = (1 if monotonic else 2) * positives
    spent = 3 / made.threshold_scale + 3 * weight / made.answer_scale
    assert 0.97 * epsilon <= spent <= made.event.epsilon <= epsilon


@pytest.mark.parametrize(
    "claim",
    [
        {"epsilon": 0.0},
        {"epsilon": math.nan},
        {"sensitivity": 0},
        {"sensitivity": 0.5},
        {"positives": 0},
        {"positives": 1.0},
        {"threshold": math.nan},
        {"threshold": 1 << 63},
        {"epsilon": 2.0**-30, "positives": 1 << 20},
    ],
)
def test_refused(claim):
    with pytest.raises(PrivacyParameterError):
        AboveThreshold(SecureStream(KEY, "y"), **{"threshold": 0, "sensitivity": 1, "epsilon": 1.0} | claim)


@pytest.mark.parametrize("answer", [math.nan, 123456.5, True, None, "123456"])
def test_answers_that_are_no_whole_numbers(answer):
    made = AboveThreshold(SecureStream(KEY, "z"), threshold=0, sensitivity=1, epsilon=1.0)
    with pytest.raises(PrivacyParameterError) as refused:
        made.above(answer)
    assert "123456" not in refused.value.message
