"""The mechanisms of statistics under the mechanism audit: none is flagged, and a broken twin of each is.

Where the law can be summed, tests/mechanisms does so; here only outputs are looked at, as an outsider would. Each gets
a few seconds; the longer runs come with the full-size ones. Twins may use floating-point noise: they are quicker so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.target import Target
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms import smooth_sensitivity, sparse_vector, threshold
from wuming.mechanisms.exact import laplace_noise
from wuming.mechanisms.exponential import exponential_mechanism
from wuming.mechanisms.noisy_max import noisy_max, top_k
from wuming.mechanisms.randomised_response import randomised_response
from wuming.mechanisms.smooth_sensitivity import smooth_median
from wuming.mechanisms.sparse_vector import AboveThreshold
from wuming.mechanisms.threshold import key_rule, select_keys
from wuming.mechanisms.unary_encoding import optimised_unary_encoding, symmetric_unary_encoding

STREAM = SecureStream(new_key(), "audit of statistics")
EPSILON = 1.0


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Draw the noise of many calls together, by the same function: alone it is drawn in blocks of thousands."""
    pools: dict[Fraction, list[int]] = {}

    def draw(stream, size, scale):
        pool = pools.setdefault(scale, [])
        while len(pool) < 8:
            pool.extend(laplace_noise(stream, 20_000, scale).tolist())
        return np.array([pool.pop() for _ in range(min(size, 8))], dtype=np.int64)

    monkeypatch.setattr(sparse_vector, "laplace_noise", draw)
    monkeypatch.setattr(threshold, "laplace_noise", draw)


# One unit moves every score by 1, the first against all others.
SCORES = np.array([1] + [0] * 7), np.array([0] + [1] * 7)
THREE = np.array([1] * 3 + [0] * 8), np.array([0] * 3 + [1] * 8)


def exponential(data, runs):
    return [exponential_mechanism(STREAM, data, sensitivity=1, epsilon=EPSILON)[0] for _ in range(runs)]


def exponential_without_the_two(data, runs):
    gumbel = -np.log(-np.log(STREAM.uniform(runs * data.size).reshape(runs, -1) * (1 - 1e-12)))
    return np.argmax(EPSILON * data + gumbel, axis=1)


def maximum(data, runs):
    return [noisy_max(STREAM, data, sensitivity=1, epsilon=EPSILON)[0] for _ in range(runs)]


def maximum_as_if_monotonic(data, runs):
    noisy = data - np.log(STREAM.uniform(runs * data.size).reshape(runs, -1)) / EPSILON
    return np.argmax(noisy, axis=1)


def top_three(data, runs):
    """Tell how many of the first three candidates win, which is a function of the winners."""
    return [
        sum(winner < 3 for winner in top_k(STREAM, data, k=3, sensitivity=1, epsilon=EPSILON)[0]) for _ in range(runs)
    ]


def top_three_undivided(data, runs):
    noisy = data - np.log(STREAM.uniform(runs * data.size).reshape(runs, -1)) * 2 / EPSILON
    return (np.argsort(noisy, axis=1)[:, -3:] < 3).sum(axis=1)


ANSWERS = np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, 1, 0, 0, 0])


def sparse(data, runs):
    return [_asked(data) for _ in range(runs)]


def _asked(data):
    made = AboveThreshold(STREAM, threshold=0, sensitivity=1, epsilon=EPSILON, positives=2)
    told = []
    for answer in data.tolist():
        told.append(float(made.above(answer)))
        if made.finished:
            break
    return told + [-1.0] * (len(data) - len(told))


def floating_laplace(shape, scale):
    geometric = np.floor(-scale * np.log(STREAM.uniform(2 * math.prod(shape))))
    return (geometric[::2] - geometric[1::2]).reshape(shape)


def sparse_of(*, line, answers, positives, tells_answer=False):
    """Return a version with these scales of its noise (0: none), and a limit of positives or none."""

    def run(data, runs):
        noisy = data + floating_laplace((runs, len(data)), answers)
        above = noisy >= floating_laplace((runs, 1), line)
        told = np.where(above, noisy if tells_answer else 1.0, -50.0)
        stopped = (above.cumsum(axis=1) - above >= positives) if positives else np.zeros_like(above)
        return np.where(stopped, -99.0, told)

    return run


def last_told_alone(data, runs):
    """Tell the noisy answer to the last question, where nothing before it was above."""
    told = sparse_of(line=1, answers=1, positives=1, tells_answer=True)(data, runs)
    return np.where((told[:, :-1] == -50).all(axis=1), told[:, -1], 50.0)


VALUES = [0, 1, 1, 40, 40], [0, 1, 40, 40]


def median(data, runs):
    return [smooth_median(STREAM, data, lower=0, upper=40, epsilon=EPSILON)[0] for _ in range(runs)]


def median_of_local_sensitivity(data, runs):
    ordered = np.sort(data)
    middle = ordered.size // 2
    scale = max(Fraction(int(ordered[middle] - ordered[middle - 1])), Fraction(2))
    return [int(ordered[middle - 1]) + smooth_sensitivity._cauchy(STREAM, scale) for _ in range(runs)]


RULE = key_rule(max_groups=2, epsilon=EPSILON, delta=0.01)
COUNTS = {"a": 5}, {"a": 5, "x": 1, "y": 1}


def keys(data, runs):
    return [_shown(data, RULE) for _ in range(runs)]


def keys_as_soon_as_two_hold_them(data, runs):
    return [_shown(data, replace(RULE, threshold=2)) for _ in range(runs)]


def _shown(data, rule):
    shown = select_keys(STREAM, data, rule)
    return {key: float(count) for key, count in zip(shown.keys, shown.counts, strict=True)}


def response(data, runs):
    return randomised_response(STREAM, np.full(runs, data), categories=5, epsilon=EPSILON)[0]


def response_as_if_of_two(data, runs):
    truth = math.log(4 * math.e)  # the truth with probability e/(e + 1), whatever k is
    return randomised_response(STREAM, np.full(runs, data), categories=5, epsilon=truth)[0]


def symmetric(data, runs):
    return symmetric_unary_encoding(STREAM, np.full(runs, data), categories=4, epsilon=EPSILON)[0].astype(float)


def symmetric_with_epsilon_a_bit(data, runs):
    return symmetric_unary_encoding(STREAM, np.full(runs, data), categories=4, epsilon=2 * EPSILON)[0].astype(float)


def optimised(data, runs):
    return optimised_unary_encoding(STREAM, np.full(runs, data), categories=4, epsilon=EPSILON)[0].astype(float)


def optimised_with_half_the_ones(data, runs):
    reports = optimised(data, runs)
    reports[:, np.arange(4) != data] *= STREAM.uint64(runs * 3).reshape(runs, 3) & 1
    return reports


@dataclass(frozen=True)
class Case:
    """A mechanism, its broken twin, and what both are tested on."""

    ours: Any
    twin: Any
    pair: Any
    epsilon: float = EPSILON
    delta: float = 0.0


# The wrong versions of Lyu, Su & Li, Figure 1. What the third tells shows itself where nothing but it is above.
TOLD = np.array([0, 0, 0, 1]), np.array([1, 1, 1, 0])
WRONG = {
    "4": sparse_of(line=4, answers=4 / 3, positives=2),
    "5": sparse_of(line=2, answers=0, positives=None),
    "6": sparse_of(line=2, answers=2, positives=None),
}
CASES = {
    "exponential": Case(exponential, exponential_without_the_two, SCORES),
    "noisy-max": Case(maximum, maximum_as_if_monotonic, SCORES),
    "top-k": Case(top_three, top_three_undivided, THREE),
    "sparse-vector, 3": Case(sparse, last_told_alone, TOLD, epsilon=2.0),
    **{f"sparse-vector, {name}": Case(sparse, twin, ANSWERS) for name, twin in WRONG.items()},
    "smooth-median": Case(median, median_of_local_sensitivity, VALUES),
    "keys": Case(keys, keys_as_soon_as_two_hold_them, COUNTS, delta=0.01),
    "randomised-response": Case(response, response_as_if_of_two, (0, 3)),
    "symmetric-unary": Case(symmetric, symmetric_with_epsilon_a_bit, (0, 3)),
    "optimised-unary": Case(optimised, optimised_with_half_the_ones, (0, 3)),
}
OURS = [name for name in CASES if name not in ("sparse-vector, 3", "sparse-vector, 5", "sparse-vector, 6")]


def audited(function, case, seconds):
    claim = Claim(
        case.epsilon, delta=case.delta, data="vector", generated=False, pairs=lambda: [("by hand", *case.pair)]
    )
    return audit_mechanism(Target(function, claim), seconds=seconds, checks=("distribution",))


@pytest.mark.parametrize("name", OURS)
def test_none_is_flagged(name):
    assert audited(CASES[name].ours, CASES[name], 2).verdict == "consistent"


@pytest.mark.parametrize("name", CASES)
def test_every_broken_twin_is_flagged(name):
    seconds = 12 if "sparse-vector" in name else 5  # where the faults show in rare results only
    assert audited(CASES[name].twin, CASES[name], seconds).of("violated") == ("distribution",)


@pytest.mark.full
@pytest.mark.parametrize("name", OURS)
def test_none_is_flagged_in_a_long_run(name):
    assert audited(CASES[name].ours, CASES[name], 40).verdict == "consistent"
