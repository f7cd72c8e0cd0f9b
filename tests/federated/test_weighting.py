"""Weights that are bounded beforehand, and a broken twin whose sensitivity is not what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.federated.weighting import BoundedWeights, FixedWeights, sensitivity
from wuming.mechanisms.clipping import clip

NAMES = ("a", "b", "c")
BOUND = 1.5


def weighted_sum(weighting, updates, counts):
    return sum(weighting.weight(name, counts[name]) * clip(updates[name], BOUND) for name in updates)


counts = st.fixed_dictionaries({name: st.integers(0, 10**9) for name in NAMES})
vectors = st.fixed_dictionaries(
    {name: st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(np.array) for name in NAMES}
)


@given(updates=vectors, counts=counts, cap=st.integers(1, 1000), left_out=st.sampled_from(NAMES))
def test_one_client_changes_the_sum_by_no_more_than_is_said(updates, counts, cap, left_out) -> None:
    for weighting in (BoundedWeights(cap), FixedWeights({"a": 0.25, "b": 1.0, "c": 0.01})):
        whole = weighted_sum(weighting, updates, counts)
        rest = weighted_sum(weighting, {n: u for n, u in updates.items() if n != left_out}, counts)
        change = np.linalg.norm(whole - rest)
        assert change <= sensitivity(weighting, NAMES, BOUND, unit="client") * (1 + 1e-9)


def test_counts_as_weights_have_no_such_bound() -> None:
    """The broken twin: weighted by counts over their sum, noise of z·C/n: what Flower's wrapper does by default."""
    updates = {name: np.array([BOUND, 0.0, 0.0]) for name in NAMES}
    records = {"a": 1000, "b": 10, "c": 10}
    total = sum(records.values())

    def mean(names):
        return sum(records[n] / total * clip(updates[n], BOUND) for n in names)

    change = np.linalg.norm(mean(NAMES) - mean(("b", "c")))
    assert change > 2.9 * BOUND / len(NAMES)


def test_fixed_weights_need_less_noise_where_all_are_small() -> None:
    assert sensitivity(FixedWeights(dict.fromkeys(NAMES, 0.5)), NAMES, 2.0, unit="client") == 1.0
    assert sensitivity(FixedWeights({"a": 0.5}), NAMES, 2.0, unit="client") == 2.0  # who is not named counts 1
    assert sensitivity(FixedWeights(), NAMES, 2.0, unit="record") == 2.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: FixedWeights({"a": 0.0}),
        lambda: FixedWeights({"a": 1.1}),
        lambda: FixedWeights({"a": float("nan")}),
        lambda: BoundedWeights(0),
        lambda: BoundedWeights(True),
        lambda: sensitivity(BoundedWeights(5), NAMES, 1.0, unit="record"),
        lambda: sensitivity(FixedWeights(), NAMES, 0.0, unit="client"),
    ],
)
def test_what_has_no_bound_is_refused(make) -> None:
    with pytest.raises(PrivacyParameterError):
        make()
