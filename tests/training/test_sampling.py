"""Poisson sampling: the right probability, independent of everybody else, bounded records."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.training.sampling import PoissonUnitSampler

KEY = bytes(range(32))


def sampler(probability=0.3, records=2, key=KEY):
    return PoissonUnitSampler(key, probability=probability, records_per_unit=records)


def test_share_of_sampled_units_is_the_probability():
    units = {f"u{i}": [i] for i in range(500)}
    taken = sum(len(sampler().sample(step, units)) for step in range(40))
    n, p = 500 * 40, 0.3
    assert abs(taken - n * p) < 6 * math.sqrt(n * p * (1 - p))


def test_number_of_units_varies_as_a_binomial():
    """A twin that draws a fixed number of units has no variance, and its amplification claim is false."""
    units = {f"u{i}": [i] for i in range(200)}
    sizes = [len(sampler().sample(step, units)) for step in range(200)]
    mean = sum(sizes) / len(sizes)
    variance = sum((s - mean) ** 2 for s in sizes) / (len(sizes) - 1)
    assert 0.6 < variance / (200 * 0.3 * 0.7) < 1.5
    fixed = [60] * 200
    assert not 0.6 < sum((s - 60) ** 2 for s in fixed) / (200 * 0.3 * 0.7) < 1.5


@settings(max_examples=40)
@given(st.sets(st.text(min_size=1, max_size=6), min_size=2, max_size=12), st.integers(0, 10))
def test_removing_one_unit_changes_no_other_coin(names, step):
    units = {name: [0, 1, 2] for name in sorted(names)}
    whole = sampler().sample(step, units)
    gone = sorted(names)[0]
    rest = sampler().sample(step, {n: r for n, r in units.items() if n != gone})
    assert rest == {n: r for n, r in whole.items() if n != gone}


def test_at_most_k_records_each_chosen_over_time():
    units = {"a": list(range(6))}
    chosen = [sampler(probability=1.0).sample(step, units)["a"] for step in range(60)]
    assert all(len(c) == 2 for c in chosen)
    assert {i for c in chosen for i in c} == set(range(6))


def test_steps_and_keys_give_other_coins():
    units = {f"u{i}": [0] for i in range(100)}
    assert set(sampler().sample(0, units)) != set(sampler().sample(1, units))
    assert set(sampler().sample(0, units)) != set(sampler(key=bytes(32)).sample(0, units))
