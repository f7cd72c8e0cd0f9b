"""Events: values, their JSON, and what they refuse."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.events import (
    Composed,
    FixedParticipationGaussian,
    Gaussian,
    PoissonSampledGaussian,
    PoissonSampledRecords,
    RandomAllocationGaussian,
    RepeatAndSelect,
    Skellam,
    TruncatedPoissonSampledGaussian,
    event_from_json,
)
from wuming.core.canonical import canonical_json
from wuming.core.errors import PrivacyParameterError, UnsupportedEvent

positive = st.floats(min_value=1e-6, max_value=1e6)
share, count = st.floats(1e-9, 1.0), st.integers(1, 10**9)
simple = st.one_of(
    st.builds(Gaussian, positive),
    st.builds(PoissonSampledGaussian, share, positive, count),
    st.builds(TruncatedPoissonSampledGaussian, count, share, count, positive, count),
    st.integers(1, 99).flatmap(
        lambda t: st.builds(RandomAllocationGaussian, st.just(t), st.integers(1, t), positive, count)
    ),
    st.builds(FixedParticipationGaussian, count, positive),
    st.builds(PoissonSampledRecords, share, count, positive, count),
    st.builds(Skellam, st.floats(1, 2**32), st.floats(1e-3, 10), st.floats(10, 1e6), count),
)
simple = st.one_of(
    simple, st.builds(RepeatAndSelect, simple, st.floats(1.01, 1e3), st.one_of(st.floats(0, 9), st.just(math.inf)))
)
events = st.recursive(simple, lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda e: Composed(tuple(e))))


@settings(max_examples=60, deadline=None)
@given(events)
def test_json_round_trip(event):
    text = canonical_json(event.as_json())
    assert event_from_json(json.loads(text)) == event


def test_events_are_immutable_values():
    event = PoissonSampledGaussian(0.1, 1.0, 10)
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.steps = 11
    assert event == PoissonSampledGaussian(0.1, 1.0, 10)
    assert len({event, PoissonSampledGaussian(0.1, 1.0, 10)}) == 1


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0.0, 1.0, 1), "sampling_probability=0.0"),
        ((1.1, 1.0, 1), "sampling_probability=1.1"),
        ((math.nan, 1.0, 1), "sampling_probability=nan"),
        ((0.5, 0.0, 1), "noise_multiplier=0.0"),
        ((0.5, -1.0, 1), "noise_multiplier=-1.0"),
        ((0.5, math.inf, 1), "noise_multiplier=inf"),
        ((0.5, True, 1), "noise_multiplier=True"),
        ((0.5, "1", 1), "noise_multiplier='1'"),
        ((0.5, 1.0, 0), "steps=0"),
        ((0.5, 1.0, 1.5), "steps=1.5"),
        ((0.5, 1.0, True), "steps=True"),
    ],
)
def test_a_parameter_without_guarantee_is_named(arguments, name):
    with pytest.raises(PrivacyParameterError, match="is") as caught:
        PoissonSampledGaussian(*arguments)
    assert name in caught.value.message
    assert caught.value.help


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"kind": "laplace", "scale": 1.0},
        {"kind": ["gaussian"], "noise_multiplier": 1.0},
        {"kind": "gaussian"},
        {"kind": "gaussian", "noise_multiplier": 1.0, "truncated": True},
        {"kind": "composed", "events": "gaussian"},
        {"kind": "fixed-participation-gaussian", "participations": 1, "noise_multiplier": 1.0, "steps": 3},
        {"kind": "repeat-and-select", "event": {"kind": "laplace"}, "mean": 3.0, "shape": 0.0},
        {"kind": "repeat-and-select", "event": 3, "mean": 3.0, "shape": "poisson"},
        {"kind": "composed", "events": [3]},
        "gaussian",
        None,
    ],
)
def test_unknown_json_is_refused(value):
    with pytest.raises(UnsupportedEvent):
        event_from_json(value)


def test_deep_nesting_is_refused():
    value = {"kind": "gaussian", "noise_multiplier": 1.0}
    for _ in range(100):
        value = {"kind": "composed", "events": [value]}
    with pytest.raises(UnsupportedEvent):
        event_from_json(value)


def test_a_composition_of_something_else_is_refused():
    with pytest.raises(UnsupportedEvent):
        Composed((Gaussian(1.0), "gaussian"))
    with pytest.raises(PrivacyParameterError):
        Composed(())


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: TruncatedPoissonSampledGaussian(0, 0.1, 5, 1.0, 1), "population=0"),
        (lambda: TruncatedPoissonSampledGaussian(9, 1.5, 5, 1.0, 1), "sampling_probability=1.5"),
        (lambda: TruncatedPoissonSampledGaussian(9, 0.1, 0, 1.0, 1), "max_batch_size=0"),
        (lambda: RandomAllocationGaussian(5, 6, 1.0, 1), "participations=6"),
        (lambda: RandomAllocationGaussian(5, 1, 1.0, 0), "epochs=0"),
        (lambda: FixedParticipationGaussian(0, 1.0), "participations=0"),
        (lambda: PoissonSampledRecords(0.1, 0, 1.0, 1), "records_per_unit=0"),
        (lambda: RepeatAndSelect(Gaussian(1.0), 1.0, 0.0), "mean=1.0"),
        (lambda: RepeatAndSelect(Gaussian(1.0), 3.0, -0.5), "shape=-0.5"),
        (lambda: RepeatAndSelect(Gaussian(1.0), 3.0, math.nan), "shape=nan"),
    ],
)
def test_new_events_name_what_is_out_of_range(make, name):
    with pytest.raises(PrivacyParameterError) as caught:
        make()
    assert name in caught.value.message
    assert caught.value.help


def test_selection_holds_one_run_only():
    for inner in (RepeatAndSelect(Gaussian(1.0), 3.0, 1.0), "gaussian"):
        with pytest.raises(UnsupportedEvent):
            RepeatAndSelect(inner, 3.0, 1.0)
