"""Robust rules against plain versions, under bad clients, and what goes with what."""

from __future__ import annotations

import itertools
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.federated.robust.combinations import RULES, check_combination
from wuming.federated.robust.krum import krum
from wuming.federated.robust.median import median
from wuming.federated.robust.norm_bound import norm_bounded
from wuming.federated.robust.trimmed_mean import trimmed_mean


def plain_krum(rows, bad):
    scores = []
    for i, row in enumerate(rows):
        apart = sorted(
            sum((x - y) ** 2 for x, y in zip(row, other, strict=True)) for j, other in enumerate(rows) if j != i
        )
        scores.append(sum(apart[: len(rows) - bad - 2]))
    return scores.index(min(scores))


tables = st.integers(3, 9).flatmap(
    lambda n: st.lists(st.lists(st.integers(-50, 50), min_size=4, max_size=4), min_size=n, max_size=n)
)


@given(tables)
def test_rules_are_what_they_are_called(rows) -> None:
    table = np.array(rows, dtype=float)
    assert median(table).tolist() == [statistics.median(column) for column in zip(*rows, strict=True)]
    for trimmed in range((len(rows) - 1) // 2 + 1):
        kept = [sorted(column)[trimmed : len(rows) - trimmed] for column in zip(*rows, strict=True)]
        assert trimmed_mean(table, trimmed) == pytest.approx([statistics.fmean(column) for column in kept])
    for bad in range((len(rows) - 3) // 2 + 1):
        chosen, expected = krum(table, bad), plain_krum(rows, bad)
        # Whole numbers are exact; of two that are equally near either may be chosen, and both take the first.
        assert chosen == expected


def bad_table(count_bad: int):
    generator = np.random.default_rng(5)
    good = 1.0 + 0.1 * generator.normal(size=(9, 20))
    bad = np.full((count_bad, 20), -1000.0)
    return np.concatenate([bad, good])


def test_bad_clients_steer_the_mean_and_no_robust_rule() -> None:
    table = bad_table(3)
    assert table.mean(0).mean() < -200  # the broken twin
    for found in (median(table), trimmed_mean(table, 3), table[krum(table, 3)]):
        assert np.abs(found - 1).max() < 0.5


def test_a_norm_bound_leaves_a_bad_client_its_share_and_no_more() -> None:
    table = norm_bounded(bad_table(1), 5.0)
    assert np.linalg.norm(table, axis=1).max() <= 5.0
    assert np.linalg.norm(table.mean(0) - 1) < 2 * 5.0 / len(table) + 0.2


def test_trimming_less_than_there_are_bad_clients_fails() -> None:
    assert np.abs(trimmed_mean(bad_table(3), 2) - 1).max() > 50


@pytest.mark.parametrize(
    "call",
    [
        lambda: krum(np.zeros((6, 2)), 2),
        lambda: krum(np.zeros((6, 2)), -1),
        lambda: trimmed_mean(np.zeros((4, 2)), 2),
        lambda: median(np.zeros((0, 2))),
        lambda: median(np.array([[np.nan]])),
        lambda: norm_bounded(np.zeros((2, 2)), 0.0),
    ],
)
def test_what_a_rule_cannot_bear_is_refused(call) -> None:
    with pytest.raises(PrivacyParameterError):
        call()


def test_the_table_of_combinations() -> None:
    """Every combination is either taken or refused by name; the documentation shows the same table."""
    taken = set()
    for rule, secure, private in itertools.product(RULES, (True, False), (True, False)):
        groups, refusal = (5 if rule == "group-median" else 1), ""
        try:
            check_combination(rule, secure=secure, private=private, groups=groups)
            taken.add((rule, secure, private))
        except PrivacyParameterError as error:
            refusal = error.message
        assert not refusal or rule in refusal
    both = set(itertools.product(("mean", "group-median"), (True, False), (True, False)))
    assert taken == both | {(rule, False, False) for rule in ("trimmed-mean", "median", "krum")}


@pytest.mark.parametrize(("rule", "groups"), [("mean", 3), ("group-median", 1), ("group-median", 2), ("best", 1)])
def test_groups_and_rules_that_do_not_go_together_are_refused(rule: str, groups: int) -> None:
    with pytest.raises(PrivacyParameterError):
        check_combination(rule, secure=True, private=True, groups=groups)
