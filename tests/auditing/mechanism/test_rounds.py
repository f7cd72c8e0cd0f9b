"""Rounds of the main check: where calls take longer than was thought, they get shorter, and the last still comes."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.auditing.mechanism import distribution
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.neighbours import pairs_of
from wuming.auditing.mechanism.target import Target

CLAIM = Claim(1.0, data="answer")
SECONDS, EACH = 60.0, 1e-3  # time for 60,000 calls; 100,000 are asked for
GENERATOR = np.random.default_rng(0)


class Clock:
    """Processor time that passes with calls alone."""

    now = 0.0

    def process_time(self) -> float:
        return self.now


def sizes(monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], float]:
    """Return the runs of each test of a pair, and the time spent."""
    clock, tested = Clock(), []

    def laplace(data: float, runs: int) -> np.ndarray:
        clock.now += EACH * runs
        return data + GENERATOR.laplace(size=runs)

    real = distribution._test

    def counted(target, suspect, size, tests, best):
        tested.append(size)
        real(target, suspect, size, tests, best)

    monkeypatch.setattr(distribution, "time", clock)
    monkeypatch.setattr(distribution, "_test", counted)
    target = Target(laplace, CLAIM)
    distribution.check_distribution(
        target, pairs_of(CLAIM), level=1e-6, calls=100_000, seconds=SECONDS, checks=("distribution",)
    )
    return tested, clock.now


def rounds(tested: list[int]) -> int:
    return len(set(tested))


def test_the_last_round_comes_in_time(monkeypatch):
    tested, spent = sizes(monkeypatch)
    assert rounds(tested) == len(distribution._KEPT)
    assert tested[-1] > 3 * tested[0]  # it is the largest
    assert spent <= 1.1 * SECONDS


def test_rounds_of_fixed_size_would_end_before_it(monkeypatch):
    monkeypatch.setattr(distribution, "_affordable", lambda *_: np.inf)
    tested, _ = sizes(monkeypatch)
    assert rounds(tested) < len(distribution._KEPT)
