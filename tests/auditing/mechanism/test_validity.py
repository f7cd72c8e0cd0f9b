"""How often is a claim that just holds refuted? No more often than the level says; a twin that peeks errs more."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from wuming.auditing.mechanism import distribution
from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.distribution import two_halves
from wuming.auditing.mechanism.target import Target

LEVEL, RUNS = 0.05, 100
LIMIT = int(stats.binom.ppf(0.999, RUNS, LEVEL))
EPSILON = 0.5


def tight(generator, shift, runs):
    """Discrete Laplace noise of exactly ε: every set of outputs on one side of both answers meets the claim exactly."""
    stop = 1 - np.exp(-EPSILON)
    return (shift + generator.geometric(stop, runs) - generator.geometric(stop, runs)).tolist()


def refuted(sampler_of):
    generator = np.random.default_rng(11)
    count = 0
    for _ in range(RUNS):
        result = two_halves(
            "", sampler_of(generator), Claim(EPSILON), level=LEVEL, runs=600, check="distribution", null=""
        )
        count += result.verdict == "violated"
    return count


def honest(generator):
    return lambda runs: (tight(generator, 0, runs), tight(generator, 1, runs))


def peeking(generator):
    """Broken twin: the runs on which events are tested are those on which they were chosen."""
    left, right = tight(generator, 0, 400), tight(generator, 1, 400)
    return lambda runs: (left[:runs], right[:runs])


def test_a_tight_claim_is_refuted_as_rarely_as_promised():
    assert refuted(honest) <= LIMIT


def test_a_twin_that_peeks_errs_more_often(monkeypatch):
    # Peeking matters most where nothing corrects for the number of events.
    real = distribution.candidates
    strongest = lambda *a: sorted(real(*a), key=lambda one: -one.strength)[:1]  # noqa: E731
    monkeypatch.setattr(distribution, "candidates", strongest)
    monkeypatch.setattr(distribution, "p_value", lambda x, n, y, m, epsilon, delta: normal(x, n, y, m, epsilon))
    assert refuted(peeking) > LIMIT
    assert refuted(honest) <= LIMIT


def normal(x, n, y, m, epsilon):
    """Return the p-value of the usual approximation, which is not conservative as the exact one is."""
    factor = np.exp(epsilon)
    difference = x / n - factor * y / m
    return float(stats.norm.sf(difference / np.sqrt(x / n**2 + factor**2 * max(y, 1) / m**2)))


@pytest.mark.full
@pytest.mark.parametrize("alpha", [0.1])
def test_the_whole_refutes_a_tight_claim_rarely(alpha):
    generator = np.random.default_rng(12)
    claim = Claim(EPSILON, data="answer", pairs=lambda: [("0, 1", 0.0, 1.0)], generated=False)
    target = Target(lambda data, runs: tight(generator, data, runs), claim)
    count = sum(
        audit_mechanism(target, seconds=0.3, alpha=alpha, checks=("distribution", "noise-reuse", "state")).verdict
        != "consistent"
        for _ in range(20)
    )
    assert count <= stats.binom.ppf(0.999, 20, alpha)
