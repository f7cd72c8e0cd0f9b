"""Our own mechanisms: the discrete Gaussian keeps its claim to the last bit, the one of floats but for its bits."""

from __future__ import annotations

import numpy as np

from wuming.accounting.gaussian import gaussian_delta
from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.target import Target
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms.discrete_gaussian import discrete_gaussian
from wuming.mechanisms.gaussian import gaussian_noise

STREAM = SecureStream(new_key(), "audit")
SIGMA, EPSILON = 2, 0.5
MAIN = ("distribution", "floating-point")


def float_gaussian(data, runs):
    return data + gaussian_noise(STREAM, runs, SIGMA)


def whole_gaussian(data, runs):
    return data[0] + discrete_gaussian(STREAM, runs, SIGMA)


def report(function, claim, *, seconds=4):
    return audit_mechanism(Target(function, claim), seconds=seconds, checks=MAIN)


def test_discrete_gaussian_keeps_its_claim():
    claim = Claim(EPSILON, delta=gaussian_delta(EPSILON, SIGMA) * 1.01, data="counts", dimension=1)
    assert report(whole_gaussian, claim).verdict == "consistent"
    broken = Claim(EPSILON, delta=gaussian_delta(EPSILON, 3 * SIGMA), data="counts", dimension=1)
    assert report(whole_gaussian, broken, seconds=20).of("violated") == ("distribution",)


def test_gaussian_of_floats_keeps_it_but_for_the_bits():
    found = report(float_gaussian, Claim(EPSILON, delta=gaussian_delta(EPSILON, SIGMA), data="answer"), seconds=12)
    assert found.of("violated") == ("floating-point",)


def test_rounding_to_a_coarse_grid_hides_the_bits():
    def rounded(data, runs):
        return np.round(np.round(data * 64) + 64 * gaussian_noise(STREAM, runs, SIGMA)) / 64

    # Rounding may add half a cell to the distance of two answers, at either.
    delta = gaussian_delta(EPSILON, SIGMA * 64 / 65)
    assert report(rounded, Claim(EPSILON, delta=delta, data="answer")).verdict == "consistent"
