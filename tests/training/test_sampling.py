"""Samplers: each draws with the chances that its event accounts for, and each participant by its own coins."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.participants import Participants
from wuming.training.plan import TrainingPlan
from wuming.training.sampling import RecordChooser, UnitSampler

KEY = bytes(range(32))
POISSON = TrainingPlan(population=200, expected_batch_size=60, steps=100, noise_multiplier=1.0, clipping=Flat(1.0))
PLANS = {
    "poisson": POISSON,
    "truncated-poisson": replace(POISSON, sampler="truncated-poisson", max_batch_size=64),
    "random-allocation": replace(POISSON, sampler="random-allocation", expected_batch_size=20, participations=3),
    "fixed-batches": replace(POISSON, sampler="fixed-batches", expected_batch_size=20),
}
NAMES = [f"u{i}" for i in range(200)]


def sizes(plan, steps, names=NAMES):
    sampler = UnitSampler(KEY, plan, names)
    return np.array([len(sampler.sample(step)) for step in range(steps)])


def test_poisson_draws_each_with_its_probability():
    n, p = 200 * 200, 0.3
    assert abs(int(sizes(POISSON, 200).sum()) - n * p) < 6 * math.sqrt(n * p * (1 - p))


def test_poisson_batches_vary_as_a_binomial_and_fixed_ones_would_be_seen():
    """A twin that draws a fixed number of units has no variance, and its amplification claim is false."""
    spread = ((sizes(POISSON, 200) - 60.0) ** 2).mean() / (200 * 0.3 * 0.7)
    assert 0.6 < spread < 1.5
    assert not 0.6 < 0.0 < 1.5


def test_certain_participation_is_certain():
    assert (sizes(replace(POISSON, population=60), 5) == 200).all()


def test_truncated_poisson_never_exceeds_its_limit_and_cuts_at_random():
    plan = PLANS["truncated-poisson"]
    assert sizes(plan, 200).max() == 64
    sampler, plain = UnitSampler(KEY, plan, NAMES), UnitSampler(KEY, replace(plan, max_batch_size=200), NAMES)
    lost = np.zeros(200)
    for step in range(400):
        kept, all_drawn = set(sampler.sample(step).tolist()), set(plain.sample(step).tolist())
        assert kept <= all_drawn
        lost[list(all_drawn - kept)] += 1
    first, second = lost[:100].sum(), lost[100:].sum()
    assert abs(first - second) < 6 * math.sqrt(first + second)


@pytest.mark.parametrize("name", ["random-allocation", "fixed-batches"])
def test_each_takes_part_exactly_so_often_in_each_epoch(name):
    plan = PLANS[name]
    sampler, t = UnitSampler(KEY, plan, NAMES), plan.steps_per_epoch
    for epoch in range(3):
        times = np.zeros(200, dtype=int)
        for step in range(epoch * t, (epoch + 1) * t):
            times[sampler.sample(step)] += 1
        assert (times == plan.participations).all()


def test_random_allocation_uses_every_set_of_steps_equally_often():
    plan = replace(PLANS["random-allocation"], population=200, expected_batch_size=100, participations=2)
    assert plan.steps_per_epoch == 4
    pairs = {}
    sampler = UnitSampler(KEY, plan, NAMES)
    for epoch in range(60):
        where = [set() for _ in NAMES]
        for step in range(4):
            for unit in sampler.sample(epoch * 4 + step):
                where[unit].add(step)
        for pair in where:
            pairs[tuple(sorted(pair))] = pairs.get(tuple(sorted(pair)), 0) + 1
    expected = 60 * 200 / 6
    assert len(pairs) == 6
    assert sum((count - expected) ** 2 / expected for count in pairs.values()) < 5 + 12 * math.sqrt(10)


def test_fixed_batches_are_the_same_in_every_epoch():
    plan = PLANS["fixed-batches"]
    sampler, t = UnitSampler(KEY, plan, NAMES), plan.steps_per_epoch
    assert np.array_equal(sampler.sample(1), sampler.sample(1 + t))


@settings(max_examples=30)
@given(
    st.sampled_from(["poisson", "random-allocation", "fixed-batches"]),
    st.sets(st.text(min_size=1, max_size=6), min_size=2, max_size=12),
    st.integers(0, 30),
)
def test_removing_one_participant_changes_nobody_else(name, names, step):
    ordered = sorted(names)
    whole = UnitSampler(KEY, PLANS[name], ordered).sample(step)
    rest = UnitSampler(KEY, PLANS[name], ordered[1:]).sample(step)
    assert [i - 1 for i in whole.tolist() if i > 0] == rest.tolist()


def test_at_most_k_records_each_chosen_over_time():
    chooser = RecordChooser(KEY, ["a", "b"], [6, 1], 2)
    chosen = [chooser.choose(step, 0) for step in range(60)]
    assert all(len(c) == 2 for c in chosen)
    assert {i for c in chosen for i in c} == set(range(6))
    assert chooser.choose(0, 1) == [0]


def owners(plan):
    data = UnitData(8, list, units=["a"] * 5 + ["b"] * 2 + ["c"])
    return Participants(KEY, plan, data)


def test_whole_units_come_with_at_most_k_records():
    plan = replace(POISSON, population=3, expected_batch_size=3, unit_of_privacy="subject", records_per_unit=2)
    drawn = owners(plan).of_step(0)
    assert sorted(len(records) for records in drawn) == [1, 2, 2]


def test_sampled_records_are_participants_of_their_own_and_k_of_a_subject_are_eligible():
    plan = replace(POISSON, unit_of_privacy="subject", records_per_unit=2, sampled="records")
    participants = owners(plan)
    assert participants.count == 5
    seen = {records[0] for step in range(60) for records in participants.of_step(step)}
    assert len(seen) == 5  # the same two of subject a throughout
    assert len({0, 1, 2, 3, 4} & seen) == 2
